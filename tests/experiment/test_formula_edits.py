"""Features of one's own: added, used, kept in files and exports, refused in words."""

from pathlib import Path

import numpy as np
import pytest

from playground.engine.backends import make_backend
from playground.experiment import edits, files
from playground.experiment.diff import diff
from playground.experiment.edits import EditRefused
from playground.experiment.model import MAX_FORMULAS, Experiment
from playground.experiment.plan import feature_labels
from playground.experiment.prepare import CannotTrainError, prepare
from playground.export import export
from playground.training.session import Session


def with_formula(text: str = "x1*x2 + x1^2") -> Experiment:
    return edits.add_formula(Experiment(), text)


def test_that_a_formula_becomes_a_feature_that_is_on() -> None:
    experiment = with_formula()
    assert experiment.data.features == ("x1", "x2", "x1*x2 + x1^2")
    assert feature_labels(experiment)[-1] == "x1*x2 + x1^2"
    prepared = prepare(experiment)
    x1, x2 = prepared.sample.inputs[prepared.train_rows].T
    np.testing.assert_allclose(prepared.x_train[:, 2], x1 * x2 + x1**2)
    assert diff(Experiment(), experiment).structure


def test_that_it_can_be_switched_off_and_on_and_taken_away() -> None:
    experiment = edits.toggle_feature(with_formula(), "x1*x2 + x1^2")
    assert experiment.data.features == ("x1", "x2")
    assert edits.toggle_feature(experiment, "x1*x2 + x1^2").data.features[-1] == "x1*x2 + x1^2"
    assert edits.remove_formula(with_formula(), "x1*x2 + x1^2").data == Experiment().data


@pytest.mark.parametrize(
    ("text", "words"),
    [("x1 +", "expected here"), ("x3", "no column “x3”"), ("x1*x2", "already"), ("x1", "already")],
)
def test_that_what_is_no_new_feature_is_refused(text: str, words: str) -> None:
    with pytest.raises(EditRefused, match=words):
        edits.add_formula(Experiment(), text)


def test_that_the_only_feature_cannot_be_taken_away() -> None:
    experiment = with_formula()
    for key in ("x1", "x2"):
        experiment = edits.toggle_feature(experiment, key)
    with pytest.raises(EditRefused, match="At least one"):
        edits.remove_formula(experiment, "x1*x2 + x1^2")


def test_that_there_is_an_end_to_formulas() -> None:
    experiment = Experiment()
    for number in range(MAX_FORMULAS):
        experiment = edits.add_formula(experiment, f"x1 + {number}")
    with pytest.raises(EditRefused, match="already 20"):
        edits.add_formula(experiment, "x2 + 1")


def test_that_other_columns_leave_the_formulas_behind() -> None:
    assert edits.set_dataset(with_formula(), "spiral").data.formulas == ("x1*x2 + x1^2",)
    assert edits.set_dataset(with_formula(), "fish").data.formulas == ()


def test_that_a_file_and_an_export_hold_the_formula(tmp_path: Path) -> None:
    experiment = with_formula()
    files.write(experiment, tmp_path / "own.json")
    assert files.read(tmp_path / "own.json") == experiment
    session = Session(prepare(experiment), make_backend("numpy"))
    session.train_epoch()
    assert export(session.trained_model(experiment), tmp_path / "own.npz").rows > 0


def test_that_a_feature_without_a_value_is_named_with_its_row() -> None:
    with pytest.raises(CannotTrainError, match=r"feature log\(x1\) has no finite value in \d+ of 500 rows"):
        prepare(edits.add_formula(Experiment(), "log(x1)"))


def test_that_a_file_with_a_formula_that_means_nothing_is_refused() -> None:
    text = files.dump(with_formula()).replace("x1*x2 + x1^2", "x1 ! 2")
    with pytest.raises(files.BadFileError, match="has no meaning"):
        files.parse(text, "own.json")


def test_that_data_can_be_made_by_a_formula() -> None:
    experiment = edits.set_expression(Experiment(), "x1*x2 > 1")
    assert experiment.data.dataset == "formula"
    assert len(prepare(experiment).sample) == 500
    number = edits.set_expression(experiment, "x1 + x2")
    assert number.output.activation == "linear"
    assert number.data.scaling == "standard"
    assert diff(experiment, number).problem
    curve = edits.set_expression(number, "sin(x)")
    assert curve.data.features == ("x",)
    assert edits.set_dataset(edits.set_dataset(curve, "circle"), "formula").data.expression == "sin(x)"


def test_that_the_formula_for_data_begins_with_one_of_the_same_task() -> None:
    assert edits.set_dataset(Experiment(), "formula").data.source.task == "classification"
    regression = edits.set_dataset(edits.set_dataset(Experiment(), "plane"), "formula")
    assert regression.data.source.task == "regression"


def test_that_data_by_a_formula_without_values_cannot_be_trained_on() -> None:
    with pytest.raises(CannotTrainError, match="no finite value at x1"):
        prepare(edits.set_expression(Experiment(), "log(x1)"))


def test_that_a_file_holds_the_formula_of_the_data(tmp_path: Path) -> None:
    experiment = edits.set_expression(Experiment(), "x1*x2 > 1")
    files.write(experiment, tmp_path / "own.json")
    assert files.read(tmp_path / "own.json") == experiment
