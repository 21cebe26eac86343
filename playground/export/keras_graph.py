"""The graph of a functional model of Keras, as its `config.json` has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from playground.export.expressions import Operand, fold
from playground.export.pipeline import FloatArray

NUMPY_OPS = "keras.src.ops.numpy"
OPERATIONS = {
    **{"divide": "TrueDivide", "less_equal": "LessEqual", "greater_equal": "GreaterEqual"},
    **{
        name.lower(): name
        for name in (
            *("Add", "Subtract", "Multiply", "Negative", "Power", "Where", "Absolute", "Sign", "Maximum"),
            *(
                "Minimum",
                "Sqrt",
                "Exp",
                "Expm1",
                "Log",
                "Log1p",
                "Sin",
                "Cos",
                "Tan",
                "Tanh",
                "Less",
                "Greater",
            ),
        )
    },
}
"""Keras's operations by the names of `expressions.OPERATIONS`."""


UNNAMED = frozenset({"Take", "Concatenate", "FullLike"})
"""Operations that older Keras gives no names in their configuration."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """What an operation gives: (rows, width) numbers."""

    name: str
    width: int
    dtype: str

    @property
    def shape(self) -> list[int | None]:
        """The shape, of as many rows as there are."""
        return [None, self.width]

    def written(self) -> dict[str, Any]:
        """Return how another operation names it."""
        history = {"shape": self.shape, "dtype": self.dtype, "keras_history": [self.name, 0, 0]}
        return {"class_name": "__keras_tensor__", "config": history}


Argument = Tensor | float | npt.NDArray[Any]


class Graph:
    """Operations in the order in which they are computed, and the numbers of those that are layers."""

    def __init__(self, columns: int, dtype: str) -> None:
        self.entries: list[dict[str, Any]] = []
        self.numbers: list[tuple[str, str, list[FloatArray]]] = []
        self.part = "features"
        config = {"batch_shape": [None, columns], "dtype": dtype, "name": "x"}
        self._enter("keras.layers", "InputLayer", config, [])
        self.x = Tensor("x", columns, dtype)

    def _enter(self, module: str, kind: str, config: dict[str, Any], nodes: list[Any]) -> None:
        layer, name = module == "keras.layers", config["name"]
        if kind in UNNAMED:
            config = {key: value for key, value in config.items() if key != "name"}
        self.entries.append(
            {
                "module": module,
                "class_name": kind,
                "config": config,
                "registered_name": None if layer else kind,
                "name": name,
                "inbound_nodes": nodes,
            }
        )

    def operation(self, kind: str, *args: Argument, like: Tensor | None = None, **config: Any) -> Tensor:
        """Add an operation and return what it gives, as wide as its widest argument, or as `like`."""
        tensors = [one for one in args if isinstance(one, Tensor)]
        widest = like or max(tensors, key=lambda one: one.width)
        name = f"{self.part}_{kind.lower()}_{len(self.entries)}"
        node = {"args": [_argument(one, widest.dtype) for one in args], "kwargs": {}}
        self._enter(NUMPY_OPS, kind, {"name": name, **config}, [node])
        return Tensor(name, widest.width, widest.dtype)

    def together(self, parts: list[Tensor]) -> Tensor:
        """Add what puts values side by side."""
        node = {"args": [[one.written() for one in parts]], "kwargs": {}}
        name = f"{self.part}_concatenate"
        self._enter(NUMPY_OPS, "Concatenate", {"name": name, "axis": 1}, [node])
        return Tensor(name, sum(one.width for one in parts), parts[0].dtype)

    def layer(
        self,
        kind: str,
        name: str,
        given: Tensor | list[Tensor],
        numbers: list[FloatArray],
        width: int,
        **config: Any,
    ) -> Tensor:
        """Add a layer of Keras, and keep its numbers."""
        joined = isinstance(given, list)
        parts = given if isinstance(given, list) else [given]
        written, shapes = [one.written() for one in parts], [one.shape for one in parts]
        config = {"name": name, "dtype": parts[0].dtype, **config}
        node: dict[str, Any] = {"args": [written] if joined else written, "kwargs": {}}
        self._enter("keras.layers", kind, config, [node])
        self.entries[-1]["build_config"] = {"input_shape": shapes if joined else shapes[0]}
        self.numbers.append((kind, name, numbers))
        return Tensor(name, width, parts[0].dtype)

    def formula(self, tree: Operand, given: Mapping[str, Tensor]) -> Tensor:
        """Add what a tree computes from given values, and return it."""

        def apply(op: str, parts: tuple[Argument, ...]) -> Argument:
            return self.operation(OPERATIONS[op], *parts)

        def value(text: str) -> Argument:
            return given[text]

        found = fold(tree, value, lambda number: number, apply)
        first = next(iter(given.values()))
        return found if isinstance(found, Tensor) else self.operation("FullLike", first, found)


def _argument(one: Argument, dtype: str) -> Any:
    """Return how an operation names what it takes; numbers have the precision of all others."""
    if isinstance(one, Tensor):
        return one.written()
    if isinstance(one, np.ndarray):
        kept = one.astype(dtype) if one.dtype == np.float64 else one
        return {"class_name": "__numpy__", "config": {"value": kept.tolist(), "dtype": kept.dtype.name}}
    return float(one)
