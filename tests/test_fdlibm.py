"""exp, log, sin, cos and tanh as V8 computes them: its values, and the same for one number as for many."""

import math

import numpy as np
import pytest

from playground import fdlibm

FUNCTIONS = ("exp", "log", "sin", "cos", "tanh")

# V8's answers. The first of each function differ from the C library's in the last digit; the others stand
# where another formula begins.
KNOWN = {
    "exp": [
        (-8.5679, 0.00019011146498584065),
        (-0.2791, 0.7564642530072994),
        (12.2486, 208688.91977141774),
        (1.0, 2.718281828459045),
        (1e-9, 1.000000001),
        (0.35, 1.4190675485932571),
        (-708.5, 2.006132305331306e-308),
        (-744.9, 5e-324),
        (700.25, 1.3022997366991783e304),
    ],
    "log": [
        (0.3355, -1.0921333225704006),
        (0.42, -0.8675005677047232),
        (0.6505, -0.4300139810295771),
        (0.9999999, -1.0000000494736474e-7),
        (0.71, -0.342490308946776),
        (1.0, 0.0),
    ],
    "sin": [
        (55.9997, -0.5218069446455967),
        (29.3975, -0.901475350337853),
        (-0.5, -0.479425538604203),
        (2.5, 0.5984721441039564),
        (22.0, -0.008851309290403876),
        (355.0, -0.00003014435335948845),
        (3.141592653589793, 1.2246467991473532e-16),
        (9.42477796076938, 3.6739403974420594e-16),
    ],
    "cos": [
        (32.531, 0.44011151831877837),
        (27.5826, -0.7701411756747744),
        (0.2, 0.9800665778412416),
        (0.5, 0.8775825618903728),
        (0.785, 0.7073882691671998),
        (11.0, 0.004425697988050785),
        (-355.0, -0.999999999545659),
        (1.5707963267948966, 6.123233995736766e-17),
        (7.853981633974483, 3.061616997868383e-16),
    ],
    "tanh": [
        (-0.1654, -0.16390803284801087),
        (-0.2136, -0.21040971291233854),
        (0.17, 0.1683810458708147),
        (0.9, 0.7162978701990245),
        (1.0, 0.7615941559557649),
        (-2.3, -0.9800963962661914),
        (7.5, 0.9999993881955461),
        (21.9, 1.0),
        (1e-10, 1e-10),
    ],
}

every_function = pytest.mark.parametrize("name", FUNCTIONS)
MANY = 10 * fdlibm.FEW


@every_function
@pytest.mark.parametrize("count", [1, MANY])
def test_that_known_arguments_have_v8s_values(name, count):
    for x, value in KNOWN[name]:
        assert getattr(fdlibm, name)(np.full(count, x)).tolist() == [value] * count


@every_function
def test_that_many_numbers_have_the_values_they_have_alone(name):
    chance = np.random.default_rng(3)
    x = np.concatenate([chance.uniform(-20.0, 20.0, 2000), 2.0 ** -chance.uniform(0.0, 60.0, 500)])
    x = np.abs(x) if name == "log" else x
    function = getattr(fdlibm, name)
    alone = [function(x[place : place + 1])[0] for place in range(len(x))]
    assert function(x).tolist() == alone
    assert np.array_equal(function(x.reshape(-1, 4)), np.reshape(alone, (-1, 4)))


@every_function
def test_that_values_differ_from_the_c_librarys_in_the_last_digits_alone(name):
    x = np.random.default_rng(4).uniform(-30.0, 30.0, 5000)
    x = np.abs(x) if name == "log" else x
    usual = np.array([getattr(math, name)(one) for one in x.tolist()])
    apart = np.abs(getattr(fdlibm, name)(x) - usual) / np.spacing(np.abs(usual))
    assert apart.max() <= 2.0


@pytest.mark.parametrize("count", [1, MANY])
@pytest.mark.parametrize(
    ("name", "x", "value"),
    [
        ("exp", math.inf, math.inf),
        ("exp", -math.inf, 0.0),
        ("exp", 709.782712893384, 1.7976931348622732e308),
        ("exp", 709.7827128933841, math.inf),
        ("exp", -745.14, 0.0),
        ("exp", math.nan, math.nan),
        ("tanh", math.inf, 1.0),
        ("tanh", -1e300, -1.0),
        ("tanh", -0.0, -0.0),
        ("tanh", math.nan, math.nan),
        ("sin", -0.0, -0.0),
        ("sin", 1e300, math.sin(1e300)),
        ("cos", 1e300, math.cos(1e300)),
        ("sin", math.nan, math.nan),
    ],
)
def test_that_the_ends_of_the_numbers_are_reached(name, x, value, count):
    with np.errstate(all="ignore"):
        results = getattr(fdlibm, name)(np.full(count, x))
    np.testing.assert_array_equal(results, np.full(count, value))
    assert set(np.signbit(results[~np.isnan(results)])) <= {math.copysign(1.0, value) < 0.0}
