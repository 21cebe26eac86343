"""The compiled kernels against NumPy: every entry of every table, every kind of layer, any batch size."""

import math

import numpy as np
import pytest
from engine_cases import HIDDEN, make_trainer, over

from playground.engine import dice
from playground.engine.backends import make_backend
from playground.engine.clipping import CLIPPINGS
from playground.engine.curves import Watch
from playground.engine.layers import LayerShape
from playground.engine.losses import LOSSES
from playground.engine.network import Network
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.regularizers import REGULARIZERS
from playground.engine.schedules import SCHEDULES

pytestmark = pytest.mark.usefixtures("kernels")

TOLERANCE = {"float32": 2e-5, "float64": 1e-10}
GLOROT = "glorot_uniform"
every_precision = pytest.mark.parametrize("dtype", TOLERANCE)


def dense(inputs, units, activation="tanh"):
    return LayerShape(inputs, units, activation, GLOROT)


def chain(hidden="tanh", output="tanh", outputs=1):
    return dense(3, 5, hidden), dense(5, 4, hidden), dense(4, outputs, output)


def trained(backend, shapes, dtype, steps=20, rows=53, metric="accuracy", **changes):
    """A trainer after some steps on the backend, its curve recorded."""
    network = Network(make_backend(backend), shapes, dtype)
    network.initialise(3)
    rng = np.random.default_rng(0)
    x, outputs = rng.normal(size=(rows, shapes[0].inputs)), shapes[-1].units
    y = np.eye(outputs)[rng.integers(0, outputs, rows)] if outputs > 1 else rng.choice([-1.0, 1.0], (rows, 1))
    settings = {"learning_rate": 0.05, "batch_size": 10, "seed": 5, **changes}
    watch = Watch(x[:20].astype(dtype), y[:20].astype(dtype), metric, 0.0)
    trainer = make_trainer(network, x, y, watch=watch, **settings)
    trainer.run(steps)
    if steps and not trainer.points:
        trainer.record()
    return trainer


def agree(shapes, dtype, **settings):
    """Compare a run in the kernels with the same in NumPy: parameters, curves, looks and counters."""
    slow, fast = (trained(backend, shapes, dtype, **settings) for backend in ("numpy", "compiled"))
    assert slow.runner is None
    assert fast.runner is not None
    tolerance = TOLERANCE[dtype]
    close = {"rtol": 100 * tolerance, "atol": 10 * tolerance}
    np.testing.assert_allclose(fast.network.get_parameters(), slow.network.get_parameters(), **close)
    np.testing.assert_allclose(fast.optimizer.memory, slow.optimizer.memory, **close)
    assert len(slow.points) == len(fast.points) > 0
    np.testing.assert_allclose(fast.points, slow.points, **close)
    for there, here in zip(fast.network.outputs(slow.x), slow.network.outputs(slow.x), strict=True):
        np.testing.assert_allclose(there, here, **close)
    places = [(t.epoch, t.step, t.position, t.optimizer.step) for t in (slow, fast)]
    assert places[0] == places[1]


@every_precision
@over(HIDDEN, "hidden")
def test_that_every_activation_agrees(hidden, dtype):
    agree(chain(hidden.key), dtype)


@every_precision
@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize(
    ("loss", "output"),
    [pytest.param(loss.key, out, id=f"{loss.key}-{out}") for loss in LOSSES for out in loss.outputs],
)
def test_that_every_loss_agrees_at_every_output(loss, output, outputs, dtype):
    agree(chain("tanh", output, outputs), dtype, loss=loss)


@every_precision
@over([optimizer for optimizer in OPTIMIZERS if not optimizer.solves], "optimizer")
def test_that_every_optimizer_agrees(optimizer, dtype):
    agree(chain(), dtype, optimizer=optimizer.key)


@every_precision
@over(REGULARIZERS, "regularizer")
def test_that_every_regularizer_agrees(regularizer, dtype):
    agree(chain(), dtype, regularizer=regularizer.key, regularization_rate=0.01)


@every_precision
@over(CLIPPINGS, "clipping")
def test_that_every_clipping_agrees(clipping, dtype):
    agree(chain(), dtype, clipping=clipping, clip_limit=0.05)


@every_precision
@over(SCHEDULES, "schedule")
def test_that_every_schedule_agrees(schedule, dtype):
    hyper = tuple(parameter.default for parameter in schedule.parameters)
    agree(chain(), dtype, schedule=schedule, schedule_hyper=hyper, planned_epochs=4)


MIXED = {
    "dropout": [dense(3, 5), LayerShape(5, 5, kind="dropout", parameters=(0.4,)), dense(5, 1)],
    "dropout first": [LayerShape(3, 3, kind="dropout", parameters=(0.4,)), dense(3, 4), dense(4, 1)],
    "batch_norm": [dense(3, 5), LayerShape(5, 5, kind="batch_norm", parameters=(0.9,)), dense(5, 1)],
    "batch_norm first": [LayerShape(3, 3, kind="batch_norm", parameters=(0.5,)), dense(3, 4), dense(4, 1)],
    "layer_norm": [dense(3, 5), LayerShape(5, 5, kind="layer_norm"), dense(5, 4), dense(4, 1)],
    "layer_norm first": [LayerShape(3, 3, kind="layer_norm"), dense(3, 4), dense(4, 1)],
    "skip": [
        dense(3, 5),
        dense(5, 5),
        LayerShape(5, 5, kind="skip", parameters=(1.0,), source=1),
        dense(5, 1),
    ],
    "all": [
        dense(5, 5),
        dense(5, 5),
        LayerShape(5, 5, kind="skip", parameters=(2.0,), source=0),
        LayerShape(5, 5, kind="batch_norm", parameters=(0.9,)),
        dense(5, 5, "relu"),
        LayerShape(5, 5, kind="skip", parameters=(1.0,), source=4),
        LayerShape(5, 5, kind="skip", parameters=(2.0,), source=2),
        LayerShape(5, 5, kind="layer_norm"),
        LayerShape(5, 5, kind="dropout", parameters=(0.3,)),
        dense(5, 2, "linear"),
    ],
}


