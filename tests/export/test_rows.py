"""The rows in use as CSV: which part they are in, with every number to its last digit."""

import csv
from pathlib import Path

import numpy as np
import pytest

from playground import paths
from playground.experiment import files
from playground.experiment.prepare import prepare
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


def test_that_a_file_that_reads_back_otherwise_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_a_digit(path: Path, content: bytes) -> None:
        path.write_bytes(content[:-5] + b"\r\n")

    experiment = files.example("curve")
    monkeypatch.setattr(paths, "write_atomically", lose_a_digit)
    with pytest.raises(ExportFailedError, match="is not what was written"):
        write_rows(experiment, prepare(experiment), tmp_path / "rows.csv")
    assert not (tmp_path / "rows.csv").exists()


def test_that_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    experiment = files.example("curve")
    with pytest.raises(ExportFailedError, match="nowhere"):
        write_rows(experiment, prepare(experiment), tmp_path / "nowhere" / "rows.csv")
