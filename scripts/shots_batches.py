"""The pictures of the lab "Mini-batches"."""

from collections.abc import Callable
from typing import Any

from shots_labs import DARK, LAB_LARGE, LAB_SMALL, PROJECTOR, LabShot, playing


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
    LabShot("195-lab-batches-cost", "batches", "cost", lambda page: page.measuring.button.click(), wait=5000),
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

BATCHES_SHOTS: tuple[LabShot, ...] = BATCHES
