"""The strip of time: earlier states are shown everywhere, come back to, gone on from, and compared with."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.experiment import edits, files
from playground.experiment.model import OUTPUT_ID
from playground.training.numbers import NumberRef
from playground.ui.main_window import MainWindow


def trained(make_window: MakeWindow, qtbot: QtBot, name: str = "circle", epochs: int = 40) -> MainWindow:
    """Return a window with some states behind it, paused at an epoch."""
    window = make_window(files.example(name))
    for _ in range(3):
        before = shown(window).step
        window.bridge.step_batch()
        qtbot.waitUntil(lambda before=before: shown(window).step > before)
    window.bridge.play_until(epochs)
    qtbot.waitUntil(lambda: shown(window).epoch >= epochs and shown(window).state == "paused", timeout=20_000)
    return window


def go_back(window: MainWindow, qtbot: QtBot, place: int = 1) -> None:
    window.time.slider.setValue(place)
    qtbot.waitUntil(lambda: shown(window).back is not None)


def test_that_there_is_no_strip_before_there_are_two_states(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("circle"))
    assert window.time.isHidden()
    window.bridge.step_batch()
    qtbot.waitUntil(lambda: not window.time.isHidden())


def test_that_an_earlier_state_is_shown_everywhere_and_marked(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = trained(make_window, qtbot)
    go_back(window, qtbot)
    back = shown(window)
    assert back.step == 1
    assert "of 40, looking back" in window.time.words.text()
    assert window.top_bar.epoch.text() == "0"
    assert "Looking back at epoch 0" in window.status.words.sentence
    assert window.time.back.isVisible()
    assert window.time.resume.isVisible()
    first = window.document.experiment.layers[0].id
    bundle = window.network.view.scene().bundles[("inputs", first)]
    np.testing.assert_array_equal(bundle.weights, back.weights[0])


def test_that_the_present_comes_back_unchanged(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = trained(make_window, qtbot)
    now = shown(window)
    go_back(window, qtbot)
    window.actions_by_key["back_to_now"].trigger()
    qtbot.waitUntil(lambda: shown(window).back is None)
    np.testing.assert_array_equal(shown(window).weights[0], now.weights[0])
    assert window.time.slider.value() == window.time.slider.maximum()
    assert not window.time.back.isVisible()
    assert not window.actions_by_key["resume_here"].isEnabled()


def test_that_what_was_learnt_is_unsaved_while_the_beginning_is_looked_at(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = trained(make_window, qtbot)
    before = window.keeper.state
    go_back(window, qtbot, place=0)
    assert shown(window).step == 0
    assert window.keeper.state == before


def test_that_no_number_is_set_in_the_past(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = trained(make_window, qtbot)
    touch, ref = window.network.view.touch, NumberRef(OUTPUT_ID, 0)
    assert touch.open(ref)
    go_back(window, qtbot)
    assert touch.editor.isHidden()
    assert not touch.open(ref)
    assert "an earlier state" in window.status.words.sentence
    window.bridge.look_back(None)
    qtbot.waitUntil(lambda: shown(window).back is None)
    assert touch.open(ref)


def test_that_the_run_resumes_and_the_curves_end_there(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = trained(make_window, qtbot)
    go_back(window, qtbot)
    window.actions_by_key["resume_here"].trigger()
    qtbot.waitUntil(lambda: shown(window).back is None)
    assert shown(window).step == 1
    seen = window.keeper.seen
    assert seen is not None
    assert seen.history.epoch.max() < 1
    assert [text for _, text in seen.changes] == ["resumed"]
    window.bridge.step_epoch()
    qtbot.waitUntil(lambda: shown(window).epoch == 1)


def test_that_after_it_resumes_the_figures_are_those_of_that_state(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = trained(make_window, qtbot)
    figure = window.output_panel.figures.train_loss
    now = figure.text
    go_back(window, qtbot)
    qtbot.waitUntil(lambda: figure.text != now)
    then = figure.text
    window.actions_by_key["resume_here"].trigger()
    qtbot.waitUntil(lambda: shown(window).back is None)
    assert figure.text == then


def test_that_the_keys_go_from_state_to_state(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = trained(make_window, qtbot)
    window.actions_by_key["look_back"].trigger()
    qtbot.waitUntil(lambda: shown(window).back is not None)
    first = shown(window).step
    window.actions_by_key["look_back"].trigger()
    qtbot.waitUntil(lambda: shown(window).step < first)
    window.actions_by_key["look_forward"].trigger()
    qtbot.waitUntil(lambda: shown(window).step == first)
    QTest.keyClick(window.time.slider, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: shown(window).step == 0)


def test_that_an_edit_while_looking_back_goes_on_from_now(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = trained(make_window, qtbot)
    now = shown(window)
    go_back(window, qtbot)
    window.document.edit("Add a layer", edits.add_layer, 1)
    qtbot.waitUntil(lambda: shown(window).run_id != now.run_id)
    assert shown(window).epoch == 40
    np.testing.assert_array_equal(shown(window).weights[0], now.weights[0])


def test_that_what_changed_is_drawn_and_captioned(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = trained(make_window, qtbot)
    strip = window.time
    strip.changes.setCurrentIndex(strip.changes.findData(float("inf")))
    qtbot.waitUntil(lambda: shown(window).changes is not None)
    changes = shown(window).changes
    assert changes is not None
    assert changes.then.step == 0
    first = window.document.experiment.layers[0].id
    bundle = window.network.view.scene().bundles[("inputs", first)]
    np.testing.assert_array_equal(bundle.weights, changes.weights[0])
    assert np.abs(changes.weights[0]).max() > 0
    assert window.output_panel.outputs.currentWidget().title == "Change since epoch 0"
    assert "since epoch 0" in window.network._hint.text()
    strip.changes.setCurrentIndex(0)
    qtbot.waitUntil(lambda: shown(window).changes is None)
    assert not window.output_panel.outputs.currentWidget().title
    np.testing.assert_array_equal(bundle.weights, shown(window).weights[0])


def test_that_the_slider_names_epoch_and_loss(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = trained(make_window, qtbot)
    strip = window.time
    assert "train loss" in strip._words_at(0)
    assert strip._words_at(0).startswith("Epoch 0")
    assert strip._words_at(strip.slider.maximum()).startswith("now, epoch 40")


def test_that_a_saved_project_holds_the_present(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = trained(make_window, qtbot)
    step = shown(window).step
    go_back(window, qtbot)
    drafts: list[int] = []
    window.keeper.ask(lambda draft: drafts.append(draft.step))
    qtbot.waitUntil(lambda: bool(drafts))
    assert drafts == [step]
