"""The training thread: commands in, mailbox out, exceptions delivered."""

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from run_cases import LIMIT, await_snapshot

from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.experiment.prepare import prepare
from playground.training.mailbox import Mailbox, join
from playground.training.messages import (
    FLAT_OUT,
    Command,
    Failure,
    History,
    Pause,
    Play,
    Rewind,
    SetSpeed,
    SetTraining,
    ShowEnsemble,
    StepBatch,
    StepEpoch,
)
from playground.training.run import THREAD_NAME, Run
from playground.training.session import Session


def experiment(**training: object) -> Experiment:
    return edits.set_training(edits.add_layer(Experiment(), 0, units=4), **training)


@pytest.fixture
def start() -> Iterator[Callable[..., Run]]:
    runs: list[Run] = []

    def begin(wanted: Experiment | None = None, *commands: Command, **options: object) -> Run:
        run = Run(len(runs) + 1, prepare(wanted or experiment()), **options)  # type: ignore[arg-type]
        runs.append(run)
        for command in commands:
            run.send(command)
        run.start()
        return run

    yield begin
    for run in runs:
        run.stop()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(THREAD_NAME)]


def test_that_a_run_begins_paused_with_a_picture_and_a_first_point(start: Callable[..., Run]) -> None:
    snapshot = await_snapshot(start())
    assert (snapshot.state, snapshot.step, snapshot.epoch) == ("paused", 0, 0)
    assert len(snapshot.history) == 1
    assert snapshot.picture.output.size


def test_that_steps_are_made_one_by_one(start: Callable[..., Run]) -> None:
    run = start()
    await_snapshot(run)
    run.send(StepBatch())
    assert await_snapshot(run, lambda s: s.step == 1).epoch == 0
    run.send(StepEpoch())
    snapshot = await_snapshot(run, lambda s: s.epoch == 1)
    assert snapshot.step == snapshot.steps_in_epoch
    assert snapshot.state == "paused"


def test_that_no_point_of_the_curve_is_lost_however_late_the_reader(start: Callable[..., Run]) -> None:
    run = start()
    run.send(Play(until=200))
    snapshot = await_snapshot(run, lambda s: s.state == "paused" and s.epoch == 200)
    np.testing.assert_array_equal(snapshot.history.epoch, np.arange(201))


