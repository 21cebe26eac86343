"""Memory grows with the batch as the engine's sum says, and time is measured with the engine."""

from dataclasses import replace

import numpy as np
import pytest

from playground.engine.backends.numpy import NumpyBackend
from playground.experiment import edits
from playground.experiment.memory import need
from playground.experiment.model import Experiment
from playground.experiment.plan import DataShape, make_plan
from playground.labs.batches import BatchRefused
from playground.labs.cost import batch_memory, dense_shapes, measure

SHAPES = dense_shapes((8, 16, 16, 1))


def test_that_memory_is_linear_in_the_batch() -> None:
    sizes = 2 ** np.arange(11)
    memory = np.array([batch_memory(SHAPES, int(size)) for size in sizes])
    np.testing.assert_array_equal(memory, memory[0] * sizes)


def test_that_it_is_what_the_run_itself_reckons_with() -> None:
    made = edits.add_layer(edits.set_dataset(Experiment(), "circle"), 0, units=200)
    plan = make_plan(made, DataShape(40_000, ("0", "1")), ("numpy",))[0]

    def batch(rows: int) -> int:
        training = plan.training.model_copy(update={"batch_size": rows, "precision": "float32"})
        return need(replace(plan, training=training), 20_000, 20_000).batch

    # What is kept for looking at losses is the same for both.
    assert batch(1000) - batch(500) == batch_memory(plan.shapes, 500)


def test_that_every_size_is_timed() -> None:
    told: list[float] = []
    costs = measure(NumpyBackend(), SHAPES, 64, (1, 8, 64), told.append, seconds=0.005)
    assert costs is not None
    assert [cost.batch for cost in costs] == [1, 8, 64]
    assert [cost.iterations for cost in costs] == [64, 8, 1]
    for cost in costs:
        assert cost.step_seconds > 0.0
        assert cost.epoch_seconds == pytest.approx(cost.iterations / cost.steps_per_second)
    assert told == sorted(told)


def test_that_a_measurement_of_time_can_be_cancelled() -> None:
    assert measure(NumpyBackend(), SHAPES, 64, (1, 8), cancelled=lambda: True) is None


def test_that_a_batch_larger_than_the_rows_is_not_timed() -> None:
    with pytest.raises(BatchRefused, match="make B at most 64"):
        measure(NumpyBackend(), SHAPES, 64, (128,), seconds=0.001)


def test_that_depth_adds_layers() -> None:
    assert [(one.inputs, one.units) for one in dense_shapes((2, 5, 5, 1))] == [(2, 5), (5, 5), (5, 1)]
    assert [one.activation for one in dense_shapes((2, 5, 1), "tanh")] == ["tanh", "linear"]
