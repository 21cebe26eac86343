"""The page of one weight, driven as a person would."""

from collections.abc import Iterator

import numpy as np
import pytest
from lab_cases import press
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from playground.ui.labs.context import LabContext
from playground.ui.labs.descent.one_weight import OneWeightPage
from playground.ui.labs.things import Curve, Marks
from playground.ui.theme.tokens import DARK


@pytest.fixture
def page(qtbot: QtBot, context: LabContext) -> Iterator[OneWeightPage]:
    made = OneWeightPage(context)
    made.resize(1160, 760)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.end()


def drag(plot: object, begin: QPoint, end: QPoint) -> None:
    press(plot, QEvent.Type.MouseButtonPress, begin)  # type: ignore[arg-type]
    press(plot, QEvent.Type.MouseMove, end)  # type: ignore[arg-type]
    press(plot, QEvent.Type.MouseButtonRelease, end, held=False)  # type: ignore[arg-type]


def go(page: OneWeightPage, steps: int) -> None:
    """Make so many steps, however busy the machine is."""
    for _ in range(steps):
        page.steps.asked.emit(1)


def finite_in(page: OneWeightPage) -> bool:
    """Whether all plots still have a range to be seen."""
    return all(np.isfinite(plot.range).all() for plot in (page.plot, page.data, *page.panels))


def test_that_the_point_is_dragged_along_the_curve(page: OneWeightPage) -> None:
    w, value = page.plot.handles[0].place
    drag(page.plot, page.plot.place_of(w, value), page.plot.place_of(3.0, 12.0))
    assert page.run.w == pytest.approx(3.0, abs=0.05)
    w, value = page.plot.handles[0].place
    assert value == pytest.approx(page.loss.curve.at(w)[0])
    assert "positive" in page.words.text()
    page.plot.moved.emit("w", 1e9, 0.0)
    assert page.run.w == page.loss.curve.high


def test_that_the_line_is_dragged_and_is_the_same_weight(page: OneWeightPage) -> None:
    x, y = page.data.handles[0].place
    drag(page.data, page.data.place_of(x, y), page.data.place_of(2.0, 4.0))
    assert page.run.w == pytest.approx(2.0, abs=0.06)
    assert page.plot.handles[0].place[0] == page.run.w
    before = page.run.w
    page.data.moved.emit("line", 0.0, 3.0)
    assert page.run.w == before


def test_that_a_click_and_the_arrow_keys_choose_the_weight(page: OneWeightPage) -> None:
    page.plot.clicked.emit(0.5, 3.0)
    assert page.run.w == 0.5
    QTest.keyClick(page.plot, Qt.Key.Key_Right)
    assert page.run.w > 0.5


def test_that_a_step_is_made_of_what_was_announced_and_taken_back(page: OneWeightPage) -> None:
    announced = page.upcoming
    start = page.run.w
    QTest.keyClick(page, Qt.Key.Key_S)
    assert page.run.steps == [announced]
    assert page.table.steps.rowCount() == 2
    QTest.keyClick(page, Qt.Key.Key_S)
    QTest.keyClick(page, Qt.Key.Key_B)
    QTest.keyClick(page, Qt.Key.Key_B)
    assert (page.run.w, page.run.steps) == (start, [])
    QTest.keyClick(page, Qt.Key.Key_B)
    page.steps.asked.emit(3)
    QTest.keyClick(page, Qt.Key.Key_R)
    assert (page.run.w, page.count) == (start, 0)


def test_that_the_numbers_are_those_of_the_step_as_the_lecture_writes_them(page: OneWeightPage) -> None:
    page.plot.moved.emit("w", 0.5, 0.0)
    page.rate.slider.edited.emit(page.rate.rate, 1)
    step = page.upcoming
    assert step is not None
    text = page.numbers.text
    assert text.startswith("w_new = w − α ∇J(w)\n= 0.5 − 0.18 × (−")
    assert f"J_new = {step.value_new:.4g}" in text
    assert [page.table.steps.headerData(i, Qt.Orientation.Horizontal) for i in range(4)] == [
        "w",
        "∇J(w)",
        "α ∇J(w)",
        "w_new",
    ]


def test_that_the_gap_between_promise_and_curve_is_drawn(page: OneWeightPage) -> None:
    step = page.upcoming
    assert step is not None
    gaps = [thing for thing in page.plot.things if isinstance(thing, Curve) and len(thing.x) == 2]
    assert any(sorted(gap.y) == pytest.approx(sorted((step.predicted, step.value_new))) for gap in gaps)
    named = {thing.name for thing in page.plot.things if isinstance(thing, Marks)}
    assert "w_new and J_new" in named


def test_that_a_preset_begins_anew_with_its_rate(page: OneWeightPage) -> None:
    start = page.run.w
    page.steps.asked.emit(2)
    page.rate.chips.chip("large").click()
    assert page.rate.rate == page.loss.curve.presets[2]
    assert page.rate.chips.keys() == ("large",)
    assert (page.run.w, page.count) == (start, 0)
    page.steps.asked.emit(1)
    assert "Make α smaller" in page.words.text()
    assert page.words.property("role") == "warning"


