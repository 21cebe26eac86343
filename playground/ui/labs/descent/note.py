"""Small pieces that these pages share: words that wrap in the theme's font, and a bar of progress."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel

from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import describe, keep_font, role_label

RATES = sorted(
    {float(f"{10 ** (power / 25):.3g}") for power in range(-100, 26)}
    | {10.0**power for power in range(1, 10)}
)
"""Learning rates to choose from: close together where they work, and then up to what never does."""


class Note(QLabel):
    """A few lines of words or numbers, which can be selected."""

    def __init__(self, name: str, help_text: str, numbers: bool = False, lines: int = 0) -> None:
        """Make the note; it keeps room for so many `lines`, so that nothing below it moves."""
        super().__init__()
        self._numbers, self._lines = numbers, lines
        self.setWordWrap(not numbers)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        describe(self, name, help_text)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's font."""
        font = number_font(theme, theme.size_body, bold=False) if self._numbers else body_font(theme)
        keep_font(self, font)
        self.setMinimumHeight(self._lines * QFontMetrics(font).lineSpacing())


class Refusal(QLabel):
    """Why something was not taken: hidden while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "warning")
        self.setWordWrap(True)
        describe(self, "Refused", "Why what was typed was not taken.")
        self.hide()

    def show_text(self, text: str) -> None:
        """Show a sentence, or nothing."""
        self.setText(text)
        self.setVisible(bool(text))

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's font."""
        keep_font(self, body_font(theme))


def title() -> QLabel:
    """Return a label for the name of a panel."""
    label = role_label("", "title")
    label.setWordWrap(True)
    return label
