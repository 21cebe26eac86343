"""The table of runs: the present one in its first row, below it those that were kept."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPixmap

from playground.experiment.comparing import OTHER_ROWS, contrasts
from playground.experiment.model import Experiment
from playground.training.kept_runs import Figures, KeptRun, best_of, comparable
from playground.training.messages import FloatArray
from playground.ui.figures import four_digits, percent_in_tenths
from playground.ui.plots.overlay import Look
from playground.ui.theme.colour import class_image, heat_image, qcolor
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import Theme

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()

PRESENT = "Present run"
BEST = "★ "
NAME = 0
PICTURE, SWATCH = 18, 24  # design pixels: what was learnt, and a piece of the curve
ALIKE = "the same settings"
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it means, the number by which it sorts, and how that is written."""

    key: str
    label: str
    help: str
    number: Callable[[Figures], float] | None = None
    text: Callable[[Figures], str] | None = None


def _metric(run: Figures) -> str:
    value = run.watched_metric
    return four_digits(value) if run.metric == "R²" else percent_in_tenths(value)


def _whole(value: float) -> str:
    return f"{value:,.0f}" if math.isfinite(value) else "–"


COLUMNS: tuple[Column, ...] = (
    Column("name", "Run", "What the run is called: F2 or a double click changes the name of a kept one."),
    Column(
        "metric",
        "Accuracy or R²",
        "How good it is on the rows that training is watched on.",
        lambda run: run.watched_metric,
        _metric,
    ),
    Column(
        "watched_loss",
        "Watched loss",
        "Its loss on the validation rows, or on the test rows where there is no validation part.",
        lambda run: run.watched_loss,
        lambda run: four_digits(run.watched_loss),
    ),
    Column(
        "epochs", "Epochs", "How long it was trained.", lambda run: run.epochs, lambda run: _whole(run.epochs)
    ),
    Column("differs", "Differs in", "Its settings, where they are others than those of the present run."),
    Column(
        "train_loss",
        "Train loss",
        "Its loss on the rows that it learnt from.",
        lambda run: run.train_loss,
        lambda run: four_digits(run.train_loss),
    ),
    Column(
        "best_epoch",
        "Best epoch",
        "The epoch at which its watched loss was lowest.",
        lambda run: run.best_epoch,
        lambda run: _whole(run.best_epoch),
    ),
    Column(
        "parameters",
        "Parameters",
        "Its weights and biases.",
        lambda run: run.parameters,
        lambda run: _whole(run.parameters),
    ),
    Column("seed", "Seed", "The seed of its first weights and of the order of its rows."),
    Column(
        "steps", "Steps", "Its mini-batches so far.", lambda run: run.steps, lambda run: _whole(run.steps)
    ),
)
DIFFERS, SEED = (
    next(index for index, column in enumerate(COLUMNS) if column.key == key) for key in ("differs", "seed")
)
NUMBERS = tuple(column for column in COLUMNS if column.key not in ("name", "differs"))
"""The columns that hold numbers: what is exported beside the words."""


@dataclass(frozen=True, eq=False, slots=True)
class Row:
    """A run in the table; `run` is None for the present one. `fits`: it can be compared with that."""

    name: str
    experiment: Experiment
    figures: Figures
    run: KeptRun | None
    differs: str
    fits: bool


