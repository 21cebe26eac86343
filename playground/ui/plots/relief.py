"""A surface over the plane, seen from a place: its points, its light, and what stands on it. No painting."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

HEIGHT = 0.62
"""Half the height of the box; its floor reaches from -1 to 1 both ways."""
FLATTEST, STEEPEST = math.radians(4), math.radians(90)
NEAREST, FURTHEST = 6.0, 0.4
LEVELS = 12  # of light


@dataclass(frozen=True, slots=True)
class Eye:
    """Where the box is seen from: turned about the upright axis, tilted, both in radians, and how near."""

    turn: float = math.radians(-35)
    tilt: float = math.radians(32)
    zoom: float = 1.0

    def turned(self, turn: float, tilt: float) -> "Eye":
        """Return the eye turned and tilted further, never below the floor nor beyond straight down."""
        angle = math.remainder(self.turn + turn, math.tau)
        return Eye(angle, min(STEEPEST, max(FLATTEST, self.tilt + tilt)), self.zoom)

    def nearer(self, factor: float) -> "Eye":
        """Return the eye so many times as near."""
        return Eye(self.turn, self.tilt, min(NEAREST, max(FURTHEST, self.zoom * factor)))

    def size(self, width: float, height: float) -> float:
        """Return how many pixels a unit has in a picture, with room for the labels."""
        down = 2 * (HEIGHT * math.cos(self.tilt) + math.sqrt(2) * math.sin(self.tilt))
        return self.zoom * min(width / (2 * math.sqrt(2) + 0.5), height / (down + 0.45))

    def project(self, box: FloatArray, centre: tuple[float, float], size: float) -> FloatArray:
        """Return places (..., 3) of the box as pixels and depth (..., 3); what is deeper is further away."""
        sine, cosine = math.sin(self.turn), math.cos(self.turn)
        high, deep = math.sin(self.tilt), math.cos(self.tilt)
        # Columns: across, down, and away from the eye; rows: x, y and z of the box.
        seen = np.array(
            [
                [cosine * size, -sine * high * size, sine * deep],
                [-sine * size, -cosine * high * size, cosine * deep],
                [0.0, -deep * size, -high],
            ]
        )
        return np.asarray(box @ seen + (centre[0], centre[1], 0.0))

    @property
    def flips(self) -> tuple[bool, bool]:
        """Whether rows and columns of the plane run from front to back, so that the last is painted first."""
        return math.cos(self.turn) > 0, math.sin(self.turn) > 0


def surface(heights: FloatArray) -> FloatArray:
    """Return the points (n, n, 3) of heights (n, n) in [-1, 1], row after row of the second input."""
    x, y = np.meshgrid(*[np.linspace(-1, 1, side) for side in heights.shape[::-1]])
    return np.stack((x, y, heights * HEIGHT), axis=-1)


def light(points: FloatArray) -> FloatArray:
    """Return how light each cell is, 0 to 1 in `LEVELS` steps: by its slope, with light from one side."""
    right = points[:-1, 1:] - points[:-1, :-1]
    up = points[1:, :-1] - points[:-1, :-1]
    normal = np.nan_to_num(np.cross(right, up), posinf=0.0, neginf=0.0)
    normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-12)
    towards = np.array([-0.45, -0.35, 0.82])
    return np.asarray(np.rint(np.clip(normal @ towards, 0.0, 1.0) * (LEVELS - 1)) / (LEVELS - 1))


def lit(colours: npt.NDArray[np.uint32], lightness: FloatArray) -> npt.NDArray[np.uint32]:
    """Return colours (rows, columns), darker where there is less light."""
    share = 0.62 + 0.42 * lightness
    result = np.zeros_like(colours)
    for shift in (16, 8, 0):
        channel = ((colours >> np.uint32(shift)) & np.uint32(255)) * share
        result |= np.minimum(channel, 255.0).astype(np.uint32) << np.uint32(shift)
    return result


def height_at(heights: FloatArray, xy: FloatArray) -> FloatArray:
    """Return the heights (m,) of a surface (n, n) at places (m, 2) in [-1, 1], straight between points."""
    last = heights.shape[0] - 1
    places = np.clip((xy + 1) / 2 * last, 0, last)
    low = np.minimum(places.astype(int), last - 1)
    (a, b), (i, j) = (places - low).T, low.T
    lower = heights[j, i] * (1 - a) + heights[j, i + 1] * a
    upper = heights[j + 1, i] * (1 - a) + heights[j + 1, i + 1] * a
    return np.asarray(lower * (1 - b) + upper * b)
