"""Gradient descent on one weight: rows 3, 4 and 6 of the lecture, and what bad input does."""

import numpy as np
import pytest

from playground.data.formula import FormulaError
from playground.engine.losses import LOSSES
from playground.labs.slope import CURVES, Curve, Descent, draw_points, parabola, read_curve, step
from playground.tables import by_key

POINTS = draw_points()
ALL = [parabola(POINTS, mean=False), parabola(POINTS, mean=True), *CURVES]
every_curve = pytest.mark.parametrize("curve", ALL, ids=lambda curve: f"{curve.key}-{curve.formula[:12]}")


def after(curve: Curve, rate: float, steps: int, start: float | None = None) -> Descent:
    """A run that has made so many steps, or diverged on the way."""
    descent = Descent(curve, curve.start if start is None else start)
    for _ in range(steps):
        descent.step(rate)
    return descent


# The toy example --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mean", [False, True])
def test_that_the_coefficient_of_the_parabola_is_the_sum_of_squares(mean: bool) -> None:
    curve = parabola(POINTS, mean)
    w = np.linspace(-3, 3, 7)
    share = len(POINTS.x) if mean else 1
    assert np.polyfit(w, curve.both(w)[0], 2)[0] == pytest.approx(np.sum(POINTS.x**2) / share, rel=1e-12)
    assert curve.steepest == pytest.approx(2 * np.sum(POINTS.x**2) / share, rel=1e-15)


def test_that_the_mean_is_the_loss_of_the_engine() -> None:
    curve, loss = parabola(POINTS, mean=True), by_key(LOSSES, "mse", "loss")
    answers, targets = (0.7 * POINTS.x)[:, None], POINTS.y[:, None]
    assert curve.at(0.7)[0] == pytest.approx(loss.value(answers, answers, targets).mean(), rel=1e-14)


def test_that_the_slope_is_nothing_at_the_best_weight_which_then_stays() -> None:
    curve = parabola(POINTS, mean=True)
    assert abs(curve.at(POINTS.best)[1]) < 1e-14
    assert curve.minima == pytest.approx([POINTS.best], abs=1e-12)
    assert step(curve, POINTS.best, 0.1).w_new == pytest.approx(POINTS.best, abs=1e-15)


# The update rule --------------------------------------------------------------------------------------------


@every_curve
def test_that_a_step_takes_alpha_times_the_gradient_off_the_weight(curve: Curve) -> None:
    for w in np.linspace(curve.low, curve.high, 10):
        made = step(curve, float(w), 0.0625)
        assert abs(made.w_new - (made.w - 0.0625 * made.slope)) <= 1e-15 * max(1.0, abs(made.w_new))
        assert made.move == 0.0625 * made.slope
        assert np.sign(made.w_new - made.w) == -np.sign(made.slope)


@every_curve
def test_that_the_gradient_is_that_of_central_differences(curve: Curve) -> None:
    w, h = np.linspace(curve.low, curve.high, 41) + 1e-3, 1e-5
    slopes = curve.both(w)[1]
    differences = (curve.both(w + h)[0] - curve.both(w - h)[0]) / (2 * h)
    assert np.abs(slopes - differences).max() / np.abs(slopes).max() < 1e-6


# The tangent line -------------------------------------------------------------------------------------------


@every_curve
def test_that_the_tangent_line_foretells_a_small_step(curve: Curve) -> None:
    made = step(curve, curve.start, 0.01 / curve.steepest)
    assert (made.value_new - made.value) / (-made.rate * made.slope**2) == pytest.approx(1.0, abs=0.01)


@every_curve
def test_that_the_remainder_quarters_when_alpha_halves(curve: Curve) -> None:
    rate = 0.01 / curve.steepest
    whole, half = step(curve, curve.start, rate), step(curve, curve.start, rate / 2)
    assert whole.remainder / half.remainder == pytest.approx(4.0, rel=0.02)


def test_that_the_remainder_of_a_parabola_is_half_its_bend_times_the_square_of_the_step() -> None:
    curve = parabola(POINTS, mean=False)
    made = step(curve, -1.0, 0.01)
    assert made.remainder == pytest.approx(0.5 * curve.steepest * made.move**2, rel=1e-9)
    assert made.predicted == pytest.approx(made.value - 0.01 * made.slope**2, rel=1e-15)


# The learning rate ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("times", "left"), [(1.99, 0.245), (2.01, 98.7)])
def test_that_a_quadratic_converges_below_2_over_l_and_not_above(times: float, left: float) -> None:
    curve = parabola(POINTS, mean=True)
    start = POINTS.best + 4.99
    descent = after(curve, times / curve.steepest, 300, start)
    distance = abs(descent.w - POINTS.best)
    assert distance == pytest.approx(4.99 * abs(1 - times) ** 300, rel=1e-6)
    assert distance == pytest.approx(left, rel=2e-3)


