"""One example followed through a network: the numbers are those that the engine learns with."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from engine_cases import HIDDEN, differences, make_network, numpy_backend, over, targets_for

from playground.engine.activations import ACTIVATIONS, Activation
from playground.engine.layers import EPSILON, LayerShape
from playground.engine.losses import LOSSES, Loss
from playground.engine.network import Network
from playground.engine.trace import Trace, trace
from playground.tables import by_key

EXACT = {"rtol": 1e-10, "atol": 1e-12}
SQUARED = by_key(LOSSES, "half_squared", "loss")
CROSS = by_key(LOSSES, "softmax_cross_entropy", "loss")
D = LayerShape(4, 4, "tanh", "glorot_uniform")
NORM = LayerShape(4, 4, kind="batch_norm", parameters=(0.9,))
LAYER_NORM = LayerShape(4, 4, kind="layer_norm")
DROPOUT = LayerShape(4, 4, kind="dropout", parameters=(0.4,))
LAST = LayerShape(4, 2, "softmax", "glorot_uniform")


def followed(network: Network, x: np.ndarray, y: np.ndarray, loss: Loss) -> Trace:
    return trace(network.layers, network.weights, network.biases, x, y, loss)


def example(network: Network, loss: Loss = SQUARED) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    return rng.normal(size=(1, network.layers[0].inputs)), targets_for(loss, rng, 1, network.layers[-1].units)


def of_kinds(shapes: Sequence[LayerShape], seed: int = 1) -> Network:
    """A network all of whose numbers are drawn, those of norms too."""
    network = Network(numpy_backend(), shapes, "float64")
    network.initialise(seed)
    rng = np.random.default_rng(seed)
    for layer, weights, biases in zip(shapes, network.weights, network.biases, strict=True):
        biases[...] = rng.normal(size=biases.shape)
        if layer.kind.endswith("norm"):
            weights[...] = rng.uniform(0.5, 2.0, size=weights.shape)
    return network


def agree(network: Network, loss: Loss) -> None:
    """Compare a trace with what the engine makes of a batch of that one row."""
    x, y = example(network, loss)
    found = followed(network, x[0], y[0], loss)
    value = network.loss_and_gradients(x, y, loss)
    np.testing.assert_allclose(found.loss, value, **EXACT)
    weights, biases = network.layers_of(network.gradients)
    for layer, of_weights, of_biases in zip(found.layers, weights, biases, strict=True):
        np.testing.assert_allclose(layer.weight_gradient, of_weights, **EXACT)
        np.testing.assert_allclose(layer.bias_gradient, of_biases, **EXACT)
    for layer, answers in zip(found.layers, network.outputs(x), strict=True):
        np.testing.assert_allclose(layer.a, answers[0], **EXACT)


@over(HIDDEN, "activation")
def test_that_gradients_of_every_activation_are_those_of_the_engine(activation: Activation) -> None:
    agree(make_network([3, 5, 4, 2], hidden=activation.key, output="linear"), SQUARED)


@over(LOSSES, "loss")
def test_that_gradients_of_every_loss_with_each_of_its_outputs_are_those_of_the_engine(loss: Loss) -> None:
    for output in loss.outputs:
        units = 3 if by_key(ACTIVATIONS, output, "activation").output_only else 1
        agree(make_network([3, 4, units], output=output), loss)


@pytest.mark.parametrize(
    "hidden",
    [
        [LAYER_NORM],
        [D, replace(D, kind="skip", parameters=(1.0,), source=0)],
        [D, LAYER_NORM, D, replace(D, kind="skip", parameters=(2.0,), source=0)],
        [D, D, replace(D, kind="skip", parameters=(1.0,), source=1), D],
    ],
    ids=["layer_norm", "skip", "skip_from_inputs", "skip_inside"],
)
def test_that_gradients_of_other_kinds_of_layer_are_those_of_the_engine(hidden: list[LayerShape]) -> None:
    agree(of_kinds([*hidden, LAST]), CROSS)


def test_that_dropout_silences_nothing() -> None:
    bare, full = of_kinds([D, LAST]), of_kinds([D, DROPOUT, LAST])
    full.set_parameters(bare.get_parameters())
    x, y = example(bare, CROSS)
    bare.loss_and_gradients(x, y, CROSS)
    found = followed(full, x[0], y[0], CROSS)
    np.testing.assert_array_equal(found.layers[1].a, found.layers[0].a)
    np.testing.assert_allclose(found.layers[0].weight_gradient, bare.layers_of(bare.gradients)[0][0], **EXACT)


def test_that_batch_norm_is_a_linear_layer_made_of_its_running_averages() -> None:
    network = of_kinds([D, NORM, D, LAST])
    gamma, mean, variance = network.weights[1].T
    twin = of_kinds([D, LayerShape(4, 4, "linear"), D, LAST])
    factor = gamma / np.sqrt(variance + EPSILON)
    for place in (0, 2, 3):
        twin.weights[place][...], twin.biases[place][...] = network.weights[place], network.biases[place]
    twin.weights[1][...] = np.diag(factor)
    twin.biases[1][...] = network.biases[1] - mean * factor
    x, y = example(network, CROSS)
    found = followed(network, x[0], y[0], CROSS)
    np.testing.assert_allclose(found.loss, twin.loss_and_gradients(x, y, CROSS), **EXACT)
    weights, biases = twin.layers_of(twin.gradients)
    for place in (0, 2, 3):
        np.testing.assert_allclose(found.layers[place].weight_gradient, weights[place], **EXACT)
    np.testing.assert_allclose(found.layers[1].bias_gradient, biases[1], **EXACT)
    assert not found.layers[1].weight_gradient[:, 1:].any()


@pytest.mark.parametrize("hidden", [[D, NORM], [D, LAYER_NORM, D]], ids=["batch_norm", "layer_norm"])
def test_that_all_gradients_agree_with_finite_differences(hidden: list[LayerShape]) -> None:
    network = of_kinds([*hidden, LAST])
    x, y = example(network, CROSS)
    found = followed(network, x[0], y[0], CROSS)

    def loss_with(parameters: np.ndarray) -> float:
        network.set_parameters(parameters)
        return followed(network, x[0], y[0], CROSS).loss

    start = network.get_parameters()
    weights, biases = network.layers_of(differences(loss_with, start))
    for layer, of_weights, of_biases in zip(found.layers, weights, biases, strict=True):
        learnt = of_weights[:, :1] if layer.normal is not None else of_weights
        mine = layer.weight_gradient[:, :1] if layer.normal is not None else layer.weight_gradient
        np.testing.assert_allclose(mine, learnt, atol=1e-8)
        np.testing.assert_allclose(layer.bias_gradient, of_biases, atol=1e-8)
    network.set_parameters(start)
    slopes = differences(lambda row: followed(network, row, y[0], CROSS).loss, x[0])
    np.testing.assert_allclose(found.x_error, slopes, atol=1e-8)


def test_that_numbers_that_ran_away_go_their_way_without_a_word() -> None:
    network = make_network([2, 3, 1])
    network.weights[0][1, 0] = np.nan
    network.weights[1][0, 2] = np.inf
    x, y = example(network)
    found = followed(network, x[0], y[0], SQUARED)
    assert np.isnan(found.layers[0].a[1])
    assert np.isfinite(found.layers[0].a[0])
    assert np.isnan(found.loss)


def test_that_arrays_of_another_network_are_refused() -> None:
    network, other = make_network([2, 3, 1]), make_network([2, 4, 1])
    x, y = example(network)
    with pytest.raises(ValueError, match="3 units"):
        trace(network.layers, other.weights, other.biases, x[0], y[0], SQUARED)
    with pytest.raises(ValueError, match="shapes"):
        followed(network, x[0][:1], y[0], SQUARED)
    with pytest.raises(ValueError, match="as many"):
        trace(network.layers, network.weights[:1], network.biases, x[0], y[0], SQUARED)
