"""One neuron with two inputs: its weighted sum, the line where that is 0, and how it learns.

A neuron answers g(z) with z = w0 + w1 x1 + w2 x2, which is w . [1 x1 x2] (lecture, "Mathematical Neuron").
Weights are always the row [w0 w1 w2], the order in which the engine's own Dense layer keeps them. Rows are
(n, 2), targets are 0 or 1 (n,), and all numbers are float64.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from playground.data import dataset
from playground.data.base import FloatArray
from playground.engine.activations import ACTIVATIONS
from playground.engine.backends import make_backend
from playground.engine.layers import LayerShape
from playground.engine.losses import LOSSES
from playground.engine.network import Network
from playground.tables import by_key

Place = tuple[float, float]

CORNERS: tuple[Place, ...] = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
"""The rows of a truth table of two inputs, in the usual order."""
ANGLES = 720
"""Directions in which `best_line` looks for lines."""


@dataclass(frozen=True, slots=True)
class Weights:
    """[w0 w1 w2] of one neuron; w0 is the bias, the weight of an input that is always 1."""

    w0: float
    w1: float
    w2: float

    @classmethod
    def of(cls, row: npt.ArrayLike) -> "Weights":
        """Return the weights of an array (3,)."""
        w0, w1, w2 = np.asarray(row, dtype=np.float64)
        return cls(float(w0), float(w1), float(w2))

    @property
    def row(self) -> FloatArray:
        """The weights as an array (3,)."""
        return np.array([self.w0, self.w1, self.w2])

    @property
    def steepness(self) -> float:
        """How fast z rises across the line: the length of (w1, w2)."""
        return math.hypot(self.w1, self.w2)

    @property
    def is_finite(self) -> bool:
        """Whether all three are numbers."""
        return all(map(math.isfinite, (self.w0, self.w1, self.w2)))

    def sums(self, rows: npt.ArrayLike) -> FloatArray:
        """Return z (n,) of rows (n, 2)."""
        x = np.asarray(rows, dtype=np.float64)
        with np.errstate(all="ignore"):
            z: FloatArray = self.w0 + self.w1 * x[..., 0] + self.w2 * x[..., 1]
        return z

    def answers(self, rows: npt.ArrayLike, activation: str) -> FloatArray:
        """Return g(z) (n,) of rows (n, 2), for an activation by its key."""
        return activated(self.sums(rows), activation)[0]

    def accuracy(self, rows: npt.ArrayLike, targets: npt.ArrayLike) -> float:
        """Return the share of rows on the side of the line where their target is; nan without rows.

        z >= 0 is the side of 1, as the step function has it.
        """
        right = (self.sums(rows) >= 0.0) == (np.asarray(targets) > 0.5)
        return float(right.mean()) if right.size else math.nan


def activated(z: npt.ArrayLike, activation: str) -> tuple[FloatArray, FloatArray]:
    """Return g(z) and g'(z), shaped like `z`, by the engine's definitions; not for the softmax."""
    record = by_key(ACTIVATIONS, activation, "activation")
    if record.slope is None:
        raise ValueError(f"{record.label} answers for all units of a layer, not for one")
    z = np.asarray(z, dtype=np.float64)
    with np.errstate(all="ignore"):
        value = np.broadcast_to(np.asarray(record.value(z)), z.shape).astype(np.float64)
        slope = np.broadcast_to(np.asarray(record.slope(z, value)), z.shape).astype(np.float64)
    return value, slope


def softmax(scores: npt.ArrayLike) -> FloatArray:
    """Return the shares (k,) of scores (k,), which add up to 1, by the engine's own function."""
    record = by_key(ACTIVATIONS, "softmax", "activation")
    return np.asarray(record.value(np.atleast_2d(np.asarray(scores, dtype=np.float64)))[0])


# The boundary -------------------------------------------------------------------------------------------


