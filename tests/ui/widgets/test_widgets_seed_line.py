"""A seed is a whole number of 0 or more, and what is none is refused in words."""

import pytest
from pytestqt.qtbot import QtBot

from playground.ui.widgets import SeedLine


@pytest.mark.parametrize("text", ["-1", "1.5", "abc", ""])
def test_that_what_is_no_seed_is_refused_and_the_seed_stays(qtbot: QtBot, text: str) -> None:
    line = SeedLine("New points", "Draws others.", "Seed", "A whole number.")
    qtbot.addWidget(line)
    line.show_seed(7)
    with qtbot.waitSignal(line.refused) as said, qtbot.assertNotEmitted(line.chosen):
        line.field.committed.emit(text)
    assert "0 or more" in said.args[0]
    assert line.field.text() == "7"


def test_that_a_whole_number_is_taken(qtbot: QtBot) -> None:
    line = SeedLine("New points", "Draws others.", "Seed", "A whole number.")
    qtbot.addWidget(line)
    with qtbot.waitSignal(line.chosen) as told:
        line.field.committed.emit("12")
    assert told.args == [12]
