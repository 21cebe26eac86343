"""The sentence in the status line names what the curves show."""

import numpy as np
import pytest

from playground.training.advice import KEEP, Curves, advice
from playground.training.messages import History

EPOCHS = np.arange(200.0)
FALLING = np.exp(-EPOCHS / 40)
HALF = np.full(200, 0.5)


def curves(train: np.ndarray, test: np.ndarray, metric: np.ndarray) -> Curves:
    kept = Curves()
    kept.add(History(EPOCHS, train, test, metric, metric))
    return kept


@pytest.mark.parametrize(
    ("train", "test", "metric", "words"),
    [
        (FALLING, FALLING, HALF, "loss is falling"),
        (FALLING, np.abs(EPOCHS - 60) / 100 + 0.3, HALF, "overfitting"),
        (FALLING, FALLING, np.full(200, 0.99), "Solved"),
        (FALLING, np.abs(EPOCHS - 60) / 100 + 0.3, np.full(200, 0.99), "only overfits"),
        (HALF, HALF, HALF, "hardly moved"),
        (np.where(EPOCHS % 5 == 0, 3.0, 0.2), HALF, HALF, "jumps up and down"),
        (np.full(200, np.nan), HALF, HALF, "watch the loss"),
    ],
)
def test_that_the_curves_are_put_into_words(
    train: np.ndarray, test: np.ndarray, metric: np.ndarray, words: str
) -> None:
    assert words in advice(curves(train, test, metric), "classification")


def test_that_regression_is_said_to_be_explained_not_to_be_on_the_right_side() -> None:
    assert "explains 99.0%" in advice(curves(FALLING, FALLING, np.full(200, 0.99)), "regression")


def test_that_the_curves_stay_small_and_keep_their_ends() -> None:
    kept = Curves()
    for start in range(0, 50_000, 500):
        epochs = np.arange(start, start + 500.0)
        kept.add(History(epochs, epochs, epochs, epochs, epochs))
    assert len(kept.rows) <= KEEP
    assert kept.rows[0][0] < 500
    assert kept.rows[-1][0] > 49_000


def test_that_a_rewind_forgets_the_old_curve() -> None:
    kept = curves(FALLING, FALLING, HALF)
    one = np.zeros(1)
    kept.add(History(one, one, one, one, one, restart=True))
    assert len(kept.rows) == 1
