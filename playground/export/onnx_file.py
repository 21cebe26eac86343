"""ONNX: one graph from raw rows to answers, for onnxruntime and everything else that runs networks.

The input `x` (rows, columns) takes raw numbers, in the order that the metadata's `columns` says; `outputs`
(rows, outputs) are in the target's unit, and `label` (rows,) is the class of each row where there are
classes. Features, scaling and decoding are part of the graph, and the number of rows is free.

Input and outputs are float64, whatever the precision of the layers between. NumPy's arrays and pandas' are
float64, so `session.run(None, {"x": X})` takes them as they are; and a column such as a year or a large
identifier loses the digits that count when it becomes float32 before its mean is taken off. Every operator
used for it has a double kernel in onnxruntime (Elu, Selu, Softplus, HardSigmoid and Tan have none: see
`DOUBLE`). Opset 17 is the first with LayerNormalization, and known to onnxruntime since 1.12.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from playground import __version__
from playground.data.scaling import Scaler
from playground.engine.activations import ACTIVATIONS, LEAK, SELU_DEPTH, SELU_SCALE
from playground.engine.layers import EPSILON, LayerShape
from playground.export.arrays import named
from playground.export.description import describe
from playground.export.expressions import Node, Operand, activation, feature, fold
from playground.export.model import ExportFailedError
from playground.export.pipeline import Pipeline
from playground.tables import by_key

if TYPE_CHECKING:
    from onnx import ModelProto, ValueInfoProto

OPSET, IR_VERSION = 17, 8
DESCRIPTION = "nn_playground"
"""Where the metadata keep our own description."""
LARGEST = 2_000_000_000
"""Bytes that a file of protocol buffers can have, with room for the graph."""

OPERATORS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "relu": ("Relu", {}),
    "sigmoid": ("Sigmoid", {}),
    "tanh": ("Tanh", {}),
    "sine": ("Sin", {}),
    "leaky_relu": ("LeakyRelu", {"alpha": LEAK}),
    "elu": ("Elu", {}),
    "selu": ("Selu", {"alpha": SELU_DEPTH / SELU_SCALE, "gamma": SELU_SCALE}),
    "softplus": ("Softplus", {}),
    "hard_sigmoid": ("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5}),
    "softmax": ("Softmax", {"axis": -1}),
}
"""Operators that compute activations as the engine does; the others are written as their formulas."""
DOUBLE = frozenset({"relu", "sigmoid", "tanh", "sine", "softmax"})
"""Those that onnxruntime also has for float64, and that take no number, for attributes are float32."""

SAME = {
    **{
        "add": "Add",
        "subtract": "Sub",
        "multiply": "Mul",
        "divide": "Div",
        "negative": "Neg",
        "power": "Pow",
    },
    **{"where": "Where", "absolute": "Abs", "sign": "Sign", "maximum": "Max", "minimum": "Min"},
    **{"sqrt": "Sqrt", "exp": "Exp", "log": "Log", "sin": "Sin", "cos": "Cos", "tanh": "Tanh"},
    **{"less": "Less", "greater": "Greater", "less_equal": "LessOrEqual", "greater_equal": "GreaterOrEqual"},
}
"""The operators of `expressions.OPERATIONS` that are one here too."""


class Graph:
    """Nodes and constants, in the order in which they are computed; a value is known by its name."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: dict[str, npt.NDArray[Any]] = {}
        self.part = ""

    def node(self, op: str, *inputs: str, doc: str = "", **attributes: Any) -> str:
        """Add a node and return the name of its value."""
        from onnx import helper

        name = f"{self.part}_{op}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, doc_string=doc, **attributes))
        return name

    def constant(self, name: str, value: Any, dtype: str) -> str:
        """Keep an array under a name, and return that."""
        self.constants[name] = np.asarray(value, dtype)
        return name

    def number(self, value: float, dtype: str) -> str:
        """Return the constant that is one number."""
        return self.constant(f"{value!r}_{dtype}", value, dtype)

    def formula(self, tree: Operand, given: Mapping[str, str], dtype: str) -> str:
        """Add what a tree computes from given values, and return it."""

        def apply(op: str, parts: tuple[str, ...]) -> str:
            if op == "tan":
                return self.node("Div", self.node("Sin", *parts), self.node("Cos", *parts))
            if op == "log1p":
                return self.node("Log", self.node("Add", *parts, self.number(1.0, dtype)))
            if op == "expm1":
                return self.node("Sub", self.node("Exp", *parts), self.number(1.0, dtype))
            return self.node(SAME[op], *parts)

        return fold(tree, lambda text: given[text], lambda value: self.number(value, dtype), apply)


# Writing ----------------------------------------------------------------------------------------------------


def write(pipeline: Pipeline, path: Path) -> None:
    """Write the file; ExportFailedError when it would be larger than the format allows."""
    import onnx

    size = pipeline.parameters * np.dtype(pipeline.precision).itemsize
    if size > LARGEST:
        raise ExportFailedError(
            f"The network's numbers take {size / 1e9:.1f} GB, and a file of ONNX can hold "
            f"{LARGEST / 1e9:.0f} GB. Export it as NumPy arrays (.npz) instead."
        )
    made = model(pipeline)
    onnx.checker.check_model(made, full_check=True)
    path.write_bytes(made.SerializeToString())


