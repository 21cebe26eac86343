"""The panel below the diagram: everything about the selected layer, to read and to change."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from playground.engine.activations import ACTIVATIONS
from playground.engine.initializers import INITIALIZERS
from playground.experiment import edits
from playground.experiment.hold_edits import is_frozen
from playground.experiment.model import INPUTS_ID, MAX_UNITS, OUTPUT_ID, Experiment
from playground.experiment.plan import feature_labels, layer_shapes
from playground.experiment.prepare import Prepared
from playground.experiment.words import layer_names
from playground.tables import by_key
from playground.training.messages import Snapshot
from playground.ui.diagram.outline import layer_name
from playground.ui.document import Document
from playground.ui.figures import short
from playground.ui.panels.activation_plot import ActivationPlot
from playground.ui.panels.kind_page import KindPage
from playground.ui.selection import Selection
from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets import (
    Captioned,
    Choice,
    FlowLayout,
    describe,
    keep_font,
    role_label,
    theme_descendants,
)
from playground.ui.widgets.numbers import is_for_window

BINS = 25
USUAL_HEIGHT = 104
"""Of its dock, at the size of type that is usual."""
SHAPE_HELP = (
    "What comes in → what goes out. B is the number of rows in a batch: "
    "the layer answers for all rows of a batch at once. "
    "Below: how many weights and biases there are, which training changes."
)


FROZEN_HELP = (
    "No step changes the numbers of a frozen layer, while the other layers go on learning. "
    "F does the same in the diagram."
)


class Inspector(QWidget):
    """Shows the layer that is selected; says how to select one when none is.

    Signals:
        title_changed(str): the name of what is shown.
    """

    title_changed = Signal(str)

    def __init__(self, document: Document, selection: Selection, theme: Theme) -> None:
        super().__init__()
        self._document = document
        self._selection = selection
        self._weights: npt.NDArray[np.floating] | None = None
        self._snapshot: Snapshot | None = None
        self._prepared: Prepared | None = None
        self._theme = theme
        self._make()
        self._lay_out()
        self._connect()
        self.apply_theme(theme)
        self._show()

    # Making ---------------------------------------------------------------------------------------------

    def _make(self) -> None:
        self.hint = role_label(
            "Click a layer to see and change it. Hover a neuron to enlarge it, click to keep it large.",
            "muted",
        )
        self.hint.setWordWrap(True)
        self.units = UnitsBox()
        self.activation = Choice("Activation", "What each neuron does with its weighted sum.")
        self.initializer = Choice("Initializer", "How the starting weights are drawn.")
        self.initializer.set_items(INITIALIZERS)
        self.frozen = QCheckBox("Frozen")
        describe(self.frozen, "Frozen", FROZEN_HELP)
        self.shape = QLabel()
        self.count = QLabel()
        self.activation_plot = ActivationPlot()
        self.histogram = Histogram()
        self.about = role_label("", "muted")
        self.about.setWordWrap(True)
        self.kind_page = KindPage()
        self._units_group = Captioned("Neurons", "How many neurons the layer has.", self.units)
        self._groups = (
            self._units_group,
            self.activation,
            self.activation_plot,
            self.initializer,
            Captioned("Shape, parameters", SHAPE_HELP, _stacked(self.shape, self.count), line=False),
            Captioned(
                "Weights",
                "How the layer's weights are spread: zero is in the middle.",
                self.histogram,
                line=False,
            ),
            self.frozen,  # the menu and F do the same: it is the first to go to a second line
        )
        self._groups[-2].setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _lay_out(self) -> None:
        fields = QWidget()
        self._flow = FlowLayout(fields, 12)
        for group in self._groups:
            self._flow.addWidget(group)
        # In a narrow window the fields need two lines, which may be more than the dock is high.
        self._fields, self._kind = (_scrolling(page) for page in (fields, self.kind_page))
        self._stack = QStackedWidget()
        for page in (self.hint, self._fields, self._kind, self.about):
            self._stack.addWidget(page)
        for label in (self.hint, self.about):
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            label.setMinimumWidth(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 8)
        layout.addWidget(self._stack)

    def _connect(self) -> None:
        self._selection.changed.connect(self._show)
        self._document.experiment_changed.connect(lambda _old, _new: self._show())
        self.units.valueChanged.connect(self._set_units)
        self.activation.chosen.connect(self._set_activation)
        self.initializer.chosen.connect(self._set_initializer)
        for box in (self.frozen, self.kind_page.frozen):
            box.clicked.connect(self._set_frozen)
        self.kind_page.edited.connect(self._set_parameter)
        self.kind_page.refused.connect(self._document.refused)

    # Editing --------------------------------------------------------------------------------------------

    def _set_units(self, units: int) -> None:
        layer = self._selection.layer
        self._document.edit(f"Set {units} neurons", edits.set_units, layer, units)

    def _set_activation(self, key: str) -> None:
        label = by_key(ACTIVATIONS, key, "activation").label
        if not self._document.edit(f"Use {label}", edits.set_activation, self._selection.layer, key):
            self._show()

    def _set_initializer(self, key: str) -> None:
        label = by_key(INITIALIZERS, key, "initializer").label
        self._document.edit(f"Start with {label}", edits.set_initializer, self._selection.layer, key)

    def _set_frozen(self, on: bool) -> None:
        layer = self._selection.layer
        if layer is None:
            return
        name = layer_name(self._document.experiment, layer)
        text = f"{'Freeze' if on else 'Unfreeze'} {name}"
        if not self._document.edit(text, edits.set_frozen, layer, on):
            self._show()

    def _set_parameter(self, key: str, value: float, gesture: object) -> None:
        layer = self._selection.layer
        text, merge = f"Set {key} to {value:g}", ("layer parameter", layer, key, gesture)
        if not self._document.edit(text, edits.set_layer_parameter, layer, key, value, merge=merge):
            self._show()  # a refused one goes back

    # Showing --------------------------------------------------------------------------------------------

    def start_run(self, prepared: Prepared) -> None:
        """Wait for the weights of a new run."""
        self._prepared, self._snapshot = prepared, None
        self._show_weights()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show how the selected layer's weights are spread now."""
        self._snapshot = snapshot
        self._show_weights()

    def _show(self) -> None:
        experiment, layer = self._document.experiment, self._selection.layer
        if layer is None:
            self.title_changed.emit("Inspector")
            self._stack.setCurrentWidget(self.hint)
        elif layer == INPUTS_ID:
            self._show_inputs(experiment)
        else:
            self._show_layer(experiment, layer)

    def _show_inputs(self, experiment: Experiment) -> None:
        dataset = experiment.data.source
        labels = ", ".join(feature_labels(experiment))
        self.title_changed.emit(f"Inputs · {len(experiment.data.features)}")
        self.about.setText(f"{labels}. Switch them on and off in the Data panel. {dataset.help}")
        self._stack.setCurrentWidget(self.about)

    def _show_layer(self, experiment: Experiment, layer: str) -> None:
        hidden = layer != OUTPUT_ID
        index = experiment.index(layer) if hidden else len(experiment.layers)
        shape = layer_shapes(experiment)[index]
        name = layer_names(experiment.layers)[index] if hidden else "Output"
        self.title_changed.emit(name)
        for box in (self.frozen, self.kind_page.frozen):
            box.setChecked(is_frozen(experiment, layer))
        if shape.kind != "dense":
            self.kind_page.show_layer(experiment.layers, index, shape)
            self._stack.setCurrentWidget(self._kind)
            return
        self._units_group.setEnabled(hidden)
        self._fill_units(shape.units)
        self.activation.set_items([a for a in ACTIVATIONS if not (hidden and a.output_only)])
        self.activation.set_key(shape.activation)
        self.activation_plot.show_activation(shape.activation)
        self.initializer.set_key(shape.initializer)
        self.shape.setText(f"(B, {shape.inputs}) → (B, {shape.units})")
        self.count.setText(
            f"{shape.inputs} × {shape.units} + {shape.units} = {shape.units * (shape.inputs + 1):,}"
        )
        self._stack.setCurrentWidget(self._fields)
        self._flow.invalidate()
        self._show_weights()

    def _fill_units(self, units: int) -> None:
        blocked = self.units.blockSignals(True)
        self.units.setValue(units)
        self.units.blockSignals(blocked)

    def _show_weights(self) -> None:
        layer = self._selection.layer
        if self._snapshot is None or self._prepared is None or layer not in self._prepared.plan.layer_ids:
            self.histogram.show_values(None)
            return
        weights = self._snapshot.weights[self._prepared.plan.layer_ids.index(layer)]
        self.histogram.show_values(weights)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts."""
        theme_descendants(self, theme)
        self._theme = theme
        self._flow.setSpacing(theme.px(10))
        numbers = number_font(theme, theme.size_body, bold=False)
        self.units.setFixedWidth(theme.px(60))
        for value in (self.shape, self.count, self.units, self.units.lineEdit()):
            keep_font(value, numbers)
        for label in (self.shape, self.count):
            label.setContentsMargins(theme.px(4), 0, 0, 0)
        for label in (self.hint, self.about):
            keep_font(label, body_font(theme))
        self._show()


def _stacked(*labels: QLabel) -> QWidget:
    """Return the labels one right below the other."""
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 2, 0, 0)
    layout.setSpacing(1)
    for label in labels:
        layout.addWidget(label)
    return column


def _scrolling(page: QWidget) -> QScrollArea:
    """Return an area that scrolls a page up and down where it is too high."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(page)
    return area


