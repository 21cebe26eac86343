"""The page of the scatter matrix: the matrix, what its colours mean, and the choice of its columns."""

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.data.describing import strongest
from playground.experiment.exploring import DataTable
from playground.ui.explore.column_picker import ColumnPicker
from playground.ui.explore.scatter_drawing import Drawing
from playground.ui.explore.scatter_matrix import ScatterMatrix
from playground.ui.figures import short
from playground.ui.plots.legend import Legend
from playground.ui.plots.scale import number_scale
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import keep_font, role_label

FIRST = 6
"""Columns that are drawn before anybody has chosen."""

LEAST = 3
"""Columns from which on there is a choice."""

SIDE = 216
RULES = {
    True: f"At first the {FIRST} with the largest F-ratio: how far the classes' means are apart, compared "
    "with the spread within the classes.",
    False: f"At first the {FIRST} with the largest correlation with the target, whatever its sign.",
}


class ScatterPage(QWidget):
    """Shows the columns of a table against each other.

    Signals:
        row_chosen(int): a point was clicked.
    """

    row_chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._table: DataTable | None = None
        self._wanted: dict[tuple[str, ...], tuple[int, ...]] = {}
        self.matrix = ScatterMatrix(theme)
        self.picker = ColumnPicker()
        self.legend = Legend(theme)
        self.caption = role_label("", "muted")
        self.caption.setWordWrap(True)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self.caption, 3)
        self._foot.addWidget(self.legend, 2)
        self._left = QVBoxLayout()
        self._left.addWidget(self.matrix, 1)
        self._left.addLayout(self._foot)
        self._layout = QHBoxLayout(self)
        self._layout.addLayout(self._left, 1)
        self._layout.addWidget(self.picker)
        self.picker.changed.connect(self._choose)
        self.matrix.drawn.connect(self._describe)
        self.matrix.row_chosen.connect(self.row_chosen)

    def show_table(self, table: DataTable) -> None:
        """Draw a table: the columns that were chosen of such columns before, or those that tell most."""
        self._table = table
        count = len(table.names)
        chosen = self._wanted.get(table.names) or strongest(table.scores, FIRST)
        self.picker.setVisible(count >= LEAST)
        rule = RULES[bool(table.class_names)] if count > FIRST else ""
        short = table.short_variables[:count]
        self.picker.show_columns(table.names, short, score_texts(table), chosen, rule)
        if table.class_names:
            self.legend.show_classes(table.class_names)
        else:
            self.legend.show_heat(*number_scale(table.y[table.used, 0]).ends)
        self._draw(chosen)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        for part in (self.matrix, self.picker, self.legend):
            part.apply_theme(theme)
        keep_font(self.caption, body_font(theme, theme.size_small))
        self.picker.setFixedWidth(theme.px(SIDE))
        self._left.setSpacing(theme.px(6))
        self._layout.setSpacing(theme.px(20))
        self._layout.setContentsMargins(0, theme.px(12), 0, 0)

    @property
    def is_busy(self) -> bool:
        """Whether something is still being drawn."""
        return self.matrix.is_busy

    def cancel(self) -> None:
        """Draw nothing more."""
        self.matrix.cancel()

    def _choose(self, chosen: tuple[int, ...]) -> None:
        assert self._table is not None
        self._wanted[self._table.names] = chosen
        self._draw(chosen)

    def _draw(self, chosen: tuple[int, ...]) -> None:
        assert self._table is not None
        target = range(len(self._table.names), len(self._table.variables)) if chosen else ()
        if not chosen:
            self.caption.setText("No column is chosen: switch some on in the list on the right.")
        self.matrix.show_table(self._table, (*chosen, *target))

    def _describe(self, drawing: Drawing) -> None:
        rows, drawn = len(drawing.rows), len(drawing.drawn)
        words = f"All {rows:,} rows in use" if drawn == rows else f"{drawn:,} of {rows:,} rows drawn"
        varies = (
            "" if np.isfinite(np.diag(drawing.correlations)).all() else "; – where a column does not vary"
        )
        table = drawing.wanted.table
        colour = "" if table.class_names else f" Colour: {table.target_names[0]}."
        self.caption.setText(
            f"{words}. Above the diagonal: Pearson's correlation r of all rows{varies}.{colour}"
        )


def score_texts(table: DataTable) -> tuple[str, ...]:
    """Return what each column tells of the target, in a figure."""
    what = "F" if table.class_names else "|r|"
    digits = [f"{score:.2f}" if what == "|r|" else short(score) for score in table.scores.tolist()]
    return tuple(
        "constant" if np.isnan(score) else f"{what} {text}"
        for score, text in zip(table.scores, digits, strict=True)
    )
