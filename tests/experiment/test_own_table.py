"""An experiment on rows of one's own: chosen, kept, written, compared, trained."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playground.data import OWN, Table
from playground.engine.backends import make_backend
from playground.experiment import edits, files
from playground.experiment.check import check
from playground.experiment.diff import diff
from playground.experiment.edits import EditRefused
from playground.experiment.model import Experiment
from playground.experiment.prepare import prepare
from playground.training.session import Session


def flowers(count: int = 60, classes: int = 3) -> Table:
    dice = np.random.default_rng(1)
    labels = np.arange(count) % classes
    inputs = dice.normal(size=(count, 4)) * 0.3 + np.eye(4)[labels] * 2
    names = tuple(f"kind {number}" for number in range(classes))
    columns = ("sepal length", "sepal width", "petal length", "petal width")
    return Table("Flowers", columns, inputs, "kind", labels, names, about="Sixty flowers.")


def test_that_output_features_and_scaling_follow_the_table() -> None:
    experiment = edits.set_table(Experiment(), flowers())
    assert experiment.data.dataset == OWN
    assert experiment.data.features == flowers().columns
    assert experiment.data.scaling == "standard"
    assert experiment.output.activation == "softmax"
    assert experiment.training.loss == "softmax_cross_entropy"
    assert experiment.name == "Flowers"
    assert not check(experiment)


def test_that_the_table_is_kept_when_another_data_set_is_chosen() -> None:
    experiment = edits.set_dataset(edits.set_table(Experiment(), flowers()), "circle")
    assert experiment.data.dataset == "circle"
    assert edits.set_dataset(experiment, OWN).data.source.inputs == flowers().columns


def test_that_own_rows_cannot_be_chosen_before_there_are_any() -> None:
    with pytest.raises(EditRefused, match="no rows of your own"):
        edits.set_dataset(Experiment(), OWN)


def test_that_a_file_holds_the_table(tmp_path: Path) -> None:
    experiment = edits.set_table(Experiment(), flowers())
    files.write(experiment, tmp_path / "flowers.json")
    assert files.read(tmp_path / "flowers.json") == experiment


def test_that_other_rows_with_the_same_columns_keep_what_was_learnt() -> None:
    old = edits.set_table(Experiment(), flowers())
    moved = replace(flowers(), inputs=flowers().inputs + 0.1)
    difference = diff(old, edits.set_table(old, moved))
    assert difference.rows
    assert difference.keeps_weights


def test_that_other_classes_are_another_problem() -> None:
    old = edits.set_table(Experiment(), flowers())
    assert diff(old, edits.set_table(old, flowers(classes=4))).problem


def test_that_a_table_that_is_not_used_makes_no_difference() -> None:
    old = edits.set_dataset(edits.set_table(Experiment(), flowers()), "circle")
    new = old.replace(data=old.data.replace(table=flowers(classes=4)))
    assert not diff(old, new).needs_new_run


def test_that_it_learns_the_rows() -> None:
    experiment = edits.set_table(Experiment(), flowers())
    session = Session(prepare(experiment), make_backend("numpy"))
    for _ in range(200):
        session.train_epoch()
    assert session.last[4] > 0.9
