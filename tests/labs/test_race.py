"""The race: its racers are the engine's optimizers, its limits are where they begin to diverge."""

from itertools import pairwise

import numpy as np
import pytest

from playground.engine.optimizers import OPTIMIZERS
from playground.labs.race import MOST_STEPS, REACH, Conditions, Entrant, Race, refusal
from playground.labs.steps import limit, terms
from playground.labs.surfaces import SURFACES, Surface
from playground.tables import by_key

CALM = Conditions()
FIXED = tuple(one.key for one in OPTIMIZERS)
EVERY = pytest.mark.parametrize("key", FIXED)


def surface_of(key: str) -> Surface:
    return by_key(SURFACES, key, "surface")


def raced(
    ground: Surface, start: tuple[float, float], steps: int, *entrants: Entrant, **given: object
) -> Race:
    race = Race(ground, start, entrants, Conditions(**given))
    for _ in range(steps):
        race.advance()
    return race


def quadratic(curvature: float) -> Surface:
    side = (-3.0, 3.0)
    return Surface("one", "", "", f"{curvature}*x^2/2 + 0*y", side, side, (1.0, 0.0))


# Learning rate ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("times", [1.9, 1.99, 2.01])
def test_that_plain_descent_on_a_quadratic_goes_as_the_formula_says(times: float) -> None:
    race = raced(quadratic(3.0), (1.0, 0.0), 300, Entrant("sgd", times / 3.0))
    expected = abs(1.0 - times) ** 300
    assert abs(race.runners[0].places[-1, 0]) == pytest.approx(expected, rel=1e-9)
    assert expected == pytest.approx({1.9: 1.9e-14, 1.99: 0.049, 2.01: 19.8}[times], rel=0.02)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_that_a_limit_is_where_a_descent_begins_to_diverge(optimizer: str, beta: float) -> None:
    ground = quadratic(4.0)
    hyper = {} if optimizer == "sgd" else {"beta": beta}
    found = limit(raced(ground, (1.0, 0.0), 0, Entrant(optimizer, 0.1, hyper)).runners[0], ground)
    assert found is not None
    below, above = (
        raced(ground, (1.0, 0.0), 3000, Entrant(optimizer, share * found.rate, hyper)).runners[0]
        for share in (0.98, 1.02)
    )
    assert abs(below.places[-1, 0]) < 1e-3
    assert above.lost_at is not None


def test_that_the_limits_are_those_of_the_lecture() -> None:
    ground = surface_of("ravine")  # the largest curvature is 25
    race = raced(ground, (1.0, 1.0), 0, Entrant("sgd", 0.1), Entrant("momentum", 0.1, {"beta": 0.5}))
    plain, momentum = (limit(runner, ground) for runner in race.runners)
    assert plain is not None
    assert momentum is not None
    assert plain.rate == pytest.approx(2 / 25)
    assert momentum.rate == pytest.approx((2 + 2 * 0.5) / 25)


def test_that_adam_at_rest_with_frozen_memories_obeys_its_limit() -> None:
    ground = quadratic(4.0)
    hyper = {"beta2": 0.99999, "epsilon": 1e-7}
    runner = raced(ground, (1.0, 0.0), 1, Entrant("adam", 1e-9, hyper)).runners[0]
    found = limit(runner, ground)
    assert found is not None
    # The first step sees v̂ = g² = 16 at x = 1.
    assert found.rate == pytest.approx((2 + 1.8) / 0.1 * 4.0 / 4.0, rel=1e-6)
    assert found.adapts


def test_that_there_is_no_limit_where_nothing_curves_upwards_nor_for_a_solver() -> None:
    hill = Surface("hill", "", "", "-x^2 - y^2", (-1.0, 1.0), (-1.0, 1.0), (0.5, 0.5))
    assert limit(raced(hill, (0.5, 0.5), 0, Entrant("sgd", 0.1)).runners[0], hill) is None
    bowl = surface_of("bowl")
    for key in ("rprop", "lbfgs"):
        assert limit(raced(bowl, (1.0, 1.0), 2, Entrant(key, 0.1)).runners[0], bowl) is None


# Diverged ---------------------------------------------------------------------------------------------------


@EVERY
@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.key)
@pytest.mark.parametrize("rate", [1e9, 1e300])
def test_that_an_absurd_rate_is_flagged_and_leaves_only_numbers(
    surface: Surface, key: str, rate: float
) -> None:
    race = raced(surface, surface.start, 20, Entrant(key, rate), Entrant("sgd", surface.rate))
    absurd, fair = race.runners
    for runner in race.runners:
        assert np.isfinite(runner.places).all()
        assert np.isfinite(runner.values).all()
        assert np.isfinite(runner.lost_towards).all()
    moves = np.linalg.norm(surface.gradient(np.array(surface.start))) > 0
    assert (absurd.lost_at == 1) == (bool(moves) and key != "lbfgs")
    assert fair.lost_at is None
    assert fair.steps == 20


