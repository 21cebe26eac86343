"""Double descent with the whole fitted curve in sight: sines and cosines through few noisy points.

The features of x in [-1, 1] are 1, sin(pi x), cos(pi x), sin(2 pi x), ..., each weighted (k + 1)^-q with
its frequency k: the larger q, the dearer is a fast wave in a fit of least norm. That is the prior. The
weights are those of least norm among the least squares. (Compare Schaeffer et al. 2023, arXiv 2303.14151,
who do it with polynomials.)
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from playground.data.base import FloatArray
from playground.labs.min_norm import gradient, least_norm

WIDEST = 1000
RCOND = 1e-12
GRID = np.linspace(-1.0, 1.0, 400)
GRID.setflags(write=False)
"""Where a fit is drawn, and compared with the truth."""

WIDTHS = (
    *(1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 18, 19, 20, 21, 22),
    *(25, 30, 40, 50, 70, 100, 150, 200, 300, 500, WIDEST),
)
"""The widths of a curve for 20 points; for others the places up to 50 move along with the threshold."""

USUAL_ROWS = 20


@dataclass(frozen=True)
class Choices:
    """What a fit depends on, apart from the seed: points, sd of the noise, exponent q of the weights."""

    rows: int = USUAL_ROWS
    noise: float = 0.3
    exponent: float = 1.0


@dataclass(frozen=True, eq=False)
class Points:
    """Where the points are (n,), and what was measured there (n,)."""

    x: FloatArray
    y: FloatArray


@dataclass(frozen=True, eq=False)
class Fit:
    """One fitted curve: its values on `GRID`, its figures, and what gradient is left at its weights.

    `train_mse` is that on the points, `error` the mean squared distance to the truth on `GRID`.
    """

    width: int
    values: FloatArray
    train_mse: float
    error: float
    norm: float
    gradient: float


def truth(x: FloatArray) -> FloatArray:
    """Return what the points would show without noise: sin(1.5 pi x)."""
    return np.sin(1.5 * np.pi * x)


def points(choices: Choices, seed: int) -> Points:
    """Draw the points: evenly spread on [-1, 1], each jittered by up to half of 1/n."""
    rng = np.random.default_rng(seed)
    jitter = rng.uniform(-0.5, 0.5, choices.rows) / choices.rows
    x = np.clip(np.linspace(-1.0, 1.0, choices.rows) + jitter, -1.0, 1.0)
    return Points(x, truth(x) + choices.noise * rng.normal(size=choices.rows))


def features(x: FloatArray, width: int, exponent: float) -> FloatArray:
    """Return the first `width` features of `x` (n,) as (n, width)."""
    index = np.arange(width)
    frequency = (index + 1) // 2
    angle = np.pi * frequency * x[:, None]
    waves = np.where(index % 2 == 1, np.sin(angle), np.cos(angle))
    weighted: FloatArray = waves * (frequency + 1.0) ** -exponent
    return weighted


def widths(rows: int) -> tuple[int, ...]:
    """Return the widths of a curve for so many points, ascending, with the threshold among them."""
    moved = (round(width * rows / USUAL_ROWS) if width <= 50 else width for width in WIDTHS)
    near = (rows - 1, rows, rows + 1)
    return tuple(sorted({max(1, width) for width in (*moved, *near)}))


def fit_at(choices: Choices, seed: int, width: int) -> Fit:
    """Return the fit with `width` features to the points of a seed."""
    drawn = points(choices, seed)
    inputs = features(drawn.x, width, choices.exponent)
    weights = least_norm(inputs, drawn.y, RCOND)
    values = _on_grid(WIDEST, choices.exponent)[:, :width] @ weights
    return Fit(
        width,
        values,
        float(np.mean((inputs @ weights - drawn.y) ** 2)),
        float(np.mean((values - truth(GRID)) ** 2)),
        float(np.linalg.norm(weights)),
        float(np.linalg.norm(gradient(inputs, drawn.y, weights))),
    )


@lru_cache(maxsize=4)
def _on_grid(width: int, exponent: float) -> FloatArray:
    return features(GRID, width, exponent)


def curve(choices: Choices, seed: int) -> tuple[FloatArray, FloatArray]:
    """Return the train MSE and the error against the truth of one seed, at all widths (widths,)."""
    drawn, sizes = points(choices, seed), widths(choices.rows)
    inputs = features(drawn.x, sizes[-1], choices.exponent)
    on_grid, wanted = _on_grid(sizes[-1], choices.exponent), truth(GRID)
    found = []
    for width in sizes:
        weights = least_norm(inputs[:, :width], drawn.y, RCOND)
        train = np.mean((inputs[:, :width] @ weights - drawn.y) ** 2)
        found.append((train, np.mean((on_grid[:, :width] @ weights - wanted) ** 2)))
    train_mse, error = np.array(found).T
    return train_mse, error
