"""The learning curves as CSV."""

import csv
from pathlib import Path

import numpy as np
import pytest

from playground.export.history import history_names, write_history
from playground.export.model import ExportFailedError

NAMES = history_names("validation", "accuracy")


def curves(points: int) -> list[np.ndarray]:
    values = np.random.default_rng(0).normal(size=(4, points)) / 3
    return [np.arange(points, dtype=np.float64), *values]


def read(path: Path) -> tuple[list[str], np.ndarray]:
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return header, np.array(rows, dtype=np.float64)


def test_that_every_point_is_written_to_the_last_digit(tmp_path: Path) -> None:
    columns = curves(50)
    assert write_history(tmp_path / "h.csv", NAMES, columns) == 50
    header, rows = read(tmp_path / "h.csv")
    assert header == ["epoch", "train_loss", "validation_loss", "train_accuracy", "validation_accuracy"]
    np.testing.assert_array_equal(rows, np.column_stack(columns))


def test_that_whole_epochs_are_whole_numbers_and_others_are_not(tmp_path: Path) -> None:
    columns = [np.array([0.0, 0.25, 1.0]), *curves(3)[1:]]
    write_history(tmp_path / "h.csv", NAMES, columns)
    first = [line.split(",")[0] for line in (tmp_path / "h.csv").read_text(encoding="utf-8").splitlines()]
    assert first == ["epoch", "0", "0.25", "1"]


def test_that_numbers_that_ran_away_are_written_and_read_back(tmp_path: Path) -> None:
    columns = curves(3)
    columns[1][1], columns[2][2] = np.nan, np.inf
    write_history(tmp_path / "h.csv", NAMES, columns)
    np.testing.assert_array_equal(read(tmp_path / "h.csv")[1], np.column_stack(columns))


def test_that_an_empty_history_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ExportFailedError, match="press Play"):
        write_history(tmp_path / "h.csv", NAMES, curves(0))
    assert not (tmp_path / "h.csv").exists()


def test_that_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExportFailedError, match="could not be written"):
        write_history(tmp_path / "gone" / "h.csv", NAMES, curves(3))
