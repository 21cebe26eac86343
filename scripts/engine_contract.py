"""What every backend has to compute as NumPy does: a case for each entry of each table of the engine.

Imports the engine alone, so that a computer with Python, NumPy and CuPy can be examined with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from playground.engine.activations import ACTIVATIONS
from playground.engine.backends.base import Backend
from playground.engine.clipping import CLIPPINGS
from playground.engine.curves import Watch
from playground.engine.layers import LAYERS, LayerShape
from playground.engine.losses import LOSSES
from playground.engine.network import Network
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.regularizers import REGULARIZERS
from playground.engine.schedules import SCHEDULES
from playground.engine.trainer import Trainer
from playground.tables import by_key

ROWS, TEST_ROWS, STEPS = 53, 20, 20
TOLERANCE = {"float32": 2e-4, "float64": 1e-9}
"""How far numbers of about 1 may be apart: rounding makes far less in these few steps, a defect far more."""


@dataclass(frozen=True, slots=True)
class Case:
    """A network and the settings under which it trains; tables are named by their keys.

    `pieces` are the steps of each call that the run is divided into, `batches` the batch sizes in them.
    With `held`, every third parameter is held from the second piece on.
    """

    name: str
    shapes: tuple[LayerShape, ...]
    loss: str = "half_squared"
    optimizer: str = "sgd"
    metric: Any = "accuracy"
    settings: dict[str, Any] = field(default_factory=dict)
    pieces: tuple[int, ...] = (STEPS,)
    batches: tuple[int, ...] = (10,)
    held: bool = False


def dense(inputs: int, units: int, activation: str = "tanh") -> LayerShape:
    return LayerShape(inputs, units, activation, "glorot_uniform")


def chain(hidden: str = "tanh", output: str = "tanh", outputs: int = 1) -> tuple[LayerShape, ...]:
    return dense(3, 5, hidden), dense(5, 4, hidden), dense(4, outputs, output)


def layers(kind: str) -> tuple[LayerShape, ...]:
    """Return a network with a kind of layer at several places."""
    parameters = tuple(parameter.default for parameter in by_key(LAYERS, kind, "kind of layer").parameters)
    if kind == "dense":
        return chain()
    if kind == "skip":
        late = (LayerShape(5, 5, kind=kind, parameters=parameters, source=place) for place in (1, 0))
        return dense(5, 5), dense(5, 5, "relu"), *late, dense(5, 2, "linear")
    first, later = (LayerShape(width, width, kind=kind, parameters=parameters) for width in (3, 5))
    return first, dense(3, 5), later, dense(5, 2, "linear")


def cases() -> Iterator[Case]:
    """Yield a case for every entry of every table, and for what a run meets on its way."""
    for activation in ACTIVATIONS:
        if not activation.output_only:
            yield Case(f"activation {activation.key}", chain(activation.key))
    for loss in LOSSES:
        for output in loss.outputs:
            for outputs in (1, 3):
                name = f"loss {loss.key} of {outputs} {output}"
                yield Case(name, chain("tanh", output, outputs), loss.key)
    for optimizer in OPTIMIZERS:
        if not optimizer.solves:
            yield Case(f"optimizer {optimizer.key}", chain(), optimizer=optimizer.key)
    for regularizer in REGULARIZERS:
        settings = {"regularizer": regularizer, "regularization_rate": 0.01}
        yield Case(f"regularizer {regularizer.key}", chain(), settings=settings)
    for clipping in CLIPPINGS:
        settings = {"clipping": clipping, "clip_limit": 0.05}
        yield Case(f"clipping {clipping.key}", chain(), settings=settings)
    for schedule in SCHEDULES:
        hyper = tuple(parameter.default for parameter in schedule.parameters)
        settings = {"schedule": schedule, "schedule_hyper": hyper, "planned_epochs": 4.0}
        yield Case(f"schedule {schedule.key}", chain(), settings=settings)
    for kind in LAYERS:
        yield Case(f"layer {kind.key}", layers(kind.key))
    yield from _ways()


def _ways() -> Iterator[Case]:
    """Yield what is in no table: sizes of batches and layers, pieces of a run, another metric."""
    for size in (1, 7, 17, ROWS, 1000):
        yield Case(f"batches of {size}", chain(), batches=(size,))
    yield Case("a run in pieces", layers("dropout"), optimizer="adam", pieces=(1, 2, 40, 3, 50))
    yield Case("batches changed within an epoch", chain(), pieces=(2, 9, 3), batches=(10, 7, 64))
    yield Case("wide layers", (dense(3, 300, "relu"), dense(300, 310, "relu"), dense(310, 1)), pieces=(6,))
    for kind in ("dense", "batch_norm"):
        yield Case(f"held in {kind}", layers(kind), optimizer="adam", pieces=(10, 30, 20), held=True)
    yield Case("metric r2", chain("relu", "linear"), metric="r2")


# Running and comparing --------------------------------------------------------------------------------------


def make_trainer(backend: Backend, case: Case, dtype: str) -> Trainer:
    """Return a trainer for a case on a backend, at its first step."""
    network = Network(backend, case.shapes, dtype)
    network.initialise(3)
    rng = np.random.default_rng(0)
    outputs = case.shapes[-1].units
    x = rng.normal(size=(ROWS, case.shapes[0].inputs)).astype(dtype)
    classes = rng.integers(0, outputs, ROWS)
    y = np.eye(outputs)[classes] if outputs > 1 else rng.choice([-1.0, 1.0], (ROWS, 1))
    watch = Watch(network.as_rows(x[:TEST_ROWS]), network.as_targets(y[:TEST_ROWS], TEST_ROWS), case.metric)
    optimizer = by_key(OPTIMIZERS, case.optimizer, "optimizer")(backend, network.size, dtype)
    settings = {"regularizer": REGULARIZERS[0], "regularization_rate": 0.0, **case.settings}
    return Trainer(
        *(network, by_key(LOSSES, case.loss, "loss"), optimizer, x, y),
        **{"learning_rate": 0.05, "batch_size": case.batches[0], "seed": 5, "watch": watch, **settings},
    )


def results(trainer: Trainer, case: Case) -> dict[str, Any]:
    """Train a case, and return all its numbers on the host by what they are."""
    network, to_host = trainer.network, trainer.network.backend.to_host
    found: dict[str, Any] = {"outputs": to_host(network.outputs(trainer.x)[-1])}
    network.loss_and_gradients(trainer.x, trainer.y, trainer.loss)
    found["gradients"] = to_host(network.gradients)
    network.initialise(3)  # the running averages have been moved
    places = []
    for piece, size in zip(case.pieces, _repeated(case.batches, len(case.pieces)), strict=True):
        trainer.batch_size = size
        if case.held and trainer.step:
            trainer.hold(np.arange(network.size) % 3 == 0)
        places.append(
            (trainer.run(piece), trainer.epoch, trainer.step, trainer.position, trainer.optimizer.step)
        )
    trainer.record()
    trainer.record()
    answers = [to_host(layer) for layer in network.outputs(trainer.x)]
    return found | {
        "parameters": network.get_parameters(),
        "memory": to_host(trainer.optimizer.memory),
        "curves": np.array(trainer.points),
        "places": np.array(places),
        **{f"answers of layer {index}": values for index, values in enumerate(answers)},
    }


def _repeated(sizes: tuple[int, ...], count: int) -> tuple[int, ...]:
    return sizes if len(sizes) == count else sizes * count


def largest_difference(found: dict[str, Any], expected: dict[str, Any]) -> tuple[float, str]:
    """Return how far apart results are where they are furthest, in units of max(1, size), and what differs.

    Infinite where a shape or the place in the run differs, or a number is none on one side alone.
    """
    worst, where = 0.0, "outputs"
    for name, numbers in expected.items():
        one, other = np.asarray(found[name], dtype=float), np.asarray(numbers, dtype=float)
        if one.shape != other.shape or (np.isnan(one) != np.isnan(other)).any():
            return float("inf"), name
        apart = np.nan_to_num(np.abs(one - other), nan=0.0) / np.maximum(1.0, np.nan_to_num(np.abs(other)))
        most = float(np.max(apart, initial=0.0))
        if most > worst:
            worst, where = (float("inf") if name == "places" else most), name
    return worst, where
