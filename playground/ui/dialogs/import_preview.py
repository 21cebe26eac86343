"""The first rows of a file as a table: what is learnt, what is left out, and what cannot be used."""

from bisect import bisect_left

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from playground.data.importing_columns import Column, Sheet
from playground.data.importing_table import Choices
from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.icons import icon
from playground.ui.theme.tokens import Theme

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class PreviewModel(QAbstractTableModel):
    """The rows that `Sheet.first` has. A cell that cannot be used is marked and says why in its tooltip."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._sheet: Sheet | None = None
        self._choices: Choices | None = None

    def show_sheet(self, sheet: Sheet | None, choices: Choices | None) -> None:
        """Show another file, or none."""
        self.beginResetModel()
        self._sheet, self._choices = sheet, choices
        self.endResetModel()

    def show_choices(self, choices: Choices) -> None:
        """Show what is chosen of the same file."""
        self._choices = choices
        last = self.index(self.rowCount() - 1, self.columnCount() - 1)
        self.dataChanged.emit(self.index(0, 0), last)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)

    def rowCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802
        """Return the number of rows shown."""
        return 0 if self._sheet is None or parent.isValid() else len(self._sheet.first)

    def columnCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802
        """Return the number of columns."""
        return 0 if self._sheet is None or parent.isValid() else len(self._sheet.columns)

    def longest(self, column: int) -> str:
        """Return the longest text of a column, its name and kind included."""
        if self._sheet is None:
            return ""
        fields = (look.fields[column].strip() for look in self._sheet.first if column < len(look.fields))
        found = self._sheet.columns[column]
        return max([found.name, found.label, *fields], key=len)

    def reason(self, row: int, column: int) -> str:
        """Return why a cell cannot be used, "" when it can."""
        assert self._sheet is not None
        look = self._sheet.first[row]
        if look.reason:
            return look.reason
        return self._sheet.columns[column].reason(bisect_left(self._sheet.lines, look.line))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows, and how."""
        if self._sheet is None:
            return None
        column = self._sheet.columns[index.column()]
        fields = self._sheet.first[index.row()].fields
        if role == Qt.ItemDataRole.DisplayRole:
            return fields[index.column()].strip() if index.column() < len(fields) else ""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.numbers is not None else LEFT
        if role == Qt.ItemDataRole.BackgroundRole and self._is_target(column):
            return qcolor(self._theme.accent_soft)
        reason = self.reason(index.row(), index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(index.row(), column, reason)
        if role == Qt.ItemDataRole.DecorationRole and reason and self._is_used(column):
            return icon("warning", self._theme, "warning")
        if role == Qt.ItemDataRole.ForegroundRole:
            token = self._theme.warning if reason else self._theme.text
            return qcolor(token if self._is_used(column) else self._theme.disabled)
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return a column's name and kind, or the line that a row begins on."""
        if self._sheet is None:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(self._sheet.first[section].line) if role == Qt.ItemDataRole.DisplayRole else None
        column = self._sheet.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{column.name}\n{'target' if self._is_target(column) else column.label}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return (
                f"“{column.name}” is left out: {column.why}."
                if column.why
                else f"The column “{column.name}”."
            )
        if role == Qt.ItemDataRole.FontRole:
            return self._font(self._is_target(column))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.numbers is not None else LEFT
        if role == Qt.ItemDataRole.ForegroundRole:
            if self._is_target(column):
                return qcolor(self._theme.accent_strong)
            return qcolor(self._theme.text if self._is_used(column) else self._theme.disabled)
        return None

    def _font(self, bold: bool) -> QFont:
        return body_font(self._theme, self._theme.size_small + 1, bold)

    def _tip(self, row: int, column: Column, reason: str) -> str:
        assert self._sheet is not None
        return f"Line {self._sheet.first[row].line:,}, {column.name}: {reason}." if reason else ""

    def _is_target(self, column: Column) -> bool:
        return self._choices is not None and column.name == self._choices.target

    def _is_used(self, column: Column) -> bool:
        return self._is_target(column) or (
            self._choices is not None and column.name in self._choices.features
        )
