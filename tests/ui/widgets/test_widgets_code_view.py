"""The view of code: colours where they belong, marks on what has changed, and no step out of place."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from playground.ui.theme.colour import contrast
from playground.ui.theme.tokens import DARK, LIGHT, Theme
from playground.ui.widgets.code_view import LOOKS, CodeView, spans

TEXT = (
    '"""A script\nof two lines."""\nimport csv\n\n\ndef half(x):\n    return 0.5 * x  # a half\n\n\ny = "ü"\n'
)


@pytest.fixture
def view(qtbot: QtBot) -> CodeView:
    made = CodeView()
    qtbot.addWidget(made)
    made.apply_theme(LIGHT)
    return made


def test_that_every_part_has_its_place_in_its_line() -> None:
    lines = TEXT.split("\n")
    found = spans(TEXT)
    assert len(found) == len(lines)
    parts = {
        lines[n][start : start + length]: look for n, line in enumerate(found) for start, length, look in line
    }
    assert parts['"""A script'] == parts['of two lines."""'] == "Literal.String.Doc"
    assert (parts["def"], parts["half"], parts["0.5"]) == ("Keyword", "Name.Function", "Literal.Number")
    assert (parts["# a half"], parts["import"]) == ("Comment", "Keyword")
    assert "Literal.String" in parts.values()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_that_all_colours_can_be_read(theme: Theme) -> None:
    for token, _, _ in LOOKS.values():
        for ground in (theme.raised, theme.accent_soft):
            assert contrast(getattr(theme, token), ground) >= 4.0, (token, ground)


def test_that_new_lines_are_marked_for_a_moment(view: CodeView, qtbot: QtBot) -> None:
    view.show_code("a = 1\nb = 2\nc = 3\n")
    assert view.marked == []
    view.show_code("a = 1\nb = 4\nnew = 5\nc = 3\n")
    assert view.marked == [1, 2]
    assert len(view.extraSelections()) == 2
    qtbot.waitUntil(lambda: view.marked == [], timeout=5000)
    assert view.extraSelections() == []


def test_that_nobody_types_into_it_and_all_of_it_can_be_copied(view: CodeView) -> None:
    view.show_code(TEXT)
    QTest.keyClicks(view, "x = 1")
    assert view.toPlainText() == TEXT
    view.selectAll()
    assert view.createMimeDataFromSelection().text() == TEXT
    assert view.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse


def test_that_a_change_out_of_sight_is_scrolled_to(view: CodeView) -> None:
    view.resize(400, 120)
    view.show()
    lines = [f"x{number} = {number}" for number in range(200)]
    view.show_code("\n".join(lines))
    lines[150] = "x150 = 0"
    view.show_code("\n".join(lines))
    assert 140 <= view.firstVisibleBlock().blockNumber() <= 150
    view.go_to(("x7 = ",))
    assert view.firstVisibleBlock().blockNumber() == 7
