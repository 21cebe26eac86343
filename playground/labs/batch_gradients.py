"""The noise of a mini-batch's gradient: ∇J~(w) = ∇J(w) + ε, at fixed weights.

With g_i the gradient of row i's loss and g their mean, a batch of B of the N rows, drawn without replacement,
has the mean gradient g + ε with E ε = 0 and

    E ‖ε‖² = tr(S) / B (1 - B / N),    S = 1 / (N - 1) Σ (g_i - g)(g_i - g)ᵀ

(Cochran 1977, "Sampling Techniques", theorem 2.2). S here divides by N - 1; with the covariance that divides
by N the same number is tr / B (1 - B / N) N / (N - 1). The batches are those of the engine's own epochs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from playground.data.base import FloatArray
from playground.engine import dice
from playground.labs.batches import Cancelled, IntArray, Tell, epoch, require


@dataclass(frozen=True, slots=True, eq=False)
class Noise:
    """What the gradients of N rows have in common and in what they differ.

    `full` (P,) is the gradient of all rows; `deviations` (N, R) are g_i - g along `directions` (R, P), which
    are orthonormal and hold all of them: R is at most N and P.
    """

    full: FloatArray
    deviations: FloatArray
    directions: FloatArray

    @classmethod
    def of(cls, gradients: FloatArray) -> Self:
        """Return the noise of the gradients (N, P) of single rows."""
        full = gradients.mean(axis=0)
        apart = gradients - full
        if gradients.shape[1] <= 2:
            return cls(full, apart, np.eye(gradients.shape[1]))
        turned, lengths, directions = np.linalg.svd(apart, full_matrices=False)
        return cls(full, turned * lengths, directions)

    @property
    def rows(self) -> int:
        """How many rows there are, N."""
        return len(self.deviations)

    @property
    def trace(self) -> float:
        """tr(S), where S divides by N - 1; 0 for a single row."""
        return float(np.square(self.deviations).sum() / max(self.rows - 1, 1))

    def predicted(self, batch: int) -> float:
        """Return E‖ε‖² of batches of `batch` rows by theory: tr(S) / B (1 - B / N)."""
        require(self.rows, batch)
        return self.trace / batch * (1.0 - batch / self.rows)

    def plane(self) -> FloatArray:
        """Return two orthonormal directions (2, P) to look along; the weights themselves where P is 2.

        The first is that of the full gradient, the second the one across it in which the rows differ most.
        """
        size = len(self.full)
        if size <= 2:
            return np.eye(2, size)
        length = float(np.linalg.norm(self.full))
        first = self.full / length if length > 0.0 and np.isfinite(length) else self.directions[0]
        # In order of their spread: the first that does not lie along the gradient.
        along = self.deviations - np.outer(
            self.deviations @ (self.directions @ first), self.directions @ first
        )
        across = np.linalg.svd(along, full_matrices=False)[2][0] @ self.directions
        across = across - (across @ first) * first
        return np.stack((first, across / max(float(np.linalg.norm(across)), np.finfo(np.float64).tiny)))

    def share(self, plane: FloatArray) -> float:
        """Return how much of tr(S) a plane (2, P) shows, from 0 to 1."""
        total = float(np.square(self.deviations).sum())
        seen = float(np.square(self.deviations @ (self.directions @ plane.T)).sum())
        return seen / total if total > 0.0 else 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """E‖ε‖² as it came out: for each of `sizes` the mean over `draws` batches, and its standard error."""

    sizes: tuple[int, ...]
    means: FloatArray
    errors: FloatArray
    draws: int


def cloud(gradients: FloatArray, batch: int, seed: int, count: int) -> FloatArray:
    """Return the mean gradients of `count` batches of exactly `batch` rows, (count, P), epoch after epoch."""
    require(len(gradients), batch)
    found: FloatArray = gradients[cloud_rows(len(gradients), batch, seed, count)].mean(axis=1)
    return found


def cloud_rows(rows: int, batch: int, seed: int, count: int) -> IntArray:
    """Return the rows in the first `count` whole batches, (count, batch), epoch after epoch."""
    require(rows, batch)
    each = rows // batch
    epochs = [epoch(rows, batch, seed, number)[:each] for number in range(-(-count // each))]
    return np.concatenate(epochs)[:count]


def sizes_up_to(rows: int) -> tuple[int, ...]:
    """Return the batch sizes 1, 2, 4, ... below `rows`, and `rows` itself."""
    return (*(2**power for power in range(rows.bit_length()) if 2**power < rows), rows)


def measure(
    noise: Noise,
    sizes: Sequence[int],
    draws: int,
    seed: int,
    tell: Tell = lambda _share: None,
    cancelled: Cancelled = lambda: False,
) -> Measured | None:
    """Return E‖ε‖² as `draws` epochs have it, the first batch of each for every size; None when cancelled.

    The first batches of different epochs are independent, so the standard error is that of a mean.
    """
    for size in sizes:
        require(noise.rows, size)
    bits, last = dice.stream(seed), np.asarray(sizes) - 1
    found = np.empty((draws, len(sizes)))
    for number in range(draws):
        added = np.cumsum(noise.deviations[dice.order(bits, number, noise.rows)], axis=0)[last]
        found[number] = np.square(added).sum(axis=1) / np.square(last + 1.0)
        if number % 16 == 0:
            tell(number / draws)
            if cancelled():
                return None
    errors = found.std(axis=0, ddof=1) / np.sqrt(draws) if draws > 1 else np.full(len(sizes), np.nan)
    return Measured(tuple(sizes), found.mean(axis=0), errors, draws)
