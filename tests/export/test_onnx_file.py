"""An ONNX file answers as the engine does: in ONNX's own evaluator, in onnxruntime, and read again."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from pipeline_cases import cases, made, odd, rows_for

from playground.experiment import files
from playground.export import onnx_file, onnx_reading
from playground.export.model import ExportFailedError
from playground.export.pipeline import Pipeline
from playground.training.session import Session

TOLERANCE = {"float32": 1e-6, "float64": 1e-12}


def assert_close(pipeline: Pipeline, found: Any, wanted: Any) -> None:
    scale = TOLERANCE[pipeline.precision] * max(1.0, np.abs(wanted).max())
    np.testing.assert_allclose(found, wanted, rtol=0, atol=scale)


def run(path: Path, rows: Any) -> list[Any]:
    session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    found: list[Any] = session.run(None, {"x": rows})
    return found


@pytest.mark.parametrize("name", cases())
def test_that_onnxruntime_and_the_evaluator_answer_as_the_engine_does(name: str, tmp_path: Path) -> None:
    pipeline, path = cases()[name], tmp_path / "network.onnx"
    rows = rows_for(pipeline.columns)
    wanted = pipeline.outputs(rows)
    onnx_file.write(pipeline, path)
    assert_close(pipeline, onnx_file.predict(path, rows), wanted)
    outputs, *labels = run(path, rows)
    assert_close(pipeline, outputs, wanted)
    assert [list(one) for one in labels] == ([pipeline.answers(outputs)] if pipeline.classes else [])


@pytest.mark.parametrize("name", files.examples())
def test_that_onnxruntime_runs_every_example(name: str, tmp_path: Path) -> None:
    experiment = files.example(name)
    session = Session.for_experiment(experiment)
    session.train_epoch()
    model = session.trained_model(experiment)
    onnx_file.write(model.pipeline, tmp_path / "network.onnx")
    assert_close(model.pipeline, run(tmp_path / "network.onnx", model.rows)[0], model.outputs)


@pytest.mark.parametrize("name", cases())
def test_that_a_file_brings_the_same_pipeline_back(name: str, tmp_path: Path) -> None:
    pipeline, path = cases()[name], tmp_path / "network.onnx"
    onnx_file.write(pipeline, path)
    found, notes = onnx_reading.read(path)
    rows = rows_for(pipeline.columns)
    np.testing.assert_array_equal(found.outputs(rows), pipeline.outputs(rows))
    assert (found.columns, found.classes, found.features) == (
        pipeline.columns,
        pipeline.classes,
        pipeline.features,
    )
    assert notes == ()


def test_that_one_row_and_many_are_answered_by_one_file(tmp_path: Path) -> None:
    pipeline, path = made((4, "tanh"), features=("2*3", "x2")), tmp_path / "network.onnx"
    onnx_file.write(pipeline, path)
    for count in (1, 7):
        rows = rows_for(pipeline.columns)[:count]
        assert_close(pipeline, run(path, rows)[0], pipeline.outputs(rows))


def test_that_columns_of_large_numbers_lose_nothing(tmp_path: Path) -> None:
    plain = made((4, "tanh"), columns=("year", "id", "c"), encoding="real")
    rows = rows_for(plain.columns) * 1e-3 + np.array([2024.0, 1e9, 0.0])
    fitted = replace(plain.input_scaler, mean=rows.mean(axis=0), scale=rows.std(axis=0))
    pipeline = replace(plain, input_scaler=fitted)
    onnx_file.write(pipeline, tmp_path / "network.onnx")
    wanted = pipeline.outputs(rows)
    assert np.ptp(wanted) > 1.0
    assert_close(pipeline, run(tmp_path / "network.onnx", rows)[0], wanted)


def test_that_any_program_can_show_what_goes_in_and_comes_out(tmp_path: Path) -> None:
    pipeline = odd()
    onnx_file.write(pipeline, tmp_path / "network.onnx")
    model = onnx.load(tmp_path / "network.onnx")
    kept = {one.key: one.value for one in model.metadata_props}
    assert tuple(json.loads(kept["columns"])) == pipeline.columns
    assert tuple(json.loads(kept["classes"])) == pipeline.classes
    assert [one.name for one in model.graph.input] == ["x"]
    assert [one.name for one in model.graph.output] == ["outputs", "label"]
    assert [(one.domain, one.version) for one in model.opset_import] == [("", onnx_file.OPSET)]
    assert {node.op_type for node in model.graph.node} >= {"Gemm", "Tanh", "Softmax"}


def test_that_no_node_is_written_that_nothing_uses(tmp_path: Path) -> None:
    for pipeline in cases().values():
        onnx_file.write(pipeline, tmp_path / "network.onnx")
        graph = onnx.load(tmp_path / "network.onnx").graph
        used = {name for node in graph.node for name in node.input} | {one.name for one in graph.output}
        assert all(set(node.output) <= used for node in graph.node)
        assert {tensor.name for tensor in graph.initializer} <= used


def test_that_a_network_too_large_for_the_format_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_file, "LARGEST", 20)
    with pytest.raises(ExportFailedError, match="NumPy arrays"):
        onnx_file.write(made((4, "tanh")), tmp_path / "network.onnx")
    assert not list(tmp_path.iterdir())
