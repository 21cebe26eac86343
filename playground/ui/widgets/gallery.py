"""A grid of pictures to choose one from, each with its name below."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets.base import Described, describe
from playground.ui.widgets.flow import FlowLayout

PICTURE = 52  # design pixels: the side of a tile's picture
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop


class Tile(QAbstractButton):
    """One picture with its name; painted, because no style sheet rounds a pixmap."""

    def __init__(self, item: Described, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = item.key
        self.setText(item.label)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        describe(self, item.label, item.help)
        self._theme = LIGHT
        self._picture = QPixmap()
        self._size = QSize(PICTURE, PICTURE)

    @property
    def picture_side(self) -> int:
        """Side of the picture in pixels of the screen; a sharp picture has that times the pixel ratio."""
        return self._theme.px(PICTURE)

    def set_picture(self, picture: QPixmap) -> None:
        """Show `picture`, scaled to the tile."""
        self._picture = picture
        self.update()

    def set_look(self, theme: Theme, size: QSize) -> None:
        """Take the theme, and the size that all tiles of the gallery have."""
        self._theme = theme
        self._size = size
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size all tiles have."""
        return self._size

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint picture, rim and name; the chosen one has an accent rim and a bold name."""
        theme, side = self._theme, self.picture_side
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform, True
        )
        inset = theme.px(3)
        box = QRectF((self.width() - side) / 2, inset, side, side)
        self._paint_picture(painter, box)
        painter.setFont(body_font(theme, theme.size_small, bold=self.isChecked()))
        painter.setPen(qcolor(theme.text if self.isChecked() or self.underMouse() else theme.muted))
        top = round(box.bottom()) + theme.px(4)
        painter.drawText(QRect(0, top, self.width(), self.height() - top), _WRAP, self._caption(painter))

    def _paint_picture(self, painter: QPainter, box: QRectF) -> None:
        theme, radius = self._theme, self._theme.px(6)
        path = QPainterPath()
        path.addRoundedRect(box, radius, radius)
        painter.fillPath(path, qcolor(theme.canvas))
        if not self._picture.isNull():
            painter.save()
            painter.setClipPath(path)
            painter.drawPixmap(box, self._picture, QRectF(self._picture.rect()))
            painter.restore()
        chosen = self.isChecked()
        colour = theme.accent if chosen else (theme.muted if self.underMouse() else theme.hairline)
        painter.setPen(QPen(qcolor(colour), 2 * theme.stroke if chosen else theme.stroke))
        painter.drawPath(path)
        if self.hasFocus():
            ring = box.adjusted(-3, -3, 3, 3)
            painter.setPen(QPen(qcolor(theme.text), 1.5))
            painter.drawRoundedRect(ring.adjusted(0.75, 0.75, -0.75, -0.75), radius + 2, radius + 2)

    def _caption(self, painter: QPainter) -> str:
        """Return the name; a word wider than the tile is cut short as a last resort."""
        metrics = painter.fontMetrics()
        words = self.text().split()
        return " ".join(metrics.elidedText(word, Qt.TextElideMode.ElideRight, self.width()) for word in words)


class Gallery(QWidget):
    """Tiles in as many columns as fit. Arrow keys move, Space or Enter chooses.

    Signals:
        chosen(str): the person chose the tile with this key, another one than before.
    """

    chosen = Signal(str)

    def __init__(self, label: str, help_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        describe(self, label, "")
        self.setWhatsThis(help_text)
        self._theme = LIGHT
        self._key = ""
        self._tiles: list[Tile] = []
        self._offered: list[tuple[str, str, str]] = []
        self._group = QButtonGroup(self)
        self._flow = FlowLayout(self, 8)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def key(self) -> str:
        """The key of the chosen tile; empty when none is."""
        return self._key

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """The tiles in their order."""
        return tuple(self._tiles)

    def set_items(self, items: Sequence[tuple[Described, QPixmap]]) -> None:
        """Offer records with their pictures; the one chosen before stays chosen if it is still there."""
        offered = [(item.key, item.label, item.help) for item, _ in items]
        if offered == self._offered:
            for item, picture in items:
                self.set_picture(item.key, picture)
            return
        self._offered = offered
        for tile in self._tiles:
            # Not deleted at once: this may have begun with a click on the very tile.
            self._flow.removeWidget(tile)
            self._group.removeButton(tile)
            tile.hide()
            tile.deleteLater()
        self._tiles = []
        for item, picture in items:
            tile = Tile(item, self)
            tile.set_picture(picture)
            tile.clicked.connect(lambda _=False, key=item.key: self._clicked(key))
            tile.installEventFilter(self)
            self._tiles.append(tile)
            self._group.addButton(tile)
            self._flow.addWidget(tile)
        self._key = self._key if self._key in [item.key for item, _ in items] else ""
        self._mark()
        self.apply_theme(self._theme)

    def set_picture(self, key: str, picture: QPixmap) -> None:
        """Show another picture on the tile `key`; KeyError when there is none."""
        self._tile(key).set_picture(picture)

    def set_key(self, key: str) -> None:
        """Show the tile `key` as chosen without saying so to anyone; KeyError when there is none."""
        self._tile(key)
        self._key = key
        self._mark()

    def minimumSizeHint(self) -> QSize:
        """Return the size of one tile: Qt would ask for the height of all of them in one column."""
        return self._flow.minimumSize()

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's colours and sizes."""
        self._theme = theme
        self._flow.setSpacing(theme.px(8))
        size = self._tile_size()
        for tile in self._tiles:
            tile.set_look(theme, size)
        self._flow.invalidate()
        self.updateGeometry()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """See a tile's keys first: a button would move the focus its own way."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        here = next((index for index, tile in enumerate(self._tiles) if tile.hasFocus()), None)
        return here is not None and self._handle(event.key(), here)

    def _handle(self, key: int, here: int) -> bool:
        columns = self._flow.columns(self.width())
        steps: dict[int, int] = {
            Qt.Key.Key_Left: here - 1,
            Qt.Key.Key_Right: here + 1,
            Qt.Key.Key_Up: here - columns,
            Qt.Key.Key_Down: here + columns,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(self._tiles) - 1,
        }
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tiles[here].click()
            return True
        if key not in steps:
            return False
        if 0 <= steps[key] < len(self._tiles):
            self._tiles[steps[key]].setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _tile(self, key: str) -> Tile:
        for tile in self._tiles:
            if tile.key == key:
                return tile
        raise KeyError(key)

    def _clicked(self, key: str) -> None:
        changed = key != self._key
        self._key = key
        self._mark()
        if changed:
            self.chosen.emit(key)

    def _mark(self) -> None:
        # An exclusive group refuses to have no button checked.
        self._group.setExclusive(False)
        for tile in self._tiles:
            tile.setChecked(tile.key == self._key)
        self._group.setExclusive(True)

    def _tile_size(self) -> QSize:
        """Return the size in which every name, bold and broken between words, can be read in full."""
        theme = self._theme
        metrics = QFontMetrics(body_font(theme, theme.size_small, bold=True))
        side = theme.px(PICTURE) + 2 * theme.px(3)
        words = [word for tile in self._tiles for word in tile.text().split()]
        width = max([side, *(metrics.horizontalAdvance(word) + theme.px(2) for word in words)])
        room = QRect(0, 0, width, 1000)
        heights = [metrics.boundingRect(room, _WRAP, tile.text()).height() for tile in self._tiles]
        return QSize(width, side + theme.px(4) + max(heights, default=0))
