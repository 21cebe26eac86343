"""Where an axis has its ticks, and what they say. Pure numbers, so that every plot labels alike."""

import math

import numpy as np
import numpy.typing as npt

from playground.ui.figures import MINUS, short

Ticks = list[tuple[float, str]]

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
NARROWEST = 1e-9


def linear_ticks(low: float, high: float, most: int = 5, thirds: bool = False) -> Ticks:
    """Return about `most` round values in [low, high] with their text; `thirds` allows steps of 3.

    None for a range so narrow that floating point cannot place round values in it.
    """
    span = high - low
    if not math.isfinite(span) or span <= NARROWEST * max(abs(low), abs(high)):
        return []
    step = _round_step(span / most, (1, 2, 3, 5, 10) if thirds else (1, 2, 5, 10))
    values = np.arange(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1) * step
    return [(float(value), text) for value, text in zip(values, _texts(values, step), strict=True)]


def log_ticks(low: float, high: float, most: int = 6) -> Ticks:
    """Return ticks for an axis whose coordinates are powers of ten, at least two.

    A range of less than a decade has 1, 2 and 5, a range with fewer than two of these round values between.
    """
    if not math.isfinite(high - low) or high <= low:
        return []
    step = max(1, math.ceil((high - low) / most))
    first = math.ceil(low / step - 1e-9) * step
    powers = range(first, math.floor(high + 1e-9) + 1, step)
    if len(powers) >= 2:
        return [(float(power), power_of_ten(power)) for power in powers]
    inner = [
        (math.log10(digit) + decade, short(digit * 10.0**decade))
        for decade in range(math.floor(low), math.ceil(high) + 1)
        for digit in (1, 2, 5)
    ]
    ticks = [(place, text) for place, text in inner if low <= place <= high]
    return ticks if len(ticks) >= 2 else _linear_on_log(low, high)


def _linear_on_log(low: float, high: float) -> Ticks:
    """Return round values that are evenly spaced, where they lie on the log scale."""
    values = linear_ticks(10.0**low, 10.0**high, most=4)
    return [(math.log10(value), text) for value, text in values if value > 0]


def power_of_ten(power: int) -> str:
    """Return 10 to a power as it is written by hand: 10⁻³."""
    return "10" + str(power).translate(_SUPERSCRIPT)


def _round_step(rough: float, choices: tuple[int, ...]) -> float:
    decade: float = 10.0 ** math.floor(math.log10(rough))
    return next((choice * decade for choice in choices if choice * decade >= rough * 0.999), 10 * decade)


def _texts(values: npt.NDArray[np.floating], step: float) -> list[str]:
    """Return the values as text with just the digits that tell neighbours apart; 1,050,000 is 1.05M."""
    largest = float(np.abs(values).max(initial=0.0))
    if largest >= 1e9 or step < 1e-6:
        figures = max(0, math.ceil(math.log10(largest / step) - 1e-9))
        return [_tidy(f"{value:.{figures}e}") for value in values]
    unit, suffix = (1e6, "M") if largest >= 1e6 else (1.0, "")
    digits = max(0, -math.floor(math.log10(step / unit) + 1e-9))
    texts = [f"{value / unit:,.{digits}f}" for value in values]
    return [_tidy(text) + (suffix if float(text.replace(",", "")) else "") for text in texts]


def _tidy(text: str) -> str:
    """Return a number's text with a real minus sign, none for zero, and a short exponent."""
    mantissa, _, exponent = text.partition("e")
    if float(mantissa.replace(",", "")) == 0:
        return mantissa.removeprefix("-") if not exponent else "0"
    power = f"e{int(exponent)}" if exponent else ""
    return f"{mantissa}{power}".replace("-", MINUS)
