"""The pictures of the lab "Noise helps"."""

from collections.abc import Callable
from typing import Any

from shots_labs import DARK, LAB_LARGE, LAB_SMALL, PROJECTOR, LabShot, playing


def sweep_noise(page: Any) -> None:
    """Play the double well to its end, and measure the share at every size of noise."""
    page.transport.asked.emit(3000)
    page.measuring.button.click()


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


NOISE_SHOTS: tuple[LabShot, ...] = (
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
