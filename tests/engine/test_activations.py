"""Contract of every activation function, over the table and over the backends."""

import math

import numpy as np
import pytest
from engine_cases import differences, every_backend, over

from playground.engine.activations import ACTIVATIONS
from playground.engine.tables import by_key

# Off 0, where some of them have a kink or a jump.
GRID = np.linspace(-5, 5, 40).reshape(8, 5)
EXTREMES = np.array([[-1000.0, 1000.0, 0.0, -1.0, 1.0], [1000.0] * 5, [-1000.0] * 5])
LOUD = {"over": "raise", "divide": "raise", "invalid": "raise"}
every_activation = over(ACTIVATIONS, "activation")


def _apply(activation, z):
    a = np.empty_like(z)
    activation.apply(z, a)
    return a


def _pull_back(activation, grad_a, z):
    slope = np.empty_like(z)
    activation.pull_back(grad_a.copy(), z, _apply(activation, z), slope)
    return slope


@every_activation
def test_that_pull_back_agrees_with_differences(activation):
    grad_a = np.random.default_rng(1).normal(size=GRID.shape)
    expected = differences(lambda z: float(np.sum(grad_a * _apply(activation, z))), GRID)
    np.testing.assert_allclose(_pull_back(activation, grad_a, GRID), expected, rtol=1e-6, atol=1e-8)


@every_activation
def test_that_the_derivative_agrees_with_differences_where_units_are_independent(activation):
    slope = activation.derivative(GRID)
    if not activation.elementwise:
        assert slope is None
        return
    expected = differences(lambda z: float(np.sum(_apply(activation, z))), GRID)
    np.testing.assert_allclose(slope, expected, rtol=1e-6, atol=1e-8)


@every_activation
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_that_it_is_finite_and_silent_at_a_thousand(activation, dtype):
    z = EXTREMES.astype(dtype)
    with np.errstate(**LOUD):
        a = _apply(activation, z)
        slope = _pull_back(activation, np.ones_like(z), z)
    assert np.isfinite(a).all()
    assert np.isfinite(slope).all()
    assert a.dtype == slope.dtype == np.dtype(dtype)


@every_activation
def test_that_it_keeps_within_its_bounds_and_comes_near_them(activation):
    low, high = activation.bounds
    # 4,001 rows of two units, so that the softmax takes part.
    z = np.stack([np.linspace(-40, 40, 4001), np.zeros(4001)], axis=1)
    a = _apply(activation, z)
    assert a.min() >= low - 1e-12
    assert a.max() <= high + 1e-12
    assert math.isinf(low) or a.min() < low + 1e-4
    assert math.isinf(high) or a.max() > high - 1e-4


@every_activation
def test_that_pull_back_leaves_z_and_a_alone(activation):
    z = GRID.copy()
    a = _apply(activation, z)
    before = a.copy()
    activation.pull_back(np.ones_like(z), z, a, np.empty_like(z))
    np.testing.assert_array_equal(z, GRID)
    np.testing.assert_array_equal(a, before)


@every_activation
def test_that_the_order_in_memory_does_not_matter(activation):
    columns = np.asfortranarray(GRID)
    np.testing.assert_allclose(_apply(activation, columns), _apply(activation, GRID), rtol=1e-14)


@every_backend
@every_activation
def test_that_every_backend_computes_the_same(make, activation):
    backend = make()
    z = backend.asarray(GRID, "float64")
    a, slope = backend.xp.zeros(GRID.shape), backend.xp.zeros(GRID.shape)
    activation.apply(z, a)
    activation.pull_back(backend.asarray(np.ones(GRID.shape), "float64"), z, a, slope)
    np.testing.assert_allclose(backend.to_host(a), _apply(activation, GRID), rtol=1e-12)
    expected = _pull_back(activation, np.ones(GRID.shape), GRID)
    np.testing.assert_allclose(backend.to_host(slope), expected, rtol=1e-12, atol=1e-14)


def _values(key, *z):
    return _apply(by_key(ACTIVATIONS, key, "activation"), np.array([z], dtype=np.float64))[0]


def test_that_sigmoid_of_0_is_one_half():
    assert _values("sigmoid", 0.0)[0] == 0.5
    np.testing.assert_allclose(_values("sigmoid", 2.0, -2.0), [1 / (1 + math.exp(-2)), 1 / (1 + math.exp(2))])


def test_that_swish_has_its_minimum_where_it_is_known_to_be():
    z = np.linspace(-2, 0, 200_001)
    a = _values("swish", *z)
    assert z[a.argmin()] == pytest.approx(-1.278465, abs=2e-5)
    assert a.min() == pytest.approx(-0.278465, abs=1e-6)


def test_that_softmax_adds_up_to_1_and_ignores_a_shift():
    a = _values("softmax", 1.0, 2.0, 4.0)
    assert a.sum() == pytest.approx(1.0, abs=1e-15)
    np.testing.assert_allclose(a, np.exp([1, 2, 4]) / np.exp([1, 2, 4]).sum(), rtol=1e-14)
    np.testing.assert_allclose(_values("softmax", 501.0, 502.0, 504.0), a, rtol=1e-12)


def test_that_relu_is_flat_at_0_and_a_step_is_1_there():
    zero = np.zeros((1, 1))
    assert by_key(ACTIVATIONS, "relu", "activation").derivative(zero)[0, 0] == 0.0
    assert _values("step", -0.001, 0.0, 0.001).tolist() == [0.0, 1.0, 1.0]


def test_that_a_nan_stays_visible():
    for activation in ACTIVATIONS:
        if activation.key != "step":
            assert np.isnan(_values(activation.key, math.nan)).all(), activation.key
