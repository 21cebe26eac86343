"""The page with random features: sliders, seeds, one fit that is looked at, and words."""

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from playground.labs import random_features
from playground.labs.random_features import Choices
from playground.ui.labs.context import LabContext
from playground.ui.labs.overparam.features_page import ERROR, NORM, FeaturesPage
from playground.ui.labs.things import Curve, Marks, Room, Upright
from playground.ui.theme.tokens import DARK

LONG = 30_000


@pytest.fixture
def page(qtbot: QtBot, context: LabContext) -> Iterator[FeaturesPage]:
    made = FeaturesPage(context)
    qtbot.addWidget(made)
    made.rows.set_value(50)
    made.seeds.set_value(2)
    made.resize(900, 640)
    made.show()
    made.refresh()
    qtbot.waitUntil(lambda: made.feed.is_complete and made.fit is not None, timeout=LONG)
    yield made
    made.end()


def set_slider(page: FeaturesPage, qtbot: QtBot, name: str, value: float) -> None:
    slider = getattr(page, name)
    slider.field.setText(f"{value:g}")
    QTest.keyClick(slider.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.feed.is_complete, timeout=LONG)
    qtbot.waitUntil(lambda: page.fit is not None and not page._looker.is_busy, timeout=LONG)


def bold(page: FeaturesPage) -> Curve:
    return next(one for one in page.plot.things if isinstance(one, Curve) and one.name in ("test", "norm"))


def test_that_it_shows_seeds_their_median_and_the_threshold(page: FeaturesPage) -> None:
    drawn = page.plot.things
    curves = [one for one in drawn if isinstance(one, Curve)]
    np.testing.assert_array_equal(curves[0].y[:21], page.feed.found[0].test_mse)
    np.testing.assert_array_equal(curves[0].y[22:43], page.feed.found[1].test_mse)
    assert next(one for one in drawn if isinstance(one, Upright)).x == 50
    shade = next(one for one in drawn if isinstance(one, Room))
    assert shade.x[0] < 50 < shade.x[1]
    expected = np.median([one.test_mse for one in page.feed.found], axis=0)
    np.testing.assert_array_equal(bold(page).y, expected)
    assert "Double descent" in page.words.text()


def test_that_a_ridge_of_1_is_answered_in_words(page: FeaturesPage, qtbot: QtBot) -> None:
    set_slider(page, qtbot, "ridge", 1.0)
    assert page.feed.choices == Choices(50, 0.2, 1.0)
    assert "takes the peak away" in page.words.text()
    assert bold(page).y.max() < 0.2


def test_that_a_curve_can_be_kept_for_comparison(page: FeaturesPage, qtbot: QtBot) -> None:
    before = bold(page).y
    page.compare.click()
    set_slider(page, qtbot, "ridge", 1.0)
    kept = next(one for one in page.plot.things if isinstance(one, Curve) and "ridge 0" in one.name)
    np.testing.assert_array_equal(kept.y, before)
    page.compare.click()
    assert not [one for one in page.plot.things if isinstance(one, Curve) and "ridge" in one.name]


def test_that_a_click_on_the_curve_shows_that_fit(page: FeaturesPage, qtbot: QtBot) -> None:
    page.plot.clicked.emit(610.0, 0.1)
    qtbot.waitUntil(lambda: page.fit is not None and page.fit.width == 600, timeout=LONG)
    wanted = random_features.fit_at(Choices(50), 0, 600)
    assert page.facts.text("width") == "600"
    assert page.facts.text("learnt") == "6,000"
    assert page.facts.text("test_error") == f"{wanted.test_error * 100:.1f} %"
    assert page.width_slider.value == 600
    ring = [one for one in page.plot.things if isinstance(one, Marks)][-1]
    assert ring.xy[0, 0] == 600
    for text, guess, label in zip(page.digits.texts, wanted.guesses, wanted.labels, strict=False):
        assert text == (str(guess) if guess == label else f"{guess}, not {label}")


