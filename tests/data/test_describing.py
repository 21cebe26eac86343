"""The figures that columns are described with: they are NumPy's, and a constant column has none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_selection import f_classif

from playground.data.describing import (
    MOST_BINS,
    bin_edges,
    correlations,
    counts,
    decimals,
    f_ratios,
    strongest,
    summary,
)

RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(200, 5)) @ RNG.normal(size=(5, 5)) + 7.0
CLASSES = RNG.integers(0, 3, 200)


def test_that_correlations_are_those_of_numpy() -> None:
    np.testing.assert_allclose(correlations(ROWS), np.corrcoef(ROWS, rowvar=False), rtol=1e-12)


@pytest.mark.parametrize("constant", [0.0, 0.1, -3e300, 5e-324])
def test_that_a_constant_column_has_no_correlation_and_no_f_ratio(constant: float) -> None:
    rows = np.column_stack([ROWS, np.full(200, constant)])
    found = correlations(rows)
    assert np.isnan(found[5]).all()
    assert np.isnan(found[:, 5]).all()
    np.testing.assert_allclose(found[:5, :5], correlations(ROWS), rtol=1e-12)
    assert np.isnan(f_ratios(rows, CLASSES)[5])


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_that_very_large_and_very_small_numbers_correlate_like_others(size: float) -> None:
    np.testing.assert_allclose(correlations(ROWS * size), correlations(ROWS), rtol=1e-9)


def test_that_f_ratios_are_those_of_scikit_learn() -> None:
    rows = ROWS + CLASSES[:, None] * np.arange(5)
    np.testing.assert_allclose(f_ratios(rows, CLASSES), f_classif(rows, CLASSES)[0], rtol=1e-9)


def test_that_classes_of_one_value_each_are_told_apart_without_end() -> None:
    assert f_ratios(np.array([[0.1], [0.1], [0.3], [0.3], [0.7]]), np.array([0, 0, 1, 1, 2]))[0] == np.inf


def test_that_one_class_or_a_row_for_each_has_no_f_ratio() -> None:
    assert np.isnan(f_ratios(ROWS[:5], np.zeros(5, np.int64))).all()
    assert np.isnan(f_ratios(ROWS[:5], np.arange(5))).all()


def test_that_the_strongest_columns_keep_their_order_and_constant_ones_come_last() -> None:
    scores = np.array([np.nan, 0.2, 0.9, np.nan, 0.5, np.inf])
    assert strongest(scores, 3) == (2, 4, 5)
    assert strongest(scores, 5) == (0, 1, 2, 4, 5)


def test_that_a_summary_is_numpys_and_counts_what_is_missing() -> None:
    values = ROWS[:, 0].copy()
    values[[3, 8]] = np.nan, np.inf
    found, there = summary(values), np.delete(values, [3, 8])
    assert (found.mean, found.deviation) == pytest.approx((there.mean(), there.std()), rel=1e-14)
    assert (found.minimum, found.maximum, found.missing) == (there.min(), there.max(), 2)


def test_that_a_constant_column_has_no_deviation_and_an_empty_one_no_mean() -> None:
    assert summary(np.full(7, 0.1)).deviation == 0.0
    assert summary(np.full(7, 0.1)).mean == 0.1
    assert np.isnan(summary(np.array([np.nan])).mean)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=60))
def test_that_every_finite_number_falls_into_a_bin(numbers: list[float]) -> None:
    values = np.array([n for n in numbers if abs(n) < 1e300 or not np.isfinite(n)], dtype=np.float64)
    edges, there = bin_edges(values), values[np.isfinite(values)]
    assert (np.diff(edges) > 0).all()
    assert len(edges) < 2 * MOST_BINS
    assert np.histogram(there, edges)[0].sum() == len(there)


def test_that_few_whole_numbers_get_a_bin_each() -> None:
    np.testing.assert_array_equal(bin_edges(np.array([0.0, 3.0, 1.0])), [-0.5, 0.5, 1.5, 2.5, 3.5])


def test_that_other_edges_are_round_numbers() -> None:
    edges = bin_edges(ROWS[:, 0])
    steps = np.diff(edges)
    assert steps.max() == pytest.approx(steps.min())
    assert f"{steps[0]:.0e}"[0] in "125"
    np.testing.assert_allclose(edges / steps[0], np.round(edges / steps[0]), atol=1e-9)


def test_that_classes_are_counted_apart() -> None:
    edges = bin_edges(ROWS[:, 1])
    found = counts(ROWS[:, 1], edges, CLASSES, 4)
    np.testing.assert_array_equal(found.sum(axis=1), [*np.bincount(CLASSES), 0])
    np.testing.assert_array_equal(found.sum(axis=0), np.histogram(ROWS[:, 1], edges)[0])
    np.testing.assert_array_equal(counts(ROWS[:, 1], edges, None, 0)[0], found.sum(axis=0))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((1.0, 200.0), 0),
        ((5.1, 4.9), 1),
        ((0.25, 0.5), 2),
        ((123.456789, 0.1), 2),
        ((12345.678,), 3),
        ((12345.678912,), 1),
        ((0.0,), 0),
        ((1e-7, 2e-7), None),
        ((1e12, 1.0), None),
    ],
)
def test_that_a_column_has_the_decimals_it_needs(values: tuple[float, ...], expected: int | None) -> None:
    assert decimals(np.array(values)) == expected