def model(pipeline: Pipeline) -> "ModelProto":
    """Return the whole model."""
    from onnx import helper, numpy_helper

    graph = Graph()
    x = _scaled(graph, pipeline, _features(graph, pipeline))
    _decoded(graph, pipeline, _answers(graph, pipeline, x))
    graph.nodes[-1].output[0] = "outputs"
    if pipeline.classes:
        _labels(graph, pipeline)
    made = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "network",
            [_value("x", "DOUBLE", ["rows", len(pipeline.columns)], f"Raw: {', '.join(pipeline.columns)}.")],
            _results(pipeline),
            [numpy_helper.from_array(array, name) for name, array in graph.constants.items()],
            doc_string=_explained(pipeline),
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="nn-playground",
        producer_version=__version__,
        doc_string=pipeline.name,
    )
    helper.set_model_props(made, _metadata(pipeline))
    return made


def _metadata(pipeline: Pipeline) -> dict[str, str]:
    """Return what any program can show, and our own description to open the file again."""
    lists = {"columns": pipeline.columns, "features": pipeline.features, "classes": pipeline.classes}
    readable = {key: json.dumps(names, ensure_ascii=False) for key, names in lists.items()}
    return {**readable, "target": pipeline.target, DESCRIPTION: describe(pipeline).model_dump_json()}


def _value(name: str, kind: str, shape: list[Any], doc: str) -> "ValueInfoProto":
    from onnx import TensorProto, helper

    return helper.make_tensor_value_info(name, getattr(TensorProto, kind), shape, doc)


def _results(pipeline: Pipeline) -> list["ValueInfoProto"]:
    units = pipeline.shapes[-1].units
    said = f"{pipeline.target}, in its own unit." if not pipeline.classes else _meaning(pipeline)
    outputs = _value("outputs", "DOUBLE", ["rows", units], said)
    label = _value("label", "STRING", ["rows"], f"The class of each row: {pipeline.target}.")
    return [outputs, label] if pipeline.classes else [outputs]


def _meaning(pipeline: Pipeline) -> str:
    if pipeline.shapes[-1].units > 1:
        return f"One output for each class, the largest decides: {', '.join(pipeline.classes)}."
    return f"Above {pipeline.threshold:g} it is {pipeline.classes[1]}, else {pipeline.classes[0]}."


def _explained(pipeline: Pipeline) -> str:
    return (
        f"Predicts {pipeline.target} from raw rows of {len(pipeline.columns)} columns, in this order: "
        f"{', '.join(pipeline.columns)}. Features, scaling and the unit of the answer are computed inside. "
        f"Operators of opset {OPSET}; layers in {pipeline.precision}, input and outputs in float64."
    )


def _features(graph: Graph, pipeline: Pipeline) -> str:
    """Add the features (rows, features) in float64."""
    graph.part = "features"
    columns = pipeline.columns
    if pipeline.features == columns:
        return "x"
    trees = [feature(key, columns) for key in pipeline.features]
    picked = [one.text if isinstance(one, Node) and one.op == "name" else None for one in trees]
    if None not in picked:
        places = [columns.index(str(name)) for name in picked]
        return graph.node("Gather", "x", graph.constant("feature_columns", places, "int64"), axis=1)
    used = {columns[0]}.union(*(_names(tree) for tree in trees))
    given = {
        name: graph.node("Gather", "x", graph.constant(f"column_{place}", [place], "int64"), axis=1, doc=name)
        for place, name in enumerate(columns)
        if name in used
    }
    parts = [
        graph.formula(tree, given, "float64")
        if isinstance(tree, Node)
        else graph.node(
            "Expand",
            graph.constant(f"feature_{number}", [[tree]], "float64"),
            graph.node("Shape", given[columns[0]], doc="How many rows there are."),
        )
        for number, tree in enumerate(trees, 1)
    ]
    return graph.node("Concat", *parts, axis=1)


def _names(tree: Operand) -> set[str]:
    """Return the columns that a feature is made of."""
    return fold(tree, lambda text: {text}, lambda _value: set(), lambda _op, parts: set().union(*parts))


def _scaled(graph: Graph, pipeline: Pipeline, x: str) -> str:
    """Add the scaling, as `data.scaling` computes it, and bring it to the layers' precision."""
    graph.part = "inputs"
    scaler = pipeline.input_scaler

    def constant(name: str, value: npt.NDArray[Any]) -> str:
        return graph.constant(f"inputs_{name}", value, "bool" if value.dtype == bool else "float64")

    if scaler.logged is not None and scaler.floor is not None and scaler.logged.any():
        logarithms = graph.node("Log", graph.node("Max", x, constant("floor", scaler.floor)))
        x = graph.node("Where", constant("logged", scaler.logged), logarithms, x)
    if scaler.mean.any():
        x = graph.node("Sub", x, constant("mean", scaler.mean))
    if scaler.rotation is not None:
        x = graph.node("MatMul", x, constant("rotation", scaler.rotation))
    if (scaler.scale != 1.0).any():
        x = graph.node("Div", x, constant("scale", scaler.scale))
    return _cast(graph, x, pipeline, "FLOAT")


