"""Snapshots are taken where cycles end, answer as NumPy's mean of them does, and leave the training alone."""

import math

import numpy as np
import numpy.typing as npt
import pytest

from playground.engine.backends import make_backend
from playground.engine.metrics import accuracy, r2
from playground.engine.network import Network
from playground.experiment import edits
from playground.experiment.model import Experiment, Stopping
from playground.training.ensemble import MOST_MEMBERS, mean_logits, next_end
from playground.training.pictures import Painter
from playground.training.session import Session

FloatArray = npt.NDArray[np.float64]

ALWAYS = 1 << 18
KINDS = ("sigmoid", "softmax", "tanh", "regression")


def experiment(kind: str = "tanh", cycle: float = 4.0, growth: float = 1.0, **training: object) -> Experiment:
    """Return a small network whose learning rate restarts."""
    made = edits.set_dataset(Experiment(), "plane" if kind == "regression" else "circle")
    made = edits.add_layer(made, 0, units=4)
    if kind in ("sigmoid", "softmax"):
        made = edits.set_activation(made, "output", kind)
    parameters = {"length": cycle, "multiplier": growth}
    made = edits.set_training(
        made, schedule="warm_restarts", schedule_parameters=parameters, precision="float64", **training
    )
    return edits.set_epochs(edits.set_data(made, samples=60, noise=0.3), 40)


def trained(made: Experiment, epochs: int = 12, chunk: int = ALWAYS) -> Session:
    session = Session.for_experiment(made, "numpy")
    while session.trainer.epoch < epochs:
        session.train(chunk, epochs)
    return session


def of_members(session: Session) -> list[Network]:
    """Return networks like the session's, with the parameters that were kept."""
    assert session.ensemble is not None
    networks = []
    for parameters in session.ensemble.members:
        network = Network(make_backend("numpy"), session.prepared.plan.shapes, "float64")
        network.set_parameters(parameters)
        networks.append(network)
    return networks


# When -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cycle", "growth", "ends"),
    [
        (50.0, 1.0, [50, 100, 150]),
        (10.0, 2.0, [10, 30, 70]),
        (1.0, 1.0, [1, 2, 3]),
        (2.5, 1.0, [3, 5, 8]),
        (10.0, 1.1, [10, 21, 34]),
        (1.0, 4.0, [1, 5, 21]),
    ],
)
def test_that_a_snapshot_is_due_at_the_whole_epoch_by_which_a_cycle_has_ended(
    cycle: float, growth: float, ends: list[int]
) -> None:
    found = [0]
    for _ in ends:
        found.append(next_end(found[-1], (cycle, growth)))
    assert found[1:] == ends
    assert next_end(ends[0] - 1, (cycle, growth)) == ends[0]


def test_that_ends_of_cycles_are_found_however_late_it_is() -> None:
    assert next_end(1_000_000, (7.0, 1.0)) == 1_000_006
    assert next_end(999_999, (1.0, 1.0)) == 1_000_000
    assert next_end(4_000_000, (1.0, 4.0)) == sum(4**k for k in range(12))


@pytest.mark.parametrize("chunk", [1, 7, ALWAYS])
def test_that_snapshots_are_the_parameters_at_the_ends_of_the_cycles(chunk: int) -> None:
    session = trained(experiment(cycle=3.0, growth=2.0), 10, chunk)
    assert session.ensemble is not None
    for epoch, kept in zip((3, 9), session.ensemble.members, strict=True):
        np.testing.assert_array_equal(
            kept, trained(experiment(cycle=3.0, growth=2.0), epoch).network.get_parameters()
        )
    assert session.ensemble.figures().epochs == (3, 9)
    assert session.ensemble.next_epoch == 21


def test_that_only_the_last_snapshots_are_kept() -> None:
    session = trained(experiment(cycle=1.0), MOST_MEMBERS + 3)
    figures = session.ensemble_figures()
    assert figures is not None
    assert figures.members == MOST_MEMBERS
    assert figures.epochs == tuple(range(4, MOST_MEMBERS + 4))


def test_that_the_end_of_a_cycle_beyond_the_measured_epochs_is_not_missed() -> None:
    session = trained(experiment(cycle=1003.0), 1007)
    assert session.ensemble is not None
    assert session.ensemble.figures().epochs == (1003,)


# Nothing is disturbed ---------------------------------------------------------------------------------------


def test_that_a_rule_for_stopping_decides_as_without_snapshots() -> None:
    made = experiment(cycle=3.0, stopping=Stopping(patience=5))
    plain, looking = (Session.for_experiment(made, "numpy") for _ in range(2))
    plain.ensemble = None
    for session in (plain, looking):
        while not session.stopped and session.trainer.epoch < 400:
            session.train(ALWAYS, 400)
    assert plain.stopped == looking.stopped != ""
    assert plain.last == looking.last


# What they answer -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_that_the_figures_are_those_of_the_mean_computed_by_hand(kind: str) -> None:
    session = trained(experiment(kind))
    prepared = session.prepared
    x, y = prepared.x_watched, prepared.y_watched.astype(np.float64)
    outputs = [network.outputs(x)[-1] for network in of_members(session)]
    assert len(outputs) == 3
    mean = sum(outputs) / 3
    if kind == "sigmoid":
        loss = float(np.mean(-y * np.log(mean) - (1 - y) * np.log(1 - mean)))
    elif kind == "softmax":
        loss = float(np.mean(-np.sum(y * np.log(mean), axis=1)))
    else:
        assert prepared.plan.training.loss == "half_squared"
        loss = float(np.mean(0.5 * np.sum((mean - y) ** 2, axis=1)))
    figures = session.ensemble_figures()
    assert figures is not None
    assert figures.watched_loss == pytest.approx(loss, rel=1e-12)
    if kind == "regression":
        assert figures.watched_metric == pytest.approx(r2(mean, y))
    else:
        classes = np.argmax(y, axis=1) if y.shape[1] > 1 else (y[:, 0] > prepared.plan.threshold).astype(int)
        assert figures.watched_metric == accuracy(mean, classes, prepared.plan.threshold)


