"""What is drawn on the page of one weight: the curve with the step on it, and the line on its points."""

from dataclasses import dataclass

import numpy as np

from playground.labs.slope import Curve as Loss
from playground.labs.slope import Descent, Points, Step
from playground.ui.labs.things import Arrows, Curve, FloatArray, Handle, Marks, Thing, Words
from playground.ui.plots.overlay import Look
from playground.ui.theme.colour import mix
from playground.ui.theme.tokens import Theme

THINNED = 5
"""Every so many points of a loss's grid are drawn."""
LAST = 200
"""Steps of the way that are drawn at most."""
BELOW, ABOVE = 0.3, 0.15
"""Room below and above, as shares of the height: the tangent line promises less than there is."""
SIDE = 2.5
"""How far the picture of the data goes to either side."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A loss as it is drawn: points (k,) of the curve, and the ranges of the picture."""

    w: FloatArray
    value: FloatArray
    x: tuple[float, float]
    y: tuple[float, float]

    @classmethod
    def of(cls, loss: Loss, start: float) -> "Drawn":
        """Return how a loss is drawn when runs begin at `start`."""
        w = loss.grid[::THINNED]
        value = loss.both(w)[0]
        low, begun = float(value.min()), loss.at(start)[0]
        # The start and all between the minima are shown; what is steeper outside may leave the picture.
        between = value[(w >= loss.minima[0]) & (w <= loss.minima[-1])] if len(loss.minima) else value
        high = max(begun, float(between.max(initial=begun)), loss.at(loss.start)[0])
        room = (high - low) or 1.0
        return cls(w, value, (loss.low, loss.high), (low - BELOW * room, high + ABOVE * room))


def curve_things(
    theme: Theme, loss: Loss, drawn: Drawn, run: Descent, step: Step | None, full: bool = True
) -> list[Thing]:
    """Return the curve, the way so far, and, when `full`, the next step with its tangent line and its gap."""
    things: list[Thing] = [Curve(drawn.w, drawn.value, Look(theme.text, width=2.2))]
    things += minima_things(theme, loss)
    weights, values = run.path
    weights, values = weights[-LAST:], values[-LAST:]
    way = mix(theme.accent, theme.surface, 0.35)
    if len(weights) > 1:
        things.append(Curve(weights, values, Look(way, width=1.2)))
        things.append(
            Marks(np.stack([weights, values], axis=1)[:-1], way, "o", 6.0, "an earlier w and its J")
        )
    if full and step is not None:
        things += _step(theme, drawn, step)
    return things


def minima_things(theme: Theme, loss: Loss) -> list[Thing]:
    """Return the minima of a loss: a star at the global one."""
    if not len(loss.minima):
        return []
    places = np.stack([loss.minima, loss.both(loss.minima)[0]], axis=1)
    best = np.arange(len(places)) == loss.lowest
    things: list[Thing] = [Marks(places[best], theme.success, "star", 15.0, "global minimum")]
    if (~best).any():
        things.append(Marks(places[~best], theme.muted, "t1", 9.0, "local minimum"))
    return things


def _step(theme: Theme, drawn: Drawn, step: Step) -> list[Thing]:
    """Return the tangent line, the step along it, where it promises to arrive, where it does, and the gap."""
    ends = np.array(drawn.x)
    tangent = step.value + step.slope * (ends - step.w)
    promised, real = (step.w_new, step.predicted), (step.w_new, step.value_new)
    green, gap = theme.success, theme.danger
    things: list[Thing] = [
        Curve(ends, tangent, Look(green, width=1.6)),
        Curve(np.full(2, step.w_new), np.array([promised[1], real[1]]), Look(gap, (2.0, 1.5), 2.6)),
        Arrows(np.array([[step.w, step.value]]), np.array([promised]), Look(theme.accent, width=2.4)),
        Marks(np.array([promised]), green, "d", 11.0, "w_new and J′, as the tangent line promises"),
        Marks(np.array([real]), gap, "s", 10.0, "w_new and J_new"),
    ]
    things += [
        Words(text, place, mix(colour, theme.text, 0.3), anchor)
        for text, place, colour, anchor in (
            ("J′ ", promised, green, (1.0, 0.5)),
            (" J_new", real, gap, (0.0, 0.9)),
        )
        if drawn.x[0] <= place[0] <= drawn.x[1] and drawn.y[0] <= place[1] <= drawn.y[1]
    ]
    return things


def weight_handle(theme: Theme, w: float, value: float) -> Handle:
    """Return the point on the curve, to be dragged."""
    return Handle("w", "w and J(w)", (w, value), theme.accent)


# The line on its points -------------------------------------------------------------------------------------


def highest(points: Points) -> float:
    """Return how far up and down the picture of the data goes."""
    return 1.6 * float(np.abs(points.y).max())


def data_things(theme: Theme, points: Points, w: float, w_new: float | None) -> list[Thing]:
    """Return the points, the line y = w x with its errors, and where the next step would turn it."""
    x = np.array([-SIDE, SIDE])
    answers = w * points.x
    gaps = np.full((len(points.x), 3, 2), np.nan)
    gaps[:, :2, 0] = points.x[:, None]
    gaps[:, 0, 1], gaps[:, 1, 1] = answers, points.y
    errors = gaps.reshape(-1, 2)
    things: list[Thing] = [Curve(errors[:, 0], errors[:, 1], Look(theme.danger, width=1.4))]
    if w_new is not None and np.isfinite(w_new):
        things.append(Curve(x, w_new * x, Look(theme.accent, (4.0, 3.0), 1.4)))
    things.append(Curve(x, w * x, Look(theme.accent, width=2.4)))
    things.append(Marks(np.stack([points.x, points.y], axis=1), theme.negative, "o", 10.0, "a point"))
    return things


def line_handle(theme: Theme, points: Points, w: float) -> Handle:
    """Return the handle near the line's right end, within the picture."""
    x = 0.88 * SIDE
    if abs(w) * x > 0.9 * highest(points):
        x = 0.9 * highest(points) / abs(w)
    return Handle("line", "the line: its slope is w", (x, w * x), theme.accent)
