"""Mini-batch training by TensorFlow Playground's own rule (its src/nn.ts), number by number.

It differs from `Trainer` in what it does with the rows, with the incomplete batch and with the penalty; and
it adds up one product after another, as loops over single numbers do, where a matrix product adds in an order
of its own and rounds otherwise. With tanh and exp to the last digit (`playground.fdlibm`) both walk the same
way. Computed with NumPy alone.
"""

import math
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from playground import fdlibm
from playground.engine.activations import ACTIVATIONS, Activation
from playground.engine.backends.base import Array, HostArray
from playground.engine.trainer import Trainer
from playground.tables import by_key

MOST_PRODUCTS = 1 << 19
"""Products that are held at a time: in larger networks fewer rows go together."""


class PlaygroundTrainer(Trainer):
    """Trains a network of Dense layers as TensorFlow Playground does.

    The rows keep their order in every epoch. The incomplete last batch of an epoch is a step that changes
    nothing: its gradients wait, and enter the first batch of the next epoch with their own rows in the
    divisor. A batch that is larger than the training part is never complete, so nothing is ever learnt.
    The penalty is subtracted by itself after the gradient, with its slope at the weight before. A weight that
    crosses 0 by the L1 penalty is dead: it is 0 and stays it.

    `optimizer`, `clipping` and `seed` play no part; everything else is as in `Trainer`.

    Raises:
        ValueError: for a layer that is not Dense, a softmax, or a loss that is computed from weighted sums.
    """

    in_kernels: ClassVar[bool] = False

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        network = self.network
        if any(layer.kind != "dense" for layer in network.layers) or self.loss.from_logits:
            raise ValueError("this rule is for Dense layers and losses of the output itself")
        self._activations = [by_key(ACTIVATIONS, layer.activation, "activation") for layer in network.layers]
        if not all(activation.elementwise for activation in self._activations):
            raise ValueError("this rule is for units that answer for themselves")
        self._is_weight: Array = network.weight_mask != 0.0
        self._dead: Array = np.zeros(network.size, dtype=bool)
        self._sums: Array = np.zeros(network.size, dtype=network.dtype)
        self._sum_blocks = tuple(network.blocks_of(self._sums))
        self._summed = 0

    # Training -------------------------------------------------------------------------------------------

    def leftovers(self) -> dict[str, HostArray]:
        """Return copies of the sums (P,) that wait, their rows, and which weights are dead."""
        summed = np.array(self._summed, dtype=np.int64)
        return {"sums": self._sums.copy(), "dead": self._dead.copy(), "summed": summed}

    def load_leftovers(self, leftovers: dict[str, HostArray]) -> None:
        """Go on with what `leftovers()` returned; ValueError when names or shapes are others."""
        expected = {name: array.shape for name, array in self.leftovers().items()}
        if {name: np.shape(array) for name, array in leftovers.items()} != expected:
            raise ValueError(f"these are not the sums of this rule for {self.network.size} parameters")
        self._sums[...], self._dead[...] = leftovers["sums"], leftovers["dead"]
        self._summed = int(leftovers["summed"])

    def revive(self, index: int) -> None:
        """Let a dead weight live again: somebody has given it another value."""
        self._dead[index] = False

    def _order(self) -> HostArray:
        """Return the row numbers as they come."""
        return np.arange(self.count)

    def run_batches(self, start: int, stop: int, rates: npt.NDArray[np.float64]) -> int:
        """Add up the gradients of each batch, take a step with those that are complete; return how many."""
        for index in range(start, stop):
            _, rows, _, targets = self._batches[index]
            self._add_up(rows[:, 1:], targets)
            self._summed += len(rows)
            if len(rows) == self.used_batch_size:
                self._apply(float(rates[index - start]))
        return stop - start

    def _add_up(self, rows: Array, targets: Array) -> None:
        """Add each row's gradients to the sums."""
        values, sums = self._forward(rows)
        z, outputs = sums[-1], values[-1]
        errors = self.loss.gradient(z, outputs, targets)
        for layer in range(len(sums) - 1, -1, -1):
            delta = errors * _slope(self._activations[layer], sums[layer], values[layer + 1])
            _add_gradients(self._sum_blocks[layer], delta, values[layer])
            if layer:
                weights = self.network.weights[layer]
                errors = _added(np.zeros_like(weights[0]), delta, weights.T)

    def _apply(self, rate: float) -> None:
        """Take a step against the mean of the sums, then one against the penalty, and begin anew."""
        old = self.network.parameters
        each = rate / self._summed
        step = np.where(self._is_weight, each * self._sums, rate * self._sums / self._summed)
        new = old - step
        if self.regularizer.slope is not None:
            pull = (rate * self.regularization_rate) * self.regularizer.slope(old, 1.0)
            pulled = np.where(self._is_weight, new - pull, new)
            if self.regularizer.key == "l1":
                crossed = (new * pulled < 0.0) & self._is_weight
                self._dead |= crossed if self.held is None else crossed & ~self.held
            new = pulled
        new[self._dead] = 0.0
        if self.held is not None:
            new = np.where(self.held, old, new)
        old[...] = new
        self._sums[...] = 0.0
        self._summed = 0

    # Passes ---------------------------------------------------------------------------------------------

    def _forward(self, rows: Array) -> tuple[list[Array], list[Array]]:
        """Return the values (n, units) of the inputs and every layer, and every layer's weighted sums."""
        values, sums = [rows], []
        network = self.network
        for activation, biases, weights in zip(
            self._activations, network.biases, network.weights, strict=True
        ):
            sums.append(_added(biases, values[-1], weights))
            values.append(_value(activation, sums[-1]))
        return values, sums

    def _measure(self, x: Array, y: Array) -> tuple[float, HostArray]:
        """Return the mean loss, added up row after row, and the outputs (n, outputs)."""
        with np.errstate(all="ignore"):
            values, sums = self._forward(x)
            losses = self.loss.value(sums[-1], values[-1], y)
            total = float(np.add.accumulate(losses)[-1]) if len(losses) else math.nan
        return total / max(1, len(losses)), values[-1]


