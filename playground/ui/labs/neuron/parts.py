"""What the pages of this lab share: points of two classes, and the line between them."""

import numpy as np

from playground.data.base import FloatArray
from playground.labs.neuron import Place, Task
from playground.ui.figures import MINUS, short
from playground.ui.labs.context import LabContext
from playground.ui.labs.things import Curve, Marks
from playground.ui.plots.items import point_size
from playground.ui.plots.overlay import Look
from playground.ui.theme.tokens import Theme

OPEN = "open"
"""The key of the rows of the open experiment."""
FAR = 8.0
"""How far a boundary is drawn beyond its handles: dashes and rims of an endless line take long to draw."""
ROOM = 0.08
ALIKE = 3.0
"""How many times as wide as the other a range may be and still get the same units."""


def open_task(context: LabContext) -> Task | None:
    """Return the training rows of the open run, where it has two columns and two classes; else None."""
    seen = context.seen()
    if seen is None:
        return None
    sample, rows = seen.prepared.sample, seen.prepared.train_rows
    if sample.inputs.shape[1] != 2 or len(sample.class_names) != 2 or not len(rows):
        return None
    points = np.asarray(sample.inputs[rows], dtype=np.float64)
    x1, x2 = (_around(points[:, axis]) for axis in (0, 1))
    names = seen.experiment.data.source.inputs
    return Task(
        OPEN,
        "The open data",
        "The training rows of the experiment in the window behind.",
        points,
        sample.targets[rows].astype(np.float64),
        (x1, x2) if max(_size(x1), _size(x2)) > ALIKE * min(_size(x1), _size(x2)) else _square(x1, x2),
        (names[0], names[1]),
    )


def _around(values: FloatArray) -> Place:
    low, high = float(values.min()), float(values.max())
    room = ROOM * (high - low) or 1.0
    return low - room, high + room


def _size(ends: Place) -> float:
    return ends[1] - ends[0]


def _square(x1: Place, x2: Place) -> tuple[Place, Place]:
    """Return both ranges as wide as the wider one, so that a right angle looks like one."""
    half = max(_size(x1), _size(x2)) / 2.0
    first, second = ((low + high) / 2.0 for low, high in (x1, x2))
    return (first - half, first + half), (second - half, second + half)


def is_square(domain: tuple[Place, Place]) -> bool:
    """Return whether a unit across is as long as a unit up in a square plot of this domain."""
    return abs(_size(domain[0]) - _size(domain[1])) <= 1e-9 * _size(domain[0])


def class_marks(task: Task, theme: Theme, side: float = 420.0) -> list[Marks]:
    """Return the points of both classes: orange squares for 0, blue circles for 1."""
    size = 14.0 if task.is_table else point_size(len(task.rows), side) + 1.0
    return [
        Marks(
            task.rows[task.targets == target],
            theme.classes[target],
            theme.class_markers[target],
            size,
            f"target {target}",
        )
        for target in (0, 1)
    ]


def boundary(ends: tuple[Place, Place], look: Look, halo: bool = True) -> Curve:
    """Return the line through two places, far beyond what is shown."""
    first, second = (np.array(end) for end in ends)
    way = (second - first) * FAR
    xy = np.stack((first - way, second + way))
    return Curve(xy[:, 0], xy[:, 1], look, halo=halo)


def grid_of(domain: tuple[Place, Place], count: int) -> FloatArray:
    """Return the places of a grid (count, count, 2) over the domain, row 0 at the lowest x2."""
    x1, x2 = (np.linspace(low, high, count) for low, high in domain)
    return np.stack(np.meshgrid(x1, x2), axis=-1)


def for_map(values: FloatArray) -> FloatArray:
    """Return values as a map can show them: zeros where not one of them is a number."""
    return values if np.isfinite(values).any() else np.zeros_like(values)


def times(weight: float, value: float) -> str:
    """Return a term of a sum as rich text, which no line breaks: " + 0.5 × 1", or " − 0.5 × 1"."""
    return f" {MINUS if weight < 0 else '+'}&nbsp;{short(abs(weight))}&nbsp;×&nbsp;{_bracketed(value)}"


def _bracketed(value: float) -> str:
    return f"({short(value)})" if value < 0 else short(value)
