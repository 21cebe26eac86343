"""Opens the labs, and keeps their windows to the theme."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from playground.settings import Settings
from playground.tables import by_key
from playground.training.project import Project
from playground.ui.document import Document
from playground.ui.file_desk import FileDesk
from playground.ui.keeper import Keeper
from playground.ui.labs.context import LabContext
from playground.ui.labs.table import LABS
from playground.ui.theme.manager import ThemeManager
from playground.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from playground.ui.labs.window import LabWindow


class LabDesk(QObject):
    """Owns the windows of the labs, one of each.

    Signals:
        noticed(str, bool): something to say in the status line, and whether it is a warning.
    """

    noticed = Signal(str, bool)

    def __init__(
        self,
        window: QWidget,
        document: Document,
        files: FileDesk,
        keeper: Keeper,
        settings: Callable[[], Settings],
        themes: ThemeManager,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._context = LabContext(
            theme=lambda: themes.theme,
            motion=lambda: settings().motion,
            device=lambda: settings().device,
            folder=lambda: settings().last_folder,
            experiment=lambda: document.experiment,
            seen=lambda: keeper.seen,
            open_experiment=lambda one: files.open_kept(Project(one), one.name),
            notice=self.noticed.emit,
        )
        self.windows: dict[str, LabWindow] = {}
        themes.theme_changed.connect(self._apply_theme)

    @property
    def handlers(self) -> dict[str, Callable[[], object]]:
        """What opens each lab, by the key of its command."""
        return {f"lab_{lab.key}": partial(self.open, lab.key) for lab in LABS}

    def open(self, key: str, page: str = "") -> "LabWindow":
        """Open a lab, or bring it to the front, at a page if one is named; KeyError when there is none."""
        if key not in self.windows:
            from playground.ui.labs.window import LabWindow

            lab = by_key(LABS, key, "lab")
            self.windows[key] = LabWindow(self._window, lab, self._context)
        window = self.windows[key]
        if page:
            window.chips.set_key(page)
        if window.isVisible():
            window.show_page(window.chips.key)
        else:
            window.show()  # which shows the page
        window.raise_()
        window.activateWindow()
        return window

    def close(self) -> None:
        """Close what is open, and end what goes on there."""
        for window in self.windows.values():
            window.end()
            window.close()

    def _apply_theme(self, theme: Theme) -> None:
        for window in self.windows.values():
            window.apply_theme(theme)
