"""Where everything in the diagram is: pure geometry, from the network's shape and the room there is.

Neurons are stacked symmetrically about y = 0 and columns run from left to right. The diagram adapts to its
room in three ways: a *density* is chosen so that all columns fit the width at a readable size, a *dress*
gives up paddings and labels where the height is missing, and only then tiles shrink with the height until a
crowded layer is shown as one block instead. A layer that is not Dense is a slim card close behind the column
whose values run straight into it, each at its own height.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log2
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

from playground.ui.diagram.lanes import BESIDE, LANE, Arc, lanes, room_for
from playground.ui.diagram.sizes import DENSITIES, DRESSES, Density, Dress

Kind = Literal["inputs", "hidden", "slim", "output"]

MAX_TILES = 16  # more neurons than this are a block
MARGIN = 14.0  # the sign that removes a layer stands out of its card by 9
SMALLEST_TILE = 22.0  # pixels on the screen; below it pictures of neurons cannot be told apart
BUTTON = 20.0
BAND_LABEL = 18.0  # the height of the words below a lit gap
SLIM_LEAST = 120.0  # a slim card has room for its words, which run upwards
SLIM_PADDING = 7.0


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """What one column shows: its id, what it is and how many neurons, or values, it has.

    A slim one has a `label` and a `sign`, the key of its kind; where it `adds` values, the column of these.
    """

    id: str
    kind: Kind
    units: int
    label: str = ""
    sign: str = ""
    adds: int | None = None

    @property
    def movable(self) -> bool:
        """Whether it is a layer that can be moved and removed."""
        return self.kind in ("hidden", "slim")


@dataclass(frozen=True, slots=True)
class Column:
    """Where one column's parts are, in scene coordinates; parts a column does not have are None."""

    spec: ColumnSpec
    card: QRectF
    title: QRectF
    activation: QRectF | None
    tiles: tuple[QRectF, ...]
    block: QRectF | None
    minus: QRectF | None
    plus: QRectF | None
    grip: QRectF | None
    close: QRectF | None

    @property
    def stack(self) -> QRectF:
        """Return the box round the neurons."""
        return self.block if self.block is not None else self.tiles[0].united(self.tiles[-1])

    @property
    def tile(self) -> float:
        """Return the height of a tile; for a block, that of one neuron's row."""
        return self.tiles[0].height() if self.block is None else self.block.height() / self.spec.units

    def centre_of(self, unit: int) -> float:
        """Return the y of one neuron's middle."""
        if self.block is None:
            return self.tiles[unit].center().y()
        return self.block.top() + (unit + 0.5) * self.block.height() / self.spec.units

    def box_of(self, unit: int) -> QRectF:
        """Return the box of one neuron: its tile, or its row of the block."""
        if self.block is None:
            return self.tiles[unit]
        row = self.block.height() / self.spec.units
        return QRectF(self.block.left(), self.block.top() + unit * row, self.block.width(), row)

    def unit_at(self, point: QPointF) -> int | None:
        """Return the neuron at `point`."""
        if self.block is not None:
            if not self.block.contains(point):
                return None
            row = (point.y() - self.block.top()) / self.block.height() * self.spec.units
            return min(int(row), self.spec.units - 1)
        return next((i for i, tile in enumerate(self.tiles) if tile.contains(point)), None)


@dataclass(frozen=True, slots=True)
class Gap:
    """The room between two columns: `band` lights up for a drop, `button` adds a layer."""

    index: int
    left: float
    right: float
    band: QRectF
    button: QRectF

    @property
    def centre(self) -> float:
        """Return the x in the middle between the two columns."""
        return self.band.center().x()


@dataclass(frozen=True, slots=True)
class DiagramLayout:
    """The whole diagram: columns from inputs to output, the gaps between them, and the box of it all."""

    columns: tuple[Column, ...]
    gaps: tuple[Gap, ...]
    arcs: tuple[Arc, ...]
    bounds: QRectF
    density: Density
    dress: Dress

    def column(self, layer_id: str) -> Column | None:
        """Return the column called `layer_id`."""
        return next((column for column in self.columns if column.spec.id == layer_id), None)

    def gap_at(self, point: QPointF) -> int | None:
        """Return the gap nearest to `point`, None beside the inputs or the output."""
        if not self.bounds.left() <= point.x() <= self.bounds.right():
            return None
        first, last = self.columns[0].stack, self.columns[-1].stack
        if point.x() < first.left() or point.x() > last.right():
            return None
        return min(self.gaps, key=lambda gap: abs(gap.centre - point.x())).index


