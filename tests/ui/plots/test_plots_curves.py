"""The learning curves: they keep what was, follow what comes, and say what is under the pointer."""

from dataclasses import replace

import numpy as np
import plots_cases as cases
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from playground.training.messages import History
from playground.ui.plots import CurvePlot
from playground.ui.theme.tokens import LIGHT


def feed(view: CurvePlot, points: History) -> None:
    view.show_snapshot(replace(cases.snapshot(cases.prepared("signed")), history=points))


def make(qtbot: QtBot, quantity: str = "loss") -> CurvePlot:
    view = CurvePlot(LIGHT, "loss" if quantity == "loss" else "metric")
    qtbot.addWidget(view)
    view.resize(420, 240)
    with qtbot.waitExposed(view):
        view.show()
    view.start_run(cases.prepared("signed"))
    return view


@pytest.fixture
def plot(qtbot: QtBot) -> CurvePlot:
    return make(qtbot)


def test_that_the_epochs_of_all_snapshots_are_shown(plot: CurvePlot) -> None:
    feed(plot, cases.history(20))
    feed(plot, cases.history(30, start=20))
    assert plot.range[:2] == (0, 50)
    plot.point_out(plot.place_of(10, 0.1))
    assert plot.readout.split("\n") == ["epoch 10", "train 0.1", "test 0.15"]


def test_that_a_rewind_begins_anew(plot: CurvePlot) -> None:
    feed(plot, cases.history(500))
    feed(plot, cases.history(20, restart=True))
    assert plot.range[:2] == (0, 20)


def test_that_a_new_run_forgets_curves_and_marks(plot: CurvePlot) -> None:
    feed(plot, cases.history(50))
    plot.mark(25, "learning rate 0.1")
    plot.start_run(cases.prepared("unit"))
    assert plot.is_empty
    feed(plot, cases.history(50))
    plot.point_out(plot.place_of(25, 0.1))
    assert "learning rate" not in plot.readout


def test_that_a_zoom_is_kept_until_fit_is_asked_for(plot: CurvePlot, qtbot: QtBot) -> None:
    feed(plot, cases.history(50))
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    zoomed = plot.range
    feed(plot, cases.history(50, start=50))
    assert plot.range == zoomed
    qtbot.keyClick(plot, Qt.Key.Key_0)
    assert plot.range[:2] == (0, 100)


def test_that_the_log_scale_shows_powers_of_ten_and_survives_zero(plot: CurvePlot) -> None:
    epoch = np.arange(1.0, 6.0)
    loss = np.array([1.0, 0.1, 0.01, 0.0, np.nan])
    feed(plot, History(epoch, loss, loss, loss, loss))
    assert plot.range[2] == 0
    plot.set_log(True)
    low, high = plot.range[2:]
    assert -4 < low < -2
    assert 0 <= high < 1
    plot.set_log(False)
    assert plot.range[2] == 0


def test_that_a_loss_of_zero_throughout_can_be_shown_on_either_scale(plot: CurvePlot) -> None:
    zero = np.zeros(5)
    feed(plot, History(np.arange(5.0), zero, zero, zero, zero))
    plot.set_log(True)
    plot.grab()
    assert plot.range[3] > plot.range[2]
    plot.set_log(False)
    assert plot.range[3] > plot.range[2]


def test_that_smoothing_leaves_the_curve_itself_faint_behind(plot: CurvePlot) -> None:
    rough = 0.5 + 0.1 * np.random.default_rng(0).normal(size=80)
    feed(plot, History(np.arange(80.0), rough, rough, rough, rough))
    plain = plot.grab().toImage()
    plot.set_smoothing(True)
    assert plot.grab().toImage() != plain
    plot.set_smoothing(False)
    assert plot.grab().toImage() == plain


def test_that_the_persons_switches_are_said_and_those_of_the_program_are_not(
    plot: CurvePlot, qtbot: QtBot
) -> None:
    log, smooth = (
        next(b for b in plot.findChildren(QToolButton) if b.accessibleName() == name)
        for name in ("log scale", "smooth")
    )
    with qtbot.waitSignal(plot.log_chosen) as said:
        qtbot.mouseClick(log, Qt.MouseButton.LeftButton)
    assert said.args == [True]
    with qtbot.waitSignal(plot.smoothing_chosen) as said:
        qtbot.mouseClick(smooth, Qt.MouseButton.LeftButton)
    assert said.args == [True]
    with qtbot.assertNotEmitted(plot.log_chosen), qtbot.assertNotEmitted(plot.smoothing_chosen):
        plot.set_log(False)
        plot.set_smoothing(False)
    assert not log.isChecked()
    assert not smooth.isChecked()


