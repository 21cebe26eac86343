"""exp, log, sin, cos and tanh to the last digit as the JavaScript engine V8 computes them.

The functions of the C library differ from these in the last digit now and then, and from one system to
another; a training run lets such a digit grow. What has to be equal to TensorFlow Playground's is therefore
computed here, from + - * / and the bits of numbers alone, which are the same everywhere. All take arrays of
float64 of any shape. nan comes through; what NumPy may say of it is left to the caller's `errstate`.

Methods and constants are those of fdlibm 5.3 (e_exp.c, s_expm1.c, s_tanh.c, e_log.c, e_rem_pio2.c, k_sin.c
and k_cos.c), from which V8's are made:

    Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunSoft, a Sun
    Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is freely
    granted, provided that this notice is preserved.

The order of operations is kept; cases that fdlibm tells apart to save work alone are one here.
"""

import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Real = TypeVar("Real", float, FloatArray)

LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
"""ln 2 in two parts; a whole number times the first is exact."""
PER_LN2 = 1.44269504088896338700
HALF_LN2 = float.fromhex("0x1.62e43p-2")
"""|x| from which on powers of 2 are taken out: ln 2 / 2, as far as 20 bits tell."""
TINY = 2.0**-28
"""|x| below which eˣ is 1 + x, and tanh x is x."""

P1 = 1.66666666666666019037e-01
P2 = -2.77777777770155933842e-03
P3 = 6.61375632143793436117e-05
P4 = -1.65339022054652515390e-06
P5 = 4.13813679705723846039e-08
SMALLEST, LARGEST = -746.0, 7.09782712893383973096e02
"""Arguments below and above which eˣ is 0 and inf."""

Q1 = -3.33333333333331316428e-02
Q2 = 1.58730158725481460165e-03
Q3 = -7.93650757867487942473e-05
Q4 = 4.00821782732936239552e-06
Q5 = -2.01099218183624371326e-07
TANH_IS_1 = 22.0
"""|x| from which on tanh x is 1 or -1."""
POWERS = range(-3, 65)
"""The powers of 2 that tanh takes out of e^-2|x| where |x| < 1, and of e^2|x| beyond."""

LOG_EVEN = (3.999999999940941908e-01, 2.222219843214978396e-01, 1.531383769920937332e-01)
LOG_ODD = (
    6.666666666666735130e-01,
    2.857142874366239149e-01,
    1.818357216161805012e-01,
    1.479819860511658591e-01,
)
FEW = 30
"""Numbers that are computed one by one sooner than by operations on arrays."""

FRACTION_BITS = 52
WORD = 32
"""Bits in half a number: much in fdlibm is decided by the upper half."""
UPPER_FRACTION = 0xFFFFF
ABOVE_ROOT = 0x95F64
"""Added to the upper bits of a fraction, it overflows from about √2 on."""
HALF_APART = (0x6147A, 0x6B851)
"""Upper bits of fractions, about √2, for which log adds f² / 2 by itself."""

SIN_FIRST = -1.66666666666666324348e-01
SIN = (
    8.33333333332248946124e-03,
    -1.98412698298579493134e-04,
    2.75573137070700676789e-06,
    -2.50507602534068634195e-08,
    1.58969099521155010221e-10,
)
COS = (
    4.16666666666666019037e-02,
    -1.38888888888741095749e-03,
    2.48015872894767294178e-05,
    -2.75573143513906633035e-07,
    2.08757232129817482790e-09,
    -1.13596475577881948265e-11,
)
COS_SPLITS, COS_SPLITS_MOST = 0x3FD33333, 0x3FE90000
"""Upper halves of |x|, 0.3 and 0.78, from and up to which cos takes |x| / 4 out of both 1 and x² / 2."""
PER_QUARTER = 6.36619772367581382433e-01
"""2 / π."""
QUARTER = (
    (1.57079632673412561417, 6.07710050650619224932e-11),
    (6.07710050630396597660e-11, 2.02226624879595063154e-21),
    (2.02226624871116645580e-21, 8.47842766036889956997e-32),
)
"""π / 2: the next 33 bits of it, and all that is then left, line by line."""
LOST_BITS = (16, 49)
"""Losing more bits than this in a subtraction asks for the next line of π / 2."""
EIGHTH = float.fromhex("0x1.921fcp-1")
"""|x| from which on quarters of a turn are taken out: π / 4, as far as 20 bits tell."""
FARTHEST = 2.0**19 * math.pi / 2.0
"""|x| for which π / 2 is known well enough."""


# Exponentials -----------------------------------------------------------------------------------------------


def exp(x: FloatArray) -> FloatArray:
    """Return eˣ: inf above 709.78, 0 below -745.13."""
    if x.size <= FEW:
        return np.array([_exp_of_one(one) for one in x.ravel().tolist()]).reshape(x.shape)
    x = np.minimum(np.maximum(x, SMALLEST), LARGEST + 1.0)
    size = np.abs(x)
    power = _powers(x, size - HALF_LN2)
    result = np.ldexp(_exp_of_rest(x - power * LN2_HIGH, power * LN2_LOW), power.astype(np.intc))
    np.putmask(result, size < TINY, x + 1.0)
    np.putmask(result, x == 1.0, math.e)
    return result


