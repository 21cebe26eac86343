"""Contract of every regularizer, over the table."""

import math

import numpy as np
from engine_cases import differences, over

from playground.engine.regularizers import REGULARIZERS
from playground.tables import by_key

WEIGHTS = np.array([0.5, -1.5, 2.0, -0.25, 1.0])
every_regularizer = over(REGULARIZERS, "regularizer")


@every_regularizer
def test_that_the_slope_agrees_with_differences(regularizer):
    expected = differences(lambda w: regularizer.penalty(w, 0.3), WEIGHTS)
    if regularizer.slope is None:
        assert not expected.any()
    else:
        np.testing.assert_allclose(regularizer.slope(WEIGHTS, 0.3), expected, rtol=1e-6, atol=1e-9)


@every_regularizer
def test_that_a_rate_of_0_costs_nothing(regularizer):
    assert regularizer.penalty(WEIGHTS, 0.0) == 0.0
    assert regularizer.slope is None or not regularizer.slope(WEIGHTS, 0.0).any()


@every_regularizer
def test_that_a_nan_stays_visible(regularizer):
    if regularizer.slope is not None:
        assert np.isnan(regularizer.slope(np.array([math.nan]), 0.1)).all()
        assert math.isnan(regularizer.penalty(np.array([math.nan]), 0.1))


def test_that_the_penalties_are_the_textbooks():
    values = {r.key: r.penalty(np.array([[3.0], [-4.0]]), 0.1) for r in REGULARIZERS}
    assert values == {"none": 0.0, "l1": 0.1 * 7.0, "l2": 0.5 * 0.1 * 25.0, "weight_decay": 0.0}


def test_that_weight_decay_alone_shrinks_beside_the_gradient():
    assert [regularizer.key for regularizer in REGULARIZERS if regularizer.shrinks] == ["weight_decay"]
    assert by_key(REGULARIZERS, "weight_decay", "regularization").slope is None


def test_that_l1_does_not_push_a_weight_that_is_0():
    l1 = by_key(REGULARIZERS, "l1", "regularization")
    assert l1.slope(np.zeros(1), 1.0)[0] == 0.0
