"""Reading and writing numbers as people type them, and the field that does it."""

import math
import re

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from playground.ui.figures import MINUS
from playground.ui.theme.fonts import number_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets.base import keep_font

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?")
_WINDOW_KEYS = (Qt.Key.Key_E, Qt.Key.Key_N, Qt.Key.Key_O, Qt.Key.Key_S)


def parse_number(text: str) -> float | None:
    """Return the number a person wrote, or None when it is none.

    Comma and point both work ("0,03", "1e-3", "1,234.5", "20 000"), so do a real minus sign and a per cent
    sign at the end, which is left to the caller to interpret.
    """
    plain = re.sub(r"[\s_'’]", "", text).replace(MINUS, "-").removesuffix("%").lower()
    last = max(plain.rfind(","), plain.rfind("."))
    if plain.count(",") + plain.count(".") > 1:
        # Several separators group thousands; the last is the decimal one if it is of its own kind.
        separator = plain[last]
        head, tail = plain[:last], plain[last + 1 :]
        keep = "." if plain.count(separator) == 1 else ""
        plain = head.replace(",", "").replace(".", "") + keep + tail
    plain = plain.replace(",", ".")
    if _NUMBER.fullmatch(plain) is None:
        return None
    number = float(plain)
    return number if math.isfinite(number) else None


def format_number(value: float) -> str:
    """Return `value` the short way, without an exponent where a person would write none."""
    size = abs(value)
    text = f"{value:.6g}"
    if "e" in text and (1e-6 <= size < 1e12):
        text = f"{value:.12f}".rstrip("0").rstrip(".")
    mantissa, _, exponent = text.partition("e")
    # 1e-07 is 1e−7 by hand; `parse_number` reads both.
    return (f"{mantissa}e{int(exponent)}" if exponent else mantissa).replace("-", MINUS)


def match_range(number: float, minimum: float, maximum: float, percent: bool) -> float | None:
    """Return `number` if it lies in the range, else None.

    In a field that shows per cent "70" means 0.7; "0.7" does too, where 0.7 per cent is not allowed.
    """
    candidates = (number / 100, number) if percent else (number,)
    for candidate in candidates:
        if minimum <= candidate <= maximum:
            return candidate
    return None


def format_range(minimum: float, maximum: float, percent: bool = False) -> str:
    """Return a range as every message writes it: "0 and 0.5", "10 % and 90 %"."""
    if percent:
        return f"{format_number(minimum * 100)} % and {format_number(maximum * 100)} %"
    return f"{format_number(minimum)} and {format_number(maximum)}"


def is_for_window(event: QEvent, edited: bool) -> bool:
    """Return whether a key that a text field would take is meant for the window.

    A field keeps Ctrl+Z for what was typed into it; while nothing was, it undoes the last edit.
    """
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    if event.modifiers() == Qt.KeyboardModifier.ControlModifier and event.key() in _WINDOW_KEYS:
        return True
    keys = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
    return not edited and any(event.matches(key) for key in keys)


class WindowLine(QLineEdit):
    """A line of text that leaves the window its shortcuts."""

    def event(self, event: QEvent) -> bool:
        """Let the window have its shortcuts."""
        if is_for_window(event, self.isUndoAvailable()):
            event.ignore()
            return False
        return super().event(event)


class NumberEdit(WindowLine):
    """A line whose text is selected when it is entered; Enter or leaving commits, Escape gives up.

    Enter and Escape also give the keyboard's focus away, so that the window's keys work again.

    Signals:
        committed(str): the person finished a text that differs from the one shown before.
        given_up(): Escape was pressed; the old text is back.
    """

    committed = Signal(str)
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "value")
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._shown = ""
        self._entering = False
        self._leaving = False
        self.apply_theme(LIGHT)

    def show_text(self, text: str) -> None:
        """Show `text`; a text that is being typed is kept until it is committed or given up."""
        typing = self.hasFocus() and self.text() != self._shown
        self._shown = text
        if not typing:
            self.setText(text)

    def revert(self) -> None:
        """Show what was shown before typing."""
        self.setText(self._shown)
        self.selectAll()

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's number font."""
        keep_font(self, number_font(theme, theme.size_body))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Commit on Enter, give up on Escape; both leave the field."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._commit()
            self._leave()
        elif event.key() == Qt.Key.Key_Escape:
            changed = self.text() != self._shown
            self.revert()
            self._leave()
            if changed:
                self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select everything, so that typing replaces it."""
        super().focusInEvent(event)
        self._entering = event.reason() == Qt.FocusReason.MouseFocusReason
        self.selectAll()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select everything after the click that gave the focus: its press had placed the cursor."""
        super().mouseReleaseEvent(event)
        if self._entering and not self.hasSelectedText():
            self.selectAll()
        self._entering = False

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Commit when the person goes elsewhere; a menu of the field itself is not elsewhere."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason and not self._leaving:
            self._commit()

    def _leave(self) -> None:
        """Give the focus away; what was typed has been dealt with."""
        self._leaving = True
        self.clearFocus()
        self._leaving = False

    def _commit(self) -> None:
        text = self.text()
        if text != self._shown:
            self.committed.emit(text)
