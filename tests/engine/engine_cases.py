"""What the engine's tests share: the backends to run on, small networks, and differences."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from engine_stand_in import StandInBackend

from playground.engine.activations import ACTIVATIONS
from playground.engine.backends import BACKENDS, Backend, make_backend
from playground.engine.layers import LayerShape
from playground.engine.losses import LOSSES, Loss
from playground.engine.network import Network
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.regularizers import REGULARIZERS
from playground.engine.trainer import Trainer
from playground.tables import by_key

HIDDEN = [activation for activation in ACTIVATIONS if not activation.output_only]

every_backend = pytest.mark.parametrize(
    "make",
    [
        pytest.param(
            choice.make,
            id=choice.key,
            marks=pytest.mark.skipif(not choice.available(), reason=f"{choice.label} is not there"),
        )
        for choice in BACKENDS
    ]
    + [
        pytest.param(lambda: StandInBackend(graphs=False), id="stand_in"),
        pytest.param(StandInBackend, id="stand_in_graphs"),
    ],
)


def over(table: Any, name: str) -> Any:
    """Parametrise a test over a table, so that a new entry is tested without being named."""
    return pytest.mark.parametrize(name, table, ids=lambda record: record.key)


def numpy_backend() -> Backend:
    return make_backend("numpy")


def make_network(
    sizes: list[int],
    hidden: str = "tanh",
    output: str = "tanh",
    *,
    initializer: str = "glorot_uniform",
    dtype: str = "float64",
    backend: Backend | None = None,
    seed: int = 0,
) -> Network:
    """An initialised network with these sizes, inputs first."""
    names = [hidden] * (len(sizes) - 2) + [output]
    shapes = [
        LayerShape(inputs, units, name, initializer)
        for inputs, units, name in zip(sizes, sizes[1:], names, strict=False)
    ]
    network = Network(backend or numpy_backend(), shapes, dtype)
    network.initialise(seed)
    return network


def make_trainer(network: Network, x: Any, y: Any, **changes: Any) -> Trainer:
    """A trainer with plain settings but for `changes`; tables are named by their keys."""
    loss = by_key(LOSSES, changes.pop("loss", "half_squared"), "loss")
    optimizer = by_key(OPTIMIZERS, changes.pop("optimizer", "sgd"), "optimizer")
    kind: type[Trainer] = changes.pop("kind", Trainer)
    settings: dict[str, Any] = {
        "learning_rate": 0.1,
        "batch_size": 4,
        "regularization_rate": 0.0,
        "seed": 0,
        **changes,
    }
    settings["regularizer"] = by_key(REGULARIZERS, settings.get("regularizer", "none"), "regularization")
    made = optimizer(network.backend, network.size, str(network.dtype))
    return kind(network, loss, made, x, y, **settings)


def targets_for(loss: Loss, rng: np.random.Generator, rows: int, outputs: int) -> np.ndarray:
    """Targets that a loss can be asked to reach: shares that add up to 1 suit every loss there is."""
    return rng.dirichlet(np.ones(outputs), rows) if outputs > 1 else rng.uniform(0.1, 0.9, (rows, 1))


def differences(function: Callable[[np.ndarray], float], at: np.ndarray, h: float = 1e-6) -> np.ndarray:
    """Central differences of a scalar function, one entry of `at` after the other."""
    slopes = np.empty_like(at)
    for index in np.ndindex(at.shape):
        up, down = at.copy(), at.copy()
        up[index] += h
        down[index] -= h
        slopes[index] = (function(up) - function(down)) / (2 * h)
    return slopes
