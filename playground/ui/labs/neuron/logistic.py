"""The page "Logistic regression": one sigmoid neuron learns what scikit-learn has worked out."""

from time import perf_counter
from typing import cast

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout

from playground.data.base import FloatArray
from playground.engine.optimizers import OPTIMIZERS
from playground.labs.logistic import Fit, SigmoidNeuron, mean_loss, newton_step, probabilities, scikit_learn
from playground.labs.neuron import Task, Weights, cloud, handles
from playground.ui.background import Background
from playground.ui.clerk import Clerk, ClerkLostError
from playground.ui.figures import figures, percent, short, subscript
from playground.ui.labs.context import LabContext
from playground.ui.labs.field_plot import FieldPlot
from playground.ui.labs.lab_plot import LabPlot
from playground.ui.labs.neuron.parts import (
    OPEN,
    boundary,
    class_marks,
    for_map,
    grid_of,
    open_task,
)
from playground.ui.labs.neuron.roomy_page import RoomyPage
from playground.ui.labs.note import Note
from playground.ui.labs.parts import Button
from playground.ui.labs.things import Curve, Thing
from playground.ui.labs.transport import Transport
from playground.ui.plots.overlay import Look
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Choice, Item, LabelledSlider

GRID = 48
SAMPLES = 200
OVERLAP = 1
"""The clouds of `CLOUDS` that overlap."""
NEWTON = "newton"
METHODS = (
    *((one.key, one.label, one.help) for one in OPTIMIZERS),
    (NEWTON, "Newton", "Uses the curvature, too: a handful of steps, as statistics programs do it."),
)
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
WAIT = 1.0
"""Seconds that closing waits at most for the thread that waits for scikit-learn."""
NEAR = 1e-3
"""Largest difference of a weight at which the two answers are called the same."""
BUDGET = 0.003
"""Seconds of training in one frame at most."""
TELL_MS = 100
"""Between two looks at loss, weights and words while it plays: nobody reads faster."""
REST_MS = 250
"""How long the points have to stay as they are before scikit-learn is asked."""
MOST_POINTS = 300
LEVELS = np.array([0.1, 0.25, 0.5, 0.75, 0.9])


