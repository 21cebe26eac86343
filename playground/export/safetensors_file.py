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

from playground.experiment.files import BadFileError, content
from playground.export.arrays import answers, named, restored
from playground.export.description import describe
from playground.export.description import read as read_description
from playground.export.foreign import MAX_BYTES
from playground.export.model import ExportFailedError
from playground.export.pipeline import FloatArray, Pipeline
from playground.export.plain_arrays import pipeline_of, texts_of

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
            "The scaling of the inputs is longer than a safetensors file can hold: export to .npz."
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
    from safetensors import safe_open

    with safe_open(path, framework="np") as file:
        description = json.loads(file.metadata()["description"])
        found = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
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


def read(path: Path) -> tuple[Pipeline, tuple[str, ...]]:
    """Return the pipeline in a file, and notes on what was assumed; BadFileError says why it cannot be.

    What is not ours has to be made of Dense layers; see `plain_arrays`.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    data = content(path, MAX_BYTES)
    try:
        found = load(data)
        texts = _texts(data)
    except KeyError as error:
        raise BadFileError(
            f"{path.name} holds numbers of the kind {error.args[0]}, which NumPy does not have. Convert them "
            "to float32 before they are saved."
        ) from None
    except (SafetensorError, ValueError, RecursionError, OverflowError):
        raise BadFileError(f"{path.name} is damaged, or is no safetensors file.") from None
    if "description" in texts:
        description = read_description(texts["description"], path.name)
        layers = by_layer(found, [layer.kind for layer in description.layers])
        return restored(description, layers, path.name), ()
    return pipeline_of(found, texts_of(texts), path.name)


def _texts(data: bytes) -> dict[str, str]:
    """Return the metadata of a file that has been read: its bytes begin with the length of a JSON object."""
    length = int.from_bytes(data[:8], "little")
    texts = json.loads(data[8 : 8 + length]).get("__metadata__") or {}
    return {str(key): str(text) for key, text in texts.items()}
