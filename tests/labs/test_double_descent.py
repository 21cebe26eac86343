"""How a curve of errors is read."""

import math

import pytest

from playground.labs.double_descent import read, threshold


def test_that_minimum_peak_and_end_are_found() -> None:
    found = read([0.5, 0.2, 0.1, 0.4, 3.0, 0.3, 0.08])
    assert found is not None
    assert (found.minimum, found.peak) == (2, 4)
    assert (found.first_minimum, found.highest, found.last) == (0.1, 3.0, 0.08)
    assert found.rise == pytest.approx(30)
    assert found.shows


def test_that_a_high_start_is_no_peak() -> None:
    found = read([9.0, 0.5, 0.2, 0.6, 0.25])
    assert found is not None
    assert found.peak == 3
    assert found.shows


@pytest.mark.parametrize(
    "errors",
    [[3.0, 2.0, 1.0, 0.5], [1.0, 1.0, 1.0], [1.0, 0.5, 0.6, 0.5], [1.0, 0.2, 0.4, 0.8], [0.0, 0.0, 0.0]],
    ids=["falls", "level", "hardly rises", "never falls again", "all 0"],
)
def test_that_other_curves_show_no_double_descent(errors: list[float]) -> None:
    found = read(errors)
    assert found is not None
    assert not found.shows


def test_that_what_is_not_finite_is_left_out() -> None:
    found = read([math.nan, 0.2, 0.1, math.inf, 2.0, math.nan, 0.05])
    assert found is not None
    assert (found.minimum, found.peak, found.last) == (2, 4, 0.05)


def test_that_too_few_numbers_are_not_read() -> None:
    assert read([]) is None
    assert read([1.0, math.nan, 2.0]) is None


def test_that_the_threshold_is_where_the_rows_are_first_fitted() -> None:
    assert threshold([10, 20, 30, 40], [0.1, 2e-3, 9e-4, 1e-9]) == 30
    assert threshold([10, 20], [0.1, math.nan]) is None
