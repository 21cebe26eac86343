"""Weights of a linear model by least squares: of least norm, with a ridge, or by gradient descent.

With more features than rows endless weights fit the rows exactly. The pseudo-inverse takes those of least
norm, and so does gradient descent that starts from zero: each of its steps is a combination of the rows,
and among the combinations of the rows only one fits (Belkin et al. 2019, arXiv 1812.11118).
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from playground.data.base import FloatArray

RCOND = 1e-10
"""Singular values below this share of the largest count as 0."""

WELL_CONDITIONED = 1e-4
"""The least of a Cholesky factor's pivots as a share of the largest, or digits that show get lost."""

SHARE_OF_LIMIT = 0.95
"""The usual rate of gradient descent, as a share of that from which on it diverges."""

STEPS_AT_ONCE = 100
"""Steps of gradient descent between two looks at whether it is to go on."""


def with_ones(rows: npt.ArrayLike) -> FloatArray:
    """Return rows (n, d) with a 1 before each, (n, 1 + d), for the bias."""
    x = np.asarray(rows, dtype=np.float64)
    return np.column_stack((np.ones(len(x)), x))


def least_norm(features: FloatArray, targets: FloatArray, rcond: float = RCOND) -> FloatArray:
    """Return the weights (p, k) or (p,) of least norm among those that fit `targets` (n, k) or (n,) best."""
    return np.asarray(np.linalg.lstsq(features, targets, rcond=rcond)[0], np.float64)


def ridge_fit(features: FloatArray, targets: FloatArray, ridge: float) -> FloatArray:
    """Return the weights that make ||F w - y||^2 + `ridge` ||w||^2 least; `ridge` is above 0.

    By (F'F + r I)^-1 F'y or F'(FF' + r I)^-1 y, whichever has the smaller matrix.
    """
    rows, count = features.shape
    if count <= rows:
        weights = np.linalg.solve(_raised(features.T @ features, ridge), features.T @ targets)
    else:
        weights = features.T @ np.linalg.solve(_raised(features @ features.T, ridge), targets)
    return np.asarray(weights, np.float64)


def fit(features: FloatArray, targets: FloatArray, ridge: float = 0.0, rcond: float = RCOND) -> FloatArray:
    """Return the weights by least squares: of least norm when `ridge` is 0."""
    if ridge > 0:
        return ridge_fit(features, targets, ridge)
    return least_norm(features, targets, rcond)


def nested_fits(
    features: FloatArray, targets: FloatArray, widths: Sequence[int], ridge: float = 0.0
) -> Iterator[FloatArray]:
    """Give the weights of `fit` on the first p features (n, P) for each p of `widths`, which ascend.

    The products FF' grow with the features, so that a wide fit costs little more than a narrow one. Where
    products would lose the digits that matter, near as many features as rows, the singular values decide.
    """
    rows = len(features)
    outer, taken = _raised(np.zeros((rows, rows)), ridge), 0
    for width in widths:
        part = features[:, :width]
        if width > rows:
            new = features[:, taken:width]
            outer += new @ new.T
            taken = width
            coefficients = _by_cholesky(outer, targets)
            weights = None if coefficients is None else part.T @ coefficients
        else:
            weights = _by_inner(part, targets, ridge)
        yield fit(part, targets, ridge) if weights is None else weights


def descend(
    features: FloatArray,
    targets: FloatArray,
    steps: int,
    rate: float | None = None,
    goes_on: Callable[[float], bool] = lambda _share: True,
) -> FloatArray:
    """Return the weights after `steps` of gradient descent from zero on ||F w - y||^2 / 2.

    The rate is a little below the limit 2/L of the largest curvature L when none is given. What is stepped
    are the coefficients a of w = F'a, since every gradient F'(F w - y) is such a combination of the rows: the
    same weights as stepping w, at the cost of n rows instead of p features. `goes_on` is told now and then
    which share is done, and ends it when it says no.
    """
    outer = features @ features.T
    steepest = float(np.linalg.eigvalsh(outer)[-1]) or 1.0  # where no feature is alive there is no limit
    alpha = SHARE_OF_LIMIT * 2.0 / steepest if rate is None else rate
    coefficients = np.zeros_like(targets)
    for step in range(steps):
        if step % STEPS_AT_ONCE == 0 and not goes_on(step / steps):
            break
        coefficients -= alpha * (outer @ coefficients - targets)
    return features.T @ coefficients


def gradient(features: FloatArray, targets: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the gradient of the mean squared error, over all numbers of `targets`, by the weights."""
    return 2.0 / targets.size * (features.T @ (features @ weights - targets))


def _raised(matrix: FloatArray, ridge: float) -> FloatArray:
    return matrix + ridge * np.eye(len(matrix))


def _by_inner(features: FloatArray, targets: FloatArray, ridge: float) -> FloatArray | None:
    """Solve for at most as many features as rows; one that is 0 in all rows has the weights 0."""
    alive = features.any(axis=0)
    part = features[:, alive]
    weights = np.zeros((features.shape[1], *targets.shape[1:]))
    if not alive.any():
        return weights
    found = _by_cholesky(_raised(part.T @ part, ridge), part.T @ targets)
    if found is None:
        return None
    weights[alive] = found
    return weights


def _by_cholesky(matrix: FloatArray, right: FloatArray) -> FloatArray | None:
    """Solve with a symmetric matrix; None when it is not so well conditioned that this is exact enough."""
    try:
        factor = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return None
    pivots = factor.diagonal()
    if pivots.min() < WELL_CONDITIONED * pivots.max():
        return None
    return np.linalg.solve(factor.T, np.linalg.solve(factor, right))
