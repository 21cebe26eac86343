"""What is in the nodes and tensors of an ONNX graph, and what operators compute over a grid of numbers."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from playground.engine.activations import ACTIVATIONS
from playground.export.foreign import Array, ForeignError

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto

NEAR: Array = np.linspace(-12.0, 12.0, 402)
"""Numbers without 0, where steps are told differently."""
FAR: Array = np.geomspace(12.5, 1e8, 60)
GRID: Array = np.concatenate([NEAR, -FAR, FAR])
"""Where curves are compared: a limit that is far from 0 makes another function, too."""
ALIKE = 1e-6
"""How far two curves that are the same may differ, as a part of their spread: attributes are float32."""

PASSING = frozenset({"Identity", "Flatten", "Reshape", "Squeeze", "Unsqueeze"})
"""Operators that change how values are laid out, which layers do not see."""
FOLDED = PASSING | {"Cast", "Transpose"}
"""Operators that are computed at once where they change constants."""
ELEMENTWISE = frozenset(
    {
        *("Add", "Div", "Mul", "Neg", "Pow", "Reciprocal", "Sub", "Greater", "GreaterOrEqual", "Less"),
        *("LessOrEqual", "Where", "Abs", "Clip", "Cos", "Erf", "Exp", "Log", "Max", "Min", "Sign", "Sin"),
        *("Sqrt", "Tan", "Tanh", "Celu", "Elu", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "Mish"),
        *("PRelu", "Relu", "Selu", "Sigmoid", "Softplus", "Softsign", "Swish", "ThresholdedRelu"),
    }
)
EVALUATION_ERRORS = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError),
)
"""What ONNX's evaluator and its helpers raise at what is malformed."""


@dataclass(slots=True, eq=False)
class Value:
    """What a node gives: a value of the chain, or, with a `curve` over GRID, a function of its numbers.

    `last` is the node that made the curve.
    """

    number: int
    curve: npt.NDArray[Any] | None = None
    last: str = ""


def texts(model: "ModelProto") -> Iterator[str | bytes]:
    """Yield every name in a file; one that is no UTF-8 comes as bytes."""
    for prop in model.metadata_props:
        yield from (prop.key, prop.value)
    for named in (*model.graph.initializer, *model.graph.input, *model.graph.output):
        yield named.name
    for node in model.graph.node:
        yield from (node.op_type, node.domain, node.name, *node.input, *node.output)


def array_of(tensor: "TensorProto") -> npt.NDArray[Any]:
    """Return the numbers of a tensor; ForeignError when they are not in the file, or are no numbers."""
    from onnx import TensorProto, numpy_helper

    if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
        raise ForeignError(
            f"keeps its numbers ({tensor.name}) in another file, which is not read. Write all into one file: "
            "torch.onnx.export has external_data=False for it"
        )
    try:
        array: npt.NDArray[Any] = np.asarray(numpy_helper.to_array(tensor))
    except EVALUATION_ERRORS as error:
        raise ForeignError(f"holds numbers that are damaged ({tensor.name})") from error
    return array


def floats(array: npt.NDArray[Any]) -> Array:
    """Return numbers of any kind as float64."""
    if array.dtype.kind not in "fiub" and array.dtype.name != "bfloat16":
        raise ForeignError(f"holds {array.dtype.name} where numbers should be")
    return array.astype(np.float64)


def evaluated(node: "NodeProto", given: list[Any], opset: int) -> npt.NDArray[Any]:
    """Return what ONNX's own evaluator makes of arrays, one for each input; None for one that is left out."""
    from onnx import helper
    from onnx.reference import ReferenceEvaluator

    feeds = {name: array for name, array in zip(node.input, given, strict=False) if name}
    try:
        inputs = [
            helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
            for name, array in feeds.items()
        ]
        outputs = [helper.make_tensor_value_info(node.output[0], 0, None)]
        model = helper.make_model(
            helper.make_graph([node], "one", inputs, outputs),
            opset_imports=[helper.make_opsetid("", opset), helper.make_opsetid("ai.onnx.ml", 3)],
        )
        with np.errstate(all="ignore"):
            found = cast("list[Any]", ReferenceEvaluator(model).run(None, feeds))[0]
    except EVALUATION_ERRORS as error:
        raise ForeignError("cannot be computed as it stands") from error
    return np.asarray(found)


