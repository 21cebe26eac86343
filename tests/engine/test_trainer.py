"""Training: which rows a step sees, what it does with them, and that it learns."""

import math
from dataclasses import replace
from itertools import chain

import numpy as np
import pytest
from engine_cases import HIDDEN, every_backend, make_network, make_trainer, over
from engine_stand_in import StandInBackend

from playground.engine import dice
from playground.engine.losses import LOSSES
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.regularizers import REGULARIZERS
from playground.tables import by_key

HALF_SQUARED = by_key(LOSSES, "half_squared", "loss")
XOR = (np.array([[-1.0, -1], [-1, 1], [1, -1], [1, 1]]), np.array([[-1.0], [1], [1], [-1]]))


def _data(rows=11, inputs=2, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(rows, inputs)), rng.choice([-1.0, 1.0], (rows, 1))


def _run_epochs(trainer, epochs):
    while trainer.epoch < epochs:
        trainer.run(1000, epochs)
    return trainer.network.get_parameters()


def _watched(rows, batch_size):
    """A trainer whose targets number the rows, and the list of batches its loss gets to see."""
    seen = []

    def gradient(z, a, y):
        seen.append(y[:, 0].astype(int).tolist())
        return a - y

    trainer = make_trainer(
        make_network([1, 1], output="linear"),
        np.zeros((rows, 1)),
        np.arange(rows, dtype=float)[:, None],
        batch_size=batch_size,
        learning_rate=0.0,
    )
    trainer.loss = replace(HALF_SQUARED, gradient=gradient)
    return trainer, seen


def test_that_an_epoch_uses_each_row_once_in_a_new_order_and_the_last_batch_is_smaller():
    trainer, seen = _watched(rows=11, batch_size=4)
    assert trainer.steps_per_epoch == 3
    orders = []
    for _ in range(2):
        seen.clear()
        assert trainer.run(100, trainer.epoch + 1) == 3
        assert [len(batch) for batch in seen] == [4, 4, 3]
        orders.append(list(chain.from_iterable(seen)))
    assert all(sorted(order) == list(range(11)) for order in orders)
    assert orders[0] != orders[1]


def test_that_a_new_batch_size_holds_for_the_rows_still_to_come():
    trainer, seen = _watched(rows=11, batch_size=4)
    trainer.run(1)
    assert trainer.position == 4
    trainer.batch_size = 5
    assert trainer.position == 4
    trainer.run(1)
    assert trainer.position == 9
    assert trainer.run(100, 1) == 1
    assert [len(batch) for batch in seen] == [4, 5, 2]
    assert sorted(chain.from_iterable(seen)) == list(range(11))
    seen.clear()
    assert (trainer.epoch, trainer.position) == (1, 0)
    trainer.run(100, 2)
    assert [len(batch) for batch in seen] == [5, 5, 1]


def test_that_a_run_stops_at_the_epoch_it_is_told_and_counts():
    x, y = _data(rows=10)
    trainer = make_trainer(make_network([2, 3, 1]), x, y, batch_size=4)
    assert (trainer.run(2), trainer.epoch, trainer.step, trainer.position) == (2, 0, 2, 8)
    assert (trainer.run(5, 1), trainer.epoch, trainer.step, trainer.position) == (1, 1, 3, 0)
    assert (trainer.run(4), trainer.epoch, trainer.step, trainer.position) == (4, 2, 7, 4)
    assert trainer.run(9, 2) == 0
    assert trainer.run(0) == 0
    assert trainer.step == 7


def test_that_a_batch_may_be_larger_than_the_data():
    x, y = _data(rows=5)
    trainer = make_trainer(make_network([2, 3, 1]), x, y, batch_size=100)
    assert trainer.steps_per_epoch == 1
    assert trainer.run(3, 1) == 1
    assert trainer.position == 0


