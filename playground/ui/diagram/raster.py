"""Draws the links of one gap into an array: antialiased S-curves, dashed where a weight is negative.

Qt's raster engine needs about 0.1 ms for one antialiased curve, too much for hundreds of links in a frame.
A link is a function of x, so its pixels can be listed column by column and filled for all links at once.
Where links cross, the stronger one wins: the order does not matter, and nothing builds up to mud.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.intp]

LEVELS = 256
DASH_SHARE = 0.62  # of a dash and its gap together


@dataclass(frozen=True, slots=True)
class Curves:
    """The S-curves of some links, sampled in the middle of every pixel column: arrays (links, columns)."""

    y: Floats
    slope: Floats
    stretch: Floats  # length of the curve per pixel column
    arc: Floats  # length of the curve up to here


def smooth_step(u: Floats) -> Floats:
    """Return 3 u^2 - 2 u^3: the height of a cubic Bezier curve whose ends are level and x linear."""
    return u * u * (np.float32(3.0) - np.float32(2.0) * u)


def make_curves(start: Floats, end: Floats, columns: int) -> Curves:
    """Return the curves from heights `start` to `end` (links,) across `columns` pixel columns."""
    u = ((np.arange(columns, dtype=np.float32) + np.float32(0.5)) / np.float32(columns))[None, :]
    rise = (end - start)[:, None].astype(np.float32)
    y = start[:, None] + rise * smooth_step(u)
    slope = rise * (6.0 * u * (1.0 - u) / columns).astype(np.float32)
    stretch = np.sqrt(1.0 + slope * slope)
    return Curves(y.astype(np.float32), slope, stretch, np.cumsum(stretch, axis=1, dtype=np.float32))


def draw_links(
    curves: Curves, widths: Floats, alphas: Floats, negative: npt.NDArray[np.bool_], height: int, dash: float
) -> npt.NDArray[np.uint16]:
    """Return (height, columns) codes: twice the opacity (0..255), plus one where a negative link is on top.

    `widths` are in pixels, `alphas` in 0..1; `dash` is the length in pixels of a dash and its gap together.
    """
    columns = curves.y.shape[1]
    codes = np.zeros(height * columns, dtype=np.uint16)
    for sign in (False, True):
        chosen = np.flatnonzero(negative == sign)
        if len(chosen):
            _draw(curves, chosen, widths, alphas, codes, height, dash if sign else 0.0)
    return codes.reshape(height, columns)


def _draw(
    curves: Curves,
    chosen: Ints,
    widths: Floats,
    alphas: Floats,
    codes: npt.NDArray[np.uint16],
    height: int,
    dash: float,
) -> None:
    """Add the `chosen` links to `codes`."""
    columns = curves.y.shape[1]
    half = (widths[chosen] * np.float32(0.5))[:, None]
    stretch = curves.stretch[chosen]
    y = curves.y[chosen]
    reach = (half + np.float32(0.5)) * stretch
    top = np.maximum(np.ceil(y - reach - np.float32(0.5)), 0.0).astype(np.int32)
    bottom = np.minimum(np.floor(y + reach - np.float32(0.5)), height - 1).astype(np.int32)
    counts = np.maximum(bottom - top + 1, 0).ravel()
    # Every stroke pixel is one entry: `cell` is its (link, column), `row` counts down within the column.
    cell = np.repeat(np.arange(counts.size, dtype=np.int32), counts)
    first = np.cumsum(counts) - counts
    row = np.arange(cell.size, dtype=np.int32) + (top.ravel() - first.astype(np.int32))[cell]
    offset = row.astype(np.float32) + (np.float32(0.5) - y.ravel())[cell]
    distance = np.abs(offset) * (np.float32(1.0) / stretch).ravel()[cell]
    link = cell // np.int32(columns)
    cover = (half.ravel() + np.float32(0.5))[link] - distance
    np.clip(cover, 0.0, np.minimum(widths[chosen], 1.0)[link], out=cover)
    if dash:
        along = curves.arc[chosen].ravel()[cell]
        along += offset * (curves.slope[chosen] / stretch).ravel()[cell]
        cover *= _dashes(along, dash)
    cover *= (alphas[chosen] * np.float32(LEVELS - 1))[link]
    code = (cover.astype(np.uint16) << 1) | np.uint16(bool(dash))
    np.maximum.at(codes, row * np.int32(columns) + (cell - link * np.int32(columns)), code)


def _dashes(along: Floats, dash: float) -> Floats:
    """Return 1 on a dash and 0 between two, with soft ends."""
    phase = along * np.float32(1.0 / dash)
    phase -= np.floor(phase)
    # Distance to the middle of the dash, in pixels.
    phase -= np.float32(0.5)
    np.abs(phase, out=phase)
    phase *= np.float32(-dash)
    phase += np.float32(0.5 * DASH_SHARE * dash + 0.5)
    return np.clip(phase, 0.0, 1.0, out=phase)
