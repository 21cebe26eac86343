"""Links to TensorFlow Playground in the window: pasted, dropped, copied; the rule and how it is left."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QClipboard, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.experiment import edits, files, links
from playground.ui.main_window import MainWindow

LINK = (
    "https://playground.tensorflow.org/#activation=tanh&dataset=circle&networkShape=4,2&seed=0.88257&noise=0"
    "&showTestData=true"
)


@pytest.fixture
def clipboard(qtbot: QtBot) -> Iterator[QClipboard]:
    yield QGuiApplication.clipboard()
    QGuiApplication.clipboard().clear()


def note_box(window: MainWindow) -> QMessageBox | None:
    boxes = [box for box in window.findChildren(QMessageBox) if box.objectName() == "notes"]
    return boxes[0] if boxes else None


def test_that_a_pasted_link_trains_as_the_page_does(
    make_window: MakeWindow, clipboard: QClipboard, qtbot: QtBot
) -> None:
    window = make_window(files.example("xor"))
    old = shown(window).run_id
    clipboard.setText(LINK)
    QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.document.experiment == links.read(LINK).experiment
    assert window.settings.show_test_points
    assert note_box(window) is None
    assert window.data_panel.sample.field.text() == "0.88257"
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and shown(window).run_id > old)
    window.bridge.play_until(2)
    qtbot.waitUntil(lambda: shown(window).epoch >= 2 and shown(window).state == "paused", timeout=20_000)
    # The original's own functions gave these, for the epochs 0 to 2.
    known = [0.49970513086342544, 0.49623540142290967, 0.49463909379437515]
    losses = {row[0]: row[1] for row in window.bridge.curves.rows}
    assert [losses[epoch] for epoch in range(3)] == pytest.approx(known, rel=1e-9)
    assert window.status.figures.text().endswith("CPU (NumPy)")
    window.document.undo_stack.undo()
    assert window.document.experiment == files.example("xor")


def test_that_what_a_pasted_link_cannot_give_is_shown(make_window: MakeWindow, clipboard: QClipboard) -> None:
    window = make_window()
    clipboard.setText(f"{LINK}&cosX=true")
    window.actions_by_key["paste_link"].trigger()
    box = note_box(window)
    assert box is not None
    assert "cosX" in box.text()
    box.close()


def test_that_pasting_anything_else_changes_nothing_and_says_why(
    make_window: MakeWindow, clipboard: QClipboard
) -> None:
    window = make_window()
    before = window.document.experiment
    clipboard.setText("a shopping list")
    window.actions_by_key["paste_link"].trigger()
    assert window.document.experiment is before
    assert "clipboard" in window.status.words.sentence


def test_that_a_link_that_is_too_large_is_refused(
    make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    before = window.document.experiment
    said: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda _parent, _title, text: said.append(text))
    window.desk.open_link("#seed=1&networkShape=5000")
    assert "1024" in said[0]
    assert window.document.experiment is before


def test_that_a_dropped_link_is_opened_and_other_text_is_not_taken(make_window: MakeWindow) -> None:
    window = make_window()
    for text, taken in ((LINK, True), ("hello", False)):
        data = QMimeData()
        data.setText(text)
        how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        enter = QDragEnterEvent(QPointF(9, 9).toPoint(), *how)
        enter.ignore()
        window.dragEnterEvent(enter)
        assert enter.isAccepted() == taken
        if taken:
            window.dropEvent(QDropEvent(QPointF(9, 9), *how))
    assert window.document.experiment == links.read(LINK).experiment


def test_that_a_copied_link_opens_the_same_and_says_nothing(
    make_window: MakeWindow, clipboard: QClipboard
) -> None:
    window = make_window(links.read(LINK).experiment)
    window.actions_by_key["copy_link"].trigger()
    assert links.read(clipboard.text()).experiment == window.document.experiment
    assert note_box(window) is None


def test_that_copying_says_what_is_left_out(make_window: MakeWindow, clipboard: QClipboard) -> None:
    window = make_window(files.example("moons"))
    window.actions_by_key["copy_link"].trigger()
    assert links.is_link(clipboard.text())
    box = note_box(window)
    assert box is not None
    assert "Moons" in box.text()
    box.close()


def test_that_leaving_the_rule_is_said(make_window: MakeWindow) -> None:
    window = make_window(links.read(LINK).experiment)
    window.document.edit("Adam", edits.set_optimizer, "adam")
    assert window.document.experiment.training.rule == "mini_batch"
    assert "TensorFlow Playground" in window.status.words.sentence


def test_that_the_rule_is_chosen_and_refused_in_words(make_window: MakeWindow) -> None:
    window = make_window(links.read(LINK).experiment)
    window.document.edit("Adam", edits.set_optimizer, "adam")
    details = window.top_bar.details
    details.rule.chosen.emit("tensorflow_playground")
    assert window.document.experiment.training.rule == "mini_batch"
    assert "does not know Adam" in window.status.words.sentence
    window.document.edit("SGD", edits.set_optimizer, "sgd")
    details.rule.chosen.emit("tensorflow_playground")
    assert window.document.experiment.training.rule == "tensorflow_playground"


def test_that_much_noise_of_a_link_is_shown(make_window: MakeWindow) -> None:
    window = make_window(links.read(f"{LINK}&noise=70").experiment)
    assert window.document.experiment.data.noise == 0.7
    assert window.data_panel.drawn.noise.field.text() == "0.70"
