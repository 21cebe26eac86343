"""The graphs over the stand-in for a card, against NumPy; what is recorded, and when that is refused."""

import sys
from pathlib import Path

import numpy as np
import pytest
from engine_stand_in import CaptureError, DeviceArray, Graph, StandInBackend, Stream

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import engine_contract as contract

sys.path.remove(str(Path(__file__).resolve().parents[2] / "scripts"))

from playground.engine.backends import cuda, make_backend

CASES = list(contract.cases())
BY_NAME = {case.name: case for case in CASES}


def results(backend, case, dtype="float64"):
    trainer = contract.make_trainer(backend, case, dtype)
    return trainer, contract.results(trainer, case)


@pytest.mark.parametrize("dtype", contract.TOLERANCE)
@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_that_graphs_compute_what_numpy_computes(case, dtype):
    backend = StandInBackend()
    trainer, found = results(backend, case, dtype)
    assert trainer.runner is not None
    assert trainer.runner.reason == ""
    assert backend.label == cuda.LABEL
    _, expected = results(make_backend("numpy"), case, dtype)
    difference, where = contract.largest_difference(found, expected)
    assert difference <= contract.TOLERANCE[dtype], where


# How a run is divided, and what changes on its way ----------------------------------------------------------


def trainer_for(name, backend=None, dtype="float64"):
    return contract.make_trainer(backend or StandInBackend(), BY_NAME[name], dtype)


def test_that_the_numbers_are_the_same_however_a_run_is_divided_into_calls():
    ends = []
    for piece in (1000, 7, 1):
        trainer = trainer_for("layer dropout", dtype="float32")
        while trainer.epoch < 5:
            trainer.run(piece, 5)
        ends.append((trainer.network.get_parameters(), trainer.step, trainer.optimizer.step, trainer.points))
    for parameters, *rest in ends[1:]:
        np.testing.assert_array_equal(parameters, ends[0][0])
        assert rest == list(ends[0][1:])


@pytest.mark.parametrize("optimizer", ["adam", "rprop"])
def test_that_a_saved_optimizer_goes_on_as_if_nothing_had_been(optimizer):
    case = BY_NAME[f"optimizer {optimizer}"]
    whole = contract.make_trainer(StandInBackend(), case, "float64")
    whole.run(40)
    first = contract.make_trainer(StandInBackend(), case, "float64")
    first.run(17)
    second = contract.make_trainer(StandInBackend(), case, "float64")
    second.network.set_parameters(first.network.get_parameters())
    second.optimizer.load_state(first.optimizer.state())
    second.step = first.step
    second.move_to(first.epoch, first.position)
    second.run(23)
    np.testing.assert_array_equal(second.network.get_parameters(), whole.network.get_parameters())
    assert second.optimizer.step == whole.optimizer.step


def test_that_divergence_is_noticed_and_ends_the_run():
    trainer = trainer_for("activation relu", dtype="float32")
    trainer.learning_rate = 1e25
    trainer.run(100_000)
    assert trainer.diverged
    assert trainer.step < 1000


def test_that_no_test_rows_leave_the_test_figures_empty():
    trainer = trainer_for("layer dense")
    watch = trainer.watch
    trainer.watch = type(watch)(watch.x[:0], watch.y[:0], "accuracy")
    trainer.run(6)
    assert np.isfinite(trainer.points[-1]).tolist() == [True, True, False, True, False]


def test_that_an_optimizer_that_solves_by_itself_needs_no_graphs():
    case = contract.Case("lbfgs", contract.chain(), optimizer="lbfgs", pieces=(2,))
    trainer, found = results(StandInBackend(), case)
    assert trainer.runner is None
    difference, _ = contract.largest_difference(found, results(make_backend("numpy"), case)[1])
    assert difference <= 1e-6


# What is recorded, and when ---------------------------------------------------------------------------------


@pytest.fixture
def captures(monkeypatch):
    """The number of operations of each graph that is recorded, as it grows."""
    found = []

    def end_capture(stream):
        graph = original(stream)
        found.append(len(graph.kernels))
        return graph

    original = Stream.end_capture
    monkeypatch.setattr(Stream, "end_capture", end_capture)
    return found


def test_that_one_graph_serves_all_full_batches_and_one_the_last(captures):
    trainer = trainer_for("batches of 7")
    trainer.run(3)
    assert len(captures) == 1
    trainer.run(200)
    steps = {count for count in captures if count in (captures[0], 16 * captures[0])}
    assert len(captures) == 3  # full batches, the last of an epoch, and the measuring of the losses
    assert steps == {captures[0]}
    trainer.run(200)
    assert len(captures) == 3


