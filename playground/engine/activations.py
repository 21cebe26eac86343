"""Activation functions: what a unit makes of its weighted sum, and how errors pass back through it.

Each is two definitions (see `maths`), the value g(z) and the slope g'(z), which serve arrays of every
backend and the compiler alike. Only the softmax, which mixes the units of a layer, is a function of whole
rows. All of them are exact enough and silent at |z| = 1000, and let nan through: where the textbook formula
would overflow or lose a nan, an equal one that does not is used.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from playground.engine.backends.base import Array
from playground.engine.maths import (
    cos,
    exp,
    expm1,
    maximum,
    minimum,
    sigmoid,
    sign,
    sin,
    softplus,
    tanh,
    where,
)

LEAK = 0.01
"""Slope of the leaky ReLU for negative z."""

SELU_SCALE = 1.0507009873554805
"""λ of Klambauer et al. (2017): keeps mean 0 and variance 1 from layer to layer."""
SELU_DEPTH = 1.7580993408473766
"""λ α of the same paper: how far below 0 the SELU can go."""

GELU_SCALE = 0.7978845608028654
"""√(2 / π), in the tanh form of the GELU (Hendrycks and Gimpel 2016)."""
GELU_CUBIC = 0.044715
GELU_CUBIC_SLOPE = 0.134145
"""3 times the weight of the cubic term."""

FAR = 20.0
"""|z| beyond which a gate is shut: a tanh that ends a last digit from 1 must not be multiplied by more."""


@dataclass(frozen=True, slots=True)
class Activation:
    """One activation function a = g(z).

    `value(z)` and `slope(z, a)` are definitions: g(z), and g'(z) from z and a = g(z). `slope` is None where a
    unit's answer depends on the whole layer; `value` then takes rows (n, units).
    `bounds` is the closed range of g. `output_only` keeps it out of hidden layers.
    """

    key: str
    label: str
    help: str
    formula: str
    value: Callable[[Array], Array]
    slope: Callable[[Array, Array], Array] | None
    bounds: tuple[float, float]
    output_only: bool = False

    @property
    def elementwise(self) -> bool:
        """Whether every unit answers for itself."""
        return self.slope is not None

    def apply(self, z: Array, out: Array) -> None:
        """Write g(z) of rows `z` (n, units) to `out`, which must not be `z`."""
        out[...] = self.value(z)

    def pull_back(self, grad_a: Array, z: Array, a: Array, out: Array) -> None:
        """Write dL/dz to `out`, given dL/da, z and a = g(z), all (n, units); `out` is none of the three."""
        if self.slope is not None:
            np.multiply(grad_a, self.slope(z, a), out)
            return
        # The softmax, the one that mixes units: a (grad - Σ grad a).
        np.multiply(grad_a, a, out)
        np.subtract(grad_a, out.sum(axis=1, keepdims=True), out)
        np.multiply(out, a, out)

    def derivative(self, z: Array) -> Array | None:
        """Return g'(z) in a fresh array shaped like `z`, or None where it depends on the whole layer."""
        if self.slope is None:
            return None
        result = np.empty_like(z)
        result[...] = self.slope(z, self.value(z))
        return result


# The definitions --------------------------------------------------------------------------------------------


def _linear(z: Array) -> Array:
    return z


def _linear_slope(_z: Array, _a: Array) -> Array:
    return 1.0


def _step(z: Array) -> Array:
    return minimum(sign(z) + 1.0, 1.0)


def _step_slope(_z: Array, _a: Array) -> Array:
    # The slope is 0 everywhere but at the jump: the reason why a step cannot be trained by gradients.
    return 0.0


def _sigmoid_slope(_z: Array, a: Array) -> Array:
    return a - a * a


def _hard_sigmoid(z: Array) -> Array:
    return maximum(minimum(z / 6.0 + 0.5, 1.0), 0.0)


def _hard_sigmoid_slope(_z: Array, a: Array) -> Array:
    return sign(a - a * a) / 6.0


def _tanh_slope(_z: Array, a: Array) -> Array:
    return 1.0 - a * a


