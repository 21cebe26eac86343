"""Drag and drop with the mouse, through the real widgets: one edit each, or none and a reason."""

from collections.abc import Callable

import pytest
from diagram_bench import Bench
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from playground.experiment.model import MAX_LAYERS
from playground.ui.diagram.gestures import BETWEEN, HOME

MakeBench = Callable[..., Bench]


def below(point: QPointF, down: float) -> QPointF:
    return point + QPointF(0, down)


# A layer from the palette -------------------------------------------------------------------------------


@pytest.mark.parametrize("gap", [0, 1, 2])
def test_that_a_dense_chip_dropped_in_a_gap_adds_a_layer_there(bench: MakeBench, gap: int) -> None:
    b = bench(8, 2)
    b.drag_chip(b.palette.dense, b.on_screen(b.gap(gap)))
    assert b.order.index("layer3") == gap
    assert b.widths == [*[8, 2][:gap], 4, *[8, 2][gap:]]
    assert b.steps == 1
    assert b.selection.layer == "layer3"


def test_that_the_first_layer_is_dropped_on_the_empty_diagram(bench: MakeBench) -> None:
    b = bench()
    b.drag_chip(b.palette.dense, b.on_screen(b.gap(0)))
    assert b.widths == [4]


def test_that_the_gap_under_the_pointer_lights_up(bench: MakeBench) -> None:
    b = bench(8, 2)
    b.drag_chip(b.palette.dense, b.on_screen(b.gap(1)), drop=False)
    assert [gap.lit for gap in b.scene.gaps] == [False, True, False]
    ghost = b.view.gestures.ghost
    assert ghost is not None
    assert (ghost.text, ghost.reason) == ("Dense", "")
    b.release(b.palette.dense, b.on_screen(b.gap(1)))
    assert not any(gap.lit for gap in b.scene.gaps)
    assert b.view.gestures.ghost is None


def test_that_a_drop_outside_any_gap_changes_nothing_and_says_why(bench: MakeBench) -> None:
    b = bench(8)
    outside = b.panel.mapToGlobal(QPoint(300, 10))
    b.drag_chip(b.palette.dense, b.on_screen(b.gap(1)), drop=False)
    b.move(b.palette.dense, outside)
    ghost = b.view.gestures.ghost
    assert ghost is not None
    assert ghost.reason == "Drop it between the inputs and the output."
    cursor = QApplication.overrideCursor()
    assert cursor is not None
    assert cursor.shape() == Qt.CursorShape.ForbiddenCursor
    b.release(b.palette.dense, outside)
    assert b.widths == [8]
    assert b.steps == 0
    assert QApplication.overrideCursor() is None


def test_that_one_layer_too_many_is_refused_with_the_reason(bench: MakeBench) -> None:
    b = bench(*[2] * MAX_LAYERS)
    b.drag_chip(b.palette.dense, b.on_screen(b.gap(3)), drop=False)
    ghost = b.view.gestures.ghost
    assert ghost is not None
    assert "12 Dense layers" in ghost.reason
    b.release(b.palette.dense, b.on_screen(b.gap(3)))
    assert len(b.widths) == MAX_LAYERS
    assert len(b.refusals) == 1
    assert b.steps == 0


def test_that_escape_cancels_a_drag(bench: MakeBench) -> None:
    b = bench(8, 2)
    place = b.on_screen(b.gap(1))
    b.drag_chip(b.palette.dense, place, drop=False)
    b.key(Qt.Key.Key_Escape)
    assert not b.view.gestures.active
    assert not any(gap.lit for gap in b.scene.gaps)
    b.move(b.palette.dense, place + QPoint(30, 0))
    b.release(b.palette.dense, place)
    assert b.widths == [8, 2]
    assert b.steps == 0


def test_that_a_small_movement_is_a_click_and_no_drag(bench: MakeBench) -> None:
    b = bench(8, 2)
    b.selection.select("layer1")
    place = b.palette.dense.mapToGlobal(b.palette.dense.rect().center())
    b.press(b.palette.dense, place)
    b.move(b.palette.dense, place + QPoint(QApplication.startDragDistance() - 1, 0))
    assert not b.view.gestures.active
    b.release(b.palette.dense, place)
    assert b.widths == [8, 4, 2]


def test_that_other_input_is_ignored_during_a_drag(bench: MakeBench) -> None:
    b = bench(8, 2)
    b.selection.select("layer1")
    b.drag_chip(b.palette.dense, b.on_screen(b.gap(1)), drop=False)
    b.key(Qt.Key.Key_Delete)
    QTest.mouseClick(b.view.viewport(), Qt.MouseButton.RightButton, pos=QPoint(50, 50))
    assert b.steps == 0
    assert b.view.gestures.active


# An activation from the palette -------------------------------------------------------------------------


def test_that_an_activation_dropped_on_a_layer_is_set_there(bench: MakeBench) -> None:
    b = bench(4, 2)
    b.drag_chip(b.palette.activations["relu"], b.on_screen(b.column("layer2").card.center()))
    assert [layer.activation for layer in b.experiment.layers] == ["tanh", "relu"]
    assert b.steps == 1


