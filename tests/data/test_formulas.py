"""What defines each drawn data set, checked from its points alone."""

import numpy as np
import pytest

from playground.data import Sample, dataset


def _points(
    key: str, noise: float = 0.0, samples: int = 2000, seed: int = 3
) -> tuple[np.ndarray, np.ndarray]:
    sample = _sample(key, noise, samples, seed)
    return sample.inputs, sample.targets


def _sample(key: str, noise: float = 0.0, samples: int = 2000, seed: int = 3, classes: int = 2) -> Sample:
    return dataset(key).make(samples, noise, classes, np.random.default_rng(seed))


def test_that_the_circle_is_a_disc_within_a_ring():
    points, classes = _points("circle", samples=2001)
    radius = np.hypot(*points.T)
    inside, outside = radius[classes == 1], radius[classes == 0]
    assert (len(inside), len(outside)) == (1000, 1001)
    assert inside.max() < 2.5
    assert 3.5 <= outside.min() < 3.6
    assert 4.9 < outside.max() <= 5.0
    # The radius is uniform, so the points are densest at the centre.
    assert np.median(inside) == pytest.approx(1.25, abs=0.1)
    assert np.median(outside) == pytest.approx(4.25, abs=0.1)


def test_that_noise_moves_no_point_of_the_circle_but_relabels_some():
    points, classes = _points("circle", noise=0.3)
    radius = np.hypot(*points.T)
    assert not ((radius > 2.51) & (radius < 3.49)).any()
    assert radius.max() <= 5.0
    assert 0.05 < np.mean(classes != (radius < 2.5)) < 0.5


def test_that_xor_is_the_sign_of_the_product_off_the_axes():
    points, classes = _points("xor")
    np.testing.assert_array_equal(classes == 1, points[:, 0] * points[:, 1] > 0)
    size = np.abs(points)
    assert 0.3 <= size.min() < 0.32
    assert 5.2 < size.max() <= 5.3


def test_that_noise_keeps_xor_off_the_axes_but_relabels_some():
    points, classes = _points("xor", noise=0.2, samples=100_000)
    assert np.abs(points).min() >= 0.3
    wrong = classes != (points[:, 0] * points[:, 1] > 0)
    # One axis flips the sign for the share of (1 - |x|)/2 over 0.3 < |x| < 1, of a range of 5.
    flip = 0.7**2 / 4 / 5
    assert wrong.mean() == pytest.approx(2 * flip * (1 - flip), rel=0.05)
    assert np.abs(points[wrong]).min(axis=1).max() <= 1.0


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.25, 2.25), (0.5, 4.0)])
def test_that_gauss_is_two_normal_clouds_of_the_right_variance(noise, variance):
    points, classes = _points("gauss", noise, samples=20_001)
    assert np.bincount(classes).tolist() == [10_001, 10_000]
    for label, centre in ((0, -2.0), (1, 2.0)):
        cloud = points[classes == label]
        np.testing.assert_allclose(cloud.mean(axis=0), centre, atol=0.1)
        np.testing.assert_allclose(np.cov(cloud.T), variance * np.eye(2), atol=0.05 * variance)


def _spiral_arm(m: int, shift: float) -> np.ndarray:
    i = np.arange(m)
    turn = 1.75 * i / m * 2 * np.pi + shift
    return np.column_stack((5 * i / m * np.sin(turn), 5 * i / m * np.cos(turn)))


