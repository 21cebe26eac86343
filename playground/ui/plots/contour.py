"""Contour lines of a grid by marching squares, all cells at once; and what lies between its points."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.intp]

_FULL = 1.0 - 6e-8  # the largest single-precision number below 1

# For each of the sixteen patterns of corners above the level (bit 0 bottom left, 1 bottom right, 2 top right,
# 3 top left): the edges joined by a line (0 bottom, 1 right, 2 top, 3 left). In a saddle the corners above
# are taken to be apart.
_LINES: tuple[tuple[tuple[int, int], ...], ...] = (
    (),
    ((3, 0),),
    ((0, 1),),
    ((3, 1),),
    ((1, 2),),
    ((3, 0), (1, 2)),
    ((0, 2),),
    ((3, 2),),
    ((2, 3),),
    ((2, 0),),
    ((0, 1), (2, 3)),
    ((2, 1),),
    ((1, 3),),
    ((1, 0),),
    ((0, 3),),
    (),
)

# The same as an array (pattern, line, end), -1 where there is no line.
_EDGES = np.full((16, 2, 2), -1)
for _pattern, _lines in enumerate(_LINES):
    for _place, _line in enumerate(_lines):
        _EDGES[_pattern, _place] = _line


def contour(
    values: npt.ArrayLike, x: FloatArray, y: FloatArray, level: float = 0.0, squashed: bool = False
) -> FloatArray:
    """Return the line segments (n, 2, 2) [segment, end, (x, y)] where `values` (H, W) crosses `level`.

    `x` (W,) and `y` (H,) are the positions of columns and rows. Cells with a corner that is not finite have
    no line. `squashed` says that the values are between -1 and 1 and the level is zero: between two points
    they are taken to run as what a tanh makes of a straight line.
    """
    grid = np.asarray(values) - level
    rows, columns = np.nonzero(_cells_that_differ(grid > 0))
    corners = _corners(grid, rows, columns).astype(np.float64)
    return _segments(unsquashed(corners) if squashed else corners, rows, columns, x, y)


def class_borders(probabilities: npt.ArrayLike, x: FloatArray, y: FloatArray) -> FloatArray:
    """Return the segments (n, 2, 2) where the most probable class of (k, H, W) changes."""
    scores = np.asarray(probabilities, dtype=np.float64)
    winner = scores.argmax(axis=0)
    # Nearly all cells lie within one class: only the others are looked at closely.
    rows, columns = np.nonzero(_cells_that_differ(winner))
    corners = np.stack([_corners(score, rows, columns) for score in scores])
    corners[~np.isfinite(corners)] = np.nan
    parts = []
    for index in np.unique(winner).tolist():
        others = np.delete(corners, index, axis=0).max(axis=0)
        parts.append(_segments(corners[index] - others, rows, columns, x, y))
        if len(scores) == 2:
            break
    return np.concatenate(parts)


def _cells_that_differ(labels: npt.NDArray[np.generic]) -> npt.NDArray[np.bool_]:
    """Return which cells (H - 1, W - 1) have corners with different labels."""
    across = labels[:, 1:] != labels[:, :-1]
    up = labels[1:] != labels[:-1]
    differ: npt.NDArray[np.bool_] = across[1:] | across[:-1] | up[:, 1:] | up[:, :-1]
    return differ


def _corners(grid: FloatArray, rows: IndexArray, columns: IndexArray) -> FloatArray:
    """Return the four corners (4, n) of cells: bottom left, bottom right, top right, top left."""
    right, top = columns + 1, rows + 1
    return np.stack([grid[rows, columns], grid[rows, right], grid[top, right], grid[top, columns]])


def _segments(
    corners: FloatArray, rows: IndexArray, columns: IndexArray, x: FloatArray, y: FloatArray
) -> FloatArray:
    """Return the segments (n, 2, 2) in cells whose four corners are above (> 0) or below zero."""
    pattern = np.array([1, 2, 4, 8]) @ (corners > 0)
    crossed = np.nonzero((pattern % 15 != 0) & np.isfinite(corners).all(axis=0))[0]
    crossings = _crossings(corners[:, crossed], rows[crossed], columns[crossed], x, y)
    ends = _EDGES[pattern[crossed]]
    cells, line = np.nonzero(ends[:, :, 0] >= 0)
    found: FloatArray = crossings[ends[cells, line], cells[:, None]]
    return found


def _crossings(
    corners: FloatArray,
    rows: IndexArray,
    columns: IndexArray,
    x: FloatArray,
    y: FloatArray,
) -> FloatArray:
    """Return where the level crosses the four edges of each cell (4, n, 2); rubbish where it does not."""
    left, right, bottom, top = x[columns], x[columns + 1], y[rows], y[rows + 1]

    def between(a: FloatArray, b: FloatArray) -> FloatArray:
        difference = b - a
        share = np.divide(-a, difference, out=np.full_like(a, 0.5), where=difference != 0)
        return np.clip(share, 0.0, 1.0)

    low_left, low_right, top_right, top_left = corners
    return np.stack(
        [
            np.column_stack([left + between(low_left, low_right) * (right - left), bottom]),
            np.column_stack([right, bottom + between(low_right, top_right) * (top - bottom)]),
            np.column_stack([left + between(top_left, top_right) * (right - left), top]),
            np.column_stack([left, bottom + between(low_left, top_left) * (top - bottom)]),
        ]
    )


def enlarged(values: Floats, least: int = 200) -> Floats:
    """Return pictures (k, H, W) with at least about `least` rows, interpolated linearly between the points.

    A decision drawn from the few points there are while training would have steps instead of an edge.
    """
    height, width = values.shape[1:]
    factor = -(-least // height)
    if factor < 2:
        return values
    rows = np.clip((np.arange(height * factor) + 0.5) / factor - 0.5, 0, height - 1)
    columns = np.clip((np.arange(width * factor) + 0.5) / factor - 0.5, 0, width - 1)
    wide = _between(values, columns, 2)
    return _between(wide, rows, 1)


def _between(values: Floats, places: FloatArray, axis: int) -> Floats:
    low = np.floor(places).astype(int)
    high = np.minimum(low + 1, values.shape[axis] - 1)
    share = (places - low).astype(values.dtype)
    if axis == 1:
        share = share[:, None]
    first: Floats = np.take(values, low, axis)
    mixed: Floats = first + (np.take(values, high, axis) - first) * share
    return mixed


def unsquashed(shades: FloatArray) -> FloatArray:
    """Return what a tanh would have made `shades` of; signs stay.

    Between two points of a coarse grid a saturated output jumps from -1 to 1, and a straight line between
    the two crosses zero in the middle, whatever the slopes: a staircase. The sum before tanh is nearly
    straight there.
    """
    return np.arctanh(np.clip(shades, -_FULL, _FULL))
