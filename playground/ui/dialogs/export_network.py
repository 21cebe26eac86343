"""The export of a trained network: which formats, where to, and beside each what its proof has found."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from playground.export import EXPORTERS, Exporter, Proof, export
from playground.export.model import ExportFailedError, TrainedModel
from playground.ui.background import Background
from playground.ui.dialogs.import_controls import heading
from playground.ui.dialogs.saving import may_replace
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import describe, keep_font, role_label, theme_descendants

SIZE = (780, 680)
MARGIN = 40
FORBIDDEN = '/\\:*?"<>|\0'


class FormatRow(QObject):
    """One format: a box to tick, its ending, and a line that first helps and then tells what came of it."""

    def __init__(self, exporter: Exporter, parent: QWidget) -> None:
        super().__init__(parent)
        self.exporter = exporter
        self.box = QCheckBox(exporter.label, parent)
        self.ending = role_label(exporter.suffix, "muted")
        self.line = role_label("", "muted")
        self.line.setWordWrap(True)
        self.missing = exporter.missing()
        describe(self.box, f"{exporter.label} ({exporter.suffix})", exporter.help)
        self.box.setEnabled(self.missing is None)
        self.line.installEventFilter(self)
        self.reset()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let a click on the words tick the box, too."""
        if event.type() == QEvent.Type.MouseButtonRelease and self.box.isEnabled():
            self.box.toggle()
        return super().eventFilter(watched, event)

    @property
    def wanted(self) -> bool:
        """Whether a file of this format is to be written."""
        return self.box.isChecked() and self.missing is None

    def reset(self) -> None:
        """Help again."""
        self.say(self.missing or self.exporter.help, "muted")

    def say(self, words: str, role: str) -> None:
        """Show a sentence in the colour of its role."""
        self.line.setText(words)
        self.line.setProperty("role", role)
        self.line.style().unpolish(self.line)
        self.line.style().polish(self.line)


