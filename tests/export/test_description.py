"""What a file says of a pipeline brings the same pipeline back, or is refused in words."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from layer_cases import stack

from playground.experiment import edits, files
from playground.experiment.files import BadFileError
from playground.experiment.model import KEPT_BESIDE
from playground.export import Pipeline
from playground.export.description import describe, read, restore
from playground.training.session import Session


def pipeline(name: str = "species") -> Pipeline:
    experiment = files.example(name)
    return Session.for_experiment(experiment).trained_model(experiment).pipeline


@pytest.mark.parametrize("name", files.examples())
def test_that_a_pipeline_comes_back_and_answers_the_same(name: str) -> None:
    one = pipeline(name)
    other = restore(read(describe(one).model_dump_json(), "it"), one.weights, one.biases, "it")
    rows = np.random.default_rng(0).uniform(1, 9, size=(20, len(one.columns)))
    np.testing.assert_array_equal(other.outputs(rows), one.outputs(rows))
    assert (other.classes, other.encoding, other.shapes[-1].units) == (
        one.classes,
        one.encoding,
        one.shapes[-1].units,
    )


def test_that_layers_of_all_kinds_come_back() -> None:
    experiment = stack(8, "batch_norm", "dropout 0.3", 8, "skip", "layer_norm")
    one = Session.for_experiment(experiment).trained_model(experiment).pipeline
    other = restore(read(describe(one).model_dump_json(), "it"), one.weights, one.biases, "it")
    assert [(s.kind, s.parameters, s.source) for s in other.shapes] == [
        (s.kind, s.parameters, s.source) for s in one.shapes
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 99}, "newer"),
        ({"features": ["nothing"]}, "nothing"),
        ({"features": ["Weight", "__import__('os')"]}, "cannot be used"),
        ({"classes": ["one", "two"]}, "tell 2 classes apart"),
        ({"target_encoding": "real"}, "classification"),
        ({"layers": []}, "layers"),
        ({"inputs": {"mean": [0.0], "scale": [0.0]}}, "scaling"),
        ({"format": "something else"}, "format"),
    ],
)
def test_that_what_does_not_belong_together_is_refused_in_words(change: dict[str, Any], said: str) -> None:
    one = pipeline()
    text = json.dumps(describe(one).model_dump(mode="json") | change)
    with pytest.raises(BadFileError, match=said):
        restore(read(text, "it"), one.weights, one.biases, "it")


def test_that_numbers_that_are_not_finite_are_refused() -> None:
    one = pipeline()
    weights = (np.full_like(one.weights[0], np.nan), *one.weights[1:])
    with pytest.raises(BadFileError, match="layer 1 holds numbers that are not finite"):
        restore(describe(one), weights, one.biases, "it")


def test_that_the_rows_of_a_table_of_ones_own_are_not_told(tmp_path: Path) -> None:
    from playground.data.importing import read_file
    from playground.data.importing_columns import infer
    from playground.data.importing_table import build, propose

    path = tmp_path / "own.csv"
    path.write_text("a,b,y\n" + "".join(f"{n / 7},{n * n},{n % 3}.5\n" for n in range(40)))
    sheet = infer(read_file(path))
    table, _ = build(sheet, propose(sheet), path.name)
    experiment = edits.set_table(files.example("circle"), table)
    one = Session.for_experiment(experiment).trained_model(experiment).pipeline
    assert "table" in one.document
    assert json.loads(one.document)["experiment"]["data"]["table"] == KEPT_BESIDE
