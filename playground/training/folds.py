"""Cross-validation: a network for each fold of the rows, trained on all the others and tested on the fold."""

from collections.abc import Iterator

import numpy as np

from playground.engine.metrics import mae, r2, rmse
from playground.experiment.model import Experiment
from playground.experiment.prepare import CannotTrainError, fold_parts
from playground.training.session import Session


class CrossValidation:
    """The folds of an experiment's rows, and what the networks that never saw them answer.

    `diverged` says whether the losses of any network are no numbers any more.
    """

    def __init__(self, experiment: Experiment, count: int, seed: int = 0) -> None:
        """Deal all rows of the data into `count` folds; CannotTrainError when there are too few rows."""
        self.experiment = experiment
        if experiment.training.stopping.patience is not None:
            raise CannotTrainError(
                "Early stopping would choose by the fold that tests: switch it off, or train without folds."
            )
        self._parts = fold_parts(experiment, count, seed)
        self.diverged = False
        self._done: list[dict[str, object]] = []
        self._last: Session | None = None
        self._answers: list[float] = []
        self._targets: list[float] = []

    def sessions(self, device: str = "auto") -> Iterator[Session]:
        """Yield for each fold a session that is to be trained before the next one is asked for."""
        for parts in self._parts:
            session = Session.for_experiment(self.experiment, device, parts)
            yield session
            self._take(session)

    def _take(self, session: Session) -> None:
        prepared = session.prepared
        self._answers += session.predictions()[prepared.test_rows].tolist()
        self._targets += prepared.sample.targets[prepared.test_rows].tolist()
        self._last = session
        self.diverged |= session.diverged
        figures = session.summary(self.experiment.name)
        kept = ("epochs", "train_loss", "test_loss", session.metric, "stopped")
        self._done.append({"rows": len(prepared.test_rows)} | {key: figures[key] for key in kept})

    def summary(self) -> dict[str, object]:
        """Return how good the answers to all rows are, together and by fold, as JSON has it.

        The deviation is that between the folds.
        """
        assert self._last is not None
        figures = self._last.summary(self.experiment.name)
        metric = self._last.metric
        by_fold = np.array([fold[metric] for fold in self._done], dtype=np.float64)
        return {
            **{key: figures[key] for key in ("name", "device", "parameters")},
            **self._pooled(metric),
            f"{metric}_deviation": float(by_fold.std()),
            "folds": self._done,
        }

    def _pooled(self, metric: str) -> dict[str, float]:
        answers, targets = np.array(self._answers), np.array(self._targets)
        if metric == "accuracy":
            return {metric: float(np.mean(answers == targets))}
        return {
            metric: r2(answers, targets),
            "rmse": rmse(answers, targets),
            "mae": mae(answers, targets),
        }
