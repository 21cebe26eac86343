"""How much memory a run needs, from its plan and its rows alone, and the words when it is too much."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from playground.engine.backends import PROCESSORS
from playground.engine.layers import LayerShape
from playground.engine.optimizers import OPTIMIZERS
from playground.tables import by_key

if TYPE_CHECKING:
    from playground.experiment.plan import Plan

DOUBLE = 8
"""Bytes of a number of the data, of weights as they are drawn, and of a solver's memory."""

EVALUATED = 8192
"""Rows that are looked at together when losses are measured operation by operation (`Network.evaluate`)."""

FEWEST = 128
"""Rows for which the compiled kernels have buffers at least."""

COPIES_OF_ROWS = 4
"""The rows as the session has them, as the trainer has them, with ones, and in the order of the epoch."""

SOLVER_VECTORS = 23
"""Vectors of the solver of L-BFGS beside its two for each step remembered, as measured with SciPy 1.17."""

BUFFERS = {"dense": 4, "dropout": 4, "batch_norm": 6, "layer_norm": 6, "skip": 2}
"""Numbers that a kind of layer keeps for each row and unit, the one that stands for the biases included."""

GIGABYTE = 1e9


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes that a run needs: for weights and optimizer, for one batch of `rows`, and for the data."""

    weights: int
    batch: int
    data: int
    rows: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.weights + self.batch + self.data


def need(plan: "Plan", train_rows: int, test_rows: int) -> Need:
    """Return what a run of `plan` needs while it trains on so many rows and is tested on so many."""
    number = np.dtype(plan.training.precision).itemsize
    rows = max(train_rows if plan.full_batch else min(plan.training.batch_size, train_rows), 1)
    columns = plan.shapes[0].inputs + plan.output_units
    return Need(
        weights=_weights(plan, number),
        batch=_batch(plan, rows, train_rows, test_rows) * number,
        data=(train_rows + test_rows) * columns * (2 * DOUBLE + COPIES_OF_ROWS * number),
        rows=rows,
    )


def _weights(plan: "Plan", number: int) -> int:
    """Return bytes for weights, gradients, mask, the optimizer's memories, and what a step makes."""
    optimizer = by_key(OPTIMIZERS, plan.training.optimizer, "optimizer")
    slots = len(optimizer.slots)
    kept = (3 + max(slots, 1)) * number
    passing = max(DOUBLE + number, (2 + slots) * number)
    if optimizer.solves:
        standard = next(spec.default for spec in optimizer.parameters if spec.key == "memory")
        steps = plan.training.optimizer_parameters.get("memory", standard)
        passing = int(2 * steps + SOLVER_VECTORS) * DOUBLE
    return sum(shape.size for shape in plan.shapes) * (kept + passing)


def numbers_of_a_row(shapes: Sequence[LayerShape]) -> int:
    """Return how many numbers a pass forward and back keeps for each row of a batch, its inputs included."""
    return shapes[0].inputs + 1 + sum(BUFFERS[shape.kind] * (shape.units + 1) for shape in shapes)


def _batch(plan: "Plan", rows: int, train_rows: int, test_rows: int) -> int:
    """Return how many numbers the passes over a batch of `rows`, and over those to be measured, keep."""
    each = numbers_of_a_row(plan.shapes)
    values = plan.shapes[0].inputs + sum(shape.units + 1 for shape in plan.shapes)
    widest = max(shape.units for shape in plan.shapes)
    most = max(train_rows, test_rows)
    passing = max(min(EVALUATED, most) * (values + 3 * widest), rows * 3 * widest)
    if plan.device == "compiled":
        # The kernels' own buffers; those for going operation by operation have been used until they came.
        passing = max(passing, (4 * values + widest + plan.output_units) * max(rows, min(FEWEST, most)))
    # Of an epoch's last batch, which may be smaller, there are buffers of its own.
    return each * (rows + train_rows % rows) + passing


def shortage(plan: "Plan", train_rows: int, test_rows: int, free: int) -> str:
    """Return in words that a run needs more than the `free` bytes; empty when it does not.

    What a graphics card has room for, the card itself says.
    """
    needed = need(plan, train_rows, test_rows)
    if plan.device not in PROCESSORS or needed.total <= free:
        return ""
    remedy = "Make the batch or the layers smaller."
    if plan.full_batch:
        label = by_key(OPTIMIZERS, plan.training.optimizer, "optimizer").label
        remedy = f"{label} takes all rows at once: choose another optimizer, fewer samples or smaller layers."
    return (
        f"This network needs about {_in_words(needed.total)} (weights and optimizer "
        f"{_in_words(needed.weights)}, one batch of {needed.rows:,} rows {_in_words(needed.batch)}), and "
        f"{_in_words(free)} are free. {remedy}"
    )


def _in_words(count: int) -> str:
    """Return a number of bytes in gigabytes, or in megabytes when it is below a tenth of one."""
    return f"{count / GIGABYTE:.1f} GB" if count >= GIGABYTE / 10 else f"{count / 1e6:,.0f} MB"


def reason(error: BaseException) -> str:
    """Return an exception's own first line, or "out of memory" where it comes to that."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    kinds = {kind.__name__ for kind in type(error).__mro__}
    full = kinds & {"MemoryError", "OutOfMemoryError"} or "out of memory" in lines[0].lower()
    return "out of memory" if full else lines[0]
