"""Reads `.keras` files without Keras: our own by their description, others layer by layer.

The layers are taken from `config.json`, which is data; nothing in the file is imported or executed, so that a
Lambda is refused.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from playground.engine.activations import LEAK
from playground.experiment.files import BadFileError
from playground.export.arrays import restored
from playground.export.description import read as read_description
from playground.export.foreign import Array, Chain, ForeignError
from playground.export.keras_archive import Archive, layers_of, opened
from playground.export.keras_file import BUILT_IN, CLASSES, VARIABLES, group_name
from playground.export.pipeline import Pipeline

ACTIVATIONS = {theirs: ours for ours, theirs in BUILT_IN.items()} | {"swish": "swish"}
PASSING = frozenset({"Flatten", "Identity", "ActivityRegularization", "GaussianNoise"})
"""Layers that change nothing after training, or only how values are laid out."""
SMALLEST_DEVIATION = 1e-7
"""Below it, Keras's Normalization does not divide by a deviation."""


class Entry(BaseModel):
    """One layer or operation in a configuration."""

    model_config = ConfigDict(extra="ignore")

    class_name: str
    module: str | None = None
    name: str = ""
    config: dict[str, Any] = {}
    build_config: dict[str, Any] | None = None
    inbound_nodes: list[Any] = []


class Model(BaseModel):
    """A whole configuration, as far as it is looked at."""

    model_config = ConfigDict(extra="ignore")

    class_name: str
    config: dict[str, Any]


def read(path: Path) -> tuple[Pipeline, tuple[str, ...]]:
    """Return the pipeline in a file, and notes on what was taken how; BadFileError says why it cannot be."""
    archive = opened(path)
    try:
        # Numbers that overflow are found when all are there.
        with np.errstate(all="ignore"):
            if archive.description:
                return _restored(archive, path.name), ()
            reader = _Reader(archive)
            return reader.pipeline(path.name), tuple(reader.chain.notes)
    except ForeignError as error:
        raise BadFileError(f"{path.name} {error}.") from error


def _restored(archive: Archive, where: str) -> Pipeline:
    """Return the pipeline of a file of ours."""
    description = read_description(archive.description, where)
    kept, counts = layers_of(archive.weights), dict[str, int]()
    if description.inputs.rotation is not None:
        group_name("Dense", counts)
    layers: list[dict[str, Any]] = []
    for layer in description.layers:
        names = VARIABLES.get(layer.kind, ())
        arrays = kept.get(group_name(CLASSES[layer.kind], counts), []) if names else []
        given = dict(zip(names, arrays, strict=False))
        layers.append(given | ({"weight": given["weight"].T} if "weight" in given else {}))
    return restored(description, layers, where)


# The layers -------------------------------------------------------------------------------------------------


