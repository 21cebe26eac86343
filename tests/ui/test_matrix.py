"""The matrix of a layer: what its cells say, how they are set, and the links they light."""

import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.training.numbers import NumberRef
from playground.ui.figures import short
from playground.ui.instruments.matrix import MatrixPanel
from playground.ui.instruments.matrix_model import SHADES, shade
from playground.ui.main_window import MainWindow
from playground.ui.selection import NeuronRef
from playground.ui.theme.colour import contrast
from playground.ui.theme.tokens import DARK, LIGHT
from playground.ui.widgets.stepped import SteppedEdit

Key = Qt.Key


def network() -> Experiment:
    """Two Dense layers with a batch norm and a dropout between them."""
    experiment = edits.add_layer(Experiment(), 0, units=3)
    experiment = edits.add_layer(experiment, 1, kind="batch_norm")
    experiment = edits.add_layer(experiment, 2, kind="dropout")
    return edits.add_layer(experiment, 3, units=2)


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    return make_window(network())


@pytest.fixture
def panel(window: MainWindow, qtbot: QtBot) -> MatrixPanel:
    first = window.document.experiment.layers[0].id
    window.selection.select(first)
    view = window.instruments.open("matrix")
    assert isinstance(view, MatrixPanel)
    qtbot.waitUntil(lambda: window.instruments.in_sight("matrix") and view.model.rowCount() == 3)
    return view


def cell(panel: MatrixPanel, row: int, column: int) -> QModelIndex:
    return panel.model.index(row, column)


def go_to(panel: MatrixPanel, row: int, column: int) -> None:
    panel.table.setFocus()
    panel.table.setCurrentIndex(cell(panel, row, column))


def editor(panel: MatrixPanel) -> SteppedEdit:
    assert panel.cells.editor is not None
    return panel.cells.editor


def write(panel: MatrixPanel, text: str) -> None:
    """Type into the cell the keyboard is on, and press Enter."""
    QTest.keyClicks(panel.table.viewport(), text[0])
    QTest.keyClicks(editor(panel), text[1:])
    QTest.keyClick(editor(panel), Key.Key_Return)


def test_that_the_cells_are_the_layers_weights_and_biases(window: MainWindow, panel: MatrixPanel) -> None:
    weights, biases = shown(window).weights[0], shown(window).biases[0]
    for unit in range(3):
        for source in range(2):
            assert cell(panel, unit, source).data() == short(float(weights[unit, source]))
        assert cell(panel, unit, 2).data() == short(float(biases[unit]))
    assert panel.model.columnCount() == 3
    assert "W is 3 × 2" in panel.formula.text()


def test_that_rows_and_columns_are_named_as_in_the_formula_and_in_words(panel: MatrixPanel) -> None:
    across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
    assert [panel.model.headerData(column, across) for column in range(3)] == ["x₁", "x₂", "b"]
    assert [panel.model.headerData(row, down) for row in range(3)] == ["z₁", "z₂", "z₃"]
    tip = Qt.ItemDataRole.ToolTipRole
    assert panel.model.headerData(1, down, tip) == "z₂: neuron 2 of Dense 1"
    assert "w₂₁, from j = 1 to i = 2" in cell(panel, 1, 0).data(tip)


def test_that_a_number_in_full_reads_back_as_the_same(window: MainWindow, panel: MatrixPanel) -> None:
    text = str(cell(panel, 1, 0).data(Qt.ItemDataRole.EditRole)).replace("−", "-")
    assert np.float32(text) == shown(window).weights[0][1, 0]


def test_that_it_follows_the_selected_layer(window: MainWindow, panel: MatrixPanel) -> None:
    window.selection.select("output")
    assert (panel.model.rowCount(), panel.model.columnCount()) == (1, 3)
    assert panel.model.headerData(0, Qt.Orientation.Horizontal) == "a₁"
    assert panel.layers.currentText() == "Output"
    window.selection.select("inputs")
    assert panel.layers.currentText() == "Output"


def test_that_a_layer_is_chosen_here_too(window: MainWindow, panel: MatrixPanel) -> None:
    panel.layers.setCurrentIndex(3)
    panel.layers.activated.emit(3)
    assert window.selection.layer == window.document.experiment.layers[3].id
    assert panel.model.rowCount() == 2


@pytest.mark.parametrize(("text", "number"), [("0.25", 0.25), ("-1,5", -1.5), (".5", 0.5), ("+2", 2.0)])
def test_that_typing_into_a_cell_sets_its_number(
    window: MainWindow, panel: MatrixPanel, qtbot: QtBot, text: str, number: float
) -> None:
    before = shown(window).weights[0].copy()
    layers = window.document.experiment.layers
    go_to(panel, 1, 0)
    write(panel, text)
    qtbot.waitUntil(lambda: shown(window).numbers_set == 1)
    assert shown(window).weights[0][1, 0] == number
    assert cell(panel, 1, 0).data() == short(number)
    assert window.document.experiment.layers == layers  # the window's own + and − were left alone
    window.document.undo_stack.undo()
    qtbot.waitUntil(lambda: shown(window).numbers_set == 2)
    np.testing.assert_array_equal(shown(window).weights[0], before)


