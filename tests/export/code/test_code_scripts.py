"""Scripts with trained weights: each alone answers what the network answers, and names stay names."""

import csv
import io
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from layer_cases import OTHER_KINDS, stack

from playground.data import FEATURES, SCALINGS, Table
from playground.engine.activations import ACTIVATIONS
from playground.experiment import edits, files
from playground.experiment.model import Experiment
from playground.experiment.prepare import prepare
from playground.export.code import SCRIPTS, Script
from playground.export.code.recipe import recipe_of_pipeline
from playground.export.code.running import surroundings
from playground.export.code.texts import READABLE, identifiers
from playground.export.pipeline import Pipeline
from playground.training.session import Session

os.environ.update(surroundings())
# Keras says so of JAX's own arrays.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
EACH = [
    pytest.param(
        script,
        id=script.key,
        marks=pytest.mark.skipif(script.unproved() is not None, reason=f"{script.unproved()}"),
    )
    for script in SCRIPTS
]
ODD = ('"]; import os #', "a\nb", "class", "x²", "a b", "a_b", '"""', "np", "π\\")


def pipeline(experiment: Experiment) -> Pipeline:
    session = Session.for_experiment(experiment)
    session.train_epoch()
    return session.trained_model(experiment).pipeline


def run(script: Script, one: Pipeline) -> dict[str, Any]:
    """Return what there is after the script has been read as a module."""
    space: dict[str, Any] = {"__name__": "a_script"}
    exec(compile(script.trained(recipe_of_pipeline(one)), "script.py", "exec"), space)
    return space


def check(script: Script, one: Pipeline, rows: np.ndarray[Any, Any]) -> None:
    space = run(script, one)
    expected = one.outputs(rows)
    tolerance = (1e-6 if one.precision == "float32" else 1e-12) * max(1.0, np.abs(expected).max())
    np.testing.assert_allclose(np.array(space["outputs"](rows.tolist())), expected, rtol=0, atol=tolerance)
    answers, found = one.answers(expected), space["predict"](rows.tolist())
    assert found == (answers if one.classes else pytest.approx(answers, rel=0, abs=tolerance))


def plane(count: int = 40) -> np.ndarray[Any, Any]:
    return np.random.default_rng(0).uniform(-6, 6, (count, 2))


@pytest.mark.parametrize("script", EACH)
@pytest.mark.parametrize("key", [one.key for one in ACTIVATIONS if not one.output_only])
def test_that_every_activation_is_computed(script: Script, key: str) -> None:
    experiment = edits.set_activation(stack(5, 4), "layer1", key)
    check(script, pipeline(experiment), np.vstack([plane(), [[20.0, -20.0], [0.0, 0.0]]]))


@pytest.mark.parametrize("script", EACH)
@pytest.mark.parametrize("key", [one.key for one in ACTIVATIONS])
def test_that_every_output_is_read_as_it_is_meant(script: Script, key: str) -> None:
    experiment = stack(5)
    check(script, pipeline(experiment.replace(output=experiment.output.replace(activation=key))), plane())


@pytest.mark.parametrize("script", EACH)
@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_that_every_kind_of_layer_is_computed(script: Script, kind: str) -> None:
    check(script, pipeline(stack(2, kind, 2, "skip", kind if kind != "skip" else "skip 2")), plane())


@pytest.mark.parametrize("script", EACH)
@pytest.mark.parametrize("scaling", [one.key for one in SCALINGS])
@pytest.mark.parametrize("target", ["fish", "species"])
def test_that_every_scaling_is_done(script: Script, scaling: str, target: str) -> None:
    experiment = edits.set_data(files.example(target), scaling=scaling)
    check(script, pipeline(experiment), prepare(experiment).sample.inputs[:25])


FORMULAS = (
    "x1/(1+x2^2)",
    "(x1<x2)*2^-x1-x2",
    "sqrt(abs(x1))+log(x2^2+1)",
    "max(x1,min(x2,1))-sign(x1)",
    "2*3",
)


@pytest.mark.parametrize("script", EACH)
def test_that_every_feature_is_made_with_formulas_of_ones_own(script: Script) -> None:
    experiment = stack(6)
    keys = (*(one.key for one in FEATURES), *FORMULAS)
    data = experiment.data.replace(formulas=FORMULAS, features=keys)
    check(script, pipeline(experiment.replace(data=data)), plane())


