"""The network: its parameters, and forward and backward pass against slow and simple ways."""

import math

import numpy as np
import pytest
from engine_cases import HIDDEN, differences, every_backend, make_network, numpy_backend, targets_for

from playground.engine.layers import LayerShape
from playground.engine.losses import LOSSES
from playground.engine.network import MAX_WORKSPACES, Network
from playground.tables import UnknownChoiceError, by_key

SIZES = [3, 4, 3, 2]
HALF_SQUARED = by_key(LOSSES, "half_squared", "loss")
CASES = [
    pytest.param(loss, output, hidden.key, id=f"{loss.key}-{output}-{hidden.key}")
    for loss in LOSSES
    for output in loss.outputs
    for hidden in HIDDEN
]


def _data(loss=HALF_SQUARED, rows=7, outputs=2, inputs=3, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(rows, inputs)), targets_for(loss, rng, rows, outputs)


@every_backend
@pytest.mark.parametrize(("loss", "output", "hidden"), CASES)
def test_that_the_whole_gradient_agrees_with_differences(make, loss, output, hidden):
    # Biases other than 0 take part, and no weighted sum is near a kink.
    network = make_network(SIZES, hidden, output, initializer="uniform", backend=make(), seed=3)
    x, y = _data(loss)
    at = network.get_parameters()

    def mean_loss(parameters):
        network.set_parameters(parameters)
        return network.evaluate(x, y, loss)[0]

    expected = differences(mean_loss, at)
    network.set_parameters(at)
    value = network.loss_and_gradients(x, y, loss)
    assert value == pytest.approx(mean_loss(at), rel=1e-12)
    np.testing.assert_allclose(network.backend.to_host(network.gradients), expected, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize(("sizes", "count"), [
    ([2, 3, 1], 13),
    ([3, 4, 3], 31),
    ([5, 32, 32, 32, 1], 2337),
    ([1, 16, 16, 1], 321),
])  # fmt: skip
def test_that_the_lectures_networks_have_the_lectures_parameters(sizes, count):
    network = make_network(sizes)
    assert network.size == len(network.get_parameters()) == count
    assert sum(layer.size for layer in network.layers) == count


@every_backend
def test_that_weights_and_biases_are_views_of_the_one_vector(make):
    network = make_network([2, 3, 1], backend=make())
    to_host = network.backend.to_host
    assert [w.shape for w in network.weights] == [(3, 2), (1, 3)]
    assert [b.shape for b in network.biases] == [(3,), (1,)]
    network.weights[0][1, 0] = 42.0
    network.biases[1][0] = 43.0
    flat = network.get_parameters()
    assert (flat == 42.0).sum() == (flat == 43.0).sum() == 1
    mask = to_host(network.weight_mask)
    assert mask.sum() == 9
    assert mask[flat == 42.0] == 1
    assert mask[flat == 43.0] == 0


@every_backend
@pytest.mark.parametrize("rows", [1, 2, 33])
def test_that_forward_is_the_textbooks_formula(make, rows):
    network = make_network([3, 4, 2], "relu", "tanh", initializer="uniform", backend=make())
    to_host = network.backend.to_host
    x = np.random.default_rng(0).normal(size=(rows, 3))
    w, b = [to_host(v) for v in network.weights], [to_host(v) for v in network.biases]
    hidden = np.maximum(x @ w[0].T + b[0], 0)
    expected = np.tanh(hidden @ w[1].T + b[1])
    np.testing.assert_allclose(to_host(network.forward(x)), expected, rtol=1e-12)
    layers = [to_host(a) for a in network.outputs(x)]
    np.testing.assert_allclose(layers[0], hidden, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(layers[1], expected, rtol=1e-12)


def test_that_a_linear_network_is_the_product_of_its_matrices():
    network = make_network([4, 6, 5, 2], "linear", "linear", seed=5)
    x = np.random.default_rng(0).normal(size=(9, 4))
    product = network.weights[2] @ network.weights[1] @ network.weights[0]
    np.testing.assert_allclose(network.forward(x), x @ product.T, rtol=1e-10)


@every_backend
def test_that_looking_leaves_the_training_buffers_alone(make):
    network = make_network(SIZES, backend=make())
    x, y = _data()
    network.forward(x)
    network.outputs(np.ones((10_000, 3)))
    network.outputs(x + 1)
    network.evaluate(x + 1, y, HALF_SQUARED)
    network.backward(y, HALF_SQUARED)
    after_looking = network.backend.to_host(network.gradients)
    network.loss_and_gradients(x, y, HALF_SQUARED)
    np.testing.assert_array_equal(after_looking, network.backend.to_host(network.gradients))


def test_that_outputs_are_fresh_arrays():
    network = make_network(SIZES)
    x, _ = _data()
    first, kept = network.outputs(x), [a.copy() for a in network.outputs(x)]
    network.forward(-x)
    network.outputs(-x)
    for array, copy in zip(first, kept, strict=True):
        np.testing.assert_array_equal(array, copy)


@every_backend
def test_that_evaluation_in_chunks_is_the_same(make):
    network = make_network(SIZES, backend=make())
    x, y = _data(rows=23)
    whole, parts = network.evaluate(x, y, HALF_SQUARED), network.evaluate(x, y, HALF_SQUARED, chunk=5)
    assert whole[0] == pytest.approx(parts[0], rel=1e-12)
    assert type(whole[1]) is np.ndarray
    np.testing.assert_allclose(whole[1], parts[1], rtol=1e-12)
    by_hand = np.mean(0.5 * np.sum((whole[1] - y) ** 2, axis=1))
    assert whole[0] == pytest.approx(by_hand, rel=1e-12)


def test_that_no_examples_have_no_mean_loss():
    loss, outputs = make_network(SIZES).evaluate(np.zeros((0, 3)), np.zeros((0, 2)), HALF_SQUARED)
    assert math.isnan(loss)
    assert outputs.shape == (0, 2)


@every_backend
def test_that_a_seed_starts_the_same_network_everywhere(make):
    here = make_network([2, 4, 1], dtype="float32", seed=9).get_parameters()
    there = make_network([2, 4, 1], dtype="float32", seed=9, backend=make()).get_parameters()
    np.testing.assert_array_equal(here, there)
    assert (here != make_network([2, 4, 1], dtype="float32", seed=10).get_parameters()).any()


def test_that_changing_a_layer_leaves_the_draws_of_the_others_alone():
    before, after = make_network([2, 4, 4, 4, 1]), make_network([2, 4, 7, 4, 1])
    for layer in (0, 3):
        np.testing.assert_array_equal(before.weights[layer], after.weights[layer])


def test_that_layers_of_the_same_shape_start_differently():
    network = make_network([4, 4, 4, 4])
    first, second, third = network.weights
    assert (first != second).all()
    assert (second != third).all()


def test_that_units_that_start_at_zero_stay_copies_of_each_other():
    network = make_network([2, 5, 1], initializer="zeros")
    x, y = _data(rows=20, outputs=1, inputs=2)
    for _ in range(50):
        network.loss_and_gradients(x, y, HALF_SQUARED)
        network.parameters -= 0.5 * network.gradients
    assert np.ptp(network.weights[0], axis=0).max() == 0.0
    assert np.ptp(network.biases[0]) == 0.0
    assert network.biases[1][0] != 0.0


@every_backend
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_that_a_number_that_is_none_is_noticed(make, bad):
    network = make_network(SIZES, backend=make())
    assert network.is_finite()
    network.weights[1][0, 0] = bad
    assert not network.is_finite()


def test_that_large_but_finite_parameters_are_finite():
    network = make_network(SIZES, dtype="float32")
    network.set_parameters(np.full(network.size, 3e38))
    assert network.is_finite()


@pytest.mark.parametrize(("dtype", "size"), [("float32", 1e13), ("float64", 1e80)])
def test_that_a_loss_too_large_for_its_type_is_infinite_without_a_warning(dtype, size):
    network = make_network([3, 8, 2], "relu", "linear", dtype=dtype)
    network.set_parameters(np.full(network.size, size))
    x, y = _data()
    assert np.isfinite(network.forward(np.abs(x))).all()
    assert network.loss_and_gradients(np.abs(x), y, HALF_SQUARED) == math.inf
    assert network.evaluate(np.abs(x), y, HALF_SQUARED)[0] == math.inf


def test_that_buffers_are_kept_for_a_few_batch_sizes_only():
    network = make_network(SIZES)
    kept = network.workspace(5)
    assert network.workspace(5) is kept
    for rows in range(6, 6 + MAX_WORKSPACES):
        network.workspace(rows)
    assert network.workspace(5) is not kept


def test_that_single_precision_is_the_default_and_is_kept():
    network = Network(numpy_backend(), [LayerShape(3, 2, "tanh", "zeros")])
    x, y = _data()
    network.loss_and_gradients(x, y, HALF_SQUARED)
    arrays = [network.parameters, network.gradients, network.weight_mask, network.forward(x)]
    arrays += [*network.outputs(x), network.evaluate(x, y, HALF_SQUARED)[1]]
    assert {array.dtype for array in arrays} == {np.dtype("float32")}


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([], "at least one layer"),
        ([LayerShape(2, 0, "tanh", "zeros")], "at least one input and one unit"),
        ([LayerShape(2, 3, "tanh", "zeros"), LayerShape(4, 1, "tanh", "zeros")], "takes 4 inputs"),
        ([LayerShape(2, 3, "softmax", "zeros"), LayerShape(3, 1, "tanh", "zeros")], "output layer only"),
    ],
)
def test_that_layers_that_do_not_fit_are_refused(layers, message):
    with pytest.raises(ValueError, match=message):
        Network(numpy_backend(), layers)


def test_that_unknown_choices_of_a_layer_are_refused():
    with pytest.raises(UnknownChoiceError, match="activation 'nonsense'"):
        Network(numpy_backend(), [LayerShape(2, 1, "nonsense", "zeros")])
    with pytest.raises(UnknownChoiceError, match="initializer 'nonsense'"):
        Network(numpy_backend(), [LayerShape(2, 1, "tanh", "nonsense")])


def test_that_arrays_of_the_wrong_shape_are_refused():
    network = make_network(SIZES)
    x, y = _data()
    with pytest.raises(ValueError, match=r"inputs must have the shape \(n, 3\)"):
        network.forward(x[:, :2])
    with pytest.raises(ValueError, match=r"targets must have the shape \(7, 2\)"):
        network.loss_and_gradients(x, y[:3], HALF_SQUARED)
    with pytest.raises(ValueError, match="parameters"):
        network.set_parameters(np.zeros(3))


def test_that_backward_needs_a_forward():
    with pytest.raises(RuntimeError, match="forward"):
        make_network(SIZES).backward(_data()[1], HALF_SQUARED)
