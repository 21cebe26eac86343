"""Sweeps at work: the same numbers wherever a run is made, whatever happens on the way."""

import json
import math
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import psutil
import pytest

from playground.experiment import edits, files
from playground.labs import sweep_file
from playground.labs.sweep import SweepError, SweepResult, SweepSpec, points
from playground.labs.sweep_groups import summaries
from playground.training import crew, measuring, sweep_results
from playground.training.measuring import measure, prepared_for
from playground.training.session import Session
from playground.training.sweeping import Sweep

Numbers = dict[str, tuple[object, ...]]


def spec(**fields: Any) -> SweepSpec:
    known = {
        "experiment": "circle",
        "validation": 0.2,
        "epochs": 5,
        "vary": [{"key": "width", "values": [2, 3, 4]}, {"key": "learning_rate", "values": [0.01, 0.1]}],
        **fields,
    }
    written = {"format": sweep_file.FORMAT, "version": sweep_file.VERSION, "sweep": known}
    return sweep_file.from_json(written, "mine.json")


def sweep(wanted: SweepSpec | None = None, **fields: Any) -> Sweep:
    return Sweep(wanted or spec(), **{"jobs": 1, "device": "numpy", **fields})


def numbers(made: Sweep) -> Numbers:
    return {key: result.numbers for key, result in made.done.items()}


def made_whole(made: Sweep) -> Numbers:
    assert len(list(made.results())) + made.already == len(made.points)
    assert made.is_complete
    return numbers(made)


@pytest.fixture(scope="module")
def expected() -> Numbers:
    """What the runs of `spec()` come to, one after the other in this process."""
    return made_whole(sweep())


# One run ----------------------------------------------------------------------------------------------------


def test_that_a_run_of_a_sweep_is_the_run_of_its_experiment() -> None:
    point = points(spec())[3]
    found = measure(point, "numpy")
    session = Session.for_experiment(point.experiment, "numpy")
    for _ in range(5):
        session.train_epoch()
    assert (found.epochs, found.steps) == (5, session.trainer.step)
    assert found.train_loss == pytest.approx(session.last[1], rel=1e-6)
    assert found.validation_loss == pytest.approx(session.last[2], rel=1e-6)
    assert found.validation_metric == pytest.approx(session.last[4])
    assert found.parameters == session.prepared.plan.parameters


def test_that_no_rows_are_measured_while_a_run_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    watched: list[int] = []
    on = Session.on

    def spy(prepared: Any, *rest: Any) -> Session:
        watched.append(len(prepared.watched_rows))
        return on(prepared, *rest)

    monkeypatch.setattr(Session, "on", spy)
    measure(points(spec())[0], "numpy")
    stopping = spec().experiment.training.stopping.replace(patience=3)
    careful = spec().replace(experiment=edits.set_training(spec().experiment, stopping=stopping))
    measure(points(careful)[0], "numpy")
    assert watched == [1, 100]


def test_that_fewer_rows_and_flipped_labels_touch_the_training_rows_alone() -> None:
    digits = edits.set_data(files.example("digits"), train_fraction=0.1, validation_fraction=0.4)
    noisy = spec(experiment="digits", rows={"train": 100, "flipped": 0.2}).replace(experiment=digits)
    point = points(noisy.replace(vary=({"key": "learning_rate", "values": [0.1]},)))[0]
    plain = Session.for_experiment(point.experiment, "numpy").prepared
    prepared = prepared_for(point, "numpy")
    assert len(prepared.train_rows) == 100
    assert np.isin(prepared.train_rows, plain.train_rows).all()
    other = prepared.sample.targets != plain.sample.targets
    assert other.sum() == 20
    assert np.isin(np.flatnonzero(other), prepared.train_rows).all()
    assert (np.argmax(prepared.y, axis=1) == prepared.sample.targets).all()
    share = np.bincount(plain.sample.targets[prepared.train_rows], minlength=10)
    assert share.min() >= 8, "the classes keep their proportions"


def test_that_what_cannot_be_trained_is_told_in_the_result() -> None:
    found = measure(points(spec(rows={"train": 20_000}))[0], "numpy")
    assert "20,000 are asked for" in found.error
    made = sweep(spec(rows={"train": 20_000}))
    assert all(one.error for one in made.results())
    assert made.is_complete


def diverging(**fields: Any) -> SweepSpec:
    """A sweep of networks that run away at a rate of 100."""
    lost = spec(**{"vary": [{"key": "learning_rate", "values": [100.0]}], "epochs": 300, **fields})
    wild = lost.replace(experiment=edits.set_training(lost.experiment, optimizer="sgd"))
    wild = wild.replace(
        experiment=edits.set_activation(wild.experiment, wild.experiment.layers[0].id, "relu")
    )
    return wild.replace(experiment=edits.set_activation(wild.experiment, "output", "linear"))


