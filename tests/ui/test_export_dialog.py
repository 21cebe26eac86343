"""The export of the window: every file with its proof beside it, and nothing left of what failed."""

import errno
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.experiment import files
from playground.export import EXPORTERS, npz
from playground.ui.dialogs.export_network import ExportDialog
from playground.ui.main_window import MainWindow


@pytest.fixture
def window(make_window: MakeWindow, qtbot: QtBot) -> MainWindow:
    window = make_window(files.example("circle"))
    window.bridge.play_until(3)
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and shown(window).epoch >= 3)
    qtbot.waitUntil(lambda: shown(window).state == "paused")
    return window


def opened(window: MainWindow, folder: Path, *formats: str) -> ExportDialog:
    window.actions_by_key["export"].trigger()
    dialog = window.findChild(ExportDialog)
    assert dialog is not None
    dialog.folder.setText(str(folder))
    for row in dialog.rows:
        row.box.setChecked(row.exporter.key in formats)
    return dialog


def done(dialog: ExportDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: dialog.close_button.text() == "Close", timeout=20_000)


def test_that_a_file_is_written_and_its_proof_stands_beside_it(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = opened(window, tmp_path, "npz")
    dialog.name.setText("mine")
    dialog.export_button.click()
    done(dialog, qtbot)
    row = next(row for row in dialog.rows if row.exporter.key == "npz")
    assert "largest difference" in row.line.text()
    assert row.line.property("role") == "success"
    assert dialog.sentence.text() == "All 1 written."
    with np.load(tmp_path / "mine.npz") as archive:
        np.testing.assert_array_equal(archive["weight_1"], shown(window).weights[0])
    assert window.settings.export_formats == ("npz",)
    assert window.settings.export_folder == str(tmp_path)


def test_that_every_format_is_offered_with_its_help(window: MainWindow, tmp_path: Path) -> None:
    dialog = opened(window, tmp_path)
    assert [row.exporter for row in dialog.rows] == list(EXPORTERS)
    for row in dialog.rows:
        assert row.line.text() == (row.missing or row.exporter.help)
    assert dialog.sentence.text() == "Tick a format."
    assert not dialog.export_button.isEnabled()


def test_that_a_failure_is_said_where_it_belongs_and_leaves_no_file(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = opened(window, tmp_path, "npz")

    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("playground.paths.os.fsync", full)
    dialog.export_button.click()
    done(dialog, qtbot)
    row = next(row for row in dialog.rows if row.exporter.key == "npz")
    assert "No space left" in row.line.text()
    assert dialog.sentence.text() == "0 of 1 written."
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("answer", [QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No])
def test_that_a_file_that_is_there_is_replaced_only_when_that_is_wanted(
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: QMessageBox.StandardButton,
) -> None:
    asked: list[str] = []

    def say(_parent: object, _title: str, text: str, *_more: object) -> QMessageBox.StandardButton:
        asked.append(text)
        return answer

    monkeypatch.setattr(QMessageBox, "question", say)
    dialog = opened(window, tmp_path, "npz")
    old = tmp_path / f"{dialog.name.text()}.npz"
    old.write_bytes(b"old")
    dialog.export_button.click()
    done(dialog, qtbot)
    assert asked == [f"{old.name} is there already. Replace?"]
    assert (old.read_bytes() != b"old") == (answer == QMessageBox.StandardButton.Yes)


@pytest.mark.parametrize(
    ("name", "folder", "said"), [("", None, "name"), ("a/b", None, "name"), ("a", "no", "no folder")]
)
def test_that_a_place_that_cannot_be_is_said_before(
    window: MainWindow, tmp_path: Path, name: str, folder: str | None, said: str
) -> None:
    dialog = opened(window, tmp_path if folder is None else tmp_path / folder, "npz")
    dialog.name.setText(name)
    assert said in dialog.sentence.text()
    assert not dialog.export_button.isEnabled()


def test_that_the_dialog_can_be_closed_after_a_defect(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = opened(window, tmp_path, "npz", "json")
    monkeypatch.setattr("playground.ui.dialogs.export_network.export", lambda *_arguments: 1 / 0)
    with qtbot.captureExceptions() as raised:
        dialog.export_button.click()
        qtbot.waitUntil(lambda: bool(raised))
    dialog.reject()
    assert not dialog.isVisible()


def test_that_stopping_writes_no_more_than_the_present_file(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = opened(window, tmp_path, "npz")
    twice = [dialog.rows[0], next(row for row in dialog.rows if row.exporter.write is npz.write)]
    dialog.export_button.click()
    dialog._left = [*dialog._left, *twice]
    dialog.reject()
    done(dialog, qtbot)
    assert dialog.isVisible()
    assert len(list(tmp_path.iterdir())) == 1
    dialog.reject()
    assert not dialog.isVisible()
