"""What a session says of its network: the answers to rows, and how far they are off."""

from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt

from playground.engine.backends.base import Array, Backend, HostArray
from playground.engine.curves import Watch
from playground.engine.metrics import mae, predicted_classes, rmse
from playground.engine.network import Network
from playground.experiment.model import TrainingSettings
from playground.experiment.prepare import Prepared
from playground.training.messages import FloatArray

S = TypeVar("S", bound=np.generic)


class Answering:
    """Answers rows with the network that a session trains; the session sets the attributes."""

    prepared: Prepared
    settings: TrainingSettings
    backend: Backend
    network: Network
    _watch: Watch
    _all_rows: Array | None
    _shown_rows: Array | None

    def outputs(self, inputs: npt.NDArray[np.float64]) -> list[FloatArray]:
        """Return what every layer answers for raw `inputs` (n, d): arrays (n, units), output layer last."""
        return self.outputs_of_rows(self.rows(inputs))

    def rows(self, inputs: npt.NDArray[np.float64]) -> Array:
        """Return raw `inputs` (n, d) as the network takes them, (n, features), on its backend."""
        return self.backend.asarray(self.prepared.encode_inputs(inputs), self.settings.precision)

    def outputs_of_rows(self, rows: Array, since: int = 0) -> list[FloatArray]:
        """Return what layer `since` and later ones answer for what `rows` gave: arrays (n, units)."""
        return [self.backend.to_host(a) for a in self.network.outputs(rows, since)]

    def output_of_rows(self, rows: Array) -> FloatArray:
        """Return what the output layer alone answers for what `rows` gave: (n, outputs)."""
        return self.outputs_of_rows(rows, len(self.prepared.plan.shapes) - 1)[0]

    def predict(self, inputs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the answers (n,) for raw inputs: a number in the target's unit, or a class index.

        The class is nan where an output is.
        """
        return self._answers(self.output_of_rows(self.rows(inputs)))

    def predictions(self) -> npt.NDArray[np.float64]:
        """Return the answers (rows,) for all rows of the data, as `predict` gives them."""
        if self._all_rows is None:
            self._all_rows = self.rows(self.prepared.sample.inputs)
        return frozen(self._answers(self.output_of_rows(self._all_rows)))

    def spaces(self) -> tuple[FloatArray, ...]:
        """Return what every layer answers to the rows that are shown, (rows, units) each, output last."""
        if self._shown_rows is None:
            chosen = self.prepared.x[self.prepared.shown_rows]
            self._shown_rows = self.backend.asarray(chosen, self.settings.precision)
        return tuple(frozen(answers) for answers in self.outputs_of_rows(self._shown_rows))

    def watched_errors(self) -> tuple[float, float] | tuple[None, None]:
        """Return mean absolute error and RMSE on the watched rows in the target's unit; None for classes."""
        if self.prepared.plan.task != "regression":
            return None, None
        return self.errors(self.output_of_rows(self._watch.x), self.prepared.watched_rows)

    def errors(self, outputs: FloatArray, rows: npt.NDArray[np.int64]) -> tuple[float, float]:
        """Return mean absolute error and RMSE of the outputs (n, 1) for some rows, in the target's unit."""
        answers, targets = self._answers(outputs), self.prepared.sample.targets[rows]
        return mae(answers, targets), rmse(answers, targets)

    def score(self, outputs: HostArray, targets: HostArray) -> float:
        """Return accuracy or R2 of `outputs` (n, k) for encoded `targets` (n, k)."""
        return self._watch.score(outputs, targets)

    def _answers(self, outputs: FloatArray) -> npt.NDArray[np.float64]:
        plan = self.prepared.plan
        if plan.encoding == "real":
            decoded = self.prepared.decode_outputs(outputs.astype(np.float64))
            return np.asarray(decoded[:, 0], dtype=np.float64)
        classes = predicted_classes(outputs, plan.threshold).astype(np.float64)
        classes[np.isnan(outputs).any(axis=1)] = np.nan
        return classes

    @property
    def metric(self) -> Literal["accuracy", "r2"]:
        """The name of the metric beside the loss."""
        return "r2" if self.prepared.plan.encoding == "real" else "accuracy"


def frozen(array: npt.NDArray[S]) -> npt.NDArray[S]:
    """Return the array, read-only."""
    array.flags.writeable = False
    return array
