"""The lanes above the cards in which the arcs of Skips run: pure geometry."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF

LANE = 13.0  # from one lane to the next, and from the highest card to the lowest lane
BESIDE = 4.5  # on a Skip an arc arrives left of the middle, and leaves to the right of it


@dataclass(frozen=True, slots=True)
class Arc:
    """The way from the values that a Skip adds to its card: up from `start`, along a lane, down to `end`."""

    layer: str
    start: QPointF
    end: QPointF
    height: float


def lanes(spans: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Return a lane for each arc (from column, to column): 0 is the lowest; those that overlap differ."""
    taken: list[tuple[int, tuple[int, int]]] = []
    result = [0] * len(spans)
    # Short arcs run inside long ones.
    for index in sorted(range(len(spans)), key=lambda index: spans[index][1] - spans[index][0]):
        start, end = spans[index]
        busy = {lane for lane, (a, b) in taken if a < end and start < b}
        result[index] = next(lane for lane in range(len(spans)) if lane not in busy)
        taken.append((result[index], spans[index]))
    return tuple(result)


def room_for(spans: Sequence[tuple[int, int]]) -> float:
    """Return the height that the lanes need above the cards."""
    return LANE * (1 + max(lanes(spans))) if spans else 0.0