def arrange(
    specs: Sequence[ColumnSpec],
    width: float,
    height: float,
    scale: float = 1.0,
    left_labels: float = 0.0,
    right_labels: float = 0.0,
) -> DiagramLayout:
    """Place the columns in a room of `width` x `height` pixels.

    `scale` enlarges everything (the projector's theme); `left_labels` and `right_labels` are the widths of
    the texts beside the inputs and the output. What does not fit even at the tightest density is larger
    than the room, and the view zooms out.
    """
    room_x, room_y = width / scale, height / scale - room_for(_spans(specs))
    labels = (left_labels / scale, right_labels / scale)
    density = _choose_density(specs, room_x, labels)
    dress = _choose_dress(specs, density, room_y, SMALLEST_TILE / scale)
    stack = max(_stack_room(room_y, dress), 80.0)
    base = _base_tile(specs, density, stack, dress.spacing)
    columns: list[Column] = []
    gap = _gap_width(specs, density, room_x, labels)
    x = 0.0
    for spec in specs:
        if columns:
            x += density.thread if spec.kind == "slim" else gap
        if spec.kind == "slim":
            columns.append(_place_slim(spec, x, density, columns[-1], scale))
        else:
            columns.append(_place(spec, x, density, dress, stack, base, scale))
        x += _column_width(spec, density)
    return _finish(columns, density, dress, scale, left_labels, right_labels)


def _spans(specs: Sequence[ColumnSpec]) -> list[tuple[int, int]]:
    """Return from which column to which an arc runs, for every one that adds values."""
    return [(spec.adds, index) for index, spec in enumerate(specs) if spec.adds is not None]


def _column_width(spec: ColumnSpec, density: Density) -> float:
    return {"hidden": density.card, "slim": density.slim}.get(spec.kind, density.bare)


def _natural_width(specs: Sequence[ColumnSpec], density: Density, labels: tuple[float, float]) -> float:
    columns = sum(_column_width(spec, density) for spec in specs)
    outside = sum(max(label - (density.bare - density.tile) / 2, 0.0) for label in labels)
    slim = sum(spec.kind == "slim" for spec in specs)
    gaps = (len(specs) - 1 - slim) * density.gap + slim * density.thread
    return columns + gaps + outside + 2 * MARGIN


def _choose_density(specs: Sequence[ColumnSpec], room: float, labels: tuple[float, float]) -> Density:
    for density in DENSITIES:
        if _natural_width(specs, density, labels) <= room:
            return density
    return DENSITIES[-1]


def _gap_width(
    specs: Sequence[ColumnSpec], density: Density, room: float, labels: tuple[float, float]
) -> float:
    gaps = sum(spec.kind != "slim" for spec in specs) - 1
    spare = (room - _natural_width(specs, density, labels)) / gaps
    # A single gap holds the invitation to drop the first layer.
    widest = 360.0 if len(specs) == 2 else density.widest_gap
    return max(density.gap, min(density.gap + spare, widest))


def _stack_room(room: float, dress: Dress) -> float:
    return room - 2 * MARGIN - dress.height


def _choose_dress(specs: Sequence[ColumnSpec], density: Density, room: float, wanted: float) -> Dress:
    """Return the fullest dress that leaves ordinary layers tiles of the size wanted, or the barest."""
    wanted = min(wanted, density.tile)
    for dress in DRESSES:
        if int(_base_tile(specs, density, _stack_room(room, dress), dress.spacing)) >= int(wanted):
            return dress
    return DRESSES[-1]


def _fitting_tile(units: int, stack: float, spacing: float) -> float:
    return stack / (units * (1 + spacing) - spacing)


def _base_tile(specs: Sequence[ColumnSpec], density: Density, stack: float, spacing: float) -> float:
    """Return the tile shared by all ordinary columns; only a crowded layer has smaller ones of its own."""
    ordinary = [spec.units for spec in specs if spec.units <= 8]
    return min([density.tile, *(_fitting_tile(units, stack, spacing) for units in ordinary)])


def _is_block(spec: ColumnSpec, stack: float, spacing: float) -> bool:
    crowded = spec.units > MAX_TILES or _fitting_tile(spec.units, stack, spacing) < 10.0
    return spec.kind in ("inputs", "hidden") and crowded


def _block_height(units: int, stack: float) -> float:
    """Return a height that grows with the logarithm of the width, so that 16 and 1024 look different."""
    share = 0.62 + 0.38 * min(max(log2(units / MAX_TILES) / log2(512 / MAX_TILES), 0.0), 1.0)
    return min(stack, 460.0) * share


def _stack(
    spec: ColumnSpec, middle: float, width: float, stack: float, base: float, spacing: float
) -> tuple[QRectF, float]:
    """Return the box round the neurons and the side of a tile, in unscaled pixels."""
    if _is_block(spec, stack, spacing):
        side = width - 2 * max(6.0, width * 0.12)
        height = _block_height(spec.units, stack)
        return QRectF(middle - side / 2, -height / 2, side, height), 0.0
    tile = max(float(int(min(base, _fitting_tile(spec.units, stack, spacing)))), 4.0)
    height = tile * (spec.units * (1 + spacing) - spacing)
    return QRectF(middle - tile / 2, -height / 2, tile, height), tile


