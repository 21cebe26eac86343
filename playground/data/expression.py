"""Data by a formula: a comparison of x1 and x2 makes two classes, another formula a number for each point."""

from functools import lru_cache

import numpy as np

from playground.data.base import (
    PLANE_COLUMNS,
    PLANE_DOMAIN,
    Dataset,
    FloatArray,
    Kind,
    Sample,
    two_classes,
)
from playground.data.formula import Formula, FormulaError, parse

EXPRESSION = "formula"
"""The key of the data set that the document's own formula makes."""

CLASSES_EXAMPLE = "x1^2 + x2^2 < 9"
NUMBER_EXAMPLE = "sin(x1) + x2/3"

LINE_COLUMNS = ("x",)
SIDE = PLANE_DOMAIN[0][1]
RAREST = 0.02
"""Share of the rows that the rarer of the two classes has at least."""


def read_expression(text: str) -> tuple[Formula, Kind]:
    """Return the formula, and whether it is one over the plane or over a line (of x alone).

    Raises:
        FormulaError: when it cannot be read, or uses no column.
    """
    try:
        formula, kind = parse(text, LINE_COLUMNS), "line"
    except FormulaError:
        formula, kind = parse(text, PLANE_COLUMNS), "plane"
    if not formula.names:
        raise FormulaError("Use x1 and x2, or x for a curve: this formula is the same everywhere.", 0)
    if formula.is_comparison and kind == "line":
        raise FormulaError("Two classes need x1 and x2; a formula of x makes a curve.", 0)
    return formula, "line" if kind == "line" else "plane"


@lru_cache(maxsize=64)
def dataset_of_expression(text: str) -> Dataset:
    """Return the data set that a formula makes; FormulaError when it cannot be read."""
    formula, kind = read_expression(text)
    columns = LINE_COLUMNS if kind == "line" else PLANE_COLUMNS

    def generate(samples: int, noise: float, _classes: int, rng: np.random.Generator) -> Sample:
        points = rng.uniform(-SIDE, SIDE, (samples, len(columns)))
        if formula.is_comparison:
            measured = points + noise * rng.uniform(-SIDE, SIDE, points.shape)
            return two_classes(points, _values(formula, columns, measured) > 0.5)
        values = _values(formula, columns, points)
        return Sample(points, values + 2.0 * noise * values.std() * rng.standard_normal(samples))

    about = "Two classes, told apart by" if formula.is_comparison else "A number for each point, made by"
    return Dataset(
        key=EXPRESSION,
        label="Formula",
        help=f"{about} your own formula {text}.",
        task="classification" if formula.is_comparison else "regression",
        kind=kind,
        inputs=columns,
        target="class" if formula.is_comparison else "y",
        domain=PLANE_DOMAIN[: len(columns)],
        default_samples=500 if formula.is_comparison else 1000,
        noise_help="Makes the class or the number of a point wrong by a random amount.",
        noise_label="Noise in the labels" if formula.is_comparison else "Noise in the target",
        generate=generate,
        classes=2 if formula.is_comparison else None,
    )


def _values(formula: Formula, columns: tuple[str, ...], points: FloatArray) -> FloatArray:
    """Return the formula's values; ValueError where it has none, or where they are all alike."""
    values = formula(dict(zip(columns, points.T, strict=True)))
    missing = ~np.isfinite(values)
    if missing.any():
        at = ", ".join(
            f"{name} = {value:.2f}" for name, value in zip(columns, points[missing][0], strict=True)
        )
        raise ValueError(f"The formula {formula.text} has no finite value at {at}: change it so that it has.")
    if formula.is_comparison and not RAREST <= values.mean() <= 1.0 - RAREST:
        raise ValueError(f"The formula {formula.text} says nearly the same everywhere between −6 and 6.")
    if np.ptp(values) == 0.0:
        raise ValueError(f"The formula {formula.text} is the same everywhere between −6 and 6.")
    return values
