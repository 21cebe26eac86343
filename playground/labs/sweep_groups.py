"""What the runs of a sweep come to together: medians over the seeds, and which choices are the best.

The best are found by validation rows alone: a choice made by the test rows would make their score too good.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from playground.experiment.variation import Value
from playground.labs.sweep import Point, SweepResult, SweepSpec

QUANTITIES = (
    *("train_loss", "validation_loss", "test_loss"),
    *("train_metric", "validation_metric", "test_metric"),
)


@dataclass(frozen=True, slots=True)
class Summary:
    """The runs of one group, which differ in their seed alone: the median of each of `QUANTITIES`.

    A loss that is no number counts as infinite, a metric as minus infinity. `runs` says how many there are.
    """

    group: int
    values: Mapping[str, Value]
    runs: int
    parameters: int
    medians: Mapping[str, float]
    diverged: int


def summaries(runs: Iterable[Point], results: Mapping[str, SweepResult]) -> tuple[Summary, ...]:
    """Return the groups of which there are results, in their order; `results` by the id of the point."""
    groups: dict[int, list[Point]] = {}
    for point in runs:
        if point.id in results and not results[point.id].error:
            groups.setdefault(point.group, []).append(point)
    return tuple(_summary(found, [results[one.id] for one in found]) for found in groups.values())


def _summary(runs: list[Point], results: list[SweepResult]) -> Summary:
    medians = {}
    for name in QUANTITIES:
        worst = math.inf if name.endswith("loss") else -math.inf
        values = [getattr(one, name) for one in results]
        medians[name] = float(np.median([value if math.isfinite(value) else worst for value in values]))
    lost = sum(one.diverged for one in results)
    first = runs[0]
    return Summary(first.group, first.values, len(results), results[0].parameters, medians, lost)


def ranked(spec: SweepSpec, found: Iterable[Summary]) -> tuple[Summary, ...]:
    """Return the groups in the order of what they reach on the validation rows, the best first."""
    sign = 1.0 if spec.best_by.endswith("loss") else -1.0
    return tuple(sorted(found, key=lambda one: sign * one.medians[spec.best_by]))


def best(spec: SweepSpec, found: Iterable[Summary]) -> Summary | None:
    """Return the group that is best on the validation rows; None where none has a number there."""
    known = [one for one in found if math.isfinite(one.medians[spec.best_by])]
    return next(iter(ranked(spec, known)), None)