def _exp_of_one(x: float) -> float:
    """Return eˣ of a single number."""
    size = abs(x)
    if size < TINY:
        return 1.0 + x
    if x == 1.0:
        return math.e  # V8 mends this one value
    if not SMALLEST <= x <= LARGEST:
        return x if math.isnan(x) else (math.inf if x > 0.0 else 0.0)
    power = int(x * PER_LN2 + math.copysign(0.5, x)) if size >= HALF_LN2 else 0
    return math.ldexp(_exp_of_rest(x - power * LN2_HIGH, power * LN2_LOW), power)


def _exp_of_rest(high: Real, low: Real) -> Real:
    """Return e to the power of the difference of two."""
    rest = high - low
    t = rest * rest
    c = rest - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))))
    return 1.0 - ((low - rest * c / (2.0 - c)) - high)


def tanh(x: FloatArray) -> FloatArray:
    """Return the hyperbolic tangent of x."""
    if x.size <= FEW:
        return np.array([_tanh_of_one(one) for one in x.ravel().tolist()]).reshape(x.shape)
    size = np.minimum(np.abs(x), TANH_IS_1)
    above_1 = size - 1.0
    twice = size * np.copysign(2.0, above_1)
    power = _powers(twice, size - HALF_LN2 / 2.0)
    # The power of nan can be any whole number: nothing but a clipped place is certain to be one.
    terms = TERMS.take(power.astype(np.intp) - POWERS.start, axis=1, mode="clip")
    grown = _expm1_of_rest(twice - power * LN2_HIGH, power * LN2_LOW, *terms)
    result = np.maximum(-grown, -2.0) / (grown + 2.0)
    result += np.heaviside(above_1, 1.0)
    np.putmask(result, size < TINY, size)
    signed: FloatArray = np.copysign(result, x)
    return signed


def _tanh_of_one(x: float) -> float:
    """Return the hyperbolic tangent of a single number."""
    size = abs(x)
    if not TINY <= size < TANH_IS_1:
        return math.copysign(1.0, x) if size > 1.0 else x
    twice = 2.0 * size if size >= 1.0 else -2.0 * size
    power = int(twice * PER_LN2 + math.copysign(0.5, twice)) if 2.0 * size >= HALF_LN2 else 0
    grown = _expm1_of_rest(twice - power * LN2_HIGH, power * LN2_LOW, *TERMS_OF_ONE[power])
    result = 1.0 - 2.0 / (grown + 2.0) if size >= 1.0 else -grown / (grown + 2.0)
    return math.copysign(result, x)


def _powers(x: FloatArray, above: FloatArray) -> FloatArray:
    """Return how many powers of 2 are to be taken out of eˣ: none where `above` is negative."""
    return np.trunc(x * PER_LN2 + np.copysign(0.5, x)) * np.heaviside(above, 1.0)


def _expm1_of_rest(high: Real, low: Real, less: Real, more: Real, scale: Real, last: Real) -> Real:
    """Return eˣ - 1 from what is left of x as the difference of two, and the TERMS of its power of 2."""
    rest = high - low
    c = (high - rest) - low
    half = 0.5 * rest
    h = rest * half
    r = 1.0 + h * (Q1 + h * (Q2 + h * (Q3 + h * (Q4 + h * Q5))))
    t = 3.0 - r * half
    e = h * ((r - t) / (6.0 - rest * t))
    e = (rest * (e - c) - c) - h
    return ((rest - (e + less)) + more) * scale - last


def _terms(power: int) -> tuple[float, float, float, float]:
    """Return a, b, 2ᵏ and d of eˣ - 1 = ((y - (e + a)) + b) 2ᵏ - d for a power k.

    Where d is 0, that 1 has been taken away before the factor, as 2⁻ᵏ: where fdlibm loses least by it.
    """
    scale = 2.0**power
    if power in (0, -1):
        return 0.0, 0.0, scale, 1.0 - scale
    if 0 < power < 20:
        return 0.0, 1.0 - 1.0 / scale, scale, 0.0
    if 20 <= power <= 56:
        return 1.0 / scale, 1.0, scale, 0.0
    return 0.0, 1.0, scale, 1.0


TERMS_OF_ONE = {power: _terms(power) for power in POWERS}
TERMS = np.array(list(TERMS_OF_ONE.values())).T.copy()
"""What `_terms` gives for all POWERS, (4, powers)."""


# Logarithm --------------------------------------------------------------------------------------------------


