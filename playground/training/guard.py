"""Finds the very step at which a run grew beyond all numbers, and what was the first of it to do so.

Kernels make thousands of steps in one call, so that a run is seen to be lost only some time after it was.
The way from the last state that is kept is gone once more, in ever smaller parts, until one step is left;
that one is taken apart on the processor. What is made again is the same to the last bit.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from playground.engine.backends.numpy import NumpyBackend
from playground.experiment.model import OUTPUT_ID
from playground.experiment.plan import Plan
from playground.experiment.words import layer_names
from playground.training.messages import FloatArray
from playground.training.session import Session
from playground.training.timeline import Checkpoint, Timeline

TIMES_LOWEST = 4.0
"""Weights are good again where the train loss is at most so many times the lowest there was."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What was lost first: the step, the quantity and where, and the largest number up to there."""

    step: int
    epoch: int
    what: str
    largest: float

    @property
    def sentence(self) -> str:
        """What has happened, and what to do about it."""
        largest = f" (largest {self.largest:.0e})".replace("e+", "e") if self.largest else ""
        return (
            f"Step {self.step:,}: {self.what} grew beyond all numbers{largest}. The steps were too large. "
            "Go back to the last good weights or rewind, and lower the learning rate."
        )


def find_loss(session: Session, timeline: Timeline) -> Loss | None:
    """Return what was lost first, and leave the session right after that step; None where nothing is kept."""
    good = next(timeline.back_from(np.inf), None)
    if good is None:
        return None
    steps = session.trainer.step - good.moment.step
    while steps > 1:
        half = steps // 2
        _replay(session, good, half)
        if session.network.is_finite():
            good, steps = Checkpoint.of(session), steps - half
        else:
            steps = half
    _replay(session, good, 1)
    what, largest = _first_lost(session, good)
    session.trainer.diverged = True
    return Loss(session.trainer.step, session.trainer.epoch, what, largest)


def return_to_good(session: Session, timeline: Timeline) -> None:
    """Bring a lost session to the latest state in which its loss was not far above the lowest."""
    lowest = min((one.train_loss for one in timeline.moments), default=np.inf)
    for checkpoint in timeline.back_from(np.inf):
        session.return_to(checkpoint.past)
        with np.errstate(all="ignore"):
            loss = session.network.evaluate(session.trainer.x, session.trainer.y, session.loss)[0]
        if loss <= TIMES_LOWEST * lowest:
            break


def _replay(session: Session, start: Checkpoint, steps: int) -> None:
    """Bring a session so many steps beyond a state; the curves have been there already."""
    session.return_to(start.past, silent=True)
    made = 1
    while steps > 0 and made and not session.trainer.diverged:
        made = session.train(steps)
        steps -= made


def _first_lost(session: Session, before: Checkpoint) -> tuple[str, float]:
    """Return what the step after `before` lost first, in words, and the largest number that was left."""
    after = session.network.get_parameters()
    copy = Session(session.prepared, NumpyBackend())
    copy.change(session.settings, session.epochs)
    copy.hold(session.held)
    copy.return_to(before.past)
    names = _names(session.prepared.plan)
    largest = _largest(copy.network.get_parameters())
    with np.errstate(all="ignore"):
        for what, values in _in_order(copy, names):
            if not np.isfinite(values).all():
                return what, _largest(values) or largest
            largest = _largest(values)
    for name, block in zip(names, copy.network.blocks_of(after), strict=True):
        if not np.isfinite(block).all():
            return f"the weights of {name}", _largest(block) or largest
    return "the loss", _largest(after)


def _in_order(session: Session, names: tuple[str, ...]) -> Iterator[tuple[str, FloatArray]]:
    """Yield what the next step computes, in its order, each with its name."""
    trainer, network = session.trainer, session.network
    work, rows, columns, targets = trainer.next_batch()
    work.begin(trainer.bits, trainer.step)
    work.forward(columns)
    for name, values in zip(names, work.values, strict=True):
        yield f"the activations of {name}", np.asarray(values)
    yield "the loss", np.array([work.mean_loss(targets, session.loss)])
    work.backward(rows, targets, session.loss)
    for name, block in reversed(list(zip(names, network.blocks_of(network.gradients), strict=True))):
        yield f"the gradients of {name}", block


def _names(plan: Plan) -> tuple[str, ...]:
    return (*layer_names(plan.shapes[:-1]), f"the {OUTPUT_ID}")


def _largest(values: FloatArray) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if finite.size else 0.0
