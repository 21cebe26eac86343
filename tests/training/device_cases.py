"""Devices for tests: cards that fail, and a table of devices whose speed is given."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine_stand_in import StandInBackend

from playground.engine.backends import BACKENDS, BackendChoice
from playground.engine.backends.numpy import NumpyBackend
from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared, prepare
from playground.training.chooser import Chooser
from playground.training.session import Session


def experiment(**training: object) -> Experiment:
    return edits.set_training(edits.add_layer(Experiment(), 0, units=4), **training)


def prepared(wanted: Experiment | None = None) -> Prepared:
    return prepare(wanted or experiment(), ("compiled", "numpy", "cuda"))


class CardError(RuntimeError):
    """What a card raises that has failed."""


class FailingBackend(StandInBackend):
    """A stand-in for a card that fails after so many calls for steps; with none it has no room at all."""

    def __init__(self, calls: int) -> None:
        super().__init__()
        self.failures = (CardError,)
        self.calls_left, self.is_full = calls, calls == 0

    def asarray(self, host: Any, dtype: Any) -> Any:
        if self.is_full:
            raise CardError("out of memory allocating 512 bytes")
        return super().asarray(host, dtype)

    def runner(self, trainer: Any) -> None:
        self.calls_left -= 1
        if self.calls_left < 0:
            raise CardError("unspecified launch failure")


class Clock:
    """Time that passes only when somebody works."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Timed:
    """A backend of which every step takes a fixed time on a `Clock`."""

    clock: Clock
    seconds: float
    steps: int = 0

    def runner(self, trainer: Any) -> Any:
        backend = self

        class Runner:
            def run(self, max_steps: int, until: float) -> int:
                backend.clock.now += max_steps * backend.seconds
                backend.steps += max_steps
                trainer.step += max_steps
                return max_steps

            def record(self) -> None:
                trainer.add_point((trainer.progress, 1.0, 1.0, 0.0, 0.0))

        return Runner()


class TimedProcessor(Timed, NumpyBackend):
    key = "compiled"
    label = "CPU (compiled)"


class TimedCard(Timed, StandInBackend):
    key = "cuda"
    label = "GPU (CuPy)"


class Table:
    """A processor and a card with given speeds; counts what is made."""

    def __init__(self, processor: float, card: float, **changes: Any) -> None:
        self.clock = Clock()
        self.speeds = {"compiled": processor, "cuda": card}
        self.made: list[Timed] = []
        choices = {choice.key: choice for choice in BACKENDS}
        self.choices: tuple[BackendChoice, ...] = (
            replace(choices["compiled"], available=lambda: True, make=lambda: self.make(TimedProcessor())),
            replace(choices["cuda"], **{"make": lambda: self.make(TimedCard()), **changes}),
        )

    def make(self, backend: Any) -> Any:
        backend.clock, backend.seconds = self.clock, 1.0 / self.speeds[backend.key]
        self.made.append(backend)
        return backend

    def session(self, wanted: Experiment | None = None) -> Session:
        return Session(prepared(wanted), self.make(TimedProcessor()))

    def chooser(self) -> Chooser:
        return Chooser(("cuda",), self.choices, self.clock)


def refuse(error: Exception) -> Callable[[], Any]:
    def make() -> Any:
        raise error

    return make
