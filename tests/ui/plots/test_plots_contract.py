"""What every plot in the table must do; a new one is tested here without being named."""

import gc
import weakref
from collections import Counter

import numpy as np
import plots_cases as cases
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from playground.experiment.prepare import Prepared
from playground.ui.plots import PLOTS, Plot, PlotView
from playground.ui.theme.tokens import DARK, LIGHT, Theme, scaled

FITTING = [
    pytest.param(plot, kind, id=f"{plot.key}-{kind}")
    for kind in cases.KINDS
    for plot in PLOTS
    if plot.fits(cases.prepared(kind).plan)
]
EVERY = pytest.mark.parametrize(("plot", "kind"), FITTING)
BY_PLOT = pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.key)


def shown(qtbot: QtBot, plot: Plot, theme: Theme = LIGHT) -> PlotView:
    view = plot.make(theme)
    qtbot.addWidget(view)
    view.resize(420, 460)
    with qtbot.waitExposed(view):
        view.show()
    return view


def picture(view: QWidget) -> QImage:
    return view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def colours(view: QWidget) -> Counter[str]:
    image = picture(view)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)[::2, ::2]
    found, counts = np.unique(pixels & 0xFFFFFF, return_counts=True)
    return Counter(
        {f"#{colour:06x}": count for colour, count in zip(found.tolist(), counts.tolist(), strict=True)}
    )


def run_of(plot: Plot) -> Prepared:
    kind = next(kind for kind in cases.KINDS if plot.fits(cases.prepared(kind).plan))
    return cases.prepared(kind)


def test_that_every_run_has_an_output_plot_and_curves() -> None:
    for kind in cases.KINDS:
        groups = [plot.group for plot in PLOTS if plot.fits(cases.prepared(kind).plan)]
        assert "output" in groups
        assert "curves" in groups


def test_that_every_plot_is_called_something_and_explained() -> None:
    assert len({plot.key for plot in PLOTS}) == len(PLOTS)
    assert all(plot.label and plot.help.endswith(".") for plot in PLOTS)


@EVERY
def test_that_a_snapshot_is_drawn(qtbot: QtBot, plot: Plot, kind: str) -> None:
    view = shown(qtbot, plot)
    view.start_run(cases.prepared(kind))
    before = picture(view)
    view.show_snapshot(cases.snapshot(cases.prepared(kind)))
    assert not view.is_empty
    assert len(colours(view)) > 6
    assert picture(view) != before


@BY_PLOT
def test_that_without_a_run_there_is_a_friendly_word_and_no_drawing(qtbot: QtBot, plot: Plot) -> None:
    view = shown(qtbot, plot)
    assert view.is_empty
    assert "Play" in view.empty_text
    mostly = colours(view).most_common(1)[0]
    assert mostly[0] == LIGHT.surface
    assert mostly[1] > 0.9 * colours(view).total()


@EVERY
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300, 0.0])
def test_that_numbers_that_ran_away_do_no_harm(qtbot: QtBot, plot: Plot, kind: str, value: float) -> None:
    run = cases.prepared(kind)
    view = shown(qtbot, plot)
    view.start_run(run)
    view.show_snapshot(cases.spoilt(cases.snapshot(run), value))
    picture(view)
    hover(qtbot, view)
    view.show_snapshot(cases.snapshot(run))
    assert len(colours(view)) > 6


@EVERY
def test_that_a_snapshot_without_new_epochs_is_drawn(qtbot: QtBot, plot: Plot, kind: str) -> None:
    run = cases.prepared(kind)
    view = shown(qtbot, plot)
    view.start_run(run)
    view.show_snapshot(cases.nothing(cases.snapshot(run)))
    picture(view)


@BY_PLOT
def test_that_a_snapshot_without_a_run_is_ignored(qtbot: QtBot, plot: Plot) -> None:
    view = shown(qtbot, plot)
    view.show_snapshot(cases.nothing(cases.snapshot(run_of(plot))))
    assert view.is_empty


