"""The neurons of a layer with the numbers of one step, as a table."""

from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from playground.ui.figures import short
from playground.ui.instruments.formulas import plain, sub
from playground.ui.instruments.walk import Step, Walk
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import describe, keep_font

MOST_ROWS = 64
COLUMN = 88  # design pixels
NAME_COLUMN = 62
_NOWHERE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex
Cell = Callable[[int], str]


def columns_of(walk: Walk, step: Step) -> list[tuple[str, Cell]]:
    """Return the columns of a step: a heading, and what it says of a neuron; the first names the neuron."""
    if step.kind == "inputs":
        raw = walk.raw
        columns: list[tuple[str, Cell]] = [("input", lambda i: walk.names[i])]
        if raw is not None:
            columns.append(("raw", _values(raw)))
        return [*columns, ("x", _values(walk.trace.x))]
    layer = walk.trace.layers[step.layer]
    named: tuple[str, Cell] = ("neuron" if layer.z is not None else "value", lambda i: f"{i + 1}")
    if step.kind == "loss":
        return [named, ("ŷ", _values(layer.a)), ("y", _values(walk.trace.y))]
    answer = "ŷ" if walk.is_output(step) else "a"
    if step.kind == "forward":
        if layer.z is not None:
            return [named, ("z", _values(layer.z)), (answer, _values(layer.a))]
        return [named, ("x", _values(layer.x)), (answer, _values(layer.a))]
    back = [named]
    if layer.error is not None:
        back.append((f"∂L/∂{answer}", _values(layer.error)))
    if layer.z is not None:
        back += [("δ", _values(layer.delta)), ("∂L/∂b", _values(layer.bias_gradient))]
        back += [(_weight(j), _product(layer.delta, layer.x, j)) for j in range(len(layer.x))]
    elif layer.normal is not None:
        back += [("∂L/∂β", _values(layer.bias_gradient)), ("∂L/∂γ", _values(layer.weight_gradient[:, 0]))]
    return back


@cache
def _weight(j: int) -> str:
    """Return the heading of the gradients of all weights from one neuron."""
    return plain(f"∂L/∂wᵢ{sub('', j + 1)}")


def _values(values: npt.NDArray[np.floating]) -> Cell:
    return lambda i: short(float(values[i]))


def _product(delta: npt.NDArray[np.floating], x: npt.NDArray[np.floating], j: int) -> Cell:
    return lambda i: short(float(delta[i]) * float(x[j]))


class StepModel(QAbstractTableModel):
    """The cells of one step; they are written when they are looked at."""

    def __init__(self) -> None:
        super().__init__()
        self._columns: list[tuple[str, Cell]] = []
        self.units: list[int] = []

    def show_step(self, walk: Walk | None, step: Step, neuron: int) -> None:
        """Show a step; cells alone change where the table is of the same shape as before."""
        columns = [] if walk is None else columns_of(walk, step)
        count = 0 if walk is None else walk.units(step)
        units = list(range(min(count, MOST_ROWS)))
        if MOST_ROWS <= neuron < count:
            units.append(neuron)
        same = units == self.units and [name for name, _ in columns] == [name for name, _ in self._columns]
        if same:
            self._columns = columns
            if units:
                last = self.index(len(units) - 1, len(columns) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._columns, self.units = columns, units
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802
        """Return the number of neurons shown."""
        return 0 if parent.isValid() else len(self.units)

    def columnCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the text of a cell, or how it stands."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[index.column()][1](self.units[index.row()])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the heading of a column."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section][0]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


class StepTable(QTableView):
    """Shows the numbers of a step; going to a line chooses its neuron.

    Signals:
        neuron_chosen(int): the person went to the line of a neuron.
    """

    neuron_chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step_model = StepModel()
        self.step_model.setParent(self)
        self.setModel(self.step_model)
        self._showing = False
        describe(self, "Numbers of the step", "Every neuron of the layer with its numbers: choose one.")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().setVisible(False)
        self.horizontalHeader().setHighlightSections(False)
        self.selectionModel().currentRowChanged.connect(self._row_changed)
        self.apply_theme(theme)

    def show_step(self, walk: Walk | None, step: Step, neuron: int) -> None:
        """Show a step, with the line of one neuron marked."""
        self._showing = True
        self.step_model.show_step(walk, step, neuron)
        units = self.step_model.units
        if neuron in units and self.currentIndex().row() != units.index(neuron):
            self.selectRow(units.index(neuron))
        if self.step_model.columnCount():
            self.setColumnWidth(0, self._theme.px(NAME_COLUMN))
        self._showing = False

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        self._theme = theme
        keep_font(self, number_font(theme, theme.size_body, bold=False))
        keep_font(self.horizontalHeader(), body_font(theme, theme.size_small))
        self.horizontalHeader().setDefaultSectionSize(theme.px(COLUMN))
        self.verticalHeader().setDefaultSectionSize(theme.px(22))

    def _row_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid() and not self._showing:
            self.neuron_chosen.emit(self.step_model.units[current.row()])