def called(node: "NodeProto") -> str:
    """Return what a sentence calls a node."""
    return f"{node.op_type} (node {node.name})" if node.name else node.op_type


def inputs_of(node: "NodeProto") -> list[str]:
    """Return the names that a node computes with; how something is laid out is not asked."""
    return list(node.input[:1] if node.op_type in PASSING else node.input)


def scalar(node: "NodeProto", name: str, usual: float) -> float:
    """Return an attribute that is one number, or what it is when it is not given."""
    for attribute in node.attribute:
        if attribute.name == name:
            return float(attribute.f) if attribute.type == attribute.FLOAT else int(attribute.i)
    return usual


def numbers(node: "NodeProto", name: str) -> list[Any]:
    """Return an attribute that is a list of numbers or texts; an empty one when it is not given."""
    for attribute in node.attribute:
        if attribute.name == name:
            return [*attribute.floats, *attribute.ints, *attribute.strings]
    return []


def constant(node: "NodeProto") -> npt.NDArray[Any]:
    """Return what a node of the operator Constant holds."""
    for attribute in node.attribute:
        if attribute.name == "value":
            return array_of(attribute.t)
        if attribute.name in ("value_float", "value_int"):
            return np.array(scalar(node, attribute.name, 0.0))
        if attribute.name in ("value_floats", "value_ints"):
            return np.array(numbers(node, attribute.name))
    raise ForeignError("holds no numbers")


def fits_together(arrays: list[npt.NDArray[Any]]) -> bool:
    """Return whether what arrays make together, number by number, is no larger than the largest of them."""
    try:
        shape = np.broadcast_shapes(*(one.shape for one in arrays))
    except ValueError:
        return False
    return math.prod(shape) <= max((one.size for one in arrays), default=0)


def uniform(array: npt.NDArray[Any]) -> bool:
    """Return whether an array says the same for every value."""
    return array.size > 0 and bool((array == array.ravel()[0]).all())


def recognised(curve: npt.NDArray[Any]) -> tuple[str, float, float] | None:
    """Return the activation that a curve over GRID is, and the factor and shift that come after it."""
    found = curve.astype(np.float64)
    near, far = found[: len(NEAR)], found[len(NEAR) :]
    spread = float(np.ptp(near)) if np.isfinite(near).all() and found.shape == GRID.shape else 0.0
    bound = ALIKE * spread + ALIKE * np.abs(far)
    sure = np.isfinite(far)  # a formula may overflow where ours does not
    close: list[tuple[str, float, float]] = []
    for one in ACTIVATIONS if spread > 0 else ():
        if one.elementwise:
            basis = np.column_stack([one.value(GRID), np.ones_like(GRID)])
            (factor, shift), *_ = np.linalg.lstsq(basis[: len(NEAR)], near)
            differs = np.abs(basis @ (factor, shift) - found)
            alike = differs[: len(NEAR)].max() <= ALIKE * spread
            if alike and (differs[len(NEAR) :] <= bound)[sure].all():
                exact = abs(factor - 1.0) <= ALIKE and abs(shift) <= ALIKE * spread
                close.append((one.key, *((1.0, 0.0) if exact else (float(factor), float(shift)))))
    return min(close, key=lambda one: one[1:] != (1.0, 0.0), default=None)


def data_of(given: list[Any]) -> Value:
    """Return the one input that is no constant."""
    values = [one for one in given if isinstance(one, Value)]
    if len(values) != 1:
        raise ForeignError("does not take one value and otherwise numbers that stand in the file")
    return values[0]
