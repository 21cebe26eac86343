"""What `playground doctor` finds, and that it does not overlook a device that computes otherwise."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground import __version__
from playground.cli import run
from playground.engine.backends import BACKENDS, BackendChoice, BackendUnavailableError, compiled
from playground.engine.backends.numpy import NumpyBackend
from playground.training import doctor


@pytest.fixture(autouse=True)
def kernel_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for kernels, which the doctor sets for the whole process."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "kernels"))
    return tmp_path / "kernels"


def in_place_of_the_gpu(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """Let the graphics card be there and be something else."""
    card = replace(BACKENDS[-1], missing=lambda: None, available=lambda: True, **changes)
    choices: tuple[BackendChoice, ...] = (*BACKENDS[:-1], card)
    monkeypatch.setattr("playground.engine.backends.BACKENDS", choices)
    monkeypatch.setattr(doctor, "BACKENDS", choices)


class Astray(NumpyBackend):
    """Rounds what it is given to one digit."""

    key = "cuda"

    def asarray(self, host: Any, dtype: Any) -> Any:
        return np.round(super().asarray(host, dtype), 1)


class Void(NumpyBackend):
    """Answers with what is no number."""

    key = "cuda"

    def to_host(self, array: Any) -> Any:
        return np.full_like(array, np.nan)


class Broken(NumpyBackend):
    """Stops at work."""

    key = "cuda"

    def asarray(self, host: Any, dtype: Any) -> Any:
        raise MemoryError("the card is full")


def test_that_the_report_names_versions_devices_and_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert __version__ in printed
    assert np.__version__ in printed
    for choice in BACKENDS:
        assert choice.label in printed
    assert "All is well" in printed.splitlines()[-1]


def test_that_the_json_holds_every_backend_and_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--json"]) == 0
    found = json.loads(
        capsys.readouterr().out, parse_constant=lambda name: pytest.fail(f"{name} is not JSON")
    )
    assert found["is_well"] is True
    assert found["libraries"]["NumPy"] == np.__version__
    assert [backend["key"] for backend in found["backends"]] == [choice.key for choice in BACKENDS]
    for backend in found["backends"]:
        assert backend["self_test"] != doctor.NOT_TESTED or backend["reason"]


def test_that_a_gpu_that_agrees_is_said_to(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(compiled, "is_available", lambda: False)
    in_place_of_the_gpu(monkeypatch, make=NumpyBackend)
    only = tuple(choice for choice in doctor.BACKENDS if choice.key != "compiled")
    monkeypatch.setattr(doctor, "BACKENDS", only)
    assert run(["doctor"]) == 0
    assert "CPU and GPU agree" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wrong", "result", "reason"),
    [(Astray, doctor.DIFFERS, "away"), (Void, doctor.DIFFERS, "nan"), (Broken, doctor.FAILED, "is full")],
)
def test_that_a_device_that_goes_wrong_is_found_out(
    wrong: Any,
    result: str,
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    in_place_of_the_gpu(monkeypatch, make=wrong)
    assert run(["doctor", "--json"]) == 1
    found = json.loads(
        capsys.readouterr().out, parse_constant=lambda name: pytest.fail(f"{name} is not JSON")
    )
    assert found["is_well"] is False
    assert found["backends"][-1]["self_test"] == result
    assert reason in found["backends"][-1]["reason"]
    assert run(["doctor"]) == 1
    assert "Do not train on GPU" in capsys.readouterr().out


def test_that_a_device_that_is_not_there_gives_its_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> Any:
        raise BackendUnavailableError("the card is in a drawer")

    in_place_of_the_gpu(monkeypatch, make=refuse)
    card = replace(doctor.BACKENDS[-1], available=lambda: False)  # it is installed all the same
    monkeypatch.setattr(doctor, "BACKENDS", (*BACKENDS[:-1], card))
    assert run(["doctor"]) == 0
    assert "not available: the card is in a drawer" in capsys.readouterr().out


def test_that_kernels_not_yet_compiled_are_not_said_to_be_tested() -> None:
    report = next(one for one in doctor.examine().backends if one.key == "compiled")
    assert report.self_test == doctor.NOT_TESTED
    assert report.reason


def test_that_a_place_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("a file")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "taken" / "kernels"))
    assert run(["doctor", "--compile"]) == 0
    printed = capsys.readouterr().out
    assert "cannot be written: Not a directory" in printed
    assert "NUMBA_CACHE_DIR" in printed
    assert "compiled at the first Play" not in printed


def test_that_the_drivers_tool_names_card_and_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\necho 'Card X, 570.1'\n")
    tool.chmod(0o755)
    monkeypatch.setattr(doctor.shutil, "which", lambda name: str(tool))
    assert doctor.graphics_card() == "Card X, driver 570.1"
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    assert doctor.graphics_card() is None
