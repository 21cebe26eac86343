"""A plot of a lab: things on axes, and handles that are dragged."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from playground.ui.figures import short
from playground.ui.labs.things import Handle, Marks, Place, Things
from playground.ui.labs.things_plot import ThingsPlot
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import describe

NEAR = 16.0  # design pixels within which a handle is taken, or a mark named
KEY_STEP = 0.01  # of what is shown
KEYS = "The arrow keys move the chosen handle, with Shift in large steps; N takes the next one."


class LabPlot(ThingsPlot):
    """Has handles to be dragged, or moved by the arrow keys while the plot has the focus.

    Signals:
        clicked(float, float): a place was clicked.
        moved(str, float, float): a handle is dragged to this place.
        dropped(str): a handle was let go.
    """

    clicked = Signal(float, float)
    moved = Signal(str, float, float)
    dropped = Signal(str)

    def __init__(
        self,
        theme: Theme,
        label: str,
        help_text: str,
        empty: str = "",
        names: tuple[str, str] = ("", ""),
        log: tuple[bool, bool] = (False, False),
        parent: QWidget | None = None,
        steady: bool = False,
    ) -> None:
        """Make the plot, as `ThingsPlot` has it, without handles."""
        self._handles: tuple[Handle, ...] = ()
        self._active = 0
        self._held: str | None = None
        super().__init__(theme, label, help_text, empty, names, log, parent, steady)

    def show_things(self, things: Things, handles: Sequence[Handle] = ()) -> None:
        """Draw these, and over them what can be dragged."""
        if handles and not self._handles and KEYS not in self.toolTip():
            describe(self, self.accessibleName(), f"{self.toolTip()} {KEYS}")
        self._handles = tuple(handles)
        super().show_things(things)

    @property
    def handles(self) -> tuple[Handle, ...]:
        """What can be dragged."""
        return self._handles

    def _stays(self) -> bool:
        """Return whether the range is the person's, or would move below what is dragged."""
        return super()._stays() or self._held is not None

    def _point_at(self, x: float, y: float) -> str:
        """Name the handle or the mark under the pointer."""
        places = [(handle.name, np.array([handle.place])) for handle in self._handles]
        places += [(mark.name, mark.xy) for mark in self._of(Marks) if mark.name]
        across, up = self._view.viewPixelSize()
        best, found = NEAR * self._theme.scale, ""
        for name, xy in places:
            far = np.hypot((self._to(xy[:, 0], 0) - x) / across, (self._to(xy[:, 1], 1) - y) / up)
            if not len(far) or not np.isfinite(far).any():
                continue
            nearest = int(np.nanargmin(far))
            if far[nearest] < best:
                best = float(far[nearest])
                found = f"{name}: {short(float(xy[nearest, 0]))}, {short(float(xy[nearest, 1]))}"
        return found

    def _draw_on_top(self) -> None:
        handles, theme = self._handles, self._theme
        items = self._pool("handles", len(handles), pg.ScatterPlotItem)
        for item, handle in zip(items, handles, strict=True):
            xy = np.array([self._at(handle)])
            active = self.hasFocus() and handle is self._active_handle
            rim = theme.accent if active else theme.outline
            look = (handle.symbol, handle.size * theme.scale, handle.colour, rim, 2.0)
            self._draw_spots(item, xy[np.isfinite(xy).all(axis=1)], look)
            item.setZValue(30)

    # Handles ----------------------------------------------------------------------------------------------

    @property
    def _active_handle(self) -> Handle | None:
        return self._handles[self._active % len(self._handles)] if self._handles else None

    def _at(self, handle: Handle) -> Place:
        """Return where a handle lies on the axes."""
        x, y = (float(self._to(np.array([handle.place[axis]]), axis)[0]) for axis in (0, 1))
        return x, y

    def _from(self, x: float, y: float) -> Place:
        """Return the numbers that a place on the axes stands for."""
        first, second = (10.0**v if log else v for v, log in zip((x, y), self._log, strict=True))
        return float(first), float(second)

    def _handle_near(self, position: QPointF) -> Handle | None:
        """Return the handle under the pointer."""
        scene = self._plot.mapToScene(position.toPoint())
        near = [
            (float(np.hypot(*((self._view.mapViewToScene(QPointF(*self._at(one))) - scene).toTuple()))), one)
            for one in self._handles
            if np.isfinite(self._at(one)).all()
        ]
        if not near:
            return None
        far, handle = min(near, key=lambda pair: pair[0])
        return handle if far <= NEAR * self._theme.scale else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Drag a handle; leave all else to the plot."""
        if not isinstance(event, QMouseEvent) or not self._handles:
            return super().eventFilter(watched, event)
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            handle = self._handle_near(event.position())
            if handle is not None:
                self._held, self._active = handle.key, self._handles.index(handle)
                self._pointer_left()
                return True
        elif kind == QEvent.Type.MouseMove and self._held is not None:
            point = self._view.mapSceneToView(self._plot.mapToScene(event.position().toPoint()))
            self.moved.emit(self._held, *self._from(point.x(), point.y()))
            return True
        elif kind == QEvent.Type.MouseMove and not event.buttons():
            near = self._handle_near(event.position()) is not None
            shape = Qt.CursorShape.OpenHandCursor if near else Qt.CursorShape.ArrowCursor
            self._plot.viewport().setCursor(shape)
        elif kind == QEvent.Type.MouseButtonRelease and self._held is not None:
            key, self._held = self._held, None
            self.dropped.emit(key)
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the chosen handle with the arrow keys (Shift: in large steps); N takes the next one."""
        ways = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, 1),
            Qt.Key.Key_Down: (0, -1),
        }
        key, handle = Qt.Key(event.key()), self._active_handle
        if handle is not None and key in ways:
            large = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            ((left, right), (bottom, top)) = self._view.viewRange()
            x, y = self._at(handle)
            across, up = ways[key]
            step = large * KEY_STEP
            place = self._from(x + across * step * (right - left), y + up * step * (top - bottom))
            self.moved.emit(handle.key, *place)
            self.dropped.emit(handle.key)
        elif handle is not None and key == Qt.Key.Key_N:
            self._active = (self._active + 1) % len(self._handles)
            self._draw_on_top()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show which handle the keys move."""
        super().focusInEvent(event)
        self._draw_on_top()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keys move nothing."""
        super().focusOutEvent(event)
        self._draw_on_top()

    def _clicked(self, x: float, y: float) -> None:
        self.clicked.emit(*self._from(x, y))
