"""Points as pixels: markers are stamped into an array, which is fast and needs no window's thread."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyqtgraph.graphicsItems.ScatterPlotItem import drawSymbol
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from playground.ui.theme.colour import heat_colours, mix, qcolor
from playground.ui.theme.tokens import Theme

Pixels = npt.NDArray[np.uint32]
Places = npt.NDArray[np.intp]
FloatArray = npt.NDArray[np.float64]

FINE = 2
"""How many pixels of the array there are to one of the picture, in each direction: edges become smooth."""

CHUNK = 1024
"""Points that are stamped at once: Python's other threads wait meanwhile."""
RIM = 0.6
"""How much of the outline's colour the rim of a point takes."""


@dataclass(frozen=True, slots=True, eq=False)
class Stamps:
    """A marker for each kind: its pixels (kinds, p) across and down from its centre, and which are inside.

    Markers of fewer pixels repeat their first one. `reach` is how far the farthest pixel is from a centre.
    """

    across: Places
    down: Places
    inside: npt.NDArray[np.bool_]
    reach: int

    def draw(self, field: Pixels, x: Places, y: Places, kind: Places, fill: Pixels, rim: Pixels) -> None:
        """Stamp points (n,) into `field` (h, w), later ones over earlier ones.

        Markers must lie in the field: no centre is nearer to its edge than `reach`.
        """
        flat, width = field.reshape(-1), field.shape[1]
        offsets = self.down * width + self.across
        for start in range(0, len(x), CHUNK):
            part = slice(start, start + CHUNK)
            which = kind[part]
            places = (y[part] * width + x[part])[:, None] + offsets[which]
            flat[places] = np.where(self.inside[which], fill[part, None], rim[part, None])


def stamps(symbols: tuple[str, ...], size: float, pen: float) -> Stamps:
    """Return pyqtgraph's markers of these names, so many pixels wide, with a rim of `pen` pixels."""
    drawn = [_pixels(symbol, size, pen) for symbol in symbols]
    most = max(len(across) for across, _, _ in drawn)
    padded = [[np.append(one, np.repeat(one[:1], most - len(one))) for one in parts] for parts in drawn]
    across, down = (np.stack([parts[index] for parts in padded]).astype(np.intp) for index in (0, 1))
    inside = np.stack([parts[2] for parts in padded]).astype(bool)
    return Stamps(across, down, inside, int(max(np.abs(across).max(), np.abs(down).max())))


def _pixels(symbol: str, size: float, pen: float) -> tuple[Places, Places, npt.NDArray[np.bool_]]:
    half = int(size / 2 + pen) + 3
    image = QImage(2 * half + 1, 2 * half + 1, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.translate(QPointF(half + 0.5, half + 0.5))
    line = QPen(Qt.GlobalColor.black, pen)
    line.setCosmetic(True)
    drawSymbol(painter, symbol, size, line, Qt.GlobalColor.white)
    painter.end()
    found = _array(image)
    down, across = np.nonzero(found >> 24)
    return across - half, down - half, (found[down, across] & 0xFF) > 0


def _array(image: QImage) -> Pixels:
    """Return a copy of the pixels of a 32-bit image."""
    wide = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return wide[:, : image.width()].copy()


def smoothed(field: Pixels, by: int) -> Pixels:
    """Return a field with one pixel for each `by` x `by`: their mean."""
    if by == 1:
        return field
    height, width = field.shape[0] // by, field.shape[1] // by
    parts = field.view(np.uint8).reshape(height, by, width, by, 4)
    total = np.zeros((height, width, 4), np.uint16)
    for row in range(by):
        for column in range(by):
            total += parts[:, row, :, column]
    return (total // (by * by)).astype(np.uint8).reshape(height, width * 4).view(np.uint32)


def as_image(field: Pixels) -> QImage:
    """Return a picture with a copy of opaque pixels (h, w), row 0 at the top."""
    pixels = np.ascontiguousarray(field)
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def class_colours(theme: Theme, classes: int) -> tuple[Pixels, Pixels]:
    """Return the colours (classes,) of the points of each class, and of their rims."""
    tokens = [theme.classes[index % len(theme.classes)] for index in range(classes)]
    rims = [mix(token, theme.outline, RIM) for token in tokens]
    return (
        np.array([qcolor(token).rgba() for token in tokens], np.uint32),
        np.array([qcolor(token).rgba() for token in rims], np.uint32),
    )


def shade_colours(theme: Theme, shades: FloatArray) -> tuple[Pixels, Pixels]:
    """Return the colours of points with shades (n,) in [-1, 1], and of their rims."""
    rim = qcolor(mix(theme.surface, theme.outline, RIM)).rgba()
    return heat_colours(shades, 1.0, theme), np.full(len(shades), rim, np.uint32)
