"""Trained networks are opened in the window: they answer at once, and what cannot be used changes nothing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.experiment import files
from playground.experiment.own import experiment_with
from playground.export import export
from playground.training.session import Session


@pytest.fixture
def spiral(tmp_path: Path) -> tuple[Path, Session]:
    experiment = files.example("spiral")
    session = Session.for_experiment(experiment)
    for _ in range(5):
        session.train_epoch()
    path = tmp_path / "spiral.npz"
    export(session.trained_model(experiment), path)
    return path, session


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda _parent, _title, text: told.append(text))
    return told


def test_that_a_network_is_opened_with_its_weights_and_undone(
    make_window: MakeWindow, qtbot: QtBot, spiral: tuple[Path, Session]
) -> None:
    window = make_window(files.example("circle"))
    path, session = spiral
    window.desk.open_file(path)
    qtbot.waitUntil(lambda: window.document.experiment.name == "Spiral")
    qtbot.waitUntil(
        lambda: (
            window.bridge.snapshot is not None
            and len(shown(window).weights) == 3
            and np.array_equal(shown(window).weights[0], session.layers()[0][0])
        )
    )
    assert "answers as it did" in window.status.words.sentence
    window.document.undo_stack.undo()
    assert window.document.experiment.name == "Circle"


def test_that_a_network_waits_for_what_is_being_saved(
    make_window: MakeWindow, qtbot: QtBot, spiral: tuple[Path, Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(files.example("circle"))
    said: list[str] = []
    window.desk.noticed.connect(lambda words, _warning: said.append(words))
    with monkeypatch.context() as busy:
        busy.setattr(window.desk._saving, "wait", lambda _seconds: False)
        window.desk.open_file(spiral[0])
        qtbot.waitUntil(lambda: any("still being saved" in words for words in said))
    assert window.document.experiment.name == "Circle"
    assert "still being saved" in said[-1]


def test_that_a_network_that_does_not_fit_leaves_what_is_open(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, said: list[str]
) -> None:
    experiment = experiment_with("iris")
    model = Session.for_experiment(experiment).trained_model(experiment)
    path = tmp_path / "iris.npz"
    export(replace(model, pipeline=replace(model.pipeline, document="")), path)
    window = make_window(files.example("circle"))
    before = window.document.experiment
    window.desk.open_file(path)
    qtbot.waitUntil(lambda: bool(said))
    assert "takes 4 inputs and answers 3 classes" in said[0]
    assert window.document.experiment is before


@pytest.mark.parametrize(("name", "words"), [("model.pkl", "pickle"), ("broken.npz", "broken.npz")])
def test_that_what_is_no_network_is_refused_in_words(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, said: list[str], name: str, words: str
) -> None:
    (tmp_path / name).write_bytes(b"\x80\x04nothing of use")
    window = make_window(files.example("circle"))
    window.desk.open_file(tmp_path / name)
    qtbot.waitUntil(lambda: bool(said))
    assert words in said[0]
    assert window.document.undo_stack.count() == 0


@pytest.mark.parametrize("answer", [QMessageBox.StandardButton.Discard, QMessageBox.StandardButton.Cancel])
def test_that_the_same_network_trained_on_is_not_replaced_without_a_question(
    make_window: MakeWindow,
    qtbot: QtBot,
    spiral: tuple[Path, Session],
    monkeypatch: pytest.MonkeyPatch,
    answer: QMessageBox.StandardButton,
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        QMessageBox, "question", lambda _parent, _title, text, *_more: asked.append(text) or answer
    )
    path, _ = spiral
    window = make_window(files.example("spiral"))
    window.bridge.play_until(2)
    qtbot.waitUntil(lambda: shown(window).epoch == 2 and shown(window).state == "paused")
    window.desk.open_file(path)
    qtbot.waitUntil(lambda: bool(asked))
    assert "Undo cannot bring that back" in asked[0]
    if answer == QMessageBox.StandardButton.Discard:
        qtbot.waitUntil(lambda: shown(window).epoch == 0)
    else:
        assert shown(window).epoch == 2
