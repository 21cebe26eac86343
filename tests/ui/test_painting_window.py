"""Painting in the real window: with the pointer and the keys, undone, emptied, trained on."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.data import OWN
from playground.data.table import Table
from playground.experiment import edits, files
from playground.experiment.model import Experiment
from playground.experiment.painting import canvas as canvas_of
from playground.settings import FLAT_OUT, Settings
from playground.ui.main_window import MainWindow
from playground.ui.plots import BoundaryPlot

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE = Qt.KeyboardModifier.NoModifier
PRECISE = Settings(motion=False, speed=FLAT_OUT, brush_size=0.0, brush_jitter=0.0)


def regression() -> Experiment:
    return edits.set_dataset(Experiment(), "plane")


@pytest.fixture
def painting(make_window: MakeWindow) -> Callable[..., MainWindow]:
    """Return a function that opens a window in which points are painted one by one."""

    def make(experiment: Experiment | None = None, blank: bool = False) -> MainWindow:
        window = make_window(experiment, PRECISE)
        window.actions_by_key["clear_points" if blank else "paint"].trigger()
        assert window.output_panel.painting.on
        return window

    return make


def plot(window: MainWindow) -> BoundaryPlot:
    view = window.output_panel.outputs.currentWidget()
    assert isinstance(view, BoundaryPlot)
    return view


def place(window: MainWindow, x: float, y: float) -> QPoint:
    return plot(window).canvas.mapFrom(plot(window), plot(window).place_of(x, y))


def stroke(
    window: MainWindow,
    *places: tuple[float, float],
    button: Qt.MouseButton = LEFT,
    modifiers: Qt.KeyboardModifier = NONE,
) -> None:
    """Press at the first place, go through the others, and let go at the last."""
    canvas, points = plot(window).canvas, [place(window, *at) for at in places]
    QTest.mousePress(canvas, button, modifiers, points[0])
    for point in points[1:]:
        QTest.mouseMove(canvas, point)
    QTest.mouseRelease(canvas, button, modifiers, points[-1])


def rows(window: MainWindow) -> Table:
    table = window.document.experiment.data.table
    assert table is not None
    return table


def steps(window: MainWindow) -> int:
    return window.document.undo_stack.count()


def test_that_a_stroke_is_one_step_and_takes_the_rows_along(painting: Callable[..., MainWindow]) -> None:
    window = painting()
    before = canvas_of(window.document.experiment)
    stroke(window, (-5.0, -5.0), (-2.0, -5.0), (1.0, -5.0))
    assert steps(window) == 1
    assert window.document.experiment.data.dataset == OWN
    assert len(rows(window)) > len(before) + 5
    assert np.array_equal(rows(window).inputs[: len(before)], before.inputs)
    assert "those of Circle were taken along" in window.status.words.sentence
    window.document.undo_stack.undo()
    assert window.document.experiment.data.dataset == "circle"
    assert window.output_panel.painting.on
    window.document.undo_stack.redo()
    assert len(rows(window)) > len(before) + 5


def test_that_a_stroke_is_seen_while_it_is_made_and_leaves_the_document_till_its_end(
    painting: Callable[..., MainWindow],
) -> None:
    window = painting(blank=True)
    canvas, tool = plot(window).canvas, plot(window).painter
    QTest.mousePress(canvas, LEFT, NONE, place(window, 0.0, 0.0))
    QTest.mouseMove(canvas, place(window, 4.0, 0.0))
    assert tool.shown is not None
    assert len(tool.shown) > 5
    assert len(rows(window)) == 0
    QTest.mouseRelease(canvas, LEFT, NONE, place(window, 4.0, 0.0))
    assert rows(window) == tool.shown


def test_that_escape_gives_up_a_stroke_first_and_then_painting(
    painting: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = painting()
    QTest.mousePress(plot(window).canvas, LEFT, NONE, place(window, 0.0, 0.0))
    qtbot.keyClick(plot(window), Qt.Key.Key_Escape)
    QTest.mouseRelease(plot(window).canvas, LEFT, NONE, place(window, 0.0, 0.0))
    assert steps(window) == 0
    assert window.output_panel.painting.on
    qtbot.keyClick(plot(window), Qt.Key.Key_Escape)
    assert not window.output_panel.painting.on
    assert not window.actions_by_key["paint"].isChecked()
    assert window.output_panel.painting.strip.isHidden()


@pytest.mark.parametrize(("button", "modifiers"), [(RIGHT, NONE), (LEFT, Qt.KeyboardModifier.AltModifier)])
def test_that_the_right_button_and_alt_erase(
    painting: Callable[..., MainWindow], button: Qt.MouseButton, modifiers: Qt.KeyboardModifier
) -> None:
    window = painting(blank=True)
    stroke(window, (0.0, 0.0))
    stroke(window, (4.0, 0.0))
    stroke(window, (0.0, 0.0), button=button, modifiers=modifiers)
    assert np.allclose(rows(window).inputs, [[4.0, 0.0]], atol=0.1)
    assert window.document.undo_stack.undoText() == "Erase a point"


def test_that_a_point_is_moved_and_takes_another_class(
    painting: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = painting(blank=True)
    stroke(window, (0.0, 0.0))
    qtbot.keyClick(plot(window), Qt.Key.Key_M)
    stroke(window, (0.0, 0.0), (2.0, 1.0), (3.0, 3.0))
    assert np.allclose(rows(window).inputs, [[3.0, 3.0]], atol=0.1)
    qtbot.keyClick(plot(window), Qt.Key.Key_2)
    assert rows(window).targets.tolist() == [1]
    assert [window.document.undo_stack.text(index) for index in (2, 3)] == [
        "Move a point",
        "Give a point class 2",
    ]


def test_that_erasing_where_nothing_is_makes_no_step(
    painting: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = painting()
    qtbot.keyClick(plot(window), Qt.Key.Key_E)
    stroke(window, (5.9, 5.9))
    assert steps(window) == 0


def test_that_digits_choose_the_class_and_one_too_many_is_refused(
    painting: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = painting()
    qtbot.keyClick(plot(window), Qt.Key.Key_4)
    assert "There are 2 classes: the next new one is 3" in window.status.words.sentence
    qtbot.keyClick(plot(window), Qt.Key.Key_3)
    stroke(window, (5.0, 5.0))
    assert rows(window).targets[-1] == 2
    assert window.document.experiment.output.activation == "softmax"
    assert not window.output_panel.painting.strip.chips[3].isHidden()
    assert window.output_panel.painting.strip.chips[4].isHidden()


def test_that_numbers_are_painted_with_the_value_of_a_digit(
    painting: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = painting(regression(), blank=True)
    qtbot.keyClick(plot(window), Qt.Key.Key_1)
    stroke(window, (0.0, 0.0))
    qtbot.keyClick(plot(window), Qt.Key.Key_6)
    stroke(window, (3.0, 0.0))
    assert rows(window).targets.tolist() == [-1.0, 0.25]
    qtbot.waitUntil(lambda: window.bridge.prepared is not None and len(window.bridge.prepared.sample) == 2)


def test_that_points_are_painted_and_erased_by_keys_alone(
    painting: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = painting(blank=True)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Return):
        qtbot.keyClick(plot(window), key)
    assert np.allclose(rows(window).inputs, [[1.0, 0.5]])
    assert not window.bridge.playing
    qtbot.keyClick(plot(window), Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(plot(window), Qt.Key.Key_Return)
    assert np.allclose(rows(window).inputs, [[1.0, 0.5], [0.9, 0.5]])
    layers = len(window.document.experiment.layers)
    qtbot.keyClick(plot(window), Qt.Key.Key_Delete)
    assert len(rows(window)) == 0
    assert len(window.document.experiment.layers) == layers


def test_that_a_click_while_painting_opens_no_card(painting: Callable[..., MainWindow]) -> None:
    window = painting()
    x, y = canvas_of(window.document.experiment).inputs[0]
    stroke(window, (float(x), float(y)))
    assert plot(window).chosen_row is None
    assert plot(window).card.isHidden()


def test_that_everything_can_be_erased_and_painted_again(
    painting: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = painting(blank=True)
    tool = plot(window).painter
    assert "An empty canvas" in tool.invitation
    qtbot.waitUntil(lambda: "two points, of two classes" in window.status.words.sentence)
    stroke(window, (0.0, 0.0))
    qtbot.keyClick(plot(window), Qt.Key.Key_2)
    stroke(window, (3.0, 3.0))
    assert not tool.invitation
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and window.bridge.snapshot.step == 0)
    window.actions_by_key["clear_points"].trigger()
    assert len(rows(window)) == 0
    qtbot.waitUntil(lambda: "two points, of two classes" in window.status.words.sentence)
    window.output_panel.painting.stop()
    qtbot.waitUntil(lambda: "There are no points yet" in tool.invitation)
    window.document.undo_stack.undo()
    qtbot.waitUntil(lambda: not tool.shows_points)
    assert not tool.invitation


def test_that_what_was_learnt_goes_on_after_a_stroke(
    painting: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = painting(edits.add_layer(Experiment(), 0))
    window.bridge.set_playing(True)
    qtbot.waitUntil(lambda: shown(window).epoch >= 3)
    learnt, runs = shown(window).epoch, []
    window.bridge.run_started.connect(lambda _run, continues: runs.append(continues))
    stroke(window, (-5.0, -5.0), (-2.0, -5.0), (1.0, -5.0), (4.0, -5.0))
    qtbot.waitUntil(lambda: len(runs) == 1 and window.bridge.snapshot is not None)
    assert runs == [True]
    assert shown(window).epoch >= learnt
    assert window.bridge.playing
    window.bridge.set_playing(False)


def test_that_a_stroke_is_not_given_up_when_the_run_of_the_last_one_begins(
    painting: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = painting()
    stroke(window, (-5.0, -5.0))
    QTest.mousePress(plot(window).canvas, LEFT, NONE, place(window, 5.0, -5.0))
    count = len(rows(window))
    qtbot.waitUntil(lambda: len(window.bridge.prepared.sample) == count)  # type: ignore[union-attr]
    QTest.mouseRelease(plot(window).canvas, LEFT, NONE, place(window, 5.0, -5.0))
    assert len(rows(window)) == count + 1


def test_that_the_gallery_offers_to_paint_also_from_data_that_is_no_plane(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(edits.set_dataset(Experiment(), "fish"), PRECISE)
    window.actions_by_key["paint"].trigger()
    assert "choose Paint" in window.status.words.sentence
    assert not window.actions_by_key["paint"].isChecked()
    tile = next(tile for tile in window.data_panel.gallery.tiles if tile.text() == "Paint")
    tile.click()
    assert window.output_panel.painting.on
    assert window.document.experiment.data.source.task == "regression"
    qtbot.keyClick(plot(window), Qt.Key.Key_9)
    stroke(window, (0.0, 0.0), (3.0, 0.0))
    assert len(rows(window)) > 3
    assert "Paint" not in [tile.text() for tile in window.data_panel.gallery.tiles]
    qtbot.waitUntil(
        lambda: window.bridge.prepared is not None and window.bridge.prepared.plan.kind == "plane"
    )


def test_that_another_view_or_another_file_ends_painting(
    painting: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = painting()
    window.output_panel.output_choice.choose("confusion")
    assert not window.output_panel.painting.on
    window.actions_by_key["paint"].trigger()
    assert isinstance(window.output_panel.outputs.currentWidget(), BoundaryPlot)
    window.document.open(files.example("spiral"))
    assert not window.output_panel.painting.on


def test_that_a_file_with_an_empty_canvas_opens(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = make_window(None, PRECISE)
    window.actions_by_key["clear_points"].trigger()
    files.write(window.document.experiment, tmp_path / "empty.json")
    window.document.open(files.example("fish"))
    qtbot.waitUntil(
        lambda: window.bridge.prepared is not None and window.bridge.prepared.plan.kind == "table"
    )
    window.document.open(files.read(tmp_path / "empty.json"))
    qtbot.waitUntil(lambda: isinstance(window.output_panel.outputs.currentWidget(), BoundaryPlot))
    assert "There are no points yet" in plot(window).painter.invitation


def test_that_the_brush_is_remembered(painting: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = painting()
    window.output_panel.painting.strip.size_slider.slider.setValue(12)
    qtbot.waitUntil(lambda: window.settings.brush_size == pytest.approx(1.2))
    assert plot(window).painter.brush.radius == pytest.approx(1.2)


def test_that_the_tools_keys_are_free_again_after_painting(
    painting: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = painting()
    qtbot.keyClick(plot(window), Qt.Key.Key_E)
    assert plot(window).painter.brush.tool == "erase"
    window.output_panel.painting.stop()
    qtbot.keyClick(plot(window), Qt.Key.Key_B)
    assert plot(window).painter.brush.tool == "erase"
    qtbot.keyClick(plot(window), Qt.Key.Key_P)
    assert window.output_panel.painting.on


def test_that_rows_of_a_run_before_are_not_exported_as_those_of_an_empty_canvas(
    painting: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = painting(blank=True)
    qtbot.waitUntil(lambda: "two points, of two classes" in window.status.words.sentence)
    window.actions_by_key["export_data"].trigger()
    assert "no rows to export" in window.status.words.sentence


def test_that_space_trains_while_points_are_painted(
    painting: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = painting()
    before = window.document.experiment
    qtbot.keyClick(plot(window), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.bridge.playing)
    assert window.document.experiment is before


def test_that_a_new_class_does_not_stay_chosen_when_it_is_taken_back(
    painting: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = painting()
    qtbot.keyClick(plot(window), Qt.Key.Key_3)
    stroke(window, (3.0, 0.0))
    assert len(rows(window).class_names) == 3
    window.document.undo_stack.undo()
    stroke(window, (3.0, 0.0))
    assert len(rows(window).class_names) == 2
