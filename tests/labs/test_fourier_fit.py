"""Double descent on a line, held to reference figures."""

from functools import cache

import numpy as np
import pytest

from playground.labs import double_descent, fourier_fit
from playground.labs.fourier_fit import Choices

WIDTHS = fourier_fit.widths(20)


@cache
def errors(choices: Choices, seeds: int) -> np.ndarray:
    return np.array([fourier_fit.curve(choices, seed)[1] for seed in range(seeds)])


def test_that_the_median_of_20_seeds_peaks_at_the_threshold_and_falls_below_half_of_it() -> None:
    found = double_descent.read(np.median(errors(Choices(), 20), axis=0))
    assert found is not None
    assert WIDTHS[found.peak] in (20, 21)
    assert found.last < 0.5 * found.highest
    assert found.shows


def test_that_medians_of_50_seeds_are_those_that_were_measured_elsewhere() -> None:
    found = dict(zip(WIDTHS, np.median(errors(Choices(), 50), axis=0).tolist(), strict=True))
    wanted = {
        10: 0.085,
        18: 0.113,
        19: 0.124,
        20: 2.322,
        22: 1.131,
        30: 0.389,
        50: 0.126,
        100: 0.090,
        1000: 0.072,
    }
    for width, value in wanted.items():
        assert found[width] == pytest.approx(value, abs=0.002), width


def test_that_in_39_of_50_single_seeds_it_is_plain_to_see() -> None:
    readings = [double_descent.read(one) for one in errors(Choices(), 50)]
    plain = [found.rise > 3 and found.last < found.highest / 2 for found in readings if found]
    assert sum(plain) == 39


@pytest.mark.parametrize(("exponent", "last"), [(0.5, 0.186), (2.0, 0.187)])
def test_that_another_prior_spoils_the_second_descent(exponent: float, last: float) -> None:
    usual, other = (np.median(errors(Choices(exponent=q), 50), axis=0)[-1] for q in (1.0, exponent))
    assert other == pytest.approx(last, abs=0.002)
    assert other > 2 * usual


def test_that_from_the_threshold_on_the_curve_goes_through_all_points() -> None:
    drawn = fourier_fit.points(Choices(), 3)
    below, above = (fourier_fit.fit_at(Choices(), 3, width) for width in (15, 200))
    assert below.train_mse > 1e-3
    assert above.train_mse < 1e-20
    at_points = np.interp(drawn.x, fourier_fit.GRID, above.values)
    np.testing.assert_allclose(at_points, drawn.y, atol=0.1)


def test_that_where_all_points_are_fitted_no_gradient_is_left() -> None:
    assert fourier_fit.fit_at(Choices(), 0, 1000).gradient < 1e-8


@pytest.mark.parametrize("width", [1, 10, 20, 1000])
def test_that_a_fit_that_is_looked_at_is_that_of_the_curve(width: int) -> None:
    train_mse, error = fourier_fit.curve(Choices(), 5)
    found, place = fourier_fit.fit_at(Choices(), 5, width), WIDTHS.index(width)
    assert found.error == pytest.approx(error[place], rel=1e-6)
    assert found.train_mse == pytest.approx(train_mse[place], abs=1e-12)
    assert np.mean((found.values - fourier_fit.truth(fourier_fit.GRID)) ** 2) == pytest.approx(found.error)


def test_that_features_are_weighted_sines_and_cosines() -> None:
    x = np.array([-0.5, 0.25])
    found = fourier_fit.features(x, 5, 1.0)
    waves = [np.ones(2), np.sin(np.pi * x), np.cos(np.pi * x), np.sin(2 * np.pi * x), np.cos(2 * np.pi * x)]
    np.testing.assert_allclose(found, np.column_stack(waves) / [1, 2, 2, 3, 3])


def test_that_the_threshold_moves_along_with_the_points() -> None:
    assert {9, 10, 11} <= set(fourier_fit.widths(10))
    assert {49, 50, 51, 1000} <= set(fourier_fit.widths(50))
    found = double_descent.read(
        np.median([fourier_fit.curve(Choices(rows=40), seed)[1] for seed in range(20)], axis=0)
    )
    assert found is not None
    assert fourier_fit.widths(40)[found.peak] in (40, 41, 42)
