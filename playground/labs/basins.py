"""Balls that are dropped on a surface: each rolls down in small steps, and ends in one minimum or another."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from playground.labs.surfaces import FloatArray, Ground, Place

Mask = npt.NDArray[np.bool_]

STEPS = 400
LONGEST = 0.02
"""Of the map's side, the longest step: with so small ones a ball stays in the valley that it is in."""
TOGETHER = 0.02
"""Of the map's side, how near each other two balls have come to the same minimum."""
RESTING = TOGETHER / 10.0
"""Of the map's side, how far as many steps again may take a ball that has come to rest."""


@dataclass(frozen=True, slots=True)
class Drop:
    """Where balls began and came to, both (n, 2), and in which of `minima` each, -1 for none.

    `rolling` counts those on the map that have not come to rest in any.
    """

    starts: FloatArray
    ends: FloatArray
    minima: tuple[Place, ...]
    found: npt.NDArray[np.int64]
    rolling: int

    @property
    def counts(self) -> tuple[int, ...]:
        """How many balls each minimum has caught."""
        return tuple(int((self.found == index).sum()) for index in range(len(self.minima)))


def drop(ground: Ground, minima: Sequence[Place], count: int, seed: int, rate: float) -> Drop:
    """Return where so many balls roll, dropped at random places of the map, by seed.

    Each step is -rate g, shortened to LONGEST. A ball belongs to the nearest of the known minima within
    TOGETHER; the others that rest make minima of their own, the most visited first.
    """
    low, high = np.transpose([ground.across, ground.up])
    starts = np.random.default_rng(seed).uniform(low, high, (count, 2))
    side = high - low
    ends = starts.copy()
    for _ in range(STEPS):
        with np.errstate(all="ignore"):
            step = -rate * ground.gradient(ends) / side
            length = np.linalg.norm(step, axis=1, keepdims=True)
            shortened = np.where(length > LONGEST, step / length * LONGEST, step)
        ends = ends + np.where(np.isfinite(shortened), shortened, 0.0) * side
    inside = ((ends >= low) & (ends <= high)).all(axis=1)
    with np.errstate(all="ignore"):
        resting = np.linalg.norm(rate * ground.gradient(ends) / side, axis=1) * STEPS < RESTING
    places, found = _gathered(ends, inside, resting, minima, side)
    rolling = int((inside & (found < 0)).sum())
    return Drop(starts, ends, tuple((float(x), float(y)) for x, y in places), found, rolling)


def _gathered(
    ends: FloatArray, inside: Mask, resting: Mask, known: Sequence[Place], side: FloatArray
) -> tuple[list[FloatArray], npt.NDArray[np.int64]]:
    """Return the places at which balls have gathered, and the number of the place of each ball."""
    places = [np.array(one) for one in known]
    found = np.full(len(ends), -1)

    def take(index: int) -> None:
        near = np.linalg.norm((ends - places[index]) / side, axis=1) < TOGETHER
        found[inside & near & (found < 0)] = index

    for index in range(len(places)):
        take(index)
    while (waiting := inside & resting & (found < 0)).any():
        places.append(_thickest(ends[waiting], side))
        take(len(places) - 1)
    return places, found


def _thickest(ends: FloatArray, side: FloatArray) -> FloatArray:
    """Return the place with the most others around it."""
    apart = np.linalg.norm((ends[:, None] - ends[None]) / side, axis=-1)
    return np.asarray(ends[int((apart < TOGETHER).sum(axis=1).argmax())])