@every_precision
@pytest.mark.parametrize("shapes", [pytest.param(tuple(shapes), id=name) for name, shapes in MIXED.items()])
def test_that_every_kind_of_layer_agrees(shapes, dtype):
    agree(shapes, dtype)


@every_precision
@pytest.mark.parametrize("batch_size", [1, 7, 8, 9, 16, 17, 40, 53, 1000])
def test_that_every_batch_size_agrees(batch_size, dtype):
    agree(chain(), dtype, batch_size=batch_size)


@every_precision
@pytest.mark.parametrize("batch_size", [16, 100])
def test_that_wide_layers_agree_in_registers_and_given_to_the_blas(batch_size, dtype):
    from playground.engine.backends.kernels.dense import BLAS_FROM

    shapes = (dense(3, 300, "relu"), dense(300, 310, "relu"), dense(310, 1))
    with_blas = 310 * 301 * batch_size >= BLAS_FROM
    assert with_blas == (batch_size == 100)
    agree(shapes, dtype, batch_size=batch_size, rows=100, steps=6)


@every_precision
def test_that_many_inputs_and_outputs_agree(dtype):
    agree((dense(50, 9), dense(9, 40), dense(40, 17)), dtype, batch_size=24)


@every_precision
def test_that_r2_agrees(dtype):
    agree(chain("relu", "linear"), dtype, metric="r2")


@over([optimizer for optimizer in OPTIMIZERS if not optimizer.solves], "optimizer")
def test_that_a_run_goes_on_in_the_kernels_without_a_jump(optimizer):
    whole = trained("compiled", chain(), "float64", steps=60, optimizer=optimizer.key)
    parts = trained("numpy", chain(), "float64", steps=23, optimizer=optimizer.key)
    parts.network.backend = make_backend("compiled")
    parts.run(37)
    assert parts.runner is not None
    assert (parts.epoch, parts.step, parts.position) == (whole.epoch, whole.step, whole.position)
    np.testing.assert_allclose(
        parts.network.get_parameters(), whole.network.get_parameters(), rtol=1e-8, atol=1e-10
    )
    np.testing.assert_allclose(parts.points, whole.points, rtol=1e-8)


def test_that_the_kernels_give_the_same_numbers_however_a_run_is_chunked():
    ends = []
    for chunk in (1000, 7, 1):
        trainer = trained("compiled", MIXED["all"], "float32", steps=0)
        while trainer.epoch < 5:
            trainer.run(chunk, 5)
        ends.append(trainer.network.get_parameters())
    np.testing.assert_array_equal(ends[0], ends[1])
    np.testing.assert_array_equal(ends[0], ends[2])


def test_that_a_changed_batch_size_holds_for_the_rest_of_the_epoch():
    ends = []
    for backend in ("numpy", "compiled"):
        trainer = trained(backend, chain(), "float64", steps=2)
        trainer.batch_size = 7
        trainer.run(9)
        trainer.batch_size = 64
        trainer.run(3)
        ends.append((trainer.epoch, trainer.step, trainer.position, *trainer.network.get_parameters()))
    np.testing.assert_allclose(ends[0], ends[1], rtol=1e-9)


def test_that_divergence_is_noticed_and_ends_the_run():
    trainer = trained("compiled", chain("relu", "linear"), "float32", steps=0, learning_rate=1e6)
    trainer.run(100_000)
    assert trainer.diverged
    assert trainer.step < 1000
    assert not trainer.network.is_finite()


def test_that_more_points_come_in_than_one_call_can_keep():
    trainer = trained("compiled", chain(), "float32", steps=0, batch_size=53)
    assert trainer.run(999) == 999
    assert [point[0] for point in trainer.points] == list(range(1, 1000))


def test_that_no_test_rows_leave_the_test_figures_empty():
    network = Network(make_backend("compiled"), chain(), "float32")
    network.initialise(0)
    x, y = np.ones((4, 3)), np.ones((4, 1))
    trainer = make_trainer(network, x, y, watch=Watch(x[:0].astype("f4"), y[:0].astype("f4"), "accuracy"))
    trainer.run(1)
    _, train_loss, test_loss, train_score, test_score = trainer.points[0]
    assert math.isfinite(train_loss)
    assert math.isfinite(train_score)
    assert math.isnan(test_loss)
    assert math.isnan(test_score)


@pytest.mark.parametrize("count", [1, 2, 5, 250, 1000, 70_000])
def test_that_an_epochs_order_is_the_same_permutation(count):
    from playground.engine.backends.kernels.step import order_now

    order = np.zeros(count, dtype=np.int64)
    for seed, epoch in ((0, 0), (5, 1), (2**31 - 1, 123_456)):
        order_now(dice.stream(seed), epoch, order)
        np.testing.assert_array_equal(order, dice.order(dice.stream(seed), epoch, count))
        assert sorted(order.tolist()) == list(range(count))
