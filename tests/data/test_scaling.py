"""Scaling: statistics of the training rows alone, and back again without loss."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from playground.data import SCALINGS, Scaler
from playground.tables import by_key

NUMBERS = st.floats(-1e6, 1e6)
ROWS = hnp.arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 5)), elements=NUMBERS)


@given(ROWS, st.sampled_from(SCALINGS))
def test_that_scaling_back_gives_the_rows_again(rows, scaling):
    scaler = scaling.fit(rows)
    scaled = scaler.apply(rows)
    assert np.isfinite(scaled).all()
    assert scaled.shape == rows.shape
    # What mixes columns or takes logarithms loses digits of the small beside the large.
    loss = 1e-6 * (1.0 + np.abs(rows).max()) if scaling.mixes or scaling.takes_logs else 1e-9
    np.testing.assert_allclose(scaler.invert(scaled), rows, rtol=1e-9, atol=loss)


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


def test_that_the_choices_have_this_order_and_a_scaling_for_the_target():
    keys = [scaling.key for scaling in SCALINGS]
    assert keys == ["none", "standard", "min_max", "whitened", "log", "log_whitened"]
    for scaling in SCALINGS:
        partner = by_key(SCALINGS, scaling.for_target, "scaling")
        assert not partner.mixes
        assert not partner.takes_logs


def by(key):
    return by_key(SCALINGS, key, "scaling")


def related(count=200):
    """Three columns that say nearly the same, in other units, all above 0."""
    dice = np.random.default_rng(3)
    length = dice.uniform(5.0, 50.0, count)
    factors = np.array([1.0, 10.0, 0.3])
    return length[:, None] * factors * dice.uniform(0.9, 1.1, (count, 3))


def test_that_min_max_brings_the_training_rows_to_0_and_1():
    scaled = by("min_max").fit(related()).apply(related())
    np.testing.assert_allclose(scaled.min(axis=0), 0)
    np.testing.assert_allclose(scaled.max(axis=0), 1)


@pytest.mark.parametrize("key", ["whitened", "log_whitened"])
def test_that_whitening_makes_columns_independent_and_equally_large(key):
    scaled = by(key).fit(related()).apply(related())
    np.testing.assert_allclose(np.cov(scaled.T, bias=True), np.eye(3), atol=1e-8)


def test_that_whitening_does_not_depend_on_units():
    rows = related()
    one = by("whitened").fit(rows).apply(rows)
    np.testing.assert_allclose(
        by("whitened").fit(rows * [1.0, 1e3, 1e-3]).apply(rows * [1.0, 1e3, 1e-3]), one
    )


def test_that_whitening_survives_a_column_said_twice_and_a_constant_one():
    rows = np.column_stack((related(), related()[:, 0], np.full(200, 7.0)))
    scaled = by("whitened").fit(rows).apply(rows)
    assert np.isfinite(scaled).all()
    np.testing.assert_allclose(scaled[:, :3].std(axis=0), 1, atol=1e-8)
    np.testing.assert_allclose(scaled[:, 3:], 0, atol=1e-6)


def test_that_logarithms_are_taken_of_what_is_above_0_and_the_rest_stays():
    rows = np.column_stack((related()[:, 0], np.linspace(-1.0, 1.0, 200)))
    scaler = by("log").fit(rows)
    assert scaler.logged.tolist() == [True, False]
    expected = Scaler.fit(np.column_stack((np.log(rows[:, 0]), rows[:, 1])))
    np.testing.assert_allclose(scaler.mean, expected.mean)
    np.testing.assert_allclose(scaler.scale, expected.scale)


def test_that_a_test_row_without_a_logarithm_counts_as_the_smallest_training_row():
    rows = related()
    scaler = by("log").fit(rows)
    low = np.array([[0.0, -5.0, rows[:, 2].min()]])
    np.testing.assert_allclose(scaler.apply(low), scaler.apply(rows.min(axis=0)[None]))
