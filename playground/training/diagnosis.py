"""What is wrong with a run, in words: each finding with its evidence in numbers and what to try.

`DIAGNOSES` are asked in their order. Each looks at a `Case` alone: the experiment, how the run stands, and
its curves. What settings say by themselves is written in `experiment.check`; here it gets evidence and
remedies.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from playground.engine.activations import ACTIVATIONS
from playground.engine.backends.numpy import NumpyBackend
from playground.engine.losses import LOSSES
from playground.engine.network import Network
from playground.experiment import edits
from playground.experiment.check import Problem, check
from playground.experiment.model import OUTPUT_ID, Dense, Experiment
from playground.experiment.plan import Plan
from playground.experiment.prepare import Prepared
from playground.experiment.usual import initializer_for
from playground.experiment.words import layer_names
from playground.tables import by_key
from playground.training.advice import Curves, Trend, overfitting, plateau, rising, unsteady
from playground.training.health import dead_units, saturated_units, symmetric_units
from playground.training.landscape import flat
from playground.training.messages import Snapshot
from playground.training.remedies import (
    Remedy,
    adam,
    begin_again,
    faster,
    larger,
    larger_batch,
    more_samples,
    new_weights,
    regularized,
    shallow,
    slower,
    slower_from_good,
    with_activation,
)

FloatArray = npt.NDArray[np.floating]
Mask = npt.NDArray[np.bool_]

SOLVED = 0.985
MOST_DEAD = 0.5
"""Part of a layer's neurons that may be dead, or saturated, before it is worth a word."""
VANISHED = 1e-2
"""Gradient of the first layer, as a part of the last one's, below which it counts as vanished."""
DEEP = 4
"""Dense layers from which on gradients are looked at."""
EXPLODED = 20.0
"""The loss has grown beyond the first one so many times: it is diverging."""
STEEP = 0.3
"""Learning rate from which on it is to blame first."""
ROWS = 64
MOST_WORK = 200_000
"""Parameters up to which gradients are looked at: more would take longer than a frame."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong: what, the numbers that show it, and what to try, the most promising first.

    `pressing`: it is said at once, and nothing else is said before it.
    """

    key: str
    sentence: str
    evidence: str = ""
    remedies: tuple[Remedy, ...] = ()
    pressing: bool = False


