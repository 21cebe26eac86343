"""The loss on planes through the weights: equal to the engine's, through the directions that are named."""

import numpy as np
import numpy.typing as npt
import pytest

from playground.engine.backends.numpy import NumpyBackend
from playground.engine.layers import LAYERS, LayerShape
from playground.engine.losses import LOSSES, Loss
from playground.engine.network import Network
from playground.experiment.model import Experiment
from playground.experiment.prepare import prepare
from playground.training.landscape import (
    MOST_PLACES,
    NoSlice,
    Path,
    Terrain,
    flat,
    landscape,
    path_plane,
    random_plane,
)

KINDS = ("", "dropout", "skip", "batch_norm", "layer_norm")


def network_of(output: str = "tanh", kind: str = "", outputs: int = 3) -> Network:
    shapes = [LayerShape(2, 6, "tanh", "glorot_uniform"), LayerShape(6, 6, "relu", "glorot_uniform")]
    if kind:
        rest = {"dropout": (0.2,), "batch_norm": (0.9,), "skip": (1.0,)}.get(kind, ())
        shapes.append(LayerShape(6, 6, kind=kind, parameters=rest, source=1))
    network = Network(NumpyBackend(), [*shapes, LayerShape(6, outputs, output, "glorot_uniform")], "float32")
    network.initialise(3)
    return network


def terrain_of(network: Network, loss: Loss, rows: int = 77) -> Terrain:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(rows, 2)).astype(np.float32)
    y = np.eye(network.layers[-1].units, dtype=np.float32)[rng.integers(0, network.layers[-1].units, rows)]
    return Terrain(network.layers, loss, x, y, rows)


def engine_loss(network: Network, terrain: Terrain, parameters: npt.NDArray[np.floating]) -> float:
    network.set_parameters(parameters)
    return network.evaluate(terrain.x, terrain.y, terrain.loss)[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.key)
def test_that_every_loss_is_the_engines_at_the_centre_and_elsewhere(loss: Loss, kind: str) -> None:
    network = network_of(loss.outputs[0], kind)
    terrain, centre = terrain_of(network, loss), network.get_parameters().astype(np.float64)
    plane = random_plane(network.layers, centre, 0, 1.0, 5)
    found = landscape(terrain, plane)
    assert found is not None
    assert found.losses[2, 2] == pytest.approx(engine_loss(network, terrain, centre), rel=1e-6)
    there = centre + plane.axes[0][4] * plane.directions[0] + plane.axes[1][1] * plane.directions[1]
    assert found.losses[1, 4] == pytest.approx(engine_loss(network, terrain, there), rel=2e-6)


def test_that_the_kinds_of_layers_are_all_tried() -> None:
    assert {kind for kind in KINDS if kind} | {"dense"} == {kind.key for kind in LAYERS}


def test_that_a_random_direction_is_as_long_as_each_neurons_weights_and_leaves_biases_alone() -> None:
    network = network_of()
    network.biases[0][...] = 0.7
    plane = random_plane(network.layers, network.get_parameters(), 4, 1.0, 5)
    for direction in plane.directions:
        weights, biases = network.layers_of(direction)
        for drawn, own in zip(weights, network.weights, strict=True):
            np.testing.assert_allclose(np.linalg.norm(drawn, axis=1), np.linalg.norm(own, axis=1), rtol=1e-5)
        assert not any(bias.any() for bias in biases)


def test_that_no_direction_leads_along_a_link_that_is_off() -> None:
    network = network_of()
    network.weights[0][1, 0] = 0.0
    plane = random_plane(network.layers, network.get_parameters(), 4, 1.0, 5)
    for direction in plane.directions:
        weights, _ = network.layers_of(direction)
        assert weights[0][1, 0] == 0.0
        own = np.linalg.norm(network.weights[0][1])
        assert np.linalg.norm(weights[0][1]) == pytest.approx(own, rel=1e-5)


def test_that_norms_are_left_alone_by_random_directions() -> None:
    network = network_of(kind="batch_norm")
    plane = random_plane(network.layers, network.get_parameters(), 4, 1.0, 5)
    assert not network.layers_of(plane.directions[0])[0][2].any()


def test_that_another_seed_gives_other_directions_and_the_same_one_the_same() -> None:
    network = network_of()
    centre = network.get_parameters()
    first, again, other = (random_plane(network.layers, centre, seed, 1.0, 5) for seed in (1, 1, 2))
    assert np.array_equal(first.directions, again.directions)
    assert not np.allclose(first.directions, other.directions)


