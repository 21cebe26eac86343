"""Surfaces over a plane for descents to run on: each is one formula, its derivatives are taken from it.

Values, gradients and Hessians are in float64; places are arrays (..., 2) of x and y.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from playground.data.formula import parse
from playground.labs.jets import jets

FloatArray = npt.NDArray[np.float64]
Range = tuple[float, float]
Place = tuple[float, float]

NAMES = ("x", "y")


class Ground(Protocol):
    """Anything over a plane that a descent can run on."""

    @property
    def across(self) -> Range:
        """What is shown of x."""

    @property
    def up(self) -> Range:
        """What is shown of y."""

    def value(self, places: FloatArray) -> FloatArray:
        """Return the heights (...) at places (..., 2), not finite where there are none."""

    def gradient(self, places: FloatArray) -> FloatArray:
        """Return the gradients (..., 2) at places (..., 2)."""

    def hessian(self, place: FloatArray) -> FloatArray:
        """Return the second derivatives (2, 2) at one place (2,)."""


@dataclass(frozen=True, slots=True)
class Surface:
    """A formula of x and y, what is shown of it, and where a descent begins.

    `minima` are the known places with nothing lower around them, the lowest first; `rate` is a learning rate
    at which plain gradient descent does well from `start`. `source` says where the function comes from.
    """

    key: str
    label: str
    help: str
    formula: str
    across: Range
    up: Range
    start: Place
    minima: tuple[Place, ...] = ()
    rate: float = 0.1
    source: str = ""

    def value(self, places: FloatArray) -> FloatArray:
        """Return the heights (...) at places (..., 2)."""
        return _broadcast(self._of(places[..., 0], places[..., 1]), places.shape[:-1])

    def gradient(self, places: FloatArray) -> FloatArray:
        """Return the gradients (..., 2) at places (..., 2), by automatic differentiation."""
        slope = _broadcast(getattr(self._of(*jets(places)), "slope", 0.0), (2, *places.shape[:-1]))
        return np.moveaxis(slope, 0, -1)

    def hessian(self, place: FloatArray) -> FloatArray:
        """Return the second derivatives (2, 2) at one place (2,), by automatic differentiation."""
        return _broadcast(getattr(self._of(*jets(place, curved=True)), "bend", 0.0), (2, 2))

    def _of(self, x: object, y: object) -> object:
        with np.errstate(all="ignore"):
            return parse(self.formula, NAMES).of({"x": x, "y": y})


def _broadcast(found: object, shape: tuple[int, ...]) -> FloatArray:
    return np.array(np.broadcast_to(np.asarray(found, np.float64), shape))


def heights(ground: Ground, numbers: int) -> FloatArray:
    """Return the heights (numbers, numbers) over what is shown, lowest y first."""
    axes = (np.linspace(*ends, numbers) for ends in (ground.across, ground.up))
    return ground.value(np.stack(np.meshgrid(*axes), axis=-1))


def fair_rate(values: FloatArray, across: Range, up: Range) -> float:
    """Return a learning rate of one figure at which a steep place of a map (H, W) moves by a tenth of it."""
    spacing = [np.ptp(ends) / (count - 1) for ends, count in zip((up, across), values.shape, strict=True)]
    with np.errstate(all="ignore"):
        slopes = np.hypot(*np.gradient(values, *spacing))
    known = slopes[np.isfinite(slopes)]
    steep = float(np.quantile(known, 0.9)) if known.size else 0.0
    fair = 0.1 * float(np.ptp(across)) / steep if steep else 0.1
    return float(f"{min(max(fair, 1e-6), 1.0):.0e}")


def curvatures(hessian: FloatArray) -> tuple[float, float]:
    """Return the least and the greatest curvature at a place from its Hessian (2, 2); nan without one."""
    if not np.isfinite(hessian).all():
        return np.nan, np.nan
    least, greatest = np.linalg.eigvalsh(hessian)
    return float(least), float(greatest)


def remainder(ground: Ground, place: FloatArray, other: FloatArray) -> tuple[float, float, float]:
    """Return f(x'), the tangent plane's g.(x' - x) + f(x), and what lies between, for places (2,)."""
    real = float(ground.value(other))
    plane = float(ground.value(place) + ground.gradient(place) @ (other - place))
    return real, plane, real - plane


SURFACES: tuple[Surface, ...] = (
    Surface(
        key="bowl",
        label="Bowl",
        help="The same curvature in every direction: the gradient points straight away from the minimum.",
        formula="x^2 + y^2",
        across=(-3.0, 3.0),
        up=(-3.0, 3.0),
        start=(-2.4, 1.6),
        minima=((0.0, 0.0),),
    ),
    Surface(
        key="ravine",
        label="Ravine",
        help="Steep one way, nearly flat the other: a rate that suits the walls is too small for the floor.",
        formula="(x^2 + 25*y^2)/2",
        across=(-3.0, 3.0),
        up=(-3.0, 3.0),
        start=(-2.6, 1.6),
        minima=((0.0, 0.0),),
        rate=0.06,
    ),
    Surface(
        key="saddle",
        label="Saddle",
        help="A valley along x, a ridge along y: on the ridge the gradient is 0, but there is no minimum.",
        formula="x^2 + (y^2 - 1)^2",
        across=(-1.6, 1.6),
        up=(-1.6, 1.6),
        start=(1.0, 0.0),
        minima=((0.0, 1.0), (0.0, -1.0)),
        rate=0.05,
    ),
    Surface(
        key="rosenbrock",
        label="Rosenbrock's banana",
        help="A curved valley that is easily found and hard to follow to its end.",
        formula="(1 - x)^2 + 100*(y - x^2)^2",
        across=(-2.0, 2.0),
        up=(-1.0, 3.0),
        start=(-1.2, 1.0),
        minima=((1.0, 1.0),),
        rate=0.001,
        source="Rosenbrock 1960",
    ),
    Surface(
        key="himmelblau",
        label="Himmelblau",
        help="Four minima, all equally low: which of them is reached depends on the start and the steps.",
        formula="(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
        across=(-5.0, 5.0),
        up=(-5.0, 5.0),
        start=(-0.5, -0.5),
        minima=(
            (3.0, 2.0),
            (-2.805118086952745, 3.131312518250573),
            (-3.779310253377747, -3.283185991286170),
            (3.584428340330492, -1.848126526964404),
        ),
        rate=0.01,
        source="Himmelblau 1972",
    ),
    Surface(
        key="rastrigin",
        label="Rastrigin",
        help="A bowl full of dents: most descents end in a dent nearby, not in the lowest one.",
        formula="20 + x^2 + y^2 - 10*cos(2*pi*x) - 10*cos(2*pi*y)",
        across=(-3.5, 3.5),
        up=(-3.5, 3.5),
        start=(2.3, -1.7),
        minima=((0.0, 0.0),),
        rate=0.002,
        source="Rastrigin 1974",
    ),
    Surface(
        key="beale",
        label="Beale",
        help="A flat plain with steep walls: the slope is tiny in one place and huge in another.",
        formula="(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2",
        across=(-4.5, 4.5),
        up=(-4.5, 4.5),
        start=(1.0, 1.5),
        minima=((3.0, 0.5),),
        rate=0.01,
        source="Beale 1958",
    ),
    Surface(
        key="gaussians",
        label="Two hollows",
        help="A shallow hollow beside a deep one: plain descent stays in the one where it began.",
        formula="(x^2 + y^2)/10 - 2*exp(-2*((x - 1)^2 + y^2)) - 3*exp(-2*((x + 1)^2 + y^2))",
        across=(-2.5, 2.5),
        up=(-2.5, 2.5),
        start=(1.2, 1.4),
        minima=((-0.9830979538283909, 0.0), (0.9743888890065644, 0.0)),
        rate=0.1,
    ),
)