@pytest.mark.parametrize("text", ["1x", "1e99", "5%"])
def test_that_what_is_no_weight_is_said_and_changes_nothing(
    window: MainWindow, panel: MatrixPanel, qtbot: QtBot, text: str
) -> None:
    go_to(panel, 1, 0)
    before = cell(panel, 1, 0).data()
    write(panel, text)
    qtbot.waitUntil(lambda: "Type" in window.status.words.text())
    assert cell(panel, 1, 0).data() == before
    assert window.document.undo_stack.count() == 0


@pytest.mark.parametrize("key", [Key.Key_F2, Key.Key_Return])
def test_that_f2_and_enter_open_the_number_and_escape_leaves_it(
    window: MainWindow, panel: MatrixPanel, key: Key
) -> None:
    go_to(panel, 2, 2)
    QTest.keyClick(panel.table, key)
    assert editor(panel).text() == cell(panel, 2, 2).data(Qt.ItemDataRole.EditRole)
    assert editor(panel).selectedText() == editor(panel).text()
    QTest.keyClicks(editor(panel), "5")
    QTest.keyClick(editor(panel), Key.Key_Escape)
    assert window.document.undo_stack.count() == 0


def test_that_an_open_cell_follows_the_training_and_is_not_set_back(
    window: MainWindow, panel: MatrixPanel, qtbot: QtBot
) -> None:
    go_to(panel, 0, 0)
    QTest.keyClick(panel.table, Key.Key_F2)
    before = editor(panel).text()
    window.bridge.step_epoch()
    qtbot.waitUntil(lambda: shown(window).epoch == 1)
    assert editor(panel).text() != before
    assert editor(panel).text() == cell(panel, 0, 0).data(Qt.ItemDataRole.EditRole)
    QTest.keyClick(editor(panel), Key.Key_Return)
    assert window.document.undo_stack.count() == 0


def test_that_a_text_being_written_is_kept_while_it_trains(
    window: MainWindow, panel: MatrixPanel, qtbot: QtBot
) -> None:
    go_to(panel, 0, 0)
    QTest.keyClicks(panel.table.viewport(), "7")
    window.bridge.step_epoch()
    qtbot.waitUntil(lambda: shown(window).epoch == 1)
    assert editor(panel).text() == "7"
    QTest.keyClick(editor(panel), Key.Key_Return)
    qtbot.waitUntil(lambda: shown(window).weights[0][0, 0] == 7.0)


def test_that_the_arrows_of_an_open_cell_change_its_number(
    window: MainWindow, panel: MatrixPanel, qtbot: QtBot
) -> None:
    go_to(panel, 0, 0)
    QTest.keyClicks(panel.table.viewport(), "1")
    QTest.keyClick(editor(panel), Key.Key_Up)
    QTest.keyClick(editor(panel), Key.Key_Return)
    qtbot.waitUntil(lambda: shown(window).weights[0][0, 0] == np.float32(1.1))


def test_that_a_cell_under_the_keyboard_lights_its_link(window: MainWindow, panel: MatrixPanel) -> None:
    first = window.document.experiment.layers[0].id
    scene = window.network.view.diagram
    go_to(panel, 2, 1)
    assert window.selection.hovered_link == NumberRef(first, 2, 1)
    lit = scene.bundles["inputs", first].lit
    assert lit is not None
    assert (lit.unit, lit.source) == (2, 1)
    QTest.keyClick(panel.table, Key.Key_Right)
    assert scene.columns[first].lit_bias == 2
    window.network.view.setFocus()
    assert scene.columns[first].lit_bias == -1


def test_that_a_cell_under_the_pointer_lights_its_link(window: MainWindow, panel: MatrixPanel) -> None:
    first = window.document.experiment.layers[0].id
    viewport = panel.table.viewport()
    QTest.mouseMove(viewport, QPoint(1, 1))
    QTest.mouseMove(viewport, panel.table.visualRect(cell(panel, 0, 1)).center())
    assert window.selection.hovered_link == NumberRef(first, 0, 1)


def test_that_a_link_under_the_pointer_lights_its_cell(window: MainWindow, panel: MatrixPanel) -> None:
    first = window.document.experiment.layers[0].id
    panel.table.scrollTo(cell(panel, 2, 1))
    window.selection.hover_link(NumberRef(first, 0, 1))
    assert panel.table.visualRect(cell(panel, 0, 1)).top() >= 0
    lit = panel.table.grab().toImage()
    window.selection.hover_link(None)
    assert panel.table.grab().toImage() != lit