@pytest.mark.parametrize("script", EACH)
@pytest.mark.parametrize("name", ["circle", "fish", "blobs"])
def test_that_double_precision_is_kept(script: Script, name: str, tmp_path: Path) -> None:
    one = pipeline(edits.set_training(files.example(name), precision="float64"))
    rows = np.random.default_rng(2).uniform(1, 6, (20, len(one.columns)))
    path = tmp_path / "script.py"
    script.write(one, path)
    expected = one.outputs(rows)
    # On JAX Keras has a tanh of single precision alone.
    tolerance = (1e-6 if script.module == "keras" else 1e-12) * max(1.0, np.abs(expected).max())
    np.testing.assert_allclose(script.predict(path, rows), expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("script", EACH)
def test_that_many_numbers_are_written_as_bytes_and_come_back(script: Script) -> None:
    one = pipeline(stack(80, 80))
    assert one.parameters > READABLE
    assert "base64" in script.trained(recipe_of_pipeline(one))
    check(script, one, plane())


def odd_experiment(names: tuple[str, ...] = ODD) -> Experiment:
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(60, len(names)))
    classes = ('a"; import os', "b\nc", "ç\\")
    table = Table(
        'odd"""\nimport os', names, inputs, '"""#\n', rng.integers(0, 3, 60).astype(np.int64), classes
    )
    experiment = edits.set_table(files.example("circle"), table)
    formula = "a_b + 2 * np"
    data = experiment.data.replace(formulas=(formula,), features=(*names, formula))
    return experiment.replace(data=data, name='"""\nimport os\n\\')


@pytest.mark.parametrize("script", EACH)
def test_that_names_of_any_kind_are_no_code(script: Script) -> None:
    one = pipeline(odd_experiment())
    rows = np.random.default_rng(3).normal(size=(20, len(one.columns)))
    check(script, one, rows)
    space = run(script, one)
    assert (tuple(space["COLUMNS"]), tuple(space["CLASSES"])) == (one.columns, one.classes)
    assert "os" not in space


@pytest.mark.parametrize("names", [ODD, ("1", "_1", "lambda", "", "rows", "é", "e", "print", "x", "X")])
def test_that_every_name_becomes_an_identifier_of_its_own(names: tuple[str, ...]) -> None:
    found = identifiers(names)
    assert len(set(found)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z_]\w*", one, flags=re.ASCII) for one in found)
    assert not {"class", "lambda", "rows", "np", "print", "x"} & set(found)


@pytest.mark.parametrize("script", EACH)
def test_that_a_file_without_a_column_is_refused_in_words(script: Script, tmp_path: Path) -> None:
    space = run(script, pipeline(stack(3)))
    (tmp_path / "rows.csv").write_text("x1,x3\n1,2\n")
    with pytest.raises(SystemExit, match="has no column 'x2'"):
        space["read"](tmp_path / "rows.csv")


@pytest.mark.parametrize("script", EACH)
def test_that_a_cell_that_is_no_number_is_named_by_its_line(script: Script, tmp_path: Path) -> None:
    space = run(script, pipeline(stack(3)))
    for row in ("3,,1", "3,x,1", "3"):
        (tmp_path / "rows.csv").write_text(f"x1,x2,x3\n1,2,3\n{row}\n")
        with pytest.raises(SystemExit, match=r"rows\.csv, line 3: "):
            space["read"](tmp_path / "rows.csv")


@pytest.mark.parametrize("script", EACH)
def test_that_a_script_prints_an_answer_for_every_row(
    script: Script, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    one = pipeline(odd_experiment())
    rows = np.random.default_rng(3).normal(size=(7, len(one.columns)))
    with (tmp_path / "rows.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([one.columns, *rows.tolist()])
    monkeypatch.setattr("sys.argv", ["script.py", str(tmp_path / "rows.csv")])
    run(script, one)["main"]()
    printed = list(csv.reader(io.StringIO(capsys.readouterr().out, newline="")))
    assert [row[0] for row in printed] == one.answers(one.outputs(rows))


@pytest.mark.parametrize(("key", "classes"), [("tanh", 2), ("sigmoid", 2), ("softmax", 2)])
def test_that_the_class_in_numpy_says_how_likely_each_class_is(key: str, classes: int) -> None:
    experiment = stack(4)
    one = pipeline(experiment.replace(output=experiment.output.replace(activation=key)))
    script = next(script for script in SCRIPTS if script.key == "numpy")
    network = run(script, one)["Network"]()
    shares = network.predict_proba(plane())
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=1e-6)
    assert [one.classes[index] for index in shares.argmax(axis=1)] == network.predict(plane()).tolist()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.key)
def test_that_numbers_that_would_fill_the_screen_are_only_named(script: Script) -> None:
    one = pipeline(stack(30, 30))
    text = script.trained(recipe_of_pipeline(one), 100)
    assert "W2 = ...  # 30 × 30 numbers" in text
    assert len(text) < 6000
    compile(text, "script.py", "exec")


def test_that_plain_python_goes_on_where_a_formula_has_no_answer() -> None:
    script = next(script for script in SCRIPTS if script.key == "plain")
    formulas = ("1/x1", "log(x1)", "sqrt(x1)", "exp(x1*1000)", "x1^0.5", "x1^-1")
    features = run(script, replace(pipeline(stack(3)), features=formulas))["features"]
    assert features([0.0, 1.0]) == [np.inf, -np.inf, 0.0, 1.0, 0.0, np.inf]
    wanted = pytest.approx([-1.0, np.nan, np.nan, 0.0, np.nan, -1.0], nan_ok=True)
    assert features([-1.0, 1.0]) == wanted
    assert features([5.0, 1.0])[3] == np.inf
