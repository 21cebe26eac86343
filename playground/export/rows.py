"""Writes the rows in use as CSV: the part each is in, its inputs, and its target; read back and compared."""

import csv
import io
from pathlib import Path

from playground import paths
from playground.data.importing import unique
from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared
from playground.export.model import ExportFailedError

PARTS = ("train", "validation", "test")


def write_rows(experiment: Experiment, prepared: Prepared, path: Path) -> int:
    """Write the rows of all parts and return how many; ExportFailedError when it fails."""
    source = experiment.data.source
    names = unique(["part", *source.inputs, source.target])
    rows = _rows(prepared)
    text = io.StringIO(newline="")
    csv.writer(text).writerows([names, *rows])
    try:
        paths.write_atomically(path, text.getvalue().encode("utf-8"))
        written = io.StringIO(path.read_bytes().decode("utf-8"), newline="")
    except OSError as error:
        raise ExportFailedError(f"{path} could not be written: {error.strerror or error}.") from error
    header, *back = csv.reader(written)
    if tuple(header) != names or [_numbers(row, rows[0]) for row in back] != rows:
        path.unlink(missing_ok=True)
        raise ExportFailedError(f"{path.name} on the disk is not what was written; it has been removed.")
    return len(rows)


def _numbers(row: list[str], like: list[str | float]) -> list[str | float]:
    """Return a row that was read with numbers where another one has them."""
    pairs = zip(row, like, strict=True)
    return [float(field) if isinstance(one, float) else field for field, one in pairs]


def _rows(prepared: Prepared) -> list[list[str | float]]:
    """Return a row for each that is in use, in the order of the data."""
    sample = prepared.sample
    parts = {row: part for part, rows in zip(PARTS, prepared.parts.all, strict=True) for row in rows.tolist()}
    inputs, targets = sample.inputs.tolist(), sample.targets.tolist()
    return [
        [
            parts[row],
            *inputs[row],
            sample.class_names[int(targets[row])] if sample.class_names else float(targets[row]),
        ]
        for row in sorted(parts)
    ]
