"""A network with more parameters than rows learns labels by heart, and at J = 0 no step changes it any more.

The labels are thrown by coin, so there is nothing to learn but the rows themselves. With the hinge loss J is
exactly 0, and so is its gradient, as soon as every answer is right by a margin of 1. With the squared error J
comes ever closer to 0; `Learner.solve` goes the rest of the way at once, by the smallest change of the last
layer's weights that answers every row (minimum norm). What is left then is rounding.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from playground.engine.backends.numpy import NumpyBackend
from playground.engine.layers import LayerShape
from playground.engine.losses import LOSSES
from playground.engine.network import Network
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.regularizers import REGULARIZERS
from playground.engine.trainer import Trainer
from playground.labs.min_norm import least_norm, with_ones
from playground.tables import by_key

Floats = npt.NDArray[np.float64]

BENDS = 4.0
"""How many times as large as He's the first weights are: the hidden units bend within the square."""
CANDIDATES = 10
"""Places from which that of a row is chosen."""
REFINEMENTS = 4
"""How often `solve` repeats itself on what rounding has left."""
INTERPOLATED = 1e-8
"""A gradient shorter than this counts as none."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be learnt, and how: the rows and labels by a seed, the hidden width, the loss, the steps."""

    rows: int = 20
    width: int = 64
    loss: str = "hinge"
    optimizer: str = "sgd"
    rate: float = 0.1
    seed: int = 0

    @property
    def parameters(self) -> int:
        """How many numbers the network 2-width-1 has: 3 for each hidden unit, 1 for each way out, a bias."""
        return 4 * self.width + 1


@dataclass(frozen=True, slots=True)
class Report:
    """How the network stands, and what its last step did.

    `moved` (P,) is how far each parameter went, None before any step.
    """

    step: int
    loss: float
    correct: float
    gradient: float
    moved: Floats | None

    @property
    def largest(self) -> float:
        """The largest change of any parameter in the last step, 0 before any."""
        return 0.0 if self.moved is None else float(np.max(np.abs(self.moved)))

    @property
    def changed(self) -> int:
        """How many parameters have another value than before the last step."""
        return 0 if self.moved is None else int(np.count_nonzero(self.moved))


def random_labels(rows: int, seed: int) -> tuple[Floats, Floats]:
    """Return places in the square from -1 to 1, (rows, 2), and labels -1 or 1 thrown by coin, (rows, 1).

    Each place is that of `CANDIDATES` which is furthest from those before (Mitchell 1991), since telling two
    rows apart that nearly coincide takes very long.
    """
    rng = np.random.default_rng([seed, 30])
    x = np.empty((rows, 2))
    for row in range(rows):
        candidates = rng.uniform(-1.0, 1.0, (CANDIDATES, 2))
        apart = np.linalg.norm(candidates[:, None] - x[None, :row], axis=2).min(axis=1, initial=4.0)
        x[row] = candidates[np.argmax(apart)]
    return x, rng.choice([-1.0, 1.0], (rows, 1))


class Learner:
    """Trains a tanh network 2-width-1 on random labels with the engine's trainer, all rows at each step.

    Attributes:
        network: float64, so that rounding is as small as it can be.
        x, y: the rows (n, 2) and their labels (n, 1).
    """

    def __init__(self, task: Task) -> None:
        self.task = task
        self.x, self.y = random_labels(task.rows, task.seed)
        backend = NumpyBackend()
        shapes = (
            LayerShape(2, task.width, "tanh", "he_normal"),
            LayerShape(task.width, 1, "linear", "glorot_normal"),
        )
        self.network = Network(backend, shapes, "float64")
        self.network.initialise(task.seed)
        self.network.weights[0][...] *= BENDS
        bends = np.random.default_rng([task.seed, 31]).uniform(-1.0, 1.0, task.width)
        self.network.biases[0][...] = BENDS * bends
        self.loss = by_key(LOSSES, task.loss, "loss")
        optimizer = by_key(OPTIMIZERS, task.optimizer, "optimizer")
        self._trainer = Trainer(
            self.network,
            self.loss,
            optimizer(backend, self.network.size, "float64"),
            self.x,
            self.y,
            learning_rate=task.rate,
            batch_size=task.rows,
            regularizer=REGULARIZERS[0],
            regularization_rate=0.0,
            seed=task.seed,
        )
        self._moved: Floats | None = None

    @property
    def rate(self) -> float:
        """The learning rate of the next steps; it may be changed at any time."""
        return self._trainer.learning_rate

    @rate.setter
    def rate(self, value: float) -> None:
        self._trainer.learning_rate = value

    def advance(self, steps: int) -> None:
        """Make so many steps; `report` tells what the last of them changed."""
        if steps > 1:
            self._trainer.run(steps - 1)
        before = self.network.get_parameters()
        self._trainer.run(1)
        with np.errstate(all="ignore"):
            self._moved = self.network.parameters - before

    def solve(self) -> None:
        """Set the last layer to the nearest weights that answer every row with its label, by least squares.

        Raises:
            ValueError: when the network's numbers have run away.
        """
        if not self.network.is_finite():
            raise ValueError(
                "The weights have grown beyond all numbers. Rewind and take a smaller learning rate."
            )
        hidden = self.network.outputs(self.x)[0]
        columns = with_ones(hidden)
        for _again in range(REFINEMENTS):
            missing = (self.y - self.answers(self.x))[:, 0]
            change = least_norm(columns, missing)
            self.network.biases[1][...] += change[0]
            self.network.weights[1][0] += change[1:]
        self._moved = None

    def answers(self, x: Floats) -> Floats:
        """Return the network's answers (n, 1) at `x` (n, 2)."""
        with np.errstate(all="ignore"):
            return np.asarray(self.network.outputs(x)[-1])

    def report(self) -> Report:
        """Measure the loss, the share of right answers and the length of the gradient as they are now."""
        loss = self.network.loss_and_gradients(self.x, self.y, self.loss)
        gradients = self.network.gradients
        with np.errstate(all="ignore"):
            length = math.sqrt(float(gradients @ gradients))
        correct = float(np.mean(np.sign(self.answers(self.x)) == self.y))
        return Report(self._trainer.step, loss, correct, length, self._moved)

    def state(self) -> dict[str, Floats]:
        """Return what is needed to come back to where it stands."""
        moved = np.zeros(0) if self._moved is None else self._moved.copy()
        memory = {f"memory {name}": array for name, array in self._trainer.optimizer.state().items()}
        where = np.array([self._trainer.epoch, self._trainer.step], dtype=np.float64)
        rate = np.array(self.rate)
        return {
            "parameters": self.network.get_parameters(),
            "moved": moved,
            "where": where,
            "rate": rate,
            **memory,
        }

    def return_to(self, state: dict[str, Floats]) -> None:
        """Come back to a state that `state` returned, its learning rate included."""
        self.rate = float(state["rate"])
        self.network.set_parameters(state["parameters"])
        self._moved = state["moved"] if len(state["moved"]) else None
        memory = {name.removeprefix("memory "): array for name, array in state.items() if "memory " in name}
        self._trainer.optimizer.load_state(memory)
        epoch, self._trainer.step = (int(number) for number in state["where"])
        self._trainer.move_to(epoch, 0)
