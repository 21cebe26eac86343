"""A weight set by hand: found by place and by name, in a pause and while it trains."""

import math
from collections.abc import Iterator

import numpy as np
import pytest
from run_cases import await_snapshot

from playground.engine.backends.numpy import NumpyBackend
from playground.experiment import edits
from playground.experiment.model import OUTPUT_ID, Experiment
from playground.experiment.prepare import prepare
from playground.training.messages import Play, Rewind, SetNumber
from playground.training.numbers import (
    NumberRef,
    find,
    name_of,
    place_of,
    refusal,
    value_at,
    with_number,
)
from playground.training.run import Run
from playground.training.session import Session

STILL = 1e-38
"""A rate at which training leaves every weight as it is."""


def network(**training: object) -> Experiment:
    """Two Dense layers with a batch norm between them, layer1, layer2 and layer3, and the output."""
    experiment = edits.add_layer(Experiment(), 0, units=3)
    experiment = edits.add_layer(experiment, 1, kind="batch_norm")
    experiment = edits.add_layer(experiment, 2, units=2)
    return edits.set_training(experiment, **training)


def first_layer(experiment: Experiment) -> str:
    return experiment.layers[0].id


def all_numbers(experiment: Experiment) -> list[NumberRef]:
    """Every number of the network that can be set."""
    plan = prepare(experiment).plan
    settable = {"dense": lambda shape: shape.inputs, "batch_norm": lambda _shape: 1}
    return [
        NumberRef(layer, unit, source)
        for layer, shape in zip(plan.layer_ids, plan.shapes, strict=True)
        for unit in range(shape.units)
        for source in (None, *range(settable[shape.kind](shape)))
    ]


def command(ref: NumberRef, value: float) -> SetNumber:
    return SetNumber(ref.layer, ref.unit, ref.source, value)


# Places and names ---------------------------------------------------------------------------------------


def test_that_setting_a_number_changes_that_number_and_no_other() -> None:
    experiment = network()
    session = Session(prepare(experiment), NumpyBackend())
    plan = session.prepared.plan
    for number, ref in enumerate(all_numbers(experiment)):
        before = session.network.get_parameters()
        value = 10.0 + number
        assert session.set_number(command(ref, value))
        changed = np.flatnonzero(session.network.get_parameters() != before)
        assert changed.tolist() == [place_of(plan, command(ref, value))]
        assert value_at(plan, *session.layers(), ref) == value


def test_that_every_number_is_found_again_by_its_name() -> None:
    experiment = network()
    plan = prepare(experiment).plan
    names = [name_of(plan, ref) for ref in all_numbers(experiment)]
    assert len(set(names)) == len(names)
    assert [find(plan, name) for name in names if name is not None] == all_numbers(experiment)


def test_that_a_name_outlives_an_edit_as_long_as_both_ends_are_there() -> None:
    experiment = network()
    layer = first_layer(experiment)
    x1, x2 = (name_of(prepare(experiment).plan, NumberRef(layer, 2, source)) for source in (0, 1))
    assert x1 is not None
    assert x2 is not None
    fewer = prepare(edits.toggle_feature(experiment, "x1")).plan
    assert find(fewer, x1) is None
    assert find(fewer, x2) == NumberRef(layer, 2, 0)
    assert find(prepare(edits.set_units(experiment, layer, 2)).plan, x2) is None
    assert find(prepare(edits.remove_layer(experiment, layer)).plan, x2) is None


@pytest.mark.parametrize(
    "ref",
    [
        NumberRef("nowhere", 0),
        NumberRef(OUTPUT_ID, 1),
        NumberRef(OUTPUT_ID, -1),
        NumberRef(OUTPUT_ID, 0, 2),
        NumberRef(OUTPUT_ID, 0, -1),
    ],
)
def test_that_what_is_not_there_is_left_alone(ref: NumberRef) -> None:
    session = Session(prepare(network()), NumpyBackend())
    before = session.network.get_parameters()
    assert not session.set_number(command(ref, 1.0))
    assert name_of(session.prepared.plan, ref) is None
    np.testing.assert_array_equal(session.network.get_parameters(), before)