def test_that_a_diverged_run_has_no_numbers() -> None:
    found = measure(points(diverging())[0], "numpy")
    assert found.diverged
    assert math.isnan(found.validation_loss)


def test_that_a_process_finds_the_kernels_where_the_one_that_started_it_did(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(measuring.CACHE, str(tmp_path))
    assert measuring.must_compile("float32") is not measuring.compiled.is_loaded("float32")
    found = os.environ[measuring.CACHE]
    assert Path(found).parent == tmp_path
    measuring._use_cache()
    assert os.environ[measuring.CACHE] == found


# Many -------------------------------------------------------------------------------------------------------


def test_that_the_same_sweep_comes_to_the_same(expected: Numbers) -> None:
    assert made_whole(sweep()) == expected


def test_that_processes_come_to_the_same_and_a_lost_one_is_replaced(expected: Numbers) -> None:
    more = spec(epochs=60)
    alone = made_whole(sweep(more))
    made = sweep(more, jobs=2)
    for count, _ in enumerate(made.results()):
        if count == 0:
            victim = worker_processes()[0]
            victim.kill()
    assert numbers(made) == alone
    assert len(made.notes) == 1
    assert "lost" in made.notes[0]


@pytest.mark.skipif(os.name != "posix", reason="priorities are other numbers elsewhere")
def test_that_processes_that_train_stand_back_behind_the_window() -> None:
    made_whole(sweep(jobs=2))
    own = psutil.Process().nice()
    assert max(one.nice() for one in worker_processes()) == min(own + crew.NICENESS, 19)
    assert psutil.Process().nice() == own


def worker_processes() -> list[psutil.Process]:
    children = psutil.Process().children(recursive=True)
    return [one for one in children if "popen_loky" in " ".join(one.cmdline())]


def test_that_a_point_that_is_lost_every_time_ends_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_rest: object) -> Iterator[SweepResult]:
        raise crew.CrewLostError("A process that trained was lost.")
        yield

    monkeypatch.setattr(crew.Crew, "stream", lost)
    with pytest.raises(SweepError, match="3 times"):
        list(sweep().results())


def test_that_a_pause_begins_no_run_and_goes_on_where_it_was(expected: Numbers) -> None:
    made = sweep()
    results = made.results()
    next(results)
    made.pause()
    assert made.paused
    assert made.progress.done == 1
    threading.Timer(0.2, made.go_on).start()
    assert len(list(results)) == len(expected) - 1
    assert numbers(made) == expected
    assert made.progress.left == 0.0


def test_that_a_cancelled_sweep_ends_at_once_and_keeps_what_is_done(tmp_path: Path) -> None:
    made = sweep(file=tmp_path / "out.jsonl")
    for _ in made.results():
        made.cancel()
    assert len(made.done) == 1
    assert not made.is_complete
    assert len(sweep_results.read(tmp_path / "out.jsonl")[1]) == 1


@pytest.mark.parametrize("jobs", [1, 2])
def test_that_a_run_that_takes_long_can_be_cancelled_in_its_middle(jobs: int) -> None:
    made = sweep(spec(epochs=1_000_000), jobs=jobs)
    threading.Timer(1.0, made.cancel).start()
    assert list(made.results()) == []


def test_that_the_time_left_falls_with_what_is_left_to_do() -> None:
    made = sweep()
    assert made.progress.left is None
    left = [made.progress.left for _ in made.results()]
    assert left[-1] == 0.0
    assert all(one is not None and one > 0 for one in left[:-1])


def test_that_time_at_work_is_neither_that_before_nor_that_after() -> None:
    made = sweep()
    made.pause()
    assert made.progress.seconds == 0.0
    begun = time.monotonic()
    results = made.results()
    threading.Timer(0.1, made.go_on).start()
    next(results)
    assert 0.0 < made.progress.seconds <= time.monotonic() - begun
    list(results)
    ended = made.progress
    assert made.progress == ended
    assert ended.seconds <= time.monotonic() - begun


# The file ---------------------------------------------------------------------------------------------------


def test_that_a_sweep_goes_on_from_its_file_and_makes_nothing_twice(
    tmp_path: Path, expected: Numbers
) -> None:
    path = tmp_path / "out.jsonl"
    made = sweep(file=path)
    for _ in made.results():
        if len(made.done) == 4:
            break
    again = sweep(file=path, resume=True)
    assert again.already == 4
    assert made_whole(again) == expected
    read, results = sweep_results.read(path)
    assert read == spec()
    assert {one.id: one.numbers for one in results} == expected
    assert made_whole(sweep(file=path, resume=True)) == expected