@pytest.mark.parametrize("kind", KINDS)
def test_that_an_ensemble_of_equal_members_is_as_good_as_the_member(kind: str) -> None:
    session = trained(experiment(kind, learning_rate=0.0))
    figures = session.ensemble_figures()
    assert figures is not None
    assert figures.members == 3
    assert figures.watched_loss == pytest.approx(session.last[2], rel=1e-12)
    assert figures.watched_metric == pytest.approx(session.last[4])


def test_that_a_mean_of_probabilities_is_right_where_they_are_one_to_the_last_digit() -> None:
    sure = np.array([[[400.0]], [[-400.0]]])
    assert mean_logits(sure) == pytest.approx(np.zeros((1, 1)))
    assert mean_logits(np.full((3, 1, 1), 800.0)) == pytest.approx(np.full((1, 1), 800.0))
    rows = mean_logits(np.full((4, 1, 3), 1.0) * [900.0, 0.0, -900.0])
    assert rows - rows[:, 1:2] == pytest.approx(np.array([[900.0, 0.0, -900.0]]))


@pytest.mark.parametrize("kind", ["tanh", "softmax", "regression"])
def test_that_the_picture_of_the_output_is_the_mean_of_the_snapshots_when_asked_for(kind: str) -> None:
    session = trained(experiment(kind))
    painter = Painter(session, 1.0)
    own = painter.paint(fine=True)
    painter.show_ensemble(True)
    together = painter.paint(fine=True)
    painter.show_ensemble(False)
    assert not np.allclose(own.output, together.output, rtol=1e-3)
    np.testing.assert_array_equal(own.layers[-1], together.layers[-1])
    before = session.network.get_parameters()
    pictures = []
    assert session.ensemble is not None
    for parameters in session.ensemble.members:
        session.network.set_parameters(parameters)
        pictures.append(painter.paint(fine=True).output)
    session.network.set_parameters(before)
    np.testing.assert_allclose(together.output, np.mean(pictures, axis=0), rtol=1e-9, atol=1e-12)


def test_that_the_network_is_drawn_until_there_is_a_snapshot() -> None:
    session = trained(experiment(), 3)
    painter = Painter(session, 1.0)
    own = painter.paint(fine=False).output
    painter.show_ensemble(True)
    np.testing.assert_array_equal(own, painter.paint(fine=False).output)


# Edits ------------------------------------------------------------------------------------------------------


def test_that_an_ensemble_without_members_says_when_the_first_comes_and_has_no_loss() -> None:
    figures = trained(experiment(), 3).ensemble_figures()
    assert figures is not None
    assert (figures.members, figures.next_epoch) == (0, 4)
    assert math.isnan(figures.watched_loss)
    assert math.isnan(figures.watched_metric)


def test_that_there_is_none_with_another_schedule() -> None:
    session = Session.for_experiment(
        edits.set_training(experiment(), schedule="cosine", schedule_parameters={})
    )
    assert session.ensemble_figures() is None


def test_that_other_cycles_begin_a_new_ensemble_and_other_settings_keep_it() -> None:
    session = trained(experiment())
    ensemble = session.ensemble
    session.change(session.settings.replace(learning_rate=0.5, batch_size=3, regularizer="l2"), 77)
    assert session.ensemble is ensemble
    session.change(session.settings.replace(schedule_parameters={"length": 5.0}))
    figures = session.ensemble_figures()
    assert figures is not None
    assert (figures.epochs, figures.next_epoch) == ((), 15)
    session.train(ALWAYS, 15)
    assert session.ensemble_figures() != figures
    session.change(session.settings.replace(schedule="constant", schedule_parameters={}))
    assert session.ensemble_figures() is None


def test_that_rewinding_forgets_the_snapshots() -> None:
    session = trained(experiment())
    session.rewind()
    figures = session.ensemble_figures()
    assert figures is not None
    assert (figures.epochs, figures.next_epoch) == ((), 4)


def test_that_a_restored_best_network_leaves_the_snapshots_as_they_were_taken() -> None:
    session = Session.for_experiment(experiment(cycle=3.0, stopping=Stopping(patience=5)), "numpy")
    while not session.stopped and session.trainer.epoch < 400:
        session.train(ALWAYS, 400)
    assert "are back" in session.stopped
    figures = session.ensemble_figures()
    assert figures is not None
    assert figures.epochs[-1] == session.trainer.epoch // 3 * 3


def test_that_a_run_that_takes_over_begins_an_ensemble_of_its_own() -> None:
    old = trained(experiment())
    fresh = Session.for_experiment(edits.set_units(experiment(), "layer1", 6), "numpy")
    session = Session(fresh.prepared, fresh.backend, old.carry())
    figures = session.ensemble_figures()
    assert figures is not None
    assert (figures.epochs, figures.next_epoch) == ((), 16)


def test_that_a_diverged_network_is_no_member() -> None:
    made = experiment("regression", cycle=1.0, learning_rate=100.0, optimizer="sgd")
    session = Session.for_experiment(edits.set_activation(made, "layer1", "linear"), "numpy")
    session.train(ALWAYS, 30)
    assert session.diverged
    assert session.ensemble is not None
    assert all(np.isfinite(parameters).all() for parameters in session.ensemble.members)