def test_that_copied_cells_are_numbers_in_full_with_tabs(window: MainWindow, panel: MatrixPanel) -> None:
    panel.table.selectAll()
    QTest.keyClick(panel.table, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QApplication.clipboard().text().splitlines()
    copied = np.array([[np.float32(text) for text in line.split("\t")] for line in lines])
    np.testing.assert_array_equal(copied[:, :2], shown(window).weights[0])
    np.testing.assert_array_equal(copied[:, 2], shown(window).biases[0])


def test_that_a_norm_shows_what_it_has_learnt_and_its_averages_cannot_be_set(
    window: MainWindow, panel: MatrixPanel, qtbot: QtBot
) -> None:
    window.selection.select(window.document.experiment.layers[1].id)
    across = Qt.Orientation.Horizontal
    assert [panel.model.headerData(column, across) for column in range(4)] == ["γ", "μ", "σ²", "β"]
    can = [bool(cell(panel, 0, column).flags() & Qt.ItemFlag.ItemIsEditable) for column in range(4)]
    assert can == [True, False, False, True]
    go_to(panel, 1, 0)
    write(panel, "2.5")
    qtbot.waitUntil(lambda: shown(window).weights[1][1, 0] == 2.5)


def test_that_a_layer_without_numbers_says_so(window: MainWindow, panel: MatrixPanel) -> None:
    window.selection.select(window.document.experiment.layers[2].id)
    assert panel.words.isVisible()
    assert "Dropout has no matrix" in panel.words.text()
    window.selection.select("output")
    assert panel.table.isVisible()


def test_that_it_goes_on_when_its_layer_is_removed(
    window: MainWindow, panel: MatrixPanel, qtbot: QtBot
) -> None:
    experiment = window.document.experiment
    window.document.edit("Remove", edits.remove_layer, experiment.layers[0].id)
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and len(shown(window).weights) == 4)
    qtbot.waitUntil(lambda: panel.layers.currentText() == "Batch norm" and panel.model.rowCount() == 2)


def test_that_while_it_plays_it_looks_ten_times_a_second_at_most(
    window: MainWindow, panel: MatrixPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [time.monotonic() + 1.0]
    monkeypatch.setattr("playground.ui.instruments.matrix.time.monotonic", lambda: now[0])
    looks = []
    panel.model.dataChanged.connect(lambda *_: looks.append(now[0]))
    for _ in range(60):
        panel.show_snapshot(replace(shown(window), state="playing"))
        now[0] += 1 / 60
    assert 9 <= len(looks) <= 10


def test_that_out_of_sight_it_costs_nothing(
    window: MainWindow, panel: MatrixPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.instruments.docks["matrix"].close()
    looks: list[object] = []
    real = panel.model.show_numbers
    monkeypatch.setattr(panel.model, "show_numbers", lambda numbers: looks.append(numbers) or real(numbers))
    window.selection.select("output")
    window.bridge.step_epoch()
    qtbot.waitUntil(lambda: shown(window).epoch == 1)
    assert not looks
    window.instruments.open("matrix")
    qtbot.waitUntil(lambda: panel.model.rowCount() == 1)
    assert cell(panel, 0, 0).data() == short(float(shown(window).weights[-1][0, 0]))


def test_that_numbers_that_are_none_are_shown_as_such(window: MainWindow, panel: MatrixPanel) -> None:
    weights = tuple(np.full_like(array, np.nan) for array in shown(window).weights)
    weights[0][0, 0], weights[0][0, 1] = np.inf, 1.0
    panel.show_snapshot(replace(shown(window), weights=weights))
    assert [cell(panel, 0, 0).data(), cell(panel, 1, 0).data()] == ["∞", "not a number"]
    assert panel.model.level(1.0) == SHADES
    assert not panel.table.grab().isNull()


def test_that_before_a_run_it_says_how_to_begin(panel: MatrixPanel) -> None:
    panel.clear()
    assert "Play" in panel.words.text()
    assert not panel.layers.isVisible()
    assert panel.model.rowCount() == 0


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_that_every_cell_can_be_read(theme: object) -> None:
    for negative in (False, True):
        for level in range(SHADES + 1):
            ground, ink = shade(theme, negative, level)  # type: ignore[arg-type]
            assert contrast(ground, ink) >= 4.5


def test_that_a_million_numbers_are_shown_without_asking_for_them_all(
    make_window: MakeWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = edits.add_layer(edits.add_layer(Experiment(), 0, units=1024), 1, units=1024)
    window = make_window(experiment)
    asked: list[object] = []
    window.selection.select(experiment.layers[1].id)
    view = window.instruments.open("matrix")
    assert isinstance(view, MatrixPanel)
    assert view.model.columnCount() == 1025
    qtbot.waitUntil(lambda: view.table.viewport().height() > view.table.rowHeight(0))
    real = view.model.value
    monkeypatch.setattr(view.model, "value", lambda row, column: asked.append(row) or real(row, column))
    view.table.viewport().grab()
    view.table.scrollTo(cell(view, 1023, 1024))
    view.table.viewport().grab()
    assert 0 < len(asked) < 3000


def test_that_a_weight_pinned_in_the_diagram_is_lit_here(window: MainWindow, panel: MatrixPanel) -> None:
    first = window.document.experiment.layers[0].id
    window.selection.pin(NeuronRef(first, 1))
    window.actions_by_key["set_weight"].trigger()
    touch = window.network.view.touch
    assert touch.editor.title.text() == "w from x₁ to neuron 2 of Dense 1"
    touch.editor.finish()
