"""The strip at the foot of the diagram that appears while a layer is dragged: a drop there removes it."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.ui.diagram.look import look_of, text_width
from playground.ui.theme.colour import qcolor
from playground.ui.theme.icons import icon
from playground.ui.theme.tokens import Theme

TEXT = "Remove: drop here"
HEIGHT = 44


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
        """Lie at the foot of the view, over its whole width: a target that cannot be missed."""
        room = self.parentWidget()
        assert room is not None
        height = self._theme.px(HEIGHT)
        self.setGeometry(0, room.height() - height, room.width(), height)

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
        painter.fillRect(self.rect(), qcolor(theme.surface))
        if self._lit:
            painter.fillRect(self.rect(), qcolor(theme.danger, 40))
        painter.setPen(look.pen(theme.danger if self._lit else theme.hairline))
        painter.drawLine(0, 0, self.width(), 0)
        side, space = theme.px(18), theme.px(8)
        width = side + space + text_width(look.title, TEXT)
        left = (self.width() - width) / 2
        place = QRect(round(left), (self.height() - side) // 2, side, side)
        icon("delete", theme, "danger" if self._lit else "muted").paint(painter, place)
        painter.setPen(qcolor(theme.danger if self._lit else theme.text))
        painter.setFont(look.title)
        words = QRectF(left + side + space, 0, width, self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, TEXT)
