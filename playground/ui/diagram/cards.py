"""One column of the diagram as one item: the card of a layer, or the bare column of inputs or output.

An item only paints: it is told what to show, and what is under the pointer is asked of the layout.
"""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.ui.diagram.hits import Hit, bias_box
from playground.ui.diagram.layout import Column
from playground.ui.diagram.look import draw_fitted, look_of, tile_frame
from playground.ui.diagram.tiles import Atlas, image_of, weight_picture
from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme

FloatArray = npt.NDArray[np.floating]

CENTRE = Qt.AlignmentFlag.AlignCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ColumnItem(QGraphicsItem):
    """Paints one column in scene coordinates; its position is (0, 0) unless it is on its way somewhere."""

    def __init__(self, column: Column, theme: Theme) -> None:
        super().__init__()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.atlas = Atlas()
        self.column = column
        self.title = ""
        self.activation = ""
        self.labels: tuple[str, ...] = ()
        self.badge = ""
        self.inputs = 0
        self.selected = False
        self.lit = False
        self.hot: Hit | None = None
        self.pinned = -1
        self.hovered = -1
        self.preview: float | None = None  # height a drag of the width handle adds to the outline
        self._theme = theme
        self._biases: FloatArray | None = None
        self._weights: FloatArray | None = None
        self._matrix: QImage | None = None

    # What it shows --------------------------------------------------------------------------------------

    def place(self, column: Column) -> None:
        """Take another place or shape."""
        if column != self.column:
            self.prepareGeometryChange()
            if column.spec.units != self.column.spec.units:
                self._biases = None
            self.column = column
        self.update()

    def show_answers(self, values: FloatArray) -> None:
        """Show what the neurons answer, as tiles; a block shows its weights instead."""
        if self.column.block is None and len(values) == self.column.spec.units:
            self.atlas.show(values, self._theme)
            self.update()

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
        self.inputs = weights.shape[1]
        if self.column.block is not None:
            self._matrix = image_of(weight_picture(weights, self._theme))
            self.update()

    def bias(self, unit: int) -> float | None:
        """Return a neuron's bias, None when it is not known."""
        return None if self._biases is None or unit >= len(self._biases) else float(self._biases[unit])

    def apply_theme(self, theme: Theme) -> None:
        """Show the same in other colours."""
        self._theme = theme
        self.atlas.apply_theme(theme)
        if self._weights is not None and self._matrix is not None:
            self._matrix = image_of(weight_picture(self._weights, theme))
        self.update()

    # Painting -------------------------------------------------------------------------------------------

    def boundingRect(self) -> QRectF:
        """Return the box that is painted in."""
        column = self.column
        box = column.card.united(column.title)
        for part in (column.minus, column.close, column.activation):
            box = box.united(part) if part is not None else box
        side = 140.0 * self._theme.scale if self.labels else 4.0
        return box.adjusted(-side, -6, side, 8 + max(self.preview or 0.0, 0.0))

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Paint the item."""
        hidden = self.column.spec.kind == "hidden"
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform, True
        )
        if hidden or self.selected or self.lit:
            self._paint_card(painter)
        self._paint_head(painter)
        if self.column.block is not None:
            self._paint_block(painter, self.column.block)
        else:
            self._paint_tiles(painter)
        if self.labels:
            self._paint_labels(painter)
        if hidden:
            self._paint_controls(painter)
        if self.badge:
            self._paint_badge(painter)

    @property
    def _ground(self) -> str:
        if self.lit:
            return self._theme.accent_soft
        plain = self.column.spec.kind != "hidden" and not self.selected
        return self._theme.canvas if plain else self._theme.surface

    def _paint_card(self, painter: QPainter) -> None:
        look = look_of(self._theme)
        painter.setBrush(qcolor(self._ground))
        painter.setPen(look.dashed if self.lit else look.accent if self.selected else look.hairline)
        painter.drawRoundedRect(self.column.card, look.radius, look.radius)
        if self.preview is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(look.dashed)
            painter.drawRoundedRect(
                self.column.card.adjusted(0, 0, 0, self.preview), look.radius, look.radius
            )

    def _paint_head(self, painter: QPainter) -> None:
        look, column = look_of(self._theme), self.column
        painter.setPen(qcolor(self._theme.text))
        draw_fitted(painter, column.title, look.title, self.title, CENTRE)
        if column.activation is None:
            return
        hot = self.hot is not None and self.hot.part == "activation"
        painter.setPen(qcolor(self._theme.accent_strong))
        draw_fitted(painter, column.activation, look.small_bold, self.activation, CENTRE)
        if hot:
            y = column.activation.bottom() - 1
            half = min(painter.fontMetrics().horizontalAdvance(self.activation), column.title.width()) / 2
            middle = column.activation.center().x()
            painter.setPen(look.pen(self._theme.accent_strong))
            painter.drawLine(QPointF(middle - half, y), QPointF(middle + half, y))

    def _paint_tiles(self, painter: QPainter) -> None:
        theme, atlas = self._theme, self.atlas
        image, known = atlas.image, len(atlas)
        side = self.column.tiles[0].width()
        frame = tile_frame(theme, side, self._ground, painter.transform().m11() * _pixel_ratio(painter))
        neutral = qcolor(theme.neutral)
        has_bias = self._biases is not None
        for unit, tile in enumerate(self.column.tiles):
            if image is not None and unit < known:
                painter.drawImage(tile, image, atlas.source(unit))
            else:
                painter.fillRect(tile, neutral)
            painter.drawImage(tile.adjusted(-1, -1, 1, 1), frame)
        for unit, token in ((self.hovered, theme.accent), (self.pinned, theme.text)):
            if 0 <= unit < len(self.column.tiles):
                self._outline_tile(painter, self.column.tiles[unit], token)
        if has_bias and side >= 12:
            self._paint_biases(painter)

    def _outline_tile(self, painter: QPainter, tile: QRectF, token: str) -> None:
        radius = min(6.0 * self._theme.scale, tile.width() * 0.2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(look_of(self._theme).pen(token, 2.0))
        painter.drawRoundedRect(tile.adjusted(-1, -1, 1, 1), radius, radius)

    def _paint_biases(self, painter: QPainter) -> None:
        """Filled blue is positive, hollow orange negative: sign does not rest on colour alone."""
        theme, side = self._theme, look_of(self._theme).bias_side
        assert self._biases is not None
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        ground = qcolor(theme.surface)
        for tile, value in zip(self.column.tiles, self._biases.tolist(), strict=False):
            box = bias_box(tile, side)
            painter.fillRect(box, ground)
            box.adjust(1, 1, -1, -1)
            if value >= 0:
                painter.fillRect(box, qcolor(theme.positive))
            else:
                painter.fillRect(box, qcolor(theme.negative))
                painter.fillRect(box.adjusted(2, 2, -2, -2), ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)

    def _paint_block(self, painter: QPainter, block: QRectF) -> None:
        theme, look = self._theme, look_of(self._theme)
        if self._matrix is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(block, self._matrix)
        else:
            painter.fillRect(block, qcolor(theme.neutral))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(look.pen(theme.outline, 0.7))
        painter.setOpacity(painter.opacity() * 0.5)
        painter.drawRect(block)
        painter.setOpacity(1.0)
        for unit, token in ((self.hovered, theme.accent), (self.pinned, theme.text)):
            if 0 <= unit < self.column.spec.units:
                y = self.column.centre_of(unit)
                painter.setPen(look.pen(token, 2.0))
                painter.drawLine(QPointF(block.left() - 3, y), QPointF(block.right() + 3, y))
        if self.inputs:
            self._paint_size(painter, block)

    def _paint_size(self, painter: QPainter, block: QRectF) -> None:
        """Write the dimensions of the matrix on a plate at the foot of the block."""
        theme, look = self._theme, look_of(self._theme)
        plate = QRectF(block.left() + 2, block.bottom() - theme.px(18), block.width() - 4, theme.px(16))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(qcolor(theme.surface, 225))
        painter.drawRoundedRect(plate, 3, 3)
        painter.setPen(qcolor(theme.text))
        text = f"{self.column.spec.units} × {self.inputs}"
        draw_fitted(painter, plate.adjusted(2, 0, -2, 0), look.small, text, CENTRE)

    def _paint_labels(self, painter: QPainter) -> None:
        theme, look = self._theme, look_of(self._theme)
        width = 136.0 * theme.scale
        before = self.column.spec.kind == "inputs"
        painter.setPen(qcolor(theme.text))
        for tile, text in zip(self.column.tiles, self.labels, strict=False):
            x = tile.left() - width - theme.px(8) if before else tile.right() + theme.px(8)
            box = QRectF(x, tile.center().y() - theme.px(10), width, theme.px(20))
            draw_fitted(painter, box, look.label if before else look.small, text, RIGHT if before else LEFT)

    def _paint_controls(self, painter: QPainter) -> None:
        theme, column = self._theme, self.column
        part = self.hot.part if self.hot is not None else None
        for name, box in (("minus", column.minus), ("plus", column.plus)):
            assert box is not None
            self._paint_sign(painter, box, name == "plus", part == name)
        assert column.grip is not None
        middle = column.card.center().x()
        y = column.card.bottom() - 4.5 * theme.scale
        half = min(9.0, column.card.width() * 0.18) * theme.scale
        hot = part == "grip" or self.preview is not None
        painter.setPen(look_of(theme).pen(theme.accent if hot else theme.disabled, 1.6))
        painter.drawLine(QPointF(middle - half, y), QPointF(middle + half, y))
        if (self.hot is not None or self.selected) and column.close is not None:
            self._paint_close(painter, column.close, part == "close")

    def _paint_sign(self, painter: QPainter, box: QRectF, plus: bool, hot: bool) -> None:
        theme = self._theme
        centre = box.center()
        if hot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(qcolor(theme.raised_hover))
            painter.drawEllipse(centre, 9 * theme.scale, 9 * theme.scale)
        arm = 4.5 * theme.scale
        painter.setPen(look_of(theme).pen(theme.accent_strong if hot else theme.muted, 1.6))
        painter.drawLine(QPointF(centre.x() - arm, centre.y()), QPointF(centre.x() + arm, centre.y()))
        if plus:
            painter.drawLine(QPointF(centre.x(), centre.y() - arm), QPointF(centre.x(), centre.y() + arm))

    def _paint_close(self, painter: QPainter, box: QRectF, hot: bool) -> None:
        theme, look = self._theme, look_of(self._theme)
        painter.setPen(look.pen(theme.danger if hot else theme.hairline))
        painter.setBrush(qcolor(theme.danger if hot else theme.surface))
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        painter.setPen(look.pen(theme.surface if hot else theme.muted, 1.4))
        arm, centre = box.width() * 0.16, box.center()
        for direction in (1, -1):
            painter.drawLine(
                QPointF(centre.x() - arm, centre.y() - arm * direction),
                QPointF(centre.x() + arm, centre.y() + arm * direction),
            )

    def _paint_badge(self, painter: QPainter) -> None:
        theme, look = self._theme, look_of(self._theme)
        box = self.badge_box()
        painter.setPen(look.pen(theme.surface))
        painter.setBrush(qcolor(theme.warning))
        painter.drawEllipse(box)
        painter.setPen(qcolor(theme.surface))
        painter.setFont(look.small_bold)
        painter.drawText(box, CENTRE, "!")

    def badge_box(self) -> QRectF:
        """Return where the warning badge is."""
        side = 16.0 * self._theme.scale
        return QRectF(self.column.card.left() - side * 0.4, self.column.card.top() - side * 0.4, side, side)


def _pixel_ratio(painter: QPainter) -> float:
    device = painter.device()
    return float(device.devicePixelRatio()) if device is not None else 1.0