@pytest.mark.parametrize("samples", [500, 501])
def test_that_the_spiral_is_two_evenly_spaced_arms(samples):
    points, classes = _points("spiral", samples=samples)
    for label, m, shift in ((1, samples // 2, 0.0), (0, samples - samples // 2, np.pi)):
        arm = points[classes == label]
        in_order = arm[np.argsort(np.hypot(*arm.T))]
        np.testing.assert_allclose(in_order, _spiral_arm(m, shift), atol=1e-12)


def test_that_noise_moves_spiral_points_by_at_most_itself_along_each_axis():
    points, classes = _points("spiral", noise=0.2, samples=500)
    arm = _spiral_arm(250, 0.0)
    offsets = np.abs(points[classes == 1][:, None, :] - arm).max(axis=2).min(axis=1)
    assert 0.02 < offsets.max() <= 0.2


def test_that_the_plane_rises_along_the_diagonal():
    points, targets = _points("plane")
    np.testing.assert_allclose(targets, (points[:, 0] + points[:, 1]) / 10, rtol=0, atol=1e-15)
    assert 5.9 < np.abs(points).max() <= 6.0


def test_that_noise_lifts_the_plane_by_its_formula():
    points, targets = _points("plane", noise=0.5, samples=20_000)
    error = targets - points.sum(axis=1) / 10
    assert np.abs(error).max() <= 0.6
    # Two uniform numbers on +-3 have variance 3 each.
    assert error.std() == pytest.approx(np.sqrt(6) / 10, rel=0.03)


def _multi_gauss_by_hand(x: float, y: float) -> float:
    """The formula as the original's loop has it."""
    centres = [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)]
    label = 0.0
    for cx, cy, sign in centres:
        new = sign * max(0.0, 1 - float(np.hypot(x - cx, y - cy)) / 2)
        if abs(new) > abs(label):
            label = new
    return label


def test_that_multi_gauss_agrees_with_the_original_loop():
    points, targets = _points("multi_gauss")
    by_hand = [_multi_gauss_by_hand(x, y) for x, y in points.tolist()]
    np.testing.assert_allclose(targets, by_hand, rtol=0, atol=1e-14)
    assert targets.max() > 0.9
    assert targets.min() < -0.9


def test_that_noise_keeps_multi_gauss_targets_between_the_extremes():
    points, targets = _points("multi_gauss", noise=0.3)
    assert np.abs(targets).max() <= 1.0
    by_hand = np.array([_multi_gauss_by_hand(x, y) for x, y in points.tolist()])
    assert np.abs(targets - by_hand).max() > 0.5


def test_that_moons_are_two_half_circles_that_interlock():
    points, classes = _points("moons")
    positive, negative = points[classes == 1], points[classes == 0]
    np.testing.assert_allclose(np.hypot(*(negative - [-1.65, -0.825]).T), 3.3, atol=1e-12)
    np.testing.assert_allclose(np.hypot(*(positive - [1.65, 0.825]).T), 3.3, atol=1e-12)
    assert positive[:, 0].min() < negative[:, 0].max()
    assert positive[:, 1].min() < negative[:, 1].max()
    assert np.bincount(classes).tolist() == [1000, 1000]


def test_that_one_class_lies_between_two_rings_of_the_other():
    points, classes = _points("rings")
    radius = np.hypot(*points.T)
    middle = radius[classes == 0]
    others = radius[classes == 1]
    assert (middle.min(), middle.max()) == pytest.approx((2.6, 3.4), abs=0.02)
    assert not ((others > 1.4) & (others < 4.6)).any()
    assert 0.25 < np.mean(others < 2) < 0.42


def test_that_full_noise_blurs_the_rings_but_keeps_them():
    points, classes = _points("rings", noise=0.5)
    radius = np.hypot(*points.T)
    middle = (radius > 2) & (radius < 4)
    assert 0.03 < np.mean(middle != (classes == 0)) < 0.15


def test_that_checkerboard_squares_alternate_and_keep_off_the_lines():
    points, classes = _points("checkerboard")
    squares = np.floor((points + 5) / 2.5).astype(int)
    assert {tuple(square) for square in squares.tolist()} == {(i, j) for i in range(4) for j in range(4)}
    np.testing.assert_array_equal(classes, (squares.sum(axis=1) + 1) % 2)
    to_line = np.abs(points / 2.5 - np.round(points / 2.5)) * 2.5
    assert to_line.min() >= 0.15 - 1e-9


def test_that_noise_relabels_near_the_borders_of_the_checkerboard_only():
    points, classes = _points("checkerboard", noise=0.2)
    squares = np.floor((points + 5) / 2.5).astype(int)
    wrong = classes != (squares.sum(axis=1) + 1) % 2
    to_line = np.abs(points / 2.5 - np.round(points / 2.5)).min(axis=1) * 2.5
    assert 0.05 < wrong.mean() < 0.4
    assert to_line[wrong].max() <= 0.5


@pytest.mark.parametrize("classes", [2, 3, 5, 8])
def test_that_blobs_have_their_centres_evenly_round_a_circle(classes):
    sample = _sample("blobs", classes=classes, samples=8000)
    centres = np.array([sample.inputs[sample.targets == label].mean(axis=0) for label in range(classes)])
    np.testing.assert_allclose(np.hypot(*centres.T), 3.5, atol=0.06)
    angles = np.unwrap(np.arctan2(*centres.T))
    np.testing.assert_allclose(np.diff(angles), 2 * np.pi / classes, atol=0.03)


def test_that_blobs_are_named_by_number_when_there_are_more_than_two():
    assert _sample("blobs", classes=3).class_names == ("class 1", "class 2", "class 3")
    assert _sample("blobs", classes=2).class_names == ("negative", "positive")


def test_that_noise_widens_the_blobs():
    widths = []
    for noise in (0.0, 0.25, 0.5):
        sample = _sample("blobs", noise, classes=3)
        cloud = sample.inputs[sample.targets == 0]
        widths.append(cloud.std(axis=0).mean())
    assert widths == pytest.approx([0.4, 0.9, 1.4], rel=0.08)


def test_that_the_curve_is_the_lectures():
    points, targets = _points("curve")
    x = points[:, 0]
    np.testing.assert_allclose(targets, x * np.cos(x) + np.sin(x) ** 2, atol=1e-13)
    assert x.min() < 0.1
    assert 11.9 < x.max() <= 12


def test_that_a_quarter_of_noise_is_the_lectures_half():
    points, targets = _points("curve", noise=0.25, samples=20_000)
    x = points[:, 0]
    error = targets - (x * np.cos(x) + np.sin(x) ** 2)
    assert error.mean() == pytest.approx(0, abs=0.02)
    assert error.std() == pytest.approx(0.5, rel=0.03)
