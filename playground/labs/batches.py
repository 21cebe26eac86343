"""Which rows the trainer takes in which iteration: the table of epochs for N rows in batches of B.

The order is the engine's own (`engine/dice.py`), so a table says what the trainer does with the same seed.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from playground.engine import dice

IntArray = npt.NDArray[np.int64]
Tell = Callable[[float], None]
"""Takes the share of a piece of work that is done."""
Cancelled = Callable[[], bool]
"""Says whether a piece of work is to be given up."""


class BatchRefused(ValueError):  # noqa: N818 - a refusal, not an error of the program
    """A batch that the rows cannot give; the message is a sentence that says what to do."""


def require(rows: int, batch: int) -> None:
    """Raise BatchRefused unless batches of `batch` can be drawn from `rows` rows."""
    if rows < 1:
        raise BatchRefused("There are no rows to draw a batch from: give N at least 1.")
    if batch < 1:
        raise BatchRefused("A batch needs at least one row: give B at least 1.")
    if batch > rows:
        raise BatchRefused(
            f"A batch of {batch:,} rows cannot be drawn from {rows:,}: make B at most {rows:,}, or N larger."
        )


def iterations(rows: int, batch: int) -> int:
    """Return how many iterations an epoch has, ceil(N / B); the last batch may be smaller."""
    require(rows, batch)
    return -(-rows // batch)


def epoch(rows: int, batch: int, seed: int, number: int) -> tuple[IntArray, ...]:
    """Return the numbers of the rows in each iteration of an epoch (the first is 0), in the trainer's order.

    Each of the rows 0 to N - 1 is in exactly one of the batches.
    """
    require(rows, batch)
    order = dice.order(dice.stream(seed), number, rows)
    return tuple(order[start : start + batch] for start in range(0, rows, batch))
