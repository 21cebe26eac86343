"""The geometry: what is where, and that nothing overlaps or leaves the room."""

from itertools import pairwise

import pytest
from diagram_bench import specs
from PySide6.QtCore import QPointF

from playground.ui.diagram.hits import CANVAS, Hit, hit_card
from playground.ui.diagram.layout import DRESSES, SMALLEST_TILE, DiagramLayout, arrange

NETWORKS = {
    "empty": specs(2),
    "small": specs(2, 4, 2),
    "seven features, six layers": specs(7, *[8] * 6),
    "wide": specs(2, 256, 256, 256),
    "twelve layers": specs(2, *[6] * 12),
    "mixed": specs(7, 13, 40, 1, 1024, outputs=8),
}


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("room", [(640, 420), (1000, 700), (1600, 1000)])
def test_that_columns_run_left_to_right_without_touching(name: str, room: tuple[int, int]) -> None:
    layout = arrange(NETWORKS[name], *room, left_labels=40)
    for left, right in pairwise(layout.columns):
        assert left.card.right() < right.card.left()


@pytest.mark.parametrize("name", NETWORKS)
def test_that_everything_lies_within_the_bounds(name: str) -> None:
    layout = arrange(NETWORKS[name], 1000, 700, left_labels=40)
    for column in layout.columns:
        assert layout.bounds.contains(column.card)
        for part in (column.minus, column.plus, column.close, column.grip):
            assert part is None or layout.bounds.contains(part)
    for gap in layout.gaps:
        assert layout.bounds.contains(gap.band)


@pytest.mark.parametrize("name", ["empty", "small", "seven features, six layers", "wide", "mixed"])
def test_that_the_diagram_fits_the_smallest_window(name: str) -> None:
    layout = arrange(NETWORKS[name], 640, 420, left_labels=40)
    assert layout.bounds.width() <= 640
    assert layout.bounds.height() <= 420


def test_that_twelve_layers_need_little_zooming_out() -> None:
    layout = arrange(NETWORKS["twelve layers"], 640, 420, left_labels=20)
    assert 640 / layout.bounds.width() > 0.8


def test_that_neurons_are_stacked_about_the_axis_without_overlap() -> None:
    column = arrange(specs(2, 5), 1000, 700).columns[1]
    assert len(column.tiles) == 5
    assert column.centre_of(2) == pytest.approx(0.0, abs=0.5)
    for upper, lower in pairwise(column.tiles):
        assert upper.bottom() < lower.top()


@pytest.mark.parametrize(("units", "is_block"), [(1, False), (16, False), (17, True), (256, True)])
def test_that_a_crowded_layer_becomes_a_block(units: int, is_block: bool) -> None:
    column = arrange(specs(2, units), 1000, 700).columns[1]
    assert (column.block is not None) == is_block
    assert len(column.tiles) == (0 if is_block else units)


def test_that_a_layer_becomes_a_block_when_the_height_is_missing() -> None:
    assert arrange(specs(2, 12), 1000, 700).columns[1].block is None
    assert arrange(specs(2, 12), 1000, 200).columns[1].block is not None


def test_that_a_wider_layer_is_a_taller_block() -> None:
    columns = arrange(specs(2, 20, 128, 1024), 1200, 700).columns
    heights = [column.block.height() for column in columns[1:4] if column.block is not None]
    assert heights == sorted(heights)
    assert len(set(heights)) == 3


def test_that_the_projector_enlarges_everything() -> None:
    plain, large = arrange(specs(2, 4), 800, 500), arrange(specs(2, 4), 1200, 750, scale=1.5)
    assert large.columns[1].tile == pytest.approx(1.5 * plain.columns[1].tile)


@pytest.mark.parametrize("name", ["small", "seven features, six layers"])
def test_that_paddings_go_before_neurons_get_too_small(name: str) -> None:
    layout = arrange(NETWORKS[name], 824, 326, scale=1.5, left_labels=60)
    assert layout.bounds.height() <= 326
    assert all(column.tile >= SMALLEST_TILE - 1 for column in layout.columns)
    assert arrange(NETWORKS[name], 824, 600, left_labels=40).dress == DRESSES[0]


@pytest.mark.parametrize("dress", range(len(DRESSES)))
def test_that_what_a_dress_leaves_out_is_not_there(dress: int) -> None:
    heights = [700, 310, 280, 215]
    layout = arrange(specs(2, 8), 824, heights[dress])
    assert layout.dress == DRESSES[dress]
    column = layout.columns[1]
    assert (column.plus is not None) == (layout.dress.footer > 0)
    assert (column.activation is not None) == (layout.dress.activation > 0)
    assert all(layout.bounds.contains(gap.band) for gap in layout.gaps)


def test_that_a_row_of_a_block_is_a_neuron() -> None:
    column = arrange(specs(2, 64), 1000, 700).columns[1]
    for unit in (0, 1, 31, 63):
        assert column.unit_at(QPointF(column.card.center().x(), column.centre_of(unit))) == unit


def small() -> DiagramLayout:
    return arrange(specs(2, 4, 2), 900, 500, left_labels=30)


def test_that_the_nearest_gap_is_found_between_inputs_and_output() -> None:
    layout = small()
    for gap in layout.gaps:
        assert layout.gap_at(QPointF(gap.centre + 3, 77.0)) == gap.index
    first, second = layout.columns[1].card, layout.columns[2].card
    assert layout.gap_at(QPointF(first.center().x() - 5, 0)) == 0
    assert layout.gap_at(QPointF(second.center().x() + 9, 0)) == 2


def test_that_there_is_no_gap_beside_inputs_and_output() -> None:
    layout = small()
    assert layout.gap_at(QPointF(layout.bounds.left() + 1, 0)) is None
    assert layout.gap_at(QPointF(layout.bounds.right() - 1, 0)) is None
    assert layout.gap_at(QPointF(layout.bounds.right() + 900, 0)) is None


def test_that_every_part_of_a_card_is_found_at_its_own_middle() -> None:
    layout = small()
    column = layout.columns[1]
    for part in ("minus", "plus", "grip", "close", "activation"):
        box = getattr(column, part)
        assert hit_card(layout, box.center(), 8.0) == Hit(part, "layer1")
    assert hit_card(layout, column.tiles[2].center(), 8.0) == Hit("tile", "layer1", 2)
    assert hit_card(layout, column.tiles[2].bottomLeft(), 8.0) == Hit("bias", "layer1", 2)
    assert hit_card(layout, column.title.center(), 8.0) == Hit("card", "layer1")
    assert hit_card(layout, layout.gaps[2].button.center(), 8.0) == Hit("gap", index=2)
    assert hit_card(layout, QPointF(layout.gaps[1].centre, 0), 8.0) == CANVAS


def test_that_inputs_have_no_bias_and_no_buttons() -> None:
    layout = small()
    inputs = layout.columns[0]
    assert hit_card(layout, inputs.tiles[0].bottomLeft() + QPointF(1, -1), 8.0).part == "tile"
    assert (inputs.minus, inputs.plus, inputs.grip, inputs.close, inputs.activation) == (None,) * 5