def test_that_one_that_is_lost_is_back_after_going_back() -> None:
    race = raced(surface_of("bowl"), (1.0, 1.0), 8, Entrant("sgd", 50.0))
    runner = race.runners[0]
    assert runner.lost_at is not None
    assert race.is_over
    lost_at = runner.lost_at
    race.back(race.step_count - lost_at + 2)
    assert runner.lost_at is None
    assert not race.is_over
    race.advance()
    race.advance()
    assert runner.lost_at == lost_at


def test_that_a_race_ends_at_the_most_steps() -> None:
    race = raced(surface_of("bowl"), (1.0, 1.0), 0, Entrant("sgd", 0.1))
    race.step_count = MOST_STEPS
    race.advance()
    assert race.is_over
    assert race.runners[0].steps == 0


def test_that_a_start_without_a_height_is_refused_in_words() -> None:
    ground = Surface("log", "", "", "log(x) + y", (-1.0, 1.0), (-1.0, 1.0), (0.5, 0.0))
    with pytest.raises(ValueError, match="click somewhere else"):
        Race(ground, (-0.5, 0.0), [Entrant("sgd", 0.1)], CALM)
    walked = raced(ground, (0.05, 0.0), 60, Entrant("sgd", 0.2)).runners[0]
    assert walked.lost_at is not None
    assert np.isfinite(walked.values).all()
    assert REACH > 1


# The engine's own steps -------------------------------------------------------------------------------------


@EVERY
def test_that_a_racer_walks_as_the_engines_class_does(key: str) -> None:
    ground = surface_of("beale")
    entrant = Entrant(key, 0.001)
    runner = raced(ground, (1.0, 1.5), 25, entrant).runners[0]
    if entrant.kind.solves:
        assert runner.values[-1] < 1e-8
        assert (np.diff(runner.values) <= 0).all()
        return
    place, optimizer = np.array([1.0, 1.5]), entrant.made()
    for step in range(25):
        optimizer.update(place, ground.gradient(place), np.ones(2), 0.001)
        assert runner.places[step + 1] == pytest.approx(place, rel=1e-12)


def adam_by_the_book(
    ground: Surface, place: np.ndarray, rate: float, steps: int, corrected: bool
) -> np.ndarray:
    """Algorithm 1 of Kingma and Ba (2015), line by line."""
    first, second, path = np.zeros(2), np.zeros(2), [place]
    for t in range(1, steps + 1):
        g = ground.gradient(place)
        first, second = 0.9 * first + 0.1 * g, 0.999 * second + 0.001 * g * g
        m, v = (first / (1 - 0.9**t), second / (1 - 0.999**t)) if corrected else (first, second)
        place = place - rate * m / (np.sqrt(v) + 1e-7)
        path.append(place)
    return np.array(path)


@pytest.mark.parametrize("corrected", [True, False])
@pytest.mark.parametrize("key", ["bowl", "beale", "himmelblau"])
def test_that_adam_follows_its_algorithm_with_and_without_the_correction(key: str, corrected: bool) -> None:
    ground = surface_of(key)
    runner = raced(ground, ground.start, 200, Entrant("adam", 0.02, corrected=corrected)).runners[0]
    book = adam_by_the_book(ground, np.array(ground.start), 0.02, 200, corrected)
    assert np.abs(runner.places - book).max() < 1e-12


def test_that_the_first_step_of_adam_is_the_rate_by_the_sign() -> None:
    ground = surface_of("beale")
    entrants = Entrant("adam", 0.02), Entrant("adam", 0.02, corrected=False)
    corrected, raw = raced(ground, ground.start, 1, *entrants).runners
    sign = np.sign(ground.gradient(np.array(ground.start)))
    assert corrected.places[1] - corrected.places[0] == pytest.approx(-0.02 * sign, rel=1e-6)
    # Without it: 0.1 / sqrt(0.001) as long.
    assert raw.places[1] - raw.places[0] == pytest.approx(-0.02 * sign * 0.1 / np.sqrt(0.001), rel=1e-4)


# Terms ------------------------------------------------------------------------------------------------------