def _relu(z: Array) -> Array:
    return maximum(z, 0.0)


def _relu_slope(_z: Array, a: Array) -> Array:
    return sign(a)


def _leaky_relu(z: Array) -> Array:
    return maximum(z, LEAK * z)


def _leaky_relu_slope(_z: Array, a: Array) -> Array:
    return maximum(sign(a), LEAK)


def _elu(z: Array) -> Array:
    return where(z > 0.0, z, expm1(minimum(z, 0.0)))


def _elu_slope(_z: Array, a: Array) -> Array:
    return minimum(a, 0.0) + 1.0


def _selu(z: Array) -> Array:
    return where(z > 0.0, SELU_SCALE * z, SELU_DEPTH * expm1(minimum(z, 0.0)))


def _selu_slope(z: Array, a: Array) -> Array:
    return where(z > 0.0, SELU_SCALE, a + SELU_DEPTH)


def _gelu_gate(z: Array) -> Array:
    return tanh(GELU_SCALE * (z + GELU_CUBIC * z * z * z))


def _gelu(z: Array) -> Array:
    return 0.5 * z * (1.0 + _gelu_gate(z))


def _gelu_slope(z: Array, _a: Array) -> Array:
    gate = _gelu_gate(z)
    near = maximum(minimum(z, FAR), -FAR)
    gate_slope = (1.0 - gate * gate) * GELU_SCALE * (1.0 + GELU_CUBIC_SLOPE * near * near)
    return 0.5 * (1.0 + gate + near * gate_slope)


def _swish(z: Array) -> Array:
    return z * sigmoid(z)


def _swish_slope(z: Array, a: Array) -> Array:
    gate = sigmoid(z)
    return gate + a * (1.0 - gate)


def _mish(z: Array) -> Array:
    return z * tanh(softplus(z))


def _mish_slope(z: Array, _a: Array) -> Array:
    gate = tanh(softplus(z))
    return gate + minimum(z, FAR) * (1.0 - gate * gate) * sigmoid(z)


def _softplus_slope(z: Array, _a: Array) -> Array:
    return sigmoid(z)


def _sine_slope(z: Array, _a: Array) -> Array:
    return cos(z)


def _gaussian(z: Array) -> Array:
    return exp(-(z * z))


def _gaussian_slope(z: Array, a: Array) -> Array:
    return -2.0 * z * a


def _softmax(z: Array) -> Array:
    """Return the shares (n, units) of rows of scores; the one function here that is not a definition."""
    # Shifting all z of a row alike changes nothing; with the largest at 0 nothing overflows.
    powers = np.exp(np.subtract(z, z.max(axis=1, keepdims=True)))
    return np.divide(powers, powers.sum(axis=1, keepdims=True))


