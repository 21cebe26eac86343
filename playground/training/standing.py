"""Where a trainer stands, copied to the host: what it takes to go on from there, on whatever backend."""

from dataclasses import dataclass
from typing import Self

from playground.engine.backends.base import HostArray
from playground.engine.optimizers import Optimizer
from playground.engine.trainer import Trainer


@dataclass(frozen=True, slots=True)
class Kept:
    """Parameters (P,), the optimizer's kind and memories, and the place in the course of the training.

    `row` is how many rows of `epoch` had been used.
    """

    parameters: HostArray
    kind: type[Optimizer]
    hyper: dict[str, float]
    memories: dict[str, HostArray]
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
            epoch=trainer.epoch,
            row=trainer.position,
            step=trainer.step,
            diverged=trainer.diverged,
        )

    def bring_to(self, trainer: Trainer) -> None:
        """Let a trainer of the same network go on from here; an optimizer that is another begins anew."""
        trainer.network.set_parameters(self.parameters)
        optimizer = trainer.optimizer
        if (type(optimizer), optimizer.hyper) == (self.kind, self.hyper):
            optimizer.load_state(self.memories)
        trainer.move_to(self.epoch, self.row)
        trainer.step = self.step
        trainer.diverged = self.diverged
