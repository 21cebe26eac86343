"""The slice: which plane is shown, what is asked for it, and how the held columns are chosen."""

from dataclasses import replace

import numpy as np
import plots_cases as cases
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from playground.experiment.prepare import Prepared
from playground.experiment.slices import medians
from playground.training.messages import Picture, SliceImage
from playground.ui.plots import SlicePlot
from playground.ui.theme.colour import mix
from playground.ui.theme.tokens import LIGHT


@pytest.fixture
def run() -> Prepared:
    return cases.prepared("species")


@pytest.fixture
def view(qtbot: QtBot, run: Prepared) -> SlicePlot:
    view = SlicePlot(LIGHT)
    qtbot.addWidget(view)
    view.resize(420, 520)
    with qtbot.waitExposed(view):
        view.show()
    view.start_run(run)
    return view


def pick(view: SlicePlot, up: bool, text: str) -> None:
    combo = view.up if up else view.across
    combo.setCurrentIndex(combo.findText(text))
    combo.activated.emit(combo.currentIndex())


def show(view: SlicePlot, run: Prepared, winner: int) -> None:
    """Show a snapshot in which one class wins all over the slice shown."""
    assert view.slice is not None
    values = np.zeros((7, 20, 20))
    values[winner] = 1.0
    empty = np.zeros((7, 3))
    picture = Picture(layers=(empty,), output=empty, slice=SliceImage(view.slice, values))
    view.show_snapshot(replace(cases.snapshot(run), picture=picture))


def test_that_the_run_is_asked_for_the_plane_shown(view: SlicePlot, run: Prepared, qtbot: QtBot) -> None:
    assert view.look.slice is view.slice
    before = view.slice
    with qtbot.waitSignal(view.look_changed):
        pick(view, False, "Height")
    assert view.slice != before
    assert view.look.slice is view.slice
    assert view.slice is not None
    assert view.slice.labels == ("Height", "Length1")


def test_that_the_map_shows_the_answers_on_the_plane_and_no_other(view: SlicePlot, run: Prepared) -> None:
    view.set_show_train(False)
    stale = cases.snapshot(run)
    view.show_axes("Height", "Width")
    show(view, run, winner=2)
    expected = mix(LIGHT.neutral, LIGHT.classes[2], LIGHT.heat_strength)
    (x_low, x_high), (y_low, y_high) = view.slice.extent  # type: ignore[union-attr]
    centre = view.place_of((x_low + x_high) / 2, (y_low + y_high) / 2)
    assert view.grab().toImage().pixelColor(centre).name() == expected
    view.show_snapshot(stale)
    assert view.grab().toImage().pixelColor(centre).name() == expected
    view.point_out(centre)
    assert view.readout.startswith("Height = ")
    assert view.readout.endswith("Whitefish (100%)")


def test_that_the_same_column_twice_changes_places(view: SlicePlot) -> None:
    view.show_axes("Height", "Width")
    pick(view, True, "Height")
    assert view.slice is not None
    assert view.slice.labels == ("Width", "Height")
    pick(view, False, "Height")
    assert view.slice.labels == ("Height", "Width")
    pick(view, False, "principal components")
    assert view.slice.labels[0].startswith("component 1")
    assert not view.up.isVisible()
    assert not view.held_button.isVisible()


def test_that_rows_fall_where_their_columns_say_and_far_ones_are_faint(
    view: SlicePlot, run: Prepared
) -> None:
    view.show_axes("Length1", "Height")
    np.testing.assert_allclose(view._places()[run.train_rows], run.sample.inputs[run.train_rows][:, [0, 3]])
    levels = view._levels(run)
    assert levels is not None
    assert view.slice is not None
    distance = view.slice.distance(run.sample.inputs)
    assert distance[levels == 0].max() < distance[levels == 2].min()


def test_that_a_slider_moves_the_plane_and_a_double_click_brings_the_median_back(
    view: SlicePlot, run: Prepared, qtbot: QtBot
) -> None:
    view.show_axes("Length1", "Height")
    view.held_button.click()
    slider = view.popup.sliders["Weight"]
    weight = run.columns.index("Weight")
    assert view.slice is not None
    assert view.slice.origin[weight] == medians(run)["Weight"] == slider.value
    slider.slider.setValue(slider.slider.maximum())
    assert view.slice.origin[weight] == run.sample.inputs[:, weight].max()
    qtbot.mouseDClick(slider.slider, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert view.slice.origin[weight] == medians(run)["Weight"]
    slider.slider.setValue(slider.slider.maximum())
    view.popup.medians.click()
    assert view.slice.origin[weight] == medians(run)["Weight"] == slider.value
    view.popup.close()


def test_that_the_slice_can_be_laid_through_a_row(view: SlicePlot, run: Prepared) -> None:
    view.show_axes("Length1", "Height")
    row = int(run.train_rows[5])
    view.choose_row(row)
    view.card.take.click()
    assert view.slice is not None
    assert view.slice.distance(run.sample.inputs[[row]])[0] == pytest.approx(0.0, abs=1e-9)
    assert view.chosen_row == row


def test_that_axes_and_held_values_stay_for_the_next_run_with_such_columns(
    view: SlicePlot, run: Prepared
) -> None:
    view.show_axes("Length1", "Height")
    view.hold({"Weight": 12.0})
    view.start_run(run)
    assert view.slice is not None
    assert view.slice.labels == ("Length1", "Height")
    assert view.slice.origin[run.columns.index("Weight")] == 12.0
    other = cases.prepared("table")
    view.start_run(other)
    assert view.slice.labels[0].startswith("component 1")