def test_that_a_mark_is_drawn_and_named_when_pointed_at(plot: CurvePlot) -> None:
    feed(plot, cases.history(50))
    before = plot.grab().toImage()
    plot.mark(25, "learning rate 0.1")
    assert plot.grab().toImage() != before
    plot.point_out(plot.place_of(25, 0.2))
    assert plot.readout.endswith("learning rate 0.1")
    plot.point_out(plot.place_of(45, 0.2))
    assert "learning rate" not in plot.readout


def test_that_a_spike_of_one_epoch_among_many_is_drawn(plot: CurvePlot) -> None:
    points = cases.history(100_000)
    points.watched_loss[50_000] = 40.0
    feed(plot, points)
    assert plot.range[3] > 40
    image = plot.grab().toImage()
    column = plot.place_of(50_000, 20).x()
    row = plot.place_of(50_000, 20).y()
    colours = {image.pixelColor(x, row).name() for x in range(column - 3, column + 4)}
    assert colours != {LIGHT.surface}


@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_that_rough_and_smooth_curves_are_drawn_in_their_colours(plot: CurvePlot, noise: float) -> None:
    rng = np.random.default_rng(0)
    slope = np.linspace(1.0, 1.3, 200)  # a level line may lie between two pixels, in neither of its colours
    train, test = (level * slope * np.exp(noise * rng.normal(size=200)) for level in (0.2, 1.0))
    feed(plot, History(np.arange(200.0), train, test, train, test))
    image = plot.grab().toImage()
    found = {
        image.pixelColor(x, y).name()
        for x in range(plot.place_of(0, 0).x() + 2, image.width())
        for y in range(image.height())
    }
    assert {LIGHT.curve_train, LIGHT.curve_test} <= found


def test_that_what_is_drawn_does_not_grow_with_what_is_kept(plot: CurvePlot) -> None:
    sizes = []
    for epochs in (2_000, 90_000):
        feed(plot, cases.history(epochs, restart=True))
        sizes.append(plot.drawn_points)
    assert max(sizes) < 5_000
    assert sizes[1] < 4 * sizes[0]


def test_that_a_hidden_plot_draws_when_it_is_shown_again(plot: CurvePlot, qtbot: QtBot) -> None:
    feed(plot, cases.history(50))
    plot.hide()
    feed(plot, cases.history(50, start=50))
    plot.show()
    assert plot.range[:2] == (0, 100)


def test_that_the_plot_says_what_is_measured(qtbot: QtBot) -> None:
    assert make(qtbot).measured == "Squared error"
    metric = make(qtbot, "metric")
    assert metric.measured == "Accuracy"
    metric.start_run(cases.prepared("regression"))
    assert metric.measured == "R²"
    assert metric.legend.toolTip().startswith("R²: ")


def test_that_accuracy_is_shown_on_its_full_scale(qtbot: QtBot) -> None:
    metric = make(qtbot, "metric")
    values = np.array([0.5, 0.9, 0.97])
    feed(metric, History(np.arange(3.0), values, values, values, values))
    low, high = metric.range[2:]
    assert low == pytest.approx(-0.02)
    assert high == pytest.approx(1.02)


def test_that_a_very_bad_r2_does_not_squeeze_the_rest(qtbot: QtBot) -> None:
    metric = make(qtbot, "metric")
    values = np.array([-1e6, -3.0, 0.5, 0.9])
    feed(metric, History(np.arange(4.0), values, values, values, values))
    assert metric.range[2] >= -1.1


def test_that_the_cross_hair_goes_when_the_pointer_leaves(plot: CurvePlot) -> None:
    feed(plot, cases.history(50))
    plot.point_out(plot.place_of(10, 0.1))
    with_it = plot.grab().toImage()
    plot.point_out(QPoint(1, 1))
    assert plot.readout == ""
    assert plot.grab().toImage() != with_it
