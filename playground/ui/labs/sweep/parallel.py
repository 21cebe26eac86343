"""Parallel axes: one for each thing that is varied and one for how good it was; each run is a line across."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QToolTip, QWidget

from playground.ui.labs.sweep.cells import shade
from playground.ui.theme.colour import mix, qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets import describe

NEAR = 8.0
"""Design pixels within which a line is pointed at."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: its title, and what stands at which share of its height."""

    title: str
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, eq=False, slots=True)
class Run:
    """A line: a share of the height on each axis (nan: none), and how good it is from 0 to 1."""

    key: int
    places: npt.NDArray[np.float64]
    share: float
    help: str


class ParallelAxes(QWidget):
    """Lines over parallel axes. Click a line to choose it, double-click to open it.

    Signals:
        chosen(int): the line with this key was chosen.
        opened(int): the line with this key is to be opened.
    """

    chosen = Signal(int)
    opened = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._theme = LIGHT
        self._axes: tuple[Axis, ...] = ()
        self._runs: tuple[Run, ...] = ()
        self._current: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        describe(self, "Results as parallel curves", "")
        self.setAccessibleDescription("Up and down choose a run, Enter opens its experiment.")

    def show_runs(self, axes: tuple[Axis, ...], runs: tuple[Run, ...]) -> None:
        """Show these lines, the best on top of the others."""
        self._axes = axes
        self._runs = tuple(sorted(runs, key=lambda run: run.share))
        self.update()

    def choose(self, key: int | None) -> None:
        """Show which line is chosen, without saying so to anyone."""
        self._current = key
        self.update()

    @property
    def runs(self) -> tuple[Run, ...]:
        """What is drawn, the worst first."""
        return self._runs

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self.setMinimumSize(theme.px(220), theme.px(180))
        self.update()

    # Painting -------------------------------------------------------------------------------------------

    def _box(self) -> QRectF:
        theme = self._theme
        line = QFontMetrics(body_font(theme, theme.size_small)).height()
        side = theme.px(48)
        return QRectF(side, 2 * line, max(1, self.width() - 2 * side), max(1, self.height() - 3 * line))

    def _across(self, axis: int) -> float:
        box = self._box()
        return box.x() + box.width() * axis / max(1, len(self._axes) - 1)

    def points_of(self, run: Run) -> list[QPointF]:
        """Return where a line goes, without the axes on which it has no place."""
        box = self._box()
        return [
            QPointF(self._across(axis), box.bottom() - share * box.height())
            for axis, share in enumerate(run.places.tolist())
            if np.isfinite(share)
        ]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint lines, then axes with their numbers."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        best = self._runs[-1].key if self._runs else None
        lines = sorted(self._runs, key=lambda run: run.key == self._current)
        for run in lines:
            strong = run.key in (best, self._current)
            colour = theme.text if run.key == self._current else shade(theme, run.share)
            painter.setPen(QPen(qcolor(colour), (2.6 if strong else 1.3) * theme.stroke))
            painter.drawPolyline(QPolygonF(self.points_of(run)))
        self._paint_axes(painter)

    def _paint_axes(self, painter: QPainter) -> None:
        theme, box = self._theme, self._box()
        font = body_font(theme, theme.size_small)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        for number, axis in enumerate(self._axes):
            x = self._across(number)
            painter.setPen(QPen(qcolor(mix(theme.hairline, theme.text, 0.3)), theme.stroke))
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            painter.setPen(qcolor(theme.text))
            room = int(box.width() / max(1, len(self._axes) - 1)) - theme.px(8)
            title = metrics.elidedText(axis.title, Qt.TextElideMode.ElideRight, max(room, theme.px(90)))
            wide = metrics.horizontalAdvance(title)
            left = min(max(x - wide / 2, 0.0), self.width() - wide)
            painter.drawText(QPointF(left, metrics.ascent()), title)
            painter.setPen(qcolor(theme.muted))
            last = number == len(self._axes) - 1
            for share, text in axis.ticks:
                y = box.bottom() - share * box.height() + metrics.ascent() / 2 - 1
                wide = metrics.horizontalAdvance(text)
                left = x + theme.px(5) if last else x - wide - theme.px(5)
                behind = QRectF(left, y - metrics.ascent(), wide, metrics.height())
                painter.fillRect(behind, qcolor(theme.surface, 190))
                painter.drawText(QPointF(left, y), text)

    # Pointer and keys -----------------------------------------------------------------------------------

    def _at(self, point: QPointF) -> Run | None:
        near = [(_far(self.points_of(run), point), run) for run in reversed(self._runs)]
        far, run = min(near, key=lambda pair: pair[0], default=(np.inf, None))
        return run if far <= NEAR * self._theme.scale else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what the line under the pointer is."""
        run = self._at(event.position())
        if run is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPosition().toPoint(), run.help, self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a line."""
        run = self._at(event.position())
        if run is not None:
            self._choose(run)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a line."""
        run = self._at(event.position())
        if run is not None:
            self.opened.emit(run.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a better or a worse line with up and down, open with Enter."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._runs:
            keys = [run.key for run in self._runs]
            here = keys.index(self._current) if self._current in keys else len(keys)
            turn = here + (1 if key == Qt.Key.Key_Up else -1)
            self._choose(self._runs[min(max(turn, 0), len(keys) - 1)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current is not None:
            self.opened.emit(self._current)
        else:
            super().keyPressEvent(event)

    def _choose(self, run: Run) -> None:
        self._current = run.key
        self.setAccessibleDescription(run.help)
        self.update()
        self.chosen.emit(run.key)


def _far(line: list[QPointF], point: QPointF) -> float:
    """Return how far a point is from a line through points, in pixels."""
    if len(line) < 2:
        return np.inf
    places = np.array([one.toTuple() for one in line])
    start, way = places[:-1], np.diff(places, axis=0)
    to = np.array(point.toTuple()) - start
    share = np.clip((to * way).sum(axis=1) / np.maximum((way**2).sum(axis=1), 1e-12), 0.0, 1.0)
    return float(np.hypot(*(to - share[:, None] * way).T).min())
