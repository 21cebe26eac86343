"""The figures of the course's fish labs, on the course's rows."""

import numpy as np
import pytest

from playground import paths
from playground.data import Scaler
from playground.data.fish import HELD_OUT_FILES, read_course_split, read_fish
from playground.engine.backends import make_backend
from playground.experiment import edits, files
from playground.experiment.check import check
from playground.experiment.diff import diff
from playground.experiment.model import Experiment
from playground.experiment.prepare import prepare
from playground.training.session import Session

FOLDER = paths.resources() / "datasets"
SCORED = slice(-30, None)
"""The course lost its first test row as a header."""


@pytest.mark.parametrize("lab", HELD_OUT_FILES)
def test_that_the_lab_holds_out_13_of_the_courses_training_rows(lab: str) -> None:
    whole, nothing, tested = read_course_split(FOLDER).all
    train, held_out, test = read_course_split(FOLDER, lab).all
    assert (len(train), len(held_out), len(nothing)) == (111, 13, 0)
    assert set(train.tolist()) | set(held_out.tolist()) == set(whole.tolist())
    np.testing.assert_array_equal(test, tested)


def test_that_least_squares_has_the_courses_error() -> None:
    fish = read_fish(FOLDER)
    train, _, test = read_course_split(FOLDER, "linear").all
    scaled = Scaler.fit(fish.inputs[train]).apply(fish.inputs)
    columns = np.column_stack([np.ones(len(scaled)), scaled])
    weights, *_ = np.linalg.lstsq(columns[train], fish.targets[train], rcond=None)
    answers = np.maximum(columns[test] @ weights, 0.0)
    errors = (answers - fish.targets[test]) ** 2
    assert errors[SCORED].mean() == pytest.approx(5657.29, abs=0.01)


def test_that_the_network_of_the_lab_is_as_good_as_the_courses() -> None:
    experiment = files.example("fish-lab")
    prepared = prepare(experiment)
    session = Session(prepared, make_backend("numpy"))
    while not session.stopped:
        session.train_epoch()
    assert session.trainer.epoch == 2000
    errors = (session.predictions() - prepared.sample.targets) ** 2
    parts = read_course_split(FOLDER, "network")
    assert 2000 < errors[parts.test[SCORED]].mean() < 2600
    assert session.last[2] == pytest.approx(errors[parts.validation].mean(), rel=1e-5)


def scaled_like(experiment: Experiment, target_scaling: str) -> Experiment:
    return edits.set_data(experiment, target_scaling=target_scaling)


def test_that_a_target_can_stay_in_its_unit_while_the_inputs_are_scaled() -> None:
    fish = files.example("fish")
    raw = prepare(scaled_like(fish, "none"))
    usual = prepare(fish)
    assert raw.y_train.max() == 1600
    assert abs(usual.y_train.std() - 1) < 1e-6
    np.testing.assert_array_equal(raw.x_train, usual.x_train)
    np.testing.assert_array_equal(raw.decode_outputs(raw.y_watched), raw.y_watched)
    assert diff(fish, scaled_like(fish, "none")).structure


def test_that_another_data_set_scales_its_target_as_usual() -> None:
    lab = files.example("fish-lab")
    assert edits.set_dataset(lab, "diabetes").data.target_scaling == "as_inputs"


def test_that_a_file_from_before_scales_its_target() -> None:
    text = files.dump(files.example("fish")).replace('"version": 6', '"version": 4')
    old = "".join(line for line in text.splitlines(True) if "target_scaling" not in line)
    assert old != text
    opened = files.parse(old.replace('"scaling": "standard",', '"scaling": "standard"'), "old.json")
    assert opened.data.target_scaling == "as_inputs"
    assert not check(opened)
