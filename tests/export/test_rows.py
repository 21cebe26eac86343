"""The rows in use as CSV: which part they are in, with every number to its last digit."""

import csv
from pathlib import Path
from typing import TextIO

import numpy as np
import pytest

from playground.experiment import files
from playground.experiment.prepare import prepare
from playground.export.csv_rows import write_table
from playground.export.model import ExportFailedError
from playground.export.rows import write_rows


@pytest.mark.parametrize("name", ["fish", "multi-gauss", "blobs", "curve"])
def test_that_every_row_in_use_is_written_with_its_part(name: str, tmp_path: Path) -> None:
    experiment = files.example(name)
    prepared = prepare(experiment)
    path = tmp_path / "rows.csv"
    count = write_rows(experiment, prepared, path)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert count == len(rows) == len(prepared.train_rows) + len(prepared.test_rows)
    for part, numbers in (("train", prepared.train_rows), ("test", prepared.test_rows)):
        found = [[float(row[key]) for key in prepared.columns] for row in rows if row["part"] == part]
        np.testing.assert_array_equal(found, prepared.sample.inputs[np.sort(numbers)])
    targets = {row[experiment.data.source.target] for row in rows}
    if prepared.sample.class_names:
        assert targets <= set(prepared.sample.class_names)


@pytest.mark.parametrize("end", ["", "x", "7"])
def test_that_a_file_that_reads_back_otherwise_leaves_what_was_there(
    end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = csv.reader

    def losing_digits(file: TextIO) -> list[list[str]]:
        *rows, last = read(file)
        return [*rows, [*last[:-1], last[-1][:-5] + end]]

    experiment = files.example("curve")
    path = tmp_path / "rows.csv"
    path.write_text("old")
    monkeypatch.setattr(csv, "reader", losing_digits)
    with pytest.raises(ExportFailedError, match="is not what was written"):
        write_rows(experiment, prepare(experiment), path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["x" * (csv.field_size_limit() + 1), "a\ud800b"])
def test_that_a_name_that_csv_cannot_hold_is_said(name: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("old")
    with pytest.raises(ExportFailedError, match="the names of columns and classes"):
        write_table(path, [name], [[1.0]])
    assert path.read_text() == "old"


def test_that_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    experiment = files.example("curve")
    with pytest.raises(ExportFailedError, match="nowhere"):
        write_rows(experiment, prepare(experiment), tmp_path / "nowhere" / "rows.csv")
