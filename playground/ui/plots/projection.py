"""From the many answers of a layer to two axes, and a picture's grid to lines. Pure numbers, no Qt."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

LARGEST = 1e9
"""What is larger has run away and is not drawn."""
ROOM = 0.08
LEAST_USED = 0.5
"""Part of a range that has to be used, or it is made smaller."""

Axes = tuple[int, int] | None
"""Two neurons, or None for the principal components."""


@dataclass(frozen=True, slots=True)
class Projection:
    """What is taken off the answers (units,), and the two directions (units, 2) they are seen along.

    `shares` say how much of the spread each direction has; nan for neurons.
    """

    middle: FloatArray
    directions: FloatArray
    shares: tuple[float, float] = (np.nan, np.nan)

    def place(self, answers: npt.NDArray[np.floating]) -> FloatArray:
        """Return where answers (..., units) are seen, (..., 2); nan where they are no numbers."""
        with np.errstate(all="ignore"):
            there = (np.asarray(answers, np.float64) - self.middle) @ self.directions
        there[~(np.abs(there) < LARGEST).all(axis=-1)] = np.nan
        return np.asarray(there, np.float64)


def along_neurons(units: int, axes: tuple[int, int]) -> Projection:
    """Return the projection on two neurons; of a layer of one, the second axis is nothing."""
    directions = np.zeros((units, 2))
    directions[axes[0], 0] = 1.0
    if units > 1:
        directions[axes[1], 1] = 1.0
    return Projection(np.zeros(units), directions)


def along_components(
    answers: npt.NDArray[np.floating], before: Projection | None = None
) -> Projection | None:
    """Return the projection on the two principal components of answers (n, units); None without numbers.

    Signs are those of the projection `before`, so that nothing flips from one frame to the next; without one
    the largest weight of a component is positive.
    """
    finite = np.asarray(answers, np.float64)
    finite = finite[(np.abs(finite) < LARGEST).all(axis=1)]
    if not len(finite):
        return None
    middle = finite.mean(axis=0)
    spread, turned = np.linalg.eigh((finite - middle).T @ (finite - middle))
    directions = turned[:, ::-1][:, :2]
    if before is not None and before.directions.shape == directions.shape:
        signs = np.sign(np.sum(directions * before.directions, axis=0))
    else:
        signs = np.sign(directions[np.abs(directions).argmax(axis=0), [0, 1]])
    shares = np.maximum(spread[::-1][:2], 0.0) / max(float(spread.sum()), np.finfo(np.float64).tiny)
    return Projection(
        middle, directions * np.where(signs == 0, 1.0, signs), (float(shares[0]), float(shares[1]))
    )


def room_for(
    places: FloatArray, before: tuple[FloatArray, FloatArray] | None
) -> tuple[FloatArray, FloatArray]:
    """Return the lower and the upper ends (2,) of what shows places (n, 2): those of `before` if they do.

    Ends that moved with every frame would hide how the places move.
    """
    finite = places[np.isfinite(places).all(axis=1)]
    if not len(finite):
        return before or (np.full(2, -1.0), np.full(2, 1.0))
    low, high = finite.min(axis=0), finite.max(axis=0)
    if before is not None:
        held = (before[0] <= low).all() and (high <= before[1]).all()
        if held and (high - low >= LEAST_USED * (before[1] - before[0])).any():
            return before
    size = high - low
    half = np.maximum(size, np.maximum(0.05 * size.max(), 1e-6)) * (0.5 + ROOM)
    half = np.where(size > 0, half, np.maximum(half, 1.0))  # a line has the middle to itself
    return (low + high) / 2 - half, (low + high) / 2 + half


def resampled(images: npt.NDArray[np.floating], shares: FloatArray) -> FloatArray:
    """Return pictures (n, G, G) of a square at `shares` (K,) of its sides, (n, K, K), by straight lines.

    The points of a picture are the centres of its cells; what lies outside them is continued.
    """
    side = images.shape[-1]
    places = shares * side - 0.5
    low = np.clip(np.floor(places).astype(int), 0, side - 2)
    part = places - low
    with np.errstate(all="ignore"):
        wide = images[:, :, low] * (1 - part) + images[:, :, low + 1] * part
        whole = wide[:, low] * (1 - part)[:, None] + wide[:, low + 1] * part[:, None]
    return np.asarray(whole, np.float64)
