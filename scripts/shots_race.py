"""The pictures of the lab "Gradient descent, the race"."""

from collections.abc import Callable
from typing import Any

from shots_labs import DARK, LAB_LARGE, LAB_SMALL, PROJECTOR, LabShot


def _race(preset: str, steps: int, chosen: int = 0, surface: str = "") -> Callable[[Any], None]:
    """Return what starts one of the races, on another surface if one is named."""

    def act(page: Any) -> None:
        page.choose_preset(preset)
        if surface:
            page.ground.choose(surface)
        page.racers.list.setCurrentRow(chosen)
        page.transport.asked.emit(steps)

    return act


def _network(plane: str) -> Callable[[Any], None]:
    """Return what races on the open network's loss, over one kind of plane."""

    def act(page: Any) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        page.ground.plane.set_key(plane)
        page.ground.choose("network")
        waiting = QEventLoop()
        page.ground.changed.connect(waiting.quit)
        QTimer.singleShot(20_000, waiting.quit)
        waiting.exec()
        page.transport.asked.emit(80)

    return act


def _tangent(page: Any) -> None:
    page.choose_preset("plain")
    page.tangent.click()


def _balls(page: Any) -> None:
    page.ground.choose("himmelblau")
    page.balls.click()


RACE_SHOTS: tuple[LabShot, ...] = (
    LabShot("170-race", "descent", "race", _race("race", 400, 3)),
    LabShot("171-race-ravine-dark", "descent", "race", _race("ravine", 25), settings=DARK),
    LabShot("172-race-diverged", "descent", "race", _race("large", 140, 3)),
    LabShot("173-race-saddle-small", "descent", "race", _race("saddle", 300, 2), LAB_SMALL),
    LabShot(
        "174-race-correction-projector", "descent", "race", _race("correction", 12, 1), LAB_LARGE, PROJECTOR
    ),
    LabShot("175-race-formula", "descent", "race", _race("race", 150, 1, "own")),
    LabShot("176-race-balls", "descent", "race", _balls),
    LabShot("179-race-tangent", "descent", "race", _tangent),
    LabShot("177-race-network", "descent", "race", _network("random"), epochs=60, wait=1500),
    LabShot(
        "178-race-weights-dark", "descent", "race", _network("weights"), settings=DARK, epochs=60, wait=1500
    ),
)
