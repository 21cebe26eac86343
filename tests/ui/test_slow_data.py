"""Rows that take long to come keep nobody waiting: the window stays, says so, and may be told otherwise."""

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow

from playground.experiment import edits
from playground.experiment.prepare import Prepared, prepare
from playground.training import preparation
from playground.ui.panels import status


class Gate:
    """Lets the data set moons through when it is opened, everything else at once."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.asked: list[str] = []

    def prepare(self, experiment: object, *choices: object) -> Prepared:
        key = experiment.data.dataset  # type: ignore[attr-defined]
        self.asked.append(key)
        if key == "moons":
            assert self.open.wait(10)
        return prepare(experiment, *choices)  # type: ignore[arg-type]


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate()
    monkeypatch.setattr(preparation, "prepare", gate.prepare)
    monkeypatch.setattr(status, "PREPARING_MS", 1)
    yield gate
    gate.open.set()


def test_that_a_slow_data_set_is_announced_and_then_shown(
    gate: Gate, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window()
    window.document.edit("Choose", edits.set_dataset, "moons")
    qtbot.waitUntil(lambda: window.status.words.sentence == "Loading the data…")
    gate.open.set()
    qtbot.waitUntil(lambda: window.bridge.prepared.plan.kind == "plane" and gate.asked[-1] == "moons")
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None)
    assert window.status.words.sentence.startswith("Ready")


def test_that_another_choice_meanwhile_is_what_is_shown(
    gate: Gate, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window()
    window.document.edit("Choose", edits.set_dataset, "moons")
    qtbot.waitUntil(lambda: "moons" in gate.asked)
    window.document.edit("Choose", edits.set_dataset, "plane")
    gate.open.set()
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None)
    assert window.bridge.prepared.plan.task == "regression"
    assert gate.asked[-1] == "plane"


def test_that_play_pressed_while_the_data_comes_is_obeyed_when_it_is_there(
    gate: Gate, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window()
    window.document.edit("Choose", edits.set_dataset, "moons")
    qtbot.waitUntil(lambda: "moons" in gate.asked)
    window.bridge.set_playing(True)
    gate.open.set()
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and window.bridge.snapshot.step > 0)


def test_that_the_window_closes_while_the_data_comes(
    gate: Gate, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window()
    window.document.edit("Choose", edits.set_dataset, "moons")
    qtbot.waitUntil(lambda: "moons" in gate.asked)
    window.close()
    gate.open.set()
    qtbot.waitUntil(lambda: not _preparing())


def _preparing() -> bool:
    return any(thread.name == preparation.THREAD_NAME for thread in threading.enumerate())
