"""A run that was saved, or is looked at, goes on bit for bit in the compiled kernels too."""

import pytest
from project_cases import ALWAYS, CASES, EPOCHS, assert_same, begun, saved_and_opened

from playground.engine.backends.compiled import CompiledBackend
from playground.training.signal_meter import SignalMeter


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


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("name", ["single precision", "optimizer adam", "layer batch_norm", "ensemble"])
def test_that_a_run_in_the_kernels_goes_on_bit_for_bit_while_its_signals_are_measured(name: str) -> None:
    wanted = CASES[name]
    left, measured = begun(wanted, CompiledBackend()), begun(wanted, CompiledBackend())
    left.train(ALWAYS, EPOCHS)
    meter = SignalMeter(measured)
    while measured.trainer.epoch < EPOCHS:
        meter.step(EPOCHS)
        meter.take(at_once=True)
        measured.train(7, EPOCHS)
    assert_same(measured, left)
