"""What arranges the shots of the instruments that look at a run's signals."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.experiment.model import Experiment
    from playground.ui.main_window import MainWindow


def open_signals(*keys: str, epochs: int = 300, numbers: str = "weights") -> Callable[["MainWindow"], None]:
    """Return what opens instruments that look at the signals, and trains on up to an epoch."""

    def arrange(window: "MainWindow") -> None:
        from PySide6.QtWidgets import QApplication

        from playground.app import train_in_window
        from playground.ui.plots.distributions import DistributionPlot

        for key in keys:
            view = window.instruments.open(key)
            if isinstance(view, DistributionPlot):
                view.show_kind(numbers)
        QApplication.processEvents()
        train_in_window(window, epochs, lambda _epoch, _loss: None)

    return arrange


def sigmoids(experiment: "Experiment") -> "Experiment":
    """Return the experiment with eight sigmoid layers, whose gradients vanish on the way back."""
    from playground.experiment import edits

    for layer in experiment.layers:
        experiment = edits.remove_layer(experiment, layer.id)
    for index in range(8):
        experiment = edits.add_layer(experiment, index, units=6, activation="sigmoid")
    return experiment
