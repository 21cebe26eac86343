"""Steps of a trainer as CUDA graphs: recorded once, and started again and again by a single call.

A step of a small network is some fifty operations, and starting each of them takes longer than computing it.
So nothing that changes from step to step comes from the host: a cursor on the card says where the training
stands; a step takes its rows and its numbers from there and moves the cursor on. A graph then serves all
batches of one size. CuPy is met through `backend.xp` alone.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.engine.backends.base import Array
from playground.engine.metrics import spread

if TYPE_CHECKING:
    from playground.engine.backends.cuda import CudaBackend
    from playground.engine.trainer import Trainer
    from playground.engine.workspace import Workspace

LENGTHS = (16, 1)
"""Steps that a graph may have: the long one spares starts, the short one fills up."""

TABLE = 1024
"""Steps whose numbers are worked out and sent to the card together."""

COLUMNS = 8
"""Numbers of a step: at most six of the optimizer, the price on weights and the limit of the gradients."""

CHUNK = 8192
"""Examples that are measured together, which bounds the memory used."""

MAX_BODIES = 6
"""Combinations of settings whose graphs are kept."""

Work = Callable[[], None]


class GraphError(RuntimeError):
    """Graphs cannot be made here; nothing has been changed by trying."""


class Recorder:
    """Records work as graphs, whose temporary arrays live in memory that nobody else uses."""

    def __init__(self, backend: "CudaBackend") -> None:
        self._backend, self._cuda = backend, backend.xp.cuda
        self._stream = self._cuda.Stream(non_blocking=True)
        self._pool = self._cuda.MemoryPool()

    def record(self, work: Work, times: int) -> Any:
        """Return a graph that does `work` so many times; nothing is computed by recording it."""
        with self._cuda.using_allocator(self._pool.malloc), self._stream, self._backend.direct_products():
            self._stream.begin_capture()
            try:
                for _ in range(times):
                    work()
            except BaseException:
                with suppress(RuntimeError):  # what went wrong before says more than that this fails, too
                    self._stream.end_capture()
                raise
            return self._stream.end_capture()


class Body:
    """Work that is done as it stands the first time, which loads all that it needs, and by graphs then.

    `changes` are the arrays that come back as they were when the first time fails.
    """

    def __init__(self, backend: "CudaBackend", work: Work, changes: Sequence[Array]) -> None:
        self._backend, self._work, self._changes = backend, work, changes
        self._graphs: dict[int, Any] = {}
        self._warm = False

    def do(self, most: int, recorder: Recorder) -> int:
        """Do the work at least once and at most `most` times, and return how many times.

        Raises:
            GraphError: when it cannot be done so; it has not been done then.
        """
        if not self._warm:
            self._first()
            return 1
        times = next(length for length in LENGTHS if length <= most)
        if times not in self._graphs:
            try:
                self._graphs[times] = recorder.record(self._work, times)
            except Exception as error:
                # Whatever CuPy, CUDA or cuBLAS objects to, the trainer can go on without.
                raise GraphError(f"{type(error).__name__}: {error}") from error
        self._graphs[times].launch()
        return times

    def _first(self) -> None:
        before = [self._backend.xp.array(array) for array in self._changes]
        try:
            with self._backend.direct_products():
                self._work()
        except Exception as error:
            for array, kept in zip(self._changes, before, strict=True):
                array[...] = kept
            raise GraphError(f"{type(error).__name__}: {error}") from error
        self._warm = True


class Runner:
    """The steps of one trainer, by graphs. Reads the trainer's settings at every call.

    Attributes:
        reason: why the trainer has to go on operation by operation; empty while graphs do the work.
    """

    def __init__(self, trainer: "Trainer", backend: "CudaBackend") -> None:
        network, xp = trainer.network, backend.xp
        self._trainer, self._backend = trainer, backend
        self.reason = ""
        self._bodies: dict[Any, Body] = {}
        self._recorder = Recorder(backend)
        dropouts = sum(layer.kind == "dropout" for layer in network.layers)
        self._numbers: Array = xp.zeros((TABLE, COLUMNS), dtype=network.dtype)
        self._chances: Array = xp.zeros((TABLE, dropouts), dtype=np.uint32)
        self._numbers_now: Array = xp.zeros((1, COLUMNS), dtype=network.dtype)
        self._chances_now: Array = xp.zeros((1, dropouts), dtype=np.uint32)
        self._cursor: Array = xp.zeros(2, dtype=np.int64)
        self._row, self._index = self._cursor[0:1], self._cursor[1:2]
        self._at = 0  # the row at which the cursor stands
        self._sums: Array = xp.zeros(4, dtype=np.float64)
        self._sets = _sets(trainer)
        self._spreads = [spread(backend.to_host(y)) for _, y in self._sets]

    # Steps ----------------------------------------------------------------------------------------------

    def run(self, max_steps: int, until: float) -> int:
        """Make up to `max_steps` steps, as `Trainer.run`; it may stop earlier for reasons of its own."""
        trainer, most, done = self._trainer, min(max_steps, TABLE), 0
        self._send(most)
        while done < most and trainer.epoch < until and not trainer.diverged:
            make = trainer.run_batches if self.reason else self._run_batches
            done += trainer.advance(most - done, until, make)
        self._backend.synchronize()
        return done

    def _send(self, steps: int) -> None:
        """Send the numbers of the next steps to the card, and put the cursor where the trainer stands."""
        trainer, asarray = self._trainer, self._backend.asarray
        table = np.zeros((steps, COLUMNS))
        numbers = np.array(trainer.numbers(trainer.rates(steps)))
        table[:, : numbers.shape[1]] = numbers
        self._numbers[:steps] = asarray(table, trainer.network.dtype)
        if self._chances.shape[1]:
            work, _, _ = trainer.outlook(0)
            chances = [work.chances(trainer.bits, trainer.step + later) for later in range(steps)]
            self._chances[:steps] = asarray(chances, np.uint32)
        self._index[...] = 0
        self._move_to(trainer.position)

    def _move_to(self, row: int) -> None:
        self._row[...] = self._at = row

    def _run_batches(self, start: int, stop: int, _rates: Any) -> int:
        """Take a step with each of the batches from `start` to before `stop`, fewer when graphs fail."""
        trainer, index = self._trainer, start
        while index < stop and not self.reason:
            work, row, alike = trainer.outlook(index)
            if row != self._at:
                self._move_to(row)
            done = self._do(self._key(work), min(alike, stop - index), partial(self._step_body, work))
            self._at += done * work.rows
            trainer.optimizer.step += done
            index += done
        return index - start

    def _do(self, key: Any, most: int, make: Callable[[], Body]) -> int:
        """Do the work of a body, made when it is new, and return how many times; 0 when graphs fail."""
        if key not in self._bodies:
            if len(self._bodies) >= MAX_BODIES:
                del self._bodies[next(iter(self._bodies))]
            self._bodies[key] = make()
        try:
            return self._bodies[key].do(most, self._recorder)
        except GraphError as error:
            self.reason = str(error)
            self._backend.give_up_graphs()
            self._bodies.clear()
            return 0

    def _key(self, work: "Workspace") -> Any:
        """Return everything that a graph of a step is made for; the rest is read from the table."""
        trainer = self._trainer
        priced = trainer.regularization_rate != 0.0
        held = trainer.held is not None
        return work, trainer.loss, trainer.optimizer, trainer.regularizer, priced, trainer.clipping, held

    def _step_body(self, work: "Workspace") -> Body:
        """Return a step with a batch as large as `work`: wherever the cursor stands, and the cursor on."""
        trainer, backend = self._trainer, self._backend
        offsets = backend.asarray(np.arange(work.rows), np.int64)
        stride = backend.asarray([work.rows, 1], np.int64)
        places, targets = backend.xp.empty_like(offsets), backend.xp.empty_like(trainer.y[: work.rows])
        batch = (work, work.x, work.x.T, targets)
        numbers = [self._numbers_now[0, column] for column in range(COLUMNS)]
        work.take_chances(self._chances_now)

        def step() -> None:
            np.add(offsets, self._row, places)
            np.take(trainer.shuffled_rows, places, axis=0, out=work.x)
            np.take(trainer.shuffled_targets, places, axis=0, out=targets)
            np.take(self._numbers, self._index, axis=0, out=self._numbers_now)
            if self._chances.shape[1]:
                np.take(self._chances, self._index, axis=0, out=self._chances_now)
            trainer.make_step(batch, numbers)
            np.add(self._cursor, stride, self._cursor)

        return Body(backend, step, (trainer.network.parameters, trainer.optimizer.memory))

    # Measuring ------------------------------------------------------------------------------------------

    def record(self) -> None:
        """Measure the losses as they are, as `Trainer.record`; four sums travel to the host."""
        trainer = self._trainer
        with np.errstate(all="ignore"):
            measured = self._do(trainer.loss, 1, lambda: Body(self._backend, self._measure, ()))
        if not measured:
            trainer.record()
            return
        assert trainer.watch is not None
        sums = self._backend.to_host(self._sums).tolist()
        figures = []
        for (x, _), whole, total, tally in zip(self._sets, self._spreads, sums[:2], sums[2:], strict=True):
            figures.append(trainer.watch.figures(total, tally, len(x), whole))
        trainer.add_figures(trainer.progress, figures)

    def _measure(self) -> None:
        """Write the sums of the losses over both sets, and then those of the metrics."""
        network, loss, watch = self._trainer.network, self._trainer.loss, self._trainer.watch
        assert watch is not None
        self._sums[...] = 0.0
        for which, (x, y) in enumerate(self._sets):
            total, tally = (self._sums[place : place + 1] for place in (which, which + 2))
            for start in range(0, len(x), CHUNK):
                part = slice(start, start + CHUNK)
                z, outputs = network.answers(x[part])
                np.add(total, np.sum(loss.value(z, outputs, y[part])), total)
                np.add(tally, watch.tally(outputs, y[part]), tally)


def _sets(trainer: "Trainer") -> list[tuple[Array, Array]]:
    """Return the rows and targets that are measured: those of the training, and those of the test."""
    network, watch = trainer.network, trainer.watch
    if watch is None:
        return []
    x = network.as_rows(watch.x)
    return [(trainer.x, trainer.y), (x, network.as_targets(watch.y, len(x)))]
