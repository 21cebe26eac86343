"""Double descent with random features: digits of 8 x 8 pixels, random ReLU units, least squares above them.

The units f = relu(W x + b) are drawn and never learn: W ~ N(0, 1/64), b ~ N(0, 0.1^2), the first p of one
draw for every width p. Only the weights from the units to the ten outputs are learnt, by least squares on
one-hot targets, of least norm where many fit (Belkin et al. 2019, arXiv 1812.11118, who do it with larger
digits). With as many units as rows the fit is exact for the first time: that is the interpolation
threshold.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from playground.data import dataset
from playground.data.base import FloatArray, IndexArray
from playground.labs.min_norm import descend, fit, nested_fits

DIGITS = dataset("digits")
PIXELS, CLASSES = 64, 10
TEST_ROWS = 1000
FEWEST_ROWS = 10
WIDEST, MOST_UNITS = 20, 8000
"""The widest fit has so many units for each training row, and never more than the second number."""

WIDTHS_PER_ROW = (
    *(0.05, 0.1, 0.15, 0.2, 0.25, 0.35, 0.5, 0.7, 0.85, 0.95),
    *(1.0, 1.05, 1.15, 1.3, 1.6, 2.0, 3.0, 5.0, 8.0, 12.0, float(WIDEST)),
)
"""The widths of a curve, in units for each training row: closest where the curve is steep."""


class RowsRefused(ValueError):  # noqa: N818 - a refusal, not an error of the program
    """So many rows cannot be drawn; the message is a sentence for the person who asked."""


@dataclass(frozen=True)
class Choices:
    """What a curve of random features depends on, apart from the seed.

    `rows` is the number of training rows, `noise` the share of them whose label is replaced by another one,
    `ridge` the price on the squared weights.
    """

    rows: int = 200
    noise: float = 0.2
    ridge: float = 0.0


@dataclass(frozen=True, eq=False)
class Draw:
    """What one seed draws: features (n, P) and one-hot targets (n, 10) to learn, and the rows to test with.

    `labels` (n,) are the training labels as they are learnt, `test_labels` (1000,) the true ones of the
    test rows `test_images` (1000, 64), pixels from -0.3 to 0.7; `flipped` counts the replaced labels.
    """

    features: FloatArray
    targets: FloatArray
    labels: IndexArray
    test_features: FloatArray
    test_labels: IndexArray
    test_images: FloatArray
    flipped: int


@dataclass(frozen=True, eq=False)
class Curve:
    """What one seed came to at each width: all arrays (widths,); `norm` is that of the learnt weights."""

    widths: IndexArray
    train_mse: FloatArray
    test_mse: FloatArray
    train_error: FloatArray
    test_error: FloatArray
    norm: FloatArray


@dataclass(frozen=True, eq=False)
class Fit:
    """One fit: its figures, and what it answers (1000, 10) to the test rows."""

    width: int
    train_mse: float
    test_mse: float
    train_error: float
    test_error: float
    norm: float
    answers: FloatArray
    labels: IndexArray
    images: FloatArray

    @property
    def guesses(self) -> IndexArray:
        """The digit (1000,) that is answered for each test row."""
        best: IndexArray = self.answers.argmax(axis=1)
        return best


@dataclass(frozen=True)
class Descent:
    """Where gradient descent from zero arrived, and how far that is from the weights of least norm.

    `difference` is relative to the norm of those, and `wanted_error` is their test error.
    """

    width: int
    difference: float
    test_error: float
    wanted_error: float
    norm: float


@cache
def digits() -> tuple[FloatArray, IndexArray]:
    """Return pixels (1797, 64), from -0.3 to 0.7, and the digits (1797,)."""
    sample = DIGITS.make(DIGITS.default_samples, 0.0, CLASSES, np.random.default_rng(0))
    return sample.inputs / 16 - 0.3, sample.targets.astype(np.int64)


def most_rows() -> int:
    """Return how many rows can be trained on when the test rows are taken away."""
    return DIGITS.default_samples - TEST_ROWS


def check_rows(rows: int) -> None:
    """Raise `RowsRefused` unless there are so many rows, and enough for a curve."""
    if rows > most_rows():
        raise RowsRefused(
            f"{rows:,} training rows are more than there are: of {DIGITS.default_samples:,} digits "
            f"{TEST_ROWS:,} are kept for the test, so choose at most {most_rows()}."
        )
    if rows < FEWEST_ROWS:
        raise RowsRefused(f"{rows} training rows are too few for ten digits: choose at least {FEWEST_ROWS}.")


def widths(rows: int) -> tuple[int, ...]:
    """Return the widths of a curve for so many training rows, ascending."""
    return tuple(sorted({min(max(1, round(rows * share)), MOST_UNITS) for share in WIDTHS_PER_ROW}))


def draw(choices: Choices, seed: int, widest: int) -> Draw:
    """Draw rows, wrong labels and `widest` units. Raises `RowsRefused`."""
    check_rows(choices.rows)
    images, labels = digits()
    rows_rng, label_rng, unit_rng = (np.random.default_rng((seed, part)) for part in range(3))
    order = rows_rng.permutation(len(labels))
    train, test = order[: choices.rows], order[choices.rows : choices.rows + TEST_ROWS]
    learnt = labels[train].copy()
    wrong = label_rng.random(choices.rows) < choices.noise
    learnt[wrong] = (learnt[wrong] + label_rng.integers(1, CLASSES, choices.rows)[wrong]) % CLASSES
    weights, biases = _units(unit_rng, widest)
    return Draw(
        np.maximum(images[train] @ weights + biases, 0.0),
        np.eye(CLASSES)[learnt],
        learnt,
        np.maximum(images[test] @ weights + biases, 0.0),
        labels[test],
        images[test],
        int(wrong.sum()),
    )


def _units(rng: np.random.Generator, count: int) -> tuple[FloatArray, FloatArray]:
    """Return weights (64, count) and biases (count,): fewer units are the first of more."""
    drawn = rng.normal(size=(count, PIXELS + 1))
    return drawn[:, :PIXELS].T / np.sqrt(PIXELS), 0.1 * drawn[:, PIXELS]


def curve(choices: Choices, seed: int, is_cancelled: Callable[[], bool] = lambda: False) -> Curve:
    """Return the errors of one seed at all widths, fewer when it is cancelled. Raises `RowsRefused`."""
    sizes = widths(choices.rows)
    drawn = draw(choices, seed, sizes[-1])
    fits = _until(is_cancelled, nested_fits(drawn.features, drawn.targets, sizes, choices.ridge))
    found = [_figures(drawn, weights)[0] for weights in fits]
    table = np.array(found).reshape(-1, 5).T
    return Curve(np.array(sizes[: len(found)]), *table)


def fit_at(choices: Choices, seed: int, width: int) -> Fit:
    """Return the fit of one seed with `width` units: that of the curve, to look at. Raises `RowsRefused`."""
    drawn = draw(choices, seed, max(width, widths(choices.rows)[-1]))
    weights = fit(drawn.features[:, :width], drawn.targets, choices.ridge)
    figures, answers = _figures(drawn, weights)
    return Fit(width, *figures, answers=answers, labels=drawn.test_labels, images=drawn.test_images)


def descent(choices: Choices, seed: int, width: int, steps: int, goes_on: Callable[[float], bool]) -> Descent:
    """Fit by so many steps of gradient descent from zero, without a ridge. Raises `RowsRefused`."""
    drawn = draw(choices, seed, width)
    wanted = fit(drawn.features, drawn.targets)
    found = descend(drawn.features, drawn.targets, steps, goes_on=goes_on)
    difference = float(np.linalg.norm(found - wanted)) / (float(np.linalg.norm(wanted)) or 1.0)
    (_, _, _, error, norm), _ = _figures(drawn, found)
    (_, _, _, wanted_error, _), _ = _figures(drawn, wanted)
    return Descent(width, difference, error, wanted_error, norm)


def _figures(drawn: Draw, weights: FloatArray) -> tuple[tuple[float, float, float, float, float], FloatArray]:
    """Return train and test MSE, train and test error, the norm of `weights` (p, 10), and the answers."""
    width = len(weights)
    known = drawn.features[:, :width] @ weights
    answers = drawn.test_features[:, :width] @ weights
    truth = np.eye(CLASSES)[drawn.test_labels]
    return (
        float(np.mean((known - drawn.targets) ** 2)),
        float(np.mean((answers - truth) ** 2)),
        float(np.mean(known.argmax(axis=1) != drawn.labels)),
        float(np.mean(answers.argmax(axis=1) != drawn.test_labels)),
        float(np.linalg.norm(weights)),
    ), answers


def _until(is_cancelled: Callable[[], bool], fits: Iterator[FloatArray]) -> Iterator[FloatArray]:
    for weights in fits:
        if is_cancelled():
            return
        yield weights
