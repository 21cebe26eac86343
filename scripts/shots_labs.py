"""The pictures of the labs: each page, with what is done to it before its picture is taken."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.ui.main_window import MainWindow

LAB, LAB_SMALL, LAB_LARGE = (1160, 760), (800, 560), (1800, 1040)
LIGHT: dict[str, object] = {"theme": "light"}
DARK: dict[str, object] = {"theme": "dark"}
PROJECTOR: dict[str, object] = {"theme": "light", "projector": True}


def _as_it_is(_page: Any) -> None:
    """Leave the page as it is."""


@dataclass(frozen=True)
class LabShot:
    """One picture of a page: of which lab, how large, in which settings, and what to do to the page before.

    `example` is open in the window behind, trained for `epochs`. `wait`: milliseconds before the picture.
    """

    name: str
    lab: str
    page: str
    act: Callable[[Any], None] = _as_it_is
    size: tuple[int, int] = LAB
    settings: dict[str, object] = field(default_factory=lambda: LIGHT)
    example: str = "circle"
    epochs: int = 1
    wait: int = 300

    def arrange(self, window: "MainWindow") -> None:
        """Open the page, and do to it what there is to do."""
        from PySide6.QtCore import QEventLoop, QTimer

        opened = window.labs.open(self.lab, self.page)
        opened.resize(*self.size)
        self.act(opened.page)
        waiting = QEventLoop()
        QTimer.singleShot(self.wait, waiting.quit)
        waiting.exec()


def playing(steps: int) -> Callable[[Any], None]:
    """Return what makes so many steps on a page."""

    def act(page: Any) -> None:
        page.transport.asked.emit(steps)

    return act


def _batches(rows: int, size: int, steps: int) -> Callable[[Any], None]:
    """Return what cuts so many rows into batches, and goes some iterations on."""

    def act(page: Any) -> None:
        page.set_rows(rows)
        page.set_batch(size)
        page.transport.asked.emit(steps)

    return act


def _descend(network: str, size: int, steps: int) -> Callable[[Any], None]:
    """Return what looks at a network's gradients in batches of this size, and goes some steps down."""

    def act(page: Any) -> None:
        page.controls.network.set_key(network)
        page.controls.network.chosen.emit(network)
        page.controls.size.set_value(size)
        page.controls.batch_changed.emit()
        from PySide6.QtCore import QTimer

        QTimer.singleShot(1500, lambda: page.transport.asked.emit(steps))

    return act


BATCHES = (
    LabShot("190-lab-batches-epochs", "batches", "epochs", playing(4)),
    LabShot("191-lab-batches-epochs-many-dark", "batches", "epochs", _batches(250, 32, 11), settings=DARK),
    LabShot("192-lab-batches-gradients", "batches", "gradients", _descend("linear", 2, 12), wait=3000),
    LabShot(
        "193-lab-batches-gradients-dark",
        "batches",
        "gradients",
        _descend("tanh", 8, 60),
        settings=DARK,
        wait=3000,
    ),
    LabShot(
        "194-lab-batches-gradients-open",
        "batches",
        "gradients",
        _descend("open", 10, 40),
        epochs=5,
        wait=5000,
    ),
    LabShot("195-lab-batches-cost", "batches", "cost", lambda page: page.button.click(), wait=5000),
    LabShot("196-lab-batches-memory-dark", "batches", "memory", settings=DARK),
    LabShot(
        "197-lab-batches-gradients-small",
        "batches",
        "gradients",
        size=LAB_SMALL,
        settings=PROJECTOR,
        wait=1500,
    ),
    LabShot(
        "198-lab-batches-projector", "batches", "gradients", playing(20), LAB_LARGE, PROJECTOR, wait=1500
    ),
    LabShot("199-lab-batches-epochs-small", "batches", "epochs", playing(4), LAB_SMALL, PROJECTOR),
)

LAB_SHOTS: tuple[LabShot, ...] = BATCHES
