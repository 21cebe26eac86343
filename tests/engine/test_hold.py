"""What is held does not move: whatever the optimizer, the price on weights, the clipping and the backend."""

import numpy as np
import pytest
from engine_cases import every_backend, make_network, make_trainer, over

from playground.engine.backends import make_backend
from playground.engine.clipping import CLIPPINGS
from playground.engine.curves import Watch
from playground.engine.layers import LayerShape
from playground.engine.network import Network
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.playground_rule import PlaygroundTrainer
from playground.engine.regularizers import REGULARIZERS

pytestmark = pytest.mark.usefixtures("kernels")


def begun(backend, optimizer="sgd", hidden="tanh", dtype="float32", **changes):
    """A trainer of a small network that has made three steps with nothing held, or is at its beginning."""
    network = make_network([2, 4, 1], hidden=hidden, dtype=dtype, backend=backend, seed=1)
    rng = np.random.default_rng(0)
    x = rng.normal(size=(23, 2))
    y = np.where(x[:, :1] * x[:, 1:] > 0, 1.0, -1.0)
    watch = Watch(network.as_rows(x[:7]), network.as_targets(y[:7], 7), "accuracy")
    trainer = make_trainer(network, x, y, optimizer=optimizer, watch=watch, **changes)
    if not trainer.optimizer.solves:
        trainer.run(3)
    return trainer


def some(network):
    """Every second parameter: weights and biases of both layers are among them, and among the rest."""
    return np.arange(network.size) % 2 == 0


@every_backend
@over(OPTIMIZERS, "optimizer")
@over(REGULARIZERS, "regularizer")
def test_that_what_is_held_stays_to_the_last_bit_and_the_rest_learns(make, optimizer, regularizer):
    trainer = begun(make(), optimizer.key, regularizer=regularizer.key, regularization_rate=0.1)
    held, before = some(trainer.network), trainer.network.get_parameters()
    trainer.hold(held)
    trainer.run(12)
    after = trainer.network.get_parameters()
    np.testing.assert_array_equal(after[held], before[held])
    assert (after[~held] != before[~held]).all()


@every_backend
@over(CLIPPINGS, "clipping")
def test_that_what_is_held_does_not_count_when_gradients_are_clipped(make, clipping):
    """With all but one weight held, that one alone has a length to be limited."""
    moved = []
    for limit in (0.01, 1e6):
        trainer = begun(make(), dtype="float64", batch_size=23)
        free = trainer.network.size - 1
        trainer.hold(np.arange(trainer.network.size) != free)
        before = trainer.network.get_parameters()[free]
        trainer.clipping, trainer.clip_limit = clipping, limit
        trainer.run(1)
        moved.append(abs(trainer.network.get_parameters()[free] - before))
    expected = moved[1] if clipping.key == "none" else 0.01 * trainer.learning_rate
    assert moved[1] > 0.01 * trainer.learning_rate
    assert moved[0] == pytest.approx(expected, rel=1e-9)


@every_backend
def test_that_running_averages_stay_when_they_are_held(make):
    shapes = [
        LayerShape(2, 3, "tanh", "glorot_uniform"),
        LayerShape(3, 3, kind="batch_norm", parameters=(0.9,)),
        LayerShape(3, 1, "tanh", "glorot_uniform"),
    ]
    network = Network(make(), shapes, "float64")
    network.initialise(0)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 2)), rng.choice([-1.0, 1.0], (20, 1))
    watch = Watch(network.as_rows(x), network.as_targets(y, 20), "accuracy")
    trainer = make_trainer(network, x, y, watch=watch)
    held = np.zeros(network.size, dtype=bool)
    held[9:21] = True
    before = network.get_parameters()
    trainer.hold(held)
    trainer.run(10)
    np.testing.assert_array_equal(network.get_parameters()[held], before[held])
    trainer.hold(None)
    trainer.run(1)
    assert (network.get_parameters()[held] != before[held]).all()


@every_backend
def test_that_a_network_held_as_a_whole_is_not_moved_by_the_memories_of_its_optimizer(make):
    trainer = begun(make(), "momentum")
    before = trainer.network.get_parameters()
    trainer.hold(np.ones(trainer.network.size, dtype=bool))
    trainer.run(5)
    np.testing.assert_array_equal(trainer.network.get_parameters(), before)


@every_backend
def test_that_holding_nothing_changes_nothing(make):
    ends = []
    for held in (None, lambda size: np.zeros(size, dtype=bool)):
        trainer = begun(make(), "adam")
        trainer.hold(None if held is None else held(trainer.network.size))
        assert trainer.held is None
        trainer.run(9)
        ends.append(trainer.network.get_parameters())
    np.testing.assert_array_equal(*ends)


@every_backend
def test_that_another_choice_of_what_is_held_is_taken_up_while_the_training_goes_on(make):
    trainer = begun(make(), "adam")
    held = some(trainer.network)
    for chosen in (held, ~held, held):
        trainer.hold(chosen)
        before = trainer.network.get_parameters()
        trainer.run(20)
        after = trainer.network.get_parameters()
        np.testing.assert_array_equal(after[chosen], before[chosen])
        assert (after[~chosen] != before[~chosen]).all()


def test_that_a_gradient_that_is_no_number_does_not_reach_what_is_held():
    trainer = begun(make_backend("numpy"))
    trainer.hold(some(trainer.network))
    before = trainer.network.get_parameters()
    trainer.learning_rate = float("nan")
    trainer.run(2)
    held = some(trainer.network)
    np.testing.assert_array_equal(trainer.network.get_parameters()[held], before[held])
    assert np.isnan(trainer.network.get_parameters()[~held]).all()


@pytest.mark.parametrize("regularizer", ["none", "l1", "l2"])
def test_that_tensorflow_playgrounds_rule_holds_too(regularizer):
    trainer = begun(
        make_backend("numpy"), kind=PlaygroundTrainer, regularizer=regularizer, regularization_rate=0.5
    )
    held, before = some(trainer.network), trainer.network.get_parameters()
    trainer.hold(held)
    trainer.run(20)
    after = trainer.network.get_parameters()
    np.testing.assert_array_equal(after[held], before[held])
    assert (after[~held] != before[~held]).any()
    assert not trainer.leftovers()["dead"][held].any()


def test_that_a_hold_of_another_size_is_refused():
    trainer = begun(make_backend("numpy"))
    with pytest.raises(ValueError, match="17 parameters"):
        trainer.hold(np.ones(3, dtype=bool))
