"""The trained network as the exporters see it, and the proof that a written file predicts the same."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from playground.engine.backends import make_backend
from playground.engine.network import Network
from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared

FloatArray = npt.NDArray[np.floating[Any]]

TOLERANCE = 1e-5
"""Largest accepted difference, relative to the size of the outputs (float32 sums in another order)."""


class ExportFailedError(ValueError):
    """The file could not be written or does not predict what the network predicts; no file is left."""


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A trained network with all it takes to use it: weights (units, inputs) and biases (units,) per layer.

    `outputs` are the network's own answers (rows, outputs) for `rows`, raw inputs (rows, columns): what a
    written file has to reproduce.
    """

    experiment: Experiment
    prepared: Prepared
    weights: tuple[FloatArray, ...]
    biases: tuple[FloatArray, ...]
    rows: npt.NDArray[np.float64]
    outputs: FloatArray


def trained_model(
    experiment: Experiment,
    prepared: Prepared,
    weights: tuple[FloatArray, ...],
    biases: tuple[FloatArray, ...],
) -> TrainedModel:
    """Return the model of these weights, with the engine's own answers on the test rows.

    Raises ExportFailedError when a weight is not a finite number.
    """
    plan = prepared.plan
    if not all(np.isfinite(array).all() for array in (*weights, *biases)):
        raise ExportFailedError(
            "The weights are not finite numbers: the training ran away. Rewind, lower the learning rate, "
            "train again, then export."
        )
    backend = make_backend("numpy")
    network = Network(backend, plan.shapes, dtype=plan.training.precision)
    for layer in range(len(weights)):
        network.weights[layer][...] = weights[layer]
        network.biases[layer][...] = biases[layer]
    rows = prepared.sample.inputs[prepared.test_rows]
    x = backend.asarray(prepared.encode_inputs(rows), plan.training.precision)
    outputs = prepared.decode_outputs(np.asarray(network.outputs(x)[-1], dtype=np.float64))
    return TrainedModel(experiment, prepared, weights, biases, rows, outputs)


@dataclass(frozen=True, slots=True)
class Proof:
    """How far the predictions of the file that was read back are from the network's."""

    largest_difference: float
    rows: int

    def __str__(self) -> str:
        return f"largest difference {self.largest_difference:.1g} over {self.rows} rows"


def compare(model: TrainedModel, outputs: npt.NDArray[np.float64]) -> Proof:
    """Return the proof; ExportFailedError when the outputs of a file differ from the network's."""
    expected = model.outputs.astype(np.float64)
    if outputs.shape != expected.shape:
        raise ExportFailedError(f"the file predicts {outputs.shape}, the network {expected.shape} values")
    difference = float(np.abs(outputs - expected).max(initial=0.0))
    if not difference <= TOLERANCE * max(1.0, float(np.abs(expected).max(initial=0.0))):
        raise ExportFailedError(f"the file's predictions differ from the network's by up to {difference:.3g}")
    return Proof(difference, len(expected))
