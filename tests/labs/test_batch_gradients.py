"""The noise of batch gradients is what theory says, measured with the batches of the engine's own epochs."""

import numpy as np
import pytest

from playground.labs.batch_gradients import Noise, cloud, measure, sizes_up_to
from playground.labs.batch_learner import neuron, row_gradients
from playground.labs.batches import BatchRefused, epoch


def gradients_of(rows: int, activation: str = "linear") -> np.ndarray:
    return row_gradients(neuron(rows, 0.5, 3, activation), (-1.0, 2.5))


def many(rows: int = 64, size: int = 30) -> np.ndarray:
    """Gradients of more numbers than are looked at one by one, along few directions."""
    rng = np.random.default_rng(5)
    return rng.standard_normal((rows, 6)) @ rng.standard_normal((6, size)) + rng.standard_normal(size)


def epoch_gradients(gradients: np.ndarray, batch: int, seed: int, number: int) -> np.ndarray:
    """The mean gradient of every batch of an epoch."""
    return np.stack([gradients[rows].mean(axis=0) for rows in epoch(len(gradients), batch, seed, number)])


@pytest.mark.parametrize("size", [1, 2, 3, 6, 12])
@pytest.mark.parametrize("gradients", [gradients_of(12), gradients_of(12, "tanh"), many(12)])
def test_that_the_mean_of_the_batches_is_the_full_gradient(gradients: np.ndarray, size: int) -> None:
    for number in range(4):
        mean = epoch_gradients(gradients, size, 1, number).mean(axis=0)
        np.testing.assert_allclose(
            mean, gradients.mean(axis=0), rtol=0.0, atol=3.6e-15 * np.abs(gradients).max()
        )


def test_that_a_smaller_last_batch_has_too_much_weight_in_that_mean() -> None:
    gradients = gradients_of(7)
    mean = epoch_gradients(gradients, 3, 0, 0).mean(axis=0)
    assert np.abs(mean - gradients.mean(axis=0)).max() > 1e-3


@pytest.mark.parametrize("gradients", [gradients_of(256), gradients_of(200, "tanh"), many(100)])
def test_that_the_noise_measured_is_that_of_theory(gradients: np.ndarray) -> None:
    noise = Noise.of(gradients)
    found = measure(noise, sizes_up_to(len(gradients)), 600, 1)
    assert found is not None
    for size, mean, error in zip(found.sizes[:-1], found.means, found.errors, strict=False):
        assert abs(mean - noise.predicted(size)) < 4.0 * error
        assert error < 0.25 * mean
    assert found.sizes[-1] == len(gradients)
    assert noise.predicted(len(gradients)) == 0.0
    assert found.means[-1] < 1e-25 * noise.trace


def test_that_theory_is_exact_over_all_batches_there_are() -> None:
    from itertools import combinations

    gradients = gradients_of(6)
    noise = Noise.of(gradients)
    for size in (1, 2, 3, 4, 5):
        apart = [gradients[list(rows)].mean(axis=0) - noise.full for rows in combinations(range(6), size)]
        assert noise.predicted(size) == pytest.approx(np.square(apart).sum(axis=1).mean(), rel=1e-12)
    # With the covariance that divides by N, the same takes another factor.
    by_n = np.cov(gradients.T, bias=True).trace()
    assert noise.predicted(2) == pytest.approx(by_n / 2 * (1 - 2 / 6) * 6 / 5, rel=1e-12)


def test_that_the_noise_falls_as_one_over_the_batch() -> None:
    noise = Noise.of(gradients_of(2048))
    found = measure(noise, (1, 2, 4, 8, 16, 32, 64), 400, 0)
    assert found is not None
    slope = np.polyfit(np.log(found.sizes), np.log(found.means), 1)[0]
    assert slope == pytest.approx(-1.0, abs=0.1)


def test_that_the_clouds_covariance_falls_as_one_over_the_batch() -> None:
    gradients = gradients_of(2048)
    sizes = (1, 2, 4, 8, 16, 32, 64)
    clouds = [cloud(gradients, size, 0, 1500) for size in sizes]
    traces = [np.cov(one.T).trace() for one in clouds]
    assert np.polyfit(np.log(sizes), np.log(traces), 1)[0] == pytest.approx(-1.0, abs=0.1)
    for one in clouds:
        error = one.std(axis=0) / np.sqrt(len(one))
        assert (np.abs(one.mean(axis=0) - gradients.mean(axis=0)) < 4.0 * error).all()


def test_that_the_cloud_is_of_whole_batches_alone() -> None:
    gradients = gradients_of(7)
    found = cloud(gradients, 3, 0, 9)
    assert found.shape == (9, 2)
    np.testing.assert_array_equal(found[2:4], epoch_gradients(gradients, 3, 0, 1)[:2])


def test_that_few_directions_hold_all_the_noise() -> None:
    gradients = many(64, 30)
    noise = Noise.of(gradients)
    assert noise.trace == pytest.approx(np.cov(gradients.T).trace(), rel=1e-12)
    plane = noise.plane()
    np.testing.assert_allclose(plane @ plane.T, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(plane[0], noise.full / np.linalg.norm(noise.full), atol=1e-12)
    shown = (gradients - noise.full) @ plane.T
    assert noise.share(plane) == pytest.approx(
        np.square(shown).sum() / np.square(gradients - noise.full).sum()
    )
    assert 0.0 < noise.share(plane) < 1.0
    assert Noise.of(gradients_of(9)).share(np.eye(2)) == pytest.approx(1.0)


def test_that_rows_that_agree_have_no_noise() -> None:
    for size in (2, 5):
        noise = Noise.of(np.ones((8, size)))
        assert noise.predicted(1) == 0.0
        assert np.isfinite(noise.plane()).all()
        assert noise.share(noise.plane()) == 1.0


def test_that_a_measurement_can_be_cancelled() -> None:
    assert measure(Noise.of(gradients_of(20)), (1, 2), 100, 0, cancelled=lambda: True) is None


def test_that_a_batch_larger_than_the_rows_is_refused() -> None:
    gradients = gradients_of(8)
    for ask in (
        lambda: cloud(gradients, 9, 0, 5),
        lambda: measure(Noise.of(gradients), (4, 16), 10, 0),
        lambda: Noise.of(gradients).predicted(9),
    ):
        with pytest.raises(BatchRefused, match="make B at most 8"):
            ask()
