"""What a panel of the instruments is given of the window."""

from collections.abc import Callable
from dataclasses import dataclass

from playground.ui.bridge import TrainingBridge
from playground.ui.document import Document
from playground.ui.keeper import Keeper
from playground.ui.runs import RunShelf
from playground.ui.selection import Selection


@dataclass(frozen=True, slots=True)
class Context:
    """What a panel may need of the window.

    `notice` says something in the status line, True for a warning. `runs` are those that were kept.
    """

    document: Document
    selection: Selection
    bridge: TrainingBridge
    keeper: Keeper
    notice: Callable[[str, bool], None]
    runs: RunShelf
