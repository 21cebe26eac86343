"""The command line trains on when a card fails, and says what was timed."""

import json
from dataclasses import replace

import pytest
from device_cases import FailingBackend, Table

from playground import cli
from playground.cli import training
from playground.engine.backends import BACKENDS, make_backend
from playground.training.chooser import Chooser


def test_that_training_goes_on_when_the_card_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    card = FailingBackend(20)
    monkeypatch.setattr(
        "playground.training.session.make_backend", lambda key: card if key == "cuda" else make_backend(key)
    )
    assert cli.run(["train", "circle", "--device", "cuda", "--epochs", "40", "--json"]) == 0
    captured = capsys.readouterr()
    result = json.loads(captured.out)
    assert result["epochs"] == 40
    assert result["device"].startswith("CPU")
    assert result["device_choice"] is None
    assert "The graphics card failed (unspecified launch failure)" in captured.err
    assert "Traceback" not in captured.err


def test_that_a_long_run_is_timed_and_a_short_one_is_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    race = Table(1000.0, 100.0)
    card = replace(race.choices[1], missing=lambda: None)
    monkeypatch.setattr("playground.engine.backends.BACKENDS", (*BACKENDS[:-1], card))
    monkeypatch.setattr(
        "playground.training.chooser.Chooser", lambda rivals: Chooser(rivals, race.choices, race.clock)
    )
    said = []
    for seconds in (1000.0, -1.0):
        monkeypatch.setattr(training, "LONG_SECONDS", seconds)
        assert cli.run(["train", "circle", "--epochs", "2", "--json"]) == 0
        said.append(json.loads(capsys.readouterr().out)["device_choice"])
    assert said == [None, "Auto: CPU (compiled) 1,000 steps/s, GPU (CuPy) 100 steps/s"]