@dataclass(frozen=True)
class Case:
    """What a diagnosis is made from; without a run, `prepared` and `snapshot` are None."""

    experiment: Experiment
    prepared: Prepared | None = None
    snapshot: Snapshot | None = None
    curves: Curves = field(default_factory=Curves)
    network: Network | None = None

    @cached_property
    def trend(self) -> Trend | None:
        """How the curves go; None when it is too early to say."""
        return Trend.of(self.curves)

    @property
    def plan(self) -> Plan | None:
        """The plan of the run."""
        return None if self.prepared is None else self.prepared.plan

    @property
    def watched(self) -> str:
        """What the rows are called that training is watched on."""
        return "test" if self.prepared is None else self.prepared.watched

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What the settings alone say."""
        return check(self.experiment)

    @cached_property
    def solved(self) -> bool:
        """Whether there is nothing left to be learnt."""
        return bool(self.curves.rows) and self.curves.rows[-1][4] >= SOLVED

    @property
    def trained(self) -> Snapshot | None:
        """The run, if it has been trained and is not solved: only then do its neurons say anything."""
        shown = self.snapshot
        return shown if shown is not None and shown.step > 0 and not self.solved else None


class Examiner:
    """Finds what is wrong; keeps the network that is asked for gradients from one time to the next."""

    def __init__(self) -> None:
        self._of: Prepared | None = None
        self._network: Network | None = None

    def findings(
        self, experiment: Experiment, prepared: Prepared | None, snapshot: Snapshot | None, curves: Curves
    ) -> tuple[Finding, ...]:
        """Return all findings, the most pressing first."""
        layers = tuple(layer.id for layer in experiment.layers)
        if prepared is not None and prepared.plan.layer_ids[:-1] != layers:
            prepared = snapshot = None  # of a run that an edit has ended
        if prepared is not self._of:
            self._of, self._network = prepared, None
        if prepared is not None and self._network is None and _may_vanish(prepared.plan):
            self._network = Network(NumpyBackend(), prepared.plan.shapes, "float64")
        case = Case(experiment, prepared, snapshot, curves, self._network)
        found = tuple(finding for diagnose in DIAGNOSES for finding in diagnose(case))
        return tuple(sorted(found, key=lambda finding: not finding.pressing))


# What the run says --------------------------------------------------------------------------------------


def _lost(case: Case) -> Iterator[Finding]:
    shown = case.snapshot
    if shown is None or shown.problem is None:
        return
    back = (slower_from_good(case.experiment),) if shown.moments else ()
    yield Finding("nan", shown.problem, "", (*back, Remedy("Rewind", command="rewind")), pressing=True)


def _diverging(case: Case) -> Iterator[Finding]:
    rows = case.curves.rows
    if len(rows) < 3 or (case.snapshot is not None and case.snapshot.problem):
        return
    losses = np.array([row[1] for row in rows])
    first, now = float(losses[0]), float(losses[-1])
    if np.isfinite(now) and now > EXPLODED * max(float(losses.min()), 0.01) and now > 2.0 * first:
        evidence = f"Train loss {_short(first)} at first, {_short(now)} now."
        sentence = "The loss has grown far beyond where it began: the steps are far too large."
        yield Finding("diverging", sentence, evidence, (slower_from_good(case.experiment),), pressing=True)


def _unsteady(case: Case) -> Iterator[Finding]:
    sentence = unsteady(case.trend) if case.trend is not None else ""
    if case.trend is None or not sentence:
        return
    recent = case.trend.recent
    batches = larger_batch(case.experiment, case.prepared) if case.prepared is not None else ()
    evidence = f"Train loss between {_short(recent.min())} and {_short(recent.max())} of late."
    yield Finding("unsteady", sentence, evidence, (slower(case.experiment), *batches))


def _rising(case: Case) -> Iterator[Finding]:
    sentence = rising(case.trend) if case.trend is not None else ""
    if case.trend is not None and sentence:
        before, now = case.trend.train[-case.trend.span], case.trend.train[-1]
        evidence = f"Train loss {_short(before)} before, {_short(now)} now."
        yield Finding("rising", sentence, evidence, (slower(case.experiment),))


def _overfitting(case: Case) -> Iterator[Finding]:
    trend, plan = case.trend, case.plan
    if trend is None or plan is None or not trend.overfits or case.solved:
        return
    evidence = f"Train loss {_short(trend.train[-1])}, {case.watched} loss {_short(trend.watched[-1])}."
    remedies = (*regularized(case.experiment), *more_samples(case.experiment))
    yield Finding("overfitting", overfitting(trend, plan, case.watched), evidence, remedies)


def _plateau(case: Case) -> Iterator[Finding]:
    trend, plan = case.trend, case.plan
    sentence = plateau(trend, plan) if trend is not None and plan is not None else ""
    if trend is None or not sentence or case.solved:
        return
    evidence = f"Train loss {_short(trend.train[-trend.span])} then, {_short(trend.train[-1])} now."
    remedies = (*adam(case.experiment), *larger(case.experiment))
    if case.experiment.training.learning_rate < STEEP:
        remedies = (*remedies, faster(case.experiment))
    yield Finding("plateau", sentence, evidence, remedies)


# What the neurons say -----------------------------------------------------------------------------------


def _dead(case: Case) -> Iterator[Finding]:
    shown, plan = case.trained, case.plan
    if shown is None or plan is None:
        return
    for layer, name, count, units in _worst(case, dead_units(shown.picture, plan)):
        steep = case.experiment.training.learning_rate >= STEEP
        remedies = (
            *((begin_again(case.experiment),) if steep else ()),
            with_activation(case.experiment, (layer,), "leaky_relu"),
            new_weights(case.experiment),
        )
        quite = plan.shapes[plan.layer_ids.index(layer)].activation == "relu"
        same = "0 whatever comes in, and no" if quite else "nearly the same whatever comes in, and hardly any"
        sentence = f"Most neurons of {name} are dead: they answer {same} gradient reaches them."
        yield Finding("dead", sentence, f"{count} of {units} neurons of {name}.", remedies)
        return


def _saturated(case: Case) -> Iterator[Finding]:
    shown, plan, trend = case.trained, case.plan, case.trend
    if shown is None or plan is None or trend is None or not trend.stands_still:
        return
    for layer, name, count, units in _worst(case, saturated_units(shown.picture, plan), output=True):
        evidence = f"{count} of {units} neurons of {name} answer at the ends of their range for most inputs."
        sentence = (
            f"{name[:1].upper()}{name[1:]} is saturated: its slope is nearly 0 there, so it hardly learns."
        )
        remedies: tuple[Remedy, ...] = (begin_again(case.experiment), new_weights(case.experiment))
        if layer != OUTPUT_ID:
            other = with_activation(case.experiment, (layer,), "relu")
            steep = case.experiment.training.learning_rate >= STEEP
            remedies = (*remedies, other) if steep else (other, *remedies)
        yield Finding("saturated", sentence, evidence, remedies)
        return


def _vanishing(case: Case) -> Iterator[Finding]:
    shown, plan, network = case.trained, case.plan, case.network
    if shown is None or plan is None or network is None or case.prepared is None:
        return
    norms = gradient_sizes(network, case.prepared, shown)
    if not np.isfinite(norms).all() or norms[-1] <= 0 or norms[0] > VANISHED * norms[-1]:
        return
    dense = [layer.id for layer in case.experiment.layers if isinstance(layer, Dense)]
    first = layer_names(case.experiment.layers)[case.experiment.index(dense[0])]
    sentence = (
        f"The gradient vanishes on its way back, so {first} hardly learns: too many flat slopes in a row."
    )
    evidence = f"The gradient of {first} is {norms[0] / norms[-1]:.1g} of the output's."
    remedies = [with_activation(case.experiment, tuple(dense), "relu")]
    if len(dense) > 2:
        remedies.append(Remedy("Keep two hidden layers", shallow))
    yield Finding("vanishing", sentence, evidence, tuple(remedies))


def _worst(case: Case, masks: tuple[Mask, ...], output: bool = False) -> Iterator[tuple[str, str, int, int]]:
    """Yield id, name, count and size of each layer of which more than a part is marked."""
    assert case.plan is not None
    names = (*layer_names(case.plan.shapes[:-1]), "the output")
    layers = list(zip(case.plan.layer_ids, names, masks, strict=True))
    for layer, name, mask in layers if output else layers[:-1]:
        count = int(mask.sum())
        if len(mask) and count > MOST_DEAD * len(mask):
            yield layer, name, count, len(mask)


# What the settings say ----------------------------------------------------------------------------------


def _settings(case: Case) -> Iterator[Finding]:
    told: set[str] = set()
    for problem in case.problems:
        if problem.key and problem.key in told:
            continue  # of another layer: one remedy is for all
        told.add(problem.key)
        make, evidence = OF_PROBLEMS.get(problem.key, (_nothing, _no_evidence))
        key, pressing = problem.key or "settings", problem.severity == "error"
        yield Finding(key, problem.message, evidence(case), make(case.experiment), pressing)


def _nothing(_experiment: Experiment) -> tuple[Remedy, ...]:
    return ()


def _no_evidence(_case: Case) -> str:
    return ""


def _for_alike(_experiment: Experiment) -> tuple[Remedy, ...]:
    def draw(now: Experiment) -> Experiment:
        for layer in now.layers:
            if isinstance(layer, Dense) and layer.initializer in ("zeros", "constant"):
                now = edits.set_initializer(now, layer.id, initializer_for(layer.activation))
        return now

    return (Remedy("Draw the first weights at random", draw),)


def _evidence_of_alike(case: Case) -> str:
    shown, plan = case.snapshot, case.plan
    if shown is None or plan is None or shown.step == 0:
        return ""
    masks = symmetric_units(shown.weights, shown.biases, plan)
    hidden = [(name, mask) for name, mask in zip(layer_names(plan.shapes[:-1]), masks, strict=False)]
    told = [f"{int(mask.sum())} of {len(mask)} neurons of {name}" for name, mask in hidden if mask.any()]
    return f"After {shown.step:,} steps {told[0]} still have the same weights." if told else ""


def _for_linear(experiment: Experiment) -> tuple[Remedy, ...]:
    dense = tuple(layer.id for layer in experiment.layers if isinstance(layer, Dense))
    return tuple(with_activation(experiment, dense, key) for key in ("tanh", "relu"))


def _evidence_of_linear(case: Case) -> str:
    if not case.curves.rows or case.snapshot is None or case.snapshot.step == 0:
        return ""
    epoch, train, _, _, metric = case.curves.rows[-1]
    classes = case.plan is not None and case.plan.task == "classification"
    figure = f"{metric:.0%} of the {case.watched} points right" if classes else f"R² {metric:.2f}"
    return f"At epoch {epoch:,.0f}: {figure}, train loss {_short(train)}."


def _for_unscaled(_experiment: Experiment) -> tuple[Remedy, ...]:
    return (Remedy("Scale the columns", lambda now: edits.set_data(now, scaling="standard")),)


def _evidence_of_unscaled(case: Case) -> str:
    if case.prepared is None:
        return ""
    spread = case.prepared.x_train.std(axis=0)
    return f"Their spreads go from {_short(spread.min())} to {_short(spread.max())}."


def _for_loss(experiment: Experiment) -> tuple[Remedy, ...]:
    loss = by_key(LOSSES, experiment.training.loss, "loss")
    label = by_key(ACTIVATIONS, loss.outputs[0], "activation").label
    return (Remedy(f"Use {label} at the output", lambda now: edits.set_loss(now, loss.key)),)


def _for_output(key: str, label: str) -> Callable[[Experiment], tuple[Remedy, ...]]:
    return lambda _experiment: (Remedy(label, lambda now: edits.set_activation(now, OUTPUT_ID, key)),)


def _for_rate(_experiment: Experiment) -> tuple[Remedy, ...]:
    return (Remedy("Set the learning rate to 0.03", lambda now: edits.set_training(now, learning_rate=0.03)),)


OF_PROBLEMS: dict[str, tuple[Callable[[Experiment], tuple[Remedy, ...]], Callable[[Case], str]]] = {
    "loss_output": (_for_loss, _no_evidence),
    "no_classes": (_for_output("softmax", "Use softmax with its cross-entropy"), _evidence_of_linear),
    "bounded_output": (_for_output("linear", "Use linear at the output"), _evidence_of_linear),
    "alike": (_for_alike, _evidence_of_alike),
    "linear": (_for_linear, _evidence_of_linear),
    "unscaled": (_for_unscaled, _evidence_of_unscaled),
    "no_rate": (_for_rate, _no_evidence),
}
"""What is to be tried, and what shows it, by the key of a problem of the settings."""

Diagnose = Callable[[Case], Iterator[Finding]]

DIAGNOSES: tuple[Diagnose, ...] = (
    _lost,
    _settings,
    _diverging,
    _unsteady,
    _rising,
    _vanishing,
    _dead,
    _saturated,
    _overfitting,
    _plateau,
)


# Numbers ------------------------------------------------------------------------------------------------


def gradient_sizes(network: Network, prepared: Prepared, shown: Snapshot) -> FloatArray:
    """Return the root mean square of the gradient of each Dense layer's weights on some training rows."""
    network.set_parameters(flat(shown.weights, shown.biases))
    loss = by_key(LOSSES, prepared.plan.training.loss, "loss")
    with np.errstate(all="ignore"):
        network.forward(np.asarray(prepared.x_train[:ROWS], dtype=np.float64))
        network.backward(np.asarray(prepared.y_train[:ROWS], dtype=np.float64), loss)
        blocks = zip(network.layers, network.blocks_of(network.gradients), strict=True)
        return np.array([np.sqrt(np.mean(block[:, 1:] ** 2)) for s, block in blocks if s.kind == "dense"])


def _may_vanish(plan: Plan) -> bool:
    """Return whether a network is deep enough for its gradients to be asked for, and small enough."""
    dense = sum(shape.kind == "dense" for shape in plan.shapes[:-1])
    plain = all(shape.kind == "dense" for shape in plan.shapes)
    return dense >= DEEP and plain and plan.parameters <= MOST_WORK


def _short(value: float) -> str:
    return f"{value:.3g}"
