"""What every plot is, of a run or not: themed axes that can be empty, panned, zoomed and brought back."""

from typing import Any, ClassVar, cast

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QGraphicsItem,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from playground.ui.plots.items import thicken
from playground.ui.plots.legend import Legend
from playground.ui.plots.ticks import Ticks, linear_ticks
from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.icons import icon
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import describe, keep_font, role_label

CLICK = 5  # pixels that the pointer may move between press and release of a click


class AxesView(QWidget):
    """A plot. Drag to pan, turn the wheel to zoom, double-click or press 0 to see all again.

    Subclasses draw into `_plot`, say in `_home` what "all" is, and may answer `_point_at`.

    Signals:
        menu_asked(QPoint): the menu of the plot is asked for at this place of the screen.
    """

    menu_asked = Signal(QPoint)

    usually_empty: ClassVar[str] = ""
    """What is said while there is nothing to draw, where nothing else is known."""

    def __init__(self, theme: Theme, label: str, help_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        describe(self, label, "")
        self.setAccessibleDescription(help_text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumSize(QSize(160, 120))
        self._theme = theme
        self._zoomed = self._posed = False
        self._pressed: QPointF | None = None
        self._right_pressed: QPointF | None = None
        self._ticks: tuple[Ticks, Ticks, float, float] | None = None
        self._plot = self._make_plot()
        self._grid = pg.PlotCurveItem()
        self._grid.setZValue(0)
        self._view.addItem(self._grid, ignoreBounds=True)
        self._empty = role_label(self.usually_empty, "muted")
        self._readout = role_label("", "readout")
        self._fit = QToolButton(self)
        self._fit.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(self._fit, "Fit", "Show everything again (double-click, or press 0).")
        self._fit.clicked.connect(self.fit)
        self._place_overlays()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(3, 3, 3, 3)
        self._layout.setSpacing(0)
        self._plot_row = QHBoxLayout()
        self._plot_row.setContentsMargins(0, 0, 0, 0)
        self._plot_row.addWidget(self._plot)
        self._layout.addLayout(self._plot_row, 1)
        self._view.sigRangeChangedManually.connect(self._was_zoomed)
        self._view.sigRangeChanged.connect(self._label_axes)
        self._view.sigResized.connect(self._place_labels)
        self._plot.viewport().installEventFilter(self)

    # For the owner --------------------------------------------------------------------------------------

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self._plot.setBackground(qcolor(theme.surface))
        for axis in self._axes():
            axis.setPen(pg.mkPen(None))
            axis.setTextPen(qcolor(theme.muted))
            axis.setTickFont(number_font(theme, theme.size_small, bold=False))
            axis.setStyle(tickLength=0, tickTextOffset=theme.px(4), hideOverlappingLabels=False)
            axis.label.setFont(body_font(theme, theme.size_small))
            axis.label.setDefaultTextColor(qcolor(theme.muted))
        self._grid.setPen(pg.mkPen(qcolor(theme.grid), width=theme.stroke))
        left, bottom = self._axes()
        width, height = self._axis_room()
        left.setWidth(width)
        bottom.setHeight(height)
        # Room for the labels of the outermost ticks, which reach beyond the plot.
        across, down = self._margins()
        self._plot.getPlotItem().layout.setContentsMargins(0, down, across, 0)
        for label in (self._empty, self._readout):
            keep_font(label, self._label_font(label))
        self._fit.setIcon(icon("fit", theme, "muted"))
        self._fit.setIconSize(QSize(theme.px(16), theme.px(16)))
        self._arrange()
        self.update()

    def fit(self) -> None:
        """Show everything again."""
        self._zoomed = False
        self._fit.setVisible(False)
        self._home()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self._empty.isHidden()

    @property
    def empty_text(self) -> str:
        """What is said while there is nothing to draw."""
        return self._empty.text()

    @property
    def readout(self) -> str:
        """What is said about the point under the pointer; empty when nothing is."""
        return "" if self._readout.isHidden() else self._readout.text()

    @property
    def range(self) -> tuple[float, float, float, float]:
        """The part that is shown: x from, x to, y from, y to."""
        (x_low, x_high), (y_low, y_high) = self._view.viewRange()
        return float(x_low), float(x_high), float(y_low), float(y_high)

    def resemble(self, other: "AxesView") -> None:
        """Take the options and the zoom of a view of the same kind; called when a run has begun."""
        if other._zoomed:
            low, high, bottom, top = other.range
            self._zoomed = True
            self._view.setRange(xRange=(low, high), yRange=(bottom, top), padding=0)

    def pose(self) -> None:
        """Be a picture from now on: no controls, and every axis has its name."""
        self._posed = True
        for control in self._hidden_in_pictures():
            control.setVisible(False)
        across, up = self._axis_names()
        if across or up:
            self._write_axes(across, up)
        self.apply_theme(self._theme)

    def sharpen(self) -> None:
        """Draw text and lines from now on where copies of pixels are kept, and take the final size."""
        item = self._plot.getPlotItem()
        for _ in range(2):  # names ask for room only once the plot has its size
            self._layout.activate()
            item.layout.activate()
            self._arrange()
        for part in self._plot.scene().items():
            part.setCacheMode(QGraphicsItem.CacheMode.NoCache)
            if hasattr(part, "setExportMode"):
                part.setExportMode(True, {"antialias": True, "resolutionScale": 1.0})

    def thicken(self, factor: float) -> None:
        """Draw every line of the plot so many times as thick."""
        for part in self._plot.scene().items():
            thicken(part, factor)

    def draw(self, painter: QPainter) -> None:
        """Draw plot and legend with any painter, this widget's corner at its origin.

        Not by `render`: in an SVG that would leave the clips where they were before it moves the painter.
        """
        place = QRect(self._plot.mapTo(self, QPoint(0, 0)), self._plot.size())
        self._plot.render(painter, place, self._plot.viewport().rect())
        if self.is_empty:
            painter.setFont(self._empty.font())
            painter.setPen(qcolor(self._theme.muted))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self.empty_text)
        for legend in self.findChildren(Legend):
            painter.save()
            painter.translate(legend.mapTo(self, QPoint(0, 0)))
            legend.draw(painter)
            painter.restore()

    @property
    def item_count(self) -> int:
        """How many things are drawn or ready to be drawn."""
        return len(self._plot.scene().items())

    def place_of(self, x: float, y: float) -> QPoint:
        """Return where in this widget the data point (x, y) is drawn."""
        scene = self._view.mapViewToScene(QPointF(x, y))
        place: QPoint = self._plot.mapTo(self, self._plot.mapFromScene(scene))
        return place

    def point_out(self, place: QPoint) -> None:
        """Say what is at `place` in this widget, as when the pointer is there."""
        self._hover(QPointF(self._plot.mapFrom(self, place)))

    # For subclasses -------------------------------------------------------------------------------------

    @property
    def _view(self) -> Any:
        return self._plot.getPlotItem().getViewBox()

    def _axes(self) -> tuple[Any, Any]:
        item = self._plot.getPlotItem()
        return item.getAxis("left"), item.getAxis("bottom")

    def _own_axes(self) -> dict[str, pg.AxisItem]:
        """Return axes to take in place of the usual ones, by their side."""
        return {}

    def _write_axes(self, across: str, up: str) -> None:
        """Say what the axes mean; nothing where a text is empty."""
        for axis, side, text in zip(self._axes(), ("left", "bottom"), (up, across), strict=True):
            self._plot.getPlotItem().setLabel(side, text)
            axis.showLabel(bool(text))
            # It places a text when its own size changes, not when the text's does.
            axis.resizeEvent()

    def _home(self) -> None:
        """Set the range that shows everything."""
        raise NotImplementedError

    def _point_at(self, _x: float, _y: float) -> str:
        """Return what to say about the point under the pointer; nothing when empty."""
        return ""

    def _clicked(self, _x: float, _y: float) -> None:
        """Do what a click at a place of the data asks for."""

    def _pointer_left(self) -> None:
        """Take away what follows the pointer."""
        self._readout.setVisible(False)

    def _x_ticks(self, low: float, high: float) -> Ticks:
        return linear_ticks(low, high)

    def _y_ticks(self, low: float, high: float) -> Ticks:
        return linear_ticks(low, high)

    def _set_empty(self, empty: bool, text: str | None = None) -> None:
        self._empty.setText(self.usually_empty if text is None else text)
        self._empty.setVisible(empty)
        self._label_axes()
        if empty:
            self._pointer_left()

    def _hidden_in_pictures(self) -> tuple[QWidget, ...]:
        """Return what a picture does without."""
        return (self._fit,)

    def _show_part(self, wanted: tuple[float, float, float, float]) -> None:
        """Show a part, x from, x to, y from, y to, where it is not the one that is shown."""
        if wanted != self.range:
            self._view.setRange(xRange=wanted[:2], yRange=wanted[2:], padding=0)
            self._view.updateMatrix()  # left to the painting, it would have all painted twice

    def _axis_names(self) -> tuple[str, str]:
        """Return what a picture writes across and up where the window need not say it; else nothing."""
        return "", ""

    def _axis_room(self) -> tuple[int, int]:
        """Return the width of the left axis and the height of the bottom one."""
        left, bottom = self._axes()
        width = self._theme.px(60 if left.label.isVisible() else 44)
        return width, self._theme.px(36 if bottom.label.isVisible() else 22)

    def _margins(self) -> tuple[int, int]:
        """Return the room to the right of the plot and above it."""
        return self._theme.px(12), self._theme.px(8)

    def _plot_area(self) -> QRect:
        """Return where the data is drawn, in this widget's coordinates."""
        scene = self._view.sceneBoundingRect()
        area = cast(QRect, self._plot.mapFromScene(scene).boundingRect())
        return area.translated(self._plot.mapTo(self, area.topLeft()) - area.topLeft())

    def _repaint(self) -> None:
        """Have the data area painted again, after something that does not ask for it has changed."""
        scene = self._view.sceneBoundingRect()
        self._plot.viewport().update(self._plot.mapFromScene(scene).boundingRect())

    # Own ------------------------------------------------------------------------------------------------

    def _make_plot(self) -> Any:
        plot = pg.PlotWidget(parent=self, axisItems=self._own_axes())
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.setFrameShape(pg.QtWidgets.QFrame.Shape.NoFrame)
        # It paints all of itself, so what lies behind need not be painted first.
        plot.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        item = plot.getPlotItem()
        item.hideButtons()
        for side in ("left", "bottom"):
            item.getAxis(side).setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
            # The ticks say the numbers in full: it would write "(x0.001)" beside the name.
            item.getAxis(side).enableAutoSIPrefix(False)
        item.setMenuEnabled(False)
        # Even unused it is a window without a parent, which would outlive the plot.
        item.ctrlMenu = None
        item.getViewBox().setDefaultPadding(0)
        item.getViewBox().disableAutoRange()
        return plot

    def _place_overlays(self) -> None:
        for label in (self._empty, self._readout):
            label.setParent(self)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            label.setVisible(label is self._empty)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._fit.setVisible(False)

    def _label_font(self, label: QLabel) -> QFont:
        theme = self._theme
        return body_font(theme, theme.size_body if label is self._empty else theme.size_small)

    def _was_zoomed(self, *_axes: object) -> None:
        self._zoomed = True
        self._fit.setVisible(not self._posed)
        self._fit.raise_()

    def _label_axes(self, *_change: object) -> None:
        (x_low, x_high), (y_low, y_high) = self._view.viewRange()
        left, bottom = self._axes()
        rows = [] if self.is_empty else self._y_ticks(y_low, y_high)
        ticks = ([] if self.is_empty else self._x_ticks(x_low, x_high), rows, x_low, x_high)
        if ticks == self._ticks:
            return
        self._ticks = ticks
        bottom.setTicks([ticks[0]])
        left.setTicks([rows])
        # Not the axis's own grid: with it, pyqtgraph leaves out the labels at both ends.
        x = np.tile([x_low, x_high], len(rows))
        self._grid.setData(x, np.repeat([place for place, _ in rows], 2), connect="pairs")

    def _arrange(self) -> None:
        """Size the parts; what lies over the plot is placed when the plot has its size."""
        self._place_labels()

    def _place_labels(self, *_view: object) -> None:
        area = self._plot_area()
        gap = self._theme.px(6)
        self._empty.setGeometry(area)
        self._fit.adjustSize()
        self._fit.move(area.right() - self._fit.width() - gap // 2, area.top() + gap // 2)
        for label in (self._empty, self._fit):
            label.raise_()

    def _speaks_of(self, scene: QPointF) -> bool:
        """Return whether there is something to say about a place of the plot's scene."""
        return bool(self._view.sceneBoundingRect().contains(scene))

    def _hover(self, position: QPointF) -> None:
        scene = self._plot.mapToScene(position.toPoint())
        inside = self._speaks_of(scene)
        point = self._view.mapSceneToView(scene)
        text = self._point_at(point.x(), point.y()) if inside and not self.is_empty else ""
        if not text:
            self._pointer_left()
            return
        self._readout.setText(text)
        self._readout.adjustSize()
        gap, size = self._theme.px(12), self._readout.size()
        corner = self._plot.mapTo(self, position.toPoint())
        x, y = corner.x() + gap, corner.y() - gap - size.height()
        x = x if x + size.width() < self.width() else corner.x() - gap - size.width()
        y = y if y > 0 else corner.y() + gap
        self._readout.move(max(0, x), max(0, y))
        self._readout.setVisible(True)
        self._readout.raise_()

    def _release(self, position: QPointF) -> None:
        """Take a press and release at nearly the same place as a click."""
        start, self._pressed = self._pressed, None
        scene = self._plot.mapToScene(position.toPoint())
        inside = self._view.sceneBoundingRect().contains(scene)
        if start is not None and inside and (position - start).manhattanLength() < CLICK:
            point = self._view.mapSceneToView(scene)
            self._clicked(point.x(), point.y())

    def _release_right(self, event: QMouseEvent) -> None:
        """Ask for the menu after a click: while the right button is held, the pointer zooms."""
        start, self._right_pressed = self._right_pressed, None
        if start is not None and (event.position() - start).manhattanLength() < CLICK:
            self.menu_asked.emit(event.globalPosition().toPoint())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu by key."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.menu_asked.emit(self.mapToGlobal(self.rect().center()))

    # Events ---------------------------------------------------------------------------------------------

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """See the pointer over the plot."""
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._hover(event.position())
        elif event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            self._pressed = event.position() if event.button() == Qt.MouseButton.LeftButton else None
            self._right_pressed = event.position() if event.button() == Qt.MouseButton.RightButton else None
        elif event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            self._release(event.position())
            self._release_right(event)
        elif event.type() == QEvent.Type.Leave:
            self._pointer_left()
        elif event.type() == QEvent.Type.MouseButtonDblClick:
            self.fit()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom with + and -, pan with the arrow keys, fit with 0."""
        zooms = {Qt.Key.Key_Plus: 0.8, Qt.Key.Key_Equal: 0.8, Qt.Key.Key_Minus: 1.25}
        pans = {
            Qt.Key.Key_Left: (-0.1, 0.0),
            Qt.Key.Key_Right: (0.1, 0.0),
            Qt.Key.Key_Up: (0.0, 0.1),
            Qt.Key.Key_Down: (0.0, -0.1),
        }
        key = Qt.Key(event.key())
        if key in zooms:
            self._view.scaleBy((zooms[key], zooms[key]))
            self._was_zoomed()
        elif key in pans:
            area = self._view.viewRect()
            self._view.translateBy(x=pans[key][0] * area.width(), y=pans[key][1] * area.height())
            self._was_zoomed()
        elif key == Qt.Key.Key_0:
            self.fit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the overlays in place."""
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the background, and the ring that shows the keyboard's focus."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), qcolor(self._theme.surface))
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(qcolor(self._theme.accent), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)
