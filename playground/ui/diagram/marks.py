"""What lies in the gaps: the + button, the band lit for a drop, the invitation of an empty network."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.ui.diagram.layout import BAND_LABEL, Gap
from playground.ui.diagram.look import look_of, text_width
from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme

CENTRE = Qt.AlignmentFlag.AlignCenter
INVITATION = ("Drag a Dense layer here,", "or press Insert")
DROP_HERE = "drop here"


class GapItem(QGraphicsItem):
    """Paints what one gap offers; above the links, below what is dragged."""

    def __init__(self, gap: Gap, theme: Theme) -> None:
        super().__init__()
        self.setZValue(2)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.gap = gap
        self.inviting = False
        self._theme = theme
        self._hot = False
        self._lit = False

    def place(self, gap: Gap, inviting: bool) -> None:
        """Take another place; `inviting` shows what to do with a network without hidden layers."""
        self.prepareGeometryChange()
        self.gap, self.inviting = gap, inviting
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self.update()

    @property
    def lit(self) -> bool:
        """Whether a drop would land here."""
        return self._lit

    def show_state(self, hot: bool, lit: bool) -> None:
        """Show that the pointer is on the button, or that a drop would land here."""
        if (hot, lit) != (self._hot, self._lit):
            self._hot, self._lit = hot, lit
            self.update()

    def boundingRect(self) -> QRectF:
        """Return the box that is painted in."""
        box = self.gap.band.united(self.gap.button)
        if self.inviting:
            box = box.united(self._area())
        side = 40.0 * self._theme.scale
        return box.adjusted(-side, -4, side, (BAND_LABEL + 6) * self._theme.scale)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Paint the item."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.inviting:
            self._paint_invitation(painter)
        elif self._lit:
            self._paint_band(painter)
        if not self._lit and not self.inviting:
            self._paint_button(painter)

    def _paint_button(self, painter: QPainter) -> None:
        theme, look, box = self._theme, look_of(self._theme), self.gap.button
        centre = box.center()
        if self._hot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(qcolor(theme.accent))
            painter.drawEllipse(centre, box.width() / 2, box.width() / 2)
        arm = box.width() * 0.24
        painter.setPen(look.pen(theme.accent_text if self._hot else theme.disabled, 1.5))
        painter.drawLine(QPointF(centre.x() - arm, centre.y()), QPointF(centre.x() + arm, centre.y()))
        painter.drawLine(QPointF(centre.x(), centre.y() - arm), QPointF(centre.x(), centre.y() + arm))

    def _paint_band(self, painter: QPainter) -> None:
        theme, look, band = self._theme, look_of(self._theme), self.gap.band
        painter.setBrush(qcolor(theme.accent_soft, 225))
        painter.setPen(look.dashed)
        painter.drawRoundedRect(band, look.radius, look.radius)
        painter.setPen(qcolor(theme.accent_strong))
        painter.setFont(look.small_bold)
        width = text_width(look.small_bold, DROP_HERE) + 8
        label = QRectF(
            band.center().x() - width / 2, band.bottom() + theme.px(2), width, theme.px(BAND_LABEL)
        )
        painter.drawText(label, CENTRE, DROP_HERE)

    def _area(self) -> QRectF:
        theme, look = self._theme, look_of(self._theme)
        room = self.gap.right - self.gap.left
        width = min(max(text_width(look.label, line) for line in INVITATION) + theme.px(40), room - 32)
        centre = QPointF((self.gap.left + self.gap.right) / 2, self.gap.band.center().y())
        height = theme.px(96)
        return QRectF(centre.x() - width / 2, centre.y() - height / 2, width, height)

    def _paint_invitation(self, painter: QPainter) -> None:
        theme, look, area = self._theme, look_of(self._theme), self._area()
        pen = look.pen(theme.disabled, 1.2)
        pen.setStyle(Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4.0, 4.0])
        active = self._lit or self._hot
        painter.setPen(look.dashed if active else pen)
        painter.setBrush(qcolor(theme.accent_soft if active else theme.canvas))
        painter.drawRoundedRect(area, look.radius, look.radius)
        painter.setPen(qcolor(theme.accent_strong if active else theme.muted))
        painter.setFont(look.label)
        text = DROP_HERE if self._lit else "\n".join(INVITATION)
        painter.drawText(area, CENTRE, text)

    def invites_at(self, point: QPointF) -> bool:
        """Return whether `point` is on the invitation."""
        return self.inviting and self._area().contains(point)
