"""The page "Perceptron": one neuron, its sum, and the line that it draws through the plane."""

import math
from time import perf_counter

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.data.base import FloatArray
from playground.engine.activations import ACTIVATIONS
from playground.experiment.model import Experiment
from playground.labs.neuron import (
    CLOUDS,
    GATES,
    RuleStep,
    Task,
    Weights,
    activated,
    best_line,
    cloud,
    descent_step,
    handles,
    rule_step,
    shifted,
    through,
)
from playground.tables import by_key
from playground.ui.figures import percent, short
from playground.ui.labs.context import LabContext
from playground.ui.labs.field_plot import FieldPlot
from playground.ui.labs.neuron.parts import (
    OPEN,
    boundary,
    class_marks,
    for_map,
    grid_of,
    is_square,
    open_task,
)
from playground.ui.labs.neuron.perceptron_words import step_words, sum_text, verdict
from playground.ui.labs.neuron.roomy_page import RoomyPage
from playground.ui.labs.note import Note
from playground.ui.labs.parts import Button
from playground.ui.labs.things import Arrows, Handle, Marks, Thing, Words
from playground.ui.labs.transport import Transport
from playground.ui.plots.overlay import Look
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Choice, Item, LabelledSlider

GRID, FINE = 48, 128
"""Places along each side at which the answer is computed; more of them where it jumps."""
SAMPLES = 160
START = Weights(0.5, -1.0, 0.5)
REACH = 10.0
RATES = (0.01, 0.03, 0.1, 0.3, 0.5, 1.0, 3.0, 10.0)
BUDGET = 0.003
"""Seconds of learning in one frame at most."""
MOST_BACK = 5000
LARGEST = 1e100
"""What is beyond does not count for the colours: a run that ran away leaves the map as it is."""
STEP_LEVELS = np.array([0.5, 1.01])
"""One line in the middle; the upper level only says which colour is the highest."""
RULE, DESCENT = "rule", "descent"
METHODS = (
    Item(
        RULE, "Perceptron rule", "One point after the other: a wrong answer moves the weights by that point."
    ),
    Item(DESCENT, "Gradient descent", "All points at once: the weights go down the slope of the loss."),
)
HIDDEN = Experiment.model_validate(
    {
        "name": "XOR with a hidden layer",
        "data": {"dataset": "xor"},
        "layers": [{"kind": "dense", "id": "hidden", "units": 4, "activation": "tanh"}],
    }
)


