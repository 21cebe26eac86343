"""What a batch size costs: time, measured with the engine on this computer, and memory, by its own sum.

An epoch of N rows is ceil(N / B) steps. A step has a price of its own, which many rows share, and every row
of it is kept on the way forward for the way back: time per epoch falls with B, memory grows with it.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from playground.engine.backends.base import Backend
from playground.engine.curves import Watch
from playground.engine.layers import LayerShape
from playground.engine.losses import LOSSES
from playground.engine.network import Network
from playground.engine.optimizers import SGD
from playground.engine.regularizers import REGULARIZERS
from playground.engine.trainer import Trainer
from playground.experiment.memory import numbers_of_a_row
from playground.labs.batches import Cancelled, Tell, iterations, require
from playground.tables import by_key

PRECISION = "float32"
NUMBER = 4
"""Bytes of a number in single precision."""
SECONDS = 0.12
"""How long each batch size is timed at least."""
WORK, REST = 0.008, 0.003
"""Seconds after which a measurement asks whether to go on, and how long it leaves the interpreter free."""
UNMEASURED_EPOCH = 1_000_001
"""An epoch so late that hardly any is followed by a measuring of the losses (`engine/curves.py`)."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one batch size costs: `step_seconds` is measured, `memory` in bytes is computed."""

    batch: int
    iterations: int
    step_seconds: float
    memory: int

    @property
    def steps_per_second(self) -> float:
        """How many steps are made in a second."""
        return 1.0 / self.step_seconds

    @property
    def epoch_seconds(self) -> float:
        """How long an epoch takes: its iterations, each as long as those that were timed."""
        return self.iterations * self.step_seconds


def dense_shapes(widths: Sequence[int], activation: str = "relu") -> tuple[LayerShape, ...]:
    """Return Dense layers from the first of `widths`, the inputs, to the last, which answers linearly."""
    last = len(widths) - 2
    return tuple(
        LayerShape(inputs, units, "linear" if index == last else activation, "glorot_uniform")
        for index, (inputs, units) in enumerate(pairwise(widths))
    )


def batch_memory(shapes: Sequence[LayerShape], batch: int) -> int:
    """Return the bytes that the passes over a batch of so many rows keep: in proportion to the rows."""
    return numbers_of_a_row(shapes) * batch * NUMBER


def measure(
    backend: Backend,
    shapes: Sequence[LayerShape],
    rows: int,
    sizes: Sequence[int],
    tell: Tell = lambda _share: None,
    cancelled: Cancelled = lambda: False,
    seconds: float = SECONDS,
) -> tuple[Cost, ...] | None:
    """Return the cost of each batch size for plain descent on N made-up rows; None when cancelled.

    What is in the rows makes no difference to the time. Weights stay as they are, with a learning rate of 0,
    so that no number becomes slow to compute with.
    """
    found: list[Cost] = []
    for index, size in enumerate(sizes):
        tell(index / len(sizes))
        require(rows, size)
        each = _step_seconds(_trainer(backend, shapes, rows, size), seconds, cancelled)
        if each is None:
            return None
        found.append(Cost(size, iterations(rows, size), each, batch_memory(shapes, size)))
    return tuple(found)


def _trainer(backend: Backend, shapes: Sequence[LayerShape], rows: int, batch: int) -> Trainer:
    rng = np.random.default_rng(0)
    network = Network(backend, shapes, PRECISION)
    network.initialise(0)
    x, y = rng.standard_normal((rows, shapes[0].inputs)), rng.standard_normal((rows, shapes[-1].units))
    data = backend.asarray(x, PRECISION), backend.asarray(y, PRECISION)
    trainer = Trainer(
        network,
        by_key(LOSSES, "half_squared", "loss"),
        SGD(backend, network.size, PRECISION),
        *data,
        learning_rate=0.0,
        batch_size=batch,
        regularizer=REGULARIZERS[0],
        regularization_rate=0.0,
        seed=0,
        watch=Watch(data[0][:1], data[1][:1]),
    )
    trainer.move_to(UNMEASURED_EPOCH, 0)
    return trainer


def _step_seconds(trainer: Trainer, seconds: float, cancelled: Cancelled) -> float | None:
    """Return how long a step takes, None when cancelled; the first step is not timed.

    It is the median over pieces of work, so that what disturbs one of them does not count.
    """
    trainer.run(1)
    some, spent = 1, 0.0
    pieces: list[float] = []
    while spent < seconds:
        if cancelled():
            return None
        begun = time.perf_counter()
        trainer.run(some)
        trainer.network.backend.synchronize()
        piece = time.perf_counter() - begun
        spent += piece
        pieces.append(piece / some)
        if 2 * piece < WORK:  # too short to be timed well
            some *= 2
            del pieces[:-1]
        time.sleep(REST)
    return float(np.median(pieces))
