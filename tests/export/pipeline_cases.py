"""Pipelines with made-up numbers that have, between them, everything a format must be able to hold."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from playground.data.base import PLANE_COLUMNS
from playground.data.features import FEATURES, design_matrix
from playground.data.formula import COMPARISONS, FUNCTIONS, names_of
from playground.data.scaling import SCALINGS, Scaler
from playground.engine.activations import ACTIVATIONS
from playground.engine.layers import LAYERS, LayerShape
from playground.export.pipeline import Pipeline
from playground.tables import by_key

ODD_NAMES = (
    '"]; import os #',
    "*/ int x; /*",
    "two\nlines\\",
    "größe ??/",
    '=cmd|"/C calc"',
    "<b>&amp;%s{0}",
    "int",
)
"""Names that mean something in one language or another."""

OUTPUT: dict[str, str] = {"signed": "tanh", "unit": "sigmoid", "one_hot": "softmax", "real": "linear"}

ROWS = 60


def rows_for(columns: tuple[str, ...]) -> npt.NDArray[np.float64]:
    """Return rows of positive numbers, of sizes that differ."""
    rng = np.random.default_rng(len(columns))
    return np.exp(rng.normal(size=(ROWS, len(columns)))) * np.arange(1, len(columns) + 1) ** 2


def made(
    *layers: tuple[Any, ...],
    columns: tuple[str, ...] = PLANE_COLUMNS,
    features: tuple[str, ...] | None = None,
    scaling: str = "standard",
    encoding: Literal["signed", "unit", "one_hot", "real"] = "signed",
    activation: str = "",
    classes: tuple[str, ...] = (),
    precision: Literal["float32", "float64"] = "float32",
    name: str = "a network",
    target: str = "y",
) -> Pipeline:
    """Return a pipeline of layers (units, activation) or (kind, what it adds), and an output layer."""
    features = columns if features is None else features
    rng = np.random.default_rng(7)
    shapes: list[LayerShape] = []
    outputs = 3 if encoding == "one_hot" else 1
    for what, choice in (*layers, (outputs, activation or OUTPUT[encoding])):
        before = shapes[-1].units if shapes else len(features)
        if isinstance(what, int):
            shapes.append(LayerShape(before, what, choice))
        else:
            values = tuple(one.default for one in by_key(LAYERS, what, "kind").parameters)
            shapes.append(LayerShape(before, before, kind=what, parameters=values, source=choice))
    rows = rows_for(columns)
    pipeline = Pipeline(
        name=name,
        columns=columns,
        target=target,
        features=features,
        input_scaler=Scaler.identity(np.zeros((1, len(features)))),
        shapes=tuple(shapes),
        weights=tuple(_weights(shape, rng).astype(precision) for shape in shapes),
        biases=tuple(rng.normal(size=s.units if s.columns else 0).astype(precision) for s in shapes),
        task="regression" if encoding == "real" else "classification",
        encoding=encoding,
        classes=classes or {"real": (), "one_hot": ("a", "b", "c")}.get(encoding, ("no", "yes")),
        target_scaler=Scaler(np.array(3.7), np.array(120.5)) if encoding == "real" else _plain(),
        precision=precision,
    )
    matrix = matrix_of(pipeline, rows)
    return replace(pipeline, input_scaler=by_key(SCALINGS, scaling, "scaling").fit(matrix))


def matrix_of(pipeline: Pipeline, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the features of rows, none of them infinite."""
    return design_matrix(rows, pipeline.features, pipeline.columns)


def _plain() -> Scaler:
    return Scaler(np.zeros(1), np.ones(1))


def _weights(shape: LayerShape, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    if shape.kind == "dense":
        return rng.normal(size=(shape.units, shape.inputs)) / np.sqrt(shape.inputs)
    # Positive, for a variance is among them.
    return rng.uniform(0.2, 1, (shape.units, max(shape.columns - 1, 0)))


def formulas(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return formulas that use every function, sign and comparison there is."""
    a, b = list(names_of(columns))[:2]
    called = [f"{one.name}({', '.join((a, b)[: one.takes])})" for one in FUNCTIONS]
    compared = [f"({a} {sign} {b}) * 2" for sign in COMPARISONS]
    return (
        *called,
        *compared,
        f"-{a}^2 / (1 + {b})",
        f"2^-{a} - ({b} - {a})",
        f"pi * {b}^3 - 1e-3",
        f"min({a}, exp(1000))",
        f"(sin(1 / ({a} - {a})) < 2) + {b}",
    )


@lru_cache(maxsize=1)
def cases() -> dict[str, Pipeline]:
    """Return pipelines by what is special about them, with every entry of the tables among them."""
    return dict(_cases())


def _cases() -> Iterator[tuple[str, Pipeline]]:
    for precision in ("float32", "float64"):
        for activation in ACTIVATIONS:
            if activation.elementwise:
                network = made((5, activation.key), (4, activation.key), precision=precision)
                yield f"{activation.key} {precision}", network
        for encoding in OUTPUT:
            yield f"{encoding} {precision}", made((4, "tanh"), encoding=encoding, precision=precision)
        for kind in LAYERS:
            if kind.key != "dense":
                layers = ((4, "tanh"), (4, "elu"), (kind.key, 1), (4, "relu"), (kind.key, 2))
                yield f"{kind.key} {precision}", made(*layers, precision=precision)
        kinds = [(kind.key, 0) for kind in LAYERS if kind.key != "dense"]
        yield f"all kinds {precision}", made(*kinds, (2, "gelu"), *kinds, precision=precision)
        for scaling in SCALINGS:
            options = {"columns": ("a", "b", "c"), "scaling": scaling.key, "encoding": "real"}
            yield f"{scaling.key} {precision}", made((4, "tanh"), precision=precision, **options)
    keys = tuple(feature.key for feature in FEATURES)
    yield "features of the plane", made((4, "tanh"), features=keys, precision="float64")
    yield "formulas", made((4, "tanh"), features=formulas(PLANE_COLUMNS), precision="float64")
    yield "a number alone", made((4, "tanh"), features=("2*3", "x2"), scaling="none")
    yield "odd names", odd()


def odd() -> Pipeline:
    """Return a pipeline whose names mean something in every language."""
    return made(
        (4, "tanh"),
        columns=ODD_NAMES,
        features=(*ODD_NAMES, *formulas(ODD_NAMES)),
        encoding="one_hot",
        classes=ODD_NAMES[:3],
        name=ODD_NAMES[1],
        target=ODD_NAMES[0],
    )
