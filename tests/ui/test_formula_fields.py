"""Formulas in the data panel: a feature of one's own, data by a formula, and where a formula is wrong."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow

from playground.experiment import edits, files


def type_in(qtbot: QtBot, field: object, text: str) -> None:
    field.setFocus()  # type: ignore[attr-defined]
    field.clear()  # type: ignore[attr-defined]
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_that_a_feature_that_is_typed_becomes_a_chip_that_can_be_removed(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window()
    panel = window.data_panel
    type_in(qtbot, panel.own_feature, "x1*x2 + 1")
    assert window.document.experiment.data.features[-1] == "x1*x2 + 1"
    assert panel.own_feature.text() == ""
    assert panel.features.chip("x1*x2 + 1").isChecked()
    assert not panel.features.chip("x1").actions()
    panel.features.chip("x1*x2 + 1").actions()[0].trigger()
    assert window.document.experiment.data.formulas == ()
    window.actions_by_key["undo"].trigger()
    assert window.document.experiment.data.formulas == ("x1*x2 + 1",)


def test_that_the_character_at_which_a_formula_goes_wrong_is_selected_and_named(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window()
    field = window.data_panel.own_feature
    type_in(qtbot, field, "x1*x7")
    assert "At character 4: There is no column “x7”" in window.status.words.sentence
    assert (field.selectionStart(), field.selectedText()) == (3, "x")
    type_in(qtbot, field, "x1*")
    assert "At character 4" in window.status.words.sentence
    assert field.hasSelectedText()
    assert window.document.experiment.data.formulas == ()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""


def test_that_data_by_a_formula_is_chosen_written_and_undone(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    panel = window.data_panel
    assert panel.expression.isHidden()
    panel.gallery.chosen.emit("formula")
    assert window.document.experiment.data.dataset == "formula"
    assert not panel.expression.isHidden()
    type_in(qtbot, panel.expression, "x1*x2 > 1")
    assert window.document.experiment.data.expression == "x1*x2 > 1"
    type_in(qtbot, panel.expression, "x1 >")
    assert window.document.experiment.data.expression == "x1*x2 > 1"
    window.actions_by_key["undo"].trigger()
    window.actions_by_key["undo"].trigger()
    assert window.document.experiment.data.dataset == "circle"


def test_that_the_formula_in_the_gallery_is_one_for_the_task(make_window: MakeWindow) -> None:
    window = make_window(edits.set_expression(files.example("circle"), "x1 > x2"))
    window.document.edit("Switch", edits.set_dataset, "plane")
    window.data_panel.gallery.chosen.emit("formula")
    assert window.document.experiment.data.source.task == "regression"


def test_that_rows_known_to_be_wrong_can_be_left_out(make_window: MakeWindow) -> None:
    window = make_window(files.example("fish"))
    box = window.data_panel.doubtful
    assert not box.isHidden()
    box.click()
    assert window.document.experiment.data.leave_out_doubtful
    window.actions_by_key["undo"].trigger()
    assert not box.isChecked()
    window.document.edit("Switch", edits.set_dataset, "circle")
    assert box.isHidden()
