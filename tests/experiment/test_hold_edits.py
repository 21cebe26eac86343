"""Freezing, and switching links and neurons off: named by what they belong to, refused in words."""

import pytest
from layer_cases import stack

from playground.experiment import edits, files, link_writer
from playground.experiment.check import check
from playground.experiment.diff import Difference, diff
from playground.experiment.edits import EditRefused
from playground.experiment.held import MAX_OFF, NOTHING, Held, Link
from playground.experiment.hold_edits import is_link_off, links_off, neurons_off, sources_off
from playground.experiment.model import Experiment

TWO = stack(3, 2)


def everything(experiment: Experiment) -> Experiment:
    """Return it with one of everything held: a layer, a link, a neuron."""
    changed = edits.set_frozen(experiment, "layer2", True)
    changed = edits.set_link(changed, "layer2", 1, 2, False)
    return edits.set_neuron(changed, "layer1", 0, False)


def test_that_what_is_switched_off_and_on_again_leaves_the_experiment_as_it_was() -> None:
    changed = everything(TWO)
    assert changed != TWO
    changed = edits.set_neuron(changed, "layer1", 0, True)
    changed = edits.set_link(changed, "layer2", 1, 2, True)
    assert edits.set_frozen(changed, "layer2", False) == TWO


def test_that_an_edit_to_what_is_so_already_changes_nothing() -> None:
    changed = everything(TWO)
    assert edits.set_frozen(changed, "layer2", True) is changed
    assert edits.set_link(changed, "layer2", 1, 2, False) is changed
    assert edits.set_neuron(changed, "layer1", 0, False) is changed
    assert edits.set_frozen(TWO, "output", False) is TWO


def test_that_none_of_it_needs_a_new_run() -> None:
    assert diff(TWO, everything(TWO)) == Difference(held=True)
    assert not diff(TWO, everything(TWO)).needs_new_run


def test_that_links_and_neurons_keep_their_names_when_layers_come_and_move() -> None:
    moved = edits.add_layer(edits.add_layer(everything(TWO), 1, kind="batch_norm"), 0)
    assert links_off(moved, "layer2") == {(1, 2)}
    assert neurons_off(moved, "layer1") == {0}
    assert sources_off(moved, "layer2") == {0}
    swapped = edits.move_layer(everything(TWO), "layer1", 2)
    assert links_off(swapped, "layer2") == frozenset()  # the layer that it came from is behind it now
    assert links_off(edits.move_layer(swapped, "layer1", 0), "layer2") == {(1, 2)}


def test_that_a_link_from_an_input_goes_by_its_feature() -> None:
    off = edits.set_link(TWO, "layer1", 0, 1, False)
    assert off.held.links == (Link(layer="layer1", unit=0, source=("input", "x2")),)
    without = edits.toggle_feature(off, "x2")
    assert links_off(without, "layer1") == frozenset()
    more = edits.toggle_feature(edits.toggle_feature(without, "x1_squared"), "x2")
    place = more.data.features.index("x2")
    assert links_off(more, "layer1") == {(0, place)}
    assert is_link_off(more, "layer1", 0, place)


def test_that_a_removed_layer_takes_along_what_was_held_of_it() -> None:
    """Its id may come back with another layer."""
    assert edits.remove_layer(edits.remove_layer(everything(TWO), "layer2"), "layer1").held == NOTHING


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        ("inputs", "inputs have nothing to learn"),
        ("layer2", "Dropout has nothing to learn"),
        ("layer4", "Skip has nothing to learn"),
        ("layer9", "no layer 'layer9'"),
    ],
)
def test_that_what_has_nothing_to_learn_is_not_frozen(layer: str, words: str) -> None:
    with pytest.raises(EditRefused, match=words):
        edits.set_frozen(stack(3, "dropout", 3, "skip"), layer, True)


def test_that_norms_and_the_output_can_be_frozen() -> None:
    experiment = stack(3, "batch_norm", "layer_norm")
    for layer in ("layer2", "layer3", "output"):
        experiment = edits.set_frozen(experiment, layer, True)
    assert experiment.held.frozen == ("layer2", "layer3", "output")
    assert not [one for one in check(experiment) if "frozen" in one.message]
    whole = edits.set_frozen(experiment, "layer1", True)
    assert "nothing learns" in check(whole)[-1].message


