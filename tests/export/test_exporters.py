"""Every exporter, over every example: write, read back, equal predictions; and no file when it is not so."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playground.data.scaling import Scaler
from playground.experiment import files
from playground.export import EXPORTERS, UnknownFormatError, export, exporter_for
from playground.export.model import ExportFailedError, TrainedModel, untaught
from playground.training.session import Session


def trained(name: str) -> TrainedModel:
    experiment = files.example(name)
    session = Session.for_experiment(experiment)
    for _ in range(3):
        session.train_epoch()
    return session.trained_model(experiment)


SLOW = {"keras": "fish", "keras_script": "fish", "torch_script": "fish"}
"""Exporters whose route takes seconds to begin, and the example that they are asked about."""


def cases() -> list[tuple[str, object]]:
    return [(name, one) for one in EXPORTERS for name in files.examples() if SLOW.get(one.key, name) == name]


@pytest.mark.parametrize(("name", "exporter"), cases(), ids=lambda one: getattr(one, "key", one))
def test_that_what_is_written_predicts_the_same(name: str, exporter: object, tmp_path: Path) -> None:
    model = trained(name)
    path = tmp_path / f"weights{exporter.suffix}"  # type: ignore[attr-defined]
    proof = export(model, path)
    assert path.stat().st_size > 0
    if exporter.unproved():  # type: ignore[attr-defined]
        assert proof.unproved
        return
    assert proof.rows == len(model.rows)
    assert proof.largest_difference <= 1e-3


@pytest.mark.parametrize("exporter", EXPORTERS, ids=lambda exporter: exporter.key)
def test_that_a_model_whose_answers_differ_leaves_no_file(exporter: object, tmp_path: Path) -> None:
    if exporter.unproved():  # type: ignore[attr-defined]
        pytest.skip("what cannot be read back cannot be compared")
    model = trained("circle")
    path = tmp_path / f"weights{exporter.suffix}"  # type: ignore[attr-defined]
    with pytest.raises(ExportFailedError, match="differ"):
        export(replace(model, outputs=model.outputs + 0.1), path)
    assert not list(tmp_path.iterdir())


def test_that_a_model_that_is_not_a_number_is_not_exported(tmp_path: Path) -> None:
    model = trained("circle")
    broken = replace(model, outputs=np.full_like(model.outputs, np.nan))
    with pytest.raises(ExportFailedError):
        export(broken, tmp_path / "weights.npz")
    assert not list(tmp_path.iterdir())


def test_that_numpy_alone_reads_the_archive_with_every_bit(tmp_path: Path) -> None:
    model = trained("fish")
    export(model, tmp_path / "fish.npz")
    with np.load(tmp_path / "fish.npz", allow_pickle=False) as archive:
        metadata = json.loads(str(archive["metadata"]))
        assert metadata["features"] == ["Length1", "Length2", "Length3", "Height", "Width"]
        assert archive["weight_1"].shape == (32, 5)
        pairs = zip(model.pipeline.weights, model.pipeline.biases, strict=True)
        for number, (weight, bias) in enumerate(pairs, 1):
            np.testing.assert_array_equal(archive[f"weight_{number}"], weight)
            np.testing.assert_array_equal(archive[f"bias_{number}"], bias)
        np.testing.assert_array_equal(archive["inputs_mean"], model.pipeline.input_scaler.mean)


@pytest.mark.parametrize("step", ["write", "predict"])
@pytest.mark.parametrize(
    ("error", "words"), [(MemoryError(), "out of memory"), (KeyError("weight_1"), "weight_1")]
)
def test_that_whatever_a_format_raises_is_said_and_what_was_there_stays(
    step: str, error: Exception, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise error

    path = tmp_path / "weights.npz"
    path.write_bytes(b"old")
    broken = replace(exporter_for(path), **{step: fail})
    monkeypatch.setattr("playground.export.EXPORTERS", (broken,))
    with pytest.raises(ExportFailedError, match=f"weights.npz could not be written: .*{words}") as raised:
        export(trained("circle"), path)
    assert raised.value.__cause__ is error
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_that_a_name_that_no_disk_takes_is_said(tmp_path: Path) -> None:
    with pytest.raises(ExportFailedError, match="Choose another name"):
        export(trained("circle"), tmp_path / "a\ud800b.npz")


def test_that_an_unknown_ending_is_refused_with_the_list(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormatError, match=r"\.npz"):
        export(trained("circle"), tmp_path / "weights.docx")


def test_that_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExportFailedError, match="nowhere"):
        export(trained("circle"), tmp_path / "nowhere" / "weights.npz")


def test_that_a_network_without_its_data_is_proved_where_its_formulas_have_values(tmp_path: Path) -> None:
    experiment = files.example("circle")
    data = experiment.data.replace(formulas=("log(x2)", "sqrt(x1)"), features=("x1", "log(x2)", "sqrt(x1)"))
    plane = experiment.replace(data=data)
    pipeline = replace(trained("circle").pipeline, features=plane.data.features)
    first = replace(pipeline.shapes[0], inputs=3)
    rng = np.random.default_rng(0)
    model = untaught(
        replace(
            pipeline,
            shapes=(first, *pipeline.shapes[1:]),
            weights=(rng.normal(size=(first.units, 3)).astype("float32"), *pipeline.weights[1:]),
            input_scaler=Scaler(np.zeros(3), np.ones(3)),
        )
    )
    assert np.isfinite(model.outputs).all()
    assert export(model, tmp_path / "again.npz").rows == len(model.rows) > 50


def test_that_nothing_is_proved_by_no_rows(tmp_path: Path) -> None:
    with pytest.raises(ExportFailedError, match="no row"):
        export(trained("circle").first(0), tmp_path / "weights.npz")
    assert not list(tmp_path.iterdir())
