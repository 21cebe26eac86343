"""The sentence in the status line names what the curves show."""

import numpy as np
import pytest

from playground.experiment import files
from playground.experiment.plan import Plan
from playground.experiment.prepare import prepare
from playground.training.advice import KEEP, Curves, advice
from playground.training.messages import History

EPOCHS = np.arange(200.0)
FALLING = np.exp(-EPOCHS / 40)
HALF = np.full(200, 0.5)
RISING_TEST = np.abs(EPOCHS - 60) / 100 + 0.3


def curves(train: np.ndarray, test: np.ndarray, metric: np.ndarray) -> Curves:
    kept = Curves()
    kept.add(History(EPOCHS, train, test, metric, metric))
    return kept


@pytest.mark.parametrize(
    ("train", "test", "metric", "words"),
    [
        (FALLING, FALLING, HALF, "loss is falling"),
        (FALLING, RISING_TEST, HALF, "overfitting"),
        (FALLING, FALLING, np.full(200, 0.99), "Solved"),
        (FALLING, RISING_TEST, np.full(200, 0.99), "only overfits"),
        (HALF, HALF, HALF, "hardly moved"),
        (np.where(EPOCHS % 5 == 0, 3.0, 0.2), HALF, HALF, "jumps up and down"),
        (np.where(EPOCHS % 3 == 0, 0.09, 0.04), HALF, HALF, "jumps up and down"),
        (0.2 + EPOCHS / 400, HALF, HALF, "rising"),
    ],
)
def test_that_the_curves_are_put_into_words(
    train: np.ndarray, test: np.ndarray, metric: np.ndarray, words: str
) -> None:
    assert words.lower() in advice(curves(train, test, metric), plan("spiral")).lower()


def plan(name: str) -> Plan:
    return prepare(files.example(name)).plan


def test_that_nothing_is_said_of_a_curve_that_is_too_short_or_not_a_number() -> None:
    assert advice(Curves(), plan("circle")) == ""
    assert advice(curves(np.full(200, np.nan), HALF, HALF), plan("circle")) == ""


def test_that_nothing_is_proposed_that_is_there_already() -> None:
    assert "Adam" not in advice(curves(HALF, HALF, HALF), plan("spiral"))
    assert "Adam" in advice(curves(HALF, HALF, HALF), plan("gauss"))
    assert "a hidden layer" in advice(curves(HALF, HALF, HALF), plan("gauss"))


def test_that_regression_is_said_to_be_explained_not_to_be_on_the_right_side() -> None:
    assert "explains 99.0%" in advice(curves(FALLING, FALLING, np.full(200, 0.99)), plan("fish"))


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
