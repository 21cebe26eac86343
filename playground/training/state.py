"""The state of a run as a project file holds it: counters in a record, everything else in arrays."""

from typing import Annotated, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from playground.engine.backends.base import HostArray
from playground.engine.optimizers import OPTIMIZERS, Optimizer
from playground.experiment.model import OptimizerKey, TrainingSettings
from playground.tables import by_key
from playground.training.archive import BadArchiveError
from playground.training.ensemble import MOST_MEMBERS
from playground.training.standing import Kept, Snapshots, Standing
from playground.training.stopping import Tally

INITIAL, TRAINED, BEST, MEMBERS = "initial.npy", "trained.npy", "best.npy", "snapshots.npy"
ASLEEP = "switched_off.npy"
SUMS, DEAD = "rule_sums.npy", "rule_dead.npy"
WEIGHTS = (INITIAL, TRAINED, BEST, MEMBERS, SUMS, ASLEEP)
"""The arrays that hold finite numbers as long as the run has not diverged."""


def slot_name(slot: str) -> str:
    """Return the entry for one of an optimizer's memories."""
    return f"optimizer_{slot}.npy"


ARRAYS = (*WEIGHTS, DEAD, *sorted({slot_name(slot) for kind in OPTIMIZERS for slot in kind.slots}))
"""The names of all arrays that a run can have."""

MOST = 2**53
Count = Annotated[int, Field(ge=0, le=MOST)]
Epoch = Annotated[int, Field(ge=0, le=10**9)]
Place = Annotated[float, Field(ge=0, le=1e9)]
Layout = dict[str, tuple[tuple[int, ...], npt.DTypeLike]]


