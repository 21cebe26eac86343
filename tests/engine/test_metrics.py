"""Accuracy, R², errors and the confusion matrix."""

import math

import numpy as np
import pytest
from sklearn import metrics as theirs

from playground.engine.metrics import (
    accuracy,
    confusion,
    mae,
    precision,
    predicted_classes,
    r2,
    recall,
    rmse,
)


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


def test_that_the_figures_of_a_regression_are_those_of_scikit_learn():
    rng = np.random.default_rng(1)
    y = rng.normal(size=200)
    answers = y + rng.normal(size=200)
    assert r2(answers[:, None], y) == pytest.approx(theirs.r2_score(y, answers))
    assert mae(answers[:, None], y) == pytest.approx(theirs.mean_absolute_error(y, answers))
    assert rmse(answers[:, None], y) == pytest.approx(theirs.root_mean_squared_error(y, answers))
    assert math.isnan(rmse(y[:0], y[:0]))


def test_that_the_figures_of_classes_are_those_of_scikit_learn():
    rng = np.random.default_rng(2)
    true, taken = rng.integers(5, size=300), rng.integers(5, size=300)
    counts = confusion(taken, true, 5)
    np.testing.assert_array_equal(counts, theirs.confusion_matrix(true, taken))
    np.testing.assert_allclose(precision(counts), theirs.precision_score(true, taken, average=None))
    np.testing.assert_allclose(recall(counts), theirs.recall_score(true, taken, average=None))


def test_that_a_class_without_rows_or_answers_has_no_share():
    counts = confusion(np.array([0.0, math.nan, 2.0, 0.0]), np.array([0, 0, 2, 1]), 4)
    assert counts.sum() == 3
    assert recall(counts)[1] == 0
    assert np.isnan(recall(counts)).tolist() == [False, False, False, True]
    assert np.isnan(precision(counts)).tolist() == [False, True, False, True]
