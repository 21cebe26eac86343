"""Networks of scikit-learn answer here what they answer there, and what is none is refused in words."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")

from sklearn.compose import TransformedTargetRegressor
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

from playground.export.importing import read_model
from playground.export.sklearn_model import from_sklearn, save_sklearn

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

RNG = np.random.default_rng(0)
X = RNG.normal(size=(90, 3)) * [1.0, 50.0, 0.02] + [0.0, 1000.0, 5.0]
NUMBER = X @ [1.0, 0.1, 20.0] * 30 + 500
MIDDLE = np.median(NUMBER)
THREE = np.array(["red", "green", "blue"])[np.digitize(NUMBER, np.quantile(NUMBER, [0.3, 0.6]))]


def classifier(**options: Any) -> MLPClassifier:
    return MLPClassifier(hidden_layer_sizes=(6, 4), max_iter=5, random_state=0, **options)


def regressor(**options: Any) -> MLPRegressor:
    return MLPRegressor(hidden_layer_sizes=(6,), max_iter=5, random_state=0, **options)


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
def test_that_a_classifier_answers_the_same(activation: str) -> None:
    model = make_pipeline(StandardScaler(), classifier(activation=activation)).fit(X, THREE)
    one = from_sklearn(model)
    assert (one.classes, one.encoding) == (("blue", "green", "red"), "one_hot")
    np.testing.assert_allclose(one.outputs(X), model.predict_proba(X), rtol=1e-9)
    assert one.answers(one.outputs(X)) == model.predict(X).tolist()


def test_that_of_two_classes_the_single_output_speaks_for_the_second() -> None:
    model = make_pipeline(StandardScaler(), classifier()).fit(X, NUMBER > MIDDLE)
    one = from_sklearn(model)
    assert (one.classes, one.encoding, one.shapes[-1].units) == (("False", "True"), "unit", 1)
    np.testing.assert_allclose(one.outputs(X)[:, 0], model.predict_proba(X)[:, 1], rtol=1e-9)


@pytest.mark.parametrize(
    "scaler",
    [
        StandardScaler(),
        StandardScaler(with_mean=False),
        StandardScaler(with_std=False),
        MinMaxScaler((-1, 1)),
        MaxAbsScaler(),
        RobustScaler(),
        RobustScaler(with_centering=False, with_scaling=False),
        make_pipeline(MinMaxScaler(), StandardScaler()),
        "passthrough",
    ],
    ids=str,
)
def test_that_a_scaler_is_taken_over(scaler: Any) -> None:
    model = make_pipeline(*(step for _, step in getattr(scaler, "steps", [("", scaler)])), regressor())
    model.fit(X, NUMBER)
    np.testing.assert_allclose(from_sklearn(model).outputs(X)[:, 0], model.predict(X), rtol=1e-9)


@pytest.mark.parametrize("transformer", [StandardScaler(), MinMaxScaler(), None], ids=str)
def test_that_the_scaling_of_the_target_is_undone(transformer: Any) -> None:
    inner = make_pipeline(StandardScaler(), regressor())
    model = TransformedTargetRegressor(inner, transformer=transformer).fit(X, NUMBER)
    np.testing.assert_allclose(from_sklearn(model).outputs(X)[:, 0], model.predict(X), rtol=1e-9)


def test_that_a_search_gives_its_best() -> None:
    search = GridSearchCV(
        make_pipeline(StandardScaler(), classifier()), {"mlpclassifier__alpha": [1.0]}, cv=2
    )
    search.fit(X, THREE)
    np.testing.assert_allclose(from_sklearn(search).outputs(X), search.predict_proba(X), rtol=1e-9)


@pytest.mark.parametrize("suffix", [".npz", ".safetensors", ".json", ".csv.zip"])
def test_that_it_is_saved_with_proof_and_read_again(suffix: str, tmp_path: Path) -> None:
    model = make_pipeline(StandardScaler(), classifier()).fit(X, NUMBER > MIDDLE)
    proof = save_sklearn(model, str(tmp_path / f"model{suffix}"))
    assert (proof.rows, proof.largest_difference < 1e-9) == (100, True)
    if suffix != ".csv.zip":
        found = read_model(tmp_path / f"model{suffix}").pipeline
        np.testing.assert_allclose(found.outputs(X)[:, 0], model.predict_proba(X)[:, 1], rtol=1e-9)


def test_that_single_precision_stays_so() -> None:
    model = classifier().fit(X.astype(np.float32), THREE)
    assert from_sklearn(model).precision == "float32"


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (LogisticRegression(), "LogisticRegression is no network"),
        (classifier(), "has not been trained"),
        (make_pipeline(StandardScaler(), classifier()), "call fit"),
        (make_pipeline(PCA(2), StandardScaler(), classifier()), "PCA cannot be taken over"),
        (make_pipeline(MinMaxScaler(clip=True), classifier()), "MinMaxScaler cannot be taken over"),
    ],
    ids=str,
)
def test_that_what_is_no_network_is_refused_in_words(model: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        from_sklearn(model)


@pytest.mark.parametrize(
    ("model", "target", "said"),
    [
        (regressor(), np.column_stack((NUMBER, NUMBER)), "2 things at once"),
        (
            classifier(),
            np.column_stack((NUMBER > MIDDLE, NUMBER < MIDDLE - 9)).astype(int),
            "2 things at once",
        ),
        (classifier(), np.full(len(X), "one"), "1 outputs cannot tell 1 classes apart"),
        (regressor(loss="poisson"), np.abs(X[:, 0]), "the activation exp"),
    ],
)
def test_that_networks_that_answer_otherwise_are_refused(model: Any, target: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        from_sklearn(make_pipeline(StandardScaler(), model).fit(X, target))


def test_that_columns_keep_their_names() -> None:
    model = make_pipeline(StandardScaler(), regressor()).fit(X, NUMBER)
    model[0].feature_names_in_ = np.array(["a", "b", "c"], dtype=object)
    assert from_sklearn(model).columns == ("a", "b", "c")
