"""Single rows' gradients are the engine's, and descent in a lab is the engine's trainer, forth and back."""

from functools import reduce

import numpy as np
import pytest

from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.experiment.prepare import prepare
from playground.labs.batch_learner import MOST_ROWS, Descent, Learner, neuron, of_run, row_gradients
from playground.labs.batches import BatchRefused


def learner_of(*kinds: str | int, dataset: str = "circle") -> Learner:
    made = edits.set_dataset(Experiment(), dataset)
    for index, kind in enumerate(kinds):
        if isinstance(kind, int):
            made = edits.add_layer(made, index, units=kind)
        else:
            made = edits.add_layer(made, index, kind=kind)
    made = made if dataset == "iris" else edits.set_data(made, samples=60)
    return of_run(prepare(made, ("numpy",)))


def weights_of(learner: Learner, seed: int = 0) -> np.ndarray:
    network = learner.network(np.zeros(learner.size))
    network.initialise(seed)
    return network.get_parameters()


def one_by_one(learner: Learner, weights: np.ndarray) -> np.ndarray:
    network = learner.network(weights)
    found = []
    for x, y in zip(learner.x, learner.y, strict=True):
        network.loss_and_gradients(x[None], y[None], learner.loss)
        found.append(network.gradients.copy())
    return np.stack(found)


@pytest.mark.parametrize(
    "learner",
    [
        neuron(12, 0.3, 0),
        neuron(12, 0.3, 0, "tanh"),
        learner_of(5, 4),
        learner_of(3, dataset="iris"),
        learner_of(4, dataset="plane"),
        learner_of(4, "layer_norm", 4, "skip"),
    ],
    ids=["linear", "tanh", "two layers", "from logits", "regression", "norm and skip"],
)
def test_that_row_gradients_are_the_engines(learner: Learner) -> None:
    weights = weights_of(learner, 2)
    found = row_gradients(learner, weights)
    np.testing.assert_allclose(found, one_by_one(learner, weights), rtol=1e-12, atol=1e-15)
    network = learner.network(weights)
    network.loss_and_gradients(learner.x, learner.y, learner.loss)
    np.testing.assert_allclose(found.mean(axis=0), network.gradients, rtol=1e-10, atol=1e-14)


def test_that_the_gradient_is_the_slope_of_the_loss() -> None:
    learner, w = neuron(40, 0.4, 1, "tanh"), np.array([0.3, -0.8])
    near = np.concatenate([w + 1e-6 * np.eye(2), w - 1e-6 * np.eye(2)])
    losses = learner.losses(near)
    assert losses is not None
    slope = (losses[:2] - losses[2:]) / 2e-6
    np.testing.assert_allclose(row_gradients(learner, w).mean(axis=0), slope, rtol=1e-6)


def test_that_losses_can_be_cancelled() -> None:
    assert neuron(5, 0.1, 0).losses(np.zeros((3, 2)), cancelled=lambda: True) is None


def test_that_a_large_table_is_thinned_evenly() -> None:
    made = edits.set_data(edits.set_dataset(Experiment(), "circle"), samples=3000)
    learner = of_run(prepare(made, ("numpy",)))
    assert learner.rows == MOST_ROWS


@pytest.mark.parametrize("kind", ["batch_norm", "dropout"])
def test_that_layers_that_look_at_the_batch_are_refused_in_words(kind: str) -> None:
    with pytest.raises(BatchRefused, match="Take that layer out"):
        learner_of(4, kind, 4)


def test_that_a_network_too_large_is_refused_in_words() -> None:
    wide = reduce(lambda made, at: edits.add_layer(made, at, units=600), range(2), Experiment())
    with pytest.raises(BatchRefused, match="Make the layers smaller"):
        of_run(prepare(wide, ("numpy",)))


def test_that_a_neuron_without_rows_is_refused_in_words() -> None:
    with pytest.raises(BatchRefused, match="N at least 1"):
        neuron(0, 0.1, 0)


# Descent ------------------------------------------------------------------------------------------------


def test_that_steps_are_against_the_batchs_gradient() -> None:
    from playground.labs.batches import epoch

    learner = neuron(10, 0.4, 1)
    descent = Descent(learner, (-1.0, 2.0), 4, 0.1, seed=5)
    w = descent.here
    for number in (0, 1):
        for rows in epoch(10, 4, 5, number):
            w = w - 0.1 * row_gradients(learner, w)[rows].mean(axis=0)
            descent.step()
            np.testing.assert_allclose(descent.here, w, rtol=1e-12)
    assert descent.epochs == 2.0


def test_that_steps_taken_back_are_made_again_alike() -> None:
    learner = neuron(10, 0.4, 1, "tanh")
    descent = Descent(learner, (-1.0, 2.0), 3, 0.2, seed=2)
    descent.step(9)
    places = np.stack(descent.places)
    for _ in range(6):
        descent.back()
    assert descent.steps == 3
    np.testing.assert_array_equal(descent.here, places[3])
    descent.step(6)
    np.testing.assert_array_equal(np.stack(descent.places), places)
    for _ in range(20):
        descent.back()
    assert descent.steps == 0
    np.testing.assert_array_equal(descent.here, (-1.0, 2.0))


def test_that_all_rows_at_once_lead_to_the_least_squares() -> None:
    learner = neuron(30, 0.4, 1)
    descent = Descent(learner, (-1.0, 2.0), 30, 0.3, seed=0)
    descent.step(400)
    columns = np.column_stack((np.ones(30), learner.x))
    np.testing.assert_allclose(
        descent.here, np.linalg.lstsq(columns, learner.y[:, 0], rcond=None)[0], rtol=1e-9
    )


@pytest.mark.parametrize("rate", [5.0, 1e9, 1e300])
def test_that_weights_that_run_away_are_flagged_and_stay(rate: float) -> None:
    descent = Descent(neuron(10, 0.4, 1), (-1.0, 2.0), 2, rate, seed=0)
    descent.step(500)
    steps = descent.steps
    assert descent.diverged
    assert steps < 500
    descent.step(5)
    assert descent.steps == steps
    while descent.diverged:
        descent.back()
    assert np.isfinite(descent.here).all()


def test_that_a_batch_larger_than_the_rows_cannot_descend() -> None:
    with pytest.raises(BatchRefused, match="make B at most 10"):
        Descent(neuron(10, 0.4, 1), (0.0, 0.0), 11, 0.1, 0)


def test_that_the_neuron_has_the_loss_of_the_lecture() -> None:
    learner = neuron(8, 0.0, 0)
    losses = learner.losses(np.array([[0.5, 1.0], [1.5, 1.0]]))
    assert losses is not None
    np.testing.assert_allclose(losses, [0.0, 1.0], atol=1e-15)
