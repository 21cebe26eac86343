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
        (
            PageKind(
                "one",
                "One weight",
                "The loss of one weight: its slope, the tangent line, and what a step brings.",
                "descent.one_weight:OneWeightPage",
            ),
            PageKind(
                "closed",
                "Closed form",
                "The best weights of a linear model at once, or step by step: time, cost and loss.",
                "descent.closed_form_page:ClosedFormPage",
            ),
            PageKind(
                "schedules",
                "Schedules",
                "How the learning rate goes, and which minima a run visits: warm restarts find several.",
                "descent.schedules_page:SchedulesPage",
            ),
        ),
    ),
    Lab("neuron", "Neuron", "One neuron: its sum, its activation, the line it draws.", ()),
    Lab("batches", "Mini-batches", "Epochs, iterations, and how noisy the gradient of a batch is.", ()),
    Lab("noise", "Noise helps", "How noise leaves saddles and local minima, and when it is too much.", ()),
    Lab(
        "overparameterised",
        "Over-parameterisation",
        "More parameters than rows: double descent, and why it need not overfit.",
        (),
    ),
)
