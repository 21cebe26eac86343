"""Four more sets of classes in the plane: moons, rings, checkerboard and a chosen number of blobs.

They share the domain and the meaning of noise (0 to 0.5) with TensorFlow Playground's sets; without
noise the classes are equally large by construction.
"""

import numpy as np

from playground.data.base import (
    PLANE_COLUMNS,
    PLANE_DOMAIN,
    Dataset,
    FloatArray,
    IndexArray,
    Sample,
    class_labels,
    in_plane,
    on_circle,
    two_classes,
)
from playground.tables import Parameter

# Standard deviation that one unit of noise adds to a coordinate: at full noise neighbouring shapes just mix.
SPREAD_PER_NOISE = 2.0

MOON_RADIUS = 3.3
# From the end of one moon to the bottom of the other's hollow.
MOON_GAP = 0.5 * MOON_RADIUS

RINGS_RADII = (1.0, 5.0)
RING_WIDTH = 0.8
# The gaps are narrow: with the spread of the moons full noise would leave nothing to learn.
RING_SPREAD_PER_NOISE = 1.0

BOARD_SQUARES = 4.0
BOARD_HALF = 5.0
BOARD_MARGIN = 0.15

BLOB_RADIUS = 3.5
BLOB_SPREAD = 0.4


def _alternating(samples: int, classes: int) -> IndexArray:
    """Return class indices (samples,) that are as equally frequent as they can be."""
    return np.arange(samples, dtype=np.int64) % classes


def _moons(samples: int, noise: float, _classes: int, rng: np.random.Generator, gap: float) -> Sample:
    """Two half circles, each with its end in the other's hollow, centred on the origin."""
    positive = _alternating(samples, 2) == 1
    angle = rng.uniform(0.0, np.pi, samples)
    x1 = np.where(positive, 0.5 - np.cos(angle), np.cos(angle) - 0.5)
    x2 = np.where(positive, 0.25 - np.sin(angle), np.sin(angle) - 0.25)
    points = MOON_RADIUS * in_plane(x1, x2)
    points[:, 1] += np.where(positive, MOON_GAP - gap, gap - MOON_GAP) / 2.0
    return two_classes(points + SPREAD_PER_NOISE * noise * rng.standard_normal(points.shape), positive)


def _rings(
    samples: int, noise: float, _classes: int, rng: np.random.Generator, rings: float, width: float
) -> Sample:
    """Rings round the origin, of alternating class; the outermost is positive."""
    positive = _alternating(samples, 2) == 1
    inwards = np.linspace(*RINGS_RADII, int(rings))[::-1]
    place = rng.random(samples)
    radius = np.where(positive, _on_rings(inwards[::2], place), _on_rings(inwards[1::2], place))
    radius = radius + rng.uniform(-width / 2.0, width / 2.0, samples)
    points = on_circle(radius, rng.uniform(0.0, 2.0 * np.pi, samples))
    return two_classes(points + RING_SPREAD_PER_NOISE * noise * rng.standard_normal(points.shape), positive)


def _on_rings(inwards: FloatArray, place: FloatArray) -> FloatArray:
    """Return the radius (n,) at `place` (n,), from 0 to 1, of the rings of one class.

    The innermost has one share of the points, the next two and so on: by length it would have too few.
    """
    shares = np.arange(1, len(inwards) + 1)
    ends = np.cumsum(shares) / shares.sum()
    return np.asarray(inwards[::-1][np.searchsorted(ends, place, side="right")], dtype=np.float64)


def _checkerboard(
    samples: int, noise: float, _classes: int, rng: np.random.Generator, squares: float
) -> Sample:
    """Points inside the squares of a board; noise moves only the point that is labelled, as in xor."""
    count, side = int(squares), 2.0 * BOARD_HALF / squares
    positive = _alternating(samples, 2) == 1
    column = rng.integers(0, count, samples)
    row = 2 * rng.integers(0, count // 2, samples) + (column + ~positive) % 2
    within = rng.uniform(BOARD_MARGIN, side - BOARD_MARGIN, (samples, 2))
    points = np.column_stack((column, row)) * side - BOARD_HALF + within
    labelled = points + noise * rng.uniform(-side, side, points.shape)
    places = np.floor((labelled + BOARD_HALF) / side).astype(np.int64)
    return two_classes(points, places.sum(axis=1) % 2 == 0)


def _blobs(samples: int, noise: float, classes: int, rng: np.random.Generator, spread: float) -> Sample:
    """Normal clouds with their centres evenly round a circle, the first at the top."""
    labels = _alternating(samples, classes)
    centres = on_circle(np.full(classes, BLOB_RADIUS), 2.0 * np.pi * np.arange(classes) / classes)
    deviation = spread + SPREAD_PER_NOISE * noise
    points = centres[labels] + deviation * rng.standard_normal((samples, 2))
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
    noise_label="Noise in the points",
    parameters=(
        Parameter(
            "gap",
            "Gap",
            "How far the end of a moon is from the other's hollow.",
            MOON_GAP,
            0.0,
            4.0,
            step=0.05,
        ),
    ),
    generate=_moons,
    classes=2,
)

RINGS = Dataset(
    key="rings",
    label="Rings",
    help="Rings of alternating class: each border between them is closed, so it takes more neurons.",
    task="classification",
    kind="plane",
    inputs=PLANE_COLUMNS,
    target="class",
    domain=PLANE_DOMAIN,
    default_samples=500,
    noise_help="Scatters the points round the rings until these touch.",
    noise_label="Noise in the points",
    parameters=(
        Parameter("rings", "Rings", "How many rings there are.", 3.0, 2.0, 5.0, step=1.0, stepped=True),
        Parameter("width", "Width", "How wide each ring is.", RING_WIDTH, 0.1, 1.0, step=0.1),
    ),
    generate=_rings,
    classes=2,
)

CHECKERBOARD = Dataset(
    key="checkerboard",
    label="Checkers",
    help="Squares of alternating class: it takes two wide hidden layers to draw that many borders.",
    task="classification",
    kind="plane",
    inputs=PLANE_COLUMNS,
    target="class",
    domain=PLANE_DOMAIN,
    default_samples=800,
    noise_help="Gives points near the borders the wrong class.",
    noise_label="Noise in the labels",
    parameters=(
        Parameter(
            *("squares", "Squares", "How many squares there are along each side.", BOARD_SQUARES, 2.0, 8.0),
            step=2.0,
            stepped=True,
        ),
    ),
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
    noise_label="Noise in the points",
    parameters=(
        Parameter(
            "spread", "Spread", "How wide each cloud is without noise.", BLOB_SPREAD, 0.1, 1.0, step=0.1
        ),
    ),
    generate=_blobs,
    classes=3,
    classes_adjustable=True,
)
