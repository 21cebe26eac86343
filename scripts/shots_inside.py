"""What `shots.py` does to an experiment or a window to show what is inside: frozen, cut, collapsed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.experiment.model import Experiment
    from playground.ui.main_window import MainWindow


def with_layers(*units: int) -> Callable[["Experiment"], "Experiment"]:
    """Return an edit that gives the experiment these layers instead of its own."""

    def edit(experiment: "Experiment") -> "Experiment":
        from playground.experiment import edits

        for layer in experiment.layers:
            experiment = edits.remove_layer(experiment, layer.id)
        for index, count in enumerate(units):
            experiment = edits.add_layer(experiment, index, units=count, activation="tanh")
        return experiment

    return edit


def held(experiment: "Experiment") -> "Experiment":
    """Freeze the second layer, switch two links and a neuron off."""
    from playground.experiment import edits

    experiment = with_layers(4, 3)(experiment)
    first, second = experiment.layers
    for unit, source in ((0, 1), (2, 0)):
        experiment = edits.set_link(experiment, first.id, unit, source, False)
    experiment = edits.set_frozen(experiment, second.id, True)
    return edits.set_neuron(experiment, first.id, 1, False)


def held_deep(experiment: "Experiment") -> "Experiment":
    """Freeze a norm, a wide layer and the output; switch neurons of a block off."""
    from playground.experiment import edits

    experiment = with_layers(8, 64, 6)(experiment)
    for index in (2, 1):
        experiment = edits.add_layer(experiment, index, kind="batch_norm")
    ids = [layer.id for layer in experiment.layers]
    for layer in (ids[1], ids[2], "output"):
        experiment = edits.set_frozen(experiment, layer, True)
    for unit in (5, 40):
        experiment = edits.set_neuron(experiment, ids[2], unit, False)
    return edits.set_neuron(experiment, ids[0], 3, False)


def linear(*units: int) -> Callable[["Experiment"], "Experiment"]:
    """Return an edit that gives the experiment linear layers instead of its own."""

    def edit(experiment: "Experiment") -> "Experiment":
        from playground.experiment import edits

        experiment = with_layers(*units)(experiment)
        for layer in experiment.layers:
            experiment = edits.set_activation(experiment, layer.id, "linear")
        return experiment

    return edit


def collapse(window: "MainWindow") -> None:
    window.instruments.open("collapse")


def select_frozen(window: "MainWindow") -> None:
    window.selection.select(window.document.experiment.held.frozen[0])