@over(OPTIMIZERS, "optimizer")
def test_that_the_same_seed_is_the_same_run_however_it_is_chunked(optimizer):
    x, y = _data(rows=53)
    ends = []
    for chunk in (1000, 3, 1):
        network = make_network([2, 4, 1], dtype="float32")
        trainer = make_trainer(network, x, y, optimizer=optimizer.key, batch_size=10)
        while trainer.epoch < 3:
            trainer.run(chunk, 3)
        ends.append(network.get_parameters())
    np.testing.assert_array_equal(ends[0], ends[1])
    np.testing.assert_array_equal(ends[0], ends[2])


def test_that_another_seed_is_another_run():
    x, y = _data(rows=53)
    ends = [
        _run_epochs(make_trainer(make_network([2, 4, 1]), x, y, batch_size=10, seed=seed), 1)
        for seed in (0, 1)
    ]
    assert (ends[0] != ends[1]).any()


@every_backend
@pytest.mark.parametrize("rate", [0.0, 0.05])
def test_that_an_epoch_is_what_a_slow_and_simple_program_does(make, rate):
    x, y = _data(rows=11)
    network = make_network([2, 3, 1], initializer="uniform", backend=make())
    to_host = network.backend.to_host
    (w1, w2), (b1, b2) = ([to_host(a) for a in group] for group in (network.weights, network.biases))
    order = dice.order(dice.stream(4), 0, 11)
    for start in (0, 4, 8):
        rows = order[start : start + 4]
        h = np.tanh(x[rows] @ w1.T + b1)
        a = np.tanh(h @ w2.T + b2)
        d2 = (a - y[rows]) * (1 - a**2) / len(rows)
        d1 = (d2 @ w2) * (1 - h**2)
        w2, b2 = w2 - 0.3 * (d2.T @ h + rate * w2), b2 - 0.3 * d2.sum(axis=0)
        w1, b1 = w1 - 0.3 * (d1.T @ x[rows] + rate * w1), b1 - 0.3 * d1.sum(axis=0)
    trainer = make_trainer(
        network, x, y, learning_rate=0.3, seed=4, regularizer="l2", regularization_rate=rate
    )
    trainer.run(3)
    for mine, simple in zip([*network.weights, *network.biases], [w1, w2, b1, b2], strict=True):
        np.testing.assert_allclose(to_host(mine), simple, rtol=1e-12)


@over(OPTIMIZERS, "optimizer")
@over(REGULARIZERS, "regularizer")
def test_that_twenty_steps_on_the_stand_in_equal_those_on_numpy(optimizer, regularizer):
    x, y = _data(rows=33)
    ends = []
    for backend in (None, StandInBackend()):
        network = make_network([2, 5, 4, 1], dtype="float32", backend=backend)
        trainer = make_trainer(
            network,
            x,
            y,
            batch_size=10,
            optimizer=optimizer.key,
            regularizer=regularizer.key,
            regularization_rate=0.01,
        )
        assert trainer.run(20) == 20
        ends.append(network.get_parameters())
    np.testing.assert_array_equal(ends[0], ends[1])


@every_backend
@over(HIDDEN, "hidden")
def test_that_twenty_steps_agree_on_every_backend_whatever_the_activation(make, hidden):
    x, y = _data(rows=33)
    ends = []
    for backend in (None, make()):
        network = make_network([2, 5, 4, 1], hidden.key, backend=backend)
        trainer = make_trainer(network, x, y, batch_size=10)
        assert trainer.run(20) == 20
        ends.append(network.get_parameters())
    np.testing.assert_allclose(ends[0], ends[1], rtol=1e-9, atol=1e-12)


def test_that_the_data_is_copied():
    x, y = _data()
    ends = []
    for spoil in (False, True):
        rows, targets = x.copy(), y.copy()
        trainer = make_trainer(make_network([2, 3, 1]), rows, targets)
        if spoil:
            rows[:], targets[:] = 0, 0
        ends.append(_run_epochs(trainer, 2))
    np.testing.assert_array_equal(ends[0], ends[1])


