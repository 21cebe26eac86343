"""The map of the loss: when it is drawn, what it says, the path on it, and what it refuses in words."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import plots_cases as cases
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.engine.backends.numpy import NumpyBackend
from playground.engine.losses import LOSSES
from playground.experiment.prepare import Prepared
from playground.tables import by_key
from playground.training.landscape import Landscape, Plane
from playground.training.messages import Moment, Snapshot
from playground.training.session import Session
from playground.ui.plots.landscape_plot import PATH, LandscapePlot
from playground.ui.theme.tokens import LIGHT

LIMIT = 20_000


@pytest.fixture
def view(qtbot: QtBot) -> LandscapePlot:
    plot = LandscapePlot(LIGHT)
    qtbot.addWidget(plot)
    plot.resize(500, 400)
    with qtbot.waitExposed(plot):
        plot.show()
    plot.start_run(cases.prepared("signed"))
    return plot


@pytest.fixture
def drawn(view: LandscapePlot, qtbot: QtBot) -> Callable[[], Landscape]:
    def wait() -> Landscape:
        qtbot.waitUntil(lambda: not view.is_busy, timeout=LIMIT)
        assert view.shown is not None
        return view.shown

    return wait


def walked(count: int = 6) -> tuple[Prepared, list[Snapshot]]:
    """Return snapshots of a run that really trains."""
    run = cases.prepared("signed")
    session = Session(run, NumpyBackend())
    seen = []
    for step in range(count):
        weights, biases = session.layers()
        shown = cases.snapshot(run)
        seen.append(replace(shown, weights=weights, biases=biases, step=step, state="playing"))
        session.train_epoch()
    return run, seen


def test_that_the_map_is_drawn_around_the_weights_with_the_engines_loss_in_the_middle(
    view: LandscapePlot, drawn: Callable[[], Landscape]
) -> None:
    run = cases.prepared("signed")
    shown = cases.snapshot(run)
    view.show_snapshot(shown)
    found = drawn()
    session = Session(run, NumpyBackend())
    session.begin_with(shown.weights, shown.biases)
    loss = by_key(LOSSES, run.plan.training.loss, "loss")
    expected, _ = session.network.evaluate(run.x_train, run.y_train, loss)
    assert found.losses[25, 25] == pytest.approx(expected, rel=1e-5)
    assert view.status.text() == f"{len(run.train_rows)} training rows"
    assert view.legend.texts[0].startswith("loss ")


def test_that_while_a_run_plays_the_map_stays_and_the_weights_walk(
    view: LandscapePlot, drawn: Callable[[], Landscape]
) -> None:
    _, seen = walked()
    view.show_snapshot(seen[0])
    first = drawn()
    for shown in seen[1:]:
        view.show_snapshot(shown)
    assert not view.is_busy
    assert view.shown is first
    assert view.status.text() == "drawn a while ago"


def test_that_a_pause_draws_it_anew_and_once(view: LandscapePlot, drawn: Callable[[], Landscape]) -> None:
    _, seen = walked()
    view.show_snapshot(seen[0])
    first = drawn()
    paused = replace(seen[-1], state="paused")
    view.show_snapshot(paused)
    second = drawn()
    assert second is not first
    view.show_snapshot(paused)
    assert not view.is_busy


def test_that_looking_back_keeps_the_path_that_came_after(
    view: LandscapePlot, drawn: Callable[[], Landscape]
) -> None:
    _, seen = walked()
    for shown in seen:
        view.show_snapshot(shown)
    drawn()
    view.show_snapshot(replace(seen[2], state="paused", back=Moment(2.0, 2, 0.5, 0.5)))
    drawn()
    assert [step for step, _ in view._path.items()] == list(range(6))


def test_that_along_the_path_all_of_it_is_on_the_map(
    view: LandscapePlot, drawn: Callable[[], Landscape]
) -> None:
    _, seen = walked()
    for shown in seen:
        view.show_snapshot(shown)
    drawn()
    view.choose(PATH, 1.0, 25)
    found = drawn()
    assert found.losses.shape == (25, 25)
    low, high, bottom, top = view.range
    x, y = view._way.getData()
    assert low < x.min() < x.max() < high
    assert bottom < y.min() < y.max() < top
    assert not view.other.isVisible()
    assert "of the path" in found.plane.labels[0]


def test_that_to_look_back_leaves_the_path_as_it_was_walked(view: LandscapePlot) -> None:
    run, seen = walked()
    view.start_run(run)
    for snapshot in seen:
        view.show_snapshot(snapshot)
    view.show_snapshot(replace(seen[1], state="paused", back=Moment(1.0, 1, 0.5, 0.5)))
    view.show_snapshot(seen[-1])
    assert [step for step, _ in view._path.items()] == [snapshot.step for snapshot in seen]


def test_that_too_short_a_path_is_said_in_words(view: LandscapePlot, qtbot: QtBot) -> None:
    view.show_snapshot(cases.snapshot(cases.prepared("signed")))
    view.choose(PATH)
    qtbot.waitUntil(lambda: view.is_empty, timeout=LIMIT)
    assert "walked no path yet" in view.empty_text


def test_that_a_network_with_nan_is_said_in_words(
    view: LandscapePlot, drawn: Callable[[], Landscape], qtbot: QtBot
) -> None:
    shown = cases.snapshot(cases.prepared("signed"))
    view.show_snapshot(shown)
    drawn()
    view.show_snapshot(replace(cases.spoilt(shown, np.nan), step=shown.step + 1))
    qtbot.waitUntil(lambda: view.is_empty, timeout=LIMIT)
    assert "beyond all numbers" in view.empty_text


def test_that_other_directions_are_other_ones_and_drawing_again_keeps_them(
    view: LandscapePlot, drawn: Callable[[], Landscape], qtbot: QtBot
) -> None:
    view.show_snapshot(cases.snapshot(cases.prepared("signed")))
    first = drawn()
    qtbot.mouseClick(view.again, Qt.MouseButton.LeftButton)
    again = drawn()
    assert np.array_equal(again.plane.directions, first.plane.directions)
    qtbot.mouseClick(view.other, Qt.MouseButton.LeftButton)
    assert not np.allclose(drawn().plane.directions, first.plane.directions)


def test_that_it_can_be_cancelled_and_is_when_nobody_sees_it(
    view: LandscapePlot, drawn: Callable[[], Landscape], qtbot: QtBot
) -> None:
    view.show_snapshot(cases.snapshot(cases.prepared("signed")))
    before = drawn()
    view.choose(view.directions.currentData(), 1.0, 101)
    assert view.cancel.isVisible()
    qtbot.mouseClick(view.cancel, Qt.MouseButton.LeftButton)
    assert not view.is_busy
    assert not view.cancel.isVisible()
    view.draw_again()
    view.hide()
    assert not view.is_busy
    assert view.shown is before


def test_that_a_map_hidden_while_it_is_made_is_made_when_it_is_seen_again(
    view: LandscapePlot, drawn: Callable[[], Landscape]
) -> None:
    paused = cases.snapshot(cases.prepared("signed"))
    view.show_snapshot(paused)
    assert view.is_busy
    view.hide()
    view.show()
    view.show_snapshot(paused)
    assert drawn().losses.shape == (51, 51)


def test_that_losses_over_decades_are_drawn_in_logarithms(view: LandscapePlot) -> None:
    size = sum(shape.size for shape in cases.prepared("signed").plan.shapes)
    plane = Plane(np.zeros(size), np.eye(2, size), (-1.0, 1.0), (-1.0, 1.0), ("a", "b"), 5)
    steep = Landscape(plane, np.logspace(-3, 3, 25).reshape(5, 5))
    holed = Landscape(plane, np.where(np.eye(5) > 0, np.inf, np.linspace(1, 2, 25).reshape(5, 5)))
    other = LandscapePlot(LIGHT)
    other.start_run(cases.prepared("signed"))
    for found, words in ((steep, True), (holed, False)):
        other._take(found)
        view.resemble(other)
        assert ("logarithmic" in view.legend.texts[1]) is words


def test_that_the_loss_under_the_pointer_is_said(view: LandscapePlot, drawn: Callable[[], Landscape]) -> None:
    view.show_snapshot(cases.snapshot(cases.prepared("signed")))
    drawn()
    view.point_out(view.place_of(0.0, 0.0))
    assert view.readout.startswith("direction 1: 0")
    assert "\nloss " in view.readout


def test_that_a_picture_has_its_map_at_once(qtbot: QtBot) -> None:
    plot = LandscapePlot(LIGHT)
    qtbot.addWidget(plot)
    plot.start_run(cases.prepared("signed"))
    plot.pose()
    plot.show_snapshot(cases.snapshot(cases.prepared("signed")))
    assert plot.shown is not None
    assert not plot.is_busy
    assert "training rows" in plot.title
