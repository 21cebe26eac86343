"""One CSV per layer, for spreadsheets, in a zip whose README.txt says how they make an answer.

`layers.csv` lists the layers in their order, each with its file: `layer_1_dense.csv` has a line for each unit
with its bias and a weight for each value that comes in, a norm one with its numbers. `columns.csv`,
`features.csv` (with their scaling), `classes.csv` and `network.csv` say the rest. Numbers are the shortest
decimals that give the same number again.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import numpy.typing as npt

from playground.export.arrays import NORM_COLUMNS, Named, answers, layout, named, texts
from playground.export.description import Description, describe
from playground.export.pipeline import FloatArray, Pipeline

LAYERS_HEADER = ("layer", "file", "kind", "inputs", "units", "activation", "adds", "parameters")
FEATURES_HEADER = ("feature", "logarithm", "floor", "mean", "scale")

README = """The network “{name}”, as tables.

columns.csv    the numbers that a row of data has, in this order
features.csv   what is made of them: columns, or formulas over them. Where `logarithm` is 1, the logarithm
               is taken, of numbers not below `floor`; then (feature - mean) / scale goes in.{rotation}
layers.csv     the layers in the order in which they are computed, and the file of each
{target}
network.csv    the numbers that concern the whole network

x is what comes into a layer, a what it answers:

{layers}

Numbers are {precision}, written so that reading gives the same number again.
"""

ROTATION = """
               Here the features less their means are multiplied by the matrix in rotation.csv before they
               are divided: a line for each feature, a column for each value that goes in."""

CLASSES = """\
classes.csv    the class that each output stands for: the largest output wins; of two classes with a single
               output the second is meant where it is above `threshold` (network.csv)"""

NUMBER = """\
               The answer is output * target_scale + target_mean (network.csv), in the target's unit."""


def write(pipeline: Pipeline, path: Path) -> None:
    """Write the archive."""
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, rows in _tables(pipeline):
            text = io.StringIO(newline="")
            csv.writer(text).writerows(rows)
            archive.writestr(name, text.getvalue())
        archive.writestr("README.txt", _readme(pipeline))


def _readme(pipeline: Pipeline) -> str:
    layers = layout()
    kinds = dict.fromkeys(shape.kind for shape in pipeline.shapes)
    return README.format(
        name=pipeline.name,
        rotation=ROTATION if pipeline.input_scaler.rotation is not None else "",
        target=CLASSES if pipeline.classes else NUMBER,
        layers="\n".join(f"{kind:14} {layers[kind]}" for kind in kinds),
        precision=pipeline.precision,
    )


Rows = Iterable[Sequence[object]]


def _tables(pipeline: Pipeline) -> Iterator[tuple[str, Rows]]:
    """Yield the rows of every table by the name of its file."""
    description = describe(pipeline)
    yield "network.csv", _network(pipeline, description)
    yield "columns.csv", [["column"], *([column] for column in description.columns)]
    yield "features.csv", _features(description)
    if pipeline.input_scaler.rotation is not None:
        yield "rotation.csv", (texts(row) for row in pipeline.input_scaler.rotation)
    if pipeline.classes:
        yield "classes.csv", [["output", "class"], *enumerate(pipeline.classes, 1)]
    yield "layers.csv", _layers(description)
    incoming = description.features
    for number, (layer, arrays) in enumerate(zip(description.layers, named(pipeline), strict=True), 1):
        units = _units(pipeline, number, incoming)
        if arrays:
            yield _file(number, layer.kind), _table(units, incoming, arrays)
        incoming = units


def _network(pipeline: Pipeline, description: Description) -> Rows:
    return [
        ["what", "value"],
        ["name", pipeline.name],
        ["task", pipeline.task],
        ["target", pipeline.target],
        ["target_encoding", pipeline.encoding],
        ["target_mean", description.target_scaling.mean[0]],
        ["target_scale", description.target_scaling.scale[0]],
        ["threshold", pipeline.threshold],
        ["precision", pipeline.precision],
        ["epsilon", description.epsilon],
    ]


