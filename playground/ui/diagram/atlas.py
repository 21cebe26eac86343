"""All tiles of one layer in one image: a column of tiles is painted with a single call."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from playground.ui.diagram.sizes import SPACING
from playground.ui.diagram.tiles import channels, class_tiles, curve_tiles, heat_tiles
from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme

FloatArray = npt.NDArray[np.floating]
Pixels = npt.NDArray[np.uint32]

RADIUS = 0.14  # of the corners, as a share of a tile
RIM = 0.28  # how much of the outline's colour the edge of a tile takes


class Atlas:
    """The tiles of one layer one below the other, with the spaces between them clear."""

    def __init__(self) -> None:
        self._values: FloatArray | None = None
        self._classes = False
        self._pixels: Pixels | None = None
        self._image: QImage | None = None
        self._count = 0
        self._side = 0
        self._pitch = 0

    def __len__(self) -> int:
        return self._count

    def show(self, values: FloatArray, theme: Theme) -> None:
        """Draw answers of shape (units, G, G) as heat maps, or (units, G) as curves."""
        self._values, self._classes = values, False
        self._take(heat_tiles(values, theme) if values.ndim == 3 else curve_tiles(values, theme), theme)

    def show_classes(self, shares: FloatArray, theme: Theme) -> None:
        """Draw the shares (classes, G, G) of several classes, each in its class's colour."""
        self._values, self._classes = shares, True
        self._take(class_tiles(shares, theme) if shares.ndim == 3 else curve_tiles(shares, theme), theme)

    def apply_theme(self, theme: Theme) -> None:
        """Draw the same answers in other colours."""
        if self._values is not None:
            (self.show_classes if self._classes else self.show)(self._values, theme)

    def clear(self) -> None:
        """Show nothing."""
        self._values = self._pixels = self._image = None
        self._count = 0

    def paint(self, painter: QPainter, stack: QRectF, tiles: Sequence[QRectF], theme: Theme) -> None:
        """Paint the tiles; neutral where there is nothing to show yet."""
        # Coarse pictures of a run and the fine ones of a pause must look alike.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._image is not None and self._count == len(tiles) and self._in_proportion(tiles):
            painter.drawImage(stack, self._image)
            return
        for unit, tile in enumerate(tiles):
            if self._image is not None and unit < self._count:
                source = QRectF(0, unit * self._pitch, self._side, self._side)
                painter.drawImage(tile, self._image, source)
            else:
                painter.fillRect(tile, qcolor(theme.neutral))

    def _in_proportion(self, tiles: Sequence[QRectF]) -> bool:
        """Return whether the spaces of the image are exactly those of the layout."""
        pitch = tiles[1].top() - tiles[0].top() if len(tiles) > 1 else tiles[0].width() * (1 + SPACING)
        usual = abs(pitch - tiles[0].width() * (1 + SPACING)) < 0.01
        return usual and self._pitch == self._side * (1 + SPACING)

    def _take(self, tiles: Pixels, theme: Theme) -> None:
        count, side = tiles.shape[:2]
        finish_edges(tiles, theme)
        self._count, self._side = count, side
        self._pitch = side + round(side * SPACING)
        pixels = np.zeros((count, self._pitch, side), dtype=np.uint32)
        pixels[:, :side] = tiles
        self._pixels = pixels  # the image only borrows the memory
        height = count * self._pitch - (self._pitch - side)
        kind = QImage.Format.Format_ARGB32_Premultiplied
        self._image = QImage(pixels.data, side, height, 4 * side, kind)


@lru_cache(maxsize=16)
def edge_of(side: int, outline: str) -> tuple[npt.NDArray[np.intp], FloatArray, FloatArray]:
    """Return the flat indices of a tile's edge, and factors and terms (4 edge,) that finish its pixels."""
    centre = np.abs(np.arange(side) - (side - 1) / 2)
    radius = RADIUS * side
    # Distance to a rounded square: zero on its outline, negative inside.
    across = np.maximum(centre - (side / 2 - radius), 0.0)
    corner = np.hypot(across[:, None], across[None, :]) - radius
    straight = np.maximum(centre[:, None], centre[None, :]) - side / 2
    distance = np.where((across[:, None] > 0) & (across[None, :] > 0), corner, straight).ravel()
    opaque = np.clip(0.5 - distance, 0.0, 1.0)
    rim = RIM * np.clip(side / 27 + 0.5 + distance, 0.0, 1.0)
    edge = np.flatnonzero((rim > 0) | (opaque < 1))
    opaque, rim = opaque[edge, None], rim[edge, None]
    factor = np.repeat(opaque * (1.0 - rim), 4, axis=1)
    term = opaque * rim * np.append(channels(outline)[::-1], 0.0)
    factor[:, 3], term[:, 3] = 0.0, 255.0 * opaque[:, 0]
    return edge, factor.astype(np.float32).ravel(), term.astype(np.float32).ravel()


def finish_edges(tiles: Pixels, theme: Theme) -> None:
    """Round the corners of tiles (units, S, S) and give them a rim, in place."""
    edge, factor, term = edge_of(tiles.shape[1], theme.outline)
    # Blue, green, red and alpha are the bytes of a pixel, in this order, on all machines Qt calls RGB32.
    pixels = tiles.reshape(len(tiles), -1)
    finished = pixels.take(edge, axis=1).view(np.uint8) * factor
    finished += term
    pixels[:, edge] = finished.astype(np.uint8).view(np.uint32)
