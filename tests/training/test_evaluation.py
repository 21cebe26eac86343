"""With a validation part training never looks at the test rows; an evaluation does, and is kept."""

import dataclasses

import numpy as np
import pytest
from run_cases import await_snapshot

from playground.engine.backends import make_backend
from playground.engine.metrics import r2
from playground.experiment import edits, files
from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared, prepare
from playground.training.evaluation import evaluate
from playground.training.messages import Evaluate, StepEpoch
from playground.training.run import Run
from playground.training.session import Session


def with_validation(name: str = "circle") -> Experiment:
    experiment = edits.set_data(files.example(name), split="random", train_fraction=0.5)
    return edits.set_data(experiment, validation_fraction=0.2)


def without_test_rows(prepared: Prepared) -> Prepared:
    """Return the same rows, those of the test part spoilt."""
    x, y = prepared.x.copy(), prepared.y.copy()
    x[prepared.test_rows], y[prepared.test_rows] = np.nan, np.nan
    return dataclasses.replace(prepared, x=x, y=y)


def session(prepared: Prepared) -> Session:
    return Session(prepared, make_backend("numpy"))


@pytest.mark.parametrize("name", ["circle", "fish"])
def test_that_training_would_not_notice_if_the_test_rows_were_not_there(name: str) -> None:
    prepared = prepare(with_validation(name))
    curves = []
    for rows in (prepared, without_test_rows(prepared)):
        trained = session(rows)
        trained.train(60)
        history = trained.take_history()
        curves.append(
            [history.train_loss, history.watched_loss, history.watched_metric, *trained.layers()[0]]
        )
        assert np.isfinite(history.watched_loss).all()
    for one, two in zip(*curves, strict=True):
        np.testing.assert_array_equal(one, two)


def test_that_validation_rows_are_what_is_watched() -> None:
    prepared = prepare(with_validation())
    trained = session(prepared)
    trained.train(40)
    trained.record()
    answers = trained.predict(prepared.sample.inputs[prepared.parts.validation])
    right = answers == prepared.sample.targets[prepared.parts.validation]
    assert trained.last[4] == pytest.approx(right.mean())


@pytest.mark.parametrize("name", ["circle", "fish"])
def test_that_an_evaluation_says_what_the_network_does_on_the_test_rows(name: str) -> None:
    prepared = prepare(with_validation(name))
    trained = session(prepared)
    trained.train(40)
    found = evaluate(trained)
    answers = trained.predict(prepared.sample.inputs[prepared.test_rows])
    targets = prepared.sample.targets[prepared.test_rows]
    assert (found.step, found.epoch, found.rows) == (40, trained.trainer.epoch, len(prepared.test_rows))
    if name == "circle":
        assert found.metric == pytest.approx((answers == targets).mean())
        assert found.mae is None
    else:
        assert found.metric == pytest.approx(r2(answers[:, None], targets[:, None]), rel=1e-4)
        assert found.mae == pytest.approx(np.abs(answers - targets).mean(), rel=1e-4)
        assert found.rmse == pytest.approx(np.sqrt(np.square(answers - targets).mean()), rel=1e-4)


def test_that_early_stopping_goes_by_the_validation_rows() -> None:
    experiment = edits.set_training(with_validation(), learning_rate=0.0)
    experiment = edits.set_training(experiment, stopping=experiment.training.stopping.replace(patience=3))
    trained = session(prepare(experiment))
    trained.train(10_000)
    assert "the validation loss has not fallen for 3 epochs" in trained.stopped


def test_that_the_summary_names_the_rows_that_were_watched() -> None:
    summary = session(prepare(with_validation())).summary("circle")
    assert {"validation_loss", "validation_accuracy"} <= set(summary)
    assert not {"test_loss", "accuracy"} & set(summary)


def test_that_a_run_keeps_every_evaluation() -> None:
    run = Run(1, prepare(with_validation()))
    run.start()
    try:
        assert await_snapshot(run).evaluations == ()
        for command in (Evaluate(), StepEpoch(), Evaluate()):
            run.send(command)
        found = await_snapshot(run, lambda snapshot: len(snapshot.evaluations) == 2).evaluations
    finally:
        run.stop()
    assert [one.epoch for one in found] == [0, 1]
