"""The loss of a network on a plane through its weights, with the gradient that descends on that plane.

The gradient of all parameters is the engine's own; what a step on the plane can use of it is its part along
the two directions, since d L(c + a d1 + b d2) / da = g . d1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from playground.engine.backends.numpy import NumpyBackend
from playground.engine.layers import LayerShape
from playground.engine.losses import Loss
from playground.engine.network import Network
from playground.labs.surfaces import FloatArray, Range

STEP = 1e-4
"""Of the range, the half width of the differences that second derivatives are taken from."""


@dataclass(frozen=True, slots=True)
class NetworkSlice:
    """The mean loss over rows x (n, features), y (n, outputs) at centre (P,) + places @ directions (2, P).

    Computed in float64, without the price of a regularizer. What a layer leaves to chance is left out.
    Raises ValueError where the network's loss in training is another than in use (batch norm).
    """

    network: Network
    loss: Loss
    x: FloatArray
    y: FloatArray
    centre: FloatArray
    directions: FloatArray
    across: Range
    up: Range

    @classmethod
    def of(
        cls,
        shapes: Sequence[LayerShape],
        loss: Loss,
        rows: tuple[npt.NDArray[np.floating], npt.NDArray[np.floating]],
        plane: tuple[FloatArray, FloatArray],
        ranges: tuple[Range, Range],
    ) -> "NetworkSlice":
        """Return the slice of a network of these layers over rows (x, y) and a plane (centre, directions)."""
        if any(shape.kind == "batch_norm" for shape in shapes):
            raise ValueError(
                "Batch norm makes the loss of a row depend on the other rows of its batch, so this slice "
                "would not be the loss in use. Take the batch norm out of the network to descend on its loss."
            )
        certain = [
            replace(shape, parameters=(0.0,)) if shape.kind == "dropout" else shape for shape in shapes
        ]
        network = Network(NumpyBackend(), certain, "float64")
        x, y, centre, directions = (np.asarray(part, np.float64) for part in (*rows, *plane))
        return cls(network, loss, x, y, centre, directions, *ranges)

    def value(self, places: FloatArray) -> FloatArray:
        """Return the losses (...) at places (..., 2)."""
        return self._at(places, gradients=False)[0]

    def gradient(self, places: FloatArray) -> FloatArray:
        """Return the gradients (..., 2) in the plane's two coordinates."""
        return self._at(places, gradients=True)[1]

    def hessian(self, place: FloatArray) -> FloatArray:
        """Return the second derivatives (2, 2) at a place (2,), from differences of the gradient."""
        steps = STEP * np.diag([np.ptp(self.across), np.ptp(self.up)])
        slopes = (self.gradient(place + steps) - self.gradient(place - steps)) / (2 * steps.sum(axis=1))[
            :, None
        ]
        return np.asarray((slopes + slopes.T) / 2)

    def _at(self, places: FloatArray, gradients: bool) -> tuple[FloatArray, FloatArray]:
        flat = np.asarray(places, np.float64).reshape(-1, 2)
        losses, slopes = np.empty(len(flat)), np.empty((len(flat), 2))
        for index, place in enumerate(flat):
            with np.errstate(all="ignore"):
                self.network.set_parameters(self.centre + place @ self.directions)
            if gradients:
                losses[index] = self.network.loss_and_gradients(self.x, self.y, self.loss)
                with np.errstate(all="ignore"):
                    slopes[index] = self.directions @ self.network.gradients
            else:
                losses[index] = self.network.evaluate(self.x, self.y, self.loss)[0]
        shape = places.shape[:-1]
        return losses.reshape(shape), slopes.reshape(*shape, 2)


def plane_of_weights(centre: FloatArray, first: int, second: int) -> tuple[FloatArray, FloatArray]:
    """Return the plane (centre, directions) whose coordinates are two of the parameters (P,) themselves."""
    if first == second:
        raise ValueError("Choose two different weights: one weight alone spans no plane.")
    directions = np.zeros((2, centre.size))
    directions[[0, 1], [first, second]] = 1.0
    others = np.array(centre, np.float64)
    others[[first, second]] = 0.0
    return others, directions
