"""What the tests of a run on its thread share."""

import threading
import time
from collections.abc import Callable

from playground.experiment.model import Experiment
from playground.training.mailbox import join
from playground.training.messages import Failure, History, Snapshot
from playground.training.run import Run

Launch = Callable[[Experiment], Run]

LIMIT = 20.0


def await_snapshot(run: Run, wanted: Callable[[Snapshot], bool] = lambda _: True) -> Snapshot:
    """Return the first snapshot that is `wanted`, with the curves of those before it."""
    curves: History | None = None
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        message = run.mailbox.take()
        if isinstance(message, Failure):
            raise AssertionError(message.details)
        if isinstance(message, Snapshot):
            curves = message.history if curves is None else join(curves, message.history)
            if wanted(message):
                assert curves is not None
                object.__setattr__(message, "history", curves)
                return message
        threading.Event().wait(0.002)
    raise AssertionError("no such snapshot came")
