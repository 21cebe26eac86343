"""A multi-layer perceptron: its parameters, the forward and the backward pass."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from playground.engine.activations import ACTIVATIONS
from playground.engine.backends.base import Array, Backend, HostArray, Passes, check_dtype
from playground.engine.initializers import INITIALIZERS
from playground.engine.layers import LAYERS, LayerShape
from playground.engine.losses import Loss
from playground.engine.operations import look
from playground.engine.workspace import Workspace, with_ones
from playground.tables import by_key

MAX_WORKSPACES = 4
"""Batch sizes whose buffers are kept: the full batch, the last one of an epoch, and two more."""


class Network:
    """Layers on a backend, with all parameters in one flat vector.

    The vector holds, layer after layer and unit after unit, the numbers that `layers` describes; for a Dense
    layer the bias and then the weights, the rows [w_i0 w_i1 ...] of the matrix W in z = W [1 x]. Everything
    else are views of it, so that writing to `weights[i]` changes the network.

    Attributes:
        parameters, gradients: (P,), of `dtype`, on the backend.
        weights: per layer (units, columns - 1); of a Dense layer `weights[l][i, j]` leads from input j to
            unit i, of a norm they are scale and, for batch norm, running mean and variance.
        biases: per layer (units,), empty where a layer has no numbers.
        weight_mask: (P,), 1 at the weights of Dense layers and 0 elsewhere.
        chance: the bits that stand for the run's seed and the number of the step, for what is left to chance.

    Raises:
        ValueError: when the layers do not fit together, or for a dtype that is not float32/float64.
        UnknownChoiceError: for an unknown kind, activation or initializer.
    """

    def __init__(self, backend: Backend, layers: Sequence[LayerShape], dtype: str = "float32") -> None:
        _check_layers(layers)
        self.backend = backend
        self.layers = tuple(layers)
        self.dtype: np.dtype[Any] = check_dtype(dtype)
        self.size = sum(layer.size for layer in layers)
        self.parameters: Array = backend.xp.zeros(self.size, dtype=self.dtype)
        self.gradients: Array = backend.xp.zeros(self.size, dtype=self.dtype)
        self.weight_mask: Array = backend.xp.zeros(self.size, dtype=self.dtype)
        for layer, block in zip(self.layers, self.blocks_of(self.weight_mask), strict=True):
            if layer.kind == "dense":
                block[:, 1:] = 1.0
        self._blocks = tuple(self.blocks_of(self.parameters))
        self._gradient_blocks = tuple(self.blocks_of(self.gradients))
        self.weights, self.biases = self.layers_of(self.parameters)
        self.chance = (0, 0)
        self.passes: Passes | None = None  # kept here by the backend that makes them
        self._workspaces: dict[int, Workspace] = {}
        self._current: Workspace | None = None

    def blocks_of(self, flat: Array) -> Iterator[Array]:
        """Yield the view of each layer's [b W], (units, 1 + inputs), in a flat vector (P,)."""
        start = 0
        for layer in self.layers:
            yield flat[start : start + layer.size].reshape(layer.units, layer.columns)
            start += layer.size

    def layers_of(self, flat: Array) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        """Return the views of all weights (units, inputs) and biases (units,) in a flat vector (P,)."""
        blocks = tuple(self.blocks_of(flat))
        biases = tuple(block[:, 0] if block.shape[1] else block.reshape(-1) for block in blocks)
        return tuple(block[:, 1:] for block in blocks), biases

    # Parameters ---------------------------------------------------------------------------------------

    def initialise(self, seed: int, uniform: Callable[[], float] | None = None) -> None:
        """Draw all parameters anew.

        Layer i has its own stream of random numbers, `default_rng([seed, i])`: another width of one layer
        changes the draws of the next only in number. Drawn on the host, so equal on every backend.
        With `uniform`, which returns numbers from 0 to 1, the weights of uniform layers are taken from there,
        layer after layer and row after row; every other Dense layer takes as many and leaves them unused.
        """
        host = np.empty(self.size, dtype=np.float64)
        for index, (layer, block) in enumerate(zip(self.layers, self.blocks_of(host), strict=True)):
            if layer.kind == "dense":
                initializer = by_key(INITIALIZERS, layer.initializer, "initializer")
                rng = np.random.default_rng([seed, index])
                block[:, 0] = initializer.bias
                block[:, 1:] = initializer.weights(rng, layer.inputs, layer.units)
                if uniform is not None:
                    drawn = np.array([uniform() for _ in range(block[:, 1:].size)]) - 0.5
                    if initializer.key == "uniform":
                        block[:, 1:] = drawn.reshape(layer.units, layer.inputs)
            else:
                block[...] = by_key(LAYERS, layer.kind, "kind of layer").start[: layer.columns]
        self.set_parameters(host)

    def get_parameters(self) -> HostArray:
        """Return a host copy of the flat parameter vector, (P,)."""
        return self.backend.to_host(self.parameters)

    def set_parameters(self, host: npt.ArrayLike) -> None:
        """Set all parameters from a host array (P,); ValueError when it has another shape."""
        values = np.asarray(host)
        if values.shape != (self.size,):
            raise ValueError(f"this network has {self.size} parameters; got an array of shape {values.shape}")
        self.parameters[...] = self.backend.asarray(values, self.dtype)

    def is_finite(self) -> bool:
        """Return whether all parameters are numbers: neither infinite nor nan."""
        with np.errstate(all="ignore"):
            # One pass settles the usual case; a sum may overflow though every number is finite.
            if bool(np.isfinite(np.sum(self.parameters))):
                return True
            return bool(np.all(np.isfinite(self.parameters)))

    # Training passes ------------------------------------------------------------------------------------

    def workspace(self, rows: int) -> Workspace:
        """Return the buffers for batches of `rows` examples, made when they are first asked for."""
        if rows not in self._workspaces:
            if len(self._workspaces) >= MAX_WORKSPACES:
                del self._workspaces[next(iter(self._workspaces))]
            self._workspaces[rows] = Workspace(
                self.backend, self.layers, self._blocks, self._gradient_blocks, rows
            )
        return self._workspaces[rows]

    def forward(self, x: Array) -> Array:
        """Return the outputs (n, outputs) for examples `x` (n, inputs), of any number n > 0.

        What is returned is a buffer that the next pass with as many examples overwrites.
        """
        rows = self.as_rows(x)
        work = self.workspace(rows.shape[0])
        work.x[:, 1:] = rows
        with np.errstate(all="ignore"):
            work.begin(*self.chance)
            work.forward(work.x.T)
        self._current = work
        return work.outputs

    def backward(self, y: Array, loss: Loss) -> None:
        """Write to `gradients` those of the mean loss over the last `forward`'s examples.

        `y` is (n, outputs). No regularization is added here.

        Raises:
            RuntimeError: without a `forward` before.
        """
        work = self._current
        if work is None:
            raise RuntimeError("backward needs a forward pass before it")
        targets = self.as_targets(y, work.rows)
        with np.errstate(all="ignore"):
            work.backward(work.x, targets, loss)

    def loss_and_gradients(self, x: Array, y: Array, loss: Loss) -> float:
        """Return the mean loss over `x` (n, inputs), `y` (n, outputs), and write its gradients."""
        self.forward(x)
        self.backward(y, loss)
        assert self._current is not None
        with np.errstate(all="ignore"):
            return self._current.mean_loss(self.as_targets(y, self._current.rows), loss)

    # Looking ----------------------------------------------------------------------------------------------

    def outputs(self, x: Array, since: int = 0) -> list[Array]:
        """Return the activations (n, units) of layer `since` and all later ones, in fresh arrays.

        As in use, not in training: nothing is silenced, and batch norm takes its running averages. The
        buffers of the training are left alone. The arrays are stored unit after unit: `.T` of each is
        contiguous.
        """
        rows = self.as_rows(x)
        passes = self.backend.passes(self)
        return self._layers_of(rows)[1][since:] if passes is None else passes.outputs(rows, since)

    def evaluate(self, x: Array, y: Array, loss: Loss, chunk: int = 8192) -> tuple[float, HostArray]:
        """Return the mean loss (nan without examples) and the outputs, a host array (n, outputs).

        Works through `chunk` examples at a time to bound the memory used; training buffers are left alone.
        """
        rows = self.as_rows(x)
        count = rows.shape[0]
        targets = self.as_targets(y, count)
        outputs = np.empty((count, self.layers[-1].units), dtype=self.dtype)
        total = 0.0
        for start in range(0, count, chunk):
            part = slice(start, start + chunk)
            z, answers = self.answers(rows[part])
            with np.errstate(all="ignore"):
                total += float(np.sum(loss.value(z, answers, targets[part])))
            outputs[part] = self.backend.to_host(answers)
        return (total / count if count else float("nan")), outputs

    def answers(self, rows: Array) -> tuple[Array, Array]:
        """Return z and a of the output layer, fresh arrays (n, outputs), for `rows` on the backend."""
        z, layers = self._layers_of(rows)
        return z, layers[-1]

    def _layers_of(self, rows: Array) -> tuple[Array, list[Array]]:
        """Return the output layer's z (n, outputs) and every layer's answers (n, units), all fresh."""
        values = [with_ones(self.backend, rows).T]
        z = None
        with np.errstate(all="ignore"):
            for layer, block in zip(self.layers, self._blocks, strict=True):
                z, answers = look(self.backend, layer, block, values)
                values.append(answers)
        assert z is not None
        return z.T, [answers[1:].T for answers in values[1:]]

    # Data in ------------------------------------------------------------------------------------------------

    def as_rows(self, x: Array) -> Array:
        """Return examples (n, inputs) on the backend; ValueError when they have another shape."""
        return self._moved(x, None, self.layers[0].inputs, "inputs")

    def as_targets(self, y: Array, rows: int) -> Array:
        """Return targets (rows, outputs) on the backend; ValueError when they have another shape."""
        return self._moved(y, rows, self.layers[-1].units, "targets")

    def _moved(self, array: Array, rows: int | None, columns: int, what: str) -> Array:
        """Return `array` as it is when it lives on the backend, moved there when it is a host array."""
        shape = array.shape
        if len(shape) != 2 or shape[1] != columns or (rows is not None and shape[0] != rows):
            raise ValueError(f"{what} must have the shape ({rows or 'n'}, {columns}); got {shape}")
        if isinstance(array, self.backend.xp.ndarray) and array.dtype == self.dtype:
            return array
        return self.backend.asarray(array, self.dtype)


