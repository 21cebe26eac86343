"""Freezing and switching off while a run goes on: no new run, marks on the curves, and back by undo."""

import numpy as np
import pytest
from layer_cases import stack
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.experiment import edits
from playground.experiment.held import NOTHING
from playground.ui.main_window import MainWindow
from playground.ui.selection import NeuronRef


def started(make_window: MakeWindow, qtbot: QtBot, epochs: int = 5) -> MainWindow:
    window = make_window(edits.set_training(stack(4, 3), precision="float64"))
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None)
    play(window, qtbot, epochs)
    return window


def play(window: MainWindow, qtbot: QtBot, epoch: int) -> None:
    window.bridge.play_until(epoch)
    qtbot.waitUntil(lambda: shown(window).epoch == epoch and not window.bridge.playing)


def test_that_a_link_is_switched_off_and_on_in_the_run_that_goes_on(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = started(make_window, qtbot)
    run, weight = shown(window).run_id, shown(window).weights[1][2, 1]
    marks: list[str] = []
    window.bridge.setting_changed.connect(lambda _epoch, words: marks.append(words))
    window.document.edit("Off", edits.set_link, "layer2", 2, 1, False)
    qtbot.waitUntil(lambda: shown(window).weights[1][2, 1] == 0.0)
    play(window, qtbot, 10)
    assert shown(window).weights[1][2, 1] == 0.0
    assert marks == ["link off"]
    window.document.undo_stack.undo()
    qtbot.waitUntil(lambda: shown(window).asleep is None)
    assert shown(window).weights[1][2, 1] == weight
    assert shown(window).run_id == run


def test_that_a_frozen_layer_stays_while_the_window_plays(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = started(make_window, qtbot)
    before = shown(window)
    window.selection.select("layer1")
    window.actions_by_key["freeze"].trigger()
    assert window.inspector.frozen.isChecked()
    play(window, qtbot, 15)
    np.testing.assert_array_equal(shown(window).weights[0], before.weights[0])
    assert (shown(window).weights[1] != before.weights[1]).all()
    qtbot.mouseClick(window.inspector.frozen, Qt.MouseButton.LeftButton)
    assert window.document.experiment.held == NOTHING
    play(window, qtbot, 20)
    assert (shown(window).weights[0] != before.weights[0]).all()


def test_that_a_structural_edit_takes_along_what_a_link_weighed(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = started(make_window, qtbot)
    weight, run = shown(window).weights[1][2, 1], shown(window).run_id
    window.document.edit("Off", edits.set_link, "layer2", 2, 1, False)
    qtbot.waitUntil(lambda: shown(window).asleep is not None)
    window.document.edit("Widen", edits.set_units, "layer1", 6)
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and shown(window).run_id != run)
    assert shown(window).weights[1][2, 1] == 0.0
    window.document.edit("On", edits.set_link, "layer2", 2, 1, True)
    qtbot.waitUntil(lambda: shown(window).asleep is None)
    assert shown(window).weights[1][2, 1] == weight


def test_that_a_norm_is_frozen_from_its_page_of_the_inspector(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(stack(4, "batch_norm", "dropout"))
    window.selection.select("layer2")
    page = window.inspector.kind_page
    page.frozen.click()
    assert window.document.experiment.held.frozen == ("layer2",)
    window.selection.select("layer3")
    assert not page.frozen.isVisibleTo(page)


@pytest.mark.parametrize(
    ("key", "pinned", "hovered"),
    [("switch_neuron", None, ("layer1", 1)), ("switch_link", ("layer1", 1), ("layer2", 0))],
)
def test_that_the_menu_of_the_window_switches_what_is_pointed_at(
    make_window: MakeWindow,
    key: str,
    pinned: tuple[str, int] | None,
    hovered: tuple[str, int],
) -> None:
    window = make_window(stack(4, 3))
    window.selection.pin(NeuronRef(*pinned) if pinned else None)
    window.selection.hover(NeuronRef(*hovered))
    window.actions_by_key[key].trigger()
    held = window.document.experiment.held
    assert len(held.neurons) + len(held.links) == 1
    window.actions_by_key[key].trigger()
    assert window.document.experiment.held == NOTHING


def test_that_undoing_a_structural_edit_finds_what_a_link_weighed(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    """The run that the edit gave up goes on: with what was switched off after it had begun."""
    window = started(make_window, qtbot)
    weight = shown(window).weights[1][2, 1]
    window.document.edit("Off", edits.set_link, "layer2", 2, 1, False)
    play(window, qtbot, 10)
    before = shown(window)
    for change in (lambda: window.document.edit("New", edits.set_seed, 5), window.document.undo_stack.undo):
        run = shown(window).run_id
        change()
        qtbot.waitUntil(lambda run=run: window.bridge.snapshot is not None and shown(window).run_id != run)
    np.testing.assert_array_equal(shown(window).weights[1], before.weights[1])
    window.document.edit("On", edits.set_link, "layer2", 2, 1, True)
    qtbot.waitUntil(lambda: shown(window).asleep is None)
    assert shown(window).weights[1][2, 1] == weight
