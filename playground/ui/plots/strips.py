"""Histograms over time as pictures: a column for each moment, darker where more numbers fall."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from playground.training.signals import BINS, Histogram
from playground.ui.theme.colour import mix, qcolor
from playground.ui.theme.tokens import Theme

FloatArray = npt.NDArray[np.float64]
Range = tuple[float, float]

COLUMNS = 240
ROWS = 40
"""Pixels of a strip from its lowest to its highest value."""
GAP = 10
"""Pixels between two strips."""
_SHADES = 64
_EIGHTH = 8


def common_range(histograms: list[Histogram]) -> Range | None:
    """Return the range to show histograms in, of which the last is the latest; None where all are empty.

    The latest fits in whole, and of the others the middle half: a wild beginning leaves room for the rest.
    """
    known = [one for one in histograms if not one.is_empty]
    if not known:
        return None
    low = min(known[-1].low, float(np.percentile([one.low for one in known], 25)))
    high = max(known[-1].high, float(np.percentile([one.high for one in known], 75)))
    # In rough steps, so that it does not change with every moment.
    step = 2.0 ** np.ceil(np.log2((high - low) / _EIGHTH))
    return float(step * np.floor(low / step)), float(step * np.ceil(high / step))


def column(one: Histogram, shown: Range, rows: int = ROWS) -> FloatArray:
    """Return how full each of `rows` parts of a range is, the fullest being 1; what is outside counts at
    the ends.
    """
    if one.is_empty:
        return np.zeros(rows)
    edges = np.linspace(one.low, one.high, BINS + 1)
    below = np.concatenate([[0.0], np.cumsum(one.counts)])
    at = np.interp(np.linspace(*shown, rows + 1), edges, below)
    at[0], at[-1] = 0.0, below[-1]
    shares = np.diff(at)
    return np.asarray(shares / shares.max())


def picture(strips: list[FloatArray], theme: Theme) -> QImage:
    """Return strips (ROWS, COLUMNS), lowest value first, one below the other with gaps between."""
    gap = np.zeros((GAP // 2, COLUMNS))
    parts = [part for strip in strips for part in (gap, strip[::-1], gap)]
    # The root makes the few visible beside the many.
    shades = (np.sqrt(np.concatenate(parts)) * (_SHADES - 1)).astype(np.uint8)
    pixels = np.ascontiguousarray(_shades(theme).take(shades))
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


@lru_cache(maxsize=8)
def _shades(theme: Theme) -> npt.NDArray[np.uint32]:
    shares = np.linspace(0.0, 1.0, _SHADES)
    return np.array([qcolor(mix(theme.surface, theme.accent, share)).rgb() for share in shares], np.uint32)
