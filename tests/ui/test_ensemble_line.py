"""What the window shows of an ensemble of snapshots: a line, a switch, and marks on the curves."""

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.experiment import edits, files
from playground.experiment.model import Experiment
from playground.training.messages import EnsembleFigures
from playground.ui.figures import four_digits
from playground.ui.main_window import MainWindow
from playground.ui.panels.ensemble_line import in_words
from playground.ui.plots import CurvePlot


def restarting(name: str = "circle", cycle: float = 5.0) -> Experiment:
    parameters = {"length": cycle}
    return edits.set_training(files.example(name), schedule="warm_restarts", schedule_parameters=parameters)


def play_until(window: MainWindow, qtbot: QtBot, epoch: int) -> None:
    window.bridge.play_until(epoch)
    qtbot.waitUntil(lambda: shown(window).epoch == epoch and shown(window).state == "paused")


def loss_plot(window: MainWindow) -> CurvePlot:
    view = window.output_panel.curves.currentWidget()
    assert isinstance(view, CurvePlot)
    return view


def readout_at(plot: CurvePlot, epoch: float) -> str:
    """Return what the plot says where the pointer is at an epoch, half way up."""
    plot.point_out(plot.place_of(epoch, sum(plot.range[2:]) / 2))
    return plot.readout


def test_that_the_line_follows_the_run_and_goes_with_the_schedule(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(restarting())
    line = window.output_panel.figures.ensemble
    qtbot.waitUntil(line.isVisible)
    assert line.text() == "The first snapshot is taken at epoch 5."
    play_until(window, qtbot, 12)
    figures = shown(window).ensemble
    assert figures is not None
    assert figures.epochs == (5, 10)
    own = four_digits(window.bridge.curves.rows[-1][2])
    loss = four_digits(figures.watched_loss)
    assert line.text() == f"Ensemble of 2 snapshots: test loss {loss} (this network {own})"
    assert f"test accuracy is {figures.watched_metric * 100:.1f} %" in line.toolTip()
    play_until(window, qtbot, 16)
    assert line.text().startswith("Ensemble of 3 snapshots: ")

    window.document.edit("Use cosine", edits.set_training, schedule="cosine", schedule_parameters={})
    qtbot.waitUntil(line.isHidden)
    assert window.output_panel.ensemble_option.isHidden()
    window.document.undo_stack.undo()
    qtbot.waitUntil(line.isVisible)
    assert line.text() == "The first snapshot is taken at epoch 20."


def test_that_there_is_no_line_and_no_switch_without_cycles(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("circle"))
    play_until(window, qtbot, 3)
    assert window.output_panel.figures.ensemble.isHidden()
    assert window.output_panel.ensemble_option.isHidden()


@pytest.mark.parametrize("size", [(1280, 800), (900, 600)])
def test_that_the_line_is_shown_in_full(make_window: MakeWindow, qtbot: QtBot, size: tuple[int, int]) -> None:
    window = make_window(restarting())
    window.resize(*size)
    play_until(window, qtbot, 11)
    panel = window.output_panel
    line = panel.figures.ensemble
    qtbot.waitUntil(lambda: line.height() >= line.heightForWidth(line.width()))
    assert panel.rect().contains(line.mapTo(panel, line.rect().bottomRight()))


def test_that_the_answer_of_the_ensemble_is_drawn_while_the_switch_is_on(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(restarting())
    option = window.output_panel.ensemble_option
    qtbot.waitUntil(option.isVisible)
    assert not option.isEnabled()
    play_until(window, qtbot, 12)
    assert option.isEnabled()
    own = shown(window).picture.output
    option.click()
    qtbot.waitUntil(lambda: not np.array_equal(shown(window).picture.output, own))
    option.click()
    qtbot.waitUntil(lambda: np.array_equal(shown(window).picture.output, own))


def test_that_the_switch_is_off_again_when_there_are_no_snapshots(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(restarting())
    option = window.output_panel.ensemble_option
    for forget in (
        window.bridge.rewind,
        lambda: window.document.edit("Widen", edits.set_units, window.document.experiment.layers[0].id, 7),
    ):
        play_until(window, qtbot, shown(window).epoch + 12)
        option.click()
        assert option.isChecked()
        forget()
        qtbot.waitUntil(lambda: not option.isChecked())
        qtbot.waitUntil(lambda: not option.isEnabled())


def test_that_a_table_has_the_line_without_the_switch(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(restarting("fish", 2.0))
    play_until(window, qtbot, 2)
    assert "Ensemble of 1 snapshot: " in window.output_panel.figures.ensemble.text()
    assert "test R² is" in window.output_panel.figures.ensemble.toolTip()
    assert window.output_panel.ensemble_option.isHidden()


def test_that_the_curves_are_marked_where_snapshots_were_taken(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(restarting())
    play_until(window, qtbot, 12)
    plot = loss_plot(window)
    assert "snapshot 2 of 2" in readout_at(plot, 10)
    assert "snapshot" not in readout_at(plot, 7)
    window.document.edit("Use cosine", edits.set_training, schedule="cosine", schedule_parameters={})
    qtbot.waitUntil(lambda: shown(window).ensemble is None)
    assert "snapshot" not in readout_at(plot, 10)


def test_that_an_edit_of_a_stopped_run_does_not_keep_it_from_going_on(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(edits.set_epochs(edits.set_training(restarting(), stopping={"at_end": True}), 6))
    window.bridge.set_playing(True)
    qtbot.waitUntil(lambda: not window.bridge.playing)
    stop = shown(window)
    assert stop.stopped
    window.bridge.set_playing(True)
    window.bridge._show(replace(stop, ensemble=None))
    assert window.bridge.playing
    window.bridge.set_playing(False)


def test_that_the_line_is_a_sentence_whatever_the_figures() -> None:
    nan = float("nan")
    assert (
        in_words(EnsembleFigures((), 1250, nan, nan), 0.5, "test")
        == "The first snapshot is taken at epoch 1,250."
    )
    assert in_words(EnsembleFigures((9,), 18, nan, nan), 0.5, "test").startswith(
        "Ensemble of 1 snapshot: test loss –"
    )
