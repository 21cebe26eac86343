"""Takes the trained network and the rows out of the window: opens the dialog, writes the CSV, remembers."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from playground.export.model import ExportFailedError, trained_model
from playground.export.rows import write_rows
from playground.settings import Settings
from playground.ui.bridge import TrainingBridge
from playground.ui.dialogs.export_network import ExportDialog
from playground.ui.dialogs.saving import ask_path, file_name
from playground.ui.document import Document
from playground.ui.theme.manager import ThemeManager


class ExportDesk(QObject):
    """Exports what the window shows at the moment it is asked.

    Signals:
        noticed(str, bool): something to say in the status line, and whether it is a warning.
        settings_asked(dict): folder and formats, to be remembered.
    """

    noticed = Signal(str, bool)
    settings_asked = Signal(object)

    def __init__(
        self,
        window: QWidget,
        document: Document,
        bridge: TrainingBridge,
        settings: Callable[[], Settings],
        themes: ThemeManager,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document, self._bridge = document, bridge
        self._settings, self._themes = settings, themes

    def export_network(self) -> None:
        """Open the dialog for the network as it was last shown."""
        snapshot, prepared = self._bridge.snapshot, self._bridge.prepared
        if snapshot is None or prepared is None or self._bridge.is_outdated:
            self.noticed.emit("There is no network to export yet.", True)
            return
        experiment, settings = self._document.experiment, self._settings()
        dialog = ExportDialog(
            self._window,
            lambda: trained_model(experiment, prepared, snapshot.weights, snapshot.biases),
            experiment.name,
            settings.export_folder or settings.last_folder,
            settings.export_formats,
            self._themes.theme,
        )
        self._themes.theme_changed.connect(dialog.apply_theme)
        dialog.exported.connect(self._remember)
        dialog.open()

    def _remember(self, folder: str, formats: tuple[str, ...]) -> None:
        self.settings_asked.emit({"export_folder": folder, "export_formats": formats})

    def export_rows(self) -> None:
        """Ask for a file and write the rows that train and test the network."""
        if self._bridge.prepared is None or self._bridge.snapshot is None or self._bridge.is_outdated:
            self.noticed.emit("There are no rows to export yet.", True)
            return
        source = self._document.experiment.data.source
        name = f"{file_name(Path(source.label).stem)}-rows"
        folder = self._settings().last_folder
        path = ask_path(self._window, "Export data as CSV", folder, name, {"CSV": ".csv"})
        if path is None:
            return
        try:
            count = write_rows(self._document.experiment, self._bridge.prepared, path)
        except ExportFailedError as error:
            QMessageBox.warning(self._window, "The rows were not exported", str(error))
            return
        self.noticed.emit(f"Wrote {path.name}: {count:,} rows, read back, all equal.", False)