class _Record(BaseModel):
    """A part of the state; what is not finite is written as a text, since JSON has no word for it."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")


class TallyRecord(_Record):
    """`stopping.Tally`."""

    ends: bool
    aims: bool
    best: tuple[float, float]
    level: tuple[float, float]
    is_best: bool


class SnapshotsRecord(_Record):
    """When the members of the ensemble were taken, and when the next one is due."""

    epochs: tuple[Epoch, ...] = Field(max_length=MOST_MEMBERS)
    next_epoch: Epoch


class State(_Record):
    """All of a `Standing` but for its arrays.

    With `seed` the counters `epoch`, `row` and `step` are the state of chance: nothing else is thrown.
    `summed` is how many rows wait in the sums of TensorFlow Playground's rule, None without it.
    """

    backend: str = Field(max_length=40)
    precision: Literal["float32", "float64"]
    seed: Count
    epoch: Epoch
    row: Count
    step: Count
    diverged: bool
    stopped: str = Field(max_length=1000)
    optimizer: OptimizerKey
    optimizer_parameters: dict[str, float]
    updates: Count
    summed: Count | None
    start: Place
    shown_until: float
    last: tuple[Place, float, float, float, float]
    tally: TallyRecord
    has_best: bool
    has_asleep: bool = False
    snapshots: SnapshotsRecord | None
    marks: tuple[tuple[Place, Annotated[str, Field(max_length=1000)]], ...] = Field(max_length=100_000)
    rows: str = Field(pattern="^([0-9a-f]{64})?$")

    @classmethod
    def of(
        cls, standing: Standing, training: TrainingSettings, marks: tuple[tuple[float, str], ...], rows: str
    ) -> Self:
        """Return the record of where a run with these settings stands."""
        kept, taken, tally = standing.kept, standing.snapshots, standing.tally
        numbers = [one for one in (kept.parameters, standing.asleep) if one is not None]
        return cls(
            backend=standing.backend,
            precision=training.precision,
            seed=training.seed,
            epoch=kept.epoch,
            row=kept.row,
            step=kept.step,
            diverged=kept.diverged or not all(bool(np.isfinite(one).all()) for one in numbers),
            stopped=standing.stopped,
            optimizer=kept.kind.key,
            optimizer_parameters=kept.hyper,
            updates=int(kept.memories["step"]),
            summed=int(kept.leftovers["summed"]) if kept.leftovers else None,
            start=standing.start,
            shown_until=standing.shown_until,
            last=standing.last,
            tally=TallyRecord(**{name: getattr(tally, name) for name in Tally.__slots__}),
            has_best=standing.best is not None,
            has_asleep=standing.asleep is not None,
            snapshots=taken and SnapshotsRecord(epochs=taken.epochs, next_epoch=taken.next_epoch),
            marks=marks,
            rows=rows,
        )

    @property
    def kind(self) -> type[Optimizer]:
        """The class of the optimizer."""
        return by_key(OPTIMIZERS, self.optimizer, "optimizer")

    def require_fit(self, training: TrainingSettings) -> None:
        """Refuse a state that is not that of a run with these settings."""
        said = (self.precision, self.seed, self.optimizer)
        wanted = (training.precision, training.seed, training.optimizer)
        by_rule = training.rule == "tensorflow_playground"
        hyper = dict.fromkeys(spec.key for spec in self.kind.parameters)
        if (
            said != wanted
            or by_rule != (self.summed is not None)
            or hyper.keys() != self.optimizer_parameters.keys()
        ):
            raise BadArchiveError("is damaged: its run is not one of its experiment")

    def layout(self, size: int) -> Layout:
        """Return shape and dtype of every array that belongs to it, of a network of `size` parameters."""
        flat = ((size,), self.precision)
        names = [INITIAL, TRAINED, *map(slot_name, self.kind.slots)]
        names += [BEST] if self.has_best else []
        names += [ASLEEP] if self.has_asleep else []
        names += [SUMS] if self.summed is not None else []
        layout: Layout = dict.fromkeys(names, flat)
        if self.summed is not None:
            layout[DEAD] = ((size,), np.bool_)
        if self.snapshots is not None:
            layout[MEMBERS] = ((len(self.snapshots.epochs), size), self.precision)
        return layout


def arrays_of(standing: Standing) -> dict[str, HostArray]:
    """Return all arrays of a standing by their names in the file."""
    kept, taken = standing.kept, standing.snapshots
    arrays = {INITIAL: standing.initial, TRAINED: kept.parameters}
    arrays |= {slot_name(slot): kept.memories[slot] for slot in kept.kind.slots}
    if standing.best is not None:
        arrays[BEST] = standing.best
    if standing.asleep is not None:
        arrays[ASLEEP] = standing.asleep
    if kept.leftovers:
        arrays |= {SUMS: kept.leftovers["sums"], DEAD: kept.leftovers["dead"]}
    if taken is not None:
        members = np.array(taken.members, dtype=kept.parameters.dtype)
        arrays[MEMBERS] = members.reshape(len(taken.members), len(kept.parameters))
    return arrays


def standing_of(state: State, arrays: dict[str, HostArray]) -> Standing:
    """Return the standing that a state and its arrays tell of."""
    memories = {slot: arrays[slot_name(slot)] for slot in state.kind.slots}
    leftovers: dict[str, HostArray] = {}
    if state.summed is not None:
        summed = np.array(state.summed, dtype=np.int64)
        leftovers = {"sums": arrays[SUMS], "dead": arrays[DEAD], "summed": summed}
    kept = Kept(
        parameters=arrays[TRAINED],
        kind=state.kind,
        hyper=dict(state.optimizer_parameters),
        memories={**memories, "step": np.array(state.updates, dtype=np.int64)},
        leftovers=leftovers,
        epoch=state.epoch,
        row=state.row,
        step=state.step,
        diverged=state.diverged,
    )
    taken = state.snapshots
    return Standing(
        kept=kept,
        initial=arrays[INITIAL],
        best=arrays.get(BEST),
        tally=Tally(**dict(state.tally)),
        snapshots=None
        if taken is None
        else Snapshots(taken.epochs, tuple(arrays[MEMBERS]), taken.next_epoch),
        last=state.last,
        start=state.start,
        shown_until=state.shown_until,
        stopped=state.stopped,
        backend=state.backend,
        asleep=arrays.get(ASLEEP),
    )
