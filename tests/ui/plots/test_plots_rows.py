"""Plots of rows: mistakes are ringed, and a click says what a row consists of."""

from dataclasses import replace

import numpy as np
import plots_cases as cases
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from playground.data.table import Table
from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.experiment.prepare import prepare
from playground.ui.plots import PLOTS, BoundaryPlot, Plot, SlicePlot
from playground.ui.plots.row_card import MOST_COLUMNS, describe_row
from playground.ui.plots.row_plot import RowPlot
from playground.ui.theme.tokens import DARK, LIGHT

LEFT = Qt.MouseButton.LeftButton
OF_ROWS = [plot for plot in PLOTS if plot.key in ("boundary", "slice", "curve_fit", "predicted", "residuals")]


def running(qtbot: QtBot, plot: Plot, kind: str = "") -> RowPlot:
    fitting = [kind] if kind else [k for k in cases.KINDS if plot.fits(cases.prepared(k).plan)]
    view = plot.make(LIGHT)
    assert isinstance(view, RowPlot)
    qtbot.addWidget(view)
    view.resize(420, 520)
    with qtbot.waitExposed(view):
        view.show()
    run = cases.prepared(fitting[0])
    view.start_run(run)
    view.show_snapshot(cases.snapshot(run))
    return view


def click(qtbot: QtBot, view: RowPlot, place: QPoint) -> None:
    canvas = view.childAt(place)
    assert isinstance(canvas, QWidget)
    qtbot.mouseClick(canvas, LEFT, pos=canvas.mapFrom(view, place))


@pytest.mark.parametrize("plot", OF_ROWS, ids=lambda plot: plot.key)
def test_that_a_click_on_a_point_opens_its_card_and_esc_closes_it(qtbot: QtBot, plot: Plot) -> None:
    view = running(qtbot, plot)
    assert view._prepared is not None
    row = int(view._prepared.train_rows[3])
    place = view._places()[row]
    with qtbot.waitSignal(view.look_changed):
        click(qtbot, view, view.place_of(*place.tolist()))
    found = view.chosen_row
    assert found is not None
    aside = view.place_of(*view._places()[found].tolist()) - view.place_of(*place.tolist())
    assert aside.manhattanLength() < 6
    assert view.look.predictions
    assert view.card.isVisible()
    assert view.card.text.startswith(f"Row {found:,} (training)")
    qtbot.waitUntil(view.card.hasFocus)
    qtbot.keyClick(view.card, Qt.Key.Key_Escape)
    assert not view.card.isVisible()
    assert view.chosen_row is None


@pytest.mark.parametrize("plot", OF_ROWS, ids=lambda plot: plot.key)
def test_that_the_row_that_is_followed_is_ringed_where_it_is_drawn(qtbot: QtBot, plot: Plot) -> None:
    view = running(qtbot, plot)
    assert view._prepared is not None
    drawn, hidden = int(view._prepared.train_rows[3]), int(view._prepared.watched_rows[0])
    view.show_example(drawn)
    assert view.ringed_example == drawn
    view.set_show_test(False)  # type: ignore[attr-defined]
    view.show_example(hidden)
    assert view.ringed_example is None
    view.set_show_test(True)  # type: ignore[attr-defined]
    assert view.ringed_example == hidden
    view.clear()
    assert view.ringed_example is None


def test_that_the_keyboard_opens_a_card_and_goes_on(qtbot: QtBot) -> None:
    view = running(qtbot, OF_ROWS[0])
    qtbot.keyClick(view, Qt.Key.Key_Return)
    first = view.chosen_row
    assert first is not None
    qtbot.keyClick(view.card, Qt.Key.Key_PageDown)
    assert view.chosen_row not in (None, first)
    qtbot.keyClick(view.card, Qt.Key.Key_PageUp)
    assert view.chosen_row == first


def test_that_a_click_beside_all_points_closes_the_card(qtbot: QtBot) -> None:
    view = running(qtbot, OF_ROWS[0])
    view.choose_row(int(cases.prepared("signed").train_rows[0]))
    click(qtbot, view, view.place_of(-5.9, 5.9))
    assert view.chosen_row is None


