"""The small signs of the kinds of layers, on their cards and on their chips in the palette."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from playground.ui.diagram.look import look_of
from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme

THIRDS = (-1, 0, 1)
SILENT = {(-1, -1), (1, 0), (0, 1)}  # of the nine values in the sign of Dropout
SIGNS = ("dropout", "batch_norm", "layer_norm", "skip")


def paint_sign(painter: QPainter, theme: Theme, kind: str, centre: QPointF, side: float, token: str) -> None:
    """Paint the sign of a kind of layer into a square; a kind without one gets none.

    The signs stand for rows of values, one row an example and one column a unit: what Dropout silences is
    hollow, and a norm fills what it compares, the column over the batch or the row over the units.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if kind == "skip":
        _paint_sum(painter, theme, centre, side, token)
    elif kind in SIGNS:
        for row in THIRDS:
            for column in THIRDS:
                place = centre + QPointF(column, row) * (side * 0.36)
                _paint_value(painter, theme, place, side * 0.12, token, _is_full(kind, column, row))
    painter.restore()


def _is_full(kind: str, column: int, row: int) -> bool:
    if kind == "dropout":
        return (column, row) not in SILENT
    return (column if kind == "batch_norm" else row) == 0


def _paint_value(
    painter: QPainter, theme: Theme, place: QPointF, radius: float, token: str, full: bool
) -> None:
    if full:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(qcolor(token))
        painter.drawEllipse(place, radius, radius)
        return
    ring = look_of(theme).pen(token, 0.8)
    ring.setColor(qcolor(token, 150))
    painter.setPen(ring)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(place, radius * 0.8, radius * 0.8)


def _paint_sum(painter: QPainter, theme: Theme, centre: QPointF, side: float, token: str) -> None:
    painter.setPen(look_of(theme).pen(token, 1.4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    radius, arm = side * 0.46, side * 0.26
    painter.drawEllipse(QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius))
    painter.drawLine(centre - QPointF(arm, 0), centre + QPointF(arm, 0))
    painter.drawLine(centre - QPointF(0, arm), centre + QPointF(0, arm))
