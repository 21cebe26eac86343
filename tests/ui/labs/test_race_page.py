"""The race on two weights, driven as a person would."""

import numpy as np
import pytest
from lab_cases import MakePage, press
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.engine.optimizers import OPTIMIZERS
from playground.labs.race import Race
from playground.labs.races import PRESETS
from playground.labs.surfaces import SURFACES
from playground.ui.labs.descent.race_page import OWN_RACE, RacePage
from playground.ui.labs.descent.race_stage import thinned
from playground.ui.labs.descent.racers import MOST
from playground.ui.labs.descent.scene import Scene
from playground.ui.labs.geometry import in_leaps
from playground.ui.labs.things import Arrows, Curve
from playground.ui.theme.tokens import DARK, LIGHT, scaled


@pytest.fixture
def page(make_page: MakePage[RacePage]) -> RacePage:
    return make_page(RacePage)


def race_of(page: RacePage) -> Race:
    assert page.race is not None
    return page.race


def scene_of(page: RacePage) -> Scene:
    assert page.scene is not None
    return page.scene


def go(page: RacePage, qtbot: QtBot, steps: int) -> None:
    """Make so many steps, however many frames they take."""
    assert page.transport is not None
    wanted = race_of(page).step_count + steps
    page.transport.asked.emit(steps)
    qtbot.waitUntil(lambda: race_of(page).step_count >= wanted or race_of(page).is_over)


def assert_drawn(page: RacePage) -> None:
    """Assert that everything is drawn, and of numbers alone."""
    stage = page.stage_view
    assert np.isfinite(stage.map.range).all()
    assert np.isfinite(stage.losses.range).all()
    assert all(np.isfinite(route.places).all() for route in stage.relief.routes)
    assert not page.grab().isNull()


# Races --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_that_a_race_begins_says_what_to_see_and_runs(page: RacePage, qtbot: QtBot, preset: object) -> None:
    page.choose_preset(preset.key)
    assert page.words.text().startswith(preset.see)
    assert [racer.entrant for racer in page.racers.racers] == list(preset.entrants)
    go(page, qtbot, 40)
    assert len(page.stage_view.relief.routes) == len(preset.entrants)
    assert page.preset.key == preset.key
    assert_drawn(page)


def test_that_steps_go_back_one_by_one_and_to_the_start(page: RacePage, qtbot: QtBot) -> None:
    go(page, qtbot, 5)
    places = race_of(page).runners[0].places.copy()
    page.transport.back_asked.emit()
    assert race_of(page).step_count == 4
    go(page, qtbot, 1)
    assert np.array_equal(race_of(page).runners[0].places, places)
    page.transport.rewind_asked.emit()
    assert race_of(page).step_count == 0
    assert page.stage_view.losses.is_empty
    assert page.stage_view.terms.rows == ()


def test_that_a_click_or_the_arrow_keys_choose_the_start(page: RacePage, qtbot: QtBot) -> None:
    go(page, qtbot, 12)
    view = page.stage_view.map
    place = view.place_of(0.5, 2.0)
    press(view, QEvent.Type.MouseButtonPress, place)
    press(view, QEvent.Type.MouseButtonRelease, place, held=False)
    qtbot.waitUntil(lambda: race_of(page).step_count == 12)
    assert race_of(page).start == pytest.approx([0.5, 2.0], abs=0.03)
    assert page.preset.key == OWN_RACE.key
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert race_of(page).start[0] > 0.51
    assert race_of(page).start[1] == pytest.approx(2.0, abs=0.03)


def test_that_the_start_is_dragged_and_the_paths_follow(page: RacePage, qtbot: QtBot) -> None:
    go(page, qtbot, 10)
    view = page.stage_view.map
    begin = view.place_of(*view.handles[0].place)
    press(view, QEvent.Type.MouseButtonPress, begin)
    press(view, QEvent.Type.MouseMove, view.place_of(1.5, 0.0))
    qtbot.waitUntil(lambda: race_of(page).step_count == 10)
    curves = [thing for thing in view.things if isinstance(thing, Curve)]
    assert all(curve.x[0] == pytest.approx(1.5, abs=0.03) for curve in curves)
    press(view, QEvent.Type.MouseButtonRelease, view.place_of(1.5, 0.0), held=False)


# Racers -------------------------------------------------------------------------------------------------


