"""Files on the command line: projects that go on, several exports at once, answers for rows of one's own."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from playground.cli import BAD_INPUT, run
from playground.experiment import files
from playground.export.rows import write_rows
from playground.training.session import Session

Capture = pytest.CaptureFixture[str]


def result(capsys: Capture) -> dict[str, object]:
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


@pytest.fixture
def project(tmp_path: Path, capsys: Capture) -> Path:
    path = tmp_path / "spiral.nnp"
    assert run(["train", "spiral", "--epochs", "20", "--save", str(path)]) == 0
    assert f"Saved {path}: epoch 20." in capsys.readouterr().out
    return path


def test_that_a_run_that_was_saved_goes_on_as_if_nothing_had_been(
    project: Path, tmp_path: Path, capsys: Capture
) -> None:
    assert run(["train", str(project), "--epochs", "15", "--json"]) == 0
    resumed = result(capsys)
    assert run(["train", "spiral", "--epochs", "35", "--json"]) == 0
    whole = result(capsys)
    for key in ("epochs", "steps", "train_loss", "test_loss", "accuracy"):
        assert resumed[key] == whole[key]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "trained for its 20 epochs"),
        (["--epochs", "5", "--seed", "3"], "goes on where it stood"),
        (["--epochs", "5", "--save", "no/where.nnp"], "no folder"),
        (["--epochs", "5", "--save", "wrong.json"], "should end in .nnp"),
    ],
)
def test_that_what_a_project_cannot_do_is_said(
    project: Path, arguments: list[str], said: str, capsys: Capture
) -> None:
    assert run(["train", str(project), *arguments]) == BAD_INPUT
    assert said in " ".join(capsys.readouterr().err.split())


def test_that_looks_at_the_test_rows_are_saved(tmp_path: Path, capsys: Capture) -> None:
    experiment = files.example("circle")
    experiment = experiment.replace(data=experiment.data.replace(validation_fraction=0.2))
    files.write(experiment, tmp_path / "e.json")
    saved = tmp_path / "e.nnp"
    assert run(["train", str(tmp_path / "e.json"), "--epochs", "3", "--evaluate", "--save", str(saved)]) == 0
    from playground.training import project as projects

    assert [look.epoch for look in projects.read(saved).experiment.evaluations] == [3]


def test_that_several_files_are_written_at_once_and_told_in_json(tmp_path: Path, capsys: Capture) -> None:
    paths = [tmp_path / "a.npz", tmp_path / "b.npz"]
    options = [option for path in paths for option in ("--export", str(path))]
    assert run(["train", "circle", "--epochs", "3", "--json", *options]) == 0
    exports = result(capsys)["exports"]
    assert isinstance(exports, list)
    assert [one["file"] for one in exports] == [str(path) for path in paths]
    assert all(one["rows"] == 250 and one["largest_difference"] < 1e-5 for one in exports)
    assert all(path.is_file() for path in paths)


def test_that_one_file_that_fails_keeps_no_other_from_being_written(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    real = os.fsync
    calls: list[int] = []

    def full_at_first(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 1:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr("playground.paths.os.fsync", full_at_first)
    options = ["--export", str(tmp_path / "a.npz"), "--export", str(tmp_path / "b.npz")]
    assert run(["train", "circle", "--epochs", "3", *options]) == BAD_INPUT
    said = capsys.readouterr()
    assert "a.npz could not be written: No space left" in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["b.npz"]


def test_that_a_project_is_exported(project: Path, tmp_path: Path, capsys: Capture) -> None:
    to = tmp_path / "s.npz"
    assert run(["export", str(project), "--to", str(to), "--json"]) == 0
    exports = result(capsys)["exports"]
    assert isinstance(exports, list)
    assert exports[0]["rows"] == 250
    with np.load(to, allow_pickle=False) as archive:
        assert json.loads(str(archive["metadata"]))["name"] == "Spiral"


def test_that_an_export_becomes_another_one(project: Path, tmp_path: Path, capsys: Capture) -> None:
    first, second = tmp_path / "s.npz", tmp_path / "t.npz"
    assert run(["export", str(project), "--to", str(first)]) == 0
    assert run(["export", str(first), "--to", str(second)]) == 0
    with np.load(first) as one, np.load(second) as other:
        assert one.files == other.files
        for name in one.files:
            np.testing.assert_array_equal(one[name], other[name])


def test_that_a_project_that_has_not_been_trained_is_refused(tmp_path: Path, capsys: Capture) -> None:
    from playground.training import project as projects

    projects.write(projects.Project(files.example("circle")), tmp_path / "new.nnp")
    assert run(["export", str(tmp_path / "new.nnp"), "--to", str(tmp_path / "a.npz")]) == BAD_INPUT
    assert "has not been trained" in capsys.readouterr().err


@pytest.mark.parametrize("ending", ["nnp", "npz"])
def test_that_rows_of_a_file_are_answered(tmp_path: Path, capsys: Capture, ending: str) -> None:
    experiment = files.example("species")
    session = Session.for_experiment(experiment)
    write_rows(experiment, session.prepared, tmp_path / "fish.csv")
    network = tmp_path / f"fish.{ending}"
    flag = "--save" if ending == "nnp" else "--export"
    assert run(["train", "species", "--epochs", "30", flag, str(network)]) == 0
    capsys.readouterr()
    arguments = ["predict", str(network), str(tmp_path / "fish.csv")]
    assert run([*arguments, "--out", str(tmp_path / "out.csv")]) == 0
    said = capsys.readouterr()
    assert "over 157 rows whose Species is known" in said.err
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert run([*arguments, "--json"]) == 0
    answered = result(capsys)
    assert answered["predictions"] == [row["predicted Species"] for row in rows]
    assert run(arguments) == 0
    assert capsys.readouterr().out.split("\n")[:-1] == answered["predictions"]


def test_that_a_file_without_the_inputs_is_refused_in_words(
    project: Path, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "rows.csv").write_text("a,b,c\n1,2,3\n4,5,6\n")
    assert run(["predict", str(project), str(tmp_path / "rows.csv")]) == BAD_INPUT
    assert "“x1”" in capsys.readouterr().err


def test_that_what_is_read_is_not_written_over(project: Path, tmp_path: Path, capsys: Capture) -> None:
    before = project.read_bytes()
    assert run(["report", str(project), "--to", str(project)]) == BAD_INPUT
    assert "should end in .html" in capsys.readouterr().err
    rows = tmp_path / "rows.csv"
    rows.write_text("x1,x2\n1,2\n3,4\n")
    assert run(["predict", str(project), str(rows), "--out", str(rows)]) == BAD_INPUT
    assert "choose another file" in capsys.readouterr().err
    assert (rows.read_text(), project.read_bytes()) == ("x1,x2\n1,2\n3,4\n", before)
