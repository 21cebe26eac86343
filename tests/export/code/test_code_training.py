"""Scripts that train: they run on exported rows, and what they compute is what the engine computes."""

import math
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from layer_cases import OTHER_KINDS, stack

from playground.data import SCALINGS
from playground.engine.activations import ACTIVATIONS
from playground.engine.initializers import INITIALIZERS
from playground.engine.layers import LayerShape
from playground.engine.losses import LOSSES
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.regularizers import REGULARIZERS
from playground.engine.schedules import SCHEDULES
from playground.experiment import edits, files
from playground.experiment.model import Experiment
from playground.experiment.prepare import prepare
from playground.export.code import SCRIPTS, Script
from playground.export.code import numpy_training as in_numpy
from playground.export.code import training as shared
from playground.export.code.recipe import recipe_of
from playground.export.code.running import surroundings
from playground.export.rows import write_rows

os.environ.update(surroundings())
# Keras says so of JAX's own arrays.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
NUMPY = next(script for script in SCRIPTS if script.key == "numpy")


@contextmanager
def arguments(*values: str) -> Iterator[None]:
    before, sys.argv = sys.argv, ["script.py", *values]
    try:
        yield
    finally:
        sys.argv = before


def run(script: Script, experiment: Experiment, folder: Path) -> dict[str, Any]:
    """Run the script of an experiment on its rows and return what is left."""
    prepared = prepare(experiment)
    write_rows(experiment, prepared, folder / "rows.csv")
    space: dict[str, Any] = {"__name__": "__main__"}
    with arguments(str(folder / "rows.csv")):
        exec(compile(script.training(recipe_of(experiment)), "script.py", "exec"), space)
    return space


def trained(experiment: Experiment, **changes: Any) -> Experiment:
    return edits.set_training(experiment, **changes).replace(epochs=2)


def held(experiment: Experiment, neuron: bool = True) -> Experiment:
    """Return it with its output frozen, a link off, and the second neuron of its first layer."""
    experiment = edits.set_link(edits.set_frozen(experiment, "output", True), "layer1", 2, 1, False)
    return edits.set_neuron(experiment, "layer1", 1, False) if neuron else experiment


def everything_frozen() -> Experiment:
    return edits.set_frozen(edits.set_frozen(stack(3), "layer1", True), "output", True)


def every_experiment() -> Iterator[tuple[str, Experiment]]:
    base = stack(4, 3)
    for name in files.examples():
        yield name, files.example(name)
    for optimizer in OPTIMIZERS:
        yield optimizer.key, trained(base, optimizer=optimizer.key)
    for schedule in SCHEDULES:
        yield schedule.key, trained(base, schedule=schedule.key)
    for price in REGULARIZERS:
        yield price.key, trained(base, regularizer=price.key, regularization_rate=0.01)
    for clipping in ("norm", "value"):
        yield clipping, trained(base, clipping=clipping)
    for loss in LOSSES:
        output = base.output.replace(activation=loss.outputs[0])
        yield loss.key, trained(base.replace(output=output), loss=loss.key)
    for kind in OTHER_KINDS:
        yield kind, stack(2, kind)
    for optimizer in ("sgd", "adam", "lbfgs", "momentum"):
        yield f"held, {optimizer}", trained(held(stack(4, 3)), optimizer=optimizer)
    norm = edits.set_frozen(stack(4, "batch_norm", 3), "layer2", True)
    yield "held norm", trained(held(norm), regularizer="weight_decay", regularization_rate=0.1)
    yield "held over a skip", held(stack(4, 4, "skip"), neuron=False)
    yield "all frozen", everything_frozen()
    for first in INITIALIZERS:
        yield first.key, edits.set_initializer(base, "layer1", first.key)
    for one in ACTIVATIONS:
        yield one.key, base.replace(output=base.output.replace(activation=one.key))
    rules = {"patience": 60, "target": 0.001, "plateau": 200}
    yield "rules", trained(base, stopping=rules)


EVERY = list(every_experiment())


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.key)
@pytest.mark.parametrize(("name", "experiment"), EVERY, ids=[name for name, _ in EVERY])
def test_that_everything_that_can_be_chosen_is_written(
    script: Script, name: str, experiment: Experiment
) -> None:
    text = script.training(recipe_of(experiment))
    compile(text, name, "exec")
    assert max(map(len, text.splitlines())) <= 170


