"""One weight: the loss J(w) as a curve, its slope, and gradient descent on it, step by step.

The lecture's toy example is y = w x: J(w) = Σ (w x - y)² is a parabola whose w² has the coefficient Σ x², so
that J'' = 2 Σ x² is its L. Every other curve is a formula in w, with exact slopes (`jets`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from playground.data.base import FloatArray, IndexArray
from playground.data.formula import FormulaError, parse
from playground.engine.optimizers import SGD
from playground.labs.jets import Jet, jets

FINE = 2001
"""Points at which a curve is looked over for its minima and its curvature."""
HALVINGS = 60
FAR = 1e4
"""Widths of the picture by which a run may leave it before it counts as diverged."""
HIGHEST = 1e150
"""A loss beyond this counts as infinite: its square would be."""
RANGE = (-6.0, 6.0)
SHARES = (0.06, 0.6, 2.1)
"""Too small, right and too large a learning rate, in parts of 1 / L: on a parabola the limit is 2."""


@dataclass(frozen=True, eq=False)
class Curve:
    """A loss J(w) of one weight, to be looked at for w from `low` to `high`.

    `both` gives J and its slope dJ/dw, two arrays (k,), at weights (k,). `exact` is J'' where it is the same
    everywhere, as on a parabola; `rates` are one too small, one right and one too large, where known.
    """

    key: str
    label: str
    help: str
    formula: str
    start: float
    both: Callable[[FloatArray], tuple[FloatArray, FloatArray]]
    low: float = RANGE[0]
    high: float = RANGE[1]
    exact: float | None = None
    rates: tuple[float, float, float] | None = None

    def at(self, w: float) -> tuple[float, float]:
        """Return J and its slope at one weight."""
        value, slope = self.both(np.array([w], dtype=np.float64))
        return float(value[0]), float(slope[0])

    def bend(self, w: float) -> float:
        """Return J'' at one weight: exact, or a central difference of the exact slopes."""
        if self.exact is not None:
            return self.exact
        h = 1e-5 * max(1.0, abs(w))
        _, slopes = self.both(np.array([w - h, w + h]))
        return float(slopes[1] - slopes[0]) / (2.0 * h)

    @cached_property
    def grid(self) -> FloatArray:
        """Weights all over the picture, (FINE,)."""
        return np.linspace(self.low, self.high, FINE)

    @cached_property
    def steepest(self) -> float:
        """L: the largest |J''| in the picture."""
        if self.exact is not None:
            return abs(self.exact)
        bends = np.diff(self.both(self.grid)[1]) / np.diff(self.grid)
        return float(np.abs(bends).max(initial=0.0, where=np.isfinite(bends)))

    @property
    def presets(self) -> tuple[float, float, float]:
        """Learning rates that are too small, right and too large; by L where nobody has tried any."""
        if self.rates is not None:
            return self.rates
        bend = self.steepest or 1.0
        small, right, large = (float(f"{share / bend:.2g}") for share in SHARES)
        return small, right, large

    def limit(self, w: float) -> float | None:
        """Return 2 / J'' at the minimum of the valley of `w`: α has to be below it to rest there."""
        if self.exact is None:
            valley = int(self.valley(w))
            if not 0 <= valley < len(self.minima):
                return None
            w = float(self.minima[valley])
        bend = self.bend(w)
        return 2.0 / bend if bend > 0.0 else None

    @cached_property
    def minima(self) -> FloatArray:
        """The weights of all minima in the picture, in their order, found by halving between slopes."""
        return self._turns(rising=True)

    @cached_property
    def lowest(self) -> int | None:
        """Which of the minima is the global one; None when the picture has none."""
        return int(self.both(self.minima)[0].argmin()) if len(self.minima) else None

    def valley(self, w: float | FloatArray) -> IndexArray:
        """Return in which minimum's valley weights lie: those between the same two tops."""
        tops = self._tops
        if len(tops) and len(self.minima) and tops[0] < self.minima[0]:
            return np.asarray(np.searchsorted(tops, w) - 1, dtype=np.int64)
        return np.asarray(np.searchsorted(tops, w), dtype=np.int64)

    @cached_property
    def _tops(self) -> FloatArray:
        return self._turns(rising=False)

    def _turns(self, rising: bool) -> FloatArray:
        """Return where the slope goes through 0, upwards (minima) or downwards (maxima)."""
        sign = 1.0 if rising else -1.0
        slopes = sign * self.both(self.grid)[1]
        at = np.flatnonzero((slopes[:-1] < 0.0) & (slopes[1:] >= 0.0))
        left, right = self.grid[at], self.grid[at + 1]
        for _ in range(HALVINGS if len(at) else 0):
            middle = 0.5 * (left + right)
            below = sign * self.both(middle)[1] < 0.0
            left, right = np.where(below, middle, left), np.where(below, right, middle)
        return np.asarray(right)


