"""A race: any number of the engine's optimizers go down one surface from one point, step by step and back.

Each racer makes its steps with the engine's own class (`engine/optimizers.py`) in float64. L-BFGS, which
seeks its steps by itself, is asked for one more of its iterations from the start each time; the others are
given the gradient where they stand, with the same noise for all of them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from playground.engine.backends.numpy import NumpyBackend
from playground.engine.optimizers import OPTIMIZERS, Adam, Constants, Optimizer
from playground.engine.schedules import SCHEDULES
from playground.labs.surfaces import FloatArray, Ground
from playground.tables import by_key

REACH = 100.0
"""How many times the size of the map a racer may be away from it before it counts as diverged."""
MOST_STEPS = 20_000


class UncorrectedAdam(Adam):
    """Adam without its correction of the bias: m and v are used as they are, though they begin at 0.

    Only the constants differ; the rule is that of `Adam`, w <- w - eta m / (sqrt(v) + eps). What is left out
    are the divisions by 1 - beta1^t and 1 - beta2^t of Kingma and Ba (2015), algorithm 1.
    """

    formula = "m ← β₁ m + (1 - β₁) g,  v ← β₂ v + (1 - β₂) g²,  w ← w - α m / (√v + ε)"

    @staticmethod
    def constants(_step: float, rate: float, hyper: Sequence[float]) -> Constants:
        """Return rate, 1 - beta1, 1 - beta2 and epsilon, whatever the step."""
        return rate, 1.0 - hyper[0], 1.0 - hyper[1], hyper[2]


@dataclass(frozen=True, slots=True)
class Entrant:
    """An optimizer that takes part, its learning rate and parameters; `corrected` is of Adam alone."""

    optimizer: str
    rate: float
    hyper: Mapping[str, float] = field(default_factory=dict)
    corrected: bool = True

    @property
    def kind(self) -> type[Optimizer]:
        """The class that makes its steps."""
        if self.optimizer == Adam.key and not self.corrected:
            return UncorrectedAdam
        return by_key(OPTIMIZERS, self.optimizer, "optimizer")

    def made(self) -> Optimizer:
        """Return a fresh optimizer of two parameters in float64."""
        return self.kind(NumpyBackend(), 2, "float64", **self.hyper)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What holds for all: noise of the gradient (its standard deviation) by seed, and a schedule of the rate.

    A step counts as one epoch of the schedule, of a run planned for `planned` steps.
    """

    noise: float = 0.0
    seed: int = 0
    schedule: str = "constant"
    hyper: Mapping[str, float] = field(default_factory=dict)
    planned: int = 200

    def factor(self, step: int) -> float:
        """Return what the learning rate is multiplied by at a step, counted from 0."""
        schedule = by_key(SCHEDULES, self.schedule, "schedule")
        hyper = [self.hyper.get(one.key, one.default) for one in schedule.parameters]
        return float(schedule.factor(np.array([step], np.float64), float(self.planned), hyper)[0])

    def disturbance(self, step: int) -> FloatArray:
        """Return the noise (2,) that is added to every gradient at a step."""
        if not self.noise:
            return np.zeros(2)
        return self.noise * np.random.default_rng([self.seed, step]).standard_normal(2)


class _Grown:
    """An array that grows row by row without being copied each time."""

    def __init__(self, first: npt.ArrayLike) -> None:
        start = np.asarray(first, np.float64)
        self._rows = np.empty((64, *start.shape))
        self._rows[0], self.count = start, 1

    @property
    def rows(self) -> FloatArray:
        """What was added, (count, ...)."""
        return self._rows[: self.count]

    def add(self, row: npt.ArrayLike) -> None:
        """Add a row."""
        if self.count == len(self._rows):
            self._rows = np.concatenate((self._rows, np.empty_like(self._rows)))
        self._rows[self.count] = row
        self.count += 1


