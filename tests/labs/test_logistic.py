"""Logistic regression: Newton's method, the engine's neuron and scikit-learn come to the same weights."""

import numpy as np
import pytest

from playground.labs.logistic import (
    SigmoidNeuron,
    mean_loss,
    newton,
    newton_step,
    probabilities,
    scikit_learn,
)
from playground.labs.min_norm import with_ones
from playground.labs.neuron import cloud, gradient

OVERLAPPING = [cloud(1, 200, seed) for seed in range(3)]


def moons():
    from playground.data import dataset

    sample = dataset("moons").make(200, 0.3, 2, np.random.default_rng(4))
    return sample.inputs, sample.targets


@pytest.mark.parametrize("task", OVERLAPPING, ids=["0", "1", "2"])
def test_that_newton_agrees_with_scikit_learn_where_no_line_parts_the_classes(task):
    ours, theirs = newton(task.rows, task.targets), scikit_learn(task.rows, task.targets)
    assert not ours.parted
    assert not theirs.parted
    np.testing.assert_allclose(ours.weights, theirs.weights, atol=1e-3)
    # Ours is no worse a minimum.
    assert ours.loss <= theirs.loss + 1e-12


@pytest.mark.parametrize(
    ("optimizer", "rate", "steps"), [("sgd", 1.0, 6000), ("adam", 0.05, 6000), ("lbfgs", 1.0, 60)]
)
def test_that_the_engines_neuron_agrees_with_scikit_learn(optimizer, rate, steps):
    rows, targets = moons()
    neuron = SigmoidNeuron(rows, targets, optimizer, rate)
    neuron.run(steps)
    assert neuron.steps == steps
    np.testing.assert_allclose(neuron.weights, scikit_learn(rows, targets).weights, atol=1e-3)


def test_that_at_the_answer_the_gradient_is_0_and_a_step_stays():
    task = OVERLAPPING[0]
    fit = newton(task.rows, task.targets)
    errors = probabilities(fit.weights, task.rows) - task.targets
    np.testing.assert_allclose(with_ones(task.rows).T @ errors / len(errors), 0.0, atol=1e-10)
    np.testing.assert_allclose(newton_step(fit.weights, task.rows, task.targets), fit.weights, atol=1e-8)


def test_that_the_losses_are_the_engines():
    from playground.labs.neuron import Weights

    task, weights = OVERLAPPING[1], Weights(0.3, -0.5, 0.2)
    found = mean_loss(weights.row, task.rows, task.targets)
    assert found == pytest.approx(gradient(weights, task, "sigmoid", "binary_cross_entropy")[0], rel=1e-12)


def test_that_classes_that_a_line_parts_are_said_to_be_parted():
    task = cloud(0, 100, 1)
    fit = newton(task.rows, task.targets)
    assert fit.parted
    assert np.isfinite(fit.weights).all()
    assert np.linalg.norm(fit.weights[1:]) > 3 * np.linalg.norm(
        newton_step(np.zeros(3), task.rows, task.targets)
    )


def test_that_newton_needs_few_steps_and_never_makes_it_worse():
    task = OVERLAPPING[2]
    assert newton(task.rows, task.targets).steps <= 8
    weights, losses = np.array([30.0, -40.0, 25.0]), []
    for _ in range(60):
        losses.append(mean_loss(weights, task.rows, task.targets))
        weights = newton_step(weights, task.rows, task.targets)
    assert losses == sorted(losses, reverse=True)


def test_that_a_column_that_never_changes_is_borne():
    task = OVERLAPPING[0]
    rows = np.column_stack((task.rows[:, 0], np.full(len(task.rows), 2.0)))
    fit = newton(rows, task.targets)
    slim = newton(task.rows[:, :1], task.targets)
    assert fit.loss == pytest.approx(slim.loss, rel=1e-9)


def test_that_rows_that_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match="finite"):
        newton([[np.nan, 1.0]], [1])
    with pytest.raises(ValueError, match="finite"):
        newton(np.zeros((0, 2)), [])
    with pytest.raises(ValueError, match="class"):
        scikit_learn([[0.0, 1.0], [1.0, 0.0]], [1, 1])


def test_that_an_engine_that_runs_away_is_silent():
    task = OVERLAPPING[0]
    neuron = SigmoidNeuron(task.rows, task.targets, "sgd", 1e9, start=[0.0, 1e300, -1e300])
    neuron.run(50)
    assert mean_loss(neuron.weights, task.rows, task.targets) >= 0 or np.isnan(neuron.weights).any()
    assert probabilities([np.nan, np.inf, 0.0], task.rows).shape == (200,)
