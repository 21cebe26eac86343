"""Choices say what the person chose, and only that."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from playground.ui.theme.tokens import DARK, LIGHT, scaled
from playground.ui.widgets import Choice, Item, NumberChoice

ITEMS = (
    Item("sgd", "SGD", "Plain steps downhill."),
    Item("momentum", "Momentum", "Steps with inertia."),
    Item("adam", "Adam", "A step size for each weight."),
)


@pytest.fixture
def choice(qtbot: QtBot) -> Choice:
    made = Choice("Optimizer", "How the gradient becomes a step.")
    qtbot.addWidget(made)
    made.set_items(ITEMS)
    made.show()
    return made


def pick(qtbot: QtBot, combo: QComboBox, steps: int) -> None:
    for _ in range(steps):
        qtbot.keyClick(combo, Qt.Key.Key_Down)


def turn(combo: QComboBox) -> None:
    point = QPointF(combo.rect().center())
    none, phase = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    place = QPointF(combo.mapToGlobal(point))
    event = QWheelEvent(point, place, QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton, none, phase, False)
    QApplication.sendEvent(combo, event)


def test_that_what_is_chosen_is_said_with_its_key(choice: Choice, qtbot: QtBot) -> None:
    with qtbot.waitSignal(choice.chosen) as said:
        pick(qtbot, choice.combo, 1)
    assert said.args == ["momentum"]
    assert choice.key == "momentum"


def test_that_setting_a_key_is_not_said(choice: Choice, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(choice.chosen):
        choice.set_key("adam")
    assert choice.combo.currentText() == "Adam"


def test_that_an_unknown_key_is_an_error_and_changes_nothing(choice: Choice) -> None:
    choice.set_key("adam")
    with pytest.raises(KeyError):
        choice.set_key("rmsprop")
    assert choice.key == "adam"


def test_that_the_key_stays_when_other_items_are_offered(choice: Choice, qtbot: QtBot) -> None:
    choice.set_key("adam")
    with qtbot.assertNotEmitted(choice.chosen):
        choice.set_items(ITEMS[1:])
        assert choice.key == "adam"
        choice.set_items(ITEMS[:2])
    assert choice.key == "sgd"


def test_that_an_unavailable_item_says_why_and_cannot_be_chosen(choice: Choice, qtbot: QtBot) -> None:
    choice.set_items(ITEMS, {"momentum": "It needs another loss."})
    tip = choice.combo.itemData(1, Qt.ItemDataRole.ToolTipRole)
    assert tip == "Steps with inertia. It needs another loss."
    pick(qtbot, choice.combo, 1)
    assert choice.key == "adam"


def test_that_every_item_has_its_help_and_the_control_has_a_name(choice: Choice) -> None:
    for index, item in enumerate(ITEMS):
        assert choice.combo.itemData(index, Qt.ItemDataRole.ToolTipRole) == item.help
    assert choice.combo.accessibleName() == "Optimizer"
    assert "How the gradient becomes a step." in choice.combo.toolTip()


def test_that_the_wheel_changes_nothing_without_the_focus(choice: Choice, qtbot: QtBot) -> None:
    choice.combo.clearFocus()
    turn(choice.combo)
    assert choice.key == "sgd"
    choice.combo.setFocus()
    qtbot.waitUntil(choice.combo.hasFocus)
    turn(choice.combo)
    assert choice.key == "momentum"


@pytest.fixture
def rate(qtbot: QtBot) -> NumberChoice:
    made = NumberChoice("Learning rate", "How far a step goes.", (0.00001, 0.001, 0.03, 1.0, 10.0))
    qtbot.addWidget(made)
    made.set_value(0.03)
    made.show()
    return made


def type_text(qtbot: QtBot, choice: NumberChoice, text: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    line = choice.combo.lineEdit()
    assert line is not None
    choice.combo.setFocus()
    qtbot.waitUntil(choice.combo.hasFocus)
    line.selectAll()
    qtbot.keyClicks(choice.combo, text)
    qtbot.keyClick(choice.combo, key)


@pytest.mark.parametrize(
    ("text", "number"), [("0,05", 0.05), ("1e-3", 0.001), ("2", 2.0), ("0.00002", 0.00002)]
)
def test_that_a_typed_number_is_said(rate: NumberChoice, qtbot: QtBot, text: str, number: float) -> None:
    said: list[float] = []
    rate.chosen.connect(said.append)
    type_text(qtbot, rate, text)
    rate.combo.clearFocus()
    assert said == [number]
    assert rate.value == number


def test_that_a_preset_can_be_picked(rate: NumberChoice, qtbot: QtBot) -> None:
    with qtbot.waitSignal(rate.chosen) as said:
        qtbot.keyClick(rate.combo, Qt.Key.Key_Down)
    assert said.args == [1.0]


@pytest.mark.parametrize("text", ["100", "0", "-1", "fast"])
def test_that_a_number_out_of_range_is_refused_and_the_old_one_kept(
    rate: NumberChoice, qtbot: QtBot, text: str
) -> None:
    refusals: list[str] = []
    rate.refused.connect(refusals.append)
    with qtbot.assertNotEmitted(rate.chosen):
        type_text(qtbot, rate, text)
    assert len(refusals) == 1
    assert "Learning rate must be between 0.00001 and 10." in refusals[0]
    assert rate.combo.currentText() == "0.03"


def test_that_escape_brings_the_old_number_back(rate: NumberChoice, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(rate.chosen), qtbot.assertNotEmitted(rate.refused):
        type_text(qtbot, rate, "7", Qt.Key.Key_Escape)
    assert rate.combo.currentText() == "0.03"


def test_that_leaving_commits_what_was_typed(rate: NumberChoice, qtbot: QtBot) -> None:
    line = rate.combo.lineEdit()
    assert line is not None
    rate.combo.setFocus()
    qtbot.waitUntil(rate.combo.hasFocus)
    line.selectAll()
    qtbot.keyClicks(rate.combo, "0.5")
    with qtbot.waitSignal(rate.chosen) as said:
        rate.combo.clearFocus()
    assert said.args == [0.5]


def test_that_a_number_that_is_no_preset_can_be_shown(rate: NumberChoice, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(rate.chosen):
        rate.set_value(0.0123)
    assert rate.combo.currentText() == "0.0123"
    rate.apply_theme(scaled(DARK, projector=True))
    assert rate.combo.currentText() == "0.0123"


def test_that_a_number_has_room_in_every_size(rate: NumberChoice) -> None:
    for theme in (LIGHT, scaled(DARK, projector=True)):
        rate.apply_theme(theme)
        assert rate.combo.fontMetrics().horizontalAdvance("0.00001") + theme.px(24) < rate.combo.width()
