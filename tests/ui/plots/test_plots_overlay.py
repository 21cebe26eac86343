"""Curves of several runs on common axes: named at their ends, thinned, and safe with any number."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from playground.ui.plots.overlay import Band, Line, OverlayPlot, few, looks, place
from playground.ui.theme.colour import contrast
from playground.ui.theme.tokens import DARK, LIGHT, Theme

EPOCHS = np.arange(50.0)


@pytest.fixture
def plot(qtbot: QtBot) -> OverlayPlot:
    made = OverlayPlot(LIGHT, "Curves", "Help.", "Press Play first.")
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    return made


def line(name: str, values: np.ndarray, style: int = 0) -> Line:
    return Line(name, EPOCHS[: len(values)], values, looks(LIGHT)[style])


def test_that_an_empty_plot_says_how_to_begin(plot: OverlayPlot) -> None:
    assert plot.is_empty
    assert plot.empty_text == "Press Play first."
    plot.show_lines([line("none", np.empty(0))])
    assert plot.is_empty


def test_that_every_curve_has_its_name_at_its_end(plot: OverlayPlot) -> None:
    plot.show_lines([line("A", 1 / (1 + EPOCHS)), line("B", 2 / (1 + EPOCHS), 1)])
    assert plot.labels == ("A", "B")
    plot.show_lines([line("B", 2 / (1 + EPOCHS), 1)])
    assert plot.labels == ("B",)


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 0.0, -1.0, 1e300])
def test_that_numbers_of_every_kind_do_no_harm(plot: OverlayPlot, log: bool, bad: float) -> None:
    plot.set_scale(log=log, metric=False)
    values = 1 / (1 + EPOCHS)
    values[10:] = bad
    plot.show_lines(
        [line("A", values), line("B", np.full(50, bad))], [Band(EPOCHS, values, values, LIGHT.accent)]
    )
    low, high, bottom, top = plot.range
    assert np.isfinite([low, high, bottom, top]).all()
    assert low < high
    assert bottom < top


def test_that_the_range_takes_in_all_curves_and_bands(plot: OverlayPlot) -> None:
    band = Band(EPOCHS, np.full(50, 1e-4), np.full(50, 10.0), LIGHT.accent)
    plot.show_lines([line("A", np.full(50, 0.1))], [band])
    assert plot.range[2] <= -4
    assert plot.range[3] >= 1


def test_that_names_of_equal_ends_are_moved_apart(plot: OverlayPlot) -> None:
    plot.show_lines([line(name, np.full(50, 0.1)) for name in "ABC"])
    heights = sorted(name.pos().y() for name in plot._names)
    assert heights[0] < heights[1] < heights[2]


def test_that_a_long_curve_keeps_its_extremes() -> None:
    epochs = np.arange(100_000.0)
    values = np.sin(epochs)
    values[70_001], values[12_345] = 9.0, -9.0
    x, y = few(epochs, values)
    assert len(x) < 500
    assert (x[0], x[-1]) == (0.0, 99_999.0)
    assert (y.max(), y.min()) == (9.0, -9.0)
    assert (np.diff(x) > 0).all()


def test_that_a_curve_that_is_nowhere_a_number_stays_one() -> None:
    x, y = few(np.arange(5000.0), np.full(5000, np.nan))
    assert len(x) == len(y)
    assert np.isnan(y).all()
    assert np.isnan(place(np.array([np.nan, np.inf]), True)).all()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_that_looks_differ_and_stand_out(theme: Theme) -> None:
    found = looks(theme)
    assert len({(look.colour, look.dash) for look in found}) == len(found) >= 16
    assert all(contrast(look.colour, theme.surface) >= 2.0 for look in found)


def test_that_a_point_near_the_pointer_is_named(plot: OverlayPlot) -> None:
    plot.show_lines([line("A", np.full(50, 0.1))])
    plot.point_out(plot.place_of(20.0, -1.0))
    assert plot.readout == "A: 0.1 at epoch 20"
