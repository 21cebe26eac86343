"""Numbers over the diagram while an example is followed: at a layer's neurons, and at the links to it."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.ui.diagram.layout import Column
from playground.ui.diagram.links import LinkBundle, LinkRef, link_tokens
from playground.ui.diagram.look import look_of, text_width
from playground.ui.diagram.raster import DASH_SHARE
from playground.ui.figures import short
from playground.ui.selection import LayerNumbers
from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme

CENTRE = Qt.AlignmentFlag.AlignCenter
PLATE = 15.0  # design pixels, the height of a number's plate
MOST_LINKS = 80
VEIL = 205  # how much of the weights is covered while gradients are drawn over them
LEAST_WIDTH, WIDTH = 0.8, 5.0  # strokes, of the smallest and of the largest gradient
FAINT = 0.45  # opacity of what does not belong to the neuron that is explained


class NumbersItem(QGraphicsItem):
    """Paints the numbers of one layer above everything else; it is asked for nothing and takes no clicks."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setZValue(4)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._theme = theme
        self._column: Column | None = None
        self._bundle: LinkBundle | None = None
        self._numbers: LayerNumbers | None = None
        self._links: list[tuple[LinkRef, float, float]] = []
        self.setVisible(False)

    def show_numbers(
        self, numbers: LayerNumbers | None, column: Column | None, bundle: LinkBundle | None, theme: Theme
    ) -> None:
        """Write numbers at the neurons of a column; with nothing to write, paint nothing."""
        self.prepareGeometryChange()
        self._numbers, self._column, self._bundle, self._theme = numbers, column, bundle, theme
        fits = numbers is not None and column is not None and len(numbers.values) == column.spec.units
        self._links = strongest_links(numbers) if numbers is not None and fits else []
        self.setVisible(fits)
        self.update()

    @property
    def gradients(self) -> dict[LinkRef, float]:
        """The gradients that are drawn."""
        return {link: gradient for link, gradient, _ in self._links}

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
        if self._bundle is not None:
            box = box.united(self._bundle.boundingRect())
        aside = 60.0 * self._theme.scale
        return box.adjusted(-aside, -aside / 2, aside, aside / 2)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Paint the item."""
        if self._numbers is None or self._column is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._numbers.below is not None and self._bundle is not None:
            self._paint_gradients(painter, self._bundle, self._numbers.neuron)
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

    def _paint_gradients(self, painter: QPainter, bundle: LinkBundle, neuron: int) -> None:
        """Draw the strongest gradients over the veiled weights: thick where large, dashed where negative."""
        painter.fillRect(bundle.boundingRect(), qcolor(self._theme.canvas, VEIL))
        for link, gradient, share in self._links:
            pen = self._pen(share, gradient < 0, link.unit == neuron)
            painter.strokePath(bundle.curve(link), pen)

    def _pen(self, share: float, negative: bool, chosen: bool) -> QPen:
        theme = self._theme
        width = (LEAST_WIDTH + (WIDTH - LEAST_WIDTH) * share) * theme.stroke
        colour = qcolor(link_tokens(theme, known=True)[negative], round(255 * (1.0 if chosen else FAINT)))
        pen = QPen(colour, width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if negative:
            dash = (5.0 * theme.scale + 0.9 * width) / width
            pen.setDashPattern([DASH_SHARE * dash, (1.0 - DASH_SHARE) * dash])
        return pen


def _text(numbers: LayerNumbers, unit: int) -> str:
    value = float(numbers.values[unit])
    said = "no number" if np.isnan(value) else short(value)
    return f"{numbers.name} {said}" if unit == numbers.neuron else said


def strongest_links(numbers: LayerNumbers) -> list[tuple[LinkRef, float, float]]:
    """Return the links with the largest gradients δ x, each with its share of the largest, that one last."""
    if numbers.below is None:
        return []
    # The largest products are among those of the largest factors.
    units, sources = _largest(numbers.values), _largest(numbers.below)
    with np.errstate(all="ignore"):
        gradients = np.outer(numbers.values[units], numbers.below[sources])
    sizes = np.nan_to_num(np.abs(gradients), nan=0.0, posinf=np.finfo(np.float64).max)
    order = np.argsort(sizes, axis=None, kind="stable")[-MOST_LINKS:]
    largest = float(sizes.max(initial=0.0)) or 1.0
    found = []
    for unit, source in zip(*np.unravel_index(order, sizes.shape), strict=True):
        link = LinkRef(int(units[unit]), int(sources[source]))
        found.append((link, float(gradients[unit, source]), float(sizes[unit, source]) / largest))
    return found


def _largest(values: npt.NDArray[np.floating]) -> npt.NDArray[np.intp]:
    """Return the places of the largest magnitudes, in order, as many as can matter."""
    return np.sort(np.argsort(np.nan_to_num(-np.abs(values), nan=0.0), kind="stable")[:MOST_LINKS])
