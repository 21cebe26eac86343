"""A run as it stands, for whoever draws it or reports on it."""

from dataclasses import dataclass

from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared
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
