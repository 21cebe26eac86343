"""A number to watch: a small name over big figures that stay where they are."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets.base import Figure, describe, keep_font, role_label


class Metric(QWidget):
    """A label over a big number; as wide as `widest` needs, whatever is shown."""

    def __init__(
        self, label: str, help_text: str, widest: str = "0.0e−0", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._widest = widest
        self._label = label
        self._help = help_text
        self._name = role_label(label, "muted")
        self._number = Figure("–")
        describe(self, label, help_text)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._name)
        layout.addWidget(self._number, 0, Qt.AlignmentFlag.AlignLeft)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.apply_theme(LIGHT)

    @property
    def text(self) -> str:
        """The number shown."""
        return self._number.text()

    def set_text(self, text: str) -> None:
        """Show `text`; an en dash stands for "nothing yet"."""
        if self._number.show_text(text):
            self.setAccessibleDescription(f"{self._label} {text}. {self._help}")

    def set_label(self, label: str, help_text: str) -> None:
        """Show another name ("test accuracy" becomes "test R²")."""
        self._label, self._help = label, help_text
        self._name.setText(label)
        describe(self, label, help_text)
        self.updateGeometry()

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts."""
        keep_font(self._name, body_font(theme, theme.size_small))
        self._number.set_look(number_font(theme, theme.size_number), self._widest, theme.px(4))
