"""The same experiment with many seeds: how much of a result is due to chance."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from playground.experiment import edits
from playground.experiment.model import SEED, Experiment
from playground.training.kept_runs import Figures, KeptRun, thinned
from playground.training.messages import History
from playground.training.session import Session

FloatArray = npt.NDArray[np.float64]
Quantity = Literal["train_loss", "watched_loss", "train_metric", "watched_metric"]

LEAST, MOST = 3, 50
"""How many seeds are tried together."""

GOOD = 0.95
"""The accuracy, or R2, that a run has to reach to be called a success."""

MOST_BYTES = 128_000_000
"""Memory that the weights of all runs may take; those beyond it are trained anew when they are opened."""


def seeds_of(experiment: Experiment, count: int) -> tuple[int, ...]:
    """Return so many seeds, from the experiment's own upwards."""
    first = experiment.training.seed
    return tuple((first + step) % (SEED[1] + 1) for step in range(count))


def with_seed(experiment: Experiment, seed: int, draws_data: bool = False) -> Experiment:
    """Return the experiment with a seed for its first weights and the order of its rows.

    With `draws_data` it is that of the data and the split as well, as `playground train --seed` has it.
    """
    return edits.set_all_seeds(experiment, seed) if draws_data else edits.set_seed(experiment, seed)


@dataclass(frozen=True, eq=False, slots=True)
class SeedRun:
    """What came of one seed. `run` holds the weights, without them where there was no room."""

    seed: int
    run: KeptRun
    stopped: str

    @property
    def figures(self) -> Figures:
        """What the run has reached."""
        return self.run.figures

    @property
    def history(self) -> History:
        """Its curves."""
        return self.run.project.history

    @property
    def is_good(self) -> bool:
        """Whether it reached what is called a success."""
        return self.figures.watched_metric >= GOOD


@dataclass(frozen=True, eq=False, slots=True)
class Spread:
    """Curves of all seeds together over epochs (n,): mean, lowest, highest, and the middle half between."""

    epoch: FloatArray
    mean: FloatArray
    low: FloatArray
    high: FloatArray
    quarter: FloatArray
    three_quarters: FloatArray


class ManySeeds:
    """Trains an experiment with each of `count` seeds, one after the other, to its planned end."""

    def __init__(self, experiment: Experiment, count: int, draws_data: bool = False) -> None:
        if not LEAST <= count <= MOST:
            raise ValueError(f"There can be {LEAST} to {MOST} seeds, not {count}.")
        self.experiment = experiment
        self.seeds = seeds_of(experiment, count)
        self.draws_data = draws_data
        self.done: list[SeedRun] = []
        self._bytes = 0
        self._metric: str = ""
        self._device = ""

    def sessions(self, device: str = "auto") -> Iterator[Session]:
        """Yield a session for each seed, to be trained before the next one is asked for.

        Raises CannotTrainError where an experiment with such a seed has an error.
        """
        for seed in self.seeds:
            experiment = with_seed(self.experiment, seed, self.draws_data)
            session = Session.for_experiment(experiment, device)
            yield session
            self._take(seed, experiment, session)

    @property
    def diverged(self) -> bool:
        """Whether the losses of any run are no numbers any more."""
        return any(not math.isfinite(one.figures.watched_loss) for one in self.done)

    def summary(self) -> dict[str, object]:
        """Return how good the runs are, together and seed by seed, as JSON has it."""
        first = self.done[0].figures
        metric = self._metric
        values = np.array([one.figures.watched_metric for one in self.done])
        known = np.where(np.isfinite(values), values, -np.inf)
        return {
            "name": self.experiment.name,
            "device": self._device,
            "parameters": first.parameters,
            f"{metric}_median": _finite(np.median(known)),
            f"{metric}_mean": float(values.mean()),
            f"{metric}_deviation": float(values.std()),
            f"{metric}_worst": _finite(known.min()),
            f"{metric}_best": _finite(known.max()),
            "good": sum(one.is_good for one in self.done),
            "threshold": GOOD,
            "seeds": [
                {
                    "seed": one.seed,
                    "epochs": int(one.figures.epochs),
                    "train_loss": one.figures.train_loss,
                    f"{first.watched}_loss": one.figures.watched_loss,
                    metric: one.figures.watched_metric,
                    "stopped": one.stopped or None,
                }
                for one in self.done
            ],
        }

    def _take(self, seed: int, experiment: Experiment, session: Session) -> None:
        project = session.project(experiment)
        standing = project.standing
        assert standing is not None  # a session always stands somewhere
        step, lost = standing.kept.step, session.diverged
        figures = Figures.of(session.prepared, session.last, step, project.history, lost)
        self._metric = (
            session.metric if not session.prepared.has_validation else f"validation_{session.metric}"
        )
        self._device = f"{session.engine}: {session.backend.describe()}"
        run = KeptRun(f"seed {seed}", replace(project, history=thinned(project.history)), figures)
        if self._bytes + run.nbytes > MOST_BYTES:
            run = replace(run, project=replace(run.project, standing=None))
        self._bytes += run.nbytes
        self.done.append(SeedRun(seed, run, session.stopped))


