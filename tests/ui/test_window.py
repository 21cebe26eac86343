"""The window as a whole: what follows an edit, what survives it, what bad input does, what is remembered."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QMessageBox,
    QWidget,
)
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.experiment import edits, files
from playground.experiment.model import Experiment
from playground.settings import Settings
from playground.training.run import THREAD_NAME
from playground.ui.actions import ACTIONS
from playground.ui.main_window import MainWindow
from playground.ui.selection import NeuronRef


def train(window: MainWindow, qtbot: QtBot, epochs: int) -> None:
    window.bridge.play_until(epochs)
    qtbot.waitUntil(lambda: shown(window).epoch >= epochs and shown(window).state == "paused", timeout=20_000)


def await_new_run(window: MainWindow, qtbot: QtBot, old: int) -> None:
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and shown(window).run_id > old, timeout=20_000)


@pytest.mark.parametrize("name", files.examples())
def test_that_every_example_opens_trains_and_draws(name: str, make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example(name))
    train(window, qtbot, 3)
    picture = window.output_panel.outputs.currentWidget().grab().toImage()
    colours = {
        picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)
    }
    assert len(colours) > 3
    assert window.output_panel.figures.train_loss.text != "–"


def test_that_a_live_setting_does_not_restart_the_run(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("circle"))
    train(window, qtbot, 5)
    run = shown(window).run_id
    for fields in (
        {"learning_rate": 0.5},
        {"batch_size": 3},
        {"regularizer": "l2"},
        {"optimizer": "momentum"},
    ):
        window.document.edit("Set", edits.set_training, **fields)
    train(window, qtbot, 10)
    assert shown(window).run_id == run


def test_that_a_structural_edit_keeps_the_weights_that_fit(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("circle"))
    train(window, qtbot, 20)
    before = shown(window)
    window.document.edit("Widen", edits.set_units, "layer1", 6)
    await_new_run(window, qtbot, before.run_id)
    after = shown(window)
    np.testing.assert_array_equal(after.weights[0][:4], before.weights[0])
    assert after.epoch == before.epoch
    assert "Kept" in window.status.words.sentence


def test_that_undoing_an_edit_before_the_next_step_brings_every_weight_back(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(files.example("circle"))
    train(window, qtbot, 20)
    before = shown(window)
    for edit, arguments in ((edits.add_layer, (1,)), (edits.remove_layer, ("layer1",))):
        window.document.edit("Change", edit, *arguments)
        await_new_run(window, qtbot, shown(window).run_id if window.bridge.snapshot else before.run_id)
    for _ in range(2):
        run = shown(window).run_id
        window.document.undo_stack.undo()
        await_new_run(window, qtbot, run)
    for old, new in zip(before.weights, shown(window).weights, strict=True):
        np.testing.assert_array_equal(old, new)


def test_that_training_goes_on_through_an_edit(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("circle"))
    window.bridge.set_playing(True)
    qtbot.waitUntil(lambda: shown(window).epoch > 3)
    run = shown(window).run_id
    window.document.edit("Add", edits.add_layer, 0)
    await_new_run(window, qtbot, run)
    epoch = shown(window).epoch
    qtbot.waitUntil(lambda: shown(window).epoch > epoch + 3)
    assert window.bridge.playing


def test_that_rewind_brings_back_the_same_weights_and_a_new_seed_others(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(files.example("circle"))
    start = shown(window).weights
    train(window, qtbot, 5)
    window.actions_by_key["rewind"].trigger()
    qtbot.waitUntil(lambda: shown(window).step == 0)
    np.testing.assert_array_equal(shown(window).weights[0], start[0])
    run = shown(window).run_id
    window.actions_by_key["new_weights"].trigger()
    await_new_run(window, qtbot, run)
    assert not np.array_equal(shown(window).weights[0], start[0])
    window.actions_by_key["undo"].trigger()
    await_new_run(window, qtbot, shown(window).run_id)
    np.testing.assert_array_equal(shown(window).weights[0], start[0])


def test_that_an_impossible_experiment_is_named_and_can_be_put_right(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(files.example("circle"))
    good = window.document.experiment
    bad = good.replace(training=good.training.replace(loss="softmax_cross_entropy"))
    with qtbot.waitSignal(window.bridge.cannot_train):
        window.document.apply(bad, "Break it")
    assert "needs" in window.status.words.sentence
    window.actions_by_key["play"].trigger()
    qtbot.waitUntil(lambda: not window.bridge.playing)
    window.actions_by_key["undo"].trigger()
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None)
    train(window, qtbot, 2)


def test_that_divergence_pauses_and_says_what_to_do(make_window: MakeWindow, qtbot: QtBot) -> None:
    plane = files.example("plane")
    window = make_window(plane.replace(training=plane.training.replace(learning_rate=100.0)))
    window.bridge.set_playing(True)
    qtbot.waitUntil(lambda: not window.bridge.playing, timeout=20_000)
    assert "learning rate" in window.status.words.sentence


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Answer every warning box at once, and keep what it said."""
    said: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda _parent, _title, text: said.append(text))
    return said


