"""What follows the pointer during a drag: a chip that says what is held, and why a drop is refused."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.ui.diagram.look import look_of, text_width
from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme

WIDEST_REASON = 260.0
AWAY = 8  # pixels from the pointer


class Ghost(QWidget):
    """An overlay child of the window; the mouse does not see it."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self._theme = theme
        self.text = ""
        self.reason = ""

    def show_at(self, place: QPoint, text: str, reason: str) -> None:
        """Show `text` at a global `place`, with the `reason` below it when the drop is refused here."""
        if not text:
            self.hide()
            return
        if (text, reason) != (self.text, self.reason) or self.isHidden():
            self.text, self.reason = text, reason
            self.resize(self.sizeHint())
            self.setAccessibleName(f"{text}. {reason}" if reason else text)
            self.update()
        window = self.parentWidget()
        assert window is not None
        self.move(self._corner(window, window.mapFromGlobal(place)))
        self.raise_()
        self.show()

    def _corner(self, window: QWidget, place: QPoint) -> QPoint:
        """Return a corner above and to the left, where the chip hides nothing that a drop is about."""
        x, y = place.x() - self.width() - AWAY, place.y() - self.height() - AWAY
        if x < 0:
            x = min(place.x() + 2 * AWAY, window.width() - self.width())
        if y < 0:
            y = min(place.y() + 2 * AWAY, window.height() - self.height())
        return QPoint(max(x, 0), max(y, 0))

    def sizeHint(self) -> QSize:
        """Return the size of chip and reason together."""
        look = look_of(self._theme)
        width = text_width(look.title, self.text) + self._theme.px(44)
        height = float(self._theme.px(36))
        if self.reason:
            reason = self._reason_box()
            width = max(width, reason.width() + self._theme.px(24))
            height += reason.height() + self._theme.px(16)
        return QSize(round(width) + 4, round(height) + 4)

    def _reason_box(self) -> QRect:
        look = look_of(self._theme)
        widest = round(WIDEST_REASON * self._theme.scale)
        room = QRect(0, 0, widest, 400)
        return QFontMetrics(look.small).boundingRect(room, Qt.TextFlag.TextWordWrap, self.reason)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the widget."""
        theme, look = self._theme, look_of(self._theme)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chip = QRectF(1.5, 1.5, text_width(look.title, self.text) + theme.px(40), theme.px(34))
        refused = bool(self.reason)
        painter.setPen(look.pen(theme.muted if refused else theme.accent, 1.4))
        painter.setBrush(qcolor(theme.surface, 240))
        painter.drawRoundedRect(chip, look.radius * 0.75, look.radius * 0.75)
        paint_grip(painter, theme, chip.left() + theme.px(11), chip.center().y(), theme.muted)
        painter.setPen(qcolor(theme.muted if refused else theme.text))
        painter.setFont(look.title)
        painter.drawText(chip.adjusted(theme.px(24), 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text)
        if refused:
            self._paint_reason(painter, chip.bottom() + theme.px(4))

    def _paint_reason(self, painter: QPainter, top: float) -> None:
        theme, look = self._theme, look_of(self._theme)
        words = QRectF(self._reason_box())
        plate = QRectF(1.5, top, words.width() + theme.px(20), words.height() + theme.px(10))
        painter.setPen(look.pen(theme.warning))
        painter.setBrush(qcolor(theme.surface, 245))
        painter.drawRoundedRect(plate, look.radius * 0.6, look.radius * 0.6)
        painter.setPen(qcolor(theme.text))
        painter.setFont(look.small)
        inner = plate.adjusted(theme.px(10), theme.px(5), 0, 0)
        painter.drawText(inner, Qt.TextFlag.TextWordWrap, self.reason)


def paint_grip(painter: QPainter, theme: Theme, x: float, y: float, token: str, share: float = 1.0) -> None:
    """Paint the six dots that say "this can be dragged", at a `share` of their size."""
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(qcolor(token))
    size, step = 1.25 * theme.scale * share, 4.0 * theme.scale * share
    for row in (-1, 0, 1):
        for column in (0, 1):
            painter.drawEllipse(QRectF(x + column * step - size, y + row * step - size, 2 * size, 2 * size))
    painter.restore()
