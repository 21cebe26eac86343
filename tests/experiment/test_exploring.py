"""The rows as a person looks at them: parts, names, and the numbers that training gets."""

import numpy as np
import pytest

from playground.experiment import edits, files
from playground.experiment.exploring import DataTable, same_rows, tabulate, telling_names
from playground.experiment.histograms import histograms
from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared, prepare


def explored(experiment: Experiment, values: str) -> tuple[DataTable, Prepared]:
    prepared = prepare(experiment)
    return tabulate(experiment.data, prepared, values), prepared  # type: ignore[arg-type]


def fish(**settings: object) -> Experiment:
    return edits.set_data(edits.set_dataset(Experiment(), "fish"), **settings)


@pytest.mark.parametrize("name", ["circle", "fish", "blobs"])
def test_that_the_network_sees_these_very_numbers(name: str) -> None:
    table, prepared = explored(files.example(name), "scaled")
    for part, x, y in zip(
        table.parts,
        (prepared.x_train, prepared.x_watched),
        (prepared.y_train, prepared.y_watched),
        strict=True,
    ):
        np.testing.assert_array_equal(table.x[part.rows], x)
        np.testing.assert_array_equal(table.y[part.rows], y)
        assert table.shape(part) == (
            f"X: {x.shape[0]} × {x.shape[1]} (rows × features), y: {y.shape[0]} × {y.shape[1]}"
        )


def test_that_raw_values_are_in_the_datas_own_units() -> None:
    table, prepared = explored(fish(features=("Height", "Length1")), "raw")
    columns = [prepared.columns.index(name) for name in ("Height", "Length1")]
    np.testing.assert_array_equal(table.x, prepared.sample.inputs[:, columns])
    np.testing.assert_array_equal(table.y[:, 0], prepared.sample.targets)
    assert table.names == ("Height", "Length1")
    assert table.target_names == ("Weight, g",)
    assert table.variables == ("Height", "Length1", "Weight, g")


def test_that_every_row_has_one_part_and_the_known_errors_none() -> None:
    table, prepared = explored(fish(leave_out_doubtful=True), "raw")
    out = [row for row, _ in prepared.sample.doubtful]
    assert out
    assert [table.part_name(row) for row in out] == ["left out"] * len(out)
    assert table.part_name(int(prepared.train_rows[0])) == "training"
    assert table.part_name(int(prepared.test_rows[0])) == "test"
    np.testing.assert_array_equal(table.used, np.union1d(prepared.train_rows, prepared.test_rows))


@pytest.mark.parametrize(
    ("scaling", "first"),
    [
        ("standard", "Length1"),
        ("whitened", "component 1"),
        ("log", "log Length1"),
        ("log_whitened", "component 1"),
    ],
)
def test_that_columns_are_called_what_they_are(scaling: str, first: str) -> None:
    experiment = fish(scaling=scaling)
    assert explored(experiment, "raw")[0].names[0] == "Length1"
    assert explored(experiment, "scaled")[0].names[0] == first


def test_that_classes_have_a_column_each_as_the_network_answers_them() -> None:
    experiment = edits.set_dataset(Experiment(), "iris")
    assert explored(experiment, "scaled")[0].target_names == ("setosa", "versicolor", "virginica")
    assert explored(experiment, "raw")[0].target_names == ("species",)
    assert explored(experiment, "raw")[0].variables == (
        "sepal length",
        "sepal width",
        "petal length",
        "petal width",
    )


def test_that_the_scores_say_which_column_tells_most() -> None:
    iris = explored(edits.set_dataset(Experiment(), "iris"), "raw")[0]
    assert iris.names[int(iris.scores.argmax())] == "petal length"
    weight = explored(fish(), "raw")[0]
    expected = abs(np.corrcoef(weight.x[weight.used, 0], weight.y[weight.used, 0])[0, 1])
    assert weight.scores[0] == pytest.approx(expected)


def test_that_another_layer_is_nothing_new_and_another_split_is() -> None:
    before = fish(split="random")
    layer = edits.add_layer(before, 0)
    assert same_rows(prepare(before), prepare(layer))
    for data in ({"train_fraction": 0.3}, {"scaling": "log"}, {"seed": 3}, {"features": ("Height",)}):
        assert not same_rows(prepare(before), prepare(edits.set_data(before, **data)))


LONG = "mean concentration of analyte {} in the sample"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (tuple(LONG.format(n) for n in (1, 2)), ("… analyte 1 …", "… analyte 2 …")),
        (("petal length", "petal width"), ("petal length", "petal width")),
        ((LONG.format(1),), (LONG.format(1),)),
        ((f"{LONG} a", f"{LONG} b c"), ("… sample a", "… sample b c")),
        ((), ()),
    ],
)
def test_that_long_names_are_told_apart_by_what_they_do_not_share(
    names: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert telling_names(names) == expected


def test_that_histograms_have_the_training_rows_figures_and_a_bar_for_each_class() -> None:
    table, prepared = explored(edits.set_dataset(Experiment(), "iris"), "raw")
    *columns, species = histograms(table)
    train = prepared.sample.inputs[prepared.train_rows]
    for one, values in zip(columns, train.T, strict=True):
        assert one.summary is not None
        assert one.summary.mean == pytest.approx(values.mean())
        assert one.shares(0).sum() == pytest.approx(100.0)
    assert species.labels == table.class_names
    expected = np.bincount(prepared.sample.targets[prepared.test_rows], minlength=3)
    np.testing.assert_array_equal(species.counts[1], np.diag(expected))
    assert len(histograms(table, lambda: True)) == 1
