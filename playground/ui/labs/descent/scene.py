"""What a race runs on, with all that the page shows of it: the map, where it starts, and words."""

from dataclasses import dataclass

import numpy as np

from playground.engine.layers import LayerShape
from playground.labs.network_slice import NetworkSlice, plane_of_weights
from playground.labs.own_surface import own_surface
from playground.labs.surfaces import FloatArray, Ground, Place, Range, Surface, fair_rate, heights
from playground.training.landscape import (
    Cancelled,
    Landscape,
    NoSlice,
    Plane,
    Tell,
    Terrain,
    flat,
    landscape,
    random_plane,
)
from playground.ui.figures import percent, scientific
from playground.ui.seen import Seen

NUMBERS = 97
"""Places along a side of a map."""
SLICE_NUMBERS = 61
OWN, NETWORK = "own", "network"
REACH = 3.0
"""How far on either side of its present value a weight is looked at."""


@dataclass(frozen=True, eq=False, slots=True)
class Scene:
    """The ground with its map `values` (n, n), the names of its axes and height, and where a race starts.

    `floor` is the lowest value that there can be, None where it is not known: losses above it can be drawn
    on a logarithmic axis. `about` says in words what the surface is.
    """

    ground: Ground
    values: FloatArray
    names: tuple[str, str, str]
    start: Place
    rate: float
    about: str
    minima: tuple[Place, ...] = ()
    floor: float | None = None
    signs: tuple[str, str] = ("x", "y")
    """What the axes are called where there is little room."""

    @property
    def side(self) -> float:
        """How wide the map is."""
        return float(np.ptp(self.ground.across))


def scene_of_surface(surface: Surface, about: str = "") -> Scene:
    """Return the scene of one of the known surfaces."""
    values = heights(surface, NUMBERS)
    finite = values[np.isfinite(values)]
    lowest = float(finite.min()) if finite.size else 0.0
    floor = 0.0 if lowest >= 0.0 else None
    if surface.minima:
        floor = float(surface.value(np.array(surface.minima[0])))
    return Scene(
        surface,
        values,
        ("x", "y", "loss"),
        surface.start,
        surface.rate,
        about or surface.help,
        surface.minima,
        floor,
    )


def scene_of_formula(text: str, reach: float) -> Scene:
    """Return the scene of a formula; FormulaError or ValueError with what is wrong with it."""
    made = own_surface(text, (-reach, reach), (-reach, reach))
    if made.doubtful:
        checked = (
            f"At {made.doubtful} of the places that were checked its gradient and differences disagree: "
            "it has kinks or is very steep there."
        )
    else:
        checked = f"Its gradient is automatic; differences agree to {scientific(max(made.error, 1e-16))}."
    missing = f" It has no value on {percent(made.missing)} of the map." if made.missing else ""
    return scene_of_surface(made.surface, f"{checked}{missing}")


# The open network -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choices:
    """Which plane through the weights: two random directions by seed, or two weights by their places."""

    seed: int = 0
    weights: tuple[int, int] | None = None


def names_of_weights(shapes: tuple[LayerShape, ...], most: int = 400) -> list[tuple[int, str]]:
    """Return the place and the name of each number of the Dense layers, at most so many."""
    found: list[tuple[int, str]] = []
    start, dense = 0, 0
    for shape in shapes:
        if shape.kind == "dense":
            dense += 1
            layer = "output" if shape is shapes[-1] else f"layer {dense}"
            for place in range(shape.size):
                unit, column = divmod(place, shape.columns)
                name = f"bias {unit + 1}" if column == 0 else f"w {unit + 1},{column}"
                found.append((start + place, f"{layer}: {name}"))
                if len(found) == most:
                    return found
        start += shape.size
    return found


def scene_of_network(
    seen: Seen, choices: Choices, tell: Tell = lambda _share: None, cancelled: Cancelled = lambda: False
) -> Scene | None:
    """Return the scene of a slice of the open network's loss; None when cancelled.

    Raises NoSlice, or ValueError, where there is no such slice.
    """
    terrain = Terrain.of_run(seen.prepared)
    now = flat(seen.snapshot.weights, seen.snapshot.biases).astype(np.float64)
    plane = _plane(terrain, now, choices)
    x, y, centre, directions = (
        np.asarray(part, np.float64) for part in (terrain.x, terrain.y, plane.centre, plane.directions)
    )
    ground = NetworkSlice.of(
        terrain.shapes, terrain.loss, (x, y), (centre, directions), (plane.across, plane.up)
    )
    found = landscape(terrain, plane, tell, cancelled)
    if found is None:
        return None
    return _scene(ground, found, terrain, seen, choices)


def _plane(terrain: Terrain, now: FloatArray, choices: Choices) -> Plane:
    if choices.weights is None:
        return random_plane(terrain.shapes, now, choices.seed, 1.0, SLICE_NUMBERS)
    if not np.isfinite(now).all():
        raise NoSlice("A weight has run away beyond all numbers. Rewind the network, and come back.")
    names = dict(names_of_weights(terrain.shapes))
    first, second = choices.weights
    centre, directions = plane_of_weights(now, first, second)
    across, up = (_around(float(now[place])) for place in choices.weights)
    labels = names[first], names[second]
    return Plane(centre, directions, across, up, labels, SLICE_NUMBERS)


def _around(value: float) -> Range:
    return value - REACH, value + REACH


def _scene(ground: NetworkSlice, found: Landscape, terrain: Terrain, seen: Seen, choices: Choices) -> Scene:
    plane = found.plane
    values = np.asarray(found.losses, np.float64)
    rows = f"{len(terrain.x):,}" + ("" if len(terrain.x) == terrain.of else f" of {terrain.of:,}")
    kind = "two random directions through its weights" if choices.weights is None else "two of its weights"
    (left, right), (low, high) = plane.across, plane.up
    name = f"“{seen.experiment.name}”" if seen.experiment.name else "the open network"
    return Scene(
        ground,
        values,
        (*plane.labels, "loss"),
        (round(left + 0.15 * (right - left), 3), round(low + 0.85 * (high - low), 3)),
        fair_rate(values, plane.across, plane.up),
        f"The real loss of {name} ({terrain.loss.label}) on its {rows} training rows, over {kind}; the cross "
        f"is where the network stands after {seen.snapshot.step:,} steps.",
        (((left + right) / 2, (low + high) / 2),),
        0.0,
        ("d₁", "d₂") if choices.weights is None else ("w₁", "w₂"),
    )
