"""What is typed as the values of a sweep."""

import pytest

from playground.labs.sweep import Vary
from playground.ui.labs.sweep.reading import thing_of
from playground.ui.labs.sweep.values import ValuesError, read, usual, written

RATE, WIDTH = thing_of("learning_rate"), thing_of("width")


@pytest.mark.parametrize("text", ["4, 8, 16", "4 8 16", "4;8;16", "4,8,16", " 4,  8 , 16, "])
def test_that_numbers_are_parted_as_people_part_them(text: str) -> None:
    assert read(WIDTH, text).values == (4.0, 8.0, 16.0)


def test_that_a_range_is_read_and_written_again() -> None:
    found = read(RATE, "0.001 to 1 in 4 log")
    assert found.steps == (0.001, 0.01, 0.1, 1.0)
    assert read(RATE, written(found)) == found
    assert read(WIDTH, "2 … 10 in 5").steps == (2.0, 4.0, 6.0, 8.0, 10.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no values"),
        ("four", "is no number"),
        ("4, 4", "twice"),
        ("0", "whole number from 1"),
        ("2.5", "whole number"),
        ("8 to 2", "low is below its high"),
    ],
)
def test_that_what_means_nothing_is_refused_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(ValuesError) as refused:
        read(WIDTH, text)
    assert said in str(refused.value)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("key", ["learning_rate", "activation", "width", "seed", "optimizer"])
def test_that_everything_has_values_to_begin_with(key: str) -> None:
    proposed = usual(thing_of(key))
    assert isinstance(proposed, Vary)
    assert len(proposed.steps) >= 3
