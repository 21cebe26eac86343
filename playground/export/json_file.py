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

from playground.export.arrays import answers, layout, named, texts
from playground.export.description import describe
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
