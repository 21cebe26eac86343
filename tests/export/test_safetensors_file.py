"""safetensors: the names and shapes that PyTorch's modules have, and texts for people."""

import json
from pathlib import Path

import numpy as np
import pytest
from pipeline_cases import cases, made
from safetensors import safe_open

from playground.engine.layers import EPSILON, LAYERS
from playground.export import safetensors_file
from playground.export.model import ExportFailedError

TORCH = {
    "dense": {"weight": ("out", "in"), "bias": ("out",)},
    "batch_norm": {
        "weight": ("out",),
        "bias": ("out",),
        "running_mean": ("out",),
        "running_var": ("out",),
        "num_batches_tracked": (),
    },
    "layer_norm": {"weight": ("out",), "bias": ("out",)},
    "dropout": {},
    "skip": {},
}
"""What state_dict() of torch.nn.Linear, BatchNorm1d, LayerNorm, Dropout and Identity holds (PyTorch 2.13)."""


@pytest.mark.parametrize("name", [f"{kind.key} float32" for kind in LAYERS if kind.key != "dense"])
def test_that_arrays_have_the_names_and_shapes_of_a_torch_module(name: str, tmp_path: Path) -> None:
    pipeline = cases()[name]
    safetensors_file.write(pipeline, tmp_path / "net.safetensors")
    wanted = {}
    for place, shape in enumerate(pipeline.shapes):
        sizes = {"out": shape.units, "in": shape.inputs}
        for theirs, axes in TORCH[shape.kind].items():
            wanted[f"layers.{place}.{theirs}"] = tuple(sizes[axis] for axis in axes)
    with safe_open(tmp_path / "net.safetensors", framework="np") as file:
        found = {key: file.get_tensor(key).shape for key in file.keys()}  # noqa: SIM118
        dtypes = {file.get_tensor(key).dtype.name for key in found if "num_batches" not in key}
    assert found == wanted
    assert dtypes == {"float32"}


def test_that_the_epsilon_is_the_one_that_torch_has_by_itself() -> None:
    assert EPSILON == 1e-5


def test_that_the_texts_say_what_the_columns_are(tmp_path: Path) -> None:
    pipeline = made((4, "tanh"), columns=("length", "größe"), scaling="log", encoding="one_hot")
    safetensors_file.write(pipeline, tmp_path / "net.safetensors")
    with safe_open(tmp_path / "net.safetensors", framework="np") as file:
        said = {key: json.loads(text) for key, text in file.metadata().items()}
    assert said["columns"] == said["features"] == ["length", "größe"]
    assert said["classes"] == ["a", "b", "c"]
    assert said["scaling"]["größe"]["logarithm"]
    assert said["scaling"]["length"]["mean"] == pipeline.input_scaler.mean[0]


def test_that_texts_that_are_too_long_are_refused_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safetensors_file, "LONGEST_HEADER", 1000)
    with pytest.raises(ExportFailedError, match=r"\.npz"):
        safetensors_file.write(made((4, "tanh"), scaling="whitened"), tmp_path / "net.safetensors")


def test_that_no_number_is_lost(tmp_path: Path) -> None:
    pipeline = cases()["all kinds float64"]
    safetensors_file.write(pipeline, tmp_path / "net.safetensors")
    with safe_open(tmp_path / "net.safetensors", framework="np") as file:
        kept = sum(file.get_tensor(k).size for k in file.keys() if "num_batches" not in k)  # noqa: SIM118
        last = file.get_tensor(f"layers.{len(pipeline.shapes) - 1}.weight")
    assert kept == pipeline.parameters
    np.testing.assert_array_equal(last, pipeline.weights[-1])
