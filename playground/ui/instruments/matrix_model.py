"""The numbers of one layer as a table: a row for each unit, a column for each input, and one for the bias."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from playground.experiment.model import INPUTS_ID, Experiment
from playground.experiment.plan import Plan, feature_labels
from playground.training.messages import FloatArray
from playground.training.numbers import NumberRef, sources_of
from playground.ui.diagram import number_words
from playground.ui.figures import in_full, short, subscript
from playground.ui.theme.colour import contrast, mix
from playground.ui.theme.tokens import Theme

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

_NOWHERE = QModelIndex()

SHADES = 48
STRENGTH = 0.55  # how much of its colour the largest number's cell has: more, and some could not be read
LEAST = 1e-6
"""A layer whose numbers are all smaller is shown pale."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is shown: the layer of an experiment, its plan, and its weights (units, columns) and biases."""

    experiment: Experiment
    plan: Plan
    layer: str
    weights: FloatArray
    biases: FloatArray

    @property
    def settable(self) -> int:
        """How many columns can be set: a norm's running averages cannot."""
        return sources_of(self.plan, self.layer) or 0

    def has_frame_of(self, other: "Numbers | None") -> bool:
        """Return whether rows and columns are those of another one."""
        if other is None:
            return False
        mine, theirs = ((n.experiment, n.layer, n.weights.shape) for n in (self, other))
        return mine == theirs


@lru_cache(maxsize=512)
def shade(theme: Theme, negative: bool, level: int) -> tuple[str, str]:
    """Return the colours of a cell and of its text, for a level of `SHADES`."""
    full = theme.negative if negative else theme.positive
    ground = mix(theme.surface, full, level / SHADES * STRENGTH)
    return ground, max((theme.outline, theme.rim), key=lambda token: contrast(token, ground))


class MatrixModel(QAbstractTableModel):
    """Numbers of a layer.

    Signals:
        typed(NumberRef, str): the person wrote this into a number's cell.
    """

    typed = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self.numbers: Numbers | None = None
        self._limit = 1.0
        self._settable = 0

    def show_numbers(self, numbers: Numbers | None) -> None:
        """Show other numbers; the table is built anew only where rows or columns are others."""
        same = numbers is not None and numbers.has_frame_of(self.numbers)
        if not same:
            self.beginResetModel()
        self.numbers = numbers
        self._limit = 1.0 if numbers is None else _largest(numbers)
        self._settable = 0 if numbers is None else numbers.settable
        if not same:
            self.endResetModel()
        else:
            corner = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), corner, [Role.DisplayRole])

    def rowCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802
        """Return the number of units."""
        return 0 if self.numbers is None or parent.isValid() else len(self.numbers.biases)

    def columnCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802
        """Return the number of inputs, and one for the bias."""
        return 0 if self.numbers is None or parent.isValid() else self.numbers.weights.shape[1] + 1

    # Numbers --------------------------------------------------------------------------------------------

    def ref_at(self, index: Index) -> NumberRef | None:
        """Return which number is in a cell."""
        if self.numbers is None or not index.isValid():
            return None
        bias = index.column() == self.columnCount() - 1
        return NumberRef(self.numbers.layer, index.row(), None if bias else index.column())

    def index_of(self, ref: NumberRef | None) -> QModelIndex:
        """Return the cell of a number, an invalid one where it is not in this layer."""
        if self.numbers is None or ref is None or ref.layer != self.numbers.layer:
            return QModelIndex()
        return self.index(ref.unit, self.columnCount() - 1 if ref.source is None else ref.source)

    def value(self, row: int, column: int) -> float:
        """Return the number in a cell."""
        assert self.numbers is not None
        if column == self.numbers.weights.shape[1]:
            return float(self.numbers.biases[row])
        return float(self.numbers.weights[row, column])

    def is_settable(self, column: int) -> bool:
        """Return whether the numbers of a column can be set."""
        return column < self._settable or column == self.columnCount() - 1

    def level(self, value: float) -> int:
        """Return how strong a number's colour is, 0 to `SHADES`."""
        size = abs(value) / self._limit
        return round(SHADES * min(size, 1.0)) if np.isfinite(size) else 0

    def is_at(self, ref: NumberRef | None, row: int, column: int) -> bool:
        """Return whether a number is the one in a cell."""
        if ref is None or ref.unit != row or self.numbers is None or ref.layer != self.numbers.layer:
            return False
        return column == (self.columnCount() - 1 if ref.source is None else ref.source)

    def full_text(self, row: int, column: int) -> str:
        """Return a number in the fewest digits that give it back."""
        assert self.numbers is not None
        return in_full(self.value(row, column), self.numbers.plan.training.precision)

    # Qt asks --------------------------------------------------------------------------------------------

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """Return the number of a cell: short to be read, in full to be edited and explained."""
        ref = self.ref_at(index)
        if ref is None or self.numbers is None:
            return None
        if role == Role.DisplayRole:
            return short(self.value(index.row(), index.column()))
        if role == Role.EditRole:
            return self.full_text(index.row(), index.column())
        if role in (Role.ToolTipRole, Role.AccessibleTextRole):
            about = number_words.title(self.numbers.experiment, ref)
            value = f"{about}: {self.full_text(index.row(), index.column())}"
            explained = f"{value}\n{number_words.notation(self.numbers.experiment, ref)}"
            return explained if role == Role.ToolTipRole else value
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:  # noqa: N802
        """Pass on what was written; what comes of it is shown by whoever sets it."""
        ref = self.ref_at(index)
        if ref is None or role != Role.EditRole:
            return False
        self.typed.emit(ref, str(value))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return what can be done with a cell."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if self.is_settable(index.column()) else flags

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> Any:
        """Return the name of a row or a column, in a formula's letters; its tooltip says it in words."""
        if self.numbers is None or role not in (Role.DisplayRole, Role.ToolTipRole):
            return None
        in_words = role == Role.ToolTipRole
        if orientation == Qt.Orientation.Vertical:
            return self._row_name(section, in_words)
        return self._column_name(section, in_words)

    def _row_name(self, row: int, in_words: bool) -> str:
        assert self.numbers is not None
        experiment, layer = self.numbers.experiment, self.numbers.layer
        letter = "z" if number_words.is_dense(experiment, layer) else "a"
        name = f"{letter}{subscript(row + 1)}"
        return f"{name}: {number_words.value_name(experiment, layer, row)}" if in_words else name

    def _column_name(self, column: int, in_words: bool) -> str:
        assert self.numbers is not None
        experiment, layer = self.numbers.experiment, self.numbers.layer
        bias = column == self.numbers.weights.shape[1]
        if bias or not number_words.is_dense(experiment, layer):
            letter = number_words.sign(experiment, NumberRef(layer, 0, None if bias else column))
            return f"{letter}: {number_words.MEANINGS[letter]}" if in_words else letter
        before = number_words.layer_before(experiment, layer)
        if before == INPUTS_ID:
            label = feature_labels(experiment)[column]
            return f"{label}: input {column + 1}" if in_words else label
        name = f"a{subscript(column + 1)}"
        return f"{name}: {number_words.value_name(experiment, before, column)}" if in_words else name


def _largest(numbers: Numbers) -> float:
    """Return the size of the largest finite number that can be set."""
    largest = LEAST
    for array in (numbers.weights[:, : numbers.settable], numbers.biases):
        size = np.abs(array)
        found = float(np.max(size, initial=0.0))
        if not np.isfinite(found):
            found = float(np.max(size, initial=0.0, where=np.isfinite(size)))
        largest = max(largest, found)
    return largest
