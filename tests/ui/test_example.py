"""Following one example: chosen in plots, panel and table, walked through forwards and backwards."""

from dataclasses import replace

import numpy as np
import pytest
from layer_cases import stack
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.experiment import edits
from playground.ui.instruments.example import NO_EXAMPLE, ExamplePanel
from playground.ui.instruments.example_table import MOST_ROWS
from playground.ui.main_window import MainWindow
from playground.ui.plots.row_plot import RowPlot
from playground.ui.selection import NeuronRef

Key = Qt.Key


@pytest.fixture
def window(make_window: MakeWindow, qtbot: QtBot) -> MainWindow:
    window = make_window(stack(4, 3))
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None)
    return window


@pytest.fixture
def panel(window: MainWindow) -> ExamplePanel:
    view = window.instruments.open("example")
    assert isinstance(view, ExamplePanel)
    QApplication.processEvents()
    return view


def plot_of(window: MainWindow) -> RowPlot:
    view = window.output_panel.outputs.currentWidget()
    assert isinstance(view, RowPlot)
    return view


def test_that_without_an_example_the_panel_says_how_to_choose_one(panel: ExamplePanel) -> None:
    assert panel.empty.isVisible()
    assert panel.empty.text() == NO_EXAMPLE
    assert not panel.play.isEnabled()


def test_that_a_row_clicked_in_a_plot_is_followed_and_ringed(window: MainWindow, panel: ExamplePanel) -> None:
    row = int(plot_of(window)._prepared.train_rows[5])  # type: ignore[union-attr]
    plot_of(window).choose_row(row)
    assert window.selection.example == row
    assert panel.walk is not None
    assert panel.walk.row == row
    plot_of(window).choose_row(None)  # closes its card, and no more
    assert plot_of(window).ringed_example == row


def test_that_a_closed_panel_leaves_no_ring_and_no_numbers(window: MainWindow, panel: ExamplePanel) -> None:
    row = int(plot_of(window)._prepared.train_rows[5])  # type: ignore[union-attr]
    window.selection.choose_example(row)
    assert window.network.view.diagram.numbers.isVisible()
    panel.toggle_play()
    window.instruments.docks["example"].close()
    assert plot_of(window).ringed_example is None
    assert not window.network.view.diagram.numbers.isVisible()
    assert not panel.is_walking
    window.instruments.open("example")
    assert plot_of(window).ringed_example == row
    assert window.network.view.diagram.numbers.isVisible()


def test_that_the_walk_goes_forwards_to_the_loss_and_back(window: MainWindow, panel: ExamplePanel) -> None:
    window.selection.choose_example(3)
    layers = len(window.document.experiment.layers) + 1
    kinds = []
    for _ in panel.steps:
        kinds.append(panel.current.kind)
        panel.step(1)
    assert kinds == ["inputs", *["forward"] * layers, "loss", *["backward"] * layers]
    assert not panel.forth.isEnabled()
    panel.begin_backwards()
    assert panel.current.kind == "loss"
    panel.begin_forwards()
    assert panel.current.kind == "inputs"


def test_that_the_keyboard_steps_walks_and_turns_to_other_rows(
    window: MainWindow, panel: ExamplePanel, qtbot: QtBot
) -> None:
    window.selection.choose_example(3)
    qtbot.keyClick(panel, Key.Key_Right)
    assert panel.current.kind == "forward"
    qtbot.keyClick(panel.table, Key.Key_Left)
    assert panel.current.kind == "inputs"
    qtbot.keyClick(panel.play, Key.Key_End)
    assert panel.current.kind == "loss"
    qtbot.keyClick(panel, Key.Key_PageDown)
    assert window.selection.example == 4
    qtbot.keyClick(panel, Key.Key_PageUp)
    assert window.selection.example == 3
    qtbot.keyClick(panel, Key.Key_W)
    assert panel.is_walking


def test_that_it_walks_by_itself_to_the_end(window: MainWindow, panel: ExamplePanel, qtbot: QtBot) -> None:
    window.selection.choose_example(3)
    panel.pace.addItem("At once", 1)
    panel.pace.setCurrentIndex(panel.pace.count() - 1)
    panel.play.click()
    qtbot.waitUntil(lambda: panel.current == panel.steps[-1])
    assert not panel.is_walking


def test_that_the_diagram_shows_the_numbers_of_the_step(window: MainWindow, panel: ExamplePanel) -> None:
    window.selection.choose_example(3)
    panel.go_to(1)
    numbers = window.network.view.diagram.numbers
    assert panel.walk is not None
    assert len(numbers.texts) > 0
    assert not window.network.view.diagram.gradients.isVisible()
    panel.go_to(len(panel.steps) - 1)
    gradients = panel.walk.trace.layers[0].weight_gradient
    links = window.network.view.diagram.gradients
    assert links.isVisible()
    assert links.weights is not None
    np.testing.assert_allclose(links.weights * np.abs(gradients).max(), gradients)
    first = window.document.experiment.layers[0].id
    assert not window.network.view.diagram.bundles["inputs", first].isVisible()
    panel.begin_forwards()
    assert window.network.view.diagram.bundles["inputs", first].isVisible()
    panel.go_to(len(panel.steps) - 1)
    assert any("δ" in text for text in numbers.texts)