def test_that_the_limit_is_written_as_the_rate_moves(page: OneWeightPage) -> None:
    limit = 2 / page.loss.curve.steepest
    assert f"α < 2/L = {limit:.3g}" in page.rate.limit.text
    page.rate.slider.field.committed.emit("100")
    assert page.rate.rate == 100
    assert "above 2" in page.rate.limit.text
    page.rate.slider.field.committed.emit("0.01")
    assert "below 1" in page.rate.limit.text


def test_that_a_rate_of_a_billion_is_flagged_and_breaks_nothing(page: OneWeightPage) -> None:
    page.rate.slider.field.committed.emit("1e9")
    assert page.rate.rate == 1e9
    before = page.plot.range
    page.steps.asked.emit(50)
    assert page.run.diverged
    assert page.words.text().startswith("Diverged after 1 step")
    assert page.words.property("role") == "warning"
    assert page.plot.range == before
    assert finite_in(page)
    assert not page.grab().isNull()
    page.steps.back_asked.emit()
    assert not page.run.diverged


@pytest.mark.parametrize("typed", ["1e99", "-1", "fast"])
def test_that_a_rate_that_makes_no_sense_is_refused_in_words(page: OneWeightPage, typed: str) -> None:
    before = page.rate.rate
    page.rate.slider.field.committed.emit(typed)
    assert page.rate.rate == before
    assert "must be between" in page.rate.refusal.text()
    assert page.rate.refusal.isVisible()


@pytest.mark.parametrize("text", ["w^", "log(w)", "x", "w > 0", "4", "exp(999*w)"])
def test_that_a_formula_that_is_no_loss_is_refused_and_the_old_one_stays(
    page: OneWeightPage, text: str
) -> None:
    page.loss.choose("own")
    curve = page.loss.curve
    page.loss.formula.setText(text)
    QTest.keyClick(page.loss.formula, Qt.Key.Key_Return)
    assert page.loss.refusal.isVisible()
    assert page.loss.refusal.text().endswith(".")
    assert page.loss.curve is curve
    page.loss.formula.setText("w^2 + sin(3*w)")
    QTest.keyClick(page.loss.formula, Qt.Key.Key_Return)
    assert page.loss.curve.formula == "J(w) = w^2 + sin(3*w)"
    assert not page.loss.refusal.isVisible()


def test_that_three_rates_run_together_and_step_back_together(page: OneWeightPage) -> None:
    page.views.chips["three"].click()
    assert len(page.runs) == 3
    go(page, 30)
    small, right, large = page.runs
    assert [run.steps[0].rate for run in page.runs] == list(page.loss.curve.presets)
    assert abs(right.steps[-1].slope) < abs(small.steps[-1].slope) < abs(large.steps[-1].slope)
    assert page.words.text().startswith("After 30 steps: too small")
    page.steps.back_asked.emit()
    assert page.count == 29
    assert {len(run.steps) for run in page.runs} == {29}
    page.panels[1].moved.emit("w", 0.25, 0.0)
    assert [run.w for run in page.runs] == [0.25] * 3


def test_that_one_that_diverged_waits_for_the_others_on_the_way_back(page: OneWeightPage) -> None:
    page.views.chips["three"].click()
    page.loss.choose("wells")
    go(page, 6)
    ended = len(page.runs[2].steps)
    assert page.runs[2].diverged
    assert ended < 6
    assert "diverged" in page.titles[2].text()
    for count in range(5, -1, -1):
        page.steps.back_asked.emit()
        assert page.count == count
        assert [len(run.steps) for run in page.runs] == [count, count, min(count, ended)]


def test_that_playing_ends_by_itself_when_nothing_moves_any_more(page: OneWeightPage, qtbot: QtBot) -> None:
    page.steps.speed.set_key("2000")
    page.steps.set_playing(True)
    qtbot.waitUntil(lambda: not page.steps.is_playing)
    assert "global minimum" in page.words.text()
    page.loss.choose("dips")
    page.rate.chips.chip("small").click()
    page.steps.set_playing(True)
    qtbot.waitUntil(lambda: not page.steps.is_playing, timeout=20_000)
    assert "local minimum only" in page.words.text()


def test_that_points_are_drawn_anew_and_summed(page: OneWeightPage) -> None:
    first, bend = page.loss.points, page.loss.curve.steepest
    page.loss.seeds.button.click()
    assert not np.array_equal(page.loss.points.y, first.y)
    page.loss.sums.chips["sum"].click()
    assert page.loss.curve.steepest == pytest.approx(8 * bend)
    page.loss.seeds.field.committed.emit("-3")
    assert "seed" in page.loss.refusal.text()


@pytest.mark.parametrize("key", ["line", "dips", "waves", "wells", "plain", "own"])
def test_that_every_loss_is_drawn_light_and_dark(page: OneWeightPage, key: str) -> None:
    page.loss.choose(key)
    page.steps.asked.emit(3)
    page.apply_theme(DARK)
    assert page.data.isVisible() == (key == "line")
    assert page.plot.handles[0].colour == DARK.accent
    assert finite_in(page)


def test_that_a_small_window_keeps_its_room_for_the_plots(page: OneWeightPage) -> None:
    assert page.table.isVisible()
    page.resize(800, 500)
    assert not page.table.isVisible()
