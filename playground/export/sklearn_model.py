"""Networks that scikit-learn has trained, taken over from the estimator in memory.

Files of scikit-learn are pickles, which are not opened. Two lines in the Python that trained the model bring
it here instead:

    from playground.export.sklearn_model import save_sklearn
    save_sklearn(model, "model.npz")

`model` is an MLPClassifier or MLPRegressor, by itself or in a Pipeline after scalers, in a
TransformedTargetRegressor or in a search that has found its best.
"""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from playground.export import export
from playground.export.foreign import Chain, ForeignError
from playground.export.model import Proof, TrainedModel, untaught
from playground.export.pipeline import Pipeline

NETWORKS = ("MLPClassifier", "MLPRegressor")
SCALERS = ("StandardScaler", "RobustScaler", "MaxAbsScaler", "MinMaxScaler")
ACTIVATIONS = {
    "identity": "linear",
    "logistic": "sigmoid",
    "tanh": "tanh",
    "relu": "relu",
    "softmax": "softmax",
}

Array = npt.NDArray[np.float64]


def save_sklearn(estimator: Any, path: str | Path) -> Proof:
    """Write a fitted estimator in the format that the ending names, and return the proof.

    What the file answers is compared with `predict_proba` of a classifier, `predict` of any other. Raises
    ForeignError for what is no such network, ExportFailedError when it cannot be written.
    """
    pipeline = from_sklearn(estimator)
    rows = untaught(pipeline).rows
    with warnings.catch_warnings():
        # Rows without names are meant here: they are in the order of the columns.
        warnings.filterwarnings("ignore", message="X does not have valid feature names")
        answers = (estimator.predict_proba if pipeline.classes else estimator.predict)(rows)
    outputs = answers.reshape(len(rows), -1)[:, -pipeline.shapes[-1].units :]
    return export(TrainedModel(pipeline, rows, np.asarray(outputs, dtype=np.float64)), Path(path))


def from_sklearn(estimator: Any) -> Pipeline:
    """Return the pipeline of a fitted estimator; ForeignError says in a sentence why there is none."""
    scalings, network, target = _parts(estimator)
    where = type(network).__name__
    if not hasattr(network, "coefs_"):
        raise ForeignError(f"This {where} has not been trained: call fit first.")
    if network.n_outputs_ > 1 and network.out_activation_ != "softmax":
        raise ForeignError(
            f"This {where} answers {network.n_outputs_} things at once, which no network here does."
        )
    chain = Chain(network.n_features_in_)
    for factor, shift in scalings:
        chain.affine(chain.latest, factor, shift)
    keys = [network.activation] * (network.n_layers_ - 2) + [network.out_activation_]
    for weights, biases, key in zip(network.coefs_, network.intercepts_, keys, strict=True):
        if key not in ACTIVATIONS:
            raise ForeignError(f"This {where} has the activation {key}, which is not among those here.")
        chain.dense(chain.latest, weights.T.astype(np.float64), biases.astype(np.float64))
        if ACTIVATIONS[key] != "linear":
            chain.activation(chain.latest, ACTIVATIONS[key])
    if target is not None:
        factor, shift = target
        chain.affine(chain.latest, 1.0 / factor, -shift / factor)
    columns = tuple(map(str, getattr(estimator, "feature_names_in_", ())))
    classes = tuple(map(str, getattr(network, "classes_", ())))
    return chain.pipeline(where, columns, classes, network.coefs_[0].dtype.name)


def _parts(estimator: Any) -> tuple[list[tuple[Array, Array]], Any, tuple[Array, Array] | None]:
    """Return the scalings before a network, the network, and the scaling of its target where there is one."""
    if hasattr(estimator, "best_estimator_"):
        return _parts(estimator.best_estimator_)
    if hasattr(estimator, "regressor_") and hasattr(estimator, "transformer_"):
        scalings, network, _ = _parts(estimator.regressor_)
        return scalings, network, _scaling(estimator.transformer_)
    if hasattr(estimator, "steps"):
        steps = [step for _, step in estimator.steps if step not in (None, "passthrough")]
        inner, network, target = _parts(steps[-1])
        return [*map(_scaling, steps[:-1]), *inner], network, target
    if not any(one.__name__ in NETWORKS for one in type(estimator).__mro__):
        raise ForeignError(
            f"{type(estimator).__name__} is no network that can be taken over: {' and '.join(NETWORKS)} can, "
            "alone or in a Pipeline."
        )
    return [], estimator, None


def _scaling(step: Any) -> tuple[Array, Array]:
    """Return the factor and the shift that a scaler applies to each column."""
    name = type(step).__name__
    if name == "FunctionTransformer" and step.func is None:
        return np.ones(1), np.zeros(1)
    if name not in SCALERS or getattr(step, "clip", False):
        raise ForeignError(
            f"{name} cannot be taken over before a network: {', '.join(SCALERS)} without clip can."
        )
    if not hasattr(step, "scale_"):
        raise ForeignError(f"This {name} has not been fitted: call fit of the whole pipeline first.")
    factor: Array = np.ones(1) if step.scale_ is None else np.asarray(step.scale_, dtype=np.float64)
    if name == "MinMaxScaler":
        return factor, np.asarray(step.min_, dtype=np.float64)
    centred = getattr(step, "with_mean", getattr(step, "with_centering", False))
    centre = getattr(step, "mean_", getattr(step, "center_", None)) if centred else np.zeros(1)
    return 1.0 / factor, -np.asarray(centre, dtype=np.float64) / factor
