"""Earlier states of a run are kept in bounded memory, can be looked at, and gone on from bit for bit."""

import numpy as np
import pytest
from project_cases import CASES, experiment
from run_cases import Launch, await_snapshot

from playground.engine.backends.numpy import NumpyBackend
from playground.experiment import edits, files
from playground.experiment.held import NOTHING
from playground.experiment.model import OUTPUT_ID, Experiment
from playground.experiment.prepare import prepare
from playground.training.guard import find_loss, return_to_good
from playground.training.mailbox import join
from playground.training.messages import (
    History,
    Keep,
    LookBack,
    Pause,
    Play,
    Recover,
    Resume,
    Rewind,
    SetNumber,
    SetTraining,
    Snapshot,
    StepBatch,
)
from playground.training.run import Run
from playground.training.session import Session
from playground.training.timeline import Timeline


def session_of(wanted: Experiment) -> Session:
    return Session(prepare(wanted, devices=("numpy",)), NumpyBackend())


def every_state(most: int = 120, most_bytes: int = 10**9) -> Timeline:
    return Timeline(most, most_bytes, gap=0.0, clock=lambda: 0.0)


@pytest.mark.parametrize("name", CASES)
def test_that_a_run_goes_on_from_an_earlier_state_exactly_as_it_did(name: str) -> None:
    wanted = CASES[name]
    session, timeline = session_of(wanted), every_state()
    session.train(9)
    timeline.keep(session)
    session.train(20)
    end, points = session.network.get_parameters(), session.take_history()
    there = timeline.at(9)
    session.return_to(there.past)
    session.cut_curves()
    session.train(20)
    again = session.take_history()
    np.testing.assert_array_equal(session.network.get_parameters(), end)
    np.testing.assert_array_equal(join(points, again).table, points.table)
    assert again.cut == there.moment.position


def test_that_memory_is_bounded_dense_near_now_and_keeps_both_ends() -> None:
    session, timeline = session_of(experiment()), every_state(most=20)
    for _ in range(600):
        timeline.keep(session)
        session.train(1)
    steps = [moment.step for moment in timeline.moments]
    gaps = np.diff(steps)
    assert len(timeline) == 20
    assert (steps[0], steps[-1]) == (0, 599)
    assert gaps[-5:].max() * 10 < gaps[:5].max()
    assert (gaps > 0).all()


def test_that_bytes_are_bounded_too_but_two_states_are_kept() -> None:
    session = session_of(experiment())
    one = every_state()
    one.keep(session)
    some, none = every_state(most_bytes=5 * one.nbytes), every_state(most_bytes=1)
    for _ in range(40):
        some.keep(session)
        none.keep(session)
        session.train(1)
    assert len(some) == 5
    assert some.nbytes <= 5 * one.nbytes
    assert [moment.step for moment in none.moments] == [0, 39]


def test_that_states_are_kept_only_when_their_time_has_come() -> None:
    now = [0.0]
    session, timeline = session_of(experiment()), Timeline(gap=1.0, clock=lambda: now[0])
    for second in (0.0, 0.5, 0.9, 1.5, 1.6):
        now[0] = second
        session.train(1)
        timeline.offer(session)
    assert [moment.step for moment in timeline.moments] == [1, 4]


# The thread ---------------------------------------------------------------------------------------------


def played(run: Run, epoch: int) -> Snapshot:
    run.send(Play(until=epoch))
    return await_snapshot(run, lambda s: s.epoch >= epoch and s.state == "paused")


def looked_back(run: Run, step: int) -> Snapshot:
    run.send(LookBack(step))
    return await_snapshot(run, lambda s: s.back is not None and s.back.step == step)


