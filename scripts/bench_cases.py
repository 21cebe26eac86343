"""What the benchmarks train, and how they take times: shared by those of the processor and of graphics cards.

Nothing is imported before it is needed: the libraries read the number of threads when they are loaded.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.engine.backends.base import Backend
    from playground.engine.trainer import Trainer

Steps = Callable[[int], int]
"""Makes about so many steps, and returns how many they were."""

LATE = 1_000_001  # an epoch of which, and of many after it, no losses are measured
RATE = 0.003


@dataclass(frozen=True, slots=True)
class Network:
    """What is trained. Classes are told apart by softmax and cross-entropy, else it is half squared error.

    `times` is how many times as fast as PyTorch the best backend is meant to be, `share` the part of the
    rate of large matrix products that it is meant to reach.
    """

    sizes: tuple[int, ...]
    hidden: str
    output: str
    batch: int
    optimizer: str
    rows: int
    times: float | None = None
    share: float | None = None

    @property
    def key(self) -> str:
        """The sizes, as 2-4-2-1; many alike as 7-8x6-1."""
        inner = self.sizes[1:-1]
        alike = len(inner) > 2 and len(set(inner)) == 1
        middle = [f"{inner[0]}x{len(inner)}"] if alike else [str(units) for units in inner]
        return "-".join([str(self.sizes[0]), *middle, str(self.sizes[-1])])

    @property
    def flops(self) -> int:
        """Multiplications and additions of a step's matrix products; errors go back to layers alone."""
        pairs = list(zip(self.sizes, self.sizes[1:], strict=False))
        forward = sum(inputs * units for inputs, units in pairs)
        back = forward - pairs[0][0] * pairs[0][1]
        return 2 * self.batch * (2 * forward + back)


NETWORKS = (
    Network((2, 4, 2, 1), "tanh", "tanh", 10, "sgd", 250, times=120.0),
    Network((7, 8, 8, 8, 8, 8, 8, 1), "tanh", "tanh", 10, "sgd", 250, times=45.0),
    Network((2, 64, 64, 1), "relu", "tanh", 10, "adam", 250, times=15.0),
    Network((64, 256, 128, 10), "relu", "softmax", 64, "adam", 1792, times=1.8),
    Network((784, 1024, 1024, 10), "relu", "softmax", 256, "adam", 4096, times=1.0, share=0.7),
)


# Taking times ----------------------------------------------------------------------------------------------


def medians(contestants: dict[str, Steps], rounds: int, seconds: float) -> dict[str, float]:
    """Return each contestant's steps a second, the median over rounds in which everyone has one turn."""
    counts = {name: enough(steps, seconds) for name, steps in contestants.items()}
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, steps in contestants.items():
            steps(max(1, counts[name] // 20))  # the caches and threads of the one before are swept out
            began = time.perf_counter()
            done = steps(counts[name])
            found[name].append(done / (time.perf_counter() - began))
    return {name: statistics.median(rates) for name, rates in found.items()}


def enough(steps: Steps, seconds: float) -> int:
    """Return how many steps take about so long; warms up on the way."""
    steps(1)
    count = 1
    while True:
        began = time.perf_counter()
        done = steps(count)
        took = time.perf_counter() - began
        if took >= seconds / 4:
            return max(1, round(done * seconds / took))
        count *= 4


# Contestants -----------------------------------------------------------------------------------------------


def data(network: Network) -> tuple[Any, Any]:
    """Return inputs (rows, inputs) and targets (rows, outputs), float32: noise serves to measure time."""
    import numpy as np

    dice = np.random.default_rng(0)
    x = dice.normal(size=(network.rows, network.sizes[0])).astype(np.float32)
    if network.output == "softmax":
        classes = dice.integers(0, network.sizes[-1], network.rows)
        return x, np.eye(network.sizes[-1], dtype=np.float32)[classes]
    return x, dice.choice([-0.9, 0.9], (network.rows, network.sizes[-1])).astype(np.float32)


def ours(backend: "Backend", network: Network) -> Steps:
    """Return what trains the network on a backend of the program."""
    trainer = make_trainer(backend, network)

    def steps(count: int) -> int:
        done = trainer.run(count)
        backend.synchronize()
        return done

    return steps


def make_trainer(backend: "Backend", network: Network) -> "Trainer":
    """Return a trainer on a backend, at an epoch whose losses are not measured."""
    from playground.engine.curves import Watch
    from playground.engine.layers import LayerShape
    from playground.engine.losses import LOSSES
    from playground.engine.network import Network as Layers
    from playground.engine.optimizers import OPTIMIZERS
    from playground.engine.regularizers import REGULARIZERS
    from playground.engine.trainer import Trainer
    from playground.tables import by_key

    names = [network.hidden] * (len(network.sizes) - 2) + [network.output]
    pairs = zip(network.sizes, network.sizes[1:], names, strict=False)
    made = Layers(backend, [LayerShape(*pair, "glorot_uniform") for pair in pairs], "float32")
    made.initialise(0)
    x, y = data(network)
    loss = "softmax_cross_entropy" if network.output == "softmax" else "half_squared"
    trainer = Trainer(
        *(made, by_key(LOSSES, loss, "loss")),
        *(by_key(OPTIMIZERS, network.optimizer, "optimizer")(made.backend, made.size, "float32"), x, y),
        learning_rate=RATE,
        batch_size=network.batch,
        regularizer=by_key(REGULARIZERS, "none", "regularizer"),
        regularization_rate=0.0,
        seed=0,
        watch=Watch(made.as_rows(x[:1]), made.as_targets(y[:1], 1)),
    )
    trainer.move_to(LATE, 0)
    return trainer


def pytorch(network: Network, threads: int, device: str = "cpu") -> Steps:
    """Return what trains the network in PyTorch, eager, as its tutorials write it.

    nn.MSELoss stands for half squared error: it spares PyTorch the multiplication by one half.
    """
    import torch
    from torch import nn

    torch.manual_seed(0)
    kinds = {"tanh": nn.Tanh, "relu": nn.ReLU}
    layers: list[nn.Module] = []
    for inputs, units in zip(network.sizes, network.sizes[1:-1], strict=False):
        layers += [nn.Linear(inputs, units), kinds[network.hidden]()]
    layers.append(nn.Linear(*network.sizes[-2:]))
    if network.output != "softmax":
        layers.append(kinds[network.output]())
    model = nn.Sequential(*layers).to(device)
    x, y = (torch.from_numpy(array).to(device) for array in data(network))
    if network.output == "softmax":
        y = y.argmax(1)
    criterion = nn.CrossEntropyLoss() if network.output == "softmax" else nn.MSELoss()
    chosen = torch.optim.Adam if network.optimizer == "adam" else torch.optim.SGD
    optimizer = chosen(model.parameters(), lr=RATE)

    def batches() -> Iterator[Any]:
        while True:
            order = torch.randperm(network.rows, device=device)
            for start in range(0, network.rows, network.batch):
                yield order[start : start + network.batch]

    source = batches()

    def steps(count: int) -> int:
        torch.set_num_threads(threads)
        for _ in range(count):
            rows = next(source)
            optimizer.zero_grad()
            criterion(model(x[rows]), y[rows]).backward()
            optimizer.step()
        if device != "cpu":
            torch.cuda.synchronize()
        return count

    return steps
