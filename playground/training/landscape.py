"""The loss on a plane through the weights: a slice of the landscape that a network learns in.

Two directions span the plane. They are drawn at random and scaled filter by filter (Li et al. 2018,
"Visualizing the loss landscape of neural nets"; their code: github.com/tomgoldstein/loss-landscape), or they
are the principal components of the path that the weights have walked (Lorch 2016; Li et al., section 7).
Everything here is computed from copies, so no training is disturbed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from playground.engine.activations import ACTIVATIONS
from playground.engine.backends.numpy import NumpyBackend
from playground.engine.layers import LAYERS, LayerShape
from playground.engine.losses import LOSSES, Loss
from playground.engine.network import Network
from playground.experiment.prepare import Prepared
from playground.tables import by_key

FloatArray = npt.NDArray[np.floating]
Tell = Callable[[float], None]
Cancelled = Callable[[], bool]

MOST_ROWS = 500
STACKED = frozenset({"dense", "dropout", "skip"})
"""Kinds of layers that many networks are computed with at once; with others, one network after the other."""
CHUNK = 1 << 15
"""Numbers of the widest layer that are computed at once: they stay in the processor's cache."""
CALM = 1 << 18
"""Multiplications of one product: with more, OpenBLAS takes several threads, from the training too."""
SHORTEST_PATH = 3
LEAST_HEIGHT = 0.1  # share of the path's longer side that its plane reaches along the shorter one
LARGEST = 1e18
"""Weights beyond it have run away: their squares are no numbers in single precision."""
PATH_NUMBERS = 8_000_000
MOST_PLACES = 240


class NoSlice(ValueError):  # noqa: N818 - what is said is the point
    """There is no slice to be computed; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Terrain:
    """What the loss is taken of: the network's layers, the loss, and rows as the network takes them.

    `x` is (n, features) and `y` (n, outputs), single precision; `of` is how many training rows there are.
    """

    shapes: tuple[LayerShape, ...]
    loss: Loss
    x: npt.NDArray[np.float32]
    y: npt.NDArray[np.float32]
    of: int

    @classmethod
    def of_run(cls, prepared: Prepared) -> "Terrain":
        """Return the terrain of a run: its training rows, evenly thinned to `MOST_ROWS`."""
        rows = prepared.train_rows
        chosen = rows[np.linspace(0, len(rows) - 1, min(MOST_ROWS, len(rows))).astype(int)]
        plan = prepared.plan
        x, y = prepared.x[chosen].astype(np.float32), prepared.y[chosen].astype(np.float32)
        return cls(plan.shapes, by_key(LOSSES, plan.training.loss, "loss"), x, y, len(rows))


@dataclass(frozen=True, slots=True)
class Plane:
    """A plane through `centre` (P,), along `directions` (2, P); what is shown of it are two ranges.

    `labels` name the axes, `numbers` are the points along a side.
    """

    centre: FloatArray
    directions: FloatArray
    across: tuple[float, float]
    up: tuple[float, float]
    labels: tuple[str, str]
    numbers: int

    @property
    def axes(self) -> tuple[FloatArray, FloatArray]:
        """The places of the columns and of the rows, each (numbers,)."""
        return np.linspace(*self.across, self.numbers), np.linspace(*self.up, self.numbers)

    def place(self, parameters: FloatArray) -> FloatArray:
        """Return where parameters (n, P) fall on the plane, (n, 2), straight down."""
        return _fallen(parameters - self.centre, self.directions)


@dataclass(frozen=True, slots=True)
class Landscape:
    """The loss on a plane: `losses` (numbers, numbers), the row of the lowest second coordinate first."""

    plane: Plane
    losses: FloatArray

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest loss; nan where none is a number."""
        finite = self.losses[np.isfinite(self.losses)]
        return (float(finite.min()), float(finite.max())) if finite.size else (np.nan, np.nan)


