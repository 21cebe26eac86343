"""Brings rows of one's own into the document: from a file, chosen or dropped, or from the clipboard."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from playground.data import Table
from playground.data.importing import SUFFIXES
from playground.data.importing_layout import ImportRefused, detect
from playground.experiment import edits
from playground.settings import Settings
from playground.ui.dialogs.import_data import ImportDialog, Source, file_source, text_source
from playground.ui.document import Document
from playground.ui.theme.tokens import Theme

ROWS_FILTER = f"Tables of text ({' '.join(f'*{suffix}' for suffix in SUFFIXES)});;All files (*)"


class ImportDesk(QObject):
    """Opens the dialog, and makes one step of the undo history of what comes out of it.

    Signals:
        noticed(str, bool): something to say in the status line, and whether it is a warning.
        settings_asked(dict): the folder to be remembered.
    """

    noticed = Signal(str, bool)
    settings_asked = Signal(object)

    def __init__(
        self,
        window: QWidget,
        document: Document,
        settings: Callable[[], Settings],
        theme: Callable[[], Theme],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._settings = settings
        self._theme = theme

    def ask_and_import(self) -> None:
        """Ask for a file and show what is in it."""
        folder = self._settings().last_folder
        name, _ = QFileDialog.getOpenFileName(self._window, "Import data", folder, ROWS_FILTER)
        if name:
            self.import_file(Path(name))

    def import_file(self, path: Path) -> None:
        """Show what is in a file."""
        self.settings_asked.emit({"last_folder": str(path.resolve().parent)})
        self._open(file_source(path))

    def paste(self) -> None:
        """Show the rows on the clipboard, if there are any."""
        text = QApplication.clipboard().text()
        try:
            fields = detect(text.encode("utf-8", errors="replace")).fields
        except ImportRefused:
            fields = 0
        if fields < 2 or "\n" not in text.strip():
            self.noticed.emit(
                "The clipboard holds no rows: copy two columns or more, from a spreadsheet or a text.", True
            )
            return
        self._open(text_source(text))

    def _open(self, source: Source) -> None:
        dialog = ImportDialog(self._window, source, self._theme())
        dialog.imported.connect(lambda table: self._use(table, source.name))
        dialog.open()

    def _use(self, table: Table, name: str) -> None:
        if self._document.edit(f"Import {name}", edits.set_table, table):
            self.noticed.emit(table.about, False)