def test_that_settings_hold_from_the_next_step():
    x, y = _data(rows=40)
    network = make_network([2, 3, 1])
    trainer = make_trainer(network, x, y, learning_rate=0.0)
    before = network.get_parameters()
    trainer.run(2)
    np.testing.assert_array_equal(network.get_parameters(), before)
    trainer.learning_rate, trainer.regularization_rate = 0.1, 0.5
    trainer.regularizer = by_key(REGULARIZERS, "l2", "regularization")
    trainer.optimizer = by_key(OPTIMIZERS, "adam", "optimizer")(network.backend, network.size, "float64")
    trainer.run(1)
    np.testing.assert_allclose(np.abs(network.get_parameters() - before), 0.1, rtol=1e-3)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_that_a_diverging_run_warns_of_nothing_and_is_noticed(dtype):
    x, y = _data(rows=40)
    network = make_network([2, 8, 1], "relu", "linear", dtype=dtype)
    trainer = make_trainer(network, x * 1e3, y, learning_rate=1e6)
    _run_epochs(trainer, 30)
    assert not network.is_finite()
    loss, outputs = network.evaluate(x, y, HALF_SQUARED)
    assert not math.isfinite(loss)
    assert len(network.outputs(x)) == 2
    assert not math.isfinite(network.loss_and_gradients(x, y, HALF_SQUARED))
    assert outputs.shape == (40, 1)


@over(OPTIMIZERS, "optimizer")
def test_that_a_tanh_network_learns_xor(optimizer):
    network = make_network([2, 4, 1], dtype="float32", seed=1)
    trainer = make_trainer(
        network,
        *XOR,
        optimizer=optimizer.key,
        batch_size=4,
        learning_rate=0.05 if optimizer.parameters else 0.5,
    )
    before = network.evaluate(*XOR, HALF_SQUARED)[0]
    _run_epochs(trainer, 1000)
    loss, outputs = network.evaluate(*XOR, HALF_SQUARED)
    assert before > 0.3
    assert loss < 0.01
    assert np.array_equal(np.sign(outputs), XOR[1])


def test_that_a_network_without_hidden_layer_cannot_learn_xor():
    network = make_network([2, 1], dtype="float32", seed=1)
    _run_epochs(make_trainer(network, *XOR, batch_size=4, learning_rate=0.5), 1000)
    assert network.evaluate(*XOR, HALF_SQUARED)[0] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("hidden", [2, 8])
def test_that_no_linear_layers_solve_xor_from_any_of_fifty_seeds(hidden):
    for seed in range(50):
        network = make_network([2, hidden, 1], "linear", "linear", seed=seed)
        _run_epochs(make_trainer(network, *XOR, optimizer="adam", batch_size=4, learning_rate=0.03), 300)
        loss, outputs = network.evaluate(*XOR, HALF_SQUARED)
        assert loss >= 0.5 - 1e-9, "no line through the plane of answers comes nearer"
        assert not np.array_equal(np.sign(outputs), XOR[1])


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("hidden", ["tanh", "relu", "sigmoid"])
def test_that_hidden_units_that_begin_at_0_stay_alike_for_ever(hidden, optimizer):
    network = make_network([2, 5, 1], hidden)
    network.set_parameters(np.zeros(network.size))
    x, y = _data(rows=40)
    _run_epochs(make_trainer(network, x, y, optimizer=optimizer, learning_rate=0.1), 100)
    assert network.get_parameters().any()
    first, second = network.weights
    assert np.ptp(first, axis=0).max() == np.ptp(second) == np.ptp(network.biases[0]) == 0.0


def test_that_what_cannot_be_trained_on_is_refused():
    x, y = _data()
    network = make_network([2, 3, 1])
    with pytest.raises(ValueError, match="no rows"):
        make_trainer(network, x[:0], y[:0])
    with pytest.raises(ValueError, match="at least one row"):
        make_trainer(network, x, y, batch_size=0)
    with pytest.raises(ValueError, match="targets must have the shape"):
        make_trainer(network, x, y[:4])
    with pytest.raises(ValueError, match="inputs must have the shape"):
        make_trainer(network, x[:, :1], y)
