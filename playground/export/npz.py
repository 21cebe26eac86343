"""NumPy archive: the arrays of every layer by their names, and one JSON text with everything else.

Layers are numbered from 1 as they stand in the metadata's `layers`, the output layer last. A dense layer i
has `weight_i` (units, inputs) and `bias_i` (units,); a batch norm `gamma_i`, `beta_i`, `mean_i`,
`variance_i`, a layer norm `gamma_i` and `beta_i`, all (units,); dropout and skip have no arrays.
`inputs_mean` and `inputs_scale` belong to the features in the order of the metadata's `features`. With
`inputs_logged`, the features marked there are first taken as logarithms, of numbers not below `inputs_floor`;
with `inputs_rotation` (features, features), the centred rows are multiplied by it before they are scaled.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from playground.data.features import design_matrix
from playground.engine.activations import ACTIVATIONS
from playground.export.description import describe
from playground.export.pipeline import FloatArray, Pipeline
from playground.tables import by_key

NORM_COLUMNS = {"batch_norm": ("gamma", "mean", "variance"), "layer_norm": ("gamma",)}
"""What the columns of a norm's numbers are, after the shift beta."""

LAYOUT = {
    "dense": "a = activation(weight_i @ x + bias_i)",
    "dropout": "a = x: nothing is silenced after training",
    "batch_norm": "a = gamma_i * (x - mean_i) / sqrt(variance_i + epsilon) + beta_i",
    "layer_norm": "as batch_norm, with mean and variance over the values of each example",
    "skip": "a = x + what layer `adds` answers; 0 stands for the scaled inputs",
}


def write(pipeline: Pipeline, path: Path) -> None:
    """Write the archive."""
    with path.open("wb") as file:
        np.savez(file, **arrays(pipeline))


def arrays(pipeline: Pipeline) -> dict[str, Any]:
    """Return what the archive holds, by name."""
    metadata = {**describe(pipeline).model_dump(mode="json"), "layout": LAYOUT}
    content: dict[str, Any] = {"metadata": np.array(json.dumps(metadata, ensure_ascii=False))}
    rows = zip(pipeline.shapes, pipeline.weights, pipeline.biases, strict=True)
    for number, (shape, weights, biases) in enumerate(rows, 1):
        for name, array in _named(shape.kind, weights, biases):
            content[f"{name}_{number}"] = array
    content["inputs_mean"] = pipeline.input_scaler.mean
    content["inputs_scale"] = pipeline.input_scaler.scale
    for name in ("rotation", "logged", "floor"):
        if getattr(pipeline.input_scaler, name) is not None:
            content[f"inputs_{name}"] = getattr(pipeline.input_scaler, name)
    content["target_mean"] = pipeline.target_scaler.mean
    content["target_scale"] = pipeline.target_scaler.scale
    return content


def _named(kind: str, weights: FloatArray, biases: FloatArray) -> Iterator[tuple[str, FloatArray]]:
    """Yield the arrays of one layer with the names they have before their number."""
    if kind == "dense":
        yield from (("weight", weights), ("bias", biases))
    elif kind in NORM_COLUMNS:
        yield "beta", biases
        yield from zip(NORM_COLUMNS[kind], weights.T, strict=True)


def predict(path: Path, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the outputs (n, k) of the network in an archive for raw inputs (n, d), from the file alone."""
    with np.load(path, allow_pickle=False) as archive:
        metadata = json.loads(str(archive["metadata"]))
        x = design_matrix(rows, tuple(metadata["features"]), tuple(metadata["columns"]))
        dtype = archive[f"weight_{len(metadata['layers'])}"].dtype
        answers: list[FloatArray] = [_scaled(x, archive).astype(dtype)]
        for number, layer in enumerate(metadata["layers"], 1):
            answers.append(_answer(layer | {"epsilon": metadata["epsilon"]}, number, answers, archive))
        result: npt.NDArray[np.float64] = answers[-1].astype(np.float64)
        if metadata["target_encoding"] == "real":
            result = result * archive["target_scale"] + archive["target_mean"]
        return result


def _scaled(x: FloatArray, archive: Mapping[str, FloatArray]) -> FloatArray:
    """Return features (n, d) as the network takes them."""
    if "inputs_logged" in archive:
        x = np.where(archive["inputs_logged"], np.log(np.maximum(x, archive["inputs_floor"])), x)
    x = x - archive["inputs_mean"]
    if "inputs_rotation" in archive:
        x = x @ archive["inputs_rotation"]
    scaled: FloatArray = x / archive["inputs_scale"]
    return scaled


def _answer(
    layer: dict[str, Any], number: int, answers: list[FloatArray], archive: Mapping[str, FloatArray]
) -> FloatArray:
    """Return what layer `number` answers (n, units); `answers` are the inputs and those of all before it."""
    x, kind = answers[-1], layer["kind"]
    if kind == "dense":
        z = x @ archive[f"weight_{number}"].T + archive[f"bias_{number}"]
        a: FloatArray = np.empty_like(z)
        by_key(ACTIVATIONS, layer["activation"], "activation").apply(z, a)
        return a
    if kind == "skip":
        added: FloatArray = x + answers[layer["adds"]]
        return added
    if kind not in NORM_COLUMNS:
        return x
    if kind == "batch_norm":
        mean, variance = archive[f"mean_{number}"], archive[f"variance_{number}"]
    else:
        mean, variance = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    scaled = (x - mean) / np.sqrt(variance + x.dtype.type(layer["epsilon"]))
    result: FloatArray = archive[f"gamma_{number}"] * scaled + archive[f"beta_{number}"]
    return result