class Path:
    """Where the weights have been: bounded, thinned evenly as it grows longer."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all places."""
        self._steps: list[int] = []
        self._places: list[npt.NDArray[np.float32]] = []
        self._stride = 1

    def __len__(self) -> int:
        return len(self._places)

    def items(self) -> list[tuple[int, npt.NDArray[np.float32]]]:
        """Return the steps with the parameters (P,) there."""
        return list(zip(self._steps, self._places, strict=True))

    @property
    def places(self) -> npt.NDArray[np.float32]:
        """The parameters at each place, (places, P)."""
        return np.stack(self._places) if self._places else np.empty((0, 0), np.float32)

    def add(self, step: int, parameters: FloatArray) -> None:
        """Note where the weights are at a step; from an earlier step than the last the path goes on anew."""
        if not (np.abs(parameters) < LARGEST).all():
            return
        while self._steps and step < self._steps[-1]:
            self._steps.pop()
            self._places.pop()
        if self._steps and step < self._steps[-1] + self._stride:
            return
        self._steps.append(step)
        self._places.append(parameters.astype(np.float32))
        if len(self) > max(8, min(MOST_PLACES, PATH_NUMBERS // max(1, parameters.size))):
            self._steps, self._places = self._steps[::2], self._places[::2]
            self._stride = max(1, (self._steps[-1] - self._steps[0]) // len(self))


# Planes -------------------------------------------------------------------------------------------------


def flat(weights: Sequence[FloatArray], biases: Sequence[FloatArray]) -> FloatArray:
    """Return all parameters (P,) in a network's order, from weights (units, inputs) and biases (units,)."""
    parts = [
        np.column_stack((bias, weight)).ravel()
        for weight, bias in zip(weights, biases, strict=True)
        if len(bias)
    ]
    return np.concatenate(parts) if parts else np.empty(0)


def random_plane(
    shapes: Sequence[LayerShape], centre: FloatArray, seed: int, span: float, numbers: int
) -> Plane:
    """Return the plane of two random directions, in which each unit's weights are as long as its own.

    As the authors' code does with `ignore="biasbn"`, biases and the numbers of norms are left where they are.
    So are weights of exactly 0, which are those of links that are off.
    Raises NoSlice.
    """
    _require_numbers(centre)
    rng = np.random.default_rng(seed)
    directions = np.zeros((2, centre.size))
    for direction in directions:
        pairs = zip(shapes, _blocks(shapes, centre), _blocks(shapes, direction), strict=True)
        for shape, own, drawn in pairs:
            if shape.kind == "dense":
                gauss = rng.standard_normal((shape.units, shape.inputs)) * (own[:, 1:] != 0.0)
                lengths = np.linalg.norm(own[:, 1:], axis=1) / (np.linalg.norm(gauss, axis=1) + 1e-10)
                drawn[:, 1:] = gauss * lengths[:, None]
    if not directions.any(axis=1).all():
        raise NoSlice(
            "Every weight is 0, and random directions are made as long as the weights: there is nowhere to "
            "go. Choose another initializer, or train and look along the path."
        )
    return Plane(centre, directions, (-span, span), (-span, span), ("direction 1", "direction 2"), numbers)


def path_plane(
    shapes: Sequence[LayerShape], centre: FloatArray, path: FloatArray, span: float, numbers: int
) -> Plane:
    """Return the plane in which a path (places, P) to `centre` spreads most, with room around it.

    A `span` of 1 shows the path with a margin. Running averages, which no gradient moves, are left where they
    are. The path runs from left to right and upwards. Raises NoSlice.
    """
    _require_numbers(centre)
    moved = np.asarray(path, np.float64).reshape(len(path), -1) - centre if len(path) else np.empty((0, 0))
    if len(moved) < SHORTEST_PATH:
        raise NoSlice("The weights have walked no path yet. Press Play, and let them go a few steps.")
    for row in moved:
        for shape, block in zip(shapes, _blocks(shapes, row), strict=True):
            kept = by_key(LAYERS, shape.kind, "kind of layer").kept
            block[:, block.shape[1] - kept :] = 0.0
    spread, turned = np.linalg.eigh(moved @ moved.T)  # places x places: there are more weights than places
    spread, turned = np.maximum(spread[::-1][:2], 0.0), turned[:, ::-1][:, :2]
    if spread[1] <= 1e-12 * max(spread[0], np.finfo(np.float64).tiny):
        raise NoSlice("The weights have walked along a line so far, which spans no plane. Train some more.")
    directions = (moved.T @ turned / np.sqrt(spread)).T
    places = moved @ directions.T
    directions *= np.where(places[0] > 0.0, -1.0, 1.0)[:, None]
    places = np.vstack((moved @ directions.T, np.zeros(2)))
    low, high = places.min(axis=0), places.max(axis=0)
    half = np.maximum(high - low, LEAST_HEIGHT * float((high - low).max())) * 0.7 * span
    (left, bottom), (right, top) = (low + high) / 2 - half, (low + high) / 2 + half
    shares = spread / max(float(np.square(moved).sum()), np.finfo(np.float64).tiny)
    first, second = (f"component {n} ({share * 100:.0f} % of the path)" for n, share in enumerate(shares, 1))
    across, up = (float(left), float(right)), (float(bottom), float(top))
    return Plane(centre, directions, across, up, (first, second), numbers)


# The loss -----------------------------------------------------------------------------------------------


def landscape(
    terrain: Terrain,
    plane: Plane,
    tell: Tell = lambda _share: None,
    cancelled: Cancelled = lambda: False,
) -> Landscape | None:
    """Return the loss at every point of a plane, without the price of a regularizer; None when cancelled."""
    across, up = plane.axes
    steps = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    stacked = all(shape.kind in STACKED for shape in terrain.shapes)
    losses = _losses_stacked(terrain, plane, steps) if stacked else _losses_one_by_one(terrain, plane, steps)
    found = np.empty(len(steps))
    done = 0
    for part in losses:
        found[done : done + len(part)] = part
        done += len(part)
        tell(done / len(steps))
        if cancelled():
            return None
    return Landscape(plane, found.reshape(plane.numbers, plane.numbers))


def _losses_one_by_one(terrain: Terrain, plane: Plane, steps: FloatArray) -> Iterator[FloatArray]:
    network = Network(NumpyBackend(), terrain.shapes, "float32")
    for step in steps:
        network.set_parameters(plane.centre + step @ plane.directions)
        loss, _ = network.evaluate(terrain.x, terrain.y, terrain.loss)
        yield np.array([loss])


def _losses_stacked(terrain: Terrain, plane: Plane, steps: FloatArray) -> Iterator[FloatArray]:
    """Yield the losses of some networks at once, again and again: each layer of them is one array."""
    shapes, rows = terrain.shapes, len(terrain.x)
    some = min(rows, max(16, CALM // max(shape.units * (shape.inputs + 1) for shape in shapes)))
    widest = some * max(max(shape.units, shape.inputs) + 1 for shape in shapes)
    many = max(1, min(len(steps), CHUNK // widest, 128 * CHUNK // plane.centre.size))
    centre = list(_blocks(shapes, plane.centre.astype(np.float32)))
    first, second = (list(_blocks(shapes, one.astype(np.float32))) for one in plane.directions)
    # As the engine has them: examples are columns, with a row of ones for the biases.
    columns = np.vstack((np.ones(rows, np.float32), terrain.x.T))
    with np.errstate(all="ignore"):
        for start in range(0, len(steps), many):
            part = steps[start : start + many].astype(np.float32)
            a, b = part[:, 0, None, None], part[:, 1, None, None]
            blocks = [c + a * d + b * e for c, d, e in zip(centre, first, second, strict=True)]
            total = np.zeros(len(part))
            for at in range(0, rows, some):
                z, answers = _answers(shapes, blocks, columns[:, at : at + some])
                targets = np.tile(terrain.y[at : at + some], (len(part), 1))
                each = terrain.loss.value(z, answers, targets)
                total += each.reshape(len(part), -1).sum(axis=1, dtype=np.float64)
            yield total / rows


def _answers(
    shapes: Sequence[LayerShape], blocks: Sequence[FloatArray], columns: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return z and a of the output layer, (networks * rows, outputs), for blocks (networks, units, columns).

    The formulas are the engine's own; only the products differ, which are one for each network.
    """
    values = [np.broadcast_to(columns, (len(blocks[-1]), *columns.shape))]
    for shape, block in zip(shapes[:-1], blocks, strict=False):
        below = values[-1]
        if shape.kind == "dense":
            answers = np.empty((len(block), shape.units + 1, columns.shape[1]), np.float32)
            answers[:, 0] = 1.0
            by_key(ACTIVATIONS, shape.activation, "activation").apply(np.matmul(block, below), answers[:, 1:])
            values.append(answers)
        elif shape.kind == "skip":
            values.append(below + values[shape.source])
            values[-1][:, 0] = 1.0
        else:
            values.append(below)
    output = shapes[-1]
    z = np.matmul(blocks[-1], values[-1]).transpose(0, 2, 1).reshape(-1, output.units)
    answer = np.empty_like(z)
    by_key(ACTIVATIONS, output.activation, "activation").apply(z, answer)
    return z, answer


def _blocks(shapes: Sequence[LayerShape], parameters: FloatArray) -> Iterator[FloatArray]:
    """Yield the view of each layer's block (units, columns) in all parameters (P,)."""
    start = 0
    for shape in shapes:
        yield parameters[start : start + shape.size].reshape(shape.units, shape.columns)
        start += shape.size


def _fallen(moved: FloatArray, directions: FloatArray) -> FloatArray:
    gram = directions @ directions.T
    fallen: FloatArray = np.linalg.lstsq(gram, directions @ np.asarray(moved, np.float64).T, rcond=None)[0].T
    return fallen


def _require_numbers(centre: FloatArray) -> None:
    if not (np.abs(centre) < LARGEST).all():
        raise NoSlice(
            "A weight has run away beyond all numbers, so there is no landscape around it. Rewind, lower the "
            "learning rate, and press Play."
        )
