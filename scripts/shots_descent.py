"""The pictures of the lab "Gradient descent"."""

from collections.abc import Callable
from typing import Any

from shots_labs import DARK, LAB_SMALL, PROJECTOR, LabShot


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


def drawn_rows(page: Any) -> None:
    """Solve for rows of random numbers."""
    page.source.chips["drawn"].click()


DESCENT_SHOTS: tuple[LabShot, ...] = (
    LabShot("160-one-weight", "descent", "one"),
    LabShot(
        "160-one-weight-projector-small", "descent", "one", descent("dips", "one", 2), LAB_SMALL, PROJECTOR
    ),
    LabShot("162-three-rates-dark", "descent", "one", descent("wells", "three", 6), settings=DARK),
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
    LabShot("164-own-formula-small", "descent", "one", descent("own", "one", 3), LAB_SMALL, DARK),
    LabShot("165-schedules", "descent", "schedules"),
    LabShot("166-schedules-dark", "descent", "schedules", schedules("one_cycle", "cosine"), settings=DARK),
    LabShot("167-schedules-small", "descent", "schedules", size=LAB_SMALL, settings=PROJECTOR),
    LabShot("168-closed-form", "descent", "closed", wait=4000),
    LabShot("169-closed-form-drawn-dark", "descent", "closed", drawn_rows, LAB_SMALL, DARK, wait=3000),
)