class Runner:
    """One racer on its way. It only ever goes to places that are numbers and not beyond the reach.

    Attributes:
        lost_at: the step that led beyond, None while none has; `lost_towards` (2,) is its direction.
    """

    def __init__(self, entrant: Entrant, ground: Ground, start: FloatArray) -> None:
        self.entrant = entrant
        self._ground = ground
        self.optimizer = entrant.made()
        self._places = _Grown(start)
        self._values = _Grown(float(ground.value(start)))
        self._slopes = _Grown(np.zeros(2))
        self._memories = _Grown(self.optimizer.memory)
        self.rates: list[float] = []
        self.lost_at: int | None = None
        self.lost_towards = np.zeros(2)

    @property
    def steps(self) -> int:
        """How many steps it has made; of one that is lost, those before."""
        return self._places.count - 1

    @property
    def places(self) -> FloatArray:
        """Where it has been, (steps + 1, 2)."""
        return self._places.rows

    @property
    def values(self) -> FloatArray:
        """How high it was, (steps + 1,)."""
        return self._values.rows

    @property
    def slopes(self) -> FloatArray:
        """The gradients that it was given, (steps, 2), with their noise."""
        return self._slopes.rows[1:]

    @property
    def memories(self) -> FloatArray:
        """The optimizer's memories before and after each step, (steps + 1, slots, 2)."""
        return self._memories.rows

    def proposed(self, slope: FloatArray, rate: float) -> FloatArray:
        """Return where the next step leads (2,), with this gradient (2,) and learning rate."""
        if self.optimizer.solves:
            return self._solved()
        place = np.array(self.places[-1])
        with np.errstate(all="ignore"):
            self.optimizer.update(place, slope, np.ones(2), rate)
        return place

    def take(self, place: FloatArray, value: float, slope: FloatArray, rate: float) -> None:
        """Make the proposed step, which leads to a place of this height."""
        self._places.add(place)
        self._values.add(value)
        self._slopes.add(slope)
        self._memories.add(self.optimizer.memory)
        self.rates.append(rate)

    def lose(self, place: FloatArray) -> None:
        """Note that the proposed step leads beyond; it is not made."""
        self.lost_at = self.steps + 1
        way = np.nan_to_num(place - self.places[-1], nan=0.0, posinf=1e300, neginf=-1e300)
        largest = float(np.abs(way).max())
        scaled = way / largest if largest else way
        self.lost_towards = scaled / (float(np.linalg.norm(scaled)) or 1.0)

    def back_to(self, step: int) -> None:
        """Stand where it stood after so many steps."""
        if self.lost_at is not None and step < self.lost_at:
            self.lost_at = None
        step = min(step, self.steps)
        for grown in (self._places, self._values, self._slopes, self._memories):
            grown.count = step + 1
        del self.rates[step:]
        self.optimizer.memory[...] = self.memories[-1]
        self.optimizer.step = step

    def _solved(self) -> FloatArray:
        """Return where one more iteration of a solver leads: as many of them, from the start, as steps."""
        if self.steps > 1 and np.array_equal(self.places[-1], self.places[-2]):
            return np.array(self.places[-1])  # it has arrived
        hyper = {**self.entrant.hyper, "iterations": float(min(self.steps + 1, 1000))}
        place = np.array(self.places[0])

        def objective(at: FloatArray) -> tuple[float, FloatArray]:
            return float(self._ground.value(at)), self._ground.gradient(at)

        self.entrant.kind(NumpyBackend(), 2, "float64", **hyper).minimise(place, objective)
        return place


@dataclass(frozen=True, slots=True)
class _Far:
    centre: FloatArray
    reach: FloatArray

    @classmethod
    def of(cls, ground: Ground) -> "_Far":
        ranges = np.array([ground.across, ground.up])
        return cls(ranges.mean(axis=1), REACH * np.ptp(ranges, axis=1))

    def is_within(self, place: FloatArray) -> bool:
        """Return whether a place (2,) is a number and within the reach."""
        return bool((np.abs(place - self.centre) <= self.reach).all())


class Race:
    """All racers on one surface, from one start (2,), under the same conditions."""

    def __init__(
        self, ground: Ground, start: npt.ArrayLike, entrants: Sequence[Entrant], conditions: Conditions
    ) -> None:
        self.ground = ground
        self.start = np.asarray(start, np.float64)
        self.conditions = conditions
        self.runners = tuple(Runner(entrant, ground, self.start) for entrant in entrants)
        self.step_count = 0
        self._far = _Far.of(ground)
        if not math.isfinite(float(ground.value(self.start))):
            raise ValueError("The surface has no finite height at this start: click somewhere else.")

    @property
    def is_over(self) -> bool:
        """Whether no racer can make another step."""
        return self.step_count >= MOST_STEPS or all(one.lost_at is not None for one in self.runners)

    def advance(self) -> None:
        """Let every racer that is not lost make one step."""
        if self.is_over:
            return
        going = [runner for runner in self.runners if runner.lost_at is None]
        places = np.array([runner.places[-1] for runner in going])
        with np.errstate(all="ignore"):
            slopes = self.ground.gradient(places) + self.conditions.disturbance(self.step_count)
        factor = self.conditions.factor(self.step_count)
        rates = [factor * runner.entrant.rate for runner in going]
        proposed = np.array([one.proposed(*given) for one, *given in zip(going, slopes, rates, strict=True)])
        values = self.ground.value(proposed)
        for runner, place, value, slope, rate in zip(going, proposed, values, slopes, rates, strict=True):
            if self._far.is_within(place) and math.isfinite(value):
                runner.take(place, value, slope, rate)
            else:
                runner.lose(place)
        self.step_count += 1

    def back(self, steps: int = 1) -> None:
        """Go back so many steps, at most to the start."""
        self.step_count = max(0, self.step_count - steps)
        for runner in self.runners:
            runner.back_to(self.step_count)


def refusal(entrant: Entrant, conditions: Conditions) -> str:
    """Return what an optimizer cannot do under these conditions; nothing where there is nothing to say."""
    if entrant.kind.solves and conditions.noise:
        return (
            f"{entrant.kind.label} runs without the noise: it compares losses to seek its steps, and noise "
            "would make these comparisons worthless."
        )
    if entrant.kind.solves:
        return f"{entrant.kind.label} chooses the length of its steps itself, so that its rate plays no part."
    if entrant.kind.full_batch and conditions.noise:
        return f"{entrant.kind.label} heeds only the signs of the slope, which noise flips near a minimum."
    return ""
