"""Questions about shapes and counts of networks, drawn from a seed, each with hints and a worked answer."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from playground.labs.shapes import drawn_layer, layers_of, named, parameters, sums

Answer = tuple[float, ...]
"""One number, or the rows and columns of a matrix."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question: what is asked, of which network, hints from slight to strong, and the way to the answer.

    `widths` is the network to draw, inputs first, 0 for the width that is asked for.
    """

    text: str
    widths: tuple[int, ...]
    answer: Answer
    hints: tuple[str, ...]
    worked: str

    def is_right(self, answer: Answer) -> bool:
        """Whether an answer is the right one."""
        return len(answer) == len(self.answer) and all(
            abs(given - right) < 1e-9 for given, right in zip(answer, self.answer, strict=True)
        )


def read_answer(text: str, numbers: int) -> Answer | None:
    """Return what was typed as so many numbers, None when it is not that.

    A number may have thousands parted by commas or spaces (2,337) and a decimal point; two numbers may be
    parted by x, ×, "by", a comma or a semicolon, in brackets or not.
    """
    plain = text.strip().strip("()[]").replace("−", "-").replace("\u00a0", " ").lower()
    if numbers == 2:
        parts = [
            part.strip() for part in re.split(r"\s*(?:x|×|\*|by|and|[,;])\s*|\s+", plain) if part.strip()
        ]
    else:
        parts = [re.sub(r"(?<=\d)[, ](?=\d{3}\b)", "", plain)]
    if len(parts) != numbers or not all(re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)", part) for part in parts):
        return None
    return tuple(float(part) for part in parts)


# The kinds ----------------------------------------------------------------------------------------------


def _widths(rng: np.random.Generator, layers: int, least: int = 2, most: int = 8) -> tuple[int, ...]:
    return tuple(int(width) for width in rng.integers(least, most + 1, size=layers + 1))


def _summed(widths: tuple[int, ...]) -> str:
    """Return the count written out: (2 + 1) x 3 + (3 + 1) x 1 = 9 + 4 = 13."""
    layers = layers_of(widths)
    products = " + ".join(f"({layer.inputs} + 1) × {layer.units}" for layer in layers)
    terms = " + ".join(f"{layer.size:,}" for layer in layers)
    middle = f" = {terms}" if len(layers) > 1 else ""
    return f"{products}{middle} = {parameters(widths):,}"


def _count(rng: np.random.Generator) -> Question:
    widths = _widths(rng, int(rng.integers(2, 4)))
    return Question(
        f"How many parameters does the network {named(widths)} have, weights and biases together?",
        widths,
        (parameters(widths),),
        (
            "Go layer by layer. The inputs are no layer: they have no parameters.",
            "A layer of n neurons on m inputs has n × m weights and n biases: (m + 1) × n.",
        ),
        f"{_summed(widths)}.",
    )


def _dense(rng: np.random.Generator) -> Question:
    inputs, units = int(rng.integers(2, 13)), 5 * int(rng.integers(1, 13))
    widths = inputs, units
    return Question(
        f"How many parameters has Dense({units}) on {inputs} inputs?",
        widths,
        (parameters(widths),),
        (
            f"Dense({units}) has {units} neurons. What does each of them hold?",
            f"Each neuron has {inputs} weights and one bias: {inputs + 1} numbers.",
        ),
        f"{units} neurons × ({inputs} weights + 1 bias) = {_summed(widths)}.",
    )


def _matrix(rng: np.random.Generator) -> Question:
    widths = _widths(rng, 3)
    number = int(rng.integers(1, len(widths)))
    layer = layers_of(widths)[number - 1]
    return Question(
        f"Which shape has the matrix W of layer {number} in the network {named(widths)}? Rows × columns.",
        widths,
        layer.weight_shape,
        (
            "z = W x has a number for each neuron of the layer, and x one for each value that comes in.",
            f"Layer {number} takes {layer.inputs} values and has {layer.units} neurons; a neuron is a row.",
        ),
        f"A row for each of the {layer.units} neurons, a column for each of the {layer.inputs} values that "
        f"come in: {layer.units} × {layer.inputs}.",
    )


def _augmented(rng: np.random.Generator) -> Question:
    widths = _widths(rng, 1)
    inputs, units = widths
    return Question(
        f"{units} neurons take {inputs} inputs. The biases are put into the matrix as its first column, for "
        "x0 = 1. Which shape has the matrix then? Rows × columns.",
        widths,
        (units, inputs + 1),
        ("The bias of a neuron stands in its row, before its weights.", "W alone is neurons × inputs."),
        f"W is {units} × {inputs}; with the column of biases it is {units} × {inputs + 1}.",
    )


def _links(rng: np.random.Generator) -> Question:
    widths = _widths(rng, 2)
    first, second = layers_of(widths)
    return Question(
        f"How many links (weights without the biases) does the network {named(widths)} have?",
        widths,
        (first.weights + second.weights,),
        (
            "Every neuron has a link to every value of the layer before it.",
            f"Between the first two columns there are {widths[0]} × {widths[1]} links.",
        ),
        f"{widths[0]} × {widths[1]} + {widths[1]} × {widths[2]} = {first.weights} + {second.weights} = "
        f"{first.weights + second.weights}.",
    )


def _hidden(rng: np.random.Generator) -> Question:
    widths = _widths(rng, 2)
    inputs, hidden, outputs = widths
    total = parameters(widths)
    return Question(
        f"A network with {inputs} inputs, one hidden layer and {outputs} outputs has {total} parameters. "
        "How many hidden neurons are there?",
        (inputs, 0, outputs),
        (hidden,),
        (
            f"With h hidden neurons: ({inputs} + 1) × h + (h + 1) × {outputs} = {total}.",
            f"The {outputs} biases of the outputs do not depend on h: {total - outputs} are left.",
        ),
        f"Each hidden neuron brings {inputs} weights in, 1 bias and {outputs} out, which is "
        f"{inputs + outputs + 1}: ({total} - {outputs}) / {inputs + outputs + 1} = {hidden}.",
    )


def _sum(rng: np.random.Generator) -> Question:
    widths = 2, int(rng.integers(2, 4))
    layer = layers_of(widths)[0]
    weights, biases, x = drawn_layer(layer, int(rng.integers(1000)))
    unit = int(rng.integers(layer.units))
    right = float(sums(weights, biases, x)[unit])
    row, name = weights[unit], f"z{unit + 1}"
    matrix = ", ".join(f"[{low:g} {high:g}]" for low, high in weights)
    return Question(
        f"W has the rows {matrix}, b = [{' '.join(f'{b:g}' for b in biases)}] and x = [{x[0]:g} {x[1]:g}]. "
        f"What is {name}?",
        widths,
        (right,),
        (
            f"{name} needs row {unit + 1} of W and bias {unit + 1} alone.",
            f"{name} = w{unit + 1}1·x1 + w{unit + 1}2·x2 + b{unit + 1}.",
        ),
        f"{name} = {row[0]:g} × {x[0]:g} + {row[1]:g} × {x[1]:g} + {biases[unit]:g} = {right:g}.",
    )


KINDS: tuple[Callable[[np.random.Generator], Question], ...] = (
    _count,
    _matrix,
    _dense,
    _links,
    _sum,
    _augmented,
    _hidden,
)
"""One function for each kind of question, the easier ones first."""


def question(seed: int, number: int) -> Question:
    """Return question `number` (from 0) of the quiz with a seed; the kinds take turns."""
    return KINDS[number % len(KINDS)](np.random.default_rng([seed, number]))
