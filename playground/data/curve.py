"""The lecture's one-dimensional example: noisy points of a wave that grows, to be followed by a network."""

import numpy as np

from playground.data.base import Dataset, FloatArray, Sample

X_RANGE = (0.0, 12.0)

# Standard deviation of the target for one unit of noise: a noise of 0.25 is the lecture's 0.5.
DEVIATION_PER_NOISE = 2.0


def curve_target(x: FloatArray) -> FloatArray:
    """Return x cos x + sin² x, the curve without noise."""
    return np.asarray(x * np.cos(x) + np.sin(x) ** 2, dtype=np.float64)


def _curve(samples: int, noise: float, _classes: int, rng: np.random.Generator) -> Sample:
    x = rng.uniform(*X_RANGE, samples)
    deviation = DEVIATION_PER_NOISE * noise
    return Sample(x[:, np.newaxis], curve_target(x) + deviation * rng.standard_normal(samples))


CURVE = Dataset(
    key="curve",
    label="Curve",
    help="The growing wave x cos x + sin² x: a hidden layer of tanh bends to it, ReLU wants a scaled input.",
    task="regression",
    kind="line",
    inputs=("x",),
    target="y",
    domain=(X_RANGE,),
    default_samples=1000,
    noise_help="Scatters the points up and down; 0.25 is the noise of the lecture's example.",
    noise_label="Noise in the target",
    generate=_curve,
)
