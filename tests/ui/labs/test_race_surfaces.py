"""What the race runs on, driven as a person would: surfaces, formulas, the network's loss, a plane."""

import numpy as np
import pytest
from lab_cases import MakePage, press
from PySide6.QtCore import QEvent
from pytestqt.qtbot import QtBot
from test_race_page import assert_drawn, go, race_of, scene_of
from window_cases import MakeWindow

from playground.ui.labs.descent.race_page import OWN_RACE, RacePage
from playground.ui.labs.descent.scene import NETWORK, OWN
from playground.ui.labs.things import Marks


@pytest.fixture
def page(make_page: MakePage[RacePage]) -> RacePage:
    return make_page(RacePage)


def test_that_rates_go_with_the_surface(page: RacePage) -> None:
    page.choose_preset("ravine")
    page.ground.choose("rosenbrock")
    race = race_of(page)
    assert race.runners[0].entrant.rate == pytest.approx(0.0776 * 0.001 / 0.06, rel=0.05)
    assert np.array_equal(race.start, [-1.2, 1.0])
    assert page.preset.key == OWN_RACE.key


def test_that_a_formula_of_ones_own_is_raced_on(page: RacePage, qtbot: QtBot) -> None:
    page.ground.choose(OWN)
    assert "differences agree" in page.words.text()
    page.ground.formula.setText("x^4 + y^2 - x")
    page.ground.formula.returnPressed.emit()
    assert scene_of(page).ground.formula == "x^4 + y^2 - x"
    go(page, qtbot, 60)
    runner = race_of(page).runners[0]
    assert runner.values[-1] < runner.values[0]
    assert_drawn(page)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x^2 +", "character 6"),
        ("x^2 + z", "no column"),
        ("x < y", "true or false"),
        ("log(-1 - x^2)", "no finite value"),
        ("", "no formula"),
    ],
)
def test_that_a_formula_that_is_none_is_refused_and_the_race_stays(
    page: RacePage, text: str, said: str
) -> None:
    page.ground.choose(OWN)
    before = scene_of(page)
    page.ground.formula.setText(text)
    page.ground.formula.returnPressed.emit()
    assert said in page.words.text()
    assert page.words.property("role") == "warning"
    assert scene_of(page) is before


def test_that_a_start_where_there_is_no_height_is_refused(page: RacePage) -> None:
    page.ground.choose(OWN)
    page.ground.formula.setText("log(x) + y^2")
    page.ground.formula.returnPressed.emit()
    assert "no value on" in page.words.text()
    before = race_of(page).start
    page._set_start(-1.0, 0.0)
    assert "click somewhere else" in page.words.text()
    assert np.array_equal(race_of(page).start, before)
    assert_drawn(page)


def test_that_a_place_from_which_it_falls_on_every_side_is_no_saddle(page: RacePage, qtbot: QtBot) -> None:
    page.ground.choose(OWN)
    page.ground.formula.setText("-(x^2 + y^2)")
    page.ground.formula.returnPressed.emit()
    page._set_start(0.0, 0.0)
    go(page, qtbot, 5)
    assert "on every side" in page.words.text()
    assert "a hilltop" in page.words.text()


def test_that_balls_are_dropped_and_counted(page: RacePage) -> None:
    page.ground.choose("himmelblau")
    page.balls.click()
    assert page.words.text().startswith("Of 200 balls")
    balls = [one for one in page.stage_view.map.things if isinstance(one, Marks) and one.name == "ball"]
    assert sum(len(one.xy) for one in balls) == 200
    assert len(balls) == 4
    assert page.words.text().endswith("where a descent begins decides where it ends.")
    page.ground.choose("bowl")
    page.balls.click()
    assert page.words.text().endswith("200 in (0, 0): there is one minimum, wherever a descent begins.")


def test_that_balls_that_have_not_arrived_are_not_said_to_have_ended(page: RacePage) -> None:
    page.ground.choose("rosenbrock")
    page.balls.click()
    assert " in (1, 1); 1" in page.words.text()
    assert "still roll after 400 steps" in page.words.text()


def test_that_the_open_networks_loss_is_raced_on(make_window: MakeWindow, qtbot: QtBot) -> None:
    page = make_window().labs.open("descent", "race").page
    assert isinstance(page, RacePage)
    before = page.scene
    page.ground.choose(NETWORK)
    qtbot.waitUntil(lambda: page.scene is not before and page.transport.play.isEnabled(), timeout=20_000)
    assert "The real loss of" in page.words.text()
    assert page.balls.isHidden()
    scene = scene_of(page)
    assert float(scene.ground.value(np.zeros(2))) == pytest.approx(scene.values[30, 30], rel=1e-4)
    go(page, qtbot, 20)
    runner = race_of(page).runners[0]
    assert runner.values[-1] < runner.values[0]
    page.ground.plane.set_key("weights")
    page.ground.plane.chosen.emit("weights")
    qtbot.waitUntil(lambda: page.scene is not scene and not page.ground.is_busy, timeout=20_000)
    assert page.scene.names[0] != page.scene.names[1]
    page.ground.second.set_key(page.ground.first.key)
    page.ground.second.chosen.emit(page.ground.first.key)
    qtbot.waitUntil(lambda: "two different weights" in page.words.text(), timeout=20_000)
    assert_drawn(page)


def test_that_without_a_network_it_is_said_what_to_do(page: RacePage) -> None:
    before = scene_of(page)
    page.ground.choose(NETWORK)
    assert "build one in the window behind" in page.words.text()
    assert scene_of(page) is before


def test_that_the_tangent_plane_is_compared_where_the_person_drags(page: RacePage) -> None:
    page.choose_preset("large")  # x² + y²: what the plane misses is exactly |x′ − x|²
    page.tangent.click()
    view = page.stage_view.map
    assert [handle.key for handle in view.handles] == ["start", "other"]
    begin, end = view.place_of(*view.handles[1].place), view.place_of(-1.4, 1.6)
    for kind, place in ((QEvent.Type.MouseButtonPress, begin), (QEvent.Type.MouseMove, end)):
        press(view, kind, place)
    press(view, QEvent.Type.MouseButtonRelease, end, held=False)
    assert view.handles[1].place == pytest.approx((-1.4, 1.6), abs=0.04)
    assert np.array_equal(race_of(page).start, [-2.4, 1.6])
    *_, last = page.stage_view.terms.notes
    assert "1 |x′ − x|²" in last.text
    assert len(page.stage_view.relief.routes) == len(page.racers.racers) + 1
    page._set_start(0.5, 0.5)
    assert view.handles[1].place == pytest.approx((0.5 + 0.72, 0.5 + 0.36))
    page.tangent.click()
    assert len(view.handles) == 1
    assert_drawn(page)
