"""The pictures of the labs: each page, with what is done to it before its picture is taken."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playground.ui.labs.table import LABS

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


PROJECTED = tuple(
    LabShot(
        f"230-{lab.key}-{page.key}-projector-small",
        lab.key,
        page.key,
        size=LAB_SMALL,
        settings=PROJECTOR,
        wait=1500,
    )
    for lab in LABS
    for page in lab.pages
)
"""Every page as it opens, in large type and the smallest window: what does not fit there is cut."""
