"""Pictures to take away: the diagram, any plot, or the window, as SVG with real text or as PNG.

A plot is made anew for its picture, in the look and size that the picture is to have, so that the one on
screen is not touched. What lies on a grid (heat maps, pictures of neurons) is an image in the SVG; the rest
is lines and text.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.experiment.prepare import Prepared
from playground.training.messages import History, Look, Snapshot
from playground.training.still import still
from playground.ui.diagram.outline import network_in_words
from playground.ui.diagram.scene import DiagramScene
from playground.ui.figures import four_digits, percent_in_tenths
from playground.ui.plots import Plot, PlotView
from playground.ui.plots.loss import CurvePlot
from playground.ui.plots.square_plot import SquarePlot
from playground.ui.seen import Seen
from playground.ui.svg import tidied
from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme

Format = Literal["svg", "png"]

WIDTH = 720  # design pixels of a plot's picture
FLAT = 0.62  # the height of a plot that is not square, as a share of its width
COLUMN = 150  # design pixels of the diagram's picture for each of its columns
DIAGRAM_HEIGHT = 440
MARGIN = 16
MOST_PIXELS = 16_000
"""Longest side of a PNG: beyond it, other programs refuse to open one."""


class PictureError(ValueError):
    """The picture cannot be made; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Something to be drawn: its name, its size in pixels at scale 1, and what draws it.

    `clips` says that it leaves out what is out of sight by clipping: in the SVG of a whole window Qt puts the
    clips at other places than what they clip.
    """

    name: str
    size: QSize
    paint: Callable[[QPainter], None]
    clips: bool = True


def as_image(drawing: Drawing, scale: float) -> QImage:
    """Return the pixels of a drawing at a scale; PictureError when there would be too many."""
    size = (drawing.size.toSizeF() * scale).toSize()
    if max(size.width(), size.height()) > MOST_PIXELS:
        pixels = f"{size.width():,} × {size.height():,} pixels"
        raise PictureError(
            f"At this scale the picture would be {pixels}, more than other programs open. "
            "Choose a smaller scale, or SVG."
        )
    image = QImage(size, QImage.Format.Format_RGB32)
    if image.isNull():
        raise PictureError("There is no memory for a picture of this size. Choose a smaller scale, or SVG.")
    image.setDevicePixelRatio(scale)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    drawing.paint(painter)
    painter.end()
    return image


def as_png(drawing: Drawing, scale: float) -> bytes:
    """Return the PNG file of a drawing."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, QByteArray(b"png")).write(as_image(drawing, scale)):
        raise PictureError("The picture could not be turned into a PNG. Choose SVG.")
    return bytes(buffer.data().data())


def as_svg(drawing: Drawing) -> bytes:
    """Return the SVG file of a drawing."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    version = QSvgGenerator.SvgVersion
    generator = QSvgGenerator(version.Svg11 if drawing.clips else version.SvgTiny12)
    generator.setOutputDevice(buffer)
    generator.setSize(drawing.size)
    generator.setViewBox(QRect(QPoint(0, 0), drawing.size))
    generator.setResolution(96)  # a pixel of the picture is a pixel of the page
    generator.setTitle(drawing.name)
    generator.setDescription("Made by the neural-network playground.")
    painter = QPainter(generator)
    drawing.paint(painter)
    painter.end()
    return tidied(bytes(buffer.data().data()))


def encoded(drawing: Drawing, kind: Format, scale: float) -> bytes:
    """Return the file of a drawing; the scale is for pixels."""
    return as_svg(drawing) if kind == "svg" else as_png(drawing, scale)


# In words -----------------------------------------------------------------------------------------------


def figures_in_words(prepared: Prepared, snapshot: Snapshot, history: History) -> str:
    """Return how far a run has come and how good it is, on one line."""
    words = [f"epoch {snapshot.epoch:,}"]
    if len(history):
        words.append(f"train loss {four_digits(float(history.train_loss[-1]))}")
        words.append(f"{prepared.watched} loss {four_digits(float(history.watched_loss[-1]))}")
        metric = float(history.watched_metric[-1])
        if prepared.plan.task == "classification":
            words.append(f"{prepared.watched} accuracy {percent_in_tenths(metric)}")
        else:
            words.append(f"{prepared.watched} R² {four_digits(metric)}")
    return "  ·  ".join(words)


# Sheets -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a picture: a title, and a line below it; both take as many lines as they need."""

    title: str
    line: str
    theme: Theme

    def height(self, width: int) -> int:
        """Return the height at a width, the margins included."""
        return sum(box.height() for _, _, box in self._lines(width)) + self.theme.px(MARGIN + 8)

    def paint(self, painter: QPainter, width: int) -> None:
        """Write at the top of the picture."""
        for (text, font, box), token in zip(
            self._lines(width), (self.theme.text, self.theme.muted), strict=True
        ):
            painter.setFont(font)
            painter.setPen(qcolor(token))
            painter.drawText(QRectF(box), WRAPPED, text)

    def _lines(self, width: int) -> list[tuple[str, QFont, QRect]]:
        theme = self.theme
        left, top = theme.px(MARGIN), theme.px(MARGIN)
        lines = []
        for text, size, bold in ((self.title, theme.size_title, True), (self.line, theme.size_small, False)):
            font = body_font(theme, size, bold)
            room = QRect(left, top, width - 2 * left, 10_000)
            box = QFontMetrics(font).boundingRect(room, WRAPPED, text)
            box.setLeft(left)
            box.setWidth(width - 2 * left)
            lines.append((text, font, box))
            top = box.bottom() + 1 + theme.px(2)
        return lines


WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)


class PlotSheet(QWidget):
    """A plot below its heading, never seen but in pictures."""

    def __init__(self, view: PlotView, theme: Theme, width: int = WIDTH) -> None:
        super().__init__()
        self.view = view
        self._theme = theme
        self._heading = Heading("", "", theme)
        self.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        self._rows = QVBoxLayout(self)
        self._rows.setSpacing(0)
        self._rows.addWidget(view)
        self.resize(theme.px(width), theme.px(width))
        self.show()

    def write(self, title: str, line: str) -> None:
        """Write above the plot, and give it the height it needs."""
        theme, width = self._theme, self.width()
        self._heading = Heading(title, line, theme)
        above, side = self._heading.height(width), theme.px(MARGIN)
        self._rows.setContentsMargins(side, above, side, side)
        view, room = self.view, width - 2 * side
        high = view.height_for_width(room) if isinstance(view, SquarePlot) else round(FLAT * room)
        self.resize(width, above + high + side)
        self.sharpen()

    def say(self, title: str, line: str) -> None:
        """Write other words of the same length above the plot, without giving it another size."""
        self._heading = Heading(title, line, self._theme)

    def sharpen(self) -> None:
        """Get ready to be drawn, after something that is shown has changed."""
        self._rows.activate()
        self.view.sharpen()

    def drawing(self, name: str) -> Drawing:
        """Return the sheet as it is now, to be drawn while it lives."""
        return Drawing(name, self.size(), self.draw)

    def draw(self, painter: QPainter) -> None:
        """Draw the heading and the plot with any painter."""
        painter.fillRect(self.rect(), qcolor(self._theme.surface))
        self._heading.paint(painter, self.width())
        painter.translate(self.view.pos())
        # The lines of a plot are as wide at every zoom, and so on a device of finer pixels, too.
        ratio = painter.device().devicePixelRatioF()
        if ratio == 1.0:
            self.view.draw(painter)
            return
        self.view.thicken(ratio)
        self.view.draw(painter)
        self.view.thicken(1.0 / ratio)


def plot_title(plot: Plot, view: PlotView, seen: Seen) -> tuple[str, str]:
    """Return what stands above a plot: what it shows of which experiment, and how far the run has come."""
    label = view.measured if isinstance(view, CurvePlot) and view.measured else plot.label
    shown = f" ({view.title})" if view.title else ""
    # A symbol, such as R², stays as it is.
    label = f"{label[:1].lower()}{label[1:]}" if label[1:2].islower() else label
    title = f"{seen.experiment.name}: {label}{shown}"
    return title, figures_in_words(seen.prepared, seen.snapshot, seen.history)


@contextmanager
def plot_drawing(
    plot: Plot, theme: Theme, seen: Seen, like: PlotView | None = None, own_picture: bool = False
) -> Iterator[Drawing]:
    """Yield a plot of a run to be drawn, with the options and the zoom of the view it is to be `like`.

    What is drawn is worked out at leisure from the weights; `own_picture` takes that of the snapshot, as
    what an ensemble answers is in no weights.
    """
    view = plot.make(theme)
    sheet = PlotSheet(view, theme)
    try:
        view.start_run(seen.prepared)
        if like is not None:
            view.resemble(like)
        shown = still(seen.prepared, seen.snapshot, view.look, seen.history)
        if own_picture:
            shown = replace(shown, picture=seen.snapshot.picture)
        view.pose()
        sheet.write(*plot_title(plot, view, seen))
        view.show_snapshot(shown)
        sheet.sharpen()
        yield sheet.drawing(plot.label)
    finally:
        sheet.hide()
        sheet.deleteLater()


def diagram_drawing(theme: Theme, seen: Seen) -> Drawing:
    """Return the diagram of a run to be drawn, all of it and without what is there to be clicked."""
    scene = DiagramScene(seen.experiment, theme, posed=True)
    columns = scene.layout.columns
    names = (
        columns[0].stack.left() - scene.content().left() + scene.content().right() - columns[-1].stack.right()
    )
    scene.set_room(max(theme.px(WIDTH), theme.px(COLUMN) * len(columns) + names), theme.px(DIAGRAM_HEIGHT))
    scene.start_run(seen.prepared)
    scene.show_snapshot(still(seen.prepared, seen.snapshot, Look()))
    scene.sharpen()
    box, side = scene.content(), theme.px(MARGIN)
    width = max(round(box.width()) + 2 * side, theme.px(WIDTH))
    words = network_in_words(seen.experiment).removeprefix("Network: ")
    heading = Heading(f"{seen.experiment.name}: network", words, theme)
    above = heading.height(width)
    size = QSize(width, above + round(box.height()) + side)

    def paint(painter: QPainter) -> None:
        painter.fillRect(QRect(QPoint(0, 0), size), qcolor(theme.canvas))
        heading.paint(painter, width)
        target = QRectF((width - box.width()) / 2, above, box.width(), box.height())
        scene.render(painter, target, box)

    return Drawing("Network", size, paint)


def widget_drawing(widget: QWidget, name: str) -> Drawing:
    """Return a widget to be drawn as it is now."""
    return Drawing(name, widget.size(), lambda painter: widget.render(painter, QPoint(0, 0)), clips=False)
