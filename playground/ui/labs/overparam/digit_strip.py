"""Some test digits with what a fit answers to them."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.labs.random_features import Fit
from playground.ui.theme.colour import mix, qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import describe

SIDE, GAP = 44, 10  # design pixels of a digit, and between two
SHADES = 17
HELP = "The first test digits, each with what this fit answers; a wrong answer says what it is instead."


class DigitStrip(QWidget):
    """As many test digits as there is room for, with answers; a wrong one is framed and crossed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._fit: Fit | None = None
        describe(self, "Test digits", HELP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.apply_theme(theme)

    @property
    def texts(self) -> tuple[str, ...]:
        """What is said below the digits that are in sight."""
        fit = self._fit
        if fit is None:
            return ()
        pairs = zip(fit.guesses.tolist(), fit.labels.tolist(), strict=True)
        texts = [str(guess) if guess == label else f"{guess}, not {label}" for guess, label in pairs]
        return tuple(texts[: self._count()])

    def show_fit(self, fit: Fit | None) -> None:
        """Show what this fit answers."""
        self._fit = fit
        wrong = 0 if fit is None else sum("not" in text for text in self.texts)
        seen = self._count()
        self.setAccessibleDescription(
            HELP if fit is None else f"{wrong} of {seen} are answered wrongly. {HELP}"
        )
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self.setFixedHeight(theme.px(SIDE) + QFontMetrics(self._font()).height() + theme.px(10))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room for a few digits."""
        return QSize(6 * self._step(), self.height())

    def minimumSizeHint(self) -> QSize:
        """Return the room for two of them."""
        return QSize(2 * self._step(), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the digits, and below each what is answered."""
        fit, theme = self._fit, self._theme
        if fit is None:
            return
        painter = QPainter(self)
        painter.setFont(self._font())
        table = [qcolor(mix(theme.raised, theme.text, shade / (SHADES - 1))).rgb() for shade in range(SHADES)]
        for index, text in enumerate(self.texts):
            left = float(index * self._step() + (self._step() - theme.px(SIDE)) // 2)
            box = QRectF(left, theme.px(2), theme.px(SIDE), theme.px(SIDE))
            levels = np.rint((fit.images[index] + 0.3) * (SHADES - 1)).astype(np.uint8).reshape(8, 8)
            image = QImage(levels.tobytes(), 8, 8, 8, QImage.Format.Format_Indexed8)
            image.setColorTable(table)
            painter.drawImage(box, image)
            is_wrong = "not" in text
            if is_wrong:
                painter.setPen(QPen(qcolor(theme.danger), 2 * theme.stroke))
                painter.drawRect(box)
                painter.drawLine(box.bottomLeft(), box.topRight())
            painter.setPen(qcolor(theme.danger if is_wrong else theme.text))
            below = QRectF(
                index * self._step(), box.bottom() + theme.px(3), self._step(), self.height() - box.bottom()
            )
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)

    def _font(self) -> QFont:
        return body_font(self._theme)

    def _step(self) -> int:
        widest = QFontMetrics(self._font()).horizontalAdvance("0, not 0")
        return max(self._theme.px(SIDE), widest) + self._theme.px(GAP)

    def _count(self) -> int:
        return max(1, self.width() // self._step())
