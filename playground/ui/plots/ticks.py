"""Where an axis has its ticks, and what they say. Pure numbers, so that every plot labels alike."""

import math

import numpy as np

Ticks = list[tuple[float, str]]

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MINUS = "\N{MINUS SIGN}"


def linear_ticks(low: float, high: float, most: int = 5, thirds: bool = False) -> Ticks:
    """Return about `most` round values in [low, high] with their text; `thirds` allows steps of 3."""
    span = high - low
    if not math.isfinite(span) or span <= 0:
        return []
    step = _round_step(span / most, (1, 2, 3, 5, 10) if thirds else (1, 2, 5, 10))
    values = np.arange(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1) * step
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    return [(float(value), _text(float(value), digits)) for value in values]


def log_ticks(low: float, high: float, most: int = 6) -> Ticks:
    """Return ticks for an axis whose coordinates are powers of ten; values between them when it is short."""
    if not math.isfinite(high - low) or high <= low:
        return []
    if high - low < 1.2:
        inner = [
            (math.log10(digit) + decade, digit * 10.0**decade)
            for decade in range(math.floor(low), math.ceil(high))
            for digit in (1, 2, 5)
        ]
        return [(place, f"{value:.3g}") for place, value in inner if low <= place <= high]
    step = max(1, math.ceil((high - low) / most))
    first = math.ceil(low / step - 1e-9) * step
    return [(float(power), power_of_ten(power)) for power in range(first, math.floor(high + 1e-9) + 1, step)]


def power_of_ten(power: int) -> str:
    """Return 10 to a power as it is written by hand: 10⁻³."""
    return "10" + str(power).translate(_SUPERSCRIPT)


def short(value: float) -> str:
    """Return a measured value in three figures, or "not a number"."""
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "∞" if value > 0 else f"{_MINUS}∞"
    return f"{value:.3g}".replace("-", _MINUS)


def _round_step(rough: float, choices: tuple[int, ...]) -> float:
    decade: float = 10.0 ** math.floor(math.log10(rough))
    return next((choice * decade for choice in choices if choice * decade >= rough * 0.999), 10 * decade)


def _text(value: float, digits: int) -> str:
    if value != 0 and (abs(value) >= 1e6 or digits > 6):
        return f"{value:.2g}".replace("-", _MINUS)
    text = f"{value:,.{digits}f}"
    return text.removeprefix("-") if round(value, digits) == 0 else text.replace("-", _MINUS)