def _check_layers(layers: Sequence[LayerShape]) -> None:
    """Raise ValueError unless each layer takes what the one before it gives."""
    if not layers:
        raise ValueError("a network needs at least one layer")
    for index, layer in enumerate(layers):
        if layer.inputs < 1 or layer.units < 1:
            raise ValueError(f"layer {index} needs at least one input and one unit")
        if index and layer.inputs != layers[index - 1].units:
            raise ValueError(
                f"layer {index} takes {layer.inputs} inputs, but the layer before it has "
                f"{layers[index - 1].units} units"
            )
        if layer.kind == "dense":
            by_key(INITIALIZERS, layer.initializer, "initializer")
            if by_key(ACTIVATIONS, layer.activation, "activation").output_only and index < len(layers) - 1:
                raise ValueError(f"{layer.activation} can be used in the output layer only")
        elif index == len(layers) - 1:
            raise ValueError(f"the output layer must be dense, not {layer.kind}")
        else:
            _check_kind(layers, index)


def _check_kind(layers: Sequence[LayerShape], index: int) -> None:
    """Raise ValueError unless a layer that is not Dense has its parameters and fits in."""
    layer = layers[index]
    kind = by_key(LAYERS, layer.kind, "kind of layer")
    if layer.inputs != layer.units:
        raise ValueError(f"layer {index} ({kind.key}) needs as many units as inputs")
    if len(layer.parameters) != len(kind.parameters):
        raise ValueError(f"layer {index} ({kind.key}) needs {len(kind.parameters)} parameters")
    if layer.kind == "skip":
        widths = [layers[0].inputs, *(one.units for one in layers[:index])]
        if not 0 <= layer.source < index or widths[layer.source] != layer.units:
            raise ValueError(f"layer {index} (skip) cannot add the values {layer.source}")
