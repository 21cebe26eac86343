"""A network as arrays with names, layer by layer: what archives hold, and what NumPy alone makes of them.

A dense layer has `weight` (units, inputs) and `bias` (units,); a batch norm `beta`, `gamma`, `mean` and
`variance`, a layer norm `beta` and `gamma`, all (units,); dropout and skip have no arrays.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from playground.data.features import design_matrix
from playground.engine.activations import ACTIVATIONS
from playground.experiment.files import BadFileError
from playground.export.description import Description, restore
from playground.export.pipeline import FloatArray, Pipeline
from playground.tables import by_key

Named = Mapping[str, FloatArray]

NORM_COLUMNS = {"batch_norm": ("gamma", "mean", "variance"), "layer_norm": ("gamma",)}
"""What the columns of a norm's numbers are, after the shift beta."""

SCALING = ("mean", "scale", "rotation", "logged", "floor")


def layout(end: str = "") -> dict[str, str]:
    """Return what each kind of layer computes, in the names of its arrays, which end in `end`."""
    return {
        "dense": f"a = activation(weight{end} @ x + bias{end})",
        "dropout": "a = x: nothing is silenced after training",
        "batch_norm": f"a = gamma{end} * (x - mean{end}) / sqrt(variance{end} + epsilon) + beta{end}",
        "layer_norm": "as batch_norm, with mean and variance over the values of each example",
        "skip": "a = x + what layer `adds` answers; 0 stands for the scaled inputs",
    }


def named(pipeline: Pipeline) -> list[dict[str, FloatArray]]:
    """Return the arrays of every layer by their names."""
    return [
        _named(shape.kind, weights, biases)
        for shape, weights, biases in zip(pipeline.shapes, pipeline.weights, pipeline.biases, strict=True)
    ]


def _named(kind: str, weights: FloatArray, biases: FloatArray) -> dict[str, FloatArray]:
    if kind == "dense":
        return {"weight": weights, "bias": biases}
    if kind in NORM_COLUMNS:
        return {"beta": biases, **dict(zip(NORM_COLUMNS[kind], weights.T, strict=True))}
    return {}


def restored(found: Description, layers: Sequence[Named], where: str) -> Pipeline:
    """Return the pipeline of a description and the arrays of its layers; BadFileError names what is amiss."""
    pairs = []
    for number, layer in enumerate(found.layers, 1):
        arrays = layers[number - 1] if number <= len(layers) else {}
        problem = f"{where} cannot be used: layer {number}"
        if any(array.dtype.kind != "f" for array in arrays.values()):
            raise BadFileError(f"{problem} holds other things than numbers.")
        try:
            blocks = _blocks(layer.kind, layer.units, arrays)
        except KeyError as error:
            raise BadFileError(f"{problem} has no {error.args[0]}.") from None
        except ValueError:
            raise BadFileError(f"{problem} does not have as many numbers as it needs.") from None
        with np.errstate(over="ignore"):
            pairs.append(tuple(block.astype(found.precision, copy=False) for block in blocks))
    weights, biases = zip(*pairs, strict=True)
    return restore(found, weights, biases, where)


def _blocks(kind: str, units: int, arrays: Named) -> tuple[FloatArray, FloatArray]:
    """Return the numbers of one layer as the engine has them; KeyError, ValueError when some are missing."""
    if kind == "dense":
        return arrays["weight"], arrays["bias"]
    if kind in NORM_COLUMNS:
        return np.stack([arrays[name] for name in NORM_COLUMNS[kind]], axis=-1), arrays["beta"]
    return np.empty((units, 0), np.float32), np.empty(0, np.float32)


def scaling(described: Mapping[str, Any]) -> dict[str, FloatArray]:
    """Return the arrays of a scaling that stands in a description's JSON."""
    return {name: np.array(described[name]) for name in SCALING if described.get(name) is not None}


def answers(
    metadata: Mapping[str, Any],
    layers: Sequence[Named],
    rows: npt.NDArray[np.float64],
    inputs: Named | None = None,
    target: Named | None = None,
) -> npt.NDArray[np.float64]:
    """Return the outputs (n, k) for raw rows (n, d) from a description's JSON and named arrays.

    The scalings are those of the description unless a file has arrays of its own for them.
    """
    inputs = inputs or scaling(metadata["inputs"])
    target = target or scaling(metadata["target_scaling"])
    x = design_matrix(rows, tuple(metadata["features"]), tuple(metadata["columns"]))
    values: list[FloatArray] = [_scaled(x, inputs).astype(metadata["precision"])]
    for layer, arrays in zip(metadata["layers"], layers, strict=True):
        values.append(_answer(layer | {"epsilon": metadata["epsilon"]}, values, arrays))
    result: npt.NDArray[np.float64] = values[-1].astype(np.float64)
    return result * target["scale"] + target["mean"] if metadata["target_encoding"] == "real" else result


def _scaled(x: FloatArray, scaling: Named) -> FloatArray:
    """Return features (n, d) as the network takes them."""
    if "logged" in scaling:
        x = np.where(scaling["logged"], np.log(np.maximum(x, scaling["floor"])), x)
    x = x - scaling["mean"]
    if "rotation" in scaling:
        x = x @ scaling["rotation"]
    scaled: FloatArray = x / scaling["scale"]
    return scaled


def _answer(layer: dict[str, Any], values: list[FloatArray], arrays: Named) -> FloatArray:
    """Return what a layer answers (n, units); `values` are the inputs and the answers of all before it."""
    x, kind = values[-1], layer["kind"]
    if kind == "dense":
        z = x @ arrays["weight"].T + arrays["bias"]
        a: FloatArray = np.empty_like(z)
        with np.errstate(all="ignore"):
            by_key(ACTIVATIONS, layer["activation"], "activation").apply(z, a)
        return a
    if kind == "skip":
        added: FloatArray = x + values[layer["adds"]]
        return added
    if kind not in NORM_COLUMNS:
        return x
    if kind == "batch_norm":
        mean, variance = arrays["mean"], arrays["variance"]
    else:
        mean, variance = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    scaled = (x - mean) / np.sqrt(variance + x.dtype.type(layer["epsilon"]))
    result: FloatArray = arrays["gamma"] * scaled + arrays["beta"]
    return result


def texts(array: npt.NDArray[Any]) -> list[str]:
    """Return each number of a vector as the shortest decimal that reads back as the same number."""
    if array.dtype == np.float64:
        return list(map(repr, array.tolist()))  # in two thirds of the time
    result: list[str] = array.astype(np.str_).tolist()
    return result