def test_that_an_earlier_state_is_shown_and_the_present_comes_back(launch: Launch) -> None:
    run = launch(experiment(optimizer="adam"))
    then, now = played(run, 5), played(run, 20)
    assert [moment.step for moment in now.moments][-1] == now.step
    back = looked_back(run, then.step)
    np.testing.assert_array_equal(back.weights[0], then.weights[0])
    np.testing.assert_array_equal(back.picture.output, then.picture.output)
    assert (back.epoch, back.step, back.state) == (5, then.step, "paused")
    assert back.last_point is not None
    assert back.last_point[1] == then.history.train_loss[-1]
    run.send(LookBack(None))
    again = await_snapshot(run, lambda s: s.back is None)
    np.testing.assert_array_equal(again.weights[0], now.weights[0])
    assert not len(again.history)


def test_that_looking_at_one_state_after_another_keeps_nothing_new(launch: Launch) -> None:
    run = launch(experiment())
    then, now = played(run, 5), played(run, 20)
    for step in (then.step, 0, then.step):
        back = looked_back(run, step)
    assert back.moments == now.moments
    run.send(LookBack(None))
    assert await_snapshot(run, lambda s: s.back is None).moments == now.moments


def test_that_a_step_past_the_end_is_the_end(launch: Launch) -> None:
    run = launch(experiment())
    now = played(run, 10)
    run.send(LookBack(10**9))
    again = await_snapshot(run)
    assert again.back is None
    assert again.step == now.step


def test_that_the_run_resumes_from_an_earlier_state_and_its_curves_are_cut_there(launch: Launch) -> None:
    straight, run = launch(experiment(optimizer="adam")), launch(experiment(optimizer="adam"))
    then = played(run, 5)
    played(run, 20)
    looked_back(run, then.step)
    run.send(Resume())
    cut = await_snapshot(run, lambda s: s.back is None)
    assert cut.history.cut == 5.0
    assert [moment.step for moment in cut.moments][-1] == then.step
    np.testing.assert_array_equal(played(run, 15).weights[1], played(straight, 15).weights[1])


def test_that_to_play_or_to_save_while_looking_back_means_the_present(launch: Launch) -> None:
    straight, run = launch(experiment()), launch(experiment())
    then, now = played(run, 5), played(run, 20)
    looked_back(run, then.step)
    run.send(Keep(1))
    kept = await_snapshot(run, lambda s: s.kept is not None).kept
    assert kept is not None
    assert kept.standing.kept.step == now.step
    np.testing.assert_array_equal(played(run, 30).weights[1], played(straight, 30).weights[1])


def test_that_settings_can_be_changed_while_looking_back(launch: Launch) -> None:
    wanted = experiment()
    run = launch(wanted)
    then = played(run, 5)
    played(run, 20)
    looked_back(run, then.step)
    run.send(SetTraining(wanted.training.replace(optimizer="adam", learning_rate=0.002)))
    run.send(Resume())
    assert np.isfinite(played(run, 10).weights[0]).all()


def test_that_a_state_is_looked_back_on_as_it_was_left_by_hand(launch: Launch) -> None:
    run = launch(experiment())
    then = played(run, 5)
    run.send(SetNumber(OUTPUT_ID, 0, 0, 1.5))
    played(run, 20)
    assert looked_back(run, then.step).weights[-1][0, 0] == 1.5


def test_that_a_rewind_forgets_the_past_and_ends_the_look_back(launch: Launch) -> None:
    run = launch(experiment())
    then = played(run, 5)
    played(run, 10)
    looked_back(run, then.step)
    run.send(Rewind())
    snapshot = await_snapshot(run, lambda s: s.step == 0)
    assert snapshot.back is None
    assert [moment.step for moment in snapshot.moments] == [0]


def test_that_a_pause_can_be_looked_back_on(launch: Launch) -> None:
    run = launch(experiment())
    run.send(Play())
    await_snapshot(run, lambda s: s.step > 0)
    run.send(Pause())
    paused = await_snapshot(run, lambda s: s.state == "paused")
    assert paused.moments[-1].step == paused.step


