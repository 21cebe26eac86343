"""Projects in the window: a run is saved while it goes on, and opened it goes on where it stood."""

import json
import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.experiment import edits, files
from playground.training import project
from playground.training.messages import Snapshot
from playground.training.project import Project
from playground.training.session import Session
from playground.ui.main_window import MainWindow
from playground.ui.plots.loss import CurvePlot

Answers = list[object]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Questions that were asked, answered "discard"; asked for before the window, it outlives it."""
    said: Answers = []

    def answer(_parent: object, _title: str, text: str, *_buttons: object) -> object:
        said.append(text)
        return QMessageBox.StandardButton.Discard

    monkeypatch.setattr(QMessageBox, "question", answer)
    monkeypatch.setattr(QMessageBox, "warning", lambda _parent, _title, text: said.append(text))
    return said


def train(window: MainWindow, qtbot: QtBot, epochs: int) -> Snapshot:
    window.bridge.play_until(epochs)
    qtbot.waitUntil(lambda: shown(window).epoch >= epochs and shown(window).state == "paused", timeout=20_000)
    return shown(window)


def save_to(window: MainWindow, qtbot: QtBot, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as chosen:
        chosen.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(path), ""))
        window.actions_by_key["save_as"].trigger()
    qtbot.waitUntil(lambda: path.name in window.windowTitle())


def await_run(window: MainWindow, qtbot: QtBot, old: int) -> Snapshot:
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and shown(window).run_id > old, timeout=20_000)
    return shown(window)


def test_that_a_trained_network_is_opened_as_it_was_saved_and_goes_on(
    asked: Answers, make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.nnp"
    wanted = edits.set_optimizer(files.example("circle"), "adam")
    window = make_window(wanted)
    train(window, qtbot, 12)
    window.document.edit("Set", edits.set_training, learning_rate=0.02)
    wanted = window.document.experiment
    before = train(window, qtbot, 20)
    save_to(window, qtbot, path, monkeypatch)
    assert str(path) in window.settings.recent_files
    end = train(window, qtbot, 40)
    window.desk.open_file(path)
    assert asked == ["Save the training of mine.nnp?"]
    again = await_run(window, qtbot, before.run_id)
    np.testing.assert_array_equal(again.weights[0], before.weights[0])
    np.testing.assert_array_equal(again.history.epoch, np.arange(21))
    assert (again.epoch, again.step) == (20, before.step)
    assert window.document.experiment == wanted
    assert not window.isWindowModified()
    for quantity in ("loss", "metric"):
        choice = window.output_panel.curve_choice
        choice.setCurrentIndex(choice.findData(quantity))
        curve = window.output_panel.curves.currentWidget()
        assert isinstance(curve, CurvePlot)
        assert curve.marks == ((12.0, "rate 0.02"),)
    for left, right in zip(train(window, qtbot, 40).weights, end.weights, strict=True):
        np.testing.assert_array_equal(left, right)


def test_that_a_project_is_saved_while_the_network_trains(
    asked: Answers, make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.nnp"
    window = make_window(files.example("circle"))
    written_on: list[str] = []
    write = project.write

    def noted(saved: Project, where: Path) -> None:
        written_on.append(threading.current_thread().name)
        write(saved, where)

    monkeypatch.setattr(project, "write", noted)
    window.bridge.set_playing(True)
    qtbot.waitUntil(lambda: shown(window).epoch > 3)
    save_to(window, qtbot, path, monkeypatch)
    assert window.bridge.playing
    assert written_on == ["playground-saving"]
    saved = project.read(path)
    assert saved.standing is not None
    assert saved.history.epoch[-1] <= saved.standing.last[0]
    epoch = shown(window).epoch
    qtbot.waitUntil(lambda: shown(window).epoch > epoch)
    assert Session.from_project(saved).trainer.step == saved.standing.kept.step


def test_that_an_edit_while_it_is_saved_stays_unsaved(
    asked: Answers, make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.nnp"
    window = make_window(files.example("circle"))
    going = threading.Event()
    write = project.write

    def slow(saved: Project, where: Path) -> None:
        assert going.wait(10)
        write(saved, where)

    monkeypatch.setattr(project, "write", slow)
    with monkeypatch.context() as chosen:
        chosen.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(path), ""))
        window.actions_by_key["save_as"].trigger()
    qtbot.waitUntil(lambda: "Saving" in window.status.words.sentence)
    window.document.edit("Set", edits.set_training, learning_rate=0.3)
    going.set()
    qtbot.waitUntil(lambda: path.name in window.windowTitle())
    assert window.isWindowModified()
    assert project.read(path).experiment == files.example("circle")


def test_that_a_project_that_cannot_be_written_is_said_and_stays_unsaved(
    asked: Answers, make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_project: Project, _path: Path) -> None:
        raise OSError(28, "No space left on device")

    window = make_window(files.example("circle"))
    monkeypatch.setattr(project, "write", full)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(tmp_path / "m.nnp"), ""))
    window.actions_by_key["save"].trigger()
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [f"{tmp_path / 'm.nnp'}: No space left on device."]
    assert "m.nnp" not in window.windowTitle()


@pytest.mark.parametrize(
    ("error", "words"),
    [(MemoryError(), "out of memory"), (ValueError("no such number\nat all"), "no such number")],
)
def test_that_whatever_goes_wrong_while_saving_is_said_and_the_window_goes_on(
    error: Exception,
    words: str,
    asked: Answers,
    make_window: MakeWindow,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_project: Project, _path: Path) -> None:
        raise error

    window = make_window(files.example("circle"))
    with monkeypatch.context() as broken:
        broken.setattr(project, "write", fail)
        broken.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(tmp_path / "m.nnp"), ""))
        window.actions_by_key["save"].trigger()
        qtbot.waitUntil(lambda: bool(asked))
    assert asked == [
        f"{tmp_path / 'm.nnp'} could not be written: {words}. Try again, or save under another name."
    ]
    window.desk.open_example("xor")
    assert window.document.experiment == files.example("xor")


def test_that_a_file_that_is_no_project_leaves_everything_as_it_was(
    asked: Answers, make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "mine.nnp"
    path.write_bytes(b"PK\x03\x04 and nothing else")
    window = make_window(files.example("circle"))
    before = train(window, qtbot, 3)
    window.desk.open_file(path)
    assert asked == ["mine.nnp is damaged or incomplete. Open an earlier copy of it, or its experiment anew."]
    assert window.document.experiment == files.example("circle")
    assert shown(window).run_id == before.run_id


@pytest.mark.parametrize("answer", ["Save", "Discard", "Cancel"])
def test_that_closing_asks_about_training_that_no_file_has(
    answer: str,
    asked: Answers,
    make_window: MakeWindow,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "mine.nnp"
    window = make_window(files.example("circle"))
    save_to(window, qtbot, path, monkeypatch)
    step = train(window, qtbot, 5).step
    assert not window.isWindowModified()
    button = getattr(QMessageBox.StandardButton, answer)
    with monkeypatch.context() as chosen:
        chosen.setattr(QMessageBox, "question", lambda *_arguments: button)
        assert window.close() == (answer != "Cancel")
    standing = project.read(path).standing
    assert standing is not None
    assert standing.kept.step == (step if answer == "Save" else 0)


def test_that_closing_at_once_after_saving_asks_nothing(
    asked: Answers, make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.nnp"
    window = make_window(files.example("circle"))
    step = train(window, qtbot, 5).step
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(path), ""))
    window.actions_by_key["save"].trigger()
    assert window.close()
    assert not asked
    standing = project.read(path).standing
    assert standing is not None
    assert standing.kept.step == step


def test_that_what_is_untitled_is_kept_with_its_weights_when_the_window_closes(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    first = make_window(files.example("circle"))
    first.desk.last = tmp_path / "folder" / "last-project.nnp"
    before = train(first, qtbot, 5)
    first.close()
    second = make_window(files.example("xor"))
    second.desk.last = first.desk.last
    second.desk.reopen_last()
    again = await_run(second, qtbot, shown(second).run_id)
    assert second.document.experiment == files.example("circle")
    assert again.step == before.step
    np.testing.assert_array_equal(again.weights[0], before.weights[0])


def test_that_what_was_kept_before_there_were_projects_is_still_reopened(
    make_window: MakeWindow, tmp_path: Path
) -> None:
    files.write(files.example("xor"), tmp_path / "last-experiment.json")
    window = make_window(files.example("circle"))
    window.desk.last = tmp_path / "last-project.nnp"
    window.desk.reopen_last()
    assert window.document.experiment == files.example("xor")


def test_that_a_name_without_an_ending_gets_that_of_the_chosen_kind(
    asked: Answers, make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(files.example("circle"))
    for ending in (".nnp", ".json"):

        def choose(_window: object, _title: str, _folder: str, filters: str, ending: str = ending) -> object:
            return str(tmp_path / "v1.2"), next(one for one in filters.split(";;") if ending in one)

        monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
        window.actions_by_key["save_as"].trigger()
        qtbot.waitUntil((tmp_path / f"v1.2{ending}").exists)
        qtbot.waitUntil(lambda ending=ending: f"v1.2{ending}" in window.windowTitle())
    assert json.loads((tmp_path / "v1.2.json").read_text())["format"] == files.FORMAT


def test_that_only_a_file_with_the_weights_makes_keeping_them_needless(
    asked: Answers, make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(files.example("circle"))
    train(window, qtbot, 3)
    kept: list[bool] = []
    window.desk.kept.connect(lambda: kept.append(True))
    for ending in (".json", ".nnp"):
        save_to(window, qtbot, tmp_path / f"mine{ending}", monkeypatch)
        assert bool(kept) == (ending == ".nnp")
        assert ("and weights." in window.status.words.sentence) == (ending == ".nnp")


def test_that_no_weights_are_said_to_be_saved_where_there_is_no_run(
    asked: Answers, make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(files.example("circle"))
    with qtbot.waitSignal(window.bridge.cannot_train):
        window.document.edit("Break", edits.set_training, loss="softmax_cross_entropy")
    save_to(window, qtbot, tmp_path / "mine.nnp", monkeypatch)
    assert window.status.words.sentence == "Saved mine.nnp: data, layers and settings."


def test_that_a_project_edited_before_its_run_begins_does_not_go_on_with_weights_that_do_not_fit(
    asked: Answers, make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.nnp"
    window = make_window(files.example("circle"))
    train(window, qtbot, 5)
    save_to(window, qtbot, path, monkeypatch)
    run = shown(window).run_id
    window.desk.open_file(path)
    window.document.edit("Widen", edits.set_units, "layer1", 7)
    assert await_run(window, qtbot, run).weights[0].shape[0] == 7
    run = shown(window).run_id
    window.desk.open_file(path)
    window.document.edit("Set", edits.set_training, optimizer="momentum")
    assert await_run(window, qtbot, run).epoch == 5
    window.document.edit("Set", edits.set_training, optimizer="sgd")


@pytest.mark.parametrize("how", ["data", "seed", "dealt anew", "new"])
def test_that_undoing_a_fresh_start_brings_back_the_network_as_it_was_trained(
    how: str, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(edits.set_optimizer(files.example("circle"), "adam"))
    straight = Session.for_experiment(window.document.experiment, "numpy")
    straight.train(10**6, 20)
    before = train(window, qtbot, 10)
    edit = {
        "data": lambda: window.document.edit("Other data", edits.set_dataset, "xor"),
        "seed": lambda: window.document.edit("Other weights", edits.set_seed, 9),
        "dealt anew": lambda: window.document.edit("Deal", edits.set_data, split_seed=5),
        "new": window.desk.new,
    }[how]
    edit()
    assert await_run(window, qtbot, before.run_id).step == 0
    fresh = train(window, qtbot, 3)
    window.document.undo_stack.undo()
    again = await_run(window, qtbot, fresh.run_id)
    assert (again.epoch, again.step) == (10, before.step)
    np.testing.assert_array_equal(again.history.epoch, np.arange(11))
    end = train(window, qtbot, 20)
    for left, right in zip(end.weights, straight.layers()[0], strict=True):
        np.testing.assert_array_equal(left, right)
    window.document.undo_stack.redo()
    assert await_run(window, qtbot, end.run_id).epoch == 3


def test_that_undoing_new_brings_back_the_file_that_was_open(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(files.example("circle"))
    save_to(window, qtbot, tmp_path / "mine.nnp", monkeypatch)
    window.desk.new()
    assert "mine.nnp" not in window.windowTitle()
    window.document.edit("Widen", edits.add_layer, 0)
    window.document.undo_stack.undo()
    window.document.undo_stack.undo()
    assert "mine.nnp" in window.windowTitle()
    window.document.undo_stack.redo()
    assert "mine.nnp" not in window.windowTitle()


def test_that_choosing_the_same_data_again_begins_afresh(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("circle"))
    run = train(window, qtbot, 10).run_id
    for name in ("xor", "circle"):
        window.document.edit("Other data", edits.set_dataset, name)
        assert await_run(window, qtbot, run).step == 0
        run = shown(window).run_id


def test_that_saving_waits_for_the_run_that_an_edit_has_begun(
    asked: Answers, make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.nnp"
    window = make_window(files.example("circle"))
    train(window, qtbot, 5)
    window.document.edit("Widen", edits.set_units, "layer1", 7)
    save_to(window, qtbot, path, monkeypatch)
    saved = project.read(path)
    assert saved.standing is not None
    assert saved.standing.kept.epoch == 5
    assert saved.experiment == window.document.experiment
    np.testing.assert_array_equal(saved.history.epoch, [*range(6), 5])


def test_that_a_run_that_ended_with_an_error_does_not_replace_one_that_was_saved(
    asked: Answers, make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(files.example("circle"))
    train(window, qtbot, 3)
    path = tmp_path / "mine.nnp"
    save_to(window, qtbot, path, monkeypatch)
    saved = path.read_bytes()
    monkeypatch.setattr("playground.training.session.Session.train", lambda *_arguments: 1 / 0)
    with qtbot.waitSignal(window.bridge.failed):
        window.bridge.set_playing(True)
    window.actions_by_key["save"].trigger()
    qtbot.waitUntil(lambda: any("stays as it was" in str(text) for text in asked))
    assert path.read_bytes() == saved


def test_that_a_large_project_is_read_beside_the_window(
    asked: Answers, make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.ui.file_desk.READ_AT_ONCE", 100)
    experiment = files.example("spiral")
    session = Session.for_experiment(experiment)
    session.train_epoch()
    project.write(session.project(experiment), tmp_path / "large.nnp")
    (tmp_path / "broken.nnp").write_bytes((tmp_path / "large.nnp").read_bytes()[:-200])
    window = make_window(files.example("circle"))
    window.desk.open_file(tmp_path / "large.nnp")
    assert window.document.experiment.name == "Circle"
    qtbot.waitUntil(lambda: window.document.experiment.name == "Spiral")
    window.desk.open_file(tmp_path / "broken.nnp")
    qtbot.waitUntil(lambda: any("broken.nnp" in str(text) for text in asked))
    assert window.document.experiment.name == "Spiral"
