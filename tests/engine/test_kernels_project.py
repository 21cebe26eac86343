"""A run that was saved goes on bit for bit in the compiled kernels too."""

import pytest
from project_cases import ALWAYS, CASES, EPOCHS, assert_same, begun, saved_and_opened

from playground.engine.backends.compiled import CompiledBackend


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("steps", [5, 26])
@pytest.mark.parametrize("name", CASES)
def test_that_a_run_in_the_kernels_that_was_saved_goes_on_bit_for_bit(name: str, steps: int) -> None:
    wanted = CASES[name]
    straight, first = begun(wanted, CompiledBackend()), begun(wanted, CompiledBackend())
    in_kernels = straight.trainer.in_kernels and not straight.trainer.optimizer.solves
    assert straight.releases_lock == in_kernels
    for session in (straight, first):
        session.train(steps)
    second = saved_and_opened(first, wanted, CompiledBackend())
    for session in (straight, second):
        session.train(ALWAYS, EPOCHS)
    assert_same(second, straight)
