"""Units that have stopped learning are told from those that have not."""

import math

import numpy as np
import pytest

from playground.engine.activations import ACTIVATIONS
from playground.engine.layers import LayerShape
from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.experiment.prepare import prepare
from playground.tables import by_key
from playground.training.health import (
    FLAT,
    can_die,
    can_saturate,
    dead,
    dead_units,
    flat,
    flat_ends,
    saturated,
    saturated_units,
    symmetric_units,
)
from playground.training.messages import Picture
from playground.training.session import Session


def experiment(activation: str) -> Experiment:
    return edits.add_layer(Experiment(), 0, units=3, activation=activation)


def test_that_the_tanh_is_flat_beyond_97_hundredths() -> None:
    low, high = flat_ends("tanh")
    assert low == pytest.approx(-0.97, abs=1e-3)
    assert high == pytest.approx(0.97, abs=1e-3)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=lambda one: one.key)
def test_that_hardly_any_slope_is_left_where_an_answer_counts_as_flat(activation: object) -> None:
    key = activation.key  # type: ignore[attr-defined]
    record = by_key(ACTIVATIONS, key, "activation")
    if record.slope is None:
        assert flat_ends(key) == (None, None)
        return
    z = np.linspace(-30.0, 30.0, 601)
    answers = np.broadcast_to(record.value(z), z.shape)
    slopes = np.abs(np.broadcast_to(record.slope(z, answers), z.shape))
    assert (slopes[flat(key, answers)] <= FLAT * slopes.max() + 1e-6).all()


def test_that_each_activation_dies_or_saturates_by_the_ends_at_which_it_is_flat() -> None:
    shapes = [LayerShape(2, 3, one.key) for one in ACTIVATIONS]
    assert [one.activation for one in shapes if can_die(one)] == [
        "relu",
        "elu",
        "selu",
        "softplus",
        "gaussian",
    ]
    assert [one.activation for one in shapes if can_saturate(one)] == ["sigmoid", "hard_sigmoid", "tanh"]
    assert not can_die(LayerShape(3, 3, kind="dropout", parameters=(0.2,)))


def test_that_a_relu_is_dead_when_it_answers_0_for_every_row() -> None:
    answers = np.array([[0.0, 0.0, 0.0], [0.0, 1e-9, 0.0], [2.0, 3.0, 1.0]], np.float32)
    assert dead(LayerShape(2, 3, "relu"), answers).tolist() == [True, False, False]
    assert not saturated(LayerShape(2, 3, "relu"), answers).any()


def test_that_a_tanh_is_saturated_when_most_rows_are_beyond_its_bend_on_either_side() -> None:
    answers = np.array([[-0.99, 0.99, 0.1], [-0.99, 0.5, 0.1], [0.9, 0.9, 0.9]])
    assert saturated(LayerShape(2, 3, "tanh"), answers).tolist() == [True, False, False]
    assert not dead(LayerShape(2, 3, "tanh"), answers).any()


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_that_answers_that_are_no_numbers_make_no_unit_dead(wrong: float) -> None:
    answers = np.full((2, 4), wrong)
    assert not dead(LayerShape(2, 2, "relu"), answers).any()
    assert not saturated(LayerShape(2, 2, "tanh"), np.full((2, 4), math.nan)).any()


def test_that_no_rows_say_nothing() -> None:
    assert not dead(LayerShape(2, 2, "relu"), np.empty((2, 0))).any()
    assert not saturated(LayerShape(2, 2, "tanh"), np.empty((2, 0))).any()


def test_that_dead_units_are_found_in_a_picture_of_a_plane() -> None:
    plan = prepare(experiment("relu")).plan
    hidden = np.zeros((3, 4, 4))
    hidden[1, 2, 3] = 0.5
    picture = Picture((hidden, np.ones((1, 4, 4))), np.ones((1, 8, 8)))
    found = dead_units(picture, plan)
    assert [mask.tolist() for mask in found] == [[True, False, True], [False]]
    assert not any(mask.any() for mask in saturated_units(picture, plan)[:-1])


def test_that_saturated_units_are_found_in_a_picture_of_a_row_of_points() -> None:
    plan = prepare(experiment("sigmoid")).plan
    hidden = np.full((3, 5), 0.5)
    hidden[2] = [0.0, 1.0, 0.999, 0.4, 0.6]
    picture = Picture((hidden, np.zeros((1, 5))), np.zeros((1, 5)))
    assert saturated_units(picture, plan)[0].tolist() == [False, False, True]


def test_that_units_with_the_same_weights_are_found_and_others_are_not() -> None:
    plan = prepare(experiment("tanh")).plan
    weights = np.array([[0.3, -0.2], [0.1, 0.2], [0.3 + 1e-7, -0.2]], np.float32)
    biases = np.zeros(3, np.float32)
    output = np.ones((1, 3)), np.zeros(1)
    found = symmetric_units((weights, output[0]), (biases, output[1]), plan)
    assert [mask.tolist() for mask in found] == [[True, False, True], [False]]
    biases[2] = 0.1
    assert not symmetric_units((weights, output[0]), (biases, output[1]), plan)[0].any()
    weights[:] = np.nan
    assert not symmetric_units((weights, output[0]), (biases, output[1]), plan)[0].any()


def test_that_a_network_that_began_with_equal_weights_is_symmetric_still_after_training() -> None:
    wanted = experiment("tanh")
    session = Session.for_experiment(wanted, "numpy")
    weights, biases = (tuple(np.array(a) for a in group) for group in session.layers())
    weights[0][:], weights[1][:] = 0.2, 0.3
    session.begin_with(weights, biases)
    session.train(200)
    assert symmetric_units(*session.layers(), session.prepared.plan)[0].all()
