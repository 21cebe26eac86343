"""An experiment on painted points: begun on other data, painted on, emptied, kept, trained."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from playground.cli import app
from playground.data import DATASETS, OWN, painting
from playground.data.table import Table
from playground.experiment import edits, files, link_writer
from playground.experiment.check import check
from playground.experiment.diff import diff
from playground.experiment.edits import EditRefused
from playground.experiment.model import DataSettings, Experiment
from playground.experiment.painting import canvas
from playground.experiment.prepare import CannotTrainError, make_sample, prepare

PLANES = [dataset.key for dataset in DATASETS if dataset.kind == "plane"]


def of(key: str) -> Experiment:
    return edits.set_dataset(edits.add_layer(Experiment(), 0), key)


def with_points(experiment: Experiment, target: float, *places: tuple[float, float]) -> Experiment:
    return edits.paint(experiment, painting.put(canvas(experiment), np.array(places), target))


def emptied(experiment: Experiment) -> Experiment:
    return edits.paint(experiment, painting.blank(experiment.data.source.task))


def rows_of(experiment: Experiment) -> Table:
    assert experiment.data.table is not None
    return experiment.data.table


@pytest.mark.parametrize("key", PLANES)
def test_that_the_rows_of_a_plane_are_taken_along(key: str) -> None:
    before = of(key)
    after = with_points(before, 1, (5.0, 5.0))
    rows = make_sample(before.data, len(before.data.source.inputs))
    assert after.data.dataset == OWN
    assert after.data.source.kind == "plane"
    assert len(rows_of(after)) == len(canvas(before)) + 1 == len(rows) + 1
    assert after.name == "Painted"
    assert not [problem for problem in check(after) if problem.severity == "error"]


@pytest.mark.parametrize("key", ["circle", "plane"])
def test_that_what_was_learnt_is_kept_when_painting_begins_and_when_it_is_undone(key: str) -> None:
    before = of(key)
    after = with_points(before, 1, (5.0, 5.0))
    assert diff(before, after).keeps_weights
    assert diff(after, before).keeps_weights
    assert diff(before, after).rows
    assert diff(after, with_points(after, 0, (1.0, 1.0))).keeps_weights


def test_that_a_blank_canvas_is_another_problem() -> None:
    assert diff(of("circle"), emptied(of("circle"))).problem


def test_that_another_data_set_than_the_one_painted_over_is_another_problem() -> None:
    painted = with_points(of("circle"), 1, (5.0, 5.0))
    assert diff(painted, edits.set_dataset(painted, "spiral")).problem


def test_that_the_experiment_keeps_its_name_while_the_painting_goes_on() -> None:
    painted = with_points(of("circle"), 1, (5.0, 5.0)).replace(name="Mine", about="My points.")
    again = with_points(painted, 0, (4.0, 4.0))
    assert (again.name, again.about) == ("Mine", "My points.")


def test_that_the_output_follows_the_classes() -> None:
    three = with_points(of("circle"), 2, (5.0, 5.0))
    assert three.output.activation == "softmax"
    assert prepare(three).plan.output_units == 3
    two = edits.paint(three, painting.erase(canvas(three), (5.0, 5.0), 0.01))
    assert two.output.activation == "tanh"
    assert prepare(two).plan.output_units == 1


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("circle", "Paint at least two points, of two classes, to train"),
        ("plane", "Paint at least two points to train"),
    ],
)
def test_that_a_canvas_with_too_few_points_says_what_to_do(key: str, words: str) -> None:
    experiment = emptied(of(key))
    for _ in range(2):
        with pytest.raises(CannotTrainError, match=words):
            prepare(experiment, memory=10**9)
        experiment = with_points(experiment, 0, (1.0, 1.0))
    if key == "circle":
        with pytest.raises(CannotTrainError, match=words):
            prepare(experiment)
        experiment = with_points(experiment, 1, (2.0, 1.0))
    assert len(prepare(experiment, memory=10**9).train_rows) == len(rows_of(experiment)) // 2


def test_that_data_that_is_no_plane_has_no_canvas() -> None:
    with pytest.raises(EditRefused, match=r"Fish is none: choose Paint"):
        canvas(of("fish"))


def test_that_painted_rows_are_kept_while_other_data_is_used(tmp_path: Path) -> None:
    painted = with_points(of("circle"), 1, (5.0, 5.0))
    away = edits.set_dataset(painted, "circle")
    files.write(away, tmp_path / "away.json")
    back = edits.set_dataset(files.read(tmp_path / "away.json"), OWN)
    assert rows_of(back) == rows_of(painted)


def test_that_a_file_holds_an_empty_canvas(tmp_path: Path) -> None:
    empty = emptied(of("plane"))
    files.write(empty, tmp_path / "empty.json")
    assert files.read(tmp_path / "empty.json") == empty


def test_that_a_link_says_that_it_leaves_the_painted_points_behind() -> None:
    _, lost = link_writer.write(with_points(of("circle"), 1, (5.0, 5.0)))
    assert any("no Painted" in sentence for sentence in lost)


def test_that_painted_points_train_from_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "painted.json"
    files.write(with_points(of("circle"), 1, (5.0, 5.0)), path)
    trained = CliRunner().invoke(app, ["train", str(path), "--epochs", "2", "--device", "numpy"])
    assert trained.exit_code == 0, trained.output
    files.write(emptied(of("circle")), path)
    refused = CliRunner().invoke(app, ["train", str(path), "--epochs", "2"])
    assert refused.exit_code != 0
    assert "Paint at least two points" in str(refused.exception)


def test_that_painting_leaves_the_rows_of_a_link() -> None:
    linked = Experiment(data=DataSettings(link_seed="0.12345"))
    painted = with_points(linked, 1, (5.0, 5.0))
    assert painted.data.link_seed is None
    assert np.array_equal(rows_of(painted).inputs[:-1], make_sample(linked.data, 2).inputs)
