"""Double descent of random features on the digits, held to reference figures."""

from functools import cache

import numpy as np
import pytest

from playground.labs import double_descent, random_features
from playground.labs.random_features import Choices, Curve, RowsRefused

SEEDS = range(5)


@cache
def curves(choices: Choices) -> tuple[Curve, ...]:
    return tuple(random_features.curve(choices, seed) for seed in SEEDS)


def median(choices: Choices, name: str) -> np.ndarray:
    return np.median([getattr(curve, name) for curve in curves(choices)], axis=0)


@pytest.mark.parametrize("noise", [0.0, 0.1, 0.2])
@pytest.mark.parametrize("rows", [50, 100, 200])
def test_that_the_error_peaks_where_there_are_as_many_units_as_rows(rows: int, noise: float) -> None:
    sizes = random_features.widths(rows)
    found = double_descent.read(median(Choices(rows, noise), "test_mse"))
    assert found is not None
    assert found.shows
    assert 0.95 * rows <= sizes[found.peak] <= 1.1 * rows
    assert found.rise > 5


@pytest.mark.parametrize("seed", SEEDS)
def test_that_one_seed_alone_shows_the_peak_and_that_a_ridge_of_1_removes_it(seed: int) -> None:
    sizes = random_features.widths(200)
    assert len(sizes) == 21
    bare, priced = (
        double_descent.read(curves(choices)[seed].test_mse)
        for choices in (Choices(200, 0.2), Choices(200, 0.2, 1.0))
    )
    assert bare is not None
    assert priced is not None
    assert 0.95 * 200 <= sizes[bare.peak] <= 1.1 * 200
    assert bare.rise > 5
    assert bare.shows
    assert not priced.shows


def test_that_without_wrong_labels_the_widest_is_better_than_the_first_minimum() -> None:
    for name in ("test_mse", "test_error"):
        found = double_descent.read(median(Choices(200, 0.0), name))
        assert found is not None
        assert found.last < found.first_minimum, name


@pytest.mark.parametrize(
    ("noise", "figures"),
    [
        (0.0, {70: 0.136, 200: 0.695, 400: 0.069, 1000: 0.051, 4000: 0.050}),
        (0.1, {70: 0.195, 200: 0.808, 400: 0.209, 1000: 0.145, 4000: 0.130}),
        (0.2, {50: 0.229, 200: 0.841, 400: 0.348, 1000: 0.251, 4000: 0.224}),
    ],
)
def test_that_errors_are_those_that_were_measured_elsewhere(noise: float, figures: dict[int, float]) -> None:
    found = dict(
        zip(random_features.widths(200), median(Choices(200, noise), "test_error").tolist(), strict=True)
    )
    for width, wanted in figures.items():
        # Other seeds draw other rows and units: medians of five differ by so much.
        assert found[width] == pytest.approx(wanted, abs=0.03 + 0.1 * wanted), width


def test_that_a_ridge_of_1_takes_the_peak_away_and_beats_the_widest_without() -> None:
    bare, priced = Choices(200, 0.2), Choices(200, 0.2, 1.0)
    found = double_descent.read(median(priced, "test_mse"))
    assert found is not None
    assert not found.shows
    at_threshold = random_features.widths(200).index(200)
    assert median(priced, "test_mse")[at_threshold] < 1.3 * median(priced, "test_mse").min()
    assert median(priced, "test_error").min() < median(bare, "test_error")[-1]


def test_that_with_more_units_than_rows_every_row_is_fitted() -> None:
    for curve in curves(Choices(200, 0.2)):
        wide = curve.widths > 200
        assert curve.train_mse[wide].max() < 1e-12
        assert not curve.train_error[wide].any()


def test_that_the_norm_peaks_at_the_threshold_and_falls_again() -> None:
    norms = median(Choices(200, 0.2), "norm")
    sizes = np.array(random_features.widths(200))
    assert sizes[norms.argmax()] == 200
    assert norms.max() > 100
    assert 2 < norms[-1] < 6


def test_that_narrower_fits_use_the_first_units_of_wider_ones() -> None:
    small, large = (random_features.draw(Choices(30), 4, widest) for widest in (5, 50))
    np.testing.assert_array_equal(small.features, large.features[:, :5])
    np.testing.assert_array_equal(small.test_features, large.test_features[:, :5])


def test_that_other_choices_leave_rows_and_units_as_they_are() -> None:
    clean, noisy = (random_features.draw(Choices(200, noise), 2, 20) for noise in (0.0, 0.4))
    np.testing.assert_array_equal(clean.features, noisy.features)
    np.testing.assert_array_equal(clean.test_labels, noisy.test_labels)
    assert clean.flipped == 0
    assert 50 <= noisy.flipped <= 110
    assert (clean.labels != noisy.labels).sum() == noisy.flipped


def test_that_units_are_drawn_as_they_are_said_to_be() -> None:
    images, _ = random_features.digits()
    weights, biases = random_features._units(np.random.default_rng(0), 4000)
    assert weights.std() == pytest.approx(1 / 8, rel=0.01)
    assert biases.std() == pytest.approx(0.1, rel=0.04)
    assert images.min() == pytest.approx(-0.3)
    assert images.max() == pytest.approx(0.7)


def test_that_a_fit_that_is_looked_at_is_that_of_the_curve() -> None:
    choices = Choices(100, 0.2)
    curve = curves(choices)[3]
    for place in (2, 12, -1):
        width = int(curve.widths[place])
        found = random_features.fit_at(choices, 3, width)
        assert found.test_mse == pytest.approx(curve.test_mse[place], rel=1e-5)
        assert found.norm == pytest.approx(curve.norm[place], rel=1e-5)
        assert (found.guesses != found.labels).mean() == found.test_error


def test_that_rows_to_learn_from_are_none_to_test_with() -> None:
    rows = random_features.most_rows()
    drawn = random_features.draw(Choices(rows), 0, 1)
    assert len(drawn.labels) + len(drawn.test_labels) == 1797


@pytest.mark.parametrize(
    ("rows", "words"), [(798, "at most 797"), (10**9, "more than there are"), (3, "at least 10")]
)
def test_that_rows_that_there_are_not_are_refused_in_words(rows: int, words: str) -> None:
    with pytest.raises(RowsRefused, match=words):
        random_features.curve(Choices(rows), 0)


def test_that_a_unit_that_no_row_wakes_has_no_weight_and_harms_nothing() -> None:
    few = Choices(10, 0.2)
    seed = next(seed for seed in range(99) if not random_features.draw(few, seed, 1).features.any())
    found = random_features.curve(few, seed)
    assert (found.widths[0], found.norm[0]) == (1, 0.0)
    assert np.isfinite(found.test_mse).all()
    descended = random_features.descent(few, seed, 1, 10, lambda _share: True)
    assert (descended.difference, descended.norm) == (0.0, 0.0)


def test_that_a_cancelled_curve_ends_early() -> None:
    answers = iter((False, False, True))
    found = random_features.curve(Choices(50), 0, lambda: next(answers))
    assert len(found.widths) == len(found.test_mse) == 2


def test_that_a_descent_is_compared_with_the_weights_of_least_norm() -> None:
    choices, told = Choices(50), []
    found = random_features.descent(choices, 0, 600, 20_000, lambda share: told.append(share) is None)
    wanted = random_features.fit_at(choices, 0, 600)
    assert found.difference < 0.05
    assert found.wanted_error == wanted.test_error
    assert found.norm == pytest.approx(wanted.norm, rel=0.05)
    assert told
