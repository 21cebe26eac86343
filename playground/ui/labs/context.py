"""What a lab is given of the window."""

from collections.abc import Callable
from dataclasses import dataclass

from playground.experiment.model import Experiment
from playground.ui.seen import Seen
from playground.ui.theme.tokens import Theme


@dataclass(frozen=True, slots=True)
class LabContext:
    """What a page may need of the window; each is asked for when it is needed, since all of it changes.

    `seen` is the open run as it stands, None before there is one. `open_experiment` opens an experiment in
    the window behind, untitled, as one step that Undo takes back. `notice` says something in that window's
    status line, True for a warning.
    """

    theme: Callable[[], Theme]
    motion: Callable[[], bool]
    experiment: Callable[[], Experiment]
    seen: Callable[[], Seen | None]
    device: Callable[[], str]
    open_experiment: Callable[[Experiment], None]
    notice: Callable[[str, bool], None]