def test_that_a_damaged_line_is_noticed_and_its_run_made_again(tmp_path: Path, expected: Numbers) -> None:
    path = tmp_path / "out.jsonl"
    made_whole(sweep(file=path))
    path.write_bytes(path.read_bytes()[:-20])
    again = sweep(file=path, resume=True)
    assert again.already == len(expected) - 1
    assert "1 damaged line dropped" in again.notes[0]
    assert made_whole(again) == expected
    assert len(path.read_bytes().splitlines()) == 1 + len(expected)


def test_that_no_file_is_overwritten_and_none_of_another_sweep_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    made_whole(sweep(file=path))
    before = path.read_bytes()
    with pytest.raises(SweepError, match="is there already"):
        sweep(file=path)
    with pytest.raises(SweepError, match="results of another sweep"):
        sweep(spec(epochs=6), file=path, resume=True)
    assert path.read_bytes() == before
    (tmp_path / "diary.txt").write_text("Dear diary.")
    with pytest.raises(SweepError, match="no file of results"):
        sweep(file=tmp_path / "diary.txt", resume=True)
    with pytest.raises(SweepError, match="cannot be written"):
        sweep(file=tmp_path / "nowhere" / "out.jsonl")


def test_that_two_sweeps_do_not_write_to_one_file(tmp_path: Path, expected: Numbers) -> None:
    path = tmp_path / "out.jsonl"
    first = sweep(file=path)
    results = first.results()
    next(results)
    with pytest.raises(SweepError, match="Another sweep is writing"):
        sweep(file=path, resume=True)
    list(results)
    assert {one.id: one.numbers for one in sweep_results.read(path)[1]} == expected
    assert made_whole(sweep(file=path, resume=True)) == expected
    assert [one.name for one in tmp_path.iterdir()] == ["out.jsonl"]


