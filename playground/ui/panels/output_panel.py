"""The right panel: what the network answers, how its loss went, and the figures that count."""

import math
import time
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QMenu,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from playground.experiment.model import OUTPUT_ID
from playground.experiment.painting import Canvas
from playground.experiment.prepare import Prepared
from playground.settings import Settings
from playground.tables import by_key
from playground.training.mailbox import join
from playground.training.messages import FloatArray, History, Look, Snapshot
from playground.ui.diagram.outline import neuron_name
from playground.ui.document import Document
from playground.ui.panels.figures_panel import FiguresPanel
from playground.ui.panels.neuron_picture import neuron_picture
from playground.ui.panels.output_choice import OutputChoice
from playground.ui.panels.painting import Painting
from playground.ui.plots import PLOTS, BoundaryPlot, Plot, PlotView
from playground.ui.plots.loss import CurvePlot
from playground.ui.plots.row_plot import RowPlot
from playground.ui.plots.series import SMOOTHING
from playground.ui.plots.split_points import SplitPlot
from playground.ui.selection import NeuronRef, Selection
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import FlatCombo, FlowLayout, theme_descendants
from playground.ui.widgets.base import describe, keep_font

OPTIONS = (
    ("show_test_points", "test points", "Draw the points the network is tested on, too."),
    ("show_mistakes", "mistakes", "Ring the points whose class is not recognised."),
    ("discretize", "discretize", "Show only the decision, not how sure the network is."),
    ("show_contour", "boundary", "Draw the line on which the network cannot decide."),
)

CURVES = 212  # design pixels that the curves with their figures have at least
CURVE_MS = 90
MOST_WAITING = 1000
ENSEMBLE = "Draw the mean of what the snapshots answer, instead of what the network answers now."


