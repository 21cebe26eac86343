"""The rows that a link to TensorFlow Playground stands for: its six data sets, number by number.

The same formulas as in the gallery's data sets of these names, but drawn one point after another from the
link's own stream, as src/dataset.ts does, so that every coordinate is that page's. Numbers are drawn for the
noise even where it is 0. The operations stand in the original's order: another would round otherwise.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from playground.data.base import Dataset, Parts, Sample, sealed, two_classes
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

Row = tuple[float, float, float]
"""x1, x2 and the label: -1 or 1 for the two classes, or the target."""

LINK_NOISE = 0.8
"""The most that a link can ask for: its page stretches the slider for it."""


def _circle(count: int, noise: float, stream: SeedRandom) -> Iterator[Row]:
    for low, high in ((0.0, CLASSES_RADIUS * 0.5), (CLASSES_RADIUS * 0.7, CLASSES_RADIUS)):
        for _ in range(count // 2):
            radius = stream.uniform(low, high)
            angle = stream.uniform(0.0, 2.0 * math.pi)
            x, y = radius * math.sin(angle), radius * math.cos(angle)
            dx, dy = _moved(x, y, CLASSES_RADIUS, noise, stream)
            yield x, y, 1.0 if math.sqrt(dx * dx + dy * dy) < CLASSES_RADIUS * 0.5 else -1.0


def _xor(count: int, noise: float, stream: SeedRandom) -> Iterator[Row]:
    for _ in range(count):
        x = stream.uniform(-CLASSES_RADIUS, CLASSES_RADIUS)
        x += XOR_PADDING if x > 0.0 else -XOR_PADDING
        y = stream.uniform(-CLASSES_RADIUS, CLASSES_RADIUS)
        y += XOR_PADDING if y > 0.0 else -XOR_PADDING
        moved_x, moved_y = _moved(x, y, CLASSES_RADIUS, noise, stream)
        yield x, y, 1.0 if moved_x * moved_y >= 0.0 else -1.0


def _gauss(count: int, noise: float, stream: SeedRandom) -> Iterator[Row]:
    spread = math.sqrt(_between(0.5, 4.0, noise / 0.5))
    for centre, label in ((2.0, 1.0), (-2.0, -1.0)):
        for _ in range(count // 2):
            x = centre + spread * _normal(stream)
            y = centre + spread * _normal(stream)
            yield x, y, label


def _spiral(count: int, noise: float, stream: SeedRandom) -> Iterator[Row]:
    arm = count // 2
    for shift, label in ((0.0, 1.0), (math.pi, -1.0)):
        for place in range(arm):
            radius = place / arm * CLASSES_RADIUS
            angle = SPIRAL_TURNS * place / arm * 2.0 * math.pi + shift
            x = radius * math.sin(angle) + stream.uniform(-1.0, 1.0) * noise
            y = radius * math.cos(angle) + stream.uniform(-1.0, 1.0) * noise
            yield x, y, label


def _plane(count: int, noise: float, stream: SeedRandom) -> Iterator[Row]:
    for x, y, moved_x, moved_y in _points(count, noise, stream):
        yield x, y, _between(-1.0, 1.0, (moved_x + moved_y + PLANE_SUM) / (2.0 * PLANE_SUM))


def _multi_gauss(count: int, noise: float, stream: SeedRandom) -> Iterator[Row]:
    bumps = [(*centre, sign) for centre, sign in zip(BUMP_CENTRES.tolist(), BUMP_SIGNS.tolist(), strict=True)]
    for x, y, moved_x, moved_y in _points(count, noise, stream):
        label = 0.0
        for centre_x, centre_y, sign in bumps:
            dx, dy = moved_x - centre_x, moved_y - centre_y
            far = math.sqrt(dx * dx + dy * dy) / BUMP_RADIUS
            height = sign * _between(1.0, 0.0, max(0.0, min(1.0, far)))
            if abs(height) > abs(label):
                label = height
        yield x, y, label


def _points(count: int, noise: float, stream: SeedRandom) -> Iterator[tuple[float, float, float, float]]:
    """Yield points of the square and where their target is taken."""
    for _ in range(count):
        x = stream.uniform(-NUMBERS_RADIUS, NUMBERS_RADIUS)
        y = stream.uniform(-NUMBERS_RADIUS, NUMBERS_RADIUS)
        yield x, y, *_moved(x, y, NUMBERS_RADIUS, noise, stream)


def _moved(x: float, y: float, radius: float, noise: float, stream: SeedRandom) -> tuple[float, float]:
    """Return where the label of a point is taken."""
    by_x = stream.uniform(-radius, radius) * noise
    by_y = stream.uniform(-radius, radius) * noise
    return x + by_x, y + by_y


def _between(start: float, end: float, part: float) -> float:
    """Return the number that lies `part` of the way from `start` to `end`, as d3's linear scale has it."""
    return start * (1.0 - part) + end * part


def _normal(stream: SeedRandom) -> float:
    """Return a standard normal number by Marsaglia's polar method, which makes a pair; one is left unused."""
    while True:
        v1 = 2.0 * stream.random() - 1.0
        v2 = 2.0 * stream.random() - 1.0
        s = v1 * v1 + v2 * v2
        if s <= 1.0:
            return math.sqrt(-2.0 * math.log(s) / s) * v1


@dataclass(frozen=True, slots=True)
class Linked:
    """A data set that a link can ask for: its name there, and how its rows are drawn."""

    dataset: Dataset
    name: str
    draw: Callable[[int, float, SeedRandom], Iterator[Row]]

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
    rows = list(linked.draw(linked.dataset.default_samples, noise, stream))
    for left in range(len(rows), 0, -1):
        index = int(stream.random() * left)
        rows[left - 1], rows[index] = rows[index], rows[left - 1]
    table = np.array(rows, dtype=np.float64)
    if linked.dataset.task == "classification":
        return sealed(two_classes(np.ascontiguousarray(table[:, :2]), table[:, 2] > 0.0))
    return sealed(Sample(np.ascontiguousarray(table[:, :2]), np.ascontiguousarray(table[:, 2])))


def linked_split(n: int, train_fraction: float) -> Parts:
    """Return the row numbers of the training part, which are the first, and of the test part."""
    trained = row_count(n, train_fraction, n - 1)
    return Parts(np.arange(trained), np.arange(0), np.arange(trained, n))
