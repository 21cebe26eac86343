"""The choice of the output view: what fits is offered, the choice is remembered, hidden views ask nothing."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.experiment import edits, files
from playground.experiment.model import Experiment
from playground.ui.main_window import MainWindow
from playground.ui.plots import PLOTS, ConfusionPlot


def choose(window: MainWindow, key: str) -> None:
    choice = window.output_panel.output_choice.combo
    choice.setCurrentIndex(choice.findData(key))
    choice.activated.emit(choice.currentIndex())


def offered(window: MainWindow) -> list[str]:
    choice = window.output_panel.output_choice.combo
    return [choice.itemData(index) for index in range(choice.count())]


def started(window: MainWindow, qtbot: QtBot, edit: Callable[..., object], *given: object) -> None:
    before = window.bridge.prepared
    window.document.edit("Change", edit, *given)
    qtbot.waitUntil(lambda: window.bridge.prepared is not before and window.bridge.snapshot is not None)


@pytest.mark.parametrize("dataset", ["circle", "plane", "curve", "fish", "fish_species"])
def test_that_every_kind_of_run_offers_the_views_that_fit(make_window: MakeWindow, dataset: str) -> None:
    window = make_window(edits.set_dataset(Experiment(), dataset))
    prepared = window.bridge.prepared
    assert prepared is not None
    fitting = [plot.key for plot in PLOTS if plot.group == "output" and plot.fits(prepared.plan)]
    assert offered(window) == fitting
    assert window.output_panel.output_choice.combo.currentIndex() == 0


def test_that_the_choice_is_remembered_for_each_kind_of_run(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("circle"))
    choose(window, "confusion")
    view = window.output_panel.outputs.currentWidget()
    assert isinstance(view, ConfusionPlot)
    qtbot.waitUntil(lambda: view.counts.sum() > 0)
    started(window, qtbot, edits.set_dataset, "plane")
    assert window.output_panel.output_choice.combo.currentData() == "boundary"
    started(window, qtbot, edits.set_dataset, "xor")
    assert window.output_panel.output_choice.combo.currentData() == "confusion"
    qtbot.waitUntil(lambda: view.counts.sum() == len(window.bridge.prepared.test_rows))  # type: ignore[union-attr]


def test_that_nothing_jumps_when_another_view_is_chosen(make_window: MakeWindow) -> None:
    window = make_window(files.example("circle"))
    panel = window.output_panel
    before = panel.splitter.sizes(), panel.output_choice.geometry().topLeft()
    choose(window, "confusion")
    assert (panel.splitter.sizes(), panel.output_choice.geometry().topLeft()) == before


def test_that_answers_to_all_rows_are_asked_for_only_while_they_are_shown(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(files.example("circle"))
    assert not len(shown(window).predictions)
    choose(window, "confusion")
    qtbot.waitUntil(lambda: len(shown(window).predictions) > 0)
    window.docks["output"].hide()
    qtbot.waitUntil(lambda: not len(shown(window).predictions))
    window.docks["output"].show()
    qtbot.waitUntil(lambda: len(shown(window).predictions) > 0)


def test_that_a_single_view_is_named_without_a_choice(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(edits.set_dataset(Experiment(), "fish_species"))
    for column in window.document.experiment.data.features[1:]:
        started(window, qtbot, edits.toggle_feature, column)
    panel = window.output_panel
    assert offered(window) == ["confusion"]
    assert not panel.output_choice.combo.isVisible()
    assert panel.output_choice.only.text() == "Confusion matrix"
