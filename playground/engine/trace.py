"""One example followed through a network: every number on its way forwards to the loss and back again.

As in use and not in training: nothing is silenced, and batch norm takes its running averages, so a step of
the training with the same example may differ in those two kinds of layer. No regularization is added.
The way back is the chain rule (Rumelhart, Hinton and Williams 1986): with δ = ∂L/∂z of a layer and x what
comes into it, ∂L/∂W = δ xᵀ, ∂L/∂b = δ, ∂L/∂x = Wᵀ δ. No unit of measure: all are scaled numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from playground.engine.activations import ACTIVATIONS
from playground.engine.backends.numpy import NumpyBackend
from playground.engine.layers import EPSILON, LayerShape
from playground.engine.losses import Loss
from playground.engine.operations import look
from playground.tables import by_key

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LayerTrace:
    """What one layer does with an example.

    Attributes:
        weights, bias: the layer's numbers, shaped as `Network.weights` and `Network.biases` have them.
        x: (inputs,), what comes in.
        z: (units,), the weighted sums; None but for Dense.
        a: (units,), what the layer answers.
        error: (units,), ∂L/∂a; None in the output layer where the loss is computed from z.
        delta: (units,), ∂L/∂z of a Dense layer; of the others, which have no z, ∂L/∂a.
        down: (inputs,), ∂L/∂x, what this layer alone hands back.
        normal: (units,), of a norm: x at mean 0 and spread 1; else None.
        added: (units,), of a skip: what it adds to x; else None.
        centre, spread: of a norm: the mean and the √(σ² + ε) that make `normal`, (units,); else None.
    """

    shape: LayerShape
    weights: FloatArray
    bias: FloatArray
    x: FloatArray
    z: FloatArray | None
    a: FloatArray
    error: FloatArray | None
    delta: FloatArray
    down: FloatArray
    normal: FloatArray | None = None
    added: FloatArray | None = None
    centre: FloatArray | None = None
    spread: FloatArray | None = None

    @property
    def bias_gradient(self) -> FloatArray:
        """The gradient of `bias`, shaped like it: δ; of a norm that of its shift β."""
        return self.delta if len(self.bias) else np.zeros(0)

    @property
    def weight_gradient(self) -> FloatArray:
        """The gradient of `weights`, shaped like them: δ xᵀ; of a norm δ times `normal`, averages have none.

        Made anew when it is asked for: it is the one large array.
        """
        if self.shape.kind == "dense":
            return np.outer(self.delta, self.x)
        result = np.zeros_like(self.weights)
        if self.normal is not None:
            result[:, 0] = self.delta * self.normal
        return result

    @property
    def slope(self) -> FloatArray | None:
        """g'(z), (units,); None where there is no z or a unit's answer depends on the whole layer."""
        if self.z is None:
            return None
        return by_key(ACTIVATIONS, self.shape.activation, "activation").derivative(self.z)


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """An example's way through every layer to its loss L.

    `x` (inputs,) and `y` (outputs,) are as the network takes them; `x_error` (inputs,) is ∂L/∂x.
    """

    x: FloatArray
    y: FloatArray
    loss: float
    layers: tuple[LayerTrace, ...]
    x_error: FloatArray


def trace(
    shapes: Sequence[LayerShape],
    weights: Sequence[npt.NDArray[np.floating]],
    biases: Sequence[npt.NDArray[np.floating]],
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    loss: Loss,
) -> Trace:
    """Follow `x` (inputs,) with its target `y` (outputs,) through layers, in float64.

    `weights` and `biases` are host arrays as `Network.weights` and `Network.biases` have them. A number that
    is not finite goes its way like any other.

    Raises:
        ValueError: when the arrays do not fit the layers.
    """
    row, target = np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)
    _check(shapes, weights, biases, row, target)
    blocks = [_block(w, b) for w, b in zip(weights, biases, strict=True)]
    with np.errstate(all="ignore"):
        sums, values = _forward(shapes, blocks, row)
        z, a = sums[-1], values[-1]
        assert z is not None
        total = float(loss.value(z[None], a[None], target[None])[0])
        first = np.empty((1, len(a)))
        loss.write_gradient(z[None], a[None], target[None], first)
        layers, x_error = _backward(shapes, blocks, sums, values, first[0], loss.from_logits)
    return Trace(row, target, total, layers, x_error)


def _check(
    shapes: Sequence[LayerShape],
    weights: Sequence[npt.NDArray[np.floating]],
    biases: Sequence[npt.NDArray[np.floating]],
    x: FloatArray,
    y: FloatArray,
) -> None:
    if not len(shapes) == len(weights) == len(biases):
        raise ValueError(f"{len(shapes)} layers need as many arrays of weights and biases")
    for shape, w, b in zip(shapes, weights, biases, strict=True):
        wanted = (shape.units, max(shape.columns - 1, 0)), (shape.units if shape.columns else 0,)
        if (w.shape, b.shape) != wanted:
            raise ValueError(f"a layer of {shape.units} units cannot have {w.shape} and {b.shape}")
    if x.shape != (shapes[0].inputs,) or y.shape != (shapes[-1].units,):
        raise ValueError(f"an example cannot have the shapes {x.shape} and {y.shape}")


def _block(weights: npt.NDArray[np.floating], bias: npt.NDArray[np.floating]) -> FloatArray:
    """Return a layer's [b W] as the engine keeps it, (units, columns)."""
    if not len(bias):
        return np.zeros((len(weights), 0))
    return np.column_stack((bias, weights)).astype(np.float64, copy=False)