class OutputPanel(QWidget):
    """Shows a run; asks for nothing but how it is drawn.

    Signals:
        options_changed(dict): display options the person changed, by their names in the settings.
        evaluation_asked(): the person wants to know what the test rows say.
        ensemble_chosen(bool): whether to draw what the ensemble of snapshots answers.
        look_changed(Look): what is shown needs this from the run; emitted for every run anew.
        picture_asked(str): the person wants a picture of the plot with this key.
    """

    options_changed = Signal(object)
    evaluation_asked = Signal()
    ensemble_chosen = Signal(bool)
    look_changed = Signal(object)
    picture_asked = Signal(str)

    def __init__(
        self, document: Document, selection: Selection, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._selection = selection
        self._theme = theme
        self._prepared: Prepared | None = None
        self._snapshot: Snapshot | None = None
        self._measured: Snapshot | None = None  # the last one with points for the curves
        self._looked_back: Snapshot | None = None  # with the point there, while an earlier state is shown
        self._settings = Settings()
        self._shared = False
        self._compares = False  # whether the output shows what has changed
        self._views: dict[str, PlotView] = {}
        self._begun: set[str] = set()  # the views that know of this run
        self._waiting: dict[str, list[History]] = {}
        self._marks: list[tuple[float, str]] = []
        self._calm = QTimer(self, singleShot=True, interval=CURVE_MS)
        self._calm.timeout.connect(self._show_late)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._show_curve)
        self._came = 0.0
        self._make()
        self._lay_out()
        document.evaluated.connect(self._show_evaluations)
        self._show_evaluations()
        selection.shown_neuron_changed.connect(lambda _ref: self._show_neuron())
        selection.followed_changed.connect(self._ring_example)
        self.apply_theme(theme)

    # Making ---------------------------------------------------------------------------------------------

    def _make(self) -> None:
        self.outputs = QStackedWidget()
        self.curves = QStackedWidget()
        self._headers = QStackedWidget()
        self.output_choice = OutputChoice()
        self.output_choice.chosen.connect(self._show_output)
        self.curve_choice = FlatCombo()
        describe(self.curve_choice, "Curve", "Which learning curve is drawn below.")
        for plot in PLOTS:
            if plot.group == "curves":
                self.curve_choice.addItem(plot.label, plot.key)
        self.curve_choice.currentIndexChanged.connect(self._show_curve)
        self.options: dict[str, QCheckBox] = {}
        for key, label, help_text in OPTIONS:
            box = QCheckBox(label)
            describe(box, label, help_text)
            box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            box.toggled.connect(lambda on, key=key: self._option_toggled(key, on))
            self.options[key] = box
        self.ensemble_option = QCheckBox("ensemble")
        describe(self.ensemble_option, "ensemble", ENSEMBLE)
        self.ensemble_option.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.ensemble_option.hide()
        self.ensemble_option.toggled.connect(self.ensemble_chosen)
        self.figures = FiguresPanel()
        self.figures.evaluation_asked.connect(self.evaluation_asked)
        self.painting = Painting(self._document, self._show_canvas, self)
        self.painting.toggled.connect(self._show_painting)
        self.painting.options_changed.connect(self.options_changed)

    def _lay_out(self) -> None:
        self._choices = QWidget()
        self._flow = FlowLayout(self._choices, 0)  # a box has its own room around it
        for box in (*self.options.values(), self.ensemble_option):
            self._flow.addWidget(box)
        upper = QWidget()
        self._upper = QVBoxLayout(upper)
        self._upper.setContentsMargins(0, 0, 0, 8)
        self._upper.setSpacing(8)
        self._upper.addWidget(self.output_choice)
        self._upper.addWidget(self.painting.strip)
        self._upper.addWidget(self.outputs, 1)
        self._upper.addWidget(self._choices)
        header = QHBoxLayout()
        header.setSpacing(4)
        header.addWidget(self.curve_choice)
        header.addWidget(self._headers, 1)
        self._lower = QWidget()
        bottom = QVBoxLayout(self._lower)
        bottom.setContentsMargins(0, 8, 0, 0)
        bottom.setSpacing(2)
        bottom.addLayout(header)
        bottom.addWidget(self.curves, 1)
        bottom.addWidget(self.figures)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.addWidget(upper)
        self.splitter.addWidget(self._lower)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.splitterMoved.connect(self._take_share)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 8)
        layout.addWidget(self.splitter)

    def _take_share(self, *_move: int) -> None:
        """Leave the height as the person shared it."""
        self._shared = True

    def _share_height(self) -> None:
        """Give the output a square as wide as the panel, if the curves keep what they need."""
        width, height = self.splitter.width(), self.splitter.height()
        self._choices.setFixedHeight(self._flow.heightForWidth(width))
        self.figures.fit(width)
        self.painting.strip.fit(width)
        if self._shared:
            return
        # The run's first view decides, so that nothing jumps when another one is chosen.
        first = self.output_choice.first
        view = self._views.get(first.key) if first is not None else None
        upper = height * 9 // 16
        if isinstance(view, BoundaryPlot):
            below = self.painting.strip.sizeHint() if self.painting.on else self._choices
            options = below.height() + self.output_choice.height() + 2 * self._upper.spacing() + 8
            upper = view.height_for_width(width) + options
        least = max(self._lower.minimumSizeHint().height(), min(self._theme.px(CURVES), height * 7 // 16))
        upper = max(0, min(upper, height - least))
        self.splitter.setSizes([upper, height - upper])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height anew, until the person has shared it."""
        super().resizeEvent(event)
        self._share_height()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for what is shown."""
        super().showEvent(event)
        self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask for nothing more: what is hidden costs nothing."""
        super().hideEvent(event)
        self._ask()

    # Options --------------------------------------------------------------------------------------------

    def set_options(self, settings: Settings) -> None:
        """Draw as the person prefers."""
        for key, box in self.options.items():
            blocked = box.blockSignals(True)
            box.setChecked(getattr(settings, key))
            box.blockSignals(blocked)
        self._settings = settings
        self.painting.set_options(settings)
        for view in self._views.values():
            self._apply_options(view)

    def _apply_options(self, view: PlotView) -> None:
        settings = self._settings
        if isinstance(view, BoundaryPlot):
            view.set_discretize(settings.discretize)
            view.set_show_contour(settings.show_contour)
            view.set_show_mistakes(settings.show_mistakes)
        if isinstance(view, BoundaryPlot | SplitPlot):
            view.set_show_test(settings.show_test_points)
        if isinstance(view, CurvePlot):
            view.set_log(settings.log_scale)
            view.set_smoothing(settings.smoothing > 0)

    def _option_toggled(self, key: str, on: bool) -> None:
        self.options_changed.emit({key: on})

    def _smoothing_chosen(self, on: bool) -> None:
        self.options_changed.emit({"smoothing": SMOOTHING if on else 0.0})

    # A run ----------------------------------------------------------------------------------------------

    def start_run(self, prepared: Prepared, continues: bool) -> None:
        """Show the data of a run; its curves go on from the last one's where that makes sense."""
        continues = continues and self._prepared is not None
        self._prepared, self._snapshot, self._measured = prepared, None, None
        self._looked_back = None
        self._begun.clear()
        if not continues:
            self._waiting.clear()
            self._marks.clear()
        for view in self._views.values():
            if isinstance(view, CurvePlot) and not continues:
                view.start_run(prepared)
        self.ensemble_option.setChecked(False)
        metric = self.curve_choice.findData("metric")
        self.curve_choice.setItemText(metric, "R²" if prepared.plan.task == "regression" else "Accuracy")
        self.options["show_test_points"].setText(f"{prepared.watched} points")
        self.figures.start_run(prepared)
        self.output_choice.offer(prepared.plan)
        if self.output_choice.first is not None:
            self._view(self.output_choice.first, self.outputs)  # which decides on the height
        self._show_output()
        self.painting.start_run()
        self._share_height()

    def show_blank(self) -> None:
        """Show an empty plane: there is no run of points that are yet to be painted."""
        self._forget_run()
        self.painting.show_blank(self._show_canvas())
        self._share_height()

    def _forget_run(self) -> None:
        experiment = self._document.experiment
        self._prepared = self._snapshot = self._measured = None
        self._waiting.clear()
        self.figures.clear()
        for view in self._views.values():
            view.clear()
        self.output_choice.offer(Canvas(experiment.data.source.task, experiment.data.features))

    def _show_canvas(self) -> BoundaryPlot:
        """Show the view of the plane, in which points are painted, and return it."""
        if not self.output_choice.offers("boundary"):
            self._forget_run()  # which is of other data
        self.output_choice.choose("boundary")
        view = self._output_view()
        assert isinstance(view, BoundaryPlot)
        if self._prepared is None:
            view.show_blank()
        return view

    def _show_painting(self, _on: bool) -> None:
        """Make room for the tools."""
        if self.outputs.count():
            self._show_options(self._output_view())
        self._share_height()

    def _show_output(self) -> None:
        """Show the chosen view, as the run is at present."""
        plot = self.output_choice.plot
        view = self._view(plot, self.outputs)
        if self._prepared is not None and plot.key not in self._begun:
            view.start_run(self._prepared)
            self._begun.add(plot.key)
        self.outputs.setCurrentWidget(view)
        if not isinstance(view, BoundaryPlot):
            self.painting.stop()
        if self._snapshot is not None:
            view.show_snapshot(self._snapshot)
        self._show_options(view)
        self._show_neuron()
        self._ask()

    @property
    def look(self) -> Look:
        """What is shown needs this from the run."""
        seen = self.isVisible() and self._prepared is not None
        return self._output_view().look if seen else Look()

    def _ask(self) -> None:
        self.look_changed.emit(self.look)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the state of the run."""
        self._snapshot = snapshot
        self._output_view().show_snapshot(snapshot)
        self._keep_for_curves(snapshot)
        if self._selection.shown_neuron is not None or snapshot.changes or self._compares:
            self._compares = snapshot.changes is not None
            self._show_neuron()

    def _keep_for_curves(self, snapshot: Snapshot) -> None:
        """Draw curve and figures some ten times a second: a number that changes faster cannot be read.

        Right after a frame, when there is time until the next; at any other moment that one would be late.
        """
        self._came = time.monotonic()
        if snapshot.history.restart:
            self._marks.clear()
        self._marks = [mark for mark in self._marks if mark[0] <= snapshot.history.cut]
        if len(snapshot.history):
            self._measured = snapshot
        elif snapshot.history.cut < math.inf and self._looked_back is not None:
            self._measured = self._looked_back  # the run goes on from there
        if snapshot.last_point is not None:
            self._looked_back = replace(snapshot, history=History.of([snapshot.last_point]))
        else:
            self._looked_back = None
        for plot in PLOTS:
            if plot.group == "curves":
                waiting = self._waiting.setdefault(plot.key, [])
                waiting.append(snapshot.history)
                if len(waiting) >= MOST_WAITING:
                    self._show_history(plot)
        if snapshot.state != "playing":
            self._show_curve()
        elif not self._calm.isActive():
            self._soon.start()

    def _show_late(self) -> None:
        """Show what came meanwhile, unless the next snapshot is about to do so."""
        if 1000.0 * (time.monotonic() - self._came) > CURVE_MS / 3:
            self._show_curve()

    def _show_curve(self) -> None:
        """Show the figures, and the chosen curve with all that has come in for it."""
        self._soon.stop()
        self._calm.start()
        measured = self._looked_back or self._measured
        if measured is not None and self._prepared is not None:
            self.figures.show_measured(measured, self._prepared)
            self._show_ensemble(measured, self._prepared)
        plot = by_key(PLOTS, self.curve_choice.currentData(), "plot")
        self._show_history(plot)
        view = self._view(plot, self.curves)
        self.curves.setCurrentWidget(view)
        if isinstance(view, CurvePlot):
            self._headers.setCurrentWidget(view.header)
            self._describe_choice(view.measured)

    def _describe_choice(self, measured: str) -> None:
        what = f" {measured} is shown." if measured else ""
        describe(self.curve_choice, "Curve", f"Which learning curve is drawn below.{what}")

    def _show_history(self, plot: Plot) -> None:
        waiting = self._waiting.pop(plot.key, [])
        if waiting and self._snapshot is not None:
            view = self._view(plot, self.curves)
            view.show_snapshot(replace(self._snapshot, history=join(*waiting)))
            if isinstance(view, CurvePlot):
                view.set_marks(self._marks)  # a curve that is first shown now has missed them

    def _view(self, plot: Plot, stack: QStackedWidget) -> PlotView:
        """Return the widget of a plot, made when it is first needed: that takes longer than a frame."""
        if plot.key not in self._views:
            view = plot.make(self._theme)
            self._views[plot.key] = view
            self._apply_options(view)
            if isinstance(view, CurvePlot):
                view.log_chosen.connect(lambda on: self.options_changed.emit({"log_scale": on}))
                view.smoothing_chosen.connect(self._smoothing_chosen)
                self._headers.addWidget(view.header)
            if isinstance(view, RowPlot):
                view.row_chosen.connect(self._selection.choose_example)
                view.show_example(self._selection.followed)
            stack.addWidget(view)
            view.look_changed.connect(self._ask)
            view.menu_asked.connect(lambda place, key=plot.key: self._open_menu(key, place))
            if self._prepared is not None:
                view.start_run(self._prepared)
                self._begun.add(plot.key)
        return self._views[plot.key]

    @property
    def on_screen(self) -> tuple[str, str]:
        """The keys of the output view and of the curves that are shown."""
        return (
            self.output_choice.plot.key if self.output_choice.first else "",
            self.curve_choice.currentData(),
        )

    def view_of(self, key: str) -> PlotView | None:
        """Return the widget of a plot; None while it has not been needed."""
        return self._views.get(key)

    def _open_menu(self, key: str, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Show everything", self._views[key].fit)
        menu.addAction("Export picture…", lambda: self.picture_asked.emit(key))
        menu.popup(place)

    def mark(self, epoch: float, text: str) -> None:
        """Mark the epoch at which a setting was changed."""
        self._marks.append((epoch, text))
        for view in self._views.values():
            if isinstance(view, CurvePlot):
                view.mark(epoch, text)

    def _output_view(self) -> PlotView:
        view = self.outputs.currentWidget()
        assert isinstance(view, PlotView)
        return view

    def _show_options(self, view: PlotView) -> None:
        regions = self._prepared is not None and self._prepared.plan.task == "classification"
        fitting = {
            "show_test_points": isinstance(view, BoundaryPlot | SplitPlot),
            "show_mistakes": isinstance(view, BoundaryPlot) and regions,
            "discretize": isinstance(view, BoundaryPlot),
            "show_contour": isinstance(view, BoundaryPlot),
        }
        for key, fits in fitting.items():
            self.options[key].setVisible(fits)
        # While somebody paints, their room is for the tools.
        self._choices.setVisible(any(fitting.values()) and not self.painting.on)

    # A neuron -------------------------------------------------------------------------------------------

    def _show_neuron(self) -> None:
        ref = self._selection.shown_neuron
        image = None
        if ref is not None and self._prepared is not None:
            image = neuron_picture(ref, self._prepared, self._snapshot)
        changed = self._snapshot.changes if self._snapshot is not None else None
        on_plane = self._prepared is not None and self._prepared.plan.kind == "plane"
        if (ref is None or image is None) and changed is not None and on_plane:
            title = f"Change since epoch {int(changed.then.position):,}"
            self._output_view().show_neuron(_moved(changed.output), title)
        elif ref is None or image is None:
            self._output_view().show_neuron(None)
        else:
            is_output = ref.layer == OUTPUT_ID
            self._output_view().show_neuron(image, self._neuron_title(ref), is_output)
        self.output_choice.caption.show_text(self._output_view().title)

    def _neuron_title(self, ref: NeuronRef) -> str:
        name = neuron_name(self._document.experiment, ref.layer, ref.index)
        return f"{name} (pinned)" if self._selection.neuron == ref else name

    def _ring_example(self, row: int | None) -> None:
        for view in self._views.values():
            if isinstance(view, RowPlot):
                view.show_example(row)

    # Figures --------------------------------------------------------------------------------------------

    def _show_evaluations(self) -> None:
        if self.figures.evaluation.show_evaluations(self._document.evaluations):
            self._share_height()

    def _show_ensemble(self, measured: Snapshot, prepared: Prepared) -> None:
        """Show what the ensemble is worth; offer its picture once it has a member."""
        if self._snapshot is None:
            return
        found, option = self._snapshot.ensemble, self.ensemble_option
        has_members = found is not None and found.members > 0
        offered = found is not None and prepared.plan.kind != "table"
        grows = self.figures.show_ensemble(self._snapshot, measured, prepared)
        grows = grows or offered == option.isHidden()
        option.setVisible(offered)
        option.setEnabled(has_members)
        option.setChecked(option.isChecked() and offered and has_members)
        if grows:
            self._share_height()

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        self._theme = theme
        theme_descendants(self, theme)
        self.curve_choice.set_look(theme, body_font(theme, theme.size_title, bold=True))
        for box in (*self.options.values(), self.ensemble_option):
            keep_font(box, body_font(theme))
        self._share_height()


def _moved(changes: FloatArray) -> FloatArray:
    """Return how much the answer has changed, (H, H): of chances (k, H, H) the part that went elsewhere."""
    if len(changes) == 1:
        return np.asarray(changes[0])
    return np.asarray(np.abs(changes).sum(axis=0) / 2.0)