class RunsModel(QAbstractTableModel):
    """The rows of the table. The present run stays on top, however the others are sorted.

    Signals:
        renamed(KeptRun, str): a run was given another name.
        ticked(): other runs are drawn.
    """

    renamed = Signal(object, str)
    ticked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._present: Row | None = None
        self._kept: list[Row] = []
        self._off: set[int] = set()
        self._best: Row | None = None
        self._sorted: tuple[int, bool] = (-1, False)
        self._looks: dict[int, Look] = {}
        self._images: dict[int, QImage] = {}

    # For the owner --------------------------------------------------------------------------------------

    def show_runs(
        self, present: tuple[Experiment, Figures] | None, runs: Sequence[KeptRun], looks: dict[int, Look]
    ) -> None:
        """Show other runs, each drawn in the look of its key; that of the present one is 0."""
        self.beginResetModel()
        self._looks = looks
        self._present = None
        if present is not None:
            self._present = Row(PRESENT, *present, None, "", True)
        self._kept = [self._row(run) for run in runs]
        self._off &= {run.key for run in runs} | {0}
        self._images = {run.key: self._images[run.key] for run in runs if run.key in self._images}
        self._put_in_order()
        self._find_best()
        self.endResetModel()

    def show_present(self, figures: Figures) -> None:
        """Show how far the present run is now."""
        if self._present is None:
            return
        self._present = replace(self._present, figures=figures)
        before = self._best
        self._find_best()
        last = self.columnCount() - 1
        bottom = self.rowCount() - 1 if self._best is not before else 0
        self.dataChanged.emit(self.index(0, 0), self.index(bottom, last))

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows from top to bottom."""
        return (*(() if self._present is None else (self._present,)), *self._kept)

    @property
    def best(self) -> Row | None:
        """The best of the runs that can be compared with the present one; None with fewer than two."""
        return self._best

    def is_drawn(self, row: Row) -> bool:
        """Return whether the curves of a run are to be drawn."""
        return row.fits and self._key(row) not in self._off

    def apply_theme(self, theme: Theme) -> None:
        """Show everything in another theme."""
        self.beginResetModel()
        self._theme = theme
        self._images.clear()
        self.endResetModel()

    def set_looks(self, looks: dict[int, Look]) -> None:
        """Take other looks of the curves."""
        self._looks = looks

    # What Qt asks for -----------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802
        """Return the number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return a column's name and what it means."""
        if orientation == Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._heading(section)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{COLUMNS[section].help} Click to sort by it, click again for the other direction."
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if section in (NAME, DIFFERS) else RIGHT
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that a run can be ticked where it can be compared, and renamed where it was kept."""
        row = self.rows[index.row()]
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == NAME:
            flags |= Qt.ItemFlag.ItemIsUserCheckable if row.fits else Qt.ItemFlag.NoItemFlags
            flags |= Qt.ItemFlag.ItemIsEditable if row.run is not None else Qt.ItemFlag.NoItemFlags
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows, and how."""
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(row, column)
        if role == Qt.ItemDataRole.EditRole:
            return row.name if column == NAME else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return LEFT if column in (NAME, DIFFERS) else RIGHT
        if role == Qt.ItemDataRole.FontRole:
            return self._font(row, column)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(row)
        if column != NAME:
            return None
        if role == Qt.ItemDataRole.CheckStateRole and row.fits:
            return Qt.CheckState.Checked if self.is_drawn(row) else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DecorationRole:
            return self._picture(row)
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        """Tick a run, or give it another name."""
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole:
            self._off ^= {self._key(row)}
            self.dataChanged.emit(index, index)
            self.ticked.emit()
            return True
        if role == Qt.ItemDataRole.EditRole and row.run is not None:
            self.renamed.emit(row.run, str(value))
            return True
        return False

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Put the kept runs in the order of a column; runs that cannot be compared come last."""
        self.beginResetModel()
        self._sorted = (column, order == Qt.SortOrder.DescendingOrder)
        self._put_in_order()
        self.endResetModel()

    # Cells ----------------------------------------------------------------------------------------------

    def text(self, row: Row, column: int) -> str:
        """Return what a cell says."""
        if column == NAME:
            return f"{BEST if row is self._best else ''}{row.name}"
        if column == DIFFERS:
            return "–" if row.run is None else row.differs
        if column == SEED:
            return str(row.experiment.training.seed)
        written = COLUMNS[column].text
        return "" if written is None else written(row.figures)

    def exact(self) -> list[list[str | float]]:
        """Return all rows as another program reads them: numbers in full."""
        found: list[list[str | float]] = []
        for row in self.rows:
            seed, figures = row.experiment.training.seed, row.figures
            numbers = [seed if column.number is None else column.number(figures) for column in NUMBERS]
            found.append([row.name, row.differs, figures.watched, figures.metric, *numbers])
        return found

    def _heading(self, column: int) -> str:
        """Return a column's name, that of the rows and the metric of the present run where it has one."""
        key, present = COLUMNS[column].key, self._present
        if present is None:
            return COLUMNS[column].label
        if key == "metric":
            return f"{present.figures.watched.capitalize()} {present.figures.metric}"
        return (
            f"{present.figures.watched.capitalize()} loss" if key == "watched_loss" else COLUMNS[column].label
        )

    def _row(self, run: KeptRun) -> Row:
        present = self._present
        if present is None:
            return Row(run.name, run.experiment, run.figures, run, "", False)
        fits = comparable(run.figures, present.figures)
        found = contrasts(present.experiment, run.experiment)
        words = ", ".join(contrast.name for contrast in found) or ALIKE
        return Row(run.name, run.experiment, run.figures, run, words if fits else OTHER_ROWS, fits)

    def _put_in_order(self) -> None:
        column, descending = self._sorted
        if not 0 <= column < len(COLUMNS):
            return
        number = COLUMNS[column].number
        if number is None:
            self._kept.sort(key=lambda row: self._word(row, column), reverse=descending)
        else:
            sign = -1.0 if descending else 1.0

            def place(row: Row) -> float:
                value = sign * number(row.figures)
                return value if math.isfinite(value) else math.inf

            self._kept.sort(key=place)
        self._kept.sort(key=lambda row: not row.fits)

    def _word(self, row: Row, column: int) -> tuple[int, str]:
        seed = row.experiment.training.seed if column == SEED else 0
        return seed, "" if column == SEED else (row.name if column == NAME else row.differs).casefold()

    def _find_best(self) -> None:
        rows, self._best = self.rows, None
        if self._present is not None:
            found = best_of([row.figures for row in rows], self._present.figures)
            self._best = None if found is None else rows[found]

    def _key(self, row: Row) -> int:
        return 0 if row.run is None else row.run.key

    def _tip(self, row: Row, column: int) -> str:
        if not row.fits:
            return f"{row.name}: {OTHER_ROWS}. It can be opened, and then be compared with others like it."
        if row is self._best and column == NAME:
            return f"{row.name}: the best of those that learnt from the same rows, on the watched rows."
        return self.text(row, column) if column in (NAME, DIFFERS) else COLUMNS[column].help

    def _font(self, row: Row, column: int) -> QFont:
        bold = row is self._best
        if column in (NAME, DIFFERS):
            return body_font(self._theme, bold=bold)
        return number_font(self._theme, self._theme.size_body, bold=bold)

    def _colour(self, row: Row) -> QColor | None:
        if not row.fits:
            return qcolor(self._theme.muted)
        return None

    def _picture(self, row: Row) -> QPixmap:
        """Return a piece of the run's curve, and what it has learnt, small."""
        theme, side = self._theme, self._theme.px(PICTURE)
        gap = theme.px(4)
        picture = QPixmap(theme.px(SWATCH) + gap + side, side)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        look = self._looks.get(self._key(row))
        if look is not None and self.is_drawn(row):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(look.pen(theme))
            painter.drawLine(0, side // 2, theme.px(SWATCH), side // 2)
        if row.run is not None and row.run.picture is not None:
            painter.drawImage(theme.px(SWATCH) + gap, 0, self._image(row.run, row.run.picture, side))
        painter.end()
        return picture

    def _image(self, run: KeptRun, shades: FloatArray, side: int) -> QImage:
        if run.key not in self._images:
            one = len(shades) == 1
            image = heat_image(shades[0], self._theme) if one else class_image(shades, self._theme)
            smooth, fill = Qt.TransformationMode.SmoothTransformation, Qt.AspectRatioMode.IgnoreAspectRatio
            self._images[run.key] = image.scaled(side, side, fill, smooth)
        return self._images[run.key]
