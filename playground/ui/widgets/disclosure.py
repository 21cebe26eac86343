"""A line of text that opens and closes what few people need below it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QToolButton

from playground.ui.theme.files import theme_file
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets.base import describe, keep_font


class Disclosure(QToolButton):
    """Checked while it is open; it shows and hides nothing itself."""

    def __init__(self, name: str, help_text: str) -> None:
        super().__init__()
        self._theme = LIGHT
        self.setProperty("role", "disclosure")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setText(name)
        describe(self, name, help_text)
        self.toggled.connect(self._turn)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        keep_font(self, body_font(theme))
        self.setIconSize(QSize(theme.px(14), theme.px(14)))
        self._turn(self.isChecked())

    def _turn(self, is_open: bool) -> None:
        way, shade = "down" if is_open else "right", "dark" if self._theme.dark else "light"
        self.setIcon(QIcon(str(theme_file(f"chevron-{way}-{shade}.svg"))))
