"""Dense layers are found in arrays that other programs named; what is no part of them is refused by name."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from playground.experiment.files import BadFileError
from playground.export.importing import Imported, read_model

RNG = np.random.default_rng(5)
SIZES = (3, 5, 4, 2)
WEIGHTS = [RNG.normal(size=(units, inputs)) for inputs, units in pairwise(SIZES)]
BIASES = [RNG.normal(size=units) for units in SIZES[1:]]
ROWS = RNG.normal(size=(20, 3))


def expected(hidden: Any = lambda z: np.maximum(z, 0.0)) -> Any:
    x = ROWS
    for weight, bias in zip(WEIGHTS[:-1], BIASES[:-1], strict=True):
        x = hidden(x @ weight.T + bias)
    return x @ WEIGHTS[-1].T + BIASES[-1]


def named(weight: str, bias: str, first: int = 1, turned: bool = False) -> dict[str, Any]:
    arrays: dict[str, Any] = {}
    for number, (w, b) in enumerate(zip(WEIGHTS, BIASES, strict=True), first):
        arrays[weight.format(number)] = w.T if turned else w
        arrays[bias.format(number)] = b
    return arrays


def read(arrays: dict[str, Any], folder: Path) -> Imported:
    np.savez(folder / "net.npz", **arrays)
    return read_model(folder / "net.npz")


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("weight", "bias", "first"),
    [
        ("weight_{}", "bias_{}", 1),
        ("weights_{}", "biases_{}", 0),
        ("W{}", "b{}", 1),
        ("w_{}", "b_{}", 0),
        ("{}.weight", "{}.bias", 0),
        ("fc{}.weight", "fc{}.bias", 9),
        ("net.layers.{}.weight", "net.layers.{}.bias", 8),
        ("dense_{}/kernel:0", "dense_{}/bias:0", 1),
        ("coefs_{}", "intercepts_{}", 0),
        ("hidden{}_w", "hidden{}_b", 1),
    ],
)
def test_that_layers_are_found_by_their_names_and_shapes(
    weight: str, bias: str, first: int, turned: bool, tmp_path: Path
) -> None:
    found = read(named(weight, bias, first, turned), tmp_path)
    np.testing.assert_allclose(found.pipeline.outputs(ROWS), expected(), rtol=1e-12)
    assert [shape.units for shape in found.pipeline.shapes] == [5, 4, 2]
    assert found.pipeline.precision == "float64"
    assert any("ReLU was assumed" in note for note in found.notes)
    assert any("called x1 and so on" in note for note in found.notes)


def test_that_numbered_arrays_are_matrices_and_biases_in_turn(tmp_path: Path) -> None:
    parts = [array for pair in zip(WEIGHTS, BIASES, strict=True) for array in (pair[0].T, pair[1][None])]
    np.savez(tmp_path / "net.npz", *parts)
    np.testing.assert_allclose(read_model(tmp_path / "net.npz").pipeline.outputs(ROWS), expected())


def test_that_layers_without_biases_are_layers(tmp_path: Path) -> None:
    found = read({"fc1.weight": WEIGHTS[0], "fc2.weight": WEIGHTS[1]}, tmp_path)
    np.testing.assert_allclose(
        found.pipeline.outputs(ROWS), np.maximum(ROWS @ WEIGHTS[0].T, 0) @ WEIGHTS[1].T, rtol=1e-12
    )


def test_that_layers_without_numbers_are_put_in_the_order_of_their_widths(tmp_path: Path) -> None:
    names = ("into", "between", "answer")
    arrays = {}
    for name, weight, bias in zip(names, WEIGHTS, BIASES, strict=True):
        arrays |= {f"{name}.weight": weight, f"{name}.bias": bias}
    found = read(arrays, tmp_path)
    np.testing.assert_allclose(found.pipeline.outputs(ROWS), expected(), rtol=1e-12)
    assert any("in the order that their shapes allow" in note for note in found.notes)


def test_that_what_the_texts_say_is_taken(tmp_path: Path) -> None:
    arrays = {key: array.astype(np.float32) for key, array in named("{}.weight", "{}.bias").items()}
    texts = {
        "activations": "tanh, Tanh",
        "output_activation": "Softmax",
        "classes": '["cat", "dog"]',
        "columns": "a, b, c",
    }
    save_file(arrays, tmp_path / "net.safetensors", texts)
    found = read_model(tmp_path / "net.safetensors")
    one = found.pipeline
    assert (one.classes, one.columns, one.precision) == (("cat", "dog"), ("a", "b", "c"), "float32")
    powers = np.exp(expected(np.tanh))
    np.testing.assert_allclose(one.outputs(ROWS), powers / powers.sum(axis=1, keepdims=True), rtol=1e-5)
    assert not any("assumed" in note or "so on" in note for note in found.notes)


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"columns": "a, b, a"}, "names 3 columns, some of them twice, so these names are left out."),
        ({"columns": "a, b"}, "names 2 columns, but it has 3, so these names are left out."),
        ({"classes": "cat, cat"}, "names 2 classes, some of them twice, so these names are left out."),
    ],
)
def test_that_names_that_do_not_fit_are_noted(texts: dict[str, str], said: str, tmp_path: Path) -> None:
    arrays = {key: array.astype(np.float32) for key, array in named("{}.weight", "{}.bias").items()}
    save_file(arrays, tmp_path / "net.safetensors", texts)
    found = read_model(tmp_path / "net.safetensors")
    assert f"It {said}" in found.notes
    assert (found.pipeline.columns[-1], found.pipeline.classes[-1]) == ("x3", "class 2")


def test_that_an_archive_may_say_the_same_with_arrays_of_texts(tmp_path: Path) -> None:
    arrays = named("W{}", "b{}") | {
        "activation": np.array("logistic"),
        "classes": np.array([7, 9]),
        "feature_names": np.array(["a", "b", "c"]),
    }
    found = read(arrays, tmp_path)
    np.testing.assert_allclose(
        found.pipeline.outputs(ROWS), expected(lambda z: 1 / (1 + np.exp(-z))), rtol=1e-10
    )
    assert (found.pipeline.classes, found.pipeline.columns) == (("7", "9"), ("a", "b", "c"))


def test_that_matrices_that_could_be_read_both_ways_are_told_of(tmp_path: Path) -> None:
    found = read({"W1": np.eye(2), "b1": np.zeros(2), "W2": np.ones((2, 2)), "b2": np.zeros(2)}, tmp_path)
    assert any("(inputs, units)" in note for note in found.notes)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"conv1.weight": np.ones((8, 3, 3, 3))}, "“conv1.weight” of shape (8, 3, 3, 3)"),
        ({"bn.running_mean": np.ones(5)}, "“bn.running_mean” of shape (5,)"),
        (
            {"4.weight": np.ones((2, 7)), "4.bias": np.ones(2)},
            "“4.weight” takes 7 values, but “3.weight” gives 2",
        ),
        ({"2.bias": np.ones(9)}, "“2.weight” of shape (4, 5) has 9 biases"),
        ({"9.bias": np.ones(9)}, "biases without a matrix"),
        ({"1.weight": np.full((5, 3), np.nan)}, "not finite"),
        ({"1.weight": np.ones((5, 3), complex)}, "“1.weight”"),
        ({"activation": np.array("squeeze")}, "the activation “squeeze”"),
        ({"activations": np.array(["relu"] * 7)}, "names 7 activations for 3 layers"),
        ({"output_activation": np.array(["relu", "relu"])}, "names 2 activations for its output"),
        ({"activations": np.array(["softmax", "relu"])}, "softmax before its last layer"),
        ({"classes": np.array(["a", "b", "c"])}, "3 classes"),
        (
            {
                "4.weight": np.ones((1, 2)),
                "4.bias": np.ones(1),
                "output_activation": np.array("sigmoid"),
                "classes": np.array(["a"]),
            },
            "cannot tell 1 classes apart",
        ),
    ],
)
def test_that_what_is_amiss_is_named(change: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match=re.escape(said)):
        read(named("{}.weight", "{}.bias") | change, tmp_path)


def test_that_an_archive_without_layers_says_what_is_looked_for(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="weight_1 and bias_1"):
        read({"classes": np.array(["a", "b"])}, tmp_path)