def log(x: FloatArray) -> FloatArray:
    """Return the natural logarithm of x, which must be positive and not subnormal."""
    bits = x.view(np.int64)
    high = bits >> WORD & UPPER_FRACTION
    carry = (high + ABOVE_ROOT) & (UPPER_FRACTION + 1)
    one = np.float64(1.0).view(np.int64)
    fraction = (bits & ((1 << FRACTION_BITS) - 1)) | (one ^ (carry << WORD))
    power = ((bits + (carry << WORD)) - one) >> FRACTION_BITS
    f = fraction.view(np.float64) - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    r = _series(w, LOG_ODD, z) + _series(w, LOG_EVEN, w)
    half = 0.5 * f * f
    small = f * f * (0.5 - 0.33333333333333333 * f)
    upper, lower = power * LN2_HIGH, power * LN2_LOW
    less = s * (f - r) - lower
    apart = (high >= HALF_APART[0]) & (high <= HALF_APART[1])
    less = np.where(apart, half - (s * (half + r) + lower), less)
    near_1 = ((high + 2) & UPPER_FRACTION) < 3
    return upper - (np.where(near_1, small - lower, less) - f)


# Sine and cosine --------------------------------------------------------------------------------------------


def sin(x: FloatArray) -> FloatArray:
    """Return the sine of x, in radians; beyond |x| = 823,549 it is NumPy's."""
    near = np.abs(x) < FARTHEST
    return np.where(near, _turned(np.where(near, x, 0.0), 0), np.sin(x))


def cos(x: FloatArray) -> FloatArray:
    """Return the cosine of x, in radians; beyond |x| = 823,549 it is NumPy's."""
    near = np.abs(x) < FARTHEST
    return np.where(near, _turned(np.where(near, x, 0.0), 1), np.cos(x))


def _turned(x: FloatArray, quarters: int) -> FloatArray:
    """Return the sine of x and so many quarters of a turn."""
    count, rest, tail = _without_quarters(x)
    turn = count + quarters
    sine = np.where(count == 0, _sine_alone(rest), _sine(rest, tail))
    sine = np.where(np.abs(rest) < 2.0**-27, rest, sine)
    value = np.where(turn & 1, _cosine(rest, tail), sine)
    return np.where(turn & 2, -value, value)


def _without_quarters(x: FloatArray) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return how many quarters of a turn are in x, and what is left as the sum of two numbers."""
    size = np.abs(x)
    count = np.where(size < EIGHTH, 0.0, np.trunc(size * PER_QUARTER + 0.5))
    (first, left), *finer = QUARTER
    rest, lower = size - count * first, count * left
    upper = rest - lower
    known = (count < 32) & (_upper_half(size) != _upper_half(count * (math.pi / 2.0)))
    for lost, (part, left) in zip(LOST_BITS, finer, strict=True):
        close = (_exponent(size) - _exponent(upper) > lost) & (count > 0) & ~known
        whole, taken = rest, count * part
        finest = whole - taken
        rest = np.where(close, finest, rest)
        lower = np.where(close, count * left - ((whole - finest) - taken), lower)
        upper = np.where(close, rest - lower, upper)
    tail = (rest - upper) - lower
    sign = np.copysign(1.0, x)
    return (count * sign).astype(np.int64), upper * sign, tail * sign


def _sine_alone(x: FloatArray) -> FloatArray:
    """Return sin x for |x| below π / 4."""
    z = x * x
    return x + z * x * (SIN_FIRST + _series(z, SIN, z))


def _sine(x: FloatArray, tail: FloatArray) -> FloatArray:
    """Return sin(x + tail) for |x| below π / 4."""
    z = x * x
    v = z * x
    r = _series(z, SIN[1:], z) + SIN[0]
    return x - ((z * (0.5 * tail - v * r) - tail) - v * SIN_FIRST)


def _cosine(x: FloatArray, tail: FloatArray) -> FloatArray:
    """Return cos(x + tail) for |x| below π / 4."""
    z = x * x
    less = z * _series(z, COS, z) - x * tail
    upper = _upper_half(x)
    quarter = ((upper - 0x00200000) << WORD).view(np.float64)
    quarter = np.where(upper < COS_SPLITS, 0.0, np.where(upper > COS_SPLITS_MOST, 0.28125, quarter))
    return (1.0 - quarter) - ((0.5 * z - quarter) - less)


# Parts ------------------------------------------------------------------------------------------------------


def _series(x: FloatArray, coefficients: Sequence[float], factor: FloatArray) -> FloatArray:
    """Return factor (c₀ + x (c₁ + x (c₂ + ...)))."""
    *others, last = coefficients
    result = x * last
    for coefficient in others[:0:-1]:
        result += coefficient
        result *= x
    result += others[0]
    result *= factor
    return result


def _upper_half(x: FloatArray) -> IntArray:
    """Return the upper half of the bits of |x|: exponent and 20 bits of the fraction."""
    return np.abs(x).view(np.int64) >> WORD


def _exponent(x: FloatArray) -> IntArray:
    """Return the exponent of |x|."""
    return _upper_half(x) >> 20
