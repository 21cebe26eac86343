"""The pictures of the lab "Neuron"."""

from collections.abc import Callable
from typing import Any

from shots_labs import DARK, LAB_LARGE, LAB_SMALL, PROJECTOR, LabShot, playing


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
