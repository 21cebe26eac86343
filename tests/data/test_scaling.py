"""Scaling: statistics of the training rows alone, and back again without loss."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from playground.data import SCALINGS, Scaler

NUMBERS = st.floats(-1e6, 1e6)
ROWS = hnp.arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 5)), elements=NUMBERS)


@given(ROWS, st.sampled_from(SCALINGS))
def test_that_scaling_back_gives_the_rows_again(rows, scaling):
    scaler = scaling.fit(rows)
    scaled = scaler.apply(rows)
    assert np.isfinite(scaled).all()
    assert scaled.shape == rows.shape
    np.testing.assert_allclose(scaler.invert(scaled), rows, rtol=1e-9, atol=1e-9)


@given(ROWS)
def test_that_every_column_gets_mean_0_and_deviation_1_or_0(rows):
    # A column that varies by rounding alone, or whose squares are too small to be held, has no digits left.
    spread = np.ptp(rows, axis=0)
    varies = (spread > 1e-6 * np.abs(rows).max(axis=0)) & (spread > 1e-100)
    scaled = Scaler.fit(rows).apply(rows)
    np.testing.assert_allclose(scaled[:, varies].mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(scaled[:, varies].std(axis=0), 1, atol=1e-6)
    assert (scaled[:, np.ptp(rows, axis=0) == 0] == 0).all()


@pytest.mark.parametrize("value", [0.0, 0.1, -1e300, 5e-324])
def test_that_a_constant_column_has_scale_1_and_becomes_0(value):
    rows = np.column_stack((np.full(3, value), [1.0, 2.0, 3.0]))
    scaler = Scaler.fit(rows)
    assert scaler.scale[0] == 1.0
    assert (scaler.apply(rows)[:, 0] == 0.0).all()
    assert scaler.apply(np.array([[value + 2.0, 2.0]]))[0, 0] == pytest.approx(value + 2.0 - value)


def test_that_a_column_too_small_to_have_a_deviation_counts_as_constant():
    scaler = Scaler.fit(np.array([[0.0], [5e-324]]))
    assert scaler.scale[0] == 1.0


def test_that_only_the_training_rows_are_measured():
    train, test = np.array([[0.0], [2.0]]), np.array([[101.0]])
    scaler = Scaler.fit(train)
    assert (scaler.mean[0], scaler.scale[0]) == (1.0, 1.0)
    assert scaler.apply(test)[0, 0] == 100.0


def test_that_targets_without_columns_can_be_scaled():
    targets = np.array([10.0, 20.0, 30.0])
    scaler = Scaler.fit(targets)
    assert scaler.apply(targets).shape == (3,)
    np.testing.assert_allclose(scaler.invert(scaler.apply(targets)), targets)


def test_that_no_scaling_leaves_rows_as_they_are_in_a_new_array():
    rows = np.array([[1.5, -2.0], [3.0, 1e9]])
    scaled = SCALINGS[0].fit(rows).apply(rows)
    np.testing.assert_array_equal(scaled, rows)
    assert not np.shares_memory(scaled, rows)


@pytest.mark.parametrize("scaling", SCALINGS, ids=lambda scaling: scaling.key)
def test_that_no_row_is_no_scaler(scaling):
    with pytest.raises(ValueError, match="at least one training row"):
        scaling.fit(np.empty((0, 2)))


def test_that_the_choices_are_none_and_standard():
    assert [scaling.key for scaling in SCALINGS] == ["none", "standard"]