def test_that_a_drag_opens_no_card(qtbot: QtBot) -> None:
    view = running(qtbot, OF_ROWS[0])
    place = view.place_of(*view._places()[int(cases.prepared("signed").train_rows[0])].tolist())
    canvas = view.childAt(place)
    assert canvas is not None
    start = canvas.mapFrom(view, place)
    qtbot.mousePress(canvas, LEFT, pos=start)
    qtbot.mouseMove(canvas, start + QPoint(30, 0))
    qtbot.mouseRelease(canvas, LEFT, pos=start + QPoint(30, 0))
    assert view.chosen_row is None


def test_that_a_card_stays_within_its_plot(qtbot: QtBot) -> None:
    view = running(qtbot, OF_ROWS[0])
    for row in cases.prepared("signed").train_rows[:40].tolist():
        view.choose_row(row)
        assert view.rect().contains(view.card.geometry())


def test_that_of_many_columns_the_first_are_named_and_the_others_counted() -> None:
    inputs = np.random.default_rng(0).normal(size=(20, 64))
    columns = tuple(f"c{i}" for i in range(64))
    own = Table("wide", columns, inputs, "kind", np.arange(20) % 2, ("cat", "dog"))
    run = prepare(edits.set_table(Experiment(), own))
    title, lines = describe_row(run, 4, 1.0)
    assert title.startswith("Row 4 (t")
    assert [name for name, _ in lines] == [*columns[:MOST_COLUMNS], "and 52 more", "true", "answer"]
    assert lines[-2:] == [("true", "cat"), ("answer", "dog (wrong)")]
    assert describe_row(run, 4, None)[1][-1] == ("answer", "…")
    assert describe_row(run, 4, float("nan"))[1][-1] == ("answer", "no number (wrong)")


@pytest.mark.parametrize(
    ("key", "kind"), [("boundary", "one_hot"), ("boundary", "unit"), ("slice", "species")]
)
def test_that_mistakes_are_ringed_on_demand(qtbot: QtBot, key: str, kind: str) -> None:
    view = running(qtbot, next(plot for plot in PLOTS if plot.key == key), kind)
    assert isinstance(view, BoundaryPlot)
    run = cases.prepared(kind)
    wrong = cases.predictions(run) != run.sample.targets
    assert view.mistakes == 0
    with qtbot.waitSignal(view.look_changed):
        view.set_show_mistakes(True)
    assert view.look.predictions
    assert view.mistakes == np.count_nonzero(wrong[run.train_rows])
    view.set_show_test(True)
    assert view.mistakes == np.count_nonzero(wrong[np.concatenate([run.train_rows, run.test_rows])])
    view.show_snapshot(replace(cases.snapshot(run), predictions=run.sample.targets.astype(np.float64)))
    assert view.mistakes == 0
    view.show_snapshot(cases.snapshot(run))
    view.set_show_mistakes(False)
    assert view.mistakes == 0


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_that_a_ring_is_seen_on_every_colour_of_the_map(qtbot: QtBot, theme: object) -> None:
    view = running(qtbot, OF_ROWS[0], "signed")
    assert isinstance(view, BoundaryPlot)
    view.apply_theme(LIGHT if theme is LIGHT else DARK)
    run = cases.prepared("signed")
    for value in (-1.0, 1.0):
        view.show_snapshot(cases.snapshot(run, output=np.full((1, 20, 20), value)))
        view.set_show_mistakes(False)
        without = view.grab().toImage()
        view.set_show_mistakes(True)
        ringed = view.grab().toImage()
        wrong = int(view._wrong[0])
        place = view.place_of(*view._places()[wrong].tolist())
        changes = [
            abs(QColor(without.pixel(x, y)).lightness() - QColor(ringed.pixel(x, y)).lightness())
            for x in range(place.x() - 9, place.x() + 10)
            for y in range(place.y() - 9, place.y() + 10)
        ]
        assert max(changes) > 60


def test_that_a_regression_has_no_mistakes(qtbot: QtBot) -> None:
    view = running(qtbot, OF_ROWS[0], "regression")
    assert isinstance(view, BoundaryPlot)
    view.set_show_mistakes(True)
    assert view.mistakes == 0
    assert not view.look.predictions


def test_that_values_are_held_of_a_row_only_where_columns_are_shown(qtbot: QtBot) -> None:
    view = running(qtbot, next(plot for plot in PLOTS if plot.key == "slice"), "species")
    assert isinstance(view, SlicePlot)
    view.choose_row(int(cases.prepared("species").train_rows[0]))
    assert not view.card.take.isVisible()
    view.show_axes("Length1", "Height")
    assert view.card.take.isVisible()
