"""How pointer, wheel and keys turn what is seen in a box."""

import math

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QWheelEvent

from playground.ui.plots.relief import Eye

DEGREE = math.radians(0.5)  # a pixel of the pointer's way
KEY_TURN = math.radians(7.5)
NEARER, WHEEL = 1.25, 1.15


def turned_by_drag(eye: Eye, way: QPointF) -> Eye:
    """Return the eye after the pointer has gone so far with the button held."""
    return eye.turned(way.x() * DEGREE, way.y() * DEGREE)


def turned_by_wheel(eye: Eye, event: QWheelEvent) -> Eye:
    """Return the eye nearer or further."""
    return eye.nearer(WHEEL ** (event.angleDelta().y() / 120))


def turned_by_key(eye: Eye, key: Qt.Key) -> Eye | None:
    """Return the eye turned by an arrow key, or nearer or further by + and -; None for any other key."""
    turns = {
        Qt.Key.Key_Left: (-KEY_TURN, 0.0),
        Qt.Key.Key_Right: (KEY_TURN, 0.0),
        Qt.Key.Key_Up: (0.0, -KEY_TURN),
        Qt.Key.Key_Down: (0.0, KEY_TURN),
    }
    zooms = {Qt.Key.Key_Plus: NEARER, Qt.Key.Key_Equal: NEARER, Qt.Key.Key_Minus: 1 / NEARER}
    if key in turns:
        return eye.turned(*turns[key])
    return eye.nearer(zooms[key]) if key in zooms else None
