"""The pages on noise: the saddle, the double well, and the network that no step changes any more."""

import numpy as np
import pytest
from lab_cases import MakePage
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from playground.labs.escape import ROWS, WELL_STEPS
from playground.ui.labs.lab_plot import LabPlot
from playground.ui.labs.noise import well_page
from playground.ui.labs.noise.crowd_page import CrowdPage
from playground.ui.labs.noise.no_update_page import MOST_POINTS, NoUpdatePage
from playground.ui.labs.noise.saddle_page import SaddlePage
from playground.ui.labs.noise.well_page import SWEPT, Swept, WellPage, measure
from playground.ui.labs.page import LabPage
from playground.ui.labs.things import Curve, Marks, Room, Upright
from playground.ui.theme.tokens import DARK, LIGHT, Theme


@pytest.fixture
def saddle(make_page: MakePage[LabPage]) -> SaddlePage:
    page = make_page(SaddlePage)
    assert isinstance(page, SaddlePage)
    return page


@pytest.fixture
def well(make_page: MakePage[LabPage]) -> WellPage:
    page = make_page(WellPage)
    assert isinstance(page, WellPage)
    return page


@pytest.fixture
def network(make_page: MakePage[LabPage]) -> NoUpdatePage:
    page = make_page(NoUpdatePage)
    assert isinstance(page, NoUpdatePage)
    return page


def steps(page: LabPage, count: int) -> None:
    assert page.transport is not None
    page.transport.asked.emit(count)


def back(page: LabPage) -> None:
    assert page.transport is not None
    page.transport.back_asked.emit()


def rewind(page: LabPage) -> None:
    assert page.transport is not None
    page.transport.rewind_asked.emit()


def batches(page: CrowdPage, size: int) -> None:
    page.kind.chips["batches"].click()
    page.batch.set_value(size)
    page.batch.edited.emit(size, 0)


# The saddle -------------------------------------------------------------------------------------------------


def test_that_runs_with_noise_leave_the_saddle_and_those_without_never_do(saddle: SaddlePage) -> None:
    assert "slope in y is exactly 0" in saddle.words.text()
    steps(saddle, 200)
    without, with_noise = saddle.bars
    assert without.text == "Without noise: 0 of 100 escaped"
    assert with_noise.text == "Noise σ = 0.001: 100 of 100 escaped"
    assert (without.bar.value(), with_noise.bar.value()) == (0, 1000)
    half = int(np.median(saddle.crowd.arrivals[1]))
    assert f"half of them within {half} steps" in saddle.words.text()
    assert 50 <= half <= 65


def test_that_the_two_sides_differ_in_the_noise_alone(saddle: SaddlePage) -> None:
    steps(saddle, 5)
    first, second = (
        next(thing for thing in field.things if isinstance(thing, Marks) and thing.name == "still on the way")
        for field in saddle.fields
    )
    assert len(first.xy) == len(second.xy) == 100
    assert len(np.unique(first.xy, axis=0)) == 1
    assert len(np.unique(second.xy, axis=0)) == 100
    np.testing.assert_allclose(first.xy, second.xy, atol=0.01)


def test_that_steps_go_back_and_on_to_the_same_places(saddle: SaddlePage) -> None:
    steps(saddle, 30)
    there = saddle.crowd.path[30]
    back(saddle)
    assert saddle.at == 29
    marks = [thing for thing in saddle.fields[1].things if isinstance(thing, Marks)]
    assert np.array_equal(marks[-2].xy, saddle.crowd.path[29][1])
    steps(saddle, 1)
    assert np.array_equal(saddle.crowd.path[saddle.at], there)
    rewind(saddle)
    assert saddle.at == 0
    back(saddle)
    assert saddle.at == 0
    assert "Press Play" in saddle.words.text()


