"""What a batch is drawn for: a network and its rows, each row's gradient, and descent with real batches.

A network is the open one, or a neuron of its own with two weights, whose whole loss can be drawn. Both are
the engine's `Network` in float64, and descend with the engine's `Trainer`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from playground.data.base import FloatArray
from playground.engine.backends.numpy import NumpyBackend
from playground.engine.layers import LayerShape
from playground.engine.losses import LOSSES, Loss
from playground.engine.network import Network
from playground.engine.operations import Dense
from playground.engine.optimizers import SGD
from playground.engine.regularizers import REGULARIZERS
from playground.engine.trainer import Trainer
from playground.engine.workspace import with_ones
from playground.experiment.prepare import Prepared
from playground.labs.batches import BatchRefused, Cancelled, Tell, require
from playground.tables import by_key

MOST_ROWS = 400
MOST_NUMBERS = 4_000_000
"""Numbers of all rows' gradients together, and of all weights on a path."""
FEWEST_ROWS = 20
MOST_STEPS = 5000
LARGEST = 1e6
"""Weights beyond it have run away."""
TRUE_WEIGHTS = (0.5, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Learner:
    """A network's layers, its loss, and its rows: `x` (N, inputs) and `y` (N, outputs), float64."""

    shapes: tuple[LayerShape, ...]
    loss: Loss
    x: FloatArray
    y: FloatArray

    @property
    def rows(self) -> int:
        """How many rows there are, N."""
        return len(self.x)

    @property
    def size(self) -> int:
        """How many weights and biases there are, P."""
        return sum(shape.size for shape in self.shapes)

    def network(self, weights: npt.ArrayLike) -> Network:
        """Return a new network with these weights (P,)."""
        network = Network(NumpyBackend(), self.shapes, "float64")
        network.set_parameters(weights)
        return network

    def losses(
        self,
        places: FloatArray,
        tell: Tell = lambda _share: None,
        cancelled: Cancelled = lambda: False,
    ) -> FloatArray | None:
        """Return the mean loss over all rows at each of the weights (m, P), (m,); None when cancelled."""
        network, found = self.network(np.zeros(self.size)), np.empty(len(places))
        for index, place in enumerate(places):
            network.set_parameters(place)
            found[index] = network.evaluate(self.x, self.y, self.loss)[0]
            if index % 64 == 0:
                tell(index / len(places))
                if cancelled():
                    return None
        return found


def neuron(rows: int, noise: float, seed: int, activation: str = "linear") -> Learner:
    """Return one neuron of one input, ŷ = g(w0 + w1 x), with rows of its own and the loss (ŷ - y)².

    x is drawn between -1 and 2, y = g(0.5 + x) plus Gaussian noise of the given spread.
    """
    if rows < 1:
        raise BatchRefused("There are no rows to draw a batch from: give N at least 1.")
    rng = np.random.default_rng(seed)
    shape = LayerShape(1, 1, activation)
    x = rng.uniform(-1.0, 2.0, (rows, 1))
    loss = by_key(LOSSES, "mse", "loss")
    truth = Learner((shape,), loss, x, x).network(TRUE_WEIGHTS).forward(x).copy()
    return Learner((shape,), loss, x, truth + noise * rng.standard_normal((rows, 1)))


def of_run(prepared: Prepared) -> Learner:
    """Return the network of a run with its training rows, evenly thinned to what can be held.

    Raises BatchRefused for layers whose answer to a row depends on the batch, and for a network too large.
    """
    plan = prepared.plan
    kinds = {shape.kind for shape in plan.shapes}
    if kinds & {"batch_norm", "dropout"}:
        name = "Batch norm" if "batch_norm" in kinds else "Dropout"
        raise BatchRefused(
            f"{name} makes a row's gradient depend on the batch it is in, so there is no gradient of a "
            "single row to compare with. Take that layer out, or look at the neuron with two weights."
        )
    most = min(MOST_ROWS, MOST_NUMBERS // sum(shape.size for shape in plan.shapes))
    if most < FEWEST_ROWS:
        raise BatchRefused(
            f"With {plan.parameters:,} weights and biases the gradients of single rows do not fit into "
            "memory. Make the layers smaller, or look at the neuron with two weights."
        )
    rows = prepared.train_rows
    chosen = rows[np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(int)]
    loss = by_key(LOSSES, plan.training.loss, "loss")
    return Learner(plan.shapes, loss, prepared.x[chosen], prepared.y[chosen])


# Gradients ----------------------------------------------------------------------------------------------


def row_gradients(learner: Learner, weights: npt.ArrayLike) -> FloatArray:
    """Return the gradient of every row's own loss at weights (P,), (N, P)."""
    network = learner.network(weights)
    if all(shape.kind == "dense" for shape in learner.shapes):
        return _all_at_once(learner, network)
    found = np.empty((learner.rows, learner.size))
    for row in range(learner.rows):
        network.loss_and_gradients(learner.x[row : row + 1], learner.y[row : row + 1], learner.loss)
        found[row] = network.gradients
    return found


def _all_at_once(learner: Learner, network: Network) -> FloatArray:
    """Return the same for Dense layers alone: row i's part of δ xᵀ is the product of its own columns."""
    backend, loss = network.backend, learner.loss
    blocks, gradients = network.blocks_of(network.parameters), network.blocks_of(network.gradients)
    layers = [
        Dense(backend, shape, block, gradient, learner.rows, index)
        for index, (shape, block, gradient) in enumerate(zip(learner.shapes, blocks, gradients, strict=True))
    ]
    values = [with_ones(backend, learner.x).T]
    parts: list[FloatArray] = []
    with np.errstate(all="ignore"):
        for layer in layers:
            layer.forward(values[-1])
            values.append(layer.values)
        output = layers[-1]
        target = output.delta if loss.from_logits else output.error
        loss.write_gradient(output.z.T, output.a.T, learner.y, target.T)
        for index in reversed(range(len(layers))):
            layer, below = layers[index], values[index]
            if index < len(layers) - 1 or not loss.from_logits:
                layer.pull_back()
            layer.pass_on(below, layers[index - 1].errors if index else None)
            parts.append(np.einsum("un,cn->nuc", layer.delta, below).reshape(learner.rows, -1))
    return np.concatenate(parts[::-1], axis=1)


# Descent ------------------------------------------------------------------------------------------------


class Descent:
    """The engine's trainer going down from a place with batches of B rows; every step can be taken back.

    Attributes:
        places: the weights (P,) at the start and after each step.
    """

    def __init__(self, learner: Learner, start: npt.ArrayLike, batch: int, rate: float, seed: int) -> None:
        require(learner.rows, batch)
        self._network = learner.network(start)
        self._trainer = Trainer(
            self._network,
            learner.loss,
            SGD(self._network.backend, learner.size, "float64"),
            learner.x,
            learner.y,
            learning_rate=rate,
            batch_size=batch,
            regularizer=REGULARIZERS[0],
            regularization_rate=0.0,
            seed=seed,
        )
        self._batch = batch
        self.places: list[FloatArray] = [self._network.get_parameters().copy()]

    @property
    def here(self) -> FloatArray:
        """The weights as they are, (P,)."""
        return self.places[-1]

    @property
    def steps(self) -> int:
        """How many steps have been made."""
        return len(self.places) - 1

    @property
    def epochs(self) -> float:
        """How often all rows have been used."""
        return self._trainer.progress

    @property
    def diverged(self) -> bool:
        """Whether a weight has run away; there are no steps from there."""
        return not bool((np.abs(self.here) < LARGEST).all())

    @property
    def is_full(self) -> bool:
        """Whether as many steps have been made as are remembered; there are no more."""
        return self.steps >= min(MOST_STEPS, MOST_NUMBERS // self.here.size)

    def set_rate(self, rate: float) -> None:
        """Take the next steps with another learning rate."""
        self._trainer.learning_rate = rate

    def step(self, count: int = 1) -> None:
        """Make up to `count` steps, fewer where the weights run away or no more are remembered."""
        for _ in range(count):
            if self.diverged or self.is_full:
                return
            self._trainer.run(1)
            self.places.append(self._network.get_parameters().copy())

    def back(self) -> None:
        """Take the last step back; plain descent remembers nothing else."""
        if self.steps:
            self.places.pop()
            self._network.set_parameters(self.here)
            each = self._trainer.steps_per_epoch
            self._trainer.step = self.steps
            self._trainer.move_to(self.steps // each, self.steps % each * self._batch)
