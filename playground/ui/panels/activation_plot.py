"""A small plot of an activation: what it answers, g, and its slope, g′."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.engine.activations import ACTIVATIONS
from playground.tables import by_key
from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets import describe, keep_font

REACH = 3.0
POINTS = 241

FloatArray = npt.NDArray[np.float64]


def curves(key: str) -> tuple[FloatArray, FloatArray]:
    """Return g and g′ of an activation over -3..3, (241,) each.

    A softmax is shown for two classes: the share of the one with score z when the other's is 0.
    """
    record = by_key(ACTIVATIONS, key, "activation")
    z = np.linspace(-REACH, REACH, POINTS)
    if record.slope is None:
        share = np.asarray(record.value(np.column_stack([z, np.zeros_like(z)])))[:, 0]
        return share, share * (1.0 - share)
    value = np.asarray(record.value(z))
    return value, np.broadcast_to(np.asarray(record.slope(z, value), dtype=np.float64), z.shape)


class ActivationPlot(QWidget):
    """Draws g as a whole line and g′ as a broken one, with their names at the right end."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = LIGHT
        self._curves = curves("linear")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_activation(self, key: str) -> None:
        """Show the activation with this key."""
        record = by_key(ACTIVATIONS, key, "activation")
        self._curves = curves(key)
        two = "" if record.slope is not None else " Drawn for two classes, the other score being 0."
        describe(
            self,
            f"{record.label}: g and its slope g′",
            f"{record.formula}, drawn for z from −3 to 3. The broken line is the slope g′: "
            f"where it is 0, a neuron does not learn.{two}",
        )
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        keep_font(self, body_font(theme, theme.size_small))
        self.setFixedSize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        """Return the one size of the plot."""
        return QSize(self._theme.px(92), self._theme.px(50))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the axes, both curves, and their names."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetrics(self.font())
        names = metrics.horizontalAdvance("g′") + theme.px(6)
        box = QRectF(theme.px(4), 3, self.width() - names - theme.px(4), self.height() - 6)
        both = np.concatenate(self._curves)
        low, high = min(float(both.min()), 0.0), max(float(both.max()), 1.0)
        unit = box.height() / (high - low)
        painter.setPen(QPen(qcolor(theme.grid), theme.stroke))
        zero = box.bottom() + low * unit
        painter.drawLine(QPointF(box.left(), zero), QPointF(box.right(), zero))
        painter.drawLine(QPointF(box.center().x(), box.top()), QPointF(box.center().x(), box.bottom()))
        ends = []
        styles = ((theme.accent, Qt.PenStyle.SolidLine), (theme.outline, Qt.PenStyle.DashLine))
        for values, (colour, style) in zip(self._curves, styles, strict=True):
            across = np.linspace(box.left(), box.right(), POINTS)
            up = box.bottom() - (values - low) * unit
            points = [QPointF(x, y) for x, y in zip(across.tolist(), up.tolist(), strict=True)]
            painter.setPen(QPen(qcolor(colour), 1.6 * theme.stroke, style))
            painter.drawPolyline(QPolygonF(points))
            ends.append(float(up[-1]))
        self._name(painter, box.right() + theme.px(4), ends, (theme.accent_strong, theme.text))

    def _name(self, painter: QPainter, left: float, ends: list[float], colours: tuple[str, str]) -> None:
        """Write the names at the height of the curves' ends, one above the other where they meet."""
        line = QFontMetrics(self.font()).height() * 0.9
        middle, gap = sum(ends) / 2, max(abs(ends[0] - ends[1]), line)
        middle = min(max(middle, (gap + line) / 2), self.height() - (gap + line) / 2)
        first = middle - gap / 2 if ends[0] <= ends[1] else middle + gap / 2
        for place, name, colour in zip((first, 2 * middle - first), ("g", "g′"), colours, strict=True):
            painter.setPen(qcolor(colour))
            box = QRectF(left, place - line, self.width() - left, 2 * line)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
