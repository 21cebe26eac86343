"""What a copy can differ in: each choice of the table changes that one thing and no other."""

import pytest

from playground.experiment import edits, files
from playground.experiment.comparing import contrasts
from playground.experiment.model import Experiment
from playground.experiment.prepare import prepare
from playground.experiment.refused import EditRefused
from playground.experiment.variation import MIXED, THINGS, Thing, Value
from playground.tables import by_key


def values(thing: Thing) -> list[Value]:
    return [option.key for option in thing.options] or list(thing.presets)


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: thing.key)
def test_that_a_choice_changes_one_thing_and_leaves_the_rows_alone(thing: Thing) -> None:
    experiment = edits.set_training(files.example("circle"), regularizer="l2", regularization_rate=0.01)
    rows = prepare(experiment).rows_name
    for value in values(thing):
        changed = thing.apply(experiment, value)
        assert thing.value(changed) == value
        found = contrasts(experiment, changed)
        assert len(found) == (changed != experiment), found
        assert prepare(changed).rows_name == rows


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: thing.key)
def test_that_a_thing_says_what_it_is(thing: Thing) -> None:
    assert thing.label
    assert thing.help.endswith(".")
    assert len(values(thing)) >= 2


@pytest.fixture
def bare() -> Experiment:
    return files.example("gauss").replace(layers=())


@pytest.mark.parametrize("key", ["activation", "width"])
def test_that_what_no_layer_has_is_refused_in_a_sentence(bare: Experiment, key: str) -> None:
    thing = by_key(THINGS, key, "setting")
    with pytest.raises(EditRefused, match="no Dense layer"):
        thing.apply(bare, values(thing)[0])


def test_that_layers_that_differ_have_no_value_in_common() -> None:
    circle = files.example("circle")
    mixed = edits.set_activation(circle, circle.layers[0].id, "sine")
    assert by_key(THINGS, "activation", "setting").value(mixed) == MIXED


def test_that_a_penalty_needs_a_regularization() -> None:
    with pytest.raises(EditRefused, match="choose one first"):
        by_key(THINGS, "penalty", "setting").apply(files.example("circle"), 0.1)


def test_that_a_width_that_a_skip_ties_to_the_inputs_is_refused() -> None:
    experiment = files.example("deep-circle")
    width = by_key(THINGS, "width", "setting")
    assert width.value(width.apply(experiment, 12.0)) == 12.0