@EVERY
def test_that_the_terms_of_a_step_add_up_to_it(key: str) -> None:
    ground = surface_of("beale")
    runner = raced(ground, ground.start, 4, Entrant(key, 0.01), noise=0.1).runners[0]
    found = {term.symbol: term.vector for term in terms(runner)}
    step = runner.places[-1] - runner.places[-2]
    assert np.array_equal(found["Δw"], step)
    sums = {
        "sgd": lambda: found["−α g"],
        "momentum": lambda: found["β v"] + found["−α g"],
        "nesterov": lambda: found["β v (new)"] + found["−α g"],
        "adagrad": lambda: -found["α/(√s+ε)"] * found["g"],
        "rmsprop": lambda: -found["α/√(v+ε)"] * found["g"],
        "adam": lambda: -found["α/(√v̂+ε)"] * found["m̂"],
        "adamw": lambda: -found["α/(√v̂+ε)"] * found["m̂"] + found["−α λ w"],
        "rprop": lambda: np.where(step == 0.0, 0.0, -found["Δ"] * np.sign(found["g"])),
        "lbfgs": lambda: step,
    }
    assert sums[key]() == pytest.approx(step, rel=1e-9, abs=1e-14)


def test_that_the_terms_of_adam_without_correction_leave_out_what_is_corrected() -> None:
    ground = surface_of("bowl")
    runner = raced(ground, ground.start, 3, Entrant("adam", 0.02, corrected=False)).runners[0]
    found = {term.symbol: term.vector for term in terms(runner)}
    assert "m̂" not in found
    assert -found["α/(√v+ε)"] * found["m"] == pytest.approx(found["Δw"], rel=1e-9)


def test_that_the_limit_of_adam_without_correction_is_written_with_what_it_divides_by() -> None:
    ground = surface_of("bowl")
    entrants = Entrant("adam", 0.02), Entrant("adam", 0.02, corrected=False)
    both = [limit(runner, ground) for runner in raced(ground, ground.start, 3, *entrants).runners]
    assert ["v̂" in one.formula for one in both if one is not None] == [True, False]


def test_that_there_are_no_terms_before_the_first_step() -> None:
    assert terms(raced(surface_of("bowl"), (1.0, 1.0), 0, Entrant("sgd", 0.1)).runners[0]) == ()


# Back, noise, schedules -------------------------------------------------------------------------------------


@EVERY
def test_that_going_back_and_on_again_walks_the_same_way(key: str) -> None:
    ground = surface_of("himmelblau")
    entrants = [Entrant(key, 0.01)]
    whole = raced(ground, ground.start, 30, *entrants, noise=0.5, seed=3)
    race = raced(ground, ground.start, 30, *entrants, noise=0.5, seed=3)
    race.back(13)
    assert race.step_count == 17
    assert np.array_equal(race.runners[0].places, whole.runners[0].places[:18])
    for _ in range(13):
        race.advance()
    assert np.array_equal(race.runners[0].places, whole.runners[0].places)
    race.back(1000)
    assert race.step_count == 0
    assert race.runners[0].steps == 0


def test_that_the_noise_is_of_its_seed_and_the_same_for_all() -> None:
    ground, pair = surface_of("bowl"), (Entrant("sgd", 0.1), Entrant("sgd", 0.1))
    first = raced(ground, (1.0, 1.0), 20, *pair, noise=0.3, seed=1)
    again = raced(ground, (1.0, 1.0), 20, *pair, noise=0.3, seed=1)
    other = raced(ground, (1.0, 1.0), 20, *pair, noise=0.3, seed=2)
    assert np.array_equal(first.runners[0].places, again.runners[0].places)
    assert np.array_equal(first.runners[0].places, first.runners[1].places)
    assert not np.array_equal(first.runners[0].places, other.runners[0].places)


def test_that_a_schedule_changes_the_rate_of_every_step() -> None:
    race = raced(
        surface_of("bowl"), (1.0, 1.0), 8, Entrant("sgd", 0.2), schedule="exponential", hyper={"decay": 0.5}
    )
    rates = race.runners[0].rates
    assert rates[0] == 0.2
    assert all(after == pytest.approx(before / 2) for before, after in pairwise(rates))


@EVERY
def test_that_nobody_leaves_the_ridge_without_noise_and_all_do_with_it(key: str) -> None:
    saddle = surface_of("saddle")
    still = raced(saddle, (1.0, 0.0), 300, Entrant(key, 0.05)).runners[0]
    assert (still.places[:, 1] == 0.0).all()
    if not Entrant(key, 0.05).kind.solves:
        noisy = raced(saddle, (1.0, 0.0), 300, Entrant(key, 0.05), noise=0.01).runners[0]
        assert abs(noisy.places[-1, 1]) > 0.1


def test_that_what_an_optimizer_cannot_do_is_said() -> None:
    noisy = Conditions(noise=1.0)
    assert "worthless" in refusal(Entrant("lbfgs", 0.1), noisy)
    assert "plays no part" in refusal(Entrant("lbfgs", 0.1), CALM)
    assert "signs" in refusal(Entrant("rprop", 0.1), noisy)
    assert refusal(Entrant("rprop", 0.1), CALM) == refusal(Entrant("adam", 0.1), noisy) == ""
