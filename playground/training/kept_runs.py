"""Runs that were kept to be compared: what each of them reached, in bounded memory, and which is the best."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from playground.engine.backends.base import HostArray
from playground.engine.curves import Point
from playground.experiment.comparing import name_after
from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared
from playground.training.messages import FloatArray, History
from playground.training.project import Project
from playground.training.standing import Standing

MOST_POINTS = 2000
"""Points of its curves that are kept of a run."""

MOST_RUNS = 100
MOST_BYTES = 256_000_000


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run reached: its latest point, and the epoch at which the watched loss was lowest.

    `metric` names the metric, `watched` the rows that training is watched on, `rows` all rows and their parts
    (`Prepared.rows_name`). `best_epoch` is nan where no loss was a number.
    """

    epochs: float
    steps: int
    train_loss: float
    watched_loss: float
    train_metric: float
    watched_metric: float
    best_epoch: float
    parameters: int
    metric: str
    watched: str
    rows: str

    @classmethod
    def of(
        cls, prepared: Prepared, last: Point, step: int, history: History, lost: bool = False
    ) -> "Figures":
        """Return the figures of a run that has made so many steps; `lost`: it has no numbers any more."""
        losses = history.watched_loss
        known = np.isfinite(losses)
        best = float(history.epoch[np.nanargmin(np.where(known, losses, np.inf))]) if known.any() else np.nan
        epochs, train_loss, watched_loss, train_metric, watched_metric = last
        if lost:  # the last point was measured when it still had
            train_loss = watched_loss = train_metric = watched_metric = math.nan
        return cls(
            epochs=epochs,
            steps=step,
            train_loss=train_loss,
            watched_loss=watched_loss,
            train_metric=train_metric,
            watched_metric=watched_metric,
            best_epoch=best,
            parameters=prepared.plan.parameters,
            metric="R²" if prepared.plan.task == "regression" else "accuracy",
            watched=prepared.watched,
            rows=prepared.rows_name,
        )


@dataclass(frozen=True, eq=False, slots=True)
class KeptRun:
    """A run that was kept.

    `picture` is what the network answered (outputs, G, G), None off the plane. `key` is its own number under
    whatever name: the owner's to give.
    """

    name: str
    project: Project
    figures: Figures
    picture: FloatArray | None = None
    key: int = 0

    @property
    def experiment(self) -> Experiment:
        """What was trained."""
        return self.project.experiment

    @property
    def nbytes(self) -> int:
        """Memory that the run holds for itself; rows of the person's own are shared with the document."""
        arrays = [self.project.history.table] + ([] if self.picture is None else [self.picture])
        standing = self.project.standing
        return sum(array.nbytes for array in [*arrays, *([] if standing is None else _arrays(standing))])


def keep(
    project: Project, prepared: Prepared, picture: FloatArray | None = None, before: KeptRun | None = None
) -> KeptRun:
    """Return a run to be kept, named after what differs from the run kept `before` it."""
    standing = project.standing
    if standing is None:
        raise ValueError("A run that has no standing cannot be kept.")
    kept = standing.kept
    figures = Figures.of(prepared, standing.last, kept.step, project.history, kept.diverged)
    # Looks at the test rows belong to the document: opened again, they would be there twice.
    experiment = project.experiment.replace(evaluations=())
    slim = replace(project, experiment=experiment, history=thinned(project.history))
    name = name_after(None if before is None else before.experiment, project.experiment)
    return KeptRun(name, slim, figures, None if picture is None else np.array(picture))


def thinned(history: History, most: int = MOST_POINTS) -> History:
    """Return at most about `most` points of the curves, with the first, the last and the best among them."""
    points = len(history)
    if points <= most:
        return History.of(history.table, restart=True)
    chosen = np.linspace(0, points - 1, most).astype(np.int64)
    known = np.where(np.isfinite(history.watched_loss), history.watched_loss, np.inf)
    chosen = np.union1d(chosen, [int(known.argmin())])
    return History.of(history.table[chosen], restart=True)


def comparable(one: Figures, other: Figures) -> bool:
    """Return whether two runs learnt from the same rows and were judged by the same."""
    return (one.rows, one.metric) == (other.rows, other.metric)


def best_of(runs: Sequence[Figures], among: Figures) -> int | None:
    """Return which run is the best of those that are comparable with `among`; None with fewer than two.

    The watched metric decides, then the watched loss.
    """
    known = [
        index
        for index, run in enumerate(runs)
        if comparable(run, among) and np.isfinite(run.watched_metric) and run.steps
    ]
    if len(known) < 2:
        return None
    return max(known, key=lambda index: (runs[index].watched_metric, -runs[index].watched_loss))


def bounded(
    runs: Sequence[KeptRun], most: int = MOST_RUNS, most_bytes: int = MOST_BYTES
) -> tuple[tuple[KeptRun, ...], tuple[KeptRun, ...]]:
    """Return the runs that there is room for, and the oldest ones for which there is none.

    The latest run stays, however large it is.
    """
    kept = list(runs)
    gone: list[KeptRun] = []
    while len(kept) > 1 and (len(kept) > most or sum(run.nbytes for run in kept) > most_bytes):
        gone.append(kept.pop(0))
    return tuple(kept), tuple(gone)


def _arrays(standing: Standing) -> list[HostArray]:
    kept = standing.kept
    arrays: list[npt.NDArray[np.generic]] = [kept.parameters, standing.initial]
    arrays += [*kept.memories.values(), *kept.leftovers.values()]
    arrays += [one for one in (standing.best, standing.asleep) if one is not None]
    arrays += [] if standing.snapshots is None else list(standing.snapshots.members)
    return arrays
