"""Films of the training from the window."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.experiment import edits, files
from playground.export import film
from playground.export.film import FILMS, FilmFormat
from playground.ui.dialogs import export_animation
from playground.ui.dialogs.export_animation import AnimationDialog
from playground.ui.film import pixels_of
from playground.ui.main_window import MainWindow

Kept = list[bytes]


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    """Frames that films consist of, in formats that need nothing installed."""
    frames: Kept = []

    def encode(given: film.Frames, _size: film.Size, _per_second: float) -> bytes:
        frames.extend(given)
        return b"film"

    raw: tuple[FilmFormat, ...] = tuple(replace(one, missing=lambda: "", encode=encode) for one in FILMS)
    monkeypatch.setattr(export_animation, "FILMS", raw)
    return frames


def open_dialog(window: MainWindow, key: str, frames: int = 3, epochs: int = 2) -> AnimationDialog:
    window.actions_by_key["export_animation"].trigger()
    dialog = next(one for one in window.findChildren(AnimationDialog) if one.isVisible())
    dialog.what.set_key(key)
    dialog.frames.set_value(float(frames))
    dialog.epochs.set_value(float(epochs))
    dialog.what.chosen.emit(key)
    return dialog


def choose(monkeypatch: pytest.MonkeyPatch, path: Path) -> Path:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    return path


@pytest.mark.parametrize("key", ["boundary", "confusion", "loss"])
def test_that_a_plot_is_filmed_from_the_start_and_the_open_run_is_not_touched(
    make_window: MakeWindow,
    qtbot: QtBot,
    kept: Kept,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    key: str,
) -> None:
    window = make_window(files.example("circle"))
    window.bridge.play_until(7)
    qtbot.waitUntil(lambda: shown(window).epoch >= 7 and shown(window).state == "paused", timeout=20_000)
    before = shown(window)
    path = choose(monkeypatch, tmp_path / "film.gif")
    dialog = open_dialog(window, key)
    with qtbot.waitSignal(dialog.told, timeout=30_000) as told:
        dialog.export_button.click()
    assert path.read_bytes() == b"film"
    assert "4 frames" in told.args[0]
    assert len(set(kept)) == 4  # each another one: before any training, and after 2, 4 and 6 epochs
    assert kept[3:] == [kept[3]] * len(kept[3:])  # the last one is held
    assert len(kept) > 10
    assert shown(window).weights is before.weights or (shown(window).weights[0] == before.weights[0]).all()
    assert shown(window).run_id == before.run_id


def test_that_the_window_is_filmed_by_another_that_nobody_sees(
    make_window: MakeWindow, qtbot: QtBot, kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(files.example("circle"))
    choose(monkeypatch, tmp_path / "film.gif")
    dialog = open_dialog(window, "window", frames=1)
    assert not dialog.look.isEnabled()
    with qtbot.waitSignal(dialog.told, timeout=30_000):
        dialog.export_button.click()
    assert len(set(kept)) == 2
    assert len(kept[0]) == 3 * window.width() * window.height()
    qtbot.waitUntil(
        lambda: [one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow)] == [window]
    )


def test_that_escape_throws_an_unfinished_film_away(
    make_window: MakeWindow, qtbot: QtBot, kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(files.example("circle"))
    path = choose(monkeypatch, tmp_path / "film.gif")
    dialog = open_dialog(window, "boundary", frames=400)
    dialog.export_button.click()
    qtbot.waitUntil(lambda: dialog.progress.value() > 0, timeout=20_000)
    assert not dialog.preview.pixmap().isNull()
    with qtbot.waitSignal(dialog.told) as told:
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert "nothing was written" in told.args[0]
    assert not path.exists()
    assert list(tmp_path.iterdir()) == []


def test_that_a_run_that_ends_by_itself_ends_the_film(
    make_window: MakeWindow, qtbot: QtBot, kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = edits.set_epochs(files.example("circle"), 3)
    stopping = experiment.training.stopping.replace(at_end=True)
    window = make_window(edits.set_training(experiment, stopping=stopping))
    choose(monkeypatch, tmp_path / "film.gif")
    dialog = open_dialog(window, "loss", frames=20, epochs=2)
    with qtbot.waitSignal(dialog.told, timeout=30_000) as told:
        dialog.export_button.click()
    assert "3 frames" in told.args[0]
    assert "ended by itself" in told.args[0]


def test_that_a_film_that_cannot_be_written_says_why_and_can_be_tried_again(
    make_window: MakeWindow, qtbot: QtBot, kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(files.example("circle"))
    choose(monkeypatch, tmp_path / "gone" / "film.gif")
    dialog = open_dialog(window, "loss", frames=1)
    dialog.export_button.click()
    qtbot.waitUntil(lambda: bool(dialog.findChildren(QMessageBox, "complaint")), timeout=20_000)
    box = dialog.findChildren(QMessageBox, "complaint")[0]
    assert "could not be written" in box.text()
    box.close()
    assert dialog.isVisible()
    assert dialog.export_button.isEnabled()
    dialog.reject()


def test_that_without_pillow_and_ffmpeg_it_is_said_what_to_install(
    make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(film, "find_spec", lambda _name: None)
    monkeypatch.setattr(film.shutil, "which", lambda _name: None)
    dialog = open_dialog(make_window(files.example("circle")), "loss")
    assert not dialog.export_button.isEnabled()
    assert "pip install" in dialog.plan.text()
    assert not any(chip.isEnabled() for chip in dialog.format.chips.values())
    dialog.reject()


def test_that_the_plan_counts_frames_epochs_and_seconds(make_window: MakeWindow, kept: Kept) -> None:
    dialog = open_dialog(make_window(files.example("circle")), "loss", frames=60, epochs=10)
    assert "600 epochs in 61 frames, 7.6 seconds" in dialog.plan.text()
    dialog.reject()


def test_that_pixels_have_no_gaps_between_rows(qtbot: QtBot) -> None:
    image = QImage(3, 2, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    assert pixels_of(image) == bytes([255, 0, 0]) * 6
