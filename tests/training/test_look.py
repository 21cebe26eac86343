"""What a view asks a run for is in the snapshots while it is asked for, and at no other time."""

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from playground.engine.backends.numpy import NumpyBackend
from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared, prepare
from playground.experiment.slices import principal_slice
from playground.training.messages import Look, Play, Snapshot
from playground.training.run import Run
from playground.training.session import Session

LIMIT = 20.0


@pytest.fixture
def start() -> Iterator[Callable[[Prepared], Run]]:
    runs: list[Run] = []

    def begin(prepared: Prepared) -> Run:
        runs.append(Run(len(runs) + 1, prepared))
        return runs[-1]

    yield begin
    for run in runs:
        run.stop()


def species() -> Prepared:
    return prepare(edits.set_dataset(Experiment(), "fish_species"))


def snapshot(run: Run, wanted: Callable[[Snapshot], bool] = lambda _: True) -> Snapshot:
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        message = run.mailbox.take()
        if isinstance(message, Snapshot) and wanted(message):
            return message
        assert message is None or isinstance(message, Snapshot), message
        threading.Event().wait(0.002)
    raise AssertionError("no such snapshot came")


def test_that_a_run_answers_nothing_that_nobody_looks_at(start: Callable[[Prepared], Run]) -> None:
    run = start(species())
    run.start()
    first = snapshot(run)
    assert not len(first.predictions)
    assert first.picture.slice is None
    assert not first.spaces


def test_that_what_is_asked_before_the_start_is_in_the_first_snapshot(
    start: Callable[[Prepared], Run],
) -> None:
    run = start(species())
    run.send(Look(predictions=True))
    run.start()
    assert len(snapshot(run).predictions) == 159


def test_that_a_paused_run_answers_at_once_and_stops_when_told(start: Callable[[Prepared], Run]) -> None:
    prepared = species()
    run = start(prepared)
    run.start()
    snapshot(run)
    plane = principal_slice(prepared)
    run.send(Look(predictions=True, slice=plane))
    shown = snapshot(run, lambda s: s.picture.slice is not None)
    assert shown.state == "paused"
    image = shown.picture.slice
    assert image is not None
    assert image.slice is plane
    assert image.values.shape[0] == 7
    assert image.values.shape[1] == image.values.shape[2]
    run.send(Look())
    assert not len(snapshot(run, lambda s: s.picture.slice is None).predictions)


def test_that_a_slice_shows_what_the_network_answers_there(start: Callable[[Prepared], Run]) -> None:
    prepared = species()
    run = start(prepared)
    plane = principal_slice(prepared)
    run.send(Look(slice=plane))
    run.start()
    shown = snapshot(run)
    assert shown.picture.slice is not None
    values = shown.picture.slice.values
    session = Session.for_experiment(edits.set_dataset(Experiment(), "fish_species"))
    expected = session.outputs(plane.points(values.shape[1]))[-1]
    np.testing.assert_allclose(values.reshape(7, -1).T, expected, atol=1e-5)


def test_that_answers_come_while_training_in_the_plane_too(start: Callable[[Prepared], Run]) -> None:
    prepared = prepare(Experiment())
    run = start(prepared)
    run.send(Look(predictions=True))
    run.send(Play())
    run.start()
    shown = snapshot(run, lambda s: s.epoch > 3)
    assert shown.predictions.shape == prepared.sample.targets.shape
    assert set(np.unique(shown.predictions)) <= {0.0, 1.0}


def test_that_a_class_that_is_no_number_is_no_answer() -> None:
    session = Session.for_experiment(Experiment())
    session.network.weights[0][...] = np.nan
    assert np.isnan(session.predictions()).all()


def test_that_the_layers_answers_to_a_thousand_rows_are_there_while_they_are_asked_for(
    start: Callable[[Prepared], Run],
) -> None:
    prepared = prepare(edits.set_data(Experiment(), samples=2000))
    run = start(prepared)
    run.send(Look(spaces=True))
    run.start()
    first = snapshot(run)
    assert [answers.shape for answers in first.spaces] == [(1000, one.units) for one in prepared.plan.shapes]
    session = Session(prepared, NumpyBackend())
    session.begin_with(first.weights, first.biases)
    there = session.outputs(prepared.sample.inputs[prepared.shown_rows])
    for shown, own in zip(first.spaces, there, strict=True):
        np.testing.assert_allclose(shown, own, atol=1e-5)
    run.send(Look())
    assert not snapshot(run, lambda message: not message.spaces).spaces
