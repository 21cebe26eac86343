"""The page with trained networks: results as they come, pause and cancel, and the network to open."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from lab_cases import Behind
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from playground.labs.sweep import Point, SweepError, SweepResult, SweepSpec, Vary
from playground.training.sweeping import Sweep
from playground.ui.labs.overparam.trained_page import TrainedPage
from playground.ui.labs.things import Curve, Marks, Upright
from playground.ui.theme.tokens import DARK

LONG = 60_000
LOSSES = {2: (0.071, 0.089), 8: (0.037, 0.082), 26: (6e-4, 0.139), 60: (1e-6, 0.102), 800: (1e-9, 0.061)}
"""Train and test MSE by width."""
SEEDS = 3


class Told(Sweep):
    """A sweep whose results are made up; each waits to be let go."""

    def __init__(self, spec: SweepSpec, problem: str = "") -> None:
        super().__init__(spec, jobs=1)
        self.allowed = threading.Semaphore(0)
        self._problem = problem

    def results(self) -> Iterator[SweepResult]:
        self._began = 0.0
        for point in reversed(self.points):
            self._go.wait()
            while not self.allowed.acquire(timeout=0.01):
                if self._cancelled:
                    return
            if self._problem:
                raise SweepError(self._problem)
            made = told(point)
            self._take(made)
            yield made

    def tell(self, count: int = 1000) -> None:
        """Let so many results come."""
        self.allowed.release(count)


def told(point: Point) -> SweepResult:
    train, test = LOSSES[int(float(point.values["width"]))]
    factor = 1 + 0.1 * (point.seed - 1)
    return SweepResult(
        id=point.id,
        values=dict(point.values),
        seed=point.seed,
        train_loss=train * factor,
        test_loss=test * factor,
    )


@pytest.fixture
def page(qtbot: QtBot, behind: Behind) -> Iterator[TrainedPage]:
    made = TrainedPage(behind.context())
    qtbot.addWidget(made)
    made.resize(900, 640)
    made.show()
    made.refresh()
    yield made
    made.end()


def small(page: TrainedPage, **changed: object) -> SweepSpec:
    """The sweep of the page with few widths."""
    fields = {name: getattr(page.asked, name) for name in SweepSpec.model_fields}
    widths = Vary(key="width", values=tuple(map(float, LOSSES)))
    return SweepSpec.model_validate({**fields, "vary": (widths,), "seeds": SEEDS, **changed})


def run(page: TrainedPage, qtbot: QtBot) -> Told:
    sweep = Told(small(page))
    page.begin(sweep)
    sweep.tell()
    qtbot.waitUntil(lambda: not page.runner.is_busy, timeout=LONG)
    return sweep


def bold(page: TrainedPage) -> Curve:
    return next(one for one in page.plot.things if isinstance(one, Curve) and one.name == "test")


def test_that_it_says_how_to_begin(page: TrainedPage) -> None:
    assert "Press Start" in page.plot.empty_text
    assert "105 networks" in page.words.text()
    assert page.plot.is_empty
    assert page.runs.start.isVisible()
    assert not page.runs.pause.isVisible()


def test_that_sliders_are_what_the_sweep_asks_for(page: TrainedPage) -> None:
    assert page.asked == page.spec.model_copy(update={"epochs": page.spec.base.epochs})
    for slider, text in ((page.rows, "50"), (page.noise, "40"), (page.seeds, "2"), (page.epochs, "500")):
        slider.field.setText(text)
        QTest.keyClick(slider.field, Qt.Key.Key_Return)
    asked = page.asked
    assert (asked.rows.train, asked.rows.flipped, asked.seeds, asked.base.epochs) == (50, 0.4, 2, 500)


def test_that_more_rows_than_there_are_are_refused_in_words(page: TrainedPage) -> None:
    page.rows.field.setText("500")
    QTest.keyClick(page.rows.field, Qt.Key.Key_Return)
    assert "Training rows n must be between" in page.words.text()
    assert page.words.property("role") == "warning"


def test_that_results_are_drawn_as_they_come(page: TrainedPage, qtbot: QtBot) -> None:
    sweep = Told(small(page))
    page.begin(sweep)
    assert page.runs.cancel.isVisible()
    assert not page.rows.isEnabled()
    sweep.tell(2)
    qtbot.waitUntil(lambda: not page.plot.is_empty, timeout=LONG)
    qtbot.waitUntil(lambda: "2 of 15 networks" in page.words.text(), timeout=LONG)
    assert len(bold(page).x) == 1
    sweep.tell()
    qtbot.waitUntil(lambda: not page.runner.is_busy, timeout=LONG)
    assert len(bold(page).x) == len(LOSSES)
    np.testing.assert_allclose(bold(page).y, [test for _, test in LOSSES.values()])
    assert page.runs.bar.value() == page.runs.bar.maximum()


def test_that_the_curve_is_read_in_words_with_its_threshold(page: TrainedPage, qtbot: QtBot) -> None:
    run(page, qtbot)
    assert "Double descent in networks trained by backpropagation" in page.words.text()
    assert "below the first minimum" in page.words.text()
    assert (
        next(one for one in page.plot.things if isinstance(one, Upright)).x == (64 + 1) * 26 + (26 + 1) * 10
    )
    (singles,) = (one for one in page.plot.things if isinstance(one, Curve) and not one.name)
    assert np.isnan(singles.y).sum() == SEEDS


def test_that_it_pauses_and_goes_on(page: TrainedPage, qtbot: QtBot) -> None:
    sweep = Told(small(page))
    page.begin(sweep)
    assert not page.runs.pause.isEnabled()
    qtbot.waitUntil(page.runs.pause.isEnabled, timeout=LONG)
    page.runs.pause.click()
    assert sweep.paused
    assert page.runs.pause.text() == "Go on"
    page.runs.pause.click()
    assert not sweep.paused
    sweep.tell()
    qtbot.waitUntil(lambda: not page.runner.is_busy, timeout=LONG)
    assert sweep.is_complete


def test_that_what_is_done_stays_when_it_is_cancelled(page: TrainedPage, qtbot: QtBot) -> None:
    sweep = Told(small(page))
    page.begin(sweep)
    sweep.tell(4)
    qtbot.waitUntil(lambda: len(sweep.done) == 4, timeout=LONG)
    page.runs.cancel.click()
    qtbot.waitUntil(lambda: not page.runner.is_busy, timeout=LONG)
    assert "4 of 15 runs made, cancelled" in page.runs.left.text()
    assert len(bold(page).x) == 2
    assert page.runs.start.isVisible()


def test_that_what_goes_wrong_is_said(page: TrainedPage, qtbot: QtBot) -> None:
    sweep = Told(small(page), "A process that trained was lost.")
    page.begin(sweep)
    sweep.tell()
    qtbot.waitUntil(lambda: not page.runner.is_busy, timeout=LONG)
    assert page.words.text() == "A process that trained was lost."
    assert page.words.property("role") == "warning"


def test_that_a_click_chooses_the_network_that_is_opened(
    page: TrainedPage, qtbot: QtBot, behind: Behind
) -> None:
    run(page, qtbot)
    page.plot.clicked.emit(2100.0, 0.1)
    assert page.facts.text("width") == "26"
    assert page.facts.text("test") == "0.1390"
    assert page.facts.text("seeds") == str(SEEDS)
    ring = [one for one in page.plot.things if isinstance(one, Marks)][-1]
    assert ring.xy[0].tolist() == [1960.0, 0.139]
    page.open_button.click()
    (opened,) = behind.opened
    assert opened.layers[0].units == 26
    assert opened.name == "Digits, 26 hidden neurons"


def test_that_a_network_can_be_opened_before_any_is_trained(page: TrainedPage, behind: Behind) -> None:
    page.width_slider.field.setText("400")
    QTest.keyClick(page.width_slider.field, Qt.Key.Key_Return)
    assert page.facts.text("parameters") == f"{65 * 400 + 401 * 10:,}"
    page.open_button.click()
    assert behind.opened[0].layers[0].units == 400


def test_that_a_width_between_those_of_the_sweep_goes_to_the_next_one(page: TrainedPage) -> None:
    page.width_slider.field.setText("333")
    QTest.keyClick(page.width_slider.field, Qt.Key.Key_Return)
    assert page.facts.text("width") == "400"


def test_that_a_network_that_ran_away_leaves_the_picture_whole(
    page: TrainedPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LOSSES, 8, (float("nan"), float("nan")))
    run(page, qtbot)
    assert np.isinf(bold(page).y[1])
    assert "Double descent" in page.words.text()
    assert not page.grab().isNull()


def test_that_real_networks_are_trained(page: TrainedPage, qtbot: QtBot) -> None:
    widths = Vary(key="width", values=(2.0, 30.0))
    sweep = Sweep(small(page, vary=(widths,), seeds=1, epochs=30), jobs=1, device="numpy")
    page.begin(sweep)
    qtbot.waitUntil(lambda: not page.runner.is_busy, timeout=LONG)
    assert len(bold(page).x) == 2
    assert (bold(page).y < 1).all()


def test_that_it_is_drawn_in_another_theme(page: TrainedPage, qtbot: QtBot) -> None:
    run(page, qtbot)
    page.apply_theme(DARK)
    assert bold(page).look.colour == DARK.curve_test


def test_that_a_sweep_that_is_worked_out_neither_pauses_nor_counts_the_one_before(
    page: TrainedPage, qtbot: QtBot
) -> None:
    run(page, qtbot)
    assert page.runs.left.text() == "15 of 15 runs made"
    waits = threading.Event()
    sweep = Told(small(page))

    def make() -> Sweep:
        waits.wait(LONG / 1000)
        return sweep

    page.runner.start(make)
    page.runs.show_state()
    assert not page.runs.pause.isEnabled()
    page.runs.cancel.click()
    waits.set()
    qtbot.waitUntil(lambda: not page.runner.is_busy, timeout=LONG)
    assert page.runs.left.text() == "0 of 15 runs made, cancelled"
