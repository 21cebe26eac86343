"""Proves that a foreign ONNX graph and the pipeline made of it answer the same, before it is opened.

The graph is computed node by node with ONNX's own evaluator, in float64, so that rounding hides nothing, for
rows of several sizes: what only differs for large values, or mixes rows, is found here. Nothing in the file
can make it take more room than its rows and its numbers do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from playground.experiment.files import BadFileError
from playground.export.foreign import Array, ForeignError
from playground.export.onnx_nodes import ELEMENTWISE, array_of, constant, evaluated, fits_together, floats
from playground.export.pipeline import Pipeline

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto, TensorProto, ValueInfoProto

SIZES = (1e-2, 1.0, 1e2, 1e4)
"""How large the rows are, in the units of the network's inputs."""
EACH = 8
"""Rows of each size."""
ALIKE = 1e-4
"""How far answers may differ, as a part of the largest one to rows of the same size."""
MOST_INPUTS = 20_000_000
"""Numbers that all rows hold at most."""
MOST_LAYOUT = 1000
"""Numbers that a node which computes how values are laid out takes at most."""

BY_ROWS = frozenset(
    {"Gemm", "MatMul", "BatchNormalization", "LayerNormalization", "Softmax", "LogSoftmax", "Scaler"}
)
"""Operators that see how values are laid out, and here take one row of them after the other."""
LAYOUT = frozenset({"Cast", "Concat", "Constant", "Gather", "Mul", "Shape", "Slice", "Squeeze", "Unsqueeze"})
"""Operators that may compute how values are laid out."""

Numbers = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Claim:
    """A graph that was followed from its `source` to its `output`, the name of an array (rows, outputs).

    `followed` are the names of what its nodes along the way give, among `known` are arrays that were made of
    the numbers in the file alone, `kept` are these, and `opset` says which operators are meant.
    """

    graph: "GraphProto"
    source: "ValueInfoProto"
    output: str
    followed: frozenset[str]
    known: Mapping[str, object]
    kept: Mapping[str, "TensorProto"]
    opset: int


def prove(claim: Claim, pipeline: Pipeline, where: str) -> None:
    """Raise BadFileError, which names the file `where`, unless a pipeline answers as the graph does."""
    columns = len(pipeline.columns)
    shape = _shape(claim.source, columns)
    rng = np.random.default_rng(0)
    count = max(EACH, shape[0])
    count += -count % shape[0]
    for size in SIZES:
        # What a network scales first is of the size that it expects.
        rows = pipeline.input_scaler.mean + pipeline.input_scaler.scale * rng.normal(
            0, size, (count, columns)
        )
        theirs = np.vstack(
            [_answers(claim, part.reshape(shape)) for part in np.split(rows, count // shape[0])]
        )
        if not _same(theirs, pipeline.outputs(rows), needed=size <= 1.0):
            raise BadFileError(
                f"{where} answers other than the network here that was made of it, so it is not opened: it "
                "does something between its layers that none of the layers here can do."
            )


def _shape(source: "ValueInfoProto", columns: int) -> tuple[int, ...]:
    """Return the shape in which the graph takes rows: as many as it says, otherwise EACH."""
    sizes = [dim.dim_value for dim in source.type.tensor_type.shape.dim]
    batch = sizes[0] if sizes and sizes[0] > 0 else EACH
    if batch * columns > MOST_INPUTS:
        raise ForeignError(f"takes {batch:,} rows of {columns:,} columns at once, too many to be tried out")
    return (batch, *sizes[1:]) if all(size > 0 for size in sizes[1:]) and len(sizes) > 1 else (batch, columns)


def _same(theirs: Array, ours: Array, needed: bool) -> bool:
    """Return whether answers are the same where theirs are numbers; `needed`: some have to be."""
    if theirs.shape[1] == 2 and ours.shape[1] == 1:  # the shares of two classes
        ours = np.hstack([1.0 - ours, ours])
    if theirs.shape != ours.shape:
        return False
    # A formula of theirs may overflow where ours does not.
    usable = np.isfinite(theirs).all(axis=1)
    if not usable.any():
        return not needed
    bound = ALIKE * np.abs(theirs[usable]).max() + np.finfo(np.float64).tiny
    return bool((np.abs(theirs[usable] - ours[usable]) <= bound).all())


def _answers(claim: Claim, rows: Array) -> Array:
    """Return what the graph answers (rows, outputs) to rows in the shape that it takes."""
    known: dict[str, Numbers] = {claim.source.name: rows}
    wanted = _wanted(claim)
    for node in claim.graph.node:
        if node.output and node.output[0] in wanted:
            known[node.output[0]] = _result(claim, node, known)
            last = node
    found = known[claim.output]
    if not found.size or found.size % len(rows) or found.dtype.kind != "f":
        raise ForeignError(f"does not answer {len(rows)} rows with as many numbers for each")
    found = found.reshape(len(rows), -1)
    return np.exp(found) if last.op_type == "LogSoftmax" else found


def _wanted(claim: Claim) -> set[str]:
    """Return the names that the answer depends on, how they are laid out included."""
    producers = {name: node for node in claim.graph.node for name in node.output if name}
    wanted, ahead = set[str](), [claim.output]
    while ahead:
        name = ahead.pop()
        if name not in wanted and name in producers:
            ahead.extend(producers[name].input)
        wanted.add(name)
    return wanted


def _result(claim: Claim, node: "NodeProto", known: Mapping[str, Numbers]) -> Numbers:
    """Return what a node gives, once it is sure that this is not much larger than what it takes."""
    name = node.output[0]
    if name in claim.followed:
        folded = claim.known.get(name)
        if isinstance(folded, np.ndarray):
            return folded
        return _step(claim, node, [_given(claim, one, known) for one in node.input])
    if node.op_type not in LAYOUT:
        raise ForeignError(f"lays its values out by what {node.op_type} computes, which cannot be checked")
    if node.op_type == "Constant":
        return constant(node)
    given = [_given(claim, one, known) for one in node.input]
    if node.op_type != "Shape" and sum(one.size for one in given if one is not None) > MOST_LAYOUT:
        raise ForeignError("lays its values out by too many numbers")
    return evaluated(node, given, claim.opset)


def _given(claim: Claim, name: str, known: Mapping[str, Numbers]) -> Numbers | None:
    """Return what stands under a name, in float64 where it has a fraction; None for what is left out."""
    if not name:
        return None
    found = known.get(name, claim.known.get(name))
    if not isinstance(found, np.ndarray):
        if name not in claim.kept:
            raise ForeignError(f"takes “{name}”, which nothing before it gives")
        found = array_of(claim.kept[name])
    return floats(found) if found.dtype.kind not in "biu" else found


def _step(claim: Claim, node: "NodeProto", given: list[Numbers | None]) -> Numbers:
    """Return what a node of the network makes of values."""
    arrays = [one for one in given if one is not None]
    if node.op_type in BY_ROWS and arrays[0].ndim != 2:
        raise ForeignError(f"has {node.op_type} over values that are not laid out as rows")
    if node.op_type in ELEMENTWISE and not fits_together(arrays):
        raise ForeignError(f"has {node.op_type} of values that are not laid out alike")
    # A change of precision would hide differences.
    return arrays[0] if node.op_type == "Cast" else evaluated(node, given, claim.opset)
