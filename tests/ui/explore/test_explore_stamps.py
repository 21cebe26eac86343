"""Points as pixels: where they lie, what covers what, and how edges become smooth."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from playground.ui.explore.stamps import Pixels, Stamps, smoothed, stamps
from playground.ui.theme.tokens import MARKERS

GROUND, RED, BLUE, RIM = (np.uint32(value) for value in (1, 2, 3, 4))


def drawn(markers: Stamps, places: list[tuple[int, int]], fills: list[np.uint32], kinds: list[int]) -> Pixels:
    field = np.full((60, 80), GROUND, np.uint32)
    x, y = np.array(places).T
    fill = np.array(fills, np.uint32)
    markers.draw(field, x, y, np.array(kinds), fill, np.full(len(fill), RIM))
    return field


def test_that_a_point_lies_round_its_place(qtbot: QtBot) -> None:
    field = drawn(stamps(("o",), 9.0, 1.0), [(20, 30)], [RED], [0])
    rows, columns = np.nonzero(field != GROUND)
    assert (rows.mean(), columns.mean()) == pytest.approx((30.0, 20.0), abs=0.5)
    assert field[30, 20] == RED
    assert field[30, columns.min()] == field[rows.min(), 20] == RIM
    assert 8 <= np.ptp(columns) <= 12


def test_that_later_points_lie_on_earlier_ones_across_all_chunks(qtbot: QtBot) -> None:
    fills = [RED, BLUE] * 2000
    field = drawn(stamps(("s", "o"), 7.0, 1.0), [(40, 30)] * 4000, fills, [0, 1] * 2000)
    assert field[30, 40] == BLUE
    field = drawn(stamps(("s",), 7.0, 1.0), [(40, 30), (43, 30)], [RED, BLUE], [0, 0])
    assert (field[30, 40], field[30, 43]) == (RIM, BLUE)
    assert field[30, 38] == RED


def test_that_every_marker_of_the_theme_has_a_shape_of_its_own(qtbot: QtBot) -> None:
    markers = stamps(MARKERS, 12.0, 1.0)
    pictures = [drawn(markers, [(40, 30)], [RED], [kind]).tobytes() for kind in range(len(MARKERS))]
    assert len(set(pictures)) == len(MARKERS)


def test_that_pixels_are_averaged_channel_by_channel() -> None:
    fine = np.array([[0xFF000000, 0xFF0000FF], [0xFF00FF00, 0xFFFF0000]], np.uint32)
    np.testing.assert_array_equal(smoothed(fine, 2), np.array([[0xFF3F3F3F]], np.uint32))
    assert smoothed(fine, 1) is fine
