"""The pieces that all pages share: notes, and the line that begins work and stops it."""

from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from playground.ui.labs.note import Note
from playground.ui.labs.parts import WorkLine
from playground.ui.theme.tokens import DARK, LIGHT, scaled


def shown(qtbot: QtBot, note: Note) -> Note:
    qtbot.addWidget(note)
    note.resize(200, 20)
    note.show()
    qtbot.waitExposed(note)
    return note


def test_that_a_note_shows_words_as_they_are_and_reads_them_out(qtbot: QtBot) -> None:
    note = shown(qtbot, Note("Limit"))
    note.show_text("α < 2/L, and <b> is no tag")
    assert note.text == "α < 2/L, and <b> is no tag"
    assert note.accessibleDescription() == note.text
    note.show_rich("α <b>2</b>")
    assert note.text == "α 2"


def test_that_a_note_keeps_the_room_of_its_lines_and_never_shrinks(qtbot: QtBot) -> None:
    note = shown(qtbot, Note("Limit", lines=3))
    kept = note.minimumHeight()
    note.show_text("one line")
    assert note.minimumHeight() == kept > 0
    note.show_text("\n".join("12345"))
    grown = note.minimumHeight()
    note.show_text("one line")
    assert note.minimumHeight() == grown > kept
    note.apply_theme(scaled(DARK, True))
    assert note.minimumHeight() < 2 * kept


def test_that_bold_words_have_the_weight_that_the_font_has(qtbot: QtBot) -> None:
    note = shown(qtbot, Note("Sum"))
    note.apply_theme(LIGHT)
    note.show_rich("z = <b>1</b>")
    cursor = QTextCursor(note._document)
    cursor.movePosition(QTextCursor.MoveOperation.End)
    assert cursor.charFormat().fontWeight() == 600


def test_that_a_line_of_work_offers_to_begin_and_to_stop(qtbot: QtBot) -> None:
    line = WorkLine("Measure", "Measures.", "How much is measured.")
    qtbot.addWidget(line)
    with qtbot.waitSignal(line.asked):
        line.button.click()
    line.show_busy(True)
    line.bar.show_share(0.5)
    assert (line.button.text(), line.button.accessibleName()) == ("Stop", "Stop")
    assert line.bar.value() == line.bar.maximum() / 2
    with qtbot.waitSignal(line.stopped), qtbot.assertNotEmitted(line.asked):
        line.button.click()
    line.show_busy(False)
    assert (line.button.text(), line.bar.value()) == ("Measure", 0)
    line.set_able(False, "There is nothing to measure.")
    assert not line.button.isEnabled()
    assert line.button.toolTip() == "There is nothing to measure."
