"""Sweeps: which runs a spec asks for, which is best, and what a spec from a stranger may do."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.experiment import edits, files
from playground.experiment.files import BadFileError
from playground.experiment.variation import THINGS
from playground.labs import sweep_file
from playground.labs.sweep import Point, SweepError, SweepResult, SweepSpec, Vary, combinations, points
from playground.labs.sweep_groups import best, summaries


def written(**fields: Any) -> dict[str, Any]:
    known = {
        "experiment": "circle",
        "validation": 0.2,
        "vary": [{"key": "width", "values": [2, 4]}],
        **fields,
    }
    return {"format": sweep_file.FORMAT, "version": sweep_file.VERSION, "sweep": known}


def spec(**fields: Any) -> SweepSpec:
    return sweep_file.from_json(written(**fields), "mine.json")


def refused(**fields: Any) -> str:
    with pytest.raises(BadFileError) as caught:
        spec(**fields)
    return str(caught.value)


RATES = {"key": "learning_rate", "low": 0.001, "high": 1, "count": 4, "scale": "log"}
DEPTHS = {"key": "depth", "values": [1, 2, 3]}


def test_that_the_runs_are_the_product_of_the_options_and_the_seeds() -> None:
    found = spec(vary=[{"key": "width", "values": [2, 4]}, RATES, DEPTHS], seeds=2)
    runs = points(found)
    assert len(runs) == found.runs == 2 * 4 * 3 * 2
    assert len({point.id for point in runs}) == len(runs)
    for point in runs:
        widths = [layer.units for layer in point.experiment.layers]  # type: ignore[attr-defined]
        assert widths == [point.values["width"]] * int(point.values["depth"])
        assert point.experiment.training.learning_rate == point.values["learning_rate"]
        assert point.experiment.training.seed == point.seed
    assert {point.values["learning_rate"] for point in runs} == {0.001, 0.01, 0.1, 1.0}


def test_that_each_group_has_all_seeds_and_one_choice() -> None:
    runs = points(spec(seeds=3, draw_data=True))
    assert [(point.group, point.seed) for point in runs] == [(g, s) for g in range(2) for s in range(3)]
    assert all(point.experiment.data.seed == point.seed for point in runs)


def test_that_a_random_sweep_is_the_same_for_the_same_seed() -> None:
    fields = {"vary": [RATES, DEPTHS], "mode": "random", "count": 12}
    found = combinations(spec(**fields, seed=3))
    assert found == combinations(spec(**fields, seed=3)) != combinations(spec(**fields, seed=4))
    assert len(found) == 12
    assert all(0.001 <= float(one["learning_rate"]) <= 1 for one in found)
    middle = sorted(float(one["learning_rate"]) for one in combinations(spec(**fields | {"count": 400})))[200]
    assert 0.02 < middle < 0.05, "even in factors, not in steps"


def test_that_a_random_sweep_ends_where_there_is_no_more_to_find(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(points(spec(vary=[DEPTHS], mode="random", count=50))) == 3
    drawn: list[object] = []
    draw = Vary.draw

    def counted(one: Vary, stream: np.random.Generator) -> object:
        drawn.append(one)
        return draw(one, stream)

    monkeypatch.setattr(Vary, "draw", counted)
    assert len(combinations(spec(vary=[DEPTHS], mode="random", count=10_000))) == 3
    assert len(drawn) < 1000


def test_that_a_random_sweep_finds_all_there_is_when_it_is_asked_for_it() -> None:
    both = [DEPTHS, {"key": "width", "low": 1, "high": 20}]
    assert len(combinations(spec(vary=both, mode="random", count=60))) == 60


def test_that_values_that_are_nearly_alike_are_runs_of_their_own() -> None:
    near = [0.1, 0.10000000000001]
    found = points(spec(vary=[{"key": "learning_rate", "values": near}]))
    assert len({point.id for point in found}) == 2
    assert found[0].id == "learning_rate=0.1 seed=0"


def test_that_a_range_of_whole_numbers_has_whole_numbers_in_it_and_none_twice() -> None:
    found = spec(vary=[{"key": "width", "low": 1, "high": 4, "count": 9}])
    assert [point.values["width"] for point in points(found)] == [1, 2, 3, 4]


def result(point: Point, loss: float, metric: float = 0.5, **fields: Any) -> SweepResult:
    known = {"id": point.id, "values": dict(point.values), "seed": point.seed}
    return SweepResult(**known, validation_loss=loss, validation_metric=metric, test_loss=-loss, **fields)


def test_that_the_best_is_the_one_with_the_best_median_on_the_validation_rows() -> None:
    found = spec(seeds=3)
    runs = points(found)
    losses = [1.0, 9.0, 2.0, 3.0, 3.0, 0.1]
    results = {point.id: result(point, loss, 1 / loss) for point, loss in zip(runs, losses, strict=True)}
    groups = summaries(runs, results)
    assert [one.medians["validation_loss"] for one in groups] == [2.0, 3.0]
    chosen = best(found, groups)
    assert chosen is not None
    assert chosen.values == {"width": 2.0}
    by_metric = best(spec(seeds=3, best_by="validation_metric"), groups)
    assert by_metric is not None
    assert by_metric.values == {"width": 2.0}


def test_that_a_diverged_run_is_worse_than_any_other_and_an_untrained_one_counts_for_nothing() -> None:
    found = spec()
    first, second = points(found)
    lost = result(first, math.nan, math.nan, diverged=True)
    groups = summaries((first, second), {first.id: lost, second.id: result(second, 50.0)})
    assert [one.diverged for one in groups] == [1, 0]
    assert best(found, groups) == groups[1]
    assert best(found, groups[:1]) is None
    failed = SweepResult(id=first.id, values={}, seed=0, error="There is no room.")
    assert summaries((first,), {first.id: failed}) == ()


def test_that_nothing_is_chosen_by_the_test_rows() -> None:
    assert "never by the test rows" in refused(best_by="test_loss")
    assert "one of" in refused(best_by="luck")


def test_that_an_experiment_without_validation_rows_says_what_to_do() -> None:
    assert '"validation": 0.2' in refused(validation=None)
    assert spec(experiment="fish-lab", validation=None).runs == 2, "its split brings validation rows"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"vary": [{"key": "charm", "values": [1]}]}, "unknown setting 'charm'; allowed: learning_rate"),
        ({"vary": []}, "vary must be at least this many: 1"),
        ({"vary": [RATES, RATES]}, "varied twice"),
        ({"vary": [{"key": "width", "values": [2, 2]}]}, "same value twice"),
        ({"vary": [{"key": "width", "values": [2.5]}]}, "a whole number from 1 to 1024"),
        ({"vary": [{"key": "width", "values": ["wide"]}]}, "must be a number"),
        ({"vary": [{"key": "width"}]}, "needs values, or a range"),
        ({"vary": [{"key": "optimizer", "values": ["magic"]}]}, "there are: sgd"),
        ({"vary": [{"key": "optimizer", "low": 1, "high": 2}]}, "cannot be 1.0"),
        ({"vary": [RATES | {"low": 0}]}, "begin above 0"),
        ({"vary": [RATES | {"low": 2}]}, "low is below"),
        ({"vary": [{"key": "seed", "values": [1, 2]}], "seeds": 2}, "varied already"),
        ({"vary": [RATES | {"count": 200}, DEPTHS], "seeds": 50}, "30,000 runs"),
        ({"experiment": "circel"}, "Did you mean circle"),
        ({"experiment": 7}, "names no experiment"),
        ({"experiment": {"format": "?"}}, "not an experiment file"),
        ({"experiment": "fish", "rows": {"flipped": 0.2}}, "no label that could be flipped"),
        ({"colour": "red"}, "not a field this program knows"),
    ],
)
def test_that_what_cannot_be_is_refused_in_a_sentence(fields: dict[str, Any], words: str) -> None:
    assert words in refused(**fields)


def test_that_a_choice_that_the_experiment_cannot_have_is_named() -> None:
    penalties = spec(vary=[{"key": "penalty", "values": [0.1]}])
    with pytest.raises(SweepError, match=r"Penalty cannot be 0.1 in Circle: .*choose one first"):
        points(penalties)
    # Together with what it needs it can be had, whatever comes first.
    both = [{"key": "penalty", "values": [0.1]}, {"key": "regularizer", "values": ["l1", "l2"]}]
    assert [one.experiment.training.regularizer for one in points(spec(vary=both))] == ["l1", "l2"]


def test_that_what_is_written_is_read_again(tmp_path: Path) -> None:
    found = spec(vary=[RATES, DEPTHS], seeds=2, rows={"train": 50, "flipped": 0.1}, about="Why not.")
    sweep_file.write(found, tmp_path / "mine.json")
    assert sweep_file.read(tmp_path / "mine.json") == found
    assert sweep_file.find(str(tmp_path / "mine.json")) == found


def test_that_an_experiment_is_found_beside_the_spec_and_nowhere_else(tmp_path: Path) -> None:
    files.write(edits.set_epochs(files.example("circle"), 7), tmp_path / "seven.json")
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(written(experiment="seven.json")))
    assert sweep_file.read(path).experiment.epochs == 7
    path.write_text(json.dumps(written(experiment=str(tmp_path / "seven.json"))))
    with pytest.raises(BadFileError, match="as seen from its own folder"):
        sweep_file.read(path)
    path.write_text(json.dumps(written(experiment="eight.json")))
    with pytest.raises(BadFileError, match=r"There is no file .*eight.json"):
        sweep_file.read(path)


@pytest.mark.parametrize("name", ["\0", "\ud800", "a" * 300, "../" * 50 + "etc/passwd", "CON", ""])
@pytest.mark.parametrize("suffix", ["", ".json"])
def test_that_a_name_that_cannot_be_one_is_refused(tmp_path: Path, name: str, suffix: str) -> None:
    with pytest.raises(BadFileError):
        sweep_file.from_json(written(experiment=name + suffix), "mine.json", tmp_path)
    with pytest.raises(BadFileError):
        sweep_file.find(name + suffix)


def test_that_every_sweep_that_ships_is_sound_and_says_what_it_is_about() -> None:
    shipped = sweep_file.shipped()
    assert "double-descent" in shipped
    for name, path in shipped.items():
        found = sweep_file.find(name)
        assert found == sweep_file.read(path)
        assert len(points(found)) == found.runs
        assert found.about.endswith(".")
    with pytest.raises(BadFileError, match="There are: double-descent"):
        sweep_file.find("no-such-sweep")


NUMBERS = st.one_of(st.none(), st.integers(-10, 2**40), st.floats(), st.text(max_size=5))
VARY = st.fixed_dictionaries(
    {"key": st.sampled_from([*(thing.key for thing in THINGS), "", "x"])},
    optional={
        "values": st.lists(NUMBERS, max_size=4),
        "low": NUMBERS,
        "high": NUMBERS,
        "count": NUMBERS,
        "scale": st.sampled_from(["linear", "log", "?"]),
    },
)


@given(
    fields=st.fixed_dictionaries(
        {"vary": st.lists(VARY, max_size=4)},
        optional={
            "experiment": st.one_of(NUMBERS, st.sampled_from(["circle", "xor", "fish-lab", "../x.json"])),
            "mode": st.sampled_from(["grid", "random"]),
            "count": st.one_of(st.integers(-1, 30), NUMBERS),
            "seed": NUMBERS,
            "seeds": st.one_of(st.integers(0, 4), NUMBERS),
            "epochs": NUMBERS,
            "validation": st.one_of(st.floats(0, 1), NUMBERS),
            "best_by": st.one_of(NUMBERS, st.sampled_from(["validation_loss", "validation_metric"])),
            "rows": st.dictionaries(st.sampled_from(["train", "flipped", "x"]), NUMBERS),
        },
    )
)
def test_that_a_spec_of_a_stranger_is_read_or_refused(fields: dict[str, Any]) -> None:
    try:
        found = spec(**fields)
        if found.runs > 500:
            return
        runs = points(found)
    except (BadFileError, SweepError):
        return
    assert 1 <= len(runs) <= found.runs
    assert sweep_file.from_json(sweep_file.as_json(found), "again") == found


@given(st.one_of(st.text(), st.recursive(NUMBERS, lambda inner: st.dictionaries(st.text(), inner)).map(str)))
def test_that_no_text_does_worse_than_be_refused(text: str) -> None:
    with pytest.raises(BadFileError):
        sweep_file.parse(text, "stranger.json")