def _features(description: Description) -> Rows:
    scaling, count = description.inputs, len(description.features)
    logged, floor = scaling.logged or [False] * count, scaling.floor or [0.0] * count
    columns = (description.features, map(int, logged), floor, scaling.mean, scaling.scale)
    return [FEATURES_HEADER, *zip(*columns, strict=True)]


def _layers(description: Description) -> Rows:
    yield LAYERS_HEADER
    for number, layer in enumerate(description.layers, 1):
        file = _file(number, layer.kind) if layer.kind in ("dense", *NORM_COLUMNS) else ""
        parameters = "; ".join(f"{key}={value!r}" for key, value in layer.parameters.items())
        adds = layer.adds if layer.kind == "skip" else ""
        yield number, file, layer.kind, layer.inputs, layer.units, layer.activation, adds, parameters


def _file(number: int, kind: str) -> str:
    return f"layer_{number}_{kind}.csv"


def _units(pipeline: Pipeline, number: int, incoming: tuple[str, ...]) -> tuple[str, ...]:
    """Return how the units of a layer are called; what is no Dense layer passes the names on."""
    shape = pipeline.shapes[number - 1]
    if number == len(pipeline.shapes):
        return pipeline.classes if pipeline.encoding == "one_hot" else (pipeline.target,)
    if shape.kind == "dense":
        return tuple(f"layer {number} unit {unit}" for unit in range(1, shape.units + 1))
    return incoming


def _table(units: tuple[str, ...], incoming: tuple[str, ...], arrays: Named) -> Rows:
    """Yield the lines of one layer's table."""
    if "weight" in arrays:
        yield "unit", "bias", *incoming
        columns = np.column_stack((arrays["bias"], arrays["weight"]))
    else:
        yield "unit", *arrays
        columns = np.column_stack(tuple(arrays.values()))
    for unit, row in zip(units, columns, strict=True):
        yield unit, *texts(row)


# Reading back -----------------------------------------------------------------------------------------------


def predict(path: Path, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the outputs (n, k) of the network in an archive for raw inputs (n, d), from the tables alone."""
    with ZipFile(path) as archive:
        network = dict(_lines(archive, "network.csv"))
        layers = [dict(zip(LAYERS_HEADER, line, strict=True)) for line in _lines(archive, "layers.csv")]
        features = list(zip(*_lines(archive, "features.csv"), strict=True))
        metadata: dict[str, Any] = {
            **network,
            "columns": [line[0] for line in _lines(archive, "columns.csv")],
            "features": features[0],
            "epsilon": float(network["epsilon"]),
            "layers": [layer | {"adds": int(layer["adds"] or 0)} for layer in layers],
        }
        arrays = [_arrays(archive, layer["file"], network["precision"]) for layer in layers]
        inputs = dict(zip(("logged", "floor", "mean", "scale"), map(_numbers, features[1:]), strict=True))
        if not inputs["logged"].any():
            del inputs["logged"]
        if "rotation.csv" in archive.namelist():
            inputs["rotation"] = _numbers(_lines(archive, "rotation.csv", header=0))
    target = {key: np.float64(network[f"target_{key}"]) for key in ("mean", "scale")}
    return answers(metadata, arrays, rows, inputs, {key: np.array(one) for key, one in target.items()})


def _lines(archive: ZipFile, name: str, header: int = 1) -> list[list[str]]:
    """Return the lines of a table below its header."""
    text = io.StringIO(archive.read(name).decode("utf-8"), newline="")
    return list(csv.reader(text))[header:]


def _numbers(texts: Iterable[Any], precision: str = "float64") -> FloatArray:
    return np.array(list(texts), dtype=np.str_).astype(precision)


def _arrays(archive: ZipFile, name: str, precision: str) -> dict[str, FloatArray]:
    """Return the arrays of one layer by the names in the header of its table."""
    if not name:
        return {}
    header, *lines = _lines(archive, name, header=0)
    numbers = np.array([[float(text) for text in line[1:]] for line in lines], precision)
    if header[1] == "bias":
        return {"bias": numbers[:, 0], "weight": numbers[:, 1:]}
    return dict(zip(header[1:], numbers.T, strict=True))