def _added(start: Array, values: Array, weights: Array) -> Array:
    """Return start + Σ_j values[:, j] weights[:, j], (n, units), added in the order of j.

    `start` is (units,), `values` (n, k) and `weights` (units, k).
    """
    rows, terms, units = len(values), weights.shape[1], len(weights)
    result = np.empty((rows, units), dtype=values.dtype)
    at_once = max(1, MOST_PRODUCTS // ((terms + 1) * units))
    factors = weights.T[:, np.newaxis, :]
    for first in range(0, rows, at_once):
        part = values[first : first + at_once]
        products = np.empty((terms + 1, len(part), units), dtype=values.dtype)
        products[0] = start
        np.multiply(part.T[:, :, np.newaxis], factors, out=products[1:])
        # Unlike a sum, an accumulation says in which order it adds.
        result[first : first + at_once] = np.add.accumulate(products, axis=0, out=products)[-1]
    return result


def _add_gradients(sums: Array, delta: Array, below: Array) -> None:
    """Add each row's gradients to the `sums` (units, 1 + inputs) of [b W], row after row.

    `delta` is (n, units), `below` (n, inputs).
    """
    at_once = max(1, MOST_PRODUCTS // sums.size)
    for first in range(0, len(delta), at_once):
        part = delta[first : first + at_once]
        products = np.empty((len(part) + 1, *sums.shape), dtype=sums.dtype)
        products[0] = sums
        products[1:, :, 0] = part
        np.multiply(
            part[:, :, np.newaxis], below[first : first + at_once, np.newaxis, :], out=products[1:, :, 1:]
        )
        sums[...] = np.add.accumulate(products, axis=0, out=products)[-1]


def _sigmoid(z: Array) -> Array:
    """Return 1 / (1 + e⁻ᶻ); where that power is too large for a number, 0."""
    return 1.0 / (1.0 + fdlibm.exp(-z))


AS_THERE: dict[str, Callable[[Array], Array]] = {"tanh": fdlibm.tanh, "sigmoid": _sigmoid}
"""Activations whose last digit NumPy computes otherwise than that page does: in training it would grow."""


def _value(activation: Activation, z: Array) -> Array:
    """Return g(z), in double precision where it is one of AS_THERE."""
    value = AS_THERE.get(activation.key)
    if value is None:
        return activation.value(z)
    return value(z.astype(np.float64, copy=False)).astype(z.dtype, copy=False)


def _slope(activation: Activation, z: Array, a: Array) -> Array:
    """Return g'(z) for z and a = g(z)."""
    if activation.key == "sigmoid":
        return a * (1.0 - a)
    assert activation.slope is not None
    return activation.slope(z, a)
