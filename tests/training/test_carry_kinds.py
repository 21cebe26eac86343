"""Trained numbers survive that layers of other kinds come, go and move."""

import numpy as np
import pytest
from layer_cases import stack

from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.experiment.plan import DataShape, Plan, make_plan
from playground.training.carry import Carry, carry_over, fitting
from playground.training.messages import Carried, FloatArray
from playground.training.session import Session

Arrays = tuple[FloatArray, ...]


def plan_of(experiment: Experiment) -> Plan:
    return make_plan(experiment, DataShape(500, ("0", "1")))[0]


def numbers(plan: Plan, seed: int) -> tuple[Arrays, Arrays]:
    """Return weights (units, columns - 1) and biases (units,) as the engine holds them: (0,) without."""
    rng = np.random.default_rng(seed)
    weights = tuple(rng.normal(size=(shape.units, max(shape.columns - 1, 0))) for shape in plan.shapes)
    biases = tuple(rng.normal(size=shape.units if shape.columns else 0) for shape in plan.shapes)
    return weights, biases


class Took:
    """What a network has after it took over from another: old numbers, new, and those it began with."""

    def __init__(self, before: Experiment, after: Experiment) -> None:
        old, self.plan = plan_of(before), plan_of(after)
        self.old = dict(zip(old.layer_ids, zip(*numbers(old, 1), strict=True), strict=True))
        carry = Carry(old, *numbers(old, 1), epoch=3, step=9, position=3.0)
        weights, biases = numbers(self.plan, 2)
        self.count: Carried = carry_over(carry, self.plan, weights, biases)
        assert fitting(carry, self.plan) == self.count.kept
        self.new = dict(zip(self.plan.layer_ids, zip(weights, biases, strict=True), strict=True))
        drawn = zip(*numbers(self.plan, 2), strict=True)
        self.drawn = dict(zip(self.plan.layer_ids, drawn, strict=True))

    def kept(self, layer: str) -> bool:
        return all(np.array_equal(a, b) for a, b in zip(self.new[layer], self.old[layer], strict=True))

    def afresh(self, layer: str) -> bool:
        return all(np.array_equal(a, b) for a, b in zip(self.new[layer], self.drawn[layer], strict=True))


@pytest.mark.parametrize("kind", ["dropout", "batch_norm", "layer_norm", "skip"])
def test_that_a_layer_put_between_two_others_costs_neither_a_weight(kind: str) -> None:
    experiment = stack(8, 8, 8)
    took = Took(experiment, edits.add_layer(experiment, 2, kind=kind))
    assert all(took.kept(layer) for layer in ("layer1", "layer2", "layer3", "output"))
    assert took.count.kept == plan_of(experiment).parameters
    assert took.afresh("layer4")


@pytest.mark.parametrize("kind", ["dropout", "batch_norm", "layer_norm", "skip"])
def test_that_a_layer_taken_out_again_costs_its_neighbours_nothing(kind: str) -> None:
    experiment = edits.add_layer(stack(8, 8, 8), 2, kind=kind)
    took = Took(experiment, stack(8, 8, 8))
    assert took.count == Carried(took.plan.parameters, took.plan.parameters)


def test_that_a_layer_before_the_first_leaves_the_weights_of_the_inputs() -> None:
    took = Took(stack(8), edits.add_layer(stack(8), 0, kind="batch_norm"))
    assert took.kept("layer1")


@pytest.mark.parametrize("norm", ["batch_norm", "layer_norm"])
def test_that_a_norm_keeps_what_it_has_learnt_of_the_values_that_stay(norm: str) -> None:
    experiment = stack(4, norm, 3)
    took = Took(experiment, edits.set_units(experiment, "layer1", 6))
    for new, old, drawn in zip(took.new["layer2"], took.old["layer2"], took.drawn["layer2"], strict=True):
        np.testing.assert_array_equal(new[:4], old)
        np.testing.assert_array_equal(new[4:], drawn[4:])


def test_that_running_averages_are_kept_but_not_counted_as_learnt() -> None:
    experiment = stack(4, "batch_norm")
    took = Took(experiment, experiment)
    assert took.kept("layer2")
    assert took.count == Carried(took.plan.parameters, took.plan.parameters)


def test_that_a_norm_of_other_values_starts_afresh() -> None:
    experiment = stack(4, "batch_norm", 4)
    took = Took(experiment, edits.move_layer(experiment, "layer2", 3))
    assert took.afresh("layer2")
    assert took.kept("layer1")
    assert took.kept("layer3")


def test_that_another_rate_keeps_every_weight() -> None:
    experiment = stack(8, "dropout", 8)
    took = Took(experiment, edits.set_layer_parameter(experiment, "layer2", "rate", 0.5))
    assert took.count == Carried(took.plan.parameters, took.plan.parameters)


@pytest.mark.parametrize("kind", ["dropout", "batch_norm", "layer_norm", "skip"])
def test_that_a_trained_network_goes_on_with_a_layer_of_another_kind(kind: str) -> None:
    experiment = stack(8, 8, 8)
    old = Session.for_experiment(experiment)
    old.train_epoch()
    fresh = Session.for_experiment(edits.add_layer(experiment, 2, kind=kind))
    new = Session(fresh.prepared, fresh.backend, old.carry())
    np.testing.assert_array_equal(new.network.weights[3], old.network.weights[2])
    new.train_epoch()
    assert np.isfinite(new.last[1])
