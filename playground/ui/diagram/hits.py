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
    unit = column.unit_at(point)
    if unit is not None:
        has_bias = column.block is None and column.spec.kind in ("hidden", "output")
        on_bias = has_bias and bias_box(column.tiles[unit], bias_side).contains(point)
        return Hit("bias" if on_bias else "tile", layer, unit)
    text = column.activation
    inside = column.card.left() - 4 <= point.x() <= column.card.right() + 4
    if text is not None and inside and text.contains(point):
        return Hit("activation", layer)
    return Hit("card", layer) if column.card.contains(point) else None


def bias_box(tile: QRectF, side: float) -> QRectF:
    """Return the small square of a neuron's bias: at the lower left corner of its tile, half outside."""
    side = min(side, tile.width() * 0.34)
    return QRectF(tile.left() - side * 0.45, tile.bottom() - side * 0.55, side, side)
