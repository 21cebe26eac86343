"""The states that a run has passed through, kept in bounded memory: what the scrubber goes back to.

A state is a `Past`: all it takes to go on from there bit for bit. Far back they lie far apart, near now
close together, as the moments in which anyone looks for something do. The first and the last stay.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from playground.training.messages import Moment
from playground.training.session import Session
from playground.training.standing import Past

MOST_BYTES = 64_000_000
MOST_MOMENTS = 120
SHARE = 0.004
"""Part of the time of a training that keeping its states may take."""

LEAST_GAP = 0.05
"""Seconds between two states at least: no slider shows more."""

MOST_GAP = 4.0
"""Seconds that the next state waits at most, should keeping one have been held up by something else."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A state, and what it is called in a snapshot."""

    moment: Moment
    past: Past

    @classmethod
    def of(cls, session: Session) -> "Checkpoint":
        """Return the state in which a session is now."""
        trainer, (_, train, watched, *_) = session.trainer, session.last
        moment = Moment(session.position, trainer.step, train, watched)
        return cls(moment, session.past())

    @property
    def nbytes(self) -> int:
        """Memory held; what several of them share is counted for each."""
        standing = self.past.standing
        kept, taken = standing.kept, standing.snapshots
        arrays = [kept.parameters, *kept.memories.values(), *kept.leftovers.values()]
        arrays += [] if standing.best is None else [standing.best]
        arrays += [] if standing.asleep is None else [standing.asleep]
        arrays += [] if taken is None else taken.members
        return sum(array.nbytes for array in arrays)


class Timeline:
    """Keeps checkpoints of a session, at most so many and in at most so many bytes, but two in any case.

    `gap` is how many seconds there are between two at least, and `clock` counts them.

    Attributes:
        moments: what there is, in their order.
    """

    def __init__(
        self,
        most: int = MOST_MOMENTS,
        most_bytes: int = MOST_BYTES,
        gap: float = LEAST_GAP,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._most, self._most_bytes, self._gap, self._clock = most, most_bytes, gap, clock
        self._kept: list[Checkpoint] = []
        self._nbytes = 0
        self._due = 0.0
        self.moments: tuple[Moment, ...] = ()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def nbytes(self) -> int:
        """Memory held."""
        return self._nbytes

    @property
    def is_due(self) -> bool:
        """Whether the next state should be kept."""
        return self._clock() >= self._due

    def offer(self, session: Session) -> None:
        """Keep the state of a session if it is time to."""
        if self.is_due:
            self.keep(session)

    def keep(self, session: Session, anew: bool = False) -> None:
        """Keep the state of a session, unless it has no numbers.

        The one that was kept last at the same step stays, unless it is wanted `anew`.
        """
        started = self._clock()
        again = bool(self._kept) and self._kept[-1].moment.step == session.trainer.step
        if session.diverged or (again and not anew):
            return
        if again:
            self._nbytes -= self._kept.pop().nbytes
        checkpoint = Checkpoint.of(session)
        self._kept.append(checkpoint)
        self._nbytes += checkpoint.nbytes
        while len(self._kept) > 2 and (len(self._kept) > self._most or self._nbytes > self._most_bytes):
            self._nbytes -= self._kept.pop(self._least_missed()).nbytes
        self._tell()
        ended = self._clock()
        self._due = ended + max(self._gap, min((ended - started) / SHARE, MOST_GAP))

    def _least_missed(self) -> int:
        """Return the place of the checkpoint whose neighbours are nearest to each other for their age."""
        steps = np.array([one.moment.step for one in self._kept], dtype=np.float64)
        return 1 + int(np.argmin((steps[2:] - steps[:-2]) / (steps[-1] + 1.0 - steps[1:-1])))

    def at(self, step: int) -> Checkpoint:
        """Return the state after `step` steps, or the nearest one that is kept; beyond the end, the end."""
        return min(self._kept, key=lambda one: abs(one.moment.step - step))

    def back_from(self, position: float) -> Iterator[Checkpoint]:
        """Yield the states up to a position in epochs, the latest first."""
        return (one for one in reversed(self._kept) if one.moment.position <= position)

    def cut(self, step: int) -> None:
        """Forget what came after `step` steps."""
        self._kept = [one for one in self._kept if one.moment.step <= step]
        self._nbytes = sum(one.nbytes for one in self._kept)
        self._due = 0.0
        self._tell()

    def clear(self) -> None:
        """Forget everything: the run begins anew."""
        self.cut(-1)

    def _tell(self) -> None:
        self.moments = tuple(one.moment for one in self._kept)
