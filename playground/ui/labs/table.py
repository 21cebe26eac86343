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
                "race",
                "Two weights",
                "A race of optimizers down a surface: step by step, with noise, too fast, stuck.",
                "descent.race_page:RacePage",
            ),
            PageKind(
                "schedules",
                "Schedules",
                "How the learning rate goes, and which minima a run visits: warm restarts find several.",
                "descent.schedules_page:SchedulesPage",
            ),
            PageKind(
                "closed",
                "Closed form",
                "The best weights of a linear model at once, or step by step: time, cost and loss.",
                "descent.closed_form_page:ClosedFormPage",
            ),
        ),
    ),
    Lab(
        "neuron",
        "Neuron",
        "One neuron: its sum, its activation, the line it draws.",
        (
            PageKind(
                "perceptron",
                "Perceptron",
                "A neuron's sum, its answer, and its line through AND, OR and XOR.",
                "neuron.perceptron:PerceptronPage",
            ),
            PageKind(
                "activations",
                "Activations",
                "What a neuron makes of its sum, how steep that is, and the softmax.",
                "neuron.activations:ActivationsPage",
            ),
            PageKind(
                "logistic",
                "Logistic regression",
                "One sigmoid neuron learns what scikit-learn works out.",
                "neuron.logistic:LogisticPage",
            ),
            PageKind(
                "shapes",
                "Shapes",
                "The matrices of a network, how many numbers are in them, and a quiz.",
                "neuron.shapes:ShapesPage",
            ),
        ),
    ),
    Lab(
        "batches",
        "Mini-batches",
        "Epochs, iterations, and how noisy the gradient of a batch is.",
        (
            PageKind(
                "epochs",
                "Epochs",
                "Which rows are in which iteration of which epoch.",
                "batches.epochs_page:EpochsPage",
            ),
            PageKind(
                "gradients",
                "Noisy gradients",
                "The gradients of batches around that of all rows.",
                "batches.gradients_page:GradientsPage",
            ),
            PageKind(
                "cost",
                "Cost",
                "Time and memory over the batch size, measured on this computer.",
                "batches.cost_page:CostPage",
            ),
            PageKind(
                "memory",
                "Memory",
                "ImageNet against the memory of a graphics card.",
                "batches.memory_page:MemoryPage",
            ),
        ),
    ),
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
                "features",
                "Random features",
                "Digits and more and more random units: the error falls, leaps, and falls again.",
                "overparam.features_page:FeaturesPage",
            ),
            PageKind(
                "curve",
                "Curve",
                "Sines and cosines through a few points, with the whole fitted curve in sight.",
                "overparam.curve_page:CurvePage",
            ),
            PageKind(
                "trained",
                "Trained networks",
                "Networks of growing width trained on few digits with wrong labels: double descent by Adam.",
                "overparam.trained_page:TrainedPage",
            ),
            PageKind(
                "ladder",
                "Ladder",
                "Parameters against rows: your network among LeNet, ResNet and GPT-3.",
                "overparam.ladder_page:LadderPage",
            ),
            PageKind(
                "no_update",
                "No update",
                "Random labels learnt by heart: at J = 0 a step changes nothing any more.",
                "noise.no_update_page:NoUpdatePage",
            ),
        ),
    ),
    Lab(
        "sweep",
        "Sweep",
        "Train an experiment many times over with other choices: which are the best by validation?",
        (
            PageKind(
                "sweep",
                "Sweep",
                "Widths, rates, batches, optimizers, seeds: all of them, or some by chance.",
                "sweep.page:SweepPage",
            ),
        ),
    ),
)
