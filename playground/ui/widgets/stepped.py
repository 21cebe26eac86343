"""A field for a number in full, which the arrow keys change in steps."""

import math
from decimal import Decimal

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from playground.ui.figures import in_full
from playground.ui.widgets.numbers import NumberEdit, parse_number

LARGER, SMALLER = Decimal(10), Decimal("0.1")


def step_for(value: float) -> Decimal:
    """Return the step for a number of this size: 0.1 up to 10, a tenth of its power of ten beyond."""
    size = abs(value)
    if not math.isfinite(size) or size < 10:
        return Decimal("0.1")
    return Decimal(10) ** (math.floor(math.log10(size)) - 1)


def number_in(text: str) -> float | None:
    """Return the number that a person wrote as a weight, None when it is none: per cent mean nothing here."""
    return None if "%" in text else parse_number(text)


class SteppedEdit(NumberEdit):
    """Arrow up and down change the number by a step, with Shift by ten, with Ctrl by a tenth of it.

    The step stays the same while the field is used, so that down undoes up.

    Signals:
        stepped(str): an arrow key has made this of the number.
        refused(str): an arrow key could make nothing of this text.
        entered(): Enter was pressed. given_up() and committed(str): as of any `NumberEdit`.
        next_asked(int): Tab (1) or Shift+Tab (-1) was pressed.
        left(): the keyboard has gone elsewhere.
    """

    stepped = Signal(str)
    refused = Signal(str)
    entered = Signal()
    escaped = Signal()
    next_asked = Signal(int)
    left = Signal()

    def __init__(self, precision: str = "float32", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.precision = precision
        self.step = Decimal("0.1")
        self.setProperty("role", "")

    def begin(self, value: float, precision: str) -> None:
        """Show a number, all of it selected; its size decides the step."""
        self.precision, self.step = precision, step_for(value)
        self.put(in_full(value, precision))

    def put(self, text: str) -> None:
        """Show a text as what the field holds, whatever was typed."""
        self._shown = text
        self.setText(text)
        self.selectAll()

    def show_value(self, value: float) -> None:
        """Show what the number is now, unless something is being typed."""
        text = in_full(value, self.precision)
        if not self.is_typed and text != self.text():
            self.put(text)

    @property
    def is_typed(self) -> bool:
        """Whether the text is another than the one shown."""
        return self.text() != self._shown

    def change_by(self, steps: Decimal) -> None:
        """Add steps to the number, in decimals as a person would."""
        text = self.text()
        number = number_in(text)
        if number is None:
            self.refused.emit(text)
            return
        changed = float(Decimal(repr(number)) + steps * self.step)
        self.setText(in_full(changed, self.precision))
        self.selectAll()
        self.stepped.emit(self.text())

    def event(self, event: QEvent) -> bool:
        """Take Tab before it moves the focus."""
        tabs = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in tabs:
            self.next_asked.emit(tabs[Qt.Key(event.key())])
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step with the arrows; what Enter and Escape do is for whoever owns the field."""
        key, modifiers = event.key(), event.modifiers()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            steps = Decimal(1 if key == Qt.Key.Key_Up else -1)
            if modifiers & Qt.KeyboardModifier.ShiftModifier:
                steps *= LARGER
            if modifiers & Qt.KeyboardModifier.ControlModifier:
                steps *= SMALLER
            self.change_by(steps)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif key == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Commit when the person goes elsewhere, and say so."""
        super().focusOutEvent(event)
        stays = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        if event.reason() not in stays:
            self.left.emit()
