"""What a race looks like in words, and what is said about the rate of the chosen racer."""

import numpy as np

from playground.labs.basins import STEPS, Drop
from playground.labs.race import Race, Runner, refusal
from playground.labs.steps import limit, terms
from playground.labs.surfaces import curvatures
from playground.ui.figures import percent, short
from playground.ui.labs.descent.racers import Racer
from playground.ui.labs.descent.scene import Scene
from playground.ui.labs.descent.terms_panel import Remark, Row
from playground.ui.plots.overlay import Look

TRY = "Change its rate, or drag the start."
MOST_MINIMA = 4
"""So many are named when balls have been dropped."""
FLAT, FALLING = 1e-3, -1e-3
"""A slope below which a racer stands still, and a curvature below which the ground falls away."""


def standing(scene: Scene, runner: Runner) -> str:
    """Return in a few words how a racer stands: its loss, or what has become of it."""
    if runner.lost_at is not None:
        return f"diverged at step {runner.lost_at:,}"
    place = runner.places[-1]
    outside = any(not low <= at <= high for at, (low, high) in zip(place, _ranges(scene), strict=True))
    return f"{short(float(runner.values[-1]))}{' · off the map' if outside else ''}"


def verdict(scene: Scene, race: Race, racers: tuple[Racer, ...]) -> tuple[str, bool]:
    """Return in a sentence or two how the race stands, and whether that is a warning."""
    lost = [
        (racer, runner)
        for racer, runner in zip(racers, race.runners, strict=True)
        if runner.lost_at is not None
    ]
    going = [pair for pair in zip(racers, race.runners, strict=True) if pair[1].lost_at is None]
    parts = []
    if lost:
        parts.append(_of_lost(scene, lost))
    if going:
        stuck = [pair for pair in going if _is_stuck(scene, pair[1])]
        if len(stuck) < len(going):
            parts.append(_of_going(race, going))
        if stuck:
            parts.append(_of_stuck(scene, stuck))
    return " ".join(parts), bool(lost)


def of_drop(drop: Drop) -> str:
    """Return where the balls that were dropped have ended, the most visited minima first."""
    caught = [index for index in np.argsort(drop.counts)[::-1].tolist() if drop.counts[index]]
    places = (f"{drop.counts[i]} in ({short(drop.minima[i][0])}, {short(drop.minima[i][1])})" for i in caught)
    shares = ", ".join(list(places)[:MOST_MINIMA]) or "none in a minimum"
    if drop.rolling:
        end = f"{drop.rolling} still roll after {STEPS} steps: where it is nearly flat, the way takes long"
    elif len(caught) == 1:
        end = "there is one minimum, wherever a descent begins"
    else:
        end = "where a descent begins decides where it ends"
    return f"Of {len(drop.starts)} balls there ended {shares}{';' if drop.rolling else ':'} {end}."


def notes(scene: Scene, race: Race, racer: Racer, runner: Runner) -> tuple[Remark, ...]:
    """Return what is to be said about the rate of a racer where it stands."""
    found = []
    hessian = scene.ground.hessian(runner.places[-1])
    least, greatest = curvatures(hessian)
    if np.isfinite(greatest):
        found.append(Remark(f"Curvature λ here: from {short(least)} to {short(greatest)}."))
    rate = runner.rates[-1] if runner.rates else runner.entrant.rate * race.conditions.factor(0)
    found += _of_limit(scene, runner, rate, greatest)
    said = refusal(racer.entrant, race.conditions)
    if said:
        found.append(Remark(said))
    return tuple(found)


def rows(runner: Runner, looks: dict[str, Look]) -> tuple[Row, ...]:
    """Return the terms of the last step, with the looks of those that are drawn on the map."""
    return tuple(
        Row(term.symbol, term.help, float(term.vector[0]), float(term.vector[1]), looks.get(term.symbol))
        for term in terms(runner)
    )


def _of_limit(scene: Scene, runner: Runner, rate: float, greatest: float) -> list[Remark]:
    kind = runner.entrant.kind
    if kind.solves:
        return []
    found = limit(runner, scene.ground)
    if found is None:
        if greatest <= 0:
            return [Remark("Nothing curves upwards here, so no valley sets a limit to the rate.")]
        return [
            Remark(f"{kind.label} has no limit of this kind: its steps are as long as its own rule says.")
        ]
    share = rate / found.rate
    over = share > 1.0
    text = (
        f"Stable below α = {found.formula} = {short(found.rate)}; here α = {short(rate)}, "
        f"{percent(share)} of it."
    )
    if over and found.adapts:
        text += " Above it, its steps grow, and with them what they are divided by: it trembles."
    elif over:
        text += " In a valley as curved as this one every step leads further out."
    return [Remark(text, over)]


def _of_lost(scene: Scene, lost: list[tuple[Racer, Runner]]) -> str:
    racer, runner = lost[0]
    several = f" So {'has' if len(lost) == 2 else 'have'} {len(lost) - 1} more." if len(lost) > 1 else ""
    first = limit(runner, scene.ground, runner.places[0]) if runner.steps else None
    why = ""
    if first is not None and not first.adapts and racer.entrant.rate > first.rate:
        why = f": its rate is above {first.formula} = {short(first.rate)} of where it began"
    return f"{racer.name} diverged at step {runner.lost_at:,}{why}. Choose a smaller rate for it.{several}"


def _of_going(race: Race, going: list[tuple[Racer, Runner]]) -> str:
    racer, runner = min(going, key=lambda pair: float(pair[1].values[-1]))
    height = short(float(runner.values[-1]))
    if len(going) == 1:
        return f"After {race.step_count:,} steps {racer.name} is at a loss of {height}. {TRY}"
    return f"After {race.step_count:,} steps {racer.name} is lowest, at a loss of {height}. {TRY}"


def _is_stuck(scene: Scene, runner: Runner) -> bool:
    """Return whether a racer stands still where there is no minimum."""
    if not runner.steps or np.linalg.norm(scene.ground.gradient(runner.places[-1])) > FLAT:
        return False
    return curvatures(scene.ground.hessian(runner.places[-1]))[0] < FALLING


def _of_stuck(scene: Scene, stuck: list[tuple[Racer, Runner]]) -> str:
    least, greatest = curvatures(scene.ground.hessian(stuck[0][1].places[-1]))
    way, shape = ("to the sides", "a saddle") if greatest > 0 else ("on every side", "a hilltop")
    who = stuck[0][0].name if len(stuck) == 1 else f"{len(stuck)} racers"
    return (
        f"The gradient is 0 where {who} stand{'s' if len(stuck) == 1 else ''}, but the ground falls away "
        f"{way} (curvature {short(least)}): {shape}. A little noise would help."
    )


def _ranges(scene: Scene) -> tuple[tuple[float, float], tuple[float, float]]:
    return scene.ground.across, scene.ground.up
