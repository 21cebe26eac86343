"""Runs one gesture at a time: start distance, ghost, cursor, Esc, scrolling at the edge.

Whoever got the mouse press (a chip of the palette, the diagram) hands its moves on in global coordinates, so
that a gesture is the same wherever it began.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QGraphicsView

from playground.ui.diagram.gestures import Gesture
from playground.ui.diagram.ghost import Ghost
from playground.ui.theme.tokens import Theme

EDGE = 28  # pixels from the view's edge where it starts to scroll
SCROLL_STEP = 12
SCROLL_MS = 30
IGNORED = (
    QEvent.Type.KeyPress,
    QEvent.Type.KeyRelease,
    QEvent.Type.Wheel,
    QEvent.Type.ContextMenu,
    QEvent.Type.NativeGesture,
)


class GestureRunner(QObject):
    """Takes a gesture from press to release, or to Esc."""

    def __init__(self, view: QGraphicsView, theme: Theme) -> None:
        super().__init__(view)
        self._view = view
        self._theme = theme
        self._make: Callable[[], Gesture] | None = None
        self._gesture: Gesture | None = None
        self._spent = False  # the press has become a gesture: it is no click any more
        self._origin = QPoint()
        self._last = QPoint()
        self._ghost: Ghost | None = None
        self._timer = QTimer(self, interval=SCROLL_MS)
        self._timer.timeout.connect(self._scroll)

    @property
    def active(self) -> bool:
        """Whether something is being dragged."""
        return self._gesture is not None

    @property
    def ghost(self) -> Ghost | None:
        """The chip at the pointer, None while nothing is dragged."""
        return self._ghost

    @property
    def place(self) -> QPoint:
        """Where the pointer was last, globally."""
        return self._last

    def apply_theme(self, theme: Theme) -> None:
        """Use another look for the next drag."""
        self._theme = theme

    def arm(self, place: QPoint, make: Callable[[], Gesture]) -> None:
        """Remember that a press at `place` may become the gesture `make` makes."""
        self._origin, self._make, self._spent = place, make, False

    def move(self, place: QPoint) -> None:
        """Follow the pointer to a global place; begin once it is far enough from the press."""
        self._last = place
        if self._gesture is None:
            far = (place - self._origin).manhattanLength() >= QApplication.startDragDistance()
            if self._make is None or not far:
                return
            self._begin(self._make())
        self._follow()

    def release(self, place: QPoint) -> bool:
        """End at a global place; say whether there was a gesture, so that it was no click."""
        spent, self._spent, self._make = self._spent, False, None
        gesture = self._gesture
        if gesture is None:
            return spent
        self._last = place
        self._follow()
        self._end()
        gesture.finish()
        return True

    def cancel(self) -> None:
        """Leave everything as it was."""
        self._make = None
        gesture = self._gesture
        if gesture is not None:
            self._end()
            gesture.cancel()

    def _begin(self, gesture: Gesture) -> None:
        self._gesture, self._spent = gesture, True
        self._ghost = Ghost(self._theme, self._view.window())
        QApplication.setOverrideCursor(gesture.cursor)
        self._application().installEventFilter(self)
        self._timer.start()
        gesture.start()

    def _end(self) -> None:
        self._gesture = None
        self._timer.stop()
        self._application().removeEventFilter(self)
        QApplication.restoreOverrideCursor()
        if self._ghost is not None:
            self._ghost.hide()
            self._ghost.deleteLater()
            self._ghost = None

    def _follow(self) -> None:
        assert self._gesture is not None
        assert self._ghost is not None
        verdict = self._gesture.move(self.scene_point())
        self._ghost.show_at(self._last, verdict.text, verdict.refusal)
        cursor = Qt.CursorShape.ForbiddenCursor if verdict.refusal else self._gesture.cursor
        QApplication.changeOverrideCursor(cursor)

    def scene_point(self) -> QPointF | None:
        """Return where the pointer is in the scene, None when it is outside the view."""
        if not self._inside():
            return None
        return self._view.mapToScene(self._view.viewport().mapFromGlobal(self._last))

    def _inside(self) -> bool:
        # The whole view counts, scroll bars included: a drop on one of those must not remove a layer.
        return self._view.rect().contains(self._view.mapFromGlobal(self._last))

    def _scroll(self) -> None:
        """Scroll when the pointer is near an edge and there is more to see there."""
        if not self._inside():
            return
        viewport = self._view.viewport()
        place = viewport.mapFromGlobal(self._last)
        axes = (
            (self._view.horizontalScrollBar(), place.x(), viewport.width()),
            (self._view.verticalScrollBar(), place.y(), viewport.height()),
        )
        moved = False
        for bar, at, size in axes:
            step = -SCROLL_STEP if at < EDGE else SCROLL_STEP if at > size - EDGE else 0
            before = bar.value()
            bar.setValue(before + step)
            moved = moved or bar.value() != before
        if moved:
            self._follow()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """During a drag Esc cancels, and other keys, the wheel and other buttons do nothing."""
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.cancel()
            return True
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            return True
        return kind in IGNORED

    @staticmethod
    def _application() -> QObject:
        application = QApplication.instance()
        assert application is not None
        return application
