"""The pictures of the lab "Sweep"."""

from collections.abc import Callable
from typing import Any

from shots_labs import DARK, LAB_LARGE, LAB_SMALL, PROJECTOR, LabShot


def swept(view: str, *varied: tuple[str, str]) -> Callable[[Any], None]:
    """Return what makes a sweep over things with values as they are typed, and shows it in a view."""

    def act(page: Any) -> None:
        from PySide6.QtCore import QEventLoop

        from playground.ui.labs.sweep.reading import thing_of
        from playground.ui.labs.sweep.values import read

        for row, one in zip(page.setup.rows, [*varied, None, None], strict=False):
            row.show_vary(None if one is None else read(thing_of(one[0]), one[1]))
        page.setup.epochs.set_value(60)
        waiting = QEventLoop()
        page.runner.ended.connect(waiting.quit)
        page.begin()
        waiting.exec()
        page.views.view.chips[view].click()

    return act


RATES, WIDTHS = ("learning_rate", "0.001 to 1 in 5 log"), ("width", "1, 2, 4, 8")
BATCHES = ("batch_size", "5, 30")
SWEEP_SHOTS: tuple[LabShot, ...] = (
    LabShot("220-sweep-light", "sweep", "sweep"),
    LabShot("221-sweep-cells-dark", "sweep", "sweep", swept("cells", RATES, WIDTHS), settings=DARK),
    LabShot("222-sweep-pictures-light", "sweep", "sweep", swept("pictures", RATES, WIDTHS)),
    LabShot(
        "223-sweep-parallel-light",
        "sweep",
        "sweep",
        swept("parallel", RATES, WIDTHS, BATCHES),
    ),
    LabShot("224-sweep-curve-small", "sweep", "sweep", swept("curve", WIDTHS), LAB_SMALL, DARK),
    LabShot("225-sweep-projector", "sweep", "sweep", swept("cells", RATES, WIDTHS), LAB_LARGE, PROJECTOR),
)
