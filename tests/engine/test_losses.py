"""Contract of every loss, over the table and over the backends."""

import math

import numpy as np
from engine_cases import differences, every_backend, over, targets_for

from playground.engine.activations import ACTIVATIONS
from playground.engine.losses import LOSSES
from playground.engine.tables import by_key

ROWS, OUTPUTS = 6, 3
every_loss = over(LOSSES, "loss")
PAIRS = [(loss, output) for loss in LOSSES for output in loss.outputs]


def _case(loss, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(ROWS, OUTPUTS)), targets_for(loss, rng, ROWS, OUTPUTS)


def _activated(loss, z):
    a = np.empty_like(z)
    by_key(ACTIVATIONS, loss.outputs[0], "activation").apply(z, a)
    return a


@every_loss
def test_that_the_gradient_agrees_with_differences(loss):
    z, y = _case(loss)

    def total(values):
        if loss.from_logits:
            return float(np.sum(loss.value(values, _activated(loss, values), y)))
        return float(np.sum(loss.value(z, values, y)))

    gradient = np.empty_like(z)
    loss.gradient(z, _activated(loss, z), y, gradient)
    expected = differences(total, z if loss.from_logits else _activated(loss, z))
    np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-8)


@every_loss
def test_that_the_value_is_one_number_per_example_and_never_below_0(loss):
    z, y = _case(loss)
    value = loss.value(z, _activated(loss, z), y)
    assert value.shape == (ROWS,)
    assert (value >= 0).all()


@every_loss
def test_that_it_is_finite_and_silent_for_very_confident_answers(loss):
    z = np.array([[1000.0, -1000.0], [-1000.0, 1000.0]])
    y = np.array([[1.0, 0.0], [1.0, 0.0]])
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        a = _activated(loss, z)
        value, gradient = loss.value(z, a, y), np.empty_like(z)
        loss.gradient(z, a, y, gradient)
    assert np.isfinite(value).all()
    assert np.isfinite(gradient).all()
    assert value[0] < value[1]


@every_loss
def test_that_a_perfect_answer_costs_nothing(loss):
    z = np.array([[1000.0, -1000.0]])
    a = _activated(loss, z)
    assert loss.value(z, a, np.round(a))[0] == 0.0


@every_backend
@every_loss
def test_that_every_backend_computes_the_same(make, loss):
    backend = make()
    z, y = _case(loss)
    a = _activated(loss, z)
    moved = [backend.asarray(array, "float64") for array in (z, a, y)]
    gradient, expected = backend.xp.zeros(z.shape), np.empty_like(z)
    loss.gradient(*moved, gradient)
    loss.gradient(z, a, y, expected)
    np.testing.assert_allclose(backend.to_host(gradient), expected, rtol=1e-12)
    np.testing.assert_allclose(backend.to_host(loss.value(*moved)), loss.value(z, a, y), rtol=1e-12)


def test_that_every_named_output_exists_and_every_task_is_known():
    for loss, output in PAIRS:
        by_key(ACTIVATIONS, output, "activation")
        assert loss.tasks
        assert set(loss.tasks) <= {"classification", "regression"}


def test_that_the_squared_error_is_half_the_sum_over_the_outputs():
    loss = by_key(LOSSES, "half_squared", "loss")
    a, y = np.array([[1.0, 2.0], [0.0, 0.0]]), np.array([[0.0, 4.0], [3.0, 0.0]])
    assert loss.value(a, a, y).tolist() == [2.5, 4.5]


def test_that_the_cross_entropies_are_the_surprise_at_the_true_class():
    z = np.array([[0.3, -1.2]])
    y = np.array([[1.0, 0.0]])
    shares = np.exp(z[0]) / np.exp(z[0]).sum()
    softmax = by_key(LOSSES, "softmax_cross_entropy", "loss")
    assert math.isclose(softmax.value(z, z, y)[0], -math.log(shares[0]), rel_tol=1e-12)
    # Two classes by softmax are one sigmoid of the difference of the scores.
    binary = by_key(LOSSES, "binary_cross_entropy", "loss")
    difference = z[:, :1] - z[:, 1:]
    assert math.isclose(binary.value(difference, z, y[:, :1])[0], -math.log(shares[0]), rel_tol=1e-12)
