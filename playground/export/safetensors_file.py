"""safetensors: the arrays as a PyTorch module of the same layers names and shapes them.

Layer i, counted from 0, is `layers.i` of a module with `self.layers = nn.ModuleList([...])`:

    dense       nn.Linear       weight (out, in), bias (out,)
    batch_norm  nn.BatchNorm1d  weight, bias, running_mean, running_var, num_batches_tracked
    layer_norm  nn.LayerNorm    weight, bias
    dropout     nn.Dropout      no arrays; as skip, which has `nn.Identity` in its place

so that `module.load_state_dict(safetensors.torch.load_file(path))` takes them all. Activations belong to
the module's `forward`. The metadata `description` is the JSON that every format of ours carries; `columns`,
`features`, `classes` and `scaling` say the most important of it once more for people.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from playground.export.arrays import answers, named
from playground.export.description import describe
from playground.export.model import ExportFailedError
from playground.export.pipeline import FloatArray, Pipeline

NAMES = {
    "dense": {"weight": "weight", "bias": "bias"},
    "batch_norm": {"gamma": "weight", "beta": "bias", "mean": "running_mean", "variance": "running_var"},
    "layer_norm": {"gamma": "weight", "beta": "bias"},
}
"""How PyTorch calls the arrays of each kind of layer."""


LONGEST_HEADER = 100_000_000
"""Bytes of names and texts that the library reads again."""


def write(pipeline: Pipeline, path: Path) -> None:
    """Write the file; ExportFailedError when its texts are longer than the format allows."""
    from safetensors.numpy import save_file

    texts = metadata(pipeline)
    if sum(len(text.encode()) for text in texts.values()) > 0.9 * LONGEST_HEADER:
        raise ExportFailedError(
            "The scaling of the inputs is longer than a safetensors file can hold: export the network as .npz."
        )
    save_file(tensors(pipeline), path, texts)


def tensors(pipeline: Pipeline) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays by PyTorch's names."""
    found: dict[str, npt.NDArray[Any]] = {}
    for place, (shape, arrays) in enumerate(zip(pipeline.shapes, named(pipeline), strict=True)):
        for name, array in arrays.items():
            found[f"layers.{place}.{NAMES[shape.kind][name]}"] = np.ascontiguousarray(array)
        if shape.kind == "batch_norm":
            # PyTorch asks for it, and does not use it with a momentum that stays.
            found[f"layers.{place}.num_batches_tracked"] = np.array(0, dtype=np.int64)
    return found


def metadata(pipeline: Pipeline) -> dict[str, str]:
    """Return the texts that the file carries."""
    description = describe(pipeline)
    scaler = description.inputs
    scaling = {
        feature: {"mean": mean, "scale": scale, "logarithm": bool(scaler.logged and scaler.logged[place])}
        for place, (feature, mean, scale) in enumerate(
            zip(description.features, scaler.mean, scaler.scale, strict=True)
        )
    }
    return {
        "description": description.model_dump_json(),
        "columns": _text(description.columns),
        "features": _text(description.features),
        "classes": _text(description.classes),
        "scaling": _text(scaling),
    }


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def predict(path: Path, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the outputs (n, k) of the network in a file for raw inputs (n, d), from the file alone."""
    texts, found = _content(path)
    description = json.loads(texts["description"])
    return answers(description, by_layer(found, [layer["kind"] for layer in description["layers"]]), rows)


def by_layer(found: dict[str, npt.NDArray[Any]], kinds: list[str]) -> list[dict[str, FloatArray]]:
    """Return the arrays of layers of these kinds by our names."""
    return [
        {
            name: found[f"layers.{place}.{theirs}"]
            for name, theirs in NAMES.get(kind, {}).items()
            if f"layers.{place}.{theirs}" in found
        }
        for place, kind in enumerate(kinds)
    ]


def _content(path: Path) -> tuple[dict[str, str], dict[str, npt.NDArray[Any]]]:
    from safetensors import safe_open

    with safe_open(path, framework="np") as file:
        return file.metadata() or {}, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
