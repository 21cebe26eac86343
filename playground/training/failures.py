"""What to do, and to say, when a device fails or the memory is full."""

from dataclasses import replace

from playground.engine.backends import make_backend
from playground.engine.backends.base import Backend
from playground.experiment.memory import reason, shortage
from playground.experiment.prepare import CannotTrainError, Prepared
from playground.training.memory import free_memory


def processor_for(prepared: Prepared) -> Backend:
    """Return the processor's backend; CannotTrainError when the computer has no room for the run."""
    backend = make_backend("auto")
    plan = replace(prepared.plan, device=backend.key)
    too_much = shortage(plan, len(prepared.train_rows), len(prepared.watched_rows), free_memory())
    if too_much:
        raise CannotTrainError(f"The graphics card failed, and the CPU cannot go on. {too_much}")
    return backend


def device_failed(error: BaseException, epoch: int) -> str:
    """Return in words that a graphics card has failed with `error`, and from which epoch the run goes on."""
    return f"The graphics card failed ({reason(error)}): the run goes on on the CPU from epoch {epoch:,}."


def run_failed(error: BaseException) -> str:
    """Return in words why a run has ended with an exception."""
    if isinstance(error, MemoryError):
        return "Training stopped: the computer's memory is full. Make the batch or the layers smaller."
    return f"Training stopped: {reason(error)}"