class UnitsBox(QSpinBox):
    """How many neurons: Enter and Escape leave it, and it lets the window have its shortcuts."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(1, MAX_UNITS)
        self.setKeyboardTracking(False)
        self.setProperty("role", "value")

    def event(self, event: QEvent) -> bool:
        """Let the window have its shortcuts."""
        if is_for_window(event, self.lineEdit().isUndoAvailable()):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Commit with Enter, bring the old number back with Escape; both give the focus away."""
        if event.key() == Qt.Key.Key_Escape:
            self.lineEdit().setText(self.textFromValue(self.value()))
            self.clearFocus()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clearFocus()


class Histogram(QWidget):
    """A small histogram of numbers, zero in the middle, negative and positive in their colours."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = LIGHT
        self._counts: npt.NDArray[np.int64] | None = None
        self._reach = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_values(self, values: npt.NDArray[np.floating] | None) -> None:
        """Show how `values` are spread; None for nothing."""
        finite = None if values is None else values[np.isfinite(values)]
        if finite is None or not finite.size:
            self._counts = None
        else:
            self._reach = max(float(np.abs(finite).max()), 1e-6)
            self._counts = np.histogram(finite, BINS, (-self._reach, self._reach))[0]
            ends = f"{short(float(finite.min()))} and {short(float(finite.max()))}"
            self.setToolTip(f"{finite.size:,} weights between {ends}.")
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self.setFixedHeight(theme.px(36))
        self.setMinimumWidth(theme.px(48))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the least size: the histogram takes what the line has left."""
        return QSize(self._theme.px(48), self._theme.px(36))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw one bar a bin on a hairline."""
        painter = QPainter(self)
        width, height = self.width() / BINS, self.height() - 2
        painter.fillRect(QRectF(0, height, self.width(), 1), qcolor(self._theme.hairline))
        if self._counts is None:
            return
        highest = max(int(self._counts.max()), 1)
        for index, count in enumerate(self._counts.tolist()):
            token = self._theme.negative if index < BINS // 2 else self._theme.positive
            bar = height * count / highest
            if count:
                bar = max(bar, 1.5)
            colour = self._theme.muted if index == BINS // 2 else token
            painter.fillRect(QRectF(index * width + 0.5, height - bar, width - 1, bar), qcolor(colour))
