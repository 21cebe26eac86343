"""The plane of a network's gradients: places, losses and arrows on it are those of its weights."""

import numpy as np
import pytest

from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.experiment.prepare import prepare
from playground.labs.batch_gradients import cloud, cloud_rows
from playground.labs.batch_learner import Learner, neuron, of_run, row_gradients
from playground.labs.batch_plane import Plane, arrows, noise_at, sweep
from playground.labs.batches import BatchRefused


@pytest.fixture
def network() -> tuple[Learner, np.ndarray]:
    made = edits.add_layer(edits.set_data(Experiment(), samples=60), 0, units=5)
    learner = of_run(prepare(made, ("numpy",)))
    network = learner.network(np.zeros(learner.size))
    network.initialise(3)
    return learner, network.get_parameters()


def test_that_a_neurons_plane_is_that_of_its_weights() -> None:
    learner = neuron(12, 0.4, 0)
    plane = Plane.of((0.3, -0.8), noise_at(learner, (0.3, -0.8)))
    np.testing.assert_array_equal(plane.place((0.3, -0.8)), (0.3, -0.8))
    np.testing.assert_array_equal(plane.weights(2.0, 1.0), (2.0, 1.0))
    losses = plane.losses(learner, 5)
    at = learner.losses(np.array([(plane.across[0], plane.up[1])]))
    assert losses is not None
    assert at is not None
    assert losses[4, 0] == at[0]


def test_that_a_larger_networks_plane_goes_through_its_weights(network: tuple[Learner, np.ndarray]) -> None:
    learner, weights = network
    plane = Plane.of(weights, noise_at(learner, weights))
    np.testing.assert_array_equal(plane.place(weights), (0.0, 0.0))
    np.testing.assert_allclose(plane.place(plane.weights(0.3, -0.2)), (0.3, -0.2), atol=1e-14)
    losses = plane.losses(learner, 5)
    at = learner.losses(weights[None])
    assert losses is not None
    assert at is not None
    assert losses[2, 2] == pytest.approx(at[0], rel=1e-12)
    # Against the full gradient the loss falls.
    assert losses[2, 1] < losses[2, 2] or losses[2, 3] > losses[2, 2]


def test_that_arrows_are_the_gradients_seen_on_the_plane(network: tuple[Learner, np.ndarray]) -> None:
    learner, weights = network
    gradients, noise = row_gradients(learner, weights), noise_at(learner, weights)
    plane = Plane.of(weights, noise)
    full, found = arrows(noise, plane, cloud_rows(learner.rows, 7, 1, 20))
    np.testing.assert_allclose(full, (np.linalg.norm(noise.full), 0.0), atol=1e-12)
    np.testing.assert_allclose(found, cloud(gradients, 7, 1, 20) @ plane.directions.T, atol=1e-12)


def test_that_the_batch_in_question_is_measured_too() -> None:
    found = sweep(noise_at(neuron(20, 0.4, 0), (1.0, 0.0)), 6, 40, 0)
    assert found is not None
    assert found.sizes == (1, 2, 4, 6, 8, 16, 20)


@pytest.mark.parametrize("weight", [np.nan, np.inf])
def test_that_there_is_no_noise_where_weights_ran_away(weight: float) -> None:
    with np.errstate(all="ignore"), pytest.raises(BatchRefused, match="Rewind"):
        noise_at(neuron(6, 0.4, 0), (weight, weight))