def test_that_long_runs_of_steps_are_started_together(captures, monkeypatch):
    trainer = trainer_for("batches of 1")
    trainer.run(3)
    launched = []
    launch = Graph.launch
    monkeypatch.setattr(
        Graph, "launch", lambda graph: (launched.append(len(graph.kernels)), launch(graph))[1]
    )
    trainer.run(35)
    assert captures == [captures[0], 16 * captures[0]]
    assert launched == [captures[1], captures[1], captures[0], captures[0], captures[0]]


def test_that_only_what_is_baked_in_is_recorded_anew(captures):
    trainer = trainer_for("regularizer l2")
    trainer.run(20)
    before = len(captures)
    trainer.learning_rate, trainer.regularization_rate, trainer.clip_limit = 0.01, 0.5, 2.0
    trainer.planned_epochs = 9.0
    trainer.optimizer.hyper.update({})
    trainer.run(20)
    assert len(captures) == before
    trainer.regularization_rate = 0.0
    trainer.run(20)
    assert len(captures) > before


def host_copies(steps, monkeypatch):
    """How many arrays travel to the card in so many steps of one epoch, once everything is warm."""
    trainer = trainer_for("a run in pieces")
    trainer.batch_size = 1
    trainer.run(4)
    copies = []
    xp = trainer.network.backend.xp
    original = xp.array
    monkeypatch.setattr(
        xp, "array", lambda value, dtype=None: (copies.append(type(value)), original(value, dtype))[1]
    )
    trainer.run(steps)
    assert trainer.epoch == 0
    return copies.count(np.ndarray)


def test_that_nothing_comes_from_the_host_at_each_step(monkeypatch):
    assert host_copies(1, monkeypatch) == host_copies(48, monkeypatch) == 2


# When graphs are refused ------------------------------------------------------------------------------------


def same_as_numpy(trainer, case, run):
    slow = contract.make_trainer(make_backend("numpy"), case, "float64")
    run(slow)
    np.testing.assert_allclose(trainer.network.get_parameters(), slow.network.get_parameters(), rtol=1e-9)
    np.testing.assert_allclose(trainer.points, slow.points, rtol=1e-9)
    places = [(one.epoch, one.step, one.position, one.optimizer.step) for one in (trainer, slow)]
    assert places[0] == places[1]


def refuse(*_):
    raise NotImplementedError("no captures today")


def run_thirty(trainer):
    trainer.run(30)


@pytest.mark.parametrize("calls_before", [0, 1, 2])
def test_that_a_trainer_goes_on_step_by_step_when_a_capture_is_refused(calls_before, monkeypatch):
    case = BY_NAME["a run in pieces"]
    backend = StandInBackend()
    trainer = contract.make_trainer(backend, case, "float64")
    begin, calls = Stream.begin_capture, []

    def begin_capture(stream):
        calls.append(stream)
        if len(calls) > calls_before:
            refuse()
        begin(stream)

    monkeypatch.setattr(Stream, "begin_capture", begin_capture)
    run_thirty(trainer)
    assert trainer.runner.reason == "NotImplementedError: no captures today"
    assert len(calls) == calls_before + 1  # asked once and not again
    assert backend.runner(trainer) is None
    assert backend.label == cuda.STEP_BY_STEP
    same_as_numpy(trainer, case, run_thirty)


def test_that_a_failure_within_a_capture_changes_nothing_and_ends_the_capture(monkeypatch):
    case = BY_NAME["layer batch_norm"]
    backend = StandInBackend()
    trainer = contract.make_trainer(backend, case, "float64")
    trainer.run(1)
    monkeypatch.setattr(type(trainer.optimizer), "apply", lambda self, p, *_: float(p[0]))
    before = trainer.network.get_parameters()
    trainer.runner._run_batches(1, 2, None)
    assert "a number was asked for" in trainer.runner.reason
    np.testing.assert_array_equal(trainer.network.get_parameters(), before)
    monkeypatch.undo()
    trainer.run(29)
    same_as_numpy(trainer, case, run_thirty)


@pytest.mark.parametrize("name", ["layer batch_norm", "optimizer adam"])
def test_that_without_cublas_no_step_is_made_twice(name, monkeypatch):
    case = BY_NAME[name]
    trainer = contract.make_trainer(StandInBackend(), case, "float64")
    monkeypatch.setattr(StandInBackend, "_library", refuse)
    run_thirty(trainer)
    assert "no captures today" in trainer.runner.reason
    same_as_numpy(trainer, case, run_thirty)


