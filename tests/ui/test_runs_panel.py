"""Runs that are kept: in a table, compared, opened again, deleted and brought back."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.data import Table
from playground.experiment import edits, files
from playground.experiment.comparing import OTHER_ROWS
from playground.training.messages import Snapshot
from playground.ui.instruments.runs import RunsPanel
from playground.ui.instruments.runs_model import NAME, PRESENT
from playground.ui.main_window import MainWindow


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    return make_window(files.example("circle"))


@pytest.fixture
def panel(window: MainWindow) -> RunsPanel:
    view = window.instruments.open("runs")
    assert isinstance(view, RunsPanel)
    return view


def trained(window: MainWindow, qtbot: QtBot, epochs: int = 1) -> Snapshot:
    for _ in range(epochs):
        before = shown(window).epoch
        window.bridge.step_epoch()
        qtbot.waitUntil(
            lambda before=before: window.bridge.snapshot is not None and shown(window).epoch > before
        )
    return shown(window)


def kept(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.runs.kept):
        window.actions_by_key["keep_run"].trigger()


def names(panel: RunsPanel) -> list[str]:
    return [row.name for row in panel.model.rows]


def test_that_the_present_run_is_in_the_first_line(
    window: MainWindow, panel: RunsPanel, qtbot: QtBot
) -> None:
    trained(window, qtbot, 2)
    assert names(panel) == [PRESENT]
    assert panel.model.rows[0].figures.epochs == 2


def test_that_kept_runs_are_named_after_what_differs(
    window: MainWindow, panel: RunsPanel, qtbot: QtBot
) -> None:
    trained(window, qtbot)
    kept(window, qtbot)
    window.document.edit("Rate", edits.set_training, learning_rate=0.7)
    trained(window, qtbot)
    kept(window, qtbot)
    assert names(panel) == [PRESENT, "Circle", "rate 0.7"]
    assert [row.differs for row in panel.model.rows[1:]] == ["rate 0.01", "the same settings"]
    assert [line.name for line in panel.plot.drawn] == ["rate 0.7", "Circle", PRESENT]


def test_that_a_run_on_other_rows_is_shown_but_neither_drawn_nor_ranked(
    window: MainWindow, panel: RunsPanel, qtbot: QtBot
) -> None:
    trained(window, qtbot)
    kept(window, qtbot)
    window.document.edit("Noise", edits.set_data, noise=0.4)
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and not window.bridge.is_outdated)
    trained(window, qtbot)
    qtbot.waitUntil(lambda: panel.model.rows[1].differs == OTHER_ROWS)
    index = panel.model.index(1, NAME)
    assert not panel.model.flags(index) & Qt.ItemFlag.ItemIsUserCheckable
    assert [line.name for line in panel.plot.drawn] == [PRESENT]
    assert panel.model.best is None


def test_that_the_best_is_marked_by_a_sign(window: MainWindow, panel: RunsPanel, qtbot: QtBot) -> None:
    trained(window, qtbot)
    kept(window, qtbot)
    window.bridge.rewind()
    qtbot.waitUntil(lambda: shown(window).step == 0)
    window.document.edit("Rate", edits.set_training, learning_rate=0.0)
    trained(window, qtbot)
    assert panel.model.best is panel.model.rows[1]
    assert panel.model.text(panel.model.rows[1], NAME) == "★ Circle"


def test_that_a_run_is_not_drawn_once_its_tick_is_taken_away(
    window: MainWindow, panel: RunsPanel, qtbot: QtBot
) -> None:
    trained(window, qtbot)
    kept(window, qtbot)
    panel.model.setData(panel.model.index(1, NAME), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    assert [line.name for line in panel.plot.drawn] == [PRESENT]
    window.runs.rename(window.runs.runs[0], "first try")
    assert names(panel) == [PRESENT, "first try"]
    assert [line.name for line in panel.plot.drawn] == [PRESENT]


def test_that_what_is_deleted_can_be_brought_back(window: MainWindow, panel: RunsPanel, qtbot: QtBot) -> None:
    layers = window.document.experiment.layers
    window.selection.select(layers[0].id)
    trained(window, qtbot)
    kept(window, qtbot)
    panel.table.setFocus()
    panel.table.selectRow(1)
    qtbot.keyClick(panel.table, Qt.Key.Key_Delete)
    assert names(panel) == [PRESENT]
    assert window.document.experiment.layers == layers
    qtbot.mouseClick(panel.restore, Qt.MouseButton.LeftButton)
    assert names(panel) == [PRESENT, "Circle"]
    assert not panel.restore.isEnabled()


def test_that_the_enter_that_ends_a_name_opens_no_run(
    window: MainWindow, panel: RunsPanel, qtbot: QtBot
) -> None:
    trained(window, qtbot)
    kept(window, qtbot)
    panel.table.setCurrentIndex(panel.model.index(1, NAME))
    panel.table.edit(panel.model.index(1, NAME))
    editor = panel.table.viewport().findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    editor.setText("first try")
    with qtbot.assertNotEmitted(window.runs.open_asked):
        qtbot.keyClick(editor, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: names(panel) == [PRESENT, "first try"])


def test_that_a_kept_run_opens_where_it_stood_and_undo_brings_back_the_other(
    window: MainWindow, panel: RunsPanel, qtbot: QtBot
) -> None:
    there = trained(window, qtbot, 2)
    kept(window, qtbot)
    window.document.edit("Rate", edits.set_training, learning_rate=0.5)
    trained(window, qtbot, 3)
    panel.table.selectRow(1)
    qtbot.mouseClick(panel.open, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and shown(window).step == there.step)
    assert window.document.experiment.training.learning_rate == 0.01
    assert all((a == b).all() for a, b in zip(shown(window).weights, there.weights, strict=True))
    window.document.undo_stack.undo()
    assert window.document.experiment.training.learning_rate == 0.5


def test_that_a_run_on_rows_that_are_gone_from_the_document_opens_with_them(
    window: MainWindow, panel: RunsPanel, qtbot: QtBot
) -> None:
    rng = np.random.default_rng(0)
    table = Table("Mine", ("a", "b"), rng.normal(size=(60, 2)), "c", rng.normal(size=60))
    window.document.edit("Import", edits.set_table, table)
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and not window.bridge.is_outdated)
    trained(window, qtbot)
    kept(window, qtbot)
    window.document.open(files.example("circle"))
    qtbot.waitUntil(lambda: panel.model.rows[-1].differs == OTHER_ROWS)
    panel.table.selectRow(len(panel.model.rows) - 1)
    qtbot.mouseClick(panel.open, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and shown(window).epoch == 1)
    assert window.document.experiment.data.table == table


def test_that_opening_a_run_over_the_same_one_trained_on_is_asked_about(
    window: MainWindow, panel: RunsPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(window, qtbot)
    kept(window, qtbot)
    trained(window, qtbot, 2)
    asked: list[str] = []

    def answer(_parent: object, _title: str, text: str, *_rest: object) -> QMessageBox.StandardButton:
        asked.append(text)
        return QMessageBox.StandardButton.Cancel

    monkeypatch.setattr(QMessageBox, "question", answer)
    panel.table.selectRow(1)
    qtbot.mouseClick(panel.open, Qt.MouseButton.LeftButton)
    assert len(asked) == 1
    assert shown(window).epoch == 3


def test_that_rows_are_sorted_below_the_present_one(
    window: MainWindow, panel: RunsPanel, qtbot: QtBot
) -> None:
    for _ in range(3):
        trained(window, qtbot)
        kept(window, qtbot)
    epochs = next(
        i
        for i in range(panel.model.columnCount())
        if panel.model.headerData(i, Qt.Orientation.Horizontal) == "Epochs"
    )
    panel.table.sortByColumn(epochs, Qt.SortOrder.DescendingOrder)
    assert [row.figures.epochs for row in panel.model.rows] == [3, 3, 2, 1]
    assert panel.model.rows[0].name == PRESENT


def test_that_the_table_is_written_with_all_its_numbers(
    window: MainWindow, panel: RunsPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    there = trained(window, qtbot)
    kept(window, qtbot)
    panel.write(tmp_path / "runs.csv")
    with (tmp_path / "runs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["run"] for row in rows] == [PRESENT, "Circle"]
    assert float(rows[1]["watched_loss"]) == there.history.watched_loss[-1]
    assert float(rows[1]["steps"]) == there.step


def test_that_there_is_nothing_to_keep_of_what_cannot_be_trained(window: MainWindow, qtbot: QtBot) -> None:
    window.document.edit("Scale", edits.set_data, formulas=("log(x1)",), features=("log(x1)",))
    with qtbot.waitSignal(window.runs.noticed) as noticed:
        window.actions_by_key["keep_run"].trigger()
    assert "no run to keep" in noticed.args[0]
    assert window.runs.runs == ()


def test_that_kept_runs_stay_when_the_present_one_cannot_be_trained(
    window: MainWindow, panel: RunsPanel, qtbot: QtBot
) -> None:
    trained(window, qtbot)
    kept(window, qtbot)
    with qtbot.waitSignal(window.bridge.cannot_train):
        window.document.edit("Scale", edits.set_data, formulas=("log(x1)",), features=("log(x1)",))
    assert names(panel) == ["Circle"]
