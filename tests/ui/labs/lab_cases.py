"""A window's answers without a window, and pages beside it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from playground.experiment.model import Experiment
from playground.experiment.prepare import prepare
from playground.training.messages import History
from playground.ui.labs.context import LabContext
from playground.ui.labs.lab_plot import LabPlot
from playground.ui.labs.page import LabPage
from playground.ui.seen import Seen
from playground.ui.theme.tokens import LIGHT, Theme

Page = TypeVar("Page", bound=LabPage)
MakePage = Callable[[Callable[[LabContext], Page]], Page]


@dataclass
class Behind:
    """The window behind a lab, as far as a lab sees it; what was opened and said is kept."""

    theme: Theme = LIGHT
    experiment: Experiment = field(default_factory=Experiment)
    seen: Seen | None = None
    opened: list[Experiment] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def run(self, **data: object) -> None:
        """Have a run of an experiment with this data open."""
        experiment = Experiment.model_validate({"data": data})
        snapshot: object = None  # no page asks for more than the rows
        self.seen = Seen(experiment, prepare(experiment), snapshot, History.of(()))  # type: ignore[arg-type]

    def context(self) -> LabContext:
        return LabContext(
            theme=lambda: self.theme,
            motion=lambda: True,
            experiment=lambda: self.experiment,
            seen=lambda: self.seen,
            device=lambda: "auto",
            folder=lambda: "",
            open_experiment=self.opened.append,
            notice=lambda words, _warning: self.notices.append(words),
        )


def press(plot: LabPlot, kind: QEvent.Type, place: QPoint, held: bool = True) -> None:
    viewport = plot._plot.viewport()
    local = QPointF(viewport.mapFrom(plot, place))
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind == QEvent.Type.MouseMove else left
    plain = Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(
        kind,
        local,
        viewport.mapToGlobal(local),
        button,
        left if held else none,
        plain,
    )
    plot.eventFilter(viewport, event)
