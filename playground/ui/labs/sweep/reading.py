"""What the results of a sweep say: numbers for cells and axes, and sentences. No widgets."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from playground.experiment.variation import THINGS, Thing, Value
from playground.labs.sweep import SweepSpec
from playground.labs.sweep_groups import Summary, best
from playground.tables import by_key
from playground.training.sweeping import Progress
from playground.ui.figures import four_digits, percent_in_tenths, short
from playground.ui.labs.sweep.parallel import Axis

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure of a run: a key of `labs.sweep.QUANTITIES`, and how it is called."""

    key: str
    label: str
    help: str

    @property
    def is_loss(self) -> bool:
        """Whether less of it is better."""
        return self.key.endswith("loss")


def quantities(metric: str) -> tuple[Quantity, ...]:
    """Return the figures in the order of the menu; `metric` is that of the runs, "accuracy" or "r2"."""
    name = "R²" if metric == "r2" else metric
    parts = (
        ("validation", "the rows it is chosen by"),
        ("test", "the test rows"),
        ("train", "the training rows"),
    )
    return tuple(
        Quantity(f"{part}_{kind}", f"{part} {word}", f"The {word} on {rows}, the median over the seeds.")
        for part, rows in parts
        for kind, word in (("loss", "loss"), ("metric", name))
    )


def keys_of(spec: SweepSpec) -> tuple[str, ...]:
    """Return the keys of what is varied."""
    return tuple(one.key for one in spec.vary)


def thing_of(key: str) -> Thing:
    """Return what is varied by its key."""
    return by_key(THINGS, key, "setting")


def in_words(key: str, value: Value) -> str:
    """Return a value as the person knows it: an option by its label."""
    labels = {option.key: option.label for option in thing_of(key).options}
    return labels.get(value, value) if isinstance(value, str) else short(value)


def figure(quantity: Quantity, value: float, metric: str) -> str:
    """Return a figure as text; one that is no number says so."""
    if not math.isfinite(value):
        return "lost"
    if quantity.is_loss:
        return four_digits(value)
    return short(value) if metric == "r2" else percent_in_tenths(value)


def goodness(values: FloatArray, is_loss: bool) -> FloatArray:
    """Return how good each of the values (n,) is, from 0 to 1; what is no number is 0.

    Losses are compared by their logarithm where they differ by more than a factor of ten.
    """
    known = values[np.isfinite(values)]
    if not len(known):
        return np.zeros(len(values))
    scale = values
    if is_loss and known.min() > 0 and known.max() / known.min() > 10:
        scale = np.log(np.where(values > 0, values, np.nan))
        known = scale[np.isfinite(scale)]
    low, high = float(known.min()), float(known.max())
    share = (scale - low) / (high - low) if high > low else np.full(len(values), 0.5)
    return np.where(np.isfinite(scale), 1.0 - share if is_loss and high > low else share, 0.0)


def places_of(spec: SweepSpec, found: Sequence[Summary]) -> list[tuple[Value, ...]]:
    """Return for each thing that is varied the values there are, in their order."""
    orders = []
    for vary in spec.vary:
        seen = dict.fromkeys(one.values[vary.key] for one in found)
        if spec.mode == "grid":
            orders.append(tuple(vary.steps))
        elif vary.thing.options:
            orders.append(tuple(value for value in vary.values if value in seen))
        else:
            orders.append(tuple(sorted(seen, key=float)))
    return orders


def axis_places(values: Sequence[Value], all_values: Sequence[Value]) -> FloatArray:
    """Return at which share of an axis each of the values (n,) stands: by size for numbers, else by order.

    Numbers that lie over more than a factor of twenty stand by their logarithm.
    """
    if len(all_values) < 2:
        return np.full(len(values), 0.5)
    if any(isinstance(value, str) for value in all_values):
        order = list(all_values)
        return np.array([order.index(value) / (len(order) - 1) for value in values])
    whole = np.array([float(value) for value in all_values])
    wanted = np.array([float(value) for value in values])
    if whole.min() > 0 and whole.max() / whole.min() > 20:
        whole, wanted = np.log(whole), np.log(wanted)
    low, high = whole.min(), whole.max()
    return np.asarray((wanted - low) / (high - low)) if high > low else np.full(len(values), 0.5)


def value_axis(key: str, all_values: Sequence[Value], most: int = 6) -> Axis:
    """Return the axis of a thing that is varied."""
    places = axis_places(all_values, all_values).tolist()
    ticks: list[tuple[float, str]] = []
    for place, value in sorted(zip(places, all_values, strict=True), key=lambda one: one[0]):
        if not ticks or place - ticks[-1][0] >= 0.8 / most:
            ticks.append((place, in_words(key, value)))
    return Axis(thing_of(key).label, tuple(ticks))


def values_in_words(found: Summary) -> str:
    """Return what was chosen, as "width 8, learning rate 0.03"."""
    return ", ".join(
        f"{thing_of(key).label.lower()} {in_words(key, value)}" for key, value in found.values.items()
    )


def verdict(spec: SweepSpec, found: Sequence[Summary], metric: str) -> str:
    """Return in a sentence which choices are the best so far, and how they do on rows that chose nothing."""
    top = best(spec, found)
    if top is None:
        return "No run has a finite loss: try smaller learning rates."
    named = {one.key: one for one in quantities(metric)}
    chosen = named[spec.best_by]
    words = (
        f"Best by {chosen.label}: {values_in_words(top)}, {figure(chosen, top.medians[chosen.key], metric)}"
    )
    test = named["test_metric"]
    if math.isfinite(top.medians["test_metric"]):
        words += f"; {test.label} {figure(test, top.medians['test_metric'], metric)}"
    lost = sum(one.diverged for one in found)
    tail = f" {lost} of the runs lost all measure." if lost else ""
    return f"{words}.{tail} Click on others to compare."


def progress_in_words(progress: Progress, paused: bool) -> str:
    """Return how far a sweep is, and how long it will take."""
    words = f"{progress.done:,} of {progress.total:,}"
    if paused:
        return f"{words}, paused"
    if progress.left is None:
        return f"{words}, the first runs are being made"
    return f"{words}, {duration(progress.left)} left"


def duration(seconds: float) -> str:
    """Return a time as people say it: 8 s, 3 min 20 s, 2 h 5 min."""
    whole = max(0, math.ceil(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def value_texts(key: str, values: Sequence[Value]) -> tuple[str, ...]:
    """Return the names of rows or columns."""
    return tuple(in_words(key, value) for value in values)
