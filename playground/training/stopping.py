"""When a run ends by itself: decided from the measured points of the learning curves alone."""

import math
from dataclasses import dataclass, replace

from playground.engine.curves import DENSE_UNTIL, Point
from playground.experiment.model import Stopping


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a run is over, in a sentence, and whether the weights with the lowest watched loss come back."""

    sentence: str
    restores: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """What a referee has taken in: whether the planned end and the target still count, and what was best.

    `best` is epoch and watched loss of the point where that was lowest, `level` epoch and train loss from
    which the plateau counts. `is_best`: whether the watched loss of the latest point is the lowest so far.
    """

    ends: bool
    aims: bool
    best: tuple[float, float] = (0.0, math.inf)
    level: tuple[float, float] = (0.0, math.inf)
    is_best: bool = False


class Referee:
    """Looks at each measured point in turn and says whether the run is over.

    `epoch` is where the run stands, `start` its point there when it has just been measured. What is reached
    there already does not stop the run: whoever presses Play after a stop trains on. `watched` is what the
    rows are called that training is watched on.

    Attributes:
        tally: what it has taken in so far; one with another's goes on where that one was.
    """

    def __init__(
        self, rules: Stopping, epochs: int, epoch: int, start: Point | None = None, watched: str = "test"
    ) -> None:
        self._rules = rules
        self._watched = watched
        self._epochs = epochs
        aims = rules.target is not None and (start is None or start[1] > rules.target)
        self.tally = Tally(rules.at_end and epoch < epochs, aims)
        if start is not None:
            self._take_in(start)

    @property
    def keeps_best(self) -> bool:
        """Whether the weights with the lowest watched loss have to be kept."""
        return self._rules.patience is not None

    def next_look(self, epoch: int) -> float:
        """Return the epoch up to which a run that has done `epoch` epochs may train before the next point."""
        rules = self._rules
        end = float(self._epochs) if self.tally.ends and epoch < self._epochs else math.inf
        if self.tally.aims or rules.patience is not None or rules.plateau is not None:
            return min(end, float(next_recorded(epoch)))
        return end

    def look(self, point: Point) -> Verdict | None:
        """Take in the next measured point; return why the run is over, None while it is not."""
        epoch, train = point[:2]
        if not math.isfinite(train):
            return None
        self._take_in(point)
        return self._target(train) or self._patience(epoch) or self._plateau(epoch) or self._end(epoch)

    def _take_in(self, point: Point) -> None:
        epoch, train, watched = point[:3]
        tally = replace(self.tally, is_best=watched < self.tally.best[1])
        if tally.is_best:
            tally = replace(tally, best=(epoch, watched))
        level = tally.level[1]
        if math.isinf(level) or train < level * (1.0 - self._rules.plateau_percent / 100.0):
            tally = replace(tally, level=(epoch, train))
        self.tally = tally

    def _target(self, train: float) -> Verdict | None:
        target = self._rules.target
        if not self.tally.aims or target is None or train > target:
            return None
        return Verdict(f"Stopped: the train loss has fallen to {train:.4g}; the target was {target:g}.")

    def _patience(self, epoch: float) -> Verdict | None:
        best, lowest = self.tally.best
        patience = self._rules.patience
        if patience is None or math.isinf(lowest) or epoch - best < patience:
            return None
        return Verdict(
            f"Stopped: the {self._watched} loss has not fallen for {in_epochs(patience)}; "
            f"the weights of epoch {best:,.0f}, the best, are back.",
            restores=True,
        )

    def _plateau(self, epoch: float) -> Verdict | None:
        plateau, percent = self._rules.plateau, self._rules.plateau_percent
        if plateau is None or epoch - self.tally.level[0] < plateau:
            return None
        fallen = f"fallen by {percent:g} %" if percent else "fallen"
        return Verdict(f"Stopped: the train loss has not {fallen} within {in_epochs(plateau)}.")

    def _end(self, epoch: float) -> Verdict | None:
        if not self.tally.ends or epoch < self._epochs:
            return None
        return Verdict(f"Stopped: the run was planned for {in_epochs(self._epochs)}, and they are done.")


def next_recorded(epoch: int) -> int:
    """Return the first epoch after `epoch` at whose end the losses are measured."""
    every = 1
    while epoch >= DENSE_UNTIL * every:
        every *= 10
    return (epoch // every + 1) * every


def in_epochs(count: int) -> str:
    """Return a number of epochs in words."""
    return "1 epoch" if count == 1 else f"{count:,} epochs"
