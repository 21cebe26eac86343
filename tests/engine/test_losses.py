"""Contract of every loss, over the table."""

import math

import numpy as np
import pytest
from engine_cases import differences, over, targets_for

from playground.engine.activations import ACTIVATIONS
from playground.engine.losses import LOSSES
from playground.tables import by_key

ROWS, OUTPUTS = 6, 3
every_loss = over(LOSSES, "loss")
PAIRS = [(loss, output) for loss in LOSSES for output in loss.outputs]


def _case(loss, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(ROWS, OUTPUTS)), targets_for(loss, rng, ROWS, OUTPUTS)


def _activated(loss, z):
    return by_key(ACTIVATIONS, loss.outputs[0], "activation").value(z)


def _loss(key):
    return by_key(LOSSES, key, "loss")


def _gradient(loss, z, a, y):
    out = np.full_like(a, math.nan)
    loss.write_gradient(z, a, y, out)
    return out


@every_loss
def test_that_the_gradient_agrees_with_differences(loss):
    z, y = _case(loss)

    def total(values):
        if loss.from_logits:
            return float(np.sum(loss.value(values, _activated(loss, values), y)))
        return float(np.sum(loss.value(z, values, y)))

    a = _activated(loss, z)
    expected = differences(total, z if loss.from_logits else a)
    np.testing.assert_allclose(_gradient(loss, z, a, y), expected, rtol=1e-6, atol=1e-8)


@every_loss
def test_that_the_value_is_one_number_per_example_and_never_below_0(loss):
    z, y = _case(loss)
    value = loss.value(z, _activated(loss, z), y)
    assert value.shape == (ROWS,)
    assert (value >= 0).all()


@every_loss
def test_that_the_terms_of_an_example_make_up_its_value(loss):
    z, y = _case(loss)
    a = _activated(loss, z)
    if loss.term is None:
        assert loss.outputs == ("softmax",)
        return
    terms = loss.term(z, a, y)
    expected = terms.mean(axis=1) if loss.average else terms.sum(axis=1)
    np.testing.assert_allclose(loss.value(z, a, y), expected, rtol=1e-14)


@every_loss
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_that_it_is_finite_and_silent_for_very_confident_answers(loss, dtype):
    z = np.array([[1000.0, -1000.0], [-1000.0, 1000.0]], dtype=dtype)
    y = np.array([[1.0, 0.0], [1.0, 0.0]], dtype=dtype)
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        a = _activated(loss, z)
        value, gradient = loss.value(z, a, y), _gradient(loss, z, a, y)
    assert np.isfinite(value).all()
    assert np.isfinite(gradient).all()
    assert value.dtype == gradient.dtype == np.dtype(dtype)
    assert value[0] < value[1]


@every_loss
def test_that_a_nan_stays_visible(loss):
    z, y = np.full((1, 1), math.nan), np.ones((1, 1))
    assert np.isnan(loss.value(z, z, y)).all()
    assert np.isnan(_gradient(loss, z, z, y)).all()


@every_loss
def test_that_a_perfect_answer_costs_nothing(loss):
    # On the right side by a thousand, and exactly the target where that can be said.
    z = np.array([[1000.0, -1000.0]])
    a = _activated(loss, z)
    y = np.sign(a) if loss.key == "hinge" else np.round(a)
    assert loss.value(z, a, y)[0] == 0.0


def test_that_every_named_output_exists_and_every_task_is_known():
    for loss, output in PAIRS:
        by_key(ACTIVATIONS, output, "activation")
        assert len(set(loss.outputs)) == len(loss.outputs)
        assert loss.tasks
        assert set(loss.tasks) <= {"classification", "regression"}


def test_that_the_losses_for_numbers_take_every_output_and_prefer_tanh():
    for loss in LOSSES:
        if "regression" in loss.tasks:
            assert set(loss.outputs) == {activation.key for activation in ACTIVATIONS}
            assert loss.outputs[0] == "tanh"


def test_that_the_losses_for_numbers_are_the_textbooks():
    a, y = np.array([[1.0, 2.0], [0.25, 0.0]]), np.array([[0.0, 4.0], [0.5, 0.0]])
    values = {key: _loss(key).value(a, a, y).tolist() for key in ("half_squared", "mse", "mae", "huber")}
    assert values["half_squared"] == [2.5, 0.03125]
    assert values["mse"] == [2.5, 0.03125]
    assert values["mae"] == [1.5, 0.125]
    assert values["huber"] == [(0.5 + 1.5) / 2, 0.03125 / 2]
    # Three outputs tell a mean from a half.
    three = np.array([[1.0, 2.0, 3.0]])
    assert _loss("mse").value(three, three, np.zeros((1, 3)))[0] == pytest.approx(14 / 3)
    assert _loss("half_squared").value(three, three, np.zeros((1, 3)))[0] == 7.0


def test_that_huber_pulls_no_harder_than_1():
    a = np.array([[-30.0, -0.5, 0.0, 0.5, 30.0]])
    pull = _gradient(_loss("huber"), a, a, np.zeros((1, 5)))
    np.testing.assert_allclose(pull * 5, [[-1.0, -0.5, 0.0, 0.5, 1.0]], rtol=1e-14)


def test_that_hinge_leaves_answers_beyond_the_margin_alone():
    a, y = np.array([[2.0, 0.5, -3.0, 1.0]]), np.array([[1.0, 1.0, 1.0, 1.0]])
    hinge = _loss("hinge")
    assert hinge.value(a, a, y)[0] == 0.5 + 4.0
    assert np.array_equal(_gradient(hinge, a, a, y), [[0.0, -1.0, -1.0, 0.0]])
    assert np.array_equal(_gradient(hinge, -a, -a, -y), [[0.0, 1.0, 1.0, 0.0]])


def test_that_the_cross_entropies_are_the_surprise_at_the_true_class():
    z = np.array([[0.3, -1.2]])
    y = np.array([[1.0, 0.0]])
    shares = np.exp(z[0]) / np.exp(z[0]).sum()
    softmax = _loss("softmax_cross_entropy")
    assert math.isclose(softmax.value(z, z, y)[0], -math.log(shares[0]), rel_tol=1e-12)
    # Two classes by softmax are one sigmoid of the difference of the scores.
    binary = _loss("binary_cross_entropy")
    difference = z[:, :1] - z[:, 1:]
    assert math.isclose(binary.value(difference, z, y[:, :1])[0], -math.log(shares[0]), rel_tol=1e-12)