def test_that_the_keyboard_chooses_the_fit(page: FeaturesPage, qtbot: QtBot) -> None:
    sizes = random_features.widths(50)
    place = sizes.index(int(page.width_slider.value))
    QTest.keyClick(page.width_slider.slider, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: page.fit is not None and page.fit.width == sizes[place + 1], timeout=LONG)


@pytest.mark.parametrize("kind", [ERROR, NORM])
def test_that_errors_and_weights_can_be_drawn_instead(page: FeaturesPage, kind: str) -> None:
    page.shown.chips[kind].click()
    name = "test_error" if kind == ERROR else "norm"
    expected = np.median([getattr(one, name) for one in page.feed.found], axis=0)
    np.testing.assert_array_equal(bold(page).y, expected)


def test_that_more_rows_than_there_are_are_refused_in_words(page: FeaturesPage) -> None:
    page.rows.field.setText("5000")
    QTest.keyClick(page.rows.field, Qt.Key.Key_Return)
    assert "must be between 10 and 797" in page.words.text()
    assert "1,000 of the 1,797 digits are kept for the test" in page.words.text()
    assert page.words.property("role") == "warning"
    assert page.rows.value == 50
    assert page.plot.things


def test_that_while_a_slider_moves_pictures_come_and_the_last_one_stays(
    page: FeaturesPage, qtbot: QtBot
) -> None:
    seen: list[Choices | None] = []
    page.feed.changed.connect(lambda: seen.append(page.feed.choices))
    for noise in (0.25, 0.3, 0.35, 0.4, 0.45):
        page.noise.set_value(noise)
        page.noise.edited.emit(noise, 1)
        qtbot.wait(60)
    qtbot.waitUntil(lambda: page.feed.is_complete, timeout=LONG)
    assert page.feed.choices == Choices(50, 0.45)
    assert len(set(seen)) > 1, "something was shown on the way"


def test_that_what_was_computed_before_is_there_at_once(page: FeaturesPage, qtbot: QtBot) -> None:
    before = page.feed.found
    set_slider(page, qtbot, "noise", 40)
    page.noise.set_value(0.2)
    page.noise.edited.emit(0.2, 1)
    assert page.feed.choices == Choices(50)
    assert page.feed.found == before


def test_that_another_number_of_rows_keeps_the_fit_in_view_near_where_it_was(
    page: FeaturesPage, qtbot: QtBot
) -> None:
    page.plot.clicked.emit(50.0, 1.0)
    set_slider(page, qtbot, "rows", 30)
    qtbot.waitUntil(
        lambda: page.fit is not None and page.fit.width in random_features.widths(30), timeout=LONG
    )
    assert page.fit is not None
    assert page.fit.width == int(page.width_slider.value)


def test_that_gradient_descent_looks_for_the_same_fit(page: FeaturesPage, qtbot: QtBot) -> None:
    page.plot.clicked.emit(1000.0, 0.1)
    page.descent.button.click()
    assert page.descent.is_busy
    assert page.descent.button.text() == "Stop"
    with qtbot.waitSignal(page.descent.arrived, timeout=LONG) as arrived:
        pass
    assert arrived.args[0].difference < 0.05
    assert "combination of the rows" in page.words.text()
    assert page.descent.button.text() == "Descend from 0"


def test_that_a_descent_stops_when_it_is_to_or_another_fit_is_seen(page: FeaturesPage, qtbot: QtBot) -> None:
    before = page.words.text()
    page.descent.button.click()
    assert page.words.text() != before
    page.descent.button.click()
    assert not page.descent.is_busy
    assert page.words.text() == before
    page.descent.button.click()
    page.plot.clicked.emit(1000.0, 0.1)
    assert not page.descent.is_busy
    set_slider(page, qtbot, "ridge", 1.0)
    assert not page.descent.button.isEnabled()
    assert "set it to 0" in page.descent.button.toolTip()


def test_that_it_is_drawn_in_another_theme(page: FeaturesPage) -> None:
    page.apply_theme(DARK)
    assert bold(page).look.colour == DARK.curve_test
    assert not page.grab().isNull()
