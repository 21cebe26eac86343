"""Opens the windows in which runs are compared, and does what is asked for in them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from playground.experiment.variation import Thing, Value
from playground.ui.bridge import TrainingBridge
from playground.ui.document import Document
from playground.ui.runs import RunShelf
from playground.ui.theme.manager import ThemeManager
from playground.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from playground.ui.compare.pair import Side
    from playground.ui.compare.seeds_window import SeedsWindow
    from playground.ui.compare.window import CompareWindow


class CompareDesk(QObject):
    """Owns the window of A and B and that of many seeds, one of each at a time.

    Signals:
        noticed(str, bool): something to say in the status line, and whether it is a warning.
    """

    noticed = Signal(str, bool)

    def __init__(
        self,
        window: QWidget,
        document: Document,
        bridge: TrainingBridge,
        shelf: RunShelf,
        themes: ThemeManager,
    ) -> None:
        super().__init__(window)
        self._window, self._document, self._bridge = window, document, bridge
        self._shelf, self._themes = shelf, themes
        self.pair: CompareWindow | None = None
        self.seeds: SeedsWindow | None = None
        themes.theme_changed.connect(self._apply_theme)

    def compare(self) -> None:
        """Open a window in which the experiment trains beside a copy of it, or bring it to the front."""
        if self.pair is None:
            from playground.ui.compare.window import CompareWindow

            self._bridge.set_playing(False)  # two runs are enough for the computer
            self.pair = CompareWindow(
                self._window, self._document.experiment, self._bridge.device, self._themes.theme
            )
            self.pair.take_asked.connect(self._take)
            self.pair.keep_asked.connect(self._keep)
            self.pair.finished.connect(self._forget_pair)
        _show(self.pair)

    def try_seeds(self) -> None:
        """Open a window in which the experiment is trained with many seeds, or bring it to the front."""
        if self.seeds is None:
            from playground.ui.compare.seeds_window import SeedsWindow

            self.seeds = SeedsWindow(
                self._window, self._document.experiment, self._bridge.device, self._themes.theme
            )
            self.seeds.open_asked.connect(self._shelf.open_asked)
            self.seeds.finished.connect(self._forget_seeds)
        _show(self.seeds)

    def close(self) -> None:
        """Close what is open, and end its runs."""
        for dialog in (self.pair, self.seeds):
            if dialog is not None:
                dialog.close()

    def _take(self, thing: Thing, value: Value) -> None:
        """Give the document B's setting, as one step of its history."""
        before = self._document.experiment
        if not self._document.edit(f"Take {thing.label.lower()} of B", thing.apply, value):
            return
        if self._document.experiment == before:
            self.noticed.emit(f"The {thing.label.lower()} is that of B already.", False)
        else:
            self.noticed.emit(f"Took the {thing.label.lower()} of B; Undo takes it back.", False)

    def _keep(self, side: "Side", name: str) -> None:
        self._shelf.keep(side.keeper, side.bridge, name)

    def _apply_theme(self, theme: Theme) -> None:
        for dialog in (self.pair, self.seeds):
            if dialog is not None:
                dialog.apply_theme(theme)

    def _forget_pair(self) -> None:
        self.pair = None

    def _forget_seeds(self) -> None:
        self.seeds = None


def _show(dialog: QWidget) -> None:
    """Bring a window to the front."""
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
