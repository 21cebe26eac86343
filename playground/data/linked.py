"""The rows that a link to TensorFlow Playground stands for: its six data sets, number by number.

The same formulas as in the gallery's data sets of these names, but drawn one point after another from the
link's own stream, as src/dataset.ts does, and computed to the last digit as there, so that every coordinate
is that page's. Numbers are drawn for the noise even where it is 0. The operations stand in the original's
order: another would round otherwise.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from playground import fdlibm
from playground.data.base import Dataset, FloatArray, Parts, Sample, sealed, two_classes
from playground.data.seedrandom import SeedRandom
from playground.data.split import row_count
from playground.data.tensorflow_classification import CIRCLE, GAUSS, SPIRAL, SPIRAL_TURNS, XOR, XOR_PADDING
from playground.data.tensorflow_classification import RADIUS as CLASSES_RADIUS
from playground.data.tensorflow_regression import (
    BUMP_CENTRES,
    BUMP_RADIUS,
    BUMP_SIGNS,
    MULTI_GAUSS,
    PLANE,
    PLANE_SUM,
)
from playground.data.tensorflow_regression import RADIUS as NUMBERS_RADIUS
from playground.tables import by_key

LINK_NOISE = 0.8
"""The most that a link can ask for: its page stretches the slider for it."""

FULL_TURN = (0.0, 2.0 * math.pi)
CLASSES = ((-CLASSES_RADIUS, CLASSES_RADIUS),) * 2
NUMBERS = ((-NUMBERS_RADIUS, NUMBERS_RADIUS),) * 2
"""The two coordinates of a point, or how far noise moves them at most."""


def _circle(count: int, noise: float, stream: SeedRandom) -> FloatArray:
    inner = _uniform(stream, count // 2, (0.0, CLASSES_RADIUS * 0.5), FULL_TURN, *CLASSES)
    outer = _uniform(stream, count // 2, (CLASSES_RADIUS * 0.7, CLASSES_RADIUS), FULL_TURN, *CLASSES)
    radius, angle, by_x, by_y = np.concatenate([inner, outer], axis=1)
    x, y = radius * fdlibm.sin(angle), radius * fdlibm.cos(angle)
    dx, dy = x + by_x * noise, y + by_y * noise
    inside = np.sqrt(dx * dx + dy * dy) < CLASSES_RADIUS * 0.5
    return np.array([x, y, np.where(inside, 1.0, -1.0)])


def _xor(count: int, noise: float, stream: SeedRandom) -> FloatArray:
    x, y, by_x, by_y = _uniform(stream, count, *CLASSES, *CLASSES)
    x += np.where(x > 0.0, XOR_PADDING, -XOR_PADDING)
    y += np.where(y > 0.0, XOR_PADDING, -XOR_PADDING)
    alike = (x + by_x * noise) * (y + by_y * noise) >= 0.0
    return np.array([x, y, np.where(alike, 1.0, -1.0)])


def _gauss(count: int, noise: float, stream: SeedRandom) -> FloatArray:
    spread = math.sqrt(_between(0.5, 4.0, noise / 0.5))
    x, y = _normal(stream, 2 * count).reshape(count, 2).T
    label = np.repeat([1.0, -1.0], count // 2)
    return np.array([2.0 * label + spread * x, 2.0 * label + spread * y, label])


def _spiral(count: int, noise: float, stream: SeedRandom) -> FloatArray:
    arm = count // 2
    place = np.tile(np.arange(arm), 2)
    radius = place / arm * CLASSES_RADIUS
    angle = SPIRAL_TURNS * place / arm * 2.0 * math.pi + np.repeat([0.0, math.pi], arm)
    by_x, by_y = _uniform(stream, count, (-1.0, 1.0), (-1.0, 1.0))
    x = radius * fdlibm.sin(angle) + by_x * noise
    y = radius * fdlibm.cos(angle) + by_y * noise
    return np.array([x, y, np.repeat([1.0, -1.0], arm)])


def _plane(count: int, noise: float, stream: SeedRandom) -> FloatArray:
    x, y, by_x, by_y = _uniform(stream, count, *NUMBERS, *NUMBERS)
    total = x + by_x * noise + (y + by_y * noise)
    return np.array([x, y, _between(-1.0, 1.0, (total + PLANE_SUM) / (2.0 * PLANE_SUM))])


def _multi_gauss(count: int, noise: float, stream: SeedRandom) -> FloatArray:
    x, y, by_x, by_y = _uniform(stream, count, *NUMBERS, *NUMBERS)
    label = np.zeros(count)
    for (centre_x, centre_y), sign in zip(BUMP_CENTRES.tolist(), BUMP_SIGNS.tolist(), strict=True):
        dx, dy = x + by_x * noise - centre_x, y + by_y * noise - centre_y
        far = np.sqrt(dx * dx + dy * dy) / BUMP_RADIUS
        height = sign * _between(1.0, 0.0, np.clip(far, 0.0, 1.0))
        label = np.where(np.abs(height) > np.abs(label), height, label)
    return np.array([x, y, label])


def _uniform(stream: SeedRandom, count: int, *ranges: tuple[float, float]) -> FloatArray:
    """Return numbers (ranges, count), drawn one from each range in turn, `count` times."""
    return np.array([[stream.uniform(*each) for each in ranges] for _ in range(count)]).T


def _normal(stream: SeedRandom, count: int) -> FloatArray:
    """Return standard normal numbers by Marsaglia's polar method, which makes pairs; one is left unused."""
    drawn: list[tuple[float, float]] = []
    while len(drawn) < count:
        v1 = 2.0 * stream.random() - 1.0
        v2 = 2.0 * stream.random() - 1.0
        s = v1 * v1 + v2 * v2
        if s <= 1.0:
            drawn.append((v1, s))
    v1s, squares = np.array(drawn).T.copy()
    normal: FloatArray = np.sqrt(-2.0 * fdlibm.log(squares) / squares) * v1s
    return normal


