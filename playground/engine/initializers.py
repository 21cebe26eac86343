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


def _uniform(rng: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
    return rng.uniform(-0.5, 0.5, (fan_out, fan_in))


def _glorot_uniform(rng: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
    """Draw as Glorot and Bengio (2010), equation 16: variance 2 / (fan_in + fan_out)."""
    limit = math.sqrt(6.0 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, (fan_out, fan_in))


def _he_normal(rng: np.random.Generator, fan_in: int, fan_out: int) -> Weights:
    """Draw as He et al. (2015), equation 10: variance 2 / fan_in, not truncated."""
    return rng.normal(0.0, math.sqrt(2.0 / fan_in), (fan_out, fan_in))


INITIALIZERS: tuple[Initializer, ...] = (
    Initializer(
        key="zeros",
        label="Zeros",
        help="All weights start at 0; the units of a hidden layer then stay copies of each other for ever.",
        formula="w = 0, b = 0",
        weights=_zeros,
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
        key="glorot_uniform",
        label="Glorot uniform",
        help="The more connections, the smaller the weights; a good start for tanh and sigmoid.",
        formula="w ~ U(-r, r), r = √(6 / (inputs + units)), b = 0",
        weights=_glorot_uniform,
    ),
    Initializer(
        key="he_normal",
        label="He normal",
        help="The more inputs, the smaller the weights; a good start for ReLU and its relatives.",
        formula="w ~ N(0, σ²), σ = √(2 / inputs), b = 0",
        weights=_he_normal,
    ),
)
