"""What a scatter matrix consists of, worked out beside the window: pictures, histograms, correlations."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QImage

from playground.data.describing import bin_edges, correlations, counts
from playground.data.importing import Cancelled, ImportCancelled
from playground.experiment.exploring import DataTable
from playground.experiment.prepare import FloatArray, IndexArray
from playground.ui.explore.stamps import (
    FINE,
    Pixels,
    Places,
    Stamps,
    as_image,
    class_colours,
    shade_colours,
    smoothed,
    stamps,
)
from playground.ui.plots.items import point_size
from playground.ui.plots.scale import number_scale
from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme

MOST_POINTS = 300_000
"""Points in all cells together: with more, some of the rows are drawn."""

LARGEST = 6.0  # design pixels of a point
ROOM = 0.04
"""Share of a column's range that is shown beyond it; the bins of its histogram are shown in full."""

Range = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What is to be drawn: some variables of a table, in cells of so many pixels of the screen.

    `ratio` is the screen's pixels to one of the window's.
    """

    table: DataTable
    chosen: tuple[int, ...]
    cell: tuple[int, int]
    ratio: float
    theme: Theme


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """A scatter matrix of m variables: `names`, `columns` (n, m) of the rows in use, and ranges.

    `drawn` are places in `rows`, the numbers of the rows in use. `images` has a picture for (row, column)
    below the diagonal. `bins` are the edges and counts (kinds, bins) of each variable's histogram.
    """

    wanted: Wanted
    names: tuple[str, ...]
    short_names: tuple[str, ...]
    rows: IndexArray
    columns: FloatArray
    drawn: IndexArray
    ranges: tuple[Range, ...]
    bins: tuple[tuple[FloatArray, IndexArray], ...]
    correlations: FloatArray
    images: dict[tuple[int, int], QImage]


def draw(wanted: Wanted, markers: Stamps, stop: Cancelled) -> Drawing:
    """Work out all cells of a scatter matrix; ImportCancelled when nobody wants it any more."""
    table, rows = wanted.table, wanted.table.used
    columns = np.column_stack([table.variable(index)[rows] for index in wanted.chosen])
    drawn = drawn_rows(len(rows), columns.shape[1])
    classes = None if table.classes is None else table.classes[rows]
    edges = [bin_edges(column) for column in columns.T]
    kinds = len(table.class_names)
    bins = [counts(c, e, classes, kinds) for c, e in zip(columns.T, edges, strict=True)]
    ranges = tuple(_with_room(c, e) for c, e in zip(columns.T, edges, strict=True))
    return Drawing(
        wanted=wanted,
        names=tuple(table.variables[index] for index in wanted.chosen),
        short_names=tuple(table.short_variables[index] for index in wanted.chosen),
        rows=rows,
        columns=columns,
        drawn=drawn,
        ranges=ranges,
        bins=tuple(zip(edges, bins, strict=True)),
        correlations=correlations(columns),
        images=_images(wanted, markers, columns[drawn], ranges, rows[drawn], stop),
    )


def drawn_rows(rows: int, variables: int) -> IndexArray:
    """Return which of the rows are drawn, in an order in which no class lies on all others."""
    order = np.random.default_rng(0).permutation(rows)
    return np.asarray(order[: drawn_count(rows, variables)], dtype=np.int64)


def drawn_count(rows: int, variables: int) -> int:
    """Return how many of the rows are drawn where so many variables make the cells."""
    return min(rows, MOST_POINTS // max(1, variables * (variables - 1) // 2))


def markers_of(table: DataTable, chosen: int, cell_width: float, ratio: float, theme: Theme) -> Stamps:
    """Return the markers of the classes, or a round one; the more points, the smaller. Needs Qt's painter."""
    count = drawn_count(len(table.used), chosen)
    size = min(LARGEST, point_size(count, cell_width / theme.scale)) * theme.scale
    kinds = len(table.class_names)
    symbols = tuple(theme.class_markers[index % len(theme.class_markers)] for index in range(kinds))
    fine = fineness(ratio) * ratio
    return stamps(symbols or ("o",), size * fine, fine * theme.scale * (0.9 if size > 4 else 0.5))


def fineness(ratio: float) -> int:
    """Return how finely points are drawn on a screen: fine screens need no more than they have."""
    return FINE if ratio < 1.5 else 1


def _images(
    wanted: Wanted,
    markers: Stamps,
    columns: FloatArray,
    ranges: tuple[Range, ...],
    rows: IndexArray,
    stop: Cancelled,
) -> dict[tuple[int, int], QImage]:
    fine, reach = fineness(wanted.ratio), markers.reach
    width, height = (side * fine for side in wanted.cell)
    kind, fill, rim = _colours(wanted, rows)
    ground = qcolor(wanted.theme.surface).rgba()
    images = {}
    across = [_pixels(column, span, width) + reach for column, span in zip(columns.T, ranges, strict=True)]
    up = [_pixels(column, span, height) for column, span in zip(columns.T, ranges, strict=True)]
    for row in range(1, len(ranges)):
        down = height - 1 - up[row] + reach
        for column in range(row):
            if stop():
                raise ImportCancelled
            field = np.full((height + 2 * reach, width + 2 * reach), ground, np.uint32)
            markers.draw(field, across[column], down, kind, fill, rim)
            seen = np.ascontiguousarray(field[reach : reach + height, reach : reach + width])
            images[row, column] = as_image(smoothed(seen, fine))
    return images


def _colours(wanted: Wanted, rows: IndexArray) -> tuple[Places, Pixels, Pixels]:
    """Return the marker, the colour and the rim of each row."""
    table, theme = wanted.table, wanted.theme
    if table.classes is not None:
        kind = table.classes[rows].astype(np.intp)
        fill, rim = class_colours(theme, len(table.class_names))
        return kind, fill[kind], rim[kind]
    shades = number_scale(table.y[table.used, 0]).shade(table.y[rows, 0])
    return np.zeros(len(rows), np.intp), *shade_colours(theme, shades.astype(np.float64))


def _pixels(column: FloatArray, span: Range, side: int) -> Places:
    share = (column - span[0]) / (span[1] - span[0])
    return np.clip(share * side, 0, side - 1).astype(np.intp)


def _with_room(column: FloatArray, edges: FloatArray) -> Range:
    low, high = float(column.min()), float(column.max())
    room = ROOM * (high - low)
    return min(low - room, float(edges[0])), max(high + room, float(edges[-1]))
