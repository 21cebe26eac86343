"""Dense layers found in arrays that another program has named, by their names and their shapes.

    fc1.weight, fc1.bias     0.weight, 0.bias     dense/kernel, dense/bias
    weight_1, bias_1         W1, b1               coefs_0, intercepts_0        arr_0, arr_1

are a matrix and a bias each. A matrix is (units, inputs) or (inputs, units): what the biases and the layers
before and after allow, else what such names mean. Activations stand in texts of the file, if anywhere.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from playground.engine.activations import ACTIVATIONS
from playground.experiment.files import BadFileError
from playground.export.foreign import Chain, ForeignError
from playground.export.pipeline import Pipeline

Arrays = Mapping[str, npt.NDArray[Any]]
Texts = Mapping[str, tuple[str, ...]]

NAME = re.compile(
    r"(?:(?P<layer>.*?)[./_-])?(?P<role>weights?|kernel|coefs?|w|bias(?:es)?|intercepts?|b)[_.]?(?P<number>\d*)(?::0)?",
    re.IGNORECASE,
)
INPUTS_FIRST = ("kernel", "coef", "coefs", "w")
"""Names of matrices that mostly are (inputs, units)."""

ACTIVATION_TEXTS = ("activations", "activation", "hidden_activation")
OUTPUT_TEXTS = ("output_activation", "out_activation", "out_activation_")
CLASS_TEXTS = ("classes", "classes_", "class_names")
COLUMN_TEXTS = ("columns", "feature_names", "feature_names_in_")
TEXTS = (*ACTIVATION_TEXTS, *OUTPUT_TEXTS, *CLASS_TEXTS, *COLUMN_TEXTS)
"""Names under which texts are looked for."""

SAME = {"identity": "linear", "none": "linear", "logistic": "sigmoid", "silu": "swish", "sin": "sine"}
"""Names that other programs have for activations of ours; `leaky-relu` and the like are found as well."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A matrix and a bias with their names; `weight` is (units, inputs) once it has been turned."""

    name: str
    role: str
    weight: npt.NDArray[Any]
    bias: npt.NDArray[Any]

    def turned(self) -> "Layer":
        """Return the layer with its matrix the other way round."""
        return Layer(self.name, self.role, self.weight.T, self.bias)

    @property
    def fits(self) -> bool:
        """Whether there is a bias for each unit."""
        return len(self.bias) == len(self.weight)


def pipeline_of(arrays: Arrays, texts: Texts, where: str) -> tuple[Pipeline, tuple[str, ...]]:
    """Return the pipeline that arrays make, and notes on what was assumed.

    `texts` are lists of words under names such as TEXTS has. Raises BadFileError, naming the file `where`.
    """
    layers, notes = _in_order(_layers(arrays, where), where)
    keys = _activations(texts, len(layers), notes, where)
    try:
        chain = Chain(layers[0].weight.shape[1])
        for layer, key in zip(layers, keys, strict=True):
            value = chain.dense(chain.latest, layer.weight.astype(np.float64), layer.bias.astype(np.float64))
            if key != "linear":
                chain.activation(value, key)
    except ForeignError as error:
        raise BadFileError(f"{where} {error}.") from error
    columns = _first(texts, COLUMN_TEXTS)
    wide = any(array.dtype.itemsize > 4 for layer in layers for array in (layer.weight, layer.bias))
    with np.errstate(all="ignore"):
        pipeline = chain.pipeline(
            where, columns, _first(texts, CLASS_TEXTS), "float64" if wide else "float32"
        )
    if pipeline.columns != columns:
        notes.append(f"It does not name all of its inputs: they are called {pipeline.columns[0]} and so on.")
    return pipeline, (*notes, *chain.notes)


