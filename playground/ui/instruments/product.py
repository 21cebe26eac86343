"""A product of matrices as it is written: W₃ W₂ W₁ = W, small ones in numbers, large ones as heat."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.ui.diagram.tiles import image_of, weight_picture
from playground.ui.figures import MINUS, short
from playground.ui.theme.colour import contrast, mix, qcolor
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import LIGHT, Theme

MOST_CELLS = 8
"""Rows and columns up to which a matrix is written in numbers."""
CELL = (50.0, 22.0)
HEAT = (112.0, 128.0)
GAP = 12.0
SHADES = 24
STRENGTH = 0.7

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Term:
    """One matrix (rows, columns): what it is called, and the sign before it, "" for none."""

    name: str
    values: Matrix
    sign: str = ""

    @property
    def in_numbers(self) -> bool:
        """Whether it is small enough to be read."""
        rows, columns = self.values.shape
        return bool(rows <= MOST_CELLS and columns <= MOST_CELLS)

    @property
    def size(self) -> str:
        """Its rows and columns in words."""
        return f"{self.values.shape[0]} × {self.values.shape[1]}"


class Product(QWidget):
    """Paints terms side by side, as wide as they need; it belongs into an area that scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = LIGHT
        self._terms: tuple[Term, ...] = ()
        self._pictures: list[QImage | None] = []

    @property
    def terms(self) -> tuple[Term, ...]:
        """What is shown."""
        return self._terms

    def show_terms(self, terms: Sequence[Term]) -> None:
        """Show these matrices."""
        self._terms = tuple(terms)
        self._pictures = [None if one.in_numbers else self._picture(one.values) for one in terms]
        self.resize(self.sizeHint())
        self.updateGeometry()
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self.show_terms(self._terms)

    def _picture(self, values: Matrix) -> QImage:
        return image_of(weight_picture(values, self._theme))

    # Sizes ----------------------------------------------------------------------------------------------

    def _box(self, term: Term) -> tuple[float, float]:
        """Return how wide and high a matrix is."""
        rows, columns = term.values.shape
        if term.in_numbers:
            return columns * CELL[0] * self._theme.scale, rows * CELL[1] * self._theme.scale
        return HEAT[0] * self._theme.scale, HEAT[1] * self._theme.scale

    def _column(self, term: Term) -> float:
        """Return how wide a matrix is with its name above and its size below."""
        font = QFontMetricsF(body_font(self._theme, self._theme.size_small, bold=True))
        words = max(font.horizontalAdvance(term.name), font.horizontalAdvance(term.size))
        return max(self._box(term)[0], words)

    def _sign(self, term: Term) -> float:
        if not term.sign:
            return 0.0
        return QFontMetricsF(self._sign_font()).horizontalAdvance(term.sign) + self._theme.px(10)

    def _sign_font(self) -> QFont:
        return body_font(self._theme, self._theme.size_title, bold=True)

    def _line(self) -> float:
        return self._theme.px(18)

    def sizeHint(self) -> QSize:
        """Return the size of all terms with their names and sizes."""
        gap = GAP * self._theme.scale
        width = sum(self._column(term) + self._sign(term) + gap for term in self._terms) + gap
        height = max((self._box(term)[1] for term in self._terms), default=0.0)
        return QSize(round(width), round(height + 2 * self._line() + gap))

    # Painting -------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the terms from left to right, their middles at one height."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        gap, x = GAP * self._theme.scale, GAP * self._theme.scale
        height = max((self._box(term)[1] for term in self._terms), default=0.0)
        for term, picture in zip(self._terms, self._pictures, strict=True):
            if term.sign:
                painter.setFont(self._sign_font())
                painter.setPen(qcolor(self._theme.text))
                sign = QRectF(x, self._line(), self._sign(term), height)
                painter.drawText(sign, Qt.AlignmentFlag.AlignCenter, term.sign)
                x += self._sign(term)
            self._paint_term(painter, term, picture, QRectF(x, 0, self._column(term), height))
            x += self._column(term) + gap

    def _paint_term(self, painter: QPainter, term: Term, picture: QImage | None, room: QRectF) -> None:
        theme, (width, height) = self._theme, self._box(term)
        left, top = room.center().x() - width / 2, self._line() + (room.height() - height) / 2
        box = QRectF(left, top, width, height)
        painter.setFont(body_font(theme, theme.size_small, bold=True))
        painter.setPen(qcolor(theme.text))
        above = QRectF(room.left(), top - self._line(), room.width(), self._line())
        painter.drawText(above, Qt.AlignmentFlag.AlignCenter, term.name)
        painter.setFont(body_font(theme, theme.size_small))
        painter.setPen(qcolor(theme.muted))
        below = QRectF(room.left(), box.bottom(), room.width(), self._line())
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, term.size)
        if picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(box, picture)
        else:
            self._paint_cells(painter, term.values, box)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(qcolor(theme.muted), theme.stroke))
        painter.drawRect(box)

    def _paint_cells(self, painter: QPainter, values: Matrix, box: QRectF) -> None:
        rows, columns = values.shape
        wide, high = box.width() / columns, box.height() / rows
        finite = np.abs(values[np.isfinite(values)])
        limit = max(float(finite.max(initial=0.0)), 1e-12)
        painter.setFont(number_font(self._theme, self._theme.size_small, bold=False))
        for row in range(rows):
            for column in range(columns):
                value = float(values[row, column])
                share = round(value / limit * SHADES) if np.isfinite(value) else 0
                ground, ink = _shade(self._theme, share)
                cell = QRectF(box.left() + column * wide, box.top() + row * high, wide, high)
                painter.fillRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), qcolor(ground))
                painter.setPen(qcolor(ink))
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, _written(value))


def _written(value: float) -> str:
    """Return a number of a cell, "–" where it is none."""
    if np.isnan(value):
        return "–"
    return f"{value:.2f}".replace("-", MINUS) if 0.01 <= abs(value) < 100 else short(value)


@lru_cache(maxsize=512)
def _shade(theme: Theme, share: int) -> tuple[str, str]:
    """Return the colours of a cell and of its number, for a share of `SHADES` with its sign."""
    end = theme.positive if share > 0 else theme.negative
    ground = mix(theme.raised, end, abs(share) / SHADES * STRENGTH)
    return ground, max((theme.text, theme.surface), key=lambda token: contrast(token, ground))