def test_that_keys_step_and_rewind(saddle: SaddlePage) -> None:
    for key, at in ((Qt.Key.Key_S, 1), (Qt.Key.Key_S, 2), (Qt.Key.Key_B, 1), (Qt.Key.Key_R, 0)):
        QTest.keyClick(saddle, key)
        assert saddle.at == at


def test_that_a_plays_end_is_its_last_step(saddle: SaddlePage) -> None:
    saddle.steps.set_playing(True)
    steps(saddle, saddle.most + 500)
    assert saddle.at == saddle.crowd.step == saddle.most
    assert not saddle.steps.is_playing


def test_that_no_noise_and_a_batch_of_all_rows_say_that_both_sides_are_one(saddle: SaddlePage) -> None:
    saddle.sigma.set_value(0.0)
    saddle.sigma.edited.emit(0.0, 0)
    steps(saddle, 100)
    assert "both sides are the same" in saddle.words.text()
    assert saddle.bars[1].text.endswith("0 of 100 escaped")
    saddle.sigma.set_value(0.1)
    batches(saddle, ROWS)
    steps(saddle, 100)
    assert "Take a smaller batch" in saddle.words.text()


def test_that_mini_batches_say_how_much_noise_they_are_and_escape(saddle: SaddlePage) -> None:
    assert saddle.batch.isHidden()
    batches(saddle, 8)
    assert not saddle.batch.isHidden()
    assert "0.333 σ = 0.000333" in saddle.felt.text()
    steps(saddle, 200)
    assert saddle.bars[1].text == "Batches of 8, σ = 0.001: 100 of 100 escaped"


@pytest.mark.parametrize(("key", "rate", "most"), [("momentum", 0.01, 80), ("adam", 0.05, 25)])
def test_that_another_optimizer_begins_with_its_usual_rate(
    saddle: SaddlePage, key: str, rate: float, most: int
) -> None:
    saddle.optimizer.set_key(key)
    saddle.optimizer.chosen.emit(key)
    assert saddle.rate.value == rate
    steps(saddle, 300)
    assert saddle.crowd.shares[-1].tolist() == [0.0, 1.0]
    assert saddle.crowd.median_arrival(1) < most


@pytest.mark.parametrize("kind", [SaddlePage, WellPage])
@pytest.mark.parametrize("rate", [1e9, 2.0])
def test_that_a_monstrous_rate_is_flagged_and_leaves_the_plots(
    make_page: MakePage[LabPage], kind: type[CrowdPage], rate: float
) -> None:
    page = make_page(kind)
    assert isinstance(page, CrowdPage)
    page.rate.set_value(rate)
    page.rate.chosen.emit(rate)
    steps(page, 50)
    assert page.words.property("role") == "warning"
    assert "smaller learning rate" in page.words.text()
    for plot in page.findChildren(LabPlot):
        assert np.isfinite(plot.range).all()


def test_that_a_seed_repeats_its_noise(saddle: SaddlePage) -> None:
    steps(saddle, 10)
    first = saddle.crowd.points.copy()
    saddle.seed.button.click()
    steps(saddle, 10)
    assert not np.array_equal(saddle.crowd.points, first)
    saddle.seed.chosen.emit(0)
    steps(saddle, 10)
    assert np.array_equal(saddle.crowd.points, first)
    saddle.seed.field.committed.emit("-1")
    assert "0 or more" in saddle.words.text()


# The double well --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "low", "high", "words"),
    [
        ("1", 0, 0, "too little noise"),
        ("5", 180, 200, "enough noise to cross"),
        ("12", 130, 180, "too much noise"),
    ],
)
def test_that_the_presets_are_too_little_right_and_too_much(
    well: WellPage, preset: str, low: int, high: int, words: str
) -> None:
    well.presets[preset].click()
    steps(well, WELL_STEPS)
    count = round(200 * float(well.crowd.shares[-1][0]))
    assert low <= count <= high
    assert well.bar.text == f"In the global minimum: {count} of 200"
    assert words in well.words.text()


