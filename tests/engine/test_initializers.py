"""Contract of every initializer, and the statistics that the literature gives for them."""

import math

import numpy as np
from engine_cases import over

from playground.engine.initializers import INITIALIZERS
from playground.engine.tables import by_key

FAN_IN, FAN_OUT = 300, 400
DRAWS = FAN_IN * FAN_OUT
every_initializer = over(INITIALIZERS, "initializer")


def _weights(key):
    return by_key(INITIALIZERS, key, "initializer").weights(np.random.default_rng(7), FAN_IN, FAN_OUT)


@every_initializer
def test_that_weights_have_one_row_per_unit_in_double_precision(initializer):
    weights = initializer.weights(np.random.default_rng(0), 3, 5)
    assert weights.shape == (5, 3)
    assert weights.dtype == np.float64
    assert np.isfinite(weights).all()
    assert math.isfinite(initializer.bias)


@every_initializer
def test_that_the_same_seed_draws_the_same(initializer):
    first, again = (initializer.weights(np.random.default_rng(3), 4, 4) for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_that_glorot_fills_its_range_evenly():
    weights, limit = _weights("glorot_uniform"), math.sqrt(6 / (FAN_IN + FAN_OUT))
    assert np.abs(weights).max() <= limit
    assert np.abs(weights).max() > 0.999 * limit
    _check_moments(weights, limit / math.sqrt(3), kurtosis=1.8)


def test_that_he_has_the_deviation_of_the_paper():
    _check_moments(_weights("he_normal"), math.sqrt(2 / FAN_IN), kurtosis=3.0)


def test_that_uniform_and_zeros_are_what_tensorflow_playground_has():
    weights = _weights("uniform")
    assert np.abs(weights).max() <= 0.5
    _check_moments(weights, 1 / math.sqrt(12), kurtosis=1.8)
    assert by_key(INITIALIZERS, "uniform", "initializer").bias == 0.1
    assert not _weights("zeros").any()


def _check_moments(weights, deviation, kurtosis):
    """Mean and variance within four standard errors (the variance's follows from the kurtosis)."""
    assert abs(weights.mean()) < 4 * deviation / math.sqrt(DRAWS)
    error = deviation**2 * math.sqrt((kurtosis - 1) / DRAWS)
    assert abs(weights.var() - deviation**2) < 4 * error
