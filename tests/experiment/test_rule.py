"""TensorFlow Playground's rule in the document: what is beyond it is an error, and where it is computed."""

import json

import pytest

from playground.experiment import edits, files
from playground.experiment.check import check, errors
from playground.experiment.edits import EditRefused
from playground.experiment.files import BadFileError
from playground.experiment.links import read
from playground.experiment.model import Dense, Experiment
from playground.experiment.plan import DataShape, make_plan

LINKED = read("#seed=0.5").experiment


def by_rule(**training: object) -> Experiment:
    return LINKED.replace(training=LINKED.training.replace(**training))


@pytest.mark.parametrize(
    ("experiment", "named"),
    [
        (by_rule(optimizer="adam"), "Adam"),
        (by_rule(loss="mse"), "Mean squared error"),
        (by_rule(regularizer="weight_decay"), "Weight decay"),
        (by_rule(clipping="value"), "know"),
        (LINKED.replace(output=LINKED.output.replace(activation="softmax")), "Softmax"),
    ],
)
def test_that_a_file_with_more_than_the_rule_knows_is_refused(experiment: Experiment, named: str) -> None:
    assert named in errors(check(experiment))[0].message
    with pytest.raises(BadFileError, match=named):
        files.parse(files.dump(experiment), "mine.json")


def test_that_a_link_is_kept_in_a_file() -> None:
    assert files.parse(files.dump(LINKED), "mine.json") == LINKED


def test_that_a_file_from_before_links_opens_as_it_was() -> None:
    content = json.loads(files.dump(Experiment()))
    content["version"] = 3
    del content["experiment"]["data"]["link_seed"], content["experiment"]["training"]["rule"]
    assert files.parse(json.dumps(content), "old.json") == Experiment()


@pytest.mark.parametrize(
    ("data", "said"),
    [({"samples": 100}, "rows of circle"), ({"link_seed": None, "noise": 0.6}, "at most 0.5")],
)
def test_that_rows_that_no_link_stands_for_are_refused(data: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        LINKED.data.replace(**data)


def test_that_a_batch_that_is_never_complete_is_warned_of() -> None:
    warned = [problem.message for problem in check(edits.set_training(LINKED, batch_size=300))]
    assert any("never complete with 250 training rows" in message for message in warned)
    assert not check(LINKED)


def test_that_the_rule_is_planned_for_numpy_whatever_the_device() -> None:
    shape = DataShape(500, ("negative", "positive"))
    plan, problems = make_plan(LINKED, shape, ("compiled", "numpy", "cuda"), "auto")
    assert (plan.device, problems) == ("numpy", ())
    plan, problems = make_plan(LINKED, shape, ("compiled", "numpy", "cuda"), "cuda")
    assert plan.device == "numpy"
    assert [problem.where for problem in problems] == ["device"]


def test_that_the_rule_cannot_be_chosen_with_what_it_does_not_know() -> None:
    with pytest.raises(EditRefused, match="does not know Adam"):
        edits.set_rule(edits.set_optimizer(LINKED, "adam"), "tensorflow_playground")
    plain = edits.set_rule(LINKED, "mini_batch")
    assert edits.set_rule(plain, "tensorflow_playground") == LINKED


def test_that_layers_of_a_link_can_be_widened_and_keep_their_kind_of_start() -> None:
    wider = edits.set_units(LINKED, "layer1", 6)
    layer = wider.layers[0]
    assert isinstance(layer, Dense)
    assert layer.initializer == "uniform"
    assert wider.data.link_seed == "0.5"
