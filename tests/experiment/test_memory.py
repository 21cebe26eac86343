"""The memory that a run needs is foreseen, and a network too big for it is refused with the sum."""

import importlib
import tracemalloc
from dataclasses import replace

import pytest

from playground.engine.backends import make_backend
from playground.experiment import edits
from playground.experiment.check import errors
from playground.experiment.memory import Need, need, shortage
from playground.experiment.model import Experiment
from playground.experiment.plan import DataShape, Plan, make_plan
from playground.experiment.prepare import CannotTrainError, prepare
from playground.training.session import Session


def network(*units: int, samples: int = 500, **training: object) -> Experiment:
    experiment = edits.set_data(edits.set_dataset(Experiment(), "circle"), samples=samples)
    for index, count in enumerate(units):
        experiment = edits.add_layer(experiment, index, units=count)
    return edits.set_training(experiment, **training)


def plan_of(experiment: Experiment) -> Plan:
    return make_plan(experiment, DataShape(experiment.data.samples, ("0", "1")), ("numpy",))[0]


def with_norms(experiment: Experiment) -> Experiment:
    for index, kind in ((1, "batch_norm"), (2, "dropout")):
        experiment = edits.add_layer(experiment, index, kind=kind)
    return experiment


def test_that_a_need_is_the_sum_of_its_parts() -> None:
    assert Need(1, 20, 300, 7).total == 321


@pytest.mark.parametrize(
    "experiment",
    [
        network(256, 256, samples=4000, batch_size=2000),
        network(600, 600, 600, batch_size=10, optimizer="adam"),
        network(128, 64, samples=3000, optimizer="rprop", precision="float64"),
        network(200, 200, samples=1000, optimizer="lbfgs"),
        with_norms(network(128, 64, samples=4000, batch_size=1500)),
    ],
    ids=["a large batch", "many weights", "all rows at once", "a solver", "norms"],
)
def test_that_the_sum_is_what_is_allocated(experiment: Experiment) -> None:
    prepared = prepare(experiment, ("numpy",))
    importlib.import_module("scipy.optimize")  # that its code takes memory is no matter of the network
    tracemalloc.start()
    try:
        session = Session(prepared, make_backend("numpy"))
        session.trainer.run(2)
        session.record()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert need(prepared.plan, len(prepared.x_train), len(prepared.x_watched)).total == pytest.approx(
        peak, rel=0.3
    )


def test_that_a_batch_is_never_larger_than_there_are_rows() -> None:
    assert need(plan_of(network(4, batch_size=5000)), 250, 250).rows == 250
    assert need(plan_of(network(4, batch_size=30)), 250, 250).rows == 30
    assert need(plan_of(network(4, batch_size=30, optimizer="rprop")), 250, 250).rows == 250


def test_that_the_kernels_need_buffers_of_their_own() -> None:
    plan = plan_of(network(64, 64, samples=20_000, batch_size=10_000))
    compiled = need(replace(plan, device="compiled"), 10_000, 10_000)
    assert compiled.batch > 1.2 * need(plan, 10_000, 10_000).batch


def test_that_what_is_too_big_is_refused_with_the_sum_and_a_remedy() -> None:
    experiment = network(1024, 1024, samples=20_000, batch_size=10_000)
    shape = DataShape(20_000, ("0", "1"))
    _, problems = make_plan(experiment, shape, ("numpy",), memory=100_000_000)
    (problem,) = errors(problems)
    assert problem.where == "memory"
    for words in (
        "needs about 0.5 GB",
        "10,000 rows",
        "0.1 GB are free",
        "Make the batch or the layers smaller",
    ):
        assert words in problem.message
    assert not errors(make_plan(experiment, shape, ("numpy",), memory=10**10)[1])
    assert not errors(make_plan(experiment, shape, ("numpy",))[1])
    with pytest.raises(CannotTrainError, match="are free"):
        prepare(experiment, ("numpy",), memory=100_000_000)


def test_that_whoever_takes_all_rows_is_not_told_to_make_the_batch_smaller() -> None:
    said = shortage(plan_of(network(64, samples=20_000, optimizer="rprop")), 10_000, 10_000, 1000)
    assert "choose another optimizer" in said
    assert "Make the batch" not in said


def test_that_the_computers_memory_is_no_matter_of_a_graphics_card() -> None:
    plan = replace(plan_of(network(64)), device="cuda")
    assert shortage(plan, 250, 250, 1) == ""
