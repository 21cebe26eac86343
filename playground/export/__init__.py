"""Exports of trained networks, one file per format; each is read back and compared before it is done."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from playground import paths
from playground.experiment import files
from playground.experiment.memory import reason
from playground.export import (
    c_header,
    c_proof,
    csv_file,
    json_file,
    keras_file,
    npz,
    onnx_file,
    safetensors_file,
)
from playground.export.code import SCRIPTS, Script
from playground.export.model import ExportFailedError, Proof, TrainedModel, compare
from playground.export.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class Exporter:
    """One format a trained network can be written in.

    `write(pipeline, path)` writes a file; it may raise ExportFailedError when the format cannot hold it.
    `predict(path, rows)` returns the outputs (n, k) of the file for raw rows (n, columns) by a route of
    its own, from the file alone; `route` says in words which. `missing` says what has to be
    installed before the format can be written, and `unproved` what before it can be read back; None: nothing.
    `most_work` is how many multiplications that route makes in about a second; `single`: with 7 digits.
    """

    key: str
    label: str
    help: str
    suffix: str
    write: Callable[[Pipeline, Path], None]
    predict: Callable[[Path, npt.NDArray[np.float64]], npt.NDArray[np.float64]]
    route: str
    missing: Callable[[], str | None] = lambda: None
    unproved: Callable[[], str | None] = lambda: None
    most_work: float = math.inf
    single: bool = False


def script_exporter(script: Script) -> Exporter:
    """Return the exporter of a script."""
    return Exporter(
        f"{script.key}_script",
        f"{script.label} script",
        script.help,
        script.suffix,
        script.write,
        script.predict,
        f"{script.library} in a process of its own",
        unproved=script.unproved,
        most_work=script.most_work,
        single=script.key == "keras",  # with JAX, whose tanh has 7 digits
    )


EXPORTERS: tuple[Exporter, ...] = (
    Exporter(
        "npz",
        "NumPy arrays",
        "Every number of every layer at full precision, with features, scaling and classes, for numpy.load.",
        ".npz",
        npz.write,
        npz.predict,
        "NumPy alone",
    ),
    Exporter(
        "safetensors",
        "safetensors (PyTorch's names)",
        "The arrays as a PyTorch module of the same layers names them, for load_state_dict; no pickle.",
        ".safetensors",
        safetensors_file.write,
        safetensors_file.predict,
        "NumPy and safetensors",
    ),
    Exporter(
        "json",
        "JSON",
        "Everything as text: the arrays as lists at full precision, with features, scaling and classes.",
        ".json",
        json_file.write,
        json_file.predict,
        "NumPy and the json of Python",
    ),
    Exporter(
        "onnx",
        "ONNX",
        "All from raw rows to answers as one graph of opset 17, for onnxruntime and other programs.",
        ".onnx",
        onnx_file.write,
        onnx_file.predict,
        "ONNX's own evaluator",
        most_work=1e10,
    ),
    Exporter(
        "keras",
        "Keras",
        "A model from raw rows to answers for keras.models.load_model, in Keras 3; it computes in float32.",
        ".keras",
        keras_file.write,
        keras_file.predict,
        "Keras in a process of its own",
        missing=keras_file.missing,
        single=True,
        unproved=keras_file.unproved,
        most_work=1e10,
    ),
    Exporter(
        "csv",
        "CSV tables in a zip",
        "A table for each layer, for spreadsheets, with features, scaling and classes, and how to use them.",
        ".csv.zip",
        csv_file.write,
        csv_file.predict,
        "NumPy and the csv of Python",
    ),
    Exporter(
        "c",
        "C header",
        "One file of C99 with a function that predicts, for any program or microcontroller.",
        ".h",
        c_header.write_header,
        c_proof.predict,
        "the C compiler",
        unproved=c_proof.unproved,
        most_work=1e8,
    ),
    *map(script_exporter, SCRIPTS),
)


class UnknownFormatError(ValueError):
    """A file name whose ending is no format we write."""


def exporter_for(path: Path) -> Exporter:
    """Return the exporter that the ending of `path` names; UnknownFormatError lists the endings."""
    name = path.name.lower()
    found = [exporter for exporter in EXPORTERS if name.endswith(exporter.suffix)]
    if found:
        return max(found, key=lambda exporter: len(exporter.suffix))
    known = ", ".join(f"{exporter.suffix} ({exporter.label})" for exporter in EXPORTERS)
    raise UnknownFormatError(f"{path.name!r} should end in one of: {known}.")


def check_target(path: Path, exporter: Exporter | None = None) -> None:
    """Refuse a file that cannot be written before hours of training rather than after."""
    exporter = exporter or exporter_for(path)
    missing = exporter.missing()
    if missing:
        raise ExportFailedError(f"{path.name} cannot be written: {missing}")
    if files.is_experiment(path):
        raise ExportFailedError(
            f"{path.name} is an experiment, which the weights would replace: choose another name."
        )
    if path.is_dir():
        raise ExportFailedError(f"{path} is a folder, not a file to write to.")
    if not path.parent.is_dir():
        raise ExportFailedError(f"There is no folder {path.parent} to write {path.name} to.")


def export(model: TrainedModel, path: Path, exporter: Exporter | None = None) -> Proof:
    """Write `model` in a format, by default that which the ending of `path` names, and return the proof.

    The file is written beside its place and read back there by the format's own route. Only when it predicts
    what the network predicts does it take its place; otherwise ExportFailedError, and what was there stays.
    """
    exporter = exporter or exporter_for(path)
    try:
        check_target(path, exporter)
        with paths.replacing(path) as beside:
            exporter.write(model.pipeline, beside)
            return _proof(exporter, model, beside)
    except ExportFailedError:
        raise
    except OSError as error:
        raise ExportFailedError(f"{path} could not be written: {error.strerror or error}.") from error
    except Exception as error:  # a format's library raises what it likes
        raise ExportFailedError(
            f"{path} could not be written: {reason(error)}. Choose another name or another format."
        ) from error


def _proof(exporter: Exporter, model: TrainedModel, path: Path) -> Proof:
    unproved = exporter.unproved()
    if unproved:
        return Proof(unproved=unproved)
    affordable = exporter.most_work / max(model.pipeline.parameters, 1)
    part = model.first(max(1, int(min(len(model.rows), affordable))))
    return compare(part, exporter.predict(path, part.rows), exporter.route, exporter.single)


__all__ = [
    "EXPORTERS",
    "ExportFailedError",
    "Exporter",
    "Pipeline",
    "Proof",
    "TrainedModel",
    "UnknownFormatError",
    "check_target",
    "export",
    "exporter_for",
    "script_exporter",
]
