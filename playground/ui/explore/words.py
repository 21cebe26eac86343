"""What is said about rows, bins and correlations."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from playground.experiment.exploring import DataTable
from playground.experiment.histograms import Histogram
from playground.experiment.prepare import FloatArray, IndexArray
from playground.ui.explore.scatter_drawing import Drawing
from playground.ui.figures import MINUS, short


def fitted(metrics: QFontMetricsF, name: str, short: str, width: float) -> str:
    """Return a name where there is room for it, else its short form, cut in the middle where it must be."""
    if metrics.horizontalAdvance(name) <= width:
        return name
    bare = short if metrics.horizontalAdvance(short) <= width else short.strip("… ")
    return metrics.elidedText(bare, Qt.TextElideMode.ElideMiddle, width)


def correlation_text(value: float, digits: int = 2) -> str:
    """Return a correlation with its sign, a dash where there is none."""
    text = f"{value:.{digits}f}"
    text = text.removeprefix("-") if np.isfinite(value) and float(text) == 0 else text
    return "–" if np.isnan(value) else text.replace("-", MINUS)


def row_words(drawing: Drawing, found: int, down: int, across: int) -> str:
    """Return what is said about a row in the cell of two variables."""
    table, row = drawing.wanted.table, int(drawing.rows[found])
    lines = [f"Row {row:,} ({table.part_name(row)})"]
    lines += [
        f"{drawing.names[index]}: {short(float(drawing.columns[found, index]))}" for index in (across, down)
    ]
    target = len(table.names)
    if table.classes is not None:
        lines.append(table.class_names[int(table.classes[row])])
    elif target not in {drawing.wanted.chosen[index] for index in (across, down)}:
        lines.append(f"{table.target_names[0]}: {short(float(table.y[row, 0]))}")
    return "\n".join(lines)


def bin_words(name: str, edges: FloatArray, index: int, counts: IndexArray, classes: tuple[str, ...]) -> str:
    """Return what is said about a bin: its range, and how many rows of which class lie in it."""
    low, high = short(float(edges[index])), short(float(edges[index + 1]))
    rows = int(counts.sum())
    lines = [f"{name}: {low} to {high}", "1 row" if rows == 1 else f"{rows:,} rows"]
    lines += [f"{count:,} {kind}" for kind, count in zip(classes, counts.tolist(), strict=False) if count]
    return "\n".join(lines)


def matrix_words(drawing: Drawing) -> str:
    """Return the strongest correlation as a sentence, for a screen reader."""
    found = np.abs(np.triu(np.nan_to_num(drawing.correlations), 1))
    if not found.any():
        return "No two of the columns are correlated."
    row, column = np.unravel_index(int(found.argmax()), found.shape)
    value = correlation_text(float(drawing.correlations[row, column]))
    return f"The strongest correlation is that of {drawing.names[row]} and {drawing.names[column]}: {value}."


def bar_words(table: DataTable, histogram: Histogram, index: int) -> str:
    """Return what is said about a bin of which each part of the rows is counted for itself."""
    low, high = short(float(histogram.edges[index])), short(float(histogram.edges[index + 1]))
    where = histogram.labels[index] if histogram.labels else f"{low} to {high}"
    lines = [f"{histogram.name}: {where}"]
    for number, part in enumerate(table.parts):
        counts = histogram.counts[number][:, index]
        share = float(histogram.shares(number)[:, index].sum())
        lines.append(f"{int(counts.sum()):,} {part.name} rows ({share:.1f} %)")
        if number == 0 and not histogram.labels:
            kinds = zip(table.class_names, counts.tolist(), strict=False)
            lines += [f"   {count:,} {kind}" for kind, count in kinds if count]
    return "\n".join(lines)
