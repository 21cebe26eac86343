"""The pop-up beside the optimizer: its parameters, clipping, the learning rate, when to stop, the start."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from playground.engine.clipping import CLIPPINGS
from playground.engine.optimizers import OPTIMIZERS
from playground.experiment import edits
from playground.experiment.model import CLIP_LIMIT, SEED, Experiment
from playground.tables import Parameter, by_key
from playground.ui.document import Document
from playground.ui.panels.parameter_fields import ParameterFields
from playground.ui.panels.rate_section import RateSection
from playground.ui.panels.stop_section import StopSection
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Choice, Item, NumberChoice, format_number, keep_font, theme_descendants
from playground.ui.widgets.base import role_label

PRECISIONS = (
    Item("float32", "float32", "About seven digits: fast, and enough for training."),
    Item("float64", "float64", "About sixteen digits: slower, for looking at tiny differences."),
)
RULES = (
    Item("mini_batch", "Mini-batches", "Rows are shuffled for every epoch; its last batch may be smaller."),
    Item(
        "tensorflow_playground",
        "As TF Playground",
        "Rows keep their order, an incomplete batch waits for the next epoch, and a weight that L1 brings "
        "to 0 stays there. Computed by NumPy, number by number.",
    ),
)
CLIP_LIMITS = [0.1, 0.25, 0.5, 1.0, 5.0, 10.0]


class TrainingDetails(QWidget):
    """Shows and edits what few people change; follows the document while it is open."""

    def __init__(self, document: Document, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._document = document
        self._theme = theme
        self._place = QPoint()
        self._make()
        self._lay_out()
        self._connect()
        self._show(document.experiment)

    def _make(self) -> None:
        self._title = role_label("", "title")
        self._fields = ParameterFields(self._theme)
        self.clipping = Choice("Clipping", "What is done to a gradient that is too large.")
        self.clipping.set_items(CLIPPINGS)
        self.clip_limit = NumberChoice(
            "Limit", "How large a gradient may be before it is clipped.", CLIP_LIMITS, *CLIP_LIMIT
        )
        self.rate = RateSection(self._document, self._theme)
        self.stop = StopSection(self._document)
        self.seed = NumberChoice(
            "Seed of the weights",
            "The same seed always draws the same starting weights and the same order of mini-batches.",
            [float(seed) for seed in range(5)],
            minimum=SEED[0],
            maximum=SEED[1],
            whole=True,
        )
        self.precision = Choice("Precision", "How many digits every number of the network has.")
        self.precision.set_items(PRECISIONS)
        self.rule = Choice("Rule", "What a step does with its rows.")
        self.rule.set_items(RULES)

    def _lay_out(self) -> None:
        self._first, self._last = QVBoxLayout(), QVBoxLayout()
        for widget in (self._title, self._fields, self.clipping, self.clip_limit):
            self._first.addWidget(widget)
        self._first.addStretch(1)
        self._start = QHBoxLayout()
        self._start.addWidget(self.seed)
        self._start.addWidget(self.precision)
        self._start.addWidget(self.rule)
        self._start.addStretch(1)
        line = QFrame()
        line.setProperty("role", "line")
        for part in (self.stop, line):
            self._last.addWidget(part)
        self._last.addLayout(self._start)
        self._last.addStretch(1)
        self._content = QWidget()
        self._columns = QHBoxLayout(self._content)
        self._columns.addLayout(self._first)
        self._columns.addWidget(self.rate)
        self._columns.addLayout(self._last)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(self._content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self.area)

    def _connect(self) -> None:
        document = self._document
        self._fields.edited.connect(self._set_parameter)
        self.clipping.chosen.connect(self._set_clipping)
        self.clip_limit.chosen.connect(
            lambda value: document.edit(
                f"Set clipping limit to {format_number(value)}", edits.set_training, clip_limit=value
            )
        )
        self.seed.chosen.connect(self._set_seed)
        self.precision.chosen.connect(self._set_precision)
        self.rule.chosen.connect(self._set_rule)
        for source in (self._fields, self.clip_limit, self.seed):
            source.refused.connect(document.refused)
        document.experiment_changed.connect(self._follow)

    def open_below(self, place: QPoint) -> None:
        """Open with the top left corner at the global point `place`, or as near as the window allows."""
        self._place = place
        self._fit()
        self.show()
        self._fit()  # styles are known only now
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        theme_descendants(self, theme)
        keep_font(self._title, body_font(theme, theme.size_title, bold=True))
        self._columns.setContentsMargins(*[theme.px(16)] * 4)
        self._columns.setSpacing(theme.px(24))
        for column in (self._first, self._last, self._start):
            column.setSpacing(theme.px(8))
        self._last.setSpacing(theme.px(12))

    @property
    def parameters(self) -> dict[str, NumberChoice]:
        """The controls of the optimizer's own parameters, by key."""
        return self._fields.fields

    def _follow(self, _old: Experiment, new: Experiment) -> None:
        self._show(new)
        if self.isVisible():
            self._fit()

    def _fit(self) -> None:
        """Take the size of the content where the window has it, and keep within the window."""
        parent = self.parentWidget()
        if parent is None:
            return
        window = parent.window()
        room = window.rect().translated(window.mapToGlobal(QPoint(0, 0)))
        self._columns.activate()
        wanted = self._content.sizeHint()
        margin, bar = 2, self.area.verticalScrollBar().sizeHint().width()
        below = room.bottom() - max(self._place.y(), room.top())
        width = wanted.width() + margin + (bar if wanted.height() + margin > below else 0)
        self.resize(min(width, room.width()), min(wanted.height() + margin, below))
        left = min(self._place.x(), room.right() - self.width())
        self.move(max(left, room.left()), self._place.y())

    def _show(self, experiment: Experiment) -> None:
        training = experiment.training
        optimizer = by_key(OPTIMIZERS, training.optimizer, "optimizer")
        self._title.setText(optimizer.label)
        self._fields.show_values(optimizer.parameters, training.optimizer_parameters)
        self.clipping.set_key(training.clipping)
        self.clip_limit.set_value(training.clip_limit)
        self.clip_limit.setVisible(training.clipping != "none")
        self.rate.show_experiment(experiment)
        self.stop.show_experiment(experiment)
        self.seed.set_value(float(training.seed))
        self.precision.set_key(training.precision)
        self.rule.set_key(training.rule)

    def _set_parameter(self, parameter: Parameter, value: float) -> None:
        before = self._document.experiment.training.optimizer_parameters
        self._document.edit(
            f"Set {parameter.label} to {format_number(value)}",
            edits.set_training,
            optimizer_parameters={**before, parameter.key: value},
        )

    def _set_clipping(self, key: str) -> None:
        label = by_key(CLIPPINGS, key, "clipping").label.lower()
        text = "Do not clip gradients" if key == "none" else f"Clip gradients {label}"
        self._document.edit(text, edits.set_training, clipping=key)

    def _set_seed(self, value: float) -> None:
        self._document.edit(f"Use seed {value:.0f} for the weights", edits.set_seed, int(value))

    def _set_precision(self, key: str) -> None:
        self._document.edit(f"Compute in {key}", edits.set_training, precision=key)

    def _set_rule(self, key: str) -> None:
        label = by_key(RULES, key, "rule").label
        if not self._document.edit(f"Train by rule: {label}", edits.set_rule, key):
            self.rule.set_key(self._document.experiment.training.rule)
