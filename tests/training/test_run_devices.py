"""A run on a device that fails, is not there, or is faster: it goes on, and says so."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from device_cases import CardError, FailingBackend, Table, TimedCard, experiment, refuse
from run_cases import await_snapshot

from playground.engine.backends import BACKENDS, BackendChoice, BackendUnavailableError
from playground.experiment.prepare import prepare
from playground.training.messages import Pause, Play, Rewind, StepEpoch
from playground.training.run import Run
from playground.training.session import Session

DEVICES = ("compiled", "numpy", "cuda")


def table_with(make: Callable[[], Any]) -> tuple[BackendChoice, ...]:
    return (*BACKENDS[:-1], replace(BACKENDS[-1], available=lambda: True, make=make))


@pytest.fixture
def start() -> Iterator[Callable[..., Run]]:
    runs: list[Run] = []

    def begin(
        devices: tuple[BackendChoice, ...],
        device: str = "cuda",
        clock: Callable[[], float] = time.perf_counter,
    ) -> Run:
        run = Run(len(runs) + 1, prepare(experiment(), DEVICES, device), devices=devices, clock=clock)
        runs.append(run)
        run.start()
        return run

    yield begin
    for run in runs:
        run.stop()


def test_that_a_run_plays_on_when_its_card_fails(start: Callable[..., Run]) -> None:
    run = start(table_with(lambda: FailingBackend(40)))
    assert await_snapshot(run).engine == FailingBackend.label
    run.send(Play(until=60))
    snapshot = await_snapshot(run, lambda s: s.epoch == 60 and s.state == "paused")
    assert snapshot.notice.startswith(
        "The graphics card failed (unspecified launch failure): the run goes on"
    )
    assert snapshot.engine.startswith("CPU")
    assert snapshot.history.epoch.tolist() == list(range(1, 61))  # no gap and no point twice
    straight = Session(prepare(experiment()), BACKENDS[1].make())
    straight.train(100_000, 60)
    assert snapshot.history.train_loss[-1] == pytest.approx(straight.last[1], rel=1e-4)


def test_that_a_command_at_which_the_card_fails_is_carried_out_all_the_same(
    start: Callable[..., Run],
) -> None:
    run = start(table_with(lambda: FailingBackend(3)))
    await_snapshot(run)
    run.send(StepEpoch())
    snapshot = await_snapshot(run, lambda s: s.epoch == 1)
    assert snapshot.state == "paused"
    run.send(Rewind())
    assert await_snapshot(run, lambda s: s.step == 0).history.restart


def test_that_a_card_that_is_full_at_once_is_done_without(start: Callable[..., Run]) -> None:
    snapshot = await_snapshot(start(table_with(lambda: FailingBackend(0))))
    assert "failed (out of memory)" in snapshot.notice
    assert snapshot.engine.startswith("CPU")


def test_that_a_card_that_does_not_answer_is_named_with_its_reason(start: Callable[..., Run]) -> None:
    snapshot = await_snapshot(start(table_with(refuse(BackendUnavailableError("the driver is too old")))))
    assert snapshot.notice == ("GPU (CuPy) cannot be used: the driver is too old. The CPU computes instead.")


def test_that_a_run_goes_over_to_the_faster_card_while_it_plays(start: Callable[..., Run]) -> None:
    race = Table(1000.0, 50_000.0)
    run = start(race.choices, "auto", race.clock)
    first = await_snapshot(run)
    assert (first.engine, first.device_choice) == ("CPU (compiled)", "")
    run.send(Play())
    snapshot = await_snapshot(run, lambda s: bool(s.device_choice))
    assert snapshot.engine == "GPU (CuPy)"
    assert not snapshot.choosing
    assert "GPU (CuPy) 50 k steps/s" in snapshot.device_choice
    run.send(Pause())
    await_snapshot(run, lambda s: s.state == "paused")


class ShortLivedCard(TimedCard):
    """Works in a race and fails in earnest."""

    in_earnest = False

    def runner(self, trainer: Any) -> Any:
        if self.in_earnest:
            raise CardError("unspecified launch failure")
        return super().runner(trainer)


def test_that_a_chosen_card_that_fails_is_not_chosen_again(start: Callable[..., Run]) -> None:
    race = Table(1000.0, 50_000.0)

    def card() -> Any:
        made = race.make(ShortLivedCard())
        made.failures = (CardError,)
        made.in_earnest = sum(isinstance(one, ShortLivedCard) for one in race.made) > 1
        return made

    run = start((race.choices[0], replace(race.choices[1], make=card)), "auto", race.clock)
    run.send(Play(until=3))
    snapshot = await_snapshot(run, lambda s: bool(s.notice) and s.state == "paused")
    assert snapshot.epoch == 3
    assert snapshot.engine.startswith("CPU")
    assert snapshot.device_choice.endswith("GPU (CuPy) cannot be used: unspecified launch failure")
