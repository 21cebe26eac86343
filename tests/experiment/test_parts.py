"""Training, validation and test part of an experiment: edits, files, what depends on them."""

import json

import numpy as np
import pytest

from playground.experiment import edits, files, links
from playground.experiment.diff import diff
from playground.experiment.link_writer import write
from playground.experiment.model import DataSettings, Experiment
from playground.experiment.prepare import prepare

LINK = "https://playground.tensorflow.org/#activation=tanh&dataset=circle&networkShape=4&seed=0.5"


def test_that_a_share_takes_from_the_other_where_the_test_would_have_too_little() -> None:
    experiment = edits.set_data(Experiment(), validation_fraction=0.5)
    assert experiment.data.train_fraction == pytest.approx(0.45)
    experiment = edits.set_data(experiment, train_fraction=0.9)
    assert experiment.data.validation_fraction == pytest.approx(0.05)
    experiment = edits.set_data(experiment, validation_fraction=0.0)
    assert experiment.data.train_fraction == 0.9


def test_that_shares_without_room_for_a_test_are_refused() -> None:
    with pytest.raises(ValueError, match="leave less than 5% of the rows for the test"):
        DataSettings(train_fraction=0.8, validation_fraction=0.2)


def test_that_parts_and_what_is_watched_follow_the_shares() -> None:
    experiment = edits.set_data(Experiment(), samples=200, train_fraction=0.5, validation_fraction=0.2)
    prepared = prepare(experiment)
    assert [len(part) for part in prepared.parts.all] == [100, 40, 60]
    assert prepared.watched == "validation"
    np.testing.assert_array_equal(prepared.watched_rows, prepared.parts.validation)
    without = prepare(edits.set_data(experiment, validation_fraction=0.0))
    assert (without.watched, len(without.watched_rows)) == ("test", 100)
    np.testing.assert_array_equal(without.train_rows, prepared.train_rows)


def test_that_the_split_has_a_seed_of_its_own() -> None:
    experiment = edits.set_data(edits.set_dataset(Experiment(), "plane"), validation_fraction=0.2)
    other = edits.set_data(experiment, split_seed=7)
    assert prepare(other).sample is prepare(experiment).sample
    assert not np.array_equal(prepare(other).train_rows, prepare(experiment).train_rows)
    assert diff(experiment, other).rows
    redrawn = edits.set_data(experiment, seed=7)
    np.testing.assert_array_equal(prepare(redrawn).train_rows, prepare(experiment).train_rows)


def test_that_files_from_before_the_splits_own_seed_deal_the_same_rows() -> None:
    experiment = edits.set_data(files.example("fish"), split="random", seed=5, split_seed=5)
    data = experiment.data.model_dump(mode="json")
    del data["split_seed"], data["validation_fraction"]
    content = {"format": files.FORMAT, "version": 4, "experiment": {"data": data}}
    assert files.parse(json.dumps(content), "old").data.split_seed == 5
    content["experiment"] = {"data": {**data, "split": "provided"}}
    assert files.parse(json.dumps(content), "old").data.split == "course"


def test_that_a_validation_part_leaves_the_rows_of_a_link() -> None:
    linked = links.read(LINK).experiment
    assert linked.data.link_seed == "0.5"
    assert edits.set_data(linked, validation_fraction=0.2).data.link_seed is None


def test_that_a_link_says_that_it_has_no_validation_part() -> None:
    _, lost = write(edits.set_data(Experiment(), validation_fraction=0.2))
    assert any("no validation part" in sentence for sentence in lost)


def test_that_weights_do_not_outlive_rows_that_change_sides() -> None:
    experiment = edits.set_data(Experiment(), validation_fraction=0.2)
    for changed in (edits.set_data(experiment, split_seed=1), edits.set_data(experiment, train_fraction=0.4)):
        assert not diff(experiment, changed).keeps_weights
    assert diff(Experiment(), edits.set_data(Experiment(), train_fraction=0.4)).keeps_weights
