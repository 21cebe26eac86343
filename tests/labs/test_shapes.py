"""Shapes and counts of networks, and the two ways to write a layer."""

import numpy as np
import pytest

from playground.engine.backends import make_backend
from playground.engine.layers import LayerShape
from playground.engine.network import Network
from playground.labs.shapes import (
    LECTURE,
    LayerSizes,
    augmented,
    drawn_layer,
    layers_of,
    named,
    parameters,
    sums,
)

COUNTS = {
    (2, 3, 1): 13,
    (3, 4, 3): 31,
    (2, 10): 30,
    (300, 300): 90_300,
    (5, 32, 32, 32, 1): 2_337,
    (1, 16, 16, 1): 321,
    (1, 8, 8, 1): 97,
    (5, 300, 300, 1): 92_401,
}


@pytest.mark.parametrize(("widths", "count"), COUNTS.items(), ids=[named(widths) for widths in COUNTS])
def test_that_the_courses_networks_have_their_parameters(widths, count):
    assert parameters(widths) == count
    assert sum(layer.weights + layer.biases for layer in layers_of(widths)) == count


def test_that_the_networks_offered_are_the_courses():
    assert {widths for widths, _ in LECTURE} == set(COUNTS)
    assert all(words.endswith(".") for _, words in LECTURE)


def test_that_shapes_are_those_of_the_engines_arrays():
    widths = (3, 4, 2)
    layers = layers_of(widths)
    network = Network(make_backend("numpy"), [LayerShape(one.inputs, one.units) for one in layers])
    assert [one.weight_shape for one in layers] == [weights.shape for weights in network.weights]
    assert [(one.biases,) for one in layers] == [biases.shape for biases in network.biases]
    assert [one.size for one in layers] == [layer.size for layer in network.layers]


@pytest.mark.parametrize("widths", [(), (3,), (3, 0), (0, 3)])
def test_that_no_layer_is_no_network(widths):
    with pytest.raises(ValueError, match="at least one"):
        parameters(widths)


def test_that_biases_as_a_column_are_the_same_to_the_last_digits():
    rng = np.random.default_rng(0)
    for _ in range(100):
        units, inputs = rng.integers(1, 40, size=2)
        weights, biases, x = rng.normal(size=(units, inputs)), rng.normal(size=units), rng.normal(size=inputs)
        matrix = augmented(weights, biases)
        assert matrix.shape == (units, inputs + 1)
        np.testing.assert_allclose(
            matrix @ np.concatenate(([1.0], x)), sums(weights, biases, x), rtol=0, atol=1e-12
        )


def test_that_a_link_changes_the_sum_that_it_leads_to_and_no_other():
    rng = np.random.default_rng(1)
    weights, biases, x = rng.normal(size=(4, 3)), rng.normal(size=4), rng.normal(size=3)
    before = sums(weights, biases, x)
    for i in range(4):
        for j in range(3):
            changed = weights.copy()
            changed[i, j] += 0.5
            difference = sums(changed, biases, x) - before
            assert np.flatnonzero(difference).tolist() == [i]
            assert difference[i] == pytest.approx(0.5 * x[j])


def test_that_the_numbers_of_a_layer_are_short_and_the_same_for_a_seed():
    layer = LayerSizes(3, 5)
    weights, biases, x = drawn_layer(layer, 7)
    assert (weights.shape, biases.shape, x.shape) == ((5, 3), (5,), (3,))
    for first, again in zip((weights, biases, x), drawn_layer(layer, 7), strict=True):
        assert (first * 2 == np.round(first * 2)).all()
        assert np.abs(first).max() <= 2
        assert (first == again).all()
    assert not (weights == drawn_layer(layer, 8)[0]).all()
