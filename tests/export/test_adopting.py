"""A network from a file becomes an experiment that answers the same, or the sentence says what would fit."""

from dataclasses import replace

import numpy as np
import pytest
from layer_cases import stack

from playground.data import SCALINGS
from playground.data.scaling import Scaler
from playground.data.table import Table
from playground.experiment import edits, files
from playground.experiment.files import BadFileError
from playground.experiment.model import Experiment
from playground.experiment.own import experiment_on, experiment_with
from playground.export.adopting import Adopted, adopt
from playground.export.pipeline import Pipeline, pipeline_of
from playground.training.session import Session


def trained(experiment: Experiment) -> Pipeline:
    session = Session.for_experiment(experiment)
    session.train_epoch()
    return session.trained_model(experiment).pipeline


def answers(adopted: Adopted, rows: np.ndarray) -> np.ndarray:
    return pipeline_of(adopted.experiment, adopted.prepared, adopted.weights, adopted.biases).outputs(rows)


@pytest.mark.parametrize("name", files.examples())
def test_that_a_file_of_ours_brings_its_experiment_back(name: str) -> None:
    experiment = files.example(name)
    one = trained(experiment)
    adopted = adopt(one, files.example("circle"), "it")
    assert adopted.experiment == experiment.replace(evaluations=())
    rows = adopted.prepared.sample.inputs[:20]
    np.testing.assert_array_equal(answers(adopted, rows), one.outputs(rows))


@pytest.mark.parametrize("scaling", [one.key for one in SCALINGS if not one.takes_logs])
def test_that_a_scaling_goes_into_the_weights_of_a_network_from_elsewhere(scaling: str) -> None:
    experiment = edits.set_training(experiment_with("iris"), precision="float64")
    one = trained(experiment.replace(data=experiment.data.replace(scaling=scaling)))
    adopted = adopt(replace(one, document=""), experiment_with("iris"), "net.onnx")
    assert adopted.experiment.data.scaling == "none"
    rows = adopted.prepared.sample.inputs
    np.testing.assert_allclose(answers(adopted, rows), one.outputs(rows), rtol=1e-9, atol=1e-12)


def test_that_the_target_s_scaling_goes_into_the_last_layer() -> None:
    experiment = edits.set_training(files.example("fish"), precision="float64")
    one = trained(experiment)
    assert one.target_scaler.scale.item() != 1.0
    adopted = adopt(replace(one, document=""), files.example("fish"), "net.onnx")
    rows = adopted.prepared.sample.inputs
    np.testing.assert_allclose(answers(adopted, rows), one.outputs(rows), rtol=1e-9)


def test_that_layers_of_all_kinds_come_along() -> None:
    experiment = stack(8, "batch_norm", "dropout 0.3", 8, "skip 1", "layer_norm", 8, "skip 2")
    one = trained(experiment)
    adopted = adopt(replace(one, document=""), experiment, "net.onnx")
    assert [(s.kind, s.source) for s in adopted.prepared.plan.shapes] == [
        (s.kind, s.source) for s in one.shapes
    ]
    rows = adopted.prepared.sample.inputs
    np.testing.assert_array_equal(answers(adopted, rows), one.outputs(rows))


def test_that_data_that_do_not_fit_are_named_with_those_that_would() -> None:
    iris = replace(trained(experiment_with("iris")), document="")
    with pytest.raises(BadFileError, match=r"takes 4 inputs and answers 3 classes.*Iris.*first"):
        adopt(iris, files.example("circle"), "net.onnx")


def test_that_rows_of_ones_own_are_asked_for() -> None:
    rng = np.random.default_rng(0)
    table = Table("mine", ("a", "b"), rng.normal(size=(40, 2)), "y", rng.normal(size=40))
    experiment = experiment_on(table)
    one = trained(experiment)
    with pytest.raises(BadFileError, match=r"rows of your own.*target y"):
        adopt(one, files.example("circle"), "net.npz")
    assert adopt(one, experiment, "net.npz").experiment == experiment


@pytest.mark.parametrize(
    "document", ["{", "[]", '{"experiment": 3}', '{"experiment": {"data": {"dataset": 1}}}']
)
def test_that_a_description_that_cannot_be_read_is_refused(document: str) -> None:
    one = trained(files.example("circle"))
    with pytest.raises(BadFileError):
        adopt(replace(one, document=document), files.example("circle"), "net.npz")


def test_that_logarithms_that_other_data_do_not_take_are_refused() -> None:
    one = trained(files.example("species"))
    assert one.input_scaler.logged is not None
    with pytest.raises(BadFileError, match="scales its inputs"):
        adopt(replace(one, document=""), files.example("species"), "net.npz")


def test_that_a_network_too_wide_for_the_window_is_refused_in_words() -> None:
    one = trained(files.example("circle"))
    shape = one.shapes[0]
    wide = (replace(shape, units=2000), replace(one.shapes[-1], inputs=2000))
    rng = np.random.default_rng(0)
    big = replace(
        one,
        document="",
        shapes=wide,
        weights=(rng.normal(size=(2000, 2)), rng.normal(size=(1, 2000))),
        biases=(np.zeros(2000), np.zeros(1)),
        input_scaler=Scaler(np.zeros(2), np.ones(2)),
    )
    with pytest.raises(BadFileError, match=r"1,?024"):
        adopt(big, files.example("circle"), "net.onnx")


def test_that_a_scaling_that_would_cost_digits_is_kept_in_double_precision() -> None:
    rng = np.random.default_rng(0)
    far = rng.normal(2_000_000.0, 1.0, size=(60, 2))
    table = Table("far", ("a", "b"), far, "y", far[:, 0] - far[:, 1])
    experiment = experiment_on(table)
    one = trained(experiment)
    adopted = adopt(replace(one, document=""), experiment, "net.onnx")
    assert adopted.experiment.training.precision == "float64"
    np.testing.assert_allclose(answers(adopted, far), one.outputs(far), rtol=1e-5, atol=1e-5)
