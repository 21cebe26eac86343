"""Writes the learning curves as CSV, a row for each measured point; read back and compared."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from playground.export.csv_rows import write_table
from playground.export.model import ExportFailedError

Curve = npt.NDArray[np.floating[Any]]


def history_names(watched: str, metric: str) -> tuple[str, ...]:
    """Return the header: `watched` is what training is watched on ("test"), `metric` as in "accuracy"."""
    return ("epoch", "train_loss", f"{watched}_loss", f"train_{metric}", f"{watched}_{metric}")


def write_history(path: Path, names: Sequence[str], columns: Sequence[Curve]) -> int:
    """Write curves (points,) of equal length under their names, the epoch first; return how many points.

    An epoch that is over is written as a whole number. Raises ExportFailedError when it fails.
    """
    if not len(columns[0]):
        raise ExportFailedError("There is no history yet: press Play, then export it.")
    values = [np.asarray(column, np.float64).tolist() for column in columns]
    rows = [[_epoch(epoch), *rest] for epoch, *rest in zip(*values, strict=True)]
    write_table(path, names, rows)
    return len(rows)


def _epoch(value: float) -> float:
    return int(value) if value.is_integer() else value
