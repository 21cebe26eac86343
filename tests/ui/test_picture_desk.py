"""Exporting pictures and the history from the window."""

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QMessageBox
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground import paths
from playground.experiment import edits, files
from playground.ui.dialogs.export_picture import PictureDialog
from playground.ui.dialogs.saving import file_name
from playground.ui.main_window import MainWindow
from playground.ui.plots import PLOTS


def choose(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> list[str]:
    """Let the file dialog answer with a path; return what it was asked with."""
    asked: list[str] = []

    def answer(_parent: object, _title: str, proposal: str, _kinds: str) -> tuple[str, str]:
        asked.append(proposal)
        return ("" if path is None else str(path)), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    return asked


def train(window: MainWindow, qtbot: QtBot, epochs: int) -> None:
    window.bridge.play_until(epochs)
    qtbot.waitUntil(lambda: shown(window).epoch >= epochs and shown(window).state == "paused", timeout=20_000)


def open_dialog(window: MainWindow, key: str = "") -> PictureDialog:
    window.pictures.export_picture(key)
    return next(one for one in window.findChildren(PictureDialog) if one.isVisible())


def complaints(window: MainWindow) -> list[str]:
    boxes = [one for one in window.findChildren(QMessageBox, "complaint") if one.isVisible()]
    said = [box.text() for box in boxes]
    for box in boxes:
        box.close()
    return said


def test_that_every_subject_can_be_exported_in_both_formats(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(files.example("circle"))
    train(window, qtbot, 3)
    seen = window.keeper.seen
    assert seen is not None
    keys = [item.key for item in window.pictures.subjects(seen)]
    instruments = [plot.key for plot in PLOTS if plot.group == "instrument" and plot.fits(seen.prepared.plan)]
    assert keys == ["diagram", "boundary", "confusion", "loss", "metric", *instruments, "window"]
    for key in keys:
        for kind in ("png", "svg"):
            choose(monkeypatch, tmp_path / f"{key}.{kind}")
            dialog = open_dialog(window, key)
            assert dialog.what.key == key
            dialog.format.chips[kind].click()
            dialog.export_button.click()
            assert not dialog.isVisible()
    for key in keys:
        assert not QImage(str(tmp_path / f"{key}.png")).isNull()
        assert QSvgRenderer(str(tmp_path / f"{key}.svg")).isValid()


def test_that_the_key_opens_the_dialog_on_the_plot_on_screen(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("circle"))
    window.output_panel.output_choice.choose("confusion")
    assert "Ctrl+Shift+E" in [keys.toString() for keys in window.actions_by_key["export_picture"].shortcuts()]
    window.actions_by_key["export_picture"].trigger()
    dialog = next(iter(window.findChildren(PictureDialog)))
    assert dialog.what.key == "confusion"
    assert not dialog.preview.pixmap().isNull()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_that_the_scale_is_for_pixels_and_the_size_is_said(make_window: MakeWindow) -> None:
    dialog = open_dialog(make_window(files.example("circle")), "loss")
    dialog.scale.chips["3"].click()
    assert dialog.size_label.text().startswith("2,160 × ")
    dialog.format.chips["svg"].click()
    assert not dialog.scale.chips["3"].isEnabled()
    assert dialog.size_label.text().startswith("720 × ")
    dialog.reject()


def test_that_a_picture_of_the_window_leaves_theme_and_settings_as_they_were(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    from playground.settings import Settings
    from playground.ui.theme.tokens import DARK, LIGHT

    window = make_window(files.example("circle"), Settings(theme="dark", motion=False))
    from playground.ui.pictures import as_image

    before = window.settings
    for as_on_screen, theme in ((False, LIGHT), (True, DARK)):
        with window.pictures.drawn("window", as_on_screen) as drawing:
            assert as_image(drawing, 1.0).pixelColor(3, 3).name() == theme.surface
        assert window.themes.theme.dark
        assert window.settings == before
    assert window.grab().toImage().pixelColor(3, 3).name() == DARK.surface


def test_that_a_folder_that_cannot_be_written_to_is_named_and_nothing_is_lost(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(files.example("circle"))
    path = tmp_path / "kept.png"
    path.write_bytes(b"old")

    def full(_path: Path, _content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(paths, "write_atomically", full)
    choose(monkeypatch, path)
    dialog = open_dialog(window, "loss")
    dialog.export_button.click()
    said = complaints(window)
    assert len(said) == 1
    assert "No space left" in said[0]
    assert "Choose another folder" in said[0]
    assert dialog.isVisible()  # to try again elsewhere
    assert path.read_bytes() == b"old"
    dialog.reject()


def test_that_without_a_run_there_is_a_sentence_and_no_dialog(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("circle"))
    good = window.document.experiment
    bad = good.replace(training=good.training.replace(loss="softmax_cross_entropy"))
    with qtbot.waitSignal(window.bridge.cannot_train):
        window.document.apply(bad, "Break it")
    window.pictures.export_picture()
    assert not window.findChildren(PictureDialog)
    assert "nothing to draw" in window.status.words.sentence
    window.pictures.export_history()
    assert "no history" in window.status.words.sentence


def test_that_a_right_click_on_a_plot_offers_its_picture_and_a_drag_does_not(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(files.example("circle"))
    view = window.output_panel.view_of("boundary")
    assert view is not None
    viewport = view.findChild(type(view._plot)).viewport()
    middle = viewport.rect().center()
    right = Qt.MouseButton.RightButton
    QTest.mousePress(viewport, right, pos=middle)
    QTest.mouseRelease(viewport, right, pos=middle + QPoint(40, 0))
    assert not menus(window)
    QTest.mouseClick(viewport, right, pos=middle)
    menu = menus(window)[0]
    entry = next(action for action in menu.actions() if action.text() == "Export picture…")
    entry.trigger()
    menu.close()
    dialog = next(iter(window.findChildren(PictureDialog)))
    assert dialog.what.key == "boundary"
    dialog.reject()


def menus(window: MainWindow) -> list[QMenu]:
    return [one for one in window.output_panel.findChildren(QMenu) if one.isVisible()]


def test_that_the_menu_of_the_diagram_offers_its_picture(make_window: MakeWindow, qtbot: QtBot) -> None:
    from PySide6.QtGui import QContextMenuEvent

    window = make_window(files.example("circle"))
    view = window.network.view
    corner = QPoint(2, 2)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, corner, view.mapToGlobal(corner))
    QApplication.sendEvent(view.viewport(), event)
    menu = next(one for one in view.findChildren(QMenu) if one.isVisible())
    next(action for action in menu.actions() if action.text() == "Export picture…").trigger()
    menu.close()
    dialog = next(iter(window.findChildren(PictureDialog)))
    assert dialog.what.key == "diagram"
    dialog.reject()


def test_that_the_history_has_every_epoch_however_the_network_was_edited_on_the_way(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(files.example("circle"))
    train(window, qtbot, 12)
    run = shown(window).run_id
    window.document.edit("Widen", edits.set_units, "layer1", 6)
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and shown(window).run_id > run)
    train(window, qtbot, 20)
    path = tmp_path / "history.csv"
    asked = choose(monkeypatch, path)
    window.actions_by_key["export_history"].trigger()
    assert asked[0].endswith("history.csv")
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert header == ["epoch", "train_loss", "test_loss", "train_accuracy", "test_accuracy"]
    epochs = [float(row[0]) for row in rows]
    assert sorted(set(epochs)) == [float(epoch) for epoch in range(21)]
    assert window.settings.last_folder == str(tmp_path.resolve())
    assert "rows" in window.status.words.sentence


def test_that_rewinding_begins_the_history_anew(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("circle"))
    train(window, qtbot, 12)
    window.actions_by_key["rewind"].trigger()
    qtbot.waitUntil(lambda: shown(window).step == 0)
    seen = window.keeper.seen
    assert seen is not None
    assert seen.history.epoch.tolist() == [0.0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a/b: c?", "a-b- c- loss"), ("", "loss"), ("..", "loss"), ("x" * 200, "x" * 80)],
)
def test_that_a_file_can_be_called_by_any_experiment(name: str, expected: str) -> None:
    assert file_name(name, "loss") == expected
