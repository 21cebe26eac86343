"""Balls dropped on a surface end in its minima, the same ones for the same seed."""

import numpy as np

from playground.labs.basins import drop
from playground.labs.surfaces import SURFACES
from playground.tables import by_key


def test_that_balls_on_himmelblaus_surface_end_in_its_four_minima() -> None:
    surface = by_key(SURFACES, "himmelblau", "surface")
    dropped = drop(surface, surface.minima, 200, 0, 0.01)
    assert sum(dropped.counts[:4]) == 200
    assert min(dropped.counts[:4]) > 20
    for end, index in zip(dropped.ends, dropped.found, strict=True):
        assert np.linalg.norm(end - surface.minima[index]) < 1e-3


def test_that_the_same_seed_drops_the_same_balls() -> None:
    surface = by_key(SURFACES, "gaussians", "surface")
    first, again, other = (drop(surface, surface.minima, 50, seed, 0.1) for seed in (1, 1, 2))
    assert np.array_equal(first.ends, again.ends)
    assert first.counts == again.counts
    assert not np.array_equal(first.starts, other.starts)


def test_that_minima_that_are_not_known_are_found_where_balls_gather() -> None:
    surface = by_key(SURFACES, "rastrigin", "surface")
    dropped = drop(surface, surface.minima, 300, 0, 0.002)
    assert len(dropped.minima) > 30  # a dent about every whole number
    assert dropped.counts[0] < 30
    for place, count in zip(dropped.minima, dropped.counts, strict=True):
        if count:
            assert np.linalg.norm(surface.gradient(np.array(place))) < 1e-3


def test_that_balls_survive_an_absurd_rate_and_that_there_may_be_none() -> None:
    for surface in SURFACES:
        dropped = drop(surface, surface.minima, 20, 0, 1e300)
        assert np.isfinite(dropped.ends).all()
    none = drop(SURFACES[0], SURFACES[0].minima, 0, 0, 0.1)
    assert none.counts == (0,)


def test_that_balls_that_still_roll_are_in_no_minimum() -> None:
    surface = by_key(SURFACES, "rosenbrock", "surface")
    dropped = drop(surface, surface.minima, 200, 1, surface.rate)
    assert dropped.minima == surface.minima
    assert dropped.rolling == 200 - dropped.counts[0] > 100
