"""The panel "Code": the script follows every edit while it is in sight, and what is saved was run."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.experiment import edits, files
from playground.export.code import SCRIPTS
from playground.export.code.recipe import Recipe
from playground.tables import by_key
from playground.ui import code_desk
from playground.ui.main_window import MainWindow


@pytest.fixture
def window(make_window: MakeWindow, qtbot: QtBot) -> MainWindow:
    window = make_window(files.example("circle"))
    window.actions_by_key["code"].trigger()
    qtbot.waitUntil(lambda: window.code.panel.isVisible())
    return window


def text(window: MainWindow) -> str:
    return window.code.panel.view.toPlainText()


def test_that_it_is_hidden_at_first_and_a_key_brings_it_and_takes_it_away(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(files.example("circle"))
    panel = window.code.panel
    assert not panel.isVisible()
    assert text(window) == ""
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window.network.view, Qt.Key.Key_K, keys)
    qtbot.waitUntil(lambda: panel.isVisible() and "keras" in text(window))
    QTest.keyClick(window.network.view, Qt.Key.Key_K, keys)
    qtbot.waitUntil(lambda: not panel.isVisible())


def test_that_the_script_follows_every_edit_and_marks_it(window: MainWindow) -> None:
    window.document.edit("Widen", edits.set_units, "layer1", 7)
    assert 'layers.Dense(7, activation="tanh")' in text(window)
    marked = [text(window).split("\n")[line].strip() for line in window.code.panel.view.marked]
    assert marked == ['layers.Dense(7, activation="tanh"),']
    window.document.edit("ReLU", edits.set_activation, "layer2", "relu")
    assert 'activation="relu"' in text(window)
    window.document.edit("Momentum", edits.set_optimizer, "momentum")
    assert "keras.optimizers.SGD(learning_rate=0.01, momentum=0.9)" in text(window)
    window.document.edit("Add", edits.add_layer, 1, kind="dropout")
    assert "layers.Dropout(0.2)," in text(window)
    window.document.undo_stack.undo()
    assert "Dropout" not in text(window)


@pytest.mark.parametrize("key", [script.key for script in SCRIPTS])
def test_that_every_language_is_shown_in_both_forms(window: MainWindow, key: str) -> None:
    panel = window.code.panel
    panel.languages.chips[key].click()
    trains = text(window)
    assert trains
    assert panel.view.marked == []
    panel.trained.click()
    assert text(window) != trains
    assert "W1 = " in text(window)
    compile(text(window), "script.py", "exec")


def test_that_nothing_is_written_while_nobody_can_see_it(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.actions_by_key["code"].trigger()
    asked: list[Recipe] = []
    monkeypatch.setattr(code_desk, "recipe_of", lambda experiment: asked.append(experiment))
    window.document.edit("Widen", edits.set_units, "layer1", 8)
    assert asked == []


def test_that_trained_weights_follow_the_training(window: MainWindow, qtbot: QtBot) -> None:
    window.code.panel.trained.click()
    before = text(window)
    window.bridge.step_epoch()
    qtbot.waitUntil(lambda: text(window) != before)


@pytest.mark.parametrize("what", ["data", "layers"])
def test_that_weights_are_shown_and_saved_only_with_the_experiment_they_belong_to(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    said: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda _parent, _title, words: said.append(words))
    window.code.panel.trained.click()
    edit = {
        "data": lambda: window.desk.open_example("xor"),
        "layers": lambda: window.document.edit("Widen", edits.set_units, "layer1", 7),
    }[what]
    assert "W1 = " in text(window)
    edit()  # the run of it begins with the next frame
    assert "W1 = " not in text(window)
    assert "model.fit" in text(window)
    window.code.save(tmp_path / "mine.plain.py", by_key(SCRIPTS, "plain", "script"), trains=False)
    assert ["made anew" in words for words in said] == [True]
    assert not (tmp_path / "mine.plain.py").exists()
    qtbot.waitUntil(lambda: "W1 = " in text(window))


def test_that_large_weights_are_only_named(window: MainWindow, qtbot: QtBot) -> None:
    window.document.edit("Widen", edits.set_units, "layer1", 200)
    window.document.edit("Widen", edits.set_units, "layer2", 100)
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and shown(window).weights[0].shape[0] == 200)
    window.code.panel.trained.click()
    assert "W2 = ...  # 100 × 200 numbers" in text(window)
    assert len(text(window)) < 6000


def test_that_the_script_is_copied_as_it_stands(window: MainWindow) -> None:
    window.code.panel.copy.click()
    assert QApplication.clipboard().text() == text(window)


def test_that_a_script_with_weights_is_run_before_it_is_done(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    said: list[str] = []
    window.code.noticed.connect(lambda words, _warning: said.append(words))
    window.code.save(tmp_path / "mine.plain.py", by_key(SCRIPTS, "plain", "script"), trains=False)
    qtbot.waitUntil(lambda: len(said) == 2, timeout=20_000)
    assert "largest difference" in said[1]
    assert "def predict(rows):" in (tmp_path / "mine.plain.py").read_text(encoding="utf-8")


def test_that_a_script_that_trains_is_written_as_it_is_shown(window: MainWindow, tmp_path: Path) -> None:
    window.code.save(tmp_path / "mine.py", by_key(SCRIPTS, "keras", "script"), trains=True)
    assert (tmp_path / "mine.py").read_text(encoding="utf-8") == text(window)


def test_that_a_folder_that_is_not_there_is_said(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda _parent, _title, words: said.append(words))
    window.code.save(tmp_path / "nowhere" / "mine.py", by_key(SCRIPTS, "keras", "script"), trains=True)
    assert len(said) == 1
    assert "nowhere" in said[0]


def test_that_the_panels_are_put_back_without_it(window: MainWindow) -> None:
    window.actions_by_key["restore_panels"].trigger()
    assert not window.code.panel.isVisible()
