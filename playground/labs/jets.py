"""Automatic derivatives of a formula: numbers that carry their slopes, and their curvature, along.

A `Jet` stands in the place of a column that a formula (`data/formula.py`) or any NumPy expression is computed
from: every operation applies the chain rule (forward mode: Griewank and Walther 2008, chapter 3), up to the
second derivatives where they are asked for. Nothing is approximated, so the gradient is exact to rounding.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from playground.data.base import FloatArray

Chain = Callable[[Any, Any], Any]
"""A derivative, from the argument x and the function's value there."""


class Jet(NDArrayOperatorsMixin):
    """Values (...,) with slopes (n, ...) in n variables, and the Hessian (n, n, ...) in `bend` or None."""

    __slots__ = ("bend", "slope", "value")

    def __init__(self, value: Any, slope: Any, bend: Any = None) -> None:
        self.value, self.slope, self.bend = value, slope, bend

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        """Compute one of NumPy's functions and its derivatives; a comparison is of the values alone."""
        if method != "__call__" or options:
            return NotImplemented
        name = ufunc.__name__
        if name in CHAINS:
            (x,) = inputs
            return x.through(ufunc(x.value), *CHAINS[name])
        if name in COMPARISONS:
            return ufunc(*(_value(one) for one in inputs))
        return BOTH[name](*inputs) if name in BOTH else NotImplemented

    def through(self, value: Any, first: Chain, second: Chain) -> "Jet":
        """Return the jet of f of this one, where f has this value and these derivatives."""
        x = self.value
        steep = first(x, value)
        bend = None
        if self.bend is not None:
            bend = steep * self.bend + second(x, value) * _outer(self.slope, self.slope)
        return Jet(value, steep * self.slope, bend)


def jets(points: FloatArray, curved: bool = False) -> tuple[Jet, ...]:
    """Return the variables at points (..., n), one jet for each; `curved` brings second derivatives along."""
    count, shape = points.shape[-1], points.shape[:-1]
    found = []
    for one in range(count):
        slope = np.zeros((count, *shape))
        slope[one] = 1.0
        found.append(Jet(points[..., one], slope, np.zeros((count, count, *shape)) if curved else None))
    return tuple(found)


def _value(x: Any) -> Any:
    return x.value if isinstance(x, Jet) else x


def _outer(first: Any, second: Any) -> Any:
    return first[:, None] * second[None, :]


def _add(a: Any, b: Any) -> Jet:
    if not isinstance(a, Jet):
        return _add(b, a)
    if not isinstance(b, Jet):
        return Jet(a.value + b, a.slope, a.bend)
    return Jet(a.value + b.value, a.slope + b.slope, None if a.bend is None else a.bend + b.bend)


def _negative(a: Jet) -> Jet:
    return Jet(-a.value, -a.slope, None if a.bend is None else -a.bend)


def _subtract(a: Any, b: Any) -> Jet:
    return _add(a, _negative(b) if isinstance(b, Jet) else -b)


def _multiply(a: Any, b: Any) -> Jet:
    if not isinstance(a, Jet):
        return _multiply(b, a)
    if not isinstance(b, Jet):
        return Jet(a.value * b, a.slope * b, None if a.bend is None else a.bend * b)
    bend = None
    if a.bend is not None:
        crossed = _outer(a.slope, b.slope)
        bend = a.value * b.bend + b.value * a.bend + crossed + crossed.swapaxes(0, 1)
    return Jet(a.value * b.value, a.value * b.slope + b.value * a.slope, bend)


def _divide(a: Any, b: Any) -> Jet:
    if not isinstance(b, Jet):
        return _multiply(a, 1.0 / np.asarray(b))
    return _multiply(a, b.through(1.0 / b.value, lambda _x, f: -f * f, lambda _x, f: 2.0 * f * f * f))


def _power(a: Any, b: Any) -> Jet:
    if not isinstance(b, Jet):
        return _to_the(a, np.asarray(b, np.float64))
    if not isinstance(a, Jet):
        log = np.log(a)
        return b.through(np.power(a, b.value), lambda _x, f: f * log, lambda _x, f: f * log * log)
    exact = np.exp(_multiply(b, np.log(a)))
    return Jet(np.power(a.value, b.value), exact.slope, exact.bend)


def _to_the(a: Jet, exponent: FloatArray) -> Jet:
    """Return a to the power of a constant; a factor of 0 wins over 0 to a negative power."""

    def falling(times: int) -> Chain:
        factor = exponent * (exponent - 1.0) if times == 2 else exponent
        return lambda x, _f: np.where(factor == 0.0, 0.0, factor * np.power(x, exponent - times))

    return a.through(np.power(a.value, exponent), falling(1), falling(2))


def _chosen(a: Any, b: Any, takes_first: Any) -> Jet:
    """Return a where the condition holds, and b elsewhere, each with its own derivatives."""
    zero = 0.0
    slopes = [one.slope if isinstance(one, Jet) else zero for one in (a, b)]
    bends = [one.bend if isinstance(one, Jet) else zero for one in (a, b)]
    flat = any(bend is None for bend in bends)
    return Jet(
        np.where(takes_first, _value(a), _value(b)),
        np.where(takes_first, *slopes),
        None if flat else np.where(takes_first, *bends),
    )


COMPARISONS = frozenset(("less", "greater", "less_equal", "greater_equal"))
BOTH: dict[str, Callable[..., Jet]] = {
    "add": _add,
    "subtract": _subtract,
    "multiply": _multiply,
    "divide": _divide,
    "power": _power,
    "negative": _negative,
    "minimum": lambda a, b: _chosen(a, b, _value(a) <= _value(b)),
    "maximum": lambda a, b: _chosen(a, b, _value(a) >= _value(b)),
}
CHAINS: dict[str, tuple[Chain, Chain]] = {
    "sin": (lambda x, _f: np.cos(x), lambda _x, f: -f),
    "cos": (lambda x, _f: -np.sin(x), lambda _x, f: -f),
    "tan": (lambda _x, f: 1.0 + f * f, lambda _x, f: 2.0 * f * (1.0 + f * f)),
    "tanh": (lambda _x, f: 1.0 - f * f, lambda _x, f: -2.0 * f * (1.0 - f * f)),
    "exp": (lambda _x, f: f, lambda _x, f: f),
    "log": (lambda x, _f: 1.0 / x, lambda x, _f: -1.0 / (x * x)),
    "sqrt": (lambda _x, f: 0.5 / f, lambda x, f: -0.25 / (x * f)),
    "absolute": (lambda x, _f: np.sign(x), lambda x, _f: np.zeros_like(x)),
    "sign": (lambda x, _f: np.zeros_like(x), lambda x, _f: np.zeros_like(x)),
}
"""First and second derivative of each function of one number; at a kink, that of neither side."""
