"""JSON: every number as the shortest decimal that gives it again, and no confusion with experiments."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pipeline_cases import cases, made, rows_for

from playground.experiment import files
from playground.experiment.files import BadFileError
from playground.export import export as write_file
from playground.export import json_file
from playground.export.model import ExportFailedError, TrainedModel
from playground.export.pipeline import Pipeline


def model_of(pipeline: Pipeline) -> TrainedModel:
    rows = rows_for(pipeline.columns)
    return TrainedModel(files.example("circle"), pipeline, rows, pipeline.outputs(rows))


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_that_numbers_are_short_and_lose_no_bit(precision: str, tmp_path: Path) -> None:
    numbers = np.array([[0.1, -1e-30], [1 / 3, 7.038531e-26], [3e38, 0.0], [1e16, -5.0]], precision)
    pipeline = replace(made((4, "tanh"), precision=precision), weights=(numbers, np.ones((1, 4), precision)))
    json_file.write(pipeline, tmp_path / "net.json")
    text = (tmp_path / "net.json").read_text(encoding="utf-8")
    assert "0.1, -1e-30]" in text
    assert "0.10000000149" not in text
    content = json.loads(text)
    assert content["precision"] == precision
    (weight, *_) = json_file.by_layer(content["arrays"], precision)
    np.testing.assert_allclose(weight["weight"], numbers, rtol=0 if precision == "float64" else 1e-7)


def test_that_every_layer_has_its_arrays_by_name(tmp_path: Path) -> None:
    pipeline = cases()["all kinds float32"]
    json_file.write(pipeline, tmp_path / "net.json")
    content = json.loads((tmp_path / "net.json").read_text(encoding="utf-8"))
    assert [layer["kind"] for layer in content["layers"]] == [shape.kind for shape in pipeline.shapes]
    kept = sum(np.size(numbers) for layer in content["arrays"] for numbers in layer.values())
    assert kept == pipeline.parameters


def test_that_opening_it_as_an_experiment_says_what_it_is(tmp_path: Path) -> None:
    write_file(model_of(made((4, "tanh"))), tmp_path / "net.json")
    with pytest.raises(BadFileError, match=r"net\.json holds the weights of a trained network"):
        files.read(tmp_path / "net.json")


def test_that_an_experiment_is_not_replaced_by_weights(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    files.write(files.example("circle"), path)
    with pytest.raises(ExportFailedError, match=r"mine\.json is an experiment"):
        write_file(model_of(made((4, "tanh"))), path)
    assert files.read(path) == files.example("circle")
