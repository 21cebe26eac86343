"""A trained network with everything from raw rows to answers, as files hold it: no document, no run."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from playground.data.features import design_matrix
from playground.data.scaling import Scaler
from playground.engine.backends import make_backend
from playground.engine.layers import LayerShape
from playground.engine.metrics import predicted_classes
from playground.engine.network import Network
from playground.experiment import files
from playground.experiment.model import Experiment
from playground.experiment.plan import Encoding, threshold
from playground.experiment.prepare import Prepared

FloatArray = npt.NDArray[np.floating[Any]]

CHUNK = 8192
"""Rows that are answered at a time, which bounds the memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Pipeline:
    """Raw rows -> features -> scaling -> layers -> answers.

    `columns` are the names of the raw inputs, `features` keys of `data.features` or formulas over them, and
    `input_scaler` belongs to the features. `weights` (units, inputs) and `biases` (units,) of every layer are
    as `engine.network` has them. Outputs of a network for numbers (`encoding` "real") are in the scaled
    target's unit until `target_scaler` inverts them. `classes` are the names of classes, in the order of
    their index; of two with a single output the second is meant above `threshold`. `document` is the text of
    the experiment's file without the rows of its own table; empty where that is not known.
    """

    name: str
    columns: tuple[str, ...]
    target: str
    features: tuple[str, ...]
    input_scaler: Scaler
    shapes: tuple[LayerShape, ...]
    weights: tuple[FloatArray, ...]
    biases: tuple[FloatArray, ...]
    task: Literal["classification", "regression"]
    encoding: Encoding
    classes: tuple[str, ...]
    target_scaler: Scaler
    precision: Literal["float32", "float64"] = "float32"
    document: str = ""

    @property
    def threshold(self) -> float:
        """The output above which a single output means the second class."""
        return threshold(self.encoding)

    @property
    def parameters(self) -> int:
        """How many numbers the layers hold."""
        return sum(array.size for array in (*self.weights, *self.biases))

    def outputs(self, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the answers (n, outputs) of the engine for raw rows (n, columns), in the target's unit."""
        backend = make_backend("numpy")
        network = Network(backend, self.shapes, dtype=self.precision)
        for layer in range(len(self.shapes)):
            network.weights[layer][...] = self.weights[layer]
            network.biases[layer][...] = self.biases[layer]
        found = np.empty((len(rows), self.shapes[-1].units))
        for start in range(0, len(rows), CHUNK):
            part = slice(start, start + CHUNK)
            scaled = self.input_scaler.apply(design_matrix(rows[part], self.features, self.columns))
            found[part] = network.outputs(backend.asarray(scaled, self.precision))[-1]
        return self.decode(found)

    def decode(self, outputs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return outputs (n, outputs) in the target's unit; those of a classifier as they are."""
        return self.target_scaler.invert(outputs) if self.encoding == "real" else outputs

    def answers(self, outputs: npt.NDArray[np.float64]) -> list[str] | list[float]:
        """Return what outputs (n, outputs) mean: the name of a class, or a number in the target's unit."""
        if self.encoding == "real":
            numbers: list[float] = outputs[:, 0].tolist()
            return numbers
        return [self.classes[index] for index in predicted_classes(outputs, self.threshold)]


def pipeline_of(
    experiment: Experiment,
    prepared: Prepared,
    weights: tuple[FloatArray, ...],
    biases: tuple[FloatArray, ...],
) -> Pipeline:
    """Return the pipeline of an experiment with these weights."""
    plan = prepared.plan
    return Pipeline(
        name=experiment.name,
        columns=prepared.columns,
        target=experiment.data.source.target,
        features=plan.feature_keys,
        input_scaler=prepared.input_scaler,
        shapes=plan.shapes,
        weights=weights,
        biases=biases,
        task="regression" if plan.encoding == "real" else "classification",
        encoding=plan.encoding,
        classes=plan.class_names,
        target_scaler=prepared.target_scaler,
        precision=plan.training.precision,
        document=files.dump(experiment, table_beside=True),
    )
