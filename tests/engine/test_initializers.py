"""Contract of every initializer, and the statistics that the literature gives for them."""

import math

import numpy as np
import pytest
from engine_cases import over

from playground.engine.initializers import INITIALIZERS
from playground.tables import by_key

FAN_IN, FAN_OUT = 300, 400
DRAWS = FAN_IN * FAN_OUT
every_initializer = over(INITIALIZERS, "initializer")


def _weights(key, fan_in=FAN_IN, fan_out=FAN_OUT, seed=7):
    initializer = by_key(INITIALIZERS, key, "initializer")
    return initializer.weights(np.random.default_rng(seed), fan_in, fan_out)


@every_initializer
@pytest.mark.parametrize(("fan_in", "fan_out"), [(3, 5), (5, 3), (4, 4), (1, 1), (1, 6), (6, 1)])
def test_that_weights_have_one_row_per_unit_in_double_precision(initializer, fan_in, fan_out):
    weights = initializer.weights(np.random.default_rng(0), fan_in, fan_out)
    assert weights.shape == (fan_out, fan_in)
    assert weights.dtype == np.float64
    assert np.isfinite(weights).all()
    assert math.isfinite(initializer.bias)


@every_initializer
def test_that_the_same_seed_draws_the_same(initializer):
    first, again = (initializer.weights(np.random.default_rng(3), 4, 4) for _ in range(2))
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize(
    ("key", "variance"),
    [
        ("uniform", 1 / 12),
        ("glorot_uniform", 2 / (FAN_IN + FAN_OUT)),
        ("he_uniform", 2 / FAN_IN),
        ("lecun_uniform", 1 / FAN_IN),
    ],
)
def test_that_even_draws_fill_their_range(key, variance):
    weights, limit = _weights(key), math.sqrt(3 * variance)
    assert np.abs(weights).max() <= limit
    assert np.abs(weights).max() > 0.999 * limit
    _check_moments(weights, math.sqrt(variance), kurtosis=1.8)


@pytest.mark.parametrize(
    ("key", "variance"),
    [
        ("normal", 0.01),
        ("glorot_normal", 2 / (FAN_IN + FAN_OUT)),
        ("he_normal", 2 / FAN_IN),
        ("lecun_normal", 1 / FAN_IN),
    ],
)
def test_that_normal_draws_have_the_deviation_they_promise(key, variance):
    _check_moments(_weights(key), math.sqrt(variance), kurtosis=3.0)


def test_that_uniform_and_zeros_are_what_tensorflow_playground_has():
    assert np.abs(_weights("uniform")).max() <= 0.5
    assert by_key(INITIALIZERS, "uniform", "initializer").bias == 0.1
    assert not _weights("zeros").any()


def test_that_constant_is_one_half_everywhere():
    assert (_weights("constant") == 0.5).all()
    assert by_key(INITIALIZERS, "constant", "initializer").bias == 0.0


@pytest.mark.parametrize(("fan_in", "fan_out"), [(5, 8), (8, 5), (6, 6)])
def test_that_orthogonal_has_orthonormal_rows_or_columns(fan_in, fan_out):
    weights = _weights("orthogonal", fan_in, fan_out)
    product = weights @ weights.T if fan_out <= fan_in else weights.T @ weights
    np.testing.assert_allclose(product, np.eye(min(fan_in, fan_out)), atol=1e-14)


def test_that_orthogonal_prefers_no_direction():
    # Without the fix of signs the factorisation gives the first entry one sign more often.
    firsts = np.array([_weights("orthogonal", 2, 2, seed)[0, 0] for seed in range(2000)])
    assert abs(np.mean(firsts > 0) - 0.5) < 4 * 0.5 / math.sqrt(2000)
    assert abs(np.mean(firsts**2) - 0.5) < 4 * math.sqrt(1 / 8 / 2000)


@pytest.mark.parametrize(
    ("key", "first"),
    [
        ("uniform", [0.12509547, 0.3972138150]),
        ("glorot_uniform", [0.25019093, 0.7944276300]),
        ("he_normal", [0.0012301533574825742, 0.2987455375084699]),
    ],
)
def test_that_the_draws_of_a_seed_never_change(key, first):
    # Saved experiments keep their seed, not their first weights.
    np.testing.assert_allclose(_weights(key, 2, 4)[0], first, rtol=1e-6)


def _check_moments(weights, deviation, kurtosis):
    """Mean and variance within four standard errors (the variance's follows from the kurtosis)."""
    assert abs(weights.mean()) < 4 * deviation / math.sqrt(DRAWS)
    error = deviation**2 * math.sqrt((kurtosis - 1) / DRAWS)
    assert abs(weights.var() - deviation**2) < 4 * error
