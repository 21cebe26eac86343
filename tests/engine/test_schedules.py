"""Contract of every schedule, and its values at points that can be worked out by hand."""

import math
from itertools import pairwise

import numpy as np
import pytest
from engine_cases import over

from playground.engine.schedules import SCHEDULES, restarts
from playground.tables import by_key

TIMES = np.concatenate([np.arange(0.0, 1000.0, 0.25), [1e4, 1e6, 1e9]])
every_schedule = over(SCHEDULES, "schedule")


def _defaults(schedule):
    return tuple(parameter.default for parameter in schedule.parameters)


def _corners(schedule):
    """The defaults, and each parameter at both ends of its range."""
    yield _defaults(schedule)
    for index, parameter in enumerate(schedule.parameters):
        for end in (parameter.minimum, parameter.maximum):
            yield (*_defaults(schedule)[:index], end, *_defaults(schedule)[index + 1 :])


def _factors(key, times, hyper, total=100.0):
    schedule = by_key(SCHEDULES, key, "schedule")
    return schedule.factor(np.array(times, dtype=np.float64), total, hyper)


@every_schedule
@pytest.mark.parametrize("total", [0.0, 1.0, 300.0])
def test_that_it_is_finite_and_between_0_and_1_at_any_time(schedule, total):
    for hyper in _corners(schedule):
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            factors = schedule.factor(TIMES, total, hyper)
        assert factors.shape == TIMES.shape
        assert factors.dtype == np.float64
        assert ((factors >= 0.0) & (factors <= 1.0)).all(), hyper


@every_schedule
def test_that_each_time_is_answered_for_itself(schedule):
    whole = schedule.factor(TIMES[:50], 20.0, _defaults(schedule))
    single = [float(schedule.factor(TIMES[k : k + 1], 20.0, _defaults(schedule))[0]) for k in range(50)]
    np.testing.assert_allclose(whole, single, rtol=1e-14)
    assert schedule.factor(np.zeros(0), 20.0, _defaults(schedule)).shape == (0,)


@every_schedule
def test_that_its_parameters_are_in_range_and_explained(schedule):
    for parameter in schedule.parameters:
        assert parameter.minimum <= parameter.default <= parameter.maximum
        assert parameter.help.endswith(".")
    assert schedule.help.endswith(".")


def test_that_constant_is_1():
    assert (_factors("constant", TIMES, ()) == 1.0).all()


def test_that_steps_drop_at_their_epochs_and_not_before():
    factors = _factors("step", [0.0, 9.99, 10.0, 19.99, 20.0, 35.0], (0.5, 10.0))
    assert factors.tolist() == [1.0, 1.0, 0.5, 0.5, 0.25, 0.125]


def test_that_exponential_loses_the_same_part_in_each_epoch():
    np.testing.assert_allclose(
        _factors("exponential", [0.0, 1.0, 2.0, 0.5], (0.9,)), [1, 0.9, 0.81, 0.9**0.5]
    )


def test_that_cosine_falls_to_its_floor_and_stays_there():
    factors = _factors("cosine", [0.0, 25.0, 50.0, 100.0, 250.0], (0.2,))
    expected = [1.0, 0.2 + 0.8 * (1 + math.cos(math.pi / 4)) / 2, 0.6, 0.2, 0.2]
    np.testing.assert_allclose(factors, expected, rtol=1e-14)


def test_that_one_cycle_is_highest_at_30_percent():
    factors = _factors("one_cycle", [0.0, 15.0, 30.0, 65.0, 100.0, 1000.0], (25.0, 1000.0))
    np.testing.assert_allclose(factors, [0.04, 0.52, 1.0, 0.5005, 0.001, 0.001], rtol=1e-14)


def test_that_warm_up_rises_evenly_and_then_stays():
    factors = _factors("warm_up", [0.0, 5.0, 10.0, 11.0, 1000.0], (0.2, 10.0))
    np.testing.assert_allclose(factors, [0.2, 0.6, 1.0, 1.0, 1.0], rtol=1e-14)


def test_that_warm_restarts_of_equal_length_fall_and_jump_back():
    factors = _factors("warm_restarts", [0.0, 5.0, 9.999, 10.0, 15.0, 20.0], (10.0, 1.0))
    np.testing.assert_allclose(factors, [1.0, 0.5, 0.0, 1.0, 0.5, 1.0], atol=1e-6)


def test_that_warm_restarts_grow_by_their_multiplier():
    # Cycles of 10, 20 and 40 epochs.
    factors = _factors("warm_restarts", [9.999, 10.0, 20.0, 29.999, 30.0, 50.0, 70.0], (10.0, 2.0))
    np.testing.assert_allclose(factors, [0.0, 1.0, 0.5, 0.0, 1.0, 0.5, 1.0], atol=1e-6)


@pytest.mark.parametrize("multiplier", [1.0, 1.0 + 1e-9, 1.01, 1.1, 1.5, 2.0, 3.7])
def test_that_every_cycle_begins_at_1_whatever_the_multiplier(multiplier):
    starts = restarts(0.0, 500.0, (7.0, multiplier))
    by_hand, length = [], 7.0
    while sum(by_hand[-1:]) + length <= 500.0 + 1e-9:
        by_hand.append(sum(by_hand[-1:]) + length)
        length *= multiplier
    np.testing.assert_allclose(starts, by_hand, rtol=1e-9)
    for shift in (-1e-9, 0.0, 1e-9):
        np.testing.assert_allclose(
            _factors("warm_restarts", np.array(starts) + shift, (7.0, multiplier)), 1.0
        )
    late = _factors("warm_restarts", np.array(starts) - 1e-3, (7.0, multiplier))
    np.testing.assert_allclose(late, 0.0, atol=1e-6)


@pytest.mark.parametrize("hyper", [(10.0, 1.0), (10.0, 1.1), (3.0, 1.37), (7.0, 2.0)])
def test_that_restarts_are_each_found_once_when_looked_for_in_pieces(hyper):
    edges = np.arange(0.0, 300.5, 0.5)
    pieces = [start for first, last in pairwise(edges) for start in restarts(first, last, hyper)]
    assert pieces == restarts(0.0, 300.0, hyper)
    assert len(pieces) > 3


def test_that_the_ends_of_the_stretch_count_as_promised():
    # The first is left out, the last is in: 10 * 1.1 rounds to more than 11, and counts all the same.
    assert restarts(10.0, 20.0, (10.0, 1.0)) == [20.0]
    assert restarts(0.0, 9.0, (10.0, 1.0)) == []
    assert restarts(10.0, 21.0, (10.0, 1.1)) == pytest.approx([21.0])
    assert restarts(21.0, 22.0, (10.0, 1.1)) == []
