"""A slice of a network's loss: the engine's loss, and the part of its gradient that lies in the plane."""

import numpy as np
import pytest

from playground.engine.backends.numpy import NumpyBackend
from playground.engine.layers import LayerShape
from playground.engine.losses import LOSSES
from playground.engine.network import Network
from playground.labs.network_slice import NetworkSlice, plane_of_weights
from playground.labs.race import Conditions, Entrant, Race
from playground.tables import by_key

SHAPES = (LayerShape(2, 4, "tanh", "glorot_uniform"), LayerShape(4, 1, "tanh", "glorot_uniform"))
SIDE = (-2.0, 2.0)
MSE = by_key(LOSSES, "mse", "loss")


def rows() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(60, 2))
    return x, np.sign(x[:, :1] * x[:, 1:])


def centre_of(shapes: tuple[LayerShape, ...] = SHAPES) -> np.ndarray:
    network = Network(NumpyBackend(), shapes, "float64")
    network.initialise(2)
    return network.get_parameters()


def slice_of(shapes: tuple[LayerShape, ...] = SHAPES) -> NetworkSlice:
    centre = centre_of(shapes)
    directions = np.random.default_rng(0).normal(size=(2, centre.size))
    return NetworkSlice.of(shapes, MSE, rows(), (centre, directions), (SIDE, SIDE))


def test_that_its_height_is_the_engines_loss() -> None:
    ground, place = slice_of(), np.array([0.3, -0.7])
    network = Network(NumpyBackend(), SHAPES, "float64")
    network.set_parameters(centre_of() + place @ ground.directions)
    assert float(ground.value(place)) == pytest.approx(network.loss_and_gradients(*rows(), MSE), rel=1e-12)


@pytest.mark.parametrize("kind", ["", "dropout", "layer_norm", "skip"])
def test_that_its_gradient_is_that_of_differences(kind: str) -> None:
    rest = {"dropout": (0.5,), "skip": (1.0,)}.get(kind, ())
    extra = (LayerShape(4, 4, "tanh"), LayerShape(4, 4, kind=kind, parameters=rest, source=1)) if kind else ()
    ground, place, h = slice_of((SHAPES[0], *extra, SHAPES[1])), np.array([0.2, 0.1]), 1e-6
    differences = [float(ground.value(place + s) - ground.value(place - s)) / (2 * h) for s in h * np.eye(2)]
    assert ground.gradient(place) == pytest.approx(differences, rel=1e-6, abs=1e-9)
    assert ground.hessian(place) == pytest.approx(ground.hessian(place).T)


def test_that_batch_norm_is_refused_in_words() -> None:
    norm = LayerShape(4, 4, kind="batch_norm", parameters=(0.9,))
    with pytest.raises(ValueError, match="Take the batch norm out"):
        slice_of((SHAPES[0], norm, SHAPES[1]))


def test_that_the_plane_of_two_weights_has_them_as_its_coordinates() -> None:
    centre = centre_of()
    plane = plane_of_weights(centre, 1, 5)
    ground = NetworkSlice.of(SHAPES, MSE, rows(), plane, (SIDE, SIDE))
    there = ground.centre + centre[[1, 5]] @ ground.directions
    assert np.array_equal(there, centre)
    with pytest.raises(ValueError, match="two different weights"):
        plane_of_weights(centre, 3, 3)


def test_that_a_race_goes_down_on_it_and_survives_an_absurd_rate() -> None:
    race = Race(slice_of(), (1.0, 1.0), [Entrant("sgd", 0.05), Entrant("sgd", 1e9)], Conditions())
    for _ in range(100):
        race.advance()
    fair, absurd = race.runners
    assert fair.values[-1] < fair.values[0]
    assert absurd.lost_at == 1
    assert np.isfinite(fair.values).all()
