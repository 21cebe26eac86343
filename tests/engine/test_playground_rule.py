"""TensorFlow Playground's rule: the engine's version walks the same way as the published loops."""

import random
from itertools import pairwise

import numpy as np
import pytest
from engine_cases import make_network, make_trainer
from playground_oracle import GIVES, PULLS, Oracle

from playground.engine.backends import make_backend
from playground.engine.backends.compiled import CompiledBackend
from playground.engine.curves import Watch
from playground.engine.layers import LayerShape
from playground.engine.network import Network
from playground.engine.playground_rule import PlaygroundTrainer

EPOCHS = 4


def _problem(seed):
    """Random rows and settings, and the loss after every epoch by the oracle and by the engine."""
    chance = random.Random(seed)
    rows = [[chance.uniform(-3, 3) for _ in range(chance.randint(1, 4))]]
    rows += [[chance.uniform(-3, 3) for _ in rows[0]] for _ in range(chance.randint(20, 50))]
    targets = [chance.choice([-1.0, 1.0]) for _ in rows]
    sizes = [len(rows[0]), *(chance.randint(1, 8) for _ in range(chance.randint(0, 3))), 1]
    settings = {
        "hidden": chance.choice(list(GIVES)),
        "output": chance.choice(["tanh", "linear"]),
        "penalty": chance.choice(list(PULLS)),
        "price": chance.choice([0.0, 0.01, 0.3]),
        "rate": chance.choice([0.001, 0.03, 0.1]),
        "batch": chance.choice([1, 3, 10, 17, 30]),
    }
    return rows, targets, sizes, settings, str(seed)


def _engine(rows, targets, sizes, settings, seed, dtype="float64"):
    hidden = [settings["hidden"]] * (len(sizes) - 2)
    shapes = [
        LayerShape(inputs, units, activation, "uniform")
        for (inputs, units), activation in zip(pairwise(sizes), [*hidden, settings["output"]], strict=True)
    ]
    network = Network(make_backend("numpy"), shapes, dtype)
    network.initialise(0, random.Random(seed).random)
    x, y = np.array(rows), np.array(targets)[:, None]
    return make_trainer(
        network,
        x,
        y,
        kind=PlaygroundTrainer,
        learning_rate=settings["rate"],
        batch_size=settings["batch"],
        regularizer=settings["penalty"],
        regularization_rate=settings["price"],
        watch=Watch(network.as_rows(x[:7]), network.as_targets(y[:7], 7)),
    )


@pytest.mark.parametrize("seed", range(48))
def test_that_losses_are_those_of_the_published_rule(seed):
    rows, targets, sizes, settings, name = _problem(seed)
    trainer = _engine(rows, targets, sizes, settings, name)
    trainer.run(100_000, EPOCHS)
    oracle = Oracle(sizes, settings["hidden"], settings["output"], random.Random(name).random)
    for _, train, test, *_ in trainer.points:
        how = (settings["batch"], settings["rate"], settings["penalty"], settings["price"])
        oracle.epoch(rows, targets, *how)
        assert train == pytest.approx(oracle.loss(rows, targets), rel=1e-9)
        assert test == pytest.approx(oracle.loss(rows[:7], targets[:7]), rel=1e-9)
    assert len(trainer.points) == EPOCHS


def test_that_the_configurations_kill_weights_and_leave_rows_over():
    dead = left_over = 0
    for seed in range(48):
        rows, targets, sizes, settings, name = _problem(seed)
        oracle = Oracle(sizes, settings["hidden"], settings["output"], random.Random(name).random)
        how = (settings["batch"], settings["rate"], settings["penalty"], settings["price"])
        for _ in range(EPOCHS):
            oracle.epoch(rows, targets, *how)
        dead += oracle.dead()
        left_over += len(rows) % settings["batch"] > 0
    assert dead > 10
    assert left_over > 10


def _trainer(rows=23, **settings):
    chance = np.random.default_rng(4)
    network = make_network([2, 3, 1], initializer="uniform")
    x, y = chance.normal(size=(rows, 2)), chance.choice([-1.0, 1.0], (rows, 1))
    return make_trainer(network, x, y, kind=PlaygroundTrainer, **settings)


