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


def example(place: int, neuron: int) -> Callable[["MainWindow"], None]:
    """Return what follows a row to a step, and pins a neuron there."""

    def arrange(window: "MainWindow") -> None:
        from PySide6.QtWidgets import QApplication

        from playground.ui.instruments.example import ExamplePanel
        from playground.ui.selection import NeuronRef

        panel = window.instruments.open("example")
        assert isinstance(panel, ExamplePanel)
        QApplication.processEvents()
        window.selection.choose_example(17)
        panel.go_to(place % len(panel.steps))
        assert panel.walk is not None
        window.selection.pin(NeuronRef(panel.walk.layer_id(panel.current), neuron))

    return arrange


def instrument(key: str, act: str = "", *arguments: object) -> Callable[["MainWindow"], None]:
    """Return what opens an instrument, and calls a method of it when it has been shown the run."""

    def arrange(window: "MainWindow") -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        view = window.instruments.open(key)
        showing = QEventLoop()
        QTimer.singleShot(600, showing.quit)
        showing.exec()
        if act:
            getattr(view, act)(*arguments)

    return arrange


def look_back(window: "MainWindow") -> None:
    """Look at a state from the first third of the run."""
    window.time.slider.setValue(window.time.slider.maximum() // 3)


def show_changes(window: "MainWindow") -> None:
    """Show what the run has changed since its beginning."""
    window.time.changes.setCurrentIndex(window.time.changes.count() - 1)


def list_findings(window: "MainWindow") -> None:
    window.status.findings.open()


def alike(experiment: "Experiment") -> "Experiment":
    from playground.experiment import edits

    for layer in experiment.layers:
        experiment = edits.set_initializer(experiment, layer.id, "zeros")
    return experiment


def walk(key: str, epochs: int, act: str, *arguments: object) -> Callable[["MainWindow"], None]:
    """Return what opens an instrument, trains while it looks on, and then calls a method of it."""

    def arrange(window: "MainWindow") -> None:
        from playground.app import train_in_window

        instrument(key)(window)
        for until in range(3, epochs, 3):
            train_in_window(window, until, lambda _epoch, _loss: None)
        getattr(window.instruments.open(key), act)(*arguments)

    return arrange


def touch(unit: int, source: int | None = None, layer: int = 0) -> Callable[["MainWindow"], None]:
    """Return what opens the field of a weight, or of a bias."""

    def arrange(window: "MainWindow") -> None:
        from playground.training.numbers import NumberRef

        ids = [layer.id for layer in window.document.experiment.layers]
        window.network.view.touch.open(NumberRef(ids[layer], unit, source))

    return arrange


def matrix(layer: int, setting: bool = False) -> Callable[["MainWindow"], None]:
    """Return what opens a layer's matrix, with one of its numbers pointed at or being set."""

    def arrange(window: "MainWindow") -> None:
        from playground.ui.instruments.matrix import MatrixPanel

        window.selection.select(window.document.experiment.layers[layer].id)
        panel = window.instruments.open("matrix")
        assert isinstance(panel, MatrixPanel)
        place = panel.model.index(1, 0)
        panel.table.setCurrentIndex(place)
        if setting:
            panel.table.edit(place)

    return arrange
