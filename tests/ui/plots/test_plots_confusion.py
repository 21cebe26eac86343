"""The confusion matrix: what it counts, how it says so, and that it can be read."""

from dataclasses import replace

import numpy as np
import plots_cases as cases
import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot
from sklearn import metrics

from playground.experiment.prepare import Prepared
from playground.ui.plots import ConfusionPlot
from playground.ui.theme.tokens import LIGHT


@pytest.fixture
def matrix(qtbot: QtBot) -> ConfusionPlot:
    view = ConfusionPlot(LIGHT)
    qtbot.addWidget(view)
    view.resize(420, 460)
    with qtbot.waitExposed(view):
        view.show()
    return view


def at(view: ConfusionPlot, row: int, column: int) -> str:
    centre = view._matrix.plan.cell(row, column).center()
    view.point_out(view.place_of(centre.x(), centre.y()))
    return view.readout


def running(view: ConfusionPlot, kind: str = "species") -> Prepared:
    run = cases.prepared(kind)
    view.start_run(run)
    view.show_snapshot(cases.snapshot(run))
    return run


def test_that_test_rows_are_counted_and_training_rows_on_demand(matrix: ConfusionPlot) -> None:
    run = running(matrix)
    predictions, targets = cases.predictions(run), run.sample.targets
    for rows in (run.test_rows, run.train_rows):
        expected = metrics.confusion_matrix(targets[rows], predictions[rows], labels=range(7))
        np.testing.assert_array_equal(matrix.counts, expected)
        matrix.training.click()


def test_that_every_cell_says_in_words_what_it_counts(matrix: ConfusionPlot) -> None:
    run = running(matrix)
    names, counts = run.plan.class_names, matrix.counts
    row = int(counts.sum(axis=1).argmax())
    column = (row + 1) % 7
    all_of_it = f"{counts[row].sum()} {names[row]}"
    assert at(matrix, row, column) == f"{counts[row, column]} of {all_of_it} were taken for {names[column]}"
    assert at(matrix, row, row) == f"{counts[row, row]} of {all_of_it} were recognised"
    assert at(matrix, row, 7).splitlines()[1].startswith("recall ")
    assert at(matrix, 7, column).splitlines()[1].startswith("precision ")
    right = np.trace(counts) / len(run.test_rows)
    assert at(matrix, 7, 7).splitlines()[1] == f"accuracy {right * 100:.1f} %"


def test_that_pointing_at_a_name_says_all_of_it(matrix: ConfusionPlot) -> None:
    run = running(matrix)
    matrix.point_out(matrix.place_of(0, 6.5) - QPoint(20, 0))
    assert matrix.readout == run.plan.class_names[0]
    below = matrix.place_of(2.5, matrix._matrix.plan.y_range[0])
    matrix.point_out(below + QPoint(0, 12))
    assert matrix.readout == run.plan.class_names[2]


def test_that_a_class_never_answered_has_no_precision(matrix: ConfusionPlot) -> None:
    run = running(matrix)
    nothing = np.zeros(len(run.sample.targets))
    matrix.show_snapshot(replace(cases.snapshot(run), predictions=nothing))
    assert at(matrix, 7, 3).endswith("precision –")
    assert at(matrix, 7, 0).endswith(" %")


def test_that_rows_without_an_answer_are_wrong_and_in_no_cell(matrix: ConfusionPlot) -> None:
    run = running(matrix)
    answers = run.sample.targets.astype(np.float64)
    answers[run.test_rows[0]] = np.nan
    matrix.show_snapshot(replace(cases.snapshot(run), predictions=answers))
    rows = len(run.test_rows)
    assert matrix.counts.sum() == rows - 1
    assert at(matrix, 7, 7).endswith(f"accuracy {(rows - 1) / rows * 100:.1f} %")


def test_that_a_snapshot_nobody_asked_answers_of_changes_nothing(matrix: ConfusionPlot) -> None:
    run = running(matrix)
    before = matrix.counts
    matrix.show_snapshot(replace(cases.snapshot(run), predictions=np.empty(0)))
    np.testing.assert_array_equal(matrix.counts, before)
    assert matrix.look.predictions


def test_that_the_diagonal_is_framed(matrix: ConfusionPlot) -> None:
    running(matrix, "one_hot")
    image = matrix.grab().toImage()

    def rim(row: int, column: int) -> int:
        box = matrix._matrix.plan.cell(row, column)
        place = matrix.place_of(box.left(), box.center().y())
        return min(image.pixelColor(place.x() + step, place.y()).lightness() for step in range(4))

    assert rim(1, 1) < 90 < rim(1, 0)