class ExportDialog(QDialog):
    """Writes the formats that are ticked, one after the other, beside the window.

    Signals:
        exported(str, tuple): the folder, and the keys of the formats that were chosen, to be remembered.
    """

    exported = Signal(str, object)

    def __init__(
        self,
        parent: QWidget,
        model: Callable[[], TrainedModel],
        name: str,
        folder: str,
        chosen: tuple[str, ...],
        theme: Theme,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("export_dialog")
        self.setWindowTitle("Export the trained network")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._make_model = model
        self._model: TrainedModel | None = None
        self._left: list[FormatRow] = []
        self._targets: dict[str, Path] = {}
        self._written: list[Path] = []
        self._total = 0
        self._background = Background(self, "playground-export", (ExportFailedError,))
        self._make(name, folder)
        for row in self.rows:
            row.box.setChecked(row.exporter.key in chosen and row.missing is None)
        self._lay_out()
        self._connect()
        self.apply_theme(theme)
        self._show_state()

    # Making ---------------------------------------------------------------------------------------------

    def _make(self, name: str, folder: str) -> None:
        self._title = heading("Take the network with you")
        self._caption = role_label(
            "Every file is read back by other means and asked about the test rows. It is kept only if it "
            "answers as the network does.",
            "muted",
        )
        self._caption.setWordWrap(True)
        self._list = QWidget()
        self.rows = [FormatRow(exporter, self._list) for exporter in EXPORTERS]
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._list)
        self.name = QLineEdit(
            "".join("_" if sign in FORBIDDEN else sign for sign in name).strip(". ") or "network"
        )
        describe(self.name, "File name", "What the files are called; each format adds its ending.")
        self.folder = QLineEdit(folder or str(Path.home()))
        describe(self.folder, "Folder", "Where the files are written to.")
        self.browse = QPushButton("Browse…")
        self.browse.setAutoDefault(False)
        describe(self.browse, "Browse", "Choose the folder.")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        describe(self.progress, "How many of the files are written", "")
        self.sentence = role_label("", "title")
        self.sentence.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.close_button = self.buttons.button(QDialogButtonBox.StandardButton.Close)
        self.close_button.setAutoDefault(False)
        self.export_button = self.buttons.addButton("Export", QDialogButtonBox.ButtonRole.ApplyRole)
        self.export_button.setDefault(True)
        describe(self.export_button, "Export", "Write the files of the formats that are ticked.")

    def _lay_out(self) -> None:
        self._grid = QGridLayout(self._list)
        self._grid.setColumnStretch(0, 1)
        for place, row in enumerate(self.rows):
            self._grid.addWidget(row.box, 2 * place, 0)
            self._grid.addWidget(row.ending, 2 * place, 1, Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(row.line, 2 * place + 1, 0, 1, 2)
        self._grid.setRowStretch(2 * len(self.rows), 1)
        self._where = QGridLayout()
        for place, (label, field) in enumerate((("Name", self.name), ("Folder", self.folder))):
            words = QLabel(label)
            words.setBuddy(field)
            self._where.addWidget(words, place, 0)
            self._where.addWidget(field, place, 1)
        self._where.addWidget(self.browse, 1, 2)
        self._footer = QHBoxLayout()
        self._footer.addWidget(self.sentence, 1)
        self._footer.addWidget(self.buttons)
        self._layout = QVBoxLayout(self)
        self._layout.addWidget(self._title)
        self._layout.addWidget(self._caption)
        self._layout.addWidget(self._scroll, 1)
        self._layout.addLayout(self._where)
        self._layout.addWidget(self.progress)
        self._layout.addLayout(self._footer)

    def _connect(self) -> None:
        for row in self.rows:
            row.box.toggled.connect(self._show_state)
        self.name.textChanged.connect(self._show_state)
        self.folder.textChanged.connect(self._show_state)
        self.browse.clicked.connect(self._browse)
        self.export_button.clicked.connect(self.start)
        self.buttons.rejected.connect(self.reject)
        self._background.done.connect(self._take)
        self._background.refused.connect(self._refuse)
        self.finished.connect(lambda _result: self._background.cancel())
        order: list[QWidget] = [*(row.box for row in self.rows), self.name, self.folder, self.browse]
        for before, after in pairwise([*order, self.export_button, self.close_button]):
            QWidget.setTabOrder(before, after)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        theme_descendants(self, theme)
        keep_font(self._title, body_font(theme, theme.size_title, bold=True))
        keep_font(self._caption, body_font(theme))
        for row in self.rows:
            keep_font(row.box, body_font(theme, bold=True))
            keep_font(row.ending, body_font(theme, theme.size_small))
            keep_font(row.line, body_font(theme, theme.size_small))
            row.line.setContentsMargins(theme.px(26), 0, 0, theme.px(8))
        self.progress.setFixedHeight(theme.px(4))
        self._grid.setSpacing(theme.px(2))
        self._grid.setContentsMargins(0, 0, theme.px(12), 0)
        self._where.setSpacing(theme.px(8))
        self._layout.setSpacing(theme.px(12))
        self._layout.setContentsMargins(*[theme.px(20)] * 4)
        window = self.parentWidget()
        assert window is not None
        room = window.window().size()
        self.resize(
            min(theme.px(SIZE[0]), room.width() - MARGIN), min(theme.px(SIZE[1]), room.height() - MARGIN)
        )

    # Working --------------------------------------------------------------------------------------------

    def paths(self) -> dict[str, Path]:
        """Return the file of every format that is ticked, by the format's key."""
        folder, name = Path(self.folder.text().strip()).expanduser(), self.name.text().strip()
        return {row.exporter.key: folder / f"{name}{row.exporter.suffix}" for row in self.rows if row.wanted}

    def start(self) -> None:
        """Write the files, after a question where some are there already."""
        targets = self.paths()
        if self._left or not targets or not may_replace(self, list(targets.values())):
            return
        self.exported.emit(str(next(iter(targets.values())).parent), tuple(targets))
        self._targets = targets
        self._written.clear()
        for row in self.rows:
            row.reset()
        self._left = [row for row in self.rows if row.wanted]
        self._total = len(self._left)
        self._model = None
        self._next()

    def _next(self) -> None:
        """Write the next file."""
        self._show_state()
        if not self._left:
            return
        row = self._left[0]
        row.say("Writing, and reading it back …", "muted")
        self._scroll.ensureWidgetVisible(row.line)
        path, known = self._targets[row.exporter.key], self._model

        def work(_tell: object, _stop: object) -> tuple[TrainedModel, Proof]:
            model = known or self._make_model()
            return model, export(model, path)

        self._background.start(work)

    def _take(self, result: object) -> None:
        """Show the proof, and go on."""
        assert isinstance(result, tuple)
        self._model, proof = result
        row = self._left[0]
        self._written.append(self._targets[row.exporter.key])
        sign = "!" if proof.unproved else "✓"
        row.say(f"{sign} Written; {proof}.", "warning" if proof.unproved else "success")
        self._left.pop(0)
        self._next()

    def _refuse(self, words: str) -> None:
        self._left[0].say(words, "warning")
        self._left.pop(0)
        self._next()

    def reject(self) -> None:
        """While files are written: write no more after the present one. Otherwise close."""
        if not self._background.is_busy:
            super().reject()
            return
        for row in self._left[1:]:
            row.say("Not written: you stopped.", "muted")
        del self._left[1:]
        self._show_state()

    # Showing --------------------------------------------------------------------------------------------

    def _show_state(self, *_change: object) -> None:
        busy = bool(self._left)
        wanted = [row for row in self.rows if row.wanted]
        for row in self.rows:
            row.box.setEnabled(not busy and row.missing is None)
        for field in (self.name, self.folder, self.browse):
            field.setEnabled(not busy)
        problem = self._problem()
        self.export_button.setEnabled(not busy and not problem)
        self.close_button.setText("Stop" if busy else "Close")
        describe(
            self.close_button,
            "Stop" if busy else "Close",
            "Write no more files after the present one (Esc)." if busy else "Close this dialog (Esc).",
        )
        self.progress.setVisible(busy)
        if busy:
            self.progress.setRange(0, self._total if self._total > 1 else 0)
            self.progress.setValue(self._total - len(self._left))
            self.sentence.setText(f"Writing {self._left[0].exporter.label} …")
        elif self._total:
            self._sum_up()
        else:
            count = len(wanted)
            self.sentence.setText(problem or f"{count} {'file' if count == 1 else 'files'} to write.")

    def _problem(self) -> str:
        """Return what keeps the files from being written; empty when nothing does."""
        if not any(row.wanted for row in self.rows):
            return "Tick a format."
        name = self.name.text().strip()
        if not name or any(sign in FORBIDDEN for sign in name):
            return f"Give the files a name, without {' '.join(FORBIDDEN[:-1])}"
        folder = Path(self.folder.text().strip()).expanduser()
        return "" if folder.is_dir() else f"There is no folder {folder}."

    def _sum_up(self) -> None:
        failed = self._total - len(self._written)
        words = f"{len(self._written)} of {self._total} written" if failed else f"All {self._total} written"
        self.sentence.setText(f"{words}.")
        self._total = 0

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Folder for the files", self.folder.text())
        if folder:
            self.folder.setText(folder)