def handles(weights: Weights, centre: Place, reach: float) -> tuple[Place, Place] | None:
    """Return two places on the line z = 0, `reach` to each side of the point nearest to `centre`.

    None where there is no line: w1 and w2 are 0, or not all weights are numbers.
    """
    steep = weights.steepness
    if not weights.is_finite or steep == 0.0 or not math.isfinite(1.0 / steep):
        return None
    across = weights.w1 / steep, weights.w2 / steep
    away = (weights.w0 + weights.w1 * centre[0] + weights.w2 * centre[1]) / steep
    if not math.isfinite(away):
        return None
    foot = centre[0] - away * across[0], centre[1] - away * across[1]
    along = across[1] * reach, -across[0] * reach
    return (foot[0] - along[0], foot[1] - along[1]), (foot[0] + along[0], foot[1] + along[1])


def through(first: Place, second: Place, steepness: float) -> Weights | None:
    """Return the weights whose line goes through two places; None when they are the same place.

    The side of 1 lies to the left of the way from the first to the second, as `handles` gives them, so that
    the two are each other's way back. `steepness` is the length of (w1, w2), which a line does not tell.
    """
    east, north = second[0] - first[0], second[1] - first[1]
    length = math.hypot(east, north)
    if length == 0.0 or not math.isfinite(length):
        return None
    w1, w2 = -north / length * steepness, east / length * steepness
    return Weights(-(w1 * first[0] + w2 * first[1]), w1, w2)


def shifted(weights: Weights, distance: float) -> Weights:
    """Return the weights whose line lies `distance` further on the side of 1, parallel to the old one."""
    return Weights(weights.w0 - distance * weights.steepness, weights.w1, weights.w2)


def turned(weights: Weights, angle: float, about: Place) -> Weights:
    """Return the weights whose line is turned by `angle` (anticlockwise, radians) round a place."""
    cos, sin = math.cos(angle), math.sin(angle)
    w1, w2 = cos * weights.w1 - sin * weights.w2, sin * weights.w1 + cos * weights.w2
    z = weights.w0 + weights.w1 * about[0] + weights.w2 * about[1]
    return Weights(z - w1 * about[0] - w2 * about[1], w1, w2)


# What is to be learnt -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Rows (n, 2) with targets of 0 and 1 (n,), and the part of the plane that shows them all."""

    key: str
    label: str
    help: str
    rows: FloatArray
    targets: FloatArray
    domain: tuple[Place, Place]
    names: tuple[str, str] = ("x₁", "x₂")
    is_table: bool = False

    @property
    def centre(self) -> Place:
        """The middle of the domain."""
        (left, right), (bottom, top) = self.domain
        return (left + right) / 2.0, (bottom + top) / 2.0

    @property
    def reach(self) -> float:
        """How far the ends of a line are from its middle: a good third of the shorter side of the domain."""
        return 0.36 * min(high - low for low, high in self.domain)


def _gate(key: str, label: str, help_text: str, targets: tuple[int, int, int, int]) -> Task:
    domain = ((-0.6, 1.6), (-0.6, 1.6))
    return Task(
        key, label, help_text, np.array(CORNERS), np.array(targets, dtype=float), domain, is_table=True
    )


GATES: tuple[Task, ...] = (
    _gate("and", "AND", "1 only where both inputs are 1.", (0, 0, 0, 1)),
    _gate("or", "OR", "1 where at least one input is 1.", (0, 1, 1, 1)),
    _gate("nand", "NAND", "0 only where both inputs are 1: AND the other way round.", (1, 1, 1, 0)),
    _gate("xor", "XOR", "1 where exactly one input is 1: no line parts these points.", (0, 1, 1, 0)),
)

CLOUDS: tuple[tuple[str, str, str, float], ...] = (
    ("gauss", "Two clouds", "Two clouds of points that a line can part.", 0.1),
    ("gauss", "Clouds that overlap", "Two clouds that mix, so that every line errs somewhere.", 0.4),
    ("xor", "XOR clouds", "The truth table of XOR with a cloud of points in each quarter.", 0.1),
)
"""Point clouds: the data set, what it is called here, what it is, and its noise."""