@EVERY
def test_that_another_theme_changes_the_background(qtbot: QtBot, plot: Plot, kind: str) -> None:
    run = cases.prepared(kind)
    view = shown(qtbot, plot)
    view.start_run(run)
    view.show_snapshot(cases.snapshot(run))
    assert colours(view)[LIGHT.surface] > 0
    for theme in (DARK, scaled(DARK, projector=True), LIGHT):
        view.apply_theme(theme)
        found = colours(view)
        assert found[theme.surface] > 100
        # A few pixels of letters may be as light, or as dark, as the other background.
        assert found[(LIGHT if theme.dark else DARK).surface] < found[theme.surface] / 50


@EVERY
def test_that_a_theme_gives_the_same_picture_whenever_it_is_chosen(
    qtbot: QtBot, plot: Plot, kind: str
) -> None:
    run = cases.prepared(kind)
    later, at_once = shown(qtbot, plot, LIGHT), shown(qtbot, plot, DARK)
    later.apply_theme(DARK)
    for view in (later, at_once):
        view.start_run(run)
        view.show_snapshot(cases.snapshot(run))
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.clearFocus()
    first, second = colours(later), colours(at_once)
    assert (first - second).total() < 0.01 * first.total()


@EVERY
def test_that_clearing_leaves_nothing(qtbot: QtBot, plot: Plot, kind: str) -> None:
    run = cases.prepared(kind)
    view = shown(qtbot, plot)
    before = colours(view)
    view.start_run(run)
    view.show_snapshot(cases.snapshot(run))
    view.clear()
    assert view.is_empty
    assert (colours(view) - before).total() < 0.02 * before.total()


@BY_PLOT
def test_that_another_run_replaces_the_first(qtbot: QtBot, plot: Plot) -> None:
    run = run_of(plot)
    view = shown(qtbot, plot)
    items = []
    for _ in range(4):
        view.start_run(run)
        view.show_snapshot(cases.snapshot(run))
        picture(view)
        items.append(view.item_count)
    assert items[1:] == [items[1]] * 3


@BY_PLOT
def test_that_a_closed_plot_is_gone(qtbot: QtBot, plot: Plot) -> None:
    run = run_of(plot)
    view = plot.make(LIGHT)
    view.start_run(run)
    view.show_snapshot(cases.snapshot(run))
    view.show()
    picture(view)
    gone = weakref.ref(view)
    view.close()
    view.deleteLater()
    del view
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert gone() is None


@BY_PLOT
def test_that_zooming_offers_to_fit_and_fitting_brings_everything_back(qtbot: QtBot, plot: Plot) -> None:
    run = run_of(plot)
    view = shown(qtbot, plot)
    view.start_run(run)
    view.show_snapshot(cases.snapshot(run))
    home = view.range
    fit = next(button for button in view.findChildren(QAbstractButton) if button.accessibleName() == "Fit")
    assert not fit.isVisible()
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert fit.isVisible()
    assert view.range != home
    qtbot.mouseClick(fit, Qt.MouseButton.LeftButton)
    assert view.range == pytest.approx(home)
    assert not fit.isVisible()


@BY_PLOT
def test_that_every_control_of_a_plot_has_a_tooltip_and_a_name(qtbot: QtBot, plot: Plot) -> None:
    view = shown(qtbot, plot)
    assert view.accessibleName()
    assert view.accessibleDescription().endswith(".")
    for button in view.findChildren(QAbstractButton):
        assert button.toolTip()
        assert button.accessibleName()


@BY_PLOT
def test_that_the_focus_is_visible(qtbot: QtBot, plot: Plot) -> None:
    view = shown(qtbot, plot)
    view.clearFocus()
    before = picture(view)
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    assert picture(view) != before


def hover(qtbot: QtBot, view: PlotView) -> None:
    view.point_out(QPoint(view.width() // 2, view.height() // 2))
