"""The three plots of "Noisy gradients": the cloud, the contour with the path, and the noise over B."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.data.base import FloatArray
from playground.labs.batch_gradients import Measured, Noise
from playground.labs.batch_plane import Plane
from playground.ui.labs.field_plot import FieldPlot
from playground.ui.labs.lab_plot import LabPlot
from playground.ui.labs.things import Arrows, Curve, Handle, Marks, Thing, Upright, Words
from playground.ui.plots.overlay import Look
from playground.ui.theme.colour import mix
from playground.ui.theme.tokens import Theme

SHAFTS = 40
"""Arrows with a shaft; of the others only the tip is drawn."""
LEAST_LENGTH = 0.07
"""The share of the contour's width that the longest arrow takes at least."""
CURVE_POINTS = 80
LEAST_FILLED = 0.45
"""The share of the ranges that the cloud takes at least before they become smaller."""
Ranges = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, eq=False, slots=True)
class Sight:
    """What the plots draw: gradients at `here` (2,) as they lie on the plane, and where descent has been.

    `full` (2,) is the gradient of all rows, `cloud` (n, 2) those of batches; `path` and `full_path` (m, 2)
    are the places of descent with batches and with all rows.
    """

    plane: Plane
    noise: Noise
    here: FloatArray
    full: FloatArray
    cloud: FloatArray
    path: FloatArray
    full_path: FloatArray
    batch: int
    rate: float


def cloud_things(sight: Sight, theme: Theme) -> list[Thing]:
    """Return the arrows of the cloud from 0, with the full gradient over them."""
    tips = sight.cloud[:SHAFTS]
    zeros = np.zeros_like(tips)
    full = sight.full[None]
    batch = mix(theme.negative, theme.surface, 0.35)
    return [
        Arrows(zeros, tips, Look(batch, width=0.9)),
        Marks(sight.cloud, theme.negative, size=4.5, name="gradient of a batch", rim=False),
        Arrows(np.zeros((1, 2)), full, Look(theme.accent, width=3.2)),
        Marks(np.zeros((1, 2)), theme.text, "+", 10.0, "0", rim=False),
        Marks(full, theme.accent, "o", 9.0, "full gradient"),
    ]


def cloud_range(sight: Sight, before: Ranges | None = None) -> Ranges:
    """Return the ranges in which the whole cloud and 0 lie, as long across as up.

    Those there were `before` are kept as long as they fit well enough: nothing jumps, and drawing is quicker.
    """
    places = np.concatenate((sight.cloud, sight.full[None], np.zeros((1, 2))))
    places = places[np.isfinite(places).all(axis=1)]
    if not len(places):
        return (-1.0, 1.0), (-1.0, 1.0)
    low, high = places.min(axis=0), places.max(axis=0)
    if before is not None:
        (left, right), (bottom, top) = before
        inside = (low >= (left, bottom)).all() and (high <= (right, top)).all()
        if inside and float((high - low).max()) > LEAST_FILLED * (right - left):
            return before
    half = max(0.6 * float((high - low).max()), 1e-9)
    (x, y) = (low + high) / 2
    return (x - half, x + half), (y - half, y + half)


def stretch(sight: Sight) -> float:
    """Return how many times as long as a step the arrows on the contour are, so that they can be seen."""
    longest = sight.rate * float(np.quantile(np.linalg.norm(sight.cloud, axis=1), 0.9, method="lower"))
    least = LEAST_LENGTH * (sight.plane.across[1] - sight.plane.across[0])
    if not np.isfinite(longest) or longest <= 0.0 or longest >= least:
        return 1.0
    power = 10.0 ** np.floor(np.log10(least / longest))
    return float(min(times for times in power * np.array((1, 2, 5, 10)) if times * longest >= least))


