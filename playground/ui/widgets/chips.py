"""A row of chips that are switched on and off one by one, such as the input features."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QKeySequence
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets.base import Described, describe, keep_font
from playground.ui.widgets.flow import FlowLayout


class ChipRow(QWidget):
    """Chips that break into lines where the width ends.

    Signals:
        toggled(str): the person switched the chip with this key on or off.
        removed(str): the person wants a chip that can be removed to go (Delete, or its context menu).
    """

    toggled = Signal(str)
    removed = Signal(str)

    def __init__(self, label: str, help_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        describe(self, label, "")
        self.setWhatsThis(help_text)
        self._theme = LIGHT
        self._chips: dict[str, QPushButton] = {}
        self._offered: list[tuple[str, str, str]] = []
        self._flow = FlowLayout(self, 4)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_items(self, items: Sequence[Described]) -> None:
        """Offer `items`, all switched off. Offering the same ones again keeps the keyboard's focus."""
        offered = [(item.key, item.label, item.help) for item in items]
        if offered == self._offered:
            self.set_keys(())
            return
        self._offered = offered
        for chip in self._chips.values():
            # Not deleted at once: this may have begun with a click on the very chip.
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = {}
        for item in items:
            chip = QPushButton(item.label, self)
            chip.setProperty("role", "chip")
            chip.setCheckable(True)
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            describe(chip, item.label, item.help)
            chip.clicked.connect(lambda _=False, key=item.key: self.toggled.emit(key))
            self._chips[item.key] = chip
            self._flow.addWidget(chip)
        self.apply_theme(self._theme)

    def set_removable(self, keys: Collection[str]) -> None:
        """Offer to remove just these chips."""
        for key in keys:
            chip = self._chips[key]
            if not chip.actions():
                action = QAction(f"Remove {chip.text()}", chip)
                action.setShortcut(QKeySequence.StandardKey.Delete)
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
                action.triggered.connect(lambda _=False, key=key: self.removed.emit(key))
                chip.addAction(action)
                chip.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def chip(self, key: str) -> QPushButton:
        """Return the chip `key`; KeyError when there is none."""
        return self._chips[key]

    @property
    def chips(self) -> tuple[QPushButton, ...]:
        """The chips in their order."""
        return tuple(self._chips.values())

    def keys(self) -> tuple[str, ...]:
        """Return the keys of the chips that are on, in their order."""
        return tuple(key for key, chip in self._chips.items() if chip.isChecked())

    def set_keys(self, keys: Collection[str]) -> None:
        """Switch on exactly the chips in `keys` without saying so to anyone."""
        for key, chip in self._chips.items():
            chip.setChecked(key in keys)

    def minimumSizeHint(self) -> QSize:
        """Return the size of one chip: Qt would ask for the height of all of them in one column."""
        return self._flow.minimumSize()

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's sizes; a chip is as wide as its bold label, so that switching moves nothing."""
        self._theme = theme
        self._flow.setSpacing(theme.px(4))
        bold = QFontMetrics(body_font(theme, bold=True))
        for chip in self._chips.values():
            width = bold.horizontalAdvance(chip.text())
            chip.setFixedWidth(width + 2 * theme.px(10) + 8)
            keep_font(chip, body_font(theme))
        self._flow.invalidate()
        self.updateGeometry()
