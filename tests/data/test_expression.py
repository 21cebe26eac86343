"""Data by a formula: what it makes of which formula, and what it refuses."""

import numpy as np
import pytest

from playground.data.base import Sample
from playground.data.expression import CLASSES_EXAMPLE, NUMBER_EXAMPLE, dataset_of_expression
from playground.data.formula import FormulaError


def rows(text: str, noise: float = 0.0, seed: int = 1, count: int = 400) -> Sample:
    return dataset_of_expression(text).make(count, noise, 2, np.random.default_rng(seed))


def test_that_a_comparison_makes_two_classes_in_the_plane() -> None:
    source, sample = dataset_of_expression("x1*x2 > 0"), rows("x1*x2 > 0")
    assert (source.task, source.kind, source.classes) == ("classification", "plane", 2)
    np.testing.assert_array_equal(sample.targets, sample.inputs.prod(axis=1) > 0)
    assert sample.class_names == ("negative", "positive")


def test_that_another_formula_of_x1_or_x2_makes_numbers_in_the_plane() -> None:
    source, sample = dataset_of_expression("x1/2 - x2"), rows("x1/2 - x2")
    assert (source.task, source.kind) == ("regression", "plane")
    np.testing.assert_allclose(sample.targets, sample.inputs[:, 0] / 2 - sample.inputs[:, 1])


def test_that_a_formula_of_x_makes_a_curve() -> None:
    source, sample = dataset_of_expression("x*cos(x)"), rows("x*cos(x)")
    assert (source.kind, source.inputs, source.domain) == ("line", ("x",), ((-6.0, 6.0),))
    np.testing.assert_allclose(sample.targets, sample.inputs[:, 0] * np.cos(sample.inputs[:, 0]))


@pytest.mark.parametrize("text", [CLASSES_EXAMPLE, NUMBER_EXAMPLE, "x^2"])
def test_that_noise_makes_some_answers_wrong_and_leaves_the_points(text: str) -> None:
    clean, noisy = rows(text), rows(text, noise=0.2)
    assert sorted(clean.inputs[:, 0]) == sorted(noisy.inputs[:, 0])
    assert not np.array_equal(np.sort(clean.targets), np.sort(noisy.targets)) or clean.class_names
    if clean.class_names:
        wrong = noisy.targets != (np.hypot(*noisy.inputs.T) < 3)
        assert 0.01 < wrong.mean() < 0.4


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3 + 4", "the same everywhere"),
        ("x > 1", "need x1 and x2"),
        ("y + 1", "no column “y”"),
        ("", "no formula yet"),
    ],
)
def test_that_what_makes_no_data_is_refused_when_it_is_read(text: str, words: str) -> None:
    with pytest.raises(FormulaError, match=words):
        dataset_of_expression(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("log(x1)", r"no finite value at x1 = -\d"),
        ("x1 > 100", "nearly the same everywhere"),
        ("0*x1", "is the same everywhere"),
    ],
)
def test_that_what_has_no_values_is_refused_when_rows_are_drawn(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        rows(text)
