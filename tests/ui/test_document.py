"""One undo command for everything, with readable texts and merging gestures."""

import pytest
from pytestqt.qtbot import QtBot

from playground.data import DATASETS
from playground.engine.optimizers import OPTIMIZERS
from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.ui.document import Document
from playground.ui.selection import NeuronRef, Selection


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    return Document(Experiment())


def test_that_every_edit_undoes_and_redoes(document: Document) -> None:
    steps = [document.experiment]
    for text, function, arguments in (
        ("Add", edits.add_layer, (0,)),
        ("Add", edits.add_layer, (1,)),
        ("Widen", edits.set_units, ("layer1", 8)),
        ("Activation", edits.set_activation, ("layer2", "relu")),
        ("Initializer", edits.set_initializer, ("layer2", "zeros")),
        ("Move", edits.move_layer, ("layer1", 2)),
        ("Feature", edits.toggle_feature, ("sin_x1",)),
        *(("Data", edits.set_dataset, (dataset.key,)) for dataset in DATASETS[1:]),
        *(("Optimizer", edits.set_optimizer, (optimizer.key,)) for optimizer in OPTIMIZERS[1:]),
        ("Seed", edits.set_seed, (5,)),
        ("Remove", edits.remove_layer, ("layer1",)),
    ):
        assert document.edit(text, function, *arguments)
        steps.append(document.experiment)
    for before in reversed(steps[:-1]):
        document.undo_stack.undo()
        assert document.experiment == before
    for after in steps[1:]:
        document.undo_stack.redo()
        assert document.experiment == after


def test_that_one_gesture_is_one_step_and_two_are_two(document: Document) -> None:
    for gesture, noises in ((1, (0.1, 0.2, 0.3)), (2, (0.4, 0.5))):
        for noise in noises:
            document.edit("Set noise", edits.set_data, noise=noise, merge=("noise", gesture))
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    assert document.experiment.data.noise == 0.3
    document.undo_stack.undo()
    assert document.experiment.data.noise == 0.0


def test_that_a_gesture_that_ends_where_it_began_leaves_no_step(document: Document) -> None:
    for noise in (0.1, 0.0):
        document.edit("Set noise", edits.set_data, noise=noise, merge=("noise", 1))
    assert document.undo_stack.count() == 0


def test_that_a_refused_edit_changes_nothing_and_says_why(document: Document, qtbot: QtBot) -> None:
    before = document.experiment
    with qtbot.waitSignal(document.refused) as refusal:
        assert not document.edit("Remove", edits.remove_layer, "output")
    assert "every network" in refusal.args[0]
    assert document.experiment is before
    assert document.undo_stack.count() == 0


def test_that_an_edit_without_effect_is_no_step(document: Document) -> None:
    document.edit("Same", edits.set_dataset, document.experiment.data.dataset)
    assert document.undo_stack.count() == 0


def test_that_the_selection_lets_go_of_what_is_gone(document: Document) -> None:
    selection = Selection(document)
    document.edit("Add", edits.add_layer, 0)
    selection.select("layer1")
    selection.pin(NeuronRef("layer1", 3))
    document.edit("Narrow", edits.set_units, "layer1", 2)
    assert selection.neuron is None
    document.edit("Remove", edits.remove_layer, "layer1")
    assert selection.layer is None


def test_that_hovering_comes_before_the_pin(document: Document, qtbot: QtBot) -> None:
    selection = Selection(document)
    selection.pin(NeuronRef("output", 0))
    with qtbot.waitSignal(selection.shown_neuron_changed):
        selection.hover(NeuronRef("inputs", 1))
    assert selection.shown_neuron == NeuronRef("inputs", 1)
    selection.hover(None)
    assert selection.shown_neuron == NeuronRef("output", 0)
