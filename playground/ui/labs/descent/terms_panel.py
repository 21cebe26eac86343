"""The last step of the chosen racer in numbers, and the learning rates up to which it is stable."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QScrollArea, QWidget

from playground.ui.figures import figures
from playground.ui.plots.overlay import Look
from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import describe


@dataclass(frozen=True, slots=True)
class Row:
    """A symbol, what it is, and its parts in x and y; with a look where it is drawn on the map, too."""

    symbol: str
    help: str
    x: float
    y: float
    look: Look | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence below; a warning in its colour."""

    text: str
    warning: bool = False


class _Sheet(QWidget):
    """Paints title, rows and notes by itself: labels would lay the window out anew with every step."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.title = ""
        self.rows: tuple[Row, ...] = ()
        self.notes: tuple[Remark, ...] = ()

    def fit(self) -> None:
        """Take the height that everything needs; it never shrinks while the steps go on."""
        needed = self._paint(None)
        if needed > self.minimumHeight():
            self.setMinimumHeight(needed)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the title, the rows and the notes."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), qcolor(self.theme.surface))
        self._paint(painter)

    def _paint(self, painter: QPainter | None) -> int:
        theme, gap = self.theme, self.theme.px(8)
        title = body_font(theme, theme.size_body, bold=True)
        top = gap // 2
        top += self._write(painter, self.title, QRect(gap, top, self.width() - 2 * gap, 0), title, theme.text)
        top += gap // 2
        numbers = number_font(theme, theme.size_small, bold=False)
        words = body_font(theme, theme.size_small)
        line = QFontMetrics(numbers).height() + theme.px(2)
        for row in self.rows:
            if painter is not None:
                self._paint_row(painter, row, top, (words, numbers))
            top += line
        top += gap // 2
        for note in self.notes:
            colour = theme.warning if note.warning else theme.text
            room = QRect(gap, top, self.width() - 2 * gap, 0)
            top += self._write(painter, note.text, room, words, colour) + theme.px(3)
        return top + gap // 2

    def _write(self, painter: QPainter | None, text: str, room: QRect, font: QFont, colour: str) -> int:
        """Write a text in as many lines as it needs, and return its height."""
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        needed = QFontMetrics(font).boundingRect(room.adjusted(0, 0, 0, 10_000), flags, text).height()
        if painter is not None:
            painter.setFont(font)
            painter.setPen(qcolor(colour))
            painter.drawText(room.adjusted(0, 0, 0, needed), flags, text)
        return needed if text else 0

    def _paint_row(self, painter: QPainter, row: Row, top: int, fonts: tuple[QFont, QFont]) -> None:
        theme, gap = self.theme, self.theme.px(8)
        words, numbers = fonts
        height = QFontMetrics(numbers).height()
        middle, left = top + height // 2, gap
        if row.look is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(row.look.pen(theme))
            painter.drawLine(left, middle, left + theme.px(16), middle)
        left += theme.px(22)
        column = QFontMetrics(numbers).horizontalAdvance("−0.0000e−00")
        right = self.width() - gap
        align = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QPen(qcolor(theme.text)))
        painter.setFont(numbers)
        for place, value in ((2, row.x), (1, row.y)):
            painter.drawText(
                QRect(right - place * column, top, column, height),
                Qt.AlignmentFlag.AlignRight | align,
                figures(value, 3),
            )
        symbol = theme.px(66)
        painter.drawText(QRect(left, top, symbol, height), Qt.AlignmentFlag.AlignLeft | align, row.symbol)
        painter.setFont(words)
        painter.setPen(qcolor(theme.muted))
        room = QRect(left + symbol, top, right - 2 * column - left - symbol, height)
        fitting = QFontMetrics(words).elidedText(row.help, Qt.TextElideMode.ElideRight, max(0, room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | align, fitting if room.width() > 40 else "")


class TermsPanel(QScrollArea):
    """Shows the terms of a step and what is said about its rate; it scrolls where there is no room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        describe(self, "Terms of the last step", "What the last step of the chosen racer was made of.")
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setWidgetResizable(True)
        self.setMinimumSize(QSize(160, 100))
        self._sheet = _Sheet(theme)
        self.setWidget(self._sheet)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The terms that are shown."""
        return self._sheet.rows

    @property
    def notes(self) -> tuple[Remark, ...]:
        """What is said below them."""
        return self._sheet.notes

    def show_terms(self, title: str, rows: tuple[Row, ...], notes: tuple[Remark, ...]) -> None:
        """Show the terms of a step, and what is said about its rate."""
        sheet = self._sheet
        if title != sheet.title:
            sheet.setMinimumHeight(0)
        sheet.title, sheet.rows, sheet.notes = title, rows, notes
        sheet.setToolTip("\n".join(f"{row.symbol}: {row.help}" for row in rows))
        sheet.fit()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._sheet.theme = theme
        self._sheet.setMinimumHeight(0)
        self._sheet.fit()
