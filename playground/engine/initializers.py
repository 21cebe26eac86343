"""Initializers: the random numbers a layer's weights start from.

Drawn on the host in float64 whatever the backend and precision, so that the same seed starts the same network
everywhere. Weights have shape (fan_out, fan_in): row i holds the weights into unit i.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Initializer:
    """One way to start a layer: `weights(rng, fan_in, fan_out)` and the same `bias` for every unit."""

    key: str
    label: str
    help: str
    formula: str
    weights: Callable[[np.random.Generator, int, int], Weights]
    bias: float = 0.0


def _zeros(_rng: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
    return np.zeros((fan_out, fan_in))


def _constant(_rng: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
    return np.full((fan_out, fan_in), 0.5)


def _uniform(rng: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
    return rng.uniform(-0.5, 0.5, (fan_out, fan_in))


def _normal(rng: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
    return rng.normal(0.0, 0.1, (fan_out, fan_in))


def _glorot_uniform(rng: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
    """Draw as Glorot and Bengio (2010), equation 16: variance 2 / (fan_in + fan_out)."""
    limit = math.sqrt(6.0 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, (fan_out, fan_in))


def _glorot_normal(rng: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
    """Draw with the variance of Glorot and Bengio (2010), 2 / (fan_in + fan_out), not truncated."""
    return rng.normal(0.0, math.sqrt(2.0 / (fan_in + fan_out)), (fan_out, fan_in))


def _he_uniform(rng: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
    """Draw evenly with the variance of He et al. (2015), 2 / fan_in."""
    limit = math.sqrt(6.0 / fan_in)
    return rng.uniform(-limit, limit, (fan_out, fan_in))


def _he_normal(rng: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
    """Draw as He et al. (2015), equation 10: variance 2 / fan_in, not truncated."""
    return rng.normal(0.0, math.sqrt(2.0 / fan_in), (fan_out, fan_in))


def _lecun_uniform(rng: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
    """Draw evenly with the variance of LeCun et al. (1998), 1 / fan_in."""
    limit = math.sqrt(3.0 / fan_in)
    return rng.uniform(-limit, limit, (fan_out, fan_in))


def _lecun_normal(rng: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
    """Draw as LeCun et al. (1998), equation 16: variance 1 / fan_in, not truncated."""
    return rng.normal(0.0, math.sqrt(1.0 / fan_in), (fan_out, fan_in))


def _orthogonal(rng: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
    """Draw evenly from the matrices with orthonormal rows or columns, the shorter side (Saxe et al. 2014)."""
    draws = rng.normal(0.0, 1.0, (max(fan_in, fan_out), min(fan_in, fan_out)))
    q, r = np.linalg.qr(draws)
    # The factorisation's signs are arbitrary; with those of R's diagonal every direction is equally likely.
    q = q * np.where(np.diag(r) < 0.0, -1.0, 1.0)
    return np.ascontiguousarray(q if fan_out >= fan_in else q.T)


INITIALIZERS: tuple[Initializer, ...] = (
    Initializer(
        key="zeros",
        label="Zeros",
        help="All weights start at 0; the units of a hidden layer then stay copies of each other for ever.",
        formula="w = 0, b = 0",
        weights=_zeros,
    ),
    Initializer(
        key="constant",
        label="Constant",
        help="All weights start at 0.5; as with zeros, a hidden layer stays copies of one unit.",
        formula="w = 0.5, b = 0",
        weights=_constant,
    ),
    Initializer(
        key="uniform",
        label="Uniform",
        help="Any number from -0.5 to 0.5, whatever the layer's size, with a small positive bias.",
        formula="w ~ U(-0.5, 0.5), b = 0.1",
        weights=_uniform,
        bias=0.1,
    ),
    Initializer(
        key="normal",
        label="Normal",
        help="Small numbers around 0, whatever the layer's size; deep networks fade with it.",
        formula="w ~ N(0, 0.1²), b = 0",
        weights=_normal,
    ),
    Initializer(
        key="glorot_uniform",
        label="Glorot uniform",
        help="The more connections, the smaller the weights; a good start for tanh and sigmoid.",
        formula="w ~ U(-r, r), r = √(6 / (inputs + units)), b = 0",
        weights=_glorot_uniform,
    ),
    Initializer(
        key="glorot_normal",
        label="Glorot normal",
        help="As Glorot uniform, but most weights are small and a few are larger.",
        formula="w ~ N(0, σ²), σ = √(2 / (inputs + units)), b = 0",
        weights=_glorot_normal,
    ),
    Initializer(
        key="he_uniform",
        label="He uniform",
        help="As He normal, but no weight is larger than a limit.",
        formula="w ~ U(-r, r), r = √(6 / inputs), b = 0",
        weights=_he_uniform,
    ),
    Initializer(
        key="he_normal",
        label="He normal",
        help="The more inputs, the smaller the weights; a good start for ReLU and its relatives.",
        formula="w ~ N(0, σ²), σ = √(2 / inputs), b = 0",
        weights=_he_normal,
    ),
    Initializer(
        key="lecun_uniform",
        label="LeCun uniform",
        help="As LeCun normal, but no weight is larger than a limit.",
        formula="w ~ U(-r, r), r = √(3 / inputs), b = 0",
        weights=_lecun_uniform,
    ),
    Initializer(
        key="lecun_normal",
        label="LeCun normal",
        help="Keeps the spread of what comes in; the start that SELU asks for.",
        formula="w ~ N(0, σ²), σ = √(1 / inputs), b = 0",
        weights=_lecun_normal,
    ),
    Initializer(
        key="orthogonal",
        label="Orthogonal",
        help="Lets units look in directions at right angles, so that nothing is stretched on the way.",
        formula="W Wᵀ = 1 or Wᵀ W = 1, b = 0",
        weights=_orthogonal,
    ),
)
