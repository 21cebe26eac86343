"""A flat title for a dock: its name, and quiet buttons to float and close it."""

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QToolButton, QWidget

from playground.ui.theme.fonts import body_font
from playground.ui.theme.icons import icon
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import describe, keep_font, role_label

AWAY = 40  # pixels that a dock moves when it is floated: in its old place it would look docked


class DockTitle(QWidget):
    """Stands where the dock's own title bar would; dragging it moves the dock."""

    def __init__(self, dock: QDockWidget, theme: Theme) -> None:
        super().__init__(dock)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._dock = dock
        self._theme = theme
        self._name = dock.windowTitle()
        self.label = role_label(self._name, "title")
        self._float, self._close = QToolButton(), QToolButton()
        for button in (self._float, self._close):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(self._close, f"Close {self._name}", f"Hide {self._name}; the View menu brings it back.")
        self._float.clicked.connect(self._float_or_dock)
        self._close.clicked.connect(dock.close)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.label, 1)
        self._row.addWidget(self._float)
        self._row.addWidget(self._close)
        # Over the whole dock, and there for the eye alone.
        self._frame = QWidget(dock)
        self._frame.setObjectName("dock_frame")
        self._frame.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._frame.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        dock.installEventFilter(self)
        dock.topLevelChanged.connect(self._show_state)
        self.apply_theme(theme)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        keep_font(self.label, body_font(theme, theme.size_title, bold=True))
        self._row.setContentsMargins(theme.px(16), theme.px(8), theme.px(8), theme.px(4))
        self._row.setSpacing(0)
        for button in (self._float, self._close):
            button.setIconSize(QSize(theme.px(12), theme.px(12)))
            button.setAutoRaise(True)
        self._close.setIcon(icon("close", theme, "muted"))
        self._show_state(self._dock.isFloating())

    def eventFilter(self, _dock: QObject, event: QEvent) -> bool:
        """Keep the frame as large as the dock."""
        if event.type() == QEvent.Type.Resize:
            self._frame.setGeometry(self._dock.rect())
        return False

    def _float_or_dock(self) -> None:
        floats = not self._dock.isFloating()
        corner = self._dock.mapToGlobal(QPoint(0, 0))
        self._dock.setFloating(floats)
        if floats:
            screen = self._dock.screen().availableGeometry()
            place = corner + QPoint(AWAY, AWAY)
            right, bottom = screen.right() - self._dock.width(), screen.bottom() - self._dock.height()
            self._dock.move(
                max(screen.left(), min(place.x(), right)), max(screen.top(), min(place.y(), bottom))
            )

    def _show_state(self, floats: bool) -> None:
        """Let the button say what it will do, and draw a frame round a dock on its own."""
        name = self._name
        if floats:
            describe(self._float, f"Put {name} back", f"Put {name} back into the window.")
        else:
            describe(self._float, f"Float {name}", f"Take {name} out into a window of its own.")
        self._float.setIcon(icon("put_back" if floats else "float", self._theme, "muted"))
        self._frame.setGeometry(self._dock.rect())
        self._frame.setVisible(floats)
        self._frame.raise_()


def fill_dock(dock: QDockWidget, widget: QWidget) -> None:
    """Put a panel into its dock; a plain widget paints no background from a style sheet unless told to."""
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    dock.setWidget(widget)
