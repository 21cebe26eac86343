"""The one neuron: its line, what lines can and cannot part, and how it learns."""

import itertools
import math

import numpy as np
import pytest

from playground.engine.activations import ACTIVATIONS
from playground.labs.neuron import (
    CLOUDS,
    CORNERS,
    GATES,
    Weights,
    activated,
    best_line,
    cloud,
    descent_step,
    gradient,
    handles,
    rule_step,
    shifted,
    softmax,
    through,
    turned,
)
from playground.tables import by_key

ELEMENTWISE = [activation.key for activation in ACTIVATIONS if activation.elementwise]
SMOOTH = [key for key in ELEMENTWISE if key not in ("step", "relu", "leaky_relu", "hard_sigmoid")]


def gate(key):
    return by_key(GATES, key, "truth table")


def learn(task, rate=0.5, passes=50, start=Weights(0.1, -0.4, 0.3)):  # noqa: B008 - frozen
    """Go through the rows by the perceptron rule until a whole pass was right; None when that never came."""
    weights = start
    for _ in range(passes):
        steps = []
        for row in range(len(task.rows)):
            steps.append(rule_step(weights, task, row, rate))
            weights = steps[-1].after
        if all(step.was_right for step in steps):
            return weights
    return None


# The sum and the line -----------------------------------------------------------------------------------


def test_that_the_sum_is_the_bias_and_each_input_by_its_weight():
    weights = Weights(0.5, -1.0, 2.0)
    assert weights.sums([[3.0, 0.25]]).tolist() == [0.5 - 3.0 + 0.5]
    assert weights.answers([[3.0, 0.25], [0.0, 0.0]], "step").tolist() == [0.0, 1.0]


def test_that_the_line_of_weights_gives_the_weights_back():
    rng = np.random.default_rng(0)
    for row in rng.normal(scale=3.0, size=(200, 3)):
        weights = Weights.of(row)
        ends = handles(weights, (0.5, -0.25), 1.5)
        assert ends is not None
        np.testing.assert_allclose(weights.sums(ends), 0.0, atol=1e-12)
        back = through(*ends, weights.steepness)
        assert back is not None
        np.testing.assert_allclose(back.row, row, rtol=1e-9, atol=1e-9)


def test_that_the_handles_lie_about_the_place_of_the_line_nearest_to_the_centre():
    ends = handles(Weights(-2.0, 1.0, 0.0), (0.0, 5.0), 3.0)
    assert ends is not None
    np.testing.assert_allclose(np.sort([end[1] for end in ends]), [2.0, 8.0])
    np.testing.assert_allclose([end[0] for end in ends], 2.0)


@pytest.mark.parametrize(
    "weights",
    [
        Weights(1.0, 0.0, 0.0),
        Weights(0.0, math.nan, 1.0),
        Weights(math.inf, 1.0, 1.0),
        Weights(1.0, 1e-320, 0.0),
        Weights(1e308, 1e-30, 0.0),
    ],
)
def test_that_weights_without_a_line_have_no_handles(weights):
    assert handles(weights, (0.0, 0.0), 1.0) is None


def test_that_one_place_alone_is_no_line():
    assert through((1.0, 2.0), (1.0, 2.0), 1.0) is None
    assert through((1.0, 2.0), (math.inf, 2.0), 1.0) is None


def test_that_the_boundary_lies_on_one_line():
    weights = Weights(0.7, 1.3, -2.1)
    x1 = np.linspace(-5.0, 5.0, 41)
    points = np.column_stack((x1, -(weights.w0 + weights.w1 * x1) / weights.w2))
    np.testing.assert_allclose(weights.answers(points, "sigmoid"), 0.5, atol=1e-14)
    assert np.linalg.matrix_rank(points - points[0], tol=1e-10) == 1


def test_that_a_shift_moves_the_line_towards_the_ones_and_keeps_its_direction():
    weights = Weights(-3.0, 3.0, 4.0)
    moved = shifted(weights, 0.5)
    assert (moved.w1, moved.w2) == (3.0, 4.0)
    on_line = np.array([1.0, 0.0])
    np.testing.assert_allclose(moved.sums(on_line + 0.5 * np.array([0.6, 0.8])), 0.0, atol=1e-12)


