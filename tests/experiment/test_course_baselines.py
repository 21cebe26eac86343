"""The figures of the course's fish labs, on the course's rows."""

import numpy as np
import pytest

from playground import paths
from playground.data import Scaler
from playground.data.fish import HELD_OUT_FILES, read_course_split, read_fish

FOLDER = paths.resources() / "datasets"
SCORED = slice(-30, None)
"""The course lost its first test row as a header."""


@pytest.mark.parametrize("lab", HELD_OUT_FILES)
def test_that_the_lab_holds_out_13_of_the_courses_training_rows(lab: str) -> None:
    whole, nothing, tested = read_course_split(FOLDER)
    train, held_out, test = read_course_split(FOLDER, lab)
    assert (len(train), len(held_out), len(nothing)) == (111, 13, 0)
    assert set(train.tolist()) | set(held_out.tolist()) == set(whole.tolist())
    np.testing.assert_array_equal(test, tested)


def test_that_least_squares_has_the_courses_error() -> None:
    fish = read_fish(FOLDER)
    train, _, test = read_course_split(FOLDER, "linear")
    scaled = Scaler.fit(fish.inputs[train]).apply(fish.inputs)
    columns = np.column_stack([np.ones(len(scaled)), scaled])
    weights, *_ = np.linalg.lstsq(columns[train], fish.targets[train], rcond=None)
    answers = np.maximum(columns[test] @ weights, 0.0)
    errors = (answers - fish.targets[test]) ** 2
    assert errors[SCORED].mean() == pytest.approx(5657.29, abs=0.01)
