"""A stroke of a painting tool, from where it begins to where it ends: table by table, as the pointer goes."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from playground.data.base import PLANE_DOMAIN, FloatArray
from playground.data.painting import dab, erase, move, nearest, put
from playground.data.table import Table

Tool = Literal["brush", "erase", "move"]
Place = tuple[float, float]

LEAST_STEP = 0.4
"""How far the brush goes at least between two dabs."""
LEAST_ERASER = 0.2
"""The radius within which the smallest eraser takes points away."""


@dataclass(frozen=True, slots=True)
class Brush:
    """What is painted with: a tool, the class or value it gives, its radius, and how much chance scatters."""

    tool: Tool = "brush"
    target: float = 0.0
    radius: float = 0.5
    jitter: float = 0.0

    @property
    def reach(self) -> float:
        """The radius of the circle within which the tool works."""
        return max(self.radius, LEAST_ERASER) if self.tool == "erase" else self.radius

    def erasing(self) -> "Brush":
        """Return the eraser of the same size."""
        return replace(self, tool="erase")


class Stroke:
    """One stroke: `go` along the pointer's way; `table` is what has come of it so far."""

    def __init__(
        self, table: Table, brush: Brush, start: Place, grip: float, dice: np.random.Generator
    ) -> None:
        """Begin at `start`; a point within `grip` of it is the one that is moved.

        Raises:
            PaintingRefused: when the first dab cannot be made.
        """
        self.before = self.table = table
        self.row = nearest(table, start, grip) if brush.tool == "move" else None
        self._brush = brush
        self._dice = dice
        self._start = self._last = np.asarray(start, dtype=np.float64)
        self._work(self._last)

    @property
    def changes(self) -> bool:
        """Whether anything has been painted, erased or moved."""
        return self.table is not self.before and self.table != self.before

    @property
    def text(self) -> str:
        """What the stroke is called in the history."""
        count = abs(len(self.table) - len(self.before))
        points = "a point" if count <= 1 else f"{count:,} points"
        return {"brush": f"Paint {points}", "erase": f"Erase {points}", "move": "Move a point"}[
            self._brush.tool
        ]

    def go(self, place: Place) -> None:
        """Go straight on to a place; PaintingRefused when what is to be painted there cannot be."""
        target = np.asarray(place, dtype=np.float64)
        if self._brush.tool == "move":
            self._work(target)
            return
        step = max(LEAST_STEP if self._brush.tool == "brush" else 0.0, self._brush.reach)
        way = float(np.hypot(*(target - self._last)))
        start, steps = self._last, int(way / step)
        for index in range(1, steps + 1):
            self._last = start + (target - start) * (index * step / way)
            self._work(self._last)

    def _work(self, place: FloatArray) -> None:
        at, brush = (float(place[0]), float(place[1])), self._brush
        if brush.tool == "erase":
            self.table = erase(self.table, at, brush.reach)
        elif brush.tool == "move" and self.row is not None:
            x, y = self.before.inputs[self.row] + place - self._start
            self.table = move(self.before, self.row, (float(x), float(y)))
        elif brush.tool == "brush" and all(
            low <= value <= high for value, (low, high) in zip(at, PLANE_DOMAIN, strict=True)
        ):
            self.table = put(self.table, dab(at, brush.radius, brush.jitter, self._dice), brush.target)