def test_that_an_activation_can_be_dropped_on_the_output(bench: MakeBench) -> None:
    b = bench(4)
    b.drag_chip(b.palette.activations["sigmoid"], b.on_screen(b.column("output").tiles[0].center()))
    assert b.experiment.output.activation == "sigmoid"


def test_that_the_layer_an_activation_would_go_to_lights_up(bench: MakeBench) -> None:
    b = bench(4, 2)
    chip = b.palette.activations["relu"]
    b.drag_chip(chip, b.on_screen(b.column("layer2").card.center()), drop=False)
    assert [item.face.lit for item in b.scene.columns.values()] == [False, False, True, False]
    b.key(Qt.Key.Key_Escape)
    assert not b.scene.columns["layer2"].face.lit


@pytest.mark.parametrize(("key", "layer"), [("softmax", "layer1"), ("relu", "inputs")])
def test_that_a_refused_activation_changes_nothing_and_says_why(
    bench: MakeBench, key: str, layer: str
) -> None:
    b = bench(4, 2)
    before = b.experiment
    place = b.on_screen(b.column(layer).card.center())
    b.drag_chip(b.palette.activations[key], place, drop=False)
    ghost = b.view.gestures.ghost
    assert ghost is not None
    reason = ghost.reason
    assert reason
    b.release(b.palette.activations[key], place)
    assert b.experiment == before
    assert b.refusals == [reason]
    assert b.steps == 0


def test_that_an_activation_dropped_beside_the_layers_does_nothing(bench: MakeBench) -> None:
    b = bench(4, 2)
    b.drag_chip(b.palette.activations["relu"], b.on_screen(b.gap(1)))
    assert b.steps == 0
    assert b.refusals == []


# A card -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "gap", "order"),
    [
        ("layer1", 3, ["layer2", "layer3", "layer1"]),
        ("layer1", 2, ["layer2", "layer1", "layer3"]),
        ("layer3", 0, ["layer3", "layer1", "layer2"]),
    ],
)
def test_that_a_card_dragged_to_another_gap_moves(
    bench: MakeBench, layer: str, gap: int, order: list[str]
) -> None:
    b = bench(3, 4, 5)
    b.drag_scene(b.column(layer).title.center(), b.gap(gap))
    assert b.order == order
    assert b.steps == 1


@pytest.mark.parametrize("gap", [1, 2])
def test_that_a_card_dropped_beside_itself_stays(bench: MakeBench, gap: int) -> None:
    b = bench(3, 4, 5)
    b.drag_scene(b.column("layer2").title.center(), b.gap(gap))
    assert b.steps == 0
    assert b.scene.columns["layer2"].pos() == QPointF()


def test_that_a_card_follows_the_pointer_and_a_bin_appears(bench: MakeBench) -> None:
    b = bench(3, 4)
    start = b.column("layer1").title.center()
    b.drag_scene(start, below(start, 60), drop=False)
    assert b.scene.columns["layer1"].pos().y() == pytest.approx(60, abs=2)
    assert b.bin.isVisible()
    b.key(Qt.Key.Key_Escape)
    assert b.scene.columns["layer1"].pos() == QPointF()
    assert not b.bin.isVisible()
    assert b.order == ["layer1", "layer2"]


def test_that_a_card_dragged_out_of_the_diagram_is_removed(bench: MakeBench) -> None:
    b = bench(3, 4)
    start = b.on_screen(b.column("layer1").title.center())
    b.drag(b.view.viewport(), start, start - QPoint(0, 700))
    assert b.order == ["layer2"]
    assert b.steps == 1


def test_that_a_card_dropped_on_the_bin_is_removed(bench: MakeBench) -> None:
    b = bench(3, 4)
    start = b.column("layer2").title.center()
    b.drag_scene(start, below(start, 30), drop=False)
    place = b.bin.mapToGlobal(b.bin.rect().center())
    b.move(b.view.viewport(), place)
    ghost = b.view.gestures.ghost
    assert ghost is not None
    assert ghost.text == "Remove Dense · 4"
    b.release(b.view.viewport(), place)
    assert b.order == ["layer1"]


@pytest.mark.parametrize("share", [0.02, 0.98])
def test_that_the_bin_is_the_whole_foot_of_the_view(bench: MakeBench, share: float) -> None:
    b = bench(3, 4)
    viewport = b.view.viewport()
    place = viewport.mapToGlobal(QPoint(round(viewport.width() * share), viewport.height() - 3))
    b.drag(viewport, b.on_screen(b.column("layer2").title.center()), place)
    assert b.order == ["layer1"]


