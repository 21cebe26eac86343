"""Numbers over the diagram while an example is followed: at a layer's neurons, and at the links to it."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.ui.diagram.layout import Column
from playground.ui.diagram.links import LinkBundle
from playground.ui.diagram.look import look_of, text_width
from playground.ui.figures import short
from playground.ui.selection import LayerNumbers
from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme

CENTRE = Qt.AlignmentFlag.AlignCenter
PLATE = 15.0  # design pixels, the height of a number's plate


class GradientLinks(LinkBundle):
    """Draws the gradients of a layer's weights in the place of these, the largest as the thickest."""

    def show_gradients(self, numbers: LayerNumbers, left: Column, right: Column, theme: Theme) -> bool:
        """Draw the gradients of the links from one column to another; say whether there are any."""
        if numbers.below is None or len(numbers.below) != left.spec.units:
            return False
        if theme is not self._theme:
            self.apply_theme(theme)
        self.place(left, right, theme)
        with np.errstate(all="ignore"):
            gradients = np.outer(numbers.values, numbers.below)
            sizes = np.abs(gradients)
            largest = float(np.max(sizes, initial=0.0, where=np.isfinite(sizes)))
            shares = gradients / largest if largest > 0 else gradients
        self.set_weights(np.nan_to_num(shares, nan=0.0, posinf=1.0, neginf=-1.0))
        self.redraw()
        return True


class NumbersItem(QGraphicsItem):
    """Paints the numbers of one layer above everything else; it takes no clicks."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setZValue(4)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._theme = theme
        self._column: Column | None = None
        self._numbers: LayerNumbers | None = None
        self.setVisible(False)

    def show_numbers(self, numbers: LayerNumbers | None, column: Column | None, theme: Theme) -> None:
        """Write numbers at the neurons of a column; with nothing to write, paint nothing."""
        self.prepareGeometryChange()
        self._numbers, self._column, self._theme = numbers, column, theme
        fits = numbers is not None and column is not None and len(numbers.values) == column.spec.units
        self.setVisible(fits)
        self.update()

    @property
    def texts(self) -> tuple[str, ...]:
        """What is written, at those neurons where there is room."""
        if self._numbers is None or self._column is None:
            return ()
        return tuple(_text(self._numbers, unit) for unit in self._written(self._column, self._numbers))

    def boundingRect(self) -> QRectF:
        """Return the box that is painted in."""
        if self._column is None:
            return QRectF()
        box = self._column.card.united(self._column.stack)
        aside = 60.0 * self._theme.scale
        return box.adjusted(-aside, -aside / 2, aside, aside / 2)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Paint the item."""
        if self._numbers is None or self._column is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter, self._column)
        for unit in self._written(self._column, self._numbers):
            self._paint_number(painter, self._column, unit, self._numbers)

    def _written(self, column: Column, numbers: LayerNumbers) -> list[int]:
        """Return the neurons that have room for a number: every k-th, and always the one explained."""
        count = min(len(numbers.values), column.spec.units)
        chosen = [numbers.neuron] if numbers.neuron < count else []
        if count < 2:
            return chosen
        pitch = abs(column.centre_of(1) - column.centre_of(0))
        height = (PLATE + 2) * self._theme.scale
        every = max(1, int(np.ceil(height / max(pitch, 1e-3))))
        apart = [unit for unit in range(0, count, every) if abs(unit - numbers.neuron) >= every]
        return apart + chosen

    def _paint_frame(self, painter: QPainter, column: Column) -> None:
        look, pad = look_of(self._theme), 4 * self._theme.scale
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(look.accent)
        painter.drawRoundedRect(column.stack.adjusted(-pad, -pad, pad, pad), look.radius, look.radius)

    def _paint_number(self, painter: QPainter, column: Column, unit: int, numbers: LayerNumbers) -> None:
        theme, look, text = self._theme, look_of(self._theme), _text(numbers, unit)
        width, height = text_width(look.small_bold, text) + 8 * theme.scale, PLATE * theme.scale
        plate = QRectF(0, 0, width, height)
        plate.moveCenter(QPointF(column.stack.center().x(), column.centre_of(unit)))
        if column.spec.kind == "inputs":  # whose names stand to the left
            plate.moveLeft(column.stack.left())
        elif column.spec.kind == "output":  # whose classes stand to the right
            plate.moveRight(column.stack.right())
        chosen = unit == numbers.neuron
        painter.setPen(look.pen(theme.accent if chosen else theme.outline, 1.0))
        painter.setBrush(qcolor(theme.accent) if chosen else qcolor(theme.surface, 235))
        painter.drawRoundedRect(plate, 3 * theme.scale, 3 * theme.scale)
        painter.setPen(qcolor(theme.accent_text if chosen else theme.text))
        painter.setFont(look.small_bold)
        painter.drawText(plate, CENTRE, text)


def _text(numbers: LayerNumbers, unit: int) -> str:
    value = float(numbers.values[unit])
    said = "no number" if np.isnan(value) else short(value)
    return f"{numbers.name} {said}" if unit == numbers.neuron else said
