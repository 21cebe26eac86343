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


OVER = "overparameterised"
RATES, WIDTHS = ("learning_rate", "0.001 to 1 in 5 log"), ("width", "1, 2, 4, 8")
BATCHES = ("batch_size", "5, 30")

LAB_SHOTS: tuple[LabShot, ...] = (
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
