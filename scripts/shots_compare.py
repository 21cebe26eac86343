"""What arranges the shots of runs that are compared."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.ui.main_window import MainWindow


def kept_runs(window: "MainWindow") -> None:
    """Keep three runs that differ and one on other rows, and open the panel that compares them."""
    from PySide6.QtCore import QEventLoop

    from playground.app import train_in_window
    from playground.experiment import edits

    def kept() -> None:
        waiting = QEventLoop()
        window.runs.kept.connect(waiting.quit)
        window.actions_by_key["keep_run"].trigger()
        waiting.exec()
        window.runs.kept.disconnect(waiting.quit)

    def trained(epochs: int) -> None:
        train_in_window(window, epochs, lambda _epoch, _loss: None)

    edit, layers = window.document.edit, window.document.experiment.layers
    kept()
    edit("Rate", edits.set_training, learning_rate=0.1)
    window.bridge.rewind()
    trained(100)
    kept()
    edit("ReLU", edits.set_activation, layers[0].id, "relu")
    window.bridge.rewind()
    trained(120)
    kept()
    edit("Noise", edits.set_data, noise=0.3)
    trained(40)
    kept()
    edit("Noise", edits.set_data, noise=0.0)
    edit("RMSprop", edits.set_optimizer, "rmsprop")
    window.bridge.rewind()
    trained(80)
    window.instruments.open("runs")


def compared(key: str, value: object) -> Callable[["MainWindow"], None]:
    """Return what trains the experiment beside a copy that differs in one thing."""

    def arrange(window: "MainWindow") -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        window.actions_by_key["compare"].trigger()
        dialog = window.comparisons.pair
        assert dialog is not None
        dialog.chooser.choose(key, value)  # type: ignore[arg-type]
        training = QEventLoop()
        dialog.pair.ended.connect(training.quit)
        QTimer.singleShot(300, dialog.play.click)
        QTimer.singleShot(20_000, training.quit)
        training.exec()

    return arrange


def many_seeds(window: "MainWindow") -> None:
    """Train with ten seeds."""
    from PySide6.QtCore import QEventLoop, QTimer

    window.actions_by_key["many_seeds"].trigger()
    dialog = window.comparisons.seeds
    assert dialog is not None
    dialog.start()
    training, timer = QEventLoop(), QTimer()
    timer.timeout.connect(lambda: None if dialog.is_busy else training.quit())
    timer.start(50)
    training.exec()
