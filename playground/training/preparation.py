"""Prepares an experiment's rows on a thread of its own: a library may have to be loaded for them first."""

import threading

from playground.engine.backends import installed
from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared, prepare
from playground.training.memory import free_memory

THREAD_NAME = "playground-preparation"


class Preparation:
    """One call of `prepare`, begun when this is made; its end is waited for or asked for."""

    def __init__(self, experiment: Experiment, device: str) -> None:
        self._over = threading.Event()
        self._prepared: Prepared | None = None
        self._error: Exception | None = None
        threading.Thread(target=self._main, args=(experiment, device), name=THREAD_NAME, daemon=True).start()

    @property
    def is_over(self) -> bool:
        """Whether `result` has one."""
        return self._over.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait at most so long; return whether it is over."""
        return self._over.wait(seconds)

    def result(self) -> Prepared:
        """Return what was prepared, or raise what went wrong; only when it is over."""
        if self._error is not None:
            raise self._error
        assert self._prepared is not None
        return self._prepared

    def _main(self, experiment: Experiment, device: str) -> None:
        try:
            self._prepared = prepare(experiment, installed(), device, free_memory())
        except Exception as error:  # noqa: BLE001 - raised again where the result is taken
            self._error = error
        self._over.set()
