"""What is said of the curves."""

from playground.labs import double_descent
from playground.labs.ladder import with_own
from playground.labs.random_features import Descent
from playground.ui.labs.overparam import words

WIDTHS = (10, 50, 200, 1000, 4000)


def said(errors: list[float], noise: float = 0.2, ridge: float = 0.0) -> str:
    found = double_descent.read(errors)
    assert found is not None
    return words.of_features(200, noise, ridge, WIDTHS, errors, found)


def test_that_double_descent_is_told_with_its_three_figures() -> None:
    text = said([0.5, 0.2, 0.8, 0.3, 0.1])
    assert text.startswith("Double descent: 20.0 % wrong with 50 units, 80.0 % near 200")
    assert "10.0 % with 4,000, below the first minimum" in text
    assert "Try a ridge of 1." in text


def test_that_the_end_is_compared_with_the_first_minimum() -> None:
    assert "about as low as the first minimum" in said([0.5, 0.2, 0.8, 0.3, 0.21])
    assert "not as low as the first minimum" in said([0.5, 0.2, 0.8, 0.3, 0.28])


def test_that_without_wrong_labels_some_are_proposed() -> None:
    assert "Add wrong labels" in said([0.5, 0.2, 0.8, 0.3, 0.1], noise=0.0)


def test_that_always_wider_is_answered_where_a_ridge_took_the_peak_away() -> None:
    worse = said([0.5, 0.2, 0.15, 0.18, 0.24], ridge=1.0)
    assert "A ridge of 1 takes the peak away. 200 units are best with 15.0 % wrong" in worse
    assert "“always wider” does not hold" in worse
    assert "do about as well" in said([0.5, 0.2, 0.15, 0.15, 0.15], ridge=1.0)


def test_that_a_curve_without_a_peak_is_not_called_one() -> None:
    assert "no clear double descent" in said([0.5, 0.4, 0.3, 0.2, 0.1])


def test_that_trained_networks_are_told_with_where_they_fit() -> None:
    found = double_descent.read([0.09, 0.08, 0.15, 0.06])
    assert found is not None
    text = words.of_trained([160, 610, 1960, 60010], found, 2260)
    assert "test MSE 0.08 with 610 parameters, 0.15 with 1,960; from 2,260 on every row is fitted" in text
    flat = double_descent.read([0.09, 0.08, 0.08, 0.08])
    assert flat is not None
    assert "No clear double descent" in words.of_trained([160, 610, 1960, 60010], flat, None)


def test_that_the_ladder_says_on_which_side_of_1_a_network_is() -> None:
    small, large = (
        next(rung for rung in with_own("own", count, 100) if rung.key == "own") for count in (50, 5000)
    )
    assert "0.5 for each row: fewer parameters than rows" in words.of_ladder(small)
    assert "50 for each row: over-parameterised" in words.of_ladder(large)


def test_that_a_descent_that_arrived_says_why() -> None:
    text = words.of_descent(Descent(1000, 0.003, 0.25, 0.25, 4.0), 20_000)
    assert "within 0.3 % of the weights of least norm" in text
    assert "combination of the rows" in text


def test_that_a_descent_that_did_not_arrive_is_compared() -> None:
    stopped = words.of_descent(Descent(200, 0.96, 0.308, 0.739, 15.0), 9)
    assert "better off: 30.8 % wrong against 73.9 %" in stopped
    assert "much the same" in words.of_descent(Descent(1000, 0.17, 0.251, 0.263, 7.0), 9)
