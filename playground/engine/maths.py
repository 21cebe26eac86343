"""The functions that the engine's definitions are written in.

A definition (an activation, a loss, an optimizer's rule ...) is a Python function of `+ - * /`, comparisons
inside `where`, float literals and what stands here, and nothing else. On arrays these are NumPy functions
that dispatch, so a definition computes on NumPy and CuPy arrays of any shape. The compiled backend takes the
same definition as a function of single numbers: there it replaces the first group by scalar functions of its
own, and compiles the second group, which is made of the first, as it stands.

All of them let nan through: `maximum(nan, 0.0)` is nan.
"""

import numpy as np

from playground.engine.backends.base import Array

# The first group: one NumPy function each -------------------------------------------------------------------


def absolute(x: Array) -> Array:
    """Return |x|."""
    return np.absolute(x)


def cos(x: Array) -> Array:
    """Return the cosine of x, in radians."""
    return np.cos(x)


def exp(x: Array) -> Array:
    """Return eˣ."""
    return np.exp(x)


def expm1(x: Array) -> Array:
    """Return eˣ - 1, exact for small x."""
    return np.expm1(x)


def log(x: Array) -> Array:
    """Return the natural logarithm of x."""
    return np.log(x)


def log1p(x: Array) -> Array:
    """Return log(1 + x), exact for small x."""
    return np.log1p(x)


def maximum(x: Array, y: Array) -> Array:
    """Return the larger of x and y, nan when either is."""
    return np.maximum(x, y)


def minimum(x: Array, y: Array) -> Array:
    """Return the smaller of x and y, nan when either is."""
    return np.minimum(x, y)


def sign(x: Array) -> Array:
    """Return -1, 0 or 1, nan for nan."""
    return np.sign(x)


def sin(x: Array) -> Array:
    """Return the sine of x, in radians."""
    return np.sin(x)


def sqrt(x: Array) -> Array:
    """Return the square root of x."""
    return np.sqrt(x)


def tanh(x: Array) -> Array:
    """Return the hyperbolic tangent of x."""
    return np.tanh(x)


def where(condition: Array, yes: Array, no: Array) -> Array:
    """Return `yes` where the condition holds and `no` elsewhere; both are computed everywhere."""
    return np.where(condition, yes, no)


# The second group: definitions made of the first ------------------------------------------------------------


def sigmoid(x: Array) -> Array:
    """Return 1 / (1 + e⁻ˣ), written with tanh, which cannot overflow."""
    return 0.5 * tanh(0.5 * x) + 0.5


def softplus(x: Array) -> Array:
    """Return log(1 + eˣ), written so that it cannot overflow."""
    return maximum(x, 0.0) + log1p(exp(-absolute(x)))
