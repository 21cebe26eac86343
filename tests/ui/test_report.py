"""The report on a run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground import __version__
from playground.experiment import edits, files
from playground.experiment.model import Experiment
from playground.training.project import Project
from playground.ui.main_window import MainWindow
from playground.ui.report import report, write_report
from playground.ui.seen import Seen
from playground.ui.settings_words import data_rows, training_rows

WHEN = datetime(2030, 5, 17, 9, 41)


def trained(
    make_window: MakeWindow, qtbot: QtBot, experiment: Experiment, epochs: int = 35
) -> tuple[MainWindow, Seen]:
    window = make_window(experiment)
    window.bridge.play_until(epochs)
    qtbot.waitUntil(lambda: shown(window).epoch >= epochs and shown(window).state == "paused", timeout=20_000)
    seen = window.keeper.seen
    assert seen is not None
    return window, seen


def test_that_a_report_says_everything_about_a_run(make_window: MakeWindow, qtbot: QtBot) -> None:
    _, seen = trained(make_window, qtbot, files.example("circle"))
    made = report(seen, now=WHEN)
    for said in (
        "2030-05-17 09:41",
        __version__,
        seen.experiment.about,
        "Test accuracy",
        "on 250 train rows",
        "Dense 1",
        "(rows, 4)",
        "Learning rate",
        "Seed of the weights",
        "keras.Sequential",
        "playground train experiment.json --epochs 35",
        "&quot;format&quot;: &quot;nn-playground experiment&quot;",
    ):
        assert said in made, said
    assert made.count("<figure>") == 5  # network, boundary, confusion, loss, accuracy
    assert "<script" not in made
    assert "http://www.w3.org" in made  # the name of SVG, which loads nothing
    assert 'src="http' not in made


def test_that_names_of_strangers_are_text(make_window: MakeWindow, qtbot: QtBot) -> None:
    evil = '<script>alert("x")</script>'
    experiment = files.example("circle").replace(name=evil, about=f"About {evil}")
    _, seen = trained(make_window, qtbot, experiment, 2)
    made = report(seen)
    assert "<script" not in made
    assert "&lt;script&gt;alert" in made


def test_that_test_rows_are_spoken_of_only_once_they_were_asked(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    experiment = edits.set_data(files.example("circle"), validation_fraction=0.2)
    window, seen = trained(make_window, qtbot, experiment, 5)
    before = report(seen)
    assert "have not been looked at yet" in before
    assert "Test at epoch" not in before
    assert "Validation accuracy" in before
    with qtbot.waitSignal(window.document.evaluated):
        window.actions_by_key["evaluate"].trigger()
    asked = window.keeper.seen
    assert asked is not None
    after = report(asked)
    assert "1 look at the test rows" in after
    assert "Test at epoch 5" in after


def test_that_what_was_changed_on_the_way_is_told(make_window: MakeWindow, qtbot: QtBot) -> None:
    window, _ = trained(make_window, qtbot, files.example("circle"), 4)
    window.document.edit("Set", edits.set_training, learning_rate=0.5)
    window.bridge.play_until(8)
    qtbot.waitUntil(lambda: shown(window).epoch >= 8 and shown(window).state == "paused", timeout=20_000)
    seen = window.keeper.seen
    assert seen is not None
    assert [text for _, text in seen.changes] == ["rate 0.5"]
    made = report(seen)
    assert "epoch 4: rate 0.5" in made
    assert "changed while it was trained" in made


def test_that_a_regression_has_its_errors_in_the_unit_of_the_target(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    _, seen = trained(make_window, qtbot, files.example("fish"), 3)
    made = report(seen)
    assert "Test RMSE" in made
    assert f" {seen.prepared.sample.unit}</td>" in made


def test_that_the_settings_are_those_that_the_panels_show(qtbot: QtBot) -> None:
    experiment = edits.set_optimizer(files.example("spiral"), "momentum")
    stopping = experiment.training.stopping.replace(patience=60)
    experiment = edits.set_training(experiment, stopping=stopping, learning_rate=0.07)
    training, data = dict(training_rows(experiment)), dict(data_rows(experiment))
    assert training["Optimizer"] == "Momentum"
    assert training["Learning rate"] == "0.07"
    assert training["Momentum"] == "0.9"
    assert training["Stop when the test loss no longer falls"] == "epochs: 60"
    assert "Penalty" not in training
    assert data["Data set"] == "Spiral"
    assert data["Samples"] == "500"
    assert "Classes" not in data
    assert data["Features"] == "x₁, x₂, sin x₁, sin x₂"


def test_that_the_menu_writes_a_report_and_a_full_disk_is_named(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, _ = trained(make_window, qtbot, files.example("circle"), 2)
    path = tmp_path / "report.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    window.actions_by_key["export_report"].trigger()
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert "report.html" in window.status.words.sentence


@contextmanager
def no_bar(_name: str, _epochs: int) -> Iterator[Callable[[int, float], None]]:
    yield lambda _epoch, _loss: None


def test_that_the_command_line_draws_a_report_and_asks_the_test_rows(
    qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from playground.app import draw_report

    experiment = edits.set_data(files.example("circle"), validation_fraction=0.2)
    experiment = edits.set_epochs(experiment, 3)
    path = tmp_path / "report.html"
    assert draw_report(Project(experiment), path, no_bar, evaluate=True) == 0
    assert "Test at epoch 3" in path.read_text(encoding="utf-8")
    assert str(path.resolve()) in capsys.readouterr().out
    assert draw_report(Project(experiment), tmp_path / "gone" / "report.html", no_bar) == 2
    assert "could not be written" in capsys.readouterr().err


def test_that_a_report_that_cannot_be_written_leaves_the_old_one(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from playground import paths

    _, seen = trained(make_window, qtbot, files.example("circle"), 1)
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")

    def full(_path: Path, _content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(paths, "write_atomically", full)
    with pytest.raises(OSError, match="No space"):
        write_report(path, seen)
    assert path.read_text(encoding="utf-8") == "old"
