"""The instruments that are more than plots, in the order of the menu.

Those that are plots are in the table of all plots, as the group "instrument".
"""

from collections.abc import Callable
from dataclasses import dataclass

from playground.ui.instruments.collapse import CollapsePanel
from playground.ui.instruments.context import Context
from playground.ui.instruments.example import ExamplePanel
from playground.ui.instruments.matrix import MatrixPanel
from playground.ui.instruments.runs import RunsPanel
from playground.ui.plots import RunKind
from playground.ui.run_view import RunView
from playground.ui.theme.tokens import Theme


@dataclass(frozen=True, slots=True)
class Panel:
    """An instrument that is more than a plot: `fits` says for which runs, `make` builds its widget."""

    key: str
    label: str
    help: str
    fits: Callable[[RunKind], bool]
    make: Callable[[Context, Theme], RunView]


def _always(_plan: RunKind) -> bool:
    return True


PANELS: tuple[Panel, ...] = (
    Panel(
        "example",
        "Example",
        "Follow one row through the network: every number forwards to the loss, and the gradients back.",
        _always,
        ExamplePanel,
    ),
    Panel(
        "matrix",
        "Matrix",
        "The selected layer as its matrix, z = Wx + b: every weight and bias as a number that you can set.",
        _always,
        MatrixPanel,
    ),
    Panel(
        "collapse",
        "Collapse",
        "Which layers are one matrix: a stack of linear layers says no more than one of them.",
        _always,
        CollapsePanel,
    ),
    Panel(
        "runs",
        "Runs",
        "The runs that you kept beside the present one: what they reached, and their curves on common axes.",
        _always,
        RunsPanel,
    ),
)
