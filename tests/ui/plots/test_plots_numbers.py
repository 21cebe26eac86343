"""The arithmetic behind the plots: ticks, contours, and curves in bounded memory."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plots_cases import history

from playground.training.messages import History
from playground.ui.figures import short
from playground.ui.plots.contour import class_borders, contour
from playground.ui.plots.series import CurveStore, smooth
from playground.ui.plots.ticks import linear_ticks, log_ticks, power_of_ten


def texts(ticks: list[tuple[float, str]]) -> list[str]:
    return [text for _, text in ticks]


def test_that_ticks_are_round_and_few() -> None:
    assert texts(linear_ticks(-6, 6, thirds=True)) == ["−6", "−3", "0", "3", "6"]
    assert texts(linear_ticks(0, 0.57)) == ["0.0", "0.2", "0.4"]
    assert texts(linear_ticks(0, 50_000)) == ["0", "10,000", "20,000", "30,000", "40,000", "50,000"]
    assert texts(linear_ticks(900_000, 1_080_000)) == ["0.90M", "0.95M", "1.00M", "1.05M"]
    assert texts(linear_ticks(0, 2e30)) == ["0", "5.0e29", "1.0e30", "1.5e30", "2.0e30"]


@given(st.floats(-1e12, 1e12), st.floats(1e-9, 1e12))
def test_that_ticks_lie_in_the_range_in_order_and_differ(low: float, span: float) -> None:
    ticks = linear_ticks(low, low + span)
    places = [place for place, _ in ticks]
    assert len(ticks) <= 7
    assert places == sorted(set(places))
    assert all(low - 1e-6 * span <= place <= low + span * (1 + 1e-6) for place in places)
    if span > 1e-5 * abs(low):
        assert ticks
        assert len(set(texts(ticks))) == len(ticks)


@pytest.mark.parametrize("ticks", [linear_ticks, log_ticks])
def test_that_a_range_that_is_none_has_no_ticks(ticks: object) -> None:
    assert callable(ticks)
    for low, high in ((0.0, 0.0), (1.0, 0.0), (np.nan, 1.0), (0.0, np.inf)):
        assert ticks(low, high) == []


def test_that_powers_are_written_by_hand_and_short_ranges_have_values() -> None:
    assert texts(log_ticks(-4, 0)) == ["10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰"]
    assert texts(log_ticks(-1.5, -0.9)) == ["0.05", "0.1"]
    assert len(log_ticks(-30, 2)) <= 7
    assert power_of_ten(-12) == "10⁻¹²"


def test_that_values_are_short_in_words() -> None:
    found = [short(value) for value in (0.123456, -2.0, np.nan, np.inf, -np.inf)]
    assert found == ["0.123", "−2", "not a number", "∞", "−∞"]


def test_that_a_contour_follows_a_circle() -> None:
    x = np.linspace(-2, 2, 101)
    radius = np.hypot(*np.meshgrid(x, x))
    segments = contour(radius - 1.0, x, x)
    ends = segments.reshape(-1, 2)
    assert np.allclose(np.hypot(ends[:, 0], ends[:, 1]), 1.0, atol=1e-3)
    length = np.linalg.norm(segments[:, 1] - segments[:, 0], axis=1).sum()
    assert length == pytest.approx(2 * np.pi, rel=1e-3)


def test_that_a_contour_is_exact_on_a_slope_and_keeps_x_and_y_apart() -> None:
    x, y = np.linspace(0, 4, 9), np.linspace(10, 12, 5)
    values = np.broadcast_to(x[None, :], (5, 9))
    ends = contour(values, x, y, level=1.7).reshape(-1, 2)
    assert np.allclose(ends[:, 0], 1.7)
    assert (ends[:, 1].min(), ends[:, 1].max()) == (10, 12)


@given(st.integers(0, 2**32 - 1))
def test_that_every_end_of_a_contour_inside_the_grid_meets_another(seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=(7, 6))
    x, y = np.arange(6.0), np.arange(7.0)
    ends = np.round(contour(values, x, y).reshape(-1, 2), 9)
    inside = (ends[:, 0] > 0) & (ends[:, 0] < 5) & (ends[:, 1] > 0) & (ends[:, 1] < 6)
    _, counts = np.unique(ends[inside], axis=0, return_counts=True)
    assert (counts == 2).all()


def test_that_the_contour_of_a_saturated_answer_is_as_straight_as_its_sum() -> None:
    x, y = np.linspace(-1, 1, 9), np.linspace(-2, 2, 11)
    sums = 3.0 * x[None, :] + 1.0 * y[:, None] + 0.2
    ends = contour(np.tanh(sums), x, y, squashed=True).reshape(-1, 2)
    assert len(ends)
    assert np.allclose(3.0 * ends[:, 0] + ends[:, 1] + 0.2, 0.0, atol=1e-6)
    bent = contour(np.tanh(sums), x, y).reshape(-1, 2)
    assert not np.allclose(3.0 * bent[:, 0] + bent[:, 1] + 0.2, 0.0, atol=1e-2)


def test_that_a_flat_or_unknown_grid_has_no_contour() -> None:
    x = np.arange(4.0)
    for values in (np.ones((4, 4)), np.full((4, 4), np.nan), np.full((4, 4), np.inf), np.zeros((4, 4))):
        assert contour(values, x, x).shape == (0, 2, 2)


def test_that_class_borders_lie_where_the_best_class_changes() -> None:
    x = np.linspace(-1, 1, 41)
    x1, x2 = np.meshgrid(x, x)
    scores = np.stack([x1, -x1, np.full_like(x1, -9.0), 0 * x2 - 9])
    ends = class_borders(scores, x, x).reshape(-1, 2)
    assert len(ends)
    assert np.allclose(ends[:, 0], 0, atol=1e-12)
    two = class_borders(scores[:2], x, x).reshape(-1, 2)
    assert np.allclose(two[:, 0], 0, atol=1e-12)


def test_that_points_come_back_as_they_were_while_there_are_few() -> None:
    store = CurveStore("loss")
    store.append(history(30))
    store.append(history(20, start=30))
    found = store.buckets(0, 0, 100, most=400)
    assert len(store) == 50
    assert np.array_equal(found.epoch, np.arange(1, 51))
    assert np.allclose(found.low, 1 / found.epoch)
    assert np.array_equal(found.low, found.high)
    assert store.last_epoch == 50


def test_that_a_restart_forgets_what_was_before() -> None:
    store = CurveStore("loss")
    store.append(history(30))
    store.append(history(5, restart=True))
    assert len(store) == 5


def test_that_the_metric_is_kept_when_asked_for() -> None:
    store = CurveStore("metric")
    store.append(history(3))
    assert store.nearest(2.2) == pytest.approx((2.0, 0.5, 0.45))


def test_that_memory_is_bounded_and_a_spike_is_never_lost() -> None:
    store = CurveStore("loss", limit=1000)
    for start in range(0, 20_000, 100):
        points = history(100, start)
        if start == 1300:
            points.watched_loss[50] = 77.0
        store.append(points)
    assert len(store) <= 1000
    assert store.nbytes <= 1024 * 7 * 8
    assert store.last_epoch == 20_000
    found = store.buckets(1, 0, 20_000, most=50)
    assert len(found.epoch) <= 101
    assert np.nanmax(found.high) == 77.0
    spike = found.epoch[np.argmax(found.high)]
    assert abs(spike - 1351) < 20_000 / 20


def test_that_one_long_history_is_bounded_as_well() -> None:
    store = CurveStore("loss", limit=1000)
    store.append(history(5_500))
    assert len(store) <= 1000
    assert store.last_epoch == 5_500


@given(st.integers(2, 400), st.integers(1, 60))
def test_that_buckets_keep_the_extremes_and_the_mean(count: int, most: int) -> None:
    store = CurveStore("loss")
    values = np.random.default_rng(count).normal(size=count)
    epoch = np.arange(count, dtype=np.float64)
    store.append(History(epoch, values, values, values, values))
    found = store.buckets(0, -1, count + 1, most)
    assert len(found.epoch) <= max(2 * most, 2)
    assert found.low.min() == values.min()
    assert found.high.max() == values.max()
    assert (found.low <= found.mean + 1e-12).all()
    assert (found.mean <= found.high + 1e-12).all()
    assert (np.diff(found.epoch) > 0).all()


def test_that_buckets_do_not_change_while_points_are_added() -> None:
    store = CurveStore("loss")
    store.append(history(1000))
    before = store.buckets(0, 0, 5000, most=300)
    store.append(history(7, start=1000))
    after = store.buckets(0, 0, 5000, most=300)
    kept = len(before.epoch) - 1
    assert kept > 200
    assert np.array_equal(before.high[:kept], after.high[:kept])
    assert np.array_equal(before.epoch[:kept], after.epoch[:kept])


def test_that_only_what_is_in_sight_is_returned() -> None:
    store = CurveStore("loss")
    store.append(history(1000))
    found = store.buckets(0, 400, 420, most=300)
    assert found.epoch.min() >= 398
    assert found.epoch.max() <= 422


def test_that_a_gap_stays_a_gap_and_infinity_is_one() -> None:
    store = CurveStore("loss")
    epoch = np.arange(4.0)
    values = np.array([1.0, np.nan, np.inf, 2.0])
    store.append(History(epoch, values, values, values, values))
    assert np.array_equal(store.buckets(0, 0, 4, 100).mean, [1, np.nan, np.nan, 2], equal_nan=True)


def test_that_the_nearest_point_is_found_at_both_ends() -> None:
    store = CurveStore("loss")
    assert store.nearest(3) is None
    store.append(history(10))
    found = [store.nearest(epoch) for epoch in (-5, 3.4, 3.6, 99)]
    assert [point[0] for point in found if point is not None] == [1, 3, 4, 10]


def test_that_smoothing_keeps_a_constant_reduces_noise_and_does_not_lag() -> None:
    assert np.allclose(smooth(np.full(20, 3.0)), 3.0)
    noise = np.random.default_rng(0).normal(size=500)
    assert smooth(noise).std() < 0.5 * noise.std()
    ramp = np.arange(200.0)
    assert np.allclose(smooth(ramp)[50:150], ramp[50:150], atol=1e-6)


def test_that_a_gap_does_not_spoil_the_smoothed_curve() -> None:
    found = smooth(np.array([1.0, 1.0, np.nan, 1.0]))
    assert np.array_equal(found, [1, 1, np.nan, 1], equal_nan=True)


@given(st.lists(st.integers(1, 70), min_size=1, max_size=60))
def test_that_a_thinned_curve_keeps_every_part_of_the_past_alike(lengths: list[int]) -> None:
    store = CurveStore("loss", limit=100)
    start = 0
    for length in lengths:
        store.append(history(length, start))
        start += length
    found = store.buckets(0, 0, start, most=1000)
    assert len(store) == len(found.epoch) <= 100
    assert found.epoch[-1] == start
    steps = np.diff(found.epoch, prepend=0)
    assert (steps[:-1] == steps[0]).all()
    assert 0 < steps[-1] <= steps[0]
    exact = 1 / np.arange(1, start + 1)
    edges = np.concatenate([[0], found.epoch]).astype(int)
    for index, (first, last) in enumerate(pairwise(edges)):
        part = exact[first:last]
        assert found.low[index] == pytest.approx(part.min())
        assert found.high[index] == pytest.approx(part.max())
        assert found.mean[index] == pytest.approx(part.mean())
