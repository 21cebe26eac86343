"""The import of rows of one's own: what is shown, what can be chosen, and what leaves no trace."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QFileDialog
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow

from playground.data import OWN
from playground.data.importing import ImportCancelled
from playground.experiment import files
from playground.ui.dialogs.import_data import FAULT_ITEMS, ImportDialog, Source
from playground.ui.dialogs.import_preview import PreviewModel
from playground.ui.main_window import MainWindow

FLOWERS = (
    "id,length,width,kind\n"
    + "".join(f"{n},{n / 7:.2f},{n % 5},{('lily', 'rose', 'iris')[n % 3]}\n" for n in range(1, 31))
    + "31,abc,3,rose\n32,1.5,,lily\n33,1.5\n"
)


@pytest.fixture
def flowers(tmp_path: Path) -> Path:
    path = tmp_path / "flowers.csv"
    path.write_text(FLOWERS)
    return path


Open = Callable[[], ImportDialog]


def dialog_of(window: MainWindow, qtbot: QtBot) -> ImportDialog:
    """Return the dialog that is open when it has nothing left to do."""
    found = [dialog for dialog in window.findChildren(ImportDialog) if dialog.isVisible()]
    assert len(found) == 1
    settle(found[0], qtbot)
    return found[0]


def settle(dialog: ImportDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not dialog._background.is_busy, timeout=20_000)


def opened(window: MainWindow, path: Path, qtbot: QtBot) -> ImportDialog:
    window.imports.import_file(path)
    return dialog_of(window, qtbot)


def fault_lines(dialog: ImportDialog) -> list[str]:
    model = dialog.faults.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_that_importing_is_one_step_that_can_be_undone(
    make_window: MakeWindow, qtbot: QtBot, flowers: Path
) -> None:
    window = make_window(files.example("circle"))
    before = window.document.experiment
    dialog = opened(window, flowers, qtbot)
    assert dialog.sentence.text() == "30 of 33 rows, 2 inputs, 3 classes; 3 rows are left out."
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert window.document.undo_stack.undoText() == "Import flowers.csv"
    data = window.document.experiment.data
    assert data.dataset == OWN
    assert data.features == ("length", "width")
    assert data.table is not None
    assert data.table.class_names == ("iris", "lily", "rose")
    window.document.undo_stack.undo()
    assert window.document.experiment is before
    assert window.settings.last_folder == str(flowers.parent)


def test_that_escape_leaves_everything_as_it_was(
    make_window: MakeWindow, qtbot: QtBot, flowers: Path
) -> None:
    window = make_window(files.example("circle"))
    before = window.document.experiment
    QTest.keyClick(opened(window, flowers, qtbot), Qt.Key.Key_Escape)
    assert window.document.experiment is before
    assert not window.document.undo_stack.canUndo()


def test_that_faults_are_listed_marked_and_repaired_on_demand(
    make_window: MakeWindow, qtbot: QtBot, flowers: Path
) -> None:
    dialog = opened(make_window(), flowers, qtbot)
    assert fault_lines(dialog) == [
        "Line 32, length: “abc” is not a number.",
        "Line 33, width: the value is missing.",
        "Line 34: there are 2 fields instead of 4.",
        "“id” is left out: it numbers the rows, and such a number says nothing about them.",
    ]
    model = dialog.model
    assert model.index(30, 1).data(Qt.ItemDataRole.ToolTipRole) == "Line 32, length: “abc” is not a number."
    assert model.index(30, 1).data(Qt.ItemDataRole.DecorationRole) is not None
    assert model.index(29, 1).data(Qt.ItemDataRole.DecorationRole) is None
    assert model.index(32, 3).data() == ""
    dialog.faults_choice.chips["repair"].click()
    settle(dialog, qtbot)
    assert fault_lines(dialog) == [
        "Line 34: there are 2 fields instead of 4.",
        "Filled in length: 2.14, the median, in line 32.",
        "Filled in width: 2, the median, in line 33.",
        "“id” is left out: it numbers the rows, and such a number says nothing about them.",
    ]
    assert dialog.sentence.text().startswith("32 of 33 rows")


def test_that_what_is_learnt_and_from_what_can_be_chosen(
    make_window: MakeWindow, qtbot: QtBot, flowers: Path
) -> None:
    window = make_window()
    dialog = opened(window, flowers, qtbot)
    learning = dialog.learning
    assert not learning.goal.chips["regression"].isEnabled()
    assert "words, not numbers" in learning.goal.chips["regression"].toolTip()
    learning.target.chosen.emit("length")
    settle(dialog, qtbot)
    assert learning.goal.key == "regression"
    assert dialog.model.headerData(1, Qt.Orientation.Horizontal) == "length\ntarget"
    assert dialog.sentence.text().startswith("30 of 33 rows, 4 inputs")
    learning.none.click()
    settle(dialog, qtbot)
    assert "no input" in dialog.sentence.text()
    assert not dialog.import_button.isEnabled()
    press_check_box(dialog, 2)
    settle(dialog, qtbot)
    assert dialog.sentence.text().startswith("30 of 33 rows, 1 input;")
    dialog.import_button.click()
    assert window.document.experiment.data.source.inputs == ("width",)
    assert window.document.experiment.data.source.task == "regression"


def press_check_box(dialog: ImportDialog, row: int) -> None:
    view = dialog.learning.inputs
    view.setCurrentIndex(view.model().index(row, 0))
    QTest.keyClick(view, Qt.Key.Key_Space)


def test_that_import_waits_for_what_was_chosen_last(
    make_window: MakeWindow, qtbot: QtBot, flowers: Path
) -> None:
    window = make_window()
    dialog = opened(window, flowers, qtbot)
    dialog.learning.target.chosen.emit("width")
    dialog.import_button.click()
    qtbot.waitUntil(lambda: window.document.experiment.data.dataset == OWN)
    assert window.document.experiment.data.source.target == "width"


def test_that_the_person_can_say_how_the_file_is_read(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("a;b\n" + "".join(f"{n},5;{n % 2}\n" for n in range(8)))
    dialog = opened(make_window(), path, qtbot)
    assert dialog.reading.delimiter.key == ";"
    assert dialog.reading.decimal.key == "comma"
    dialog.reading.decimal.chosen.emit("point")
    settle(dialog, qtbot)
    assert dialog.reading.decimal.key == "point"
    assert "a" not in (dialog._choices.features if dialog._choices else ("a",))
    dialog.reading.delimiter.chosen.emit("|")
    settle(dialog, qtbot)
    assert "one column only" in dialog.sentence.text()
    assert not dialog.import_button.isEnabled()
    assert dialog.model.rowCount() == 0
    dialog.reading.delimiter.chosen.emit(";")
    settle(dialog, qtbot)
    assert dialog.model.rowCount() == 8


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"a\n1\n", b"a,b\n1,1\n2,1\n3,1\n4,1\n"])
def test_that_a_bad_file_says_why_and_cannot_be_imported(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, content: bytes
) -> None:
    window = make_window()
    before = window.document.experiment
    (tmp_path / "bad.csv").write_bytes(content)
    dialog = opened(window, tmp_path / "bad.csv", qtbot)
    if dialog.import_button.isEnabled():
        pytest.fail(dialog.sentence.text())
    assert dialog.sentence.text().endswith(".")
    dialog.accept()
    assert window.document.experiment is before
    dialog.reject()


def test_that_cancelling_ends_the_reading(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    ended, asked = threading.Event(), threading.Event()

    def endless(_said: object, tell: Callable[[float], None], stop: Callable[[], bool]) -> None:
        tell(0.5)
        asked.set()
        while not stop():
            ended.wait(0.001)
        ended.set()
        raise ImportCancelled

    window.imports._open(Source("endless.csv", endless))  # type: ignore[arg-type]
    dialog = window.findChild(ImportDialog)
    assert isinstance(dialog, ImportDialog)
    qtbot.waitUntil(lambda: asked.is_set() and dialog.progress.value() == 450)
    assert dialog.progress.isVisible()
    assert not dialog.import_button.isEnabled()
    dialog.cancel_button.click()
    qtbot.waitUntil(ended.is_set)


def test_that_rows_on_the_clipboard_are_pasted(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    QApplication.clipboard().setText(FLOWERS.replace(",", "\t"))
    window.actions_by_key["paste_data"].trigger()
    dialog = dialog_of(window, qtbot)
    assert not dialog.reading.encoding.isVisible()
    dialog.import_button.click()
    assert window.document.experiment.data.source.label == "Pasted rows"


@pytest.mark.parametrize("text", ["", "one word", "a,b,c", "a\nb\nc\n"])
def test_that_a_clipboard_without_rows_is_refused_in_words(make_window: MakeWindow, text: str) -> None:
    window = make_window()
    QApplication.clipboard().setText(text)
    window.actions_by_key["paste_data"].trigger()
    assert "clipboard holds no rows" in window.status.words.sentence
    assert window.findChild(ImportDialog) is None


def test_that_a_dropped_table_opens_the_import(make_window: MakeWindow, qtbot: QtBot, flowers: Path) -> None:
    window = make_window()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(flowers))])
    none = Qt.KeyboardModifier.NoModifier
    window.dropEvent(
        QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, none)
    )
    dialog_of(window, qtbot).reject()


def test_that_own_rows_are_a_tile_of_the_gallery_that_can_be_chosen_again(
    make_window: MakeWindow, qtbot: QtBot, flowers: Path
) -> None:
    window = make_window(files.example("circle"))
    opened(window, flowers, qtbot).import_button.click()
    gallery = window.data_panel.gallery
    assert gallery.key == OWN
    tile = gallery.tiles[-1]
    assert (tile.key, tile.text()) == (OWN, "flowers.csv")
    assert "From flowers.csv: kind is learnt." in tile.toolTip()
    gallery.tiles[0].click()
    assert window.document.experiment.data.dataset != OWN
    gallery.tiles[-1].click()
    assert window.document.experiment.data.dataset == OWN
    assert window.document.undo_stack.undoText() == "Choose flowers.csv"


def test_that_the_task_can_be_switched_though_the_own_rows_are_for_another(
    make_window: MakeWindow, qtbot: QtBot, flowers: Path
) -> None:
    window = make_window(files.example("circle"))
    dialog = opened(window, flowers, qtbot)
    dialog.learning.target.chosen.emit("length")
    settle(dialog, qtbot)
    dialog.import_button.click()
    opened(window, flowers, qtbot).import_button.click()
    assert window.top_bar.task.key == "classification"
    window.top_bar.task.chosen.emit("regression")
    assert window.document.experiment.data.source.task == "regression"


def test_that_every_control_of_the_dialog_has_a_name_and_a_tooltip_and_tab_reaches_it(
    make_window: MakeWindow, qtbot: QtBot, flowers: Path
) -> None:
    dialog = opened(make_window(), flowers, qtbot)
    for kind in (QAbstractButton, QComboBox):
        for control in dialog.findChildren(kind):
            if (
                control.isVisible()
                and not control.objectName().startswith("qt_")
                and control.metaObject().className() != "QTableCornerButton"
            ):
                assert control.toolTip(), control
                assert control.accessibleName(), control
    first, seen = dialog.import_button, []
    widget = first.nextInFocusChain()
    while widget is not first:
        seen.append(widget)
        widget = widget.nextInFocusChain()
    for one in (
        dialog.table,
        dialog.reading.delimiter.combo,
        dialog.learning.target.combo,
        dialog.learning.inputs,
    ):
        assert one in seen
    dialog.reject()


@pytest.mark.parametrize("projector", [False, True])
def test_that_the_dialog_fits_into_its_window(
    make_window: MakeWindow, qtbot: QtBot, flowers: Path, projector: bool
) -> None:
    from playground.settings import Settings

    window = make_window(None, Settings(motion=False, projector=projector))
    dialog = opened(window, flowers, qtbot)
    assert dialog.width() <= window.width()
    assert dialog.height() <= window.height()
    assert len(FAULT_ITEMS) == len(dialog.faults_choice.chips)
    corner = dialog.import_button.mapTo(dialog, QPoint(dialog.import_button.width(), 0))
    assert corner.x() <= dialog.width()
    dialog.reject()


def test_that_a_large_table_is_drawn_from_a_few_of_its_rows(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    dice = np.random.default_rng(0).normal(size=(3000, 2))
    path = tmp_path / "large.csv"
    path.write_text("a,b\n" + "".join(f"{a},{b}\n" for a, b in dice))
    window = make_window()
    dialog = opened(window, path, qtbot)
    assert isinstance(dialog.model, PreviewModel)
    assert dialog.model.rowCount() == 200
    dialog.import_button.click()
    qtbot.waitUntil(lambda: window.bridge.prepared is not None and len(window.bridge.prepared.sample) == 3000)


def test_that_the_rows_in_use_are_exported_and_come_back_by_import(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(files.example("fish"))
    path = tmp_path / "fish-rows.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(path), ""))
    window.actions_by_key["export_data"].trigger()
    assert "155 rows, read back, all equal" in window.status.words.sentence
    dialog = opened(window, path, qtbot)
    assert dialog.sentence.text() == "155 of 155 rows, 7 inputs."
    dialog.reject()
