"""Contract of every regularizer, over the table and over the backends."""

import numpy as np
from engine_cases import differences, every_backend, over

from playground.engine.regularizers import REGULARIZERS
from playground.engine.tables import by_key

WEIGHTS = np.array([0.5, -1.5, 2.0, -0.25, 1.0])
MASK = np.array([1.0, 1.0, 0.0, 1.0, 0.0])
every_regularizer = over(REGULARIZERS, "regularizer")


@every_backend
@every_regularizer
def test_that_the_gradient_agrees_with_differences_and_spares_the_biases(make, regularizer):
    backend = make()
    start = np.arange(5.0)
    weights, mask, gradients = (backend.asarray(array, "float64") for array in (WEIGHTS, MASK, start))
    regularizer.add_gradient(weights, mask, 0.3, gradients, backend.xp.zeros(5))
    expected = differences(lambda w: regularizer.penalty(w[MASK == 1], 0.3), WEIGHTS)
    np.testing.assert_allclose(backend.to_host(gradients) - start, expected, rtol=1e-6, atol=1e-9)
    np.testing.assert_array_equal(backend.to_host(weights), WEIGHTS)


@every_regularizer
def test_that_a_rate_of_0_costs_nothing(regularizer):
    assert regularizer.penalty(WEIGHTS, 0.0) == 0.0


def test_that_the_penalties_are_the_textbooks():
    values = {r.key: r.penalty(np.array([[3.0], [-4.0]]), 0.1) for r in REGULARIZERS}
    assert values == {"none": 0.0, "l1": 0.1 * 7.0, "l2": 0.5 * 0.1 * 25.0}


def test_that_l1_does_not_push_a_weight_that_is_0():
    gradients = np.zeros(1)
    l1 = by_key(REGULARIZERS, "l1", "regularization")
    l1.add_gradient(np.zeros(1), np.ones(1), 1.0, gradients, np.empty(1))
    assert gradients[0] == 0.0
