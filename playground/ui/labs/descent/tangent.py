"""The tangent plane at the start: what it says of another place, and what is really there."""

import numpy as np

from playground.labs.surfaces import FloatArray, Ground, remainder
from playground.ui.figures import short
from playground.ui.labs.descent.terms_panel import Remark, Row
from playground.ui.labs.relief_view import Route
from playground.ui.labs.things import Arrows, Curve, Handle, Thing
from playground.ui.plots.overlay import Look
from playground.ui.theme.tokens import Theme

KEY = "other"
REACH = 0.18
"""Of the map's side, how far the piece of the plane that is drawn reaches."""
ARROW = 0.14
"""Of the map's side, how long the arrow of the gradient is: it shows a direction alone."""
CORNERS = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1], [0, -1], [0, 1], [0, 0], [-1, 0], [1, 0]])
BETWEEN = np.linspace(0.0, len(CORNERS) - 1, 8 * (len(CORNERS) - 1) + 1)
"""Eight points a side: the heights of the view are not even, so that a straight line is not drawn as one."""
TITLE = "The tangent plane at the start"


def handle(other: FloatArray, theme: Theme) -> Handle:
    """Return the place x' as something to be dragged."""
    return Handle(KEY, "x′", (float(other[0]), float(other[1])), theme.accent, "d")


def things(ground: Ground, place: FloatArray, other: FloatArray, theme: Theme) -> list[Thing]:
    """Return the way from the start to x', and the gradient at the start: a direction alone."""
    ends = np.stack((place, other))
    line = Curve(ends[:, 0], ends[:, 1], _way_look(theme), halo=True)
    side = float(np.ptp(ground.across))
    return [line, *uphill(place, ground.gradient(place), side, _slope_look(theme))]


def uphill(place: FloatArray, slope: FloatArray, side: float, look: Look) -> list[Thing]:
    """Return the arrow of a gradient (2,) at a place (2,) of a map so wide; none without a direction."""
    steepness = float(np.linalg.norm(slope))
    if not (np.isfinite(steepness) and steepness > 0):
        return []
    tip = place + ARROW * side * slope / steepness
    return [Arrows(place[None], tip[None], look)]


def route(ground: Ground, place: FloatArray, theme: Theme) -> Route:
    """Return a piece of the plane, for the view from the side."""
    whole = np.arange(len(CORNERS))
    outline = np.column_stack([np.interp(BETWEEN, whole, side) for side in CORNERS.T])
    steps = outline * REACH * np.ptp([ground.across, ground.up], axis=1)
    heights = float(ground.value(place)) + steps @ ground.gradient(place)
    return Route(place + steps, heights, Look(theme.accent, (), 2.4), "d")


def panel(
    ground: Ground, place: FloatArray, other: FloatArray, theme: Theme
) -> tuple[tuple[Row, ...], tuple[Remark, ...]]:
    """Return the numbers: the way, the gradient, and how well the plane foretells what is there."""
    way, slope = other - place, ground.gradient(place)
    real, foretold, missed = remainder(ground, place, other)
    length = float(np.linalg.norm(way))
    rows = (
        Row("x", "the start", float(place[0]), float(place[1])),
        Row(
            "x′",
            "the place that you drag",
            float(other[0]),
            float(other[1]),
            _way_look(theme),
        ),
        Row("g", "the gradient: straight uphill", float(slope[0]), float(slope[1]), _slope_look(theme)),
    )
    along = float(slope @ way) / length if length else 0.0
    share = missed / length**2 if length else 0.0
    notes = (
        Remark(
            f"Slope in this direction, g · (x′ − x) / |x′ − x| = {short(along)}; |g| is the most there is."
        ),
        Remark(
            f"The plane says {short(foretold)}, the surface has {short(real)}: {short(missed)} between them."
        ),
        Remark(f"That is {short(share)} |x′ − x|²: close to x, half as far leaves a quarter of it."),
    )
    return rows, notes


def _way_look(theme: Theme) -> Look:
    return Look(theme.accent, (4.0, 2.0), 2.4)


def _slope_look(theme: Theme) -> Look:
    return Look(theme.danger, (), 2.4)
