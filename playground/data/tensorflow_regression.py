"""TensorFlow Playground's two regression sets, by its formulas (src/dataset.ts), drawn as whole arrays.

In both, noise moves only the point at which the target is taken, by up to 6 times the noise along each axis.
"""

import numpy as np

from playground.data.base import PLANE_COLUMNS, PLANE_DOMAIN, Dataset, FloatArray, Sample

RADIUS = 6.0

# The sum x1 + x2 that gives the target 1. The corners of the square go beyond it, to 1.2, as in the original.
PLANE_SUM = 10.0

BUMP_RADIUS = 2.0
BUMP_CENTRES = np.array([(-4, 2.5), (0, 2.5), (4, 2.5), (-4, -2.5), (0, -2.5), (4, -2.5)], dtype=np.float64)
BUMP_SIGNS = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])


def plane_target(points: FloatArray) -> FloatArray:
    """Return the target (n,) of a slope that rises along the diagonal."""
    return np.asarray(points.sum(axis=1) / PLANE_SUM, dtype=np.float64)


def multi_gauss_target(points: FloatArray) -> FloatArray:
    """Return the target (n,): of the six cones of alternating sign, the value that is largest in size."""
    offsets = points[:, np.newaxis, :] - BUMP_CENTRES
    distance = np.hypot(offsets[:, :, 0], offsets[:, :, 1])
    heights = BUMP_SIGNS * np.maximum(0.0, 1.0 - distance / BUMP_RADIUS)
    tallest = np.abs(heights).argmax(axis=1)
    return np.asarray(heights[np.arange(len(points)), tallest], dtype=np.float64)


def _points(samples: int, noise: float, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Return uniform points (n, 2) and where their target is taken."""
    points = rng.uniform(-RADIUS, RADIUS, (samples, 2))
    return points, points + noise * rng.uniform(-RADIUS, RADIUS, points.shape)


def _plane(samples: int, noise: float, _classes: int, rng: np.random.Generator) -> Sample:
    points, measured = _points(samples, noise, rng)
    return Sample(points, plane_target(measured))


def _multi_gauss(samples: int, noise: float, _classes: int, rng: np.random.Generator) -> Sample:
    points, measured = _points(samples, noise, rng)
    return Sample(points, multi_gauss_target(measured))


PLANE = Dataset(
    key="plane",
    label="Plane",
    help="A number that rises evenly along the diagonal: one linear neuron without a hidden layer learns it.",
    task="regression",
    kind="plane",
    inputs=PLANE_COLUMNS,
    target="y",
    domain=PLANE_DOMAIN,
    default_samples=1200,
    noise_help="Makes the target wrong by a random amount.",
    noise_label="Noise in the target",
    generate=_plane,
)

MULTI_GAUSS = Dataset(
    key="multi_gauss",
    label="Hills",
    help="Three hills and three hollows on flat ground: it takes a wide hidden layer to shape each of them.",
    task="regression",
    kind="plane",
    inputs=PLANE_COLUMNS,
    target="y",
    domain=PLANE_DOMAIN,
    default_samples=1200,
    noise_help="Takes the target from a point nearby, so the hills blur.",
    noise_label="Noise in the target",
    generate=_multi_gauss,
)
