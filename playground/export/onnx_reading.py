"""Reads ONNX files: our own by their description, those of other programs operator by operator.

A foreign graph is followed from its input to its output. What computes one number from one number is not
recognised by its name but by what it computes: such nodes are evaluated one by one over a grid of numbers,
and where the curve that results is that of one of our activations (times a factor, plus a shift), it is that
activation, however many nodes it is written with. Nothing in the file is executed but these operators.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from playground.experiment.files import BadFileError, content
from playground.export.arrays import restored
from playground.export.description import read as read_description
from playground.export.foreign import MAX_BYTES, MOST_NUMBERS, Array, Chain, ForeignError
from playground.export.npz import by_layer
from playground.export.onnx_file import DESCRIPTION
from playground.export.onnx_nodes import (
    ELEMENTWISE,
    FOLDED,
    GRID,
    PASSING,
    Value,
    array_of,
    called,
    constant,
    data_of,
    evaluated,
    fits_together,
    floats,
    inputs_of,
    numbers,
    recognised,
    scalar,
    texts,
    uniform,
)
from playground.export.onnx_proof import Claim, prove
from playground.export.pipeline import Pipeline

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, NodeProto, ValueInfoProto

FLOATS = (1, 10, 11, 16)
"""ONNX's numbers for float32, float16, float64 and bfloat16."""
DEFAULT = ("", "ai.onnx")  # the domain of ONNX's own operators
AFFINE = ("Add", "Sub", "Mul", "Div")
MOST_CLASSES = 100_000


class _NamedError(ForeignError):
    """A step that cannot be taken over, with the node already in the message."""


def read(path: Path) -> tuple[Pipeline, tuple[str, ...]]:
    """Return the pipeline in a file, and notes on what was taken how; BadFileError says why it cannot be."""
    from google.protobuf.message import DecodeError
    from onnx import ModelProto

    try:
        model = ModelProto.FromString(content(path, MAX_BYTES))
    except DecodeError:
        raise BadFileError(f"{path.name} is damaged, or is no ONNX file.") from None
    if not model.graph.node:
        raise BadFileError(f"{path.name} holds no network, or is no ONNX file.")
    if any(isinstance(one, bytes) for one in texts(model)):
        raise BadFileError(f"{path.name} is damaged: it has names that are no text.")
    ours = next((prop.value for prop in model.metadata_props if prop.key == DESCRIPTION), None)
    try:
        # Numbers that overflow are found when all are there.
        with np.errstate(all="ignore"):
            if ours is not None and (found := _restored(model, ours, path.name)) is not None:
                return found, ()
            reader = _Reader(model)
            found = reader.pipeline(path.name)
            prove(reader.claim(), reader.chain.unrounded(found), path.name)
            return found, tuple(reader.chain.notes)
    except ForeignError as error:
        raise BadFileError(f"{path.name} {error}.") from error
    except MemoryError:
        raise BadFileError(f"{path.name} needs more memory than there is, so it is not opened.") from None


def _restored(model: "ModelProto", text: str, where: str) -> Pipeline | None:
    """Return the pipeline of a file of ours; None when another program has renamed or merged its numbers."""
    description = read_description(text, where)
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    if f"weight_{len(description.layers)}" not in tensors:
        return None
    found = ((name, array_of(tensor)) for name, tensor in tensors.items())
    # Whole numbers are places of columns, not parameters.
    arrays = {name: array for name, array in found if array.dtype.kind == "f"}
    return restored(description, by_layer(arrays, len(description.layers)), where)


