"""The runs that were kept in this window, to be compared and opened again."""

from dataclasses import replace
from itertools import count

import numpy as np
from PySide6.QtCore import QObject, Signal

from playground.training.kept_runs import KeptRun, bounded, keep
from playground.training.messages import FloatArray
from playground.ui.bridge import TrainingBridge
from playground.ui.keeper import Draft, Keeper
from playground.ui.plots.scale import Scale, output_scale

LONGEST_NAME = 120
MOST_DELETED = 10
MOST_PIXELS = 64
"""Points across of the small picture of what a run has learnt."""


class RunShelf(QObject):
    """Holds the runs that were kept, the oldest first, as long as the window is open.

    Signals:
        changed(): other runs are kept, or under other names.
        kept(KeptRun): a run was added.
        noticed(str, bool): something to say in the status line, and whether it is a warning.
        open_asked(KeptRun): a run is to be opened again.
    """

    changed = Signal()
    kept = Signal(object)
    noticed = Signal(str, bool)
    open_asked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: tuple[KeptRun, ...] = ()
        self._keys = count(1)
        self._deleted: list[tuple[int, KeptRun]] = []

    @property
    def runs(self) -> tuple[KeptRun, ...]:
        """The runs, the oldest first."""
        return self._runs

    @property
    def can_restore(self) -> bool:
        """Whether a run was deleted that can be brought back."""
        return bool(self._deleted)

    def keep(self, keeper: Keeper, bridge: TrainingBridge, name: str = "") -> None:
        """Keep the run of a bridge as it stands, under a name of its own or one made of what differs."""
        if bridge.snapshot is None or bridge.prepared is None or bridge.is_outdated:
            self.noticed.emit(
                "There is no run to keep yet: mend what the status line says, or wait a moment.", True
            )
            return
        picture = small_picture(bridge.snapshot.picture.output, output_scale(bridge.prepared))
        keeper.ask(lambda draft: self._take(draft, picture, name))

    def _take(self, draft: Draft, picture: FloatArray | None, name: str) -> None:
        if draft.standing is None or draft.prepared is None:
            self.noticed.emit("This run ended with an error: there is nothing to keep of it.", True)
            return
        before = self._runs[-1] if self._runs else None
        run = keep(draft.project(), draft.prepared, picture, before)
        run = replace(run, name=name or run.name, key=next(self._keys))
        self._deleted.clear()
        self._runs, gone = bounded((*self._runs, run))
        self.kept.emit(run)
        self.changed.emit()
        if gone:
            names = ", ".join(one.name for one in gone)
            self.noticed.emit(f"Kept “{run.name}”. To make room, the oldest was let go: {names}.", True)
        else:
            self.noticed.emit(
                f"Kept “{run.name}” at epoch {run.figures.epochs:,.0f}: View > Instruments > Runs.", False
            )

    def rename(self, run: KeptRun, name: str) -> None:
        """Call a run something else; an empty name changes nothing."""
        name = name.strip()[:LONGEST_NAME]
        if name and name != run.name:
            self._runs = tuple(replace(one, name=name) if one is run else one for one in self._runs)
            self.changed.emit()

    def delete(self, run: KeptRun) -> None:
        """Let go of a run; `restore` brings it back."""
        if run in self._runs:
            self._deleted = [*self._deleted, (self._runs.index(run), run)][-MOST_DELETED:]
            self._runs = tuple(one for one in self._runs if one is not run)
            self.changed.emit()
            self.noticed.emit(f"Deleted “{run.name}”: “Bring back” in the Runs panel undoes that.", False)

    def restore(self) -> None:
        """Bring back the run that was deleted last."""
        if self._deleted:
            place, run = self._deleted.pop()
            self._runs = (*self._runs[:place], run, *self._runs[place:])
            self.changed.emit()


def small_picture(output: FloatArray, scale: Scale) -> FloatArray | None:
    """Return shades (1, G, G) or shares of the classes (k, G, G), few of them; None off the plane."""
    if output.ndim != 3:
        return None
    every = -(-output.shape[-1] // MOST_PIXELS)
    few = np.array(output[:, ::every, ::every])
    return few if len(few) > 1 else scale.shade(few)
