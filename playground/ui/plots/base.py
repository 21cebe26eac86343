"""What every plot of a run is: axes as all plots have them, and a view of the run."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Signal

from playground.ui.plots.axes import AxesView
from playground.ui.run_view import RunView

NO_RUN = "Press Play to start training."


class PlotView(AxesView, RunView):
    """A plot of a run. What it shows in place of the network's answer, if anything, is its title."""

    look_changed = Signal()  # once more: of two bases, Qt knows the signals of the first one alone

    usually_empty = NO_RUN
    _title = ""

    @property
    def title(self) -> str:
        """What is shown in place of the network's answer; empty when nothing is."""
        return self._title

    def show_neuron(
        self, image: npt.NDArray[np.floating] | None, title: str = "", is_output: bool = False
    ) -> None:
        """Show the picture of one neuron instead of the network's answer; None for the answer again.

        `is_output` says that the neuron is one of the output layer, whose values are the network's answers.
        """
