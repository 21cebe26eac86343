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


def sweep_noise(page: Any) -> None:
    """Play the double well to its end, and measure the share at every size of noise."""
    page.transport.asked.emit(3000)
    page.measure_button.click()


def batches_of(size: int, sigma: float, steps: int) -> Callable[[Any], None]:
    """Return what takes mini-batches for noise and makes so many steps."""

    def act(page: Any) -> None:
        page.kind.chips["batches"].click()
        page.sigma.set_value(sigma)
        page.batch.set_value(size)
        page.kind.chosen.emit("batches")
        page.transport.asked.emit(steps)

    return act


def solved(page: Any) -> None:
    """Train a little with the squared error, solve for J = 0, and make a step."""
    page.loss.set_key("mse")
    page.loss.chosen.emit("mse")
    page.transport.asked.emit(100)
    page.solve_button.click()
    page.transport.asked.emit(1)


LAB_SHOTS: tuple[LabShot, ...] = (
    LabShot("200-noise-saddle", "noise", "saddle", playing(57)),
    LabShot("201-noise-saddle-batches-dark", "noise", "saddle", batches_of(8, 0.1, 40), settings=DARK),
    LabShot("202-noise-saddle-small", "noise", "saddle", playing(66), size=LAB_SMALL),
    LabShot("203-noise-well", "noise", "double_well", sweep_noise, wait=4000),
    LabShot("204-noise-well-dark", "noise", "double_well", sweep_noise, settings=DARK, wait=4000),
    LabShot("205-noise-well-projector", "noise", "double_well", playing(400), LAB_LARGE, PROJECTOR),
    LabShot("206-noise-well-small", "noise", "double_well", playing(3), size=LAB_SMALL),
    LabShot("207-no-update", "overparameterised", "no_update", playing(1200)),
    LabShot("208-no-update-solved-dark", "overparameterised", "no_update", solved, settings=DARK),
    LabShot("209-no-update-small", "overparameterised", "no_update", playing(60), size=LAB_SMALL),
)
