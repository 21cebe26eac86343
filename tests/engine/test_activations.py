"""Contract of every activation function, over the table."""

import math

import numpy as np
import pytest
from engine_cases import differences, over

from playground.engine.activations import ACTIVATIONS
from playground.tables import by_key

# Off the places where some of them have a kink or a jump: 0, -3 and 3.
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
    assert activation.elementwise == (slope is not None)
    if slope is None:
        return
    expected = differences(lambda z: float(np.sum(_apply(activation, z))), GRID)
    np.testing.assert_allclose(slope, expected, rtol=1e-6, atol=1e-8)


@every_activation
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_that_it_is_finite_and_silent_at_a_thousand(activation, dtype):
    z = EXTREMES.astype(dtype)
    with np.errstate(**LOUD):
        a = activation.value(z)
        slope = _pull_back(activation, np.ones_like(z), z)
    assert np.isfinite(a).all()
    assert np.isfinite(slope).all()
    assert a.dtype == slope.dtype == np.dtype(dtype)


@every_activation
def test_that_single_precision_is_nearly_as_good(activation):
    z = np.linspace(-12, 12, 2000).reshape(1000, 2)
    rough = z.astype("float32")
    np.testing.assert_allclose(_apply(activation, rough), _apply(activation, z), rtol=2e-6, atol=2e-6)
    slopes = [_pull_back(activation, np.ones_like(at), at) for at in (rough, rough.astype("float64"))]
    np.testing.assert_allclose(slopes[0], slopes[1], rtol=2e-5, atol=2e-5)


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


@every_activation
def test_that_a_nan_stays_visible(activation):
    z = np.array([[math.nan, 1.0]])
    assert np.isnan(_apply(activation, z)[0, 0])
    assert np.isnan(activation.value(z)).any()
    if activation.key not in ("linear", "step"):
        assert np.isnan(_pull_back(activation, np.ones_like(z), z)[0, 0])
    assert np.isnan(_pull_back(activation, np.full_like(z, math.nan), np.ones_like(z))).all()


@every_activation
def test_that_it_explains_itself(activation):
    assert activation.help.endswith(".")
    assert activation.help.count(". ") == 0
    assert activation.formula.startswith("g(z)")


def _values(key, *z):
    return _apply(by_key(ACTIVATIONS, key, "activation"), np.array([z], dtype=np.float64))[0]


def _slope(key, z):
    return float(by_key(ACTIVATIONS, key, "activation").derivative(np.full((1, 1), z))[0, 0])


def test_that_sigmoid_of_0_is_one_half():
    assert _values("sigmoid", 0.0)[0] == 0.5
    np.testing.assert_allclose(_values("sigmoid", 2.0, -2.0), [1 / (1 + math.exp(-2)), 1 / (1 + math.exp(2))])


@pytest.mark.parametrize(
    ("key", "place", "value"),
    [("gelu", -0.752461, -0.170041), ("swish", -1.278465, -0.278465), ("mish", -1.192431, -0.308843)],
)
def test_that_the_dip_is_where_it_is_known_to_be_and_gives_the_bound(key, place, value):
    z = np.linspace(-2, 0, 200_001)
    a = _values(key, *z)
    assert z[a.argmin()] == pytest.approx(place, abs=2e-5)
    assert a.min() == pytest.approx(value, abs=1e-6)
    assert a.min() == pytest.approx(by_key(ACTIVATIONS, key, "activation").bounds[0], abs=1e-10)


@pytest.mark.parametrize(
    ("key", "z", "value"),
    [
        ("hard_sigmoid", 1.5, 0.75),
        ("leaky_relu", -2.0, -0.02),
        ("elu", -1.0, math.exp(-1) - 1),
        ("selu", -1.0, 1.0507009873554805 * 1.6732632423543772 * (math.exp(-1) - 1)),
        ("selu", 2.0, 2.101401974710961),
        ("mish", 1.0, math.tanh(math.log(1 + math.e))),
        ("softplus", 0.0, math.log(2)),
        ("sine", math.pi / 2, 1.0),
        ("gaussian", 1.0, math.exp(-1)),
    ],
)
def test_that_the_values_are_the_textbooks(key, z, value):
    assert _values(key, z)[0] == pytest.approx(value, rel=1e-14)


def test_that_gelu_in_its_tanh_form_is_near_the_exact_one():
    z = np.linspace(-6, 6, 601)
    exact = [x * 0.5 * (1 + math.erf(x / math.sqrt(2))) for x in z]
    # Hendrycks and Gimpel: the difference is below 0.0005 everywhere.
    np.testing.assert_allclose(_values("gelu", *z), exact, atol=5e-4)


def test_that_selu_keeps_mean_0_and_variance_1():
    z = np.random.default_rng(0).normal(size=(400_000, 1))
    a = _apply(by_key(ACTIVATIONS, "selu", "activation"), z)
    assert abs(a.mean()) < 0.01
    assert abs(a.var() - 1) < 0.01


def test_that_softmax_adds_up_to_1_and_ignores_a_shift():
    a = _values("softmax", 1.0, 2.0, 4.0)
    assert a.sum() == pytest.approx(1.0, abs=1e-15)
    np.testing.assert_allclose(a, np.exp([1, 2, 4]) / np.exp([1, 2, 4]).sum(), rtol=1e-14)
    np.testing.assert_allclose(_values("softmax", 501.0, 502.0, 504.0), a, rtol=1e-12)


def test_that_relu_is_flat_at_0_and_a_step_is_1_there():
    assert _slope("relu", 0.0) == 0.0
    assert _slope("leaky_relu", 0.0) == 0.01
    assert _values("step", -0.001, 0.0, 0.001, -math.inf, math.inf).tolist() == [0.0, 1.0, 1.0, 0.0, 1.0]
