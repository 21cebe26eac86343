"""The spaces in the window: they follow the selection and the setting, and ask for what they need."""

import pytest
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.experiment import files
from playground.training.messages import Look
from playground.ui.main_window import MainWindow
from playground.ui.plots.hidden_space import HiddenSpacePlot
from playground.ui.plots.landscape_plot import LandscapePlot


@pytest.fixture
def window(make_window: MakeWindow, qtbot: QtBot) -> MainWindow:
    window = make_window(files.example("circle"))
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None)
    return window


def test_that_the_hidden_space_follows_the_selection_in_the_diagram(window: MainWindow, qtbot: QtBot) -> None:
    view = window.instruments.open("hidden_space")
    assert isinstance(view, HiddenSpacePlot)
    layer = window.document.experiment.layers[0].id
    window.selection.select("output")
    assert view.stage == len(window.document.experiment.layers) + 1
    window.selection.select(layer)
    assert view.stage == 1
    assert not view.is_moving
    window.actions_by_key["motion"].trigger()
    window.selection.select("output")
    assert view.is_moving


def test_that_the_answers_of_the_layers_come_while_the_hidden_space_is_in_sight(
    window: MainWindow, qtbot: QtBot
) -> None:
    assert not shown(window).spaces
    window.instruments.open("hidden_space")
    qtbot.waitUntil(lambda: window.instruments.look == Look(spaces=True))
    qtbot.waitUntil(lambda: bool(shown(window).spaces))
    window.instruments.docks["hidden_space"].close()
    qtbot.waitUntil(lambda: not shown(window).spaces)


def test_that_the_landscape_draws_itself_and_never_stops_the_training(
    window: MainWindow, qtbot: QtBot
) -> None:
    view = window.instruments.open("landscape")
    assert isinstance(view, LandscapePlot)
    qtbot.waitUntil(lambda: view.shown is not None, timeout=20_000)
    first = view.shown
    window.bridge.step_epoch()
    qtbot.waitUntil(lambda: shown(window).epoch == 1)
    qtbot.waitUntil(lambda: view.shown is not first, timeout=20_000)
    window.instruments.docks["landscape"].close()
    assert not view.is_busy
