"""How the diagram shows what does not learn: a snowflake, links that are cut, neurons that are hollow.

Each has a form of its own, so that it can be told without its colour.
"""

from collections.abc import Sequence
from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from playground.ui.diagram.look import look_of
from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme

MOST_OFF = 60
"""Links that are off which are drawn in one gap, so that a wide layer stays quick."""


CROSS_AT = 0.36
"""Where on a link its cross stands: in the middle, where most links meet, it could be that of another."""
MANY_OFF = 16
"""From so many on they are drawn faintly: side by side their dots would dazzle."""


def paint_snowflake(painter: QPainter, theme: Theme, box: QRectF) -> None:
    """Paint the sign of a frozen layer: a snowflake on a plate of its own."""
    look, centre, arm = look_of(theme), box.center(), box.width() * 0.34
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(look.pen(theme.accent, 1.2))
    painter.setBrush(qcolor(theme.surface))
    painter.drawEllipse(box)
    painter.setPen(look.pen(theme.accent_strong, 1.4))
    for sixth in range(6):
        way = QPointF(cos(sixth * pi / 3 + pi / 6), sin(sixth * pi / 3 + pi / 6))
        painter.drawLine(centre, centre + way * arm)
        fork = centre + way * (arm * 0.55)
        for turn in (-1, 1):
            angle = sixth * pi / 3 + pi / 6 + turn * pi / 3.6
            painter.drawLine(fork, fork + QPointF(cos(angle), sin(angle)) * (arm * 0.4))


def paint_cut_links(painter: QPainter, theme: Theme, links: Sequence[tuple[QPainterPath, bool]]) -> None:
    """Paint links that are off as dots; with True, one that was switched off itself, a cross on it."""
    look = look_of(theme)
    dots = look.pen(theme.muted, 1.3)
    dots.setColor(qcolor(theme.muted, 255 if len(links) < MANY_OFF else 110))
    dots.setStyle(Qt.PenStyle.CustomDashLine)
    dots.setDashPattern([1.2, 3.4])
    cross, arm = look.pen(theme.text, 1.8), 4.0 * theme.scale
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for path, _ in links:
        painter.strokePath(path, dots)
    for path, itself in links:
        if not itself:
            continue
        middle = path.pointAtPercent(CROSS_AT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(qcolor(theme.canvas, 220))
        painter.drawEllipse(middle, 1.5 * arm, 1.5 * arm)
        painter.setPen(cross)
        for side in (-1, 1):
            painter.drawLine(middle - QPointF(arm, side * arm), middle + QPointF(arm, side * arm))


def paint_hollow(painter: QPainter, theme: Theme, tile: QRectF) -> None:
    """Paint a neuron that is off: what it answers is veiled, its edge dashed, a cross through it."""
    radius = min(6.0 * theme.scale, tile.width() * 0.2)
    edge = look_of(theme).pen(theme.text, 1.4)
    edge.setStyle(Qt.PenStyle.CustomDashLine)
    edge.setDashPattern([2.5, 2.5])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(qcolor(theme.surface, 205))
    painter.setPen(edge)
    painter.drawRoundedRect(tile.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    inner = tile.adjusted(*(share * tile.width() for share in (0.3, 0.3, -0.3, -0.3)))
    painter.setPen(look_of(theme).pen(theme.text, 1.6))
    painter.drawLine(inner.topLeft(), inner.bottomRight())
    painter.drawLine(inner.topRight(), inner.bottomLeft())


def paint_rows_off(painter: QPainter, theme: Theme, block: QRectF, heights: Sequence[float]) -> None:
    """Paint the neurons of a block that are off: dashed lines across it, with a cross beside."""
    pen = look_of(theme).pen(theme.text, 1.4)
    pen.setStyle(Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([2.5, 2.5])
    plain, arm = look_of(theme).pen(theme.text, 1.4), 2.5 * theme.scale
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for y in heights:
        painter.setPen(pen)
        painter.drawLine(QPointF(block.left(), y), QPointF(block.right(), y))
        painter.setPen(plain)
        at = QPointF(block.left() - 2 * arm, y)
        for side in (-1, 1):
            painter.drawLine(at - QPointF(arm, side * arm), at + QPointF(arm, side * arm))
