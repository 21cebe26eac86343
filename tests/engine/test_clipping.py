"""Contract of every way to clip gradients, over the table."""

import math

import numpy as np
import pytest
from engine_cases import over

from playground.engine.clipping import CLIPPINGS
from playground.tables import by_key

GRADIENT = np.array([3.0, -4.0, 0.5, 0.0, -0.1])
every_clipping = over(CLIPPINGS, "clipping")


def _clipped(key, gradient, limit):
    gradients = gradient.copy()
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        by_key(CLIPPINGS, key, "clipping").clip(gradients, limit)
    return gradients


@every_clipping
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_that_what_is_within_the_limit_stays_to_the_last_bit(clipping, dtype):
    gradient = GRADIENT.astype(dtype)
    clipped = _clipped(clipping.key, gradient, 10.0)
    assert clipped.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(clipped, gradient)


@every_clipping
def test_that_a_gradient_of_0_stays_0(clipping):
    for dtype in ("float32", "float64"):
        assert not _clipped(clipping.key, np.zeros(4, dtype=dtype), 1.0).any()


@every_clipping
def test_that_no_sign_changes_and_nothing_grows(clipping):
    clipped = _clipped(clipping.key, GRADIENT, 0.2)
    np.testing.assert_array_equal(np.sign(clipped), np.sign(GRADIENT))
    assert (np.abs(clipped) <= np.abs(GRADIENT)).all()


@every_clipping
def test_that_a_nan_stays_visible(clipping):
    gradients = np.array([math.nan, 5.0])
    clipping.clip(gradients, 1.0)
    assert np.isnan(gradients[0])


def test_that_none_leaves_the_largest_alone():
    assert _clipped("none", GRADIENT, 1e-3).tolist() == GRADIENT.tolist()


def test_that_by_value_cuts_each_one():
    assert _clipped("value", GRADIENT, 1.0).tolist() == [1.0, -1.0, 0.5, 0.0, -0.1]


def test_that_by_length_keeps_the_direction_and_reaches_the_limit():
    clipped = _clipped("norm", GRADIENT, 0.7)
    assert np.linalg.norm(clipped) == pytest.approx(0.7, rel=1e-14)
    np.testing.assert_allclose(clipped / 0.7, GRADIENT / np.linalg.norm(GRADIENT), rtol=1e-14)


@pytest.mark.parametrize("size", [1e30, 1e-25])
def test_that_by_length_is_right_where_squares_leave_single_precision(size):
    gradient = np.array([3.0, 4.0], dtype="float32") * np.float32(size)
    limit = 0.5 * size
    np.testing.assert_allclose(_clipped("norm", gradient, limit), [0.3 * size, 0.4 * size], rtol=1e-6)
