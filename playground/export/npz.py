"""NumPy archive: one array per weight matrix and bias, and one JSON text with everything else.

`weight_1` is (units, inputs) of the first layer, `bias_1` (units,); the last number is the output layer.
`inputs_mean` and `inputs_scale` belong to the features in the order of the metadata's `features`.
"""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from playground import paths
from playground.data.features import design_matrix
from playground.engine.activations import ACTIVATIONS
from playground.engine.tables import by_key
from playground.export.model import ExportFailedError, FloatArray, Proof, TrainedModel, compare

VERSION = 1


def write(model: TrainedModel, path: Path) -> Proof:
    """Write the archive and return the proof that the file, read back alone, predicts the same."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays(model))
    try:
        proof = compare(model, predict(buffer.getvalue(), model.rows))
        paths.write_atomically(path, buffer.getvalue())
        written = path.read_bytes()
    except OSError as error:
        raise ExportFailedError(f"{path} could not be written: {error.strerror or error}.") from error
    if written != buffer.getvalue():
        path.unlink(missing_ok=True)
        raise ExportFailedError(f"{path.name} on the disk is not what was written; it has been removed.")
    return proof


def arrays(model: TrainedModel) -> dict[str, Any]:
    """Return what the archive holds, by name."""
    prepared, plan = model.prepared, model.prepared.plan
    metadata = {
        "format": "nn-playground weights",
        "version": VERSION,
        "name": model.experiment.name,
        "columns": list(prepared.columns),
        "features": list(plan.feature_keys),
        "activations": [shape.activation for shape in plan.shapes],
        "task": plan.task,
        "target_encoding": plan.encoding,
        "classes": list(plan.class_names),
        "layout": "weight_i is (units, inputs): z = weight @ x + bias",
    }
    content: dict[str, Any] = {"metadata": np.array(json.dumps(metadata, ensure_ascii=False))}
    for number, (weight, bias) in enumerate(zip(model.weights, model.biases, strict=True), 1):
        content[f"weight_{number}"] = weight
        content[f"bias_{number}"] = bias
    content["inputs_mean"] = prepared.input_scaler.mean
    content["inputs_scale"] = prepared.input_scaler.scale
    content["target_mean"] = prepared.target_scaler.mean
    content["target_scale"] = prepared.target_scaler.scale
    return content


def predict(content: bytes, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the outputs (n, k) of the network in an archive for raw inputs (n, d), from the file alone."""
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        metadata = json.loads(str(archive["metadata"]))
        x = design_matrix(rows, tuple(metadata["features"]), tuple(metadata["columns"]))
        dtype = archive["weight_1"].dtype
        a: FloatArray = ((x - archive["inputs_mean"]) / archive["inputs_scale"]).astype(dtype)
        for number, key in enumerate(metadata["activations"], 1):
            z = a @ archive[f"weight_{number}"].T + archive[f"bias_{number}"]
            a = np.empty_like(z)
            by_key(ACTIVATIONS, key, "activation").apply(z, a)
        result: npt.NDArray[np.float64] = a.astype(np.float64)
        if metadata["target_encoding"] == "real":
            result = result * archive["target_scale"] + archive["target_mean"]
        return result
