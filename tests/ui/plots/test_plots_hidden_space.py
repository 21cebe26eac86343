"""The space of a layer's answers: where rows and grid lie, the axes, and the way through the layers."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import plots_cases as cases
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.engine.backends.numpy import NumpyBackend
from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared, prepare
from playground.training.messages import Look
from playground.training.session import Session
from playground.ui.plots.hidden_space import HiddenSpacePlot
from playground.ui.plots.projection import along_components, along_neurons, resampled, room_for
from playground.ui.plots.stages import Journey
from playground.ui.theme.tokens import LIGHT


def run_of(*units: int, skip: bool = False) -> Prepared:
    experiment = Experiment()
    for layer in experiment.layers:
        experiment = edits.remove_layer(experiment, layer.id)
    for index, count in enumerate(units):
        experiment = edits.add_layer(experiment, index, units=count, activation="tanh")
    if skip:
        experiment = edits.add_layer(experiment, len(units), kind="skip")
    return prepare(experiment)


@pytest.fixture
def make_plot(qtbot: QtBot) -> Callable[[Prepared], HiddenSpacePlot]:
    def make(run: Prepared) -> HiddenSpacePlot:
        view = HiddenSpacePlot(LIGHT)
        qtbot.addWidget(view)
        view.resize(500, 400)
        with qtbot.waitExposed(view):
            view.show()
        view.set_motion(False)
        view.start_run(run)
        view.show_snapshot(cases.snapshot(run))
        return view

    return make


def test_that_rows_and_grid_lie_where_the_layer_puts_them() -> None:
    run = run_of(3)
    journey, shown = Journey(run), cases.snapshot(run)
    journey.show(shown)
    journey.choose(1, (2, 0))
    seen = journey.at(1)
    assert seen is not None
    np.testing.assert_allclose(seen.points, shown.spaces[0][:, [2, 0]])
    assert seen.grid is not None
    (low, high), _ = run.probe.extent
    corner = np.array([[low + (high - low) / 24] * 2])
    session = Session(run, NumpyBackend())
    np.testing.assert_allclose(seen.grid[0, 0], session.outputs(corner)[0][0, [2, 0]], atol=0.02)


def test_that_a_table_has_points_and_no_grid() -> None:
    run = cases.prepared("species")
    journey = Journey(run)
    journey.show(cases.snapshot(run))
    seen = journey.at(1)
    assert seen is not None
    assert seen.grid is None
    assert len(seen.points) == len(run.shown_rows)


def test_that_components_do_not_flip_from_one_frame_to_the_next() -> None:
    rng = np.random.default_rng(0)
    answers = rng.normal(size=(80, 4)) * [3.0, 2.0, 0.5, 0.1]
    first = along_components(answers)
    assert first is not None
    turned = -first.directions
    second = along_components(answers + 0.01, replace(first, directions=turned))
    assert second is not None
    assert (np.sum(second.directions * turned, axis=0) > 0.9).all()
    assert first.shares[0] > first.shares[1] > 0.2


def test_that_what_has_run_away_has_no_place() -> None:
    placed = along_neurons(2, (0, 1)).place(np.array([[1.0, 2.0], [np.nan, 1.0], [1e300, 1.0]]))
    assert placed[0].tolist() == [1.0, 2.0]
    assert np.isnan(placed[1:]).all()
    assert along_components(np.full((4, 3), np.nan)) is None


def test_that_the_room_stays_while_everything_fits_in_and_uses_it() -> None:
    places = np.array([[0.0, 0.0], [1.0, 2.0]])
    room = room_for(places, None)
    assert room_for(places * 0.9, room) is room
    assert room_for(places * 2.0, room)[1][1] > 4.0
    assert room_for(places * 0.1, room)[1][1] < 1.0


def test_that_a_picture_is_sampled_between_its_points() -> None:
    side = 8
    x = (np.arange(side) + 0.5) / side
    slope = np.tile(x, (side, 1))[None]
    np.testing.assert_allclose(resampled(slope, np.array([0.2, 0.55]))[0, 1], [0.2, 0.55])


def test_that_behind_two_neurons_the_later_layers_answer_for_every_place() -> None:
    run = run_of(4, 2)
    journey, shown = Journey(run), cases.snapshot(run)
    journey.show(shown)
    answers = journey.answers_on_plane(2, np.full(2, -1.0), np.full(2, 1.0))
    assert answers is not None
    place = np.array([-1.0 + 1 / 64, -1.0 + 1 / 64])
    z = shown.weights[2] @ place + shown.biases[2]
    np.testing.assert_allclose(answers[:, 0, 0], np.tanh(z), atol=1e-6)
    assert journey.answers_on_plane(1, np.full(2, -1.0), np.full(2, 1.0)) is None


def test_that_where_a_skip_reaches_further_back_nothing_is_answered() -> None:
    run = run_of(2, 2, skip=True)
    journey = Journey(run)
    journey.show(cases.snapshot(run))
    assert journey.answers_on_plane(2, np.full(2, -1.0), np.full(2, 1.0)) is None


def test_that_it_asks_for_the_layers_answers(make_plot: Callable[[Prepared], HiddenSpacePlot]) -> None:
    assert make_plot(run_of(3)).look == Look(spaces=True)


def test_that_it_follows_the_selection_until_somebody_chooses(
    make_plot: Callable[[Prepared], HiddenSpacePlot],
) -> None:
    run = run_of(3, 4)
    view = make_plot(run)
    view.show_layer(run.plan.layer_ids[0])
    assert view.stage == 1
    view.show_layer("output")
    assert view.stage == 3
    view.show_stage(2)
    view.show_layer("inputs")
    assert view.stage == 2
    assert view.controls.layer.currentText() == "Dense 2"


def test_that_the_way_is_gone_step_by_step_with_motion_off(
    make_plot: Callable[[Prepared], HiddenSpacePlot], qtbot: QtBot
) -> None:
    view = make_plot(run_of(3))
    view.show_stage(0)
    for stage in (1, 2, 0):
        qtbot.mouseClick(view.controls.play, Qt.MouseButton.LeftButton)
        assert view.stage == stage
        assert not view.is_moving
    qtbot.mouseClick(view.controls.forward, Qt.MouseButton.LeftButton)
    assert view.stage == 1
    qtbot.mouseClick(view.controls.back, Qt.MouseButton.LeftButton)
    assert view.stage == 0
    assert not view.controls.back.isEnabled()


def test_that_with_motion_it_glides_to_the_output_and_can_be_stopped(
    make_plot: Callable[[Prepared], HiddenSpacePlot], qtbot: QtBot
) -> None:
    view = make_plot(run_of(3))
    view.set_motion(True)
    view.show_stage(0)
    qtbot.waitUntil(lambda: not view.is_moving, timeout=5000)
    qtbot.mouseClick(view.controls.play, Qt.MouseButton.LeftButton)
    assert view.is_moving
    qtbot.waitUntil(lambda: not view.is_moving, timeout=8000)
    assert view.stage == 2
    qtbot.mouseClick(view.controls.play, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(view.controls.play, Qt.MouseButton.LeftButton)
    assert not view.is_moving


def test_that_a_run_that_begins_on_the_way_offers_to_play(
    make_plot: Callable[[Prepared], HiddenSpacePlot], qtbot: QtBot
) -> None:
    run = run_of(3)
    view = make_plot(run)
    standing = view.controls.play.icon().cacheKey()
    view.set_motion(True)
    view.show_stage(0)
    assert view.is_moving
    assert view.controls.play.icon().cacheKey() != standing
    view.start_run(run)
    assert view.controls.play.icon().cacheKey() == standing


def test_that_the_axes_are_two_different_neurons(make_plot: Callable[[Prepared], HiddenSpacePlot]) -> None:
    view = make_plot(run_of(4))
    assert view.controls.across.currentText() == "principal components"
    assert view.controls.up.isHidden()
    for text in ("across: neuron 2", "across: neuron 1"):
        view.controls.across.setCurrentIndex(view.controls.across.findText(text))
        view.controls.across.activated.emit(view.controls.across.currentIndex())
    assert (view.controls.across.currentText(), view.controls.up.currentText()) == (
        "across: neuron 1",
        "up: neuron 2",
    )
    view.controls.up.setCurrentIndex(view.controls.up.findText("up: neuron 1"))
    view.controls.up.activated.emit(view.controls.up.currentIndex())
    assert (view.controls.across.currentText(), view.controls.up.currentText()) == (
        "across: neuron 2",
        "up: neuron 1",
    )


def test_that_a_layer_without_numbers_is_said_in_words(
    make_plot: Callable[[Prepared], HiddenSpacePlot],
) -> None:
    run = run_of(3)
    view = make_plot(run)
    view.show_snapshot(cases.spoilt(cases.snapshot(run), np.nan))
    assert view.is_empty
    assert "no longer numbers" in view.empty_text
    view.show_snapshot(cases.snapshot(run))
    assert not view.is_empty


def test_that_the_point_under_the_pointer_is_named(
    make_plot: Callable[[Prepared], HiddenSpacePlot],
) -> None:
    run = run_of(2)
    view = make_plot(run)
    x, y = cases.snapshot(run).spaces[0][0].tolist()
    view.point_out(view.place_of(x, y))
    number = view.readout.partition(":")[0].removeprefix("row ")
    assert int(number.replace(",", "")) == run.shown_rows[0], "the number that its card has elsewhere"
    assert "Dense 1, neuron 1: " in view.readout
