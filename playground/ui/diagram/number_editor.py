"""The small field that opens at a link or a bias: which number it is, and its value in full."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from playground.training.numbers import NumberName, refusal
from playground.ui.document import Document
from playground.ui.figures import MINUS, in_full
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import describe, keep_font, next_gesture, role_label
from playground.ui.widgets.numbers import format_number
from playground.ui.widgets.stepped import SteppedEdit, number_in

WIDTH = 228  # design pixels
AWAY = 14  # from the place it is about
WIDEST = f"{MINUS}0.123456789"
KEYS = (
    "Enter sets the number, Esc brings it back. ↑ and ↓ change it, with Shift ten times as much, with Ctrl a "
    "tenth. Tab goes on to the neuron's next number."
)


class NumberEditor(QFrame):
    """Sets one number of the network: arrows at once, a typed one with Enter, Tab or a click elsewhere.

    All that is done to a number from opening to closing is one step of the undo history.

    Signals:
        closed(bool): it is done; True where the keyboard is to go back to the diagram.
        next_asked(int): it is done, and the neuron's next number (-1: the one before) is to follow.
    """

    closed = Signal(bool)
    next_asked = Signal(int)

    def __init__(self, document: Document, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("number_editor")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._document = document
        self._name: NumberName | None = None
        self._value = self._first = 0.0
        self._gesture = 0
        self._has_set = False
        self._place = QPoint()
        self.title = role_label("", "title")
        self.title.setWordWrap(True)
        self.field = SteppedEdit()
        self.keys = role_label("", "muted")
        self.problem = QLabel()
        self.problem.setProperty("role", "danger")
        self.problem.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(self.field, 1)
        row.addWidget(self.keys)
        self._layout = QVBoxLayout(self)
        self._layout.addWidget(self.title)
        self._layout.addLayout(row)
        self._layout.addWidget(self.problem)
        self._layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        self.field.entered.connect(lambda: self._finish(back=True))
        self.field.escaped.connect(self._give_up)
        self.field.next_asked.connect(self._go_on)
        self.field.stepped.connect(self._set)
        self.field.refused.connect(lambda text: self._complain(refusal(None, text, self.field.precision)))
        self.field.left.connect(lambda: self._finish(back=False))
        self.field.textEdited.connect(lambda _text: self._complain(""))
        self.apply_theme(theme)
        self.hide()

    def open(
        self, name: NumberName, value: float, precision: str, title: str, notation: str, place: QPoint
    ) -> None:
        """Show a number at a place of the parent, with all of its text selected."""
        self._name, self._value, self._first = name, value, value
        self._gesture, self._place, self._has_set = next_gesture(), place, False
        self.title.setText(title)
        describe(self.field, title, f"{title}\n{notation}\n{KEYS}")
        self.title.setToolTip(notation)
        self.field.begin(value, precision)
        self.keys.setText(f"↑↓ {format_number(float(self.field.step))}")
        self.keys.setToolTip(KEYS)
        self._complain("")
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    @property
    def is_open(self) -> bool:
        """Whether a number is being set."""
        return self._name is not None

    def show_value(self, value: float) -> None:
        """Show what training has made of the number meanwhile."""
        self._value = value
        self.field.show_value(value)

    def finish(self) -> None:
        """Set what was typed, and close; what cannot be set is said, and left."""
        self._finish(back=False)

    def cancel(self) -> None:
        """Close, and leave what was typed: there is no such number any more."""
        self._close()

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        self._theme = theme
        keep_font(self.title, body_font(theme, theme.size_small, bold=True))
        keep_font(self.keys, body_font(theme, theme.size_small))
        keep_font(self.problem, body_font(theme, theme.size_small))
        font = number_font(theme, theme.size_title)
        keep_font(self.field, font)
        self.field.setMinimumWidth(QFontMetrics(font).horizontalAdvance(WIDEST) + theme.px(18))
        self._layout.setContentsMargins(*(theme.px(n) for n in (10, 8, 10, 8)))
        self._layout.setSpacing(theme.px(4))
        self._settle()

    # Keys and clicks ------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keep clicks beside the field from the diagram."""
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Keep the wheel from the diagram."""
        event.accept()

    def _set(self, text: str) -> str:
        """Set the number that is written, and return why not when it cannot be."""
        if self._name is None:
            return ""
        number = number_in(text)
        reason = refusal(number, text, self.field.precision)
        if not reason and number is not None:
            self._document.set_number(self._name, self._value, number, merge=self._gesture)
            self._value, self._has_set = number, True
            self.field.put(in_full(number, self.field.precision))
        self._complain(reason)
        return reason

    def _finish(self, back: bool) -> None:
        """Set what was typed and close. With Enter a wrong text stays there to be mended."""
        if self._name is None:
            return
        reason = self._set(self.field.text()) if self.field.is_typed else ""
        if reason and back:
            self.field.selectAll()
            return
        self._close(back)
        if reason:
            self._document.refused.emit(reason)

    def _go_on(self, by: int) -> None:
        if self.field.is_typed and self._set(self.field.text()):
            self.field.selectAll()
            return
        self.next_asked.emit(by)

    def _give_up(self) -> None:
        """Bring back the number as it was when the field was opened, if anything was done to it."""
        name, first = self._name, self._first
        self.field.put(in_full(self._value, self.field.precision))
        if name is not None and self._has_set:
            self._document.set_number(name, self._value, first, merge=self._gesture)
        self._close(back=True)

    def _close(self, back: bool = False) -> None:
        if self._name is None:
            return
        self._name = None
        back = back or self.field.hasFocus()
        self.hide()
        self.closed.emit(back)

    # Looks ----------------------------------------------------------------------------------------------

    def _complain(self, reason: str) -> None:
        self.problem.setText(reason)
        self.problem.setVisible(bool(reason))
        self._settle()

    def _settle(self) -> None:
        """Stand beside the place, within the room there is."""
        room = self.parentWidget()
        if room is None:
            return
        width = max(self._theme.px(WIDTH), self._layout.minimumSize().width())
        height = self._layout.totalHeightForWidth(width)
        away = self._theme.px(AWAY)
        box = QRect(self._place + QPoint(away, away), QSize(min(width, room.width()), height))
        if box.bottom() > room.height() and self._place.y() - away - height >= 0:
            box.moveBottom(self._place.y() - away)
        box.moveLeft(max(min(box.left(), room.width() - box.width() - 2), 2))
        box.moveTop(max(min(box.top(), room.height() - box.height() - 2), 2))
        self.setGeometry(box)
