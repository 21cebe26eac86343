"""Every lab in one table, with its pages; the module of a page is imported when it is first shown."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from playground.ui.labs.context import LabContext
    from playground.ui.labs.page import LabPage


@dataclass(frozen=True, slots=True)
class PageKind:
    """One page: what its chip says, and where its class is, as "module:Class" within `playground.ui.labs`."""

    key: str
    label: str
    help: str
    where: str

    def make(self, context: "LabContext") -> "LabPage":
        """Make the page."""
        module, name = self.where.split(":")
        kind = getattr(import_module(f"playground.ui.labs.{module}"), name)
        return cast("Callable[[LabContext], LabPage]", kind)(context)


@dataclass(frozen=True, slots=True)
class Lab:
    """One window: its title, and its pages in their order."""

    key: str
    label: str
    help: str
    pages: tuple[PageKind, ...]


LABS: tuple[Lab, ...] = (
    Lab(
        "descent",
        "Gradient descent",
        "Walk downhill: one weight, two weights, a race of optimizers.",
        (),
    ),
    Lab("neuron", "Neuron", "One neuron: its sum, its activation, the line it draws.", ()),
    Lab("batches", "Mini-batches", "Epochs, iterations, and how noisy the gradient of a batch is.", ()),
    Lab(
        "noise",
        "Noise helps",
        "How noise leaves saddles and local minima, and when it is too much.",
        (
            PageKind(
                "saddle",
                "Saddle",
                "Runs with and without noise, side by side from one start on the ridge of a saddle.",
                "noise.saddle_page:SaddlePage",
            ),
            PageKind(
                "double_well",
                "Double well",
                "Two hundred runs in the wrong valley: too little noise, the right amount, too much.",
                "noise.well_page:WellPage",
            ),
        ),
    ),
    Lab(
        "overparameterised",
        "Over-parameterisation",
        "More parameters than rows: double descent, and why it need not overfit.",
        (
            PageKind(
                "no_update",
                "No update",
                "Random labels learnt by heart: at J = 0 a step changes nothing any more.",
                "noise.no_update_page:NoUpdatePage",
            ),
        ),
    ),
)
