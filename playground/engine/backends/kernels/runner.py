"""Trainers and networks in the kernels: what they are is brought into whole numbers and flat arrays."""

from typing import TYPE_CHECKING, Any

import numpy as np

from playground.engine.backends.base import Array
from playground.engine.backends.kernels import step
from playground.engine.backends.kernels.machine import Machine, make_machine
from playground.engine.clipping import CLIPPINGS
from playground.engine.layers import LayerShape
from playground.engine.losses import LOSSES
from playground.engine.metrics import spread
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.regularizers import REGULARIZERS

if TYPE_CHECKING:
    from playground.engine.network import Network
    from playground.engine.trainer import Trainer

TILE = 128
"""Examples that are looked at together: few enough to stay in the processor's cache."""

RECORDS = 512
"""Points of the curves that one call may add."""


def rehearse(dtype: "np.dtype[Any]") -> None:
    """Call every kernel once with nothing to do, so that it is compiled or loaded."""
    parameters = np.zeros(2, dtype=dtype)
    machine = make_machine((LayerShape(1, 1),), parameters, parameters.copy(), parameters.copy(), 1)
    rows = step.Rows(np.zeros((1, 1), dtype=dtype), np.zeros((1, 1), dtype=dtype))
    choices = step.Choices(
        np.zeros(9, dtype=np.int64),
        np.zeros(3),
        np.zeros(1),
        np.zeros((1, 2), dtype=dtype),
        np.zeros(step.CONSTANTS),
        np.zeros(step.CONSTANTS, dtype=dtype),
        np.zeros(0, dtype=np.int64),
        np.zeros(0, dtype=dtype),
    )
    counters, records = np.zeros(9, dtype=np.int64), np.zeros((1, 5))
    work = (*(np.zeros(1, dtype=np.int64) for _ in range(5)), 0)
    step.run(machine, choices, rows, rows, counters, work, np.zeros(0), 0, 1, records)
    step.measure_now(machine, choices, rows, rows, counters, work[4], 1, records)
    step.look_now(machine, rows.x, np.zeros((1, 1), dtype=dtype), 0, 1)


class Passes:
    """Forward passes of a network in the kernels, with buffers of their own."""

    def __init__(self, network: "Network") -> None:
        self._network = network
        self._machine = _machine(network, TILE)

    def outputs(self, rows: Array, since: int) -> list[Array]:
        """Return the activations (n, units) of layer `since` and later, as `Network.outputs`."""
        units = [layer.units for layer in self._network.layers[since:]]
        result = np.empty((sum(units), len(rows)), dtype=self._network.dtype)
        step.look_now(self._machine, np.ascontiguousarray(rows), result, since, TILE)
        return [part.T for part in np.split(result, np.cumsum(units)[:-1])]


def _machine(network: "Network", capacity: int) -> Machine:
    """Return the machine of a network for up to `capacity` examples at a time."""
    return make_machine(network.layers, network.parameters, network.gradients, network.weight_mask, capacity)


class Runner:
    """The steps of one trainer, thousands in a call. Reads the trainer's settings at every call."""

    def __init__(self, trainer: "Trainer") -> None:
        assert trainer.watch is not None
        network, watch = trainer.network, trainer.watch
        self._trainer = trainer
        x = np.ascontiguousarray(network.as_rows(watch.x))
        y = np.ascontiguousarray(network.as_targets(watch.y, len(x)))
        self._train, self._test = step.Rows(trainer.x, trainer.y), step.Rows(x, y)
        self._counts = (trainer.count, len(x))
        self._spreads = (spread(trainer.y), spread(y))
        everyone = np.arange(max(*self._counts, 1), dtype=np.int64)
        self._work = (*(np.zeros(trainer.count, dtype=np.int64) for _ in range(4)), everyone, trainer.bits)
        self._records = np.zeros((RECORDS, 5))
        self._counters = np.zeros(9, dtype=np.int64)
        self._ordered = -1
        self._capacity = 0
        self._machine: Any = None

    def run(self, max_steps: int, until: float) -> int:
        """Make up to `max_steps` steps, as `Trainer.run`; it may stop earlier for reasons of its own."""
        trainer, counters = self._trainer, self._counters
        choices = self._ready()
        rates = trainer.rates(max_steps)
        last = int(min(until, np.iinfo(np.int64).max))
        done = int(
            step.run(
                *(self._machine, choices, self._train, self._test, counters, self._work, rates, last),
                *(min(TILE, self._capacity), self._records),
            )
        )
        trainer.optimizer.step = int(counters[step.UPDATES])
        trainer.step = int(counters[step.STEP])
        self._ordered = int(counters[step.ORDERED])
        trainer.move_to(int(counters[step.EPOCH]), int(counters[step.ROW]))
        self._take_records()
        return done

    def record(self) -> None:
        """Measure the losses as they are, as `Trainer.record`."""
        choices = self._ready()
        step.measure_now(
            *(self._machine, choices, self._train, self._test, self._counters, self._work[4]),
            *(min(TILE, self._capacity), self._records),
        )
        self._records[0, 0] = self._trainer.progress
        self._take_records()

    def _ready(self) -> Any:
        """Bring counters and buffers to where the trainer stands, and return its choices."""
        trainer = self._trainer
        capacity = max(min(trainer.used_batch_size, trainer.count), min(TILE, max(self._counts)))
        if capacity > self._capacity:
            self._capacity = capacity
            self._machine = _machine(trainer.network, capacity)
        counters = self._counters
        counters[:] = 0
        counters[step.EPOCH], counters[step.ROW] = trainer.epoch, trainer.position
        counters[step.STEP], counters[step.UPDATES] = trainer.step, trainer.optimizer.step
        counters[step.ORDERED], counters[step.BATCH] = self._ordered, trainer.used_batch_size
        return _choices(trainer)

    def _take_records(self) -> None:
        """Hand the new points of the curves to the trainer."""
        trainer, watch = self._trainer, self._trainer.watch
        assert watch is not None
        for progress, *sums in self._records[: int(self._counters[step.RECORDS])].tolist():
            sets = zip(sums[:2], sums[2:], self._counts, self._spreads, strict=True)
            trainer.add_figures(progress, [watch.figures(*one) for one in sets])


def _choices(trainer: "Trainer") -> Any:
    """Return what the trainer is set to, as places in the tables and numbers."""
    assert trainer.watch is not None
    loss, optimizer = trainer.loss, trainer.optimizer
    places = (
        LOSSES.index(loss),
        loss.from_logits,
        loss.average,
        loss.term is not None,
        OPTIMIZERS.index(type(optimizer)),
        REGULARIZERS.index(trainer.regularizer),
        trainer.regularizer.shrinks,
        CLIPPINGS.index(trainer.clipping),
        ("accuracy", "r2").index(trainer.watch.metric),
    )
    numbers = (trainer.regularization_rate, trainer.clip_limit, trainer.watch.threshold)
    held = np.zeros(0, dtype=np.int64) if trainer.held is None else np.flatnonzero(trainer.held)
    return step.Choices(
        np.array(places, dtype=np.int64),
        np.array(numbers, dtype=np.float64),
        np.array([*optimizer.hyper.values(), 0.0]),
        optimizer.memory,
        np.zeros(step.CONSTANTS),
        np.zeros(step.CONSTANTS, dtype=trainer.network.dtype),
        held.astype(np.int64),
        np.zeros(len(held), dtype=trainer.network.dtype),
    )
