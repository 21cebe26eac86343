"""What the tests of the whole window share."""

from collections.abc import Callable

from playground.training.messages import Snapshot
from playground.ui.main_window import MainWindow

MakeWindow = Callable[..., MainWindow]


def shown(window: MainWindow) -> Snapshot:
    """Return the snapshot on screen."""
    assert window.bridge.snapshot is not None
    return window.bridge.snapshot
