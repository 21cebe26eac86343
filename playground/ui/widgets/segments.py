"""A choice of a few, all of them in view: one of the chips is on."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets.base import Described, describe, keep_font
from playground.ui.widgets.flow import FlowLayout


class Segments(QWidget):
    """Chips side by side of which exactly one is on. Arrow keys move between them.

    Signals:
        chosen(str): the person chose the chip with this key, another one than before.
    """

    chosen = Signal(str)

    def __init__(
        self,
        label: str,
        items: Sequence[Described],
        parent: QWidget | None = None,
        breaks: bool = False,
    ) -> None:
        """Make the chips; with `breaks` they go on in another line where the width ends."""
        super().__init__(parent)
        describe(self, label, "")
        self._key = items[0].key
        self._group = QButtonGroup(self)
        self._helps = {item.key: item.help for item in items}
        self.chips: dict[str, QPushButton] = {}
        self._layout = FlowLayout(self) if breaks else QHBoxLayout(self)
        policy = self.sizePolicy()
        policy.setHeightForWidth(breaks)
        self.setSizePolicy(policy)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for item in items:
            chip = QPushButton(item.label)
            chip.setProperty("role", "chip")
            chip.setCheckable(True)
            chip.setAutoDefault(False)
            chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            describe(chip, item.label, item.help)
            chip.clicked.connect(lambda _=False, key=item.key: self._clicked(key))
            self._group.addButton(chip)
            self._layout.addWidget(chip)
            self.chips[item.key] = chip
        if isinstance(self._layout, QHBoxLayout):
            self._layout.addStretch(1)
        self.set_key(self._key)
        self.apply_theme(LIGHT)

    @property
    def key(self) -> str:
        """The key of the chip that is on."""
        return self._key

    def set_key(self, key: str) -> None:
        """Switch on the chip `key` without saying so to anyone; KeyError when there is none."""
        self.chips[key].setChecked(True)
        self._key = key

    def set_unavailable(self, reasons: Mapping[str, str]) -> None:
        """Switch off what cannot be chosen; a sentence each says why."""
        for key, chip in self.chips.items():
            chip.setEnabled(key not in reasons)
            chip.setToolTip(reasons.get(key, self._helps[key]))

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's sizes; a chip is as wide as its bold label, so that choosing moves nothing."""
        self._layout.setSpacing(theme.px(4))
        bold = QFontMetrics(body_font(theme, bold=True))
        for chip in self.chips.values():
            chip.setFixedWidth(bold.horizontalAdvance(chip.text()) + 2 * theme.px(10) + 8)
            keep_font(chip, body_font(theme))

    def _clicked(self, key: str) -> None:
        changed = key != self._key
        self._key = key
        if changed:
            self.chosen.emit(key)