def test_that_racers_are_added_changed_and_removed_and_keep_their_looks(page: RacePage, qtbot: QtBot) -> None:
    first, _, third, _ = page.racers.racers
    page.racers.list.setCurrentRow(1)
    page.racers.remove.click()
    assert page.racers.racers[0] == first
    assert page.racers.racers[1] == third
    page.racers.add.click()
    assert page.racers.racers[-1].lane == 1  # the lane that had become free
    while page.racers.add.isEnabled():
        page.racers.add.click()
    assert len(race_of(page).runners) == MOST
    assert len({racer.marker(LIGHT) for racer in page.racers.racers}) == MOST
    while page.racers.remove.isEnabled():
        page.racers.remove.click()
    assert len(race_of(page).runners) == 1
    go(page, qtbot, 3)
    assert_drawn(page)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda one: one.key)
def test_that_every_optimizer_races_with_its_parameters_and_terms(
    page: RacePage, qtbot: QtBot, optimizer: object
) -> None:
    page.choose_preset("plain")
    page.racers.optimizer.set_key(optimizer.key)
    page.racers.optimizer.chosen.emit(optimizer.key)
    qtbot.waitUntil(lambda: race_of(page).runners[0].entrant.optimizer == optimizer.key)
    known = {one.key for one in optimizer.parameters} - {"iterations"}
    assert set(page.racers.fields.fields) == known
    go(page, qtbot, 8)
    shown = {row.symbol for row in page.stage_view.terms.rows}
    assert {"g", "Δw"} <= shown
    assert page.racers.rate.isHidden() == optimizer.solves
    assert page.racers.corrected.isHidden() == (optimizer.key != "adam")
    assert page.stage_view.terms.notes
    assert_drawn(page)


def test_that_a_rate_is_changed_and_the_race_is_run_anew_as_far(page: RacePage, qtbot: QtBot) -> None:
    page.choose_preset("ravine")
    go(page, qtbot, 30)
    before = race_of(page).runners[0].places.copy()
    page.racers.rate.field.setText("0.01")
    page.racers.rate.field.committed.emit("0.01")
    qtbot.waitUntil(lambda: race_of(page).step_count == 30)
    assert race_of(page).runners[0].entrant.rate == 0.01
    assert not np.array_equal(race_of(page).runners[0].places, before)
    assert any("12 % of it" in note.text for note in page.stage_view.terms.notes)


def test_that_momentum_is_a_parameter_that_is_named(page: RacePage) -> None:
    page.choose_preset("overshoot")
    page.racers.fields.fields["beta"].chosen.emit(0.7)
    assert race_of(page).runners[0].entrant.hyper == {"beta": 0.7}
    assert "β 0.7" in page.racers.list.item(0).text()


def test_that_the_correction_of_adam_is_switched(page: RacePage, qtbot: QtBot) -> None:
    page.choose_preset("correction")
    go(page, qtbot, 2)
    assert {"m̂", "v̂"} <= {row.symbol for row in page.stage_view.terms.rows}
    page.racers.corrected.click()
    qtbot.waitUntil(lambda: race_of(page).step_count == 2)
    assert "m̂" not in {row.symbol for row in page.stage_view.terms.rows}
    first, second = race_of(page).runners
    assert np.array_equal(first.places, second.places)


def test_that_the_terms_that_are_drawn_lead_to_where_the_racer_is(page: RacePage, qtbot: QtBot) -> None:
    page.choose_preset("overshoot")
    go(page, qtbot, 6)
    arrows = [thing for thing in page.stage_view.map.things if isinstance(thing, Arrows)]
    now = race_of(page).runners[0].places[-1]
    _gradient, kept, push, step = arrows
    assert kept.end[0] == pytest.approx(push.start[0])
    assert push.end[0] == pytest.approx(now)
    assert step.end[0] == pytest.approx(now)


# Too fast, stuck ------------------------------------------------------------------------------------------


def test_that_a_racer_that_diverges_is_flagged_and_breaks_no_plot(page: RacePage, qtbot: QtBot) -> None:
    page.choose_preset("large")
    home = page.stage_view.map.range
    go(page, qtbot, 100)
    assert "diverged at step" in page.words.text()
    assert page.words.property("role") == "warning"
    assert "diverged" in page.racers.list.item(3).text()
    assert page.stage_view.map.range == pytest.approx(home)
    assert_drawn(page)
    page.racers.list.setCurrentRow(3)
    assert any(note.warning and "2 / λ = 1" in note.text for note in page.stage_view.terms.notes)


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.key)
def test_that_a_rate_of_a_thousand_million_does_no_harm(
    page: RacePage, qtbot: QtBot, surface: object
) -> None:
    page.ground.choose(surface.key)
    for row in range(len(page.racers.racers)):
        page.racers.list.setCurrentRow(row)
        page.racers.rate.field.committed.emit("1e9")
    page._set_start(0.37, 0.21)
    go(page, qtbot, 30)
    assert race_of(page).is_over
    assert not page.transport.is_playing
    assert "diverged at step 1" in page.words.text()
    assert_drawn(page)