def train(session: Session, epochs: int, told: Callable[[int], None], is_over: Callable[[], bool]) -> bool:
    """Train to the planned end, telling each epoch; return False when it was called off.

    A device that fails is left for the processor.
    """
    while session.trainer.epoch < epochs and not session.diverged and not session.stopped:
        if is_over():
            return False
        try:
            session.want_kernels()
            session.train_epoch()
        except session.backend.failures as error:
            session.recover(error)
        told(session.trainer.epoch)
    return True


def spread(histories: Sequence[History], quantity: Quantity) -> Spread:
    """Return the curves of all runs together; a run that has ended stays where it was.

    What is not a number is left out; where no run has one, neither has the spread.
    """
    curves = [history for history in histories if len(history)]
    if not curves:
        nothing = np.empty(0)
        return Spread(*[nothing] * 6)
    epoch = np.unique(np.concatenate([history.epoch for history in curves]))
    values = np.stack([_held(history, quantity, epoch) for history in curves])
    some = np.isfinite(values).any(axis=0)
    values = np.where(np.isfinite(values), values, np.nan)
    found = np.full((5, len(epoch)), np.nan)
    if some.any():
        known = values[:, some]
        found[0, some] = np.nanmean(known, axis=0)
        found[1:, some] = np.nanpercentile(known, [0, 100, 25, 75], axis=0)
    return Spread(epoch, *found)


def in_words(done: Sequence[SeedRun], write: Callable[[float], str]) -> str:
    """Return in a sentence how many runs were good, and how good the others; `write` writes a metric."""
    figures = [one.figures for one in done]
    known = sorted(one.watched_metric for one in figures if math.isfinite(one.watched_metric))
    count, good = len(done), sum(one.is_good for one in done)
    reach = "reaches" if good == 1 else "reach"
    what = f"{figures[0].watched} {figures[0].metric}"
    words = f"Of {count} seeds {good or 'none'} {reach} {write(GOOD)} {what}"
    if known:
        median, worst, best = float(np.median(known)), known[0], known[-1]
        words += f"; median {write(median)}, worst {write(worst)}, best {write(best)}"
    lost = count - len(known)
    if lost:
        words += f"; {lost} {'has' if lost == 1 else 'have'} no finite loss any more"
    return f"{words}."


def _held(history: History, quantity: Quantity, epoch: FloatArray) -> FloatArray:
    """Return a curve at these epochs: the last value measured so far, the first before that."""
    places = np.clip(np.searchsorted(history.epoch, epoch, side="right") - 1, 0, None)
    return np.asarray(getattr(history, quantity)[places], dtype=np.float64)


def _finite(value: float) -> float:
    return float(value) if math.isfinite(value) else math.nan