def test_that_how_a_run_is_divided_makes_no_difference():
    whole, parts = _trainer(), _trainer()
    whole.run(1000, 3)
    while parts.epoch < 3:
        parts.run(1, 3)
    assert np.array_equal(whole.network.get_parameters(), parts.network.get_parameters())


def test_that_a_batch_that_is_never_complete_changes_nothing():
    trainer = _trainer(batch_size=24)
    before = trainer.network.get_parameters()
    trainer.run(1000, 5)
    assert trainer.epoch == 5
    assert np.array_equal(trainer.network.get_parameters(), before)


def test_that_the_rows_left_over_count_in_the_next_epoch():
    trainer = _trainer(rows=5, batch_size=4)
    trainer.run(2)
    after_first = trainer.network.get_parameters()
    assert trainer.epoch == 1
    trainer.run(1)
    alone = _trainer(rows=5, batch_size=4)
    alone.network.set_parameters(after_first)
    alone.run(1)
    assert not np.allclose(trainer.network.get_parameters(), alone.network.get_parameters())


def test_that_a_weight_killed_by_the_penalty_stays_zero():
    trainer = _trainer(regularizer="l1", regularization_rate=0.5, learning_rate=0.1, batch_size=1)
    trainer.run(1000, 2)
    zero = np.flatnonzero(trainer.network.get_parameters() == 0.0)
    assert len(zero)
    trainer.run(1000, 6)
    assert not trainer.network.get_parameters()[zero].any()


def test_that_large_layers_are_added_up_in_parts_with_the_same_result(monkeypatch):
    whole, parts = _trainer(), _trainer()
    whole.run(1000, 2)
    monkeypatch.setattr("playground.engine.playground_rule.MOST_PRODUCTS", 12)
    parts.run(1000, 2)
    assert np.array_equal(whole.network.get_parameters(), parts.network.get_parameters())


def test_that_single_precision_stays_close():
    rows, targets, sizes, settings, name = _problem(3)
    fine, coarse = (_engine(rows, targets, sizes, settings, name, dtype) for dtype in ("float64", "float32"))
    for trainer in (fine, coarse):
        trainer.run(1000, 2)
    assert coarse.network.get_parameters().dtype == np.float32
    np.testing.assert_allclose(coarse.network.get_parameters(), fine.network.get_parameters(), atol=1e-4)


def test_that_a_sigmoid_far_out_overflows_nothing():
    network = make_network([1, 1, 1], "sigmoid", "linear")
    network.set_parameters([0.0, -1000.0, 0.0, 1.0])
    trainer = make_trainer(
        network, np.array([[1.0], [-1.0]]), np.zeros((2, 1)), kind=PlaygroundTrainer, batch_size=2
    )
    trainer.run(1)
    assert network.is_finite()


def test_that_other_layers_and_losses_are_refused():
    network = make_network([1, 1], output="sigmoid")
    with pytest.raises(ValueError, match="losses of the output itself"):
        make_trainer(
            network, np.zeros((2, 1)), np.zeros((2, 1)), kind=PlaygroundTrainer, loss="binary_cross_entropy"
        )
    network = make_network([1, 2], output="softmax")
    with pytest.raises(ValueError, match="answer for themselves"):
        make_trainer(network, np.zeros((2, 1)), np.zeros((2, 2)), kind=PlaygroundTrainer)


@pytest.mark.skipif(make_backend("auto").key != "compiled", reason="there are no kernels")
@pytest.mark.usefixtures("kernels")
def test_that_kernels_leave_this_rule_to_numpy():
    network = make_network([1, 1], backend=CompiledBackend())
    x, y = np.zeros((2, 1)), np.zeros((2, 1))
    watch = Watch(network.as_rows(x), network.as_targets(y, 2))
    usual = make_trainer(network, x, y, watch=watch)
    by_rule = make_trainer(network, x, y, watch=watch, kind=PlaygroundTrainer)
    assert network.backend.runner(usual) is not None
    assert network.backend.runner(by_rule) is None