def test_that_a_turn_keeps_the_sum_where_it_turns():
    weights, about = Weights(0.3, 1.0, -0.5), (0.7, 0.2)
    result = turned(weights, math.pi / 2, about)
    assert result.sums([about])[0] == pytest.approx(weights.sums([about])[0])
    assert (result.w1, result.w2) == pytest.approx((0.5, 1.0))
    assert result.steepness == pytest.approx(weights.steepness)


# What lines can do --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "best"), [("and", 1.0), ("or", 1.0), ("nand", 1.0), ("xor", 0.75)])
def test_that_no_line_does_better_on_xor_than_75_per_cent_and_others_can_be_parted(key, best):
    line, accuracy = best_line(gate(key).rows, gate(key).targets)
    assert line.accuracy(gate(key).rows, gate(key).targets) == accuracy == best


def separable_labellings(points, dimensions):
    """How many of the 2^n labellings of n points in general position a hyperplane with a bias parts.

    Cover (1965): C(n, d + 1) = 2 sum of binomial(n - 1, k) over k = 0..d.
    """
    return 2 * sum(math.comb(points - 1, k) for k in range(dimensions + 1))


def test_that_xor_and_its_opposite_are_the_two_labellings_that_no_line_makes():
    assert separable_labellings(4, 2) == 14
    parted = {
        labels
        for labels in itertools.product((0, 1), repeat=4)
        if best_line(np.array(CORNERS), np.array(labels))[1] == 1.0
    }
    # As many as Cover's theorem allows, so the search has missed none.
    assert len(parted) == 14
    assert set(itertools.product((0, 1), repeat=4)) - parted == {(0, 1, 1, 0), (1, 0, 0, 1)}


@pytest.mark.parametrize("points", [3, 4, 5, 6])
def test_that_the_search_finds_as_many_labellings_as_cover_counts(points):
    rows = np.random.default_rng(points).normal(size=(points, 2))
    found = sum(
        best_line(rows, np.array(labels), angles=7200)[1] == 1.0
        for labels in itertools.product((0, 1), repeat=points)
    )
    assert found == separable_labellings(points, 2)


def test_that_the_line_found_has_the_accuracy_that_is_said():
    for index in range(len(CLOUDS)):
        task = cloud(index, 120, 3)
        line, accuracy = best_line(task.rows, task.targets)
        assert line.accuracy(task.rows, task.targets) == pytest.approx(accuracy)
    assert best_line(*_parts(cloud(0, 120, 3)))[1] == 1.0
    assert best_line(*_parts(cloud(1, 120, 3)))[1] < 1.0
    assert best_line(*_parts(cloud(2, 120, 3)))[1] < 0.85


def test_that_points_at_one_place_are_not_parted():
    rows = np.array([[1.0, 1.0], [1.0, 1.0]])
    assert best_line(rows, np.array([0, 1]))[1] == 0.5


def _parts(task):
    return task.rows, task.targets


# Learning -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["and", "or", "nand"])
def test_that_the_perceptron_rule_learns_what_a_line_can_part(key):
    weights = learn(gate(key))
    assert weights is not None
    assert weights.accuracy(gate(key).rows, gate(key).targets) == 1.0


def test_that_the_perceptron_rule_never_ends_on_xor():
    assert learn(gate("xor"), passes=1000) is None


def test_that_a_step_of_the_rule_is_the_row_times_the_error():
    step = rule_step(Weights(0.0, 0.0, 0.0), gate("and"), 2, 0.5)
    assert (step.z, step.answer, step.target, step.was_right) == (0.0, 1.0, 0.0, False)
    assert step.after == Weights(-0.5, -0.5, 0.0)
    right = rule_step(step.after, gate("and"), 2, 0.5)
    assert right.was_right
    assert right.after == right.before


