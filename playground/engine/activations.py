"""Activation functions: what a unit makes of its weighted sum, and how errors pass back through it.

Every function takes arrays of shape (n, units), one row per example, in any memory order, and uses only
NumPy functions that dispatch, so that one definition serves every backend. All of them are exact enough and
silent at |z| = 1000: where the textbook formula would overflow, an equal one that does not is used.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from playground.engine.backends.base import Array

LEAK = 0.01
"""Slope of the leaky ReLU for negative z."""


@dataclass(frozen=True, slots=True)
class Activation:
    """One activation function a = g(z).

    `apply(z, out)` writes g(z); `out` must not be `z`.
    `pull_back(grad_a, z, a, out)` writes dL/dz, given dL/da, z and a = g(z). It may use `grad_a` as scratch
    space and leaves `z` and `a` alone; `out` must be none of the three.
    `derivative(z)` returns g'(z) in a fresh array, or None where a unit's answer depends on the whole layer.
    `bounds` is the closed range of g. `output_only` keeps it out of hidden layers.
    """

    key: str
    label: str
    help: str
    formula: str
    apply: Callable[[Array, Array], object]
    pull_back: Callable[[Array, Array, Array, Array], object]
    bounds: tuple[float, float]
    output_only: bool = False
    elementwise: bool = True

    def derivative(self, z: Array) -> Array | None:
        """Return g'(z), shaped like `z`, or None for an activation that mixes the units of a layer."""
        if not self.elementwise:
            return None
        a, slope = np.empty_like(z), np.empty_like(z)
        self.apply(z, a)
        self.pull_back(np.ones_like(z), z, a, slope)
        return slope


def _linear_pull_back(grad_a: Array, _z: Array, _a: Array, out: Array) -> None:
    np.positive(grad_a, out)


def _step(z: Array, out: Array) -> None:
    np.heaviside(z, 1.0, out)


def _step_pull_back(_grad_a: Array, _z: Array, _a: Array, out: Array) -> None:
    # The slope is 0 everywhere but at the jump: the reason why a step cannot be trained by gradients.
    out[...] = 0.0


def _sigmoid(z: Array, out: Array) -> None:
    # 1 / (1 + e^-z) = (1 + tanh(z / 2)) / 2, which cannot overflow.
    np.multiply(z, 0.5, out)
    np.tanh(out, out)
    np.multiply(out, 0.5, out)
    np.add(out, 0.5, out)


def _sigmoid_pull_back(grad_a: Array, _z: Array, a: Array, out: Array) -> None:
    # grad (a - a^2) rather than grad a (1 - a): operations between arrays cost half of those with a number.
    np.multiply(a, a, out)
    np.subtract(a, out, out)
    np.multiply(out, grad_a, out)


def _tanh_pull_back(grad_a: Array, _z: Array, a: Array, out: Array) -> None:
    np.multiply(a, a, out)
    np.multiply(out, grad_a, out)
    np.subtract(grad_a, out, out)


def _relu(z: Array, out: Array) -> None:
    np.maximum(z, 0.0, out=out)


def _relu_pull_back(grad_a: Array, _z: Array, a: Array, out: Array) -> None:
    np.sign(a, out)
    np.multiply(out, grad_a, out)


def _leaky_relu(z: Array, out: Array) -> None:
    np.multiply(z, LEAK, out)
    np.maximum(z, out, out=out)


def _leaky_relu_pull_back(grad_a: Array, _z: Array, a: Array, out: Array) -> None:
    np.sign(a, out)
    np.maximum(out, LEAK, out=out)
    np.multiply(out, grad_a, out)


def _swish(z: Array, out: Array) -> None:
    _sigmoid(z, out)
    np.multiply(out, z, out)


def _swish_pull_back(grad_a: Array, z: Array, a: Array, out: Array) -> None:
    # g' = s + a (1 - s) with s = sigmoid(z); grad_a serves as the second scratch array.
    _sigmoid(z, out)
    np.multiply(out, grad_a, out)
    np.subtract(grad_a, out, grad_a)
    np.multiply(grad_a, a, grad_a)
    np.add(out, grad_a, out)


def _softmax(z: Array, out: Array) -> None:
    # Shifting all z of a row alike changes nothing; with the largest at 0 nothing overflows.
    np.subtract(z, z.max(axis=1, keepdims=True), out)
    np.exp(out, out)
    np.divide(out, out.sum(axis=1, keepdims=True), out)


def _softmax_pull_back(grad_a: Array, _z: Array, a: Array, out: Array) -> None:
    np.multiply(grad_a, a, out)
    np.subtract(grad_a, out.sum(axis=1, keepdims=True), out)
    np.multiply(out, a, out)


ACTIVATIONS: tuple[Activation, ...] = (
    Activation(
        key="linear",
        label="Linear",
        help="Passes the weighted sum on unchanged, so that layers of it can only draw straight lines.",
        formula="g(z) = z",
        apply=np.positive,
        pull_back=_linear_pull_back,
        bounds=(-math.inf, math.inf),
    ),
    Activation(
        key="step",
        label="Step",
        help="Answers 0 or 1 like the first perceptron; its slope is 0, so gradients cannot train it.",
        formula="g(z) = 1 if z ≥ 0, else 0",
        apply=_step,
        pull_back=_step_pull_back,
        bounds=(0.0, 1.0),
    ),
    Activation(
        key="sigmoid",
        label="Sigmoid",
        help="Squeezes any number smoothly into the range from 0 to 1, like a probability.",
        formula="g(z) = 1 / (1 + e⁻ᶻ)",
        apply=_sigmoid,
        pull_back=_sigmoid_pull_back,
        bounds=(0.0, 1.0),
    ),
    Activation(
        key="tanh",
        label="Tanh",
        help="Squeezes any number smoothly into the range from -1 to 1, with 0 in the middle.",
        formula="g(z) = tanh z = (eᶻ - e⁻ᶻ) / (eᶻ + e⁻ᶻ)",
        apply=np.tanh,
        pull_back=_tanh_pull_back,
        bounds=(-1.0, 1.0),
    ),
    Activation(
        key="relu",
        label="ReLU",
        help="Keeps positive numbers and turns negative ones into 0: simple, fast, and used everywhere.",
        formula="g(z) = max(0, z)",
        apply=_relu,
        pull_back=_relu_pull_back,
        bounds=(0.0, math.inf),
    ),
    Activation(
        key="leaky_relu",
        label="Leaky ReLU",
        help="Like ReLU, but negative numbers keep a hundredth of their size, so that no unit goes silent.",
        formula="g(z) = max(0.01 z, z)",
        apply=_leaky_relu,
        pull_back=_leaky_relu_pull_back,
        bounds=(-math.inf, math.inf),
    ),
    Activation(
        key="swish",
        label="Swish",
        help="A smooth relative of ReLU that dips a little below 0 before it rises.",
        formula="g(z) = z / (1 + e⁻ᶻ)",
        apply=_swish,
        pull_back=_swish_pull_back,
        bounds=(-0.2784645427610738, math.inf),
    ),
    Activation(
        key="softmax",
        label="Softmax",
        help="Turns the scores of an output layer into probabilities of the classes that add up to 1.",
        formula="g(z)ᵢ = e^zᵢ / Σⱼ e^zⱼ",
        apply=_softmax,
        pull_back=_softmax_pull_back,
        bounds=(0.0, 1.0),
        output_only=True,
        elementwise=False,
    ),
)
