"""Numbers are read as people type them and written as people read them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from playground.ui.widgets.numbers import NumberEdit, format_number, match_range, parse_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.03", 0.03),
        ("0,03", 0.03),
        ("  7 ", 7),
        ("1e-3", 0.001),
        ("1E3", 1000),
        (".5", 0.5),
        ("5.", 5),
        ("−2", -2),
        ("+2", 2),
        ("50 %", 50),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("20 000", 20000),
        ("20'000", 20000),
        ("1,234,567", 1234567),
    ],
)
def test_that_a_number_is_understood(text: str, number: float) -> None:
    assert parse_number(text) == pytest.approx(number)


@pytest.mark.parametrize(
    "text", ["", "abc", "1e999", "nan", "inf", "1.2.3,4,5x", "--1", "1e", "%", ",", "0x10"]
)
def test_that_what_is_no_number_is_refused(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.00001, "0.00001"), (0.03, "0.03"), (10.0, "10"), (20000.0, "20000"), (-1.5, "−1.5"), (0.0, "0")],
)
def test_that_a_number_is_written_without_an_exponent(value: float, text: str) -> None:
    assert format_number(value) == text


@pytest.mark.parametrize("value", [1e-5, 0.003, 1 / 3, 12345.0, 3e-9, 5e20, -0.25])
def test_that_what_is_written_can_be_read_again(value: float) -> None:
    assert parse_number(format_number(value)) == pytest.approx(value, rel=1e-5)


def test_that_a_share_may_be_typed_in_per_cent_or_as_a_fraction() -> None:
    assert match_range(70, 0.1, 0.9, percent=True) == 0.7
    assert match_range(0.7, 0.1, 0.9, percent=True) == 0.7
    assert match_range(95, 0.1, 0.9, percent=True) is None
    assert match_range(70, 0.1, 0.9, percent=False) is None


@pytest.fixture
def field(qtbot: QtBot) -> NumberEdit:
    edit = NumberEdit()
    qtbot.addWidget(edit)
    edit.show_text("12")
    edit.show()
    edit.setFocus()
    qtbot.waitUntil(edit.hasFocus)
    return edit


def test_that_everything_is_selected_when_the_field_is_entered(field: NumberEdit) -> None:
    assert field.selectedText() == "12"


def test_that_everything_is_selected_when_the_field_is_clicked(qtbot: QtBot) -> None:
    edit = NumberEdit()
    qtbot.addWidget(edit)
    edit.show_text("12")
    edit.show()
    qtbot.mouseClick(edit, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: edit.selectedText() == "12")


def test_that_enter_commits_once(field: NumberEdit, qtbot: QtBot) -> None:
    said: list[str] = []
    field.committed.connect(said.append)
    qtbot.keyClicks(field, "34")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert said == ["34"]


def test_that_leaving_commits(field: NumberEdit, qtbot: QtBot) -> None:
    other = QLineEdit()
    qtbot.addWidget(other)
    qtbot.keyClicks(field, "34")
    with qtbot.waitSignal(field.committed) as said:
        field.clearFocus()
    assert said.args == ["34"]


def test_that_escape_gives_up(field: NumberEdit, qtbot: QtBot) -> None:
    qtbot.keyClicks(field, "34")
    with qtbot.assertNotEmitted(field.committed), qtbot.waitSignal(field.given_up):
        qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "12"


def test_that_the_same_text_is_not_committed(field: NumberEdit, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(field.committed):
        qtbot.keyClick(field, Qt.Key.Key_Return)
        field.clearFocus()


def test_that_a_text_being_typed_is_not_taken_away(field: NumberEdit, qtbot: QtBot) -> None:
    qtbot.keyClicks(field, "34")
    field.show_text("99")
    assert field.text() == "34"
