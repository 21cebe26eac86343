"""Pictures of numbers as arrays of colours: neurons' answers as tiles, the weight matrix of a wide layer."""

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from playground.ui.theme.colour import heat_colours, qcolor
from playground.ui.theme.tokens import Theme

FloatArray = npt.NDArray[np.floating]

CURVE_SIDE = 48
_OPAQUE = np.uint32(0xFF000000)
MATRIX_SIDE = 160  # a weight matrix is thinned to at most this many rows and columns


def heat_tiles(values: FloatArray, theme: Theme) -> npt.NDArray[np.uint32]:
    """Return (units, G, G) colours of answers (units, G, G), lowest x2 at the bottom.

    All neurons of a layer share a scale symmetrical about zero, at least from -1 to 1.
    """
    return heat_colours(values[:, ::-1], symmetrical_limit(values), theme)


def class_tiles(shares: FloatArray, theme: Theme) -> npt.NDArray[np.uint32]:
    """Return (classes, G, G) colours: the k-th tile runs from neutral to the colour of class k."""
    upright = np.clip(np.nan_to_num(shares[:, ::-1]), 0.0, 1.0)[..., None]
    ends = np.stack([channels(theme.classes[k % len(theme.classes)]) for k in range(len(shares))])
    neutral = channels(theme.neutral)
    return pack(neutral + upright * (ends - neutral)[:, None, None, :])


def symmetrical_limit(values: FloatArray) -> float:
    """Return max(1, the largest finite magnitude)."""
    largest = float(np.max(np.abs(values), initial=0.0))
    if not np.isfinite(largest):
        largest = float(np.max(np.abs(values), initial=0.0, where=np.isfinite(values)))
    return max(1.0, largest)


def curve_tiles(values: FloatArray, theme: Theme) -> npt.NDArray[np.uint32]:
    """Return (units, S, S) colours: each neuron's answers (units, G) as a curve over a neutral ground."""
    side = CURVE_SIDE
    places = np.linspace(0, values.shape[1] - 1, side)
    level = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0) / symmetrical_limit(values)
    sampled = np.stack([np.interp(places, np.arange(values.shape[1]), row) for row in level])
    y = ((1.0 - 0.84 * sampled) * (side - 1) / 2).astype(np.float32)
    steep = np.sqrt(1.0 + np.gradient(y, axis=1) ** 2).astype(np.float32)
    rows = np.arange(side, dtype=np.float32)[None, :, None]
    distance = np.abs(rows - y[:, None, :]) / steep[:, None, :]
    cover = np.clip(np.float32(1.9) - distance, 0.0, 1.0)
    axis = np.float32(0.35) * (np.abs(rows - (side - 1) / 2) < 0.6)
    ground = channels(theme.neutral) + axis[..., None] * (channels(theme.muted) - channels(theme.neutral))
    ends = np.where(sampled[:, None, :, None] < 0, channels(theme.negative), channels(theme.positive))
    mixed = ground + cover[..., None] * (ends - ground)
    return pack(mixed)


def weight_picture(weights: FloatArray, theme: Theme) -> npt.NDArray[np.uint32]:
    """Return colours of a weight matrix (units, inputs), every k-th row and column of a large one."""
    rows = -(-weights.shape[0] // MATRIX_SIDE)
    columns = -(-weights.shape[1] // MATRIX_SIDE)
    thinned = weights[::rows, ::columns]
    finite = np.abs(thinned[np.isfinite(thinned)])
    # A few large weights must not make all others invisible.
    limit = max(float(finite.mean()) * 3.0 if finite.size else 1.0, 1e-6)
    return heat_colours(thinned, limit, theme)


def image_of(pixels: npt.NDArray[np.uint32], alpha: bool = False) -> QImage:
    """Return an image with a copy of `pixels` (H, W), row 0 at the top."""
    height, width = pixels.shape
    kind = QImage.Format.Format_ARGB32_Premultiplied if alpha else QImage.Format.Format_RGB32
    return QImage(np.ascontiguousarray(pixels).data, width, height, 4 * width, kind).copy()


def channels(token: str) -> npt.NDArray[np.float32]:
    """Return red, green and blue of a token, 0..255."""
    colour = qcolor(token)
    return np.array([colour.red(), colour.green(), colour.blue()], dtype=np.float32)


def pack(rgb: FloatArray) -> npt.NDArray[np.uint32]:
    """Return opaque colours of (..., 3) channels in 0..255."""
    red, green, blue = np.moveaxis(rgb.astype(np.uint32), -1, 0)
    packed: npt.NDArray[np.uint32] = _OPAQUE | (red << np.uint32(16)) | (green << np.uint32(8)) | blue
    return packed
