"""Says in one sentence what is happening and what to try, from the learning curves alone."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
import numpy.typing as npt

from playground.experiment.plan import Plan
from playground.training.messages import History

FloatArray = npt.NDArray[np.float64]

KEEP = 600
ENOUGH = 30


@dataclass(slots=True)
class Curves:
    """The learning curves, thinned so that they stay small: rows of epoch, losses, metrics."""

    rows: list[tuple[float, ...]] = field(default_factory=list)
    _stride: int = 1
    _seen: int = 0

    def add(self, history: History) -> None:
        """Take in new points; a restart forgets the old ones."""
        if history.restart:
            self.rows.clear()
            self._stride, self._seen = 1, 0
        while self.rows and self.rows[-1][0] > history.cut:
            self.rows.pop()
        columns = (
            history.epoch,
            history.train_loss,
            history.watched_loss,
            history.train_metric,
            history.watched_metric,
        )
        for row in zip(*(column.tolist() for column in columns), strict=True):
            self._seen += 1
            if self._seen % self._stride == 0:
                self.rows.append(row)
        if len(self.rows) > KEEP:
            self.rows = self.rows[::2]
            self._stride *= 2

    def settle(self) -> None:
        """Forget all but the last point: what happens from here on is due to other settings."""
        self.rows = self.rows[-1:]
        self._stride, self._seen = 1, len(self.rows)

    @property
    def last_train_loss(self) -> float:
        """The latest train loss, NaN before there is one."""
        return self.rows[-1][1] if self.rows else float("nan")


@dataclass(frozen=True, slots=True)
class Trend:
    """How the curves go: rows as they are (n, 5), smoothed losses (n,), and the stretch that is "of late"."""

    table: FloatArray
    train: FloatArray
    watched: FloatArray
    span: int
    best: int

    @classmethod
    def of(cls, curves: Curves) -> Self | None:
        """Return how the curves go; None when it is too early to say, or a loss is no number."""
        table = np.array(curves.rows, dtype=np.float64).reshape(-1, 5)
        if len(table) < ENOUGH or not np.isfinite(table[:, :3]).all():
            return None
        train, watched = _smooth(table[:, 1]), _smooth(table[:, 2])
        return cls(table, train, watched, max(len(table) // 3, 10), int(watched.argmin()))

    @property
    def recent(self) -> FloatArray:
        """The train loss of late, as it was measured."""
        return np.asarray(self.table[-self.span :, 1])

    @property
    def overfits(self) -> bool:
        """Whether only the train loss improves."""
        return _overfits(self.train, self.watched, self.best) or _parts(self.train, self.watched, self.span)

    @property
    def stands_still(self) -> bool:
        """Whether the train loss, still high, hardly moves."""
        before, now = self.train[-self.span], self.train[-1]
        return bool(now >= 0.2 * self.train[0] and abs(before - now) <= 0.01 * max(before, 1e-12))


def advice(curves: Curves, plan: Plan, watched: str = "test") -> str:
    """Return how the training goes: the evidence and a next step; empty when it is too early to say.

    `watched` is what the rows are called that training is watched on.
    """
    trend = Trend.of(curves)
    if trend is None:
        return ""
    for sentence in (
        unsteady(trend),
        rising(trend),
        _solved(trend.table, plan.task, trend.overfits, watched),
        overfitting(trend, plan, watched) if trend.overfits else "",
        plateau(trend, plan),
    ):
        if sentence:
            return sentence
    return "Learning: the loss is falling." if trend.train[-1] < trend.train[-trend.span] else ""


def progress(curves: Curves, plan: Plan, watched: str) -> str:
    """Return what is good about the training; empty when there is nothing to say."""
    trend = Trend.of(curves)
    if trend is None:
        return ""
    falling = "Learning: the loss is falling." if trend.train[-1] < trend.train[-trend.span] else ""
    return _solved(trend.table, plan.task, trend.overfits, watched) or falling


def unsteady(trend: Trend) -> str:
    """Return the sentence about a loss that jumps; empty when it does not."""
    recent = trend.recent
    middle = float(np.median(recent))
    jumps = float(np.abs(np.diff(recent)).mean())
    if middle > 0.01 and jumps > 0.2 * middle and recent.max() > 1.5 * middle:
        return (
            "The loss jumps up and down: the steps are too large. "
            "Try a lower learning rate or a larger batch."
        )
    return ""


def rising(trend: Trend) -> str:
    """Return the sentence about a train loss that rises; empty when it does not."""
    train = trend.train
    before, now = float(train[-trend.span]), float(train[-1])
    if now > 1.1 * before and now > 1.5 * train.min() + 0.01:
        return "The train loss is rising: the steps are too large. Try a lower learning rate."
    return ""


def overfitting(trend: Trend, plan: Plan, watched: str) -> str:
    """Return the sentence about a network that overfits."""
    penalty = "fewer neurons" if plan.training.regularizer != "none" else "L2, fewer neurons"
    return (
        f"Overfitting: the {watched} loss was best at epoch {trend.table[trend.best, 0]:,.0f}; since then "
        f"only the train loss has improved. Try {penalty} or more samples."
    )


def plateau(trend: Trend, plan: Plan) -> str:
    """Return the sentence about a loss that hardly moves; empty when it does."""
    if not trend.stands_still:
        return ""
    ideas = ["more neurons" if sum(shape.kind == "dense" for shape in plan.shapes) > 1 else "a hidden layer"]
    if plan.kind == "plane":
        ideas.append("another feature")
    if plan.training.optimizer != "adam":
        ideas.append("Adam")
    epochs = trend.table[-1, 0] - trend.table[-trend.span, 0]
    return (
        f"The loss has hardly moved for {epochs:,.0f} epochs. "
        f"Try {', '.join(ideas)} or another learning rate."
    )


def _smooth(values: FloatArray) -> FloatArray:
    """Return a running mean over about a twentieth of the points."""
    width = max(len(values) // 20, 3)
    padded = np.concatenate([np.full(width - 1, values[0]), values])
    return np.convolve(padded, np.ones(width) / width, mode="valid")


def _overfits(train: FloatArray, test: FloatArray, best: int) -> bool:
    """Whether the watched loss has risen well above its best and the train loss, which has not risen."""
    risen = test[-1] > 1.15 * test[best] + 1e-3 and test[-1] > 1.3 * train[-1]
    return bool(risen and train[-1] <= 1.05 * train[best] and best < len(test) - 5)


def _parts(train: FloatArray, test: FloatArray, span: int) -> bool:
    """Whether the train loss goes on falling and the watched loss, well above it, does not."""
    return bool(
        train[-1] < 0.97 * train[-span] and test[-1] > 0.99 * test[-span] and test[-1] > 1.25 * train[-1]
    )


def _solved(table: FloatArray, task: str, overfitting: bool, watched: str) -> str:
    metric = table[-1, 4]
    if metric < 0.985:
        return ""
    more = f" The {watched} loss no longer falls, though: more training only overfits." if overfitting else ""
    if task == "classification":
        return f"Solved: {metric:.1%} of the {watched} points are on the right side.{more}"
    return f"Solved: the network explains {metric:.1%} of the variation in the {watched} targets (R²).{more}"
