"""The page with a curve through points: any number of features, played or chosen, and the errors below."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from playground.labs import double_descent, fourier_fit
from playground.labs.fourier_fit import Choices
from playground.ui.labs.context import LabContext
from playground.ui.labs.overparam.curve_page import ONE, PLAYED, SEEDS, CurvePage
from playground.ui.labs.things import Curve, Marks, Upright
from playground.ui.theme.tokens import DARK

LONG = 30_000


@pytest.fixture
def page(qtbot: QtBot, context: LabContext) -> Iterator[CurvePage]:
    made = CurvePage(context)
    qtbot.addWidget(made)
    made.resize(900, 640)
    made.show()
    made.refresh()
    qtbot.waitUntil(lambda: made.feed.is_complete, timeout=LONG)
    yield made
    made.end()


def bold(page: CurvePage) -> Curve:
    return [one for one in page.error_plot.things if isinstance(one, Curve)][-1]


def test_that_fit_truth_and_points_are_drawn(page: CurvePage) -> None:
    page.look_at(20)
    true, fitted = (one for one in page.fit_plot.things if isinstance(one, Curve))
    np.testing.assert_array_equal(true.y, fourier_fit.truth(fourier_fit.GRID))
    np.testing.assert_array_equal(fitted.y, fourier_fit.fit_at(Choices(), 0, 20).values)
    points = next(one for one in page.fit_plot.things if isinstance(one, Marks))
    assert len(points.xy) == 20
    assert "just enough" in page.words.text()


@pytest.mark.parametrize(
    ("width", "words"), [(5, "takes the middle"), (20, "in one way only"), (1000, "least norm")]
)
def test_that_words_say_what_a_fit_does(page: CurvePage, width: int, words: str) -> None:
    page.look_at(width)
    assert words in page.words.text()


def test_that_the_errors_peak_at_the_threshold_that_is_marked(page: CurvePage) -> None:
    assert len(page.feed.found) == SEEDS
    found = double_descent.read(bold(page).y)
    assert found is not None
    assert bold(page).x[found.peak] in (20, 21)
    assert next(one for one in page.error_plot.things if isinstance(one, Upright)).x == 20
    singles = next(one for one in page.error_plot.things if isinstance(one, Curve))
    assert np.isnan(singles.y).sum() == SEEDS


def test_that_one_draw_can_be_looked_at_alone(page: CurvePage) -> None:
    page.shown.chips[ONE].click()
    (alone,) = (one for one in page.error_plot.things if isinstance(one, Curve))
    np.testing.assert_array_equal(alone.y, fourier_fit.curve(Choices(), 0)[1])


def test_that_a_click_in_the_errors_shows_that_fit(page: CurvePage) -> None:
    page.error_plot.clicked.emit(300.2, 1.0)
    assert page.fit is not None
    assert page.fit.width == 300
    page.error_plot.clicked.emit(5e9, 1.0)
    assert page.fit.width == fourier_fit.WIDEST


def test_that_it_plays_through_the_numbers_of_features_to_the_end(page: CurvePage) -> None:
    page.steps.rewind_asked.emit()
    assert page.features == 1
    page.steps.asked.emit(3)
    assert page.features == 4
    page.steps.back_asked.emit()
    assert page.features == 3
    page.steps.set_playing(True)
    page.steps.asked.emit(len(PLAYED))
    assert page.features == fourier_fit.WIDEST
    assert not page.steps.is_playing


def test_that_the_prior_changes_the_end_of_the_curve(page: CurvePage, qtbot: QtBot) -> None:
    before = bold(page).y[-1]
    page.exponent.field.setText("2")
    QTest.keyClick(page.exponent.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.feed.is_complete, timeout=LONG)
    assert bold(page).y[-1] > 1.5 * before


def test_that_the_threshold_follows_the_points(page: CurvePage, qtbot: QtBot) -> None:
    page.rows.field.setText("40")
    QTest.keyClick(page.rows.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.feed.is_complete, timeout=LONG)
    assert next(one for one in page.error_plot.things if isinstance(one, Upright)).x == 40


def test_that_points_are_drawn_anew(page: CurvePage) -> None:
    before = page.facts.text("error")
    page.seed_line.button.click()
    assert page.facts.text("error") != before
    page.seed_line.field.committed.emit("-1")
    assert "no seed" in page.words.text()
    page.seed_line.chosen.emit(0)
    assert page.facts.text("error") == before


def test_that_no_gradient_is_left_where_all_points_are_met(page: CurvePage) -> None:
    page.look_at(500)
    assert page.fit is not None
    assert page.fit.gradient < 1e-8
    assert "e−" in page.facts.text("gradient")


def test_that_it_is_drawn_in_another_theme(page: CurvePage) -> None:
    page.apply_theme(DARK)
    assert bold(page).look.colour == DARK.curve_test
    assert not page.grab().isNull()