# The toy example --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """The data of y = w x: x and y, both (n,)."""

    x: FloatArray
    y: FloatArray

    @property
    def best(self) -> float:
        """w* = Σ xy / Σ x², where the slope is 0."""
        return float(self.x @ self.y / (self.x @ self.x))


HALF_WIDTH = 4.0
"""How far the picture of the parabola goes to either side of w*."""


def draw_points(seed: int = 0, count: int = 8, noise: float = 0.5, slope: float = 1.5) -> Points:
    """Return points about the line y = slope · x, with x evenly between -2 and 2."""
    x = np.linspace(-2.0, 2.0, count)
    return Points(x, slope * x + noise * np.random.default_rng(seed).standard_normal(count))


def parabola(points: Points, mean: bool) -> Curve:
    """Return J(w) of y = w x on these points: the sum of the squared errors, or their mean."""
    share = 1.0 / len(points.x) if mean else 1.0

    def both(w: FloatArray) -> tuple[FloatArray, FloatArray]:
        with np.errstate(over="ignore", invalid="ignore"):
            errors = w[:, None] * points.x - points.y
            return share * np.sum(errors * errors, axis=1), 2.0 * share * (errors @ points.x)

    return Curve(
        key="line",
        label="A line, y = w x",
        help="The lecture's toy example: how wrong the line y = w x is on eight points, for every slope w.",
        formula="J(w) = 1/N Σ (w x − y)²" if mean else "J(w) = Σ (w x − y)²",
        start=points.best - 0.8 * HALF_WIDTH,
        both=both,
        low=points.best - HALF_WIDTH,
        high=points.best + HALF_WIDTH,
        exact=2.0 * share * float(points.x @ points.x),
    )


# Curves by a formula ----------------------------------------------------------------------------------------


def read_curve(text: str, low: float = RANGE[0], high: float = RANGE[1]) -> Curve:
    """Return the curve of a formula in w, looked at from `low` to `high`; it begins at a fifth of that.

    Raises:
        FormulaError: when it cannot be read, does not use w, compares, or is not finite in the picture.
    """
    formula = parse(text, ("w",))
    if formula.is_comparison:
        raise FormulaError("A loss is a number for every w: this formula says yes or no.", 0)
    if not formula.names:
        raise FormulaError("Use w in the formula: this one is the same everywhere.", 0)

    def both(w: FloatArray) -> tuple[FloatArray, FloatArray]:
        (variable,) = jets(w[:, None])
        with np.errstate(all="ignore"):
            found = formula.of({"w": variable})
        if not isinstance(found, Jet):  # made of comparisons alone, which have no slope anywhere
            return np.asarray(found, dtype=np.float64), np.zeros_like(w)
        return np.asarray(found.value, dtype=np.float64), np.asarray(found.slope[0], dtype=np.float64)

    own = Curve(
        key="own",
        label="A formula of your own",
        help="Any formula in w, for example (w^2 - 4)^2/8 + w/2, with its exact slope.",
        formula=f"J(w) = {text}",
        start=low + (high - low) / 5.0,
        both=both,
        low=low,
        high=high,
    )
    for numbers, name in zip(both(own.grid), ("value", "slope"), strict=True):
        bad = ~(np.abs(numbers) < HIGHEST)
        if bad.any():
            at = own.grid[bad][0]
            raise FormulaError(f"The formula has no finite {name} at w = {at:.3g}: change it there.", 0)
    return own


DIPS = "w^2/20 - 1.5*exp(-(w-1)^2) - exp(-6*(w+3.5)^2) - 1.2*exp(-6*(w+1.5)^2) - exp(-6*(w-3.5)^2) + 2"

