"""Experiments that are trained, saved and trained on, from every table of choices."""

import numpy as np
from layer_cases import OTHER_KINDS, stack

from playground.engine.backends import make_backend
from playground.engine.backends.base import Backend
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.schedules import SCHEDULES
from playground.experiment import edits, links
from playground.experiment.model import Experiment, Stopping
from playground.experiment.prepare import prepare
from playground.training import project
from playground.training.session import Session

ALWAYS = 1 << 18
EPOCHS = 12


def experiment(*layers: int | str, **training: object) -> Experiment:
    """Return a small network on 70 rows, with layers that throw dice and that keep averages."""
    made = edits.set_data(stack(*(layers or (4, "batch_norm", "dropout", 3))), samples=70, noise=0.2)
    made = edits.set_training(made, **{"precision": "float64", "learning_rate": 0.01, **training})
    return edits.set_epochs(made, EPOCHS)


def by_link(regularizer: str) -> Experiment:
    """Return the experiment of a link, whose last batch of an epoch waits for the next one."""
    fragment = f"#dataset=xor&seed=0.12345&batchSize=7&networkShape=3&regularization={regularizer}"
    return links.read(f"{fragment}&regularizationRate=0.3&noise=10").experiment


def with_all_held(made: Experiment) -> Experiment:
    """Return it with its second layer frozen, a link and a neuron switched off."""
    made = edits.set_frozen(made, made.layers[-1].id, True)
    made = edits.set_link(made, "layer1", 0, 1, False)
    return edits.set_neuron(made, "layer1", 2, False)


def cases() -> dict[str, Experiment]:
    """Return an experiment for every optimizer, schedule and kind of layer, and for each rule of a run."""
    found = {f"optimizer {one.key}": experiment(optimizer=one.key) for one in OPTIMIZERS}
    found |= {f"schedule {one.key}": experiment(schedule=one.key, optimizer="adam") for one in SCHEDULES}
    found |= {f"layer {kind}": experiment(4, 4, kind) for kind in OTHER_KINDS}
    cycles = {"schedule": "warm_restarts", "schedule_parameters": {"length": 2.0}}
    found |= {
        "single precision": experiment(precision="float32", optimizer="momentum"),
        "ensemble": experiment(optimizer="adam", **cycles),
        "early stopping": experiment(learning_rate=0.3, stopping=Stopping(patience=3)),
        "target": experiment(learning_rate=0.1, stopping=Stopping(target=0.2, plateau=40)),
        "clipping and penalty": experiment(
            clipping="norm", clip_limit=0.1, regularizer="l1", regularization_rate=0.01
        ),
        "link": by_link("L2"),
        "link with dead weights": by_link("L1"),
        "held": with_all_held(experiment(optimizer="adamw", regularizer="l1", regularization_rate=0.01)),
        "held in single precision": with_all_held(experiment(4, "batch_norm", precision="float32")),
        "held by the rule of a link": with_all_held(by_link("L1")),
        "regression": edits.set_epochs(edits.set_dataset(experiment(4), "plane"), EPOCHS),
        "table": edits.set_epochs(edits.set_dataset(experiment(4), "fish"), EPOCHS),
    }
    return found


CASES = cases()


def begun(wanted: Experiment, backend: Backend | None = None) -> Session:
    """Return a session at its beginning, with NumPy where no other backend is given."""
    return Session(prepare(wanted), backend or make_backend("numpy"))


def saved_and_opened(session: Session, wanted: Experiment, backend: Backend | None = None) -> Session:
    """Return another session that goes on from what a file holds of this one."""
    opened = project.parse(project.dump(session.project(wanted)), "saved.nnp")
    assert opened.experiment == wanted
    return Session(prepare(opened.experiment), backend or make_backend("numpy"), project=opened)


def assert_same(one: Session, other: Session) -> None:
    """Assert that two sessions are the same to the last bit."""
    mine, theirs = one.standing(), other.standing()
    for left, right in ((mine.kept.parameters, theirs.kept.parameters), (mine.initial, theirs.initial)):
        np.testing.assert_array_equal(left, right)
    for left, right in (
        (mine.kept.memories, theirs.kept.memories),
        (mine.kept.leftovers, theirs.kept.leftovers),
    ):
        assert left.keys() == right.keys()
        for name, array in left.items():
            np.testing.assert_array_equal(array, right[name])
    place = [(at.kept.epoch, at.kept.row, at.kept.step, at.kept.diverged) for at in (mine, theirs)]
    assert place[0] == place[1]
    assert (mine.tally, mine.last, mine.stopped) == (theirs.tally, theirs.last, theirs.stopped)
    np.testing.assert_equal(mine.best, theirs.best)
    np.testing.assert_equal(mine.asleep, theirs.asleep)
    np.testing.assert_equal(
        mine.snapshots and mine.snapshots.members, theirs.snapshots and theirs.snapshots.members
    )
    assert one.ensemble_figures() == other.ensemble_figures()
    np.testing.assert_array_equal(one.take_history().table, other.take_history().table)
    np.testing.assert_array_equal(one.predictions(), other.predictions())
