"""An ensemble of snapshots leaves the training alone, with every backend."""

import numpy as np
import pytest
from engine_stand_in import StandInBackend

from playground.engine.backends import compiled
from playground.engine.backends.base import Backend
from playground.engine.backends.compiled import CompiledBackend
from playground.engine.backends.numpy import NumpyBackend
from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.experiment.prepare import prepare
from playground.training.pictures import Painter
from playground.training.session import Session

ALWAYS = 1 << 18
COLUMNS = ("epoch", "train_loss", "watched_loss", "train_metric", "watched_metric")


def experiment(output: str) -> Experiment:
    """Return a network with what is left to chance and what keeps averages, and cycles of 4 epochs."""
    made = edits.add_layer(Experiment(), 0, units=4)
    for kind in ("dropout", "batch_norm"):
        made = edits.add_layer(made, 1, kind=kind)
    made = edits.set_optimizer(edits.set_activation(made, "output", output), "adam")
    made = edits.set_data(made, samples=60, noise=0.3)
    return edits.set_training(made, schedule="warm_restarts", schedule_parameters={"length": 4.0})


@pytest.fixture(params=[NumpyBackend, StandInBackend, CompiledBackend])
def backend(request: pytest.FixtureRequest) -> Backend:
    if request.param is CompiledBackend:
        request.getfixturevalue("kernels")
        assert compiled.is_loaded("float32")
    made: Backend = request.param()
    return made


@pytest.mark.parametrize("output", ["tanh", "sigmoid", "softmax"])
def test_that_the_training_is_the_same_bit_for_bit_with_an_ensemble_and_without(
    output: str, backend: Backend
) -> None:
    made = prepare(experiment(output))
    plain, looking = Session(made, backend), Session(made, backend)
    plain.ensemble = None
    painter = Painter(looking, 1.0)
    painter.show_ensemble(True)
    for epoch in (3, 6, 9, 13):
        plain.train(ALWAYS, epoch)
        looking.train(ALWAYS, epoch)
        looking.ensemble_figures()
        painter.paint(fine=False)
    figures = looking.ensemble_figures()
    assert figures is not None
    assert figures.epochs == (4, 8, 12)
    np.testing.assert_array_equal(plain.network.get_parameters(), looking.network.get_parameters())
    one, other = plain.take_history(), looking.take_history()
    for column in COLUMNS:
        np.testing.assert_array_equal(getattr(one, column), getattr(other, column))
