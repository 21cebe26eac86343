"""Schedules on a loss with several minima: how the learning rate goes, where the weight goes, where it rests.

The factors are those of `engine/schedules.py`, one step here standing for one epoch there. With warm restarts
a snapshot is taken at the end of every cycle, as in Huang et al. (2017), "Snapshot ensembles: train 1, get M
for free", whose figure the lecture shows; with every other schedule there is one, at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.data.base import FloatArray, IndexArray
from playground.engine.optimizers import SGD
from playground.engine.schedules import SCHEDULES, restarts
from playground.labs.slope import FAR, Curve
from playground.tables import by_key

RESTARTS = "warm_restarts"
"""The cyclic schedule's key."""
NEAR = 0.02
"""Within this share of the picture's width of a minimum a weight counts as being there."""
CALM = 0.005
"""A step shorter than this share of the picture's width counts as rest."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A schedule and the values of its parameters, in their order."""

    key: str
    hyper: tuple[float, ...] = ()


CHOICES: tuple[Choice, ...] = (
    Choice("constant"),
    Choice(RESTARTS, (32.0, 1.0)),
    Choice("cosine", (0.01,)),
    Choice("step", (0.5, 40.0)),
    Choice("exponential", (0.98,)),
    Choice("one_cycle", (25.0, 1000.0)),
    Choice("warm_up", (0.1, 20.0)),
)
"""Every schedule with values that suit some 160 steps; the first two are the lecture's comparison."""


@dataclass(frozen=True, slots=True, eq=False)
class ScheduledRun:
    """One run: its rates α(t) (T,), its weights (T + 1,) and their losses (T + 1,).

    `snapshots` are the steps after which a copy was taken. `visited` numbers the curve's minima in which the
    run came to rest, in the order in which it first did. A run that left the picture for good is `diverged`,
    and its weights are not numbers from there.
    """

    choice: Choice
    rates: FloatArray
    weights: FloatArray
    values: FloatArray
    snapshots: tuple[int, ...]
    visited: tuple[int, ...]
    diverged: bool


def rates(choice: Choice, peak: float, steps: int) -> FloatArray:
    """Return the learning rates (steps,) of a schedule whose full rate is `peak`."""
    schedule = by_key(SCHEDULES, choice.key, "schedule")
    return peak * schedule.factor(np.arange(float(steps)), float(steps), choice.hyper)


def snapshots(choice: Choice, steps: int) -> tuple[int, ...]:
    """Return after which steps a copy of the weight is taken: at the end of every cycle, or of the run."""
    if choice.key != RESTARTS:
        return (steps,)
    return tuple(int(np.ceil(start)) for start in restarts(0.0, float(steps), choice.hyper)) or (steps,)


def run_all(
    curve: Curve,
    start: float,
    choices: Sequence[Choice],
    peak: float,
    steps: int,
    noise: float = 0.0,
    seed: int = 0,
) -> list[ScheduledRun]:
    """Return a run of each schedule from the same start, with the same noise on the gradient of each step.

    `noise` is the standard deviation of what is added to the slope, as the choice of a mini-batch would.
    """
    table = np.array([rates(choice, peak, steps) for choice in choices]).reshape(len(choices), steps)
    added = noise * np.random.default_rng(seed).standard_normal(steps)
    weights = np.full((len(choices), steps + 1), np.nan)
    values = np.full((len(choices), steps + 1), np.nan)
    weights[:, 0] = start
    far = FAR * (curve.high - curve.low)
    for at in range(steps + 1):
        values[:, at], slopes = curve.both(weights[:, at])
        if at < steps:
            with np.errstate(all="ignore"):
                slopes = slopes + added[at]
                weights[:, at + 1] = SGD.rule(weights[:, at], slopes, 1.0, (), (table[:, at],))[0]
            weights[~(np.abs(weights[:, at + 1]) < far), at + 1] = np.nan
    return [
        _judged(curve, choice, table[row], weights[row], values[row]) for row, choice in enumerate(choices)
    ]


def _judged(
    curve: Curve, choice: Choice, rate: FloatArray, weights: FloatArray, values: FloatArray
) -> ScheduledRun:
    resting = rests(curve, weights)
    return ScheduledRun(
        choice=choice,
        rates=rate,
        weights=weights,
        values=values,
        snapshots=snapshots(choice, len(rate)),
        visited=tuple(dict.fromkeys(resting[resting >= 0].tolist())),
        diverged=bool(np.isnan(weights[-1])),
    )


def rests(curve: Curve, weights: FloatArray) -> IndexArray:
    """Return for each weight but the last, (T,), in which minimum the run rests there; -1 for in none."""
    width = curve.high - curve.low
    nothing = np.full(len(weights) - 1, -1, dtype=np.int64)
    if not len(curve.minima):
        return nothing
    distances = np.abs(weights[:-1, None] - curve.minima)
    calm = (np.abs(np.diff(weights)) < CALM * width) & (distances.min(axis=1) < NEAR * width)
    return np.where(calm, np.nan_to_num(distances, nan=np.inf).argmin(axis=1), nothing)
