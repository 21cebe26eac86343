"""Which classes the network takes for which: the confusion matrix, with precision and recall."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from playground.engine.metrics import confusion, precision, recall
from playground.experiment.prepare import Prepared
from playground.training.messages import Look, Snapshot
from playground.ui.figures import percent_in_tenths
from playground.ui.plots.axes import AxesView
from playground.ui.plots.base import PlotView
from playground.ui.plots.matrix import Counts, MatrixItem
from playground.ui.plots.name_axis import LABEL, NameAxis
from playground.ui.plots.ticks import Ticks
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import describe, keep_font

LONGEST_NAME = 88  # design pixels that names beside the matrix take at most


class ConfusionPlot(PlotView):
    """True classes in rows, predicted ones in columns; counts of the watched rows, or of training rows."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        self._names_across, self._names_up = NameAxis("bottom"), NameAxis("left")
        super().__init__(
            theme,
            "Confusion matrix",
            "How many rows of each true class the network takes for which class.",
            parent,
        )
        self._prepared: Prepared | None = None
        self._predictions = np.empty(0)
        self._counts: Counts = np.zeros((0, 0), np.int64)
        self._of_training = False
        self._matrix = MatrixItem()
        self._view.addItem(self._matrix, ignoreBounds=True)
        self._grid.setVisible(False)
        self._write_axes("taken for", "true class")
        self.training = QCheckBox("training rows")
        describe(
            self.training,
            "training rows",
            "Count the rows the network learns from, not those it has never seen.",
        )
        self.training.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.training.toggled.connect(self._choose_rows)
        row = QHBoxLayout()
        row.addWidget(self.training)
        row.addStretch(1)
        self._layout.addLayout(row)
        self.clear()
        self.apply_theme(theme)

    @property
    def look(self) -> Look:
        """Ask for the answers to all rows."""
        return Look(predictions=True)

    @property
    def counts(self) -> Counts:
        """The numbers shown: (classes, classes) [true, predicted]."""
        return self._counts

    def start_run(self, prepared: Prepared) -> None:
        """Make room for the classes; the counts follow with the first answers."""
        moved = self._prepared is None or self._prepared.plan.class_names != prepared.plan.class_names
        self._prepared = prepared
        self._predictions = np.empty(0)
        self._set_empty(False)
        self._count()
        self._name_axes()
        if moved:
            self.fit()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Count the network's answers."""
        if self._prepared is not None and len(snapshot.predictions):
            self._predictions = snapshot.predictions
            self._count()

    def clear(self) -> None:
        """Draw nothing."""
        self._prepared = None
        self._predictions = np.empty(0)
        self._set_empty(True)
        self._count()
        self._name_axes()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        super().apply_theme(theme)
        keep_font(self.training, body_font(theme))
        self._matrix.apply_theme(theme)
        self._name_axes()

    def resemble(self, other: AxesView) -> None:
        """Count the rows that another view counts."""
        if isinstance(other, ConfusionPlot):
            self.training.setChecked(other.training.isChecked())
        super().resemble(other)

    def _hidden_in_pictures(self) -> tuple[QWidget, ...]:
        return (*super()._hidden_in_pictures(), self.training)

    # Counting -------------------------------------------------------------------------------------------

    def _choose_rows(self, of_training: bool) -> None:
        self._of_training = of_training
        self._count()

    def _count(self) -> None:
        if self._prepared is None:
            self._counts = np.zeros((0, 0), np.int64)
            self._matrix.show_counts(self._counts, float("nan"))
            return
        rows, classes = self._rows(), len(self._prepared.plan.class_names)
        rows = rows if len(self._predictions) else rows[:0]
        true = self._prepared.sample.targets[rows]
        counts = confusion(self._predictions[rows], true, classes)
        if not np.array_equal(counts, self._counts) or not counts.any():
            self._counts = counts
            self._matrix.show_counts(counts, self._accuracy())
            self._pointer_left()

    def _rows(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        assert self._prepared is not None  # counted only during a run
        return self._prepared.train_rows if self._of_training else self._prepared.watched_rows

    def _accuracy(self) -> float:
        """Return the share of rows that is right, those without an answer being wrong."""
        rows = len(self._rows()) if len(self._predictions) else 0
        return float(np.trace(self._counts)) / rows if rows else float("nan")

    # In words -------------------------------------------------------------------------------------------

    def _speaks_of(self, scene: QPointF) -> bool:
        names = (self._names_across, self._names_up)
        return super()._speaks_of(scene) or any(axis.sceneBoundingRect().contains(scene) for axis in names)

    def _name_at(self, x: float, y: float) -> str:
        """Return the whole name beside a place of the axes."""
        plan = self._matrix.plan
        names = self._prepared.plan.class_names if self._prepared is not None else ()
        if x < 0 <= y < plan.classes:
            return names[plan.classes - 1 - int(y)]
        return names[int(x)] if y < plan.y_range[0] and 0 <= x < plan.classes else ""

    def _point_at(self, x: float, y: float) -> str:
        name = self._name_at(x, y)
        if name:
            return name
        cell = self._matrix.plan.cell_at(x, y)
        if self._prepared is None or cell is None:
            return ""
        row, column = cell
        names, counts = self._prepared.plan.class_names, self._counts
        classes = len(names)
        if row == classes and column == classes:
            kind = "training" if self._of_training else self._prepared.watched
            right = f"{np.trace(counts):,} of {len(self._rows()):,} {kind} rows are recognised"
            return f"{right}\naccuracy {percent_in_tenths(self._accuracy())}"
        if column == classes:
            found = f"{counts[row, row]:,} of {counts[row].sum():,} {names[row]} were recognised"
            return f"{found}\nrecall {percent_in_tenths(recall(counts)[row])}"
        if row == classes:
            taken = f"{counts[column, column]:,} of {counts[:, column].sum():,} taken for {names[column]}"
            return f"{taken} are right\nprecision {percent_in_tenths(precision(counts)[column])}"
        part = f"{counts[row, column]:,} of {counts[row].sum():,} {names[row]}"
        return f"{part} were recognised" if row == column else f"{part} were taken for {names[column]}"

    # Axes -----------------------------------------------------------------------------------------------

    def _own_axes(self) -> dict[str, pg.AxisItem]:
        return {"bottom": self._names_across, "left": self._names_up}

    def _name_axes(self) -> None:
        names = self._prepared.plan.class_names if self._prepared is not None else ()
        plan = self._matrix.plan
        middle = plan.cell(plan.classes, plan.classes).center()
        across = [(index + 0.5, name) for index, name in enumerate(names)]
        up = [(plan.classes - 0.5 - index, name) for index, name in enumerate(names)]
        if names:
            across.append((middle.x(), "recall %"))
            up.append((middle.y(), "precision %"))
        self._names_across.set_names(tuple(across), self._theme)
        self._names_up.set_names(tuple(up), self._theme)
        self._arrange()

    def _axis_room(self) -> tuple[int, int]:
        theme = self._theme
        font = body_font(theme, theme.size_small)
        most = self.width() // 3
        if not self._posed:
            most = min(theme.px(LONGEST_NAME), most)
        label = theme.px(LABEL)
        width = min(self._names_up.longest(font) + theme.px(10), most) + label
        (low, high), room = self._matrix_range(), self.width() - width - self._margins()[0]
        if self._names_across.fits_level(room / (high - low), theme):
            return width, theme.px(36)
        return width, min(self._names_across.longest(font) + theme.px(10), most) + label

    def _matrix_range(self) -> tuple[float, float]:
        low, high = self._matrix.plan.x_range
        return low, max(high, low + 1.0)

    def _arrange(self) -> None:
        """Give the names the room they need at this width."""
        width, height = self._axis_room()
        self._names_up.setWidth(width)
        self._names_across.setHeight(height)
        super()._arrange()

    def _home(self) -> None:
        plan = self._matrix.plan
        self._view.setRange(xRange=self._matrix_range(), yRange=plan.y_range, padding=0)

    def _x_ticks(self, _low: float, _high: float) -> Ticks:
        return []

    def _y_ticks(self, _low: float, _high: float) -> Ticks:
        return []
