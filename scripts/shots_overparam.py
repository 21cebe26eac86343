"""The pictures of the lab "Over-parameterisation"."""

from collections.abc import Callable
from typing import Any

from shots_labs import DARK, LAB_LARGE, LAB_SMALL, PROJECTOR, LabShot


def _at_width(width: int) -> Callable[[Any], None]:
    """Return what looks at the fit with so many features."""

    def act(page: Any) -> None:
        page.look_at(width)

    return act


def _trained(page: Any) -> None:
    """Train the networks of the sweep with one seed."""
    from PySide6.QtCore import QEventLoop

    page.seeds.set_value(1)
    waiting = QEventLoop()
    page.runner.ended.connect(waiting.quit)
    page.begin()
    waiting.exec()


OVER = "overparameterised"

OVERPARAM_SHOTS: tuple[LabShot, ...] = (
    LabShot("210-random-features", OVER, "features", wait=6000),
    LabShot("211-random-features-dark", OVER, "features", settings=DARK, wait=6000),
    LabShot("212-random-features-small", OVER, "features", size=LAB_SMALL, wait=6000),
    LabShot("213-random-features-projector", OVER, "features", size=LAB_LARGE, settings=PROJECTOR, wait=6000),
    LabShot("214-curve-threshold", OVER, "curve", _at_width(20), wait=1500),
    LabShot("215-curve-wide-dark", OVER, "curve", _at_width(1000), settings=DARK, wait=1500),
    LabShot("216-curve-small", OVER, "curve", _at_width(100), LAB_SMALL, wait=1500),
    LabShot("217-ladder", OVER, "ladder", epochs=5),
    LabShot("218-ladder-dark-small", OVER, "ladder", size=LAB_SMALL, settings=DARK, epochs=5),
    LabShot("219-trained-networks", OVER, "trained", _trained),
)
