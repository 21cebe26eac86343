"""Writes a table as CSV at full precision; it is read back and compared before it is called done."""

import csv
from collections.abc import Sequence
from pathlib import Path

from playground import paths
from playground.export.model import ExportFailedError

Cell = str | float


def write_table(path: Path, names: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """Write a header and rows to `path`; ExportFailedError when it fails or reads back otherwise.

    The file is read back beside its place: what was there stays until the new one is right.
    """
    try:
        with paths.replacing(path) as beside:
            with beside.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([names, *rows])
            if not _reads_back(beside, names, rows):
                raise ExportFailedError(
                    f"What is on the disk is not what was written, so {path.name} was not replaced. "
                    "Try again, or choose another folder."
                )
    except OSError as error:
        raise ExportFailedError(f"{path} could not be written: {error.strerror or error}.") from error
    except (csv.Error, UnicodeError) as error:
        raise ExportFailedError(
            f"{path} could not be written: {error}. Shorten or change the names of columns and classes."
        ) from error


def _reads_back(path: Path, names: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bool:
    """Return whether a file says what was written to it."""
    with path.open(encoding="utf-8", newline="") as file:
        back = list(csv.reader(file))
    return len(back) == 1 + len(rows) and back[0] == list(names) and all(map(_same, rows, back[1:]))


def _same(row: Sequence[Cell], fields: Sequence[str]) -> bool:
    """Return whether the fields that were read say what the row holds."""
    return len(row) == len(fields) and all(map(_says, row, fields))


def _says(cell: Cell, field: str) -> bool:
    if isinstance(cell, str):
        return cell == field
    try:
        value = float(field)
    except ValueError:
        return False
    return value == cell or (value != value and cell != cell)  # not a number is equal to nothing
