"""One layer's width with a button for one fewer and one for one more, and a field to type it."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from playground.ui.theme.fonts import body_font
from playground.ui.theme.icons import icon
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import NumberEdit, describe, keep_font, parse_number, role_label

MOST_UNITS = 1024


class WidthRow(QWidget):
    """A name, minus, the number and plus.

    Signals:
        changed(int): the person chose another width.
        refused(str): what was typed cannot be used; the sentence says why.
    """

    changed = Signal(int)
    refused = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._value = 1
        self._name = role_label(name, "muted")
        self.fewer, self.more = QToolButton(), QToolButton()
        self.field = NumberEdit()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._name, 1)
        for widget in (self.fewer, self.field, self.more):
            layout.addWidget(widget)
        self.fewer.clicked.connect(lambda: self._choose(self._value - 1))
        self.more.clicked.connect(lambda: self._choose(self._value + 1))
        self.field.committed.connect(self._typed)
        self.set_name(name)

    @property
    def value(self) -> int:
        """The width that is shown."""
        return self._value

    def set_name(self, name: str) -> None:
        """Show another name."""
        self._name.setText(name)
        describe(self.fewer, f"{name}: one fewer", f"{name}: one fewer.")
        describe(self.more, f"{name}: one more", f"{name}: one more.")
        describe(self.field, name, f"{name}: how many there are, from 1 to {MOST_UNITS:,}.")

    def set_value(self, value: int) -> None:
        """Show a width without saying so to anyone."""
        self._value = value
        self.field.show_text(str(value))
        self.fewer.setEnabled(value > 1)
        self.more.setEnabled(value < MOST_UNITS)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and icons."""
        keep_font(self._name, body_font(theme))
        self.field.apply_theme(theme)
        self.field.setFixedWidth(theme.px(52))
        for button, name in ((self.fewer, "remove"), (self.more, "add")):
            button.setIcon(icon(name, theme, "text"))
            button.setIconSize(QSize(theme.px(16), theme.px(16)))
            button.setFixedSize(theme.px(28), theme.px(28))

    def _typed(self, text: str) -> None:
        number = parse_number(text)
        self.field.revert()
        if number is None or number != round(number) or not 1 <= number <= MOST_UNITS:
            self.refused.emit(f"A layer has a whole number of neurons, from 1 to {MOST_UNITS:,}.")
            return
        self._choose(round(number))

    def _choose(self, value: int) -> None:
        if value != self._value and 1 <= value <= MOST_UNITS:
            self.set_value(value)
            self.changed.emit(value)
