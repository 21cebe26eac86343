"""The window that shows the data: it follows the document, and what it shows are the run's own numbers."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from sklearn import datasets
from window_cases import MakeWindow

from playground.data import Table
from playground.experiment import edits, files
from playground.experiment.model import Experiment
from playground.settings import Settings
from playground.ui.explore.column_picker import MOST, ColumnPicker
from playground.ui.explore.window import ExploreWindow
from playground.ui.main_window import MainWindow
from playground.ui.theme.colour import qcolor

IRIS = datasets.load_iris()
ALONE = 41  # a flower of short and narrow sepals, far from all others
LEFT = Qt.MouseButton.LeftButton
SCATTER, HISTOGRAMS, ROWS = range(3)

Open = Callable[..., tuple[MainWindow, ExploreWindow]]


def of(dataset: str, **settings: object) -> Experiment:
    return edits.set_data(edits.set_dataset(Experiment(), dataset), **settings)


def own(rows: int, columns: int) -> Experiment:
    """Return rows of one's own, the first column of which says most and the last of which never changes."""
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(rows, columns))
    inputs[:, -1] = 5.0
    targets = inputs[:, 0] * 2 + rng.normal(size=rows)
    names = tuple(f"column {number}" for number in range(columns))
    table = Table("Own", names, inputs, "answer", targets)
    return edits.set_table(Experiment(), table)


