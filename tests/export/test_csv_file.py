"""CSV tables: their headers name what comes in and what goes out, and a reader needs nothing else."""

import csv
import io
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from pipeline_cases import ODD_NAMES, cases, made, odd

from playground.export import csv_file, exporter_for
from playground.export.pipeline import Pipeline


def tables(pipeline: Pipeline, folder: Path) -> dict[str, list[list[str]]]:
    csv_file.write(pipeline, folder / "net.csv.zip")
    with ZipFile(folder / "net.csv.zip") as archive:
        return {
            name: list(csv.reader(io.StringIO(archive.read(name).decode("utf-8"), newline="")))
            for name in archive.namelist()
        }


def test_that_the_longest_ending_says_the_format() -> None:
    assert exporter_for(Path("net.csv.zip")).key == "csv"


def test_that_a_layer_is_a_table_with_names(tmp_path: Path) -> None:
    pipeline = made((3, "tanh"), ("batch_norm", 0), columns=("length", "width"), encoding="one_hot")
    found = tables(pipeline, tmp_path)
    header, *lines = found["layer_1_dense.csv"]
    assert header == ["unit", "bias", "length", "width"]
    assert [line[0] for line in lines] == ["layer 1 unit 1", "layer 1 unit 2", "layer 1 unit 3"]
    assert [np.float32(text) for text in lines[1][2:]] == pipeline.weights[0][1].tolist()
    assert found["layer_2_batch_norm.csv"][0] == ["unit", "beta", "gamma", "mean", "variance"]
    output = found["layer_3_dense.csv"]
    assert output[0][2:] == [line[0] for line in lines]
    assert [line[0] for line in output[1:]] == ["a", "b", "c"]
    assert found["classes.csv"][1:] == [["1", "a"], ["2", "b"], ["3", "c"]]


def test_that_names_of_all_kinds_come_back(tmp_path: Path) -> None:
    found = tables(odd(), tmp_path)
    assert [line[0] for line in found["columns.csv"][1:]] == list(ODD_NAMES)
    assert found["layer_1_dense.csv"][0][2:] == [line[0] for line in found["features.csv"][1:]]


@pytest.mark.parametrize("name", ["all kinds float64", "log_whitened float64"])
def test_that_no_number_is_lost(name: str, tmp_path: Path) -> None:
    pipeline = cases()[name]
    found = tables(pipeline, tmp_path)
    kept = [
        float(text)
        for name in found
        if name.startswith("layer_")
        for line in found[name][1:]
        for text in line[1:]
    ]
    assert sorted(kept) == sorted(
        number for array in (*pipeline.weights, *pipeline.biases) for number in array.ravel().tolist()
    )


def test_that_the_readme_says_how_classes_and_numbers_are_meant(tmp_path: Path) -> None:
    for encoding, said in (("one_hot", "the largest output wins"), ("real", "output * target_scale")):
        csv_file.write(made((3, "tanh"), encoding=encoding), tmp_path / "net.csv.zip")
        with ZipFile(tmp_path / "net.csv.zip") as archive:
            assert said in archive.read("README.txt").decode("utf-8")
