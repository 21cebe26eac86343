"""Writes the rows in use as CSV: the part each is in, its inputs, and its target; read back and compared."""

from pathlib import Path

from playground.data.importing import unique
from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared
from playground.export.csv_rows import write_table

PARTS = ("train", "validation", "test")


def write_rows(experiment: Experiment, prepared: Prepared, path: Path) -> int:
    """Write the rows of all parts and return how many; ExportFailedError when it fails."""
    source = experiment.data.source
    names = unique(["part", *source.inputs, source.target])
    rows = _rows(prepared)
    write_table(path, names, rows)
    return len(rows)


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