def test_that_a_run_in_a_thread_gives_the_same_as_one_without(start: Callable[..., Run]) -> None:
    run = start()
    run.send(Play(until=30))
    snapshot = await_snapshot(run, lambda s: s.state == "paused" and s.epoch == 30)
    session = Session.for_experiment(experiment())
    for _ in range(30):
        session.train_epoch()
    for ours, theirs in zip(snapshot.weights, session.layers()[0], strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_that_pause_keeps_and_rewind_goes_back(start: Callable[..., Run]) -> None:
    run = start()
    first = await_snapshot(run)
    run.send(Play())
    await_snapshot(run, lambda s: s.epoch > 3)
    run.send(Pause())
    paused = await_snapshot(run, lambda s: s.state == "paused")
    assert paused.epoch > 3
    run.send(Rewind())
    again = await_snapshot(run, lambda s: s.step == 0)
    assert again.history.restart
    for before, after in zip(first.weights, again.weights, strict=True):
        np.testing.assert_array_equal(before, after)


def test_that_pause_overtakes_steps_that_wait(start: Callable[..., Run]) -> None:
    run = start(None, StepEpoch(), StepEpoch(), Pause(), StepBatch())
    assert await_snapshot(run, lambda s: s.step > 0).step == 1


def test_that_pause_cuts_short_the_step_that_is_being_made(start: Callable[..., Run]) -> None:
    run = start()
    for _ in range(10_000):
        run.send(StepEpoch())
    run.send(Pause())
    run.send(Play(until=10_001))
    end = await_snapshot(run, lambda s: s.state == "playing")
    assert end.epoch < 10_000


def test_that_speed_is_limited_when_asked(start: Callable[..., Run]) -> None:
    run = start(speed=20.0)
    started = time.monotonic()
    run.send(Play())
    snapshot = await_snapshot(run, lambda s: s.step >= 10)
    assert snapshot.step <= (time.monotonic() - started) * 20 + 2
    assert len(snapshot.history) >= 10  # slow enough for a point a step
    run.send(SetSpeed(float("inf")))
    await_snapshot(run, lambda s: s.step > 1000)


def test_that_a_live_setting_takes_effect_without_a_new_run(start: Callable[..., Run]) -> None:
    run = start()
    run.send(SetTraining(experiment(learning_rate=0.0).training))
    run.send(Play(until=5))
    snapshot = await_snapshot(run, lambda s: s.epoch == 5 and s.state == "paused")
    assert np.ptp(snapshot.history.train_loss) == 0.0


def test_that_a_loss_beyond_all_numbers_pauses_and_says_so(start: Callable[..., Run]) -> None:
    wild = edits.set_dataset(experiment(), "plane")
    wild = edits.set_activation(edits.set_training(wild, learning_rate=100.0), "layer1", "linear")
    run = start(wild)
    run.send(Play())
    snapshot = await_snapshot(run, lambda s: s.problem is not None)
    assert snapshot.state == "paused"
    assert "lower the learning rate" in (snapshot.problem or "")
    run.send(Rewind())
    assert await_snapshot(run, lambda s: s.step == 0).problem is None


def test_that_an_exception_of_the_thread_arrives_as_a_message(
    start: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("the rows ran away")

    monkeypatch.setattr("playground.training.run.Session.on", fail)
    run = start()
    end = time.monotonic() + LIMIT
    while run.mailbox.is_empty and time.monotonic() < end:
        threading.Event().wait(0.002)
    failure = run.mailbox.take()
    assert isinstance(failure, Failure)
    assert "the rows ran away" in failure.message
    assert "Traceback" in failure.details


def test_that_snapshots_cannot_be_written_to(start: Callable[..., Run]) -> None:
    snapshot = await_snapshot(start())
    for array in (*snapshot.weights, *snapshot.biases, *snapshot.picture.layers, snapshot.picture.output):
        assert not array.flags.writeable


def test_that_a_run_says_why_it_has_stopped_and_plays_on_when_asked(start: Callable[..., Run]) -> None:
    training = experiment().training
    wanted = experiment().replace(
        epochs=12, training=training.replace(stopping=training.stopping.replace(at_end=True))
    )
    run = start(wanted, Play())
    shown = await_snapshot(run, lambda snapshot: bool(snapshot.stopped))
    assert (shown.state, shown.epoch) == ("paused", 12)
    for speed in (FLAT_OUT, 1000.0):
        run.send(SetSpeed(speed))
        run.send(Rewind())
        run.send(Play())
        await_snapshot(run, lambda snapshot: bool(snapshot.stopped) and snapshot.epoch == 12)
        run.send(Play(14))
        shown = await_snapshot(run, lambda snapshot: snapshot.epoch >= 14 and snapshot.state == "paused")
        assert not shown.stopped


def history(*epochs: float, restart: bool = False) -> History:
    column = np.array(epochs, dtype=np.float64)
    return History(column, column, column, column, column, restart)


def test_that_curves_join_and_a_restart_voids_what_was_before() -> None:
    assert join(history(0, 1, restart=True), history(2)).epoch.tolist() == [0, 1, 2]
    assert join(history(0, 1, restart=True), history(2)).restart
    assert join(history(5, 6), history(0, restart=True)).epoch.tolist() == [0]
    assert join(history(), history(1)).epoch.tolist() == [1]


def test_that_a_failure_is_not_overwritten() -> None:
    box = Mailbox()
    failure = Failure(1, "broken", "")
    box.put(failure)
    box.put(Failure(1, "another", ""))
    assert box.take() is failure
    assert box.take() is None


RESTARTS: dict[str, object] = {"schedule": "warm_restarts", "schedule_parameters": {"length": 2.0}}


def test_that_snapshots_come_with_the_ensemble_and_its_picture_when_asked_for(
    start: Callable[..., Run],
) -> None:
    run = start(experiment(**RESTARTS), Play(until=5))
    own = await_snapshot(run, lambda s: s.epoch == 5 and s.state == "paused")
    assert own.ensemble is not None
    assert own.ensemble.epochs == (2, 4)
    run.send(ShowEnsemble(True))
    together = await_snapshot(run)
    assert not np.array_equal(own.picture.output, together.picture.output)
    np.testing.assert_array_equal(own.picture.layers[-1], together.picture.layers[-1])
    run.send(ShowEnsemble(False))
    np.testing.assert_array_equal(own.picture.output, await_snapshot(run).picture.output)


def test_that_another_schedule_is_told_to_a_paused_window_at_once(start: Callable[..., Run]) -> None:
    run = start(experiment())
    assert await_snapshot(run).ensemble is None
    run.send(SetTraining(experiment(**RESTARTS).training))
    begun = await_snapshot(run).ensemble
    assert begun is not None
    assert (begun.epochs, begun.next_epoch) == ((), 2)
    run.send(SetTraining(experiment().training))
    assert await_snapshot(run).ensemble is None
