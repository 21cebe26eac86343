"""What every view of a run is, whether a plot or more than that."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from playground.experiment.prepare import Prepared
from playground.training.messages import Look, Snapshot
from playground.ui.theme.tokens import Theme


class RunView(QWidget):
    """Shows a run.

    Signals:
        look_changed(): `look` is another one.
    """

    look_changed = Signal()

    @property
    def look(self) -> Look:
        """What the run is to put into its snapshots while this view is shown."""
        return Look()

    def show_layer(self, layer: str | None) -> None:
        """Follow the selection in the diagram: a layer's id, "inputs", "output", or None."""

    def set_motion(self, on: bool) -> None:
        """Glide from one picture to the next, or jump."""

    def start_run(self, prepared: Prepared) -> None:
        """Draw the data of a run that is about to begin."""
        raise NotImplementedError

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw the state of the run."""
        raise NotImplementedError

    def clear(self) -> None:
        """Draw nothing, and say how to begin."""
        raise NotImplementedError

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        raise NotImplementedError
