"""`playground sweep`: what it prints, what it keeps, and how it ends."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from playground.cli import app, run, sweeping
from playground.labs import sweep_file
from playground.labs.sweep import SweepError, SweepResult
from playground.training import sweep_results
from playground.training.sweeping import Sweep


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    fields = {
        "name": "Small",
        "experiment": "circle",
        "validation": 0.2,
        "epochs": 3,
        "vary": [{"key": "width", "values": [2, 4]}, {"key": "learning_rate", "values": [0.01, 0.1]}],
        "seeds": 2,
    }
    path = tmp_path / "small.json"
    path.write_text(json.dumps({"format": sweep_file.FORMAT, "version": 1, "sweep": fields}))
    return path


def asked(*words: object) -> Result:
    return CliRunner().invoke(app, ["sweep", *map(str, words), "--jobs", "1", "--device", "numpy"])


def test_that_json_has_the_best_by_validation_and_all_groups(spec: Path) -> None:
    result = asked(spec, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    assert (found["runs"], found["done"], found["failed"]) == (8, 8, 0)
    assert len(found["groups"]) == 4
    least = min(found["groups"], key=lambda one: float(one["validation_loss"]))
    assert found["best"] == least
    assert found["best_by"] == "validation_loss"


def test_that_the_table_begins_with_the_best(spec: Path) -> None:
    found = json.loads(asked(spec, "--json").stdout.splitlines()[-1])
    lines = asked(spec).stdout.splitlines()
    assert "validation accuracy" in lines[1]
    best = found["best"]["values"]
    assert f"{best['width']:g} │" in lines[3]
    assert lines[-1].startswith(f"Best by validation loss: width {best['width']:g}, learning rate")


def test_that_results_are_streamed_to_a_file_that_can_be_gone_on_with(spec: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert asked(spec, "--out", out).exit_code == 0
    assert len(sweep_results.read(out)[1]) == 8
    out.write_bytes(b"".join(out.read_bytes().splitlines(keepends=True)[:4]))
    assert asked(spec, "--out", out, "--resume", "--json").exit_code == 0
    assert len(sweep_results.read(out)[1]) == 8


def test_that_an_interrupted_sweep_keeps_what_is_done_and_says_how_to_go_on(
    spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = Sweep.results

    def interrupted(made: Sweep) -> Iterator[SweepResult]:
        for count, one in enumerate(results(made)):
            if count == 3:
                raise KeyboardInterrupt
            yield one

    monkeypatch.setattr(Sweep, "results", interrupted)
    out = tmp_path / "out.jsonl"
    result = asked(spec, "--out", out, "--json")
    assert result.exit_code == sweeping.INTERRUPTED
    assert "of 8 runs are done; go on with --out" in result.stderr
    assert json.loads(result.stdout.splitlines()[-1])["done"] >= 3
    assert len(sweep_results.read(out)[1]) >= 3


def test_that_a_full_disk_is_bad_input_but_the_result_is_printed(
    spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = sweep_results.ResultsFile._append

    def full(file: sweep_results.ResultsFile, line: bytes) -> None:
        if len(line) + file.path.stat().st_size > 4000:
            raise OSError(28, "No space left on device")
        append(file, line)

    monkeypatch.setattr(sweep_results.ResultsFile, "_append", full)
    result = asked(spec, "--out", tmp_path / "out.jsonl", "--json")
    assert result.exit_code == 2
    assert "No space left on device" in result.stderr
    assert json.loads(result.stdout.splitlines()[-1])["done"] == 8


def test_that_a_sweep_that_cannot_go_on_shows_what_is_done(
    spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = Sweep.results

    def lost(made: Sweep) -> Iterator[SweepResult]:
        for count, one in enumerate(results(made)):
            if count == 2:
                raise SweepError("The scheduler does not answer any more.")
            yield one

    monkeypatch.setattr(Sweep, "results", lost)
    result = asked(spec, "--out", tmp_path / "out.jsonl", "--json")
    assert result.exit_code == 2
    assert "The scheduler does not answer any more: 3 of 8 runs are done; go on" in result.stderr
    assert json.loads(result.stdout.splitlines()[-1])["done"] == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no-such-sweep"], "There is no sweep 'no-such-sweep'. There are: double-descent"),
        (["nowhere/mine.json"], "There is no file"),
        (["double-descent", "--device", "abacus"], "unknown backend 'abacus'"),
        (["double-descent", "--scheduler", "nonsense"], "No Dask scheduler answers at nonsense"),
        (["double-descent", "--resume"], "name it with --out"),
        (["double-descent", "--out", "nowhere/out.jsonl"], "There is no folder nowhere"),
        ([], "Say which sweep"),
    ],
)
def test_that_bad_input_is_one_sentence_and_exit_code_2(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["sweep", *words]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_that_the_sweeps_that_ship_are_listed() -> None:
    lines = CliRunner().invoke(app, ["sweep", "--list"]).stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(sweep_file.shipped())


def test_that_hours_and_minutes_are_told() -> None:
    assert [sweeping._time(seconds) for seconds in (4.6, 65, 3725)] == ["0:05", "1:05", "1:02:05"]
