"""The slim card of a layer that is not Dense: values run straight in, and on from its other side."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from playground.ui.diagram.cards import ColumnItem, FloatArray
from playground.ui.diagram.chrome import Chrome
from playground.ui.diagram.layout import Column
from playground.ui.diagram.look import fitted, look_of, text_width
from playground.ui.diagram.signs import paint_sign
from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme

SIGN = 15.0
ABOVE_SIGN = 9.0


class SlimChrome(Chrome):
    """A narrow card whose words run upwards, below the sign of its kind."""

    def _paint_card(self, painter: QPainter) -> None:
        theme, face, look = self._theme, self.face, look_of(self._theme)
        radius = self._column.card.width() * 0.36
        painter.setBrush(qcolor(theme.accent_soft if face.lit else theme.raised))
        painter.setPen(look.dashed if face.lit else look.accent if face.selected else look.hairline)
        painter.drawRoundedRect(self._column.card, radius, radius)

    def _paint_head(self, painter: QPainter) -> None:
        theme, card = self._theme, self._column.card
        side = min(SIGN * theme.scale, card.width() * 0.55)
        top = card.top() + ABOVE_SIGN * theme.scale
        sign = QPointF(card.center().x(), top + side / 2)
        paint_sign(painter, theme, self._column.spec.sign, sign, side, theme.accent_strong)
        # Below the sign, but in the middle of a card with room enough.
        free = card.bottom() - top - side
        length = min(free - 2 * theme.px(6), card.height() - 2 * (top + side - card.top() + theme.px(6)))
        if length < theme.px(78):
            length = free - 2 * theme.px(6)
            middle = card.bottom() - theme.px(6) - length / 2
        else:
            middle = card.center().y()
        painter.save()
        painter.translate(card.center().x(), middle)
        painter.rotate(-90.0)
        font, words = fitted(look_of(theme).small_bold.toString(), self.face.title, int(length))
        # Hinting is made for level text: it would set upright letters unevenly.
        text = QPainterPath()
        text.addText(-text_width(font, words) / 2, QFontMetricsF(font).capHeight() / 2, font, words)
        painter.fillPath(text, qcolor(theme.text))
        painter.restore()


class SlimItem(ColumnItem):
    """A slim card; of its values it shows where the one is that is pointed at or kept."""

    def _make_chrome(self, column: Column, theme: Theme) -> Chrome:
        return SlimChrome(column, theme, self)

    def show_answers(self, values: FloatArray) -> None:
        """Show nothing: the pictures of its values appear in the output plot when one is pointed at."""

    def show_parameters(self, weights: FloatArray, biases: FloatArray) -> None:
        """Show nothing: a norm's numbers belong to no link."""

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Mark the pinned and the hovered value at the card's edges."""
        theme, card = self._theme, self.column.card
        for unit, token in ((self.hovered, theme.accent), (self.pinned, theme.text)):
            if 0 <= unit < self.column.spec.units:
                y = self.column.centre_of(unit)
                painter.setPen(look_of(theme).pen(token, 3.0))
                for x, inwards in ((card.left(), 1), (card.right(), -1)):
                    painter.drawLine(QPointF(x, y), QPointF(x + inwards * card.width() * 0.2, y))
