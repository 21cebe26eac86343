"""How the diagram is looked at: it fits itself to the view until the person zooms, then it is theirs."""

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QNativeGestureEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGraphicsView, QWidget

from playground.ui.diagram.scene import DiagramScene
from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme

LOWEST, HIGHEST = 0.3, 3.0
STEP = 1.1
LARGEST_FIT = 1.15
REVEAL_EDGE = 24  # pixels between what is scrolled to and the edge of the view
KEYS = (Qt.Key.Key_0, Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus)


class Corner(QWidget):
    """Where two scroll bars meet: Qt leaves it black, and a style sheet overrides a palette there."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def apply_theme(self, theme: Theme) -> None:
        """Use another look."""
        self._theme = theme
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the widget."""
        QPainter(self).fillRect(self.rect(), qcolor(self._theme.canvas))


class Zoom(QObject):
    """Zooms, scrolls and fits one view.

    Signals
        changed(float): the scale of the view is another one.
    """

    changed = Signal(float)

    def __init__(self, view: QGraphicsView, scene: DiagramScene) -> None:
        super().__init__(view)
        self._view = view
        self._scene = scene
        self._fitted = True
        self._scale = 1.0

    @property
    def fitted(self) -> bool:
        """Whether the diagram follows the size of the view."""
        return self._fitted

    @property
    def scale(self) -> float:
        """Screen pixels per scene unit."""
        return self._scale

    def follow(self) -> None:
        """Fit again after a change of size or structure, unless the person has zoomed."""
        if self._fitted:
            self.fit()
        else:
            self._give_room()

    def fit(self) -> None:
        """Show the whole network, as large as it may be."""
        self._fitted = True
        viewport = self._view.viewport()
        self._set_bars(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        size = viewport.size()
        self._scene.set_room(size.width(), size.height())
        box = self._scene.content()
        fitting = min(size.width() / box.width(), size.height() / box.height(), LARGEST_FIT)
        self._view.setSceneRect(box)
        self._set_scale(min(max(fitting, LOWEST), HIGHEST))
        self._view.centerOn(box.center())

    def wheel(self, delta: int, place: QPointF) -> None:
        """Zoom by a turn of the wheel, about the pointer."""
        if delta:
            self.zoom_by(STEP ** (delta / 120.0), place.toPoint())

    def zoom_in(self) -> None:
        """Zoom in by one step about the middle."""
        self.zoom_by(STEP)

    def zoom_out(self) -> None:
        """Zoom out by one step about the middle."""
        self.zoom_by(1 / STEP)

    def zoom_by(self, factor: float, about: QPoint | None = None) -> None:
        """Zoom by `factor`, keeping what is at `about` (in the viewport) where it is."""
        scale = min(max(self._scale * factor, LOWEST), HIGHEST)
        if scale == self._scale:
            return
        view = self._view
        place = about if about is not None else view.viewport().rect().center()
        under = view.mapToScene(place)
        self._fitted = False
        self._set_bars(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._set_scale(scale)
        self._give_room()
        away = view.mapFromScene(under) - place
        self.scroll(-away)

    def scroll(self, by: QPoint) -> None:
        """Move the diagram by so many pixels."""
        across, down = self._view.horizontalScrollBar(), self._view.verticalScrollBar()
        across.setValue(across.value() - by.x())
        down.setValue(down.value() - by.y())

    def reveal(self, box: QRectF) -> None:
        """Scroll as little as needed to see `box`; of one larger than the view, the middle."""
        if self._fitted:
            return
        seen = self._view.mapToScene(self._view.viewport().rect()).boundingRect()
        edge = REVEAL_EDGE / self._scale
        wide, tall = box.width() + 2 * edge > seen.width(), box.height() + 2 * edge > seen.height()
        x, width = (box.center().x(), 0.0) if wide else (box.x(), box.width())
        y, height = (box.center().y(), 0.0) if tall else (box.y(), box.height())
        self._view.ensureVisible(QRectF(x, y, width, height), REVEAL_EDGE, REVEAL_EDGE)

    def knows(self, event: QKeyEvent) -> bool:
        """Return whether a key zooms."""
        return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier) and event.key() in KEYS

    def key(self, event: QKeyEvent) -> bool:
        """Zoom by key; False when the key does not zoom."""
        if not self.knows(event):
            return False
        if event.key() == Qt.Key.Key_0:
            self.fit()
        elif event.key() == Qt.Key.Key_Minus:
            self.zoom_out()
        else:
            self.zoom_in()
        return True

    def pinch(self, event: QEvent) -> bool:
        """Zoom by two fingers; False when the event is no pinch."""
        if not isinstance(event, QNativeGestureEvent):
            return False
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self.zoom_by(1.0 + event.value(), event.position().toPoint())
        return True

    def _give_room(self) -> None:
        """Let the diagram be pushed a good part of the view in every direction."""
        size = self._view.viewport().size()
        x, y = 0.6 * size.width() / self._scale, 0.6 * size.height() / self._scale
        box: QRectF = self._scene.content()
        self._view.setSceneRect(box.adjusted(-x, -y, x, y))

    def _set_scale(self, scale: float) -> None:
        self._view.resetTransform()
        self._view.scale(scale, scale)
        self._scale = scale
        ratio = self._view.devicePixelRatioF()
        self._scene.set_scale(scale * ratio, ratio)
        self.changed.emit(scale)

    def _set_bars(self, policy: Qt.ScrollBarPolicy) -> None:
        self._view.setHorizontalScrollBarPolicy(policy)
        self._view.setVerticalScrollBarPolicy(policy)
