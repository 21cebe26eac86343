"""The labs' descents with noise: the figures of the lecture, and what holds for any of them."""

import numpy as np
import pytest

from playground.engine import dice
from playground.engine.optimizers import OPTIMIZERS
from playground.labs.escape import (
    BARRIER,
    DOUBLE_WELL,
    NEVER,
    ROWS,
    SADDLE,
    WELL_DESCENT,
    WELL_STEPS,
    Crowd,
    Descent,
    Ground,
    Noise,
    offsets,
    standard_error,
    stream,
)
from playground.labs.slope import CURVES
from playground.labs.surfaces import SURFACES
from playground.tables import by_key

SADDLE_DESCENTS = {
    "sgd": (Descent("sgd", 0.05), 58),
    "momentum": (Descent("momentum", 0.01, hyper={"beta": 0.9}), 67),
    "adam": (Descent("adam", 0.05), 19),
}
STEPPERS = [kind.key for kind in OPTIMIZERS if not kind.solves]


@pytest.mark.parametrize("key", SADDLE_DESCENTS)
def test_that_without_noise_no_run_leaves_the_saddle_in_ten_thousand_steps(key: str) -> None:
    crowd = Crowd(SADDLE, SADDLE_DESCENTS[key][0], Noise(), [0.0], 1, seed=0, keep=False)
    crowd.advance(10_000)
    assert crowd.points[0, 0, 1] == 0.0
    assert abs(crowd.points[0, 0, 0]) < 1e-6
    assert crowd.arrivals[0, 0] == NEVER


@pytest.mark.parametrize("key", SADDLE_DESCENTS)
def test_that_with_a_little_noise_all_of_a_hundred_leave_the_saddle_as_fast_as_they_should(key: str) -> None:
    descent, median = SADDLE_DESCENTS[key]
    crowd = Crowd(SADDLE, descent, Noise(), [0.001], 100, seed=0)
    crowd.advance(1000)
    assert (crowd.arrivals != NEVER).all()
    # 3 standard errors of a difference of medians; steps to escape spread by 5 to 8.
    spread = 1.25 * np.std(crowd.arrivals) / np.sqrt(100)
    assert abs(crowd.median_arrival(0) - median) <= 3 * np.sqrt(2) * spread


def test_that_mini_batches_leave_the_saddle_too() -> None:
    crowd = Crowd(SADDLE, Descent(), Noise("batches", 8), [0.0, 0.001], 100, seed=1)
    crowd.advance(300)
    assert crowd.shares[-1].tolist() == [0.0, 1.0]


def test_that_some_noise_reaches_the_global_minimum_and_too_much_hurts() -> None:
    expected = {0.0: 0, 1.0: 0, 3.0: 137, 5.0: 192, 12.0: 155}
    crowd = Crowd(DOUBLE_WELL, WELL_DESCENT, Noise(), list(expected), 200, seed=0, keep=False)
    crowd.advance(WELL_STEPS)
    for share, count in zip(crowd.shares[-1], expected.values(), strict=True):
        # Both counts are samples of 200.
        error = np.sqrt(2) * float(standard_error(count / 200, 200))
        assert abs(share - count / 200) <= 3 * error, (share, count)
    assert crowd.shares[-1][3] > crowd.shares[-1][4]


def test_that_too_large_batches_are_too_quiet_and_too_small_ones_are_not() -> None:
    shares = []
    for batch in (ROWS, 32, 1):
        crowd = Crowd(DOUBLE_WELL, WELL_DESCENT, Noise("batches", batch), [5.0], 100, seed=0, keep=False)
        crowd.advance(1000)
        shares.append(float(crowd.shares[-1][0]))
    assert shares[0] == shares[1] == 0.0
    assert shares[2] > 0.4


@pytest.mark.parametrize("ground", [SADDLE, DOUBLE_WELL], ids=lambda ground: ground.key)
def test_that_gradients_are_those_of_the_landscapes(ground: Ground) -> None:
    dimensions = len(ground.start)
    points = np.random.default_rng(0).uniform(-1.5, 1.5, (50, dimensions))
    for axis in range(dimensions):
        shift = np.zeros(dimensions)
        shift[axis] = 1e-6
        difference = (ground.value(points + shift) - ground.value(points - shift)) / 2e-6
        np.testing.assert_allclose(ground.gradient(points)[:, axis], difference, atol=1e-8, rtol=1e-6)


def test_that_they_are_the_landscapes_of_the_lab_on_descent() -> None:
    points = np.random.default_rng(1).uniform(-2.0, 2.0, (50, 2))
    saddle = by_key(SURFACES, SADDLE.key, "surface")
    np.testing.assert_allclose(SADDLE.value(points), saddle.value(points), rtol=1e-14)
    np.testing.assert_allclose(SADDLE.gradient(points), saddle.gradient(points), rtol=1e-14)
    # There the double well is twice as wide, and lifted so that it shows no loss below 0.
    wells = by_key(CURVES, "wells", "curve")
    value, slope = wells.both(2.0 * points[:, 0])
    np.testing.assert_allclose(DOUBLE_WELL.value(points[:, :1]), value - 2.0, atol=1e-13)
    np.testing.assert_allclose(DOUBLE_WELL.gradient(points[:, :1])[:, 0], 2.0 * slope, atol=1e-13)


