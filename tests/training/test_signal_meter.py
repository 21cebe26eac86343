"""Signals are what the engine computes, and measuring them leaves the training as it would have been."""

import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from engine_stand_in import StandInBackend
from run_cases import await_snapshot

from playground.engine.backends.base import Backend
from playground.engine.backends.numpy import NumpyBackend
from playground.engine.optimizers import OPTIMIZERS
from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.experiment.prepare import prepare
from playground.training.messages import Look, Play, StepBatch, StepEpoch
from playground.training.run import Run
from playground.training.session import Session
from playground.training.signal_meter import ROWS, SignalMeter
from playground.training.still import still


def experiment(**training: object) -> Experiment:
    wanted = edits.add_layer(Experiment(), 0, units=6, activation="relu")
    return edits.set_training(wanted, **training)


def every_kind() -> Experiment:
    wanted = edits.add_layer(experiment(), 1, units=6, activation="tanh")
    for index, kind in ((2, "skip"), (1, "dropout"), (1, "batch_norm"), (5, "layer_norm")):
        wanted = edits.add_layer(wanted, index, kind=kind)
    return wanted


def session(wanted: Experiment, backend: Backend | None = None) -> Session:
    return Session(prepare(wanted), backend or NumpyBackend())


def parameters(one: Session) -> list[float]:
    found: list[float] = one.network.get_parameters().tolist()
    return found


def watched(one: Session, steps: int) -> Session:
    """Train with a measurement before each call."""
    meter = SignalMeter(one)
    while steps > 0:
        steps -= meter.step()
        meter.take(at_once=True)
        steps -= one.train(min(steps, 7))
    return one


@pytest.mark.parametrize(
    ("wanted", "backend"),
    [
        pytest.param(experiment(), NumpyBackend, id="sgd"),
        pytest.param(every_kind(), NumpyBackend, id="every kind"),
        pytest.param(every_kind(), StandInBackend, id="as on a card"),
        pytest.param(edits.set_optimizer(experiment(precision="float64"), "adam"), NumpyBackend, id="adam"),
        pytest.param(experiment(rule="tensorflow_playground"), NumpyBackend, id="playground's rule"),
    ],
)
def test_that_training_goes_on_bit_for_bit_as_if_nothing_were_measured(
    wanted: Experiment, backend: Callable[[], Backend]
) -> None:
    left, watched_over = session(wanted, backend()), session(wanted, backend())
    left.train(90)
    watched(watched_over, 90)
    assert watched_over.trainer.step == left.trainer.step == 90
    assert parameters(watched_over) == parameters(left)
    assert [p[1:3] for p in watched_over.take_history().points()] == [
        p[1:3] for p in left.take_history().points()
    ]


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda one: one.key)
def test_that_a_step_by_itself_is_the_step_that_comes_next(optimizer: object) -> None:
    wanted = edits.set_optimizer(experiment(), optimizer.key)  # type: ignore[attr-defined]
    one, other = session(wanted), session(wanted)
    one.train(20)
    SignalMeter(other).step()
    other.train(19)
    assert parameters(one) == parameters(other)


def test_that_gradients_are_those_of_the_mean_loss_over_the_sampled_rows() -> None:
    one = session(experiment(precision="float64"))
    one.train(50)
    signals = SignalMeter(one).take(at_once=True)
    rows = np.linspace(0, len(one.prepared.x_train) - 1, signals.rows).astype(int)
    x, y = one.prepared.x_train[rows], one.prepared.y_train[rows]
    flat, eps = one.network.get_parameters(), 1e-6
    numeric = np.zeros_like(flat)
    for place in range(len(flat)):
        ends = []
        for sign in (1.0, -1.0):
            one.network.parameters[place] = flat[place] + sign * eps
            ends.append(one.network.evaluate(x, y, one.loss)[0])
        one.network.parameters[place] = flat[place]
        numeric[place] = (ends[0] - ends[1]) / (2 * eps)
    weights, _ = one.network.layers_of(numeric)
    for layer, expected in zip(signals.layers, weights, strict=True):
        assert layer.gradient_norm == pytest.approx(np.linalg.norm(expected), rel=1e-4)
        assert layer.gradients.counts.sum() == expected.size


def test_that_norms_and_ratios_are_those_of_the_weights_without_biases() -> None:
    one = session(experiment())
    one.train(10)
    before = [w.astype(np.float64) for w in one.layers()[0]]
    meter = SignalMeter(one)
    meter.step()
    signals = meter.take(at_once=False)
    assert signals.step == 11
    for layer, old, new in zip(signals.layers, before, one.layers()[0], strict=True):
        assert layer.weight_norm == pytest.approx(np.linalg.norm(new), rel=1e-6)
        expected = np.linalg.norm(new - old) / np.linalg.norm(old)
        assert layer.update_ratio == pytest.approx(expected, rel=1e-6)


def test_that_without_a_step_there_is_no_ratio() -> None:
    one = session(experiment())
    meter = SignalMeter(one)
    assert all(math.isnan(layer.update_ratio) for layer in meter.take(at_once=True).layers)
    meter.step()
    assert all(layer.update_ratio > 0 for layer in meter.take(at_once=True).layers)
    one.rewind()
    assert all(math.isnan(layer.update_ratio) for layer in meter.take(at_once=True).layers)