@pytest.mark.parametrize(
    ("activation", "loss"),
    [("sigmoid", "binary_cross_entropy"), *((key, "half_squared") for key in SMOOTH)],
)
def test_that_the_gradient_of_the_neuron_agrees_with_differences(activation, loss):
    task, weights, h = cloud(1, 40, 5), np.array([0.3, -0.2, 0.4]), 1e-6
    found = gradient(Weights.of(weights), task, activation, loss)[1]
    for index in range(3):
        step = h * np.eye(3)[index]
        above, below = (gradient(Weights.of(weights + s), task, activation, loss)[0] for s in (step, -step))
        assert found[index] == pytest.approx((above - below) / (2 * h), rel=1e-5, abs=1e-7)


def test_that_the_gradient_of_the_sigmoid_neuron_is_the_mean_error_by_input():
    task, weights = gate("or"), Weights(0.2, -0.7, 0.4)
    errors = weights.answers(task.rows, "sigmoid") - task.targets
    expected = np.column_stack((np.ones(4), task.rows)).T @ errors / 4
    np.testing.assert_allclose(
        gradient(weights, task, "sigmoid", "binary_cross_entropy")[1], expected, rtol=1e-12, atol=1e-15
    )
    after = descent_step(weights, task, "sigmoid", "binary_cross_entropy", 0.3)
    np.testing.assert_allclose(after.row, weights.row - 0.3 * expected, atol=1e-15)


def test_that_descent_moves_no_step_function():
    weights = Weights(0.2, -0.7, 0.4)
    assert descent_step(weights, gate("or"), "step", "half_squared", 1.0) == weights


def test_that_numbers_beyond_all_bounds_are_silent():
    weights = Weights(1e308, -1e308, math.inf)
    assert not weights.is_finite
    assert weights.sums([[10.0, 10.0]]).shape == (1,)
    rule_step(weights, gate("and"), 3, 1e308)
    assert math.isnan(Weights(0.0, 1.0, 1.0).accuracy(np.zeros((0, 2)), np.zeros(0)))


# The activations, as the lecture states them -----------------------------------------------------------


def test_that_the_activations_have_the_lectures_values():
    assert activated(0.0, "sigmoid") == (0.5, 0.25)
    assert activated(0.0, "tanh")[1] == 1.0
    z = np.linspace(-2.0, 0.0, 2_000_001)
    swish = activated(z, "swish")[0]
    assert swish.min() == pytest.approx(-0.278465, abs=1e-6)
    assert z[swish.argmin()] == pytest.approx(-1.278465, abs=2e-6)


@pytest.mark.parametrize("key", ELEMENTWISE)
def test_that_every_slope_agrees_with_differences_away_from_its_kinks(key):
    z, h = np.linspace(-5.05, 5.05, 102), 1e-5
    differences = (activated(z + h, key)[0] - activated(z - h, key)[0]) / (2.0 * h)
    np.testing.assert_allclose(activated(z, key)[1], differences, atol=1e-6)


@pytest.mark.parametrize("key", ELEMENTWISE)
def test_that_no_activation_overflows_at_a_thousand(key):
    value, slope = activated([-1000.0, 1000.0], key)
    assert np.isfinite(value).all()
    assert np.isfinite(slope).all()


def test_that_softmax_has_no_slope_of_one_unit():
    with pytest.raises(ValueError, match="for all units"):
        activated(0.0, "softmax")


def test_that_softmax_adds_up_to_1_ignores_a_shift_and_is_a_sigmoid_for_two_classes():
    rng = np.random.default_rng(0)
    for count in (2, 3, 4, 5):
        scores = rng.normal(scale=5.0, size=count)
        shares = softmax(scores)
        assert shares.sum() == pytest.approx(1.0, abs=1e-12)
        np.testing.assert_allclose(softmax(scores + 123.0), shares, atol=1e-12)
    first, second = rng.normal(scale=3.0, size=2)
    assert softmax([first, second])[1] == pytest.approx(activated(second - first, "sigmoid")[0], abs=1e-12)
    assert softmax([1000.0, -1000.0]).tolist() == [1.0, 0.0]
