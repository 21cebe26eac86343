"""The zone at the foot of the diagram that appears while a layer is dragged: dropped there, it is removed."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.ui.diagram.look import look_of, text_width
from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme

TEXT = "Remove: drop here"


class BinZone(QWidget):
    """An overlay of the view; the mouse does not see it, the gesture asks where it is."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(TEXT)
        self._theme = theme
        self._lit = False
        self.hide()

    def apply_theme(self, theme: Theme) -> None:
        """Use another look."""
        self._theme = theme
        self.settle()

    def settle(self) -> None:
        """Lie at the foot of the view, in the middle."""
        room = self.parentWidget()
        assert room is not None
        width = round(text_width(look_of(self._theme).title, TEXT)) + self._theme.px(48)
        height = self._theme.px(40)
        self.setGeometry(
            (room.width() - width) // 2, room.height() - height - self._theme.px(8), width, height
        )

    def show_state(self, shown: bool, lit: bool) -> None:
        """Appear or go away, lit when a drop would remove."""
        if shown and self.isHidden():
            self.settle()
            self.raise_()
        if lit != self._lit:
            self._lit = lit
            self.update()
        self.setVisible(shown)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the widget."""
        theme, look = self._theme, look_of(self._theme)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        token = theme.danger if self._lit else theme.muted
        pen = look.pen(token, 1.5)
        pen.setStyle(Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([3.0, 2.5])
        painter.setPen(pen)
        painter.setBrush(qcolor(theme.surface, 245))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), look.radius, look.radius)
        painter.setPen(qcolor(theme.danger if self._lit else theme.text))
        painter.setFont(look.title)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, TEXT)
