"""Where things of a plot lie: ranges that grow in leaps, arrows with heads, texts that stay in sight."""

import math

import numpy as np

from playground.ui.labs.things import FloatArray

Range = tuple[float, float]


def in_leaps(low: float, high: float) -> Range:
    """Return the range from low to high, rounded outwards to its power of ten, or to halves of it."""
    if not high > low:
        return low - 0.5, high + 0.5
    power = 10.0 ** math.floor(math.log10(high - low))
    leap = power if high - low > 5 * power else power / 2
    return math.floor(low / leap) * leap, math.ceil(high / leap) * leap


def with_heads(start: FloatArray, end: FloatArray, head: float) -> FloatArray:
    """Return arrows (n, 2) to (n, 2) as pairs of points (6n, 2): each a shaft and the two sides of its head.

    A head is `head` long, and never longer than half of its arrow. One that is not finite is left out.
    """
    known = np.isfinite(start).all(axis=1) & np.isfinite(end).all(axis=1)
    start, end = start[known], end[known]
    way = end - start
    length = np.hypot(way[:, 0], way[:, 1])[:, None]
    way = np.divide(way, length, out=np.zeros_like(way), where=length > 0)
    size = np.minimum(head, length / 2)
    side = np.stack([-way[:, 1], way[:, 0]], axis=1)
    left, right = (end - size * (way + turn * 0.5 * side) for turn in (1, -1))
    return np.stack([start, end, end, left, end, right], axis=1).reshape(-1, 2)


def kept_inside(start: float, length: float, sight: Range) -> float:
    """Return where something that begins at `start` has to begin to be seen from end to end.

    What does not fit at all begins where the sight does.
    """
    low, high = sight
    return max(low, min(start, high - length))
