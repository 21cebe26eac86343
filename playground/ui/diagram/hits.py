"""What is under the pointer: a pure question to the layout."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

from playground.ui.diagram.layout import Column, DiagramLayout

Part = Literal[
    "canvas",
    "card",
    "tile",
    "bias",
    "activation",
    "minus",
    "plus",
    "grip",
    "close",
    "badge",
    "health",
    "gap",
    "link",
]


SMALLEST_WITH_BIAS = 12.0  # on smaller tiles the square of the bias would hide the picture
NEAR = 2.0
"""Pixels beside the square of a bias that belong to it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A part of the diagram: of which layer, and which neuron, gap, or (for a link) source it is."""

    part: Part
    layer: str | None = None
    index: int = -1
    source: int = -1


CANVAS = Hit("canvas")


def hit_card(layout: DiagramLayout, point: QPointF, bias_side: float) -> Hit:
    """Return the part of a card, or the gap's button, at `point`; the canvas when there is none."""
    for column in layout.columns:
        hit = _hit_column(column, point, bias_side)
        if hit is not None:
            return hit
    for gap in layout.gaps:
        if gap.button.contains(point):
            return Hit("gap", index=gap.index)
    return CANVAS


def _hit_column(column: Column, point: QPointF, bias_side: float) -> Hit | None:
    layer = column.spec.id
    controls: tuple[tuple[Part, QRectF | None], ...] = (
        ("close", column.close),
        ("grip", column.grip),
        ("minus", column.minus),
        ("plus", column.plus),
    )
    for part, box in controls:
        if box is not None and box.contains(point):
            return Hit(part, layer)
    if column.block is None and column.spec.kind in ("hidden", "output"):
        # The squares stand out of their tiles, and are small: a little beside them is near enough.
        for unit, tile in enumerate(column.tiles):
            if tile.width() < SMALLEST_WITH_BIAS:
                break
            if bias_box(tile, bias_side).adjusted(-NEAR, -NEAR, NEAR, NEAR).contains(point):
                return Hit("bias", layer, unit)
    unit_there = column.unit_at(point)
    if unit_there is not None:
        return Hit("tile", layer, unit_there)
    text = column.activation
    inside = column.card.left() - 4 <= point.x() <= column.card.right() + 4
    if text is not None and inside and text.contains(point):
        return Hit("activation", layer)
    return Hit("card", layer) if column.card.contains(point) else None


def bias_box(tile: QRectF, side: float) -> QRectF:
    """Return the small square of a neuron's bias: at the lower left corner of its tile, half outside."""
    side = min(side, tile.width() * 0.34)
    return QRectF(tile.left() - side * 0.45, tile.bottom() - side * 0.55, side, side)
