"""The engine's tables as compiled loops, one function for each use, picked by number and precision.

The numbers are the places in the tables. What is exported (`apply`, `pull_back`, ...) are stubs that compiled
code calls; the compiler puts the loops for the arrays' precision in their place.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numba import njit
from numba.extending import overload

from playground.engine.activations import ACTIVATIONS
from playground.engine.backends.kernels.scalar import FAST, choice, compiled
from playground.engine.losses import LOSSES
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.regularizers import REGULARIZERS

CONSTANTS = 6
"""The most numbers that `Optimizer.constants` returns."""

# Stubs: `z`, `a`, ... are flat arrays, used from place `begin` to before `end`; `y` begins at 0 ------------


def apply(which: int, z: Any, a: Any, begin: int, end: int) -> None:
    """Write a = g(z) with activation number `which`."""


def pull_back(which: int, grad: Any, z: Any, a: Any, delta: Any, begin: int, end: int) -> None:
    """Write delta = grad g'(z)."""


def loss_gradient(which: int, z: Any, a: Any, y: Any, scale: Any, out: Any, begin: int, end: int) -> None:
    """Write `scale` times the gradient of loss number `which`."""


def loss_terms(which: int, z: Any, a: Any, y: Any, out: Any, begin: int, end: int) -> None:
    """Write the terms of loss number `which`, one for each output and example."""


def penalise(which: int, weights: Any, mask: Any, rate: Any, gradients: Any) -> None:
    """Add the gradient of regularizer number `which` to `gradients`."""


def constants(which: int, step: float, rate: float, hyper: Any, out: Any) -> None:
    """Write what optimizer number `which` needs at its step number `step`; all float64."""


def update(which: int, weights: Any, gradients: Any, mask: Any, memory: Any, c: Any) -> None:
    """Make one step of optimizer number `which` with the constants `c`."""


# Loops: places that cannot be negative spare the compiler the look whether they count from the end ---------


def _jit(loop: Callable[..., Any]) -> Callable[..., Any]:
    return njit(loop, **FAST)


def _apply_loop(value: Callable[..., Any]) -> Callable[..., Any]:
    def loop(z: Any, a: Any, begin: int, end: int) -> None:
        for i in range(np.uint64(begin), np.uint64(end)):
            a[i] = value(z[i])

    return _jit(loop)


def _pull_back_loop(slope: Callable[..., Any]) -> Callable[..., Any]:
    def loop(grad: Any, z: Any, a: Any, delta: Any, begin: int, end: int) -> None:
        for i in range(np.uint64(begin), np.uint64(end)):
            delta[i] = grad[i] * slope(z[i], a[i])

    return _jit(loop)


def _gradient_loop(gradient: Callable[..., Any]) -> Callable[..., Any]:
    def loop(z: Any, a: Any, y: Any, scale: Any, out: Any, begin: int, end: int) -> None:
        start = np.uint64(begin)
        for i in range(start, np.uint64(end)):
            out[i] = scale * gradient(z[i], a[i], y[i - start])

    return _jit(loop)


def _terms_loop(term: Callable[..., Any]) -> Callable[..., Any]:
    def loop(z: Any, a: Any, y: Any, out: Any, begin: int, end: int) -> None:
        start = np.uint64(begin)
        for i in range(start, np.uint64(end)):
            out[i] = term(z[i], a[i], y[i - start])

    return _jit(loop)


def _penalty_loop(slope: Callable[..., Any]) -> Callable[..., Any]:
    def loop(weights: Any, mask: Any, rate: Any, gradients: Any) -> None:
        for i in range(weights.size):
            gradients[i] += mask[i] * slope(weights[i], rate)

    return _jit(loop)


def _constants_loop(function: Callable[..., Any]) -> Callable[..., Any]:
    numbers = compiled(function, np.dtype(np.float64))

    def loop(step: float, rate: float, hyper: Any, out: Any) -> None:
        values = numbers(step, rate, hyper)
        for i in range(len(values)):
            out[i] = values[i]

    return _jit(loop)


def _update_loop(rule: Callable[..., Any], slots: int) -> Callable[..., Any]:
    def none(weights: Any, gradients: Any, mask: Any, memory: Any, c: Any) -> None:
        numbers = (c[0], c[1], c[2], c[3], c[4], c[5])
        for i in range(weights.size):
            weights[i] = rule(weights[i], gradients[i], mask[i], (), numbers)[0]

    def one(weights: Any, gradients: Any, mask: Any, memory: Any, c: Any) -> None:
        numbers = (c[0], c[1], c[2], c[3], c[4], c[5])
        first = memory[0]
        for i in range(weights.size):
            w, kept = rule(weights[i], gradients[i], mask[i], (first[i],), numbers)
            weights[i], first[i] = w, kept[0]

    def two(weights: Any, gradients: Any, mask: Any, memory: Any, c: Any) -> None:
        numbers = (c[0], c[1], c[2], c[3], c[4], c[5])
        first, second = memory[0], memory[1]
        for i in range(weights.size):
            w, kept = rule(weights[i], gradients[i], mask[i], (first[i], second[i]), numbers)
            weights[i], first[i], second[i] = w, kept[0], kept[1]

    return _jit((none, one, two)[slots])


# From definitions to stubs --------------------------------------------------------------------------------


def _offer(stub: Callable[..., Any], arguments: str, of_array: str, make: Callable[[Any], list[Any]]) -> None:
    """Let compiled code that calls `stub` use the loops that `make` gives for the precision of `of_array`."""
    chosen = cache(lambda dtype: choice(make(dtype), arguments))
    source = (
        f"def find(which, {arguments}):\n"
        f"    chosen = choose({of_array}.dtype)\n"
        f"    return lambda which, {arguments}: chosen(which, {arguments})"
    )
    world: dict[str, Any] = {"choose": lambda numba_type: chosen(np.dtype(numba_type.name))}
    exec(source, world)
    overload(stub, jit_options=FAST)(world["find"])


def _each(table: Any, field: str, loop: Callable[..., Any]) -> Callable[[Any], list[Any]]:
    """Return what makes the loops of one field of a table's records; None where a record has none."""

    def make(dtype: Any) -> list[Any]:
        definitions = [getattr(record, field) for record in table]
        return [None if one is None else loop(compiled(one, dtype)) for one in definitions]

    return make


def _updates(dtype: Any) -> list[Any]:
    return [
        None if optimizer.solves else _update_loop(compiled(optimizer.rule, dtype), len(optimizer.slots))
        for optimizer in OPTIMIZERS
    ]


def _constants(_dtype: Any) -> list[Any]:
    return [None if optimizer.solves else _constants_loop(optimizer.constants) for optimizer in OPTIMIZERS]


_offer(
    apply,
    "z, a, begin, end",
    "z",
    lambda dtype: [
        _apply_loop(compiled(one.value, dtype)) if one.elementwise else None for one in ACTIVATIONS
    ],
)
_offer(pull_back, "grad, z, a, delta, begin, end", "z", _each(ACTIVATIONS, "slope", _pull_back_loop))
_offer(loss_gradient, "z, a, y, scale, out, begin, end", "z", _each(LOSSES, "gradient", _gradient_loop))
_offer(loss_terms, "z, a, y, out, begin, end", "z", _each(LOSSES, "term", _terms_loop))
_offer(penalise, "weights, mask, rate, gradients", "weights", _each(REGULARIZERS, "slope", _penalty_loop))
_offer(constants, "step, rate, hyper, out", "out", _constants)
_offer(update, "weights, gradients, mask, memory, c", "weights", _updates)
