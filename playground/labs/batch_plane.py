"""The plane on which a network's loss, its gradients and a descent are drawn.

A neuron with two weights has a plane of its own. Of the space of a larger network it is the plane through its
weights along the full gradient and the direction across it in which the rows' gradients differ most.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from playground.data.base import FloatArray
from playground.labs.batch_gradients import Measured, Noise, measure, sizes_up_to
from playground.labs.batch_learner import Learner, row_gradients
from playground.labs.batches import BatchRefused, Cancelled, IntArray, Tell

Range = tuple[float, float]
NEURON_RANGES: tuple[Range, Range] = ((-3.5, 4.0), (-2.5, 4.5))
REACH = 0.5
"""How far the plane of a larger network reaches, as a share of the length of its weights."""


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """Places are `origin` (P,) + x, y along `directions` (2, P); what is shown of it are two ranges."""

    origin: FloatArray
    directions: FloatArray
    across: Range
    up: Range

    @classmethod
    def of(cls, weights: npt.ArrayLike, noise: Noise) -> Self:
        """Return the plane to draw the noise at some weights (P,) on."""
        here = np.array(weights, np.float64)
        if len(here) == 2:
            return cls(np.zeros(2), np.eye(2), *NEURON_RANGES)
        reach = REACH * max(float(np.linalg.norm(here)), 1.0)
        return cls(here, noise.plane(), (-reach, reach), (-reach, reach))

    def place(self, weights: npt.ArrayLike) -> FloatArray:
        """Return where weights (P,) fall on the plane, (2,), straight down."""
        found: FloatArray = self.directions @ (np.asarray(weights) - self.origin)
        return found

    def weights(self, x: float, y: float) -> FloatArray:
        """Return the weights (P,) at a place."""
        return np.asarray(self.origin + np.array((x, y)) @ self.directions)

    def losses(
        self,
        learner: Learner,
        numbers: int,
        tell: Tell = lambda _share: None,
        cancelled: Cancelled = lambda: False,
    ) -> FloatArray | None:
        """Return the loss on a grid, (numbers, numbers), the lowest y first; None when cancelled."""
        x, y = np.linspace(*self.across, numbers), np.linspace(*self.up, numbers)
        steps = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        found = learner.losses(self.origin + steps @ self.directions, tell, cancelled)
        return None if found is None else found.reshape(numbers, numbers)


def noise_at(learner: Learner, weights: npt.ArrayLike) -> Noise:
    """Return the noise at weights (P,); BatchRefused where they have run away."""
    gradients = row_gradients(learner, weights)
    if not np.isfinite(gradients).all():
        raise BatchRefused("A weight has run away, so no gradient is a number. Rewind, and lower the rate.")
    return Noise.of(gradients)


def arrows(noise: Noise, plane: Plane, rows: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return the full gradient (2,) and those of batches (n, 2), whose `rows` are (n, B), on a plane."""
    full: FloatArray = plane.directions @ noise.full
    apart = noise.deviations @ (noise.directions @ plane.directions.T)
    return full, full + apart[rows].mean(axis=1)


def sweep(
    noise: Noise,
    batch: int,
    draws: int,
    seed: int,
    tell: Tell = lambda _share: None,
    cancelled: Cancelled = lambda: False,
) -> Measured | None:
    """Return E‖ε‖² as measured for the powers of 2, N and `batch`; None when cancelled."""
    return measure(noise, sorted({*sizes_up_to(noise.rows), batch}), draws, seed, tell, cancelled)
