"""The histograms of every column of the data, each part of the rows for itself."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from playground.data.describing import Summary, bin_edges, counts, summary
from playground.experiment.exploring import DataTable
from playground.experiment.prepare import FloatArray, IndexArray


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """One column: bins with `edges` (b + 1,), and for each part of the rows the counts (kinds, b).

    `kinds` are the classes, or one where there are none. `summary` is that of the training rows, None where
    the column is the class; `labels` then name the bins. `missing` counts the rows without a value.
    """

    name: str
    short_name: str
    edges: FloatArray
    counts: tuple[IndexArray, ...]
    summary: Summary | None
    missing: int
    labels: tuple[str, ...] = ()

    def shares(self, part: int) -> FloatArray:
        """Return each count of a part as a share of its rows, in per cent."""
        found = self.counts[part]
        return np.asarray(found * (100.0 / max(1, int(found.sum()))), dtype=np.float64)


def histograms(table: DataTable, stop: Callable[[], bool] = lambda: False) -> tuple[Histogram, ...]:
    """Return the histogram of every column and of the target; fewer when `stop` says so."""
    kinds, found = len(table.class_names), []
    for index, name in enumerate(table.variables):
        if stop():
            break
        values = table.variable(index)
        edges = bin_edges(values[table.used])
        divided = []
        for part in table.parts:
            classes = None if table.classes is None else table.classes[part.rows]
            divided.append(counts(values[part.rows], edges, classes, kinds))
        missing = int(np.count_nonzero(~np.isfinite(values[table.used])))
        training = summary(values[table.parts[0].rows])
        found.append(Histogram(name, table.short_variables[index], edges, tuple(divided), training, missing))
    if table.classes is not None:
        found.append(_of_classes(table, table.classes))
    return tuple(found)


def _of_classes(table: DataTable, classes: IndexArray) -> Histogram:
    kinds = len(table.class_names)
    edges = np.arange(kinds + 1, dtype=np.float64) - 0.5
    divided = tuple(np.diag(np.bincount(classes[part.rows], minlength=kinds)) for part in table.parts)
    return Histogram(table.target, table.target, edges, divided, None, 0, table.class_names)
