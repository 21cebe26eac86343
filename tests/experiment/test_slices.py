"""Planes through the rows of a table: where they lie, and where rows fall on them."""

import numpy as np
import pytest

from playground.data.table import Table
from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared, prepare
from playground.experiment.slices import Slice, column_slice, medians, principal_slice


def table(inputs: np.ndarray) -> Prepared:
    rows = len(inputs)
    columns = tuple("abcdef"[: inputs.shape[1]])
    own = Table("rows", columns, inputs, "t", np.arange(rows) % 3, ("one", "two", "three"))
    return prepare(edits.set_table(Experiment(), own))


@pytest.fixture
def cloud() -> Prepared:
    rng = np.random.default_rng(3)
    return table(rng.normal(size=(60, 4)) * [1.0, 10.0, 0.1, 5.0] + [0.0, 100.0, 3.0, -7.0])


def both(prepared: Prepared) -> list[Slice]:
    return [column_slice(prepared, "b", "d", {"a": 0.5}), principal_slice(prepared)]


def test_that_the_points_of_a_slice_fall_where_its_grid_is(cloud: Prepared) -> None:
    for plane in both(cloud):
        places = plane.place(plane.points(9)).reshape(9, 9, 2)
        (x_low, x_high), (y_low, y_high) = plane.extent
        half = 0.5 / 9
        np.testing.assert_allclose(
            places[0, 0], [x_low + half * (x_high - x_low), y_low + half * (y_high - y_low)]
        )
        assert (np.diff(places[:, :, 0], axis=1) > 0).all()
        assert (np.diff(places[:, :, 1], axis=0) > 0).all()
        np.testing.assert_allclose(plane.distance(plane.points(9)), 0.0, atol=1e-9)


def test_that_two_columns_are_shown_in_their_own_units_and_the_others_held(cloud: Prepared) -> None:
    plane = column_slice(cloud, "b", "d", {"a": 0.5})
    rows = cloud.sample.inputs
    np.testing.assert_allclose(plane.place(rows), rows[:, [1, 3]])
    points = plane.points(5)
    assert (points[:, 0] == 0.5).all()
    assert (points[:, 2] == medians(cloud)["c"]).all()
    deviations = rows[cloud.train_rows].std(axis=0)
    away = (rows - [0.5, 0, medians(cloud)["c"], 0]) / deviations
    np.testing.assert_allclose(plane.distance(rows), np.sqrt((away[:, 0] ** 2 + away[:, 2] ** 2) / 2))


def test_that_all_rows_are_within_the_extent_with_a_margin(cloud: Prepared) -> None:
    for plane in both(cloud):
        places = plane.place(cloud.sample.inputs)
        for axis, (low, high) in enumerate(plane.extent):
            assert low < places[:, axis].min()
            assert places[:, axis].max() < high


def test_that_the_principal_plane_is_the_one_in_which_the_rows_spread_most(cloud: Prepared) -> None:
    plane = principal_slice(cloud)
    train = cloud.sample.inputs[cloud.train_rows]
    standard = (train - train.mean(axis=0)) / train.std(axis=0)
    spread = plane.place(train).var(axis=0)
    np.testing.assert_allclose(spread, np.sort(np.linalg.eigvalsh(np.cov(standard.T, bias=True)))[:-3:-1])
    assert plane.labels[0] == f"component 1 ({spread[0] / 4 * 100:.0f} % of spread)"
    assert plane.distance(train).mean() < column_slice(cloud, "a", "b", {}).distance(train).mean()


def test_that_a_column_the_network_does_not_see_is_neither_shown_nor_measured() -> None:
    rng = np.random.default_rng(4)
    experiment = edits.toggle_feature(edits.set_dataset(Experiment(), "fish_species"), "Weight")
    run = prepare(experiment)
    plane = principal_slice(run)
    weight = run.columns.index("Weight")
    assert not plane.directions[:, weight].any()
    rows = run.sample.inputs.copy()
    rows[:, weight] = rng.normal(size=len(rows)) * 1000
    np.testing.assert_allclose(plane.distance(rows), plane.distance(run.sample.inputs))
    np.testing.assert_allclose(plane.place(rows), plane.place(run.sample.inputs))


def test_that_a_column_that_never_changes_does_no_harm() -> None:
    rng = np.random.default_rng(5)
    constant = table(np.column_stack([rng.normal(size=(30, 2)), np.full(30, 4.0)]))
    for plane in (principal_slice(constant), column_slice(constant, "a", "c", {})):
        assert np.isfinite(plane.points(4)).all()
        assert np.isfinite(plane.place(constant.sample.inputs)).all()
        assert all(low < high for low, high in plane.extent)
