"""How numbers are written on screen: in few figures, with a real minus sign. No Qt in here."""

import math

import numpy as np

MINUS = "\N{MINUS SIGN}"
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def subscript(number: int) -> str:
    """Return a whole number as an index below the line."""
    return str(number).translate(_LOWERED)


def short(value: float) -> str:
    """Return a measured value in three figures, or "not a number"."""
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    return figures(value, 3)


def percent(share: float) -> str:
    """Return a share of 1 in whole per cent."""
    return f"{share * 100:.0f} %"


def percent_in_tenths(share: float) -> str:
    """Return a share of 1 in per cent with a decimal, as accuracies are read; a dash when it is no number."""
    return f"{share * 100:.1f} %" if math.isfinite(share) else "–"


def figures(value: float, digits: int) -> str:
    """Return a finite number in so many figures, with a real minus sign and a short exponent: 1.2e−6."""
    text = f"{value:.{digits}g}"
    if 1000 <= abs(value) < 1e6:
        text = f"{float(text):,.0f}"
    mantissa, _, exponent = text.partition("e")
    power = f"e{int(exponent)}" if exponent else ""
    return f"{mantissa}{power}".replace("-", MINUS)


def scientific(value: float) -> str:
    """Return a finite number in two figures with its power of ten: 1.2e−6."""
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    return f"{mantissa}e{int(exponent)}".replace("-", MINUS)


def four_digits(value: float) -> str:
    """Return a loss in a form whose width hardly changes; a small one keeps two figures: 1.2e−6."""
    size = abs(value)
    if not math.isfinite(value):
        return "–" if math.isnan(value) else "∞"
    if 0 < size < 1e-3 or size >= 10_000:
        return scientific(value)
    return f"{value:.{4 if size < 10 else 2}f}".replace("-", MINUS)


def in_full(value: float, precision: str) -> str:
    """Return a number in the fewest digits that read back as the same number in "float32" or "float64"."""
    if not math.isfinite(value):
        return short(value)
    number = np.dtype(precision).type(value)
    if number == 0 or 1e-4 <= abs(number) < 1e9:
        text = np.format_float_positional(number, unique=True, trim="-")
    else:
        text = np.format_float_scientific(number, unique=True, trim="-", exp_digits=1)
    return text.replace("e+", "e").replace("-", MINUS)
