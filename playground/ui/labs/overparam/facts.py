"""Figures with their names, below one another."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets import Item, describe, keep_font, role_label

NOTHING = "–"


class Facts(QWidget):
    """A column of names, and the figure of each at the right."""

    def __init__(self, name: str, items: Sequence[Item]) -> None:
        """Make the column; a dash stands for what is not known yet."""
        super().__init__()
        describe(self, name, "")
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setColumnStretch(0, 1)
        self._names: list[QLabel] = []
        self._figures: dict[str, QLabel] = {}
        for row, item in enumerate(items):
            label, figure = role_label(item.label, "muted"), role_label(NOTHING, "title")
            figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label.setToolTip(item.help)
            describe(figure, item.label, item.help)
            self._layout.addWidget(label, row, 0)
            self._layout.addWidget(figure, row, 1)
            self._names.append(label)
            self._figures[item.key] = figure
        self.apply_theme(LIGHT)

    def show_facts(self, **texts: str) -> None:
        """Show these figures by their keys, and a dash for the others."""
        for key, figure in self._figures.items():
            figure.setText(texts.get(key, NOTHING))

    def text(self, key: str) -> str:
        """Return the figure that is shown."""
        return self._figures[key].text()

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts."""
        for label in self._names:
            keep_font(label, body_font(theme))
        for figure in self._figures.values():
            keep_font(figure, number_font(theme, theme.size_body))
        self._layout.setVerticalSpacing(theme.px(4))
        self._layout.setHorizontalSpacing(theme.px(8))
