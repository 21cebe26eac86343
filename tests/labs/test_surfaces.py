"""The surfaces: their minima are minima, and their derivatives are those of their formulas."""

import numpy as np
import pytest

from playground.labs.own_surface import central_gradient, gradient_check
from playground.labs.surfaces import SURFACES, Surface, curvatures, fair_rate, heights, remainder
from playground.tables import by_key

EVERY = pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.key)


def places_of(surface: Surface, count: int = 40) -> np.ndarray:
    low, high = np.transpose([surface.across, surface.up])
    return np.random.default_rng(1).uniform(low, high, (count, 2))


@EVERY
def test_that_a_known_minimum_has_no_slope_and_nothing_lower_beside_it(surface: Surface) -> None:
    for place in np.array(surface.minima):
        assert np.linalg.norm(surface.gradient(place)) < 1e-6
        assert curvatures(surface.hessian(place))[0] > 0
    lowest = surface.value(np.array(surface.minima[0]))
    grid = heights(surface, 81)
    assert grid.min() >= lowest - 1e-9


def test_that_the_famous_minima_are_where_they_are_known_to_be() -> None:
    rosenbrock, himmelblau = (by_key(SURFACES, key, "surface") for key in ("rosenbrock", "himmelblau"))
    assert rosenbrock.minima == ((1.0, 1.0),)
    assert rosenbrock.value(np.array([1.0, 1.0])) == 0.0
    assert len(himmelblau.minima) == 4
    assert np.abs(himmelblau.value(np.array(himmelblau.minima))).max() < 1e-20


@EVERY
def test_that_a_gradient_is_that_of_central_differences(surface: Surface) -> None:
    error, doubtful = gradient_check(surface)
    assert error < 1e-6
    assert doubtful == 0


@EVERY
def test_that_a_hessian_is_that_of_differences_of_the_gradient(surface: Surface) -> None:
    for place in places_of(surface, 6):
        steps = 1e-5 * np.eye(2)
        differences = (surface.gradient(place + steps) - surface.gradient(place - steps)) / 2e-5
        assert surface.hessian(place) == pytest.approx(differences, rel=1e-5, abs=1e-4)


@EVERY
def test_that_what_the_tangent_plane_misses_is_of_second_order(surface: Surface) -> None:
    place, way = np.array(surface.start) + np.array([0.13, 0.07]), np.array([0.8, 0.6])
    lengths = np.geomspace(1e-4, 1e-3, 7)
    missed = [abs(remainder(surface, place, place + length * way)[2]) for length in lengths]
    slope = np.polyfit(np.log(lengths), np.log(missed), 1)[0]
    assert slope == pytest.approx(2.0, abs=0.05)


@EVERY
def test_that_the_gradient_stands_upright_on_the_contour(surface: Surface) -> None:
    for place in places_of(surface, 5):
        slope = surface.gradient(place)
        along = np.array([-slope[1], slope[0]]) / np.linalg.norm(slope)
        # A step of second order back to the height of the place, so that the way is one of the contour.
        other = place + 1e-5 * along
        missed = surface.value(other) - surface.value(place)
        other = other - missed * slope / (slope @ slope)
        contour = other - place
        cosine = abs(slope @ contour) / np.linalg.norm(slope) / np.linalg.norm(contour)
        assert cosine < 1e-3


def test_that_values_and_gradients_are_of_as_many_places_as_were_asked_for() -> None:
    surface = SURFACES[0]
    assert surface.value(np.zeros((3, 4, 2))).shape == (3, 4)
    assert surface.gradient(np.zeros((3, 4, 2))).shape == (3, 4, 2)
    assert surface.gradient(np.zeros(2)).shape == (2,)
    assert central_gradient(surface, np.ones((5, 2))) == pytest.approx(np.full((5, 2), 2.0))


def test_that_a_fair_rate_moves_a_steep_place_by_a_tenth_of_the_map() -> None:
    side = (-1.0, 1.0)
    slope = Surface("slope", "", "", "4*x", side, side, (0.5, 0.0))
    assert fair_rate(heights(slope, 21), side, side) == pytest.approx(0.1 * 2.0 / 4.0)
    assert 0.0 < fair_rate(np.full((5, 5), np.nan), side, side) <= 1.0
