"""Earlier states are gone on from, and the step at which a run was lost is found, in the kernels too."""

import numpy as np
import pytest
from project_cases import CASES, begun

from playground.engine.backends.compiled import CompiledBackend
from playground.experiment import edits, files
from playground.training.guard import find_loss
from playground.training.timeline import Timeline


def every_state() -> Timeline:
    return Timeline(gap=0.0, clock=lambda: 0.0)


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("name", CASES)
def test_that_a_run_in_the_kernels_goes_on_from_an_earlier_state_as_it_did(name: str) -> None:
    session, timeline = begun(CASES[name], CompiledBackend()), every_state()
    session.train(9)
    timeline.keep(session)
    session.train(20)
    end = session.network.get_parameters()
    there = timeline.at(9)
    session.return_to(there.past)
    session.train(20)
    np.testing.assert_array_equal(session.network.get_parameters(), end)


@pytest.mark.usefixtures("kernels")
def test_that_the_very_step_is_found_among_thousands_that_one_call_makes() -> None:
    wanted = edits.set_training(files.example("plane"), learning_rate=0.5)
    wanted = edits.add_layer(wanted, 0, units=8, activation="relu")
    by_step, session = begun(wanted, CompiledBackend()), begun(wanted, CompiledBackend())
    timeline = every_state()
    timeline.keep(session)
    session.train(5000)
    assert session.diverged
    found = find_loss(session, timeline)
    assert found is not None
    while by_step.network.is_finite() and by_step.trainer.step < 5000:
        by_step.train(1)
    assert found.step == by_step.trainer.step == session.trainer.step