@pytest.mark.parametrize("name", ["circle", "fish", "species", "blobs", "deep-circle"])
def test_that_the_script_in_numpy_runs_on_the_rows_that_are_exported(name: str, tmp_path: Path) -> None:
    experiment = files.example(name).replace(epochs=1)
    space = run(NUMPY, experiment, tmp_path)
    prepared = prepare(experiment)
    if experiment.data.scaling == "log_whitened":
        # A principal component may point either way.
        np.testing.assert_allclose(np.abs(space["X"]), np.abs(prepared.x_train), atol=1e-6)
    else:
        order = np.argsort(prepared.train_rows)
        np.testing.assert_allclose(space["X"], prepared.x_train[order], atol=1e-9)
    assert np.isfinite(space["W1"]).all()
    # PyTorch takes no array that runs backwards.
    assert min(space["X"].strides) > 0


@pytest.mark.parametrize("key", [one.key for one in SCALINGS])
def test_that_every_scaling_is_fitted_as_ours(key: str) -> None:
    rows = np.random.default_rng(0).uniform(1, 9, (50, 3)) * [1, 10, 100]
    rows[:, 2] -= 300.0
    space = {"X": rows, "np": np}
    exec("\n".join(shared._scaled(key)), space)
    ours = next(one for one in SCALINGS if one.key == key).fit(rows).apply(rows)
    np.testing.assert_allclose(np.abs(np.asarray(space["X"])), np.abs(ours), atol=1e-9)


@pytest.mark.parametrize("key", list(in_numpy.INITIALIZERS))
def test_that_first_weights_are_drawn_as_ours(key: str) -> None:
    text = in_numpy.first_weights(LayerShape(5, 7, initializer=key))
    found = eval(text, {"np": np, "rng": np.random.default_rng(3)})
    ours = next(one for one in INITIALIZERS if one.key == key).weights(np.random.default_rng(3), 5, 7)
    np.testing.assert_allclose(found, ours, rtol=1e-12)


@pytest.mark.parametrize("key", list(shared.FACTORS))
def test_that_the_learning_rate_changes_as_ours(key: str) -> None:
    recipe = recipe_of(edits.set_training(stack(3), schedule=key).replace(epochs=120))
    schedule = next(one for one in SCHEDULES if one.key == key)
    hyper = recipe.training.settings.schedule_hyper  # type: ignore[union-attr]
    for epoch in (0, 1, 17, 49, 50, 99, 100, 119, 150):
        found = eval(shared.factor(recipe), {"np": np, "math": math, "epoch": epoch})
        ours = schedule.factor(np.array([float(epoch)]), 120.0, hyper)[0]
        assert found == pytest.approx(float(ours), abs=1e-9)


def outputs_and_losses() -> Iterator[tuple[str, str]]:
    for loss in LOSSES:
        for key in loss.outputs:
            if key != "step":
                yield loss.key, key


@pytest.mark.parametrize(("loss", "output"), list(outputs_and_losses()))
def test_that_a_step_in_numpy_goes_down_the_slope_of_the_loss(loss: str, output: str) -> None:
    experiment = stack(4, 3)
    experiment = edits.set_activation(experiment, "layer1", "swish")
    experiment = experiment.replace(output=experiment.output.replace(activation=output))
    experiment = edits.set_training(experiment, loss=loss, optimizer="sgd")
    recipe = recipe_of(experiment)
    text = NUMPY.training(recipe).split("COLUMNS = ")[0]
    space: dict[str, Any] = {}
    exec(text, space)
    rng = np.random.default_rng(1)
    x, units = rng.normal(size=(6, 2)), recipe.shapes[-1].units
    y = rng.integers(0, 2, (6, 1)).astype(float) if units == 1 else np.eye(units)[rng.integers(0, units, 6)]
    record = next(one for one in LOSSES if one.key == loss)
    names = [key for key in space if re.fullmatch(r"[Wb]\d", key)]

    def value() -> float:
        hidden = x
        for place in (1, 2):
            g = next(one for one in ACTIVATIONS if one.key == recipe.shapes[place - 1].activation)
            hidden = np.asarray(g.value(hidden @ space[f"W{place}"].T + space[f"b{place}"]))
        z = hidden @ space["W3"].T + space["b3"]
        a = np.asarray(next(one for one in ACTIVATIONS if one.key == output).value(z))
        return float(np.mean(record.value(z, a, y)))

    rate, before, weights = 1e-6, value(), {key: space[key].copy() for key in names}
    space["learn"](x, y, rate)
    moved = sum(float(np.sum((space[key] - weights[key]) ** 2)) for key in names)
    assert before - value() == pytest.approx(moved / rate, rel=1e-3, abs=1e-12)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
