"""Runs end by themselves where a rule says so, at any speed, and go on when Play is pressed again."""

import math

import numpy as np
import pytest

from playground.engine.curves import is_recorded
from playground.experiment import edits
from playground.experiment.model import Experiment, Stopping
from playground.training.session import Session
from playground.training.stopping import Referee, next_recorded


def experiment(epochs: int = 400, **rules: object) -> Experiment:
    """Return a network that is soon fitted to noise, with these rules."""
    made = edits.add_layer(Experiment(), 0, units=8)
    made = edits.set_data(made, samples=100, noise=0.4)
    made = edits.set_training(made, optimizer="adam", learning_rate=0.03, stopping=Stopping(**rules))  # type: ignore[arg-type]
    return edits.set_epochs(made, epochs)


def train(session: Session, chunk: int = 1 << 18, most: int = 400) -> Session:
    """Train in calls of `chunk` steps until a rule ends it."""
    while not session.stopped and session.trainer.epoch < most:
        session.train(chunk, most)
    return session


def losses(session: Session, column: str) -> tuple[list[float], list[float]]:
    history = session.take_history()
    return history.epoch.tolist(), getattr(history, column).tolist()


def test_that_a_run_without_rules_never_ends_by_itself() -> None:
    assert not train(Session.for_experiment(experiment(epochs=20)), most=60).stopped


def test_that_early_stopping_brings_back_the_weights_of_the_lowest_test_loss() -> None:
    session = train(Session.for_experiment(experiment(patience=15)))
    epochs, test = losses(session, "watched_loss")
    best = int(np.argmin(test[:-1]))
    assert session.trainer.epoch == epochs[best] + 15
    assert f"the weights of epoch {epochs[best]:.0f}, the best, are back" in session.stopped
    assert session.last[2] == pytest.approx(test[best])
    assert "has not fallen for 15 epochs" in session.stopped

    again = Session.for_experiment(experiment())
    again.train(1 << 18, epochs[best])
    np.testing.assert_array_equal(session.network.get_parameters(), again.network.get_parameters())


def test_that_a_target_ends_the_run_at_the_first_point_that_reaches_it() -> None:
    session = train(Session.for_experiment(experiment(target=0.3)))
    _, train_loss = losses(session, "train_loss")
    assert train_loss[-1] <= 0.3 < min(train_loss[:-1])
    assert "the target was 0.3" in session.stopped


def test_that_a_plateau_ends_the_run() -> None:
    flat = edits.set_training(experiment(plateau=7), learning_rate=0.0)
    session = train(Session.for_experiment(flat))
    assert session.trainer.epoch == 7
    assert session.stopped == "Stopped: the train loss has not fallen by 1 % within 7 epochs."


def test_that_the_planned_end_ends_the_run_on_the_epoch() -> None:
    session = train(Session.for_experiment(experiment(epochs=33, at_end=True)))
    assert session.trainer.epoch == 33
    assert "planned for 33 epochs" in session.stopped


@pytest.mark.parametrize("rules", [{"patience": 5}, {"target": 0.35}, {"plateau": 10}, {"at_end": True}])
def test_that_a_run_ends_at_the_same_step_however_it_is_divided(rules: dict[str, object]) -> None:
    chosen = experiment(epochs=40, **rules)
    whole, parts = (train(Session.for_experiment(chosen), chunk) for chunk in (1 << 18, 3))
    assert whole.stopped == parts.stopped != ""
    assert whole.trainer.epoch == parts.trainer.epoch
    assert whole.last == parts.last


def test_that_a_run_goes_on_past_what_has_stopped_it() -> None:
    session = train(Session.for_experiment(experiment(epochs=10, at_end=True)))
    session.train(1 << 18, 50)
    assert (session.trainer.epoch, session.stopped) == (50, "")
    patient = train(Session.for_experiment(experiment(patience=10)))
    epoch = patient.trainer.epoch
    patient.train(1)
    assert train(patient, most=4000).trainer.epoch >= epoch + 10


def test_that_a_rule_can_be_changed_while_the_run_goes_on() -> None:
    session = Session.for_experiment(experiment())
    session.train(1 << 18, 20)
    rules = session.settings.stopping.replace(at_end=True)
    session.change(session.settings.replace(stopping=rules), 25)
    assert train(session).trainer.epoch == 25


def test_that_rewinding_forgets_the_stop() -> None:
    session = train(Session.for_experiment(experiment(epochs=10, at_end=True)))
    session.rewind()
    assert not session.stopped
    assert train(session).trainer.epoch == 10


def test_that_a_loss_that_is_no_number_is_left_to_those_who_watch_for_it() -> None:
    referee = Referee(Stopping(plateau=1, patience=1), 10, 0, (0.0, 1.0, 1.0, 0.0, 0.0))
    assert referee.look((5.0, math.nan, math.nan, 0.0, 0.0)) is None


def test_that_a_plateau_of_a_hundred_per_cent_is_understood() -> None:
    referee = Referee(Stopping(plateau=2, plateau_percent=100.0), 10, 0, (0.0, 1.0, 1.0, 0.0, 0.0))
    assert referee.look((1.0, 0.5, 0.5, 0.0, 0.0)) is None
    assert referee.look((2.0, 0.2, 0.2, 0.0, 0.0)) is not None


@pytest.mark.parametrize("epoch", [0, 998, 999, 1000, 1005, 9_999, 10_000, 99_999, 123_456])
def test_that_the_next_look_is_at_the_next_measured_point(epoch: int) -> None:
    expected = epoch + 1
    while not is_recorded(expected):
        expected += 1
    assert next_recorded(epoch) == expected


def test_that_schedule_and_clipping_reach_the_trainer_from_the_start_and_while_it_runs() -> None:
    chosen = edits.set_training(experiment(epochs=100), schedule="cosine", clipping="norm", clip_limit=0.5)
    session = Session.for_experiment(chosen)
    trainer = session.trainer
    assert (trainer.schedule.key, trainer.clipping.key, trainer.clip_limit) == ("cosine", "norm", 0.5)
    assert trainer.planned_epochs == 100
    session.train(1 << 18, 100)
    assert trainer.rates(1)[0] == pytest.approx(0.03 * 0.01)
    settings = session.settings.replace(
        schedule="step", schedule_parameters={"every": 50.0}, clipping="value"
    )
    session.change(settings, 200)
    assert trainer.schedule_hyper == (0.5, 50.0)
    assert (trainer.clipping.key, trainer.planned_epochs) == ("value", 200)
    assert trainer.rates(1)[0] == pytest.approx(0.03 * 0.25)
