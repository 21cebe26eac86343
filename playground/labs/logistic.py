"""Logistic regression is one sigmoid neuron with binary cross-entropy: three ways to the same weights.

The mean loss of p = sigmoid(w . [1 x]) over n rows is convex, with the gradient X'(p - y)/n and the curvature
X' diag(p (1 - p)) X / n, where X (n, 1 + d) has a first column of ones. Newton's method on it is iteratively
reweighted least squares (Hastie, Tibshirani and Friedman, "The Elements of Statistical Learning", 4.4.1).
Where a line parts the classes without an error there is no minimum: the weights grow for ever.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from playground.data.base import FloatArray
from playground.engine.backends import make_backend
from playground.engine.layers import LayerShape
from playground.engine.losses import LOSSES
from playground.engine.maths import sigmoid, softplus
from playground.engine.network import Network
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.regularizers import REGULARIZERS
from playground.engine.trainer import Trainer
from playground.labs.min_norm import with_ones
from playground.tables import by_key

FLAT = 1e-10
"""Size of the largest part of the gradient at which Newton's method is done."""
MOST_STEPS = 100
PARTED = 1e-6
"""Mean loss below which no minimum is being approached: the classes are parted without an error."""


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Weights (1 + d,), the bias first, the mean loss there, and how many steps it took.

    `parted` says that some plane parts the classes without an error, so that larger weights are always
    better and these are merely where the search was ended.
    """

    weights: FloatArray
    loss: float
    steps: int
    parted: bool


def probabilities(weights: npt.ArrayLike, rows: npt.ArrayLike) -> FloatArray:
    """Return p (n,) of rows (n, d) at weights (1 + d,)."""
    with np.errstate(all="ignore"):
        return np.asarray(sigmoid(with_ones(rows) @ np.asarray(weights, dtype=np.float64)))


def mean_loss(weights: npt.ArrayLike, rows: npt.ArrayLike, targets: npt.ArrayLike) -> float:
    """Return the mean binary cross-entropy, -y log p - (1 - y) log(1 - p), from z, so that no log is of 0."""
    with np.errstate(all="ignore"):
        z = with_ones(rows) @ np.asarray(weights, dtype=np.float64)
        return float(np.mean(softplus(z) - np.asarray(targets) * z))


def newton_step(weights: npt.ArrayLike, rows: npt.ArrayLike, targets: npt.ArrayLike) -> FloatArray:
    """Return the weights (1 + d,) after one step of Newton's method, halved until the loss does not rise.

    Where the curvature is singular (a column that never changes, say) the shortest step is taken.
    """
    at, x, y = np.asarray(weights, dtype=np.float64), with_ones(rows), np.asarray(targets)
    p = probabilities(at, rows)
    slope = x.T @ (p - y) / len(y)
    curvature = (x.T * (p * (1.0 - p))) @ x / len(y)
    step = np.linalg.lstsq(curvature, slope, rcond=None)[0]
    before = mean_loss(at, rows, targets)
    for halvings in range(40):
        new: FloatArray = at - step * 0.5**halvings
        if mean_loss(new, rows, targets) <= before:
            return new
    return at


def newton(rows: npt.ArrayLike, targets: npt.ArrayLike) -> Fit:
    """Return the weights at which the mean loss is least, from zeros on, for targets 0 and 1 (n,).

    Raises:
        ValueError: without rows, or when a number is none.
    """
    x, y = with_ones(rows), np.asarray(targets, dtype=np.float64)
    if not len(y) or not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("logistic regression needs rows of finite numbers")
    weights, steps, loss = np.zeros(x.shape[1]), 0, float("inf")
    while steps < MOST_STEPS:
        slope = x.T @ (probabilities(weights, rows) - y) / len(y)
        loss = mean_loss(weights, rows, y)
        if np.abs(slope).max() < FLAT or loss < PARTED:
            break
        new = newton_step(weights, rows, y)
        if np.array_equal(new, weights):
            break
        weights, steps = new, steps + 1
    return Fit(weights, loss, steps, loss < PARTED)


def scikit_learn(rows: npt.ArrayLike, targets: npt.ArrayLike) -> Fit:
    """Return what scikit-learn's LogisticRegression answers without a price on weights (C = infinity).

    Its library takes a second to load, so this belongs on a thread beside the window.

    Raises:
        ValueError: when scikit-learn refuses the rows, as where all are of one class.
    """
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000)
    model.fit(np.asarray(rows, dtype=np.float64), np.asarray(targets).astype(np.int64))
    weights = np.concatenate((model.intercept_, model.coef_[0]))
    loss = mean_loss(weights, rows, targets)
    return Fit(weights, loss, int(np.max(model.n_iter_)), loss < PARTED)


class SigmoidNeuron:
    """One sigmoid neuron that the engine trains with binary cross-entropy on rows (n, d), targets 0 and 1.

    Attributes:
        steps: steps done since it was made.
    """

    def __init__(
        self,
        rows: npt.ArrayLike,
        targets: npt.ArrayLike,
        optimizer: str,
        rate: float,
        start: npt.ArrayLike | None = None,
    ) -> None:
        """Begin at the weights `start` (1 + d,), which are zeros when not given; each step takes all rows."""
        x = np.asarray(rows, dtype=np.float64)
        backend = make_backend("numpy")
        self._network = Network(backend, [LayerShape(x.shape[1], 1, "sigmoid")], "float64")
        self._network.set_parameters(np.zeros(self._network.size) if start is None else start)
        self._trainer = Trainer(
            self._network,
            by_key(LOSSES, "binary_cross_entropy", "loss"),
            by_key(OPTIMIZERS, optimizer, "optimizer")(backend, self._network.size, "float64"),
            x,
            np.asarray(targets, dtype=np.float64).reshape(-1, 1),
            learning_rate=rate,
            batch_size=len(x),
            regularizer=by_key(REGULARIZERS, "none", "regularization"),
            regularization_rate=0.0,
            seed=0,
        )

    @property
    def steps(self) -> int:
        """Steps done."""
        return self._trainer.step

    @property
    def weights(self) -> FloatArray:
        """The weights (1 + d,), the bias first; a copy."""
        return np.array(self._network.parameters)

    def run(self, steps: int) -> None:
        """Make so many steps."""
        self._trainer.run(steps)
        self._trainer.points.clear()
