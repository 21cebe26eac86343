"""From an experiment to what is run: sizes, encodings, problems, rows."""

import numpy as np
import pytest

from playground.experiment import edits, files
from playground.experiment.diff import Difference, diff
from playground.experiment.model import Experiment
from playground.experiment.prepare import CannotTrainError, Prepared, plane_grid, prepare


def network(dataset: str, *units: int) -> Experiment:
    experiment = edits.set_dataset(Experiment(), dataset)
    for index, count in enumerate(units):
        experiment = edits.add_layer(experiment, index, units=count)
    return experiment


@pytest.mark.parametrize(
    ("experiment", "parameters"),
    [
        (network("circle", 3), 13),
        (network("fish", 32, 32, 32), 2337),
        (network("curve", 16, 16), 321),
        (network("curve", 8, 8), 97),
        (edits.set_activation(network("circle"), "output", "softmax"), 6),
        (edits.set_data(network("blobs", 4), classes=5), 12 + 25),
    ],
)
def test_that_parameters_are_counted_as_in_the_lecture(experiment: Experiment, parameters: int) -> None:
    assert prepare(experiment).plan.parameters == parameters


@pytest.mark.parametrize(
    ("output", "values"), [("tanh", {-1.0, 1.0}), ("sigmoid", {0.0, 1.0}), ("softmax", {0.0, 1.0})]
)
def test_that_targets_are_written_as_the_output_can_answer_them(output: str, values: set[float]) -> None:
    prepared = prepare(edits.set_activation(network("circle"), "output", output))
    assert set(np.unique(prepared.y_train)) == values
    assert prepared.y_train.shape[1] == (2 if output == "softmax" else 1)


def test_that_the_course_split_is_used_and_statistics_come_from_training_rows_alone() -> None:
    prepared = prepare(network("fish", 4))
    assert (len(prepared.train_rows), len(prepared.test_rows)) == (124, 31)
    assert set(prepared.train_rows).isdisjoint(prepared.test_rows)
    np.testing.assert_allclose(prepared.x_train.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(prepared.x_train.std(axis=0), 1, atol=1e-12)
    np.testing.assert_allclose(prepared.y_train.mean(), 0, atol=1e-12)
    back = prepared.decode_outputs(prepared.y_watched)[:, 0]
    np.testing.assert_allclose(back, prepared.sample.targets[prepared.test_rows])


def test_that_an_experiment_with_an_error_is_not_prepared() -> None:
    experiment = network("circle")
    experiment = experiment.replace(training=experiment.training.replace(loss="softmax_cross_entropy"))
    with pytest.raises(CannotTrainError, match="needs"):
        prepare(experiment)


def test_that_warnings_name_the_layer() -> None:
    experiment = network("circle", 4, 4)
    second = experiment.layers[1].id
    prepared = prepare(edits.set_activation(experiment, second, "step"))
    assert [(problem.severity, problem.where) for problem in prepared.problems] == [("warning", second)]


@pytest.mark.parametrize("name", files.examples())
def test_that_the_probe_has_a_picture_of_every_feature(name: str) -> None:
    prepared = prepare(files.example(name))
    assert len(prepared.probe.inputs) == len(prepared.plan.feature_keys)
    for image in prepared.probe.inputs:
        assert image.size == len(prepared.probe.points)
        assert np.isfinite(image).all()


def test_that_the_grid_begins_at_the_lowest_corner() -> None:
    grid = plane_grid(((-6, 6), (0, 4)), 4)
    assert grid[0].tolist() == [-4.5, 0.5]
    assert grid[1].tolist() == [-1.5, 0.5]
    assert grid[-1].tolist() == [4.5, 3.5]


def difference(edit: str, **fields: object) -> Difference:
    old = network("circle", 4)
    return diff(old, getattr(edits, edit)(old, **fields))


def test_that_a_difference_says_what_a_run_has_to_do() -> None:
    experiment = network("circle", 4)
    assert diff(experiment, experiment) == Difference()
    assert difference("set_training", learning_rate=0.5) == Difference(training=True)
    assert difference("set_optimizer", key="adam") == Difference(training=True)
    assert difference("set_seed", seed=8) == Difference(seed=True)
    assert difference("set_data", noise=0.2) == Difference(rows=True)
    assert difference("toggle_feature", key="sin_x1") == Difference(structure=True)
    assert difference("set_activation", layer_id="layer1", activation="relu") == Difference(structure=True)
    assert difference("set_dataset", key="xor").problem
    assert not difference("set_dataset", key="xor").keeps_weights


def test_that_a_sample_is_the_same_for_the_same_settings() -> None:
    first: Prepared = prepare(network("spiral", 4))
    second: Prepared = prepare(edits.set_units(network("spiral", 4), "layer1", 9))
    assert first.sample is second.sample


@pytest.mark.parametrize("split", ["course", "random"])
def test_that_doubtful_rows_are_left_out_when_that_is_asked_for(split: str) -> None:
    experiment = edits.set_data(network("fish"), split=split)
    with_them = prepare(experiment)
    without = prepare(edits.set_data(experiment, leave_out_doubtful=True))
    used = {*without.train_rows.tolist(), *without.test_rows.tolist()}
    assert not used & {13, 40}
    assert {*with_them.train_rows.tolist(), *with_them.test_rows.tolist()} & {13, 40}
    assert diff(experiment, edits.set_data(experiment, leave_out_doubtful=True)).rows


def test_that_inputs_without_a_logarithm_are_named() -> None:
    fish = edits.set_data(network("fish_species"), scaling="log", train_fraction=0.9)
    assert [problem.where for problem in prepare(fish).problems] == ["data"]
    assert "Weight" in prepare(fish).problems[0].message
    assert not prepare(edits.set_data(fish, leave_out_doubtful=True)).problems


def test_that_inputs_are_called_components_when_columns_are_mixed() -> None:
    plan = prepare(edits.set_data(network("fish"), scaling="whitened")).plan
    assert plan.feature_labels == ("PC 1", "PC 2", "PC 3", "PC 4", "PC 5")
