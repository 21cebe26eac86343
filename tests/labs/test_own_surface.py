"""A formula of one's own: what it makes, what is said of it, and what is refused."""

import numpy as np
import pytest

from playground.data.formula import FUNCTIONS, FormulaError
from playground.labs.own_surface import own_surface

SIDE = (-2.0, 2.0)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_that_every_function_of_formulas_has_its_derivatives(function: object) -> None:
    arguments = "x + 3.1, y*y" if function.takes == 2 else "x/5 + 0.6"
    made = own_surface(f"x*y + {function.name}({arguments}) / (1 + y^2)", SIDE, SIDE)
    assert made.missing == 0.0
    assert made.doubtful <= 1  # a kink may be near
    place, steps = np.array([0.31, -0.47]), 1e-5 * np.eye(2)
    differences = (made.surface.gradient(place + steps) - made.surface.gradient(place - steps)) / 2e-5
    assert made.surface.hessian(place) == pytest.approx(differences, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize(
    "text", ["x^2", "x^1 + y", "2^x", "(x + 3)^y", "-x/(y + 3)", "x^0 + y^3", "(x > y)*x + y^2"]
)
def test_that_powers_quotients_and_comparisons_have_exact_gradients(text: str) -> None:
    made = own_surface(text, SIDE, SIDE)
    assert made.error < 1e-6 or made.doubtful <= 1
    assert np.isfinite(made.surface.gradient(np.zeros(2))).all()
    assert np.isfinite(made.surface.hessian(np.zeros(2))).all()


def test_that_a_descent_begins_inside_the_map_at_a_rate_that_does_not_leave_it() -> None:
    made = own_surface("1000*(x^2 + y^2)", SIDE, SIDE)
    start = np.array(made.surface.start)
    assert (np.abs(start) < 2).all()
    assert (np.abs(start - made.surface.rate * made.surface.gradient(start)) < 2).all()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no formula yet"),
        ("x +", "expected here"),
        ("x ** 2 + z", "no column “z”"),
        ("x < y", "true or false"),
        ("3", "same everywhere"),
        ("0*x", "same everywhere"),
        ("log(-1 - x^2) + y", "no finite value"),
        ("__import__('os')", ""),
    ],
)
def test_that_what_is_no_surface_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(ValueError) as caught:
        own_surface(text, SIDE, SIDE)
    assert said in str(caught.value)


def test_that_the_place_of_a_mistake_is_known() -> None:
    with pytest.raises(FormulaError) as caught:
        own_surface("x^2 + $", SIDE, SIDE)
    assert caught.value.place == 6


def test_that_the_share_without_a_value_is_known() -> None:
    made = own_surface("log(x) + y^2", SIDE, SIDE)
    assert made.missing == pytest.approx(0.5, abs=0.03)
    assert np.isfinite(made.surface.value(np.array(made.surface.start)))


def test_that_a_kink_is_noticed() -> None:
    assert own_surface("sign(x)*y + sign(y - 0.0001)*100", SIDE, SIDE).missing == 0.0
    assert own_surface("abs(sin(50000*x)) + y", SIDE, SIDE).doubtful > 0


@pytest.mark.parametrize(
    "text", ["1e308*x", "1e308*x - 1e308*y", "exp(1000*x) + y", "exp(exp(exp(x + 3))) + y", "1e-320*x", "x/y"]
)
def test_that_a_surface_beyond_all_numbers_is_tried_out_in_silence(text: str) -> None:
    made = own_surface(text, SIDE, SIDE)
    assert np.isfinite(made.surface.value(np.array(made.surface.start)))
    assert made.surface.rate > 0.0
