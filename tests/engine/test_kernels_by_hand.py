"""A weight set by hand on every backend: the training goes on from there, in its own precision."""

from collections.abc import Callable

import numpy as np
import pytest
from engine_stand_in import StandInBackend

from playground.engine.backends.base import Backend
from playground.engine.backends.compiled import CompiledBackend
from playground.engine.backends.numpy import NumpyBackend
from playground.experiment import edits
from playground.experiment.model import OUTPUT_ID, Experiment
from playground.experiment.prepare import prepare
from playground.training.messages import SetNumber
from playground.training.session import Session

pytestmark = pytest.mark.usefixtures("kernels")

BACKENDS: dict[str, Callable[[], Backend]] = {
    "numpy": NumpyBackend,
    "compiled": CompiledBackend,
    "stand-in": StandInBackend,
}
STILL = 1e-38
"""A rate at which training leaves every weight as it is."""


def network(**training: object) -> Experiment:
    experiment = edits.add_layer(Experiment(), 0, units=3)
    experiment = edits.add_layer(experiment, 1, units=2)
    return edits.set_training(experiment, **training)


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_that_every_backend_trains_on_from_the_number_that_was_set(backend: str, precision: str) -> None:
    experiment = network(precision=precision, learning_rate=0.05)
    mine, reference = (Session(prepare(experiment), make()) for make in (BACKENDS[backend], NumpyBackend))
    for session in (mine, reference):
        session.train(7)
        assert session.set_number(SetNumber(experiment.layers[0].id, 1, 0, 0.1))
        weights, _ = session.layers()
        assert weights[0].dtype == precision
        assert weights[0][1, 0] == np.dtype(precision).type(0.1)
        session.train(7)
    tolerance = 1e-4 if precision == "float32" else 1e-9
    np.testing.assert_allclose(
        mine.network.get_parameters(), reference.network.get_parameters(), rtol=tolerance, atol=tolerance
    )


@pytest.mark.parametrize("backend", BACKENDS)
def test_that_training_uses_the_number_at_once(backend: str) -> None:
    experiment = network(learning_rate=STILL)
    session = Session(prepare(experiment), BACKENDS[backend]())
    session.train(3)
    assert session.set_number(SetNumber(OUTPUT_ID, 0, None, 3.0))
    session.train_epoch()
    weights, biases = session.layers()
    rest = Session(prepare(experiment), NumpyBackend())
    rest._set_layers(weights, biases)
    rest.record()
    assert session.last[1] == pytest.approx(rest.last[1], rel=1e-4)
    assert biases[-1][0] == 3.0
