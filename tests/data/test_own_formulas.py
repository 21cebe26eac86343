"""Formulas of one's own: what they mean, what they refuse and where, and that nothing is ever executed."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data.formula import DEEPEST, FUNCTIONS, LONGEST, FormulaError, identifier, names_of, parse

COLUMNS = ("x1", "x2", "petal width")
ROWS = {
    "x1": np.array([1.0, -2.0, 3.0]),
    "x2": np.array([0.5, 4.0, 0.0]),
    "petal width": np.array([0.2, 1.5, 7.0]),
}
X1, X2, WIDTH = ROWS.values()

MEANINGS = [
    ("x1*x2", X1 * X2),
    ("x1^2 + x2^2", X1**2 + X2**2),
    ("x1**2", X1**2),
    ("-x1^2", -(X1**2)),
    ("2^3^2 + 0*x1", np.full(3, 512.0)),
    ("2^-1*x1", X1 / 2),
    ("1 - 2 - 3 + 0*x1", np.full(3, -4.0)),
    ("12/2/3*x1", 2 * X1),
    ("(1 + x1) * -x2", (1 + X1) * -X2),
    ("log(petal_width)", np.log(WIDTH)),
    ("max(x1, x2) − min(x1, x2)", np.abs(X1 - X2)),
    ("sin(pi*x1) + e", np.sin(math.pi * X1) + math.e),
    ("1.5e-1 · x1 ÷ .5", 0.3 * X1),
    ("x1 > x2", (X1 > X2) * 1.0),
    ("x1 ≤ 1", (X1 <= 1) * 1.0),
    ("abs(sign(x1))", np.ones(3)),
    ("7", np.full(3, 7.0)),
]


@pytest.mark.parametrize(("text", "values"), MEANINGS, ids=[text for text, _ in MEANINGS])
def test_that_a_formula_means_what_mathematics_says(text, values):
    np.testing.assert_allclose(parse(text, COLUMNS)(ROWS), values)


def test_that_a_formula_knows_what_it_uses_and_whether_it_compares():
    formula = parse("petal_width*x1 < x1", COLUMNS)
    assert formula.names == ("petal width", "x1")
    assert formula.is_comparison
    assert not parse("(x1 < 2) + 1", COLUMNS).is_comparison


REFUSED = [
    ("", 0, "no formula yet"),
    ("   ", 0, "no formula yet"),
    ("x1 +", 4, "expected here, not the end"),
    ("x1 + * x2", 5, "not “*”"),
    ("(x1 + 2", 0, "not closed"),
    ("sin(x1", 3, "not closed"),
    ("x1 x2", 3, "operator such as + or * is missing"),
    ("2 x1", 2, "operator such as"),
    ("x3 + 1", 0, "no column “x3”; there are: x1, x2, petal_width"),
    ("1 + foo(x1)", 4, "no function “foo”"),
    ("sin + 1", 0, "needs a bracket"),
    ("max(x1)", 0, "takes 2, not 1"),
    ("sin(x1, x2)", 0, "takes 1, not 2"),
    ("x1 < x2 < 3", 8, "compares once"),
    ("x1 = 2", 3, "“=” has no meaning"),
    ("x1; x2", 2, "“;” has no meaning"),
    ("__import__('os')", 11, "“'” has no meaning"),
    ("__import__(x1)", 0, "no function “__import__”"),
    ("x1.real", 2, "“.” has no meaning"),
    ("lambda", 0, "no column “lambda”"),
    ("1e999*x1", 0, "too large"),
    ("(" * (DEEPEST + 1) + "x1" + ")" * (DEEPEST + 1), None, "within each other"),
    ("-" * (DEEPEST + 1) + "x1", None, "within each other"),
    ("1+" * LONGEST + "x1", LONGEST, "at most 200 characters"),
]


@pytest.mark.parametrize(("text", "place", "words"), REFUSED, ids=[words for *_, words in REFUSED])
def test_that_what_cannot_be_read_is_refused_at_its_place(text, place, words):
    with pytest.raises(FormulaError) as refusal:
        parse(text, COLUMNS)
    assert words in str(refusal.value)
    assert str(refusal.value).endswith(".")
    if place is not None:
        assert refusal.value.place == place


def test_that_where_mathematics_has_no_answer_there_is_no_finite_number():
    assert parse("log(x2)", COLUMNS)(ROWS)[2] == -math.inf
    assert np.isnan(parse("sqrt(x1)", COLUMNS)(ROWS)[1])


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_that_every_function_explains_itself_and_computes(function):
    assert function.help.endswith(".")
    arguments = ", ".join(["x2"] * function.takes)
    assert len(parse(f"{function.name}({arguments})", COLUMNS)(ROWS)) == 3


def outcome(text):
    """The shape of the values, or the place of the refusal."""
    try:
        return parse(text, COLUMNS)(ROWS).shape
    except FormulaError as refusal:
        return refusal.place


@given(st.text(max_size=60))
def test_that_any_text_is_a_formula_or_refused_in_words(text):
    assert outcome(text) in {(3,), *range(len(text) + 1)}


@given(st.text(alphabet="x12+-*/^(),.<> sincomax", max_size=60))
def test_that_any_heap_of_signs_is_a_formula_or_refused_in_words(text):
    assert outcome(text) in {(3,), *range(len(text) + 1)}


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("x1", "x1"),
        ("sepal length (cm)", "sepal_length_cm"),
        ("1st", "_1st"),
        ("%", "column"),
        ("größe", "größe"),
    ],
)
def test_that_a_column_has_a_name_that_formulas_can_write(column, name):
    assert identifier(column) == name
    assert parse(f"2*{name}", (column,))({column: np.ones(2)}).tolist() == [2.0, 2.0]


def test_that_columns_that_would_be_named_alike_get_numbers():
    assert names_of(("a b", "a_b", "a-b")) == {"a_b": "a b", "a_b_2": "a_b", "a_b_3": "a-b"}


@pytest.mark.parametrize(
    ("text", "values"),
    [("-(a<b)", [-1, 0]), ("(a<b)+(a<3)", [2, 1]), ("(a<b)-(a<3)", [0, -1]), ("(a<b)*2", [2, 0])],
)
def test_that_comparisons_are_numbers_to_count_with(text: str, values: list[float]) -> None:
    rows = {"a": np.array([1.0, 2.0]), "b": np.array([2.0, 1.0])}
    np.testing.assert_array_equal(parse(text, ("a", "b"))(rows), values)
