"""Opens the window that shows the data, and keeps it to the rows that the present run has."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from playground.experiment.exploring import same_rows
from playground.experiment.model import DataSettings
from playground.experiment.prepare import Prepared
from playground.ui.bridge import TrainingBridge
from playground.ui.document import Document
from playground.ui.theme.manager import ThemeManager
from playground.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from playground.ui.explore.window import ExploreWindow

PREPARING = "The rows are being prepared …"


class ExploreDesk(QObject):
    """Follows the bridge: what it prepares is what there is to look at.

    Signals:
        row_chosen(int): the person went to a row of the data.
    """

    row_chosen = Signal(int)

    def __init__(
        self, window: QWidget, document: Document, bridge: TrainingBridge, themes: ThemeManager
    ) -> None:
        super().__init__(window)
        self._window, self._document, self._themes = window, document, themes
        self._source: tuple[DataSettings, Prepared] | None = None
        self._why = PREPARING
        self.dialog: ExploreWindow | None = None
        bridge.run_started.connect(lambda prepared, _continues: self._take(prepared))
        bridge.cannot_train.connect(self._refuse)
        themes.theme_changed.connect(self._apply_theme)

    def open(self) -> None:
        """Show the data, or bring the window that does so to the front."""
        if self.dialog is None:
            from playground.ui.explore.window import ExploreWindow

            self.dialog = ExploreWindow(self._window, self._themes.theme)
            self.dialog.destroyed.connect(self._forget)
            self.dialog.row_chosen.connect(self.row_chosen)
            self._show()
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def _take(self, prepared: Prepared) -> None:
        data, before = self._document.experiment.data, self._source
        self._source = data, prepared
        is_new = before is None or before[0].source.label != data.source.label
        if is_new or before is None or not same_rows(before[1], prepared):
            self._show()

    def _refuse(self, why: str) -> None:
        self._source, self._why = None, f"There are no rows to look at. {why}"
        self._show()

    def _show(self) -> None:
        if self.dialog is None:
            return
        if self._source is None:
            self.dialog.say(self._why)
        else:
            self.dialog.show_rows(*self._source)

    def _apply_theme(self, theme: Theme) -> None:
        if self.dialog is not None:
            self.dialog.apply_theme(theme)

    def _forget(self) -> None:
        self.dialog = None
