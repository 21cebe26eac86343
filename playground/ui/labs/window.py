"""The window of one lab: its pages under chips, each made when it is first shown."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from playground.tables import by_key
from playground.ui.keyboard import TypingEnd
from playground.ui.labs.context import LabContext
from playground.ui.labs.page import LabPage
from playground.ui.labs.table import Lab
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.segments import Segments

SIZE, SMALLEST = (1160, 760), (800, 560)
MARGIN = 40


class LabWindow(QWidget):
    """Shows a lab. When it is closed it is hidden, and pauses: what was tried out is there the next time."""

    def __init__(self, parent: QWidget, lab: Lab, context: LabContext) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName(f"lab_{lab.key}")
        self.setWindowTitle(lab.label)
        self.lab, self._context = lab, context
        self._pages: dict[str, LabPage] = {}
        self._typing: TypingEnd | None = None
        self.chips = Segments("Pages", lab.pages)
        self.chips.chosen.connect(self.show_page)
        self._stack = QStackedWidget()
        self.chips.setVisible(len(lab.pages) > 1)
        line = QFrame()
        line.setProperty("role", "line")
        line.setVisible(len(lab.pages) > 1)
        self._head = QHBoxLayout()
        self._head.addWidget(self.chips)
        self._layout = QVBoxLayout(self)
        self._layout.addLayout(self._head)
        self._layout.addWidget(line)
        self._layout.addWidget(self._stack, 1)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Close), self, self.close)
        for turn, keys in ((1, "Ctrl+PgDown"), (-1, "Ctrl+PgUp")):
            QShortcut(QKeySequence(keys), self, lambda turn=turn: self._turn(turn))
        self.apply_theme(context.theme())
        room, theme = parent.window().size(), context.theme()
        wide, high = (theme.px(side) for side in SIZE)
        self.resize(min(wide, room.width() - MARGIN), min(high, room.height() - MARGIN))

    @property
    def page(self) -> LabPage:
        """The page that is shown; it is made when it is asked for first."""
        return self.page_of(self.chips.key)

    def page_of(self, key: str) -> LabPage:
        """Return a page by its key; KeyError when the lab has none of that name."""
        if key not in self._pages:
            page = by_key(self.lab.pages, key, "page").make(self._context)
            page.apply_theme(self._context.theme())
            self._pages[key] = page
            self._stack.addWidget(page)
        return self._pages[key]

    def show_page(self, key: str) -> None:
        """Show a page."""
        self.chips.set_key(key)
        page = self.page_of(key)
        self._stack.setCurrentWidget(page)
        page.refresh()
        page.setFocus()

    def apply_theme(self, theme: Theme) -> None:
        """Draw every page in another theme."""
        self.setMinimumSize(*(round(side * min(theme.scale, 1.1)) for side in SMALLEST))
        self.chips.apply_theme(theme)
        room = theme.px(8) if len(self.lab.pages) > 1 else 0
        self._head.setContentsMargins(theme.px(16), room, theme.px(16), room)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        for page in self._pages.values():
            page.apply_theme(theme)

    def end(self) -> None:
        """Call off whatever goes on beside the window."""
        for page in self._pages.values():
            page.end()

    def showEvent(self, event: QShowEvent) -> None:
        """Show the page that was there last, as things are now."""
        super().showEvent(event)
        self._typing = self._typing or TypingEnd(self)
        self.show_page(self.chips.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give the page the keys that reach nothing in it: Enter in a field gives the focus away."""
        if self.page.isAncestorOf(QApplication.focusWidget() or self):
            super().keyPressEvent(event)
        else:
            self.page.keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Pause; what is shown stays for the next time."""
        for page in self._pages.values():
            page.pause()
        super().closeEvent(event)

    def _turn(self, step: int) -> None:
        keys = [page.key for page in self.lab.pages]
        self.show_page(keys[(keys.index(self.chips.key) + step) % len(keys)])
