"""Runs that are kept: named by what differs, bounded in memory, ranked among their like alone."""

import math
from dataclasses import replace

import numpy as np
import pytest

from playground.experiment import edits, files
from playground.experiment.model import Experiment
from playground.training.kept_runs import Figures, KeptRun, best_of, bounded, comparable, keep, thinned
from playground.training.messages import History
from playground.training.session import Session


def run_of(experiment: Experiment, epochs: int = 3, before: KeptRun | None = None) -> KeptRun:
    session = Session.for_experiment(experiment, "numpy")
    for _ in range(epochs):
        session.train_epoch()
    return keep(session.project(experiment), session.prepared, None, before)


@pytest.fixture(scope="module")
def first() -> KeptRun:
    return run_of(files.example("circle"))


def test_that_a_run_is_named_after_what_differs_from_the_one_before(first: KeptRun) -> None:
    assert first.name == "Circle"
    second = run_of(edits.set_training(first.experiment, learning_rate=0.3), before=first)
    assert second.name == "rate 0.3"


def test_that_its_figures_are_those_of_its_last_point(first: KeptRun) -> None:
    history = first.project.history
    assert first.figures.watched_loss == history.watched_loss[-1]
    assert (first.figures.epochs, first.figures.steps) == (3, 75)
    assert first.figures.best_epoch == history.epoch[history.watched_loss.argmin()]


def test_that_a_kept_run_goes_on_bit_for_bit(first: KeptRun) -> None:
    again = Session.from_project(first.project, "numpy")
    whole = Session.for_experiment(first.experiment, "numpy")
    for _ in range(2):
        again.train_epoch()
    for _ in range(5):
        whole.train_epoch()
    assert np.array_equal(again.network.get_parameters(), whole.network.get_parameters())


def test_that_looks_at_test_rows_stay_with_the_document() -> None:
    experiment = edits.set_data(files.example("circle"), validation_fraction=0.2)
    session = Session.for_experiment(experiment, "numpy")
    from playground.training.evaluation import evaluate

    looked = experiment.replace(evaluations=(evaluate(session),))
    assert keep(session.project(looked), session.prepared).experiment.evaluations == ()


def test_that_long_curves_are_thinned_but_keep_their_best_point() -> None:
    epochs = np.arange(200_000.0)
    losses = 2 + np.sin(epochs)
    losses[123_457] = 0.001
    few = thinned(History.of(np.column_stack([epochs, losses, losses, losses, losses])), 500)
    assert 500 <= len(few) <= 501
    assert few.epoch[0] == 0
    assert few.epoch[-1] == 199_999
    assert 123_457 in few.epoch


@pytest.mark.parametrize("change", [{"noise": 0.2}, {"split_seed": 3}, {"seed": 7}, {"train_fraction": 0.8}])
def test_that_runs_on_other_rows_are_not_ranked_together(first: KeptRun, change: dict[str, float]) -> None:
    other = run_of(edits.set_data(first.experiment, **change), 0)
    assert not comparable(first.figures, other.figures)
    perfect = replace(other.figures, watched_metric=1.0, steps=1)
    worse = replace(first.figures, watched_metric=0.1)
    assert best_of([first.figures, perfect, worse], first.figures) == 0


def test_that_the_metric_decides_and_then_the_loss(first: KeptRun) -> None:
    one = replace(first.figures, watched_metric=0.9, watched_loss=0.5)
    rows = [one, replace(one, watched_loss=0.4), replace(one, watched_metric=0.8, watched_loss=0.1)]
    assert best_of(rows, one) == 1


def test_that_a_run_without_numbers_is_never_the_best(first: KeptRun) -> None:
    lost = replace(first.figures, watched_metric=math.nan)
    assert best_of([lost, first.figures], first.figures) is None
    assert best_of([lost, first.figures, replace(first.figures, watched_metric=0.0)], lost) == 1


def test_that_memory_is_bounded_and_the_oldest_run_goes_first(first: KeptRun) -> None:
    runs = [replace(first, key=key) for key in range(1, 6)]
    kept, gone = bounded(runs, most=3)
    assert [run.key for run in kept] == [3, 4, 5]
    assert [run.key for run in gone] == [1, 2]
    kept, gone = bounded(runs, most_bytes=2 * first.nbytes)
    assert len(kept) == 2
    assert len(bounded(runs, most_bytes=1)[0]) == 1


def test_that_figures_without_any_number_have_no_best_epoch(first: KeptRun) -> None:
    session = Session.for_experiment(first.experiment, "numpy")
    nothing = History.of([(0.0, *[math.nan] * 4)])
    figures = Figures.of(session.prepared, (0.0, *[math.nan] * 4), 0, nothing)
    assert math.isnan(figures.best_epoch)