@pytest.mark.parametrize("place", ["home", "beside"])
def test_that_a_card_dropped_nowhere_says_why_at_the_pointer(bench: MakeBench, place: str) -> None:
    b = bench(3, 4)
    end = b.gap(1) if place == "home" else b.column("output").card.center() + QPointF(45, 0)
    b.drag_scene(b.column("layer2").title.center(), b.gap(2), end)
    assert b.order == ["layer1", "layer2"]
    assert b.steps == 0
    assert QToolTip.text().replace("\n", " ") == (HOME if place == "home" else BETWEEN)
    assert QToolTip.isVisible()


def test_that_a_card_in_the_hand_is_all_visible_and_its_links_fade(bench: MakeBench) -> None:
    b = bench(12, 4)
    b.drag_scene(b.column("layer1").title.center(), QPointF(0, 150), drop=False)
    item = b.scene.columns["layer1"]
    box = b.view.mapFromScene(item.mapRectToScene(item.chrome.boundingRect())).boundingRect()
    assert b.view.viewport().rect().adjusted(-1, -1, 1, 1 - b.bin.height()).contains(box)
    assert b.scene.bundles["inputs", "layer1"].opacity() < 0.2
    assert b.scene.bundles["layer2", "output"].opacity() == 1.0
    b.key(Qt.Key.Key_Escape)
    assert (item.scale(), item.opacity(), item.pos()) == (1.0, 1.0, QPointF())
    assert b.scene.bundles["inputs", "layer1"].opacity() == 1.0


def test_that_the_chip_in_the_hand_is_above_and_left_of_the_pointer(bench: MakeBench) -> None:
    b = bench(8, 2)
    place = b.on_screen(b.gap(1))
    b.drag_chip(b.palette.dense, place, drop=False)
    ghost = b.view.gestures.ghost
    assert ghost is not None
    corner = ghost.mapToGlobal(ghost.rect().bottomRight())
    assert corner.x() < place.x()
    assert corner.y() < place.y()
    b.key(Qt.Key.Key_Escape)


def test_that_inputs_and_output_cannot_be_dragged(bench: MakeBench) -> None:
    b = bench(3, 4)
    b.drag_scene(b.column("output").title.center(), b.gap(0))
    b.drag_scene(b.column("inputs").tiles[0].center(), b.gap(2))
    assert b.steps == 0


def test_that_an_undo_during_a_drag_ends_the_drag(bench: MakeBench) -> None:
    b = bench(3)
    b.drag_chip(b.palette.dense, b.on_screen(b.gap(1)))
    b.drag_scene(b.column("layer2").title.center(), b.gap(0), drop=False)
    b.document.undo_stack.undo()
    assert not b.view.gestures.active
    b.release(b.view.viewport(), b.on_screen(b.gap(0)))
    assert b.order == ["layer1"]


# The width handle ---------------------------------------------------------------------------------------


def grip(b: Bench, layer: str) -> QPointF:
    box = b.column(layer).grip
    assert box is not None
    return box.center()


def test_that_the_handle_dragged_down_adds_neurons_as_one_step(bench: MakeBench) -> None:
    b = bench(4, 2)
    start = grip(b, "layer1")
    b.drag_scene(start, below(start, 3 * b.column("layer1").tile * 0.8), drop=False)
    ghost = b.view.gestures.ghost
    assert ghost is not None
    assert ghost.text == "4 → 7"
    assert b.widths == [4, 2]
    b.release(b.view.viewport(), b.view.gestures.place)
    assert b.widths == [7, 2]
    assert b.steps == 1


def test_that_the_handle_dragged_up_leaves_at_least_one_neuron(bench: MakeBench) -> None:
    b = bench(4)
    start = grip(b, "layer1")
    b.drag_scene(start, below(start, -230))
    assert b.widths == [1]


def test_that_the_handle_of_a_block_scales_it(bench: MakeBench) -> None:
    b = bench(64)
    start = grip(b, "layer1")
    block = b.column("layer1").block
    assert block is not None
    b.drag_scene(start, below(start, -block.height() / 2))
    assert b.widths[0] == pytest.approx(32, abs=2)


def test_that_escape_leaves_the_width_as_it_was(bench: MakeBench) -> None:
    b = bench(4)
    start = grip(b, "layer1")
    b.drag_scene(start, below(start, 90), drop=False)
    b.key(Qt.Key.Key_Escape)
    b.release(b.view.viewport(), b.on_screen(start))
    assert b.widths == [4]
    assert b.scene.columns["layer1"].face.preview is None


# Scrolling ----------------------------------------------------------------------------------------------


def test_that_a_drag_at_the_edge_scrolls_a_zoomed_diagram(bench: MakeBench, qtbot: QtBot) -> None:
    b = bench(8, 8, 8)
    b.view.zoom.zoom_by(2.0)
    bar = b.view.horizontalScrollBar()
    bar.setValue((bar.minimum() + bar.maximum()) // 2)
    before = bar.value()
    viewport = b.view.viewport()
    b.drag_chip(b.palette.dense, viewport.mapToGlobal(QPoint(viewport.width() - 5, 100)), drop=False)
    qtbot.waitUntil(lambda: bar.value() > before)
    b.key(Qt.Key.Key_Escape)