def test_that_what_is_beyond_a_cut_falls_away_wherever_curves_are_joined() -> None:
    def stretch(*epochs: float, cut: float = np.inf, restart: bool = False) -> History:
        return History.of([(epoch, cut, 0.0, 0.0, 0.0) for epoch in epochs], restart, cut)

    assert join(stretch(0, 1, 2, 3), stretch(2, 3, cut=1.5)).epoch.tolist() == [0, 1, 2, 3]
    twice = join(stretch(5, 6), stretch(4, 5, cut=3.0), stretch(5, cut=4.0))
    assert twice.epoch.tolist() == [4, 5]
    assert twice.cut == 3.0
    anew = join(stretch(0, 1, 2, restart=True), stretch(2, cut=1.0))
    assert anew.epoch.tolist() == [0, 1, 2]
    assert anew.restart
    assert np.isinf(anew.cut)


# The guard ----------------------------------------------------------------------------------------------


def lost(wanted: Experiment) -> tuple[Session, Timeline, int]:
    """Return a session that is lost some time after it was, its timeline, and the step at which it was."""
    by_step, session = session_of(wanted), session_of(wanted)
    timeline = every_state()
    timeline.keep(session)
    while not session.diverged:
        session.train(64)
        timeline.offer(session)
    while by_step.network.is_finite() and by_step.trainer.step < session.trainer.step:
        by_step.train(1)
    return session, timeline, by_step.trainer.step


def wild(name: str, rate: float, activation: str = "relu") -> Experiment:
    wanted = edits.set_training(files.example(name), learning_rate=rate)
    for layer in wanted.layers:
        wanted = edits.set_activation(wanted, layer.id, activation)
    return wanted


@pytest.mark.parametrize("wanted", [wild("plane", 10.0), wild("plane", 1.0), wild("plane", 100.0, "tanh")])
def test_that_the_guard_names_the_very_step_at_which_a_run_was_lost(wanted: Experiment) -> None:
    session, timeline, step = lost(wanted)
    found = find_loss(session, timeline)
    assert found is not None
    assert found.step == session.trainer.step == step
    assert session.diverged
    assert f"Step {step:,}: the " in found.sentence
    assert "beyond all numbers" in found.sentence
    assert np.isfinite(found.largest)


def test_that_the_guard_takes_the_network_as_it_is_held_now() -> None:
    session, timeline = session_of(edits.set_link(wild("plane", 0.1), OUTPUT_ID, 0, 0, False)), every_state()
    session.hold(NOTHING)
    assert session.set_number(SetNumber(OUTPUT_ID, 0, 0, 3e38))
    timeline.keep(session)
    session.train(1)
    found = find_loss(session, timeline)
    assert found is not None
    assert found.what == "the activations of the output"


def test_that_a_run_that_was_lost_before_anything_was_kept_has_no_step() -> None:
    session, _, _ = lost(wild("plane", 10.0))
    assert find_loss(session, every_state()) is None


def test_that_the_weights_that_come_back_are_good_ones() -> None:
    session, timeline, _ = lost(wild("plane", 10.0))
    find_loss(session, timeline)
    return_to_good(session, timeline)
    assert not session.diverged
    lowest = min(moment.train_loss for moment in timeline.moments)
    loss = session.network.evaluate(session.trainer.x, session.trainer.y, session.loss)[0]
    assert loss <= 4 * lowest


def test_that_a_lost_run_recovers_on_its_thread_with_a_lower_rate(launch: Launch) -> None:
    wanted = wild("plane", 10.0)
    run = launch(wanted)
    run.send(Play())
    problem = await_snapshot(run, lambda s: s.problem is not None).problem
    assert problem is not None
    assert problem.startswith("Step ")
    run.send(StepBatch())
    assert await_snapshot(run).problem == problem
    run.send(SetTraining(wanted.training.replace(learning_rate=0.01)))
    run.send(Recover())
    back = await_snapshot(run, lambda s: s.problem is None)
    assert back.history.cut < np.inf
    assert np.isfinite(played(run, back.epoch + 20).weights[0]).all()
