"""A run beside its copy: the same rows and seed, in step, and what comes of it in words."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow

from playground.experiment import edits, files
from playground.experiment.model import Experiment
from playground.training.session import Session
from playground.ui.compare.pair import Pair, Side
from playground.ui.compare.window import CompareWindow
from playground.ui.main_window import MainWindow


def short(epochs: int = 12) -> Experiment:
    return edits.set_epochs(files.example("circle"), epochs)


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    return make_window(short())


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> CompareWindow:
    window.actions_by_key["compare"].trigger()
    opened = window.comparisons.pair
    assert opened is not None
    ready(opened, qtbot)
    return opened


def ready(dialog: CompareWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: all(side.snapshot is not None and side.epoch == 0 for side in dialog.pair.sides))


def chosen(dialog: CompareWindow, qtbot: QtBot, key: str, value: object) -> None:
    dialog.chooser.choose(key, value)
    ready(dialog, qtbot)


def played(dialog: CompareWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.pair.ended, timeout=20_000):
        qtbot.mouseClick(dialog.play, Qt.MouseButton.LeftButton)


def test_that_both_sides_are_bit_for_bit_what_each_is_alone(dialog: CompareWindow, qtbot: QtBot) -> None:
    chosen(dialog, qtbot, "activation", "relu")
    played(dialog, qtbot)
    for side in dialog.pair.sides:
        alone = Session.for_experiment(side.document.experiment, "numpy")
        while alone.trainer.epoch < 12:
            alone.train_epoch()
        assert side.snapshot is not None
        assert side.epoch == 12
        weights, biases = alone.layers()
        for own, wanted in zip(
            (*side.snapshot.weights, *side.snapshot.biases), (*weights, *biases), strict=True
        ):
            assert np.array_equal(own, wanted)


def test_that_both_learn_from_the_same_rows_and_begin_with_the_same_weights(
    dialog: CompareWindow, qtbot: QtBot
) -> None:
    chosen(dialog, qtbot, "learning_rate", 0.3)
    a, b = dialog.pair.sides
    assert a.snapshot is not None
    assert b.snapshot is not None
    assert a.bridge.prepared is not None
    assert b.bridge.prepared is not None
    assert a.bridge.prepared.rows_name == b.bridge.prepared.rows_name
    for one, other in zip(a.snapshot.weights, b.snapshot.weights, strict=True):
        assert np.array_equal(one, other)


def test_that_neither_gets_ahead_by_more_than_a_stretch(window: MainWindow, qtbot: QtBot) -> None:
    slow = edits.set_training(edits.set_data(short(60), samples=5000), batch_size=1)
    pair = Pair(slow, "numpy", window)
    leads: list[bool] = []

    def look() -> None:
        if pair.playing:
            leads.append(pair.lead <= pair.stretch)

    for side in pair.sides:
        side.changed.connect(look)
    pair.start()
    qtbot.waitUntil(lambda: all(side.snapshot is not None for side in pair.sides))
    pair.change(edits.set_training(slow, batch_size=200))
    qtbot.waitUntil(lambda: pair.b.document.experiment.training.batch_size == 200)
    pair.set_playing(True)
    qtbot.waitUntil(lambda: pair.epoch >= 4, timeout=30_000)
    pair.close()
    assert leads
    assert all(leads)


def test_that_one_thing_that_differs_is_named_with_both_values(dialog: CompareWindow, qtbot: QtBot) -> None:
    assert "still alike" in dialog.heading.text()
    assert not dialog.take.isEnabled()
    chosen(dialog, qtbot, "activation", "relu")
    assert "Only the activation differs" in dialog.heading.text()
    assert "Tanh (A)" in dialog.heading.text()
    assert "ReLU (B)" in dialog.heading.text()
    chosen(dialog, qtbot, "batch_size", 50.0)
    assert "Only the batch size differs" in dialog.heading.text()


def test_that_the_verdict_names_who_is_ahead_with_the_numbers(dialog: CompareWindow, qtbot: QtBot) -> None:
    chosen(dialog, qtbot, "learning_rate", 0.0)
    played(dialog, qtbot)
    words = dialog.verdict.text()
    assert words.startswith("After 12 epochs A is ahead: ")
    assert "test accuracy" in words


def test_that_a_side_without_numbers_is_told_and_the_other_goes_on(window: MainWindow, qtbot: QtBot) -> None:
    window.document.replace(edits.set_epochs(files.example("plane"), 30), "Open")
    window.actions_by_key["compare"].trigger()
    dialog = window.comparisons.pair
    assert dialog is not None
    ready(dialog, qtbot)
    chosen(dialog, qtbot, "learning_rate", 100.0)
    played(dialog, qtbot)
    a, b = dialog.pair.sides
    assert a.epoch == 30
    assert b.epoch < 30
    assert dialog.verdict.text().startswith("A is ahead: B has no finite loss")


def test_that_step_and_rewind_move_both(dialog: CompareWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: all(side.epoch == 1 for side in dialog.pair.sides))
    qtbot.keyClick(dialog, Qt.Key.Key_R)
    ready(dialog, qtbot)


def test_that_taking_b_is_one_step_of_the_history(
    window: MainWindow, dialog: CompareWindow, qtbot: QtBot
) -> None:
    before = window.document.experiment
    chosen(dialog, qtbot, "activation", "relu")
    qtbot.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    assert all(layer.activation == "relu" for layer in window.document.experiment.layers)
    window.document.undo_stack.undo()
    assert window.document.experiment is before


def test_that_both_can_be_kept_among_the_runs(
    window: MainWindow, dialog: CompareWindow, qtbot: QtBot
) -> None:
    chosen(dialog, qtbot, "learning_rate", 0.3)
    played(dialog, qtbot)
    qtbot.mouseClick(dialog.keep, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(window.runs.runs) == 2)
    assert sorted(run.name for run in window.runs.runs) == ["A: learning rate 0.01", "B: learning rate 0.3"]
    assert [run.figures.epochs for run in window.runs.runs] == [12, 12]


def test_that_what_a_copy_cannot_be_is_said_and_changes_nothing(window: MainWindow, qtbot: QtBot) -> None:
    window.document.replace(short().replace(layers=()), "Open")
    window.actions_by_key["compare"].trigger()
    dialog = window.comparisons.pair
    assert dialog is not None
    ready(dialog, qtbot)
    dialog.chooser.choose("width", 8.0)
    assert "no Dense layer" in dialog.note.text()
    assert "still alike" in dialog.heading.text()


def test_that_an_experiment_that_cannot_be_trained_is_said_in_words(window: MainWindow, qtbot: QtBot) -> None:
    window.document.edit("Log", edits.set_data, formulas=("log(x1)",), features=("log(x1)",))
    window.actions_by_key["compare"].trigger()
    dialog = window.comparisons.pair
    assert dialog is not None
    qtbot.waitUntil(lambda: all(panel.problem.text() for panel in dialog.panels))
    assert dialog.panels[0].problem.text().startswith("A cannot be trained.")
    qtbot.mouseClick(dialog.play, Qt.MouseButton.LeftButton)
    assert not dialog.pair.playing


def test_that_closing_in_the_middle_ends_both_runs(
    window: MainWindow, dialog: CompareWindow, qtbot: QtBot
) -> None:
    qtbot.mouseClick(dialog.play, Qt.MouseButton.LeftButton)
    sides: tuple[Side, ...] = dialog.pair.sides
    dialog.close()
    assert not any(side.bridge.playing for side in sides)
    qtbot.waitUntil(lambda: window.comparisons.pair is None)
