"""Where a training run stands, copied to the host: what it takes to go on from there, on whatever backend."""

from dataclasses import dataclass
from typing import Self

from playground.engine.backends.base import HostArray
from playground.engine.curves import Point
from playground.engine.optimizers import Optimizer
from playground.engine.trainer import Trainer
from playground.experiment.held import Held
from playground.experiment.model import TrainingSettings
from playground.training.stopping import Tally


@dataclass(frozen=True, slots=True)
class Kept:
    """Parameters (P,), the optimizer's kind and memories, and the place in the course of the training.

    `row` is how many rows of `epoch` had been used. `leftovers` are what the trainer's rule leaves to later
    steps.
    """

    parameters: HostArray
    kind: type[Optimizer]
    hyper: dict[str, float]
    memories: dict[str, HostArray]
    leftovers: dict[str, HostArray]
    epoch: int
    row: int
    step: int
    diverged: bool

    @classmethod
    def of(cls, trainer: Trainer) -> Self:
        """Return where a trainer stands now."""
        return cls(
            parameters=trainer.network.get_parameters(),
            kind=type(trainer.optimizer),
            hyper=trainer.optimizer.hyper,
            memories=trainer.optimizer.state(),
            leftovers=trainer.leftovers(),
            epoch=trainer.epoch,
            row=trainer.position,
            step=trainer.step,
            diverged=trainer.diverged,
        )

    def bring_to(self, trainer: Trainer) -> None:
        """Let a trainer of the same network go on from here; an optimizer that is another begins anew.

        With fewer rows than there were, the epoch begins again.
        """
        trainer.network.set_parameters(self.parameters)
        optimizer = trainer.optimizer
        if (type(optimizer), optimizer.hyper) == (self.kind, self.hyper):
            optimizer.load_state(self.memories)
        trainer.load_leftovers(self.leftovers)
        trainer.move_to(self.epoch, self.row if self.row < trainer.count else 0)
        trainer.step = self.step
        trainer.diverged = self.diverged


@dataclass(frozen=True, slots=True)
class Snapshots:
    """The members of an ensemble: the epochs at whose end they were taken, parameters, the next epoch."""

    epochs: tuple[int, ...]
    members: tuple[HostArray, ...]
    next_epoch: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a session stands: all that another one of the same experiment needs to become the same.

    `initial` (P,) are the weights that Rewind goes back to, `best` (P,) those with the lowest watched loss,
    where a rule of stopping asks for them. `last` is the latest point of the curves, `start` the position at
    which the run took over from another one, `shown_until` the one up to which no point is shown again.
    `stopped` says why a rule has ended the run. `asleep` (P,) are the weights of links that are off, None
    while all are on. `backend` is the key of what computed.
    """

    kept: Kept
    initial: HostArray
    best: HostArray | None
    tally: Tally
    snapshots: Snapshots | None
    last: Point
    start: float
    shown_until: float
    stopped: str
    backend: str
    asleep: HostArray | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """Where a session stood, and with which settings, planned for so many epochs, with what held."""

    standing: Standing
    settings: TrainingSettings
    epochs: int
    held: Held
