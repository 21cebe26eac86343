"""A validation part in the window: shares, names, and the test score that waits until it is asked for."""

import numpy as np
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.data import Table
from playground.experiment import edits, files
from playground.experiment.evaluation import Evaluation
from playground.experiment.model import Experiment
from playground.ui.main_window import MainWindow


def with_validation(name: str = "circle") -> Experiment:
    return edits.set_data(files.example(name), validation_fraction=0.2)


def await_rows(window: MainWindow, qtbot: QtBot, text: str) -> None:
    qtbot.waitUntil(lambda: window.data_panel.split.counts.text() == text)


def test_that_the_shares_are_edited_and_the_rows_counted(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("circle"))
    split = window.data_panel.split
    assert split.counts.text() == "250 training, 250 test"
    split.validation.edited.emit(0.2, None)
    await_rows(window, qtbot, "250 training, 100 validation, 150 test")
    assert split.bar.toolTip() == split.counts.text()
    before = window.document.experiment.data.split_seed
    split.deal.button.click()
    assert window.document.experiment.data.split_seed == before + 1
    split.deal.field.setText("12")
    split.deal.field.committed.emit("12")
    assert window.document.experiment.data.split_seed == 12


def test_that_what_is_watched_is_named(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("circle"))
    panel = window.output_panel
    assert panel.options["show_test_points"].text() == "test points"
    window.document.edit("", edits.set_data, validation_fraction=0.2)
    qtbot.waitUntil(lambda: panel.options["show_test_points"].text() == "validation points")
    assert panel.figures.watched_loss.accessibleName() == "validation loss"
    assert panel.figures.quality.accessibleName() == "validation accuracy"


def test_that_there_is_nothing_to_evaluate_without_a_validation_part(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(files.example("circle"))
    line, action = window.output_panel.figures.evaluation, window.actions_by_key["evaluate"]
    assert line.isHidden()
    assert not action.isEnabled()
    window.document.edit("", edits.set_data, validation_fraction=0.2)
    qtbot.waitUntil(line.isVisible)
    assert action.isEnabled()
    assert line.text.text() == "The test rows wait until you evaluate."


def test_that_every_look_at_the_test_rows_is_counted_while_they_are_the_same(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(with_validation())
    line = window.output_panel.figures.evaluation
    line.button.click()
    qtbot.waitUntil(lambda: line.text.text().startswith("Test at epoch 0: loss"))
    assert shown(window).evaluations[0].rows == 150
    window.document.edit("", edits.add_layer, 0, units=2)
    waiting = "The test rows wait until you evaluate. (1 look so far)"
    qtbot.waitUntil(lambda: line.text.text() == waiting)
    window.actions_by_key["evaluate"].trigger()
    qtbot.waitUntil(lambda: line.text.text().endswith("(2 looks so far)"))
    assert "too good" in line.text.toolTip()
    window.document.edit("", edits.set_data, split_seed=3)
    qtbot.waitUntil(lambda: line.looks == [])
    window.document.undo_stack.undo()
    qtbot.waitUntil(lambda: len(line.looks) == 2)


def test_that_a_look_at_the_test_rows_is_never_taken_back(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(with_validation())
    document, line = window.document, window.output_panel.figures.evaluation
    document.edit("Set noise", edits.set_data, noise=0.1)
    qtbot.waitUntil(lambda: shown(window).step == 0)
    line.button.click()
    qtbot.waitUntil(lambda: len(document.evaluations) == 1)
    for _ in range(2):
        document.undo_stack.undo()
        document.undo_stack.redo()
        window.bridge.rewind()
        qtbot.waitUntil(lambda: window.bridge.snapshot is not None)
    document.replace(Experiment(), "New")
    document.undo_stack.undo()
    document.undo_stack.redo()
    assert len(document.evaluations) == 1
    saved = files.parse(files.dump(document.complete), "saved")
    assert saved.evaluations == document.evaluations
    document.open(Experiment())
    assert document.evaluations == ()
    document.open(saved)
    assert document.evaluations == saved.evaluations


def test_that_a_look_is_something_to_be_saved(make_window: MakeWindow, qtbot: QtBot) -> None:
    document = make_window(with_validation()).document
    document.set_saved()
    document.record((Evaluation(test_rows="x", rows=3, epoch=1, step=2, loss=float("nan"), metric=0.5),))
    assert not document.is_saved
    assert document.evaluations[0].loss is None
    document.set_saved()
    assert document.is_saved


def test_that_a_share_that_gave_way_comes_back_while_the_slider_is_held(make_window: MakeWindow) -> None:
    window = make_window(edits.set_data(files.example("circle"), validation_fraction=0.3))
    split = window.data_panel.split
    for value in (0.8, 0.9, 0.5):
        split.share.edited.emit(value, "held")
    assert window.document.experiment.data.validation_fraction == 0.3
    split.share.edited.emit(0.9, "held again")
    assert window.document.experiment.data.validation_fraction == 0.05


def test_that_too_few_rows_for_the_parts_are_told(make_window: MakeWindow, qtbot: QtBot) -> None:
    table = Table("Two", ("x1", "x2"), np.eye(2), "class", np.array([0, 1]), ("a", "b"), painted=True)
    window = make_window(with_validation())
    window.document.edit("Two points", edits.paint, table)
    qtbot.waitUntil(lambda: "at least 3 rows are needed" in window.status.words.sentence)
    assert not window.actions_by_key["evaluate"].isEnabled()