def settle(dialog: ExploreWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(
        lambda: dialog.stack.currentWidget() is dialog.tabs and not dialog.is_busy, timeout=20_000
    )


@pytest.fixture
def opened(make_window: MakeWindow, qtbot: QtBot) -> Open:
    """Return a function that opens the window on an experiment and waits until it shows its rows."""

    def open_(experiment: Experiment, settings: Settings | None = None) -> tuple[MainWindow, ExploreWindow]:
        window = make_window(experiment, settings)
        window.actions_by_key["look_at_data"].trigger()
        dialog = window.explore.dialog
        assert dialog is not None
        settle(dialog, qtbot)
        return window, dialog

    return open_


def cell(dialog: ExploreWindow, row: int, column: int) -> str:
    return str(dialog.rows.model.index(row, column).data())


def test_that_the_button_in_the_data_panel_opens_the_one_window(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(of("iris"))
    QTest.mouseClick(window.data_panel.look, LEFT)
    dialog = window.explore.dialog
    assert dialog is not None
    assert dialog.isVisible()
    assert not dialog.isModal()
    window.actions_by_key["look_at_data"].trigger()
    assert window.explore.dialog is dialog
    settle(dialog, qtbot)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.explore.dialog is None)


def test_that_it_follows_the_document(opened: Open, qtbot: QtBot) -> None:
    window, dialog = opened(of("iris"))
    assert dialog.title.text() == "Iris"
    window.document.edit("Use fish", edits.set_dataset, "fish")
    qtbot.waitUntil(lambda: dialog.title.text() == "Fish" and dialog.rows.model.columnCount() == 8)
    window.document.undo_stack.undo()
    qtbot.waitUntil(lambda: dialog.title.text() == "Iris" and dialog.rows.model.columnCount() == 7)
    settle(dialog, qtbot)


def test_that_another_layer_changes_nothing(opened: Open, qtbot: QtBot) -> None:
    window, dialog = opened(of("iris"))
    drawing, run = dialog.scatter.matrix.drawing, window.bridge.prepared
    window.document.edit("Add", edits.add_layer, 0)
    qtbot.waitUntil(lambda: window.bridge.prepared is not run)
    assert not dialog.is_busy
    assert dialog.scatter.matrix.drawing is drawing


def test_that_it_says_why_there_are_no_rows_and_shows_them_again(opened: Open, qtbot: QtBot) -> None:
    window, dialog = opened(of("circle"))
    window.document.edit("Use a feature", edits.add_formula, "log(x1)")
    qtbot.waitUntil(lambda: dialog.stack.currentWidget() is dialog.empty)
    assert dialog.empty.text().startswith(
        "There are no rows to look at. The feature log(x1) has no finite value"
    )
    window.document.undo_stack.undo()
    settle(dialog, qtbot)
    assert cell(dialog, 0, 0) == "0"


# The scatter matrix -------------------------------------------------------------------------------------


def test_that_all_columns_of_a_small_table_are_drawn_with_the_target_of_a_regression(opened: Open) -> None:
    dialog = opened(of("fish"))[1]
    drawing = dialog.scatter.matrix.drawing
    assert drawing is not None
    assert drawing.names == ("Length1", "Length2", "Length3", "Height", "Width", "Weight, g")
    assert sorted(drawing.images) == [(row, column) for row in range(6) for column in range(row)]
    expected = np.corrcoef(drawing.columns, rowvar=False)
    np.testing.assert_allclose(drawing.correlations, expected, rtol=1e-9)
    assert dialog.scatter.caption.text().startswith("All 155 rows in use.")


def test_that_of_many_columns_those_that_tell_most_are_drawn_and_the_rule_is_said(opened: Open) -> None:
    dialog = opened(own(400, 12))[1]
    drawing = dialog.scatter.matrix.drawing
    assert drawing is not None
    table = drawing.wanted.table
    best = np.sort(np.argsort(-np.nan_to_num(table.scores))[:6])
    assert drawing.names == (*(table.names[index] for index in best), "answer")
    assert "the largest correlation with the target" in dialog.scatter.picker.note.text()
    assert "column 11  –  constant" in listed(dialog.scatter.picker)


def listed(picker: ColumnPicker) -> list[str]:
    model = picker.list.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def check(picker: ColumnPicker, row: int) -> None:
    picker.list.setCurrentIndex(picker.list.model().index(row, 0))
    QTest.keyClick(picker.list, Qt.Key.Key_Space)


def test_that_columns_are_searched_and_chosen(opened: Open, qtbot: QtBot) -> None:
    dialog = opened(own(60, 14))[1]
    picker = dialog.scatter.picker
    picker.search.setText("COLUMN 13")
    assert listed(picker) == ["column 13  –  constant"]
    check(picker, 0)
    settle(dialog, qtbot)
    drawing = dialog.scatter.matrix.drawing
    assert drawing is not None
    assert drawing.names[-2:] == ("column 13", "answer")
    assert np.isnan(drawing.correlations[-2]).all()
    assert "– where a column does not vary" in dialog.scatter.caption.text()


def test_that_no_more_columns_are_drawn_than_can_be_read(opened: Open, qtbot: QtBot) -> None:
    dialog = opened(own(60, 14))[1]
    picker = dialog.scatter.picker
    for row in range(14):
        if row not in picker.chosen:
            check(picker, row)
    settle(dialog, qtbot)
    assert len(picker.chosen) == MOST
    assert picker.note.text().startswith(f"At most {MOST} columns")


def test_that_a_choice_is_kept_when_the_values_are_scaled_and_back(opened: Open, qtbot: QtBot) -> None:
    dialog = opened(of("iris", scaling="standard"))[1]
    check(dialog.scatter.picker, 1)
    for key in ("scaled", "raw"):
        dialog.values.chips[key].click()
        settle(dialog, qtbot)
        drawing = dialog.scatter.matrix.drawing
        assert drawing is not None
        assert drawing.names == ("sepal length", "petal length", "petal width")


def test_that_without_a_column_a_sentence_says_what_to_do(opened: Open, qtbot: QtBot) -> None:
    dialog = opened(of("iris"))[1]
    for row in range(4):
        check(dialog.scatter.picker, row)
    settle(dialog, qtbot)
    assert dialog.scatter.matrix.drawing is None
    assert dialog.scatter.caption.text().startswith("No column is chosen")


def test_that_some_of_very_many_rows_are_drawn_and_it_is_said(opened: Open) -> None:
    dialog = opened(own(30_000, 7))[1]
    drawing = dialog.scatter.matrix.drawing
    assert drawing is not None
    assert 10_000 <= len(drawing.drawn) < 30_000
    assert dialog.scatter.caption.text().startswith(f"{len(drawing.drawn):,} of 30,000 rows drawn.")
    assert len(np.unique(drawing.drawn)) == len(drawing.drawn)


def test_that_a_point_is_drawn_where_the_row_is_in_its_classes_colour(opened: Open) -> None:
    window, dialog = opened(of("iris"))
    matrix = dialog.scatter.matrix
    picture = matrix.grab().toImage()
    place = matrix.place_of(ALONE, 1, 0).toPoint()
    assert picture.pixelColor(place) == qcolor(window.themes.theme.classes[0])


def point(widget: QWidget, place: QPointF) -> None:
    """Move the pointer there; the offscreen platform does not know which of two windows is in front."""
    none = Qt.KeyboardModifier.NoModifier
    button = Qt.MouseButton.NoButton
    event = QMouseEvent(QEvent.Type.MouseMove, place, widget.mapToGlobal(place), button, button, none)
    QApplication.sendEvent(widget, event)


def test_that_pointing_at_a_point_names_its_row_and_values(opened: Open) -> None:
    window, dialog = opened(of("iris"))
    matrix, prepared = dialog.scatter.matrix, window.bridge.prepared
    assert prepared is not None
    point(matrix, matrix.place_of(ALONE, 1, 0))
    assert matrix.readout.isVisible()
    part = "training" if ALONE in prepared.train_rows else "test"
    length, width = IRIS.data[ALONE, :2]
    words = f"Row {ALONE} ({part})\nsepal length: {length}\nsepal width: {width}\nsetosa"
    assert matrix.readout.text() == words
    point(matrix, QPointF(1, 1))
    assert matrix.readout.isHidden()


def test_that_pointing_elsewhere_says_what_is_there(opened: Open) -> None:
    matrix = opened(of("iris"))[1].scatter.matrix
    drawing = matrix.drawing
    assert drawing is not None
    grid = matrix._grid(4)
    upper = matrix.words_at(grid.cell(0, 2).center())
    assert upper == "sepal length and petal length\nr = 0.872"
    on_it = matrix.words_at(grid.cell(2, 2).center())
    edges, counts = drawing.bins[2]
    assert on_it.splitlines()[0].startswith("petal length: ")
    assert matrix.words_at(QPointF(2.0, grid.cell(3, 0).center().y())) == "petal width"
    assert counts.sum() == 150
    assert len(edges) == counts.shape[1] + 1


def test_that_a_clicked_point_is_selected_among_the_rows_and_ringed(opened: Open) -> None:
    dialog = opened(of("iris"))[1]
    matrix = dialog.scatter.matrix
    before = matrix.grab().toImage()
    QTest.mouseClick(matrix, LEFT, pos=matrix.place_of(ALONE, 1, 0).toPoint())
    assert matrix.grab().toImage() != before
    assert cell(dialog, dialog.rows.view.currentIndex().row(), 0) == str(ALONE)


def test_that_it_is_drawn_anew_for_another_size_and_theme(opened: Open, qtbot: QtBot) -> None:
    window, dialog = opened(of("iris"))
    matrix = dialog.scatter.matrix
    first = matrix.drawing
    assert first is not None
    dialog.resize(700, 500)
    qtbot.waitUntil(lambda: matrix.drawing is not first and not dialog.is_busy)
    assert matrix.drawing is not None
    assert matrix.drawing.wanted.cell < first.wanted.cell
    window.themes.set_preference("dark")
    qtbot.waitUntil(lambda: matrix.drawing is not None and matrix.drawing.wanted.theme.dark)
    corner = dialog.grab().toImage().pixelColor(2, 2)
    assert corner == qcolor(window.themes.theme.surface)


# Histograms ---------------------------------------------------------------------------------------------


def test_that_histograms_count_each_part_and_are_counted_when_they_are_seen(
    opened: Open, qtbot: QtBot
) -> None:
    window, dialog = opened(of("iris"))
    assert dialog.histograms.wall.histograms == ()
    dialog.tabs.setCurrentIndex(HISTOGRAMS)
    settle(dialog, qtbot)
    found = dialog.histograms.wall.histograms
    assert [one.name for one in found] == [
        "sepal length",
        "sepal width",
        "petal length",
        "petal width",
        "species",
    ]
    prepared = window.bridge.prepared
    assert prepared is not None
    for one, column in zip(found, prepared.sample.inputs.T, strict=False):
        for part, rows in enumerate((prepared.train_rows, prepared.test_rows)):
            expected = np.histogram(column[rows], one.edges)[0]
            np.testing.assert_array_equal(one.counts[part].sum(axis=0), expected)
    assert dialog.histograms.caption.text() == (
        "Bars: 75 training rows, by class. Outline: 75 test rows. Heights are per cent of each part's rows; "
        "figures are of the training rows; no value is missing."
    )


def test_that_standardised_training_rows_have_mean_0_and_deviation_1(opened: Open, qtbot: QtBot) -> None:
    from playground.ui.explore.histogram_wall import summary_texts

    dialog = opened(of("iris", scaling="standard"))[1]
    dialog.values.chips["scaled"].click()
    dialog.tabs.setCurrentIndex(HISTOGRAMS)
    settle(dialog, qtbot)
    qtbot.waitUntil(lambda: len(dialog.histograms.wall.histograms) == 5)
    for one in dialog.histograms.wall.histograms[:4]:
        assert summary_texts(one)[:2] == (("mean", "0"), ("std dev", "1"))


def test_that_a_bar_says_what_it_counts(opened: Open, qtbot: QtBot) -> None:
    dialog = opened(of("iris"))[1]
    dialog.tabs.setCurrentIndex(HISTOGRAMS)
    settle(dialog, qtbot)
    wall = dialog.histograms.wall
    place = QPointF(wall._plot(wall.cell(4)).center())
    words = wall.words_at(place).splitlines()
    assert words[0] == "species: versicolor"
    assert words[1].endswith("training rows (33.3 %)")
    assert wall.words_at(QPointF(wall.cell(1).topLeft()) + QPointF(3, 3)) == "sepal width"


def test_that_many_histograms_scroll_and_none_is_cut(opened: Open, qtbot: QtBot) -> None:
    dialog = opened(own(50, 40))[1]
    dialog.tabs.setCurrentIndex(HISTOGRAMS)
    settle(dialog, qtbot)
    wall = dialog.histograms.wall
    qtbot.waitUntil(lambda: wall.height() >= wall.cell(40).bottom())
    assert dialog.histograms.area.verticalScrollBar().maximum() > 0
    assert wall.cell(40).right() <= wall.width()


# The design matrix --------------------------------------------------------------------------------------


def test_that_the_table_shows_what_the_network_is_given(opened: Open, qtbot: QtBot) -> None:
    window, dialog = opened(of("iris", scaling="standard"))
    assert dialog.rows.shape.text() == (
        "Training  X: 75 × 4 (rows × features), y: 75 × 1      Test  X: 75 × 4 (rows × features), y: 75 × 1"
    )
    assert [cell(dialog, 0, column) for column in (2, 3, 4, 5, 6)] == ["5.1", "3.5", "1.4", "0.2", "setosa"]
    dialog.values.chips["scaled"].click()
    settle(dialog, qtbot)
    assert "y: 75 × 3" in dialog.rows.shape.text()
    prepared = window.bridge.prepared
    assert prepared is not None
    row = int(prepared.train_rows[0])
    assert float(cell(dialog, row, 2).replace("\N{MINUS SIGN}", "-")) == pytest.approx(
        prepared.x_train[0, 0], abs=1e-3
    )
    assert [cell(dialog, row, column) for column in (6, 7, 8)] == ["1", "0", "0"]


def test_that_numbers_stand_to_the_right_and_words_to_the_left(opened: Open) -> None:
    model = opened(of("iris"))[1].rows.model
    sides = [model.index(0, column).data(Qt.ItemDataRole.TextAlignmentRole) for column in range(7)]
    right, left = int(Qt.AlignmentFlag.AlignRight), int(Qt.AlignmentFlag.AlignLeft)
    assert [bool(side & right) for side in sides] == [True, False, True, True, True, True, False]
    assert all(bool(side & left) != bool(side & right) for side in sides)


def test_that_a_column_sorts_both_ways_and_the_selected_row_stays_selected(
    opened: Open, qtbot: QtBot
) -> None:
    window, dialog = opened(of("iris"))
    dialog.tabs.setCurrentIndex(ROWS)
    dialog.rows.choose_row(ALONE)
    prepared = window.bridge.prepared
    assert prepared is not None
    column = prepared.sample.inputs[:, 0]
    for order, extreme in (
        (Qt.SortOrder.AscendingOrder, column.min()),
        (Qt.SortOrder.DescendingOrder, column.max()),
    ):
        dialog.rows.view.sortByColumn(2, order)
        settle(dialog, qtbot)
        assert float(cell(dialog, 0, 2)) == extreme
        assert cell(dialog, dialog.rows.view.currentIndex().row(), 0) == str(ALONE)


def test_that_selected_cells_are_copied_as_they_are_in_full(opened: Open, qtbot: QtBot) -> None:
    window, dialog = opened(of("iris", scaling="standard"))
    dialog.values.chips["scaled"].click()
    settle(dialog, qtbot)
    dialog.tabs.setCurrentIndex(ROWS)
    view, model = dialog.rows.view, dialog.rows.model
    chosen = QItemSelection(model.index(3, 0), model.index(4, 3))
    view.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    QApplication.clipboard().clear()
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(QApplication.clipboard().text()))
    lines = [line.split("\t") for line in QApplication.clipboard().text().splitlines()]
    prepared = window.bridge.prepared
    assert prepared is not None
    assert [line[0] for line in lines] == ["3", "4"]
    assert {line[1] for line in lines} <= {"training", "test"}
    expected = prepared.encode_inputs(prepared.sample.inputs[3:5])[:, :2]
    assert [[float(text) for text in line[2:]] for line in lines] == expected.tolist()
    assert dialog.rows.note.text() == "2 rows are on the clipboard."


