"""The page of the closed form, driven as a person would."""

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from playground.data.fish import DataFileError
from playground.labs.closed_form import Problem, compare, drawn
from playground.ui.labs.context import LabContext
from playground.ui.labs.descent import closed_form_page
from playground.ui.labs.descent.closed_form_page import ClosedFormPage, in_words
from playground.ui.labs.descent.closed_form_table import counted, in_time
from playground.ui.labs.things import Curve
from playground.ui.theme.tokens import DARK


@pytest.fixture
def page(qtbot: QtBot, context: LabContext) -> Iterator[ClosedFormPage]:
    made = ClosedFormPage(context)
    made.features.set_value(1)  # which is solved in a single step
    made.resize(1160, 760)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.end()


def solved(page: ClosedFormPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.outcome is not None and not page._worker.is_busy, timeout=30_000)


def test_that_it_solves_by_itself_once_when_it_is_first_seen(page: ClosedFormPage, qtbot: QtBot) -> None:
    assert page.outcome is None
    page.refresh()
    solved(page, qtbot)
    first = page.outcome
    page.refresh()
    assert not page._worker.is_busy
    assert page.outcome is first
    assert first is not None
    assert first.shape == (111, 2)
    assert page.words.text().startswith("The normal equations took")


def test_that_both_ways_stand_side_by_side_with_time_cost_and_loss(
    page: ClosedFormPage, qtbot: QtBot
) -> None:
    page.features.field.committed.emit("2")
    solved(page, qtbot)
    exact, walked = ([cell.text() for cell in cells] for cells in page.table.cells)
    assert exact[0] == "Normal equations"
    assert exact[2] == counted(111 * 9 + 27)
    assert walked[0] == "Gradient descent"
    assert exact[4] == walked[4]
    assert float(walked[5].replace("−", "-")) < 1e-6
    levels = [thing for thing in page.plot.things if isinstance(thing, Curve)]
    assert page.outcome is not None
    assert levels[0].y[0] == page.outcome.exact_loss
    assert levels[1].y[-1] == pytest.approx(page.outcome.exact_loss)


def test_that_all_the_courses_fish_have_the_courses_figure(page: ClosedFormPage, qtbot: QtBot) -> None:
    page.start()
    solved(page, qtbot)
    assert "the figure of the course" not in page.course.text
    page.share.set_value(1e9)
    page.kind.chips["share"].click()
    page.features.field.committed.emit("5")
    qtbot.waitUntil(lambda: "5,657.29 g², the figure of the course" in page.course.text)
    page.rows.field.committed.emit("60")
    qtbot.waitUntil(lambda: not page.course.text)


def test_that_a_rate_beyond_the_limit_is_flagged(page: ClosedFormPage, qtbot: QtBot) -> None:
    page.kind.chips["share"].click()
    assert page.share.isVisible()
    page.share.field.committed.emit("1e9")
    solved(page, qtbot)
    assert "diverged" in page.words.text()
    assert page.words.property("role") == "warning"
    assert np.isfinite(page.plot.range).all()
    assert not page.plot.grab().isNull()


def test_that_rows_of_random_numbers_have_as_many_columns_as_you_like(
    page: ClosedFormPage, qtbot: QtBot
) -> None:
    page.source.chips["drawn"].click()
    page.features.field.committed.emit("20")
    page.rows.field.committed.emit("100")
    solved(page, qtbot)
    assert page.outcome is not None
    assert page.outcome.shape == (100, 21)
    assert page.alike.isVisible()
    assert not page.course.isVisible()
    page.rows.field.committed.emit("99999999")
    assert "must be between" in page.refusal.text()
    page.source.chips["fish"].click()
    assert page.rows.value == 111


def test_that_a_long_descent_is_shown_on_its_way_and_stopped(page: ClosedFormPage, qtbot: QtBot) -> None:
    page.source.chips["drawn"].click()
    page.alike.field.committed.emit("0.999")
    page.kind.chips["share"].click()
    page.share.field.committed.emit("0.01")
    qtbot.waitUntil(lambda: page.words.text().startswith("The descent has made"), timeout=30_000)
    assert page.solve.button.text() == "Stop"
    assert page.table.cells[1][0].text() == "Gradient descent …"
    page.solve.button.click()
    solved(page, qtbot)
    assert page.table.cells[1][0].text() == "Gradient descent (stopped)"
    assert "still" in page.words.text()
    assert page.solve.button.text() == "Solve both ways"


def test_that_a_changed_file_of_the_fish_is_said_in_words(
    page: ClosedFormPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_rows: int, _features: int) -> Problem:
        raise DataFileError("The data file is not the one that came with the playground.")

    monkeypatch.setattr(closed_form_page, "fish", refuse)
    page.start()
    qtbot.waitUntil(lambda: "not the one that came" in page.words.text())
    assert page.words.property("role") == "warning"


def test_that_every_ending_has_words(page: ClosedFormPage) -> None:
    problem = drawn(50, 3, 0.9)
    for most, share, words in (
        (3, None, "still"),
        (400, 1.5, "diverged"),
        (100_000, None, "Descent reached"),
    ):
        assert words in in_words(compare(problem, share=share, most=most))[0]
    assert in_time(2.5) == "2.5 s"
    assert in_time(0.0125) == "12.5 ms"
    assert in_time(1.2e-5) == "12 µs"
    page.apply_theme(DARK)
