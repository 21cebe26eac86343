"""What travels between the window and a training run: frozen commands in, frozen snapshots out.

Every array in a snapshot is a host copy, read-only, and made for the reader: nothing here is shared with
the training thread.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt

from playground.engine.curves import Point
from playground.experiment.evaluation import Evaluation
from playground.experiment.held import Held
from playground.experiment.model import TrainingSettings
from playground.experiment.slices import Slice
from playground.settings import FLAT_OUT as FLAT_OUT
from playground.training.signals import Signals
from playground.training.standing import Standing

FloatArray = npt.NDArray[np.floating[Any]]

RunState = Literal["paused", "playing", "failed"]


@dataclass(frozen=True, slots=True)
class Carried:
    """How much of a new network came from the one before it."""

    kept: int
    total: int


# Commands -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Play:
    """Train until told otherwise, or until the end of epoch `until`."""

    until: float = float("inf")


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop after the current step; everything is kept."""


@dataclass(frozen=True, slots=True)
class StepBatch:
    """Train on one mini-batch, then pause."""


@dataclass(frozen=True, slots=True)
class StepEpoch:
    """Train to the end of the current epoch, then pause."""


@dataclass(frozen=True, slots=True)
class Rewind:
    """Go back to step 0 and the run's own initial weights."""


@dataclass(frozen=True, slots=True)
class SetSpeed:
    """Train at most `steps_per_second` steps a second; `FLAT_OUT` for no limit."""

    steps_per_second: float


@dataclass(frozen=True, slots=True)
class SetTraining:
    """Go on with other settings, planned for so many epochs; weights, history and counters are kept."""

    settings: TrainingSettings
    epochs: int | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Go on with other layers frozen, and other links and neurons switched off."""

    held: Held


@dataclass(frozen=True, slots=True)
class Look:
    """Put what the views that are shown need into the coming snapshots, and nothing that nobody looks at."""

    predictions: bool = False
    slice: Slice | None = None
    signals: bool = False
    spaces: bool = False
    since: float | None = None  # what so many epochs have changed; infinite: all of them

    def __or__(self, other: "Look") -> "Look":
        """Return what both need together; of two slices the first."""
        since = other.since if self.since is None else self.since
        return Look(
            predictions=self.predictions or other.predictions,
            slice=self.slice or other.slice,
            signals=self.signals or other.signals,
            spaces=self.spaces or other.spaces,
            since=since,
        )


@dataclass(frozen=True, slots=True)
class LookBack:
    """Pause, and show the state after `step` steps, or the nearest that is kept; None: the present again."""

    step: int | None


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on from the state that is looked back on; what came after it is given up."""


@dataclass(frozen=True, slots=True)
class Recover:
    """Go back to the last weights that were good: those of a run that grows without end are not."""


@dataclass(frozen=True, slots=True)
class Evaluate:
    """Ask the test rows how good the network is; the answer is in the snapshots from then on."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Ask where the run stands; the answer is in a snapshot, with the same `ticket`."""

    ticket: int


@dataclass(frozen=True, slots=True)
class SetNumber:
    """Give one number another value: in the layer with the id `layer`, of `unit`, the weight of `source`.

    Without a `source` it is the bias. Of a norm the bias is beta and source 0 gamma. What is not there, or
    has no such value in the network's precision, is left alone.
    """

    layer: str
    unit: int
    source: int | None
    value: float

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise ValueError(f"a weight must be a finite number; got {self.value}")


@dataclass(frozen=True, slots=True)
class Stop:
    """End the thread."""


@dataclass(frozen=True, slots=True)
class ShowEnsemble:
    """Draw the output of the snapshots' ensemble, if there is one, or that of the network again."""

    on: bool


Step = StepBatch | StepEpoch
Urgent = Pause | Rewind | Stop
Command = (
    Play
    | Pause
    | StepBatch
    | StepEpoch
    | Rewind
    | SetSpeed
    | SetTraining
    | Hold
    | ShowEnsemble
    | Look
    | Evaluate
    | Keep
    | SetNumber
    | LookBack
    | Resume
    | Recover
    | Stop
)


# Messages -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class History:
    """Points of the learning curves, a row each: accumulates in the mailbox, so none is lost.

    `watched` are the validation rows, or the test rows where there is no validation part. `metric` is
    accuracy (0..1) for classification and R2 for regression. `restart` says that earlier
    points no longer hold (the run was rewound) and the curve begins anew with these. Of earlier points those
    beyond `cut`, a position in epochs, no longer hold: the run went on from there once more.
    """

    epoch: npt.NDArray[np.float64]
    train_loss: npt.NDArray[np.float64]
    watched_loss: npt.NDArray[np.float64]
    train_metric: npt.NDArray[np.float64]
    watched_metric: npt.NDArray[np.float64]
    restart: bool = False
    cut: float = math.inf

    def __len__(self) -> int:
        return len(self.epoch)

    @classmethod
    def of(cls, points: Sequence[Point] | FloatArray, restart: bool = False, cut: float = math.inf) -> Self:
        """Return the curves through points, a row (n, 5) each."""
        table = np.array(points, dtype=np.float64).reshape(-1, 5)
        table.flags.writeable = False
        return cls(table[:, 0], table[:, 1], table[:, 2], table[:, 3], table[:, 4], restart, cut)

    @property
    def table(self) -> npt.NDArray[np.float64]:
        """The points, a row (n, 5) each."""
        losses = (self.train_loss, self.watched_loss)
        return np.column_stack((self.epoch, *losses, self.train_metric, self.watched_metric))

    def points(self) -> list[Point]:
        """Return the points as a trainer gives them."""
        return [(row[0], row[1], row[2], row[3], row[4]) for row in self.table.tolist()]

    def until(self, position: float) -> Self:
        """Return the points up to a position in epochs."""
        table = self.table
        return type(self).of(table[table[:, 0] <= position], self.restart, self.cut)


