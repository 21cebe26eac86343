"""Schedules on a wavy loss: row 8 of the lecture."""

import math

import numpy as np
import pytest

from playground.engine.schedules import SCHEDULES
from playground.labs.scheduled import CHOICES, RESTARTS, Choice, ScheduledRun, rates, run_all, snapshots
from playground.labs.slope import CURVES, read_curve
from playground.tables import by_key

DIPS = by_key(CURVES, "dips", "curve")
PEAK, STEPS = 0.5, 160


def runs(peak: float = PEAK, noise: float = 0.0, start: float = DIPS.start) -> dict[str, ScheduledRun]:
    """Every schedule from the page's own beginning."""
    return {run.choice.key: run for run in run_all(DIPS, start, CHOICES, peak, STEPS, noise)}


def test_that_every_schedule_of_the_engine_is_offered_with_all_its_parameters() -> None:
    assert {choice.key for choice in CHOICES} == {schedule.key for schedule in SCHEDULES}
    for choice in CHOICES:
        parameters = by_key(SCHEDULES, choice.key, "schedule").parameters
        for parameter, value in zip(parameters, choice.hyper, strict=True):
            parameter.check(value)


FORMULAS = {
    "constant": lambda _t: 1.0,
    "step": lambda t: 0.5 ** (t // 40),
    "exponential": lambda t: 0.98**t,
    "cosine": lambda t: 0.01 + 0.99 * (1 + math.cos(math.pi * t / STEPS)) / 2,
    RESTARTS: lambda t: (1 + math.cos(math.pi * (t % 32) / 32)) / 2,
    "one_cycle": lambda t: (
        1 / 25 + (1 - 1 / 25) * t / 48 if t <= 48 else 1 + (0.001 - 1) * (t - 48) / (STEPS - 48)
    ),
    "warm_up": lambda t: 0.1 + 0.9 * min(1.0, t / 20),
}


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.key)
def test_that_the_rate_is_its_formula_at_five_points(choice: Choice) -> None:
    found = rates(choice, PEAK, STEPS)
    assert found.shape == (STEPS,)
    for t in (0, 13, 40, 97, 159):
        assert found[t] == pytest.approx(PEAK * FORMULAS[choice.key](t), rel=1e-12)


def test_that_the_cyclic_run_visits_several_minima_where_the_constant_one_visits_one() -> None:
    found = runs()
    assert len(found["constant"].visited) == 1
    assert len(found[RESTARTS].visited) >= 2
    assert found["constant"].visited == (DIPS.lowest,)


def test_that_a_snapshot_is_taken_at_the_end_of_every_cycle_and_lies_in_a_minimum() -> None:
    run = runs()[RESTARTS]
    assert run.snapshots == (32, 64, 96, 128, 160)
    kept = run.weights[list(run.snapshots)]
    assert np.abs(kept[:, None] - DIPS.minima).min(axis=1).max() < 0.05
    assert {int(DIPS.valley(w)) for w in kept} == set(run.visited)


def test_that_growing_cycles_have_their_snapshots_where_they_end() -> None:
    assert snapshots(Choice(RESTARTS, (20.0, 2.0)), 160) == (20, 60, 140)
    assert snapshots(Choice(RESTARTS, (500.0, 1.0)), 160) == (160,)
    assert snapshots(Choice("cosine", (0.0,)), 160) == (160,)


def test_that_a_run_is_the_steps_of_its_rates() -> None:
    run = runs()["cosine"]
    for t in (0, 50, 100):
        slope = DIPS.at(float(run.weights[t]))[1]
        assert run.weights[t + 1] == pytest.approx(run.weights[t] - run.rates[t] * slope, abs=1e-14)
    np.testing.assert_allclose(run.values, DIPS.both(run.weights)[0])


def test_that_noise_is_the_same_for_all_and_by_seed() -> None:
    one, same = runs(noise=0.5)["constant"], runs(noise=0.5)["constant"]
    np.testing.assert_array_equal(one.weights, same.weights)
    other = run_all(DIPS, DIPS.start, CHOICES[:1], PEAK, STEPS, 0.5, seed=1)[0]
    assert not np.array_equal(one.weights, other.weights)
    assert not np.array_equal(one.weights, runs()["constant"].weights)


def test_that_a_huge_rate_diverges_without_a_number_that_is_infinite() -> None:
    for run in run_all(DIPS, DIPS.start, CHOICES, 1e9, STEPS):
        assert run.diverged
        assert not np.isinf(run.weights).any()
        assert not np.isinf(run.values).any()


def test_that_a_loss_without_minima_is_visited_nowhere() -> None:
    (run,) = run_all(read_curve("w"), 0.0, CHOICES[:1], 0.01, 10)
    assert run.visited == ()
    assert not run.diverged
    assert run_all(DIPS, 0.0, (), 0.1, 10) == []
