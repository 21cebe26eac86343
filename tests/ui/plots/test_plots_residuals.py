"""Residuals: truth minus answer, over either, about a line at zero."""

from dataclasses import replace

import numpy as np
import plots_cases as cases
import pytest
from pytestqt.qtbot import QtBot

from playground.ui.figures import short
from playground.ui.plots import ResidualPlot
from playground.ui.theme.tokens import LIGHT


@pytest.fixture
def view(qtbot: QtBot) -> ResidualPlot:
    view = ResidualPlot(LIGHT)
    qtbot.addWidget(view)
    view.resize(420, 460)
    with qtbot.waitExposed(view):
        view.show()
    view.start_run(cases.prepared("table"))
    view.show_snapshot(cases.snapshot(cases.prepared("table")))
    return view


def test_that_each_row_lies_at_its_residual_over_its_answer_or_its_truth(view: ResidualPlot) -> None:
    run = cases.prepared("table")
    rows = run.train_rows
    true, answers = run.sample.targets[rows], cases.predictions(run)[rows]
    np.testing.assert_allclose(view._places()[rows], np.column_stack([answers, true - answers]))
    view.over.setCurrentIndex(1)
    np.testing.assert_allclose(view._places()[rows], np.column_stack([true, true - answers]))
    assert view.look.predictions


def test_that_pointing_says_truth_answer_and_residual(view: ResidualPlot) -> None:
    run = cases.prepared("table")
    row = int(run.train_rows[0])
    answers = run.sample.targets.astype(np.float64)
    true, answers[row] = answers[row], answers[row] + 300.0
    view.show_snapshot(replace(cases.snapshot(run), predictions=answers))
    view.point_out(view.place_of(answers[row], -300.0))
    unit = run.sample.unit
    assert view.readout.splitlines()[0] == f"true {short(true)} {unit}"
    assert view.readout.splitlines()[2] == f"residual {short(-300.0)} {unit}"


def test_that_the_range_follows_residuals_that_shrink_much_but_not_a_little(view: ResidualPlot) -> None:
    run = cases.prepared("table")
    true = run.sample.targets.astype(np.float64)
    _, _, low, before = view.range
    for share, follows in ((0.8, False), (0.1, True), (3.0, True)):
        answers = true - (true - cases.predictions(run)) * share
        view.show_snapshot(replace(cases.snapshot(run), predictions=answers))
        assert (view.range[3] != before) is follows
        assert view.range[3] > np.abs(true - answers).max()
        before = view.range[3]
    assert low == -view.range[3] or low < 0


def test_that_a_zoom_is_left_alone(view: ResidualPlot, qtbot: QtBot) -> None:
    run = cases.prepared("table")
    view._view.scaleBy((0.5, 0.5))
    view._was_zoomed()
    zoomed = view.range
    view.show_snapshot(replace(cases.snapshot(run), predictions=run.sample.targets * 0.999))
    assert view.range == zoomed
