"""What the pages of this lab draw alike: the threshold, seeds behind their median, the place looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from playground.ui.labs.things import Curve, Marks, Room, Thing, Upright
from playground.ui.plots.overlay import Look
from playground.ui.theme.colour import mix
from playground.ui.theme.tokens import Theme

FloatArray = npt.NDArray[np.float64]

NEAR_THRESHOLD = (0.8, 1.25)
"""The critical regime that is shaded, in units of the threshold."""
BEYOND = 3
"""How far the shade reaches beyond what is shown, as a multiple of it."""
TRAIN_DASH = (5.0, 2.5)


@dataclass(frozen=True)
class Medians:
    """A quantity over widths (w,): that of each seed (s, w), and the same on the training rows."""

    widths: FloatArray
    test: FloatArray
    train: FloatArray | None = None

    @cached_property
    def middle(self) -> FloatArray:
        """The median (w,) over the seeds that there are; NaN stands for one that is not."""
        return np.asarray(np.nanmedian(self.test, axis=0))

    @property
    def singles(self) -> tuple[FloatArray, FloatArray]:
        """Each seed's line as parts of one, (s * (w + 1),) each: a gap stands between two."""
        x = np.tile(np.append(self.widths, np.nan), len(self.test))
        return x, np.pad(self.test, ((0, 0), (0, 1)), constant_values=np.nan).ravel()


def threshold_things(theme: Theme, at: float, name: str, home: tuple[float, float], log: bool) -> list[Thing]:
    """Return the line of the interpolation threshold, and the shade round it; `home` is the range shown."""
    ends = np.log10(home) if log else np.array(home)
    reach = ends + BEYOND * float(ends[1] - ends[0]) * np.array([-1, 1])
    low, high = 10.0**reach if log else reach
    x = np.array(NEAR_THRESHOLD) * at
    return [
        Room(x, np.full(2, low), np.full(2, high), theme.warning, 0.12),
        Upright(at, Look(theme.warning, TRAIN_DASH, 1.4), name),
    ]


def median_things(theme: Theme, found: Medians, name: str, named: bool = True) -> list[Thing]:
    """Return faint lines of single seeds, and bold ones of the medians with a point at each width.

    `name` is that of the quantity on the test rows; the lines bear names when they are to be `named`.
    """
    faint = Look(mix(theme.curve_test, theme.surface, 0.65), (), 1.0)
    things: list[Thing] = []
    if len(found.test) > 1:
        things.append(Curve(*found.singles, faint))
    if found.train is not None:
        train = np.nanmedian(found.train, axis=0)
        things.append(Curve(found.widths, train, Look(theme.curve_train, TRAIN_DASH, 1.8), "train"))
    middle = found.middle
    things.append(Curve(found.widths, middle, Look(theme.curve_test, (), 2.6), name if named else ""))
    points = np.stack([found.widths, middle], axis=1)
    things.append(Marks(points, theme.curve_test, size=6.0, name=name, rim=False))
    return things


def chosen_mark(theme: Theme, width: float, value: float) -> Marks:
    """Return the ring at the place that is looked at."""
    return Marks(np.array([[width, value]]), theme.accent_soft, "o", 13.0)


def home_of(values: Sequence[FloatArray], log: bool) -> tuple[float, float]:
    """Return the range that shows these test errors: on the log scale with room for a train error below."""
    known = np.concatenate([np.ravel(one) for one in values])
    known = known[np.isfinite(known) & ((known > 0) | (not log))]
    if not len(known):
        return (1e-3, 1.0) if log else (0.0, 1.0)
    if log:
        return float(known.min()) / 8, float(known.max()) * 2
    return 0.0, max(float(known.max()) * 1.1, 1e-9)


def nearest(widths: Sequence[int], x: float) -> int:
    """Return the width next to `x` on a logarithmic axis."""
    return min(widths, key=lambda width: abs(np.log(width) - np.log(max(x, 1e-9))))