def _place(
    spec: ColumnSpec, x: float, density: Density, dress: Dress, stack: float, base: float, scale: float
) -> Column:
    width = _column_width(spec, density)
    middle = x + width / 2
    box, tile = _stack(spec, middle, width, stack, base, dress.spacing)
    named = spec.kind != "inputs" and dress.activation > 0
    head = dress.title + dress.head + (dress.activation if named else 0.0)
    top = box.top() - head - dress.top
    card = QRectF(x, top, width, box.bottom() + dress.bottom - top)
    # Text may be wider than a narrow card, not wider than what is between its neighbours.
    title = QRectF(x - density.gap / 2, top + dress.top, width + density.gap, dress.title)
    activation = QRectF(title.left(), title.bottom(), title.width(), dress.activation - 2)
    hidden = spec.kind == "hidden"
    buttons = hidden and dress.footer > 0
    half = min(BUTTON, width / 2)
    foot = card.bottom() + (dress.footer - BUTTON) / 2
    pitch = tile * (1 + dress.spacing)
    tiles = (
        tuple(QRectF(box.left(), box.top() + i * pitch, tile, tile) for i in range(spec.units))
        if tile
        else ()
    )
    return Column(
        spec,
        _scaled(card, scale),
        _scaled(title, scale),
        _scaled(activation, scale) if named else None,
        tuple(_enlarged(tile_box, scale) for tile_box in tiles),
        None if tile else _scaled(box, scale),
        _scaled(QRectF(middle - half, foot, half, BUTTON), scale) if buttons else None,
        _scaled(QRectF(middle, foot, half, BUTTON), scale) if buttons else None,
        _scaled(QRectF(x + 4, card.bottom() - 9, width - 8, 12), scale) if hidden else None,
        _scaled(QRectF(card.right() - 9, card.top() - 9, 18, 18), scale) if hidden else None,
    )


def _place_slim(spec: ColumnSpec, x: float, density: Density, before: Column, scale: float) -> Column:
    """Place a slim card whose values are at the heights of those of the column before it."""
    left, width = float(round(x * scale)), float(round(density.slim * scale))
    tiles = tuple(QRectF(left, tile.top(), width, tile.height()) for tile in before.tiles)
    rows = before.block
    block = None if rows is None else QRectF(left, rows.top(), width, rows.height())
    height = max(before.stack.height() + 2 * SLIM_PADDING * scale, SLIM_LEAST * scale)
    card = QRectF(left, round(before.stack.center().y() - height / 2), width, round(height))
    side = 9 * scale
    close = QRectF(card.right() - side, card.top() - side, 2 * side, 2 * side)
    return Column(spec, card, card, None, tiles, block, None, None, None, close)


def _scaled(box: QRectF, scale: float) -> QRectF:
    """Return the box in the theme's pixels; whole ones, so that hairlines are sharp."""
    left, top = round(box.left() * scale), round(box.top() * scale)
    return QRectF(left, top, round(box.width() * scale), round(box.height() * scale))


def _enlarged(box: QRectF, scale: float) -> QRectF:
    """Return the box in the theme's pixels; tiles keep exact proportions, for one image holds them all."""
    return QRectF(box.left() * scale, box.top() * scale, box.width() * scale, box.height() * scale)


def _finish(
    columns: Sequence[Column],
    density: Density,
    dress: Dress,
    scale: float,
    left: float,
    right: float,
) -> DiagramLayout:
    margin = MARGIN * scale
    top = min(column.card.top() for column in columns)
    bottom = max(column.card.bottom() for column in columns)
    x0 = min(columns[0].card.left(), columns[0].stack.left() - left) - margin
    x1 = max(columns[-1].card.right(), columns[-1].stack.right() + right) + margin
    arcs = _arcs(columns, top, scale)
    high = min([top, *(arc.height for arc in arcs)])
    bounds = QRectF(x0, high - margin, x1 - x0, bottom + dress.footer * scale - high + 2 * margin)
    # Below the band is room for its words.
    foot = min(bottom, bounds.bottom() - (BAND_LABEL + 4) * scale)
    gaps = []
    for index, (a, b) in enumerate(pairwise(columns)):
        centre, width = (a.card.right() + b.card.left()) / 2, b.card.left() - a.card.right()
        side, size = min(width * 0.62, 34.0 * scale), min(BUTTON * scale, width * 0.9)
        band = QRectF(centre - side / 2, top, side, foot - top)
        middle = top + (dress.top + dress.title / 2) * scale
        button = QRectF(centre - size / 2, middle - size / 2, size, size)
        gaps.append(Gap(index, a.stack.right(), b.stack.left(), band, button))
    return DiagramLayout(tuple(columns), tuple(gaps), arcs, bounds, density, dress)


def _arcs(columns: Sequence[Column], top: float, scale: float) -> tuple[Arc, ...]:
    """Return the arcs above the cards, the highest of which is at `top`."""
    spans = _spans([column.spec for column in columns])
    aside = QPointF(BESIDE * scale, 0)
    result = []
    for (source, target), lane in zip(spans, lanes(spans), strict=True):
        start, end = columns[source].card, columns[target].card
        beside = aside if columns[source].spec.adds is not None else QPointF()
        result.append(
            Arc(
                columns[target].spec.id,
                QPointF(start.center().x(), start.top()) + beside,
                QPointF(end.center().x(), end.top()) - aside,
                top - LANE * (1 + lane) * scale,
            )
        )
    return tuple(result)
