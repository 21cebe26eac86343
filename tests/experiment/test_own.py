"""The first experiment on rows of one's own."""

import numpy as np
import pytest

from playground.data import Table
from playground.engine.backends import make_backend
from playground.experiment.check import check
from playground.experiment.own import experiment_on
from playground.experiment.prepare import prepare
from playground.training.session import Session


@pytest.mark.parametrize("classes", [(), ("no", "yes"), ("a", "b", "c")])
def test_that_it_can_be_trained_as_it_is_and_learns(classes: tuple[str, ...]) -> None:
    dice = np.random.default_rng(0)
    inputs = dice.normal(size=(600, 3)) * (1.0, 100.0, 0.01)
    score = inputs[:, 0] + inputs[:, 1] / 100
    ranks = np.argsort(np.argsort(score))
    targets = ranks * len(classes) // 600 if classes else score
    experiment = experiment_on(Table("Mine", ("a", "b", "c"), inputs, "t", targets, classes))
    assert not check(experiment)
    prepared = prepare(experiment)
    assert len(prepared.test_rows) == 120
    session = Session(prepared, make_backend("numpy"))
    for _ in range(40):
        session.train_epoch()
    assert session.last[4] > 0.85


def test_that_a_large_table_is_trained_in_larger_batches_for_fewer_epochs() -> None:
    dice = np.random.default_rng(0)
    small, large = (
        experiment_on(Table("Mine", ("a",), dice.normal(size=(rows, 1)), "t", dice.normal(size=rows)))
        for rows in (100, 50_000)
    )
    assert large.training.batch_size > small.training.batch_size
    assert large.epochs < small.epochs
