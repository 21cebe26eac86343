"""Features against direct formulas, and the matrix made of them."""

import math

import numpy as np
import pytest

from playground.data import FEATURES, design_matrix

POINTS = np.random.default_rng(5).uniform(-6, 6, (200, 2))

FORMULAS = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1_squared": lambda x1, x2: x1 * x1,
    "x2_squared": lambda x1, x2: x2 * x2,
    "x1_x2": lambda x1, x2: x1 * x2,
    "sin_x1": lambda x1, x2: math.sin(x1),
    "sin_x2": lambda x1, x2: math.sin(x2),
}


def test_that_the_features_are_tensorflow_playgrounds_in_its_order():
    assert [feature.key for feature in FEATURES] == list(FORMULAS)


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.key)
def test_that_a_feature_is_its_formula(feature):
    expected = [FORMULAS[feature.key](x1, x2) for x1, x2 in POINTS.tolist()]
    np.testing.assert_allclose(feature.compute(POINTS), expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.key)
def test_that_a_symbol_is_plain_ascii_for_the_same_formula(feature):
    assert feature.symbol.isascii()
    for (x1, x2), value in zip(POINTS[:20].tolist(), feature.compute(POINTS[:20]), strict=True):
        expression = feature.symbol.replace("^", "**")
        assert eval(expression, {"x1": x1, "x2": x2, "sin": math.sin}) == pytest.approx(value)


def test_that_the_matrix_has_the_features_in_the_asked_order():
    matrix = design_matrix(POINTS, ("sin_x2", "x1", "x1_x2"), ("x1", "x2"))
    expected = np.column_stack((np.sin(POINTS[:, 1]), POINTS[:, 0], POINTS[:, 0] * POINTS[:, 1]))
    np.testing.assert_allclose(matrix, expected, rtol=1e-15)
    assert matrix.dtype == np.float64


def test_that_other_data_give_their_columns_by_name():
    rows = np.arange(12.0).reshape(4, 3)
    matrix = design_matrix(rows, ("Width", "Length1"), ("Length1", "Height", "Width"))
    np.testing.assert_array_equal(matrix, rows[:, [2, 0]])


def test_that_the_matrix_is_a_copy_even_of_plain_columns():
    rows = POINTS.copy()
    rows.setflags(write=False)
    matrix = design_matrix(rows, ("x1", "x2"), ("x1", "x2"))
    matrix[:] = 0
    np.testing.assert_array_equal(rows, POINTS)


def test_that_an_unknown_feature_is_answered_with_the_allowed_ones():
    with pytest.raises(ValueError, match="no column “cos_x1”; there are: x1, x2"):
        design_matrix(POINTS, ("cos_x1",), ("x1", "x2"))


def test_that_features_of_the_plane_are_no_columns_of_a_line():
    with pytest.raises(ValueError, match="no column “x1”; there are: x"):
        design_matrix(POINTS[:, :1], ("x1",), ("x",))


@pytest.mark.parametrize("rows", [np.zeros((5, 3)), np.zeros(5)])
def test_that_rows_which_do_not_fit_the_columns_are_refused(rows):
    with pytest.raises(ValueError, match="rows of 2 numbers were expected"):
        design_matrix(rows, ("x1",), ("x1", "x2"))
