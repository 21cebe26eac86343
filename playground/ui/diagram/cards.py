"""One column of the diagram as one item: the tiles or the block of a layer, over its chrome.

An item only paints: it is told what to show, and what is under the pointer is asked of the layout.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.ui.diagram.atlas import Atlas
from playground.ui.diagram.chrome import CENTRE, Chrome, Face
from playground.ui.diagram.held_marks import paint_hollow, paint_rows_off
from playground.ui.diagram.hits import SMALLEST_WITH_BIAS, bias_box
from playground.ui.diagram.layout import Column
from playground.ui.diagram.look import draw_fitted, look_of
from playground.ui.diagram.tiles import image_of, weight_picture
from playground.ui.theme.colour import heat_colours, qcolor
from playground.ui.theme.tokens import Theme

FloatArray = npt.NDArray[np.floating]


class ColumnItem(QGraphicsItem):
    """Paints one column in scene coordinates; its position is (0, 0) unless it is on its way somewhere."""

    def __init__(self, column: Column, theme: Theme) -> None:
        super().__init__()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.atlas = Atlas()
        self.column = column
        self.chrome = self._make_chrome(column, theme)
        self.pinned = -1
        self.hovered = -1
        self.off: frozenset[int] = frozenset()
        self.lit_bias = -1
        self._theme = theme
        self._biases: FloatArray | None = None
        self._bias_boxes: list[QRectF] = []
        self._weights: FloatArray | None = None
        self._rows: FloatArray | None = None  # of many inputs: what a block of them shows
        self._matrix: QImage | None = None

    def _make_chrome(self, column: Column, theme: Theme) -> Chrome:
        return Chrome(column, theme, self)

    # What it shows --------------------------------------------------------------------------------------

    @property
    def face(self) -> Face:
        """What the chrome says."""
        return self.chrome.face

    def show_face(self, **changes: Any) -> None:
        """Change fields of the chrome's `Face`."""
        self.chrome.show_face(replace(self.chrome.face, **changes))

    def place(self, column: Column) -> None:
        """Take another place or shape."""
        if column.spec.units != self.column.spec.units:
            self._biases = self._weights = self._rows = self._matrix = None
        if column != self.column:
            self.prepareGeometryChange()
            self.column = column
        side = look_of(self._theme).bias_side
        self._bias_boxes = [bias_box(tile, side) for tile in column.tiles]
        self.chrome.place(column)
        self.update()

    def show_answers(self, values: FloatArray) -> None:
        """Show what the neurons answer, as tiles; a block shows its weights, or its inputs line by line."""
        if len(values) != self.column.spec.units:
            return
        if self.column.block is None:
            self.atlas.show(values, self._theme)
            self.update()
        elif self.column.spec.kind == "inputs":
            self._rows = values
            self._matrix = image_of(heat_colours(values, 1.0, self._theme))
            self.update()

    @property
    def has_answers(self) -> bool:
        """Whether there is something to show at all."""
        return self._rows is not None if self.column.block is not None else len(self.atlas) > 0

    def forget_answers(self) -> None:
        """Show nothing until there is something new."""
        self.atlas.clear()
        self._rows = None

    def show_classes(self, values: FloatArray) -> None:
        """Show the shares of several classes, each tile in its class's colour."""
        if len(values) == self.column.spec.units:
            self.atlas.show_classes(values, self._theme)
            self.update()

    def show_parameters(self, weights: FloatArray, biases: FloatArray) -> None:
        """Show the weights (units, inputs) of a block, and the biases of tiles."""
        if len(biases) != self.column.spec.units:
            return
        self._biases, self._weights = biases, weights
        if self.column.block is not None:
            self._matrix = image_of(weight_picture(weights, self._theme))
            self.update()

    def bias(self, unit: int) -> float | None:
        """Return a neuron's bias, None when it is not known."""
        return None if self._biases is None or unit >= len(self._biases) else float(self._biases[unit])

    def mark(self, pinned: int, hovered: int) -> None:
        """Outline the pinned and the hovered neuron; -1 for none."""
        if (pinned, hovered) != (self.pinned, self.hovered):
            self.pinned, self.hovered = pinned, hovered
            self.update()

    def switch_off(self, units: frozenset[int]) -> None:
        """Show these neurons as hollow, and no others."""
        if units != self.off:
            self.off = units
            self.update()

    def light_bias(self, unit: int) -> None:
        """Make a neuron's bias stand out; -1 for none."""
        if unit != self.lit_bias:
            self.lit_bias = unit
            self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Show the same in other colours."""
        self._theme = theme
        self.chrome.apply_theme(theme)
        self.atlas.apply_theme(theme)
        if self._weights is not None and self._matrix is not None:
            self._matrix = image_of(weight_picture(self._weights, theme))
        if self._rows is not None:
            self._matrix = image_of(heat_colours(self._rows, 1.0, theme))
        self.update()

    # Painting -------------------------------------------------------------------------------------------

    def boundingRect(self) -> QRectF:
        """Return the box that is painted in."""
        return self.column.stack.adjusted(-8, -8, 8, 8)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Paint the item."""
        if self.column.block is not None:
            self._paint_block(painter, self.column.block)
        else:
            self._paint_tiles(painter)

    def _paint_tiles(self, painter: QPainter) -> None:
        tiles = self.column.tiles
        self.atlas.paint(painter, self.column.stack, tiles, self._theme)
        for unit in self.off:
            if unit < len(tiles):
                paint_hollow(painter, self._theme, tiles[unit])
        for unit, token in ((self.hovered, self._theme.accent), (self.pinned, self._theme.text)):
            if 0 <= unit < len(tiles):
                self._outline_tile(painter, tiles[unit], token)
        if self._biases is not None and tiles[0].width() >= SMALLEST_WITH_BIAS:
            self._paint_biases(painter, self._biases)

    def _outline_tile(self, painter: QPainter, tile: QRectF, token: str) -> None:
        radius = min(6.0 * self._theme.scale, tile.width() * 0.2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(look_of(self._theme).pen(token, 2.0))
        painter.drawRoundedRect(tile.adjusted(-1, -1, 1, 1), radius, radius)

    def _paint_biases(self, painter: QPainter, biases: FloatArray) -> None:
        """Filled blue is positive, hollow orange negative: sign does not rest on colour alone."""
        theme = self._theme
        ground = qcolor(theme.surface)
        negative = (biases < 0).tolist()
        inner = [box.adjusted(1, 1, -1, -1) for box in self._bias_boxes]
        hollow = [box for box, below in zip(inner, negative, strict=False) if below]
        filled = [box for box, below in zip(inner, negative, strict=False) if not below]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        holes = [box.adjusted(2, 2, -2, -2) for box in hollow]
        for boxes, colour in (
            (self._bias_boxes, ground),
            (filled, qcolor(theme.positive)),
            (hollow, qcolor(theme.negative)),
            (holes, ground),
        ):
            if boxes:
                painter.setBrush(colour)
                painter.drawRects(boxes)
        if 0 <= self.lit_bias < len(self._bias_boxes):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(look_of(theme).pen(theme.text, 2.0))
            painter.drawRect(self._bias_boxes[self.lit_bias].adjusted(-1.5, -1.5, 1.5, 1.5))

    def _paint_block(self, painter: QPainter, block: QRectF) -> None:
        theme, look = self._theme, look_of(self._theme)
        if self._matrix is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(block, self._matrix)
        else:
            painter.fillRect(block, qcolor(theme.neutral))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        rim = look.pen(theme.outline, 0.7)
        rim.setColor(qcolor(theme.outline, 120))
        painter.setPen(rim)
        painter.drawRect(block)
        units = [unit for unit in self.off if unit < self.column.spec.units]
        paint_rows_off(painter, theme, block, [self.column.centre_of(unit) for unit in units])
        for unit, token in ((self.hovered, theme.accent), (self.pinned, theme.text)):
            if 0 <= unit < self.column.spec.units:
                y = self.column.centre_of(unit)
                painter.setPen(look.pen(token, 2.0))
                painter.drawLine(QPointF(block.left() - 3, y), QPointF(block.right() + 3, y))
        if self._weights is not None:
            self._paint_size(painter, block, self._weights.shape[1])

    def _paint_size(self, painter: QPainter, block: QRectF, inputs: int) -> None:
        """Write the dimensions of the matrix on a plate at the foot of the block."""
        theme, look = self._theme, look_of(self._theme)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plate = QRectF(block.left() + 2, block.bottom() - theme.px(18), block.width() - 4, theme.px(16))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(qcolor(theme.surface, 230))
        painter.drawRoundedRect(plate, 3, 3)
        painter.setPen(qcolor(theme.text))
        text = f"{self.column.spec.units} × {inputs}"
        draw_fitted(painter, plate.adjusted(2, 0, -2, 0), look.small, text, CENTRE)
