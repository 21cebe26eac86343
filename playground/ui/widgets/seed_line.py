"""A button that draws anew by the next seed, and the seed in numbers beside it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from playground.ui.theme.fonts import body_font
from playground.ui.theme.icons import icon
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets.base import describe, keep_font, role_label, theme_descendants
from playground.ui.widgets.numbers import NumberEdit, parse_number

WIDTH, WIDE = 36, 66  # design pixels of the number; a text, the seed of a link, is longer


class SeedLine(QWidget):
    """Shows a seed; asks for the next one or for one that is typed.

    Signals:
        next_asked(): draw by the next seed.
        chosen(int): draw by this seed.
        refused(str): why what was typed is no seed.
    """

    next_asked = Signal()
    chosen = Signal(int)
    refused = Signal(str)

    def __init__(self, text: str, help_text: str, name: str, seed_help: str) -> None:
        super().__init__()
        self._theme, self._wide = LIGHT, False
        self.button = QPushButton(text)
        self.button.setProperty("role", "slim")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(self.button, text, help_text)
        self.button.clicked.connect(self.next_asked)
        self.field = NumberEdit()
        self.label = role_label("Seed", "muted")
        self.label.setBuddy(self.field)
        describe(self.field, name, seed_help)
        self.field.committed.connect(self._commit)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.button, 1)
        layout.addWidget(self.label)
        layout.addWidget(self.field)

    def show_seed(self, seed: int | str) -> None:
        """Show a seed; a text, as links have one, takes the room of the label, too."""
        self._wide = isinstance(seed, str)
        self.field.show_text(str(seed))
        self.label.setVisible(not self._wide)
        self._fit()

    def _fit(self) -> None:
        self.field.setFixedWidth(self._theme.px(WIDE if self._wide else WIDTH))

    def _commit(self, text: str) -> None:
        number = parse_number(text)
        self.field.revert()
        if number is None or number < 0 or number != int(number):
            self.refused.emit(f"“{text.strip()}” is no seed: a seed is a whole number of 0 or more.")
        else:
            self.chosen.emit(int(number))

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and colours."""
        self._theme = theme
        theme_descendants(self, theme)
        keep_font(self.label, body_font(theme))
        keep_font(self.button, body_font(theme, bold=True))
        self.button.setIcon(icon("refresh", theme, "accent"))
        self._fit()
