"""Lets a person paint points: joins the tools, the plot that is painted in, and the document."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from playground.data import painting
from playground.data.base import Task
from playground.data.painting import MOST_CLASSES, next_class
from playground.data.stroke import Brush
from playground.data.table import Table
from playground.experiment import edits
from playground.experiment.edits import EditRefused
from playground.experiment.model import Experiment
from playground.experiment.painting import canvas, painted_table
from playground.settings import Settings
from playground.ui.document import Document
from playground.ui.panels.paint_strip import PaintStrip, value_of
from playground.ui.plots import BoundaryPlot
from playground.ui.plots.paint_tool import PaintTool

REMEMBER_MS = 400


class Painting(QObject):
    """Painting is on or off. While it is on, every stroke is one step of the document's history.

    Signals:
        toggled(bool): painting has begun or ended.
        noticed(str): something that the person should know.
        options_changed(dict): the brush, by its names in the settings.
    """

    toggled = Signal(bool)
    noticed = Signal(str)
    options_changed = Signal(object)

    def __init__(self, document: Document, plot: Callable[[], BoundaryPlot], keys: QWidget) -> None:
        """Paint in what `plot` brings on screen; the keys of the tools are heard in the window of `keys`."""
        super().__init__(keys)
        self._document = document
        self._plot = plot
        self._tool: PaintTool | None = None
        self._blank = False
        self.on = False
        self.strip = PaintStrip()
        self.strip.hide()
        self.strip.brush_changed.connect(self._take_brush)
        self.strip.target_chosen.connect(self._retarget)
        self.strip.refused.connect(document.refused)
        self._remember = QTimer(self, singleShot=True, interval=REMEMBER_MS)
        self._remember.timeout.connect(self._tell_brush)
        self._shortcuts = self._make_shortcuts(keys)
        document.experiment_changed.connect(self._follow)
        document.opened.connect(self.stop)

    def _make_shortcuts(self, keys: QWidget) -> list[QShortcut]:
        pressed: dict[str, Callable[[], object]] = {
            "B": lambda: self.strip.choose_tool("brush"),
            "E": lambda: self.strip.choose_tool("erase"),
            "M": lambda: self.strip.choose_tool("move"),
            "Esc": self._escape,
        }
        for digit in range(1, MOST_CLASSES + 1):
            pressed[str(digit)] = lambda digit=digit: self.choose(digit)  # type: ignore[misc]
        made = []
        for key, call in pressed.items():
            shortcut = QShortcut(QKeySequence(key), keys)
            shortcut.activated.connect(call)
            shortcut.setEnabled(False)
            made.append(shortcut)
        return made

    # For the owner --------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Begin to paint, or end."""
        if self.on:
            self.stop()
        else:
            self.start()

    def start(self) -> None:
        """Begin to paint on the points there are; where the data is no plane, say so."""
        try:
            table = canvas(self._document.experiment)
        except EditRefused as refusal:
            self._document.refused.emit(str(refusal))
            self.toggled.emit(False)
            return
        self._set_on(True)
        plot = self._plot()
        plot.choose_row(None)
        self._join(plot)
        self._show(table, afresh=True)
        plot.setFocus()

    def stop(self) -> None:
        """End painting; the points stay."""
        if self.on:
            self._set_on(False)
            self._follow()

    def clear(self) -> None:
        """Take all points away, and paint."""
        self.begin_blank(self._document.experiment.data.source.task, "Clear points")

    def begin_blank(self, task: Task, text: str = "Paint your own") -> None:
        """Paint on an empty canvas."""
        table = self._document.experiment.data.table
        replaced = table is not None and painted_table(self._document.experiment.data) is None
        if self._document.edit(text, edits.paint, painting.blank(task)):
            self.start()
            if replaced and table is not None:
                self.noticed.emit(f"The empty canvas takes the place of {table.name}; Undo brings it back.")

    def choose(self, digit: int) -> None:
        """Paint the class or the value that a digit stands for."""
        classes = len(canvas(self._document.experiment).class_names)
        if classes and digit > classes + 1:
            self._document.refused.emit(next_class(classes))
        else:
            self.strip.choose_target(float(digit - 1) if classes else value_of(digit))

    def show_blank(self, plot: BoundaryPlot) -> None:
        """Show the points of the document in a plot without a run: there are too few of them for one."""
        self._blank = True
        if not self.on:  # or the plot has them already, and perhaps a stroke on them
            self._join(plot)
            self._follow()

    def start_run(self) -> None:
        """Leave the points to the run again, unless they are being painted."""
        self._blank = False
        if not self.on:
            self._follow()

    def set_options(self, settings: Settings) -> None:
        """Take the brush that the person used last."""
        brush = replace(self.strip.brush, radius=settings.brush_size, jitter=settings.brush_jitter)
        self.strip.show_brush(brush)
        if self._tool is not None:
            self._tool.set_brush(brush)

    # Own ------------------------------------------------------------------------------------------------

    def _set_on(self, on: bool) -> None:
        self.on = on
        for shortcut in self._shortcuts:
            shortcut.setEnabled(on)
        self.strip.setVisible(on)
        self.toggled.emit(on)
        if self._tool is not None:
            self._tool.set_active(on)

    def _join(self, plot: BoundaryPlot) -> None:
        if self._tool is None:
            self._tool = plot.painter
            self._tool.stroked.connect(self._take_stroke)
            self._tool.refused.connect(self._document.refused)
        self._tool.set_brush(self.strip.brush)
        self._tool.set_active(self.on)

    def _show(self, table: Table, afresh: bool = False) -> None:
        assert self._tool is not None
        self._tool.show_table(table)
        self.strip.offer(len(table.class_names), afresh)
        self._tool.set_brush(self.strip.brush)

    def _follow(self, _old: Experiment | None = None, new: Experiment | None = None) -> None:
        """Show the points of the document while they are painted, or have no run that shows them."""
        data = (new or self._document.experiment).data
        if self.on and data.source.kind != "plane":
            self._set_on(False)
        if self._tool is None:
            return
        if self.on:
            self._show(canvas(self._document.experiment))
        else:
            self._tool.show_table(painted_table(data) if self._blank else None)

    def _take_stroke(self, table: Table, text: str) -> None:
        before = self._document.experiment.data
        if not self._document.edit(text, edits.paint, table):
            self._follow()
        elif painted_table(before) is None:
            self.noticed.emit(_taken_along(before.source.label, before.table))

    def _take_brush(self, brush: Brush) -> None:
        if self._tool is not None:
            self._tool.set_brush(brush)
        self._remember.start()

    def _tell_brush(self) -> None:
        brush = self.strip.brush
        self.options_changed.emit({"brush_size": brush.radius, "brush_jitter": brush.jitter})

    def _retarget(self, target: float) -> None:
        if self._tool is not None:
            self._tool.retarget(target)

    def _escape(self) -> None:
        if self._tool is None or not self._tool.cancel():
            self.stop()


def _taken_along(label: str, replaced: Table | None) -> str:
    """Return in words what has become of the rows that were there when painting began."""
    instead = (
        f" They take the place of {replaced.name}; Undo brings those back." if replaced is not None else ""
    )
    return f"These are your own points now; those of {label} were taken along.{instead}"
