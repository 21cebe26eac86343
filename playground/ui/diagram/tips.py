"""The tooltips of the diagram: what they say comes from `hints`; here is where they stand and how long.

A tooltip must not lie on what it is about: a neuron's stands beside its layer, a link's off the pointer.
"""

from textwrap import fill

from PySide6.QtCore import QPoint, QPointF, QRect
from PySide6.QtWidgets import QGraphicsView, QToolTip

from playground.ui.diagram.hints import hint
from playground.ui.diagram.hits import Hit
from playground.ui.diagram.scene import DiagramScene

AT_ONCE = (
    "link",
    "bias",
    "badge",
    "health",
)  # these are examined one after the other: waiting would be tiresome
AWAY = 20  # pixels from the pointer
BELOW = 16  # Qt puts a tooltip this far below the place it is given
LINE = 56  # characters
STAY = 60  # pixels the pointer may go before words about a drop disappear


class Tips:
    """Shows and hides the tooltips of one view."""

    def __init__(self, view: QGraphicsView, scene: DiagramScene) -> None:
        self._view = view
        self._scene = scene
        self._shown: Hit | None = None

    def point_at(self, hit: Hit, place: QPoint) -> None:
        """Follow the pointer: some parts say at once what they are, and no tooltip outlives its part."""
        if hit.part in AT_ONCE:
            self.show(hit, place)
        elif self._shown is not None and hit != self._shown:
            self.hide()

    def show(self, hit: Hit, place: QPoint) -> None:
        """Say what is under the pointer at a global `place`."""
        text = hint(self._scene, hit)
        if not text:
            self.hide()
            return
        self._shown = hit
        QToolTip.showText(self._place(hit, place), wrapped(text), self._view.viewport(), QRect())

    def say(self, text: str, place: QPoint) -> None:
        """Say something about what has just been done, until the pointer goes on."""
        self._shown = None
        viewport = self._view.viewport()
        near = QRect(0, 0, 2 * STAY, 2 * STAY)
        near.moveCenter(viewport.mapFromGlobal(place))
        QToolTip.showText(place + QPoint(AWAY // 2, 0), wrapped(text), viewport, near)

    def hide(self) -> None:
        """Say nothing any more."""
        self._shown = None
        QToolTip.hideText()

    def _place(self, hit: Hit, place: QPoint) -> QPoint:
        column = self._scene.layout.column(hit.layer) if hit.layer is not None else None
        if column is None or hit.part not in ("tile", "bias"):
            return place + QPoint(AWAY, AWAY - BELOW)
        box = column.box_of(hit.index)
        corner = self._view.mapFromScene(QPointF(column.card.right(), box.top()))
        return self._view.viewport().mapToGlobal(corner) + QPoint(AWAY // 2, -BELOW)


def wrapped(text: str) -> str:
    """Return a text in lines of a readable length."""
    return "\n".join(fill(line, LINE) for line in text.splitlines())
