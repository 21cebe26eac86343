"""A window's answers without a window, for the pages of this lab."""

from dataclasses import dataclass, field

from playground.experiment.model import Experiment
from playground.ui.labs.context import LabContext
from playground.ui.seen import Seen
from playground.ui.theme.tokens import LIGHT, Theme


@dataclass
class Behind:
    """The window behind a lab, as far as a lab sees it; what was opened and said is kept."""

    theme: Theme = LIGHT
    experiment: Experiment = field(default_factory=Experiment)
    seen: Seen | None = None
    opened: list[Experiment] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

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