def test_that_dead_units_are_counted_over_the_rows() -> None:
    one = session(experiment())
    one.network.weights[0][:2], one.network.biases[0][:2] = 0.0, -1.0
    layer = SignalMeter(one).take(at_once=True).layers[0]
    assert (layer.units, layer.saturated) == (6, 0)
    assert layer.dead >= 2
    assert layer.activations.low == 0.0


def test_that_layers_without_weights_have_no_histogram_of_them_and_no_norm() -> None:
    one = session(every_kind())
    layers = SignalMeter(one).take(at_once=True).layers
    for shape, layer in zip(one.prepared.plan.shapes, layers, strict=True):
        assert layer.weights.is_empty == (shape.kind in ("dropout", "skip"))
        assert math.isnan(layer.gradient_norm) == layer.weights.is_empty
        assert not layer.activations.is_empty


def test_that_a_network_beyond_all_numbers_does_no_harm() -> None:
    one = session(experiment())
    one.network.parameters[...] = np.nan
    for layer in SignalMeter(one).take(at_once=True).layers:
        assert math.isnan(layer.gradient_norm)
        assert layer.activations.is_empty
        assert layer.dead == 0


@pytest.mark.parametrize(("samples", "rows"), [(100, 50), (2000, ROWS)])
def test_that_at_most_so_many_rows_are_looked_at(samples: int, rows: int) -> None:
    one = session(edits.set_data(experiment(), samples=samples))
    assert SignalMeter(one).take(at_once=True).rows == rows


# On the thread ----------------------------------------------------------------------------------------------


@pytest.fixture
def start() -> Iterator[Callable[[Experiment], Run]]:
    runs: list[Run] = []

    def begin(wanted: Experiment) -> Run:
        runs.append(Run(len(runs) + 1, prepare(wanted, ("numpy",))))
        runs[-1].start()
        return runs[-1]

    yield begin
    for run in runs:
        run.stop()


def test_that_signals_are_in_a_snapshot_while_they_are_asked_for(start: Callable[[Experiment], Run]) -> None:
    run = start(experiment())
    assert await_snapshot(run).signals is None
    run.send(Look(signals=True))
    first = await_snapshot(run, lambda s: s.signals is not None).signals
    assert first is not None
    assert first.step == 0
    run.send(Look())
    assert await_snapshot(run, lambda s: s.signals is None).step == 0


def test_that_each_step_by_hand_has_a_ratio(start: Callable[[Experiment], Run]) -> None:
    run = start(experiment())
    run.send(Look(signals=True))
    for command, step in ((StepBatch(), 1), (StepBatch(), 2), (StepEpoch(), None)):
        run.send(command)
        shown = await_snapshot(run, lambda s, step=step: s.step == step or (step is None and s.epoch == 1))
        assert shown.signals is not None
        assert shown.signals.step == shown.step
        assert all(layer.update_ratio > 0 for layer in shown.signals.layers)


def test_that_a_playing_run_has_ratios_and_ends_where_it_would_have_ended(
    start: Callable[[Experiment], Run],
) -> None:
    run = start(experiment())
    run.send(Look(signals=True))
    run.send(Play(until=60.0))
    ratios: list[float] = []

    def ended(shown: object) -> bool:
        signals = shown.signals  # type: ignore[attr-defined]
        if signals is not None and signals.step:
            ratios.append(signals.layers[0].update_ratio)
        return shown.epoch == 60 and shown.state == "paused"  # type: ignore[attr-defined]

    shown = await_snapshot(run, ended)
    assert np.isfinite(ratios).any()
    alone = session(experiment())
    alone.train(10**6, 60.0)
    assert shown.step == alone.trainer.step
    assert all(np.array_equal(a, b) for a, b in zip(shown.weights, alone.layers()[0], strict=True))


def test_that_a_rule_for_stopping_ends_a_run_that_is_measured(start: Callable[[Experiment], Run]) -> None:
    wanted = edits.set_epochs(experiment(stopping={"at_end": True}, batch_size=500), 5)
    run = start(wanted)
    run.send(Look(signals=True))
    run.send(Play())
    shown = await_snapshot(run, lambda s: bool(s.stopped))
    assert shown.epoch == 5


def test_that_two_looks_together_ask_for_what_either_needs() -> None:
    assert (Look(signals=True) | Look(predictions=True)) == Look(predictions=True, signals=True)
    assert (Look() | Look()) == Look()


def test_that_a_still_has_the_signals_of_its_weights(start: Callable[[Experiment], Run]) -> None:
    run = start(experiment())
    run.send(StepEpoch())
    shown = await_snapshot(run, lambda s: s.epoch == 1)
    made = still(run.prepared, shown, Look(signals=True)).signals
    assert made is not None
    assert made.layers[0].weight_norm == pytest.approx(np.linalg.norm(shown.weights[0]), rel=1e-6)
    assert still(run.prepared, shown, Look()).signals is None