@pytest.mark.parametrize(
    ("layers", "why"),
    [
        ((3, "layer_norm", 2), "Layer norm measures all values"),
        ((3, "batch_norm", "layer_norm"), "Layer norm measures all values"),
        ((3, 3, "skip"), "Skip adds its values"),
        ((2, "skip", 3), "Skip adds its values"),
    ],
)
def test_that_a_neuron_with_another_way_out_is_not_switched_off(layers: tuple[int | str], why: str) -> None:
    with pytest.raises(EditRefused, match=why):
        edits.set_neuron(stack(*layers), "layer1", 0, False)


@pytest.mark.parametrize("layers", [(3, "dropout", "batch_norm", 2), (3, 2, 2, "skip"), (3, 2, "layer_norm")])
def test_that_what_is_farther_on_or_passes_single_values_is_no_hindrance(layers: tuple[int | str]) -> None:
    assert neurons_off(edits.set_neuron(stack(*layers), "layer1", 1, False), "layer1") == {1}


def test_that_a_layer_norm_behind_a_neuron_that_is_off_is_warned_of() -> None:
    off = edits.set_neuron(TWO, "layer1", 0, False)
    assert not check(off)
    (problem,) = check(edits.add_layer(off, 1, kind="layer_norm"))
    assert (problem.severity, problem.where) == ("warning", "layer1")
    assert "still have a say" in problem.message


@pytest.mark.parametrize(
    ("layer", "unit", "words"),
    [
        ("inputs", 0, "Data panel"),
        ("output", 0, "what the network answers"),
        ("layer2", 0, "Dropout has no neurons"),
        ("layer1", 7, "no neuron 8"),
    ],
)
def test_that_only_neurons_of_hidden_layers_are_switched_off(layer: str, unit: int, words: str) -> None:
    with pytest.raises(EditRefused, match=words):
        edits.set_neuron(stack(3, "dropout"), layer, unit, False)


def test_that_the_last_neuron_of_a_layer_stays_on() -> None:
    one = edits.set_neuron(TWO, "layer2", 0, False)
    with pytest.raises(EditRefused, match="last neuron of Dense 2"):
        edits.set_neuron(one, "layer2", 1, False)


@pytest.mark.parametrize(
    ("layer", "unit", "source", "words"),
    [
        ("inputs", 0, 0, "No links lead"),
        ("layer2", 0, 0, "Dropout has no links"),
        ("layer1", 0, 2, "no such link"),
        ("layer1", 3, 0, "no such link"),
        ("output", 0, -1, "no such link"),
    ],
)
def test_that_a_link_that_is_not_there_is_refused(layer: str, unit: int, source: int, words: str) -> None:
    with pytest.raises(EditRefused, match=words):
        edits.set_link(stack(3, "dropout"), layer, unit, source, False)


def test_that_a_link_of_a_neuron_that_is_off_waits_for_its_neuron() -> None:
    off = edits.set_neuron(TWO, "layer1", 2, False)
    assert is_link_off(off, "layer2", 0, 2)
    with pytest.raises(EditRefused, match="Dense 1, neuron 3 is switched off"):
        edits.set_link(off, "layer2", 0, 2, True)


def test_that_there_is_an_end_to_what_can_be_switched_off() -> None:
    links = tuple(Link(layer="gone", unit=unit, source=("gone", 0)) for unit in range(MAX_OFF))
    with pytest.raises(EditRefused, match="10,000 links are switched off already"):
        edits.set_link(TWO.replace(held=Held(links=links)), "layer1", 0, 0, False)


def test_that_files_hold_it_and_older_ones_hold_nothing() -> None:
    changed = everything(edits.set_link(TWO, "layer1", 0, 1, False))
    assert files.parse(files.dump(changed), "held.json") == changed
    older = files.dump(TWO).replace('"version": 6', '"version": 5')
    assert files.parse(older, "older.json").held == NOTHING


def test_that_a_link_to_tensorflow_playground_says_that_it_holds_nothing() -> None:
    _, lost = link_writer.write(everything(TWO))
    assert "No layer is frozen there: all of them learn." in lost
    assert "All neurons and links are switched on there." in lost
    assert not [one for one in link_writer.write(TWO)[1] if "frozen" in one or "switched" in one]