def test_that_parameters_are_put_in_the_networks_order() -> None:
    network = network_of(kind="batch_norm")
    weights, biases = network.layers_of(network.get_parameters())
    assert np.array_equal(flat(weights, biases), network.get_parameters())


def test_that_a_path_in_a_plane_is_found_again_from_left_to_right() -> None:
    network = network_of()
    rng = np.random.default_rng(0)
    centre = rng.normal(size=network.size)
    a, b = np.linalg.qr(rng.normal(size=(network.size, 2)))[0].T
    t = np.linspace(1.0, 0.0, 9)
    path = centre + 5.0 * t[:, None] * a + (t * (1 - t))[:, None] * b
    plane = path_plane(network.layers, centre, path, 1.0, 5)
    places = plane.place(path)
    np.testing.assert_allclose(centre + places @ plane.directions, path, atol=1e-9)
    assert (np.diff(places[:, 0]) > 0).all()
    assert plane.across[0] < places[0, 0] < places[-1, 0] < plane.across[1]
    assert "100 % of the path" in plane.labels[0] or "99 % of the path" in plane.labels[0]


def test_that_a_place_beside_random_directions_falls_straight_down() -> None:
    network = network_of()
    plane = random_plane(network.layers, network.get_parameters(), 0, 1.0, 5)
    there = plane.centre + np.array([0.3, -0.2]) @ plane.directions
    np.testing.assert_allclose(plane.place(there[None]), [[0.3, -0.2]], atol=1e-9)


def test_that_a_network_with_nan_is_refused_in_words() -> None:
    network = network_of()
    centre = network.get_parameters()
    centre[3] = np.nan
    with pytest.raises(NoSlice, match="run away beyond all numbers"):
        random_plane(network.layers, centre, 0, 1.0, 5)
    with pytest.raises(NoSlice, match="run away beyond all numbers"):
        path_plane(network.layers, centre, np.zeros((5, network.size)), 1.0, 5)


def test_that_there_is_no_plane_through_zero_weights_or_a_path_that_is_none() -> None:
    network = network_of()
    zeros = np.zeros(network.size)
    with pytest.raises(NoSlice, match="Every weight is 0"):
        random_plane(network.layers, zeros, 0, 1.0, 5)
    with pytest.raises(NoSlice, match="walked no path"):
        path_plane(network.layers, zeros, np.empty((0, 0)), 1.0, 5)
    line = np.linspace(1, 2, 6)[:, None] * np.ones(network.size)
    with pytest.raises(NoSlice, match="along a line"):
        path_plane(network.layers, zeros, line, 1.0, 5)


def test_that_it_can_be_cancelled_and_says_how_far_it_is() -> None:
    network = network_of()
    terrain = terrain_of(network, LOSSES[0])
    plane = random_plane(network.layers, network.get_parameters(), 0, 1.0, 41)
    shares: list[float] = []
    assert landscape(terrain, plane, shares.append, lambda: len(shares) == 2) is None
    assert len(shares) == 2
    assert 0 < shares[0] < shares[1] < 1


def test_that_a_path_stays_bounded_and_keeps_its_beginning() -> None:
    path = Path()
    for step in range(20_000):
        path.add(step, np.full(3, float(step)))
    assert len(path) <= MOST_PLACES
    places = path.places[:, 0]
    assert places[0] == 0
    gaps = np.diff(places)
    assert gaps.max() <= 4 * gaps.min()


def test_that_a_path_begins_anew_when_the_run_is_rewound_and_leaves_out_nan() -> None:
    path = Path()
    path.add(5, np.ones(2))
    path.add(9, np.array([np.nan, 1.0]))
    path.add(10, np.ones(2))
    assert len(path) == 2
    path.add(7, np.zeros(2))
    assert path.places.tolist() == [[1.0, 1.0], [0.0, 0.0]], "resumed from there"
    path.add(0, np.zeros(2))
    assert path.places.tolist() == [[0.0, 0.0]]


def test_that_the_terrain_of_a_run_is_its_training_rows_and_no_more_than_it_may_be() -> None:
    prepared = prepare(Experiment())
    terrain = Terrain.of_run(prepared)
    assert terrain.of == len(prepared.train_rows)
    assert np.array_equal(terrain.x, prepared.x_train[: len(terrain.x)].astype(np.float32))
    many = Experiment().replace(data=Experiment().data.replace(samples=2000))
    assert len(Terrain.of_run(prepare(many)).x) == 500