ACTIVATIONS: tuple[Activation, ...] = (
    Activation(
        key="linear",
        label="Linear",
        help="Passes the weighted sum on unchanged, so that layers of it can only draw straight lines.",
        formula="g(z) = z",
        value=_linear,
        slope=_linear_slope,
        bounds=(-math.inf, math.inf),
    ),
    Activation(
        key="step",
        label="Step",
        help="Answers 0 or 1 like the first perceptron; its slope is 0, so gradients cannot train it.",
        formula="g(z) = 1 if z ≥ 0, else 0",
        value=_step,
        slope=_step_slope,
        bounds=(0.0, 1.0),
    ),
    Activation(
        key="sigmoid",
        label="Sigmoid",
        help="Squeezes any number smoothly into the range from 0 to 1, like a probability.",
        formula="g(z) = 1 / (1 + e⁻ᶻ)",
        value=sigmoid,
        slope=_sigmoid_slope,
        bounds=(0.0, 1.0),
    ),
    Activation(
        key="hard_sigmoid",
        label="Hard sigmoid",
        help="A sigmoid drawn with three straight lines: cheap to compute, and flat beyond -3 and 3.",
        formula="g(z) = max(0, min(1, z / 6 + ½))",
        value=_hard_sigmoid,
        slope=_hard_sigmoid_slope,
        bounds=(0.0, 1.0),
    ),
    Activation(
        key="tanh",
        label="Tanh",
        help="Squeezes any number smoothly into the range from -1 to 1, with 0 in the middle.",
        formula="g(z) = tanh z = (eᶻ - e⁻ᶻ) / (eᶻ + e⁻ᶻ)",
        value=tanh,
        slope=_tanh_slope,
        bounds=(-1.0, 1.0),
    ),
    Activation(
        key="relu",
        label="ReLU",
        help="Keeps positive numbers and turns negative ones into 0: simple, fast, and used everywhere.",
        formula="g(z) = max(0, z)",
        value=_relu,
        slope=_relu_slope,
        bounds=(0.0, math.inf),
    ),
    Activation(
        key="leaky_relu",
        label="Leaky ReLU",
        help="Like ReLU, but negative numbers keep a hundredth of their size, so that no unit goes silent.",
        formula="g(z) = max(0.01 z, z)",
        value=_leaky_relu,
        slope=_leaky_relu_slope,
        bounds=(-math.inf, math.inf),
    ),
    Activation(
        key="elu",
        label="ELU",
        help="Like ReLU, but negative numbers bend smoothly towards -1, so that answers centre near 0.",
        formula="g(z) = z if z > 0, else eᶻ - 1",
        value=_elu,
        slope=_elu_slope,
        bounds=(-1.0, math.inf),
    ),
    Activation(
        key="selu",
        label="SELU",
        help="An ELU scaled so that the values of deep layers keep mean 0 and spread 1 by themselves; "
        "start it with LeCun normal.",
        formula="g(z) = 1.0507 z if z > 0, else 1.7581 (eᶻ - 1)",
        value=_selu,
        slope=_selu_slope,
        bounds=(-SELU_DEPTH, math.inf),
    ),
    Activation(
        key="gelu",
        label="GELU",
        help="A smooth ReLU that weighs a number by how likely it is to be large, in its tanh form; "
        "the choice of many language models.",
        formula="g(z) = ½ z (1 + tanh(√(2/π) (z + 0.044715 z³)))",
        value=_gelu,
        slope=_gelu_slope,
        bounds=(-0.17004075057125403, math.inf),
    ),
    Activation(
        key="swish",
        label="Swish",
        help="A smooth relative of ReLU that dips a little below 0 before it rises.",
        formula="g(z) = z / (1 + e⁻ᶻ)",
        value=_swish,
        slope=_swish_slope,
        bounds=(-0.2784645427610738, math.inf),
    ),
    Activation(
        key="mish",
        label="Mish",
        help="A close relative of Swish that dips a little deeper and turns a little more smoothly.",
        formula="g(z) = z tanh(log(1 + eᶻ))",
        value=_mish,
        slope=_mish_slope,
        bounds=(-0.30884341301725043, math.inf),
    ),
    Activation(
        key="softplus",
        label="Softplus",
        help="ReLU with a round corner: it comes as near to 0 as you like, but always keeps a slope.",
        formula="g(z) = log(1 + eᶻ)",
        value=softplus,
        slope=_softplus_slope,
        bounds=(0.0, math.inf),
    ),
    Activation(
        key="sine",
        label="Sine",
        help="Rises and falls for ever, which suits data that repeats and makes other data hard to learn.",
        formula="g(z) = sin z",
        value=sin,
        slope=_sine_slope,
        bounds=(-1.0, 1.0),
    ),
    Activation(
        key="gaussian",
        label="Gaussian",
        help="Answers only near z = 0, so that each unit marks a strip of the plane.",
        formula="g(z) = e^(-z²)",
        value=_gaussian,
        slope=_gaussian_slope,
        bounds=(0.0, 1.0),
    ),
    Activation(
        key="softmax",
        label="Softmax",
        help="Turns the scores of an output layer into probabilities of the classes that add up to 1.",
        formula="g(z)ᵢ = e^zᵢ / Σⱼ e^zⱼ",
        value=_softmax,
        slope=None,
        bounds=(0.0, 1.0),
        output_only=True,
    ),
)