class _Reader:
    """Follows a configuration, layer by layer, and brings what it computes into a chain of layers."""

    def __init__(self, archive: Archive) -> None:
        try:
            model = Model.model_validate_json(archive.config)
            self.entries = [Entry.model_validate(one) for one in model.config.get("layers") or []]
        except (ValidationError, TypeError):
            raise ForeignError("does not describe its layers as Keras 3 does") from None
        if model.class_name not in ("Sequential", "Functional"):
            raise ForeignError(
                f"is a {model.class_name}; only Sequential and Functional models can be opened"
            )
        self.model = model
        self.kept = layers_of(archive.weights)
        self.counts: dict[str, int] = {}
        self.types: set[str] = set()
        self.known: dict[str, int] = {}
        self.chain = Chain(self._columns())

    def _columns(self) -> int:
        """Return how many numbers a row has."""
        for entry in self.entries[:1]:
            for shape in (entry.config.get("batch_shape"), (entry.build_config or {}).get("input_shape")):
                if isinstance(shape, list) and len(shape) > 1 and all(type(one) is int for one in shape[1:]):
                    return int(np.prod(shape[1:], dtype=object))
        raise ForeignError(
            "does not say how many columns it takes: give it an Input layer, and save it again"
        )

    def pipeline(self, where: str) -> Pipeline:
        """Return all of it."""
        sequential = self.model.class_name == "Sequential"
        for place, entry in enumerate(self.entries):
            name = entry.name or str(entry.config.get("name", ""))
            try:
                if entry.class_name == "InputLayer":
                    if self.known:
                        raise ForeignError("is a second input, where one with all columns is needed")
                    self.known[name] = self.chain.latest
                    continue
                given = [self.chain.latest] if sequential else self._given(entry)
                self.known[name] = self._taken(entry, given)
            except ForeignError as error:
                called = f"{entry.class_name} (layer {name or place + 1})"
                raise ForeignError(f"has {called}, which {error}") from error
        if not sequential:
            self._check_output()
        precision = "float64" if self.types == {"float64"} else "float32"
        return self.chain.pipeline(where, precision=precision)

    def _check_output(self) -> None:
        outputs = self.model.config.get("output_layers")
        outputs = outputs[0] if isinstance(outputs, list) and len(outputs) == 1 else outputs
        name = outputs[0] if isinstance(outputs, list) and outputs else None
        if not isinstance(name, str) or self.known.get(name) != self.chain.latest:
            raise ForeignError("answers with several values, or with those of a layer in the middle")

    def _given(self, entry: Entry) -> list[int]:
        """Return the values that a layer of a Functional model takes."""
        if len(entry.inbound_nodes) != 1 or not isinstance(entry.inbound_nodes[0], dict):
            raise ForeignError("is used more than once, or was saved by a Keras before 3")
        names = list(_histories(entry.inbound_nodes[0]))
        if any(name not in self.known for name in names) or not names:
            raise ForeignError("takes what no layer before it gives")
        return [self.known[name] for name in names]

    def _taken(self, entry: Entry, given: list[int]) -> int:
        """Return the value that a layer gives."""
        kind, module = entry.class_name, str(entry.module or "")
        if not module.startswith(("keras.layers", "keras.src.")):
            raise ForeignError("is no layer of Keras itself")
        if module.startswith("keras.src.ops") or kind == "Add":
            return self._operation(entry, given)
        handlers: Mapping[str, Callable[[Entry, int], int]] = {
            "Dense": self._dense,
            "Activation": self._activation,
            "ReLU": self._relu,
            "LeakyReLU": self._leaky,
            "ELU": self._elu,
            "Softmax": self._softmax,
            "Dropout": lambda entry, value: self.chain.dropout(value, _number(entry, "rate", 0.5)),
            "BatchNormalization": self._batch_norm,
            "LayerNormalization": self._layer_norm,
            "Normalization": self._normalization,
            "Rescaling": self._rescaling,
            **{passing: lambda _entry, value: value for passing in PASSING},
        }
        if kind == "Lambda":
            raise ForeignError("holds a program, and none is executed here: build it from layers instead")
        if kind not in handlers:
            raise ForeignError("is no layer of a fully connected network that can be opened here")
        if len(given) != 1:
            raise ForeignError("takes several values")
        return handlers[kind](entry, given[0])

    def _operation(self, entry: Entry, given: list[int]) -> int:
        """Return a sum of two values, or what one number for each value makes of them."""
        kind = entry.class_name
        if kind == "Add" and len(given) == 2:
            return self.chain.skip(*given)
        if kind == "Cast" and len(given) == 1:
            return given[0]
        numbers = _constants(entry.inbound_nodes) if len(given) == 1 else None
        one, zero = np.ones(1), np.zeros(1)
        if numbers is None or kind not in ("Add", "Subtract", "Multiply", "TrueDivide", "Divide"):
            raise ForeignError("is no operation of a fully connected network that can be opened here")
        steps = {"Add": (one, numbers), "Subtract": (one, -numbers), "Multiply": (numbers, zero)}
        return self.chain.affine(given[0], *steps.get(kind, (1.0 / numbers, zero)))

    def _arrays(self, entry: Entry, count: int) -> list[Array]:
        """Return the numbers of a layer."""
        arrays = self.kept.get(group_name(entry.class_name, self.counts), [])
        if len(arrays) != count:
            raise ForeignError(f"needs {count} arrays, and the file has {len(arrays)} for it")
        self.types.update(array.dtype.name for array in arrays)
        return [array.astype(np.float64) for array in arrays]

    def _activated(self, entry: Entry, value: int) -> int:
        """Return the value with the activation that an entry names."""
        written = entry.config.get("activation", "linear")
        if isinstance(written, dict):
            written = (
                written.get("config")
                if written.get("class_name") == "function"
                else written.get("class_name")
            )
        name = "linear" if written is None else str(written)
        key = ACTIVATIONS.get(name)
        if not key:
            raise ForeignError(f"has the activation “{name}”, which is none of those there are here")
        return value if key == "linear" else self.chain.activation(value, key)

    def _dense(self, entry: Entry, value: int) -> int:
        biased = entry.config.get("use_bias", True) is not False
        kernel, *rest = self._arrays(entry, 2 if biased else 1)
        value = self.chain.dense(value, kernel.T, rest[0] if rest else np.zeros(1))
        return self._activated(entry, value)

    def _activation(self, entry: Entry, value: int) -> int:
        return self._activated(entry, value)

    def _relu(self, entry: Entry, value: int) -> int:
        slope = _number(entry, "negative_slope", 0.0)
        if entry.config.get("max_value") is not None or _number(entry, "threshold", 0.0):
            raise ForeignError("has an upper limit or a threshold, which no activation here has")
        return self._sloped(value, slope) if slope else self.chain.activation(value, "relu")

    def _leaky(self, entry: Entry, value: int) -> int:
        return self._sloped(value, _number(entry, "negative_slope", 0.3))

    def _sloped(self, value: int, slope: float) -> int:
        if abs(slope - LEAK) > 1e-6:
            raise ForeignError(f"has a slope of {slope:g} below 0, where the leaky ReLU here has {LEAK:g}")
        return self.chain.activation(value, "leaky_relu")

    def _elu(self, entry: Entry, value: int) -> int:
        if _number(entry, "alpha", 1.0) != 1.0:
            raise ForeignError("has another alpha than 1, which no activation here has")
        return self.chain.activation(value, "elu")

    def _softmax(self, entry: Entry, value: int) -> int:
        if entry.config.get("axis", -1) not in (-1, 1):
            raise ForeignError("does not run over the outputs of each row")
        return self.chain.activation(value, "softmax")

    def _scaled(self, entry: Entry, extra: int) -> tuple[Array, Array, list[Array]]:
        """Return gamma and beta of a norm, which may be left out, and what else it has."""
        axis = entry.config.get("axis", -1)
        if axis not in (-1, 1, [-1], [1]):
            raise ForeignError("runs over another axis than the values of a row")
        scale, center = (entry.config.get(name, True) is not False for name in ("scale", "center"))
        arrays = self._arrays(entry, scale + center + extra)
        gamma = arrays.pop(0) if scale else np.ones(1)
        beta = arrays.pop(0) if center else np.zeros(1)
        return gamma, beta, arrays

    def _batch_norm(self, entry: Entry, value: int) -> int:
        gamma, beta, (mean, variance) = self._scaled(entry, 2)
        return self.chain.batch_norm(value, gamma, beta, mean, variance, _number(entry, "epsilon", 1e-3))

    def _layer_norm(self, entry: Entry, value: int) -> int:
        if entry.config.get("rms_scaling"):
            raise ForeignError("does not take the mean off, which the layer norm here does")
        gamma, beta, _ = self._scaled(entry, 0)
        return self.chain.layer_norm(value, gamma, beta, _number(entry, "epsilon", 1e-3))

    def _normalization(self, entry: Entry, value: int) -> int:
        if entry.config.get("invert") or entry.config.get("axis", -1) not in (-1, 1, [-1], [1]):
            raise ForeignError("scales backwards, or along another axis than the columns")
        if entry.config.get("mean") is not None:
            group_name(entry.class_name, self.counts)
            mean, variance = (_numbers(entry.config.get(name)) for name in ("mean", "variance"))
        else:
            mean, variance, _ = self._arrays(entry, 3)
        factor = 1.0 / np.maximum(np.sqrt(variance), SMALLEST_DEVIATION)
        return self.chain.affine(value, factor.ravel(), -mean.ravel() * factor.ravel())

    def _rescaling(self, entry: Entry, value: int) -> int:
        factor = _numbers(entry.config.get("scale", 1.0))
        return self.chain.affine(value, factor, _numbers(entry.config.get("offset", 0.0)))


