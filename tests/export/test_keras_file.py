"""A Keras file answers in Keras as the engine does, and brings the same pipeline back without Keras."""

import json
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from pipeline_cases import cases, made, odd, rows_for

from playground.experiment import files
from playground.export import keras_archive, keras_file, keras_reading
from playground.export.model import TOLERANCE, ExportFailedError
from playground.export.pipeline import Pipeline
from playground.training.session import Session


def examples() -> dict[str, tuple[Pipeline, Any]]:
    """Return the examples after an epoch, and their rows."""
    found = {}
    for name in files.examples():
        experiment = files.example(name)
        session = Session.for_experiment(experiment)
        session.train_epoch()
        model = session.trained_model(experiment)
        found[f"example {name}"] = (model.pipeline, model.rows)
    return found


def test_that_keras_answers_as_the_engine_does(tmp_path: Path) -> None:
    # Keras takes seconds to start: all files are opened by one process. It makes rows float32 first, which
    # costs columns that say nearly the same, such as those of the fish, a digit.
    pipelines = {
        name: (one, rows_for(one.columns))
        for name, one in cases().items()
        if one.precision == "float32" or name.startswith(("tanh", "log_whitened", "formulas"))
    } | examples()
    arguments = []
    for number, (pipeline, rows) in enumerate(pipelines.values()):
        paths = [tmp_path / f"{number}{ending}" for ending in (".keras", ".npy", "_out.npy")]
        keras_file.write(pipeline, paths[0])
        np.save(paths[1], rows)
        arguments += paths
    keras_file.run_keras(keras_file.ANSWERS, *arguments)
    differences = {}
    for number, (name, (pipeline, rows)) in enumerate(pipelines.items()):
        wanted, found = pipeline.outputs(rows), np.load(tmp_path / f"{number}_out.npy")
        assert found.shape == wanted.shape
        difference = np.abs(found - wanted).max() / max(1.0, np.abs(wanted).max())
        if not difference <= (1e-6 if pipeline.precision == "float32" else TOLERANCE["float32"]):
            differences[name] = difference
    assert not differences


def test_that_a_file_of_keras_answers_the_same_here(tmp_path: Path) -> None:
    keras_file.run_keras(Path(__file__).with_name("keras_models.py"), tmp_path)
    found = sorted(tmp_path.glob("*.keras"))
    assert len(found) == 5
    for path in found:
        pipeline, notes = keras_reading.read(path)
        with np.load(path.with_suffix(".npz")) as kept:
            answers = pipeline.outputs(kept["rows"].astype(np.float64))
            np.testing.assert_allclose(answers, kept["answers"], atol=2e-5, err_msg=path.name)
        assert notes[-1].startswith("Its ")


@pytest.mark.parametrize("name", cases())
def test_that_a_file_brings_the_same_pipeline_back(name: str, tmp_path: Path) -> None:
    pipeline, path = cases()[name], tmp_path / "network.keras"
    keras_file.write(pipeline, path)
    found, notes = keras_reading.read(path)
    rows = rows_for(pipeline.columns)
    np.testing.assert_array_equal(found.outputs(rows), pipeline.outputs(rows))
    assert (found.columns, found.classes, found.features, notes) == (
        *(pipeline.columns, pipeline.classes, pipeline.features),
        (),
    )


def test_that_the_file_is_laid_out_as_keras_lays_it_out(tmp_path: Path) -> None:
    path = tmp_path / "network.keras"
    keras_file.write(odd(), path)
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == ["config.json", "metadata.json", "model.weights.h5"]
        assert tuple(json.loads(archive.read("metadata.json"))["columns"]) == odd().columns
        layers = json.loads(archive.read("config.json"))["config"]["layers"]
        with archive.open("model.weights.h5") as inner, h5py.File(inner) as weights:
            assert weights["layers/dense/vars/0"].shape == (len(odd().features), 4)
    assert {one["class_name"] for one in layers} >= {"InputLayer", "Dense"}
    assert len({one["name"] for one in layers}) == len(layers)
    assert not any("Lambda" in one["class_name"] or "custom" in str(one["module"]) for one in layers)


def test_that_what_keras_says_of_a_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "network.keras"
    keras_file.write(made((4, "tanh")), path)
    archive = keras_archive.opened(path)
    with zipfile.ZipFile(path, "w") as broken:
        broken.writestr("config.json", archive.config.replace("Dense", "Dance"))
        broken.writestr("model.weights.h5", archive.weights)
    with pytest.raises(ExportFailedError, match=r"Keras cannot open the file: .*\.$"):
        keras_file.predict(path, rows_for(("x1", "x2")))


def test_that_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert keras_file.missing() is None
    assert keras_file.unproved() is None
    monkeypatch.setattr(keras_file, "find_spec", lambda _name: None)
    assert "pip install h5py" in str(keras_file.missing())
    assert "pip install keras jax" in str(keras_file.unproved())
