"""The inputs a network can be given: functions of a point in the plane, or the columns of other data.

The seven functions and their order are TensorFlow Playground's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from playground import fdlibm
from playground.data.base import PLANE_COLUMNS, FloatArray
from playground.data.formula import parse


@dataclass(frozen=True, slots=True)
class Feature:
    """One input: `compute` takes rows (n, d) and returns (n,); `symbol` is `label` in plain ASCII."""

    key: str
    label: str
    symbol: str
    help: str
    compute: Callable[[FloatArray], FloatArray]


def _x1(points: FloatArray) -> FloatArray:
    return points[:, 0]


def _x2(points: FloatArray) -> FloatArray:
    return points[:, 1]


def _x1_squared(points: FloatArray) -> FloatArray:
    return points[:, 0] ** 2


def _x2_squared(points: FloatArray) -> FloatArray:
    return points[:, 1] ** 2


def _x1_x2(points: FloatArray) -> FloatArray:
    return points[:, 0] * points[:, 1]


def _sin_x1(points: FloatArray) -> FloatArray:
    return fdlibm.sin(points[:, 0])


def _sin_x2(points: FloatArray) -> FloatArray:
    return fdlibm.sin(points[:, 1])


FEATURES: tuple[Feature, ...] = (
    Feature("x1", "x₁", "x1", "How far to the right the point lies.", _x1),
    Feature("x2", "x₂", "x2", "How far up the point lies.", _x2),
    Feature("x1_squared", "x₁²", "x1^2", "The square of x₁: large on the left and right.", _x1_squared),
    Feature("x2_squared", "x₂²", "x2^2", "The square of x₂: large at the top and bottom.", _x2_squared),
    Feature("x1_x2", "x₁x₂", "x1*x2", "The product: its sign alternates from corner to corner.", _x1_x2),
    Feature("sin_x1", "sin x₁", "sin(x1)", "The sine of x₁: waves from left to right.", _sin_x1),
    Feature("sin_x2", "sin x₂", "sin(x2)", "The sine of x₂: waves from bottom to top.", _sin_x2),
)


@lru_cache(maxsize=64)
def features_for(columns: tuple[str, ...]) -> tuple[Feature, ...]:
    """Return what can be made of rows with such columns: FEATURES in the plane, otherwise each column."""
    if columns == PLANE_COLUMNS:
        return FEATURES
    return tuple(_column(place, name) for place, name in enumerate(columns))


def _column(place: int, name: str) -> Feature:
    return Feature(name, name, name, f"The column {name}.", lambda rows: np.asarray(rows[:, place]))


def own_feature(text: str, columns: tuple[str, ...]) -> Feature:
    """Return the feature that a formula over `columns` makes, known by its text; FormulaError otherwise."""
    formula = parse(text, columns)

    def compute(rows: FloatArray) -> FloatArray:
        return formula(dict(zip(columns, rows.T, strict=True)))

    return Feature(text, text, text, f"Your own feature {text}.", compute)


def design_matrix(inputs: FloatArray, keys: Sequence[str], columns: tuple[str, ...]) -> FloatArray:
    """Return the features `keys` of the rows `inputs` (n, len(columns)) as a new array (n, len(keys)).

    The keys are those of `features_for(columns)`, or formulas over the columns. Raises ValueError for an
    unknown key or when `inputs` does not fit `columns`.
    """
    if inputs.ndim != 2 or inputs.shape[1] != len(columns):
        raise ValueError(
            f"rows of {len(columns)} numbers were expected, not an array of shape {inputs.shape}"
        )
    matrix = np.empty((len(inputs), len(keys)), dtype=np.float64)
    known = {feature.key: feature for feature in features_for(columns)}
    for position, key in enumerate(keys):
        feature = known.get(key) or own_feature(key, columns)
        matrix[:, position] = feature.compute(inputs)
    return matrix
