"""Mini-batch training: which rows a step sees, and what a step does."""

import numpy as np

from playground.engine.backends.base import Array
from playground.engine.losses import Loss
from playground.engine.network import Network
from playground.engine.optimizers import Optimizer
from playground.engine.regularizers import Regularizer
from playground.engine.workspace import Workspace, with_ones

Batch = tuple[Workspace, Array, Array, Array]
"""The buffers to use, the examples as rows and as columns (both with ones), and the targets."""


class Trainer:
    """Trains a network on the rows of `x` (n, inputs) and `y` (n, outputs), which are copied.

    Every epoch uses each row once, in an order that depends on `seed` and the epoch alone; the last batch of
    an epoch may be smaller and is applied with its own size as divisor. All settings may be changed between
    two calls of `run`; another batch size holds for the rows of the epoch that are still to come.

    Attributes:
        epoch: whole epochs done. step: steps done altogether.
        learning_rate, regularizer, regularization_rate, optimizer, loss: used from the next step on.

    Raises:
        ValueError: when shapes do not fit, there are no rows, or the batch size is below 1.
    """

    def __init__(
        self,
        network: Network,
        loss: Loss,
        optimizer: Optimizer,
        x: Array,
        y: Array,
        *,
        learning_rate: float,
        batch_size: int,
        regularizer: Regularizer,
        regularization_rate: float,
        seed: int,
    ) -> None:
        rows = network.as_rows(x)
        if len(rows) == 0:
            raise ValueError("there are no rows to train on")
        self.network, self.loss, self.optimizer = network, loss, optimizer
        self.learning_rate = learning_rate
        self.regularizer, self.regularization_rate = regularizer, regularization_rate
        self.seed = seed
        self.epoch = 0
        self.step = 0
        self._count = int(rows.shape[0])
        self._rows = with_ones(network.backend, rows)
        self._targets = network.backend.xp.array(network.as_targets(y, self._count))
        # The rows in this epoch's order: refilled in place, so that the views of the batches stay.
        self._shuffled_rows = network.backend.xp.empty_like(self._rows)
        self._shuffled_targets = network.backend.xp.empty_like(self._targets)
        self._shuffled_epoch = -1
        self._scratch = network.backend.xp.zeros(network.size, dtype=network.dtype)
        self._batches: list[Batch] = []
        self._first_row = 0
        self._next = 0
        self._batch_size = 0
        self.batch_size = batch_size

    @property
    def batch_size(self) -> int:
        """Rows in a step, the last step of an epoch excepted."""
        return self._batch_size

    @batch_size.setter
    def batch_size(self, value: int) -> None:
        if value < 1:
            raise ValueError(f"a batch needs at least one row; got {value}")
        if value != self._batch_size:
            first_row = self.position if self._batches else 0
            self._batch_size = value
            self._cut(first_row)

    @property
    def position(self) -> int:
        """Rows of the current epoch that have been used."""
        return min(self._first_row + self._next * self._batch_size, self._count)

    @property
    def steps_per_epoch(self) -> int:
        """Steps in a whole epoch at the current batch size."""
        return -(-self._count // self._batch_size)

    def run(self, max_steps: int) -> int:
        """Train until `max_steps` steps or the end of the current epoch, and return the steps done.

        How a run is divided into calls makes no difference to it. Numbers that overflow become inf or nan
        without a warning; `network.is_finite()` tells.
        """
        if max_steps < 1:
            return 0
        if self._shuffled_epoch != self.epoch:
            self._shuffle()
        start = self._next
        stop = min(start + max_steps, len(self._batches))
        with np.errstate(all="ignore"):
            self._run_batches(start, stop)
        self._next = stop
        self.step += stop - start
        if stop == len(self._batches):
            self.epoch += 1
            self._next = 0
            if self._first_row:
                self._cut(0)
        return stop - start

    def _run_batches(self, start: int, stop: int) -> None:
        """Take one step with each of the batches from `start` to before `stop`: the only training loop."""
        network, loss, rate = self.network, self.loss, self.learning_rate
        parameters, gradients = network.parameters, network.gradients
        update = self.optimizer.update
        penalty_rate, add_gradient = self.regularization_rate, self.regularizer.add_gradient
        for work, rows, columns, targets in self._batches[start:stop]:
            work.forward(columns)
            work.backward(rows, targets, loss)
            if penalty_rate:
                add_gradient(parameters, network.weight_mask, penalty_rate, gradients, self._scratch)
            update(parameters, gradients, rate)

    def _cut(self, first_row: int) -> None:
        """Cut the rows from `first_row` on into batches, as views of the shuffled rows."""
        self._batches = []
        for start in range(first_row, self._count, self._batch_size):
            part = slice(start, min(start + self._batch_size, self._count))
            rows, targets = self._shuffled_rows[part], self._shuffled_targets[part]
            work = self.network.workspace(rows.shape[0])
            self._batches.append((work, rows, rows.T, targets))
        self._first_row, self._next = first_row, 0

    def _shuffle(self) -> None:
        """Bring the rows into the order of the current epoch."""
        order = np.random.default_rng([self.seed, self.epoch]).permutation(self._count)
        moved = self.network.backend.asarray(order, np.int64)
        np.take(self._rows, moved, axis=0, out=self._shuffled_rows)
        np.take(self._targets, moved, axis=0, out=self._shuffled_targets)
        self._shuffled_epoch = self.epoch
