"""Python text to be read: one letter as wide as another, coloured by what it is, changed lines marked."""

from bisect import bisect_left
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import (
    QFont,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import code_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets.base import keep_font

MARKED_MS = 1600
"""How long lines that have changed stay marked."""

LOOKS = {
    "Comment": ("muted", True, False),
    "Literal.String.Doc": ("muted", True, False),
    "Literal.String": ("success", False, False),
    "Literal.Number": ("warning", False, False),
    "Keyword": ("accent_strong", False, True),
    "Operator.Word": ("accent_strong", False, True),
    "Name.Function": ("accent_strong", False, False),
    "Name.Class": ("accent_strong", False, False),
}
"""Colour, slant and weight of what Pygments tells apart; all else is text."""

Span = tuple[int, int, str]


@lru_cache(maxsize=1)
def _lexer() -> Any:
    # It takes a moment to import, and only a window that shows code needs it.
    from pygments.lexers.python import PythonLexer

    return PythonLexer(stripnl=False, ensurenl=False)


def spans(text: str) -> list[list[Span]]:
    """Return what stands in every line: where it begins, how long it is, and which of LOOKS it has."""
    # Scripts have two empty lines between their parts, and most edits leave most parts as they were.
    parts = [_spans(part) for part in text.split("\n\n\n")]
    return [line for part in parts for line in (*part, [], [])][:-2]


@lru_cache(maxsize=256)
def _spans(text: str) -> list[list[Span]]:
    starts = [0]
    for words in text.split("\n"):
        starts.append(starts[-1] + len(words) + 1)
    found: list[list[Span]] = [[] for _ in starts[1:]]
    for place, kind, value in _lexer().get_tokens_unprocessed(text):
        look = _look_of(str(kind).removeprefix("Token."))
        line = bisect_left(starts, place + 1) - 1
        for part in value.split("\n"):
            if look and part:
                found[line].append((place - starts[line], len(part), look))
            place, line = place + len(part) + 1, line + 1
    return found


@lru_cache(maxsize=256)
def _look_of(kind: str) -> str:
    return next((key for key in LOOKS if kind == key or kind.startswith(f"{key}.")), "")


class _Colours(QSyntaxHighlighter):
    """Gives each line the colours that were found for the whole text at once."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.lines: list[list[Span]] = []
        self.formats: dict[str, QTextCharFormat] = {}

    def take(self, theme: Theme) -> None:
        """Take the theme's colours."""
        for key, (token, slanted, bold) in LOOKS.items():
            look = QTextCharFormat()
            look.setForeground(qcolor(getattr(theme, token)))
            look.setFontItalic(slanted)
            look.setFontWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
            self.formats[key] = look

    def highlightBlock(self, _text: str) -> None:  # noqa: N802
        """Colour one line."""
        number = self.currentBlock().blockNumber()
        for start, length, look in self.lines[number] if number < len(self.lines) else ():
            self.setFormat(start, length, self.formats[look])


class CodeView(QPlainTextEdit):
    """Shows a script that nobody can edit here; what has changed is marked for a moment."""

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setProperty("role", "code")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setUndoRedoEnabled(False)
        self._theme = LIGHT
        self._colours = _Colours(self.document())
        self._colours.take(LIGHT)
        self.marked: list[int] = []
        self._fade = QTimer(self, singleShot=True, interval=MARKED_MS)
        self._fade.timeout.connect(lambda: self._mark([]))

    def show_code(self, text: str, mark: bool = True) -> None:
        """Show a script; lines that are new are marked for a moment unless `mark` is False."""
        old = self.toPlainText()
        if text == old:
            return
        before, after = old.split("\n"), text.split("\n")
        # Most edits touch a few lines: what stands above and below them stays, and so does the view.
        changes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        self._colours.lines = spans(text)
        across, down = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        self.setPlainText(text)
        self.horizontalScrollBar().setValue(across)
        self.verticalScrollBar().setValue(down)
        new = [line for what, _, _, i, j in changes if what != "equal" for line in range(i, j)]
        self._mark(new if mark and old else [])
        if self.marked:
            self._reveal(self.marked[0], self.marked[-1])
            self._fade.start()

    def go_to(self, beginnings: tuple[str, ...]) -> None:
        """Scroll to the first line that begins with one of these."""
        lines = self.toPlainText().split("\n")
        found = [number for number, line in enumerate(lines) if line.startswith(beginnings)]
        self.verticalScrollBar().setValue(found[0] if found else 0)

    def _reveal(self, first: int, last: int) -> None:
        """Scroll to the lines that have changed when none of them is in sight."""
        top = self.firstVisibleBlock().blockNumber()
        height = max(1, self.viewport().height() // max(1, self.fontMetrics().lineSpacing()))
        if last < top or first >= top + height - 1:
            self.verticalScrollBar().setValue(max(0, first - height // 3))

    def _mark(self, lines: list[int]) -> None:
        self.marked = lines
        selections = []
        for line in lines:
            selection = QTextEdit.ExtraSelection()
            selection.format.setBackground(qcolor(self._theme.accent_soft))
            selection.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            selection.cursor = QTextCursor(self.document().findBlockByNumber(line))
            selections.append(selection)
        self.setExtraSelections(selections)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self._colours.take(theme)
        keep_font(self, code_font(theme))
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self._colours.rehighlight()
        self._mark(self.marked)
