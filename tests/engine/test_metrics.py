"""Accuracy, R² and mean absolute error."""

import math

import numpy as np
import pytest

from playground.engine.metrics import accuracy, mae, predicted_classes, r2


def test_that_one_output_is_cut_at_the_threshold():
    outputs = np.array([[-0.5], [0.2], [0.7], [0.4]])
    assert predicted_classes(outputs, 0.0).tolist() == [0, 1, 1, 1]
    assert predicted_classes(outputs[:, 0], 0.5).tolist() == [0, 0, 1, 0]
    assert accuracy(outputs, np.array([0, 1, 0, 1]), 0.0) == 0.75


def test_that_of_several_outputs_the_largest_counts():
    outputs = np.array([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2]])
    assert accuracy(outputs, np.array([1, 2]), 0.5) == 0.5


def test_that_an_answer_that_is_no_number_is_wrong():
    assert accuracy(np.array([[math.nan], [1.0]]), np.array([0, 1]), 0.0) == 0.5
    assert accuracy(np.array([[math.nan, 0.0]]), np.array([0]), 0.0) == 0.0


def test_that_r2_is_1_for_perfect_0_for_the_mean_and_below_for_worse():
    y = np.array([1.0, 2.0, 3.0, 6.0])
    assert r2(y[:, None], y) == 1.0
    assert r2(np.full((4, 1), 3.0), y) == pytest.approx(0.0)
    assert r2(-y, y) < 0
    assert math.isnan(r2(y, np.ones(4)))


def test_that_r2_of_several_outputs_measures_each_from_its_own_mean():
    y = np.array([[0.0, 100.0], [2.0, 102.0]])
    assert r2(np.array([[1.0, 101.0], [1.0, 101.0]]), y) == pytest.approx(0.0)


def test_that_the_mean_absolute_error_is_in_the_targets_unit():
    assert mae(np.array([[1.0], [5.0]]), np.array([2.0, 2.0])) == 2.0


def test_that_no_rows_give_no_number():
    nothing = np.zeros((0, 1))
    assert math.isnan(accuracy(nothing, np.zeros(0, dtype=int), 0.0))
    assert math.isnan(mae(nothing, np.zeros(0)))
    assert math.isnan(r2(nothing, np.zeros(0)))


def test_that_a_diverged_network_is_measured_without_a_warning():
    y = np.array([1.0, 2.0])
    assert not math.isfinite(r2(np.array([[1e300], [-1e300]]), y))
    assert mae(np.array([[math.inf], [0.0]]), y) == math.inf