def _number(entry: Entry, name: str, usual: float) -> float:
    """Return a number of a configuration, or what it is when it is not given."""
    found = entry.config.get(name, usual)
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise ForeignError(f"has a {name} that is no number")
    return float(found)


def _numbers(found: Any) -> Array:
    """Return one number or a list of them; arrays stand in a configuration as a list and a type."""
    if isinstance(found, dict) and found.get("class_name") == "__numpy__":
        found = found.get("config", {}).get("value") if isinstance(found.get("config"), dict) else None
    try:
        array = np.asarray(found, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        array = np.empty(0)
    if not array.size:
        raise ForeignError("has something else where numbers should be")
    return array.ravel()


def _histories(node: Any) -> Iterator[str]:
    """Yield the names of the layers whose values a node takes, in their order."""
    if isinstance(node, dict):
        config = node.get("config")
        if node.get("class_name") == "__keras_tensor__" and isinstance(config, dict):
            history = config.get("keras_history")
            yield str(history[0]) if isinstance(history, list) and history else ""
        elif "class_name" not in node:
            for value in node.values():
                yield from _histories(value)
    elif isinstance(node, list):
        for value in node:
            yield from _histories(value)


def _constants(nodes: list[Any]) -> Array | None:
    """Return the numbers of an operation on a value and numbers; None when they stand the other way round."""
    args = nodes[0].get("args") if nodes and isinstance(nodes[0], dict) else None
    if not isinstance(args, list) or len(args) != 2 or not list(_histories(args[0])):
        return None
    return _numbers(args[1])
