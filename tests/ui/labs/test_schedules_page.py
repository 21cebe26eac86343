"""The page of schedules, driven as a person would."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from playground.engine.schedules import SCHEDULES
from playground.labs.scheduled import CHOICES, RESTARTS
from playground.ui.labs.context import LabContext
from playground.ui.labs.descent.schedule_controls import values_of
from playground.ui.labs.descent.schedules_page import SchedulesPage
from playground.ui.labs.things import Curve, Marks
from playground.ui.theme.tokens import DARK


@pytest.fixture
def page(qtbot: QtBot, context: LabContext) -> Iterator[SchedulesPage]:
    made = SchedulesPage(context)
    made.resize(1160, 760)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    qtbot.waitUntil(lambda: bool(made.runs))
    yield made
    made.end()


def settled(page: SchedulesPage, qtbot: QtBot) -> None:
    """Wait until the runs that were asked for are shown."""
    qtbot.waitUntil(lambda: not page._worker.is_busy)


def snapshots_drawn(page: SchedulesPage) -> int:
    return sum(len(one.xy) for one in page.ways.things if isinstance(one, Marks) and one.name == "a snapshot")


def test_that_it_begins_with_one_minimum_against_several(page: SchedulesPage) -> None:
    words = page.words.text()
    assert words.startswith("Constant visits 1 minimum (the global one). Warm restarts visits 2 minima")
    assert "5 snapshots" in words
    assert snapshots_drawn(page) == 5
    names = [one.name for one in page.rates.things if isinstance(one, Curve) and one.name]
    assert names == ["Constant", "Warm restarts"]


def test_that_it_is_gone_through_step_by_step_and_back(page: SchedulesPage) -> None:
    QTest.keyClick(page, Qt.Key.Key_R)
    assert page.at == 0
    assert snapshots_drawn(page) == 0
    for _ in range(33):
        QTest.keyClick(page, Qt.Key.Key_S)
    assert page.at == 33
    assert snapshots_drawn(page) == 1
    assert page.words.text().startswith("After 33 steps: Constant w =")
    QTest.keyClick(page, Qt.Key.Key_B)
    assert page.at == 32
    QTest.keyClick(page, Qt.Key.Key_R)
    QTest.keyClick(page, Qt.Key.Key_B)
    assert page.at == 0


def test_that_play_runs_to_the_end_and_begins_anew_from_there(page: SchedulesPage, qtbot: QtBot) -> None:
    page.steps.speed.set_key("2000")
    page.steps.set_playing(True)
    qtbot.waitUntil(lambda: not page.steps.is_playing)
    assert page.at == 160
    page.steps.asked.emit(1)
    assert page.at == 160
    page.rates.clicked.emit(40.2, 0.1)
    assert page.at == 40


def test_that_schedules_are_switched_on_and_off_but_one_stays(page: SchedulesPage, qtbot: QtBot) -> None:
    for schedule in SCHEDULES:
        if schedule.key not in page.controls.chips.keys():  # noqa: SIM118
            page.controls.chips.chip(schedule.key).click()
    settled(page, qtbot)
    assert len(page.runs) == len(SCHEDULES)
    for schedule in SCHEDULES:
        page.controls.chips.chip(schedule.key).click()
    settled(page, qtbot)
    assert [run.choice.key for run in page.runs] == [SCHEDULES[-1].key]
    assert "One schedule at least" in page.controls.refusal.text()


def test_that_a_parameter_of_a_schedule_is_set_and_kept(page: SchedulesPage, qtbot: QtBot) -> None:
    cycle = page.controls._sliders[0]
    cycle.field.committed.emit("80")
    settled(page, qtbot)
    assert page.runs[1].snapshots == (80, 160)
    page.controls.chips.chip("step").click()
    assert page.controls.adjusted.key == "step"
    assert [slider.value for slider in page.controls._sliders] == [0.5, 40.0]
    assert page.controls.formula.text.startswith("α(t) = α")
    page.controls.adjusted.set_key(RESTARTS)
    page.controls.adjusted.chosen.emit(RESTARTS)
    assert page.controls._sliders[0].value == 80
    page.controls._sliders[0].field.committed.emit("0")
    assert "must be between" in page.controls.refusal.text()


def test_that_a_start_is_dragged_and_kept_within_the_picture(page: SchedulesPage, qtbot: QtBot) -> None:
    page.hills.moved.emit("start", -2.0, 0.0)
    settled(page, qtbot)
    assert page.runs[0].weights[0] == -2.0
    page.hills.clicked.emit(-99.0, 0.0)
    settled(page, qtbot)
    assert page.runs[0].weights[0] == -6.0


def test_that_noise_is_added_by_seed(page: SchedulesPage, qtbot: QtBot) -> None:
    assert not page.controls.seeds.isVisible()
    page.controls.noise.field.committed.emit("1")
    settled(page, qtbot)
    assert page.controls.seeds.isVisible()
    first = page.runs[0].weights
    page.controls.seeds.button.click()
    settled(page, qtbot)
    assert not np.array_equal(page.runs[0].weights, first)
    page.controls.seeds.field.committed.emit("0")
    settled(page, qtbot)
    np.testing.assert_array_equal(page.runs[0].weights, first)
    page.controls.seeds.field.committed.emit("-1")
    assert "seed" in page.controls.refusal.text()


def test_that_a_rate_of_a_billion_is_flagged_and_breaks_nothing(page: SchedulesPage, qtbot: QtBot) -> None:
    page.controls.peak.field.committed.emit("1e9")
    settled(page, qtbot)
    assert "diverged" in page.words.text()
    assert page.words.property("role") == "warning"
    for plot in (page.rates, page.ways, page.hills):
        assert np.isfinite(plot.range).all()
        assert not plot.grab().isNull()


def test_that_another_loss_begins_at_its_own_start(page: SchedulesPage, qtbot: QtBot) -> None:
    page.controls.loss.set_key("wells")
    page.controls.loss.chosen.emit("wells")
    settled(page, qtbot)
    assert page.runs[0].weights[0] == 4.0
    assert page.hills.range[:2] == pytest.approx((-4.5, 4.5))
    page.apply_theme(DARK)
    assert any(isinstance(one, Marks) for one in page.hills.things)


def test_that_the_sliders_of_parameters_reach_their_defaults_and_keep_their_ranges() -> None:
    hyper = {choice.key: choice.hyper for choice in CHOICES}
    for schedule in SCHEDULES:
        for parameter, value in zip(schedule.parameters, hyper[schedule.key], strict=True):
            values = values_of(parameter)
            assert values == sorted(set(values))
            assert values[0] >= parameter.minimum
            assert values[-1] <= parameter.maximum
            assert values[0] <= value <= values[-1]


def test_that_a_narrow_window_keeps_the_ways(page: SchedulesPage) -> None:
    page.resize(600, 500)
    assert page.ways.isVisible()
    assert not page.hills.isVisible()