def test_that_the_limit_is_2_over_l_and_at_each_minimum_its_own() -> None:
    line = parabola(POINTS, mean=True)
    assert line.limit(3.0) == pytest.approx(2 / line.steepest)
    for curve in CURVES:
        for minimum in curve.minima:
            limit = curve.limit(minimum)
            assert limit is not None
            assert abs(after(curve, 0.95 * limit, 2000, minimum + 1e-4).w - minimum) < 1e-4
            assert abs(after(curve, 1.05 * limit, 300, minimum + 1e-4).w - minimum) > 1e-4


def test_that_no_limit_is_given_where_nothing_bends_upwards() -> None:
    assert read_curve("w/3").limit(0.0) is None
    assert read_curve("w/3").minima.size == 0
    assert read_curve("w/3").lowest is None


@pytest.mark.parametrize("curve", [parabola(POINTS, mean=True), *CURVES[::2]], ids=lambda curve: curve.key)
def test_that_the_right_rate_finds_the_global_minimum_and_the_others_do_not(curve: Curve) -> None:
    small, right, large = (after(curve, rate, 60) for rate in curve.presets)
    best = curve.minima[curve.lowest]
    assert abs(right.w - best) < 1e-3
    assert abs(small.w - best) > 0.05
    assert large.diverged or abs(large.w - best) > 0.05


def test_that_wavy_losses_have_several_minima_and_one_global() -> None:
    dips, waves, wells, plain = CURVES
    assert [len(curve.minima) for curve in (dips, waves, wells, plain)] == [4, 4, 2, 1]
    for curve in CURVES:
        assert np.abs(curve.both(curve.minima)[1]).max() < 1e-6
        assert curve.valley(curve.minima).tolist() == list(range(len(curve.minima)))
        assert curve.lowest == int(np.argmin(curve.both(curve.minima)[0]))


def test_that_a_valley_reaches_from_top_to_top() -> None:
    curve = read_curve("cos(w)")
    assert curve.minima == pytest.approx([-np.pi, np.pi])
    assert curve.valley(np.array([-0.1, 0.1])).tolist() == [0, 1]
    hill_first = read_curve("sin(w)", -5.5, 0.5)  # a top at -4.71, a minimum at -1.57
    assert hill_first.valley(np.array([-5.0, -4.0])).tolist() == [-1, 0]
    assert hill_first.limit(-5.0) is None


# Runs -------------------------------------------------------------------------------------------------------


@every_curve
@pytest.mark.parametrize("rate", [1e9, 1e200, 1e308])
def test_that_a_huge_rate_diverges_and_says_so(curve: Curve, rate: float) -> None:
    descent = after(curve, rate, 5)
    assert descent.diverged
    count = len(descent.steps)
    assert not descent.step(rate)
    assert len(descent.steps) == count


def test_that_a_step_can_be_taken_back_to_the_last_bit() -> None:
    descent = after(CURVES[0], 0.5, 7)
    kept = list(descent.steps)
    descent.step(0.1)
    descent.back()
    assert descent.steps == kept
    for _ in range(9):
        descent.back()
    assert (descent.w, descent.steps) == (CURVES[0].start, [])
    assert not descent.diverged


def test_that_a_diverged_run_goes_on_from_before_when_taken_back() -> None:
    descent = after(CURVES[0], 1e9, 1)
    assert descent.diverged
    descent.back()
    assert descent.step(0.5)
    assert not descent.diverged


def test_that_the_path_has_every_weight_and_its_loss() -> None:
    descent = after(CURVES[0], 0.5, 3)
    weights, values = descent.path
    assert weights.tolist() == [5.5, *(made.w_new for made in descent.steps)]
    np.testing.assert_allclose(values, CURVES[0].both(weights)[0], rtol=1e-15)
    descent.place(1.0)
    assert descent.path[0].tolist() == [1.0]


# Formulas ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("w^", "expected here"),
        ("", "no formula"),
        ("x + 1", "There is no column"),
        ("w > 1", "yes or no"),
        ("3", "Use w"),
        ("log(w)", "no finite value at w = -6"),
        ("1/w", "no finite value at w = 0"),
        ("sqrt(w + 6)", "no finite slope at w = -6"),
        ("exp(1000*w)", "no finite value"),
        ("__import__('os')", "has no meaning"),
    ],
)
def test_that_a_formula_that_is_no_loss_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(FormulaError, match=words):
        read_curve(text)


def test_that_a_formula_of_comparisons_alone_is_flat_everywhere() -> None:
    curve = read_curve("2*(w > 1)")
    assert curve.at(3.0) == (2.0, 0.0)
    assert step(curve, 3.0, 0.5).w_new == 3.0
    assert curve.presets[1] > 0


def test_that_a_formula_of_your_own_is_stepped_along_its_exact_slope() -> None:
    curve = read_curve("(w^2 - 4)^2/8 + w/2")
    assert curve.at(1.5)[1] == pytest.approx(1.5 * (1.5**2 - 4) / 2 + 0.5, rel=1e-14)
    assert abs(after(curve, curve.presets[1], 400).w - curve.minima[0]) < 1e-3
