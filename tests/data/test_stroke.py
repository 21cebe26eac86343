"""Strokes: what a tool makes of the points on its way from press to release."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data.painting import MAX_POINTS, PaintingRefused, blank, put
from playground.data.stroke import LEAST_ERASER, Brush, Place, Stroke, Tool
from playground.data.table import Table

COORDINATE = st.floats(-8.0, 8.0)
WAY = st.lists(st.tuples(COORDINATE, COORDINATE), min_size=1, max_size=5)
TOOLS: tuple[Tool, ...] = ("brush", "erase", "move")


def row_of_points() -> Table:
    return put(blank("classification"), np.array([[x, 0.0] for x in range(-5, 6)], dtype=np.float64), 1)


def stroke(table: Table, brush: Brush, *way: Place) -> Stroke:
    made = Stroke(table, brush, way[0], 0.3, np.random.default_rng(0))
    for place in way[1:]:
        made.go(place)
    return made


@given(WAY, st.sampled_from(TOOLS), st.floats(0.0, 2.0), st.floats(0.0, 1.0))
def test_that_no_stroke_leaves_the_plane_or_changes_what_was_there_before(
    way: list[Place], tool: Tool, radius: float, jitter: float
) -> None:
    before = row_of_points()
    made = stroke(before, Brush(tool, 0.0, radius, jitter), *way)
    assert made.before == row_of_points()
    assert (np.abs(made.table.inputs) <= 6.0).all()
    change = len(made.table) - len(before)
    assert {"brush": change >= 0, "erase": change <= 0, "move": change == 0}[tool]


def test_that_the_brush_leaves_no_gaps_however_fast_it_goes() -> None:
    made = stroke(blank("classification"), Brush(radius=0.0), (-5.0, 2.0), (5.0, 2.0))
    across = np.sort(made.table.inputs[:, 0])
    assert across[0] == -5.0
    assert across[-1] == pytest.approx(5.0)
    assert np.diff(across).max() <= 0.4 + 1e-9


def test_that_points_do_not_depend_on_how_often_the_pointer_is_seen() -> None:
    brush = Brush(radius=0.0)
    at_once = stroke(blank("classification"), brush, (0.0, 0.0), (3.0, 0.0))
    often = stroke(blank("classification"), brush, (0.0, 0.0), *[(x / 20, 0.0) for x in range(1, 61)])
    assert np.allclose(at_once.table.inputs, often.table.inputs)


def test_that_the_eraser_takes_everything_on_its_way() -> None:
    made = stroke(row_of_points(), Brush("erase", radius=0.0), (-5.0, LEAST_ERASER / 2), (5.0, 0.0))
    assert len(made.table) == 0
    assert made.text == "Erase 11 points"


def test_that_a_point_that_is_moved_keeps_its_distance_from_the_pointer() -> None:
    made = stroke(row_of_points(), Brush("move"), (1.2, 0.1), (3.2, 2.1))
    assert made.row == 6
    assert np.allclose(made.table.inputs[6], [3.0, 2.0])


def test_that_nothing_is_moved_where_no_point_is_and_nothing_changes() -> None:
    made = stroke(row_of_points(), Brush("move"), (0.5, 4.0), (3.0, 2.0))
    assert made.row is None
    assert not made.changes


def test_that_a_point_put_back_where_it_was_is_no_change() -> None:
    assert not stroke(row_of_points(), Brush("move"), (1.0, 0.0), (3.0, 2.0), (1.0, 0.0)).changes


def test_that_a_full_canvas_ends_the_stroke_with_what_was_painted() -> None:
    nearly = put(blank("regression"), np.zeros((MAX_POINTS - 2, 2)), 0.5)
    made = stroke(nearly, Brush(radius=0.0), (0.0, 0.0))
    with pytest.raises(PaintingRefused, match="points at most"):
        made.go((5.0, 0.0))
    assert len(made.table) == MAX_POINTS
