"""A flat title for a dock: its name, and quiet buttons to float and close it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QToolButton, QWidget

from playground.ui.theme.fonts import body_font
from playground.ui.theme.icons import icon
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import describe, role_label


class DockTitle(QWidget):
    """Stands where the dock's own title bar would; dragging it moves the dock."""

    def __init__(self, dock: QDockWidget, theme: Theme) -> None:
        super().__init__(dock)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        name = dock.windowTitle()
        self.label = role_label(name, "title")
        self._float, self._close = QToolButton(), QToolButton()
        describe(self._float, f"Float {name}", f"Take {name} out into a window of its own, or put it back.")
        describe(self._close, f"Close {name}", f"Hide {name}; the View menu brings it back.")
        self._float.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
        self._close.clicked.connect(dock.close)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.label, 1)
        self._row.addWidget(self._float)
        self._row.addWidget(self._close)
        self.apply_theme(theme)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.label.setFont(body_font(theme, theme.size_title, bold=True))
        self._row.setContentsMargins(theme.px(16), theme.px(8), theme.px(8), theme.px(4))
        self._row.setSpacing(0)
        for button, name in ((self._float, "float"), (self._close, "close")):
            button.setIcon(icon(name, theme, "muted"))
            button.setIconSize(QSize(theme.px(12), theme.px(12)))
            button.setAutoRaise(True)
