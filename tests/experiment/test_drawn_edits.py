"""Shape, balance and the two kinds of noise in the document: edited, kept, written, and what a link says."""

import json
from pathlib import Path

import numpy as np
import pytest

from playground.data import Sample
from playground.data.drawn import Choices
from playground.experiment import edits, files, link_writer, links
from playground.experiment.diff import diff
from playground.experiment.edits import EditRefused
from playground.experiment.files import BadFileError
from playground.experiment.model import Experiment
from playground.experiment.prepare import CannotTrainError, make_sample, prepare
from playground.experiment.usual import class_count

SPIRAL = edits.set_dataset(Experiment(), "spiral")
LINKED = links.read("#seed=0.5&noise=70").experiment
OURS = {"jitter": 0.1, "flipped": 0.2, "balance": 0.3, "parameters": {"gap": 0.5}}


def rows_of(experiment: Experiment) -> Sample:
    return make_sample(experiment.data, class_count(experiment))


def test_that_only_what_differs_from_the_usual_shape_is_kept() -> None:
    wound = edits.set_shape(SPIRAL, "turns", 3.0)
    assert wound.data.parameters == {"turns": 3.0}
    assert not np.array_equal(rows_of(wound).inputs, rows_of(SPIRAL).inputs)
    assert edits.set_shape(wound, "turns", 1.75) == SPIRAL


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [("turns", 9.0, "Turns must be between 0.5 and 4"), ("gap", 1.0, "no parameter")],
)
def test_that_another_shape_is_refused_in_words(key: str, value: float, said: str) -> None:
    with pytest.raises(EditRefused, match=said):
        edits.set_shape(SPIRAL, key, value)


def test_that_another_data_set_has_its_own_shape_and_keeps_the_noise() -> None:
    changed = edits.set_data(edits.set_shape(SPIRAL, "turns", 3.0), jitter=0.2, flipped=0.1)
    moons = edits.set_dataset(changed, "moons")
    assert moons.data.parameters == {}
    assert (moons.data.jitter, moons.data.flipped) == (0.2, 0.1)


@pytest.mark.parametrize("field", ["jitter", "flipped", "target_noise", "balance"])
def test_that_fixed_rows_refuse_what_is_asked_of_generated_ones(field: str) -> None:
    with pytest.raises(EditRefused, match="holds fixed rows"):
        edits.set_data(edits.set_dataset(Experiment(), "iris"), **{field: 0.2})


def test_that_what_is_not_for_the_task_plays_no_part() -> None:
    plane = edits.set_dataset(edits.set_data(Experiment(), flipped=0.4, balance=0.2), "plane")
    usual = edits.set_dataset(Experiment(), "plane")
    assert plane.data.flipped == 0.4
    assert not diff(plane, usual).needs_new_run
    np.testing.assert_array_equal(rows_of(plane).targets, rows_of(usual).targets)


@pytest.mark.parametrize(("field", "value"), OURS.items())
def test_that_other_rows_need_a_new_run_that_keeps_its_weights(field: str, value: object) -> None:
    difference = diff(Experiment(), edits.set_data(Experiment(), **{field: value}))
    assert difference.rows
    assert difference.keeps_weights


def test_that_the_rows_reach_the_training() -> None:
    experiment = edits.set_data(Experiment(), flipped=0.2, seed=3)
    clean = edits.set_data(Experiment(), seed=3)
    rows = prepare(experiment)
    assert np.count_nonzero(rows.sample.targets != prepare(clean).sample.targets) == 100
    assert len(np.unique(rows.y_train)) == 2


def test_that_a_class_too_rare_is_said_before_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.data.drawn.MOST_DRAWN", 1)
    with pytest.raises(CannotTrainError, match="too few points of one class"):
        prepare(edits.set_data(Experiment(), balance=0.9, seed=123_456))


# Files --------------------------------------------------------------------------------------------------


def test_that_a_file_keeps_what_is_asked_of_the_rows(tmp_path: Path) -> None:
    experiment = edits.set_data(Experiment(), **OURS, target_noise=0.4)
    files.write(experiment, tmp_path / "mine.json")
    assert files.read(tmp_path / "mine.json") == experiment


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"jitter": 1.5}, "jitter must be at most 1.0, not 1.5"),
        ({"flipped": 0.6}, "flipped must be at most 0.5"),
        ({"balance": 0.0}, "balance must be at least 0.1"),
        ({"parameters": {"turns": 2.0}}, "Circle has no parameter 'turns'; it has: gap"),
        ({"dataset": "rings", "parameters": {"rings": 2.5}}, "Rings must be one of 2, 3, … 5"),
        ({"link_seed": "0.5", "jitter": 0.1}, "a shape, balance or noise of ours"),
    ],
)
def test_that_a_file_that_asks_for_the_impossible_is_refused(data: dict[str, object], said: str) -> None:
    content = json.loads(files.dump(Experiment()))
    content["experiment"]["data"].update(data)
    with pytest.raises(BadFileError, match=said):
        files.parse(json.dumps(content), "mine.json")


# Links --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("field", "value"), OURS.items())
def test_that_rows_that_no_link_can_say_leave_the_link(field: str, value: object) -> None:
    left = edits.set_data(LINKED, **{field: value})
    assert (left.data.link_seed, left.data.noise) == (None, 0.5)
    assert getattr(left.data, field) == value


def test_that_the_usual_choices_keep_the_link() -> None:
    usual = Choices(500)
    kept = edits.set_data(LINKED, jitter=usual.jitter, balance=usual.balance, parameters={})
    assert kept == LINKED


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"jitter": 0.1}, "There is no jitter on the inputs."),
        ({"flipped": 0.1}, "No labels are flipped there."),
        ({"balance": 0.3}, "there is no class balance."),
        ({"parameters": {"gap": 0.5}}, "the link leaves out: Gap."),
        ({"dataset": "plane", "features": ("x1",), "target_noise": 0.1}, "There is no noise of its own on"),
    ],
)
def test_that_a_link_says_which_rows_it_cannot_ask_for(fields: dict[str, object], said: str) -> None:
    experiment = Experiment().replace(data=Experiment().data.replace(**fields))
    lost = link_writer.write(experiment)[1]
    assert any(said in sentence for sentence in lost)
    assert not any(said in sentence for sentence in link_writer.write(Experiment())[1])
