"""The random numbers of TensorFlow Playground: known values, and what a copy shares."""

import pytest

from playground.data.seedrandom import SeedRandom


def test_that_the_documented_numbers_come_out():
    stream = SeedRandom("hello.")
    assert [stream.random(), stream.random()] == [0.9282578795792454, 0.3752569768646784]


def test_that_a_copy_goes_on_by_itself():
    stream = SeedRandom("0.88257")
    stream.random()
    twin = stream.copy()
    ahead = [twin.random() for _ in range(5)]
    assert [stream.random() for _ in range(5)] == ahead


@pytest.mark.parametrize("seed", ["", "\0", "é", "\ud83d\ude00", "\ud800", "x" * 256, "x" * 257])
def test_that_every_text_is_a_seed_of_its_own(seed):
    numbers = [SeedRandom(seed).random(), SeedRandom(seed + "!").random()]
    assert numbers[0] != numbers[1]
    assert all(0.0 <= number < 1.0 for number in numbers)


def test_that_the_numbers_are_spread_evenly():
    stream = SeedRandom("even")
    numbers = [stream.random() for _ in range(4000)]
    assert abs(sum(numbers) / 4000 - 0.5) < 0.02
    assert min(numbers) < 0.002
    assert max(numbers) > 0.998
