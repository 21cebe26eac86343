"""The races to begin with show what they say."""

import numpy as np
import pytest

from playground.labs.race import Conditions, Entrant, Race
from playground.labs.races import PRESETS, Preset, moved_to, usual
from playground.labs.surfaces import SURFACES, Surface
from playground.tables import by_key


def raced(key: str, steps: int) -> Race:
    preset = by_key(PRESETS, key, "race")
    surface = by_key(SURFACES, preset.surface, "surface")
    race = Race(surface, preset.start or surface.start, preset.entrants, preset.conditions)
    for _ in range(steps):
        race.advance()
    return race


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_that_a_race_runs_on_a_surface_that_there_is(preset: Preset) -> None:
    race = raced(preset.key, 30)
    assert race.step_count == 30
    assert preset.see.endswith(".")


def test_that_of_too_small_right_and_too_large_only_the_last_diverges() -> None:
    race = raced("large", 400)
    assert [runner.lost_at is not None for runner in race.runners] == [False, False, False, True]
    small, right, leaping, _ = race.runners
    assert right.values[20] < small.values[20]
    assert (np.sign(leaping.places[1:20, 0]) != np.sign(leaping.places[:19, 0])).all()


def test_that_in_the_ravine_sgd_leaps_from_wall_to_wall() -> None:
    leaping, creeping, momentum, _ = raced("ravine", 60).runners
    assert (np.sign(leaping.places[1:40, 1]) != np.sign(leaping.places[:39, 1])).all()
    assert (np.sign(creeping.places[:, 1]) == 1).all()
    assert momentum.values[-1] < creeping.values[-1]


def test_that_noise_is_what_leaves_the_ridge() -> None:
    for runner in raced("saddle", 400).runners:
        assert runner.values[-1] == pytest.approx(1.0, abs=1e-3)
    for runner in raced("escape", 400).runners:
        assert runner.values[-1] < 0.1


def test_that_more_momentum_overshoots_more() -> None:
    slow, usual_one, fast = (runner.places[:200, 0].max() for runner in raced("overshoot", 200).runners)
    assert slow < usual_one < fast
    assert slow < 0.2
    assert fast > 1.5


def test_that_adam_without_its_correction_begins_with_longer_steps() -> None:
    corrected, raw = raced("correction", 5).runners
    first, longer = (np.linalg.norm(np.diff(one.places, axis=0), axis=1) for one in (corrected, raw))
    assert longer[0] == pytest.approx(first[0] * 0.1 / np.sqrt(0.001), rel=1e-3)
    assert (longer > first).all()


def test_that_sgd_stays_in_the_hollow_nearby_and_momentum_does_not() -> None:
    surface = by_key(SURFACES, "gaussians", "surface")
    deep, shallow = np.array(surface.minima)
    sgd, momentum, _ = raced("hollow", 600).runners
    assert np.linalg.norm(sgd.places[-1] - shallow) < 0.01
    assert np.linalg.norm(momentum.places[-1] - deep) < 0.01


def test_that_on_the_plain_those_with_rates_of_their_own_are_ahead() -> None:
    sgd, *others = raced("plain", 300).runners
    assert sgd.lost_at is None
    assert all(one.values[-1] < sgd.values[-1] for one in others)


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.key)
def test_that_the_usual_race_goes_down_everywhere(surface: Surface) -> None:
    race = Race(surface, surface.start, usual(surface.rate, float(np.ptp(surface.across))), Conditions())
    for _ in range(200):
        race.advance()
    for runner in race.runners:
        assert runner.lost_at is None
        assert runner.values[-1] < runner.values[0]


def test_that_a_rate_goes_with_the_surface() -> None:
    assert moved_to(Entrant("sgd", 0.2), (0.1, 0.001), (6.0, 4.0)).rate == pytest.approx(0.002)
    assert moved_to(Entrant("adam", 0.06), (0.1, 0.001), (6.0, 4.0)).rate == pytest.approx(0.04)
