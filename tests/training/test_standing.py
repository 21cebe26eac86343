"""A run on its thread hands out where it stands, and begins from where another stood."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from project_cases import experiment
from run_cases import await_snapshot

from playground.experiment import edits
from playground.experiment.prepare import prepare
from playground.training.mailbox import Mailbox
from playground.training.messages import History, Keep, Play, Rewind, SetTraining, Snapshot
from playground.training.project import Project
from playground.training.run import Run

WANTED = experiment(optimizer="adam")


@pytest.fixture
def start() -> Iterator[Callable[..., Run]]:
    runs: list[Run] = []

    def begin(project: Project | None = None) -> Run:
        wanted = WANTED if project is None else project.experiment
        runs.append(Run(len(runs) + 1, prepare(wanted, devices=("numpy",)), project=project))
        runs[-1].start()
        return runs[-1]

    yield begin
    for run in runs:
        run.stop()


def kept_at(run: Run, epoch: int) -> tuple[Snapshot, Project]:
    """Play to an epoch, ask where the run stands, and return the answer with the project made of it."""
    run.send(Play(until=epoch))
    history = await_snapshot(run, lambda s: s.epoch >= epoch and s.state == "paused").history
    run.send(Keep(7))
    snapshot = await_snapshot(run, lambda s: s.kept is not None)
    assert snapshot.kept is not None
    assert snapshot.kept.ticket == 7
    return snapshot, Project.of(WANTED, snapshot.kept.standing, run.prepared, history, ((2.0, "rate 1"),))


def test_that_a_run_that_begins_from_a_project_shows_its_curves_and_weights_at_once(
    start: Callable[..., Run],
) -> None:
    before, project = kept_at(start(), 20)
    again = await_snapshot(start(project))
    np.testing.assert_array_equal(again.weights[0], before.weights[0])
    np.testing.assert_array_equal(again.history.epoch, np.arange(21))
    assert again.history.restart
    assert (again.epoch, again.step, again.state) == (20, before.step, "paused")


def test_that_a_run_from_a_project_ends_like_one_that_was_never_saved(start: Callable[..., Run]) -> None:
    straight, first = start(), start()
    _, project = kept_at(first, 20)
    second = start(project)
    for run in (straight, second):
        run.send(Play(until=40))
    done = [
        await_snapshot(run, lambda s: s.epoch >= 40 and s.state == "paused") for run in (straight, second)
    ]
    for left, right in zip(done[0].weights, done[1].weights, strict=True):
        np.testing.assert_array_equal(left, right)
    np.testing.assert_array_equal(done[0].history.table, done[1].history.table)
    second.send(Rewind())
    rewound = await_snapshot(second, lambda s: s.step == 0)
    np.testing.assert_array_equal(rewound.weights[0], await_snapshot(start()).weights[0])


def test_that_a_run_that_had_diverged_says_so_at_once(start: Callable[..., Run]) -> None:
    plane = edits.set_training(edits.set_dataset(WANTED, "plane"), learning_rate=100.0, optimizer="sgd")
    run = start(Project(plane))
    run.send(Play())
    await_snapshot(run, lambda s: s.problem is not None)
    run.send(Keep(1))
    kept = await_snapshot(run, lambda s: s.kept is not None).kept
    assert kept is not None
    again = start(Project(plane, kept.standing))
    assert await_snapshot(again, lambda s: s.problem is not None).step == kept.standing.kept.step


def test_that_the_answer_is_about_the_settings_before_it(start: Callable[..., Run]) -> None:
    run = start()
    run.send(SetTraining(WANTED.training.replace(optimizer="momentum")))
    run.send(Keep(1))
    kept = await_snapshot(run, lambda s: s.kept is not None).kept
    assert kept is not None
    assert kept.standing.kept.kind.key == "momentum"


def test_that_an_answer_waits_until_it_is_taken(start: Callable[..., Run]) -> None:
    snapshot, _ = kept_at(start(), 1)
    box = Mailbox()
    box.put(snapshot)
    later = await_snapshot(start())
    box.put(later)
    taken = box.take()
    assert isinstance(taken, Snapshot)
    assert taken.kept is snapshot.kept
    assert taken.run_id == later.run_id


def test_that_points_that_came_after_the_answer_are_left_out(start: Callable[..., Run]) -> None:
    run = start()
    _, project = kept_at(run, 5)
    assert project.standing is not None
    late = History.of([*project.history.points(), (6.0, 1.0, 1.0, 1.0, 1.0)])
    cut = Project.of(WANTED, project.standing, run.prepared, late, ())
    np.testing.assert_array_equal(cut.history.epoch, np.arange(6))
