"""Mini-batch training: which rows a step sees, what a step does, and when the losses are measured."""

import math
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from playground.engine import dice
from playground.engine.backends.base import Array, HostArray, Runner
from playground.engine.clipping import CLIPPINGS, Clipping
from playground.engine.curves import Point, Watch, is_recorded
from playground.engine.losses import Loss
from playground.engine.network import Network
from playground.engine.optimizers import Optimizer
from playground.engine.regularizers import Regularizer
from playground.engine.schedules import SCHEDULES, Schedule
from playground.engine.workspace import Workspace, with_ones

Batch = tuple[Workspace, Array, Array, Array]
"""The buffers to use, the examples as rows and as columns (both with ones), and the targets."""

Makes = Callable[[int, int, npt.NDArray[np.float64]], int]
"""Takes steps with the batches from one to before another, at given rates; returns how many it took."""


class Trainer:
    """Trains a network on the rows of `x` (n, inputs) and `y` (n, outputs), which are copied.

    Every epoch uses each row once, in an order that depends on `seed` and the epoch alone; the last batch of
    an epoch may be smaller and is applied with its own size as divisor. All settings may be changed between
    two calls of `run`; another batch size holds for the rows of the epoch that are still to come.

    Attributes:
        epoch: whole epochs done. step: steps done altogether.
        learning_rate, schedule, schedule_hyper, planned_epochs, regularizer, regularization_rate, clipping,
            clip_limit, optimizer, loss: used from the next step on.
        points: the curves, a point for each measured epoch and each call of `record`; whoever reads them may
            empty the list.
        diverged: whether a measured loss was no longer a finite number.
        shuffled_rows, shuffled_targets: the rows, with their ones, and the targets in this epoch's order.
        held: (P,) on the backend, True at parameters that no step changes; None while every one may change.

    Raises:
        ValueError: when shapes do not fit, there are no rows, or the batch size is below 1.
    """

    in_kernels: ClassVar[bool] = True
    """Whether the compiled kernels make these very steps."""

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
        schedule: Schedule = SCHEDULES[0],
        schedule_hyper: tuple[float, ...] = (),
        planned_epochs: float = 1.0,
        clipping: Clipping = CLIPPINGS[0],
        clip_limit: float = 1.0,
        watch: Watch | None = None,
    ) -> None:
        rows = network.as_rows(x)
        if len(rows) == 0:
            raise ValueError("there are no rows to train on")
        self.network, self.loss = network, loss
        self.learning_rate = learning_rate
        self.schedule, self.schedule_hyper, self.planned_epochs = schedule, schedule_hyper, planned_epochs
        self.regularizer, self.regularization_rate = regularizer, regularization_rate
        self.clipping, self.clip_limit = clipping, clip_limit
        self.seed = seed
        self.bits = dice.stream(seed)
        self.epoch = 0
        self.step = 0
        self.points: list[Point] = []
        self.diverged = False
        self.x: Array = network.backend.xp.array(rows)
        self.y: Array = network.backend.xp.array(network.as_targets(y, len(rows)))
        self.count = int(rows.shape[0])
        self.watch = watch
        self.runner: Runner | None = None  # kept here by the backend that makes it
        self.held: Array | None = None
        self._hold: tuple[Array, Array] | None = None
        self._rows = with_ones(network.backend, rows)
        # Refilled in place, so that the views of the batches stay.
        self.shuffled_rows = network.backend.xp.empty_like(self._rows)
        self.shuffled_targets = network.backend.xp.empty_like(self.y)
        self._shuffled_epoch = -1
        self._batches: list[Batch] = []
        self._first_row = 0
        self._next = 0
        self._batch_size = 0
        self._used_batch_size = 0
        self._optimizer = optimizer
        self.batch_size = batch_size

    # Settings -------------------------------------------------------------------------------------------

    @property
    def optimizer(self) -> Optimizer:
        """What turns gradients into updates; one that needs all rows has them, whatever the batch size."""
        return self._optimizer

    @optimizer.setter
    def optimizer(self, value: Optimizer) -> None:
        self._optimizer = value
        self._recut()

    @property
    def batch_size(self) -> int:
        """Rows in a step as asked for, the last step of an epoch excepted."""
        return self._batch_size

    @batch_size.setter
    def batch_size(self, value: int) -> None:
        if value < 1:
            raise ValueError(f"a batch needs at least one row; got {value}")
        self._batch_size = value
        self._recut()

    @property
    def used_batch_size(self) -> int:
        """Rows in a step in fact."""
        return self._used_batch_size

    @property
    def position(self) -> int:
        """Rows of the current epoch that have been used."""
        return min(self._first_row + self._next * self._used_batch_size, self.count)

    @property
    def steps_per_epoch(self) -> int:
        """Steps in a whole epoch at the current batch size."""
        return -(-self.count // self._used_batch_size)

    @property
    def progress(self) -> float:
        """Epochs done, with the part of the current one."""
        return self.epoch + self.position / self.count

    def rates(self, steps: int) -> npt.NDArray[np.float64]:
        """Return the learning rates of the next `steps` steps, by the schedule."""
        if self.schedule.key == SCHEDULES[0].key:
            return np.full(steps, self.learning_rate)
        size, per_epoch = self._used_batch_size, self.steps_per_epoch
        left = -(-(self.count - self.position) // size)
        step = np.arange(steps)
        later = step - left
        times = np.where(
            later < 0,
            self.epoch + (self.position + step * size) / self.count,
            self.epoch + 1 + later // per_epoch + later % per_epoch * size / self.count,
        )
        return self.learning_rate * self.schedule.factor(times, self.planned_epochs, self.schedule_hyper)

    def hold(self, held: HostArray | None) -> None:
        """Let no step from the next one on change the parameters where `held` (P,) is True.

        Their gradients are 0 before they are clipped. Nothing is held where none is, or with None.
        """
        if held is None or not held.any():
            self.held = None
            return
        if held.shape != (self.network.size,):
            raise ValueError(f"this network has {self.network.size} parameters; got {held.shape} to hold")
        backend = self.network.backend
        if self._hold is None:
            # Refilled in place, so that recorded steps go on with them.
            mask = backend.xp.zeros(self.network.size, dtype=np.bool_)
            self._hold = mask, backend.xp.empty_like(self.network.parameters)
        self.held = self._hold[0]
        self.held[...] = backend.asarray(held, np.bool_)

    def revive(self, index: int) -> None:
        """Let the parameter with this index in the flat vector learn again, should a rule have ended that."""

    # Training -------------------------------------------------------------------------------------------

    def run(self, max_steps: int, until: float = math.inf) -> int:
        """Train up to `max_steps` steps, not beyond epoch `until`, and return the steps done.

        How a run is divided into calls makes no difference to it. Stops when a measured loss is no number any
        more. Numbers that overflow become inf or nan without a warning.
        """
        runner = self.network.backend.runner(self)
        done = 0
        while done < max_steps and self.epoch < until and not self.diverged:
            if runner is not None:
                done += runner.run(max_steps - done, until)
            else:
                done += self.advance(max_steps - done, until, self.run_batches)
        return done

    def advance(self, max_steps: int, until: float, make: Makes) -> int:
        """Train up to `max_steps` steps by `make`, at most to the end of the epoch; return how many."""
        if self._shuffled_epoch != self.epoch:
            self._shuffle()
        start = self._next
        stop = min(start + max_steps, len(self._batches))
        rates = self.rates(stop - start)
        with np.errstate(all="ignore"):
            stop = start + make(start, stop, rates)
        self._next = stop
        self.step += stop - start
        if stop == len(self._batches):
            self.move_to(self.epoch + 1, 0)
            if is_recorded(self.epoch) or self.epoch >= until:
                self.record()
        return stop - start

    def next_batch(self) -> Batch:
        """Return the batch that the next step will take."""
        if self._shuffled_epoch != self.epoch:
            self._shuffle()
        return self._batches[self._next]

    def run_batches(self, start: int, stop: int, rates: npt.NDArray[np.float64]) -> int:
        """Take a step with each of the batches from `start` to before `stop`, operation by operation."""
        solves = self._optimizer.solves
        numbers = [] if solves else self.numbers(rates)
        for later in range(stop - start):
            batch = self._batches[start + later]
            batch[0].begin(self.bits, self.step + later)
            if solves:
                self._solve(*batch)
            else:
                self.make_step(batch, numbers[later])
                self._optimizer.step += 1
        return stop - start

    def numbers(self, rates: npt.NDArray[np.float64]) -> list[tuple[float, ...]]:
        """Return for each of the next steps what `make_step` takes, by their learning rates."""
        each, penalty = rates.tolist(), self.regularization_rate
        prices = [rate * penalty for rate in each] if self.regularizer.shrinks else [penalty] * len(each)
        constants = self._optimizer.upcoming(each)
        return [(price, self.clip_limit, *c) for price, c in zip(prices, constants, strict=True)]

    def outlook(self, index: int) -> tuple[Workspace, int, int]:
        """Return a batch's buffers, its first row, and how many batches from it on have the same buffers."""
        work, others = self._batches[index][0], len(self._batches) - index - 1
        alike = others + (self._batches[-1][0] is work)
        return work, self._first_row + index * self._used_batch_size, alike

    def make_step(self, batch: Batch, numbers: Sequence[Any]) -> None:
        """Pass a batch forward and back, add the price on weights, clip, and let the optimizer improve.

        `numbers` are the price on weights, the limit of gradients and the optimizer's constants: all that
        differs from step to step but for the batch. Nothing here travels to the host.
        """
        work, rows, columns, targets = batch
        price, limit, *constants = numbers
        self._begin_holding()
        work.forward(columns)
        work.backward(rows, targets, self.loss)
        network, slope = self.network, self.regularizer.slope
        parameters, gradients, mask = network.parameters, network.gradients, network.weight_mask
        if self.regularization_rate:
            if self.regularizer.shrinks:
                parameters -= price * mask * parameters
            elif slope is not None:
                gradients += mask * slope(parameters, price)
        self._quieten()
        self.clipping.clip(gradients, limit)
        self._optimizer.apply(parameters, gradients, mask, constants)
        self._end_holding()

    def _begin_holding(self) -> None:
        """Remember what is to stay: a pass forward moves running averages, too."""
        if self.held is not None and self._hold is not None:
            self._hold[1][...] = self.network.parameters

    def _quieten(self) -> None:
        """Make the gradients of what is held 0, whatever they were."""
        if self.held is not None:
            gradients = self.network.gradients
            gradients[...] = np.where(self.held, 0.0, gradients)

    def _end_holding(self) -> None:
        """Bring back what is held, whatever decay and memories have made of it."""
        if self.held is not None and self._hold is not None:
            parameters = self.network.parameters
            parameters[...] = np.where(self.held, self._hold[1], parameters)

    def _solve(self, work: Workspace, rows: Array, columns: Array, targets: Array) -> None:
        """Let an optimizer that works on the loss itself do so, with the price on weights included."""
        network = self.network

        def objective(host: HostArray) -> tuple[float, HostArray]:
            network.set_parameters(host)
            work.forward(columns)
            work.backward(rows, targets, self.loss)
            value = work.mean_loss(targets, self.loss)
            if self.regularization_rate and self.regularizer.slope is not None:
                weights = network.parameters * network.weight_mask
                value += self.regularizer.penalty(weights, self.regularization_rate)
                network.gradients += network.weight_mask * self.regularizer.slope(
                    network.parameters, self.regularization_rate
                )
            self._quieten()
            return value, network.backend.to_host(network.gradients).astype(np.float64)

        self._begin_holding()
        self._optimizer.minimise(network.parameters, objective)
        self._end_holding()

    # Measuring --------------------------------------------------------------------------------------------

    def record(self) -> None:
        """Measure the losses and the metric as they are, and add the point to the curves."""
        if self.watch is None:
            return
        passes = self.network.backend.runner(self)
        if passes is not None:
            passes.record()
            return
        to_host = self.network.backend.to_host
        figures: list[tuple[float, float]] = []
        for x, y in ((self.x, self.y), (self.watch.x, self.watch.y)):
            loss, outputs = self._measure(x, y)
            figures.append((loss, self.watch.score(outputs, to_host(y))))
        self.add_figures(self.progress, figures)

    def _measure(self, x: Array, y: Array) -> tuple[float, HostArray]:
        """Return the mean loss over the rows `x` with the targets `y`, and the outputs (n, outputs)."""
        return self.network.evaluate(x, y, self.loss)

    def add_figures(self, progress: float, figures: Sequence[tuple[float, float]]) -> None:
        """Add a point made of mean loss and metric, first of the training rows, then of those watched."""
        (train, train_score), (test, test_score) = figures
        self.add_point((progress, train, test, train_score, test_score))

    def add_point(self, point: Point) -> None:
        """Add a point to the curves and look whether its loss is a number."""
        self.points.append(point)
        self.diverged = not math.isfinite(point[1])

    # Rows -----------------------------------------------------------------------------------------------

    def leftovers(self) -> dict[str, HostArray]:
        """Return host copies of what steps leave to later ones, but for parameters and optimizer: nothing."""
        return {}

    def load_leftovers(self, leftovers: dict[str, HostArray]) -> None:
        """Go on with what `leftovers()` returned; ValueError when it is not that of this kind of trainer."""
        if leftovers:
            raise ValueError(f"{type(self).__name__} leaves no {', '.join(leftovers)} to later steps")

    def move_to(self, epoch: int, row: int) -> None:
        """Say that the training stands at a row of an epoch, the first of a batch."""
        self.epoch = epoch
        size = self._used_batch_size
        if row >= self._first_row and (row - self._first_row) % size == 0 and (row or not self._first_row):
            self._next = (row - self._first_row) // size
        else:
            self._cut(row)

    def _recut(self) -> None:
        """Cut the rest of the epoch into batches of the size that is now right."""
        size = self.count if self._optimizer.full_batch else self._batch_size
        if size != self._used_batch_size:
            first_row = self.position if self._batches else 0
            self._used_batch_size = size
            self._cut(first_row if first_row < self.count else 0)

    def _cut(self, first_row: int) -> None:
        """Cut the rows from `first_row` on into batches, as views of the shuffled rows."""
        self._batches = []
        for start in range(first_row, self.count, self._used_batch_size):
            part = slice(start, min(start + self._used_batch_size, self.count))
            rows, targets = self.shuffled_rows[part], self.shuffled_targets[part]
            work = self.network.workspace(rows.shape[0])
            self._batches.append((work, rows, rows.T, targets))
        self._first_row, self._next = first_row, 0

    def _shuffle(self) -> None:
        """Bring the rows into the order of the current epoch."""
        moved = self.network.backend.asarray(self._order(), np.int64)
        np.take(self._rows, moved, axis=0, out=self.shuffled_rows)
        np.take(self.y, moved, axis=0, out=self.shuffled_targets)
        self._shuffled_epoch = self.epoch

    def _order(self) -> HostArray:
        """Return the row numbers (n,) in the order of the current epoch."""
        return dice.order(self.bits, self.epoch, self.count)
