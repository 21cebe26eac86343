"""Keras files read without Keras: what cannot be read is named, and nothing in them is executed."""

import contextlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pipeline_cases import made, rows_for

from playground.experiment.files import BadFileError
from playground.export import keras_archive, keras_file, keras_reading

Change = Callable[[dict[str, Any]], None]


def entries(folder: Path) -> dict[str, bytes]:
    """Return what a file of ours holds, without our description."""
    path = folder / "whole.keras"
    keras_file.write(made((4, "relu"), ("batch_norm", 0), (4, "tanh")), path)
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    return {**kept, "metadata.json": b"{}"}


def put(kept: dict[str, bytes], folder: Path) -> Path:
    path = folder / "net.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in kept.items():
            archive.writestr(name, content)
    return path


def changed(folder: Path, change: Change) -> Path:
    """Return a file whose layers, by their names, have gone through a change."""
    kept = entries(folder)
    config = json.loads(kept["config.json"])
    change({one["name"]: one for one in config["config"]["layers"]} | {"": config})
    return put({**kept, "config.json": json.dumps(config).encode()}, folder)


def test_that_a_file_without_our_description_answers_the_same(tmp_path: Path) -> None:
    pipeline = made((4, "relu"), ("batch_norm", 0), (4, "tanh"))
    found, notes = keras_reading.read(put(entries(tmp_path), tmp_path))
    rows = rows_for(pipeline.columns)
    np.testing.assert_allclose(found.outputs(rows), pipeline.outputs(rows), atol=1e-6)
    assert [shape.kind for shape in found.shapes] == ["dense", "batch_norm", "dense", "dense"]
    assert "two classes" in notes[-1]


def lambda_(layers: dict[str, Any]) -> None:
    layers["layer_2"].update(class_name="Lambda", config={"function": "import os"})


def custom(layers: dict[str, Any]) -> None:
    layers["layer_2"].update(module="my_package", registered_name="mine>Norm")


def twice(layers: dict[str, Any]) -> None:
    layers["layer_2"]["inbound_nodes"] *= 2


def early(layers: dict[str, Any]) -> None:
    layers[""]["config"]["output_layers"] = ["layer_1", 0, 0]


def bare(layers: dict[str, Any]) -> None:
    (node,) = layers["inputs_truedivide_2"]["inbound_nodes"]
    node["kwargs"] = node.pop("args")


REFUSED: dict[str, tuple[Change, str]] = {
    "an operation that takes nothing": (bare, r"TrueDivide .* is no operation of a fully connected network"),
    "a lambda": (lambda_, r"has Lambda \(layer layer_2\), which holds a program, and none is executed"),
    "a custom layer": (custom, r"BatchNormalization \(layer layer_2\), which is no layer of Keras itself"),
    "another layer": (
        lambda one: one["layer_2"].update(class_name="Conv1D"),
        r"has Conv1D \(layer layer_2\)",
    ),
    "a shared layer": (twice, "used more than once"),
    "an output in the middle": (early, "in the middle"),
    "an activation": (
        lambda one: one["layer_1"]["config"].update(activation="gelu"),
        r"Dense \(layer layer_1\), which has the activation “gelu”",
    ),
    "no columns": (lambda one: one["x"]["config"].update(batch_shape=None), "how many columns"),
    "many columns": (
        lambda one: one["x"]["config"].update(batch_shape=[None, 10**14]),
        "100,000,000,000,000",
    ),
    "a subclass": (
        lambda one: one[""].update(class_name="Mine"),
        "is a Mine; only Sequential and Functional",
    ),
    "no layers": (lambda one: one[""]["config"].update(layers=7), "does not describe its layers"),
    "a rate that is no number": (
        lambda one: one["layer_2"]["config"].update(epsilon="small"),
        "epsilon that is no number",
    ),
    "numbers that are missing": (lambda one: one["layer_2"]["config"].update(scale=False), "needs 3 arrays"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_that_what_cannot_be_read_is_named(name: str, tmp_path: Path) -> None:
    change, said = REFUSED[name]
    with pytest.raises(BadFileError, match=said) as caught:
        keras_reading.read(changed(tmp_path, change))
    assert str(caught.value).startswith("net.keras ")
    assert str(caught.value).endswith(".")


def weights(fill: Callable[[Any], None]) -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        fill(file.create_group("layers/dense/vars"))
    return buffer.getvalue()


def linked(group: Any) -> None:
    group["0"] = h5py.ExternalLink("/etc/passwd", "/0")


def outside(group: Any) -> None:
    group.create_dataset("0", (2, 4), "f4", external=[("/etc/passwd", 0, 32)])


def empty(group: Any) -> None:
    group.create_dataset("0", (10**6, 10**6), "f4", chunks=(1000, 1000), compression="gzip")


def texts(group: Any) -> None:
    group.create_dataset("0", data=["one", "two"])


@pytest.mark.parametrize(
    ("fill", "said"),
    [(linked, "no plain “0”"), (outside, "another file"), (empty, "promises"), (texts, "something else")],
)
def test_that_numbers_that_do_not_stand_in_the_file_are_refused(
    fill: Callable[[Any], None], said: str, tmp_path: Path
) -> None:
    with pytest.raises(BadFileError, match=said):
        keras_reading.read(put({**entries(tmp_path), "model.weights.h5": weights(fill)}, tmp_path))


def test_that_what_is_no_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.keras"
    with pytest.raises(BadFileError, match="There is no file"):
        keras_reading.read(path)
    path.write_bytes(b"\x89HDF no zip")
    with pytest.raises(BadFileError, match=r"damaged, or is no \.keras file"):
        keras_reading.read(path)
    with pytest.raises(BadFileError, match=r"lacks config\.json or model\.weights\.h5"):
        keras_reading.read(put({"other.txt": b"text"}, tmp_path))
    with pytest.raises(BadFileError, match="is no JSON"):
        keras_reading.read(put({**entries(tmp_path), "metadata.json": b"[" * 100_000}, tmp_path))


def test_that_no_more_than_a_limit_is_inflated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put({**entries(tmp_path), "config.json": b" " * 1_000_000}, tmp_path)
    monkeypatch.setattr(keras_archive, "MOST_TEXT", 1000)
    with pytest.raises(BadFileError, match=r"too much to be opened"):
        keras_reading.read(path)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    where=st.sampled_from(["", "config.json", "model.weights.h5"]),
    cut=st.integers(0, 4000),
    changes=st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=6),
)
def test_that_no_bytes_do_worse_than_be_refused(
    where: str, cut: int, changes: list[tuple[int, int]], tmp_path: Path
) -> None:
    kept = entries(tmp_path)
    damaged = bytearray(kept[where] if where else put(kept, tmp_path).read_bytes())
    for place, value in changes:
        damaged[place % len(damaged)] = value
    left = bytes(damaged[: len(damaged) - cut % len(damaged)] if cut % 3 == 1 else damaged)
    path = put({**kept, where: left}, tmp_path) if where else tmp_path / "net.keras"
    if not where:
        path.write_bytes(left)
    with contextlib.suppress(BadFileError):
        assert keras_reading.read(path)[0].shapes