def contour_things(sight: Sight, theme: Theme) -> list[Thing]:
    """Return the steps that batches would make from here, and the ways so far."""
    times = stretch(sight)
    steps = sight.here - times * sight.rate * sight.cloud[:SHAFTS]
    starts = np.broadcast_to(sight.here, steps.shape)
    things: list[Thing] = [
        Curve(sight.full_path[:, 0], sight.full_path[:, 1], Look(theme.text, (5.0, 2.5), 1.6), halo=True),
        Curve(sight.path[:, 0], sight.path[:, 1], Look(theme.negative, (), 2.0), halo=True),
        Arrows(starts, steps, Look(mix(theme.negative, theme.outline, 0.3), width=1.0)),
        Arrows(
            sight.here[None],
            (sight.here - times * sight.rate * sight.full)[None],
            Look(theme.accent, width=3.0),
        ),
        Marks(sight.here[None], theme.negative, "o", 10.0, "here"),
    ]
    if times > 1.0:
        corner = (sight.plane.across[0], sight.plane.up[0])
        things.append(Words(f" arrows: steps × {times:,.0f}", corner, theme.text, (0.0, 1.0)))
    return things


def noise_things(sight: Sight, measured: Measured | None, theme: Theme) -> list[Thing]:
    """Return E‖ε‖² by theory as a line and as measured as points with two standard errors."""
    noise, rows = sight.noise, sight.noise.rows
    sizes = np.unique(np.round(np.geomspace(1, max(rows - 1, 1), CURVE_POINTS)).astype(int))
    theory = np.array([noise.predicted(int(size)) for size in sizes])
    things: list[Thing] = [
        Curve(sizes.astype(float), theory, Look(theme.accent), "theory: tr(S)/B · (1 − B/N) ")
    ]
    if measured is not None:
        x, means = np.array(measured.sizes, float), measured.means
        ends = (np.maximum(means - 2 * measured.errors, means / 10), means + 2 * measured.errors)
        known = x < rows
        bars = np.stack((x, x, np.full_like(x, np.nan)), axis=1)[known].ravel()
        heights = np.stack((*ends, np.full_like(x, np.nan)), axis=1)[known].ravel()
        things.append(Curve(bars, heights, Look(theme.negative, width=1.6)))
        things.append(Marks(np.stack((x, means), axis=1)[known], theme.negative, "o", 8.0, "measured"))
    things.append(Upright(float(sight.batch), Look(theme.muted, (3.0, 2.0), 1.2), f" B = {sight.batch:,}"))
    return things


class GradientViews:
    """The plots, and what is drawn in them."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._ranges: Ranges | None = None
        self._turn = False
        self.cloud = LabPlot(
            theme,
            "Cloud of gradients",
            "Each thin arrow is the gradient of one batch, the thick one that of all rows.",
            "The gradients are being computed.",
            ("", ""),
        )
        self.contour = FieldPlot(
            theme,
            "Loss with the path",
            "The loss of all rows over the plane, with the steps that batches would make. Drag the start.",
            "The loss is being computed.",
            ("", ""),
        )
        self.noise = LabPlot(
            theme,
            "Noise over batch size",
            "The mean squared length of the noise: a line by theory, points as measured.",
            "The noise is being measured.",
            ("batch size B", "E‖ε‖²"),
            (True, True),
        )

    def name_axes(self, gradients: tuple[str, str], weights: tuple[str, str]) -> None:
        """Say what the axes of the cloud and of the contour are."""
        self.cloud.set_axes(gradients, (False, False))
        self.contour.set_axes(weights, (False, False))

    def show(
        self, sight: Sight, start: tuple[float, float], measured: Measured | None, all_of_it: bool
    ) -> None:
        """Draw it all, or, while it plays, one of the plots that move from step to step, in turn."""
        self._turn = not self._turn
        if all_of_it or self._turn:
            self._ranges = cloud_range(sight, self._ranges)
            self.cloud.set_home(*self._ranges)
            self.cloud.show_things(cloud_things(sight, self._theme))
        if all_of_it or not self._turn:
            handle = Handle("start", "Start", start, self._theme.surface, "s")
            self.contour.show_things(contour_things(sight, self._theme), [handle])
        if all_of_it:
            self.noise.show_things(noise_things(sight, measured, self._theme))

    def show_field(self, plane: Plane, losses: FloatArray) -> None:
        """Draw the loss below the arrows."""
        self.contour.show_field(losses, plane.across, plane.up)

    def clear(self) -> None:
        """Draw nothing, and say that it is being computed."""
        self._ranges = None
        for plot in self.plots:
            plot.show_things(())
        self.contour.show_field(np.empty((0, 0)), (0.0, 1.0), (0.0, 1.0))

    @property
    def plots(self) -> Sequence[LabPlot]:
        """All three."""
        return self.cloud, self.contour, self.noise

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme from now on."""
        self._theme = theme
