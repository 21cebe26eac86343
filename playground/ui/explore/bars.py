"""Histograms: the classes' bars on top of each other, and the outline of another histogram."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen, QPolygonF

from playground.experiment.prepare import FloatArray
from playground.ui.theme.colour import mix, qcolor
from playground.ui.theme.tokens import Theme

PLAIN = 0.35
"""How much of the ground a bar without a class takes."""


def bar_colours(theme: Theme, kinds: int, has_classes: bool) -> list[str]:
    """Return the colour of each class, or the one of numbers that have no class."""
    if not has_classes:
        return [mix(theme.curve_train, theme.surface, PLAIN)]
    return [theme.classes[index % len(theme.classes)] for index in range(kinds)]


def places(edges: FloatArray, span: tuple[float, float], box: QRectF) -> FloatArray:
    """Return where the edges of the bins are drawn in a box that shows `span`."""
    share = (edges - span[0]) / (span[1] - span[0])
    return np.asarray(np.clip(box.left() + share * box.width(), box.left(), box.right()))


def paint_bars(
    painter: QPainter, box: QRectF, x: FloatArray, heights: FloatArray, top: float, colours: list[str]
) -> None:
    """Paint bars of `heights` (kinds, bins) between the places `x`, stacked; `top` is as high as the box."""
    low = np.zeros(heights.shape[1])
    for kind, colour in zip(heights, colours, strict=True):
        high = low + kind
        for index in np.flatnonzero(kind).tolist():
            left, right = float(x[index]), float(x[index + 1])
            bottom = box.bottom() - low[index] / top * box.height()
            tall = box.bottom() - high[index] / top * box.height()
            gap = 1.0 if right - left > 4 else 0.0
            painter.fillRect(QRectF(left, tall, right - left - gap, bottom - tall), qcolor(colour))
        low = high


def paint_outline(
    painter: QPainter, box: QRectF, x: FloatArray, heights: FloatArray, top: float, pen: QPen
) -> None:
    """Paint the outline of a histogram of `heights` (bins,)."""
    y = box.bottom() - heights / top * box.height()
    corners = np.column_stack([np.repeat(x, 2)[1:-1], np.repeat(y, 2)])
    line = [QPointF(float(x[0]), box.bottom()), *(QPointF(*corner) for corner in corners.tolist())]
    painter.setPen(pen)
    painter.drawPolyline(QPolygonF([*line, QPointF(float(x[-1]), box.bottom())]))
