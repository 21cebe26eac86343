"""What the tests of the window share."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow

from playground.experiment.model import Experiment
from playground.settings import FLAT_OUT, Settings
from playground.ui.main_window import MainWindow


@pytest.fixture
def make_window(qtbot: QtBot) -> Iterator[MakeWindow]:
    """Return a function that opens the real window on an experiment and waits for its first picture."""
    from playground.app import make_application
    from playground.app import make_window as compose

    windows: list[MainWindow] = []

    def make(experiment: Experiment | None = None, settings: Settings | None = None) -> MainWindow:
        window = compose(
            make_application(), experiment or Experiment(), settings or Settings(motion=False, speed=FLAT_OUT)
        )
        windows.append(window)
        window.resize(1280, 800)
        window.show()
        qtbot.waitUntil(lambda: window.bridge.snapshot is not None)
        return window

    yield make
    # pytest keeps the fixture's function for a while, and with it the list: leave no window in it.
    while windows:
        window = windows.pop()
        window.bridge.close()
        window.close()
        window.deleteLater()