def test_that_the_running_averages_of_a_norm_are_nobodys_to_set() -> None:
    experiment = network()
    norm = experiment.layers[1].id
    session = Session(prepare(experiment), NumpyBackend())
    assert session.set_number(SetNumber(norm, 0, 0, 2.0))
    assert not session.set_number(SetNumber(norm, 0, 1, 2.0))
    assert not session.set_number(SetNumber(norm, 0, 2, -2.0))
    assert name_of(session.prepared.plan, NumberRef(norm, 0, 2)) is None


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_that_only_finite_numbers_can_be_asked_for(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        SetNumber(OUTPUT_ID, 0, None, value)


def test_that_a_number_too_large_for_the_precision_is_left_alone() -> None:
    session = Session(prepare(network()), NumpyBackend())
    assert not session.set_number(SetNumber(OUTPUT_ID, 0, None, 1e300))
    assert np.isfinite(session.network.get_parameters()).all()
    assert "too large for float32" in refusal(1e300, "1e300", "float32")
    assert refusal(1e300, "1e300", "float64") == ""
    assert "“abc” is no number" in refusal(None, "abc", "float32")


def test_that_copies_of_weights_with_another_number_share_the_rest() -> None:
    experiment = network()
    session = Session(prepare(experiment), NumpyBackend())
    plan = session.prepared.plan
    weights, biases = session.layers()
    for ref in all_numbers(experiment):
        name = name_of(plan, ref)
        assert name is not None
        changed = with_number(plan, weights, biases, name, 7.0)
        assert value_at(plan, *changed, ref) == 7.0
        shared = sum(a is b for a, b in zip((*changed[0], *changed[1]), (*weights, *biases), strict=True))
        assert shared == len(weights) + len(biases) - 1
        assert value_at(plan, weights, biases, ref) != 7.0


def test_that_a_weight_that_the_rule_of_the_page_has_put_to_rest_lives_again() -> None:
    experiment = network().replace(layers=())
    experiment = edits.set_training(
        experiment, rule="tensorflow_playground", precision="float64", regularizer="l1"
    )
    experiment = edits.set_training(experiment, regularization_rate=10.0)
    session = Session(prepare(experiment), NumpyBackend())
    session.train(5)
    assert session.layers()[0][0][0, 0] == 0.0
    session.change(session.settings.replace(regularization_rate=0.0))
    assert session.set_number(SetNumber(OUTPUT_ID, 0, 0, 0.5))
    session.train(5)
    assert session.layers()[0][0][0, 0] not in (0.0, 0.5)


# In a session and in a run ------------------------------------------------------------------------------


def test_that_rewind_goes_back_to_the_initial_weights() -> None:
    session = Session(prepare(network()), NumpyBackend())
    initial = session.network.get_parameters()
    assert not session.touched
    session.set_number(SetNumber(OUTPUT_ID, 0, 0, 5.0))
    assert session.touched
    session.rewind()
    np.testing.assert_array_equal(session.network.get_parameters(), initial)
    assert not session.touched


def test_that_a_number_set_before_the_first_step_is_carried_to_the_next_run() -> None:
    session = Session(prepare(network()), NumpyBackend())
    assert session.carry() is None
    session.set_number(SetNumber(OUTPUT_ID, 0, 0, 5.0))
    carry = session.carry()
    assert carry is not None
    assert carry.weights[-1][0, 0] == 5.0


@pytest.fixture
def run() -> Iterator[Run]:
    """Return a run whose loss grows beyond all numbers where its output does."""
    experiment = edits.set_activation(network(learning_rate=STILL), OUTPUT_ID, "linear")
    run = Run(1, prepare(edits.set_loss(experiment, "mse")))
    run.start()
    yield run
    run.stop()


def test_that_the_next_snapshot_shows_the_number_and_what_it_did_to_the_loss(run: Run) -> None:
    before = await_snapshot(run)
    run.send(SetNumber(OUTPUT_ID, 0, 1, -4.5))
    after = await_snapshot(run, lambda s: s.numbers_set == 1)
    assert after.weights[-1][0, 1] == -4.5
    assert after.touched
    assert after.state == "paused"
    assert after.history.train_loss[-1] != before.history.train_loss[-1]
    for layer in range(len(before.weights) - 1):
        np.testing.assert_array_equal(after.weights[layer], before.weights[layer])


def test_that_numbers_are_set_while_it_plays(run: Run) -> None:
    run.send(Play())
    await_snapshot(run, lambda s: s.step > 0)
    for count, value in enumerate((1.5, 2.5), 1):
        run.send(SetNumber(OUTPUT_ID, 0, 0, value))
        after = await_snapshot(run, lambda s, count=count: s.numbers_set == count)
        assert after.state == "playing"
        assert after.weights[-1][0, 0] == pytest.approx(value, rel=1e-6)
    run.send(Rewind())
    assert not await_snapshot(run, lambda s: s.step == 0).touched


def test_that_a_network_with_a_weight_out_of_all_reason_can_be_mended(run: Run) -> None:
    await_snapshot(run)
    run.send(SetNumber(OUTPUT_ID, 0, None, 3e38))
    run.send(Play())
    lost = await_snapshot(run, lambda s: s.problem is not None)
    assert (lost.state, lost.step) == ("paused", 0)
    assert lost.problem is not None
    assert lost.problem.startswith("With this number")
    run.send(SetNumber(OUTPUT_ID, 0, None, 0.0))
    assert await_snapshot(run, lambda s: s.numbers_set == 2).problem is None
