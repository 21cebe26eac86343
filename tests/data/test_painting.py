"""Painting: what each tool makes of the points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data import CIRCLE, painting
from playground.data.base import Task
from playground.data.painting import PaintingRefused, blank, dab, erase, move, nearest, put, set_target
from playground.data.table import Table

TASKS: tuple[Task, ...] = ("classification", "regression")
SIDE = 6.0
COORDINATE = st.floats(-20.0, 20.0)
PLACE = st.tuples(COORDINATE, COORDINATE)


def at(*places: tuple[float, float]) -> np.ndarray:
    return np.array(places, dtype=np.float64)


def two() -> Table:
    return put(put(blank("classification"), at((0.0, 0.0)), 0), at((1.0, 0.0)), 1)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A painted table made by some strokes."""
    table = blank(draw(st.sampled_from(TASKS)))
    for place in draw(st.lists(PLACE, max_size=12)):
        last = len(table.class_names)
        target = draw(st.integers(0, min(last, 8)) if last else st.floats(-1, 1))
        table = put(table, at(place), target)
    return table


@given(tables(), PLACE)
def test_that_what_is_put_comes_last_and_lies_inside_the_plane(
    table: Table, place: tuple[float, float]
) -> None:
    new = put(table, at(place), 1)
    assert len(new) == len(table) + 1
    assert np.array_equal(new.inputs[:-1], table.inputs)
    assert np.array_equal(new.targets[:-1], table.targets)
    assert np.array_equal(new.inputs[-1], np.clip(place, -SIDE, SIDE))
    assert new.targets[-1] == 1


@given(tables(), PLACE, st.floats(0.0, 10.0))
def test_that_erasing_leaves_just_what_lies_outside_in_its_order(
    table: Table, place: tuple[float, float], radius: float
) -> None:
    new = erase(table, place, radius)
    outside = np.hypot(table.inputs[:, 0] - place[0], table.inputs[:, 1] - place[1]) > radius
    assert np.array_equal(new.inputs, table.inputs[outside])
    assert np.array_equal(new.targets, table.targets[outside])


@given(tables(), PLACE, st.data())
def test_that_moving_changes_one_place_alone(
    table: Table, place: tuple[float, float], data: st.DataObject
) -> None:
    table = put(table, at((0.0, 0.0)), 0)
    row = data.draw(st.integers(0, len(table) - 1))
    new = move(table, row, place)
    others = np.arange(len(table)) != row
    assert np.array_equal(new.inputs[others], table.inputs[others])
    assert np.array_equal(new.inputs[row], np.clip(place, -SIDE, SIDE))
    assert np.array_equal(new.targets, table.targets)
    assert new.class_names == table.class_names


@given(tables())
def test_that_there_are_as_many_classes_as_the_highest_asks_for(table: Table) -> None:
    if table.class_names:
        assert len(table.class_names) == max(2, int(table.targets.max(initial=0)) + 1)


@given(st.floats(0.0, 3.0), st.floats(0.0, 1.0), st.integers(0, 100), PLACE)
def test_that_a_dab_has_a_point_at_least_all_inside_the_plane(
    radius: float, jitter: float, seed: int, centre: tuple[float, float]
) -> None:
    places = dab(centre, radius, jitter, np.random.default_rng(seed))
    assert len(places) >= 1
    assert (np.abs(places) <= SIDE).all()


def test_that_a_dab_without_size_or_jitter_is_the_very_place() -> None:
    assert np.array_equal(dab((1.5, -2.0), 0.0, 0.0, np.random.default_rng(0)), at((1.5, -2.0)))


def test_that_a_wider_brush_leaves_more_points_and_all_within_its_circle() -> None:
    small, large = (dab((0.0, 0.0), radius, 0.0, np.random.default_rng(1)) for radius in (0.5, 1.5))
    assert len(large) > 4 * len(small)
    assert np.hypot(*large.T).max() <= 1.5


def test_that_jitter_scatters_beyond_the_circle() -> None:
    places = dab((0.0, 0.0), 0.5, 1.0, np.random.default_rng(1))
    assert np.hypot(*places.T).max() > 0.5


def test_that_a_third_class_gives_all_of_them_numbers_and_erasing_it_takes_it_away() -> None:
    assert two().class_names == ("negative", "positive")
    three = put(two(), at((3.0, 3.0)), 2)
    assert three.class_names == ("class 1", "class 2", "class 3")
    assert erase(three, (3.0, 3.0), 0.1) == two()


def test_that_a_class_beyond_the_next_is_refused_in_words() -> None:
    with pytest.raises(PaintingRefused, match="There are 2 classes: the next new one is 3"):
        put(two(), at((0.0, 0.0)), 3)


def test_that_a_tenth_class_is_refused() -> None:
    table = two()
    for index in range(2, 9):
        table = put(table, at((0.0, 0.0)), index)
    assert len(table.class_names) == 9
    with pytest.raises(PaintingRefused, match="9 classes at most"):
        put(table, at((0.0, 0.0)), 9)


def test_that_a_full_canvas_is_refused_in_words() -> None:
    full = put(blank("regression"), np.zeros((painting.MAX_POINTS, 2)), 0.5)
    with pytest.raises(PaintingRefused, match="20,000 painted points at most"):
        put(full, at((0.0, 0.0)), 0.5)


def test_that_a_point_takes_another_class_or_value() -> None:
    assert set_target(two(), 0, 1).targets.tolist() == [1, 1]
    numbers = put(blank("regression"), at((0.0, 0.0), (1.0, 1.0)), 0.25)
    assert set_target(numbers, 1, -0.75).targets.tolist() == [0.25, -0.75]


def test_that_the_nearest_point_is_found_within_reach_alone() -> None:
    assert nearest(two(), (0.9, 0.0), 0.2) == 1
    assert nearest(two(), (0.5, 3.0), 0.2) is None
    assert nearest(blank("regression"), (0.0, 0.0), 9.0) is None


def test_that_rows_are_taken_along_in_their_order() -> None:
    sample = CIRCLE.make(40, 0.2, 2, np.random.default_rng(0))
    table = painting.taken_along(sample, "class")
    assert table.painted
    assert np.array_equal(table.inputs, sample.inputs)
    assert np.array_equal(table.targets, sample.targets)
    assert table.class_names == sample.class_names
