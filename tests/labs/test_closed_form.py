"""Closed form against gradient descent: row 2 of the lecture."""

import numpy as np
import pytest

from playground.labs import closed_form
from playground.labs.closed_form import (
    Outcome,
    Problem,
    best_rate,
    compare,
    cost_of_a_step,
    cost_of_solving,
    course_error,
    drawn,
    fish,
    solve,
)


def test_that_least_squares_on_the_courses_fish_has_the_courses_error() -> None:
    assert course_error() == pytest.approx(5657.29, abs=0.01)


@pytest.mark.parametrize("features", [1, 3, 5])
def test_that_descent_arrives_at_the_weights_of_the_normal_equations(features: int) -> None:
    found = compare(fish(111, features))
    assert found.descended == "arrived"
    assert np.linalg.norm(found.w - found.exact) / np.linalg.norm(found.exact) < 1e-6
    assert found.losses[-1] == pytest.approx(found.exact_loss, rel=1e-9)
    assert found.shape == (111, features + 1)


@pytest.mark.parametrize("problem", [fish(111, 5), fish(4, 5), drawn(60, 8, 0.9), drawn(20, 40)])
def test_that_the_normal_equations_have_the_answer_of_least_squares(problem: Problem) -> None:
    expected = np.linalg.lstsq(problem.x, problem.y, rcond=None)[0]
    np.testing.assert_allclose(solve(problem), expected, rtol=1e-6, atol=1e-9)


def test_that_columns_that_repeat_each_other_are_solved_with_the_shortest_weights() -> None:
    column = np.array([1.0, 2.0, 3.0, 5.0])
    w = solve(Problem(np.column_stack([column, column]), 2 * column))
    np.testing.assert_allclose(w, [1.0, 1.0], rtol=1e-9)


def test_that_the_loss_is_the_mean_of_squares_and_the_gradient_its_slope() -> None:
    problem, h = drawn(30, 3), 1e-6
    w = np.array([0.3, -1.0, 2.0, 0.5])
    assert problem.loss(w) == pytest.approx(np.mean((problem.x @ w - problem.y) ** 2), rel=1e-14)
    for row, along in enumerate(np.eye(4)):
        difference = (problem.loss(w + h * along) - problem.loss(w - h * along)) / (2 * h)
        assert problem.gradient(w)[row] == pytest.approx(difference, rel=1e-6)


def test_that_it_is_fastest_between_the_limits_of_its_directions() -> None:
    problem = drawn(50, 3, 0.5)
    bends = problem.bends()
    assert bends.shape == (4,)
    fastest = compare(problem)
    assert fastest.rate == pytest.approx(best_rate(bends))
    assert fastest.limit == pytest.approx(2 / bends[-1])
    assert fastest.condition == pytest.approx(bends[-1] / bends[0])
    assert compare(problem, share=0.1).steps[-1] > fastest.steps[-1]


def test_that_a_rate_above_the_limit_diverges_and_says_so() -> None:
    for share in (1.05, 1e9):
        found = compare(drawn(50, 3), share=share)
        assert found.descended == "diverged"
        assert np.isfinite(found.exact).all()


def test_that_the_more_alike_the_columns_are_the_more_steps_it_takes() -> None:
    apart, alike = compare(drawn(200, 5, 0.0)), compare(drawn(200, 5, 0.99))
    assert alike.condition > 50 * apart.condition
    assert alike.steps[-1] > 10 * apart.steps[-1]
    np.testing.assert_allclose(drawn(200, 5, 0.99).x.std(axis=0)[1:], 1.0)


def test_that_costs_are_those_of_the_lecture() -> None:
    assert cost_of_solving(111, 6) == 111 * 36 + 216
    assert cost_of_a_step(111, 6) == 2 * 111 * 6


def test_that_it_can_be_cancelled_and_tells_how_far_it_is() -> None:
    told: list[float] = []
    found = compare(fish(111, 5), progress=told.append, cancelled=lambda: len(told) >= 5)
    assert found.descended == "cancelled"
    assert found.steps[-1] < 1000
    told.clear()
    seen: list[Outcome] = []
    compare(fish(111, 2), progress=told.append, look=seen.append)
    assert [one.descended for one in seen[:-1]] == [""] * (len(seen) - 1)
    assert len(seen[3].losses) == 5
    assert seen[3].exact_loss == seen[-1].exact_loss
    assert 0.0 <= min(told) <= max(told) <= 1.0
    assert told[-1] > told[0]


def test_that_it_stops_after_as_many_steps_or_as_long_as_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    found = compare(fish(111, 5), most=1000)
    assert (found.descended, found.steps[-1]) == ("stopped", 1000)
    monkeypatch.setattr(closed_form, "LONGEST", 0.0)
    assert compare(fish(111, 5)).descended == "stopped"