def test_that_numpy_holds_what_is_held(optimizer: str, tmp_path: Path) -> None:
    experiment = trained(held(stack(4, 3)), optimizer=optimizer)
    first: dict[str, Any] = {}
    exec(NUMPY.training(recipe_of(experiment)).split("COLUMNS = ")[0], first)
    space = run(NUMPY, experiment, tmp_path)
    np.testing.assert_array_equal(space["W3"], first["W3"])
    np.testing.assert_array_equal(space["b3"], first["b3"])
    assert (space["W2"][:, [0, 2, 3]] != first["W2"][:, [0, 2, 3]]).all()
    assert space["W1"][2, 1] == 0
    assert not space["W2"][:, 1].any()


def test_that_libraries_are_told_what_is_held() -> None:
    recipe = recipe_of(held(edits.set_frozen(stack(4, "batch_norm", 3), "layer2", True)))
    keras, torch = (
        next(script for script in SCRIPTS if script.key == key).training(recipe) for key in ("keras", "torch")
    )
    assert keras.count("trainable=False)") == 2
    assert "# Links that are switched off in the playground learn here: 4 of them." in keras
    assert "# A frozen batch norm takes its averages in Keras" in keras
    assert "model[2].requires_grad_(False)  # frozen" in torch
    assert "model[2].momentum = 0.0" in torch
    assert "model[0].weight[[2], [1]] = 0" in torch
    assert "model[3].weight[[0, 1, 2], [1, 1, 1]] = 0" in torch
    for script in SCRIPTS[:3]:
        assert "Every layer is frozen in the playground" in script.training(recipe_of(everything_frozen()))


def test_that_what_a_library_does_not_have_is_said_in_words() -> None:
    experiment = trained(stack(3), optimizer="rprop", schedule="warm_restarts")
    texts = {script.key: script.training(recipe_of(experiment)) for script in SCRIPTS}
    assert "# Keras has no Rprop: Adam stands in for it here." in texts["keras"]
    assert "torch.optim.Rprop(model.parameters(), lr=0.03, etas=(0.5, 1.2)" in texts["torch"]
    assert "# The playground takes the steps of Rprop" in texts["numpy"]


def test_that_a_student_reads_what_is_expected() -> None:
    experiment = edits.set_training(stack(32), optimizer="adam", learning_rate=0.03)
    keras, torch = (
        next(script for script in SCRIPTS if script.key == key).training(recipe_of(experiment))
        for key in ("keras", "torch")
    )
    assert 'layers.Dense(32, activation="tanh"),' in keras
    assert "optimizer=keras.optimizers.Adam(learning_rate=0.03)," in keras
    assert "model.fit(X, y, batch_size=10, epochs=400)" in keras
    assert "nn.Linear(2, 32), nn.Tanh()," in torch
    assert "optimizer = torch.optim.Adam(model.parameters(), lr=0.03, eps=1e-07)" in torch


def runnable() -> list[Any]:
    return [
        pytest.param(
            script,
            name,
            experiment,
            id=f"{script.key}-{name}",
            marks=pytest.mark.skipif(script.unproved() is not None, reason=f"{script.unproved()}"),
        )
        for script in SCRIPTS
        for name, experiment in EVERY
        if script.key == "numpy" or (script.key in ("keras", "torch") and name in SOME)
    ]


HELD = ("held, adam", "held, lbfgs", "held norm", "held over a skip", "all frozen")
SOME = ("half_squared", "lbfgs", "norm", "skip", "cosine", "sine", *HELD)


@pytest.mark.parametrize(("script", "name", "experiment"), runnable())
def test_that_it_runs_to_its_end(script: Script, name: str, experiment: Experiment, tmp_path: Path) -> None:
    small = edits.set_data(experiment, samples=40) if name in SOME else experiment
    space = run(script, small.replace(epochs=1), tmp_path)
    assert np.isfinite(np.asarray(space["X"])).all()
