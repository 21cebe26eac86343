"""Chooses the device for a run by a race: a burst of steps on each, of this very network on its own data.

The race is run on throw-away sessions: weights, chance and history of the run are left alone.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from playground.engine.backends import BACKENDS, PROCESSORS, BackendChoice, compiled
from playground.engine.backends.base import Backend, HostArray
from playground.experiment.memory import reason, shortage
from playground.experiment.prepare import Prepared
from playground.tables import by_key
from playground.training.memory import free_memory
from playground.training.session import Session

FASTER = 1.2
"""How many times as fast another device has to be to be worth a change."""

WARM_UP_SECONDS = 0.03
BURST_SECONDS = 0.025
MEASURED_SECONDS = 0.075
"""Kernels are compiled and captured in the warm-up; of the bursts, the best counts."""

Clock = Callable[[], float]
Conditions = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """How fast a device trains a network."""

    key: str
    label: str
    steps_per_second: float


def measure(
    prepared: Prepared,
    backend: Backend,
    clock: Clock = time.perf_counter,
    interrupted: Callable[[], bool] = lambda: False,
) -> Measured:
    """Return how fast `backend` trains the network of `prepared`; a rough figure when interrupted."""
    session = Session(prepared, backend)
    # So that nothing can grow beyond all numbers meanwhile; the arithmetic is the same.
    session.trainer.learning_rate = 0.0
    start = session.network.get_parameters()
    _burst(session, start, WARM_UP_SECONDS, clock)
    best, end = 0.0, clock() + MEASURED_SECONDS
    while True:
        best = max(best, _burst(session, start, BURST_SECONDS, clock))
        if clock() >= end or interrupted():
            return Measured(backend.key, session.label, best)


def _burst(session: Session, start: HostArray, seconds: float, clock: Clock) -> float:
    """Train for about so many seconds and return the steps a second."""
    trainer, solves = session.trainer, session.trainer.optimizer.solves
    done, chunk, began = 0, 1, clock()
    while True:
        if solves:
            # At a minimum there would be nothing left to do.
            session.network.set_parameters(start)
        made = trainer.run(chunk)
        session.backend.synchronize()
        done += made
        elapsed = clock() - began
        if elapsed >= seconds or not made:
            return done / elapsed if elapsed > 0 else 0.0
        chunk = 1 if solves else chunk * 2


def fastest(measured: tuple[Measured, ...], current: str) -> str:
    """Return the key of the device to train on: the present one, unless another is clearly faster."""
    best = max(measured, key=lambda one: one.steps_per_second)
    now = next((one for one in measured if one.key == current), None)
    if now is None or best.steps_per_second >= FASTER * now.steps_per_second:
        return best.key
    return current


def in_words(measured: tuple[Measured, ...], chosen: str) -> str:
    """Return what was measured, and why a slower device was kept."""
    speeds = ", ".join(f"{one.label} {in_thousands(one.steps_per_second)} steps/s" for one in measured)
    best = max(measured, key=lambda one: one.steps_per_second)
    if best.key == chosen:
        return f"Auto: {speeds}"
    return f"Auto: {speeds}; a change pays from {FASTER:g} times the speed on"


def in_thousands(rate: float) -> str:
    """Return a rate in at most four figures."""
    return f"{rate / 1000:,.0f} k" if rate >= 9_950 else f"{rate:,.0f}"


class Chooser:
    """Keeps a run with the setting "auto" on the fastest device.

    `rivals` are the keys of devices to time against the processor, from `table`; without any, nothing is
    timed and nothing is delayed.

    Attributes:
        words: what was found, in a sentence; empty while nothing was looked for.
    """

    def __init__(
        self,
        rivals: tuple[str, ...],
        table: tuple[BackendChoice, ...] = BACKENDS,
        clock: Clock = time.perf_counter,
    ) -> None:
        self._rivals = rivals
        self._processor = next(one.key for one in table if one.key in PROCESSORS and one.available())
        self._table = table
        self._clock = clock
        self._decided_for: Conditions | None = None
        self.words = ""

    def is_due(self, session: Session) -> bool:
        """Return whether there is something to measure, for the first time or under other conditions."""
        return bool(self._rivals) and self._decided_for != _conditions(session)

    def choose(self, session: Session, interrupted: Callable[[], bool] = lambda: False) -> None:
        """Measure, and move the session when another device is clearly faster; due again when interrupted."""
        conditions = _conditions(session)
        plan = replace(session.prepared.plan, training=session.settings, held=session.held)
        prepared = replace(session.prepared, plan=plan)
        if shortage(plan, len(prepared.train_rows), len(prepared.watched_rows), free_memory()):
            self.words = f"Auto: {session.label}; there is no room to time a second copy of this network"
            self._decided_for = conditions
            return
        found = [self._race(prepared, key, interrupted) for key in self._rivals]
        if any(found) or session.backend.key != self._processor:
            found.insert(0, self._race(prepared, self._processor, interrupted))
        if interrupted():
            return
        self._decided_for = conditions
        measured = tuple(one for one in found if one is not None)
        if measured:
            self._take(session, measured)

    def drop(self, key: str, error: BaseException) -> None:
        """Consider a device no more: it has failed, or is not there."""
        if key in self._rivals:
            self._rivals = tuple(rival for rival in self._rivals if rival != key)
            label = by_key(self._table, key, "device").label
            self.words = f"Auto: the CPU, because {label} cannot be used: {reason(error)}"

    def _race(self, prepared: Prepared, key: str, interrupted: Callable[[], bool]) -> Measured | None:
        """Return how fast a device is; None when it cannot be used or there was no time."""
        if interrupted():
            return None
        try:
            backend = by_key(self._table, key, "device").make()
            return measure(prepared, backend, self._clock, interrupted)
        except Exception as error:
            if key not in self._rivals:
                raise
            # Whatever a card, its driver or its library objects to: the processor goes on.
            self.drop(key, error)
            return None

    def _take(self, session: Session, measured: tuple[Measured, ...]) -> None:
        """Move the session to the fastest device."""
        chosen = fastest(measured, session.backend.key)
        if len(measured) > 1:
            self.words = in_words(measured, chosen)
        if chosen != session.backend.key:
            session.move_to(by_key(self._table, chosen, "device").make())


def _conditions(session: Session) -> Conditions:
    """Return what the speed depends on and may change while a run goes on."""
    settings = session.settings
    loaded = compiled.is_loaded(settings.precision)
    return (settings.batch_size, settings.optimizer, settings.precision, loaded)
