"""A line for formulas that says at which character one cannot be read."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from playground.data.formula import FormulaError
from playground.ui.theme.fonts import number_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets.base import describe, keep_font
from playground.ui.widgets.numbers import WindowLine


class FormulaEdit(WindowLine):
    """Enter commits a formula that `read` can read; of another, the place of the mistake is selected.

    Signals:
        committed(str): the person finished a formula that can be read.
        refused(str): why it cannot, in a sentence.
    """

    committed = Signal(str)
    refused = Signal(str)

    def __init__(
        self, label: str, help_text: str, read: Callable[[str], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        describe(self, label, help_text)
        self._read = read
        self._shown = ""
        self.returnPressed.connect(self._commit)
        self.apply_theme(LIGHT)

    def show_text(self, text: str) -> None:
        """Show a formula, unless another one is being typed."""
        if not (self.hasFocus() and self.text() != self._shown):
            self.setText(text)
        self._shown = text

    @property
    def shown(self) -> str:
        """The formula that was committed last."""
        return self._shown

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's number font."""
        keep_font(self, number_font(theme, theme.size_body, bold=False))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give up on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._shown)
            self.clearFocus()
        else:
            super().keyPressEvent(event)

    def _commit(self) -> None:
        text = self.text().strip()
        try:
            self._read(text)
        except FormulaError as error:
            # What is wrong with the end of the text stands behind its last character.
            place = min(error.place, max(len(text) - 1, 0))
            self.setText(text)
            self.setSelection(place, max(1, len(text) - place) if error.place >= len(text) else 1)
            self.refused.emit(f"At character {error.place + 1}: {error}")
        else:
            self._shown = text
            self.committed.emit(text)
