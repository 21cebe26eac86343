"""Writes a table as CSV at full precision; it is read back and compared before it is called done."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from playground import paths
from playground.export.model import ExportFailedError

Cell = str | float


def write_table(path: Path, names: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """Write a header and rows to `path`; ExportFailedError when it fails or reads back otherwise."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([names, *rows])
    try:
        paths.write_atomically(path, text.getvalue().encode("utf-8"))
        written = io.StringIO(path.read_bytes().decode("utf-8"), newline="")
    except OSError as error:
        raise ExportFailedError(f"{path} could not be written: {error.strerror or error}.") from error
    header, *back = csv.reader(written)
    if header != list(names) or len(back) != len(rows) or not all(map(_same, rows, back)):
        path.unlink(missing_ok=True)
        raise ExportFailedError(f"{path.name} on the disk is not what was written; it has been removed.")


def _same(row: Sequence[Cell], fields: Sequence[str]) -> bool:
    """Return whether the fields that were read say what the row holds."""
    return len(row) == len(fields) and all(map(_says, row, fields))


def _says(cell: Cell, field: str) -> bool:
    if isinstance(cell, str):
        return cell == field
    value = float(field)
    return value == cell or (value != value and cell != cell)  # not a number is equal to nothing
