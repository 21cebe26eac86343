"""Many seeds: each run is the one that its seed makes alone, and together they have a spread."""

import json
import math
from collections.abc import Callable

import numpy as np
import pytest
from typer.testing import CliRunner

from playground.cli import app
from playground.experiment import edits, files
from playground.experiment.model import SEED, Experiment
from playground.training import seeds as seeds_module
from playground.training.messages import History
from playground.training.seeds import ManySeeds, in_words, seeds_of, spread, train, with_seed
from playground.training.session import Session


def short(epochs: int = 6) -> Experiment:
    return edits.set_epochs(files.example("circle"), epochs)


def never() -> bool:
    return False


def tried(experiment: Experiment, count: int = 3, draws_data: bool = False) -> ManySeeds:
    many = ManySeeds(experiment, count, draws_data)
    for session in many.sessions("numpy"):
        train(session, experiment.epochs, lambda _epoch: None, never)
    return many


def asked(*words: str) -> dict[str, object]:
    result = CliRunner().invoke(app, ["train", "circle", "--epochs", "6", "--json", *words])
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("draws_data", [False, True])
def test_that_each_run_is_bit_for_bit_the_one_of_its_seed_alone(draws_data: bool) -> None:
    many = tried(short(), draws_data=draws_data)
    assert [one.seed for one in many.done] == [0, 1, 2]
    for one in many.done:
        alone = Session.for_experiment(with_seed(short(), one.seed, draws_data), "numpy")
        for _ in range(6):
            alone.train_epoch()
        standing = one.run.project.standing
        assert standing is not None
        assert np.array_equal(standing.kept.parameters, alone.network.get_parameters())
    rows = {one.figures.rows for one in many.done}
    assert len(rows) == (3 if draws_data else 1)


def test_that_the_command_line_with_seeds_says_what_it_says_with_each_seed() -> None:
    together = asked("--seeds", "3", "--draw-data", "--device", "numpy")["seeds"]
    assert isinstance(together, list)
    for one in together:
        alone = asked("--seed", str(one["seed"]), "--device", "numpy")
        assert {key: one[key] for key in ("train_loss", "test_loss", "accuracy")} == {
            key: alone[key] for key in ("train_loss", "test_loss", "accuracy")
        }


def test_that_the_command_line_prints_a_line_for_each_seed() -> None:
    result = CliRunner().invoke(app, ["train", "circle", "--epochs", "3", "--seeds", "4", "--seed", "7"])
    assert result.exit_code == 0, result.output
    lines = [line.split()[:2] for line in result.stdout.splitlines() if line.startswith("seed ")]
    assert lines == [["seed", "7"], ["seed", "8"], ["seed", "9"], ["seed", "10"]]
    assert "accuracy median" in result.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--seeds", "2"), "equal to 3"),
        (("--seeds", "3", "--folds", "3"), "leave out"),
        (("--draw-data",), "add --seeds"),
        (("--seeds", "3", "--evaluate"), "a network of its own"),
    ],
)
def test_that_what_makes_no_sense_together_is_refused(words: tuple[str, ...], said: str) -> None:
    result = CliRunner().invoke(app, ["train", "circle", *words])
    assert result.exit_code == 2
    assert said.replace(" ", "") in "".join(result.output.replace("│", "").split())


def test_that_the_summary_has_the_figures_of_all_seeds() -> None:
    many = tried(short(30), 5)
    summary = many.summary()
    values = [one.figures.watched_metric for one in many.done]
    assert summary["accuracy_median"] == np.median(values)
    assert (summary["accuracy_worst"], summary["accuracy_best"]) == (min(values), max(values))
    assert summary["good"] == sum(value >= 0.95 for value in values)


def test_that_a_run_that_was_called_off_is_not_counted() -> None:
    many = ManySeeds(short(50), 3)
    calls: list[int] = []
    for session in many.sessions("numpy"):
        if not train(session, 50, calls.append, lambda: len(calls) >= 60):
            break
    assert [one.seed for one in many.done] == [0]


def test_that_seeds_without_numbers_are_told_and_left_out_of_the_median() -> None:
    wild = edits.set_epochs(edits.set_training(files.example("plane"), learning_rate=100.0), 20)
    many = tried(wild)
    assert many.diverged
    words = in_words(many.done, lambda value: f"{value:.2f}")
    assert words == "Of 3 seeds none reach 0.95 test R²; 3 have no finite loss any more."
    assert math.isnan(float(str(many.summary()["r2_median"])))


def test_that_the_sentence_counts_those_that_reach_the_mark() -> None:
    words = in_words(tried(short(60)).done, lambda value: f"{100 * value:.0f} %")
    assert words.startswith("Of 3 seeds 3 reach 95 % test accuracy; median 100 %, worst ")


def test_that_seeds_go_on_from_the_experiments_own_and_stay_in_their_range() -> None:
    last = edits.set_seed(short(), SEED[1])
    assert seeds_of(last, 3) == (SEED[1], 0, 1)
    assert ManySeeds(last, 3).seeds == (SEED[1], 0, 1)


@pytest.mark.parametrize("count", [0, 2, 51])
def test_that_a_number_of_seeds_out_of_range_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="3 to 50 seeds"):
        ManySeeds(short(), count)


def test_that_memory_is_bounded_by_letting_go_of_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    first = tried(short(2)).done[0].run.nbytes
    monkeypatch.setattr(seeds_module, "MOST_BYTES", round(1.5 * first))
    many = tried(short(2))
    assert [one.run.project.standing is not None for one in many.done] == [True, False, False]


# The spread -----------------------------------------------------------------------------------------------


def history(epochs: list[float], of: Callable[[float], float]) -> History:
    return History.of([(epoch, *[of(epoch)] * 4) for epoch in epochs])


def test_that_a_run_that_has_ended_stays_where_it_was() -> None:
    ended, going = history([0, 1], lambda epoch: 1 - epoch), history([0, 1, 2, 3], lambda _epoch: 4.0)
    found = spread([ended, going], "watched_loss")
    assert found.epoch.tolist() == [0, 1, 2, 3]
    assert found.low.tolist() == [1, 0, 0, 0]
    assert found.mean.tolist() == [2.5, 2, 2, 2]


def test_that_the_middle_half_lies_between_the_extremes() -> None:
    runs = [history([0, 1], lambda epoch, k=k: k + epoch) for k in range(5)]
    found = spread(runs, "train_loss")
    assert [found.low[0], found.quarter[0], found.three_quarters[0], found.high[0]] == [0, 1, 3, 4]


def test_that_what_is_no_number_is_left_out() -> None:
    runs = [history([0, 1], lambda epoch: math.nan if epoch else 1.0), history([0, 1], lambda _epoch: 3.0)]
    assert spread(runs, "train_loss").mean.tolist() == [2, 3]
    lost = spread([history([0], lambda _epoch: math.inf)], "train_loss")
    assert np.isnan(lost.mean).all()
    assert len(spread([], "train_loss").epoch) == 0
