"""A share as a bar, with what it is a share of written over it."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.ui.labs.parts import ThinBar
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets import keep_font, role_label


class ShareBar(QWidget):
    """A line of words over a bar that is as full as the share."""

    def __init__(self, label: str, help_text: str) -> None:
        super().__init__()
        self._words = role_label("", "")
        self._words.setWordWrap(True)
        self.bar = ThinBar(label, help_text)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self._words)
        self._layout.addWidget(self.bar)
        self.apply_theme(LIGHT)

    @property
    def text(self) -> str:
        """What is written over the bar."""
        return self._words.text()

    def show_share(self, share: float, text: str) -> None:
        """Show a share from 0 to 1 with these words."""
        self.bar.show_share(share)
        if text != self._words.text():
            self._words.setText(text)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        keep_font(self._words, body_font(theme, bold=True))
        self.bar.apply_theme(theme)
        self._layout.setSpacing(theme.px(4))
