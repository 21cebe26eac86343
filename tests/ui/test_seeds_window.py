"""Many seeds in a window: trained beside it, cancelled, and opened."""

import math
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.experiment import edits, files
from playground.training.kept_runs import Figures
from playground.training.seeds import SeedRun
from playground.ui.compare.seed_views import SeedHistogram, SeedTable
from playground.ui.compare.seeds_window import SeedsWindow
from playground.ui.main_window import MainWindow
from playground.ui.theme.tokens import LIGHT


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    return make_window(edits.set_epochs(files.example("circle"), 8))


def opened(window: MainWindow) -> SeedsWindow:
    window.actions_by_key["many_seeds"].trigger()
    dialog = window.comparisons.seeds
    assert dialog is not None
    dialog.count.set_value(4)
    return dialog


@pytest.fixture
def dialog(window: MainWindow) -> SeedsWindow:
    return opened(window)


def trained(dialog: SeedsWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.is_busy, timeout=20_000)


def test_that_it_says_how_to_begin(dialog: SeedsWindow) -> None:
    assert "Press Start" in dialog.plot.empty_text
    assert dialog.runs == ()
    assert dialog.table.horizontalHeader().isHidden()
    assert not dialog.open_button.isEnabled()


def test_that_all_seeds_are_drawn_counted_and_listed(dialog: SeedsWindow, qtbot: QtBot) -> None:
    trained(dialog, qtbot)
    assert [one.seed for one in dialog.runs] == [0, 1, 2, 3]
    assert dialog.table.rowCount() == 4
    assert not dialog.table.horizontalHeader().isHidden()
    assert sum(dialog.histogram.counts) == 4
    assert [line.name for line in dialog.plot.drawn] == ["train, mean", "test, mean"]
    assert dialog.sentence.text().startswith("Of 4 seeds ")
    assert dialog.progress.value() == dialog.progress.maximum()


def test_that_a_seed_opens_with_its_weights(window: MainWindow, dialog: SeedsWindow, qtbot: QtBot) -> None:
    trained(dialog, qtbot)
    dialog.table.select((2,))
    qtbot.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and shown(window).epoch == 8)
    assert window.document.experiment.training.seed == 2
    wanted = next(one for one in dialog.runs if one.seed == 2).figures.watched_loss
    assert shown(window).history.watched_loss[-1] == wanted


def test_that_a_bar_selects_its_seeds(dialog: SeedsWindow, qtbot: QtBot) -> None:
    trained(dialog, qtbot)
    with qtbot.waitSignal(dialog.histogram.chosen) as chosen:
        last = QPoint(dialog.histogram.width() - 10, dialog.histogram.height() // 2)
        qtbot.mouseClick(dialog.histogram, Qt.MouseButton.LeftButton, pos=last)
    assert len(chosen.args[0]) == dialog.histogram.counts[-1]


def test_that_cancelling_in_the_middle_keeps_what_is_done(window: MainWindow, qtbot: QtBot) -> None:
    window.document.edit("Epochs", edits.set_epochs, 2000)
    dialog = opened(window)
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.progress.value() > 0)
    qtbot.mouseClick(dialog.cancel_button, Qt.MouseButton.LeftButton)
    assert not dialog.is_busy
    assert "Cancelled: " in dialog.note.text()
    assert dialog.start_button.isEnabled()
    assert len(dialog.runs) < 4


def test_that_closing_in_the_middle_ends_the_training(window: MainWindow, qtbot: QtBot) -> None:
    window.document.edit("Epochs", edits.set_epochs, 2000)
    dialog = opened(window)
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    dialog.close()
    assert window.comparisons.seeds is None


def test_that_what_cannot_be_trained_is_said_in_words(window: MainWindow, qtbot: QtBot) -> None:
    window.document.edit("Log", edits.set_data, formulas=("log(x1)",), features=("log(x1)",))
    dialog = opened(window)
    trained(dialog, qtbot)
    assert "log(x1) has no finite value" in dialog.note.text()
    assert dialog.sentence.text() == "No seed has been trained to its end."
    assert not dialog.open_button.isEnabled()


def test_that_the_experiment_open_beside_it_is_left_alone(
    window: MainWindow, dialog: SeedsWindow, qtbot: QtBot
) -> None:
    before, step = window.document.experiment, shown(window).step
    trained(dialog, qtbot)
    assert window.document.experiment is before
    assert shown(window).step == step


def ended(dialog: SeedsWindow, *metrics: float) -> list[SeedRun]:
    """Return the runs of a window as if they had ended with these R²."""
    found: list[SeedRun] = []
    for seed, (one, metric) in enumerate(zip(dialog.runs, metrics, strict=False)):
        figures: Figures = replace(one.run.figures, metric="R²", watched_metric=metric)
        found.append(replace(one, seed=seed, run=replace(one.run, figures=figures)))
    return found


@pytest.mark.parametrize("metrics", [(-1e20,), (-1e308, 1e308), (-1e300, 0.5, math.nan)])
def test_that_networks_that_ran_away_are_counted_too(
    dialog: SeedsWindow, qtbot: QtBot, metrics: tuple[float, ...]
) -> None:
    trained(dialog, qtbot)
    histogram = SeedHistogram(LIGHT)
    qtbot.addWidget(histogram)
    histogram.show_runs(ended(dialog, *metrics))
    assert sum(histogram.counts) == sum(map(math.isfinite, metrics))


@pytest.mark.parametrize("order", [Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder])
def test_that_a_seed_without_a_number_comes_last(
    dialog: SeedsWindow, qtbot: QtBot, order: Qt.SortOrder
) -> None:
    trained(dialog, qtbot)
    table = SeedTable()
    qtbot.addWidget(table)
    table.sortByColumn(1, order)
    table.show_runs(ended(dialog, 0.5, math.nan, 0.9))
    last = table.item(2, 0)
    assert last is not None
    assert last.text() == "1"
