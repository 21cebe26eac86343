"""Four more sets of classes in the plane: moons, rings, checkerboard and a chosen number of blobs.

They share the domain and the meaning of noise (0 to 0.5) with TensorFlow Playground's sets; without
noise the classes are equally large by construction.
"""

import numpy as np

from playground.data.base import (
    PLANE_COLUMNS,
    PLANE_DOMAIN,
    Dataset,
    IndexArray,
    Sample,
    class_labels,
    in_plane,
    on_circle,
    two_classes,
)

# Standard deviation that one unit of noise adds to a coordinate: at full noise neighbouring shapes just mix.
SPREAD_PER_NOISE = 2.0

MOON_RADIUS = 3.3

RING_RADII = (1.0, 3.0, 5.0)
RING_HALF_WIDTH = 0.4
# The gaps are narrow: with the spread of the moons full noise would leave nothing to learn.
RING_SPREAD_PER_NOISE = 1.0
# Share of the positive points on the innermost ring: by length it would be a sixth, too few to be seen.
INNERMOST_SHARE = 1.0 / 3.0

BOARD_SQUARES = 4
BOARD_HALF = 5.0
BOARD_SQUARE = 2.0 * BOARD_HALF / BOARD_SQUARES
BOARD_MARGIN = 0.15

BLOB_RADIUS = 3.5
BLOB_SPREAD = 0.4


def _alternating(samples: int, classes: int) -> IndexArray:
    """Return class indices (samples,) that are as equally frequent as they can be."""
    return np.arange(samples, dtype=np.int64) % classes


def _moons(samples: int, noise: float, _classes: int, rng: np.random.Generator) -> Sample:
    """Two half circles, each with its end in the other's hollow, centred on the origin."""
    positive = _alternating(samples, 2) == 1
    angle = rng.uniform(0.0, np.pi, samples)
    x1 = np.where(positive, 0.5 - np.cos(angle), np.cos(angle) - 0.5)
    x2 = np.where(positive, 0.25 - np.sin(angle), np.sin(angle) - 0.25)
    points = MOON_RADIUS * in_plane(x1, x2)
    return two_classes(points + SPREAD_PER_NOISE * noise * rng.standard_normal(points.shape), positive)


def _rings(samples: int, noise: float, _classes: int, rng: np.random.Generator) -> Sample:
    """Three rings round the origin; the innermost and the outermost are the positive class."""
    positive = _alternating(samples, 2) == 1
    inner, middle, outer = RING_RADII
    positive_radius = np.where(rng.random(samples) < INNERMOST_SHARE, inner, outer)
    radius = np.where(positive, positive_radius, middle)
    radius = radius + rng.uniform(-RING_HALF_WIDTH, RING_HALF_WIDTH, samples)
    points = on_circle(radius, rng.uniform(0.0, 2.0 * np.pi, samples))
    return two_classes(points + RING_SPREAD_PER_NOISE * noise * rng.standard_normal(points.shape), positive)


def _checkerboard(samples: int, noise: float, _classes: int, rng: np.random.Generator) -> Sample:
    """Points inside the squares of a board; noise moves only the point that is labelled, as in xor."""
    positive = _alternating(samples, 2) == 1
    column = rng.integers(0, BOARD_SQUARES, samples)
    row = 2 * rng.integers(0, BOARD_SQUARES // 2, samples) + (column + ~positive) % 2
    within = rng.uniform(BOARD_MARGIN, BOARD_SQUARE - BOARD_MARGIN, (samples, 2))
    points = np.column_stack((column, row)) * BOARD_SQUARE - BOARD_HALF + within
    labelled = points + noise * rng.uniform(-BOARD_SQUARE, BOARD_SQUARE, points.shape)
    squares = np.floor((labelled + BOARD_HALF) / BOARD_SQUARE).astype(np.int64)
    return two_classes(points, squares.sum(axis=1) % 2 == 0)


def _blobs(samples: int, noise: float, classes: int, rng: np.random.Generator) -> Sample:
    """Normal clouds with their centres evenly round a circle, the first at the top."""
    labels = _alternating(samples, classes)
    centres = on_circle(np.full(classes, BLOB_RADIUS), 2.0 * np.pi * np.arange(classes) / classes)
    spread = BLOB_SPREAD + SPREAD_PER_NOISE * noise
    points = centres[labels] + spread * rng.standard_normal((samples, 2))
    return Sample(points, labels, class_labels(classes))


MOONS = Dataset(
    key="moons",
    label="Moons",
    help="Two half moons hooked into each other: a line gets most of them right, a few neurons all.",
    task="classification",
    kind="plane",
    inputs=PLANE_COLUMNS,
    target="class",
    domain=PLANE_DOMAIN,
    default_samples=500,
    noise_help="Scatters the points round the moons until these touch.",
    generate=_moons,
    classes=2,
)

RINGS = Dataset(
    key="rings",
    label="Rings",
    help="One class between two rings of the other: it takes two closed borders, so more neurons.",
    task="classification",
    kind="plane",
    inputs=PLANE_COLUMNS,
    target="class",
    domain=PLANE_DOMAIN,
    default_samples=500,
    noise_help="Scatters the points round the rings until these touch.",
    generate=_rings,
    classes=2,
)

CHECKERBOARD = Dataset(
    key="checkerboard",
    label="Checkers",
    help="Sixteen squares of alternating class: it takes two wide hidden layers to draw that many borders.",
    task="classification",
    kind="plane",
    inputs=PLANE_COLUMNS,
    target="class",
    domain=PLANE_DOMAIN,
    default_samples=800,
    noise_help="Gives points near the borders the wrong class.",
    generate=_checkerboard,
    classes=2,
)

BLOBS = Dataset(
    key="blobs",
    label="Blobs",
    help="Two to eight clouds, each its own class: a softmax output learns them without any hidden layer.",
    task="classification",
    kind="plane",
    inputs=PLANE_COLUMNS,
    target="class",
    domain=PLANE_DOMAIN,
    default_samples=500,
    noise_help="Widens the clouds until they overlap.",
    generate=_blobs,
    classes=3,
    classes_adjustable=True,
)