@dataclass(frozen=True, slots=True)
class Moment:
    """A state of the run that can be looked back on: where it is, and the losses measured last.

    `position` is in epochs, with the part of the one that is not over.
    """

    position: float
    step: int
    train_loss: float
    watched_loss: float


@dataclass(frozen=True, slots=True)
class SliceImage:
    """What the network answers on a grid over a slice: `values` (outputs, H, H), lowest second axis first."""

    slice: Slice
    values: FloatArray


@dataclass(frozen=True, slots=True)
class Picture:
    """What every neuron answers on the run's probe points.

    For data in a plane the points form a grid: `layers[l]` is (units, G, G) indexed [unit, i_x2, i_x1] with
    i_x2 = 0 at the *lowest* x2, and `output` is the same for the output layer on a finer grid
    (outputs, H, H). For a line or a table the points form a row: (units, G) and (outputs, G).
    `layers` holds the hidden layers and, last, the output layer. `slice` is there when it was asked for.
    """

    layers: tuple[FloatArray, ...]
    output: FloatArray
    slice: SliceImage | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed since `then`: every layer's weights (units, inputs), and the picture of the output.

    `then` is the state nearest to `epochs` ago that is kept; `epochs` is infinite for the beginning.
    """

    then: Moment
    epochs: float
    weights: tuple[FloatArray, ...]
    output: FloatArray


@dataclass(frozen=True, slots=True)
class EnsembleFigures:
    """How good the mean of a run's snapshots is: not a number while there is none.

    `epochs` are those at whose end the snapshots were taken, `next_epoch` is when the next one is due.
    """

    epochs: tuple[int, ...]
    next_epoch: int
    watched_loss: float
    watched_metric: float

    @property
    def members(self) -> int:
        """How many snapshots there are."""
        return len(self.epochs)


@dataclass(frozen=True, slots=True)
class Answer:
    """Where a run stood when it was asked to `Keep`, and the ticket of the question."""

    ticket: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of a run at one step.

    `position` is how far the run is on the curves' horizontal axis, in epochs. `weights[l]` is (units,
    inputs), `biases[l]` (units,), output layer last. `predictions` are the network's answers for all rows
    of the data in their original order, in the target's own unit: (rows,) for regression, class index
    (rows,) for classification, nan where there is no answer; empty when nobody asked for them (`Look`).
    `watched_mae` and `watched_rmse` are None for classes. `engine` names what computes.
    `carried` says how many weights came from the run before, None when the run began with its own. `stopped`
    says in a sentence why a stopping rule has ended the run, empty while none has. `ensemble` is None unless
    the learning rate has warm restarts. `choosing` says that the devices are being timed just now,
    `device_choice` what came of it in words. `notice` is a sentence on what went wrong and was got over: a
    device that failed, kernels that are not to be had. `evaluations` are all looks at the test rows that this
    run was asked for. `kept` is the answer to the latest question where the run stands, once there is one.
    `asleep[l]` (units, inputs) is what the links that are off would weigh, 0 at the others; None while all of
    them are on.
    `numbers_set` counts the commands to set a number by hand that this run has carried out; `touched` says
    that the weights are others than the initial ones before the first step.
    `signals` are the latest ones, None when nobody asked for them (`Look`).
    `spaces` are every layer's answers (rows, units) to `Prepared.shown_rows`, empty when nobody asked.
    `moments` are the states that can be looked back on; while that is done, `back` is the one that everything
    here shows, and `last_point` the point of the curves there. `changes` are there when they were asked for.
    """

    run_id: int
    state: RunState
    step: int
    epoch: int
    steps_in_epoch: int
    position: float
    history: History
    weights: tuple[FloatArray, ...]
    biases: tuple[FloatArray, ...]
    picture: Picture
    predictions: npt.NDArray[np.float64]
    watched_mae: float | None
    steps_per_second: float
    engine: str = ""
    problem: str | None = None
    carried: Carried | None = None
    stopped: str = ""
    ensemble: EnsembleFigures | None = None
    choosing: bool = False
    device_choice: str = ""
    notice: str = ""
    watched_rmse: float | None = None
    evaluations: tuple[Evaluation, ...] = ()
    kept: Answer | None = None
    asleep: tuple[FloatArray, ...] | None = None
    numbers_set: int = 0
    touched: bool = False
    signals: Signals | None = None
    spaces: tuple[FloatArray, ...] = ()
    moments: tuple[Moment, ...] = ()
    back: Moment | None = None
    last_point: Point | None = None
    changes: Changes | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception of the training thread, in words; the run has ended."""

    run_id: int
    message: str
    details: str
