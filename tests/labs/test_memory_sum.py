"""ImageNet against 11 GB, with the lecture's figures and with others."""

import math
from dataclasses import replace

import pytest

from playground.labs.memory_sum import Figures, SumRefused, batch_bytes, work_out


def test_that_the_lectures_figures_are_worked_out() -> None:
    answer = work_out(Figures())
    assert answer.bytes_per_image == pytest.approx(300e9 / 14e6)
    assert answer.share == pytest.approx(11 / 300)
    assert answer.images_at_once == 513_333
    assert answer.loads == pytest.approx(27.27, abs=0.01)


def test_that_the_largest_batch_fits_and_one_more_does_not() -> None:
    figures = Figures()
    answer = work_out(figures)
    assert batch_bytes(figures, answer.largest_batch) <= 11e9 < batch_bytes(figures, answer.largest_batch + 1)
    assert answer.largest_batch == 35
    assert answer.iterations == math.ceil(14e6 / 35)
    assert answer.full_batch_bytes > 1e15


def test_that_memory_is_a_line_over_the_batch() -> None:
    figures = Figures()
    one, two, ten = (batch_bytes(figures, batch) for batch in (1, 2, 10))
    assert ten - one == pytest.approx(9 * (two - one))


def test_that_what_fits_is_all_of_it_at_most() -> None:
    answer = work_out(replace(Figures(), card_gb=1e6, images=100.0))
    assert (answer.share, answer.images_at_once, answer.largest_batch, answer.iterations) == (
        1.0,
        100,
        100,
        1,
    )


def test_that_weights_too_large_leave_no_room_for_a_batch() -> None:
    answer = work_out(replace(Figures(), weights=175e9))
    assert (answer.largest_batch, answer.iterations) == (0, 0)


@pytest.mark.parametrize("name", ["images", "data_gb", "card_gb", "weights", "image_mb", "images_per_second"])
@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
def test_that_a_figure_that_is_no_amount_is_refused_in_words(name: str, value: float) -> None:
    with pytest.raises(SumRefused, match="needs a number above 0"):
        work_out(replace(Figures(), **{name: value}))
