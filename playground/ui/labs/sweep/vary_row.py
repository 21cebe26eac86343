"""One thing that a sweep varies: which, and with what values."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from playground.experiment.variation import THINGS
from playground.labs.sweep import Vary
from playground.tables import by_key
from playground.ui.labs.sweep.values import EXAMPLE, made, read, usual, written
from playground.ui.theme.fonts import number_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import ChipRow, Choice, Item, describe, keep_font

NOTHING = Item("", "nothing", "Nothing more is varied.")


class VaryRow(QWidget):
    """A choice of the thing, and below it a field of numbers or chips of its options.

    Signals:
        changed(): another thing, or other values.
    """

    changed = Signal()

    def __init__(self, caption: str, can_be_none: bool) -> None:
        super().__init__()
        self._chosen: list[str] = []
        self.thing = Choice(caption, "What differs from run to run.")
        self.thing.set_items([*([NOTHING] if can_be_none else []), *THINGS])
        self.field = QLineEdit()
        describe(self.field, f"{caption}: values", EXAMPLE)
        self.chips = ChipRow(f"{caption}: choices", "What is tried.")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for part in (self.thing, self.field, self.chips):
            self._layout.addWidget(part)
        self.thing.chosen.connect(self._take)
        self.field.editingFinished.connect(self.changed)
        self.chips.toggled.connect(self._toggle)
        self._show_parts()

    def show_vary(self, vary: Vary | None) -> None:
        """Show what is varied, without saying so to anyone."""
        self.thing.set_key("" if vary is None else vary.key)
        self._show_parts()
        if vary is None:
            return
        if vary.thing.options:
            self._chosen = [str(value) for value in vary.values]
            self.chips.set_keys(self._chosen)
        else:
            self.field.setText(written(vary))

    def vary(self) -> Vary | None:
        """Return what is varied, None for nothing. Raises ValuesError."""
        if not self.thing.key:
            return None
        thing = by_key(THINGS, self.thing.key, "setting")
        if not thing.options:
            return read(thing, self.field.text())
        order = [option.key for option in thing.options]
        return made(key=thing.key, values=tuple(sorted(self._chosen, key=order.index)))

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        self.thing.apply_theme(theme)
        self.chips.apply_theme(theme)
        keep_font(self.field, number_font(theme, theme.size_body, bold=False))
        self._layout.setSpacing(theme.px(4))

    def _take(self, key: str) -> None:
        self.show_vary(usual(by_key(THINGS, key, "setting")) if key else None)
        self.changed.emit()

    def _toggle(self, key: str) -> None:
        self._chosen = (
            [one for one in self._chosen if one != key] if key in self._chosen else [*self._chosen, key]
        )
        self.chips.set_keys(self._chosen)
        self.changed.emit()

    def _show_parts(self) -> None:
        key = self.thing.key
        options = by_key(THINGS, key, "setting").options if key else ()
        if options:
            self.chips.set_items(options)
        self.chips.setVisible(bool(options))
        self.field.setVisible(bool(key) and not options)