Number = TypeVar("Number", float, FloatArray)


def _between(start: float, end: float, part: Number) -> Number:
    """Return the number that lies `part` of the way from `start` to `end`, as d3's linear scale has it."""
    return start * (1.0 - part) + end * part


@dataclass(frozen=True, slots=True)
class Linked:
    """A data set that a link can ask for: its name there, and how its rows are drawn.

    `draw` takes their number, the noise and the stream, and returns (3, rows): x1, x2 and the label, which is
    -1 or 1 for the two classes, or the target.
    """

    dataset: Dataset
    name: str
    draw: Callable[[int, float, SeedRandom], FloatArray]

    @property
    def key(self) -> str:
        """The key of the data set."""
        return self.dataset.key


LINKED: tuple[Linked, ...] = (
    Linked(CIRCLE, "circle", _circle),
    Linked(XOR, "xor", _xor),
    Linked(GAUSS, "gauss", _gauss),
    Linked(SPIRAL, "spiral", _spiral),
    Linked(PLANE, "reg-plane", _plane),
    Linked(MULTI_GAUSS, "reg-gauss", _multi_gauss),
)


def linked_sample(key: str, noise: float, stream: SeedRandom) -> Sample:
    """Return the rows of a data set in the order in which a link's page uses them.

    `stream` is at its beginning and is left where the page begins to draw weights. ValueError for a data set
    that no link can name.
    """
    linked = by_key(LINKED, key, "data set of TensorFlow Playground")
    count = linked.dataset.default_samples
    x1, x2, label = linked.draw(count, noise, stream)
    order = list(range(count))
    for left in range(count, 0, -1):
        index = int(stream.random() * left)
        order[left - 1], order[index] = order[index], order[left - 1]
    points = np.column_stack([x1, x2])[order]
    if linked.dataset.task == "classification":
        return sealed(two_classes(points, label[order] > 0.0))
    return sealed(Sample(points, label[order]))


def linked_split(n: int, train_fraction: float) -> Parts:
    """Return the row numbers of the training part, which are the first, and of the test part."""
    trained = row_count(n, train_fraction, n - 1)
    return Parts(np.arange(trained), np.arange(0), np.arange(trained, n))