CURVES: tuple[Curve, ...] = (
    replace(
        read_curve(DIPS),
        key="dips",
        label="Dips and a wide valley",
        help="Three narrow local minima beside a wide global one: a small rate is trapped in the first dip, "
        "a larger one steps across, because narrow dips cannot hold it.",
        start=5.5,
        rates=(0.05, 0.5, 3.0),
    ),
    replace(
        read_curve("w^2/12 + 1.2*sin(2*w + 1) + 2"),
        key="waves",
        label="Waves",
        help="Four valleys, all as narrow as each other: which of them is found depends on the start alone, "
        "until the rate is too large for any.",
        start=-5.5,
        rates=(0.05, 0.3, 1.0),
    ),
    replace(
        read_curve("(w/2)^4 - 2*(w/2)^2 + w/4 + 2", -4.5, 4.5),
        key="wells",
        label="Two wells",
        help="A double well, tilted so that the left one is lower.",
        start=4.0,
        rates=(0.05, 0.5, 1.0),
    ),
    replace(
        read_curve("1.5 - 1.5*exp(-w^2/4)"),
        key="plain",
        label="A plain with a pit",
        help="Far out it is almost flat: the slope is nearly 0 there and so is every step, however far the "
        "minimum.",
        start=-4.0,
        rates=(0.2, 1.3, 4.0),
    ),
)
"""Curves that are not the toy example, to be begun with where nobody writes a formula."""


# Gradient descent -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """One step of gradient descent from w to w - α g, with what the tangent line promised."""

    w: float
    value: float
    slope: float
    rate: float
    w_new: float
    value_new: float
    slope_new: float

    @property
    def move(self) -> float:
        """α g, which is taken off the weight."""
        return self.rate * self.slope

    @property
    def predicted(self) -> float:
        """J' = J - α g²: where the tangent line is at the new weight."""
        return self.value - self.rate * self.slope**2

    @property
    def remainder(self) -> float:
        """J_new - J': what the tangent line leaves out; it shrinks with α²."""
        return self.value_new - self.predicted

    @property
    def is_finite(self) -> bool:
        """Whether the step arrives anywhere."""
        return bool(np.isfinite([self.w_new, self.value_new, self.predicted]).all())


def step(curve: Curve, w: float, rate: float, here: tuple[float, float] | None = None) -> Step:
    """Return the step from `w`, made by the engine's own plain gradient descent.

    `here` are J and its slope at `w`, where they are known already.
    """
    value, slope = curve.at(w) if here is None else here
    with np.errstate(over="ignore", invalid="ignore"):
        w_new, _ = SGD.rule(np.float64(w), np.float64(slope), 1.0, (), SGD.constants(1.0, rate, ()))
    return Step(w, value, slope, rate, float(w_new), *curve.at(float(w_new)))


class Descent:
    """Gradient descent on one curve from one start: every step is kept, so that each can be taken back."""

    def __init__(self, curve: Curve, start: float) -> None:
        self.curve = curve
        self.start = start
        self.steps: list[Step] = []

    @property
    def w(self) -> float:
        """The weight as it is now."""
        return self.steps[-1].w_new if self.steps else self.start

    @property
    def path(self) -> tuple[FloatArray, FloatArray]:
        """All weights so far and their losses, (k + 1,) each."""
        weights = np.array([self.start, *(one.w_new for one in self.steps)])
        values = [one.value_new for one in self.steps]
        return weights, np.array([self.curve.at(self.start)[0], *values])

    @property
    def diverged(self) -> bool:
        """Whether the run has left for infinity: no step goes on from there."""
        if not self.steps:
            return False
        last, curve = self.steps[-1], self.curve
        away = abs(last.w_new - 0.5 * (curve.low + curve.high))
        return not last.is_finite or away > FAR * (curve.high - curve.low) or abs(last.value_new) > HIGHEST

    def step(self, rate: float) -> bool:
        """Make one step; False when the run has diverged and there is nothing to go on from."""
        if self.diverged:
            return False
        self.steps.append(self.upcoming(rate))
        return True

    def upcoming(self, rate: float) -> Step:
        """Return the step that would be made next."""
        here = (self.steps[-1].value_new, self.steps[-1].slope_new) if self.steps else None
        return step(self.curve, self.w, rate, here)

    def back(self) -> None:
        """Take the last step back; nothing where there is none."""
        if self.steps:
            self.steps.pop()

    def place(self, w: float) -> None:
        """Begin anew from a weight."""
        self.start, self.steps = w, []
