"""Archives hold layers of every kind and predict what the formulas of those layers say."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from layer_cases import stack

from playground.engine.layers import EPSILON
from playground.experiment.model import Experiment
from playground.experiment.prepare import prepare
from playground.export import export, npz
from playground.export.description import VERSION
from playground.export.model import TrainedModel
from playground.export.pipeline import pipeline_of
from playground.training.session import Session

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def model_of(experiment: Experiment, answer: Callable[[Array, "Numbers"], Array]) -> TrainedModel:
    """Return a model with made-up numbers whose outputs `answer` computes from the scaled inputs."""
    prepared = prepare(experiment)
    numbers = Numbers(prepared.plan.shapes)
    rows = prepared.sample.inputs[prepared.test_rows]
    outputs = answer(prepared.encode_inputs(rows), numbers)
    pipeline = pipeline_of(experiment, prepared, numbers.weights, numbers.biases)
    # Made-up numbers are float64, and so is what they answer.
    return TrainedModel(replace(pipeline, precision="float64"), rows, outputs)


class Numbers:
    """Made-up weights (units, columns - 1) and biases (units,) of every layer, as the engine holds them."""

    def __init__(self, shapes: tuple[object, ...]) -> None:
        rng = np.random.default_rng(3)
        # Positive, for a variance is among them.
        self.weights = tuple(rng.uniform(0.2, 1, (s.units, max(s.columns - 1, 0))) for s in shapes)  # type: ignore[attr-defined]
        self.biases = tuple(rng.normal(size=s.units if s.columns else 0) for s in shapes)  # type: ignore[attr-defined]

    def dense(self, layer: int, x: Array) -> Array:
        return np.tanh(x @ self.weights[layer].T + self.biases[layer])


def batch_norm(x: Array, n: Numbers) -> Array:
    a = n.dense(0, x)
    gamma, mean, variance = n.weights[1].T
    return n.dense(2, gamma * (a - mean) / np.sqrt(variance + EPSILON) + n.biases[1])


def layer_norm(x: Array, n: Numbers) -> Array:
    a = n.dense(0, x)
    centred = a - a.mean(axis=1)[:, None]
    spread = np.sqrt((centred**2).mean(axis=1) + EPSILON)[:, None]
    return n.dense(2, n.weights[1][:, 0] * centred / spread + n.biases[1])


def skips(x: Array, n: Numbers) -> Array:
    first = n.dense(0, x) + x
    return n.dense(4, n.dense(2, first) + first)


CASES = (
    (stack(5, "batch_norm"), batch_norm),
    (stack(5, "layer_norm"), layer_norm),
    (stack(2, "skip", 2, "skip"), skips),
    (stack("dropout", 5, "dropout 0.9"), lambda x, n: n.dense(3, n.dense(1, x))),
)


@pytest.mark.parametrize(("experiment", "answer"), CASES)
def test_that_the_archive_alone_answers_as_the_formulas_say(
    experiment: Experiment, answer: Callable[[Array, Numbers], Array], tmp_path: Path
) -> None:
    model = model_of(experiment, answer)
    assert export(model, tmp_path / "weights.npz").largest_difference < 1e-12


def test_that_the_archive_names_what_every_array_is() -> None:
    model = model_of(stack(5, "batch_norm 0.5", 5, "skip", "dropout 0.3", "layer_norm"), lambda x, _n: x)
    content = npz.arrays(model.pipeline)
    metadata = json.loads(str(content["metadata"]))
    assert (metadata["version"], metadata["epsilon"]) == (VERSION, EPSILON)
    norm, dense, skip, dropout = metadata["layers"][1:5]
    assert (norm["kind"], norm["parameters"]) == ("batch_norm", {"momentum": 0.5})
    assert (dense["kind"], dense["activation"]) == ("dense", "tanh")
    assert (skip["kind"], skip["adds"]) == ("skip", 2)
    assert (dropout["kind"], dropout["parameters"]) == ("dropout", {"rate": 0.3})
    named = {name for name in content if name[-1].isdigit()}
    assert named == {
        *("weight_1", "bias_1", "gamma_2", "beta_2", "mean_2", "variance_2", "weight_3", "bias_3"),
        *("gamma_6", "beta_6", "weight_7", "bias_7"),
    }
    assert set(metadata["layout"]) >= {layer["kind"] for layer in metadata["layers"]}


def test_that_no_number_is_lost() -> None:
    model = model_of(stack(5, "batch_norm", "layer_norm"), lambda x, _n: x)
    buffer = io.BytesIO()
    np.savez(buffer, **npz.arrays(model.pipeline))
    with np.load(io.BytesIO(buffer.getvalue()), allow_pickle=False) as archive:
        kept = sum(archive[name].size for name in archive.files if name[-1].isdigit())
    assert kept == sum(shape.size for shape in model.pipeline.shapes)


def test_that_a_trained_network_of_all_kinds_is_exported(tmp_path: Path) -> None:
    experiment = stack(8, "batch_norm", "dropout", 8, "skip", "layer_norm")
    session = Session.for_experiment(experiment)
    session.train_epoch()
    proof = export(session.trained_model(experiment), tmp_path / "weights.npz")
    assert proof.largest_difference < 1e-5