def test_that_the_barrier_is_flat_and_between_the_wells() -> None:
    assert abs(float(DOUBLE_WELL.gradient(np.array([BARRIER]))[0])) < 1e-10
    assert DOUBLE_WELL.out(np.array([[BARRIER - 1e-6], [BARRIER + 1e-6]])).tolist() == [True, False]


@pytest.mark.parametrize("seed", range(5))
def test_that_the_mean_loss_of_the_rows_is_the_landscape_to_the_last_digit(seed: int) -> None:
    pulls = offsets(2, seed)
    assert np.array_equal(pulls.sum(axis=0), [0.0, 0.0])
    assert np.array_equal(pulls[np.random.default_rng(seed).permutation(ROWS)].sum(axis=0), [0.0, 0.0])
    np.testing.assert_allclose(np.mean(pulls * pulls, axis=0), 1.0, atol=1e-5)


def test_that_a_batch_of_all_rows_makes_the_steps_without_noise() -> None:
    crowd = Crowd(DOUBLE_WELL, WELL_DESCENT, Noise("batches", ROWS), [0.0, 12.0], 5, seed=3)
    crowd.advance(200)
    assert np.array_equal(crowd.points[0], crowd.points[1])
    assert Noise("batches", ROWS).spread == 0.0


@pytest.mark.parametrize("batch", [1, 4, 8, 32])
def test_that_the_noise_of_batches_is_as_large_as_theory_says(batch: int) -> None:
    noise = Noise("batches", batch)
    source = stream(noise, 400, 1, seed=2)
    pulls = np.stack([source.next() for _ in range(64)])
    # Means of batches are nearly normal, and those of an epoch hang together: a wide margin of 5 %.
    assert np.std(pulls) == pytest.approx(noise.spread, rel=0.05)


def test_that_the_noise_of_an_epoch_adds_up_to_nothing() -> None:
    source = stream(Noise("batches", 8), 3, 2, seed=2)
    for _epoch in range(3):
        total = np.sum([source.next() for _ in range(ROWS // 8)], axis=0)
        np.testing.assert_allclose(total, 0.0, atol=1e-12)


def test_that_an_epoch_takes_each_row_once_in_the_trainers_order() -> None:
    source = stream(Noise("batches", 24), 2, 1, seed=5)
    sizes = [24, 24, 16]
    first = np.array([source.next()[1] * size for size in sizes])
    rows = offsets(1, 5)[dice.order(dice.stream((5 << 32) + 1), 0, ROWS)]
    whole = np.split(rows, [24, 48])
    np.testing.assert_allclose(first, [part.sum(axis=0) for part in whole], atol=1e-12)


@pytest.mark.parametrize("kind", STEPPERS)
@pytest.mark.parametrize("noise", [Noise(), Noise("batches", 8)], ids=["gaussian", "batches"])
def test_that_a_run_among_many_is_the_run_that_it_is_alone(kind: str, noise: Noise) -> None:
    descent = Descent(kind, 0.01, 0.999)
    few = Crowd(SADDLE, descent, noise, [0.3], 3, seed=7)
    many = Crowd(SADDLE, descent, noise, [0.0, 0.3, 2.0], 40, seed=7)
    few.advance(150)
    many.advance(90)
    many.advance(60)
    assert np.array_equal(few.points[0], many.points[1, :3])


def test_that_a_run_that_runs_away_is_flagged_and_harms_no_other() -> None:
    wild = Crowd(DOUBLE_WELL, Descent(rate=0.05), Noise(), [0.0, 60.0], 50, seed=0)
    wild.advance(400)
    assert not wild.diverged[0].any()
    assert wild.diverged[1].any()
    assert np.isnan(wild.points[1][wild.diverged[1]]).all()
    assert np.array_equal(wild.points[0], np.full((50, 1), wild.points[0, 0, 0]))
    assert wild.shares[-1][1] <= 1.0 - wild.diverged[1].mean()


def test_that_a_monstrous_rate_ends_in_flags_alone() -> None:
    crowd = Crowd(SADDLE, Descent(rate=1e9), Noise(), [0.0, 1.0], 10, seed=0)
    crowd.advance(50)
    assert crowd.diverged.all()
    assert np.isnan(crowd.median_arrival(0))


def test_that_every_step_is_kept_for_the_way_back() -> None:
    crowd = Crowd(SADDLE, Descent(), Noise(), [0.0, 0.1], 4, seed=0)
    crowd.advance(20)
    again = Crowd(SADDLE, Descent(), Noise(), [0.0, 0.1], 4, seed=0)
    again.advance(13)
    assert len(crowd.path) == len(crowd.shares) == 21
    assert np.array_equal(crowd.path[13], again.points)


def test_that_a_batch_of_more_rows_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match=f"between 1 and {ROWS} rows"):
        Crowd(SADDLE, Descent(), Noise("batches", ROWS + 1), [1.0], 1, seed=0)
