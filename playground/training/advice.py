"""Says in one sentence what is happening and what to try, from the learning curves alone."""

from dataclasses import dataclass, field

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

    @property
    def last_train_loss(self) -> float:
        """The latest train loss, NaN before there is one."""
        return self.rows[-1][1] if self.rows else float("nan")


def advice(curves: Curves, plan: Plan, watched: str = "test") -> str:
    """Return how the training goes: the evidence and a next step; empty when it is too early to say.

    `watched` is what the rows are called that training is watched on.
    """
    table = np.array(curves.rows, dtype=np.float64).reshape(-1, 5)
    if len(table) < ENOUGH or not np.isfinite(table[:, :3]).all():
        return ""
    train, test = _smooth(table[:, 1]), _smooth(table[:, 2])
    best = int(test.argmin())
    span = max(len(table) // 3, 10)
    overfitting = _overfits(train, test, best) or _parts(train, test, span)
    for sentence in (
        _unsteady(table[:, 1], span),
        _rising(train, span),
        _solved(table, plan.task, overfitting, watched),
        _overfitting(table, plan, best, watched) if overfitting else "",
        _plateau(table, train, span, plan),
    ):
        if sentence:
            return sentence
    return "Learning: the loss is falling." if train[-1] < train[-span] else ""


def _smooth(values: FloatArray) -> FloatArray:
    """Return a running mean over about a twentieth of the points."""
    width = max(len(values) // 20, 3)
    padded = np.concatenate([np.full(width - 1, values[0]), values])
    return np.convolve(padded, np.ones(width) / width, mode="valid")


def _unsteady(train: FloatArray, span: int) -> str:
    recent = train[-span:]
    middle = float(np.median(recent))
    jumps = float(np.abs(np.diff(recent)).mean())
    if middle > 0.01 and jumps > 0.2 * middle and recent.max() > 1.5 * middle:
        return (
            "The loss jumps up and down: the steps are too large. "
            "Try a lower learning rate or a larger batch."
        )
    return ""


def _rising(train: FloatArray, span: int) -> str:
    before, now = float(train[-span]), float(train[-1])
    if now > 1.1 * before and now > 1.5 * train.min() + 0.01:
        return "The train loss is rising: the steps are too large. Try a lower learning rate."
    return ""


def _overfits(train: FloatArray, test: FloatArray, best: int) -> bool:
    """Whether the watched loss has risen well above its best and the train loss, which has not risen."""
    risen = test[-1] > 1.15 * test[best] + 1e-3 and test[-1] > 1.3 * train[-1]
    return bool(risen and train[-1] <= 1.05 * train[best] and best < len(test) - 5)


def _parts(train: FloatArray, test: FloatArray, span: int) -> bool:
    """Whether the train loss goes on falling and the watched loss, well above it, does not."""
    return bool(
        train[-1] < 0.97 * train[-span] and test[-1] > 0.99 * test[-span] and test[-1] > 1.25 * train[-1]
    )


def _overfitting(table: FloatArray, plan: Plan, best: int, watched: str) -> str:
    penalty = "fewer neurons" if plan.training.regularizer != "none" else "L2, fewer neurons"
    return (
        f"Overfitting: the {watched} loss was best at epoch {table[best, 0]:,.0f}; since then only the train "
        f"loss has improved. Try {penalty} or more samples."
    )


def _solved(table: FloatArray, task: str, overfitting: bool, watched: str) -> str:
    metric = table[-1, 4]
    if metric < 0.985:
        return ""
    more = f" The {watched} loss no longer falls, though: more training only overfits." if overfitting else ""
    if task == "classification":
        return f"Solved: {metric:.1%} of the {watched} points are on the right side.{more}"
    return f"Solved: the network explains {metric:.1%} of the variation in the {watched} targets (R²).{more}"


def _plateau(table: FloatArray, train: FloatArray, span: int, plan: Plan) -> str:
    before, now = train[-span], train[-1]
    if now < 0.2 * train[0] or abs(before - now) > 0.01 * max(before, 1e-12):
        return ""
    ideas = ["more neurons" if sum(shape.kind == "dense" for shape in plan.shapes) > 1 else "a hidden layer"]
    if plan.kind == "plane":
        ideas.append("another feature")
    if plan.training.optimizer != "adam":
        ideas.append("Adam")
    epochs = table[-1, 0] - table[-span, 0]
    return (
        f"The loss has hardly moved for {epochs:,.0f} epochs. "
        f"Try {', '.join(ideas)} or another learning rate."
    )
