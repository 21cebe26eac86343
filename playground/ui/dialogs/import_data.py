"""The import of rows of one's own: the file is shown as it is read, and what will become of every row."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListView,
    QProgressBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from playground.data import Table
from playground.data.importing import Cancelled, Progress, Rows, read, read_file
from playground.data.importing_columns import Sheet, infer
from playground.data.importing_layout import ImportRefused, Said
from playground.data.importing_table import Choices, Report, build, first_faults, propose
from playground.ui.background import Background
from playground.ui.dialogs.import_controls import LearningControls, ReadingControls, heading
from playground.ui.dialogs.import_preview import PreviewModel
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Item, describe, keep_font, role_label, theme_descendants
from playground.ui.widgets.segments import Segments

PASTED = "Pasted rows"
MOST_SHOWN = 1000
READING_SHARE = 0.9
"""Share of the time that reading takes; the rest is finding out what the columns hold."""

SIZE = (1120, 700)
MARGIN = 40
SIDE = 320
WIDEST = 180
ROOM = 36
"""What a cell has beside its text: a margin, and the sign that marks it."""

DROP, REPAIR = "drop", "repair"
FAULT_ITEMS = (
    Item(DROP, "Leave out", "Rows in which something is missing or damaged are not used."),
    Item(
        REPAIR,
        "Fill in",
        "A missing number becomes the column's median, a missing category its most frequent one. "
        "Rows without a target, and damaged rows, are still left out.",
    ),
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from: what to call it, and how to read it. `in_bytes`: its encoding is to be found."""

    name: str
    read: Callable[[Said, Progress, Cancelled], Rows]
    in_bytes: bool = True


def file_source(path: Path) -> Source:
    """Return the rows of a file."""
    return Source(path.name, lambda said, tell, stop: read_file(path, said, tell, stop))


def text_source(text: str) -> Source:
    """Return the rows of a text from the clipboard."""
    raw = text.encode("utf-8", errors="replace")

    def read_text(said: Said, tell: Progress, stop: Cancelled) -> Rows:
        return read(io.BytesIO(raw), replace(said, encoding="utf-8"), tell, stop)

    return Source(PASTED, read_text, in_bytes=False)


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """What would be imported, or the sentence that says why nothing can be."""

    table: Table | None
    report: Report | None
    refusal: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Understood:
    """A file that was read, and what is proposed to be learnt of it."""

    sheet: Sheet
    choices: Choices
    built: Built


def understand(source: Source, said: Said, repair: bool, tell: Progress, stop: Cancelled) -> Understood:
    """Read and build in one go, off the window's thread."""
    rows = source.read(said, lambda share: tell(READING_SHARE * share), stop)
    sheet = infer(rows, lambda share: tell(READING_SHARE + (1 - READING_SHARE) * share), stop)
    choices = propose(sheet, repair=repair)
    return Understood(sheet, choices, attempt(sheet, choices, source.name))


def attempt(sheet: Sheet, choices: Choices, name: str) -> Built:
    """Return what the choices make of a file."""
    try:
        table, report = build(sheet, choices, name)
    except ImportRefused as refusal:
        return Built(None, None, str(refusal))
    _ = table.digest  # computed here, where nobody waits for it
    return Built(table, report)


