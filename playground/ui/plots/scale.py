"""How the values of a heat map become shades."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from playground.experiment.prepare import Prepared
from playground.ui.figures import short

FloatArray = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Scale:
    """How a value becomes a shade in [-1, 1]: (value - centre) / half."""

    centre: float
    half: float

    def shade(self, values: FloatArray) -> FloatArray:
        """Return the shades of `values`; what lies outside keeps its excess."""
        return (values - self.centre) / self.half

    @property
    def ends(self) -> tuple[str, str]:
        """What the two ends of the heat map mean, in words."""
        plus = "+" if self.centre == 0 else ""
        return signed(self.centre - self.half), plus + signed(self.centre + self.half)


def output_scale(prepared: Prepared) -> Scale:
    """Return the scale of the output: the code of the classes, or the range of the targets."""
    encoding = prepared.plan.encoding
    if encoding == "unit":
        return Scale(0.5, 0.5)
    if encoding != "real":
        return Scale(0.0, 1.0)
    return number_scale(prepared.sample.targets.astype(np.float64))


def number_scale(numbers: FloatArray) -> Scale:
    """Return the scale from the smallest to the largest of some numbers; around 0 where there are none."""
    if not len(numbers):
        return Scale(0.0, 1.0)
    low, high = float(numbers.min()), float(numbers.max())
    if low < 0 < high:
        # Keep zero neutral, so that the sign can be seen.
        return Scale(0.0, max(-low, high))
    return Scale((low + high) / 2, (high - low) / 2 or 1.0)


def neuron_scale(image: FloatArray) -> Scale:
    """Return the scale of a neuron's picture: [-1, 1], or wider when its values are."""
    finite = image[np.isfinite(image)]
    largest = float(np.abs(finite).max()) if finite.size else 1.0
    return Scale(0.0, max(1.0, largest))


def signed(value: float, digits: int | None = None) -> str:
    """Return a number in three figures, or with so many digits, with a real minus sign."""
    if digits is None:
        return short(value + 0.0)  # which takes the sign from a zero
    text = f"{value:.{digits}f}"
    text = text.removeprefix("-") if float(text) == 0 else text
    return text.replace("-", "\N{MINUS SIGN}")
