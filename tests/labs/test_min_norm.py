"""Weights by least squares: all ways give the same numbers, and descent from zero arrives at them."""

import numpy as np
import pytest

from playground.labs import min_norm, random_features
from playground.labs.random_features import Choices


def problem(rows: int, width: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(rows, width)), rng.normal(size=(rows, 3))


def relative(found: np.ndarray, wanted: np.ndarray) -> float:
    return float(np.linalg.norm(found - wanted) / np.linalg.norm(wanted))


def test_that_a_column_of_ones_stands_first() -> None:
    assert min_norm.with_ones(np.array([[2.0], [3.0]])).tolist() == [[1.0, 2.0], [1.0, 3.0]]


def test_that_of_all_weights_that_fit_those_of_least_norm_are_taken() -> None:
    features, targets = problem(5, 20)
    weights = min_norm.least_norm(features, targets)
    np.testing.assert_allclose(features @ weights, targets, atol=1e-12)
    idle = np.linalg.svd(features)[2][5:].T @ np.ones((15, 3))
    assert np.abs(features @ idle).max() < 1e-12
    assert np.linalg.norm(weights + 0.1 * idle) > np.linalg.norm(weights)


@pytest.mark.parametrize("width", [5, 30])
@pytest.mark.parametrize("ridge", [1e-3, 1.0, 100.0])
def test_that_a_ridge_makes_its_own_sum_least(width: int, ridge: float) -> None:
    features, targets = problem(12, width)
    weights = min_norm.fit(features, targets, ridge)
    slope = features.T @ (features @ weights - targets) + ridge * weights
    assert np.abs(slope).max() < 1e-9


@pytest.mark.parametrize("ridge", [0.0, 0.01, 1.0])
def test_that_nested_fits_are_those_of_each_width_alone(ridge: float) -> None:
    drawn = random_features.draw(Choices(rows=60), seed=1, widest=600)
    sizes = (3, 20, 57, 60, 63, 90, 600)
    nested = list(min_norm.nested_fits(drawn.features, drawn.targets, sizes, ridge))
    for width, weights in zip(sizes, nested, strict=True):
        wanted = min_norm.fit(drawn.features[:, :width], drawn.targets, ridge)
        assert relative(weights, wanted) < 1e-6, width


def test_that_nested_fits_give_no_weight_to_a_feature_that_is_0_everywhere() -> None:
    features, targets = problem(10, 8)
    features[:, 3] = 0.0
    (weights,) = min_norm.nested_fits(features, targets, (8,))
    np.testing.assert_allclose(weights, min_norm.least_norm(features, targets), atol=1e-12)
    assert not weights[3].any()


def test_that_features_that_are_0_everywhere_have_no_weights() -> None:
    features, targets = np.zeros((10, 4)), problem(10, 4)[1]
    (weights,) = min_norm.nested_fits(features, targets, (4,))
    assert not weights.any()
    assert not min_norm.descend(features, targets, 20).any()


def test_that_nested_fits_survive_features_that_repeat_each_other() -> None:
    features, targets = problem(10, 6)
    features = np.hstack((features, features))
    for width, weights in zip((9, 12), min_norm.nested_fits(features, targets, (9, 12)), strict=True):
        assert relative(weights, min_norm.least_norm(features[:, :width], targets)) < 1e-9


def test_that_descent_from_zero_makes_the_steps_of_gradient_descent_on_the_weights() -> None:
    features, targets = problem(6, 15)
    weights, rate = np.zeros((15, 3)), 0.01
    for _ in range(40):
        weights -= rate * features.T @ (features @ weights - targets)
    assert relative(min_norm.descend(features, targets, 40, rate), weights) < 1e-12


def test_that_descent_from_zero_arrives_at_the_weights_of_least_norm() -> None:
    drawn = random_features.draw(Choices(rows=100), seed=0, widest=1000)
    wanted = min_norm.least_norm(drawn.features, drawn.targets)
    found = min_norm.descend(drawn.features, drawn.targets, 20_000)
    assert relative(found, wanted) < 1e-2
    assert np.mean((drawn.features @ found - drawn.targets) ** 2) < 1e-6


def test_that_a_descent_tells_how_far_it_is_and_ends_when_it_is_told_to() -> None:
    features, targets = problem(6, 15)
    told: list[float] = []
    shorter = min_norm.descend(features, targets, 1000, 0.01, lambda share: told.append(share) or share < 0.3)
    assert told == [0.0, 0.1, 0.2, 0.3]
    assert relative(shorter, min_norm.descend(features, targets, 300, 0.01)) == 0


def test_that_the_gradient_is_that_of_the_mean_square_and_0_where_all_is_fitted() -> None:
    features, targets = problem(5, 9)
    weights = np.random.default_rng(3).normal(size=(9, 3))
    step = np.zeros_like(weights)
    step[4, 1] = 1e-6
    losses = [np.mean((features @ (weights + sign * step) - targets) ** 2) for sign in (1, -1)]
    found = min_norm.gradient(features, targets, weights)
    assert found[4, 1] == pytest.approx((losses[0] - losses[1]) / 2e-6, rel=1e-6)
    fitted = min_norm.least_norm(features, targets)
    assert np.abs(min_norm.gradient(features, targets, fitted)).max() < 1e-12