def test_that_a_rate_that_is_none_is_refused_in_words(page: RacePage) -> None:
    before = race_of(page).runners[0].entrant.rate
    page.racers.rate.field.committed.emit("−1")
    assert "must be between" in page.words.text()
    assert race_of(page).runners[0].entrant.rate == before


def test_that_a_ridge_is_named_and_noise_leaves_it(page: RacePage, qtbot: QtBot) -> None:
    page.choose_preset("saddle")
    go(page, qtbot, 200)
    assert "a saddle" in page.words.text()
    page.conditions.noise.edited.emit(0.01, 0)
    qtbot.waitUntil(lambda: race_of(page).step_count == 200)
    assert "a saddle" not in page.words.text()
    assert (np.abs([runner.places[-1][1] for runner in race_of(page).runners]) > 0.5).all()
    first = race_of(page).runners[0].places.copy()
    page.conditions.seeds.button.click()
    qtbot.waitUntil(lambda: race_of(page).step_count == 200)
    assert not np.array_equal(race_of(page).runners[0].places, first)


def test_that_a_schedule_is_chosen_with_its_parameters(page: RacePage, qtbot: QtBot) -> None:
    page.conditions.schedule.set_key("exponential")
    page.conditions.schedule.chosen.emit("exponential")
    assert not page.conditions.planned.isHidden()
    page.conditions.fields.fields["decay"].chosen.emit(0.5)
    go(page, qtbot, 3)
    rates = race_of(page).runners[0].rates
    assert rates[2] == pytest.approx(rates[0] / 4)


# Looks ----------------------------------------------------------------------------------------------------


def test_that_the_surface_is_turned_by_pointer_keys_and_wheel(page: RacePage) -> None:
    relief = page.stage_view.relief
    eye = relief.eye
    QTest.keyClick(relief, Qt.Key.Key_Left)
    assert relief.eye.turn != eye.turn
    QTest.keyClick(relief, Qt.Key.Key_0)
    assert relief.eye == eye
    middle = relief.rect().center()
    QTest.mousePress(relief, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    QTest.mouseMove(relief, middle + QPoint(40, 10))
    QTest.mouseRelease(relief, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    place = QPointF(middle)
    none = Qt.MouseButton.NoButton
    wheel = QWheelEvent(
        place,
        place,
        QPoint(),
        QPoint(0, 120),
        none,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(relief, wheel)
    assert relief.eye.zoom > eye.zoom
    assert not relief.grab().isNull()


def test_that_every_theme_is_drawn_while_it_runs(page: RacePage, qtbot: QtBot) -> None:
    go(page, qtbot, 10)
    for theme in (DARK, scaled(DARK, True), LIGHT):
        page.apply_theme(theme)
        assert_drawn(page)
    assert race_of(page).step_count == 10


def test_that_it_plays_and_pauses_and_draws_on_the_way(page: RacePage, qtbot: QtBot) -> None:
    page.transport.speed.set_key("300")
    page.transport.set_playing(True)
    qtbot.waitUntil(lambda: race_of(page).step_count > 60)
    page.transport.set_playing(False)
    assert str(race_of(page).step_count) in page.words.text()
    assert_drawn(page)


def test_that_a_long_path_that_leaps_keeps_both_of_its_sides() -> None:
    path = np.where(np.arange(9001) % 2, 1.0, -1.0)
    few = thinned(path)
    assert len(few) < 1500
    assert set(few[:40]) == {1.0, -1.0}
    assert few[-1] == path[-1]


def test_that_the_range_of_the_losses_grows_in_leaps(page: RacePage, qtbot: QtBot) -> None:
    go(page, qtbot, 61)
    first = page.stage_view.losses.range
    go(page, qtbot, 3)
    assert page.stage_view.losses.range == first
    assert first[1] == 70.0
    go(page, qtbot, 30)
    assert page.stage_view.losses.range[1] == 100.0


@pytest.mark.parametrize("ends", [(0.0, 61.0), (-3.2, 1.1), (2.0, 2.0), (0.0, 1e9), (1e-9, 2e-9)])
def test_that_a_range_in_leaps_holds_what_is_needed(ends: tuple[float, float]) -> None:
    low, high = in_leaps(*ends)
    assert low <= ends[0] <= ends[1] <= high
    assert ends[0] == ends[1] or high - low <= 2.1 * (ends[1] - ends[0])
