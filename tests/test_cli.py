"""The command line from the outside: what it prints, and how it answers bad input."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from playground import __version__
from playground.cli import BAD_INPUT, run
from playground.experiment import edits, files
from playground.experiment.model import Experiment

KEYS = {
    *("name", "epochs", "steps", "seconds", "device", "parameters", "train_loss", "test_loss", "stopped"),
    "ensemble",
    "device_choice",
}


def test_that_every_example_is_listed_with_what_it_shows(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["examples"]) == 0
    printed = capsys.readouterr().out
    for name in files.examples():
        assert name in printed
        assert files.example(name).about in printed


@pytest.mark.parametrize(("name", "metric"), [("circle", "accuracy"), ("fish", "r2")])
def test_that_the_last_line_is_one_json_object(
    name: str, metric: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["train", name, "--epochs", "3", "--seed", "1", "--json"]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert result.keys() >= KEYS | {metric}
    assert result["epochs"] == 3
    assert result["ensemble"] is None


@pytest.mark.parametrize(("name", "metric"), [("circle", "accuracy"), ("fish", "r2")])
def test_that_the_ensemble_of_a_run_with_warm_restarts_is_told(
    name: str, metric: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = edits.set_training(
        files.example(name), schedule="warm_restarts", schedule_parameters={"length": 2.0}
    )
    files.write(made, tmp_path / "restarts.json")
    command = ["train", str(tmp_path / "restarts.json"), "--epochs"]
    assert run([*command, "5", "--json"]) == 0
    together = json.loads(capsys.readouterr().out)["ensemble"]
    assert together.keys() == {"members", "test_loss", metric}
    assert together["members"] == 2
    assert run([*command, "5"]) == 0
    figures = f"test loss {together['test_loss']:.4g}, {metric} {together[metric]:.4g}"
    assert f"  members 2, {figures}\n" in capsys.readouterr().out
    assert run([*command, "1", "--json"]) == 0
    nothing = {"members": 0, "test_loss": None, metric: None}
    assert json.loads(capsys.readouterr().out)["ensemble"] == nothing
    assert run([*command, "1"]) == 0
    assert "  members 0\n" in capsys.readouterr().out


def test_that_a_data_set_is_trained_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "iris", "--epochs", "40", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["name"] == "Iris"
    assert result["accuracy"] > 0.8


def test_that_folds_are_told_one_by_one_and_together(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["train", "fish", "--epochs", "2", "--folds", "3"]
    assert run([*command, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert [fold["rows"] for fold in result["folds"]] == [53, 53, 53]
    assert {fold["epochs"] for fold in result["folds"]} == {2}
    assert run(command) == 0
    printed = capsys.readouterr().out
    assert f"r2             {result['r2']:.4g}\n" in printed
    assert "fold 3         rows 53, epochs 2, train loss" in printed
    assert run([*command, "--fold-seed", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["r2"] != result["r2"]


def test_that_the_same_seed_gives_the_same_result(capsys: pytest.CaptureFixture[str]) -> None:
    losses = []
    for seed in ("1", "1", "2"):
        run(["train", "xor", "--epochs", "5", "--seed", seed, "--json"])
        losses.append(json.loads(capsys.readouterr().out)["test_loss"])
    assert losses[0] == losses[1] != losses[2]


def test_that_an_experiment_file_is_trained_and_exported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files.write(Experiment(name="Mine"), tmp_path / "mine.json")
    target = tmp_path / "weights.npz"
    assert run(["train", str(tmp_path / "mine.json"), "--epochs", "2", "--export", str(target)]) == 0
    assert "largest difference" in capsys.readouterr().out
    with np.load(target) as archive:
        assert archive["weight_1"].shape == (1, 2)


def bad_file(folder: Path) -> str:
    (folder / "bad.json").write_text("{")
    return str(folder / "bad.json")


def rows_file(folder: Path, damage: str = "") -> str:
    rows = "".join(f"{n % 3},{n / 7:.3f},{'xy'[n % 2]}\n" for n in range(60))
    (folder / "rows.csv").write_text(f"a,b,kind\n{rows}{damage}")
    return str(folder / "rows.csv")


BAD: tuple[tuple[list[str], str], ...] = (
    (["train", "sprial"], "no example or data set 'sprial'. Did you mean spiral?"),
    (["train", "Brest_cancer"], "Did you mean breast_cancer?"),
    (["train", "zebras"], "There are: circle, xor"),
    (["train", "{bad}"], "bad.json"),
    (["train", "nowhere.json"], "nowhere.json"),
    (["--open", "nowhere.json"], "nowhere.json"),
    (["window", "--open", "sprial"], "spiral"),
    (["train", "circle", "--epochs", "many"], "--epochs"),
    (["train", "circle", "--epochs", "0"], "epochs"),
    (["train", "circle", "--seed", "-1"], "seed"),
    (["train", "circle", "--seed", "99999999999"], "seed"),
    (["train", "circle", "--export", "weights.txt"], ".npz"),
    (["train", "circle", "--export", "no/folder/here.npz"], "folder"),
    (["train", "circle", "--device", "abacus"], "abacus"),
    (["train", "a" * 5000], "no example"),
    (["train", "circle", "--epochs", "1", "--export", "."], "should end in"),
    (["train", "#seed=1&networkShape=2000"], "1024"),
    (["--open", "#seed=1&x=false&y=false"], "input"),
    (["train"], "EXAMPLE_DATA_FILE_OR_LINK"),
    (["dance"], "dance"),
    (["train", "circle", "--loudly"], "--loudly"),
    (["train", "nowhere.csv"], "no file nowhere.csv"),
    (["--open", "nowhere.csv"], "no file nowhere.csv"),
    (["train", "circle", "--target", "x"], "--target is for files of rows"),
    (["train", "{rows}", "--target", "colour"], "no column “colour”. There are: a, b, kind"),
    (["train", "{rows}", "--features", "a,z"], "no column “z”"),
    (["train", "{rows}", "--task", "sorting"], "no task 'sorting'. There are: regression, binary"),
    (["train", "{rows}", "--target", "a", "--task", "binary"], "the task is multi-class"),
    (["train", "circle", "--folds", "1"], "folds"),
    (["train", "circle", "--folds", "501"], "500 rows make 2 to 500 folds"),
    (
        ["train", "circle", "--folds", "5", "--export", "weights.npz"],
        "leave out --folds, --save, --export or",
    ),
)


@pytest.mark.parametrize(("arguments", "named"), BAD)
def test_that_bad_input_is_answered_in_words_with_exit_code_2(
    arguments: list[str], named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files_made = {"{bad}": bad_file(tmp_path), "{rows}": rows_file(tmp_path)}
    assert run([files_made.get(argument, argument) for argument in arguments]) == BAD_INPUT
    captured = capsys.readouterr()
    assert named in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


def test_that_a_link_is_trained_with_the_losses_of_its_page(capsys: pytest.CaptureFixture[str]) -> None:
    link = "https://playground.tensorflow.org/#seed=0.88257&networkShape=4,2&cosX=true"
    assert run(["train", link, "--epochs", "2", "--json"]) == 0
    captured = capsys.readouterr()
    result = json.loads(captured.out)
    # The original's own functions gave these.
    assert result["train_loss"] == pytest.approx(0.49463909379437515, rel=1e-12)
    assert result["test_loss"] == pytest.approx(0.4991321581072165, rel=1e-12)
    assert "cosX" in captured.err


def test_that_the_window_opens_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[object, ...]] = []
    monkeypatch.setattr("playground.app.open_window", lambda *arguments: opened.append(arguments) or 0)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert run(["--open", "#seed=0.5"]) == 0
    assert opened == [(None, None, "#seed=0.5")]


def test_that_any_experiment_can_be_computed_in_double_precision(capsys: pytest.CaptureFixture[str]) -> None:
    losses = []
    for flags in ([], ["--float64"]):
        run(["train", "xor", "--epochs", "3", "--json", "--device", "numpy", *flags])
        losses.append(json.loads(capsys.readouterr().out)["train_loss"])
    assert losses[0] != losses[1]
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)


def test_that_a_name_that_looks_like_markup_is_only_a_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files.write(Experiment(name="[/bold]"), tmp_path / "odd.json")
    assert run(["train", str(tmp_path / "odd.json"), "--epochs", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "[/bold]"


def test_that_a_window_without_a_display_is_answered_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert run(["window"]) == BAD_INPUT
    assert "--picture" in capsys.readouterr().err


def test_that_a_run_that_diverges_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wild = files.example("plane")
    wild = wild.replace(training=wild.training.replace(learning_rate=100.0))
    files.write(wild, tmp_path / "wild.json")
    assert run(["train", str(tmp_path / "wild.json"), "--json"]) == 1
    captured = capsys.readouterr()
    assert "learning rate" in captured.err
    json.loads(captured.out, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


def test_that_a_network_too_big_for_the_memory_is_refused_with_the_sum(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("playground.training.session.free_memory", lambda: 1000)
    assert run(["train", "circle"]) == BAD_INPUT
    assert "Make the batch or the layers smaller" in capsys.readouterr().err


def test_that_the_version_is_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from playground.__main__ import main

    monkeypatch.setattr(sys, "argv", ["playground", "--version"])
    main()
    assert capsys.readouterr().out.strip() == f"playground {__version__}"


def test_that_training_ends_where_a_rule_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    experiment = Experiment()
    rules = experiment.training.stopping.replace(target=10.0, plateau=5)
    training = experiment.training.replace(stopping=rules, learning_rate=0.0)
    files.write(experiment.replace(training=training), tmp_path / "flat.json")
    assert run(["train", str(tmp_path / "flat.json"), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["epochs"] == 5
    assert result["stopped"].startswith("Stopped: the train loss has not fallen")
    assert run(["train", str(tmp_path / "flat.json"), "--epochs", "3"]) == 0
    assert "stopped" not in capsys.readouterr().out


def test_that_rows_of_ones_own_are_trained_and_every_line_is_accounted_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = rows_file(tmp_path, ",1,x\n" * 25)
    assert run(["train", name, "--epochs", "3", "--json"]) == 0
    captured = capsys.readouterr()
    result = json.loads(captured.out)
    assert result["epochs"] == 3
    data = result["data"]
    assert (data["rows"], data["used"], data["classes"], data["task"]) == (85, 60, 2, "binary")
    assert [fault["line"] for fault in data["dropped"]] == list(range(62, 87))
    assert captured.err.count("the value is missing") == 20
    assert "And 5 more." in captured.err


DAMAGE = {
    5: (b"1.0,2,red", None, "there are 3 fields instead of 5"),
    8: (b'"2.0,3,red,5,1.0', None, "a quotation mark is opened and never closed"),
    11: (b"abc,3,red,5,1.0", "size", "“abc” is not a number"),
    14: (b",3,red,5,1.0", "size", "the value is missing"),
    15: (b"1.0,3,,5,1.0", "kind", "the value is missing"),
    17: (b"1.0,3\0,red,5,1.0", None, "it holds a NUL, a character that no text has"),
    20: (b"1.0,3,r\x01ed,5,1.0", None, "it holds the control character 1, which no text has: delete it"),
    23: (
        b"1.0,3,r\xe9d,5,1.0",
        None,
        "it holds bytes that are no UTF-8: choose another encoding, or repair the line",
    ),
    26: (b"-inf,3,red,5,1.0", "size", "“-inf” is not a finite number"),
    32: (b"1.0,3,red,5,1.0,7", None, "there are 6 fields instead of 5"),
}


def damaged_file(folder: Path) -> str:
    sound = [f"{n * 0.37 % 9:.2f},{n % 7},{('réd', 'blue')[n % 2]},5,{n * 1.5 % 11:.2f}" for n in range(40)]
    lines = [b"size,size,kind,same,price", *(line.encode() for line in sound)]
    for line, (raw, _, _) in DAMAGE.items():
        lines[line - 1] = raw
    lines[28] = b"1.0,3,green,5,1.0"
    (folder / "damaged.csv").write_bytes(b"\n".join(lines) + b"\n")
    return str(folder / "damaged.csv")


def test_that_ten_kinds_of_damage_are_named_and_the_rest_is_learnt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = damaged_file(tmp_path)
    assert run(["train", name, "--target", "price", "--epochs", "3", "--json"]) == 0
    captured = capsys.readouterr()
    data = json.loads(captured.out)["data"]
    assert {fault["line"]: (fault["column"], fault["reason"]) for fault in data["dropped"]} == {
        line: (column, reason) for line, (_, column, reason) in DAMAGE.items()
    }
    assert data["used"] == 40 - len(DAMAGE)
    assert data["left_out"] == [{"column": "same", "reason": "it is 5 in every row"}]
    assert data["notes"] == ["There is more than one column “size”: one of them is called “size (2)” now."]
    for line, (_, _, reason) in DAMAGE.items():
        assert any(said.startswith(f"Line {line}") and reason in said for said in captured.err.splitlines())
    assert run(["train", name, "--target", "kind", "--json"]) == BAD_INPUT
    assert "The class “green” has a single row (line 29)" in capsys.readouterr().err


def test_that_missing_values_are_repaired_and_inputs_chosen_where_that_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = rows_file(tmp_path, ",1,x\n")
    arguments = ["--target", "b", "--features", "a, kind", "--repair", "--epochs", "2", "--json"]
    assert run(["train", name, *arguments]) == 0
    data = json.loads(capsys.readouterr().out)["data"]
    assert (data["used"], data["inputs"], data["task"]) == (61, 3, "regression")
    assert data["repaired"] == [{"column": "a", "value": "1, the median", "lines": [62]}]


def test_that_the_window_is_opened_with_rows_to_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(
        "playground.app.open_window",
        lambda *arguments, rows=None: asked.append((*arguments, rows)) or 0,
    )
    name = rows_file(tmp_path)
    assert run(["--open", name]) == 0
    assert asked == [(None, None, Path(name))]
