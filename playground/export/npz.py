"""NumPy archive: the arrays of every layer by their names, and one JSON text with everything else.

Layers are numbered from 1 as they stand in the metadata's `layers`, the output layer last; the arrays of
layer i are those of `export/arrays.py` with its number: `weight_i`, `bias_i` and so on.
`inputs_mean` and `inputs_scale` belong to the features in the order of the metadata's `features`. With
`inputs_logged`, the features marked there are first taken as logarithms, of numbers not below `inputs_floor`;
with `inputs_rotation` (features, features), the centred rows are multiplied by it before they are scaled.
"""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from playground.export.arrays import SCALING, answers, layout, named
from playground.export.description import describe
from playground.export.pipeline import FloatArray, Pipeline


def write(pipeline: Pipeline, path: Path) -> None:
    """Write the archive."""
    with path.open("wb") as file:
        np.savez(file, **arrays(pipeline))


def arrays(pipeline: Pipeline) -> dict[str, Any]:
    """Return what the archive holds, by name."""
    metadata = {**describe(pipeline).model_dump(mode="json"), "layout": layout("_i")}
    content: dict[str, Any] = {"metadata": np.array(json.dumps(metadata, ensure_ascii=False))}
    for number, layer in enumerate(named(pipeline), 1):
        content |= {f"{name}_{number}": array for name, array in layer.items()}
    for name in SCALING:
        if getattr(pipeline.input_scaler, name) is not None:
            content[f"inputs_{name}"] = getattr(pipeline.input_scaler, name)
    content["target_mean"] = pipeline.target_scaler.mean
    content["target_scale"] = pipeline.target_scaler.scale
    return content


def predict(path: Path, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the outputs (n, k) of the network in an archive for raw inputs (n, d), from the file alone."""
    with np.load(path, allow_pickle=False) as archive:
        content: dict[str, npt.NDArray[Any]] = dict(archive)
    metadata = json.loads(str(content["metadata"]))
    layers = by_layer(content, len(metadata["layers"]))
    return answers(metadata, layers, rows, _of(content, "inputs"), _of(content, "target"))


def by_layer(content: dict[str, npt.NDArray[Any]], count: int) -> list[dict[str, FloatArray]]:
    """Return the arrays of layers 1 to `count` by their names without the number."""
    layers: list[dict[str, FloatArray]] = [{} for _ in range(count)]
    for name, array in content.items():
        found = re.fullmatch(r"([a-z]+)_(\d{1,9})", name)
        if found and 1 <= int(found[2]) <= count:
            layers[int(found[2]) - 1][found[1]] = array
    return layers


def _of(content: dict[str, npt.NDArray[Any]], part: str) -> dict[str, FloatArray]:
    return {name: content[f"{part}_{name}"] for name in SCALING if f"{part}_{name}" in content}
