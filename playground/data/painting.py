"""What painting makes of points in the plane: every tool is a function from table to table.

A painted table has as many classes as the highest class in it asks for, and two at least.
"""

import math
from dataclasses import replace

import numpy as np

from playground.data.base import (
    PLANE_COLUMNS,
    PLANE_DOMAIN,
    TWO_CLASSES,
    FloatArray,
    IndexArray,
    Sample,
    Task,
    class_labels,
)
from playground.data.table import Table

NAME = "Painted"
ABOUT = "Points that you painted yourself: press Paint to go on."
MAX_POINTS = 20_000
MOST_CLASSES = 9
DENSITY = 2.5
"""How many points a dab of the brush leaves in a square of side 1."""
GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))


class PaintingRefused(ValueError):  # noqa: N818 - a refusal, not an error of the program
    """A stroke that cannot be made; the message is a sentence for the person who tried it."""


def blank(task: Task) -> Table:
    """Return a canvas without a point, for one task."""
    if task == "classification":
        return _table(np.empty((0, 2)), np.empty(0, np.int64), "class", True)
    return _table(np.empty((0, 2)), np.empty(0), "value", False)


def taken_along(sample: Sample, target: str) -> Table:
    """Return the rows of a data set in the plane as painted points, in their order."""
    return _table(sample.inputs, sample.targets, target, bool(sample.class_names))


def dab(centre: tuple[float, float], radius: float, jitter: float, dice: np.random.Generator) -> FloatArray:
    """Return the places (n, 2) of the points that one dab of the brush leaves.

    They are spread evenly over a disc, turned at random, and there is one at least. `jitter` is the standard
    deviation by which chance moves each of them. What would lie outside the domain is left out.
    """
    count = max(1, round(DENSITY * math.pi * radius**2))
    # Vogel's spiral: the k-th of n points on a turn of the golden angle, further out by the root of k.
    distance = radius * np.sqrt((np.arange(count) + 0.5) / count) if count > 1 else np.zeros(1)
    angle = dice.uniform(0.0, 2.0 * math.pi) + GOLDEN_ANGLE * np.arange(count)
    disc = np.column_stack([distance * np.cos(angle), distance * np.sin(angle)])
    places = np.asarray(centre) + disc + jitter * dice.standard_normal(disc.shape)
    inside = (places == clipped(places)).all(axis=1)
    return places[inside] if inside.any() else clipped(places[:1])


def put(table: Table, places: FloatArray, target: float) -> Table:
    """Return the table with points at `places` (n, 2), all of the class or with the value `target`.

    Raises:
        PaintingRefused: when there are as many points as there can be, or no such class.
    """
    if len(table) + len(places) > MAX_POINTS:
        raise PaintingRefused(f"There can be {MAX_POINTS:,} painted points at most: erase some first.")
    added = np.full(len(places), _target(table, target), table.targets.dtype)
    return _changed(
        table, np.concatenate([table.inputs, clipped(places)]), np.concatenate([table.targets, added])
    )


def erase(table: Table, centre: tuple[float, float], radius: float) -> Table:
    """Return the table without the points within `radius` of a place; the same one where there are none."""
    stays = np.hypot(*(table.inputs - centre).T) > radius
    return table if stays.all() else _changed(table, table.inputs[stays], table.targets[stays])


def move(table: Table, row: int, place: tuple[float, float]) -> Table:
    """Return the table with one point moved to a place inside the domain."""
    inputs = table.inputs.copy()
    inputs[row] = clipped(np.array([place]))[0]
    return _changed(table, inputs, table.targets)


def set_target(table: Table, row: int, target: float) -> Table:
    """Return the table with another class or value for one point; PaintingRefused for no such class."""
    targets = table.targets.copy()
    targets[row] = _target(table, target)
    return _changed(table, table.inputs, targets)


def nearest(table: Table, place: tuple[float, float], radius: float) -> int | None:
    """Return the point nearest to a place and within `radius` of it, None where there is none."""
    away = np.hypot(*(table.inputs - place).T)
    row = int(away.argmin()) if len(away) else 0
    return row if len(away) and away[row] <= radius else None


def clipped(places: FloatArray) -> FloatArray:
    """Return `places` (n, 2) inside the domain."""
    low, high = np.array(PLANE_DOMAIN).T
    return np.asarray(np.clip(places, low, high), dtype=np.float64)


def _target(table: Table, target: float) -> float:
    """Return a class or a value that the table can take."""
    if not table.class_names:
        return float(target)
    if target != int(target) or not 0 <= target < MOST_CLASSES:
        raise PaintingRefused(f"There can be {MOST_CLASSES} classes at most.")
    if target > len(table.class_names):
        raise PaintingRefused(next_class(len(table.class_names)))
    return int(target)


def next_class(classes: int) -> str:
    """Return in words which classes can be painted when there are so many."""
    after = f": the next new one is {classes + 1}" if classes < MOST_CLASSES else ", the most there can be"
    return f"There are {classes} classes{after}."


def _changed(table: Table, inputs: FloatArray, targets: FloatArray | IndexArray) -> Table:
    names = _names(targets) if table.class_names else ()
    return replace(table, inputs=inputs, targets=targets, class_names=names)


def _table(inputs: FloatArray, targets: FloatArray | IndexArray, target: str, classes: bool) -> Table:
    names = _names(targets) if classes else ()
    return Table(NAME, PLANE_COLUMNS, inputs, target, targets, names, ABOUT, painted=True)


def _names(targets: FloatArray | IndexArray) -> tuple[str, ...]:
    return class_labels(max(len(TWO_CLASSES), int(targets.max(initial=0)) + 1))