def test_that_every_ball_lies_on_the_hill_and_in_the_histogram(well: WellPage) -> None:
    steps(well, 100)
    balls = np.concatenate([thing.xy for thing in well.hill.things if isinstance(thing, Marks)])
    assert len(balls) == 200
    heights = well.ground.value(balls[:, :1])
    assert ((balls[:, 1] >= heights) & (balls[:, 1] <= heights + 1.0)).all()
    rooms = [thing for thing in well.histogram.things if isinstance(thing, Room)]
    assert rooms[1].high.sum() == 2 * 200  # every bin has two corners


def test_that_the_share_is_measured_over_the_noise(well: WellPage, qtbot: QtBot) -> None:
    assert "Press “Measure”" in well.curve.empty_text
    well.runs.set_value(20)
    well.runs.edited.emit(20, 0)
    well.measuring.button.click()
    assert well.measuring.button.text() == "Stop"
    qtbot.waitUntil(lambda: well.swept is not None, timeout=30_000)
    assert well.swept is not None
    assert well.swept.over.tolist() == SWEPT
    assert well.swept.shares[0] == 0.0
    assert well.swept.shares.max() > 0.7
    assert "Best measured" in well.words.text()
    upright = next(thing for thing in well.curve.things if isinstance(thing, Upright))
    assert upright.x == well.sigma.value
    well.sigma.set_value(12.0)
    well.sigma.edited.emit(12.0, 0)
    assert well.swept is not None, "another size of noise is a point of the same curve"
    well.seed.button.click()
    assert well.swept is None
    assert well.curve.is_empty


def test_that_the_measured_curve_is_left_alone_while_the_runs_move(well: WellPage) -> None:
    well.swept = Swept(np.array([0.0, 20.0]), np.array([0.0, 0.5]), 200, "gaussian")
    steps(well, 1)
    things = well.curve.things
    assert things
    steps(well, 1)
    assert well.curve.things is things
    well.apply_theme(DARK)
    assert well.curve.things is not things


def test_that_measuring_is_stopped_by_its_button_and_by_a_change(well: WellPage) -> None:
    for stop in (well.measuring.button.click, well.seed.button.click):
        well.measuring.button.click()
        assert well._worker.is_busy
        stop()
        assert not well._worker.is_busy
        assert well.measuring.button.text() == "Measure"
        assert well.swept is None