def test_that_a_first_step_that_breaks_off_is_undone(monkeypatch):
    case = BY_NAME["layer batch_norm"]
    backend = StandInBackend()
    trainer = contract.make_trainer(backend, case, "float64")
    library = backend._library()
    calls = []

    def sometimes(*values):
        calls.append(values)
        return type(library).cublasDgemm_v2(library, *values) if len(calls) < 3 else 7

    library.cublasDgemm_v2 = sometimes
    monkeypatch.setattr(backend, "_library", lambda: library)
    run_thirty(trainer)
    assert "cublasDgemm_v2 of cuBLAS failed with status 7" in trainer.runner.reason
    same_as_numpy(trainer, case, run_thirty)


def test_that_the_next_trainer_may_use_graphs_again(monkeypatch):
    backend = StandInBackend()
    with monkeypatch.context() as patch:
        patch.setattr(Stream, "begin_capture", refuse)
        trainer_for("layer dense", backend).run(5)
    assert backend.label == cuda.STEP_BY_STEP
    again = trainer_for("layer dense", backend)
    again.run(5)
    assert again.runner.reason == ""
    assert backend.label == cuda.LABEL


# Products ---------------------------------------------------------------------------------------------------


def device(host):
    return StandInBackend().asarray(host, host.dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("turned", [(False, False), (False, True), (True, False), (True, True)])
@pytest.mark.parametrize(
    "shape", [(4, 3, 5), (1, 3, 5), (4, 1, 5), (4, 3, 1), (1, 1, 1), (7, 1, 1), (1, 6, 1)]
)
def test_that_products_are_asked_for_as_cublas_reads_arrays(shape, turned, dtype):
    m, k, n = shape
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(m, k)).astype(dtype), rng.normal(size=(k, n)).astype(dtype)
    one, other = (
        device(np.ascontiguousarray(host.T)).T if turn else device(host)
        for host, turn in zip((a, b), turned, strict=True)
    )
    out = device(np.zeros((m, n), dtype))
    with (backend := StandInBackend()).direct_products():
        backend.product(one)(other, out)
    np.testing.assert_allclose(backend.to_host(out), a @ b, rtol=1e-5)


def test_that_products_refuse_what_cublas_cannot_read():
    backend = StandInBackend()
    whole = device(np.zeros((6, 6)))
    with backend.direct_products():
        multiply = backend.product(whole[:4, :4])
        multiply(whole[:4, 1:4], device(np.zeros((4, 3))))  # rows of a larger array will do
        with pytest.raises(ValueError, match="rows or columns are contiguous"):
            backend.product(whole[::2, ::2])(whole[:3], device(np.zeros((3, 6))))
        with pytest.raises(ValueError, match="rows that are contiguous"):
            multiply(whole[:4, :3], device(np.zeros((3, 4))).T)
        with pytest.raises(ValueError, match="fits into"):
            multiply(whole, device(np.zeros((4, 6))))


# The stand-in itself ----------------------------------------------------------------------------------------


def test_that_a_captured_stream_computes_nothing_until_its_graph_is_launched_on_the_same_arrays():
    x, total = device(np.array([1.0, 2.0])), device(np.zeros(1))
    factor = 3.0
    stream = Stream(non_blocking=True)
    with stream:
        stream.begin_capture()
        scaled = x * factor
        np.add(total, np.sum(scaled), total)
        graph = stream.end_capture()
    assert total.held.tolist() == [0.0]
    graph.launch()
    assert total.held.tolist() == [9.0]
    x[...] = device(np.array([1.0, 1.0]))
    factor = 100.0
    graph.launch()
    assert total.held.tolist() == [15.0]
    assert isinstance(scaled, DeviceArray)


@pytest.mark.parametrize(
    "mistake",
    [
        lambda x: float(x[0]),
        lambda x: bool(x[0] > 0.0),
        lambda x: StandInBackend().to_host(x),
        lambda x: StandInBackend().asarray(np.ones(2), "float64"),
        lambda x: x.dot(x),
        lambda x: Stream().synchronize(),
    ],
)
def test_that_the_stand_in_refuses_what_a_card_refuses_during_a_capture(mistake):
    x = device(np.ones(2))
    stream = Stream(non_blocking=True)
    stream.begin_capture()
    try:
        with pytest.raises(CaptureError):
            mistake(x)
    finally:
        stream.end_capture()
