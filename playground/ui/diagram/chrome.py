"""The unchanging part of a column: card, title, activation, labels, buttons. Qt keeps a picture of it.

Text and rounded corners cost far more than tiles; while a network trains they are copied, not painted.
"""

from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.ui.diagram.health import Note
from playground.ui.diagram.held_marks import paint_snowflake
from playground.ui.diagram.hits import Hit
from playground.ui.diagram.layout import Column
from playground.ui.diagram.look import draw_fitted, look_of, text_width
from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme

CENTRE = Qt.AlignmentFlag.AlignCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
LABEL_WIDTH = 136.0
POSED_LABEL = 420.0
LABEL_HEIGHT = 17.0
BETWEEN, PILL = 20.0, 14.0  # design pixels between two cards at least, and round the text of a pill


@dataclass(frozen=True, slots=True)
class Face:
    """What a column's chrome says and how it is lit."""

    title: str = ""
    activation: str = ""
    labels: tuple[str, ...] = ()
    badge: str = ""
    health: Note | None = None
    frozen: bool = False
    selected: bool = False
    lit: bool = False
    hot: Hit | None = None
    posed: bool = False  # for a picture: nothing to click, and no name is cut
    preview: float | None = None  # height a drag of the width handle adds to the outline


class Chrome(QGraphicsItem):
    """Lies behind the column's tiles and is painted again only when its face or place changes."""

    def __init__(self, column: Column, theme: Theme, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemStacksBehindParent)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._column = column
        self._theme = theme
        self.face = Face()

    def show_face(self, face: Face) -> None:
        """Say or light something else."""
        if face != self.face:
            self.prepareGeometryChange()
            self.face = face
            self.update()

    def place(self, column: Column) -> None:
        """Take another place."""
        if column != self._column:
            self.prepareGeometryChange()
            self._column = column
            self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the box that is painted in."""
        column = self._column
        box = column.card.united(column.title)
        for part in (column.minus, column.close, column.activation):
            box = box.united(part) if part is not None else box
        side = self._label_width() + 12 * self._theme.scale if self.face.labels else 8.0
        side = max(side, 10.0 * self._theme.scale)
        box = box.adjusted(-side, -8, side, 8.0 * self._theme.scale + max(self.face.preview or 0.0, 0.0))
        return box if self.face.health is None else box.united(self.health_box())

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Paint the item."""
        movable = self._column.spec.movable
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if movable or self.face.selected or self.face.lit:
            self._paint_card(painter)
        self._paint_head(painter)
        if self.face.labels:
            self._paint_labels(painter)
        if movable and not self.face.posed:
            self._paint_controls(painter)
        if self.face.health is not None and not self.face.posed:
            self._paint_health(painter, self.face.health)
        if self.face.badge and not self.face.posed:
            self._paint_badge(painter)
        if self.face.frozen:
            paint_snowflake(painter, self._theme, self.frost_box())

    def _paint_card(self, painter: QPainter) -> None:
        theme, face, look = self._theme, self.face, look_of(self._theme)
        painter.setBrush(qcolor(theme.accent_soft if face.lit else theme.surface))
        painter.setPen(look.dashed if face.lit else look.accent if face.selected else look.hairline)
        painter.drawRoundedRect(self._column.card, look.radius, look.radius)
        if face.preview is not None:
            taller = self._column.card.adjusted(0, 0, 0, face.preview)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(look.dashed)
            painter.drawRoundedRect(taller, look.radius, look.radius)

    def _paint_head(self, painter: QPainter) -> None:
        look, column, face = look_of(self._theme), self._column, self.face
        painter.setPen(qcolor(self._theme.text))
        draw_fitted(painter, column.title, look.title, face.title, CENTRE)
        if column.activation is None:
            return
        painter.setPen(qcolor(self._theme.accent_strong))
        draw_fitted(painter, column.activation, look.small_bold, face.activation, CENTRE)
        if face.hot is not None and face.hot.part == "activation":
            y = column.activation.bottom() - 1
            half = min(painter.fontMetrics().horizontalAdvance(face.activation), column.title.width()) / 2
            middle = column.activation.center().x()
            painter.setPen(look.pen(self._theme.accent_strong))
            painter.drawLine(QPointF(middle - half, y), QPointF(middle + half, y))

    def _paint_labels(self, painter: QPainter) -> None:
        theme, look = self._theme, look_of(self._theme)
        width = self._label_width()
        before = self._column.spec.kind == "inputs"
        painter.setPen(qcolor(theme.text))
        # Of many that lie close only as many are named as can be read; pointing at one names any.
        every = ceil(theme.px(LABEL_HEIGHT) / self._column.tile) if self._column.block is not None else 1
        stack = self._column.stack
        for unit in range(0, self._column.spec.units, every):
            text = self.face.labels[unit] if unit < len(self.face.labels) else ""
            x = stack.left() - width - theme.px(8) if before else stack.right() + theme.px(8)
            box = QRectF(x, self._column.centre_of(unit) - theme.px(10), width, theme.px(20))
            draw_fitted(painter, box, look.label if before else look.small, text, RIGHT if before else LEFT)

    def _label_width(self) -> float:
        return (POSED_LABEL if self.face.posed else LABEL_WIDTH) * self._theme.scale

    def _paint_controls(self, painter: QPainter) -> None:
        column, face = self._column, self.face
        part = face.hot.part if face.hot is not None else None
        for name, box in (("minus", column.minus), ("plus", column.plus)):
            if box is not None:
                self._paint_sign(painter, box, name == "plus", part == name)
        if column.grip is not None:
            self._paint_handle(painter, part == "grip" or face.preview is not None)
        if (face.hot is not None or face.selected) and column.close is not None:
            self._paint_close(painter, column.close, part == "close")

    def _paint_handle(self, painter: QPainter, hot: bool) -> None:
        theme, card = self._theme, self._column.card
        middle, y = card.center().x(), card.bottom() - 4.5 * theme.scale
        half = min(9.0 * theme.scale, card.width() * 0.18)
        painter.setPen(look_of(theme).pen(theme.accent if hot else theme.disabled, 1.6))
        painter.drawLine(QPointF(middle - half, y), QPointF(middle + half, y))

    def _paint_sign(self, painter: QPainter, box: QRectF, plus: bool, hot: bool) -> None:
        theme = self._theme
        centre = box.center()
        if hot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(qcolor(theme.raised_hover))
            painter.drawEllipse(centre, 9 * theme.scale, 9 * theme.scale)
        arm = 4.5 * theme.scale
        painter.setPen(look_of(theme).pen(theme.accent_strong if hot else theme.muted, 1.6))
        painter.drawLine(QPointF(centre.x() - arm, centre.y()), QPointF(centre.x() + arm, centre.y()))
        if plus:
            painter.drawLine(QPointF(centre.x(), centre.y() - arm), QPointF(centre.x(), centre.y() + arm))

    def _paint_close(self, painter: QPainter, box: QRectF, hot: bool) -> None:
        theme, look = self._theme, look_of(self._theme)
        painter.setPen(look.pen(theme.danger if hot else theme.hairline))
        painter.setBrush(qcolor(theme.danger if hot else theme.surface))
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        painter.setPen(look.pen(theme.surface if hot else theme.muted, 1.4))
        arm, centre = box.width() * 0.16, box.center()
        for direction in (1, -1):
            painter.drawLine(
                QPointF(centre.x() - arm, centre.y() - arm * direction),
                QPointF(centre.x() + arm, centre.y() + arm * direction),
            )

    def _paint_health(self, painter: QPainter, note: Note) -> None:
        theme, look, box = self._theme, look_of(self._theme), self.health_box()
        painter.setPen(look.pen(theme.warning, 1.4))
        painter.setBrush(qcolor(theme.surface))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), box.height() / 2, box.height() / 2)
        painter.setPen(qcolor(theme.text))
        draw_fitted(painter, box, look.small_bold, self._health_text(note), CENTRE)

    def _health_text(self, note: Note) -> str:
        """Return the longest form that keeps clear of the next card's."""
        room = self._column.card.width() + (BETWEEN - PILL) * self._theme.scale
        font = look_of(self._theme).small_bold
        return next((text for text in note.forms if text_width(font, text) <= room), note.forms[-1])

    def health_box(self) -> QRectF:
        """Return where it says how many units no longer learn: on the upper edge of the card."""
        note, card = self.face.health, self._column.card
        text = self._health_text(note) if note is not None else ""
        look = look_of(self._theme)
        width, height = text_width(look.small_bold, text) + PILL * self._theme.scale, 17 * self._theme.scale
        return QRectF(card.center().x() - width / 2, card.top() - 0.8 * height, width, height)

    def _paint_badge(self, painter: QPainter) -> None:
        theme, look = self._theme, look_of(self._theme)
        box = self.badge_box()
        painter.setPen(look.pen(theme.surface))
        painter.setBrush(qcolor(theme.warning))
        painter.drawEllipse(box)
        painter.setPen(qcolor(theme.surface))
        painter.setFont(look.small_bold)
        painter.drawText(box, CENTRE, "!")

    def frost_box(self) -> QRectF:
        """Return where the sign of a frozen layer is: at the card's lower left corner, half outside."""
        side = 18.0 * self._theme.scale
        corner = self._column.card.bottomLeft()
        return QRectF(corner.x() - side * 0.4, corner.y() - side * 0.6, side, side)

    def badge_box(self) -> QRectF:
        """Return where the warning badge is."""
        side = 16.0 * self._theme.scale
        corner = self._column.card.topLeft()
        return QRectF(corner.x() - side * 0.4, corner.y() - side * 0.4, side, side)
