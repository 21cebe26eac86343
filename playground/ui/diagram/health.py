"""What the badges of layers say about units that no longer learn, worked out from a run's snapshots."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from playground.experiment.prepare import Prepared
from playground.training.health import can_die, dead_units
from playground.training.messages import Snapshot

SELDOM = 0.5
"""Seconds between two looks while a run plays."""

DEAD = (
    "A dead neuron is on the flat part of its activation for every example, so that no gradient reaches its "
    "weights. Try a lower learning rate and start again, or an activation that keeps a slope: Leaky ReLU."
)
SATURATED = (
    "A saturated neuron answers at an end of its range for most examples, where the slope is nearly 0, so "
    "that it learns slowly. Late in a run this is usual; early on, scale the inputs, or begin with smaller "
    "weights."
)


@dataclass(frozen=True, slots=True)
class Note:
    """What a layer's badge says, in forms from long to short, and its tooltip."""

    forms: tuple[str, ...]
    tip: str


class HealthWatch:
    """Looks for dead units in every picture, and for saturated ones while the signals are measured.

    Tanh units that are sure of themselves saturate in most networks that have learnt: to say so always would
    be a false alarm.
    """

    def __init__(self) -> None:
        self._prepared: Prepared | None = None
        self._due = 0.0

    def start_run(self, prepared: Prepared) -> None:
        """Look at another run."""
        self._prepared, self._due = prepared, 0.0

    def notes(self, snapshot: Snapshot) -> Mapping[str, Note] | None:
        """Return the badges by layer; None when it is too early for another look."""
        prepared, now = self._prepared, time.monotonic()
        if prepared is None or (snapshot.state == "playing" and now < self._due):
            return None
        self._due = now + SELDOM
        counts = _counted(prepared, snapshot)
        hidden = zip(prepared.plan.layer_ids[:-1], prepared.plan.shapes[:-1], counts, strict=False)
        notes = {
            layer: _note(dead if can_die(shape) else saturated, shape.units, can_die(shape))
            for layer, shape, (dead, saturated) in hidden
        }
        return {layer: note for layer, note in notes.items() if note is not None}


def _counted(prepared: Prepared, snapshot: Snapshot) -> list[tuple[int, int]]:
    """Return how many units of each layer are dead, and saturated; nothing of another run's layers."""
    plan, signals, pictures = prepared.plan, snapshot.signals, snapshot.picture.layers
    if signals is not None and len(signals.layers) == len(plan.shapes):
        return [(layer.dead, layer.saturated) for layer in signals.layers]
    if [len(one) for one in pictures] != [shape.units for shape in plan.shapes]:
        return []
    return [(int(mask.sum()), 0) for mask in dead_units(snapshot.picture, plan)]


def _note(count: int, units: int, dead: bool) -> Note | None:
    if not count:
        return None
    what = "dead" if dead else "saturated"
    found = f"{count} of {units} neurons {'are' if count > 1 else 'is'} {what}. "
    forms = (f"{count} of {units} {what}", f"{count} {what}", f"{count}/{units}")
    return Note(forms, found + (DEAD if dead else SATURATED))