class ImportDialog(QDialog):
    """Shows a file on the left, how it is read and what is learnt on the right, and what will be used below.

    Signals:
        imported(Table): the person wants these rows.
    """

    imported = Signal(object)

    def __init__(self, parent: QWidget, source: Source, theme: Theme) -> None:
        super().__init__(parent)
        self.setObjectName("import_dialog")
        self.setWindowTitle(f"Import {source.name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._source, self._theme = source, theme
        self._sheet: Sheet | None = None
        self._choices: Choices | None = None
        self._built = Built(None, None)
        self._accepts = False
        self._background = Background(self)
        self._make()
        self._lay_out()
        self._connect()
        self.apply_theme(theme)
        self._order_tabs()
        self._read(Said())

    # Making ---------------------------------------------------------------------------------------------

    def _make(self) -> None:
        self._title = heading(self._source.name)
        self._caption = role_label("", "muted")
        self.model = PreviewModel(self._theme)
        self.table = QTableView()
        describe(self.table, "First rows of the file", "")
        self.table.setModel(self.model)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.verticalHeader().setHighlightSections(False)
        self._faults_title = heading("")
        self.faults_choice = Segments("What to do with damaged rows", FAULT_ITEMS)
        self._fault_lines = QStringListModel(self)
        self.faults = QListView()
        describe(self.faults, "Rows that are left out or repaired", "")
        self.faults.setModel(self._fault_lines)
        self.faults.setUniformItemSizes(True)
        self.faults.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.reading = ReadingControls(self._source.in_bytes)
        self.learning = LearningControls()
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        describe(self.progress, "How much of the file is read", "")
        self.sentence = role_label("", "title")
        self.sentence.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.cancel_button = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        self.cancel_button.setAutoDefault(False)
        describe(self.cancel_button, "Cancel", "Leave everything as it is (Esc).")
        self.import_button = self.buttons.addButton("Import", QDialogButtonBox.ButtonRole.AcceptRole)
        self.import_button.setDefault(True)
        describe(self.import_button, "Import", "Use these rows; Undo brings back what there was.")

    def _lay_out(self) -> None:
        self._left = QVBoxLayout()
        self._faults_line = QHBoxLayout()
        self._faults_line.addWidget(self._faults_title)
        self._faults_line.addStretch(1)
        self._faults_line.addWidget(self.faults_choice)
        self._left.addWidget(self._title)
        self._left.addWidget(self._caption)
        self._left.addWidget(self.table, 1)
        self._left.addLayout(self._faults_line)
        self._left.addWidget(self.faults)
        self._right = QVBoxLayout()
        self._right.addWidget(self.reading)
        self._right.addWidget(self.learning, 1)
        self._columns = QHBoxLayout()
        self._columns.addLayout(self._left, 1)
        self._columns.addLayout(self._right)
        self._footer = QHBoxLayout()
        self._footer.addWidget(self.sentence, 1)
        self._footer.addWidget(self.buttons)
        self._layout = QVBoxLayout(self)
        self._layout.addLayout(self._columns, 1)
        self._layout.addWidget(self.progress)
        self._layout.addLayout(self._footer)

    def _connect(self) -> None:
        self._background.progressed.connect(lambda share: self.progress.setValue(round(1000 * share)))
        self._background.done.connect(self._take)
        self._background.refused.connect(self._refuse)
        self.reading.changed.connect(self._read)
        self.learning.changed.connect(self._choose)
        self.faults_choice.chosen.connect(self._choose_repair)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.finished.connect(lambda _result: self._background.cancel())

    def _order_tabs(self) -> None:
        reading, learning = self.reading, self.learning
        order: list[QWidget] = [
            self.table,
            *self.faults_choice.chips.values(),
            self.faults,
            *(one.combo for one in (reading.delimiter, reading.decimal, reading.header, reading.encoding)),
            learning.target.combo,
            *learning.goal.chips.values(),
            learning.all,
            learning.none,
            learning.inputs,
            self.import_button,
            self.cancel_button,
        ]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        theme_descendants(self, theme)
        keep_font(self._title, body_font(theme, theme.size_title, bold=True))
        keep_font(self._faults_title, body_font(theme, bold=True))
        for widget in (self._caption, self.table, self.faults, self.sentence):
            keep_font(widget, body_font(theme))
        header = self.table.verticalHeader()
        keep_font(header, body_font(theme, theme.size_small))
        header.setDefaultSectionSize(theme.px(24))
        self.reading.setFixedWidth(theme.px(SIDE))
        self.learning.setFixedWidth(theme.px(SIDE))
        self.faults.setFixedHeight(theme.px(104))
        self.progress.setFixedHeight(theme.px(4))
        for layout in (self._left, self._columns, self._footer):
            layout.setSpacing(theme.px(8))
        self._columns.setSpacing(theme.px(24))
        self._right.setSpacing(theme.px(16))
        self._layout.setSpacing(theme.px(12))
        self._layout.setContentsMargins(*[theme.px(20)] * 4)
        window = self.parentWidget()
        assert window is not None
        room = window.window().size()
        self.resize(
            min(theme.px(SIZE[0]), room.width() - MARGIN), min(theme.px(SIZE[1]), room.height() - MARGIN)
        )

    # Working --------------------------------------------------------------------------------------------

    def _read(self, said: Said) -> None:
        """Read the file anew."""
        source, repair = self._source, self.faults_choice.key == REPAIR
        self._wait(f"Reading {source.name} …")
        self._background.start(lambda tell, stop: understand(source, said, repair, tell, stop))

    def _choose(self, choices: Choices) -> None:
        """Build anew from the same file."""
        sheet, name = self._sheet, self._source.name
        assert sheet is not None
        self._choices = choices
        self.model.show_choices(choices)
        self._background.start(lambda _tell, _stop: attempt(sheet, choices, name))

    def _choose_repair(self, key: str) -> None:
        if self._choices is not None:
            self._choose(replace(self._choices, repair=key == REPAIR))

    def _wait(self, words: str) -> None:
        self.progress.setValue(0)
        self.progress.setVisible(True)
        self.learning.setEnabled(False)
        self.import_button.setEnabled(False)
        if not self.isVisible():
            self.cancel_button.setFocus()
        self._say(words)

    def _take(self, result: object) -> None:
        """Show what was read or built."""
        self.progress.setVisible(False)
        if isinstance(result, Understood):
            self._sheet, self._choices = result.sheet, result.choices
            self.model.show_sheet(result.sheet, result.choices)
            self._fit_columns()
            self.reading.show_layout(result.sheet.layout)
            self.learning.show_sheet(result.sheet, result.choices)
            self.learning.setEnabled(True)
            self._show_caption(result.sheet)
            self._show_built(result.built)
            if self.focusWidget() in (None, self.cancel_button):
                self.import_button.setFocus()
        elif isinstance(result, Built):
            self._show_built(result)
            if self._accepts:
                self.accept()

    def _refuse(self, words: str) -> None:
        """Show that the file cannot be read in this way."""
        self.progress.setVisible(False)
        self._sheet = self._choices = None
        self.model.show_sheet(None, None)
        self._caption.setText("")
        self._show_built(Built(None, None, words))

    # Showing --------------------------------------------------------------------------------------------

    def _show_built(self, built: Built) -> None:
        self._built = built
        self.import_button.setEnabled(built.table is not None)
        self._say(built.report.sentence() if built.report else built.refusal, warning=built.report is None)
        lines = _lines(built.report, self._sheet)
        self._fault_lines.setStringList(lines)
        has_faults = self._sheet is not None and any(bool(one.absent.any()) for one in self._sheet.columns)
        self._faults_title.setText("What is left out or filled in" if lines or has_faults else "")
        self.faults.setVisible(bool(lines))
        self.faults_choice.setVisible(has_faults)

    def _show_caption(self, sheet: Sheet) -> None:
        shown = len(sheet.first)
        rows = (
            f"All {sheet.total:,} rows"
            if shown == sheet.total
            else f"The first {shown} of {sheet.total:,} rows"
        )
        blank = (
            ""
            if not sheet.blank
            else f", {sheet.blank:,} blank {'line' if sheet.blank == 1 else 'lines'} aside"
        )
        self._caption.setText(f"{rows}, as the file has them{blank}.")
        self._caption.setToolTip("\n".join(sheet.notes))

    def _fit_columns(self) -> None:
        """Make each column as wide as its longest text; Qt would ask for everything about every cell."""
        metrics, theme = QFontMetrics(body_font(self._theme)), self._theme
        for column in range(self.model.columnCount()):
            needed = metrics.horizontalAdvance(self.model.longest(column))
            self.table.setColumnWidth(column, min(needed + theme.px(ROOM), theme.px(WIDEST)))

    def _say(self, words: str, warning: bool = False) -> None:
        self.sentence.setText(words)
        self.sentence.setProperty("role", "warning" if warning else "title")
        self.sentence.style().unpolish(self.sentence)
        self.sentence.style().polish(self.sentence)

    def accept(self) -> None:
        """Hand the rows over, as soon as they are what was chosen last."""
        self._accepts = self._background.is_busy and self._built.table is not None
        if self._accepts or self._built.table is None:
            return
        self.imported.emit(self._built.table)
        super().accept()


def _lines(report: Report | None, sheet: Sheet | None) -> list[str]:
    """Return what became of rows and columns, a sentence each; columns left out by hand are plain to see."""
    if report is None or sheet is None:
        return []
    left_out = dict(report.left_out)
    columns = [
        f"“{column.name}” is left out: {column.why}."
        for column in sheet.columns
        if column.why and column.name in left_out
    ]
    repairs = [f"Filled in {repair}." for repair in report.repaired]
    return [*first_faults(report.dropped, MOST_SHOWN), *repairs, *columns, *report.notes]