def test_that_a_bad_file_leaves_the_open_experiment_untouched(
    make_window: MakeWindow, tmp_path: Path, answers: list[str]
) -> None:
    window = make_window(files.example("circle"))
    before = window.document.experiment
    path = tmp_path / "bad.json"
    path.write_text("{}")
    window.desk.open_file(path)
    assert "bad.json" in answers[0]
    assert window.document.experiment is before


def drop_file(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    window.dropEvent(
        QDropEvent(
            QPointF(10, 10),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )


def test_that_an_experiment_is_saved_and_opened_by_dropping_its_file(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(files.example("spiral"))
    path = tmp_path / "mine.json"
    monkeypatch.setattr(
        "playground.ui.file_desk.QFileDialog.getSaveFileName", lambda *_arguments: (str(path), "")
    )
    window.actions_by_key["save"].trigger()
    qtbot.waitUntil(path.exists)
    qtbot.waitUntil(lambda: "mine.json" in window.windowTitle())
    assert files.read(path) == files.example("spiral")
    assert "mine.json" in window.windowTitle()
    window.document.edit("Widen", edits.set_units, "layer1", 3)
    assert window.isWindowModified()
    window.document.undo_stack.undo()
    assert not window.isWindowModified()
    window.document.open(Experiment())
    drop_file(window, path)
    assert window.document.experiment == files.example("spiral")
    assert str(path) in window.settings.recent_files


def test_that_unsaved_changes_to_a_file_are_asked_about(
    make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(files.example("circle"))
    files.write(window.document.experiment, tmp_path / "mine.json")
    window.desk.open_file(tmp_path / "mine.json")
    window.document.edit("Add", edits.add_layer, 0)
    monkeypatch.setattr(QMessageBox, "question", lambda *_arguments: QMessageBox.StandardButton.Cancel)
    files.write(Experiment(), tmp_path / "other.json")
    window.desk.open_file(tmp_path / "other.json")
    assert len(window.document.experiment.layers) == 3
    monkeypatch.setattr(QMessageBox, "question", lambda *_arguments: QMessageBox.StandardButton.Discard)
    window.desk.open_file(tmp_path / "other.json")
    assert window.document.experiment == Experiment()


def test_that_an_example_after_a_file_never_overwrites_the_file(
    make_window: MakeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(files.example("circle"))
    path = tmp_path / "mine.json"
    files.write(files.example("fish"), path)
    window.desk.open_file(path)
    window.desk.open_example("gauss")
    asked: list[object] = []
    monkeypatch.setattr(
        "playground.ui.file_desk.QFileDialog.getSaveFileName",
        lambda *arguments: (asked.append(arguments), ("", ""))[1],
    )
    window.actions_by_key["save"].trigger()
    assert asked
    assert files.read(path) == files.example("fish")
    assert "mine.json" not in window.windowTitle()


@pytest.mark.parametrize("how", ["new", "example", "file"])
def test_that_another_experiment_starts_from_its_own_weights(
    how: str, make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    circle = files.example("circle")
    window = make_window(circle)
    train(window, qtbot, 5)
    window.document.undo_stack.setClean()
    run = shown(window).run_id
    if how == "new":
        window.actions_by_key["new"].trigger()
    elif how == "example":
        window.desk.open_example("circle")
    else:
        files.write(circle, tmp_path / "same.json")
        window.desk.open_file(tmp_path / "same.json")
    await_new_run(window, qtbot, run)
    assert (shown(window).epoch, shown(window).carried) == (0, None)
    assert not window.bridge.playing
    if how != "file":
        window.actions_by_key["undo"].trigger()
        assert window.document.experiment == circle


def test_that_weights_of_another_problem_never_come_back(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("circle"))

    def change(function: Callable[..., Experiment], *arguments: object) -> None:
        run = shown(window).run_id
        window.document.edit("Change", function, *arguments)
        await_new_run(window, qtbot, run)

    train(window, qtbot, 2)
    change(edits.add_layer, 1)
    run = shown(window).run_id
    window.document.undo_stack.undo()
    await_new_run(window, qtbot, run)
    change(edits.set_dataset, "xor")
    train(window, qtbot, 2)
    trained = shown(window).weights[0]
    change(edits.add_layer, 1)
    np.testing.assert_array_equal(shown(window).weights[0], trained)


def test_that_rewind_or_play_starts_again_after_the_thread_has_failed(
    make_window: MakeWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(files.example("circle"))
    monkeypatch.setattr("playground.ui.main_window.show_failure", lambda *_arguments: None)

    def fail(*_arguments: object) -> int:
        raise RuntimeError("out of chalk")

    with monkeypatch.context() as broken:
        broken.setattr("playground.training.session.Session.train", fail)
        with qtbot.waitSignal(window.bridge.failed):
            window.bridge.set_playing(True)
    assert "out of chalk" in window.status.words.sentence
    window.actions_by_key["rewind"].trigger()
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None)
    train(window, qtbot, 3)


def test_that_a_step_asked_for_right_after_an_edit_is_made(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("circle"))
    run = shown(window).run_id
    window.document.edit("Widen", edits.set_units, "layer1", 3)
    window.bridge.step_epoch()
    await_new_run(window, qtbot, run)
    qtbot.waitUntil(lambda: shown(window).epoch == 1)


@pytest.mark.parametrize("first", ["new_weights", "new_data"])
@pytest.mark.parametrize(
    ("edit", "arguments"),
    [
        (edits.set_dataset, ("blobs",)),
        (edits.set_units, ("layer1", 7)),
        (edits.set_units, ("layer1", 1)),
        (edits.remove_layer, ("layer1",)),
        (edits.toggle_feature, ("sin_x1",)),
    ],
)
def test_that_edits_faster_than_the_first_picture_of_a_run_are_shown(
    first: str,
    edit: Callable[..., Experiment],
    arguments: tuple[object, ...],
    make_window: MakeWindow,
    qtbot: QtBot,
) -> None:
    window = make_window(files.example("circle"))
    train(window, qtbot, 3)
    with qtbot.waitSignal(window.bridge.run_started):
        window.actions_by_key[first].trigger()
    window.document.edit("At once", edit, *arguments)
    run = window.bridge._run_id
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and shown(window).run_id > run)
    assert window.inspector.isVisible()
    assert f"{window.bridge.prepared.plan.parameters:,} parameters" in window.status.figures.text()


def test_that_a_warning_goes_when_its_cause_goes(make_window: MakeWindow) -> None:
    window = make_window(files.example("circle"))
    window.document.edit("Set rate", edits.set_training, learning_rate=0.0)
    assert "learning rate is 0" in window.status.words.sentence
    window.document.edit("Set rate", edits.set_training, learning_rate=0.1)
    assert "learning rate is 0" not in window.status.words.sentence


def test_that_a_hundred_edits_while_playing_leave_one_thread(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("circle"))
    window.bridge.set_playing(True)
    for noise in range(100):
        window.document.edit("Set noise", edits.set_data, noise=noise / 200, merge=("noise", 1))
        if noise % 10 == 0:
            qtbot.waitUntil(lambda: window.bridge.snapshot is not None)
        running = [thread for thread in threading.enumerate() if thread.name.startswith(THREAD_NAME)]
        assert len(running) <= 1
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and shown(window).epoch > 3)
    assert window.document.undo_stack.count() == 1


def test_that_a_rate_of_a_thousand_million_is_refused_in_words(make_window: MakeWindow) -> None:
    window = make_window(files.example("circle"))
    before = window.document.experiment
    field = window.top_bar.rate.combo.lineEdit()
    assert field is not None
    for text, words in (("1e9", "between"), ("fast", "not a number")):
        field.setText(text)
        QTest.keyClick(field, Qt.Key.Key_Return)
        assert words in window.status.words.sentence
    assert window.document.experiment is before
    field.setText("0,5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.document.experiment.training.learning_rate == 0.5


def test_that_choices_in_the_bar_and_the_data_panel_edit_and_follow_the_document(
    make_window: MakeWindow,
) -> None:
    window = make_window(files.example("circle"))
    window.top_bar.task.chosen.emit("regression")
    assert window.document.experiment.data.dataset == "plane"
    assert window.data_panel.gallery.key == "plane"
    window.document.undo_stack.undo()
    assert window.top_bar.task.key == "classification"
    window.data_panel.drawn.noise.edited.emit(0.3, 1)
    assert window.document.experiment.data.noise == 0.3
    window.document.undo_stack.undo()
    assert window.data_panel.drawn.noise.value == 0.0
    window.top_bar.regularizer.chosen.emit("l2")
    assert window.document.experiment.training.regularization_rate > 0
    assert window.top_bar.penalty.isVisible()


def test_that_the_details_of_the_training_edit_and_follow_the_document(make_window: MakeWindow) -> None:
    window = make_window(files.example("circle"))
    details = window.top_bar.details
    window.top_bar.more.click()
    assert details.isVisible()
    key, control = next(iter(details.parameters.items()))
    control.chosen.emit(0.5)
    assert window.document.experiment.training.optimizer_parameters == {key: 0.5}
    details.precision.chosen.emit("float64")
    details.seed.chosen.emit(7.0)
    assert window.document.experiment.training.seed == 7
    window.document.undo_stack.setIndex(0)
    assert details.precision.key == "float32"
    assert details.seed.value == 0
    window.document.edit("Use SGD", edits.set_optimizer, "sgd")
    assert not details.parameters
    details.close()


def test_that_the_edit_menu_names_what_will_be_undone(make_window: MakeWindow) -> None:
    window = make_window()
    undo = window.actions_by_key["undo"]
    assert not undo.isEnabled()
    window.document.edit("Add Dense layer", edits.add_layer, 0)
    assert undo.text() == "Undo add Dense layer"


def test_that_every_control_has_a_tooltip_and_a_name(make_window: MakeWindow) -> None:
    window = make_window(files.example("fish"))
    kinds = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox)
    for kind in kinds:
        for control in window.findChildren(kind):
            if control.objectName().startswith("qt_") or _is_inner(control):
                continue
            name = control.accessibleName() or (
                control.text() if isinstance(control, QAbstractButton) else ""
            )
            assert control.toolTip(), f"{type(control).__name__} {name!r} has no tooltip"
            assert name, f"{type(control).__name__} with tooltip {control.toolTip()!r} has no name"


def _is_inner(control: QWidget) -> bool:
    """Scroll bars, and the parts that Qt puts into menus, tool bars and other controls by itself."""
    parent = control.parentWidget()
    names = {"QScrollBar", "QToolBarExtension", "QMenuBarExtension"}
    return type(control).__name__ in names or isinstance(parent, QComboBox | QAbstractSpinBox)


def test_that_no_two_commands_share_a_shortcut() -> None:
    keys = [key for spec in ACTIONS for key in spec.shortcuts]
    assert len(keys) == len(set(keys))


def test_that_space_on_a_check_box_does_not_press_play(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("circle"))
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    box = window.output_panel.options["show_test_points"]
    box.setFocus()
    before = box.isChecked()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert box.isChecked() != before
    assert not window.bridge.playing


def test_that_options_are_remembered(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(settings=Settings(theme="dark", motion=False))
    assert window.themes.theme.dark
    with qtbot.waitSignal(window.settings_changed) as change:
        window.output_panel.options["discretize"].click()
    assert change.args[0].discretize
    with qtbot.waitSignal(window.settings_changed) as change:
        window.actions_by_key["projector"].trigger()
    assert change.args[0].projector
    assert window.themes.theme.scale > 1


def test_that_a_device_that_is_not_there_is_named(
    make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.training.preparation.installed", lambda: ("numpy",))
    window = make_window(files.example("circle"), Settings(device="cuda", motion=False))
    assert "GPU (CuPy) cannot be used" in window.status.words.sentence
    assert "CPU" in window.status.figures.text()


def test_that_a_network_too_big_is_refused_and_trains_again_when_made_smaller(
    make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    window = make_window(files.example("circle"))
    window.bridge.step_epoch()
    qtbot.waitUntil(lambda: shown(window).epoch == 1)
    weights = shown(window).weights
    with monkeypatch.context() as patch:
        for place in ("ui.bridge", "training.preparation"):
            patch.setattr(f"playground.{place}.free_memory", lambda: 1000)
        window.document.edit("Larger batch", edits.set_training, batch_size=100)
        qtbot.waitUntil(lambda: "are free" in window.status.words.sentence)
    window.document.edit("Smaller batch", edits.set_training, batch_size=10)
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None)
    assert "are free" not in window.status.words.sentence
    for kept, again in zip(weights, shown(window).weights, strict=True):
        np.testing.assert_array_equal(kept, again)


def test_that_panels_come_back(make_window: MakeWindow) -> None:
    window = make_window()
    window.docks["data"].close()
    assert not window.docks["data"].isVisible()
    window.actions_by_key["restore_panels"].trigger()
    assert window.docks["data"].isVisible()


def test_that_the_enlarged_neuron_is_named(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("circle"))
    shown_titles: list[tuple[bool, str]] = []
    plot = window.output_panel.outputs.currentWidget()
    original = plot.show_neuron
    plot.show_neuron = lambda image, title="", *rest: (  # type: ignore[method-assign]
        shown_titles.append((image is not None, title)), original(image, title, *rest)
    )  # fmt: skip
    window.selection.hover(NeuronRef("layer1", 2))
    window.selection.hover(None)
    assert shown_titles[0] == (True, "Dense 1, neuron 3")
    assert shown_titles[-1] == (False, "")


def test_that_closing_stops_the_training_thread(make_window: MakeWindow) -> None:
    window = make_window(files.example("circle"))
    window.bridge.set_playing(True)
    window.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(THREAD_NAME)]
