"""From tokens to pixels: QColor, the heat map's table, pictures of arrays, and the contrast of two colours.

Pictures are made by one table look-up (or one small matrix product for class probabilities) into an ARGB
array, which is about thirty times cheaper per frame than a colour map object.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QImage

from playground.ui.theme.tokens import Theme

FloatArray = npt.NDArray[np.floating]

_OPAQUE = np.uint32(0xFF000000)


def qcolor(token: str, alpha: int = 255) -> QColor:
    """Return a token as a QColor; `alpha` runs from 0 (clear) to 255 (opaque)."""
    colour = QColor(token)
    colour.setAlpha(alpha)
    return colour


def mix(a: str, b: str, share: float) -> str:
    """Return the colour `share` of the way from `a` to `b`."""
    start, end = _rgb(a), _rgb(b)
    red, green, blue = (round(x) for x in start + (end - start) * share)
    return f"#{red:02x}{green:02x}{blue:02x}"


def contrast(a: str, b: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    bright, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@lru_cache(maxsize=16)
def heat_lut(theme: Theme, strength: float = 1.0) -> npt.NDArray[np.uint32]:
    """Return 256 opaque ARGB values from negative over neutral (index 128) to positive.

    `strength` below 1 mixes the ends with neutral, for a heat map that lies behind points.
    """
    neutral = _rgb(theme.neutral)
    ends = [neutral + (_rgb(end) - neutral) * strength for end in (theme.negative, theme.positive)]
    stops = np.stack([ends[0], neutral, ends[1]])
    position = np.arange(256)
    channels = [np.interp(position, [0, 128, 255], stops[:, i]) for i in range(3)]
    lut = _pack(np.stack(channels))
    lut.setflags(write=False)
    return lut


def heat_image(values: FloatArray, theme: Theme, strength: float = 1.0) -> QImage:
    """Return the picture of `values` (H, W) in [-1, 1], row 0 at the bottom; the image owns its memory.

    What lies outside is shown as the nearest end; NaN is shown as zero.
    """
    return _to_image(heat_colours(values[::-1], 1.0, theme, strength))


def heat_colours(
    values: FloatArray, limit: float, theme: Theme, strength: float = 1.0
) -> npt.NDArray[np.uint32]:
    """Return the colours of `values` on the scale from -limit to limit; what is not a number is zero."""
    # fmax and fmin pass over NaN, so one test at the end finds it without a pass over good numbers.
    scaled = np.fmax(values, -limit)
    np.fmin(scaled, limit, out=scaled)
    scaled *= 127.5 / limit
    scaled += 128.0
    if not np.isfinite(values).all():
        scaled[np.isnan(values)] = 128.0
    return heat_lut(theme, strength).take(scaled.astype(np.uint8))


def class_image(probabilities: FloatArray, theme: Theme, strength: float = 1.0) -> QImage:
    """Return the picture of class `probabilities` (k, H, W): the classes' colours mixed by probability.

    Row 0 is at the bottom. A point whose probabilities are not finite is shown neutral.
    """
    # Summing offsets from neutral makes "no class at all" neutral without a special case.
    known = np.nan_to_num(probabilities, nan=0.0, posinf=0.0, neginf=0.0)
    weights = np.clip(known, 0.0, 1.0).astype(np.float32)
    k, height, width = weights.shape
    flat = weights.reshape(k, height * width)
    neutral = _rgb(theme.neutral)
    palette = np.stack([_rgb(theme.classes[i % len(theme.classes)]) for i in range(k)])
    offsets = ((palette - neutral) * strength).astype(np.float32)
    channels = offsets.T @ flat + neutral.astype(np.float32)[:, None]
    return _to_image(_pack(np.clip(channels, 0.0, 255.0)).reshape(height, width)[::-1])


def _rgb(token: str) -> npt.NDArray[np.float64]:
    return np.array([int(token[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float64)


def _pack(channels: FloatArray) -> npt.NDArray[np.uint32]:
    """Return opaque ARGB values of `channels` (3, ...) in 0..255."""
    red, green, blue = (np.rint(channel).astype(np.uint32) for channel in channels)
    packed: npt.NDArray[np.uint32] = _OPAQUE | (red << np.uint32(16)) | (green << np.uint32(8)) | blue
    return packed


def _to_image(argb: npt.NDArray[np.uint32]) -> QImage:
    """Return a QImage with a copy of `argb` (H, W), row 0 at the top."""
    pixels = np.ascontiguousarray(argb)
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def _luminance(token: str) -> float:
    encoded = _rgb(token) / 255.0
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))