class LogisticPage(RoomyPage):
    """A neuron that the engine trains beside the answer of scikit-learn, with their weights side by side."""

    def __init__(self, context: LabContext) -> None:
        super().__init__(
            context,
            "One neuron with a sigmoid and the cross-entropy loss is logistic regression. The engine trains "
            "it step by step; scikit-learn solves the same task, and both come to the same line.",
        )
        self._seed = 0
        self._open: Task | None = None
        self.answer: Fit | None = None
        self._refusal = ""
        self._clerk = Clerk()
        self._sklearn = Background(self, "playground-lab-logistic", (ValueError, ClerkLostError))
        self._sklearn.done.connect(self._answered)
        self._sklearn.refused.connect(self._refused)
        self._later = QTimer(self, singleShot=True, interval=TELL_MS)
        self._later.timeout.connect(self._tell)
        self._asking = QTimer(self, singleShot=True, interval=REST_MS)
        self._asking.timeout.connect(self._ask)
        self._fill_column()
        self._fill_stage()
        self._take_data()
        self.apply_theme(self._theme)

    # Making ---------------------------------------------------------------------------------------------

    def _fill_column(self) -> None:
        self.data = Choice("Points", "Two clouds that overlap, or the open data where it has two inputs.")
        self._offer_data()
        self.data.chosen.connect(lambda _key: self._take_data())
        self.noise = LabelledSlider(
            "Noise", "How far the clouds mix; with little noise a line parts them.", (0.0, 0.5, 0.05), percent
        )
        self.noise.set_value(0.4)
        self.noise.edited.connect(lambda _value, _gesture: self._take_data())
        self.noise.refused.connect(lambda why: self.say(why, True))
        self.again = Button("New points", "Draw other clouds of the same kind.")
        self.again.clicked.connect(self._draw_again)
        for widget in (self.data, self.noise, self.again):
            self.column.addWidget(widget)
        self.method = Choice("Trained by", "What turns the gradient into a step; each step takes all points.")
        self.method.set_items([Item(*one) for one in METHODS])
        self.method.set_key("adam")
        self.method.chosen.connect(lambda _key: self._rewind())
        self.rate = LabelledSlider("Learning rate α", "How far each step goes.", list(RATES))
        self.rate.set_value(0.1)
        self.rate.edited.connect(lambda _value, _gesture: self._rewind())
        self.rate.refused.connect(lambda why: self.say(why, True))
        self.column.addWidget(self.method)
        self.column.addWidget(self.rate)
        self.section("Weights")
        self.table = Note("Weights", "The weights of the neuron and of scikit-learn, and their difference.")
        self.column.addWidget(self.table)
        self.column.addStretch(1)

    def _fill_stage(self) -> None:
        self.plot = FieldPlot(
            self._theme,
            "Probability of class 1",
            "The neuron's probability over the plane with lines at 10, 25, 50, 75 and 90 per cent, its "
            "boundary as a thin line and below it scikit-learn's as a broad one.",
            names=("x₁", "x₂"),
            square=True,
        )
        self.losses = LabPlot(
            self._theme,
            "Loss",
            "The mean cross-entropy after each step, and dashed the least there is.",
            names=("step", "loss"),
            empty="Press Play: the loss is drawn here.",
        )
        self.steps = Transport("step", speed=60, back=False)
        self.steps.asked.connect(self._train)
        self.steps.rewind_asked.connect(self._rewind)
        self.steps.playing_changed.connect(lambda _on: self._show())
        self.use(self.steps)
        self._plots = QHBoxLayout()
        self._plots.addWidget(self.plot, 3)
        self.put_beside(self.losses, self._plots, 2)
        self.stage.addLayout(self._plots, 1)

    def _offer_data(self) -> None:
        items = [
            Item("clouds", "Clouds that overlap", "Two clouds of points of your noise."),
            Item(OPEN, "The open data", "The training rows of the experiment in the window behind."),
        ]
        why = {} if self._open else {OPEN: "The open experiment needs two inputs, two classes and a run."}
        self.data.set_items(items, why)

    # Data and answer ------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Offer the rows that are open now."""
        self._open = open_task(self.context)
        key = self.data.key
        self._offer_data()
        self.data.set_key(key if key != OPEN or self._open else "clouds")
        if key == OPEN:
            self._take_data()

    @property
    def weights(self) -> FloatArray:
        """The neuron's weights (3,), the bias first."""
        return self._neuron.weights if self._newton is None else self._newton

    @property
    def made(self) -> int:
        """Steps done."""
        return self._neuron.steps if self._newton is None else self._newton_steps

    def _draw_again(self) -> None:
        self._seed += 1
        self._take_data()

    def _take_data(self) -> None:
        """Take the rows that were chosen, begin afresh, and ask scikit-learn in its process."""
        is_open = self.data.key == OPEN and self._open is not None
        self.noise.setEnabled(not is_open)
        self.again.setEnabled(not is_open)
        task = self._open if is_open else None
        self.task = task or cloud(OVERLAP, SAMPLES, self._seed, float(self.noise.value))
        self._marks = class_marks(self.task, self._theme)
        self.plot.set_axes(self.task.names, (False, False))
        self.answer, self._refusal = None, ""
        self._asking.start()
        self._rewind()

    def _ask(self) -> None:
        task = self.task
        ask = self._clerk.ask
        self._sklearn.start(lambda _told, over: (task, ask(over, scikit_learn, task.rows, task.targets)))

    def _answered(self, answer: object) -> None:
        task, fit = cast("tuple[Task, Fit | None]", answer)
        # Else other points have been chosen meanwhile, and will be asked about.
        if fit is not None and task is self.task:
            self.answer = fit
            self._show()

    def _refused(self, why: str) -> None:
        self._refusal = why
        self._show()

    # Training -------------------------------------------------------------------------------------------

    def _rewind(self) -> None:
        self.steps.set_playing(False)
        is_newton = self.method.key == NEWTON
        self.rate.setEnabled(not is_newton)
        self._newton: FloatArray | None = np.zeros(3) if is_newton else None
        self._newton_steps = 0
        optimizer = OPTIMIZERS[0].key if is_newton else self.method.key
        self._neuron = SigmoidNeuron(self.task.rows, self.task.targets, optimizer, float(self.rate.value))
        self._curve = [(0.0, mean_loss(self.weights, self.task.rows, self.task.targets))]
        self._show()

    def _train(self, steps: int) -> None:
        end = perf_counter() + BUDGET
        for _ in range(steps):
            if self._newton is None:
                self._neuron.run(1)
            else:
                self._newton = newton_step(self._newton, self.task.rows, self.task.targets)
                self._newton_steps += 1
            loss = mean_loss(self.weights, self.task.rows, self.task.targets)
            self._curve.append((float(self.made), loss))
            if perf_counter() > end:
                break
        if len(self._curve) > MOST_POINTS:
            del self._curve[1:-1:2]
        if not np.isfinite(self.weights).all():
            self.steps.set_playing(False)
        self._show()

    # Showing --------------------------------------------------------------------------------------------

    def _show(self) -> None:
        """Draw the map at once; what is read comes now and then while it plays."""
        task, theme = self.task, self._theme
        places = grid_of(task.domain, GRID).reshape(-1, 2)
        self.plot.show_field(
            for_map(probabilities(self.weights, places).reshape(GRID, GRID)), *task.domain, LEVELS
        )
        things: list[Thing] = [*self._marks]
        ends = handles(Weights.of(self.weights), task.centre, task.reach)
        if self.answer is not None:
            theirs = handles(Weights.of(self.answer.weights), task.centre, task.reach)
            if theirs is not None:
                things.append(boundary(theirs, Look(theme.rim, (), 7.0), halo=False))
        if ends is not None:
            things.append(boundary(ends, Look(theme.text, (), 2.4), halo=False))
        self.plot.show_things(things)
        if not self.steps.is_playing:
            self._tell()
        elif not self._later.isActive():
            self._later.start()

    def _tell(self) -> None:
        """Show the losses and the weights, and say what is seen."""
        self._show_losses()
        self._write_table()
        self.say(*self._verdict())

    def _show_losses(self) -> None:
        theme = self._theme
        x, y = np.array(self._curve).T
        things: list[Thing] = [Curve(x, y, Look(theme.curve_test, (), 2.2), "neuron")]
        if self.answer is not None:
            ends = np.array([0.0, max(1.0, float(x[-1]))])
            look = Look(theme.muted, (5.0, 4.0), 1.6)
            things.insert(0, Curve(ends, np.full(2, self.answer.loss), look, "scikit-learn"))
        self.losses.show_things(things if self.made else ())

    def _write_table(self) -> None:
        theirs = self.answer
        rows = [
            (f"w{subscript(index)}", float(value), None if theirs is None else float(theirs.weights[index]))
            for index, value in enumerate(self.weights)
        ]
        rows.append(("loss", self._curve[-1][1], None if theirs is None else theirs.loss))
        cells = "".join(
            f"<tr><td>{name}&nbsp;</td><td align=right>&nbsp;{_digits(mine)}</td>"
            f"<td align=right>&nbsp;&nbsp;{'…' if other is None else _digits(other)}</td>"
            f"<td align=right>&nbsp;&nbsp;{'…' if other is None else short(mine - other)}</td></tr>"
            for name, mine, other in rows
        )
        heads = "".join(f"<td align=right>&nbsp;&nbsp;{head}</td>" for head in ("neuron", "sklearn", "apart"))
        self.table.show_rich(f"<table><tr><td></td>{heads}</tr>{cells}</table>")

    def _verdict(self) -> tuple[str, bool]:
        """Return what is seen, in words, and whether it is a warning."""
        if not np.isfinite(self.weights).all():
            return "The weights have grown beyond all numbers: take a smaller learning rate.", True
        if self._refusal:
            return f"scikit-learn refuses these points: {self._refusal}", True
        if self.answer is None:
            return "scikit-learn is at work in a process of its own; the neuron may begin: press Play.", False
        if self.answer.parted:
            return (
                "A line parts these points without an error, so larger weights are always better and there "
                "is no last answer: scikit-learn stops somewhere, the neuron somewhere else. Add noise.",
                False,
            )
        if not self.made:
            return (
                "The broad line is scikit-learn's answer. Press Play and watch the neuron come to it.",
                False,
            )
        apart = float(np.abs(self.weights - self.answer.weights).max())
        if apart < NEAR:
            return (
                f"After {self.made:,} steps no weight differs by more than {short(apart)}: the neuron and "
                "logistic regression are the same model. Try less noise: when is there no answer?",
                False,
            )
        return (
            f"After {self.made:,} steps the largest difference of a weight is {short(apart)}. Another "
            "optimizer or rate changes how fast it shrinks, not where it ends.",
            False,
        )

    def end(self) -> None:
        """Forget what scikit-learn will say."""
        super().end()
        self._later.stop()
        self._asking.stop()
        self._sklearn.end(WAIT)
        self._clerk.close()

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        super().apply_theme(theme)
        self._marks = class_marks(self.task, theme)
        self._plots.setSpacing(theme.px(8))
        self._show()


def _digits(value: float) -> str:
    return figures(value, 5) if np.isfinite(value) else short(value)
