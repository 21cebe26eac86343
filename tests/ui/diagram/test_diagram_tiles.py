"""Tiles: colours, scale and orientation of what neurons answer."""

import numpy as np
import pytest

from playground.ui.diagram.tiles import (
    class_tiles,
    curve_tiles,
    heat_tiles,
    symmetrical_limit,
    weight_picture,
)
from playground.ui.theme.colour import heat_colours, heat_lut
from playground.ui.theme.tokens import DARK, LIGHT


def test_that_the_lowest_row_is_at_the_bottom() -> None:
    values = np.zeros((1, 4, 4))
    values[0, 0] = 1.0
    tile = heat_tiles(values, LIGHT)[0]
    assert (tile[3] == heat_lut(LIGHT)[255]).all()
    assert (tile[0] == heat_lut(LIGHT)[128]).all()


def test_that_a_layer_has_one_symmetrical_scale_of_at_least_one() -> None:
    assert symmetrical_limit(np.array([0.2, -0.3])) == 1.0
    assert symmetrical_limit(np.array([0.2, -3.0])) == 3.0
    tiles = heat_tiles(np.stack([np.full((2, 2), -3.0), np.full((2, 2), 3.0)]), LIGHT)
    assert tiles[0, 0, 0] == heat_lut(LIGHT)[0]
    assert tiles[1, 0, 0] == heat_lut(LIGHT)[255]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_that_numbers_out_of_hand_are_drawn_without_complaint(bad: float) -> None:
    values = np.full((2, 3, 3), 0.5)
    values[0, 1, 1] = bad
    assert heat_tiles(values, LIGHT).shape == (2, 3, 3)
    assert curve_tiles(values[0], LIGHT).shape[0] == 3
    assert weight_picture(values[0], LIGHT).shape == (3, 3)


def test_that_not_a_number_is_drawn_as_zero() -> None:
    assert heat_colours(np.array([[np.nan, 0.0]]), 1.0, LIGHT).tolist() == [[int(heat_lut(LIGHT)[128])] * 2]


def test_that_a_class_has_its_own_colour() -> None:
    shares = np.stack([np.ones((2, 2)), np.ones((2, 2)), np.zeros((2, 2))])
    tiles = class_tiles(shares, LIGHT)
    for k in range(2):
        assert f"#{int(tiles[k, 0, 0]) & 0xFFFFFF:06x}" == LIGHT.classes[k]
    assert f"#{int(tiles[2, 0, 0]) & 0xFFFFFF:06x}" == LIGHT.neutral


def test_that_a_curve_is_above_the_middle_where_it_is_positive() -> None:
    tile = curve_tiles(np.ones((1, 20)), LIGHT)[0]
    neutral = curve_tiles(np.zeros((1, 20)), LIGHT)[0]
    changed = np.flatnonzero((tile != neutral).all(axis=1))
    assert changed.size
    assert changed.min() < tile.shape[0] // 4


def test_that_a_large_matrix_is_thinned() -> None:
    assert max(weight_picture(np.ones((1024, 600)), DARK).shape) <= 160
