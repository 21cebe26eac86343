"""Random labels learnt by heart, and steps that change nothing once J is 0."""

import numpy as np
import pytest

from playground.labs.no_update import INTERPOLATED, Learner, Task, random_labels


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("rate", [0.01, 0.1, 10.0])
def test_that_at_a_loss_of_exactly_0_a_step_changes_no_bit(seed: int, rate: float) -> None:
    learner = Learner(Task(seed=seed))
    learner.advance(3000)
    report = learner.report()
    assert (report.loss, report.gradient, report.correct) == (0.0, 0.0, 1.0)
    before = learner.network.get_parameters()
    learner.rate = rate
    learner.advance(1)
    assert np.array_equal(learner.network.get_parameters(), before)
    assert learner.report().changed == 0


@pytest.mark.parametrize("seed", range(5))
def test_that_the_squared_error_solved_by_minimum_norm_leaves_rounding_alone(seed: int) -> None:
    learner = Learner(Task(loss="mse", rate=0.01, seed=seed))
    learner.advance(200)
    learner.solve()
    assert learner.report().gradient < INTERPOLATED
    assert learner.report().loss < 1e-20
    before = learner.network.get_parameters()
    learner.advance(1)
    assert np.max(np.abs(learner.network.get_parameters() - before)) < 1e-12
    assert learner.report().largest < 1e-12
    assert learner.report().correct == 1.0


def test_that_the_solution_is_the_nearest_one_that_answers_every_row() -> None:
    learner = Learner(Task(loss="mse"))
    before = np.concatenate([learner.network.biases[1], learner.network.weights[1][0]])
    hidden = np.column_stack([np.ones(20), learner.network.outputs(learner.x)[0]])
    learner.solve()
    after = np.concatenate([learner.network.biases[1], learner.network.weights[1][0]])
    expected = np.linalg.pinv(hidden) @ (learner.y[:, 0] - hidden @ before)
    np.testing.assert_allclose(after - before, expected, atol=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_that_a_network_with_many_more_parameters_than_rows_learns_random_labels(seed: int) -> None:
    task = Task(rows=20, width=64, loss="mse", optimizer="adam", rate=0.02, seed=seed)
    learner = Learner(task)
    assert task.parameters == learner.network.size > 10 * task.rows
    learner.advance(1000)
    assert learner.report().correct == 1.0


def test_that_a_network_with_fewer_parameters_than_rows_does_not() -> None:
    task = Task(rows=40, width=2, loss="mse", optimizer="adam", rate=0.02)
    learner = Learner(task)
    assert task.parameters < task.rows
    learner.advance(2000)
    learner.solve()
    report = learner.report()
    assert report.correct < 1.0
    assert report.loss > 0.1


def test_that_labels_are_thrown_by_coin() -> None:
    x, y = random_labels(600, 0)
    assert abs(np.mean(y)) < 0.13
    assert abs(np.corrcoef(x[:, 0], y[:, 0])[0, 1]) < 0.13
    assert not np.array_equal(y, random_labels(600, 1)[1])


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_that_a_state_is_come_back_to_exactly(optimizer: str) -> None:
    learner = Learner(Task(optimizer=optimizer, rate=0.02))
    learner.advance(50)
    state = learner.state()
    learner.advance(30)
    learner.rate = 0.5
    there = learner.network.get_parameters()
    learner.return_to(state)
    assert learner.report().step == 50
    learner.advance(30)
    assert np.array_equal(learner.network.get_parameters(), there)


def test_that_a_monstrous_rate_is_reported_and_raises_nothing() -> None:
    learner = Learner(Task(loss="mse", rate=1e9))
    learner.advance(50)
    report = learner.report()
    assert not np.isfinite(report.loss)
    assert report.correct < 1.0
    with pytest.raises(ValueError, match="Rewind and take a smaller learning rate"):
        learner.solve()
