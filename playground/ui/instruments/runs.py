"""The panel of runs: what was kept beside the present run, in a table and as curves on common axes."""

import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from playground.experiment.prepare import Prepared
from playground.export.csv_rows import write_table
from playground.export.model import ExportFailedError
from playground.training.kept_runs import Figures, KeptRun, thinned
from playground.training.messages import History, Snapshot
from playground.ui.dialogs.saving import ask_path, complain, file_name
from playground.ui.instruments.context import Context
from playground.ui.instruments.runs_model import (
    COLUMNS,
    DIFFERS,
    NAME,
    NUMBERS,
    PICTURE,
    SWATCH,
    Row,
    RunsModel,
)
from playground.ui.plots.overlay import Line, Look, OverlayPlot, looks
from playground.ui.run_view import RunView
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import FlowLayout, describe, keep_font, role_label

HINT = "Kept until this window is closed: “Export table…” and “Open” followed by Save keep them longer."
EMPTY = (
    "Press Play, then “Keep this run”, change one thing, and play again: the curves of both are drawn here."
)
WIDE = 1.5
"""How many times as wide as it is high the panel is when the curves stand beside the table."""

CALM_SECONDS, CALM_SHARE = 0.25, 20.0
"""How long figures and curves stay while a run plays, and how many times as long as showing them takes."""

TABLE, CURVES = 3, 2
"""How table and curves share the room."""

HIGH = 240  # design pixels from which on there is room for the hint
LOW = 120  # design pixels: the least height of the table, and of the curves

WIDEST, WIDEST_NAME, NARROWEST = 240, 130, 52  # design pixels of a column
ROOM = 24  # what a column has beside its text
CSV_NAMES = ("run", "differs_in", "watched_rows", "metric_name", *(column.key for column in NUMBERS))


