"""The pictures of the labs: each page, with what is done to it before its picture is taken."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.ui.main_window import MainWindow

LAB, LAB_SMALL, LAB_LARGE = (1160, 760), (800, 560), (1800, 1040)
LIGHT: dict[str, object] = {"theme": "light"}
DARK: dict[str, object] = {"theme": "dark"}
PROJECTOR: dict[str, object] = {"theme": "light", "projector": True}


def _as_it_is(_page: Any) -> None:
    """Leave the page as it is."""


@dataclass(frozen=True)
class LabShot:
    """One picture of a page: of which lab, how large, in which settings, and what to do to the page before.

    `example` is open in the window behind, trained for `epochs`. `wait`: milliseconds before the picture.
    """

    name: str
    lab: str
    page: str
    act: Callable[[Any], None] = _as_it_is
    size: tuple[int, int] = LAB
    settings: dict[str, object] = field(default_factory=lambda: LIGHT)
    example: str = "circle"
    epochs: int = 1
    wait: int = 300

    def arrange(self, window: "MainWindow") -> None:
        """Open the page, and do to it what there is to do."""
        from PySide6.QtCore import QEventLoop, QTimer

        opened = window.labs.open(self.lab, self.page)
        opened.resize(*self.size)
        self.act(opened.page)
        waiting = QEventLoop()
        QTimer.singleShot(self.wait, waiting.quit)
        waiting.exec()


def playing(steps: int) -> Callable[[Any], None]:
    """Return what makes so many steps on a page."""

    def act(page: Any) -> None:
        page.transport.asked.emit(steps)

    return act


def perceptron(
    data: str, steps: int = 0, method: str = "rule", activation: str = "step"
) -> Callable[[Any], None]:
    """Return what lets the perceptron learn some points."""

    def act(page: Any) -> None:
        page.data.set_key(data)
        page.data.chosen.emit(data)
        page.method.set_key(method)
        page.activation.set_key(activation)
        playing(steps)(page)

    return act


def softmax(classes: int) -> Callable[[Any], None]:
    """Return what turns the page of activations to the softmax."""

    def act(page: Any) -> None:
        page.count.set_key(str(classes))
        page.sides.chips["layer"].click()

    return act


def logistic(page: Any) -> None:
    """Train the neuron until it is near the answer of scikit-learn, which takes a second to come."""
    for _ in range(8):
        playing(50)(page)


def network(*widths: int, cell: tuple[int, int, int] = (0, 1, 0)) -> Callable[[Any], None]:
    """Return what draws a network and points at one of its links."""

    def act(page: Any) -> None:
        page.preset.chosen.emit("-".join(map(str, widths)))
        page.network.pointed.emit(cell)

    return act


def quiz(page: Any) -> None:
    """Answer the first question wrongly and ask for a hint."""
    page.sides.chips["quiz"].click()
    page.quiz.field.setText("12")
    page.quiz.check.click()
    page.quiz.hint.click()


NEURON_SHOTS: tuple[LabShot, ...] = (
    LabShot("180-perceptron-light", "neuron", "perceptron", perceptron("and", 9)),
    LabShot("181-perceptron-dark", "neuron", "perceptron", perceptron("xor", 30), LAB_LARGE, DARK),
    LabShot(
        "182-perceptron-small",
        "neuron",
        "perceptron",
        perceptron("cloud_1", 60, "descent", "sigmoid"),
        LAB_SMALL,
    ),
    LabShot("183-activations-light", "neuron", "activations"),
    LabShot("184-activations-small-dark", "neuron", "activations", softmax(2), LAB_SMALL, DARK),
    LabShot("185-softmax-projector", "neuron", "activations", softmax(4), LAB_LARGE, PROJECTOR),
    LabShot("186-logistic-dark", "neuron", "logistic", logistic, settings=DARK, wait=4000),
    LabShot("187-logistic-projector", "neuron", "logistic", logistic, LAB_LARGE, PROJECTOR, wait=4000),
    LabShot("188-shapes-light", "neuron", "shapes", network(3, 4, 3)),
    LabShot("189-quiz-small-dark", "neuron", "shapes", quiz, LAB_SMALL, DARK),
)

LAB_SHOTS: tuple[LabShot, ...] = (*NEURON_SHOTS,)
