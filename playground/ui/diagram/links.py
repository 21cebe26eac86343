"""The links of one gap as one item: it keeps a picture of its curves and redraws it when it is told to."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.ui.diagram.held_marks import MOST_OFF, paint_cut_links
from playground.ui.diagram.layout import Column
from playground.ui.diagram.raster import DASH_SHARE, LEVELS, Curves, draw_links, make_curves
from playground.ui.diagram.tiles import channels
from playground.ui.theme.colour import mix, qcolor
from playground.ui.theme.tokens import Theme

FloatArray = npt.NDArray[np.floating]

MOST_LINKS = 200
MOST_LINKS_OF_BLOCKS = 140
FULL_STRENGTH = (1.0, 3.0)  # a link is thickest at the gap's largest |weight|, within these bounds
# The weakest link: its thickness in strokes and its opacity. On a dark ground the same would be invisible.
WEAKEST = {False: (0.6, 0.16), True: (0.9, 0.4)}
HIT_DISTANCE = 6.0
RECHOOSE = 30  # redraws after which the strongest of very many links are looked for again
MANY_WEIGHTS = 40_000


@dataclass(frozen=True, slots=True)
class LinkRef:
    """One weight: to `unit` from `source`, both counted in their layers."""

    unit: int
    source: int


class LinkBundle(QGraphicsItem):
    """Draws the weights between two columns: the stronger the thicker, dashed orange where negative.

    A `sharp` one keeps no picture: it draws lines, at any size, which takes far longer.
    """

    def __init__(self, theme: Theme, sharp: bool = False) -> None:
        super().__init__()
        self._sharp = sharp
        self.setZValue(1)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._theme = theme
        self._weights: FloatArray | None = None
        self._full: float | None = None
        self._ends: tuple[FloatArray, FloatArray] = (np.zeros(1), np.zeros(1))
        self._box = QRectF()
        self._pad = 0.0
        self._thickest = 6.0
        self._most = MOST_LINKS
        self._scale = 1.0
        self._ratio = 1.0
        self._image: QImage | None = None
        self._units = self._sources = np.zeros(0, dtype=np.intp)
        self._curves: Curves | None = None
        self._drawn: FloatArray = np.zeros(0, dtype=np.float32)
        self._age = 0
        self._lit: LinkRef | None = None
        self._off: npt.NDArray[np.bool_] | None = None  # (units, sources); None while all are on
        self._cut: list[tuple[LinkRef, bool]] = []
        self._cut_image: QImage | None = None

    # What it shows ------------------------------------------------------------------------------------

    def place(self, left: Column, right: Column, theme: Theme) -> None:
        """Run from the neurons of `left` to those of `right`."""
        starts = np.array([left.centre_of(i) for i in range(left.spec.units)], dtype=np.float32)
        ends = np.array([right.centre_of(i) for i in range(right.spec.units)], dtype=np.float32)
        self._theme = theme
        self._thickest = _thickest(left, right, theme)
        self._most = MOST_LINKS if min(left.tile, right.tile) >= 10 else MOST_LINKS_OF_BLOCKS
        self._pad = self._thickest + 2
        top = min(starts[0], ends[0]) - self._pad
        bottom = max(starts[-1], ends[-1]) + self._pad
        box = QRectF(left.stack.right(), top, right.stack.left() - left.stack.right(), bottom - top)
        if box == self._box and all(map(np.array_equal, self._ends, (starts, ends))):
            return
        self.prepareGeometryChange()
        self._box, self._ends = box, (starts, ends)
        self.light(self._lit)
        self.set_weights(self._weights)  # those of another shape are not of these layers
        self._forget()

    def set_weights(self, weights: FloatArray | None, full: float | None = None) -> None:
        """Take the weights (units, sources) to show from the next `redraw` on; None for not known yet.

        One of size `full` is drawn as thick as can be; where it is None, the strongest says which.
        """
        self._full = full
        shape = (len(self._ends[1]), len(self._ends[0]))
        if weights is not None and weights.shape != shape:
            weights = None
        if (weights is None) != (self._weights is None):
            self._forget()
        self._weights = weights

    def set_off(self, links: Collection[tuple[int, int]], sources: Collection[int]) -> None:
        """Show these links (unit, source) as cut, and all from these sources; they weigh nothing."""
        off = np.zeros((len(self._ends[1]), len(self._ends[0])), dtype=bool)
        off[:, [source for source in sources if source < off.shape[1]]] = True
        for unit, source in links:
            if unit < off.shape[0] and source < off.shape[1]:
                off[unit, source] = True
        wanted = off if off.any() else None
        places = np.argwhere(off)[:MOST_OFF].tolist()
        cut = [(LinkRef(unit, source), (unit, source) in links) for unit, source in places]
        same = (wanted is None) == (self._off is None) and np.array_equal(off, self._off_now())
        if not same or cut != self._cut:
            self._off, self._cut = wanted, cut
            self._forget()

    def _off_now(self) -> npt.NDArray[np.bool_]:
        shape = (len(self._ends[1]), len(self._ends[0]))
        return self._off if self._off is not None else np.zeros(shape, dtype=bool)

    @property
    def cut(self) -> tuple[LinkRef, ...]:
        """The links that are shown as cut."""
        return tuple(link for link, _ in self._cut)

    @property
    def weights(self) -> FloatArray | None:
        """The weights it was given last."""
        return self._weights

    def set_scale(self, scale: float, ratio: float) -> None:
        """Draw at `scale` device pixels per scene unit, on a screen with `ratio` of them to a pixel."""
        if abs(scale - self._scale) > 0.001 or ratio != self._ratio:
            self._scale, self._ratio = scale, ratio
            self._forget()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self._cut_image = None
        self._drawn = np.zeros(0, dtype=np.float32)

    def light(self, link: LinkRef | None) -> None:
        """Make one link stand out."""
        link = link if link is not None and self.connects(link) else None
        if link != self._lit:
            self._lit = link
            self.update()

    @property
    def lit(self) -> LinkRef | None:
        """The link that stands out."""
        return self._lit

    def _forget(self) -> None:
        self._image = self._cut_image = None
        self._curves = None
        self._drawn = np.zeros(0, dtype=np.float32)
        self.update()

    # Drawing ------------------------------------------------------------------------------------------

    def redraw(self) -> bool:
        """Draw the picture again if it would look different; say whether it did."""
        self._choose()
        if self._sharp:
            return False
        strengths = self._strengths()
        shown = np.concatenate([strengths, self._units, self._sources]).astype(np.float32)
        # A quarter of a pixel in thickness cannot be seen.
        still = len(shown) == len(self._drawn) and self._image is not None
        if still and float(np.max(np.abs(shown - self._drawn), initial=0.0)) < 0.2 / self._thickest:
            return False
        self._drawn = shown
        self._image = self._picture(strengths)
        self.update()
        return True

    def _choose(self) -> None:
        """Choose which links to draw: all of few, the strongest of many."""
        count = len(self._ends[0]) * len(self._ends[1])
        self._age += 1
        many = count > self._most
        keep = self._curves is not None and (not many or (count > MANY_WEIGHTS and self._age < RECHOOSE))
        if keep:
            return
        self._age = 0
        if not many:
            chosen = np.arange(count)
        elif self._weights is None:
            chosen = np.linspace(0, count - 1, self._most).astype(np.intp)
        else:
            chosen = strongest_of(self._weights, self._most)
        if many and self._cut:  # they weigh nothing, but can be pointed at
            chosen = np.union1d(chosen, [link.unit * len(self._ends[0]) + link.source for link in self.cut])
            chosen = chosen.astype(np.intp)
        units, sources = np.divmod(chosen, len(self._ends[0]))
        if (
            self._curves is None
            or not np.array_equal(units, self._units)
            or not np.array_equal(sources, self._sources)
        ):
            self._units, self._sources = units, sources
            self._curves = self._make_curves()

    def _make_curves(self) -> Curves:
        top = np.float32(self._box.top())
        scale = np.float32(self._scale)
        columns = max(round(self._box.width() * self._scale), 2)
        start = (self._ends[0][self._sources].astype(np.float32) - top) * scale
        end = (self._ends[1][self._units].astype(np.float32) - top) * scale
        return make_curves(start, end, columns)

    def _strengths(self) -> npt.NDArray[np.float32]:
        """Return the chosen weights as -1..1 of the thickest link; 0 where a weight is not known."""
        if self._weights is None:
            return np.zeros(len(self._units), dtype=np.float32)
        chosen = self._weights[self._units, self._sources].astype(np.float32)
        largest = float(np.max(np.abs(chosen), initial=0.0))
        if not np.isfinite(largest):
            chosen, largest = np.nan_to_num(chosen, posinf=FULL_STRENGTH[1], neginf=-FULL_STRENGTH[1]), 0.0
        full = self._full or min(max(largest, FULL_STRENGTH[0]), FULL_STRENGTH[1])
        strengths: npt.NDArray[np.float32] = np.clip(chosen / full, -1.0, 1.0).astype(np.float32)
        return strengths

    def _picture(self, strengths: npt.NDArray[np.float32]) -> QImage:
        assert self._curves is not None
        widths, alphas = self._weight_lines(strengths)
        widths = widths * np.float32(self._scale)
        height = max(round(self._box.height() * self._scale), 2)
        dash = self._dash() * self._scale
        codes = draw_links(
            self._curves,
            widths.astype(np.float32),
            alphas.astype(np.float32),
            strengths < 0,
            height,
            dash,
        )
        pixels = link_colours(self._theme, self._weights is not None).take(codes)
        width = codes.shape[1]
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
        kept = image.copy()
        kept.setDevicePixelRatio(self._ratio)
        return kept

    def _weight_lines(self, strengths: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return how thick, in scene units, and how opaque the links of these strengths are."""
        size = np.abs(strengths)
        thin, faint = WEAKEST[self._theme.dark]
        thin *= self._theme.stroke
        alphas = faint + (1.0 - faint) * np.sqrt(size)
        if self._off is not None:
            alphas = np.where(self._off[self._units, self._sources], 0.0, alphas)
        return thin + (self._thickest - thin) * size, alphas

    def _dash(self) -> float:
        """Return the length of a dash and its gap together, in scene units."""
        return 5.0 + 0.9 * self._thickest

    def boundingRect(self) -> QRectF:
        """Return the box that is painted in."""
        return self._box

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Paint the item."""
        if self._sharp:
            self._paint_lines(painter)
        elif self._image is not None:
            self._paint_image(painter, self._image)
        if self._cut:
            self._paint_cut(painter)
        if self._lit is not None:
            self._paint_lit(painter, self._lit)

    def _paint_image(self, painter: QPainter, image: QImage) -> None:
        """Copy the picture pixel by pixel when it was drawn for this zoom: scaling costs ten times more."""
        world = painter.worldTransform()
        ratio = image.devicePixelRatio()
        if abs(world.m11() * ratio - self._scale) > 0.01:
            painter.drawImage(self._box, image)
            return
        corner = world.map(self._box.topLeft()) * ratio
        painter.save()
        painter.resetTransform()
        painter.drawImage(QPointF(round(corner.x()), round(corner.y())) / ratio, image)
        painter.restore()

    def _paint_cut(self, painter: QPainter) -> None:
        """Paint the links that are off; what is kept as pixels is painted once."""
        if self._sharp:
            paint_cut_links(painter, self._theme, self._cut_curves())
            return
        if self._cut_image is None:
            size = (self._box.size() * self._scale).toSize()
            image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(0)
            on_it = QPainter(image)
            on_it.scale(self._scale, self._scale)
            on_it.translate(-self._box.topLeft())
            paint_cut_links(on_it, self._theme, self._cut_curves())
            on_it.end()
            image.setDevicePixelRatio(self._ratio)
            self._cut_image = image
        self._paint_image(painter, self._cut_image)

    def _cut_curves(self) -> list[tuple[QPainterPath, bool]]:
        return [(self.curve(link), itself) for link, itself in self._cut]

    def _paint_lines(self, painter: QPainter) -> None:
        """Draw link after link, the strongest last."""
        strengths = self._strengths()
        widths, alphas = self._weight_lines(strengths)
        tokens = link_tokens(self._theme, self._weights is not None)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place in np.argsort(np.abs(strengths), kind="stable").tolist():
            width, negative = float(widths[place]), bool(strengths[place] < 0)
            pen = QPen(qcolor(tokens[negative], round(255 * float(alphas[place]))), width)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            if negative:
                dash = self._dash() / width
                pen.setDashPattern([DASH_SHARE * dash, (1.0 - DASH_SHARE) * dash])
            painter.strokePath(self.curve(LinkRef(int(self._units[place]), int(self._sources[place]))), pen)

    def _paint_lit(self, painter: QPainter, link: LinkRef) -> None:
        path = self.curve(link)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        value = 0.0 if self._weights is None else float(self._weights[link.unit, link.source])
        thick = max(3.0, self._thickest * 0.7)
        halo = QPen(qcolor(self._theme.outline), thick + 2.5)
        colour = self._theme.negative if value < 0 else self._theme.positive
        for pen in (halo, QPen(qcolor(colour), thick)):
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.strokePath(path, pen)

    # Asking -------------------------------------------------------------------------------------------

    def connects(self, link: LinkRef) -> bool:
        """Return whether there is such a link, drawn or not."""
        return 0 <= link.unit < len(self._ends[1]) and 0 <= link.source < len(self._ends[0])

    def curve(self, link: LinkRef) -> QPainterPath:
        """Return the curve of one link."""
        a, b = float(self._ends[0][link.source]), float(self._ends[1][link.unit])
        left, right, third = self._box.left(), self._box.right(), self._box.width() / 3
        path = QPainterPath(QPointF(left, a))
        path.cubicTo(left + third, a, right - third, b, right, b)
        return path

    def link_at(self, point: QPointF) -> LinkRef | None:
        """Return the drawn link whose curve passes nearest to `point`, None beyond a few pixels."""
        if self._curves is None or not self._box.contains(point) or not len(self._units):
            return None
        column = min(int((point.x() - self._box.left()) * self._scale), self._curves.y.shape[1] - 1)
        height = np.float32((point.y() - self._box.top()) * self._scale)
        distance = np.abs(self._curves.y[:, column] - height) / self._curves.stretch[:, column]
        nearest = int(np.argmin(distance))
        if distance[nearest] > HIT_DISTANCE * self._scale:
            return None
        return LinkRef(int(self._units[nearest]), int(self._sources[nearest]))


def strongest_of(weights: FloatArray, most: int) -> npt.NDArray[np.intp]:
    """Return the flat places of the strongest weights, in order; of very many, the strongest of a sample."""
    stride = -(-weights.size // MANY_WEIGHTS)
    if stride > 1 and weights.shape[1] % stride == 0:
        stride += 1  # else the sample would be some columns only
    sample = np.abs(weights.ravel()[::stride])
    places = np.argpartition(sample, len(sample) - most)[-most:]
    return np.sort(places) * stride


def _thickest(left: Column, right: Column, theme: Theme) -> float:
    """Return the thickness of the strongest link: thinner at small tiles and at the rows of a block."""
    side = min(column.tile if column.block is None else column.stack.width() for column in (left, right))
    row = min(column.tile if column.block is not None else side for column in (left, right))
    thickest = min(6.0 * theme.scale, 0.16 * side, max(0.45 * row, 1.8))
    return thickest * (theme.stroke / theme.scale if theme.scale > 1 else 1.0)


def link_tokens(theme: Theme, known: bool) -> tuple[str, str]:
    """Return the colours of positive and negative weights; grey while they are not known."""
    # Plain orange on a light ground is too pale for a thin line.
    negative = theme.negative if theme.dark else mix(theme.negative, theme.outline, 0.12)
    return (theme.positive, negative) if known else (theme.muted, theme.muted)


@lru_cache(maxsize=8)
def link_colours(theme: Theme, known: bool) -> npt.NDArray[np.uint32]:
    """Return the premultiplied colour of every code `draw_links` makes; grey while weights are not known."""
    alpha = np.arange(LEVELS, dtype=np.uint32)
    table = np.empty(2 * LEVELS, dtype=np.uint32)
    for bit, token in enumerate(link_tokens(theme, known)):
        red, green, blue = (np.uint32(c) * alpha // 255 for c in channels(token))
        table[bit::2] = (alpha << 24) | (red << 16) | (green << 8) | blue
    return table
