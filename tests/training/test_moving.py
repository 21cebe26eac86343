"""A session goes on on another backend from where it is, and on the processor when its device fails."""

from typing import Any

import numpy as np
import pytest
from device_cases import CardError, FailingBackend
from engine_stand_in import StandInBackend

from playground.engine.backends import make_backend
from playground.engine.backends.numpy import NumpyBackend
from playground.engine.optimizers import OPTIMIZERS
from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.experiment.prepare import CannotTrainError, prepare
from playground.training.failures import reason, run_failed
from playground.training.session import Session

EPOCHS = 20


def experiment(**training: object) -> Experiment:
    made = edits.set_data(Experiment(), samples=70)
    made = edits.add_layer(made, 0, units=4)
    made = edits.add_layer(made, 1, kind="batch_norm")
    made = edits.add_layer(made, 2, kind="dropout")
    return edits.set_training(made, **{"precision": "float64", **training})


def session_on(backend: Any, wanted: Experiment) -> Session:
    return Session(prepare(wanted), backend)


def parameters(session: Session) -> np.ndarray:
    return np.array(session.network.get_parameters())


@pytest.mark.parametrize("optimizer", [optimizer.key for optimizer in OPTIMIZERS])
@pytest.mark.parametrize("steps", [2, 12])
def test_that_a_move_in_mid_epoch_does_not_change_the_run(optimizer: str, steps: int) -> None:
    wanted = experiment(optimizer=optimizer, learning_rate=0.01)
    straight, moved = (session_on(NumpyBackend(), wanted) for _ in range(2))
    straight.train(10_000, EPOCHS)
    moved.train(steps)
    for backend in (StandInBackend(), make_backend("auto")):
        moved.move_to(backend)
        moved.train(3)
    moved.train(10_000, EPOCHS)
    assert moved.trainer.step == straight.trainer.step
    assert moved.trainer.optimizer.step == straight.trainer.optimizer.step
    np.testing.assert_allclose(parameters(moved), parameters(straight), rtol=1e-9, atol=1e-12)
    curves = [session.take_history() for session in (moved, straight)]
    np.testing.assert_array_equal(curves[0].epoch, curves[1].epoch)
    np.testing.assert_allclose(curves[0].train_loss, curves[1].train_loss, rtol=1e-9)


def test_that_a_move_after_another_batch_size_in_mid_epoch_does_not_change_the_run() -> None:
    sessions = [session_on(NumpyBackend(), experiment(optimizer="adam")) for _ in range(2)]
    for session in sessions:
        session.train(1)
        session.change(session.settings.replace(batch_size=7))
        session.train(1)
        if session is sessions[1]:
            session.move_to(StandInBackend())
        session.train(10_000, 3)
    np.testing.assert_allclose(parameters(sessions[1]), parameters(sessions[0]), rtol=1e-9)
    assert sessions[1].trainer.step == sessions[0].trainer.step


def test_that_rules_for_stopping_count_on_across_a_move() -> None:
    wanted = experiment()
    rules = wanted.training.stopping.replace(patience=3)
    wanted = wanted.replace(training=wanted.training.replace(stopping=rules, learning_rate=0.3))
    straight, moved = (session_on(NumpyBackend(), wanted) for _ in range(2))
    straight.train(10_000)
    while not moved.stopped:
        moved.train(5)
        moved.move_to(StandInBackend())
    assert moved.stopped == straight.stopped
    np.testing.assert_allclose(parameters(moved), parameters(straight), rtol=1e-9)


def test_that_snapshots_of_warm_restarts_go_along_and_are_taken_on() -> None:
    cycles = {"schedule": "warm_restarts", "schedule_parameters": {"length": 2.0}}
    straight, moved = (session_on(NumpyBackend(), experiment(**cycles)) for _ in range(2))
    straight.train(10_000, 9)
    for epoch, backend in ((3, StandInBackend()), (6, NumpyBackend()), (9, StandInBackend())):
        moved.train(10_000, epoch)
        moved.move_to(backend)
    ours, theirs = moved.ensemble_figures(), straight.ensemble_figures()
    assert ours is not None
    assert theirs is not None
    assert (ours.epochs, ours.members) == (theirs.epochs, 4)
    np.testing.assert_allclose(ours.watched_loss, theirs.watched_loss, rtol=1e-9)


def until_it_fails(session: Session, steps: int) -> CardError:
    try:
        while True:
            session.train(steps)
    except CardError as error:
        return error


def test_that_a_run_goes_on_on_the_processor_from_the_last_good_state() -> None:
    straight = session_on(NumpyBackend(), experiment(optimizer="adam"))
    straight.train(10_000, EPOCHS)
    session = session_on(FailingBackend(20), experiment(optimizer="adam"))
    session.recover(until_it_fails(session, 2))
    assert session.notice == (
        "The graphics card failed (unspecified launch failure): the run goes on on the CPU from epoch 0."
    )
    assert session.backend.failures == ()
    session.train(10_000, EPOCHS)
    np.testing.assert_allclose(parameters(session), parameters(straight), rtol=1e-9, atol=1e-12)
    curves = [one.take_history() for one in (session, straight)]
    np.testing.assert_array_equal(curves[0].epoch, curves[1].epoch)  # no point twice
    np.testing.assert_allclose(curves[0].watched_loss, curves[1].watched_loss, rtol=1e-9)


def test_that_no_more_is_lost_than_what_came_after_the_last_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.training.session.KEEP_SECONDS", -1.0)
    session = session_on(FailingBackend(100), experiment(optimizer="momentum"))
    error = until_it_fails(session, 2)
    step = session.trainer.step
    session.recover(error)
    assert session.trainer.step == step
    assert f"from epoch {session.trainer.epoch}." in session.notice


def test_that_an_optimizer_chosen_after_the_last_copy_begins_anew() -> None:
    session = session_on(FailingBackend(20), experiment(optimizer="adam"))
    session.change(session.settings.replace(optimizer="momentum"))
    session.recover(until_it_fails(session, 2))
    assert session.trainer.optimizer.key == "momentum"
    assert session.train(10) == 10


def test_that_a_card_that_is_full_at_once_is_done_without() -> None:
    session = Session.on(prepare(experiment()), FailingBackend(0))
    assert session.backend.failures == ()
    assert "failed (out of memory)" in session.notice
    assert session.train(3) == 3


def test_that_a_network_too_big_for_the_processor_is_not_moved_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.training.failures.free_memory", lambda: 1000)
    with pytest.raises(CannotTrainError, match="card failed, and the CPU cannot go on"):
        Session.on(prepare(experiment()), FailingBackend(0))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError("Unable to allocate 9 GiB"), "out of memory"),
        (CardError("cudaErrorMemoryAllocation: out of memory"), "out of memory"),
        (CardError("first line\nsecond line"), "first line"),
        (CardError(), "CardError"),
    ],
)
def test_that_a_failure_has_a_short_reason(error: Exception, words: str) -> None:
    assert reason(error) == words


def test_that_a_full_memory_is_said_with_a_remedy() -> None:
    assert "Make the batch or the layers smaller" in run_failed(MemoryError())
    assert run_failed(ValueError("bad rows")) == "Training stopped: bad rows"
