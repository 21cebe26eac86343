"""The controls above a plot, in as many lines as its width asks for."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from playground.ui.theme.fonts import body_font
from playground.ui.theme.icons import icon
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import FlatCombo, FlowLayout
from playground.ui.widgets.base import describe, keep_font

HEIGHT = 22  # design pixels of every control, so that they stand on one line


class ToolRow(QWidget):
    """A line of combo boxes and small buttons, which breaks where there is no more room."""

    def __init__(self) -> None:
        super().__init__()
        self._icons: dict[QToolButton, str] = {}
        self._combos: list[FlatCombo] = []
        self._others: list[QWidget] = []
        self._flow = FlowLayout(self, 2)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add_combo(self, name: str, help_text: str) -> FlatCombo:
        """Return a combo box at the end of the line."""
        combo = FlatCombo()
        describe(combo, name, help_text)
        self._combos.append(combo)
        self._flow.addWidget(combo)
        return combo

    def add_button(self, glyph: str, name: str, help_text: str) -> QToolButton:
        """Return a button with an icon at the end of the line."""
        button = QToolButton()
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(button, name, help_text)
        self._icons[button] = glyph
        self._flow.addWidget(button)
        return button

    def add(self, widget: QWidget) -> None:
        """Put any other control at the end of the line."""
        self._others.append(widget)
        self._flow.addWidget(widget)

    def remove(self, widget: QWidget) -> None:
        """Take a control out again."""
        self._others.remove(widget)
        self._flow.removeWidget(widget)

    def set_icon(self, button: QToolButton, glyph: str, theme: Theme) -> None:
        """Give a button another icon."""
        self._icons[button] = glyph
        button.setIcon(icon(glyph, theme, "text"))

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and icons."""
        for combo in self._combos:
            combo.set_look(theme, body_font(theme))
        for button, glyph in self._icons.items():
            keep_font(button, body_font(theme, theme.size_small))
            button.setIcon(icon(glyph, theme, "text"))
            button.setIconSize(QSize(theme.px(14), theme.px(14)))
            button.setFixedSize(theme.px(26), theme.px(HEIGHT))
        for one in (*self._combos, *self._others):
            one.setFixedHeight(theme.px(HEIGHT))
        self._flow.setContentsMargins(theme.px(4), theme.px(2), theme.px(4), 0)

    def fill(self, combo: FlatCombo, entries: list[tuple[str, object]], shown: object) -> None:
        """Offer texts with their data in a combo box and show one of them; nothing is told to anyone."""
        if [(combo.itemText(i), combo.itemData(i)) for i in range(combo.count())] != entries:
            combo.clear()
            for text, data in entries:
                combo.addItem(text, data)
        combo.setCurrentIndex(next((i for i, (_, data) in enumerate(entries) if data == shown), -1))
        combo.setVisible(len(entries) > 1)