def test_that_the_formula_is_that_of_the_neuron_pointed_at(window: MainWindow, panel: ExamplePanel) -> None:
    window.selection.choose_example(3)
    panel.go_to(1)
    layer = window.document.experiment.layers[0].id
    assert "z₁ = w₁₁" in panel.formula.accessibleDescription()
    window.selection.hover(NeuronRef(layer, 1))
    assert "z₂ = w₂₁" in panel.formula.accessibleDescription()
    window.selection.hover(None)
    panel.table.selectRow(2)
    assert window.selection.neuron == NeuronRef(layer, 2)
    assert "z₃ = w₃₁" in panel.formula.accessibleDescription()


def test_that_the_numbers_are_those_of_the_latest_weights(
    window: MainWindow, panel: ExamplePanel, qtbot: QtBot
) -> None:
    window.selection.choose_example(3)
    assert panel.walk is not None
    before = panel.walk.trace.loss
    window.bridge.step_epoch()
    qtbot.waitUntil(lambda: shown(window).epoch == 1)
    weights = shown(window).weights[0]
    np.testing.assert_allclose(panel.walk.trace.layers[0].weights, weights)
    assert panel.walk.trace.loss != before


def test_that_while_training_runs_numbers_change_no_faster_than_they_can_be_read(
    window: MainWindow, panel: ExamplePanel
) -> None:
    window.selection.choose_example(3)
    playing = replace(shown(window), state="playing")
    panel.show_snapshot(playing)
    panel._calm.start(60_000)
    before = panel.walk
    panel.show_snapshot(playing)
    assert panel.walk is before
    panel.show_snapshot(replace(playing, state="paused"))
    assert panel.walk is not before


def test_that_other_rows_let_the_example_go_and_other_layers_keep_it(
    window: MainWindow, panel: ExamplePanel, qtbot: QtBot
) -> None:
    window.selection.choose_example(3)
    first = window.document.experiment.layers[0].id
    window.document.edit("Widen", edits.set_units, first, 6)
    assert window.selection.example == 3
    qtbot.waitUntil(lambda: panel.walk is not None and len(panel.walk.trace.layers[0].a) == 6)
    window.document.edit("More rows", edits.set_data, samples=60)
    assert window.selection.example is None
    assert panel.empty.isVisible()


def test_that_fewer_inputs_and_layers_are_walked_through_from_where_one_was(
    window: MainWindow, panel: ExamplePanel, qtbot: QtBot
) -> None:
    window.selection.choose_example(3)
    window.selection.hover(NeuronRef("inputs", 1))
    assert panel.current.kind == "inputs"
    window.document.edit("One input", edits.toggle_feature, "x2")
    qtbot.waitUntil(lambda: panel.walk is not None and len(panel.walk.trace.x) == 1)
    panel.go_to(len(panel.steps) - 1)
    window.document.edit("Remove", edits.remove_layer, "layer1")
    qtbot.waitUntil(lambda: panel.walk is not None and len(panel.walk.trace.layers) == 2)
    assert panel.current == panel.steps[-1]
    assert f"({len(panel.steps)} of {len(panel.steps)})" in panel.title.text()


@pytest.mark.parametrize("text", ["900000", "-1", "2.5", "blue"])
def test_that_a_number_that_is_no_row_is_answered_in_words(
    window: MainWindow, panel: ExamplePanel, qtbot: QtBot, text: str
) -> None:
    window.selection.choose_example(3)
    panel.row_edit.setFocus()
    panel.row_edit.setText(text)
    qtbot.keyClick(panel.row_edit, Key.Key_Return)
    assert window.selection.example == 3
    assert panel.row_edit.text() == "3"
    assert "whole number from 0 to" in window.status.words.sentence


def test_that_a_row_can_be_typed(window: MainWindow, panel: ExamplePanel, qtbot: QtBot) -> None:
    panel.row_edit.setFocus()
    panel.row_edit.setText("12")
    qtbot.keyClick(panel.row_edit, Key.Key_Return)
    assert window.selection.example == 12
    panel.let_go.click()
    assert window.selection.example is None


def test_that_a_row_of_the_table_of_the_data_is_followed(
    window: MainWindow, panel: ExamplePanel, qtbot: QtBot
) -> None:
    window.explore.open()
    dialog = window.explore.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: not dialog.is_busy and dialog.rows.model.rowCount() > 0)
    dialog.rows.view.selectRow(dialog.rows.model.place_of(8))
    assert window.selection.example == 8
    assert panel.walk is not None
    dialog.close()


def test_that_weights_that_are_no_numbers_are_said_in_words(window: MainWindow, panel: ExamplePanel) -> None:
    window.selection.choose_example(3)
    snapshot = shown(window)
    broken = tuple(np.full_like(weights, np.nan) for weights in snapshot.weights)
    panel.show_snapshot(replace(snapshot, weights=broken))
    for place in range(len(panel.steps)):
        panel.go_to(place)
    assert "not a number" in panel.formula.accessibleDescription()
    assert window.network.grab().width() > 0


def test_that_of_a_wide_layer_the_first_neurons_and_the_chosen_one_are_listed(
    window: MainWindow, panel: ExamplePanel, qtbot: QtBot
) -> None:
    first = window.document.experiment.layers[0].id
    window.document.edit("Widen", edits.set_units, first, 100)
    window.selection.choose_example(3)
    qtbot.waitUntil(lambda: panel.walk is not None and len(panel.walk.trace.layers[0].a) == 100)
    panel.go_to(1)
    window.selection.pin(NeuronRef(first, 90))
    assert panel.table.step_model.units == [*range(MOST_ROWS), 90]
    assert panel.left_out.isVisible()
    panel.go_to(len(panel.steps) - 1)
    assert window.network.grab().width() > 0
