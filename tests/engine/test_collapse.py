"""Stacks of linear layers: which there are, and that their one matrix answers as the layers do."""

import numpy as np
import pytest
from engine_cases import numpy_backend

from playground.engine.collapse import affine, collapsed, products, stacks
from playground.engine.layers import LayerShape
from playground.engine.network import Network


def dense(inputs, units, activation="linear"):
    return LayerShape(inputs, units, activation, "glorot_uniform")


def of_kind(kind, units, source=0):
    parameters = {"dropout": (0.3,), "batch_norm": (0.9,), "skip": (1.0,)}.get(kind, ())
    return LayerShape(units, units, kind=kind, parameters=parameters, source=source)


LINEAR = {
    "two": [dense(3, 4), dense(4, 2)],
    "three": [dense(2, 8), dense(8, 4), dense(4, 1)],
    "a bent end": [dense(3, 5), dense(5, 2, "tanh")],
    "a softmax at the end": [dense(3, 5), dense(5, 3, "softmax")],
    "a dropout within": [dense(3, 5), of_kind("dropout", 5), dense(5, 2)],
    "a batch norm within": [dense(3, 5), of_kind("batch_norm", 5), dense(5, 2)],
    "a skip over a layer": [dense(3, 5), dense(5, 5), of_kind("skip", 5, source=1), dense(5, 2)],
    "a skip from what comes in": [dense(3, 3), of_kind("skip", 3, source=0), dense(3, 2)],
    "much": [dense(6, 40), of_kind("batch_norm", 40), dense(40, 30), of_kind("dropout", 30), dense(30, 4)],
}


@pytest.mark.parametrize("layers", LINEAR.values(), ids=LINEAR.keys())
def test_that_the_matrix_answers_as_the_stack_does(layers):
    network = Network(numpy_backend(), layers, "float64")
    rng = np.random.default_rng(2)
    network.initialise(1)
    network.set_parameters(network.get_parameters() + rng.uniform(0.1, 0.9, network.size))
    (stack,) = stacks(layers)
    assert (stack.first, stack.last) == (0, len(layers) - 1)
    found = collapsed(layers, network.weights, network.biases, stack)
    x = rng.normal(size=(200, layers[0].inputs))
    one = Network(
        numpy_backend(), [dense(layers[0].inputs, layers[-1].units, layers[-1].activation)], "float64"
    )
    one.weights[0][...], one.biases[0][...] = found.matrix, found.shift
    np.testing.assert_allclose(one.outputs(x)[-1], network.outputs(x)[-1], rtol=0, atol=1e-10)


def places(layers):
    return [(stack.first, stack.last, stack.dense) for stack in stacks(layers)]


def test_that_a_bent_activation_ends_a_stack_and_begins_no_other():
    assert places([dense(2, 3, "tanh"), dense(3, 1)]) == []
    assert places([dense(2, 3), dense(3, 3, "tanh"), dense(3, 3), dense(3, 1)]) == [
        (0, 1, (0, 1)),
        (2, 3, (2, 3)),
    ]
    assert places([dense(2, 1)]) == []


def test_that_a_layer_norm_and_a_skip_from_before_end_a_stack():
    assert places([dense(2, 3), of_kind("layer_norm", 3), dense(3, 1)]) == []
    early = [dense(3, 3, "tanh"), dense(3, 3), of_kind("skip", 3, source=1), dense(3, 1)]
    assert places(early) == [(1, 3, (1, 3))]  # what comes into the stack itself may be added
    earlier = [dense(3, 3, "tanh"), dense(3, 3), of_kind("skip", 3, source=0), dense(3, 3), dense(3, 1)]
    assert places(earlier) == [(3, 4, (3, 4))]


def test_that_what_follows_the_last_dense_layer_is_no_part():
    layers = [dense(2, 3), dense(3, 3), of_kind("batch_norm", 3), of_kind("layer_norm", 3), dense(3, 1)]
    assert places(layers) == [(0, 1, (0, 1))]


def test_that_other_layers_before_the_first_dense_one_are_no_part():
    assert places([of_kind("dropout", 2), dense(2, 3), dense(3, 1)]) == [(1, 2, (1, 2))]


def test_that_numbers_that_are_none_pass_through_without_a_warning():
    layers = LINEAR["two"]
    weights = [np.full((4, 3), np.inf), np.zeros((2, 4))]
    found = collapsed(layers, weights, [np.zeros(4), np.zeros(2)], stacks(layers)[0])
    assert np.isnan(found.matrix).all()


def test_that_a_layer_without_a_matrix_of_its_own_is_refused():
    with pytest.raises(ValueError, match="skip is no matrix"):
        affine(of_kind("skip", 3), np.zeros((3, 0)), np.zeros(0))


def test_that_the_work_is_known_beforehand():
    assert products(LINEAR["three"], stacks(LINEAR["three"])[0]) == 2 * (16 + 32 + 4)
