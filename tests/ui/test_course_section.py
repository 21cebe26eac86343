"""Schedule, clipping, stopping and slopes in the window: edited, undone, followed, and never cut."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.engine.activations import ACTIVATIONS
from playground.engine.clipping import CLIPPINGS
from playground.engine.schedules import SCHEDULES
from playground.experiment import edits, files
from playground.experiment.model import Stopping
from playground.settings import Settings
from playground.ui.main_window import MainWindow
from playground.ui.panels.activation_plot import curves
from playground.ui.panels.details import TrainingDetails
from playground.ui.panels.stop_section import RULES


def opened(window: MainWindow) -> TrainingDetails:
    window.top_bar.more.click()
    return window.top_bar.details


def tips(combo: QWidget) -> list[str]:
    count, data = getattr(combo, "count")(), getattr(combo, "itemData")  # noqa: B009 - any kind of combo box
    return [data(index, Qt.ItemDataRole.ToolTipRole) for index in range(count)]


def test_that_schedules_and_clippings_are_explained_by_their_tables(make_window: MakeWindow) -> None:
    details = opened(make_window(files.example("circle")))
    assert tips(details.rate.schedule.combo) == [schedule.help for schedule in SCHEDULES]
    assert tips(details.clipping.combo) == [clipping.help for clipping in CLIPPINGS]
    details.close()


def test_that_a_schedule_is_chosen_set_and_undone(make_window: MakeWindow) -> None:
    window = make_window(files.example("circle"))
    details, document = opened(window), window.document
    details.rate.schedule.chosen.emit("cosine")
    details.rate.fields.fields["floor"].chosen.emit(0.5)
    details.rate.epochs.chosen.emit(1000.0)
    training = document.experiment.training
    assert (training.schedule, training.schedule_parameters) == ("cosine", {"floor": 0.5})
    assert document.experiment.epochs == 1000
    document.undo_stack.setIndex(0)
    assert details.rate.schedule.key == "constant"
    assert not details.rate.fields.fields
    assert document.experiment == files.example("circle")
    details.close()


def test_that_the_curve_of_the_rate_is_that_of_the_schedule(make_window: MakeWindow) -> None:
    experiment = edits.set_epochs(files.example("circle"), 100)
    window = make_window(edits.set_training(experiment, learning_rate=0.5))
    curve = window.top_bar.details.rate.curve
    assert set(curve.rates) == {0.5}
    window.document.edit("Use it", edits.set_training, schedule="cosine", schedule_parameters={"floor": 0.0})
    assert curve.rates[[0, 300, 600]] == pytest.approx([0.5, 0.25, 0.0])
    assert "100 epochs" in curve.toolTip()


def test_that_clipping_shows_its_limit_when_there_is_one(make_window: MakeWindow) -> None:
    window = make_window(files.example("circle"))
    details = opened(window)
    assert not details.clip_limit.isVisible()
    details.clipping.chosen.emit("norm")
    assert details.clip_limit.isVisible()
    details.clip_limit.chosen.emit(0.25)
    training = window.document.experiment.training
    assert (training.clipping, training.clip_limit) == ("norm", 0.25)
    window.document.undo_stack.setIndex(0)
    assert not details.clip_limit.isVisible()
    details.close()


@pytest.mark.parametrize("rule", [rule.field for rule in RULES])
def test_that_every_rule_is_switched_by_the_keyboard_and_undone(make_window: MakeWindow, rule: str) -> None:
    window = make_window(files.example("circle"))
    details, document = opened(window), window.document
    switch, field = details.stop.switches[rule], details.stop.amounts.get(rule)
    assert field is None or not field.isEnabled()
    QTest.keyClick(switch, Qt.Key.Key_Space)
    assert getattr(document.experiment.training.stopping, rule) == (True if field is None else field.value)
    assert field is None or field.isEnabled()
    document.undo_stack.undo()
    assert document.experiment.training.stopping == Stopping()
    assert not switch.isChecked()
    details.close()


def test_that_a_rule_keeps_its_number_while_it_is_off(make_window: MakeWindow) -> None:
    window = make_window(files.example("circle"))
    stop, document = opened(window).stop, window.document
    stop.switches["patience"].click()
    stop.amounts["patience"].chosen.emit(7.0)
    stop.switches["patience"].click()
    assert document.experiment.training.stopping.patience is None
    stop.switches["patience"].click()
    assert document.experiment.training.stopping.patience == 7
    window.top_bar.details.close()


def test_that_the_rules_on_screen_are_those_of_the_document() -> None:
    named = {amount.field for rule in RULES for amount in rule.amounts} | {rule.field for rule in RULES}
    assert named == set(Stopping.model_fields)


def test_that_the_window_says_why_a_run_has_stopped_and_plays_on(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(edits.set_epochs(files.example("circle"), 25))
    window.document.edit("Stop", edits.set_training, stopping=Stopping(at_end=True))
    window.bridge.set_playing(True)
    qtbot.waitUntil(lambda: bool(shown(window).stopped) and not window.bridge.playing, timeout=20_000)
    assert shown(window).epoch == 25
    assert window.status.words.sentence == shown(window).stopped
    window.bridge.play_until(30)
    qtbot.waitUntil(lambda: shown(window).epoch >= 30 and not window.bridge.playing, timeout=20_000)
    assert not shown(window).stopped


def test_that_another_rule_leaves_no_mark_on_the_curves(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("circle"))
    window.bridge.play_until(5)
    qtbot.waitUntil(lambda: shown(window).epoch >= 5 and not window.bridge.playing, timeout=20_000)
    marks: list[str] = []
    window.bridge.setting_changed.connect(lambda _epoch, words: marks.append(words))
    window.document.edit("Stop", edits.set_training, stopping=Stopping(patience=5))
    window.document.edit("Use it", edits.set_training, schedule="cosine")
    assert marks == ["schedule cosine"]


@pytest.mark.parametrize("projector", [False, True])
def test_that_nothing_of_the_details_is_cut_in_a_small_window(
    make_window: MakeWindow, qtbot: QtBot, projector: bool
) -> None:
    experiment = edits.set_optimizer(files.example("circle"), "adamw")
    experiment = edits.set_training(experiment, schedule="one_cycle", clipping="norm")
    window = make_window(experiment, Settings(motion=False, projector=projector))
    window.resize(900, 600)
    details = opened(window)
    frame = window.rect().translated(window.mapToGlobal(QPoint(0, 0)))
    area = details.area
    bars = (area.verticalScrollBar(), area.horizontalScrollBar())
    qtbot.waitUntil(lambda: projector or not any(bar.isVisible() for bar in bars))
    assert frame.contains(details.geometry())
    for length, place, bar in zip(
        (area.widget().height(), area.widget().width()),
        (area.viewport().height(), area.viewport().width()),
        bars,
        strict=True,
    ):
        assert length <= place or bar.maximum() > 0
    details.close()


@pytest.mark.parametrize("key", [record.key for record in ACTIVATIONS])
def test_that_the_slope_drawn_is_the_slope_of_what_is_drawn(key: str) -> None:
    value, slope = curves(key)
    z = np.linspace(-3.0, 3.0, len(value))
    if key == "step":
        assert not slope.any()
        return
    measured = np.gradient(value, z)
    smooth = np.abs(np.gradient(slope, z)) < 5.0  # not at the corners
    np.testing.assert_allclose(slope[smooth][1:-1], measured[smooth][1:-1], atol=0.02)


def test_that_the_inspector_draws_the_activation_that_is_chosen(make_window: MakeWindow) -> None:
    window = make_window(files.example("circle"))
    window.selection.select(window.document.experiment.layers[0].id)
    plot = window.inspector.activation_plot
    for key in ("relu", "gelu"):
        window.document.edit("Use it", edits.set_activation, window.selection.layer, key)
        expected = next(record for record in ACTIVATIONS if record.key == key)
        assert expected.formula in plot.toolTip()
        assert plot.isVisible()
        first = plot.grab().toImage()
        window.document.edit("Use tanh", edits.set_activation, window.selection.layer, "tanh")
        assert plot.grab().toImage() != first


def test_that_lbfgs_takes_the_rate_out_of_use(make_window: MakeWindow) -> None:
    window = make_window(files.example("circle"))
    assert window.top_bar.rate.isEnabled()
    window.document.edit("Use L-BFGS", edits.set_optimizer, "lbfgs")
    assert not window.top_bar.rate.isEnabled()
    assert "finds its own steps" in window.top_bar.details.rate.curve.toolTip()