def test_that_too_much_is_not_copied_and_it_says_what_to_do(opened: Open, qtbot: QtBot) -> None:
    dialog = opened(own(30_000, 20))[1]
    dialog.tabs.setCurrentIndex(ROWS)
    dialog.rows.view.selectAll()
    QTest.keyClick(dialog.rows.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    settle(dialog, qtbot)
    assert dialog.rows.note.text().startswith("690,000 cells are too many to copy: File > Export data as CSV")


def test_that_rows_that_are_left_out_are_said_to_be(opened: Open) -> None:
    dialog = opened(of("fish", leave_out_doubtful=True))[1]
    parts = [cell(dialog, row, 1) for row in range(dialog.rows.model.rowCount())]
    count = parts.count("left out")
    assert count > 0
    assert f" {count} rows are left out." in dialog.rows.note.text()


def test_that_long_names_are_told_apart_in_the_heads(opened: Open) -> None:
    rng = np.random.default_rng(0)
    names = tuple(f"mean concentration of analyte {n} in the sample (µg per litre)" for n in range(1, 9))
    table = Table("Lab", names, rng.normal(size=(40, 8)), "burden", rng.normal(size=40))
    dialog = opened(edits.set_table(Experiment(), table))[1]
    model = dialog.rows.model
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(2, 10)]
    assert heads == [f"… analyte {n} …\nfeature {n}" for n in range(1, 9)]
    assert names[2] in model.headerData(4, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)


# Every data set -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "experiment", [files.example("circle"), of("curve"), of("digits"), own(3, 1), own(2, 2)]
)
def test_that_every_page_is_drawn_whatever_the_data(
    opened: Open, qtbot: QtBot, experiment: Experiment
) -> None:
    dialog = opened(experiment, Settings(motion=False, projector=True))[1]
    for key in ("raw", "scaled"):
        dialog.values.chips[key].click()
        for page in (SCATTER, HISTOGRAMS, ROWS):
            dialog.tabs.setCurrentIndex(page)
            settle(dialog, qtbot)
            assert not dialog.grab().isNull()
