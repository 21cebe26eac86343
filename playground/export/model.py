"""The trained network as the exporters see it, and the proof that a written file predicts the same."""

import math
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared
from playground.export.pipeline import FloatArray, Pipeline, pipeline_of

TOLERANCE = {"float32": 1e-5, "float64": 1e-9}
"""Largest accepted difference, relative to the largest output: sums are made in another order.

Networks of usual size come within 1e-6; a wide one adds up a thousand products of 7 digits."""


CHANCE_ROWS = 100
TRIED_ROWS = 400
CHANCE_RANGES = ((-6.0, 6.0), (0.0, 6.0), (0.0, 1.0))
"""Rows by chance: how many, and, where the features are formulas of the columns, between what."""


class ExportFailedError(ValueError):
    """The file could not be written or does not predict what the network predicts; no file is left."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainedModel:
    """A trained network, and what a written file of it has to reproduce.

    `outputs` are the network's own answers (rows, outputs) for `rows`, raw inputs (rows, columns).
    """

    pipeline: Pipeline
    rows: npt.NDArray[np.float64]
    outputs: npt.NDArray[np.float64]

    def first(self, count: int) -> Self:
        """Return the model with so many of its rows."""
        return replace(self, rows=self.rows[:count], outputs=self.outputs[:count])


def untaught(pipeline: Pipeline) -> TrainedModel:
    """Return the model of a network whose data are not at hand, to be proved on rows made by chance.

    They spread as its scaling says that its training rows did. Where the features are formulas, they are rows
    at which these have values; ExportFailedError when none is found.
    """
    rng = np.random.default_rng(0)
    shape = (TRIED_ROWS, len(pipeline.columns))
    if pipeline.features == pipeline.columns:
        rows = pipeline.input_scaler.invert(rng.normal(size=shape))
    else:
        rows = np.vstack([rng.uniform(*within, size=shape) for within in CHANCE_RANGES])
    with np.errstate(all="ignore"):
        outputs = pipeline.outputs(rows)
    answered = np.flatnonzero(np.isfinite(outputs).all(axis=1))
    if not len(answered):
        raise ExportFailedError(
            f"{pipeline.name} gives no number for any row that was tried, so a file of it cannot be compared."
        )
    chosen = np.sort(rng.permutation(answered)[:CHANCE_ROWS])
    return TrainedModel(pipeline, rows[chosen], outputs[chosen])


def trained_model(
    experiment: Experiment,
    prepared: Prepared,
    weights: tuple[FloatArray, ...],
    biases: tuple[FloatArray, ...],
) -> TrainedModel:
    """Return the model of these weights, with the engine's own answers on the test rows.

    Raises ExportFailedError when a weight is not a finite number.
    """
    if not all(np.isfinite(array).all() for array in (*weights, *biases)):
        raise ExportFailedError(
            "The weights are not finite numbers: the training ran away. Rewind, lower the learning rate, "
            "train again, then export."
        )
    pipeline = pipeline_of(experiment, prepared, weights, biases)
    rows = prepared.sample.inputs[prepared.test_rows if len(prepared.test_rows) else prepared.train_rows]
    return TrainedModel(pipeline, rows, pipeline.outputs(rows))


@dataclass(frozen=True, slots=True)
class Proof:
    """How far the predictions of the file that was read back are from the network's.

    `route` says how it was read back; `unproved`, why it could not be.
    """

    largest_difference: float = math.nan
    rows: int = 0
    route: str = ""
    unproved: str = ""

    def __str__(self) -> str:
        if self.unproved:
            return f"not read back: {self.unproved.rstrip('.')}"
        return (
            f"read back with {self.route}, largest difference {self.largest_difference:.1g} "
            f"over {self.rows:,} rows"
        )


def compare(model: TrainedModel, outputs: npt.NDArray[np.float64], route: str, single: bool = False) -> Proof:
    """Return the proof; ExportFailedError when the outputs of a file differ from the network's.

    `single`: the route computes with 7 digits, whatever the network's precision.
    """
    expected = model.outputs
    if not len(expected):
        raise ExportFailedError("There is no row that the file could be asked about, so nothing is proved.")
    if outputs.shape != expected.shape:
        raise ExportFailedError(f"The file predicts {outputs.shape}, the network {expected.shape} values.")
    difference = float(np.abs(outputs - expected).max(initial=0.0))
    tolerance = TOLERANCE["float32" if single else model.pipeline.precision]
    if not difference <= tolerance * max(1.0, float(np.abs(expected).max(initial=0.0))):
        raise ExportFailedError(
            f"The file's predictions differ from the network's by up to {difference:.3g}."
        )
    return Proof(difference, len(expected), route)