@pytest.mark.parametrize(
    ("name", "said"),
    [("a" * 300, "cannot be written"), (".", "is no file of results|cannot be read|cannot be written")],
)
def test_that_a_place_that_cannot_be_written_is_told(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(SweepError, match=said):
        sweep(file=tmp_path / name, resume=True)


def test_that_a_first_line_that_was_cut_off_spoils_no_result(tmp_path: Path, expected: Numbers) -> None:
    path = tmp_path / "out.jsonl"
    made_whole(sweep(file=path))
    path.write_bytes(path.read_bytes().splitlines()[0])
    assert made_whole(sweep(file=path, resume=True)) == expected
    assert {one.id: one.numbers for one in sweep_results.read(path)[1]} == expected


def test_that_a_diverged_run_is_written_and_read_like_any_other(tmp_path: Path) -> None:
    wanted = diverging(vary=[{"key": "learning_rate", "values": [0.001, 100.0]}])
    path = tmp_path / "out.jsonl"
    made = sweep(wanted, file=path)
    made_whole(made)
    assert [one.diverged for one in made.done.values()].count(True) == 1
    assert {one.id: one.numbers for one in sweep_results.read(path)[1]} == numbers(made)
    assert sweep_results.as_text(wanted, made.done.values()) == path.read_text()


@pytest.mark.parametrize("lost", [math.nan, math.inf, -math.inf])
def test_that_a_number_that_ran_away_is_null_in_the_file(lost: float) -> None:
    found = SweepResult(id="one", values={}, seed=0, train_loss=0.5, test_loss=lost)
    line = sweep_results.as_text(spec(), [found]).splitlines()[1]
    assert json.loads(line, parse_constant=pytest.fail)["test_loss"] is None
    assert SweepResult.model_validate_json(line).numbers == found.numbers


def test_that_a_file_without_a_result_is_not_left_in_the_way_of_the_next(
    tmp_path: Path, expected: Numbers
) -> None:
    made = sweep(file=tmp_path / "out.jsonl")
    made.cancel()
    assert list(made.results()) == []
    assert list(tmp_path.iterdir()) == []
    assert made_whole(sweep(file=tmp_path / "out.jsonl")) == expected


def test_that_results_of_a_newer_version_are_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    first = sweep_results.as_text(spec(), []).replace('"version": 1', '"version": 2', 1)
    path.write_text(first)
    with pytest.raises(SweepError, match="newer version of the playground"):
        sweep(file=path, resume=True)


class FullDisk:
    """A file on a disk that has room for so many bytes."""

    def __init__(self, path: Path, room: int) -> None:
        self.file = path.open("wb", buffering=0)
        self.room = room

    def write(self, content: bytes) -> int:
        fits = bytes(content)[: max(self.room - self.file.tell(), 0)]
        if not fits:
            raise OSError(28, "No space left on device")
        return self.file.write(fits)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


def test_that_a_full_disk_is_told_and_loses_nothing(
    tmp_path: Path, expected: Numbers, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.jsonl"
    whole = tmp_path / "whole.jsonl"
    made_whole(sweep(file=whole))
    first = len(b"".join(whole.read_bytes().splitlines(keepends=True)[:3]))
    disk = FullDisk(path, first + 50)
    monkeypatch.setattr(sweep_results.ResultsFile, "_open", lambda _file: disk)
    made = sweep(file=path)
    results = made.results()
    for _ in range(4):
        next(results)
    assert "2 results could not be written" in made.trouble
    assert "No space left" in made.trouble
    assert len(sweep_results.read(path)[1]) == 2, "half a line is taken back"
    disk.room = 10**9
    list(results)
    assert made.trouble == ""
    assert numbers(made) == expected
    assert {one.id: one.numbers for one in sweep_results.read(path)[1]} == expected


# What ships -----------------------------------------------------------------------------------------------


def test_that_the_test_loss_of_ever_wider_networks_falls_climbs_and_falls_again() -> None:
    found = sweep_file.find("double-descent")
    assert found.runs == 21 * 5
    few = found.replace(vary=({"key": "width", "values": [8, 26, 400]},), seeds=3)
    made = sweep(few, jobs=2)
    made_whole(made)
    losses = [one.medians["test_loss"] for one in summaries(made.points, made.done)]
    trains = [one.medians["train_loss"] for one in summaries(made.points, made.done)]
    assert losses[1] > 1.4 * losses[0], "it climbs where the training rows can just be learnt"
    assert losses[2] < losses[0]
    assert trains[0] > 0.01 > trains[1] > trains[2]


# A cluster --------------------------------------------------------------------------------------------------


@contextmanager
def cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as made:
        yield made


def test_that_a_cluster_comes_to_the_same_though_a_worker_is_killed() -> None:
    more = spec(epochs=40, seeds=4)
    alone = made_whole(sweep(more))
    with cluster() as local:
        victim = local.workers[0].process.pid
        made = sweep(more, scheduler=local.scheduler_address)
        for count, _ in enumerate(made.results()):
            if count == 2:
                os.kill(victim, signal.SIGKILL)
        assert not psutil.pid_exists(victim)
        assert numbers(made) == alone


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "gopher://127.0.0.1:70", "tcp://:x"])
def test_that_a_scheduler_that_is_not_there_is_told_with_what_to_do(address: str) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(SweepError, match=r"No Dask scheduler answers at .*dask scheduler"):
        list(sweep(scheduler=address).results())


def test_that_somebody_else_at_the_address_is_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(crew, "CONNECT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(SweepError, match="No Dask scheduler answers"):
            list(sweep(scheduler=address).results())


@pytest.mark.parametrize(
    ("status", "run", "said"),
    [("running", "error", "lost a run for good"), ("connecting", "pending", "does not answer any more")],
)
def test_that_what_a_cluster_has_lost_is_not_waited_for(
    status: str, run: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "SILENT_SECONDS", crew.LOOK_SECONDS)
    given_up = threading.Event()
    reasons: list[str] = []

    class Waiting(crew.Processes):
        def give_up(self, reason: str = "") -> None:
            reasons.append(reason)
            given_up.set()

    client: Any = SimpleNamespace(status=status, futures={"one": SimpleNamespace(status=run)})
    with crew._watched(Waiting(None, "numpy"), client):
        assert given_up.wait(30)
    assert said in reasons[0]


def test_that_a_cluster_that_has_gone_is_told_and_not_replaced_without_a_word() -> None:
    gone = crew.Processes(None, "numpy", lambda: False)
    with pytest.raises(SweepError, match="does not answer any more"):
        list(gone.stream(points(spec())))


def test_that_a_scheduler_has_some_time_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew.time, "sleep", lambda _seconds: None)
    status = iter(["connecting", "connecting", "running"])

    class Returning:
        cores: Iterator[dict[str, int]] = iter([{}, {"tcp://10.0.0.7:1": 2}])

        @property
        def status(self) -> str:
            return next(status, "running")

        def ncores(self) -> dict[str, int]:
            return next(self.cores)

    back: Any = Returning()
    assert crew._is_back(back)
    closed: Any = SimpleNamespace(status="closed")
    assert not crew._is_back(closed)
