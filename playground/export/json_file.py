"""JSON: the description with the arrays of every layer as nested lists, at full precision.

`arrays` has one object per layer, in the order of `layers`, with the names of `export/arrays.py`. Numbers are
the shortest decimals that give the same number again in `precision`; a row of a weight matrix is a line.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from playground.experiment import files
from playground.experiment.files import BadFileError
from playground.export.arrays import answers, layout, named, restored, texts
from playground.export.description import describe
from playground.export.description import read as read_description
from playground.export.pipeline import FloatArray, Pipeline


def write(pipeline: Pipeline, path: Path) -> None:
    """Write the file."""
    head = {**describe(pipeline).model_dump(mode="json"), "layout": layout()}
    # Written by hand, since the module json knows float64 alone: a float32 would get twice its digits.
    layers = ",\n  ".join(_object(arrays) for arrays in named(pipeline))
    text = json.dumps(head, indent=1, ensure_ascii=False).removesuffix("\n}")
    path.write_text(f'{text},\n "arrays": [\n  {layers}\n ]\n}}\n', encoding="utf-8")


def _object(arrays: Mapping[str, FloatArray]) -> str:
    """Return the arrays of one layer as JSON."""
    return "{" + ",\n   ".join(f'"{name}": {_list(array)}' for name, array in arrays.items()) + "}"


def _list(array: FloatArray) -> str:
    if array.ndim > 1:
        return "[" + ",\n    ".join(_list(row) for row in array) + "]"
    return "[" + ", ".join(texts(array)) + "]"


def predict(path: Path, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the outputs (n, k) of the network in a file for raw inputs (n, d), from the file alone."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return answers(content, by_layer(content["arrays"], content["precision"]), rows)


def by_layer(found: list[dict[str, Any]], precision: str) -> list[dict[str, FloatArray]]:
    """Return the arrays of every layer; ValueError, TypeError or OverflowError when they are none."""
    return [{name: np.array(numbers, precision) for name, numbers in layer.items()} for layer in found]


def read(path: Path) -> tuple[Pipeline, tuple[str, ...]]:
    """Return the pipeline in a file of ours; there is nothing to note. BadFileError says why it cannot be."""
    data = files.content(path, files.MAX_BYTES)
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise BadFileError(f"{path.name} is not valid JSON, or damaged.") from None
    form = found.pop("format", None) if isinstance(found, dict) else None
    if form == files.FORMAT:
        raise BadFileError(f"{path.name} is an experiment without trained weights: open it as an experiment.")
    if form != files.NETWORK_FORMAT:
        raise BadFileError(f"{path.name} is JSON, but no network that the playground has exported.")
    arrays = found.pop("arrays", None)
    description = read_description(json.dumps(found), path.name)
    try:
        layers = by_layer(arrays, description.precision)
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise BadFileError(f"{path.name} cannot be used: its arrays are not lists of numbers.") from None
    return restored(description, layers, path.name), ()
