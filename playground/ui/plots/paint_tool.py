"""Paints points in a plot of the plane, with the pointer or with the keys."""

from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem, QLabel, QWidget

from playground.data.base import PLANE_DOMAIN
from playground.data.painting import PaintingRefused, nearest, set_target
from playground.data.stroke import Brush, Place, Stroke
from playground.data.table import Table
from playground.ui.plots.items import PointLayer, Rings
from playground.ui.plots.scale import Scale, number_scale
from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import keep_font, role_label

GRIP = 9  # design pixels from a point within which it is taken hold of
KEY_STEP, SHORT_STEP = 0.5, 0.1  # how far an arrow key goes, and with Shift
LEAST_CIRCLE = 0.12  # the smallest brush is still to be seen
CROSS = 0.22
INVITATION = "<b>An empty canvas</b><br>Press and drag to paint points.<br>Choose their {what} above."
WAITING = "<b>There are no points yet</b><br>Press Paint (P) to draw some."

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
PUT = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
ERASE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
PAINTING_BUTTONS = Qt.MouseButton.LeftButton | Qt.MouseButton.RightButton


class PaintTool(QObject):
    """Draws the points of a table, and while it is active makes strokes of what the person does.

    Signals:
        stroked(Table, str): a stroke is over; this is what has come of it, and what it is called.
        refused(str): a stroke cannot be made; the sentence says why.
        shown_changed(): points are drawn now, or no longer.
    """

    stroked = Signal(object, str)
    refused = Signal(str)
    shown_changed = Signal()

    def __init__(self, plot: QWidget, canvas: Any, theme: Theme) -> None:
        """Paint on `canvas`, the plot's pyqtgraph widget."""
        super().__init__(plot)
        self._plot, self._canvas, self._theme = plot, canvas, theme
        self._view = canvas.getPlotItem().getViewBox()
        self._table: Table | None = None
        self._stroke: Stroke | None = None
        self._picked: int | None = None
        self._active = False
        self._place: Place | None = None
        self._by_key = False
        self._side = 320.0
        self._dice = np.random.default_rng()
        self.brush = Brush()
        self._points = PointLayer(self._view, test=False)
        self._fresh = PointLayer(self._view, test=False)  # what the stroke has added so far
        self._drawn: tuple[Table, Scale] | None = None
        self._ring = Rings(self._view)
        self._circle = (QGraphicsPathItem(), QGraphicsPathItem())
        for z, item in enumerate(self._circle):
            item.setZValue(40 + z)
            item.setVisible(False)
            self._view.addItem(item, ignoreBounds=True)
        self._words: QLabel = role_label("", "muted")
        self._words.setParent(plot)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words.setWordWrap(True)
        self._words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words.hide()
        # However often the pointer moves, the points are drawn once for what has come meanwhile.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._draw)
        canvas.viewport().installEventFilter(self)
        plot.installEventFilter(self)
        self.apply_theme(theme)

    # For the owner --------------------------------------------------------------------------------------

    @property
    def shows_points(self) -> bool:
        """Whether the points of a table are drawn, so that those of the run are not."""
        return self._table is not None

    @property
    def shown(self) -> Table | None:
        """The points as they are drawn, with the stroke that is being made."""
        return self._stroke.table if self._stroke is not None else self._table

    @property
    def invitation(self) -> str:
        """What is said on an empty canvas; nothing on another."""
        return "" if self._words.isHidden() else self._words.text()

    @property
    def picked(self) -> int | None:
        """The point that was taken hold of last, which can be given another class or value."""
        return self._picked

    def show_table(self, table: Table | None) -> None:
        """Draw the points of a table; a stroke that is being made is given up. None draws no points."""
        changed = (table is None) != (self._table is None)
        same_rows = table is not None and self._table is not None and len(table) == len(self._table)
        self._picked = self._picked if same_rows else None
        self._table, self._stroke = table, None
        self._draw()
        if changed:
            self.shown_changed.emit()

    def set_active(self, active: bool) -> None:
        """Paint with pointer and keys, or leave them to the plot."""
        self._active = active
        self._stroke = self._place = self._picked = None
        self.set_brush(self.brush)
        self._draw()

    def set_brush(self, brush: Brush) -> None:
        """Paint with another brush."""
        self.brush = brush
        if brush.tool != "move":
            self._picked = None
        shape = Qt.CursorShape.OpenHandCursor if brush.tool == "move" else Qt.CursorShape.CrossCursor
        if self._active:
            self._canvas.viewport().setCursor(shape)
        else:
            self._canvas.viewport().unsetCursor()
        self._draw_circle()

    def retarget(self, target: float) -> bool:
        """Give the point that was taken hold of another class or value; say whether there is one."""
        if self._table is None or self._picked is None:
            return False
        try:
            new = set_target(self._table, self._picked, target)
        except PaintingRefused as refusal:
            self.refused.emit(str(refusal))
            return True
        what = f"class {round(target) + 1}" if new.class_names else f"the value {target:g}"
        self.stroked.emit(new, f"Give a point {what}")
        return True

    def cancel(self) -> bool:
        """Give up the stroke that is being made; say whether there was one."""
        there, self._stroke = self._stroke is not None, None
        self._draw()
        return there

    def lay_out(self, area: QRect) -> None:
        """Draw for a plot whose data lies in `area`."""
        self._side = min(area.width(), area.height()) / self._theme.scale
        self._words.setGeometry(area)
        if self._table is not None:
            self._points.set_room(len(self._table), self._side)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self._drawn = None
        rim, line = self._circle
        for item, colour, width in ((rim, theme.rim, 3.4), (line, theme.outline, 1.4)):
            pen = QPen(qcolor(colour), width * theme.stroke)
            pen.setCosmetic(True)
            item.setPen(pen)
        self._ring.set_look(theme, theme.text, 13)
        keep_font(self._words, body_font(theme))
        self._draw()

    # Drawing --------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        """Draw the points as they are now."""
        self._soon.stop()
        table = self.shown
        if table is None:
            self._drawn = None
            self._points.clear()
            self._fresh.clear()
        else:
            self._draw_points(table)
        row = self._stroke.row if self._stroke is not None else self._picked
        ringed = table.inputs[[row]] if table is not None and row is not None else np.empty((0, 2))
        self._ring.show_places(ringed)
        self._invite(table)
        self._draw_circle()

    def _draw_points(self, table: Table) -> None:
        """Draw a table; those points that were there before a stroke of the brush need not be drawn again."""
        values = table.targets.astype(np.float64)
        scale = number_scale(values)
        adds = self._stroke is not None and len(table) > len(self._stroke.before)
        base = self._stroke.before if self._stroke is not None and adds else table
        for layer in (self._points, self._fresh):
            layer.set_room(len(table), self._side)
        drawn = self._drawn is not None and self._drawn[0] is base and self._drawn[1] == scale
        for layer, rows, there in (
            (self._points, slice(len(base)), drawn),
            (self._fresh, slice(len(base), None), False),
        ):
            if there:
                continue
            if table.class_names:
                layer.show_classes(table.inputs[rows], table.targets[rows].astype(np.int64), self._theme)
            else:
                shades = scale.shade(values[rows]).astype(np.float64)
                layer.show_values(table.inputs[rows], shades, self._theme)
        self._drawn = (base, scale)

    def _invite(self, table: Table | None) -> None:
        empty = table is not None and not len(table)
        if empty and table is not None:
            what = "class" if table.class_names else "value"
            self._words.setText(INVITATION.format(what=what) if self._active else WAITING)
            self._words.raise_()
        self._words.setVisible(empty)

    def _draw_circle(self) -> None:
        """Draw where the tool works; the keys have a cross, since they have no pointer."""
        shown = self._active and self._place is not None and (self.brush.tool != "move" or self._by_key)
        path = QPainterPath()
        if self.brush.tool != "move":
            radius = max(LEAST_CIRCLE, self.brush.reach)
            path.addEllipse(QPointF(0.0, 0.0), radius, radius)
        if self._by_key:
            for x, y in ((CROSS, 0.0), (0.0, CROSS)):
                path.moveTo(-x, -y)
                path.lineTo(x, y)
        for item in self._circle:
            item.setVisible(shown)
            if shown and self._place is not None:
                item.setPath(path)
                item.setPos(*self._place)

    # Strokes --------------------------------------------------------------------------------------------

    def _begin(self, place: Place, brush: Brush) -> None:
        assert self._table is not None
        wide = float(self._view.viewPixelSize()[0])
        try:
            self._stroke = Stroke(self._table, brush, place, self._theme.px(GRIP) * wide, self._dice)
        except PaintingRefused as refusal:
            self.refused.emit(str(refusal))
        else:
            self._picked = self._stroke.row
        self._soon.start()

    def _go(self, place: Place) -> None:
        if self._stroke is None:
            return
        try:
            self._stroke.go(place)
        except PaintingRefused as refusal:
            # What has been painted so far is kept, and nothing more is.
            self._end()
            self.refused.emit(str(refusal))
        self._soon.start()

    def _end(self) -> None:
        stroke, self._stroke = self._stroke, None
        if stroke is not None and stroke.changes:
            self._table = stroke.table
            self.stroked.emit(stroke.table, stroke.text)
        self._draw()

    # Events ---------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take pointer and keys before the plot does, while points are painted."""
        if not self._active or self._table is None:
            return False
        if isinstance(event, QKeyEvent):
            return watched is self._plot and self._key(event)
        if watched is self._plot:
            if event.type() == QEvent.Type.FocusOut and self._by_key:
                self._point(None, by_key=True)
            return False
        if isinstance(event, QMouseEvent):
            return self._mouse(event)
        if event.type() == QEvent.Type.Leave and not self._by_key:
            self._point(None)
        return False

    def _mouse(self, event: QMouseEvent) -> bool:
        """Make a stroke of press, way and release; leave what other buttons do to the plot."""
        scene = self._canvas.mapToScene(event.position().toPoint())
        inside = self._view.sceneBoundingRect().contains(scene)
        point = self._view.mapSceneToView(scene)
        place = (float(point.x()), float(point.y()))
        kind = event.type()
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            if not inside or not event.button() & PAINTING_BUTTONS:
                return False
            alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            erases = alt or event.button() == Qt.MouseButton.RightButton
            self._plot.setFocus(Qt.FocusReason.MouseFocusReason)
            self._point(place)
            self._begin(place, self.brush.erasing() if erases else self.brush)
            return True
        if kind == QEvent.Type.MouseMove and not event.buttons() & Qt.MouseButton.MiddleButton:
            self._point(place if inside else None)
            self._go(place)
            return True
        if kind == QEvent.Type.MouseButtonRelease and event.button() & PAINTING_BUTTONS:
            if not event.buttons() & PAINTING_BUTTONS:
                self._end()
            return True
        return False

    def _key(self, event: QKeyEvent) -> bool:
        """Move the cross, put points or erase them; say whether the key was for painting."""
        key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = modifiers in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
        if not plain or key not in (*ARROWS, *PUT, *ERASE):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.type() == QEvent.Type.KeyPress and self._stroke is None:
            self._press(key, SHORT_STEP if modifiers == Qt.KeyboardModifier.ShiftModifier else KEY_STEP)
        return True

    def _press(self, key: Qt.Key, step: float) -> None:
        middle = self._view.viewRect().center()
        place = self._place or (float(middle.x()), float(middle.y()))
        if key in ARROWS:
            moved = [
                min(max(value + step * by, low), high)
                for value, by, (low, high) in zip(place, ARROWS[key], PLANE_DOMAIN, strict=True)
            ]
            self._point((moved[0], moved[1]), by_key=True)
            return
        self._point(place, by_key=True)
        self._begin(place, self.brush.erasing() if key in ERASE else self.brush)
        self._end()

    def _point(self, place: Place | None, by_key: bool = False) -> None:
        self._place, self._by_key = place, by_key
        if self.brush.tool == "move" and self._stroke is None and place is not None and not by_key:
            reach = self._theme.px(GRIP) * float(self._view.viewPixelSize()[0])
            over = nearest(self._table, place, reach) if self._table is not None else None
            shape = Qt.CursorShape.OpenHandCursor if over is not None else Qt.CursorShape.ArrowCursor
            self._canvas.viewport().setCursor(shape)
        self._draw_circle()
