"""Findings come from curves, settings and neurons, with their evidence and remedies that are plain edits."""

from dataclasses import replace

import numpy as np
import pytest

from playground.engine.backends.numpy import NumpyBackend
from playground.experiment import edits, files
from playground.experiment.model import Experiment
from playground.experiment.prepare import prepare
from playground.training.advice import Curves
from playground.training.diagnosis import DIAGNOSES, Examiner, Finding
from playground.training.messages import History, Moment, Picture, Snapshot
from playground.training.pictures import Painter
from playground.training.session import Session

EPOCHS = np.arange(200.0)
HALF = np.full(200, 0.5)


def curves(train: np.ndarray, test: np.ndarray = HALF, metric: np.ndarray = HALF) -> Curves:
    kept = Curves()
    kept.add(
        History(EPOCHS[: len(train)], train, test[: len(train)], metric[: len(train)], HALF[: len(train)])
    )
    return kept


def examined(wanted: Experiment, kept: Curves | None = None, **changes: object) -> tuple[Finding, ...]:
    """Return the findings about a run that has made a few steps."""
    prepared = prepare(wanted, devices=("numpy",))
    session = Session(prepared, NumpyBackend())
    session.train(3)
    weights, biases = session.layers()
    shown = Snapshot(
        run_id=1,
        state="playing",
        step=3,
        epoch=0,
        steps_in_epoch=1,
        position=0.0,
        history=session.take_history(),
        weights=weights,
        biases=biases,
        picture=Painter(session, 1.0).paint(fine=True),
        predictions=np.empty(0),
        watched_mae=None,
        steps_per_second=1.0,
    )
    return Examiner().findings(wanted, prepared, replace(shown, **changes), kept or Curves())


@pytest.mark.parametrize(
    ("key", "train", "test"),
    [
        ("unsteady", np.where(EPOCHS % 5 == 0, 3.0, 0.2), HALF),
        ("rising", 0.2 + EPOCHS / 400, HALF),
        ("plateau", HALF, HALF),
        ("overfitting", np.exp(-EPOCHS / 40), np.abs(EPOCHS - 60) / 100 + 0.3),
        ("diverging", 0.5 * 1.5 ** np.arange(20.0), HALF),
    ],
)
def test_that_curves_become_findings(key: str, train: np.ndarray, test: np.ndarray) -> None:
    found = {one.key: one for one in examined(files.example("spiral"), curves(train, test))}
    assert key in found
    assert found[key].evidence
    assert any(character.isdigit() for character in found[key].evidence)
    assert found[key].remedies


def test_that_a_healthy_run_has_no_findings() -> None:
    assert examined(files.example("circle"), curves(np.exp(-EPOCHS / 40), np.exp(-EPOCHS / 40))) == ()


def test_that_a_solved_run_is_left_alone() -> None:
    flat = curves(HALF)
    flat.rows = [(*row[:4], 0.99) for row in flat.rows]
    assert examined(files.example("circle"), flat) == ()


def test_that_a_lost_run_comes_first_and_offers_the_last_good_weights() -> None:
    moments = (Moment(0.0, 0, 0.5, 0.5),)
    found = examined(files.example("circle"), curves(HALF), problem="Step 3: lost.", moments=moments)
    assert found[0].key == "nan"
    assert [remedy.command for remedy in found[0].remedies] == ["recover", "rewind"]
    kept_nothing = examined(files.example("circle"), problem="Step 3: lost.")
    assert [remedy.command for remedy in kept_nothing[0].remedies] == ["rewind"]


@pytest.mark.parametrize("name", list(files.examples()))
def test_that_every_remedy_is_an_edit_that_the_document_accepts(name: str) -> None:
    wanted = files.example(name)
    found = [
        one
        for train in (HALF, 0.2 + EPOCHS / 400, np.where(EPOCHS % 5 == 0, 3.0, 0.2))
        for one in examined(wanted, curves(train))
    ]
    assert found
    for finding in found:
        for remedy in finding.remedies:
            assert remedy.change is not None
            assert remedy.change(wanted) != wanted


def test_that_the_vanishing_gradient_is_measured() -> None:
    wanted = files.example("gauss")
    for index in range(8):
        wanted = edits.add_layer(wanted, index, units=4, activation="sigmoid")
    found = {one.key: one for one in examined(wanted)}
    assert "is 0.000" in found["vanishing"].evidence
    (remedy, *_) = found["vanishing"].remedies
    assert remedy.change is not None
    assert "vanishing" not in {one.key for one in examined(remedy.change(wanted))}


@pytest.mark.parametrize(
    ("activation", "answer", "said"), [("relu", 0.0, "answer 0 "), ("elu", -1.0, "nearly the same")]
)
def test_that_dead_neurons_are_those_of_the_diagram(activation: str, answer: float, said: str) -> None:
    wanted = edits.add_layer(Experiment(), 0, units=4, activation=activation)
    layers = (np.full((4, 8, 8), answer), np.zeros((1, 8, 8)))
    found = {one.key: one for one in examined(wanted, picture=Picture(layers, layers[1]))}
    assert said in found["dead"].sentence
    assert found["dead"].evidence.startswith("4 of 4")


def test_that_numbers_that_are_none_do_no_harm() -> None:
    wanted = files.example("gauss")
    for index in range(8):
        wanted = edits.add_layer(wanted, index, units=4, activation="sigmoid")
    plan = prepare(wanted).plan
    weights = tuple(np.full((shape.units, shape.inputs), np.nan) for shape in plan.shapes)
    biases = tuple(np.full(shape.units, np.inf) for shape in plan.shapes)
    assert examined(wanted, curves(np.full(200, np.nan)), weights=weights, biases=biases) == ()


def test_that_a_run_of_another_network_says_nothing_about_this_one() -> None:
    wanted = edits.add_layer(files.example("circle"), 0)
    prepared = prepare(files.example("circle"), devices=("numpy",))
    assert Examiner().findings(wanted, prepared, None, curves(np.exp(-EPOCHS / 40), HALF)) == ()


def test_that_diagnoses_are_asked_in_the_order_of_their_table() -> None:
    assert [one.__name__ for one in DIAGNOSES][:2] == ["_lost", "_settings"]