class PerceptronPage(RoomyPage):
    """Points with targets 0 and 1, the plane as one neuron answers it, and its line to be dragged."""

    def __init__(self, context: LabContext) -> None:
        super().__init__(
            context,
            "A neuron adds up its inputs, each times its weight, and answers with g of the sum z. Where z "
            "is 0 lies a line: drag it by its ends or its middle, or move the weights.",
        )
        self.weights = START
        self.step: RuleStep | None = None
        self._seed = 0
        self.task: Task = GATES[0]
        self._best = 1.0
        self._made = 0
        self._past: list[tuple[Weights, int, RuleStep | None]] = []
        self._open: Task | None = None
        self._fill_column()
        self._fill_stage()
        self._choose_task("and")
        self.apply_theme(self._theme)

    # Making ---------------------------------------------------------------------------------------------

    def _fill_column(self) -> None:
        self.data = Choice("Points", "What the neuron is to answer: a truth table, or clouds of points.")
        self._offer_tasks()
        self.data.chosen.connect(self._choose_task)
        self.again = Button("New points", "Draw other clouds of the same kind.")
        self.again.clicked.connect(self._draw_again)
        self.column.addWidget(self.data)
        self.column.addWidget(self.again)
        self.section("Neuron")
        self.sliders = tuple(
            LabelledSlider(name, help_text, (-REACH, REACH, 0.05), short)
            for name, help_text in (
                ("w₀", "The bias: the weight of an input that is always 1. It moves the line sideways."),
                ("w₁", "The weight of x₁: how much the sum rises when x₁ rises by 1."),
                ("w₂", "The weight of x₂: how much the sum rises when x₂ rises by 1."),
            )
        )
        for slider in self.sliders:
            slider.edited.connect(lambda _value, _gesture: self._slid())
            slider.refused.connect(lambda why: self.say(why, True))
            self.column.addWidget(slider)
        self.activation = Choice(
            "Activation", "What the neuron makes of its sum: a hard step, or something smooth."
        )
        self.activation.set_items([one for one in ACTIVATIONS if one.elementwise])
        self.activation.set_key("step")
        self.activation.chosen.connect(lambda _key: self._show())
        self.column.addWidget(self.activation)
        self._offer_learning()
        self.column.addStretch(1)

    def _offer_learning(self) -> None:
        self.method = Choice("Method", "How the neuron finds its weights by itself.")
        self.method.set_items(METHODS)
        self.method.chosen.connect(lambda _key: self._show())
        self.rate = LabelledSlider("Learning rate α", "How far each step moves the weights.", list(RATES))
        self.rate.set_value(0.5)
        self.rate.refused.connect(lambda why: self.say(why, True))
        self.best = Button("Best line", "Search a fine set of lines, in all directions, for the best one.")
        self.best.clicked.connect(self._take_best)
        self.hidden = Button(
            "Open with a hidden layer",
            "Open the XOR clouds in the window behind, with a hidden layer of four; Undo takes it back.",
        )
        self.hidden.clicked.connect(lambda: self.context.open_experiment(HIDDEN))
        for widget in (self.method, self.rate, self.best, self.hidden):
            self.column.addWidget(widget)

    def _fill_stage(self) -> None:
        self.plot = FieldPlot(
            self._theme,
            "The plane of the inputs",
            "What the neuron answers everywhere, orange for 0 and blue for 1, and the line where z is 0. A "
            "click chooses a point.",
            names=("x₁", "x₂"),
            square=True,
        )
        self.plot.moved.connect(self._dragged)
        self.plot.clicked.connect(self._choose_point)
        self.point = LabelledSlider(
            "Point", "Whose sum is written out; a click on a point chooses it, too.", (1, 4, 1)
        )
        self.point.refused.connect(lambda why: self.say(why, True))
        self.point.edited.connect(lambda _value, _gesture: self._point_chosen())
        self.sum = Note("The sum", "The weighted sum of the chosen point, and what the neuron answers.")
        self.steps = Transport("step", speed=5)
        self.steps.asked.connect(self._learn)
        self.steps.back_asked.connect(self._back)
        self.steps.rewind_asked.connect(self._rewind)
        self.use(self.steps)
        side = QWidget()
        self._side = QVBoxLayout(side)
        self._side.setContentsMargins(0, 0, 0, 0)
        self._side.addWidget(self.point)
        self._side.addWidget(self.sum)
        self._side.addStretch(1)
        self._row = QHBoxLayout()
        self._row.addWidget(self.plot, 3)
        self.put_beside(side, self._row, 2)
        self.stage.addLayout(self._row, 1)

    def _offer_tasks(self) -> None:
        clouds = [Item(f"cloud_{index}", one[1], one[2]) for index, one in enumerate(CLOUDS)]
        own = Item(OPEN, "The open data", "The training rows of the experiment in the window behind.")
        why = {} if self._open else {OPEN: "The open experiment needs two inputs, two classes and a run."}
        self.data.set_items([*GATES, *clouds, own], why)

    # What is shown --------------------------------------------------------------------------------------

    @property
    def chosen(self) -> int:
        """The row whose sum is written out."""
        return int(self.point.value) - 1

    def refresh(self) -> None:
        """Offer the rows that are open now."""
        self._open = open_task(self.context)
        key = self.data.key
        self._offer_tasks()
        self.data.set_key(key)
        if key == OPEN:
            self._choose_task(key if self._open else "and")

    def _choose_task(self, key: str) -> None:
        self.steps.set_playing(False)
        self.data.set_key(key)
        gates = {gate.key: gate for gate in GATES}
        if key in gates:
            self.task = gates[key]
        elif key == OPEN and self._open is not None:
            self.task = self._open
        else:
            self.task = cloud(int(key.removeprefix("cloud_")), SAMPLES, self._seed)
        self._marks = class_marks(self.task, self._theme)
        self._best = best_line(self.task.rows, self.task.targets)[1]
        self.again.setVisible(key.startswith("cloud_"))
        self.hidden.setVisible(self._best < 1.0)
        self.point.set_values((1, len(self.task.rows), 1))
        self.point.set_value(1)
        self.plot.set_axes(self.task.names, (False, False))
        self._forget()
        self._show()

    def _draw_again(self) -> None:
        self._seed += 1
        self._choose_task(self.data.key)

    def _show(self, words: str = "") -> None:
        """Draw everything as it stands; `words` in the place of what is usually said."""
        for slider, weight in zip(self.sliders, self.weights.row, strict=True):
            if slider.value != weight:
                slider.set_value(float(weight))
        task, theme = self.task, self._theme
        values, levels = self._field()
        self.plot.show_field(for_map(values), *task.domain, levels)
        ends = handles(self.weights, task.centre, task.reach)
        things: list[Thing] = []
        if ends is not None:
            things.append(boundary(ends, Look(theme.text, (), 2.4)))
            if is_square(task.domain):
                foot = np.mean(ends, axis=0)
                way = np.array([self.weights.w1, self.weights.w2]) / self.weights.steepness * task.reach / 2.0
                things.append(Arrows(foot[None], (foot + way)[None], Look(theme.text, (), 2.0)))
                tip = foot + 1.15 * way
                things.append(Words("w", (float(tip[0]), float(tip[1])), theme.text, (0.5, 0.5)))
        ring = task.rows[self.chosen : self.chosen + 1]
        things.append(Marks(ring, theme.surface, "o", 24.0 if task.is_table else 18.0))
        things += self._marks
        self.plot.show_things(things, [] if ends is None else self._handles(ends))
        self.sum.show_rich(sum_text(self.task, self.weights, self.chosen, self.activation.key, theme))
        if words:
            self.say(words)
        else:
            self.say(*self._verdict())

    def _field(self) -> tuple[FloatArray, FloatArray]:
        """Return g(z) over the plane, and the levels of its contour lines."""
        key = self.activation.key
        count = FINE if key == "step" else GRID
        z = self.weights.sums(grid_of(self.task.domain, count))
        if key == "step":
            # From 0 to 1 within one cell of the grid, or the line would have teeth.
            (left, right), _ = self.task.domain
            cell = self.weights.steepness * (right - left) / count
            return np.clip(0.5 + z / cell, 0.0, 1.0) if cell > 0.0 else activated(z, key)[0], STEP_LEVELS
        values = activated(z, key)[0]
        low, high = by_key(ACTIVATIONS, key, "activation").bounds
        known = values[np.abs(values) < LARGEST]
        if known.size and not math.isfinite(high - low):
            low, high = float(known.min()), float(known.max())
        spread = math.isfinite(high - low) and high > low
        return values, np.linspace(low, high, 11)[1:-1] if spread else STEP_LEVELS

    def _handles(self, ends: tuple[tuple[float, float], tuple[float, float]]) -> list[Handle]:
        colour = self._theme.surface
        foot = (ends[0][0] + ends[1][0]) / 2.0, (ends[0][1] + ends[1][1]) / 2.0
        return [
            Handle("first", "One end: turns the line", ends[0], colour),
            Handle("second", "The other end: turns the line", ends[1], colour),
            Handle("middle", "The middle: moves the line", foot, colour, "d"),
        ]

    def _verdict(self) -> tuple[str, bool]:
        stuck = self.method.key == DESCENT and self.activation.key == "step"
        return verdict(self.task, self.weights, self._best, stuck)

    # What the person does -------------------------------------------------------------------------------

    def _slid(self) -> None:
        self._set(Weights(*(slider.value for slider in self.sliders)))

    def _set(self, weights: Weights) -> None:
        """Take other weights by hand: from here Play goes on, and Rewind comes back here."""
        self.steps.set_playing(False)
        self.weights = weights
        self._forget()
        self._show()

    def _dragged(self, key: str, x: float, y: float) -> None:
        ends = handles(self.weights, self.task.centre, self.task.reach)
        if ends is None:
            return
        if key == "middle":
            z = float(self.weights.sums([[x, y]])[0])
            self._set(shifted(self.weights, z / self.weights.steepness))
            return
        first, second = ((x, y), ends[1]) if key == "first" else (ends[0], (x, y))
        weights = through(first, second, self.weights.steepness)
        if weights is not None:
            self._set(weights)

    def _choose_point(self, x: float, y: float) -> None:
        left, right, bottom, top = self.plot.range
        size = np.array([right - left, top - bottom])
        far = np.linalg.norm((self.task.rows - [x, y]) / size, axis=1)
        self.point.set_value(int(np.argmin(far)) + 1)
        self._point_chosen()

    def _point_chosen(self) -> None:
        self.step = None
        self._show()

    def _take_best(self) -> None:
        weights, share = best_line(self.task.rows, self.task.targets)
        self._set(weights)
        tried = "Of all directions that were tried, with every threshold between the points, "
        self._show(f"{tried}this line is the best: {percent(share)} of the points are on their right side.")

    # Learning -------------------------------------------------------------------------------------------

    def _forget(self) -> None:
        self._past.clear()
        self._made, self.step = 0, None

    def _learn(self, steps: int) -> None:
        end = perf_counter() + BUDGET
        for _ in range(steps):
            self._past.append((self.weights, self._made, self.step))
            if self.method.key == RULE:
                self._one_row()
            else:
                self._all_rows()
            self._made += 1
            if perf_counter() > end or not self.weights.is_finite or self._is_done():
                break
        del self._past[1:-MOST_BACK]
        if self.step is not None:
            self.point.set_value(self.step.row + 1)
        if self._is_done() or not self.weights.is_finite:
            self.steps.set_playing(False)
        self._show(self._learnt())

    def _one_row(self) -> None:
        self.step = rule_step(self.weights, self.task, self._made % len(self.task.rows), self.rate.value)
        self.weights = self.step.after

    def _all_rows(self) -> None:
        self.step = None
        key = self.activation.key
        loss = "binary_cross_entropy" if key == "sigmoid" else "half_squared"
        self.weights = descent_step(self.weights, self.task, key, loss, self.rate.value)

    def _is_done(self) -> bool:
        """Return whether the perceptron rule has nothing left to change."""
        return self.method.key == RULE and self.weights.accuracy(self.task.rows, self.task.targets) == 1.0

    def _learnt(self) -> str:
        """Return what the last step did, in words; nothing where the verdict says more."""
        step = self.step
        if step is None or self._is_done() or not self.weights.is_finite or self.steps.is_playing:
            return ""
        return step_words(self.task, step, self.rate.value)

    def _back(self) -> None:
        if self._past:
            self.weights, self._made, self.step = self._past.pop()
            self._show()

    def _rewind(self) -> None:
        if self._past:
            self.weights = self._past[0][0]
        self._forget()
        self._show()

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        super().apply_theme(theme)
        self._marks = class_marks(self.task, theme)
        for layout in (self._row, self._side):
            layout.setSpacing(theme.px(12))
        self._show()
