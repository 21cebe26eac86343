"""What can be drawn in a plot of a lab, as small records: the plot makes items of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from playground.ui.plots.overlay import Look

FloatArray = npt.NDArray[np.float64]
Place = tuple[float, float]


@dataclass(frozen=True, eq=False, slots=True)
class Curve:
    """A line through points: x (n,) and y (n,). It has a gap where one is not finite; a name at its end.

    With `halo` it has a rim, so that it stands out from a map.
    """

    x: FloatArray
    y: FloatArray
    look: Look
    name: str = ""
    halo: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Marks:
    """Points (n, 2) with a marker and a colour, `size` design pixels wide. `name` is said of one."""

    xy: FloatArray
    colour: str
    symbol: str = "o"
    size: float = 9.0
    name: str = ""
    rim: bool = True


@dataclass(frozen=True, eq=False, slots=True)
class Arrows:
    """Arrows from places (n, 2) to places (n, 2)."""

    start: FloatArray
    end: FloatArray
    look: Look


@dataclass(frozen=True, eq=False, slots=True)
class Upright:
    """A line from the bottom to the top at x, with words at its top."""

    x: float
    look: Look
    name: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Room:
    """The room between two curves (n,) over x (n,), as opaque as `share` says."""

    x: FloatArray
    low: FloatArray
    high: FloatArray
    colour: str
    share: float = 0.2


@dataclass(frozen=True, eq=False, slots=True)
class Words:
    """A short text at a place; `anchor` is the part of the text that lies there, (0, 0) its top left."""

    text: str
    place: Place
    colour: str
    anchor: tuple[float, float] = field(default=(0.0, 1.0))


Thing = Curve | Marks | Arrows | Upright | Room | Words
Things = Sequence[Thing]


@dataclass(frozen=True, slots=True)
class Handle:
    """Something at a place that can be dragged: `key` names it to the page, `name` to the person."""

    key: str
    name: str
    place: Place
    colour: str
    symbol: str = "o"
    size: float = 13.0