def _cast(graph: Graph, x: str, pipeline: Pipeline, kind: str) -> str:
    """Add the change of precision that layers in float32 need."""
    from onnx import TensorProto

    return graph.node("Cast", x, to=getattr(TensorProto, kind)) if pipeline.precision == "float32" else x


def _answers(graph: Graph, pipeline: Pipeline, x: str) -> str:
    """Add the layers, and return what the last one answers."""
    answers = [x]
    for number, (shape, content) in enumerate(zip(pipeline.shapes, named(pipeline), strict=True), 1):
        graph.part = f"layer_{number}"
        arrays = {
            name: graph.constant(f"{name}_{number}", array, pipeline.precision)
            for name, array in content.items()
        }
        answers.append(_layer(graph, shape, answers, arrays, pipeline.precision))
    return answers[-1]


def _layer(
    graph: Graph, shape: LayerShape, answers: list[str], arrays: dict[str, str], precision: str
) -> str:
    x = answers[-1]
    if shape.kind == "dense":
        return _activated(
            graph, shape, graph.node("Gemm", x, arrays["weight"], arrays["bias"], transB=1), precision
        )
    if shape.kind == "skip":
        return graph.node("Add", x, answers[shape.source])
    if shape.kind == "dropout":
        ratio = graph.constant(f"{graph.part}_ratio", shape.parameters[0], "float32")
        return graph.node("Dropout", x, ratio, doc="Silent after training.")
    numbers = [arrays[name] for name in ("gamma", "beta", "mean", "variance") if name in arrays]
    if shape.kind == "batch_norm":
        return graph.node("BatchNormalization", x, *numbers, epsilon=EPSILON)
    if precision == "float32":
        return graph.node("LayerNormalization", x, *numbers, epsilon=EPSILON)
    # The operator takes its mean and variance in float32.
    centred = graph.node("Sub", x, graph.node("ReduceMean", x, axes=[1]))
    variance = graph.node("ReduceMean", graph.node("Mul", centred, centred), axes=[1])
    spread = graph.node("Sqrt", graph.node("Add", variance, graph.number(EPSILON, precision)))
    scaled = graph.node("Mul", graph.node("Div", centred, spread), arrays["gamma"])
    return graph.node("Add", scaled, arrays["beta"])


def _activated(graph: Graph, shape: LayerShape, z: str, precision: str) -> str:
    key = shape.activation
    if key in OPERATORS and (precision == "float32" or key in DOUBLE):
        op, attributes = OPERATORS[key]
        return graph.node(op, z, **attributes)
    if not by_key(ACTIVATIONS, key, "activation").elementwise:
        raise ExportFailedError(f"ONNX has no operator for the activation “{key}”. Choose another one.")
    return graph.formula(activation(key), {"z": z}, precision)


def _decoded(graph: Graph, pipeline: Pipeline, outputs: str) -> None:
    """Add the way back to the target's unit, in float64."""
    graph.part = "target"
    outputs = _cast(graph, outputs, pipeline, "DOUBLE")
    if pipeline.encoding != "real":
        return
    scaler: Scaler = pipeline.target_scaler
    if (scaler.scale != 1.0).any():
        outputs = graph.node("Mul", outputs, graph.constant("target_scale", scaler.scale, "float64"))
    if scaler.mean.any():
        graph.node("Add", outputs, graph.constant("target_mean", scaler.mean, "float64"))


def _labels(graph: Graph, pipeline: Pipeline) -> None:
    """Add the names of the classes that the outputs mean."""
    from onnx import TensorProto

    graph.part = "label"
    if pipeline.shapes[-1].units > 1:
        index = graph.node("ArgMax", "outputs", axis=1, keepdims=0)
    else:
        above = graph.node("Greater", "outputs", graph.number(pipeline.threshold, "float64"))
        flat = graph.node("Reshape", above, graph.constant("one_per_row", [-1], "int64"))
        index = graph.node("Cast", flat, to=TensorProto.INT64)
    graph.node("Gather", graph.constant("classes", pipeline.classes, "object"), index)
    graph.nodes[-1].output[0] = "label"


# Reading back -----------------------------------------------------------------------------------------------


def predict(path: Path, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the outputs (n, k) of a file for raw rows (n, columns), by ONNX's own evaluator."""
    from onnx.reference import ReferenceEvaluator

    evaluator = ReferenceEvaluator(path.read_bytes())
    with np.errstate(all="ignore"):
        outputs: npt.NDArray[np.float64] = cast("list[Any]", evaluator.run(["outputs"], {"x": rows}))[0]
    return outputs
