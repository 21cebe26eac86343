"""Many descents at once over two small landscapes: does noise in the gradient help them out of a trap?

A `Ground` is a landscape with a trap in it: a saddle point, or a minimum that is not the lowest. A `Crowd` is
many descents from the same start, each with noise of its own in its gradients and otherwise alike. The noise
is Gaussian, or that of real mini-batches: see `offsets`. Steps are made by the engine's own optimizers. They
work number by number, so that one flat vector holds all runs, and each is the run that it would be alone.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from playground.engine import dice
from playground.engine.backends.numpy import NumpyBackend
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.schedules import SCHEDULES
from playground.tables import by_key

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

ROWS = 64
"""Rows of data from which mini-batches are taken."""
GRAIN = 2.0**-20
"""Offsets are whole multiples of it: sums of them are exact, in whatever order."""
FAR = 1e6
"""Whoever is further out than that has run away."""
BLOCK = 128
"""Steps for which Gaussian noise is drawn at once."""
NEVER = -1
"""The step of an arrival that has not been."""
DEEPER, BARRIER, TRAP = np.sort(np.roots([4.0, 0.0, -4.0, 0.5]).real).tolist()
"""Where the double well is level, 4w³ - 4w + 0.5 = 0: the global minimum, the top between, the other one."""


# The landscapes ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ground:
    """A landscape over d weights and the trap in it; functions take points (..., d).

    `value` returns heights (...), `gradient` slopes (..., d), and `out` whether a point is out of the trap,
    (...). Whoever has once been out counts as escaped when `for_good`; otherwise it is asked where it is now.
    """

    key: str
    label: str
    formula: str
    start: tuple[float, ...]
    value: Callable[[Floats], Floats]
    gradient: Callable[[Floats], Floats]
    out: Callable[[Floats], Flags]
    for_good: bool


def _saddle(points: Floats) -> Floats:
    x, y = points[..., 0], points[..., 1]
    return np.asarray(x * x + (y * y - 1.0) ** 2)


def _saddle_slope(points: Floats) -> Floats:
    x, y = points[..., 0], points[..., 1]
    return np.stack([2.0 * x, 4.0 * y * (y * y - 1.0)], axis=-1)


def _off_the_saddle(points: Floats) -> Flags:
    return np.asarray(np.abs(points[..., 1]) > 0.9)


def _wells(points: Floats) -> Floats:
    w = points[..., 0]
    return np.asarray(w**4 - 2.0 * w * w + 0.5 * w)


def _wells_slope(points: Floats) -> Floats:
    return np.asarray(4.0 * points**3 - 4.0 * points + 0.5)


def _in_the_deeper_well(points: Floats) -> Flags:
    return np.asarray(points[..., 0] < BARRIER)


SADDLE = Ground(
    key="saddle",
    label="Saddle",
    formula="J = x² + (y² - 1)²",
    start=(1.0, 0.0),
    value=_saddle,
    gradient=_saddle_slope,
    out=_off_the_saddle,
    for_good=True,
)
DOUBLE_WELL = Ground(
    key="double_well",
    label="Double well",
    formula="J = w⁴ - 2w² + 0.5w",
    start=(1.2,),
    value=_wells,
    gradient=_wells_slope,
    out=_in_the_deeper_well,
    for_good=False,
)


# The noise --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Noise:
    """What is added to each gradient: Gaussian noise, or what a mini-batch of `batch` of `ROWS` rows adds."""

    kind: str = "gaussian"
    batch: int = 1

    @property
    def spread(self) -> float:
        """The standard deviation of the noise in each weight when that of single rows is 1.

        Of B rows out of N without replacement: √((N - B) / (B (N - 1))); 0 when the batch is all rows.
        """
        if self.kind == "gaussian":
            return 1.0
        return math.sqrt((ROWS - self.batch) / (self.batch * (ROWS - 1)))


class _Stream(Protocol):
    """Noise of unit size for all runs."""

    def next(self) -> Floats:
        """Return the noise of the next step, (runs, d)."""
        ...


def offsets(dimensions: int, seed: int) -> Floats:
    """Return how much each row of the data pulls to its own side, (ROWS, d), of standard deviation 1.

    Row i has the loss J_i(w) = J(w) + σ r_i·w, as when every row would like the weights to lie elsewhere. The
    r_i come in pairs of opposite rows and are whole multiples of `GRAIN`, so that they add up to exactly 0:
    the mean loss of all rows is J itself, and the gradient of a batch is that of J plus σ times the batch's
    mean r_i. That is all that a mini-batch is: the true gradient and the noise of the rows that were taken.
    """
    half = np.random.default_rng([seed, 64]).standard_normal((ROWS // 2, dimensions))
    half /= np.sqrt(np.mean(half * half, axis=0))
    half = np.round(half / GRAIN) * GRAIN
    return np.concatenate([half, -half])


class _Gaussian:
    """Normal numbers: every run has a generator of its own."""

    def __init__(self, runs: int, dimensions: int, seed: int) -> None:
        self._rngs = [np.random.default_rng([seed, run]) for run in range(runs)]
        self._dimensions = dimensions
        self._block = np.zeros((0, runs, dimensions))
        self._next = 0

    def next(self) -> Floats:
        """Return the noise of the next step, (runs, d)."""
        if self._next == len(self._block):
            drawn = [rng.standard_normal((BLOCK, self._dimensions)) for rng in self._rngs]
            self._block, self._next = np.stack(drawn, axis=1), 0
        self._next += 1
        return np.asarray(self._block[self._next - 1])


class _Batches:
    """Mini-batches: every run takes each row once an epoch, in an order of its own, as the trainer does."""

    def __init__(self, runs: int, dimensions: int, seed: int, batch: int) -> None:
        self._offsets = offsets(dimensions, seed)
        bits = [dice.stream((seed << 32) + run) for run in range(runs)]
        self._bits = np.array(bits, dtype=np.uint32)[:, None]
        self._batch = batch
        self._epoch = 0
        self._first = ROWS
        self._pulls = self._offsets[None]

    def next(self) -> Floats:
        """Return the mean pull of the rows in each run's next batch, (runs, d)."""
        if self._first >= ROWS:
            # `dice.order` for all runs at once.
            keys = dice.mix(dice.mix(self._bits + np.uint32(self._epoch)) + np.arange(ROWS, dtype=np.uint32))
            self._pulls = self._offsets[np.argsort(keys, axis=1, kind="stable")]
            self._epoch, self._first = self._epoch + 1, 0
        taken = self._pulls[:, self._first : self._first + self._batch]
        self._first += self._batch
        return np.asarray(np.mean(taken, axis=1))