def cloud(index: int, samples: int, seed: int, noise: float | None = None) -> Task:
    """Return the clouds `CLOUDS[index]`, drawn from a seed by the data set of the gallery.

    With `noise` (0 to 0.5) they are as noisy as that.
    """
    key, label, help_text, usual = CLOUDS[index]
    source = dataset(key)
    sample = source.make(samples, usual if noise is None else noise, 2, np.random.default_rng(seed))
    assert source.domain is not None
    (left, right), (bottom, top) = source.domain
    rows, targets = np.asarray(sample.inputs), sample.targets.astype(np.float64)
    return Task(f"cloud_{index}", label, help_text, rows, targets, ((left, right), (bottom, top)))


# What a line can do -------------------------------------------------------------------------------------


def best_line(rows: FloatArray, targets: FloatArray, angles: int = ANGLES) -> tuple[Weights, float]:
    """Return the best line of a fine set of them, with its accuracy: every direction, between all points.

    Looked for are `angles` directions of (w1, w2) round the whole circle, each with every threshold that
    lies halfway between two neighbouring projections, or beyond them all: n + 1 lines for each direction.
    """
    turns = np.arange(angles) * (2.0 * math.pi / angles)
    across = np.stack((np.cos(turns), np.sin(turns)))
    along = np.asarray(rows, dtype=np.float64) @ across
    order = np.argsort(along, axis=0, kind="stable")
    ordered = np.take_along_axis(along, order, axis=0)
    ends = np.vstack((ordered[:1] - 1.0, ordered, ordered[-1:] + 1.0))
    places = (ends[1:] + ends[:-1]) / 2.0
    # With the threshold before point k, the points from k on are answered 1.
    is_one = np.asarray(targets) > 0.5
    ones = is_one[order].astype(np.int64)
    zeros_before = np.vstack((np.zeros((1, angles), dtype=np.int64), np.cumsum(1 - ones, axis=0)))
    ones_before = np.vstack((np.zeros((1, angles), dtype=np.int64), np.cumsum(ones, axis=0)))
    right = zeros_before + int(is_one.sum()) - ones_before
    # Between two points at the same place of a direction there is no threshold.
    right[1:-1][np.diff(ordered, axis=0) <= 1e-9] = -1
    place, turn = np.unravel_index(int(np.argmax(right)), right.shape)
    w1, w2 = across[:, turn]
    return Weights(-float(places[place, turn]), float(w1), float(w2)), float(right[place, turn] / len(rows))


# Learning -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RuleStep:
    """One step of the perceptron rule: the row that was looked at, and what became of the weights."""

    row: int
    z: float
    answer: float
    target: float
    before: Weights
    after: Weights

    @property
    def was_right(self) -> bool:
        """Whether the answer was right, so that nothing changed."""
        return self.answer == self.target


def rule_step(weights: Weights, task: Task, row: int, rate: float) -> RuleStep:
    """Return what Rosenblatt's rule makes of one row: w + rate (y - step(z)) [1 x1 x2].

    A right answer changes nothing. Where some line parts the classes, it ends after finitely many mistakes
    (Novikoff 1962); where none does, it never ends.
    """
    x, target = task.rows[row], float(task.targets[row])
    z = float(weights.sums(x))
    answer = 1.0 if z >= 0.0 else 0.0
    with np.errstate(all="ignore"):
        after = weights.row + rate * (target - answer) * np.array([1.0, x[0], x[1]])
    return RuleStep(row, z, answer, target, weights, Weights.of(after))


def gradient(weights: Weights, task: Task, activation: str, loss: str) -> tuple[float, FloatArray]:
    """Return the mean loss and its gradient (3,) over all rows, from a network of this one neuron.

    A loss that wants -1 and 1 (hinge) or an activation with its middle at 0 is the caller's to judge: the
    targets stay 0 and 1.
    """
    network = Network(make_backend("numpy"), [LayerShape(2, 1, activation)], "float64")
    network.set_parameters(weights.row)
    value = network.loss_and_gradients(task.rows, task.targets.reshape(-1, 1), by_key(LOSSES, loss, "loss"))
    return value, np.array(network.gradients)


def descent_step(weights: Weights, task: Task, activation: str, loss: str, rate: float) -> Weights:
    """Return w - rate dJ/dw over all rows, the rule of gradient descent (lecture, "Update Rule")."""
    with np.errstate(all="ignore"):
        return Weights.of(weights.row - rate * gradient(weights, task, activation, loss)[1])
