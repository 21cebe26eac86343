"""Schedules: how the learning rate changes in the course of a run.

A schedule gives the factor by which the chosen learning rate is multiplied at each step, from the time t in
epochs that were done before it (fractions within an epoch) and the planned number of epochs. Everything is
computed on the host, for many steps at once, and a run may go on beyond its plan.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from playground.engine.backends.base import HostArray
from playground.tables import Parameter

Hyper = Sequence[float]

PEAK = 0.3
"""Where in the plan the one-cycle schedule is at its highest."""
SHORTEST = 1e-9
"""Epochs that a plan of none is taken for, so that nothing is divided by 0."""
SLACK = 1e-6
"""Epochs by which rounding may miss the start of a cycle: fewer than any step takes."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """One course of the learning rate.

    `factor(t, total, hyper)` returns the factors (k,) for times t (k,) in epochs, float64 and not below 0, of
    a run planned for `total` epochs; `hyper` are the values of `parameters` in their order. It is finite at
    any time, also beyond the plan.
    """

    key: str
    label: str
    help: str
    formula: str
    factor: Callable[[HostArray, float, Hyper], HostArray]
    parameters: tuple[Parameter, ...] = ()


def _constant(t: HostArray, _total: float, _hyper: Hyper) -> HostArray:
    return np.ones_like(t, dtype=np.float64)


def _step(t: HostArray, _total: float, hyper: Hyper) -> HostArray:
    drop, every = hyper
    return np.asarray(drop ** np.floor((t + SLACK) / every))


def _exponential(t: HostArray, _total: float, hyper: Hyper) -> HostArray:
    (decay,) = hyper
    return np.asarray(decay**t)


def _cosine(t: HostArray, total: float, hyper: Hyper) -> HostArray:
    (floor,) = hyper
    return floor + (1.0 - floor) * _half_wave(t / max(total, SHORTEST))


def _half_wave(part: HostArray) -> HostArray:
    """Return the cosine's way from 1 at 0 to 0 at 1, where it stays."""
    return np.asarray(0.5 + 0.5 * np.cos(np.pi * np.clip(part, 0.0, 1.0)))


def _one_cycle(t: HostArray, total: float, hyper: Hyper) -> HostArray:
    """Return a straight way up and a straight way down, as Smith (2018) draws them."""
    first, last = hyper
    part = t / max(total, SHORTEST)
    return np.interp(part, [0.0, PEAK, 1.0], [1.0 / first, 1.0, 1.0 / last])


def _warm_up(t: HostArray, _total: float, hyper: Hyper) -> HostArray:
    start, epochs = hyper
    return start + (1.0 - start) * np.minimum(t / epochs, 1.0)


# Warm restarts ----------------------------------------------------------------------------------------------


def _cycle_start(number: HostArray, hyper: Hyper) -> HostArray:
    """Return the epoch at which cycle `number` (0, 1, ...) begins: L (1 + m + m² + ...)."""
    length, multiplier = hyper
    if multiplier == 1.0:
        return np.asarray(length * number)
    # As expm1, which keeps its digits for a multiplier that is nearly 1.
    return np.asarray(length * np.expm1(number * np.log(multiplier)) / (multiplier - 1.0))


def _cycle_number(t: HostArray, hyper: Hyper) -> HostArray:
    """Return the number of the cycle that each time falls into, as float64."""
    length, multiplier = hyper
    if multiplier == 1.0:
        number = np.floor(t / length)
    else:
        number = np.floor(np.log1p(t * (multiplier - 1.0) / length) / np.log(multiplier))
    # The quotient may round to below a whole number: the starts themselves decide.
    return np.asarray(number + (_cycle_start(number + 1.0, hyper) <= t + SLACK))


def _warm_restarts(t: HostArray, _total: float, hyper: Hyper) -> HostArray:
    """Return the cosine of Loshchilov and Hutter (2017), equation 5, down to 0 in every cycle."""
    number = _cycle_number(t, hyper)
    start, end = _cycle_start(number, hyper), _cycle_start(number + 1.0, hyper)
    return _half_wave((t - start) / (end - start))


def restarts(first: float, last: float, hyper: Hyper) -> list[float]:
    """Return the epochs in (first, last] at which a new cycle of the warm restarts begins.

    Each of them is found once when a run is looked through piece by piece.
    """
    before, after = _cycle_number(np.array([first, last], dtype=np.float64), hyper)
    return [float(start) for start in _cycle_start(np.arange(before + 1.0, after + 1.0), hyper)]


SCHEDULES: tuple[Schedule, ...] = (
    Schedule(
        key="constant",
        label="Constant",
        help="The learning rate stays as it is.",
        formula="η(t) = η",
        factor=_constant,
    ),
    Schedule(
        key="step",
        label="Steps",
        help="Multiplies the learning rate by a factor every so many epochs, like going down a staircase.",
        formula="η(t) = η d^⌊t / N⌋",
        factor=_step,
        parameters=(
            Parameter("drop", "Factor", "What is left of the learning rate after each drop.", 0.5, 0.01, 1.0),
            Parameter("every", "Epochs", "How many epochs lie between two drops.", 100.0, 1.0, 100_000.0),
        ),
    ),
    Schedule(
        key="exponential",
        label="Exponential",
        help="Makes the learning rate a little smaller all the time, by the same part in every epoch.",
        formula="η(t) = η d^t",
        factor=_exponential,
        parameters=(
            Parameter("decay", "Decay", "What is left of the learning rate after one epoch.", 0.99, 0.5, 1.0),
        ),
    ),
    Schedule(
        key="cosine",
        label="Cosine",
        help="Lets the learning rate fall slowly, then fast, then slowly again, down to a floor at the end.",
        formula="η(t) = η (f + (1 - f) (1 + cos(π t / T)) / 2)",
        factor=_cosine,
        parameters=(
            Parameter("floor", "Floor", "What is left of the learning rate at the end.", 0.01, 0.0, 1.0),
        ),
    ),
    Schedule(
        key="warm_restarts",
        label="Warm restarts",
        help="Lets the learning rate fall to 0 and jump back, again and again, to find other valleys.",
        formula="η(t) = η (1 + cos(π t' / Lᵢ)) / 2,  Lᵢ₊₁ = m Lᵢ",
        factor=_warm_restarts,
        parameters=(
            Parameter("length", "Cycle", "How many epochs the first cycle takes.", 50.0, 1.0, 100_000.0),
            Parameter(
                "multiplier", "Growth", "How many times as long as the last each cycle is.", 1.0, 1.0, 4.0
            ),
        ),
    ),
    Schedule(
        key="one_cycle",
        label="One cycle",
        help="Rises to the full learning rate at 30 % of the plan, then falls until the end.",
        formula="η(t): η / a → η at 0.3 T → η / b at T, in straight lines",
        factor=_one_cycle,
        parameters=(
            Parameter(
                "first", "Start divisor", "The learning rate begins at this part of itself.", 25.0, 1.0, 1e6
            ),
            Parameter(
                "last", "End divisor", "The learning rate ends at this part of itself.", 1000.0, 1.0, 1e6
            ),
        ),
    ),
    Schedule(
        key="warm_up",
        label="Warm-up",
        help="Begins with small steps while the weights are still random, then keeps the full learning rate.",
        formula="η(t) = η (s + (1 - s) min(1, t / N))",
        factor=_warm_up,
        parameters=(
            Parameter("start", "Start", "The part of the learning rate it begins with.", 0.1, 0.0, 1.0),
            Parameter("epochs", "Epochs", "After how many epochs the rate is reached.", 20.0, 1.0, 100_000.0),
        ),
    ),
)
