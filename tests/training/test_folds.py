"""Cross-validation: every row is answered once, by a network that has not seen it."""

import numpy as np
import pytest

from playground.experiment import edits, files
from playground.experiment.model import Experiment
from playground.experiment.prepare import CannotTrainError, fold_parts
from playground.training.folds import CrossValidation


def validated(experiment: Experiment, count: int, seed: int = 0) -> CrossValidation:
    validation = CrossValidation(experiment, count, seed)
    for session in validation.sessions("numpy"):
        while session.trainer.epoch < experiment.epochs and not session.diverged:
            session.train_epoch()
    return validation


def test_that_logarithms_and_whitening_let_a_small_network_tell_the_species() -> None:
    result = validated(files.example("species"), 5).summary()
    assert result["accuracy"] >= 0.97
    rows = [fold["rows"] for fold in result["folds"]]
    assert sum(rows) == 157
    right = sum(fold["accuracy"] * fold["rows"] for fold in result["folds"])
    assert result["accuracy"] == pytest.approx(right / 157)
    assert result["accuracy_deviation"] == pytest.approx(
        np.std([fold["accuracy"] for fold in result["folds"]])
    )


def test_that_numbers_are_judged_over_all_rows_together() -> None:
    plane = edits.set_epochs(edits.set_data(files.example("plane"), samples=40), 20)
    result = validated(plane, 4).summary()
    assert {"r2", "rmse", "mae", "r2_deviation"} <= result.keys()
    assert 0 < result["mae"] <= result["rmse"]
    assert result["r2"] > 0.5


def test_that_the_scaling_knows_the_training_rows_alone() -> None:
    experiment = edits.set_epochs(files.example("species"), 1)
    validation = CrossValidation(experiment, 5)
    means = [session.prepared.input_scaler.mean for session in validation.sessions("numpy")]
    assert len({float(mean[0]) for mean in means}) == 5


def test_that_rows_known_to_be_wrong_are_in_no_fold_where_they_are_left_out() -> None:
    for parts in fold_parts(files.example("species"), 5, 0):
        assert not set(parts.train.tolist()) & set(parts.test.tolist())
        assert not {13, 40} & {*parts.train.tolist(), *parts.test.tolist()}


def test_that_a_network_without_answers_is_told() -> None:
    wild = edits.set_training(files.example("plane"), learning_rate=100.0)
    assert validated(edits.set_epochs(wild, 30), 2).diverged
    assert not validated(edits.set_epochs(files.example("plane"), 2), 2).diverged


def test_that_more_folds_than_rows_are_refused() -> None:
    with pytest.raises(CannotTrainError, match="159 rows make 2 to 159 folds, not 160"):
        CrossValidation(files.example("fish"), 160)


def test_that_early_stopping_may_not_choose_by_the_fold_that_tests() -> None:
    experiment = files.example("species")
    stopping = experiment.training.stopping.replace(patience=5)
    with pytest.raises(CannotTrainError, match="Early stopping would choose by the fold"):
        CrossValidation(edits.set_training(experiment, stopping=stopping), 5)
