"""A run as it stands, for whoever draws it or reports on it."""

from dataclasses import dataclass

from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared
from playground.training.kept_runs import Figures
from playground.training.messages import History, Snapshot


@dataclass(frozen=True, slots=True)
class Seen:
    """The experiment, its rows, the last snapshot, and all points of the curves.

    `changes` are what was changed on the way, each with its epoch.
    """

    experiment: Experiment
    prepared: Prepared
    snapshot: Snapshot
    history: History
    changes: tuple[tuple[float, str], ...] = ()

    @property
    def figures(self) -> Figures | None:
        """What the run has reached; None before its first point."""
        if not len(self.history):
            return None
        row = self.history.table[-1].tolist()
        last = (row[0], row[1], row[2], row[3], row[4])
        shown = self.snapshot
        return Figures.of(self.prepared, last, shown.step, self.history, shown.problem is not None)
