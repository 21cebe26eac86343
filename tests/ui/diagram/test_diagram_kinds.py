"""Layers that are not Dense in the diagram: slim cards, threads, arcs, and everything done with them."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from diagram_bench import Bench
from layer_cases import OTHER_KINDS, shorthand, stack
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from playground.engine.layers import LAYERS
from playground.experiment import edits
from playground.tables import by_key
from playground.ui.diagram import menus, outline
from playground.ui.diagram.hints import hint
from playground.ui.diagram.hits import Hit
from playground.ui.diagram.lanes import lanes
from playground.ui.diagram.layout import DiagramLayout, arrange
from playground.ui.diagram.slim import SlimItem
from playground.ui.selection import NeuronRef
from playground.ui.theme.tokens import DARK, scaled

MakeBench = Callable[..., Bench]
Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton

NETWORKS = {
    "one of each": (8, "batch_norm", "dropout", 8, "skip", "layer_norm"),
    "nested skips": (8, 8, "skip", 8, "skip", 8, "skip 3"),
    "a block": (64, "dropout", 64, "skip"),
    "after the inputs": ("dropout", 2, "skip"),
    "none but slim": ("dropout", "layer_norm"),
}


def layout_of(*layers: int | str, room: tuple[int, int] = (1000, 700), scale: float = 1.0) -> DiagramLayout:
    return arrange(outline.column_specs(stack(*layers)), *room, scale, left_labels=40)


# Geometry -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize(("room", "scale"), [((620, 420), 1.0), ((1000, 700), 1.0), ((1200, 800), 1.5)])
def test_that_nothing_overlaps_or_leaves_the_bounds(name: str, room: tuple[int, int], scale: float) -> None:
    layout = layout_of(*NETWORKS[name], room=room, scale=scale)
    for left, right in pairwise(layout.columns):
        assert left.card.right() < right.card.left()
    for column in layout.columns:
        assert layout.bounds.contains(column.card)
        assert column.close is None or layout.bounds.contains(column.close)
    for gap in layout.gaps:
        assert layout.bounds.contains(gap.band)
        assert layout.bounds.contains(gap.button)
    for arc in layout.arcs:
        assert layout.bounds.top() < arc.height < min(column.card.top() for column in layout.columns)


@pytest.mark.parametrize("name", ["one of each", "nested skips"])
def test_that_the_arcs_leave_room_for_everything_else(name: str) -> None:
    layout = layout_of(*NETWORKS[name], room=(760, 420))
    assert layout.bounds.width() <= 760
    assert layout.bounds.height() <= 420


@pytest.mark.parametrize("name", NETWORKS)
def test_that_values_run_straight_into_a_slim_card(name: str) -> None:
    columns = layout_of(*NETWORKS[name]).columns
    for left, right in pairwise(columns):
        if right.spec.kind == "slim":
            units = range(right.spec.units)
            assert [left.centre_of(i) for i in units] == [right.centre_of(i) for i in units]


def test_that_a_slim_card_is_much_narrower_than_a_dense_one_and_has_no_width_to_change() -> None:
    columns = layout_of(8, "dropout").columns
    assert columns[2].card.width() < 0.4 * columns[1].card.width()
    assert (columns[2].minus, columns[2].plus, columns[2].grip, columns[2].activation) == (None,) * 4
    assert columns[2].close is not None


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], ()),
        ([(0, 2), (2, 4), (4, 6)], (0, 0, 0)),
        ([(0, 9), (2, 4), (5, 7)], (1, 0, 0)),
        ([(0, 4), (2, 6)], (0, 1)),
        ([(0, 9), (0, 7), (0, 2)], (2, 1, 0)),
    ],
)
def test_that_arcs_that_overlap_have_lanes_of_their_own(
    spans: list[tuple[int, int]], expected: tuple[int, ...]
) -> None:
    assert lanes(spans) == expected


def test_that_an_arc_runs_from_the_values_that_are_added_to_the_skip() -> None:
    layout = layout_of(8, "dropout", 8, "skip")
    [arc] = layout.arcs
    dropout, skip = layout.columns[2], layout.columns[4]
    assert arc.layer == "layer4"
    assert dropout.card.left() < arc.start.x() < dropout.card.right()
    assert skip.card.left() < arc.end.x() < skip.card.right()
    assert (arc.start.y(), arc.end.y()) == (dropout.card.top(), skip.card.top())


# What is drawn ------------------------------------------------------------------------------------------


def test_that_threads_lead_into_slim_cards_and_links_into_the_others(bench: MakeBench) -> None:
    b = bench(experiment=stack(8, "dropout", 3, "layer_norm"))
    assert list(b.scene.threads) == [("layer1", "layer2"), ("layer3", "layer4")]
    assert list(b.scene.bundles) == [("inputs", "layer1"), ("layer2", "layer3"), ("layer4", "output")]
    assert b.scene.threads["layer1", "layer2"].count == 8
    assert isinstance(b.scene.columns["layer2"], SlimItem)


def test_that_many_values_are_a_ribbon(bench: MakeBench) -> None:
    b = bench(experiment=stack(64, "dropout"))
    assert b.scene.threads["layer1", "layer2"].count == 0


def test_that_weights_behind_a_slim_card_are_those_of_the_next_layer(bench: MakeBench) -> None:
    b = bench(experiment=stack(4, "batch_norm", "dropout", 3))
    b.run()
    weights = b.scene.bundles["layer3", "layer4"].weights
    assert weights is not None
    assert weights.shape == (3, 4)


def test_that_items_come_and_go_with_their_layers(bench: MakeBench) -> None:
    b = bench(experiment=stack(4, 4, "skip"))
    assert list(b.scene.arcs) == ["layer3"]
    b.document.edit("Remove", edits.remove_layer, "layer3")
    assert (b.scene.arcs, b.scene.threads) == ({}, {})
    b.document.undo_stack.undo()
    assert list(b.scene.arcs) == ["layer3"]
    assert list(b.scene.threads) == [("layer2", "layer3")]


@pytest.mark.parametrize("name", NETWORKS)
def test_that_every_theme_draws_every_kind(bench: MakeBench, name: str) -> None:
    b = bench(experiment=stack(*NETWORKS[name]))
    b.run()
    before = b.panel.grab().toImage()
    b.panel.apply_theme(scaled(DARK, True))
    assert b.panel.grab().toImage() != before


def test_that_a_card_says_its_kind_and_its_rate(bench: MakeBench) -> None:
    b = bench(experiment=stack(8, "dropout 0.5", "batch_norm"))
    assert b.scene.columns["layer2"].face.title == "Dropout 0.5"
    assert b.scene.columns["layer3"].face.title == "Batch norm"
    b.document.edit("Set rate", edits.set_layer_parameter, "layer2", "rate", 0.25)
    assert b.scene.columns["layer2"].face.title == "Dropout 0.25"


def test_that_the_network_in_words_names_every_kind() -> None:
    words = outline.network_in_words(stack(8, "dropout", 8, "skip 1", "layer_norm"))
    assert (
        words
        == "Network: 2 inputs, Dense 8 Tanh, Dropout 0.2, Dense 8 Tanh, Skip 1, Layer norm, Output 1 Tanh"
    )


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_that_a_card_explains_its_kind(bench: MakeBench, kind: str) -> None:
    b = bench(experiment=edits.add_layer(stack(8, 8), 2, kind=kind))
    words = hint(b.scene, Hit("card", "layer3"))
    assert by_key(LAYERS, kind, "kind").help in words
    assert "drag to move" in words


# The palette --------------------------------------------------------------------------------------------


def test_that_the_palette_has_a_chip_of_every_kind_and_all_are_seen(bench: MakeBench) -> None:
    b = bench(4)
    for width in (480, 620, 1000, 1600):
        b.panel.resize(width, 640)
        boxes = [chip.geometry() for chip in b.palette.layers.values()]
        boxes += [chip.geometry() for chip in b.palette.activations.values() if chip.isVisible()]
        assert list(b.palette.layers) == [record.key for record in LAYERS]
        assert all(b.palette.rect().contains(box) for box in boxes)
        assert not any(a.intersects(c) for i, a in enumerate(boxes) for c in boxes[:i])
        assert any(chip.isVisible() for chip in b.palette.activations.values())


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_that_a_chip_dropped_in_a_gap_adds_its_layer(bench: MakeBench, kind: str) -> None:
    b = bench(8, 8)
    b.drag_chip(b.palette.layers[kind], b.on_screen(b.gap(2)))
    assert shorthand(b.experiment) == [8, 8, kind]
    assert b.steps == 1
    assert b.selection.layer == "layer3"


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_that_a_chip_clicked_or_entered_adds_its_layer_after_the_selected_one(
    bench: MakeBench, kind: str
) -> None:
    b = bench(8, 8, 8)
    b.selection.select("layer2")
    QTest.mouseClick(b.palette.layers[kind], LEFT)
    b.selection.select("layer3")
    QTest.keyClick(b.palette.layers[kind], Key.Key_Return)
    assert shorthand(b.experiment) == [8, 8, kind, 8, kind]


def test_that_a_skip_that_cannot_add_is_refused_with_the_reason(bench: MakeBench) -> None:
    b = bench(8, 3)
    b.drag_chip(b.palette.layers["skip"], b.on_screen(b.gap(1)), drop=False)
    ghost = b.view.gestures.ghost
    assert ghost is not None
    assert ghost.text == "Skip"
    assert "the 2 values that went into Dense 1 to its 8" in ghost.reason
    assert not any(gap.lit for gap in b.scene.gaps)
    b.release(b.palette.layers["skip"], b.on_screen(b.gap(1)))
    assert b.steps == 0
    assert b.refusals == [ghost.reason]


def test_that_an_activation_dropped_on_a_slim_card_is_refused(bench: MakeBench) -> None:
    b = bench(experiment=stack(8, "dropout", 8))
    b.drag_chip(b.palette.activations["relu"], b.on_screen(b.column("layer2").card.center()), drop=False)
    ghost = b.view.gestures.ghost
    assert ghost is not None
    assert ghost.reason == "Dropout has no activation: choose one for a Dense layer."
    assert not b.scene.columns["layer2"].face.lit
    b.release(b.palette.activations["relu"], b.view.gestures.place)
    assert b.steps == 0


# Cards --------------------------------------------------------------------------------------------------


def foot(b: Bench, layer: str) -> QPointF:
    """Return a place on a slim card below its values."""
    card = b.column(layer).card
    return QPointF(card.center().x(), card.bottom() - 3)


def test_that_a_slim_card_is_moved_by_a_drag(bench: MakeBench) -> None:
    b = bench(experiment=stack(8, "dropout", 8))
    b.drag_scene(foot(b, "layer2"), b.gap(3))
    assert shorthand(b.experiment) == [8, 8, "dropout"]


def test_that_a_move_that_would_break_a_skip_is_refused_with_the_reason(bench: MakeBench) -> None:
    b = bench(experiment=stack(8, 8, "skip"))
    b.drag_scene(foot(b, "layer3"), b.gap(1), drop=False)
    ghost = b.view.gestures.ghost
    assert ghost is not None
    assert "would add 2 values to 8" in ghost.reason
    assert not any(gap.lit for gap in b.scene.gaps)
    b.release(b.view.viewport(), b.on_screen(b.gap(1)))
    assert b.steps == 0
    assert b.refusals == [ghost.reason]


def test_that_a_dense_layer_that_a_skip_needs_is_not_thrown_away(bench: MakeBench) -> None:
    b = bench(experiment=stack(8, 8, "skip"))
    viewport = b.view.viewport()
    bin_place = viewport.mapToGlobal(viewport.rect().bottomLeft())
    b.drag(viewport, b.on_screen(b.column("layer1").title.center()), bin_place, drop=False)
    ghost = b.view.gestures.ghost
    assert ghost is not None
    assert ghost.reason.startswith("Without Dense 1, Skip would add 2 values to 8")
    b.release(viewport, bin_place)
    assert b.steps == 0


def test_that_the_cross_and_delete_remove_a_slim_card(bench: MakeBench) -> None:
    b = bench(experiment=stack(8, "dropout", "layer_norm"))
    close = b.column("layer2").close
    assert close is not None
    b.click(close.center())
    b.selection.select("layer3")
    b.key(Key.Key_Delete)
    assert shorthand(b.experiment) == [8]


def test_that_a_click_on_a_slim_card_selects_it_and_its_arc_stands_out(bench: MakeBench) -> None:
    b = bench(experiment=stack(8, 8, "skip"))
    plain = b.panel.grab().toImage()
    b.click(foot(b, "layer3"))
    assert b.selection.layer == "layer3"
    assert b.panel.grab().toImage() != plain


def test_that_a_value_of_a_slim_card_can_be_looked_at(bench: MakeBench) -> None:
    b = bench(experiment=stack(8, "batch_norm"))
    column = b.column("layer2")
    place = QPointF(column.card.center().x(), column.centre_of(5))
    b.hover(place)
    assert b.selection.hovered == NeuronRef("layer2", 5)
    assert outline.neuron_name(b.experiment, "layer2", 5) == "Batch norm, value 6"
    b.click(place)
    assert b.selection.neuron == NeuronRef("layer2", 5)


# Keys and menus -----------------------------------------------------------------------------------------


def test_that_keys_walk_move_and_refuse_as_they_should(bench: MakeBench) -> None:
    b = bench(experiment=stack(8, "dropout", 8))
    b.selection.select("layer1")
    b.key(Key.Key_Right)
    assert b.selection.layer == "layer2"
    b.key(Key.Key_Plus)
    b.key(Key.Key_A)
    assert b.refusals == [
        "Dropout has as many values as come in: set the neurons of a Dense layer.",
        "Select a layer with an activation first: a Dense one or the output.",
    ]
    b.key(Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert shorthand(b.experiment) == [8, 8, "dropout"]


def entries(menu: QMenu) -> list[str]:
    return [action.text().split("\t")[0] for action in menu.actions() if action.text()]


def test_that_the_menu_of_a_slim_card_offers_nothing_of_dense(bench: MakeBench) -> None:
    b = bench(experiment=stack(8, "dropout", 8))
    menu = menus.menu_for(b.view, b.document, b.selection, "layer2")
    assert entries(menu) == [
        "Move left",
        "Move right",
        "Add a Dense layer after",
        "Add another layer after",
        "Remove",
    ]
    menu.deleteLater()


def test_that_menus_add_every_kind_and_say_why_one_cannot_be(bench: MakeBench) -> None:
    b = bench(8)
    menu = menus.gap_menu(b.view, b.document, b.selection, 1)
    other = next(action.menu() for action in menu.actions() if action.menu() is not None)
    assert isinstance(other, QMenu)
    assert entries(other) == ["Dropout", "Batch norm", "Layer norm", "Skip"]
    assert [action.isEnabled() for action in other.actions()] == [True, True, True, False]
    assert "both need the same width" in other.actions()[3].toolTip()
    other.actions()[0].trigger()
    menu.deleteLater()
    assert shorthand(b.experiment) == [8, "dropout"]
