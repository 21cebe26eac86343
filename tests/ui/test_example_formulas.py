"""The formulas of an example's way: they say what was computed, and what they leave out."""

import re
from dataclasses import replace

import numpy as np
import pytest
from layer_cases import stack

from playground.engine.activations import ACTIVATIONS
from playground.engine.backends.numpy import NumpyBackend
from playground.engine.losses import LOSSES, Loss
from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.experiment.prepare import prepare
from playground.training.session import Session
from playground.ui.instruments.example_table import columns_of
from playground.ui.instruments.formulas import lines_of, plain, sub
from playground.ui.instruments.walk import Step, Walk, walk_of

HIDDEN = [activation for activation in ACTIVATIONS if not activation.output_only]
MINUS = "\N{MINUS SIGN}"


def walk(experiment: Experiment, row: int = 3) -> Walk:
    """The way of a row through the first weights."""
    prepared = prepare(experiment)
    network = Session(prepared, NumpyBackend()).network

    return walk_of(prepared, network.weights, network.biases, row, experiment.training.loss)


def said(one: Walk, step: Step, neuron: int = 0) -> str:
    return "\n".join(plain(line) for line in lines_of(one, step, neuron))


def last_number(text: str) -> float:
    return float(re.findall(rf"[{MINUS}\d.e,]+$", text)[0].replace(MINUS, "-").replace(",", ""))


def test_that_a_sum_is_written_with_its_numbers_and_its_result() -> None:
    one = walk(stack(4, 3))
    z, filled, a = said(one, Step("forward", 0), 1).split("\n")
    assert z == "z₂ = w₂₁·x₁ + w₂₂·x₂ + b₂"
    layer = one.trace.layers[0]
    assert layer.z is not None
    assert last_number(filled) == pytest.approx(layer.z[1], rel=0.01)
    assert a.startswith("a₂ = Tanh(z₂)")
    assert last_number(a) == pytest.approx(layer.a[1], rel=0.01)


def test_that_of_a_long_sum_the_rest_is_counted_and_added_up() -> None:
    one = walk(stack(16, 3))
    symbols, figures, _ = said(one, Step("forward", 1)).split("\n")
    assert "… 13 more" in symbols
    layer = one.trace.layers[1]
    rest = float(np.sum((layer.weights[0] * layer.x)[3:]))
    found = re.findall(rf"13 more: \(?([{MINUS}\d.e]+)", figures)
    assert float(found[0].replace(MINUS, "-")) == pytest.approx(rest, rel=0.01)


def test_that_the_way_back_names_the_sum_over_the_next_layer_and_the_slope() -> None:
    one = walk(stack(4, 3))
    text = said(one, Step("backward", 0), 1)
    assert "∂L/∂a₂ = Σₖ wₖ₂ δₖ = w₁₂·δ₁" in text
    assert "δ₂ = ∂L/∂a₂·f′(z₂)" in text
    assert "∂L/∂w₂₁ = δ₂·x₁" in text
    gradient = next(line for line in text.split("\n") if line.startswith("∂L/∂w₂₁"))
    assert last_number(gradient) == pytest.approx(one.trace.layers[0].weight_gradient[1, 0], rel=0.01)


def test_that_cross_entropy_goes_back_by_answer_minus_target() -> None:
    experiment = edits.set_dataset(stack(4), "blobs")
    one = walk(experiment)
    assert one.trace.layers[-1].error is None
    text = said(one, Step("backward", 1), 2)
    assert "δ₃ = ∂L/∂z₃ = ŷ₃ − y₃" in text


def test_that_what_a_skip_hands_back_is_told() -> None:
    one = walk(stack(4, 4, "skip", 4))
    place = one.prepared.plan.shapes[2].source - 1
    text = said(one, Step("backward", place))
    assert "by the Skip" in text
    error = one.trace.layers[place].error
    assert error is not None
    line = next(line for line in text.split("\n") if line.startswith("∂L/∂a₁"))
    assert last_number(line) == pytest.approx(error[0], rel=0.01)


@pytest.mark.parametrize(
    "activation", [one for one in ACTIVATIONS if not one.output_only], ids=lambda a: a.key
)
def test_that_every_activation_is_named(activation: object) -> None:
    key = getattr(activation, "key", "")
    one = walk(edits.set_activation(stack(3), "layer1", key))
    for step in one.steps:
        assert said(one, step)


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.key)
def test_that_every_loss_has_its_formula(loss: Loss) -> None:
    one = replace(walk(stack(3)), loss_key=loss.key)
    assert loss.formula in said(one, Step("loss", 1))


def test_that_every_kind_of_layer_has_formulas_and_a_table_at_every_step() -> None:
    one = walk(stack(4, "batch_norm", "dropout", 4, "layer_norm", "skip", 4))
    for step in one.steps:
        for neuron in range(one.units(step)):
            assert said(one, step, neuron)
            assert all(cell(neuron) for _, cell in columns_of(one, step))
    assert "averages kept from training" in said(one, Step("forward", 1))
    assert "nothing is silenced" in said(one, Step("forward", 2))
    assert "μ and σ are over these values" in said(one, Step("forward", 4))


def test_that_inputs_are_told_before_and_after_scaling() -> None:
    one = walk(edits.set_data(stack(3), scaling="standard"))
    text = said(one, Step("inputs"))
    assert one.raw is not None
    assert "scaled: x₁" in text
    mixed = walk(edits.set_data(stack(3), scaling="whitened"))
    assert mixed.raw is None
    assert "principal component" in said(mixed, Step("inputs"))


def test_that_indices_of_two_digits_are_kept_apart() -> None:
    assert plain(sub("w", 2, 1)) == "w₂₁"
    assert plain(sub("w", 12, 3)) == "w₁₂,₃"
