"""The instruments: what can be looked at beside the diagram and the output, each in a dock of its own.

Plots are in the table of all plots, as the group "instrument"; what is more than a plot is in `PANELS`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.ui.bridge import TrainingBridge
from playground.ui.document import Document
from playground.ui.keeper import Keeper
from playground.ui.run_view import RunView
from playground.ui.selection import Selection
from playground.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from playground.ui.plots import RunKind


@dataclass(frozen=True, slots=True)
class Context:
    """What a panel may need of the window. `notice` says something in the status line, True for a warning."""

    document: Document
    selection: Selection
    bridge: TrainingBridge
    keeper: Keeper
    notice: Callable[[str, bool], None]


@dataclass(frozen=True, slots=True)
class Panel:
    """An instrument that is more than a plot: `fits` says for which runs, `make` builds its widget."""

    key: str
    label: str
    help: str
    fits: Callable[["RunKind"], bool]
    make: Callable[[Context, Theme], RunView]


def _matrix(context: Context, theme: Theme) -> RunView:
    from playground.ui.instruments.matrix import MatrixPanel

    return MatrixPanel(context, theme)


PANELS: tuple[Panel, ...] = (
    Panel(
        "matrix",
        "Matrix",
        "The selected layer as its matrix, z = Wx + b: every weight and bias as a number that you can set.",
        lambda _run: True,
        _matrix,
    ),
)

__all__ = ["PANELS", "Context", "Panel"]
