"""The device is chosen by a race on throw-away copies, with a rule that always decides alike."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from device_cases import Table, TimedCard, experiment, prepared, refuse

from playground.engine.backends import BackendUnavailableError, compiled
from playground.engine.backends.numpy import NumpyBackend
from playground.engine.optimizers import OPTIMIZERS
from playground.experiment import edits
from playground.experiment.plan import DataShape, make_plan
from playground.training.chooser import Chooser, Measured, fastest, in_thousands, in_words, measure
from playground.training.session import Session

# The rule --------------------------------------------------------------------------------------------------


def speeds(processor: float, card: float) -> tuple[Measured, Measured]:
    return Measured("compiled", "CPU", processor), Measured("cuda", "GPU", card)


@pytest.mark.parametrize(
    ("processor", "card", "current", "chosen"),
    [
        (412_000, 38_000, "compiled", "compiled"),
        (412_000, 38_000, "cuda", "compiled"),
        (100, 1000, "compiled", "cuda"),
        (100, 119, "compiled", "compiled"),
        (100, 120, "compiled", "cuda"),
        (119, 100, "cuda", "cuda"),
        (100, 100, "cuda", "cuda"),
        (100, 100, "gone", "compiled"),
    ],
)
def test_that_the_present_device_stays_unless_another_is_clearly_faster(
    processor: float, card: float, current: str, chosen: str
) -> None:
    assert fastest(speeds(processor, card), current) == chosen


def test_that_the_figures_are_said_and_why_a_slower_device_stays() -> None:
    said = in_words(speeds(412_300, 38_000), "compiled")
    assert said == "Auto: CPU 412 k steps/s, GPU 38 k steps/s"
    assert "a change pays from 1.2 times the speed on" in in_words(speeds(100, 119), "compiled")


def test_that_a_rate_has_four_figures_at_most() -> None:
    assert [in_thousands(rate) for rate in (7.4, 9_949, 9_950, 412_300)] == ["7", "9,949", "10 k", "412 k"]


# The race --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [5.0, 400.0, 400_000.0])
def test_that_a_burst_measures_the_steps_a_second(rate: float) -> None:
    table = Table(rate, 1.0)
    found = measure(prepared(), table.choices[0].make(), table.clock)
    assert (found.key, found.label) == ("compiled", "CPU (compiled)")
    assert found.steps_per_second == pytest.approx(rate)
    assert table.clock.now < max(0.3, 3.0 / rate)


@pytest.mark.parametrize("optimizer", [optimizer.key for optimizer in OPTIMIZERS])
def test_that_every_optimizer_can_be_timed(optimizer: str) -> None:
    assert measure(prepared(experiment(optimizer=optimizer)), NumpyBackend()).steps_per_second > 0


def test_that_a_rate_that_would_let_the_weights_grow_beyond_all_numbers_does_no_harm() -> None:
    wild = edits.set_activation(experiment(learning_rate=10.0), "layer1", "linear")
    assert measure(prepared(edits.set_dataset(wild, "plane")), NumpyBackend()).steps_per_second > 0


def test_that_the_race_leaves_the_run_alone() -> None:
    table = Table(1000.0, 900.0)
    session = Session(prepared(), NumpyBackend())
    session.backend.key = "compiled"  # type: ignore[misc]
    session.train(7)
    before = session.network.get_parameters(), session.trainer.step, len(session.take_history())
    table.chooser().choose(session)
    np.testing.assert_array_equal(session.network.get_parameters(), before[0])
    assert session.trainer.step == before[1]
    assert len(session.take_history()) == 0


# A run on the fastest --------------------------------------------------------------------------------------


def test_that_a_session_moves_to_a_card_that_is_faster_and_says_why() -> None:
    table = Table(1000.0, 50_000.0)
    session, chooser = table.session(), table.chooser()
    assert chooser.is_due(session)
    chooser.choose(session)
    assert session.backend.key == "cuda"
    assert chooser.words == "Auto: CPU (compiled) 1,000 steps/s, GPU (CuPy) 50 k steps/s"
    assert not chooser.is_due(session)


def test_that_it_stays_when_the_card_is_slower() -> None:
    table = Table(400_000.0, 40_000.0)
    session, chooser = table.session(), table.chooser()
    backend = session.backend
    chooser.choose(session)
    assert session.backend is backend
    assert "40 k steps/s" in chooser.words


@pytest.mark.parametrize("changes", [{"batch_size": 77}, {"optimizer": "adam"}])
def test_that_other_settings_are_measured_anew(changes: dict[str, object]) -> None:
    table = Table(1000.0, 50_000.0)
    session, chooser = table.session(), table.chooser()
    chooser.choose(session)
    session.change(session.settings.replace(learning_rate=0.5))
    assert not chooser.is_due(session)
    session.change(session.settings.replace(**changes))
    assert chooser.is_due(session)
    table.speeds = {"compiled": 50_000.0, "cuda": 1000.0}
    chooser.choose(session)
    assert session.backend.key == "compiled"


def test_that_kernels_that_arrive_are_a_reason_to_measure_again(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(1000.0, 50_000.0)
    session, chooser = table.session(), table.chooser()
    chooser.choose(session)
    monkeypatch.setattr(compiled, "is_loaded", lambda _dtype: True)
    assert chooser.is_due(session)


def test_that_without_a_rival_nothing_is_measured() -> None:
    table = Table(1.0, 1.0)
    session = table.session()
    assert not Chooser((), table.choices, table.clock).is_due(session)
    shape = DataShape(500, ("0", "1"))
    for device in ("compiled", "cuda"):
        assert make_plan(experiment(), shape, ("compiled", "cuda"), device)[0].rivals == ()
    assert make_plan(experiment(), shape, ("compiled", "numpy"))[0].rivals == ()
    assert make_plan(experiment(), shape, ("compiled", "numpy", "cuda"))[0].rivals == ("cuda",)


@pytest.mark.parametrize(
    "error", [BackendUnavailableError("the driver is too old"), OSError("the driver is too old")]
)
def test_that_a_card_that_is_not_there_is_named_and_not_asked_again(error: Exception) -> None:
    table = Table(1000.0, 1.0, make=refuse(error))
    session, chooser = table.session(), table.chooser()
    chooser.choose(session)
    assert chooser.words == "Auto: the CPU, because GPU (CuPy) cannot be used: the driver is too old"
    assert not chooser.is_due(session)
    assert len(table.made) == 1, "the processor was timed against nobody"


def test_that_a_card_without_room_for_the_network_loses() -> None:
    class Full(TimedCard):
        def asarray(self, host: Any, dtype: Any) -> Any:
            raise MemoryError("out of memory allocating 9 bytes")

    table = Table(1000.0, 1e9)
    table.choices = (table.choices[0], replace(table.choices[1], make=lambda: table.make(Full())))
    session, chooser = table.session(), table.chooser()
    chooser.choose(session)
    assert session.backend.key == "compiled"
    assert chooser.words.endswith("GPU (CuPy) cannot be used: out of memory")


def test_that_a_defect_of_the_processor_is_not_hidden() -> None:
    table = Table(1000.0, 1000.0)
    session, chooser = table.session(), table.chooser()
    table.choices = (replace(table.choices[0], make=refuse(ValueError("a defect"))), table.choices[1])
    chooser = table.chooser()
    with pytest.raises(ValueError, match="a defect"):
        chooser.choose(session)


def test_that_an_interrupted_race_decides_nothing_and_is_due_again() -> None:
    table = Table(1000.0, 50_000.0)
    session, chooser = table.session(), table.chooser()
    chooser.choose(session, lambda: True)
    assert session.backend.key == "compiled"
    assert chooser.is_due(session)
    assert chooser.words == ""


def test_that_two_copies_of_a_network_that_fits_once_are_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.training.chooser.free_memory", lambda: 1000)
    table = Table(1000.0, 50_000.0)
    session, chooser = table.session(), table.chooser()
    chooser.choose(session)
    assert len(table.made) == 1
    assert "no room" in chooser.words
    assert not chooser.is_due(session)
