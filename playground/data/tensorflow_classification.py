"""TensorFlow Playground's four classification sets, by its formulas (src/dataset.ts), drawn as whole arrays.

The number of samples is free here (the original draws 500). The random numbers are NumPy's, so a seed gives
other points than the original's, of the same distribution.
"""

import numpy as np

from playground.data.base import (
    PLANE_COLUMNS,
    PLANE_DOMAIN,
    Dataset,
    Sample,
    on_circle,
    two_classes,
)
from playground.tables import Parameter

RADIUS = 5.0
CIRCLE_GAP = 1.0
XOR_PADDING = 0.3
GAUSS_CENTRE = 2.0
SPIRAL_TURNS = 1.75


def _circle(samples: int, noise: float, _classes: int, rng: np.random.Generator, gap: float) -> Sample:
    """Half of the points in a disc, half in a ring round it; noise moves only the point that is labelled."""
    inner = samples // 2
    radius = np.concatenate(
        (rng.uniform(0.0, 0.5 * RADIUS, inner), rng.uniform(0.5 * RADIUS + gap, RADIUS, samples - inner))
    )
    points = on_circle(radius, rng.uniform(0.0, 2.0 * np.pi, samples))
    labelled = points + noise * rng.uniform(-RADIUS, RADIUS, points.shape)
    return two_classes(points, np.hypot(labelled[:, 0], labelled[:, 1]) < 0.5 * RADIUS)


def _xor(samples: int, noise: float, _classes: int, rng: np.random.Generator, gap: float) -> Sample:
    """Points in a square, pushed off the axes; noise moves only the point that is labelled."""
    points = rng.uniform(-RADIUS, RADIUS, (samples, 2))
    points += np.where(points > 0.0, gap, -gap)
    labelled = points + noise * rng.uniform(-RADIUS, RADIUS, points.shape)
    return two_classes(points, labelled[:, 0] * labelled[:, 1] >= 0.0)


def _gauss(samples: int, noise: float, _classes: int, rng: np.random.Generator, distance: float) -> Sample:
    """Two normal clouds of variance 0.5 + 7 noise, the positive one at (distance, distance)."""
    positive = np.arange(samples) < samples // 2
    centres = np.where(positive, distance, -distance)[:, np.newaxis]
    spread = np.sqrt(0.5 + 7.0 * noise)
    return two_classes(centres + spread * rng.standard_normal((samples, 2)), positive)


def _spiral(samples: int, noise: float, _classes: int, rng: np.random.Generator, turns: float) -> Sample:
    """Two arms of evenly spaced points; of an odd number the negative arm has one more."""
    m = samples // 2
    along = np.concatenate((np.arange(m) / m, np.arange(samples - m) / (samples - m)))
    positive = np.arange(samples) < m
    angle = turns * along * 2.0 * np.pi + np.where(positive, 0.0, np.pi)
    points = on_circle(RADIUS * along, angle)
    return two_classes(points + noise * rng.uniform(-1.0, 1.0, points.shape), positive)


CIRCLE = Dataset(
    key="circle",
    label="Circle",
    help="A disc inside a ring: no line parts them, but three hidden neurons or the inputs x₁² and x₂² do.",
    task="classification",
    kind="plane",
    inputs=PLANE_COLUMNS,
    target="class",
    domain=PLANE_DOMAIN,
    default_samples=500,
    noise_help="Gives points near the edge of the disc the wrong class.",
    noise_label="Noise in the labels",
    parameters=(
        Parameter("gap", "Gap", "How far the ring is from the disc.", CIRCLE_GAP, 0.0, 2.0, step=0.1),
    ),
    generate=_circle,
    classes=2,
)

XOR = Dataset(
    key="xor",
    label="XOR",
    help="Opposite corners belong together: no line parts them, a small hidden layer or x₁x₂ does.",
    task="classification",
    kind="plane",
    inputs=PLANE_COLUMNS,
    target="class",
    domain=PLANE_DOMAIN,
    default_samples=500,
    noise_help="Gives points near the axes the wrong class.",
    noise_label="Noise in the labels",
    parameters=(
        Parameter("gap", "Gap", "How far the points keep from the axes.", XOR_PADDING, 0.0, 0.7, step=0.1),
    ),
    generate=_xor,
    classes=2,
)

GAUSS = Dataset(
    key="gauss",
    label="Gauss",
    help="Two clouds that one straight line parts: a single neuron without any hidden layer learns it.",
    task="classification",
    kind="plane",
    inputs=PLANE_COLUMNS,
    target="class",
    domain=PLANE_DOMAIN,
    default_samples=500,
    noise_help="Widens both clouds until they overlap.",
    noise_label="Noise in the points",
    parameters=(
        Parameter(
            "distance", "Distance", "How far the clouds are from the axes.", GAUSS_CENTRE, 0.5, 3.5, step=0.25
        ),
    ),
    generate=_gauss,
    classes=2,
)

SPIRAL = Dataset(
    key="spiral",
    label="Spiral",
    help="Two arms wound round each other: the hardest one here, it takes wider hidden layers and patience.",
    task="classification",
    kind="plane",
    inputs=PLANE_COLUMNS,
    target="class",
    domain=PLANE_DOMAIN,
    default_samples=500,
    noise_help="Scatters the points across the arms.",
    noise_label="Noise in the points",
    parameters=(
        Parameter("turns", "Turns", "How often each arm goes round.", SPIRAL_TURNS, 0.5, 4.0, step=0.25),
    ),
    generate=_spiral,
    classes=2,
)
