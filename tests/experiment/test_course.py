"""Schedules, clipping and rules for stopping in the document: read, refused, compared and judged."""

import json

import pytest
from pydantic import ValidationError

from playground.engine.schedules import SCHEDULES
from playground.experiment import edits, files
from playground.experiment.check import check, errors
from playground.experiment.diff import Difference, diff
from playground.experiment.edits import EditRefused
from playground.experiment.model import Experiment, Stopping
from playground.experiment.prepare import prepare
from playground.tables import by_key


def trained_with(epochs: int = 400, **fields: object) -> Experiment:
    return edits.set_epochs(edits.set_training(Experiment(), **fields), epochs)


def warnings(experiment: Experiment) -> str:
    return " ".join(problem.message for problem in check(experiment) if problem.severity == "warning")


def test_that_a_file_from_before_schedules_opens_without_them() -> None:
    content = Experiment().model_dump(mode="json")
    for key in ("schedule", "schedule_parameters", "clipping", "clip_limit", "stopping"):
        del content["training"][key]
    text = json.dumps({"format": files.FORMAT, "version": 2, "experiment": content})
    assert files.parse(text, "old.json") == Experiment()


@pytest.mark.parametrize("schedule", [schedule.key for schedule in SCHEDULES])
def test_that_every_schedule_comes_back_from_its_file(schedule: str) -> None:
    specs = by_key(SCHEDULES, schedule, "schedule").parameters
    parameters = {spec.key: spec.maximum for spec in specs}
    experiment = trained_with(
        schedule=schedule,
        schedule_parameters=parameters,
        clipping="norm",
        clip_limit=0.25,
        stopping=Stopping(at_end=True, patience=30, target=0.01, plateau=50, plateau_percent=2.0),
    )
    assert files.parse(files.dump(experiment), "new.json") == experiment
    assert experiment.training.schedule_hyper == tuple(parameters.values())


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"schedule": "spiral"}, "schedule"),
        ({"schedule": "cosine", "schedule_parameters": {"drop": 0.5}}, "has no parameter"),
        ({"schedule": "cosine", "schedule_parameters": {"floor": 2.0}}, "between 0 and 1"),
        ({"clipping": "scissors"}, "clipping"),
        ({"clip_limit": 0.0}, "."),
        ({"stopping": {"patience": 0}}, "."),
        ({"stopping": {"target": -1.0}}, "."),
    ],
)
def test_that_what_makes_no_sense_is_refused_in_words(fields: dict[str, object], reason: str) -> None:
    with pytest.raises(EditRefused, match=reason):
        edits.set_training(Experiment(), **fields)


def test_that_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValidationError):
        Stopping.model_validate({"bored": True})


@pytest.mark.parametrize(
    "fields",
    [{"schedule": "cosine"}, {"clipping": "norm"}, {"clip_limit": 2.0}, {"stopping": Stopping(patience=3)}],
)
def test_that_the_course_of_a_run_can_be_changed_while_it_goes_on(fields: dict[str, object]) -> None:
    assert diff(Experiment(), trained_with(**fields)) == Difference(training=True)
    assert diff(Experiment(), trained_with(500)) == Difference(training=True)


def test_that_lbfgs_says_what_plays_no_part() -> None:
    assert "the schedule and the clipping play no part" in warnings(
        trained_with(optimizer="lbfgs", schedule="cosine", clipping="norm")
    )
    assert "plays no part" not in warnings(trained_with(optimizer="lbfgs"))


def test_that_a_schedule_that_does_not_fit_the_plan_is_named() -> None:
    assert "it never drops" in warnings(trained_with(100, schedule="step"))
    assert not warnings(trained_with(101, schedule="step"))
    assert "never reached" in warnings(trained_with(19, schedule="warm_up"))
    assert not warnings(trained_with(20, schedule="warm_up"))


def test_that_a_patience_longer_than_the_run_is_named() -> None:
    assert "early stopping" in warnings(trained_with(50, stopping=Stopping(at_end=True, patience=50)))
    assert "a plateau" in warnings(trained_with(50, stopping=Stopping(at_end=True, plateau=60)))
    assert not warnings(trained_with(50, stopping=Stopping(patience=60)))


def test_that_hinge_is_for_two_classes() -> None:
    blobs = edits.set_data(edits.set_dataset(Experiment(), "blobs"), classes=3)
    with pytest.raises(EditRefused, match="two classes"):
        edits.set_loss(blobs, "hinge")
    forced = blobs.replace(
        training=blobs.training.replace(loss="hinge"), output=blobs.output.replace(activation="linear")
    )
    assert "two classes" in errors(check(forced))[0].message


def test_that_a_hard_sigmoid_is_asked_for_0_and_1() -> None:
    prepared = prepare(edits.set_activation(Experiment(), "output", "hard_sigmoid"))
    assert set(prepared.y_train[:, 0]) == {0.0, 1.0}
    assert prepared.plan.threshold == 0.5


@pytest.mark.parametrize("initializer", ["zeros", "constant"])
def test_that_neurons_that_start_alike_are_named(initializer: str) -> None:
    experiment = edits.add_layer(Experiment(), 0, units=3)
    layer = experiment.layers[0].id
    assert "alike" in warnings(edits.set_initializer(experiment, layer, initializer))
    assert not warnings(experiment)


def test_that_a_plan_knows_whether_the_batch_is_all_rows() -> None:
    assert prepare(trained_with(optimizer="rprop")).plan.full_batch
    assert not prepare(trained_with(optimizer="adam")).plan.full_batch
    assert prepare(trained_with(123)).plan.epochs == 123
