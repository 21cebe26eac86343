"""The page of the design matrix: its shape in words, and its rows as a table."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableView, QVBoxLayout, QWidget

from playground.experiment.exploring import DataTable
from playground.ui.background import Background
from playground.ui.explore.row_model import ROW, RowModel
from playground.ui.explore.words import fitted
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import describe, keep_font, role_label

WIDEST, NARROWEST, ROOM = 168, 52, 30  # design pixels of a column, and what it has beside its text
MOST_COPIED = 500_000
"""Cells that are copied at once."""


class RowPage(QWidget):
    """Shows every row of the data. Ctrl+C copies the selected cells.

    Signals:
        row_chosen(int): the row that the keyboard or the mouse has gone to.
    """

    row_chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._table: DataTable | None = None
        self._row: int | None = None
        self.shape = role_label("", "title")
        self.shape.setWordWrap(True)
        self.note = role_label("", "muted")
        self.note.setWordWrap(True)
        self.model = RowModel(theme)
        self._background = Background(self)
        self._background.done.connect(self._copied)
        self.view = QTableView()
        describe(
            self.view, "Design matrix", "Click a column's name to sort by it. Ctrl+C copies the selection."
        )
        self.view.setToolTip("")
        self.view.setModel(self.model)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setTabKeyNavigation(False)
        self.view.setWordWrap(False)
        self.view.verticalHeader().setVisible(False)
        header = self.view.horizontalHeader()
        header.setHighlightSections(False)
        header.setSortIndicator(ROW, Qt.SortOrder.AscendingOrder)
        self.view.setSortingEnabled(True)
        self.view.installEventFilter(self)
        self._layout = QVBoxLayout(self)
        for part in (self.shape, self.note):
            self._layout.addWidget(part)
        self._layout.addWidget(self.view, 1)
        self.model.reordered.connect(self._go_to_row)
        self.view.selectionModel().currentRowChanged.connect(self._current_changed)

    def show_table(self, table: DataTable) -> None:
        """Show another table, sorted as the one before."""
        same = self._table is not None and self._table.names == table.names
        if self._table is None or len(self._table) != len(table):
            self._row = None
        self._table = table
        self.model.show_table(table)
        header = self.view.horizontalHeader()
        if same and header.sortIndicatorSection() < self.model.columnCount():
            self.model.sort(header.sortIndicatorSection(), header.sortIndicatorOrder())
        else:
            header.setSortIndicator(ROW, Qt.SortOrder.AscendingOrder)
        shapes = [f"{part.name.capitalize()}  {table.shape(part)}" for part in table.parts]
        self.shape.setText("      ".join(shapes))
        self._describe()
        self._fit_columns()

    def choose_row(self, row: int | None) -> None:
        """Go to a row."""
        if row != self._row:
            self._row = row
            self._go_to_row()

    @property
    def is_busy(self) -> bool:
        """Whether rows are still being sorted or copied."""
        return self.model.is_busy or self._background.is_busy

    def copy(self) -> None:
        """Copy the selected cells as tab-separated text, or say why not."""
        ranges = self.view.selectionModel().selection().toList()
        count = sum(one.width() * one.height() for one in ranges)
        if not count:
            self._say("Nothing is selected: drag over some cells first.", "warning")
            return
        if count > MOST_COPIED:
            words = f"{count:,} cells are too many to copy: File > Export data as CSV… writes all of them."
            self._say(words, "warning")
            return
        rows = sorted({row for one in ranges for row in range(one.top(), one.bottom() + 1)})
        columns = tuple(sorted({c for one in ranges for c in range(one.left(), one.right() + 1)}))
        self._background.start(lambda _tell, _stop: self.model.exact(rows, columns))

    def _copied(self, lines: object) -> None:
        assert isinstance(lines, list)
        QApplication.clipboard().setText("".join(f"{line}\n" for line in lines))
        what = "1 row is" if len(lines) == 1 else f"{len(lines):,} rows are"
        self._say(f"{what} on the clipboard.", "muted")

    def cancel(self) -> None:
        """Sort and copy nothing more."""
        self.model.cancel()
        self._background.cancel()

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        self._theme = theme
        self.model.apply_theme(theme)
        keep_font(self.shape, number_font(theme))
        keep_font(self.note, body_font(theme, theme.size_small))
        keep_font(self.view, number_font(theme, bold=False))
        header = self.view.horizontalHeader()
        keep_font(header, body_font(theme, theme.size_small))
        self.view.verticalHeader().setDefaultSectionSize(theme.px(24))
        self._layout.setSpacing(theme.px(6))
        self._layout.setContentsMargins(0, theme.px(12), 0, 0)
        self._fit_columns()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Copy with Ctrl+C: the table's own way takes the cell the cursor is in alone."""
        if isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Copy):
            if event.type() == QEvent.Type.KeyPress:
                self.copy()
            event.accept()
            return True
        return False

    # Own ------------------------------------------------------------------------------------------------

    def _describe(self) -> None:
        assert self._table is not None
        out = int((self._table.part == len(self._table.parts)).sum())
        left = "" if not out else f" {out:,} {'row is' if out == 1 else 'rows are'} left out."
        what = "what the network is given" if self._table.scaling else "raw values"
        self._say(f"Each line is a row of the data: {what}.{left} Ctrl+C copies the selected cells.", "muted")

    def _say(self, words: str, role: str) -> None:
        self.note.setText(words)
        self.note.setProperty("role", role)
        self.note.style().unpolish(self.note)
        self.note.style().polish(self.note)

    def _current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        row = self.model.row_at(current.row()) if current.isValid() else self._row
        if row is not None and row != self._row:
            self._row = row
            self.row_chosen.emit(row)

    def _go_to_row(self) -> None:
        if self._row is None or self._table is None:
            return
        place = self.model.index(self.model.place_of(self._row), 0)
        self.view.selectRow(place.row())
        self.view.scrollTo(place, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _fit_columns(self) -> None:
        """Make each column as wide as its longest text; Qt would ask for everything about every cell."""
        if self._table is None:
            return
        theme = self._theme
        cells = QFontMetricsF(number_font(theme, bold=False))
        head, room, labels = QFontMetricsF(body_font(theme, theme.size_small)), theme.px(ROOM), []
        for column in range(self.model.columnCount()):
            name, short = self.model.name(column), self.model.short_name(column)
            texts = max(head.horizontalAdvance(name), head.horizontalAdvance(self.model.kind(column)))
            needed = max(texts, cells.horizontalAdvance(self.model.longest(column))) + room
            width = round(min(max(needed, theme.px(NARROWEST)), theme.px(WIDEST)))
            labels.append(fitted(head, name, short, width - room + 1))
            self.view.setColumnWidth(column, width)
        self.model.set_labels(tuple(labels))

    def sizeHint(self) -> QSize:
        """Return a size that shows some rows."""
        return QSize(self._theme.px(640), self._theme.px(420))
