"""The one place that gives the application its look, and says when it changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from string import Template
from typing import Literal

from PySide6.QtCore import QDir, QObject, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from playground.ui.theme.colour import mix, qcolor
from playground.ui.theme.files import theme_file
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import DARK, LIGHT, Theme, scaled

Preference = Literal["system", "light", "dark"]


_SCHEMES: dict[Preference, Qt.ColorScheme] = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}


class ThemeManager(QObject):
    """Chooses the theme from what the person and the system prefer, and applies it to the application.

    Signals
        theme_changed(Theme): the look is another one now; emitted after palette and style sheet are set.
    """

    theme_changed = Signal(object)

    def __init__(self, application: QApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._application = application
        self._preference: Preference = "system"
        self._projector = False
        self.theme: Theme = self._wanted()
        self._apply()
        application.styleHints().colorSchemeChanged.connect(self._refresh)

    def set_preference(self, preference: Preference) -> None:
        """Show light or dark, or what the system prefers."""
        self._preference = preference
        # The system's own parts (title bar, file dialogue) follow.
        self._application.styleHints().setColorScheme(_SCHEMES[preference])
        self._refresh()

    def set_projector(self, projector: bool) -> None:
        """Use large type and thick lines, for the back row of a room."""
        self._projector = projector
        self._refresh()

    @contextmanager
    def lent(self, theme: Theme) -> Iterator[None]:
        """Have everything in another theme for a moment in which nothing is painted but a picture."""
        own = self.theme
        if theme != own:
            self._put_on(theme)
        try:
            yield
        finally:
            if theme != own:
                self._put_on(own)

    def _put_on(self, theme: Theme) -> None:
        self.theme = theme
        self._apply()
        self.theme_changed.emit(theme)

    def _wanted(self) -> Theme:
        dark = self._preference == "dark"
        if self._preference == "system":
            dark = self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return scaled(DARK if dark else LIGHT, self._projector)

    def _refresh(self) -> None:
        wanted = self._wanted()
        if wanted != self.theme:
            self._put_on(wanted)

    def _apply(self) -> None:
        QDir.setSearchPaths("theme", [str(theme_file())])
        self._application.setStyle("Fusion")
        self._application.setFont(body_font(self.theme))
        self._application.setPalette(palette(self.theme))
        self._application.setStyleSheet(style_sheet(self.theme))


def palette(theme: Theme) -> QPalette:
    """Return the palette of `theme`, for what the style sheet does not reach."""
    result = QPalette()
    roles = {
        QPalette.ColorRole.Window: theme.surface,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Base: theme.surface,
        QPalette.ColorRole.AlternateBase: theme.raised,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.muted,
        QPalette.ColorRole.Button: theme.raised,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.ToolTipBase: theme.surface,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.accent_text,
        QPalette.ColorRole.Link: theme.accent_strong,
        QPalette.ColorRole.Accent: theme.accent,
    }
    for role, token in roles.items():
        result.setColor(role, qcolor(token))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, qcolor(theme.disabled))
    return result


def style_sheet(theme: Theme) -> str:
    """Return the application's style sheet: the template with the tokens of `theme` filled in."""
    template = Template(theme_file("style.qss").read_text(encoding="utf-8"))
    tokens: dict[str, str] = {
        name: value
        for name in Theme.__slots__
        if isinstance(value := getattr(theme, name), str) and value.startswith("#")
    }
    sizes = {f"px{n}": f"{theme.px(n)}px" for n in range(1, 41)}
    extra = {
        "accent_hover": mix(theme.accent, theme.text, 0.12),
        # Half of the round button's height with its ring: a larger radius would draw a square.
        "round": f"{theme.px(36) // 2 + 2}px",
        "icons": "dark" if theme.dark else "light",
    }
    return template.substitute(tokens | sizes | extra)
