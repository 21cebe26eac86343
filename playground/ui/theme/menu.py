"""The menu of themes."""

from dataclasses import fields

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from playground.settings import Settings


class ThemeMenu(QMenu):
    """Offers every theme that the settings know.

    Signals:
        chosen(str): the key of a theme.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Theme", parent)
        group = QActionGroup(self)
        self._actions: dict[str, QAction] = {}
        for key, label in next(spec for spec in fields(Settings) if spec.name == "theme").metadata["choices"]:
            action = self.addAction(label)
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, key=key: self.chosen.emit(key))
            group.addAction(action)
            self._actions[key] = action

    def mark(self, key: str) -> None:
        """Show which theme is in use."""
        self._actions[key].setChecked(True)
