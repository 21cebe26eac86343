"""A number set by hand, from the document to the run and back: undo, edits in the same moment, marks."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.experiment import edits
from playground.experiment.model import OUTPUT_ID, Experiment
from playground.training.advice import advice
from playground.training.numbers import NumberName, NumberRef, find, name_of, value_at
from playground.training.session import Session
from playground.ui.keeper import Draft
from playground.ui.main_window import MainWindow
from playground.ui.selection import NeuronRef


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    experiment = edits.add_layer(edits.add_layer(Experiment(), 0, units=3), 1, units=2)
    return make_window(experiment)


def named(window: MainWindow, layer: str, unit: int = 0, source: int | None = None) -> NumberName:
    assert window.bridge.prepared is not None
    name = name_of(window.bridge.prepared.plan, NumberRef(layer, unit, source))
    assert name is not None
    return name


def value(window: MainWindow, name: NumberName) -> float | None:
    """What the number is in the snapshot on screen."""
    assert window.bridge.prepared is not None
    plan = window.bridge.prepared.plan
    ref = find(plan, name)
    if ref is None or window.bridge.snapshot is None:
        return None
    return value_at(plan, shown(window).weights, shown(window).biases, ref)


def put(window: MainWindow, name: NumberName, number: float, merge: object = None) -> float:
    """Set a number, and return what it was."""
    before = value(window, name)
    assert before is not None
    window.document.set_number(name, before, number, merge)
    return before


def heard(window: MainWindow, qtbot: QtBot, count: int) -> None:
    """Wait until the run has shown that it knows."""
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and shown(window).numbers_set == count)


def trained(window: MainWindow, qtbot: QtBot) -> None:
    window.bridge.step_epoch()
    qtbot.waitUntil(lambda: shown(window).epoch == 1)


def test_that_undo_and_redo_bring_back_each_number(window: MainWindow, qtbot: QtBot) -> None:
    trained(window, qtbot)
    names = [named(window, OUTPUT_ID), named(window, OUTPUT_ID, 0, 1), named(window, "layer1", 2, 0)]
    first = [put(window, name, 0.5 + number) for number, name in enumerate(names)]
    heard(window, qtbot, 3)
    assert [value(window, name) for name in names] == [0.5, 1.5, 2.5]
    stack = window.document.undo_stack
    for count in range(3):
        stack.undo()
        heard(window, qtbot, 4 + count)
    assert [value(window, name) for name in names] == first
    for count in range(3):
        stack.redo()
        heard(window, qtbot, 7 + count)
    assert [value(window, name) for name in names] == [0.5, 1.5, 2.5]


def test_that_undo_leaves_what_was_learnt_elsewhere(window: MainWindow, qtbot: QtBot) -> None:
    name = named(window, OUTPUT_ID)
    before = put(window, name, 2.0)
    trained(window, qtbot)
    learnt = shown(window).weights
    window.document.undo_stack.undo()
    heard(window, qtbot, 2)
    assert value(window, name) == before
    assert all((a == b).all() for a, b in zip(learnt, shown(window).weights, strict=True))


def test_that_steps_of_one_gesture_on_one_number_are_one_step(window: MainWindow, qtbot: QtBot) -> None:
    one, other = named(window, OUTPUT_ID), named(window, OUTPUT_ID, 0, 0)
    before = put(window, one, 0.1, merge=1)
    put(window, one, 0.2, merge=1)
    put(window, one, 0.3, merge=1)
    put(window, other, 0.4, merge=1)
    assert window.document.undo_stack.count() == 2
    window.document.undo_stack.undo()
    window.document.undo_stack.undo()
    heard(window, qtbot, 6)
    assert value(window, one) == before


def test_that_a_gesture_that_comes_back_to_where_it_began_is_no_step(window: MainWindow) -> None:
    name = named(window, OUTPUT_ID)
    before = put(window, name, 0.1, merge=1)
    put(window, name, before, merge=1)
    assert window.document.undo_stack.count() == 0
    assert window.document.is_saved


def test_that_a_number_set_by_hand_is_unsaved(window: MainWindow) -> None:
    assert window.document.is_saved
    kept = window.keeper.state
    put(window, named(window, OUTPUT_ID), 0.1)
    assert not window.document.is_saved
    assert window.keeper.state != kept
    window.document.undo_stack.undo()
    assert window.document.is_saved


@pytest.mark.parametrize("epochs", [0, 1])
def test_that_an_edit_in_the_next_moment_takes_the_number_along(
    window: MainWindow, qtbot: QtBot, epochs: int
) -> None:
    if epochs:
        trained(window, qtbot)
    name, run = named(window, "layer1", 1, 1), shown(window).run_id
    put(window, name, 3.25)
    window.document.edit("Wider", edits.set_units, "layer1", 4)  # before any snapshot can show it
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and shown(window).run_id > run)
    assert value(window, name) == 3.25


def test_that_a_number_is_undone_in_the_run_that_has_taken_over(window: MainWindow, qtbot: QtBot) -> None:
    trained(window, qtbot)
    name = named(window, "layer2", 1, 2)
    before = put(window, name, 3.25)
    stack = window.document.undo_stack
    window.document.edit("Feature", edits.toggle_feature, "x1")
    stack.undo()
    stack.undo()  # while the run is still being made that it is about
    qtbot.waitUntil(lambda: value(window, name) == before)
    stack.redo()
    stack.redo()
    qtbot.waitUntil(lambda: value(window, name) == 3.25 and shown(window).weights[0].shape[1] == 1)


def test_that_removing_a_layer_and_undoing_it_brings_back_the_number_as_it_is_now(
    window: MainWindow, qtbot: QtBot
) -> None:
    trained(window, qtbot)
    kept, gone = named(window, "layer1", 0, 0), named(window, "layer2", 0, 0)
    was = value(window, gone)
    window.document.edit("Remove", edits.remove_layer, "layer2")
    qtbot.waitUntil(lambda: value(window, kept) is not None and len(shown(window).weights) == 2)
    put(window, kept, 1.75)
    window.document.edit("Remove", edits.add_layer, 1, units=2)
    window.document.undo_stack.undo()
    window.document.undo_stack.undo()
    window.document.undo_stack.undo()
    qtbot.waitUntil(lambda: value(window, gone) is not None)
    assert value(window, gone) == was


def test_that_a_number_that_is_gone_quietly_no_longer_applies(window: MainWindow, qtbot: QtBot) -> None:
    name = named(window, "layer2", 1, 2)
    window.document.edit("Remove", edits.remove_layer, "layer2")
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and len(shown(window).weights) == 2)
    before = shown(window)
    window.document.set_number(name, 0.0, 1.0)
    window.document.undo_stack.undo()
    window.bridge.step_batch()
    qtbot.waitUntil(lambda: shown(window).step == before.step + 1)
    assert shown(window).numbers_set == 0


def test_that_rewind_forgets_what_was_set(window: MainWindow, qtbot: QtBot) -> None:
    name = named(window, OUTPUT_ID)
    before = put(window, name, 9.0)
    window.bridge.rewind()
    heard(window, qtbot, 1)
    qtbot.waitUntil(lambda: value(window, name) == before)


def test_that_a_gesture_on_a_trained_network_is_one_mark_with_its_last_value(
    window: MainWindow, qtbot: QtBot
) -> None:
    trained(window, qtbot)
    name = named(window, OUTPUT_ID, 0, 0)
    with qtbot.waitSignal(window.bridge.setting_changed) as mark:
        put(window, name, 0.1, merge=1)
        put(window, name, 0.25, merge=1)
    assert mark.args == [1.0, "w 0.25 by hand"]
    with qtbot.waitSignal(window.bridge.setting_changed) as mark:
        put(window, named(window, OUTPUT_ID), -1.5)
    assert mark.args == [1.0, "b −1.5 by hand"]


def test_that_the_steps_are_not_blamed_for_what_a_number_set_by_hand_does_to_the_loss(
    window: MainWindow, qtbot: QtBot
) -> None:
    for epoch in range(1, 41):
        window.bridge.step_epoch()
        qtbot.waitUntil(lambda epoch=epoch: shown(window).epoch == epoch)
    loss = window.bridge.curves.last_train_loss
    for number, weight in enumerate((20.0, -20.0, 20.0), 1):
        put(window, named(window, OUTPUT_ID, 0, 0), weight)
        heard(window, qtbot, number)
    assert window.bridge.curves.last_train_loss > 2 * loss
    assert window.bridge.prepared is not None
    assert advice(window.bridge.curves, window.bridge.prepared.plan) == ""


def test_that_a_number_is_set_while_it_plays(window: MainWindow, qtbot: QtBot) -> None:
    window.document.edit("Slow", edits.set_training, learning_rate=1e-30)
    name = named(window, OUTPUT_ID)
    window.bridge.set_playing(True)
    qtbot.waitUntil(lambda: shown(window).step > 100)
    put(window, name, 0.625)
    heard(window, qtbot, 1)
    assert shown(window).state == "playing"
    assert value(window, name) == pytest.approx(0.625)
    window.bridge.set_playing(False)


@pytest.mark.parametrize("epochs", [0, 1])
def test_that_what_was_set_is_in_the_project(window: MainWindow, qtbot: QtBot, epochs: int) -> None:
    if epochs:
        trained(window, qtbot)
    name = named(window, OUTPUT_ID, 0, 1)
    put(window, name, 3.25)
    drafts: list[Draft] = []
    window.keeper.ask(drafts.append)
    qtbot.waitUntil(lambda: bool(drafts))
    again = Session.from_project(drafts[0].project())
    assert again.layers()[0][-1][0, 1] == 3.25


def test_that_another_data_set_and_back_brings_back_what_was_set_before_the_first_step(
    window: MainWindow, qtbot: QtBot
) -> None:
    name, run = named(window, OUTPUT_ID, 0, 1), shown(window).run_id
    before = put(window, name, 3.25)
    heard(window, qtbot, 1)
    window.document.edit("Data", edits.set_dataset, "xor")
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and shown(window).run_id > run)
    assert value(window, name) == before
    window.document.undo_stack.undo()
    qtbot.waitUntil(lambda: value(window, name) == 3.25)


def test_that_a_weight_is_set_in_the_diagram_while_the_network_learns(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.document.edit("Still", edits.set_training, learning_rate=1e-30)
    window.bridge.set_playing(True)
    qtbot.waitUntil(lambda: shown(window).step > 10)
    window.selection.pin(NeuronRef("layer1", 1))
    window.actions_by_key["set_weight"].trigger()
    field = window.network.view.touch.editor.field
    QTest.keyClicks(field, "0.5")
    QTest.keyClick(field, Qt.Key.Key_Up)
    heard(window, qtbot, 1)
    assert shown(window).weights[0][1, 0] == pytest.approx(0.6)
    QTest.keyClick(field, Qt.Key.Key_Tab)
    QTest.keyClicks(field, "-1,25")
    QTest.keyClick(field, Qt.Key.Key_Return)
    heard(window, qtbot, 2)
    assert shown(window).weights[0][1, 1] == pytest.approx(-1.25)
    assert shown(window).state == "playing"
    assert window.document.undo_stack.count() == 3
    assert window.document.undo_stack.undoText() == "Set weight"
    window.bridge.set_playing(False)


def test_that_text_in_a_weights_field_is_said_in_the_status_line(window: MainWindow, qtbot: QtBot) -> None:
    window.selection.pin(NeuronRef("layer1", 1))
    window.actions_by_key["set_weight"].trigger()
    field = window.network.view.touch.editor.field
    QTest.keyClicks(field, "heavy")
    window.data_panel.setFocus()
    window.network.view.setFocus()
    qtbot.waitUntil(lambda: "“heavy” is no number" in window.status.words.text())
    assert window.document.undo_stack.count() == 0