class _Reader:
    """Follows one graph, node by node, and brings what it computes into a chain of layers."""

    def __init__(self, model: "ModelProto") -> None:
        self.graph: GraphProto = model.graph
        self.opset = max((one.version for one in model.opset_import if one.domain in DEFAULT), default=1)
        self.kept = {tensor.name: tensor for tensor in self.graph.initializer}
        self.producers = {name: node for node in self.graph.node for name in node.output if name}
        self.known: dict[str, Value | npt.NDArray[Any]] = {}
        self.types: set[str] = set()
        self.folded = 0
        self.classes: tuple[str, ...] = ()
        self.output = self._answer()
        self.nodes = list(self._needed())
        self.source = self._source()
        self.chain = Chain(self._columns(self.source))
        self.known[self.source.name] = Value(self.chain.latest)

    def pipeline(self, where: str) -> Pipeline:
        """Return all of it."""
        for node in self.nodes:
            try:
                self.known[node.output[0]] = self._taken(node)
            except _NamedError:
                raise
            except ForeignError as error:
                raise ForeignError(f"has {called(node)}, which {error}") from error
        value = self.known.get(self.output)
        if not isinstance(value, Value):
            raise ForeignError("answers what does not depend on its input")
        self._resolved(value)
        classes = self.chain.named("classes", self.classes, max(self.chain.width, 2))
        precision = "float64" if self.types == {"float64"} else "float32"
        return self.chain.pipeline(where, classes=classes, precision=precision)

    def claim(self) -> Claim:
        """Return what is to be proved once it has been followed."""
        followed = frozenset(node.output[0] for node in self.nodes)
        return Claim(self.graph, self.source, self.output, followed, self.known, self.kept, self.opset)

    # What is to be followed ---------------------------------------------------------------------------------

    def _answer(self) -> str:
        """Return the name of the one output that is numbers, and keep the names of classes."""
        for node in self.graph.node:
            if node.op_type == "ArrayFeatureExtractor" and node.input[0] in self.kept:
                self.classes = tuple(
                    str(one) for one in array_of(self.kept[node.input[0]]).ravel()[:MOST_CLASSES]
                )
        found = []
        for output in self.graph.output:
            node = self.producers.get(output.name)
            if node is not None and node.op_type == "ZipMap":
                labels = [
                    one
                    for name in ("classlabels_strings", "classlabels_int64s")
                    for one in numbers(node, name)
                ]
                self.classes = tuple(one.decode() if isinstance(one, bytes) else str(one) for one in labels)
                found.append(node.input[0])
            elif output.type.tensor_type.elem_type in FLOATS:
                found.append(output.name)
        if len(found) != 1:
            raise ForeignError(f"answers with {len(found)} arrays of numbers, where a network here has one")
        return str(found[0])

    def _needed(self) -> Iterator["NodeProto"]:
        """Yield the nodes that the output depends on, in the order in which they are computed."""
        wanted, seen = [self.output], set()
        while wanted:
            name = wanted.pop()
            if name not in seen and name in self.producers:
                wanted.extend(inputs_of(self.producers[name]))
            seen.add(name)
        for node in self.graph.node:
            if seen.intersection(node.output):
                yield node

    def _source(self) -> "ValueInfoProto":
        sources = [one for one in self.graph.input if one.name not in self.kept]
        if len(sources) != 1:
            raise ForeignError(f"takes {len(sources)} inputs, where one with all columns is needed")
        source: ValueInfoProto = sources[0]
        return source

    def _columns(self, source: "ValueInfoProto") -> int:
        """Return how many numbers a row has: as the input says, else as the first weights do."""
        sizes = [dim.dim_value for dim in source.type.tensor_type.shape.dim][1:]
        if sizes and all(size > 0 for size in sizes):
            return int(np.prod(sizes, dtype=object))
        for node in self.nodes:
            if node.op_type in ("Gemm", "MatMul") and len(node.input) > 1 and node.input[1] in self.kept:
                across = 1 if scalar(node, "transB", 0) else 0
                return int((*self.kept[node.input[1]].dims, 0, 0)[across])
        raise ForeignError("does not say how many columns it takes")

    def _given(self, name: str) -> Value | npt.NDArray[Any] | None:
        """Return what stands under a name; None for an input that is left out."""
        if not name:
            return None
        if name not in self.known:
            if name not in self.kept:
                raise ForeignError(f"takes “{name}”, which nothing before it gives")
            self.known[name] = array_of(self.kept[name])
        return self.known[name]

    # What nodes do ------------------------------------------------------------------------------------------

    def _taken(self, node: "NodeProto") -> Value | npt.NDArray[Any]:
        """Return what a node gives."""
        if node.op_type == "Constant":
            return constant(node)
        given = [self._given(name) for name in inputs_of(node)]
        values = [one for one in given if isinstance(one, Value)]
        if not values:
            return self._folded(node, [one for one in given if not isinstance(one, Value)])
        handler = {
            **dict.fromkeys(PASSING, self._passed),
            **dict.fromkeys(ELEMENTWISE, self._elementwise),
            "Cast": self._cast,
            "Concat": self._both_shares,
            "Dropout": self._dropout,
            "Gemm": self._gemm,
            "MatMul": self._matmul,
            "Scaler": self._scaler,
            "Softmax": self._softmax,
            "LogSoftmax": self._softmax,
            "BatchNormalization": self._batch_norm,
            "LayerNormalization": self._layer_norm,
        }.get(node.op_type)
        if handler is None or node.domain not in (*DEFAULT, "ai.onnx.ml"):
            raise ForeignError("is no part of a fully connected network that can be opened here")
        return handler(node, given)

    def _folded(self, node: "NodeProto", given: "list[npt.NDArray[Any] | None]") -> npt.NDArray[Any]:
        """Return what a node makes of constants alone."""
        arrays = [one for one in given if one is not None]
        if node.op_type in FOLDED:
            given = [cast("Any", self._given(name)) for name in node.input]
        elif node.op_type not in ELEMENTWISE or not fits_together(arrays):
            raise ForeignError("is no part of a fully connected network that can be opened here")
        self.folded += max((one.size for one in arrays), default=0)
        if self.folded > MOST_NUMBERS:
            raise ForeignError(f"would make more than {MOST_NUMBERS:,} numbers of those in the file")
        return evaluated(node, given, self.opset)

    def _resolved(self, value: Value) -> int:
        """Return the value of the chain; what is a function of each number becomes an activation."""
        if value.curve is not None:
            found = recognised(value.curve)
            if found is None:
                raise _NamedError(f"has {value.last}, which computes none of the activations there are here")
            key, factor, shift = found
            if key != "linear":
                value.number = self.chain.activation(value.number, key)
            if (factor, shift) != (1.0, 0.0):
                value.number = self.chain.affine(value.number, np.array(factor), np.array(shift))
            value.curve = None
        return value.number

    def _passed(self, _node: "NodeProto", given: list[Any]) -> Value:
        return data_of(given)

    def _cast(self, node: "NodeProto", given: list[Any]) -> Value:
        if scalar(node, "to", 1) not in FLOATS:
            raise ForeignError("turns values into other things than numbers with a fraction")
        value = data_of(given)
        return (
            value if value.curve is None else Value(value.number, value.curve.astype(np.float64), value.last)
        )

    def _elementwise(self, node: "NodeProto", given: list[Any]) -> Value:
        values = [one for one in given if isinstance(one, Value)]
        arrays = {at: one for at, one in enumerate(given) if isinstance(one, np.ndarray)}
        if len({one.number for one in values}) > 1:
            if node.op_type != "Add" or len(given) != 2:
                raise ForeignError("brings two branches together, which only an Add can do here")
            first, second = (self._resolved(one) for one in values)
            return Value(self.chain.skip(first, second))
        # One number for each value is a shift or a factor, even where there is one value.
        plain = len(values) == 1 and values[0].curve is None and node.op_type in AFFINE
        each = any(array.ndim > 0 and array.size == self.chain.width for array in arrays.values())
        if (plain and each) or not all(uniform(array) for array in arrays.values()):
            return Value(self._affine(node, given))
        single = {at: array.ravel()[:1] for at, array in arrays.items()}
        parts = [
            (GRID if one.curve is None else one.curve) if isinstance(one, Value) else single.get(at)
            for at, one in enumerate(given)
        ]
        parts = [part if part is None or part.dtype == bool else floats(part) for part in parts]
        return Value(values[0].number, evaluated(node, parts, self.opset), called(node))

    def _affine(self, node: "NodeProto", given: list[Any]) -> int:
        """Return the values each with a number of its own added or multiplied."""
        value, array = data_of(given), next(one for one in given if isinstance(one, np.ndarray))
        numbers = floats(array)
        first = given[0] is value
        if len(given) != 2 or numbers.size != numbers.shape[-1]:
            raise ForeignError("does not take one number for each value")
        zero, one = np.zeros(1), np.ones(1)
        with np.errstate(all="ignore"):
            steps = {
                "Add": (one, numbers),
                "Mul": (numbers, zero),
                "Sub": (one, -numbers) if first else (-one, numbers),
                "Div": (1.0 / numbers, zero),
            }
        if node.op_type not in AFFINE or (node.op_type == "Div" and not first):
            raise ForeignError("does something else to each value, which none of the layers here can do")
        return self.chain.affine(self._resolved(value), *steps[node.op_type])

    def _weights(self, array: Any) -> Array:
        if not isinstance(array, np.ndarray) or array.ndim != 2:
            raise ForeignError("does not multiply by a table of weights that stands in the file")
        self.types.add(array.dtype.name)
        return floats(array)

    def _gemm(self, node: "NodeProto", given: list[Any]) -> Value:
        x, weights, *rest = (*given, None)[:3]
        if not isinstance(x, Value) or scalar(node, "transA", 0):
            raise ForeignError("does not take rows first and weights second")
        weights = self._weights(weights) * scalar(node, "alpha", 1.0)
        biases = rest[0] if rest and isinstance(rest[0], np.ndarray) else np.zeros(1)
        shift = floats(biases) * scalar(node, "beta", 1.0)
        weights = weights if scalar(node, "transB", 0) else weights.T
        return Value(self.chain.dense(self._resolved(x), weights, shift))

    def _matmul(self, _node: "NodeProto", given: list[Any]) -> Value:
        if len(given) != 2 or not isinstance(given[0], Value):
            raise ForeignError("does not take rows first and weights second")
        weights = self._weights(given[1]).T
        return Value(self.chain.dense(self._resolved(given[0]), weights, np.zeros(1)))

    def _arrays(self, given: list[Any], count: int) -> list[Array]:
        """Return the constants after the first input, ForeignError when there are not as many."""
        arrays = [floats(one) for one in given[1:] if isinstance(one, np.ndarray)]
        if len(arrays) != count or not isinstance(given[0], Value):
            raise ForeignError("does not have its numbers in the file")
        return arrays

    def _batch_norm(self, node: "NodeProto", given: list[Any]) -> Value:
        gamma, beta, mean, variance = self._arrays(given, 4)
        epsilon = scalar(node, "epsilon", 1e-5)
        value = self._resolved(given[0])
        return Value(self.chain.batch_norm(value, gamma, beta, mean, variance, epsilon))

    def _layer_norm(self, node: "NodeProto", given: list[Any]) -> Value:
        if scalar(node, "axis", -1) not in (-1, 1):
            raise ForeignError("does not bring the values of each row to a common size")
        gamma, beta = [*self._arrays(given, len(given) - 1), np.zeros(1)][:2]
        epsilon = scalar(node, "epsilon", 1e-5)
        return Value(self.chain.layer_norm(self._resolved(given[0]), gamma, beta, epsilon))

    def _dropout(self, node: "NodeProto", given: list[Any]) -> Value:
        ratio = given[1] if len(given) > 1 else None
        rate = (
            float(floats(ratio).ravel()[0])
            if ratio is not None and ratio.size
            else scalar(node, "ratio", 0.5)
        )
        return Value(self.chain.dropout(self._resolved(data_of(given)), rate))

    def _softmax(self, node: "NodeProto", given: list[Any]) -> Value:
        if scalar(node, "axis", 1 if self.opset < 13 else -1) not in (-1, 1):
            raise ForeignError("does not run over the outputs of each row")
        if node.op_type == "LogSoftmax":
            if node.output[0] != self.output:
                raise ForeignError("is followed by other steps, which it cannot be here")
            self.chain.notes.append(
                "It answers with logarithms of probabilities; here it answers with these."
            )
        return Value(self.chain.activation(self._resolved(data_of(given)), "softmax"))

    def _scaler(self, node: "NodeProto", given: list[Any]) -> Value:
        offset, scale = (np.array(numbers(node, name), dtype=np.float64) for name in ("offset", "scale"))
        if not offset.size or offset.size != scale.size:
            raise ForeignError("does not have as many offsets as factors")
        return Value(self.chain.affine(self._resolved(data_of(given)), scale, -offset * scale))

    def _both_shares(self, node: "NodeProto", given: list[Any]) -> Value:
        """Return p of the pair 1 - p and p, with which one output says two classes."""
        curves = [one.curve for one in given if isinstance(one, Value) and one.number == self.chain.latest]
        other, share = curves if len(curves) == 2 else (None, None)
        if other is None or share is None or len(given) != 2 or self.chain.width != 1:
            raise ForeignError("puts values side by side, which none of the layers here can do")
        if not np.allclose(other + share, 1.0):
            raise ForeignError("puts two values side by side that are not the shares of two classes")
        return Value(self.chain.latest, share, called(node))
