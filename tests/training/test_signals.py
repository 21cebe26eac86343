"""Histograms of any numbers hold each of them once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.training.signals import BINS, histogram


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=50))
def test_that_every_finite_number_is_counted_once_within_its_range(numbers: list[float]) -> None:
    found = histogram(np.array(numbers, np.float64))
    assert found.counts.sum() == len(numbers)
    assert len(found.counts) == BINS
    assert found.low <= min(numbers)
    assert found.high >= max(numbers)


def test_that_the_bars_are_those_of_numpy() -> None:
    numbers = np.random.default_rng(1).normal(size=(20, 30)).astype(np.float32)
    found = histogram(numbers)
    expected, edges = np.histogram(numbers.astype(np.float64), BINS)
    assert np.abs(found.counts - expected).sum() <= 2, "a number on an edge may fall on either side"
    assert (found.low, found.high) == (edges[0], edges[-1])


@pytest.mark.parametrize("value", [0.0, 3.0, -1e-30, 1e300])
def test_that_equal_numbers_make_one_bar(value: float) -> None:
    found = histogram(np.full(7, value))
    assert found.low < found.high
    assert found.counts.max() == 7


@pytest.mark.parametrize("numbers", [[], [np.nan, np.inf, -np.inf], [-1.7e308, 1.7e308]])
def test_that_no_numbers_make_an_empty_histogram(numbers: list[float]) -> None:
    found = histogram(np.array(numbers))
    assert found.is_empty
    assert np.isnan(found.low)


def test_that_what_is_no_number_is_left_out() -> None:
    found = histogram(np.array([1.0, np.nan, 2.0, np.inf]))
    assert (found.low, found.high, found.counts.sum()) == (1.0, 2.0, 2)