def texts_of(metadata: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return lists that stand in texts, as JSON or with commas between."""
    return {key.lower(): _list(text) for key, text in metadata.items() if key.lower() in TEXTS}


def _list(text: str) -> tuple[str, ...]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = text.split(",")
    return tuple(str(one).strip() for one in (found if isinstance(found, list) else [found]))


def _first(texts: Texts, names: Sequence[str]) -> tuple[str, ...]:
    return next((texts[name] for name in names if texts.get(name)), ())


# Layers -----------------------------------------------------------------------------------------------------


def _layers(arrays: Arrays, where: str) -> list[Layer]:
    """Return the layers in the order of their names; BadFileError names an array that is none of theirs."""
    weights: dict[tuple[Any, ...], tuple[str, npt.NDArray[Any]]] = {}
    biases: dict[tuple[Any, ...], npt.NDArray[Any]] = {}
    names: dict[tuple[Any, ...], str] = {}
    for name, array in _by_pairs(arrays).items():
        found = NAME.fullmatch(name)
        role = found["role"].lower() if found and array.dtype.kind in "fiu" else ""
        size = [length for length in array.shape if length != 1]
        key = _sortable(f"{found['layer'] or ''} {found['number']}") if found else ()
        if role.startswith(("b", "i")) and len(size) < 2 and key not in biases:
            biases[key] = array.ravel()
        elif role and not role.startswith(("b", "i")) and array.ndim == 2 and key not in weights:
            weights[key], names[key] = (role, array), name
        else:
            raise BadFileError(
                f"{where} holds “{name}” of shape {array.shape}, which is no part of fully connected layers. "
                "Save the weights and biases of such layers alone."
            )
    if not weights:
        raise BadFileError(
            f"{where} holds no layers that could be told by their names, such as weight_1 and bias_1."
        )
    alone = next((key for key in biases if key not in weights), None)
    if alone is not None:
        raise BadFileError(f"{where} holds biases without a matrix of the same name.")
    return [_layer(names[key], *weights[key], biases.get(key)) for key in sorted(weights)]


def _layer(name: str, role: str, weight: npt.NDArray[Any], bias: npt.NDArray[Any] | None) -> Layer:
    """Return a layer whose matrix is (units, inputs) if such names mean what they mostly do."""
    turned = weight.T if role in INPUTS_FIRST else weight
    return Layer(name, role, turned, np.zeros(len(turned), weight.dtype) if bias is None else bias)


def _by_pairs(arrays: Arrays) -> Arrays:
    """Return what `numpy.savez` has numbered, arr_0, arr_1 and so on, as matrices and biases."""
    if not all(re.fullmatch(r"arr_\d{1,9}", name) for name in arrays):
        return arrays
    named: dict[str, npt.NDArray[Any]] = {}
    matrix = ""
    for name in sorted(arrays, key=_sortable):
        flat = max(arrays[name].shape, default=1) == arrays[name].size
        is_bias = flat and matrix != "" and f"{matrix}_b" not in named
        matrix = matrix if is_bias else name
        named[f"{matrix}_{'b' if is_bias else 'w'}"] = arrays[name]
    return named


def _sortable(text: str) -> tuple[Any, ...]:
    """Return what sorts texts by the numbers in them: layers.10 comes after layers.2."""
    parts = re.split(r"(\d+)", text)
    return tuple((part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts)


def _in_order(layers: list[Layer], where: str) -> tuple[list[Layer], list[str]]:
    """Return the layers so that each takes what the one before gives, and notes on what was not certain."""
    turned = [layer.turned() for layer in layers]
    for found in (layers, turned):
        if _follow(found):
            return found, _doubts(found)
    for found in (_by_widths(layers), _by_widths(turned)):
        if _follow(found):
            names = ", ".join(f"“{layer.name}”" for layer in found)
            return found, [f"The layers were put in the order that their shapes allow: {names}."]
    raise BadFileError(f"{where} cannot be used: {_what_is_wrong(layers)}.")


def _follow(layers: Sequence[Layer]) -> bool:
    return (
        bool(layers)
        and all(layer.fits for layer in layers)
        and all(len(before.weight) == after.weight.shape[1] for before, after in pairwise(layers))
    )


def _doubts(layers: list[Layer]) -> list[str]:
    if all(len(set(layer.weight.shape)) == 1 for layer in layers) and layers[0].role in ("w", "weights"):
        meant = "(inputs, units)" if layers[0].role in INPUTS_FIRST else "(units, inputs)"
        return [f"All matrices are square: they were read as {meant}."]
    return []


def _by_widths(layers: Sequence[Layer]) -> list[Layer]:
    """Return the layers as their widths follow each other; nothing where two take as many values."""
    takes = {layer.weight.shape[1]: layer for layer in layers}
    starts = set(takes) - {len(layer.weight) for layer in layers}
    if len(takes) != len(layers) or len(starts) != 1:
        return []
    (width,) = starts
    found: list[Layer] = []
    while width in takes and len(found) < len(layers):
        found.append(takes[width])
        width = len(found[-1].weight)
    return found if len(found) == len(layers) else []


def _what_is_wrong(layers: Sequence[Layer]) -> str:
    """Return the first reason why layers do not follow each other."""
    for layer in layers:
        if len(layer.bias) not in layer.weight.shape:
            return f"“{layer.name}” of shape {layer.weight.shape} has {len(layer.bias)} biases"
    for before, after in pairwise(layers):
        if len(before.weight) != after.weight.shape[1]:
            return (
                f"“{after.name}” takes {after.weight.shape[1]} values, but “{before.name}” gives "
                f"{len(before.weight)}"
            )
    return "the biases are for matrices the other way round"


# Activations ------------------------------------------------------------------------------------------------


def _activations(texts: Texts, layers: int, notes: list[str], where: str) -> list[str]:
    """Return the activation of every layer; what is not said is assumed, of which a note tells."""
    said = [_activation(text, where) for text in _first(texts, ACTIVATION_TEXTS)]
    output = [_activation(text, where) for text in _first(texts, OUTPUT_TEXTS)]
    if len(output) > 1:
        raise BadFileError(f"{where} names {len(output)} activations for its output.")
    if len(said) == layers:
        return said[:-1] + (output or said[-1:])
    if len(said) == 1:
        said *= layers - 1
    if len(said) not in (0, layers - 1):
        raise BadFileError(f"{where} names {len(said)} activations for {layers} layers.")
    if not said and layers > 1:
        notes.append("It does not say which activations it has: ReLU was assumed in the hidden layers.")
    if not output:
        notes.append("It does not say which activation its output has: none was assumed.")
    return (said or ["relu"] * (layers - 1)) + (output or ["linear"])


def _activation(text: str, where: str) -> str:
    """Return our key of an activation."""

    def bare(name: str) -> str:
        return re.sub(r"[^a-z0-9]", "", name.lower())

    known = {bare(one.key): one.key for one in ACTIVATIONS} | SAME
    if bare(text) not in known:
        allowed = ", ".join(one.key for one in ACTIVATIONS)
        raise BadFileError(
            f"{where} names the activation “{text[:40]}”, which is not among those here: {allowed}."
        )
    return known[bare(text)]
