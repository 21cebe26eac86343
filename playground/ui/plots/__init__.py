"""The plots of a run, in one table that the output panel, its menu and the contract tests read."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal, Protocol

from playground.experiment.slices import LEAST_INPUTS
from playground.ui.plots.base import PlotView
from playground.ui.plots.boundary import BoundaryPlot
from playground.ui.plots.confusion import ConfusionPlot
from playground.ui.plots.curve_fit import CurveFitPlot
from playground.ui.plots.distributions import DistributionPlot
from playground.ui.plots.hidden_space import HiddenSpacePlot
from playground.ui.plots.landscape_plot import LandscapePlot
from playground.ui.plots.layer_lines import GRADIENTS, UPDATES, LayerLines
from playground.ui.plots.legend import Legend
from playground.ui.plots.loss import CurvePlot
from playground.ui.plots.predicted import PredictedPlot
from playground.ui.plots.residuals import ResidualPlot
from playground.ui.plots.slice_plot import SlicePlot
from playground.ui.plots.surface import SurfacePlot
from playground.ui.theme.tokens import Theme


class RunKind(Protocol):
    """What a plot must know of a plan to say whether it can show it."""

    @property
    def kind(self) -> str:
        """How the data lies: "plane", "line" or "table"."""
        ...

    @property
    def feature_keys(self) -> tuple[str, ...]:
        """The inputs of the network."""
        ...

    @property
    def task(self) -> str:
        """What is learned: "classification" or "regression"."""
        ...


@dataclass(frozen=True, slots=True)
class Plot:
    """One kind of plot: `fits` says for which runs, `make` builds its widget.

    Plots of the groups "output" and "curves" are in the output panel; an "instrument" has a dock of its own.
    """

    key: str
    label: str
    help: str
    group: Literal["output", "curves", "instrument"]
    fits: Callable[[RunKind], bool]
    make: Callable[[Theme], PlotView]


def _always(_plan: RunKind) -> bool:
    return True


PLOTS: tuple[Plot, ...] = (
    Plot(
        "boundary",
        "Decision boundary",
        "What the network answers for every pair of inputs, with the data points on top.",
        "output",
        lambda plan: plan.kind == "plane",
        BoundaryPlot,
    ),
    Plot(
        "curve_fit",
        "Fitted curve",
        "What the network answers for every input, with the data points on top.",
        "output",
        lambda plan: plan.kind == "line",
        CurveFitPlot,
    ),
    Plot(
        "predicted",
        "Predicted against true",
        "Each row's true value and the network's answer: on the diagonal it is right.",
        "output",
        lambda plan: plan.kind == "table" and plan.task == "regression",
        PredictedPlot,
    ),
    Plot(
        "slice",
        "Slice",
        "What the network answers on a plane through the rows, and where the rows fall on it.",
        "output",
        lambda plan: plan.kind == "table" and len(plan.feature_keys) >= LEAST_INPUTS,
        SlicePlot,
    ),
    Plot(
        "residuals",
        "Residuals",
        "By how much the network's answer misses each row's true value.",
        "output",
        lambda plan: plan.task == "regression",
        ResidualPlot,
    ),
    Plot(
        "confusion",
        "Confusion matrix",
        "How many rows of each true class the network takes for which class.",
        "output",
        lambda plan: plan.task == "classification",
        ConfusionPlot,
    ),
    Plot(
        "loss",
        "Loss",
        "How wrong the network is after each epoch, on training rows and on test rows.",
        "curves",
        _always,
        partial(CurvePlot, quantity="loss"),
    ),
    Plot(
        "metric",
        "Accuracy",
        "How often the network is right (for regression: R²) after each epoch.",
        "curves",
        _always,
        partial(CurvePlot, quantity="metric"),
    ),
    Plot(
        "gradient_norms",
        GRADIENTS.label,
        GRADIENTS.help,
        "instrument",
        _always,
        partial(LayerLines, quantity=GRADIENTS),
    ),
    Plot(
        "updates", UPDATES.label, UPDATES.help, "instrument", _always, partial(LayerLines, quantity=UPDATES)
    ),
    Plot(
        "distributions",
        "Distributions",
        "How the weights, gradients and activations of each layer are spread, over the epochs and now.",
        "instrument",
        _always,
        DistributionPlot,
    ),
    Plot(
        "hidden_space",
        "Hidden space",
        "Where a layer puts the rows, and how it bends the plane of the inputs.",
        "instrument",
        _always,
        HiddenSpacePlot,
    ),
    Plot(
        "surface",
        "Surface",
        "What the network answers, as a surface over the plane of the inputs, to be turned.",
        "instrument",
        lambda plan: plan.kind == "plane",
        SurfacePlot,
    ),
    Plot(
        "landscape",
        "Loss landscape",
        "The loss on a slice through the network's weights, and the path that training has walked on it.",
        "instrument",
        _always,
        LandscapePlot,
    ),
)

__all__ = [
    "PLOTS",
    "BoundaryPlot",
    "ConfusionPlot",
    "CurveFitPlot",
    "CurvePlot",
    "Legend",
    "Plot",
    "PlotView",
    "PredictedPlot",
    "ResidualPlot",
    "RunKind",
    "SlicePlot",
]
