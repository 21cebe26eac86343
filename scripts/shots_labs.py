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


def descent(loss: str, view: str, steps: int, rate: float = 0.0) -> Callable[[Any], None]:
    """Return what chooses a loss and a view on the page of one weight, and makes steps."""

    def act(page: Any) -> None:
        page.loss.choose(loss)
        page.views.set_key(view)
        page._restart(page.loss.curve.start)
        if rate:
            page.rate._set(rate)
        for _ in range(steps):
            page.transport.asked.emit(1)

    return act


def schedules(*keys: str) -> Callable[[Any], None]:
    """Return what shows more schedules on their page, half way through."""

    def act(page: Any) -> None:
        for key in keys:
            page.controls.chips.chip(key).click()
        page.controls.steps.field.committed.emit("120")

    return act


LAB_SHOTS: tuple[LabShot, ...] = (
    LabShot("160-one-weight", "descent", "one"),
    LabShot("161-one-weight-steps-dark", "descent", "one", descent("line", "one", 4), settings=DARK),
    LabShot("162-three-rates", "descent", "one", descent("dips", "three", 20)),
    LabShot(
        "163-diverged-projector",
        "descent",
        "one",
        descent("line", "one", 3, 1e9),
        (1280, 800),
        PROJECTOR,
    ),
    LabShot("165-schedules", "descent", "schedules"),
    LabShot("166-schedules-dark", "descent", "schedules", schedules("one_cycle", "cosine"), settings=DARK),
    LabShot("167-schedules-small", "descent", "schedules", size=LAB_SMALL, settings=PROJECTOR),
    LabShot("164-own-formula-small", "descent", "one", descent("own", "one", 3), LAB_SMALL, DARK),
)
