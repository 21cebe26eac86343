"""What is costly to make is made the more seldom the longer it takes."""

import pytest

from playground.training.rhythm import SHARE, Rhythm


class Maker:
    """Makes the numbers 1, 2, 3..., each in `seconds`, by a clock of its own."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.now, self.made = seconds, 0.0, 0

    def perf_counter(self) -> float:
        return self.now

    def make(self) -> int:
        self.now += self.seconds
        self.made += 1
        return self.made


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> Maker:
    maker = Maker(0.01)
    monkeypatch.setattr("playground.training.rhythm.time", maker)
    return maker


def test_that_it_takes_no_more_than_its_share_of_the_time(maker: Maker) -> None:
    rhythm: Rhythm[int] = Rhythm()
    while maker.now < 10.0:
        rhythm.get(maker.make, at_once=False)
        maker.now += 0.001
    spent = maker.made * maker.seconds
    assert 0.9 * SHARE < spent / maker.now <= SHARE * 1.05


def test_that_it_stays_as_it_was_until_it_is_due(maker: Maker) -> None:
    rhythm: Rhythm[int] = Rhythm()
    assert [rhythm.get(maker.make, at_once=False) for _ in range(3)] == [1, 1, 1]
    maker.now += 1.0
    assert rhythm.get(maker.make, at_once=False) == 2


def test_that_it_is_made_anew_when_it_is_wanted_at_once_or_out_of_date(maker: Maker) -> None:
    rhythm: Rhythm[int] = Rhythm()
    rhythm.get(maker.make, at_once=False)
    assert rhythm.get(maker.make, at_once=True) == 2
    rhythm.forget()
    assert rhythm.get(maker.make, at_once=False) == 3


def test_that_what_was_wanted_at_once_does_not_count_as_usual(maker: Maker) -> None:
    rhythm: Rhythm[int] = Rhythm()
    rhythm.get(maker.make, at_once=False)
    maker.seconds = 5.0
    rhythm.get(maker.make, at_once=True)
    assert rhythm.seconds == pytest.approx(0.01)
    assert rhythm.get(maker.make, at_once=False) == 3, "it waits for what was made in a pause"


def test_that_nothing_can_be_what_is_made() -> None:
    rhythm: Rhythm[None] = Rhythm()
    assert rhythm.get(lambda: None, at_once=True) is None
    assert rhythm.get(lambda: None, at_once=False) is None
