"""The design matrix as a table: a row of the data in each, sorted as the person likes."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from playground.data.base import LEFT_OUT
from playground.experiment.exploring import DataTable
from playground.experiment.prepare import FloatArray, IndexArray
from playground.ui.background import Background
from playground.ui.figures import MINUS, figures
from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import number_font
from playground.ui.theme.tokens import Theme

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
ROW, PART, FIRST = 0, 1, 2
EXACT_FIGURES = 6


class RowModel(QAbstractTableModel):
    """Row number, part, the features, the target.

    Signals:
        reordered(): the rows are in another order.
    """

    reordered = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._background = Background(self)
        self._background.done.connect(self._take)
        self._table: DataTable | None = None
        self._order: IndexArray = np.empty(0, np.int64)
        self._labels: tuple[str, ...] = ()
        self.apply_theme(theme)

    def show_table(self, table: DataTable) -> None:
        """Show another table, in the order of its rows."""
        self._background.cancel()
        self.beginResetModel()
        self._table = table
        self._order = np.arange(len(table))
        self._labels = tuple(self.name(column) for column in range(self.columnCount()))
        self.endResetModel()

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and colours."""
        self._theme = theme
        self._font = number_font(theme, bold=False)
        self._muted = qcolor(theme.muted)
        self._soft = qcolor(theme.accent_soft)

    # What Qt asks ---------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802
        """Return the number of rows."""
        return 0 if self._table is None or parent.isValid() else len(self._table)

    def columnCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802
        """Return the number of columns."""
        if self._table is None or parent.isValid():
            return 0
        return FIRST + len(self._table.names) + len(self._table.target_names)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows, and how."""
        if self._table is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(int(self._order[index.row()]), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if self.is_text(index.column()) else RIGHT
        if role == Qt.ItemDataRole.FontRole:
            return self._font
        if role == Qt.ItemDataRole.ForegroundRole:
            out = index.column() == ROW or self._table.part_name(int(self._order[index.row()])) == LEFT_OUT
            return self._muted if out else None
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return a column's name, and what it is."""
        if self._table is None or orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{self._labels[section]}\n{self.kind(section)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{self.name(section)}. Click to sort by this column, click again for the other direction."
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if self.is_text(section) else RIGHT
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Put the rows in the order of a column; equal ones stay in the order of the data."""
        if self._table is None or not 0 <= column < self.columnCount():
            return
        keys = self._keys(column)
        descending = order == Qt.SortOrder.DescendingOrder
        self._background.start(lambda _tell, _stop: np.argsort(-keys if descending else keys, kind="stable"))

    def _take(self, order: object) -> None:
        assert isinstance(order, np.ndarray)
        if self._table is not None and len(order) == len(self._table):
            self.beginResetModel()
            self._order = order
            self.endResetModel()
            self.reordered.emit()

    def cancel(self) -> None:
        """Sort no more."""
        self._background.cancel()

    @property
    def is_busy(self) -> bool:
        """Whether the rows are still being sorted."""
        return self._background.is_busy

    # Cells ----------------------------------------------------------------------------------------------

    def name(self, column: int) -> str:
        """Return the name of a column."""
        assert self._table is not None
        return ("row", "part", *self._table.names, *self._table.target_names)[column]

    def set_labels(self, labels: tuple[str, ...]) -> None:
        """Show these names: as much of the whole ones as there is room for."""
        self._labels = labels
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)

    def short_name(self, column: int) -> str:
        """Return a column's name without what all columns have in common."""
        assert self._table is not None
        place = column - FIRST
        is_feature = 0 <= place < len(self._table.names)
        return self._table.short_variables[place] if is_feature else self.name(column)

    def kind(self, column: int) -> str:
        """Return what a column is in the field's words."""
        assert self._table is not None
        place, targets = column - FIRST, len(self._table.target_names)
        if place < 0:
            return ""
        if place < len(self._table.names):
            return f"feature {place + 1}"
        return "target" if targets == 1 else f"target {place - len(self._table.names) + 1}"

    def is_text(self, column: int) -> bool:
        """Return whether a column holds words."""
        return column == PART or self._names_class(column)

    def row_at(self, place: int) -> int:
        """Return the number of the row that is shown at a place."""
        return int(self._order[place])

    def place_of(self, row: int) -> int:
        """Return where a row is shown."""
        return int(np.flatnonzero(self._order == row)[0])

    def text(self, row: int, column: int) -> str:
        """Return what a cell says."""
        assert self._table is not None
        if column == ROW:
            return f"{row:,}"
        if column == PART:
            return self._table.part_name(row)
        value = float(self._column(column)[row])
        if self._names_class(column):
            return self._table.class_names[int(value)]
        return self._written(value, column)

    def exact(self, places: Sequence[int], columns: tuple[int, ...]) -> list[str]:
        """Return lines of cells as another program reads them: numbers in full, no commas, tabs between."""
        rows = self._order[np.asarray(places, dtype=np.intp)]
        cells = zip(*(self._exact(rows, column) for column in columns), strict=True)
        return ["\t".join(line) for line in cells]

    def longest(self, column: int) -> str:
        """Return a text that is as wide as any of a column."""
        assert self._table is not None
        if column == ROW:
            return f"{len(self._table):,}"
        if column == PART:
            return LEFT_OUT if bool((self._table.part == len(self._table.parts)).any()) else "training"
        if self._names_class(column):
            return max(self._table.class_names, key=len)
        return max(
            (self._written(value, column) for value in self._table.spans[column - FIRST].tolist()), key=len
        )

    def _written(self, value: float, column: int) -> str:
        assert self._table is not None
        digits = self._table.decimals[column - FIRST]
        if digits is None:
            return figures(value, EXACT_FIGURES)
        return f"{round(value, digits) + 0.0:,.{digits}f}".replace("-", MINUS)

    def _exact(self, rows: IndexArray, column: int) -> list[str]:
        if self.is_text(column):
            return [self.text(row, column) for row in rows.tolist()]
        values = rows.tolist() if column == ROW else self._column(column)[rows].tolist()
        return [repr(value).removesuffix(".0") for value in values]

    def _column(self, column: int) -> FloatArray:
        assert self._table is not None
        place = column - FIRST
        names = len(self._table.names)
        return self._table.x[:, place] if place < names else self._table.y[:, place - names]

    def _names_class(self, column: int) -> bool:
        """Return whether a column holds the class itself, not a code of it."""
        assert self._table is not None
        is_target = column >= FIRST + len(self._table.names)
        return is_target and self._table.classes is not None and not self._table.scaling

    def _keys(self, column: int) -> FloatArray:
        assert self._table is not None
        if column == ROW:
            return np.arange(len(self._table), dtype=np.float64)
        return self._table.part.astype(np.float64) if column == PART else self._column(column)