def test_that_with_mini_batches_it_is_measured_over_their_size(
    well: WellPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(well_page, "WELL_STEPS", 500)
    told: list[float] = []
    swept = measure(well.descent, "batches", 12.0, 10, 0, told.append, lambda: False)
    assert isinstance(swept, Swept)
    assert swept.over[-1] == ROWS
    assert swept.shares[:3].min() > 0.3
    assert swept.shares[4:].max() == 0.0
    assert told[-1] == 1.0
    assert measure(well.descent, "batches", 12.0, 10, 0, told.append, lambda: True) is None
    batches(well, 8)
    well.swept = swept
    well._draw()
    assert well.curve._log == (True, False)
    assert well.curve._names[0] == "batch size B"


# No update --------------------------------------------------------------------------------------------------


def test_that_random_labels_are_learnt_until_a_step_moves_nothing(network: NoUpdatePage) -> None:
    assert "257 parameters for 20 rows" in network.gauge.text()
    network.steps.set_playing(True)
    for _ in range(20):
        if network.steps.is_playing:
            steps(network, 100)
    assert not network.steps.is_playing, "it pauses when nothing moves any more"
    assert [metric.text for metric in network.metrics.values()] == ["0", "0", "0", "100 %"]
    assert "changed nothing" in network.words.text()
    assert network.moves.empty_text == "Nothing moved: all 257 parameters are as before."
    before = network.learner.network.get_parameters()
    network.rate.set_value(0.3)
    network.rate.chosen.emit(0.3)
    steps(network, 1)
    assert np.array_equal(network.learner.network.get_parameters(), before)


def test_that_the_squared_error_is_solved_and_taken_back(network: NoUpdatePage) -> None:
    assert network.solve_button.isHidden()
    network.loss.set_key("mse")
    network.loss.chosen.emit("mse")
    assert not network.solve_button.isHidden()
    steps(network, 50)
    before = network.learner.network.get_parameters()
    network.solve_button.click()
    assert network.report.gradient < 1e-8
    assert "press Step" in network.words.text()
    steps(network, 1)
    assert network.report.largest < 1e-12
    assert "rounding" in network.words.text()
    back(network)
    assert network.report.gradient < 1e-8
    back(network)
    assert np.array_equal(network.learner.network.get_parameters(), before)


def test_that_a_step_back_is_one_step_even_after_many_at_once(network: NoUpdatePage) -> None:
    steps(network, 20)
    steps(network, 13)
    back(network)
    assert network.report.step == 32
    parameters = network.learner.network.get_parameters()
    rewind(network)
    steps(network, 32)
    assert np.array_equal(network.learner.network.get_parameters(), parameters)
    rewind(network)
    back(network)
    assert network.report.step == 0


def test_that_another_rate_holds_from_here_on_and_not_for_the_way_back(network: NoUpdatePage) -> None:
    steps(network, 10)
    network.rate.set_value(0.3)
    network.rate.chosen.emit(0.3)
    steps(network, 5)
    back(network)
    there = network.learner.network.get_parameters()
    for _ in range(4):
        back(network)
    assert network.report.step == 10
    back(network)
    assert network.report.step == 9
    steps(network, 1)
    assert network.learner.rate == 0.3
    again = network.learner.network.get_parameters()
    assert not np.array_equal(there, again)


def test_that_too_narrow_a_network_is_said_to_be_so(network: NoUpdatePage) -> None:
    network.width_slider.set_value(2)
    network.width_slider.edited.emit(2, 0)
    assert "fewer than there are rows" in network.gauge.text()
    steps(network, 200)
    assert "Make it wider" in network.words.text()
    wrong = next(thing for thing in network.map.things if isinstance(thing, Marks))
    assert len(wrong.xy) == round(20 * (1 - network.report.correct))


def test_that_a_network_that_runs_away_is_flagged_and_rewinds(network: NoUpdatePage) -> None:
    network.loss.set_key("mse")
    network.loss.chosen.emit("mse")
    network.rate.set_value(1e9)
    network.rate.chosen.emit(1e9)
    steps(network, 60)
    assert "beyond all numbers" in network.words.text()
    for plot in (network.map, network.curve, network.moves):
        assert np.isfinite(plot.range).all()
    network.solve_button.click()
    assert "smaller learning rate" in network.words.text()
    network.rate.set_value(0.01)
    network.rate.chosen.emit(0.01)
    rewind(network)
    steps(network, 60)
    assert np.isfinite(network.report.loss)


def test_that_the_curve_keeps_few_points_and_reaches_the_present(network: NoUpdatePage) -> None:
    for _ in range(MOST_POINTS // 8):
        network._points += [(0, 1.0)] * 10
    steps(network, 7)
    assert len(network._points) <= MOST_POINTS
    curve = next(thing for thing in network.curve.things if isinstance(thing, Curve))
    assert curve.x[-1] == 7


@pytest.mark.parametrize("kind", [SaddlePage, WellPage, NoUpdatePage])
def test_that_a_page_is_drawn_anew_in_another_theme(
    make_page: MakePage[LabPage], kind: type[LabPage]
) -> None:
    page = make_page(kind)
    steps(page, 20)
    before, after = (_colours_in(page, theme) for theme in (LIGHT, DARK))
    assert before
    assert before != after


def _colours_in(page: LabPage, theme: Theme) -> set[str]:
    page.apply_theme(theme)
    things = [thing for plot in page.findChildren(LabPlot) for thing in plot.things]
    return {thing.colour for thing in things if isinstance(thing, Marks)}
