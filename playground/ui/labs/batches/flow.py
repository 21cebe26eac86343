"""Where the squares of a table of batches lie: groups side by side that break into lines. No Qt in here."""

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Spaces:
    """Pixels: the side of a square, between two of a group, between groups, and below a line of squares."""

    side: int
    gap: int
    apart: int
    below: int


Spot = tuple[int, int]
"""The upper left corner of a square."""


@lru_cache(maxsize=64)
def flow(sizes: tuple[int, ...], width: int, spaces: Spaces) -> tuple[tuple[tuple[Spot, ...], ...], int]:
    """Return the squares of groups of these sizes within `width`, and how high they are altogether.

    A group that does not fit into the rest of a line begins the next one; a longer one goes on there.
    """
    pace, line = spaces.side + spaces.gap, spaces.side + spaces.below
    x = y = 0
    groups: list[tuple[Spot, ...]] = []
    for size in sizes:
        if x and x + size * pace - spaces.gap > width:
            x, y = 0, y + line
        group: list[Spot] = []
        for _ in range(size):
            if x and x + spaces.side > width:
                x, y = 0, y + line
            group.append((x, y))
            x += pace
        x += spaces.apart - spaces.gap
        groups.append(tuple(group))
    return tuple(groups), y + line


@lru_cache(maxsize=64)
def largest_side(
    sizes: tuple[int, ...], width: int, height: int, sides: tuple[int, ...], spaces: Spaces
) -> Spaces:
    """Return `spaces` with the first of `sides` with which the groups fit, or the last."""
    for side in sides:
        fitting = Spaces(side, spaces.gap, max(spaces.apart, side // 2), spaces.below)
        if flow(sizes, width, fitting)[1] <= height:
            return fitting
    return fitting