class RunsPanel(RunView):
    """Shows the runs that were kept beside the present one."""

    def __init__(self, context: Context, theme: Theme) -> None:
        super().__init__()
        self._context, self._shelf = context, context.runs
        self._theme = theme
        self._prepared: Prepared | None = None
        self._snapshot: Snapshot | None = None
        self._due = 0.0
        self.model = RunsModel(theme)
        self._make_table()
        self._make_plot(theme)
        self._make_buttons()
        self._lay_out()
        self._connect()
        self.apply_theme(theme)
        self._show_runs()

    # Making ---------------------------------------------------------------------------------------------

    def _make_table(self) -> None:
        self.table = QTableView()
        help_text = (
            "The present run is in the first line. Tick runs to draw their curves; F2 changes a name, Enter "
            "opens a kept run again, Delete lets go of it."
        )
        describe(self.table, "Runs", help_text)
        self.table.setToolTip("")
        self.table.setModel(self.model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.setShowGrid(False)
        self.table.verticalHeader().setVisible(False)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.setSortingEnabled(True)
        self.table.installEventFilter(self)

    def _make_plot(self, theme: Theme) -> None:
        self.plot = OverlayPlot(theme, "Curves of the runs", "The ticked runs on common axes.", EMPTY)
        self.drawn = role_label("", "muted")
        self.metric_toggle = _toggle("accuracy", "Draw how often the networks are right; for numbers, R².")
        self.train_toggle = _toggle("train", "Draw the curves on the rows that the networks learn from.")
        self._plot_side = QWidget()
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(self.drawn, 1)
        head.addWidget(self.metric_toggle)
        head.addWidget(self.train_toggle)
        self._plot_layout = QVBoxLayout(self._plot_side)
        self._plot_layout.addLayout(head)
        self._plot_layout.addWidget(self.plot, 1)

    def _make_buttons(self) -> None:
        self.keep = _button("Keep this run", "Keep the present run as it is now, to compare others with it.")
        self.open = _button("Open", "Open the selected run again, with its weights.")
        self.delete = _button("Delete", "Let go of the selected run.")
        self.restore = _button("Bring back", "Bring back the run that was deleted last.")
        self.export = _button("Export table…", "Write the table as CSV, numbers in full.")
        self.buttons = QWidget()
        self._button_flow = FlowLayout(self.buttons, 6)
        for button in (self.keep, self.open, self.delete, self.restore, self.export):
            self._button_flow.addWidget(button)
        self.hint = role_label(HINT, "muted")
        self.hint.setWordWrap(True)

    def _lay_out(self) -> None:
        self.splitter = QSplitter()
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(self._plot_side)
        self.splitter.setSizes([TABLE * 100, CURVES * 100])
        self.splitter.setStretchFactor(0, TABLE)
        self.splitter.setStretchFactor(1, CURVES)
        content = QWidget()
        self._layout = QVBoxLayout(content)
        self._layout.addWidget(self.buttons)
        self._layout.addWidget(self.splitter, 1)
        self._layout.addWidget(self.hint)
        self._scroll = QScrollArea()  # a small window has no room for all of it
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)

    def _connect(self) -> None:
        shelf = self._shelf
        self.keep.clicked.connect(lambda: shelf.keep(self._context.keeper, self._context.bridge))
        self.open.clicked.connect(self._open)
        self.delete.clicked.connect(self._delete)
        self.restore.clicked.connect(shelf.restore)
        self.export.clicked.connect(self._export)
        self.model.renamed.connect(shelf.rename)
        self.model.ticked.connect(self._draw)
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._show_what_is_possible())
        self.model.modelReset.connect(self._show_what_is_possible)
        self.metric_toggle.toggled.connect(self._change_scale)
        self.train_toggle.toggled.connect(self._draw)
        shelf.changed.connect(self._show_runs)
        self._context.document.experiment_changed.connect(lambda *_change: self._show_runs())

    # A run ----------------------------------------------------------------------------------------------

    def start_run(self, prepared: Prepared) -> None:
        """Show a run that is about to begin in the first line."""
        self._prepared, self._snapshot = prepared, None
        self.metric_toggle.setText("R²" if prepared.plan.task == "regression" else "accuracy")
        self._show_runs()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show how far the present run is."""
        first = self._snapshot is None
        self._snapshot = snapshot
        if first:
            self._show_runs()
            return
        now = time.perf_counter()
        if snapshot.state == "playing" and now < self._due:
            return  # nobody can read figures that change with every frame
        figures = self._present_figures()
        if figures is not None:
            self.model.show_present(figures)
            self._draw()
        done = time.perf_counter()
        self._due = done + max(CALM_SECONDS, CALM_SHARE * (done - now))

    def clear(self) -> None:
        """Show the kept runs alone: there is no present one."""
        self._prepared = self._snapshot = None
        self._show_runs()

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        self._theme = theme
        self.model.set_looks(self._looks())
        self.model.apply_theme(theme)
        self.plot.apply_theme(theme)
        for small in (self.drawn, self.metric_toggle, self.train_toggle):
            keep_font(small, body_font(theme, theme.size_small))
        keep_font(self.table, body_font(theme))
        keep_font(self.table.horizontalHeader(), body_font(theme, theme.size_small))
        keep_font(self.hint, body_font(theme, theme.size_small))
        self.table.setIconSize(QSize(theme.px(SWATCH + 4 + PICTURE), theme.px(PICTURE)))
        self.table.verticalHeader().setDefaultSectionSize(theme.px(26))
        self._layout.setContentsMargins(*[theme.px(8)] * 4)
        self._layout.setSpacing(theme.px(6))
        self._plot_layout.setContentsMargins(theme.px(4), 0, 0, 0)
        self._plot_layout.setSpacing(theme.px(4))
        self._arrange()
        self._fit_columns()
        self._draw()

    # Showing --------------------------------------------------------------------------------------------

    def _present_figures(self) -> Figures | None:
        """Return how far the present run is; None while there is none."""
        seen = self._context.keeper.seen if self._snapshot is not None else None
        return None if seen is None or self._prepared is not seen.prepared else seen.figures

    def _looks(self) -> dict[int, Look]:
        """Return how each run is drawn: the present one in the colour of text, the others as they came."""
        choice = looks(self._theme)
        found = {run.key: choice[run.key % len(choice)] for run in self._shelf.runs}
        return {0: Look(self._theme.text, (), 2.6), **found}

    def _show_runs(self) -> None:
        """Show other runs, or other settings of the present one."""
        chosen = self._selected()
        figures = self._present_figures()
        present = None if figures is None else (self._context.document.experiment, figures)
        self.model.show_runs(present, self._shelf.runs, self._looks())
        self._fit_columns()
        self._draw()
        rows = [row.run.key if row.run is not None else 0 for row in self.model.rows]
        if chosen is not None and chosen.key in rows:
            self._select(rows.index(chosen.key))
        self._show_what_is_possible()

    def _select(self, place: int) -> None:
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.table.selectionModel().setCurrentIndex(self.model.index(place, NAME), flags)

    def _selected(self) -> KeptRun | None:
        """Return the kept run in the selected line."""
        index = self.table.currentIndex()
        return self.model.rows[index.row()].run if index.isValid() else None

    def _show_what_is_possible(self) -> None:
        is_kept = self._selected() is not None
        self.open.setEnabled(is_kept)
        self.delete.setEnabled(is_kept)
        self.restore.setEnabled(self._shelf.can_restore)
        self.keep.setEnabled(self._snapshot is not None)
        self.export.setEnabled(bool(self.model.rows))

    def _change_scale(self) -> None:
        self.plot.set_scale(log=True, metric=self.metric_toggle.isChecked())
        self._draw()

    def _draw(self) -> None:
        """Draw the curves of the ticked runs, the present one last and on top."""
        styles = self._looks()
        watched = "test" if self._prepared is None else self._prepared.watched
        rows = "train" if self.train_toggle.isChecked() else watched
        what = self.metric_toggle.text() if self.metric_toggle.isChecked() else "loss (log scale)"
        self.drawn.setText(f"{rows.capitalize()} {what}")
        lines = []
        for row in reversed(self.model.rows):
            if self.model.is_drawn(row):
                history = self._history(row)
                key = 0 if row.run is None else row.run.key
                lines.append(self._line(row.name, history, styles[key]))
        self.plot.show_lines(lines)

    def _history(self, row: Row) -> History:
        if row.run is not None:
            return row.run.project.history
        seen = self._context.keeper.seen
        return thinned(seen.history) if seen is not None else History.of(())

    def _line(self, name: str, history: History, look: Look) -> Line:
        part = "train" if self.train_toggle.isChecked() else "watched"
        values = getattr(history, f"{part}_{'metric' if self.metric_toggle.isChecked() else 'loss'}")
        return Line(name, np.asarray(history.epoch), np.asarray(values), look)

    def _fit_columns(self) -> None:
        """Make each column as wide as its longest text."""
        theme = self._theme
        head = QFontMetrics(body_font(theme, theme.size_small))
        words, numbers = QFontMetrics(body_font(theme, bold=True)), QFontMetrics(number_font(theme))
        for column in range(len(COLUMNS)):
            metrics = words if column in (NAME, DIFFERS) else numbers
            texts = [metrics.horizontalAdvance(self.model.text(row, column)) for row in self.model.rows]
            label = str(self.model.headerData(column, Qt.Orientation.Horizontal))
            extra = theme.px(SWATCH + PICTURE + 24) if column == NAME else 0
            wanted = max([head.horizontalAdvance(label), *texts]) + theme.px(ROOM) + extra
            widest = theme.px(WIDEST_NAME) + extra if column == NAME else theme.px(WIDEST)
            self.table.setColumnWidth(column, min(max(wanted, theme.px(NARROWEST)), widest))

    # What the person asks for -----------------------------------------------------------------------------

    def _open(self) -> None:
        run = self._selected()
        if run is not None:
            self._shelf.open_asked.emit(run)

    def _delete(self) -> None:
        run = self._selected()
        if run is not None:
            self._shelf.delete(run)

    def _export(self) -> None:
        name = file_name(self._context.document.experiment.name, "runs")
        path = ask_path(self, "Export table", "", name, {"CSV": ".csv"})
        if path is not None:
            self.write(path)

    def write(self, path: Path) -> None:
        """Write the table as CSV, and say so."""
        rows = self.model.exact()
        try:
            write_table(path, CSV_NAMES, rows)
        except ExportFailedError as error:
            complain(self, "The table was not written", str(error))
            return
        what = "1 run" if len(rows) == 1 else f"{len(rows):,} runs"
        self._context.notice(f"Wrote {what} to {path.name}.", False)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Open the selected run with Enter and delete it with Delete, before the window's shortcuts."""
        if not isinstance(event, QKeyEvent) or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if self.table.state() == QAbstractItemView.State.EditingState:
            return False  # the Enter that ends a name goes on to the table
        wanted = {
            Qt.Key.Key_Return: self._open,
            Qt.Key.Key_Enter: self._open,
            Qt.Key.Key_Delete: self._delete,
            Qt.Key.Key_Backspace: self._delete,
        }
        key = Qt.Key(event.key())
        if event.type() == QEvent.Type.ShortcutOverride and key in (*wanted, Qt.Key.Key_Space):
            event.accept()  # the space bar ticks a run here
            return True
        if event.type() == QEvent.Type.KeyPress and key in wanted:
            wanted[key]()
            return True
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the curves beside the table where there is room, else below it."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Lay out for the room there is: rows of buttons break where they have to."""
        theme = self._theme
        wide = self.width() > WIDE * self.height()
        self.splitter.setOrientation(Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical)
        room = max(self.width() - 2 * theme.px(8), 1)
        self.buttons.setFixedHeight(self._button_flow.heightForWidth(room))
        self.hint.setVisible(self.height() > theme.px(HIGH))
        self.splitter.setMinimumHeight(theme.px(LOW if wide else 2 * LOW))


def _toggle(text: str, help_text: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setCheckable(True)
    button.setProperty("role", "toggle")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    describe(button, text, help_text)
    return button


def _button(text: str, help_text: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("role", "slim")
    button.setAutoDefault(False)
    describe(button, text.removesuffix("…"), help_text)
    return button