def _forward(
    shapes: Sequence[LayerShape], blocks: Sequence[FloatArray], x: FloatArray
) -> tuple[list[FloatArray | None], list[FloatArray]]:
    """Return every layer's z, and what comes into the network followed by every layer's answer."""
    backend = NumpyBackend()
    columns = [np.concatenate(([1.0], x))[:, None]]
    sums: list[FloatArray | None] = []
    for shape, block in zip(shapes, blocks, strict=True):
        z, answers = look(backend, shape, block, columns)
        sums.append(None if z is None else z[:, 0])
        columns.append(answers)
    return sums, [column[1:, 0] for column in columns]


def _backward(
    shapes: Sequence[LayerShape],
    blocks: Sequence[FloatArray],
    sums: Sequence[FloatArray | None],
    values: Sequence[FloatArray],
    first: FloatArray,
    from_logits: bool,
) -> tuple[tuple[LayerTrace, ...], FloatArray]:
    """Return all layers, and ∂L/∂x of the inputs; `first` is ∂L/∂z of the outputs, or else ∂L/∂a."""
    errors = [np.zeros_like(value) for value in values]
    errors[-1] = first
    layers: list[LayerTrace] = []
    for index in reversed(range(len(shapes))):
        shape, x, z, a = shapes[index], values[index], sums[index], values[index + 1]
        added = values[shape.source] if shape.kind == "skip" else None
        known = index == len(shapes) - 1 and from_logits
        layer = _layer(shape, blocks[index], x, z, a, errors[index + 1], known, added)
        layers.append(layer)
        errors[index] = errors[index] + layer.down
        if added is not None:
            errors[shape.source] = errors[shape.source] + layer.delta
    return tuple(reversed(layers)), errors[0]


def _layer(
    shape: LayerShape,
    block: FloatArray,
    x: FloatArray,
    z: FloatArray | None,
    a: FloatArray,
    error: FloatArray,
    known: bool,
    added: FloatArray | None,
) -> LayerTrace:
    """Return one layer from its error ∂L/∂a, or from its delta where that is `known`."""
    weights, bias = block[:, 1:], block[:, 0] if block.shape[1] else np.zeros(0)
    if z is not None:
        delta = error if known else np.empty_like(error)[None]
        if not known:
            activation = by_key(ACTIVATIONS, shape.activation, "activation")
            activation.pull_back(error[None], z[None], a[None], delta)
            delta = delta[0]
        return LayerTrace(shape, weights, bias, x, z, a, None if known else error, delta, weights.T @ delta)
    centre = spread = normal = None
    down = error
    if shape.kind == "batch_norm":
        centre, spread = weights[:, 1], np.sqrt(weights[:, 2] + EPSILON)
        down = error * weights[:, 0] / spread
    elif shape.kind == "layer_norm":
        centre, spread = np.full_like(x, x.mean()), np.full_like(x, np.sqrt(x.var() + EPSILON))
        normal, scaled = (x - centre) / spread, error * weights[:, 0]
        down = (scaled - scaled.mean() - normal * (scaled * normal).mean()) / spread
    if centre is not None and spread is not None:
        normal = (x - centre) / spread
    return LayerTrace(shape, weights, bias, x, None, a, error, error, down, normal, added, centre, spread)