def stream(noise: Noise, runs: int, dimensions: int, seed: int) -> _Stream:
    """Return the noise of so many runs; that of a run depends on the seed and its number alone."""
    if noise.kind == "gaussian":
        return _Gaussian(runs, dimensions, seed)
    if not 1 <= noise.batch <= ROWS:
        raise ValueError(f"a batch has between 1 and {ROWS} rows; got {noise.batch}")
    return _Batches(runs, dimensions, seed, noise.batch)


# The descents -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Descent:
    """How steps are made: an optimizer of the engine, its rate, and what is left of the rate at each step.

    The rate of step k (from 0) is `rate` times `decay`^k, the engine's exponential schedule with a step for
    an epoch.
    """

    optimizer: str = "sgd"
    rate: float = 0.05
    decay: float = 1.0
    hyper: Mapping[str, float] = field(default_factory=dict)

    def rates(self, first: int, steps: int) -> Floats:
        """Return the learning rates of `steps` steps from step `first` on, (steps,)."""
        exponential = by_key(SCHEDULES, "exponential", "schedule")
        times = np.arange(first, first + steps, dtype=np.float64)
        return np.asarray(self.rate * exponential.factor(times, 1.0, (self.decay,)))


WELL_DESCENT = Descent(rate=0.05, decay=0.9994)
"""The decay with which the well's shares of 200 runs after `WELL_STEPS` are those of the lecture's table."""
WELL_STEPS = 3000


class Crowd:
    """Runs from the start of one landscape, once with each of the k `sizes` of noise.

    The m runs of a size differ in their noise alone, and run i has the same noise at every size, only larger
    or smaller: a size of 0 is the descent without any.

    Attributes:
        step: how many steps have been made.
        points: (k, m, d), where the runs are; nan for one that has run away, which counts nowhere any more.
        arrivals: (k, m), the first step after which a run was out of the trap, or `NEVER`.
        path: the points after each step and at the start, when they are kept.
        shares: the share of runs (k,) that are out after each step and at the start.
    """

    def __init__(
        self,
        ground: Ground,
        descent: Descent,
        noise: Noise,
        sizes: Sequence[float],
        runs: int,
        seed: int,
        *,
        keep: bool = True,
    ) -> None:
        self.ground, self.descent, self.noise = ground, descent, noise
        self.sizes = np.array(sizes, dtype=np.float64)
        dimensions = len(ground.start)
        self._shape = (len(self.sizes), runs, dimensions)
        self._flat = np.tile(np.array(ground.start), len(self.sizes) * runs)
        backend = NumpyBackend()
        kind = by_key(OPTIMIZERS, descent.optimizer, "optimizer")
        self._optimizer = kind(backend, self._flat.size, "float64", **descent.hyper)
        self._mask = np.ones_like(self._flat)
        self._stream = stream(noise, runs, dimensions, seed)
        self._keeps = keep
        self.step = 0
        self.arrivals: Whole = np.full(self._shape[:2], NEVER, dtype=np.int64)
        self.path: list[Floats] = []
        self.shares: list[Floats] = []
        self._remember()

    @property
    def points(self) -> Floats:
        """Where the runs are, (k, m, d)."""
        return self._flat.reshape(self._shape)

    @property
    def diverged(self) -> Flags:
        """Which runs have run away, (k, m)."""
        return np.asarray(~np.isfinite(self.points).all(axis=2))

    def advance(self, steps: int) -> None:
        """Make so many steps with every run."""
        for rate in self.descent.rates(self.step, steps).tolist():
            with np.errstate(all="ignore"):
                slopes = self.ground.gradient(self.points)
                slopes += self.sizes[:, None, None] * self._stream.next()
                self._optimizer.update(self._flat, slopes.reshape(-1), self._mask, rate)
                lost = ~(np.abs(self.points) <= FAR).all(axis=2)
            self.points[lost] = np.nan
            self.step += 1
            self._remember()

    def _remember(self) -> None:
        """Keep where the runs are and which of them are out."""
        out = self.ground.out(self.points)
        self.arrivals[out & (self.arrivals == NEVER)] = self.step
        counted = self.arrivals != NEVER if self.ground.for_good else out
        self.shares.append(counted.mean(axis=1))
        if self._keeps:
            self.path.append(self.points.copy())

    def median_arrival(self, size: int) -> float:
        """Return after how many steps half of those runs at the size that came out were out; nan if none."""
        steps = self.arrivals[size]
        came = steps[steps != NEVER]
        return float(np.median(came)) if len(came) else math.nan


def standard_error(share: Floats | float, runs: int) -> Floats:
    """Return how far a share of so many runs lies from the true one by chance, one standard error."""
    share = np.asarray(share, dtype=np.float64)
    return np.asarray(np.sqrt(share * (1.0 - share) / runs))
