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
    from playground.ui.compare.window import CompareWindow


class CompareDesk(QObject):
    """Owns the window of A and B, one at a time.

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
            self.pair.finished.connect(self._forget)
        self.pair.show()
        self.pair.raise_()
        self.pair.activateWindow()

    def close(self) -> None:
        """Close what is open, and end its runs."""
        if self.pair is not None:
            self.pair.close()

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
        if self.pair is not None:
            self.pair.apply_theme(theme)

    def _forget(self) -> None:
        self.pair = None
