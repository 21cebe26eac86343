"""Layers of every kind: their gradients against differences, and what they do in use against by hand."""

import numpy as np
import pytest
from engine_cases import differences, every_backend

from playground.engine.layers import EPSILON, LAYERS, LayerShape
from playground.engine.losses import LOSSES
from playground.engine.network import Network
from playground.tables import by_key

HALF_SQUARED = by_key(LOSSES, "half_squared", "loss")
GLOROT = "glorot_uniform"
PARAMETERS = {"dropout": (0.4,), "batch_norm": (0.9,), "layer_norm": (), "skip": (1.0,)}
KINDS = [kind.key for kind in LAYERS if kind.key != "dense"]


def network_with(kind, make, *, first=False):
    """A network with a layer of the kind behind its second layer, or behind its inputs."""
    layer = LayerShape(4, 4, kind=kind, parameters=PARAMETERS[kind], source=1)
    dense = [LayerShape(4, 4, "tanh", GLOROT), LayerShape(4, 4, "sigmoid", GLOROT)]
    shapes = [layer, *dense] if first else [*dense, layer]
    network = Network(make(), [*shapes, LayerShape(4, 2, "tanh", GLOROT)], "float64")
    network.initialise(3)
    network.chance = (1234, 7)
    rng = np.random.default_rng(5)
    network.set_parameters(network.get_parameters() + rng.normal(0, 0.1, network.size))
    return network


def data():
    rng = np.random.default_rng(0)
    return rng.normal(size=(7, 4)), rng.uniform(-0.9, 0.9, (7, 2))


@every_backend
@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_that_the_whole_gradient_agrees_with_differences(kind, first, make):
    if kind == "skip" and first:
        pytest.skip("a skip has a layer before it")
    network = network_with(kind, make, first=first)
    x, y = data()
    at = network.get_parameters()

    def training_loss(parameters):
        network.set_parameters(parameters)
        return network.loss_and_gradients(x, y, HALF_SQUARED)

    expected = differences(training_loss, at)
    training_loss(at)
    np.testing.assert_allclose(network.backend.to_host(network.gradients), expected, rtol=1e-5, atol=1e-8)


def test_that_norms_begin_as_they_should_and_are_no_weights():
    network = Network(network_with("batch_norm", _numpy).backend, network_with("batch_norm", _numpy).layers)
    network.initialise(0)
    np.testing.assert_array_equal(network.biases[2], np.zeros(4))
    np.testing.assert_array_equal(network.weights[2], np.tile([1.0, 0.0, 1.0], (4, 1)))
    assert network.weight_mask.sum() == 4 * 4 + 4 * 4 + 4 * 2
    assert [weights.shape for weights in network_with("dropout", _numpy).weights] == [
        (4, 4),
        (4, 4),
        (4, 0),
        (2, 4),
    ]


def _numpy():
    from playground.engine.backends import make_backend

    return make_backend("numpy")


@every_backend
def test_that_batch_norm_learns_the_averages_it_later_uses(make):
    network = network_with("batch_norm", make, first=True)
    x, _ = data()
    x = x * 3.0 + 2.0
    for _ in range(300):
        network.forward(x)
    to_host = network.backend.to_host
    gamma, mean, variance = (to_host(network.weights[0])[:, column] for column in range(3))
    np.testing.assert_allclose(mean, x.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(variance, x.var(axis=0), rtol=1e-6)
    expected = gamma * (x - mean) / np.sqrt(variance + EPSILON) + to_host(network.biases[0])
    np.testing.assert_allclose(to_host(network.outputs(x)[0]), expected, rtol=1e-9)


@every_backend
def test_that_dropout_silences_by_chance_in_training_alone(make):
    network = Network(
        make(),
        [
            LayerShape(1, 200, "linear", "constant"),
            LayerShape(200, 200, kind="dropout", parameters=(0.3,)),
            LayerShape(200, 1, "linear", "constant"),
        ],
        "float64",
    )
    network.initialise(0)
    to_host = network.backend.to_host
    x = np.ones((50, 1))
    answers = []
    for step in (0, 1, 0):
        network.chance = (99, step)
        answers.append(to_host(network.forward(x)).copy())
    np.testing.assert_array_equal(answers[0], answers[2])
    assert (answers[0] != answers[1]).any()
    in_use = to_host(network.outputs(x)[-1])
    assert np.ptp(in_use) == 0.0
    assert np.mean(answers[0]) == pytest.approx(in_use[0, 0], rel=0.03)
    silenced = 1.0 - np.mean(answers[0]) / in_use[0, 0] * 0.7
    assert silenced == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (LayerShape(4, 3, kind="dropout", parameters=(0.2,)), "as many units as inputs"),
        (LayerShape(4, 4, kind="dropout"), "needs 1 parameters"),
        (LayerShape(4, 4, kind="skip", parameters=(1.0,), source=0), "cannot add the values 0"),
        (LayerShape(4, 4, kind="skip", parameters=(1.0,), source=2), "cannot add the values 2"),
        (LayerShape(4, 4, kind="nonsense"), "kind of layer 'nonsense'"),
    ],
)
def test_that_a_layer_that_does_not_fit_is_refused(layer, message):
    with pytest.raises(ValueError, match=message):
        Network(_numpy(), [LayerShape(2, 4, "tanh", GLOROT), layer, LayerShape(4, 1, "tanh", GLOROT)])


def test_that_the_output_layer_is_dense():
    with pytest.raises(ValueError, match="output layer must be dense"):
        Network(_numpy(), [LayerShape(2, 2, "tanh", GLOROT), LayerShape(2, 2, kind="layer_norm")])
