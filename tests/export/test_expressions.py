"""Trees of formulas: what is recorded says the same as what computes, and is written with brackets enough."""

import numpy as np
import pytest

from playground.data.features import FEATURES, PLANE_COLUMNS, own_feature
from playground.engine.activations import ACTIVATIONS
from playground.export.expressions import NUMPY, activation, feature, fold, name, parted, write

ELEMENTWISE = [one for one in ACTIVATIONS if one.elementwise]


@pytest.mark.parametrize("one", ELEMENTWISE, ids=lambda one: one.key)
def test_that_every_activation_is_written_as_it_computes(one: object) -> None:
    z = np.concatenate([np.linspace(-8, 8, 401), [-1000.0, 1000.0]])
    text = write(activation(one.key), NUMPY)  # type: ignore[attr-defined]
    with np.errstate(all="ignore"):
        found = eval(text, {"np": np, "z": z})
        np.testing.assert_array_equal(found, one.value(z))  # type: ignore[attr-defined]


@pytest.mark.parametrize("one", FEATURES, ids=lambda one: one.key)
def test_that_every_feature_of_the_plane_is_written_as_it_computes(one: object) -> None:
    rows = np.random.default_rng(0).normal(size=(50, 2)) * 3
    text = write(feature(one.key, PLANE_COLUMNS), NUMPY)  # type: ignore[attr-defined]
    found = eval(text, {"np": np, "x1": rows[:, 0], "x2": rows[:, 1]})
    np.testing.assert_allclose(found, one.compute(rows), rtol=1e-15, atol=1e-15)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text",
    [
        "a-(b-a)",
        "a/(b/2)",
        "-(a+b)^2",
        "2^-a",
        "(a<b)*3-(a>=0)",
        "-(a<b)",
        "(a<b)+(b<1)",
        "max(a,min(b,1))*-2",
        "a-b-1",
        "--a",
        "tan(a)",
    ],
)
def test_that_a_formula_is_written_as_it_computes(text: str) -> None:
    rows = np.random.default_rng(1).uniform(0.1, 2, size=(40, 2))
    tree = feature(text, ("a", "b"))
    found = eval(write(tree, NUMPY), {"np": np, "a": rows[:, 0], "b": rows[:, 1]})
    np.testing.assert_allclose(found, own_feature(text, ("a", "b")).compute(rows), rtol=1e-14)


def test_that_a_column_is_itself_and_a_number_a_number() -> None:
    assert write(feature("a b", ("a b", "c")), NUMPY, names=lambda text: text.replace(" ", "_")) == "a_b"
    assert feature("2*3", ("a",)) == 6.0
    assert write(feature("2*3", ("a",)), NUMPY) == "6.0"


def test_that_a_part_used_twice_is_asked_for_once() -> None:
    asked: list[str] = []
    fold(
        activation("mish"), lambda text: asked.append(text), lambda _n: None, lambda op, _a: asked.append(op)
    )
    assert asked.count("z") == 1


@pytest.mark.parametrize("one", ELEMENTWISE, ids=lambda one: one.key)
def test_that_parts_with_names_say_the_same(one: object) -> None:
    z = np.linspace(-4, 4, 41)
    parts, last = parted(one.slope(name("z"), activation(one.key)))  # type: ignore[attr-defined]
    space = {"np": np, "z": z}
    for text, part in parts:
        space[text] = eval(write(part, NUMPY), space)
    found = eval(write(last, NUMPY), space)
    wanted = np.broadcast_to(one.derivative(z), z.shape)  # type: ignore[attr-defined]
    np.testing.assert_array_equal(np.broadcast_to(found, z.shape), wanted)


def test_that_the_softmax_is_no_function_of_one_number() -> None:
    with pytest.raises(ValueError, match="softmax"):
        activation("softmax")
