"""Links as pixels: where they run, how thick they are, and that sign and strength can be read."""

import numpy as np
import pytest

from playground.ui.diagram.raster import draw_links, make_curves


def codes_of(start: float, end: float, width: float, negative: bool = False) -> np.ndarray:
    curves = make_curves(np.float32([start]), np.float32([end]), 100)
    return draw_links(curves, np.float32([width]), np.float32([1.0]), np.array([negative]), 120, 9.0)


def test_that_a_level_link_is_as_thick_as_asked() -> None:
    opacity = (codes_of(60.0, 60.0, 4.0) >> 1) / 255
    assert opacity.sum(axis=0) == pytest.approx(np.full(100, 4.0), abs=0.05)


def test_that_a_steep_link_is_as_thick_as_a_level_one() -> None:
    curves = make_curves(np.float32([10.0]), np.float32([110.0]), 100)
    opacity = (codes_of(10.0, 110.0, 4.0) >> 1) / 255
    across = opacity.sum(axis=0) / curves.stretch[0]
    assert across == pytest.approx(np.full(100, 4.0), abs=0.15)


def test_that_a_link_begins_and_ends_at_its_neurons() -> None:
    codes = codes_of(20.0, 100.0, 3.0)
    assert abs(int(np.argmax(codes[:, 0])) + 0.5 - 20.0) <= 1.0
    assert abs(int(np.argmax(codes[:, -1])) + 0.5 - 100.0) <= 1.0


def test_that_a_negative_link_is_dashed_and_marked() -> None:
    codes = codes_of(60.0, 60.0, 4.0, negative=True)
    row = codes[60]
    assert set(np.unique(codes[codes > 1] & 1)) == {1}
    assert (row >> 1).min() == 0
    assert (row >> 1).max() >= 250
    assert (codes_of(60.0, 60.0, 4.0)[60] >> 1).min() >= 250


def test_that_the_stronger_link_lies_on_top_whatever_the_order() -> None:
    heights = np.float32([20.0, 100.0])
    for order in ([0, 1], [1, 0]):
        curves = make_curves(heights[order], heights[::-1][order], 100)
        alphas, negative = np.float32([1.0, 0.4])[order], np.array([False, True])[order]
        codes = draw_links(curves, np.float32([5.0, 5.0]), alphas, negative, 120, 9.0)
        assert codes[60, 50] & 1 == 0
        assert codes[60, 50] >> 1 >= 250


def test_that_links_beyond_the_picture_are_cut_off() -> None:
    assert codes_of(-50.0, 200.0, 6.0).shape == (120, 100)
    assert codes_of(-50.0, -40.0, 6.0).max() == 0
