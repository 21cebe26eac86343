"""A surface of one's own: a formula of x and y, tried out, and its gradient held against differences."""

from dataclasses import dataclass, replace

import numpy as np

from playground.data.formula import FormulaError, parse
from playground.labs.surfaces import NAMES, FloatArray, Range, Surface, fair_rate

KEY = "own"
TRIED = 41
"""Places along a side at which a formula is tried out."""
CHECKED = 64
"""Random places at which the gradient is held against differences."""
STEP = 1e-5
"""Of the range, the half width of the differences: about the cube root of the rounding error."""
AGREES = 1e-5


@dataclass(frozen=True, slots=True)
class OwnSurface:
    """A formula that was read, and what was found when it was tried out.

    `missing` is the share of the range where it has no finite value. `error` is the largest disagreement
    between the gradient and central differences, relative to the steepest slope that was met; at `doubtful`
    of the checked places they disagree, as they do at a kink.
    """

    surface: Surface
    missing: float
    error: float
    doubtful: int


def own_surface(text: str, across: Range, up: Range) -> OwnSurface:
    """Return the surface of a formula over a range.

    Raises:
        FormulaError: when it cannot be read, or is no height.
        ValueError: where it has no finite value at all, or is the same everywhere.
    """
    formula = parse(text, NAMES)
    if formula.is_comparison:
        raise FormulaError("This is true or false; a surface needs a height, such as x^2 + y^2.", 0)
    if not formula.names:
        raise FormulaError("Use x and y: this formula is the same everywhere.", 0)
    grid = np.stack(np.meshgrid(np.linspace(*across, TRIED), np.linspace(*up, TRIED)), axis=-1)
    surface = Surface(KEY, "Formula of your own", text, text, across, up, (0.0, 0.0))
    values = surface.value(grid)
    finite = np.isfinite(values)
    if not finite.any():
        raise ValueError(f"The formula {text} has no finite value anywhere on the map: change it.")
    if values[finite].min() == values[finite].max():
        raise ValueError(
            f"The formula {text} is the same everywhere on the map: there is no slope to follow."
        )
    error, doubtful = gradient_check(surface)
    start = _start(grid, np.where(finite, values, -np.inf))
    begun = replace(surface, start=start, rate=fair_rate(values, across, up))
    return OwnSurface(begun, float(1.0 - finite.mean()), error, doubtful)


def gradient_check(surface: Surface, seed: int = 0) -> tuple[float, int]:
    """Return the largest relative error of the gradient at random places, and at how many it is too large."""
    rng = np.random.default_rng(seed)
    low, high = np.transpose([surface.across, surface.up])
    places = rng.uniform(low, high, (CHECKED, 2))
    exact, differences = surface.gradient(places), central_gradient(surface, places)
    known = np.isfinite(exact).all(axis=1) & np.isfinite(differences).all(axis=1)
    if not known.any():
        return np.nan, CHECKED
    scale = max(float(np.abs(differences[known]).max()), np.finfo(np.float64).tiny)
    errors = np.abs(exact - differences)[known].max(axis=1) / scale
    return float(errors.max()), int((errors > AGREES).sum())


def central_gradient(surface: Surface, places: FloatArray) -> FloatArray:
    """Return (f(x + h) - f(x - h)) / 2h in both directions, (..., 2), at places (..., 2)."""
    steps = STEP * np.diag([np.ptp(surface.across), np.ptp(surface.up)])
    with np.errstate(all="ignore"):  # differences of what is not finite
        slopes = [
            (surface.value(places + step) - surface.value(places - step)) / (2 * step.sum()) for step in steps
        ]
    return np.stack(slopes, axis=-1)


def _start(grid: FloatArray, values: FloatArray) -> tuple[float, float]:
    """Return where a descent begins: high up, but inside the map."""
    inner = slice(TRIED // 8, -(TRIED // 8))
    row, column = np.unravel_index(int(np.argmax(values[inner, inner])), values[inner, inner].shape)
    x, y = grid[inner, inner][row, column].tolist()
    return round(x, 3), round(y, 3)
