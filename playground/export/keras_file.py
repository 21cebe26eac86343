"""Keras: a functional model in a `.keras` file, from raw rows to answers, for `keras.models.load_model`.

The file is written without Keras, which is large and takes seconds to start: it is a zip with three entries,
`config.json` with the layers and operations as Keras itself writes them, `model.weights.h5` with the numbers
(h5py), and `metadata.json`, where our own description stands beside Keras's version. Nothing in it is custom
code, so it opens with `safe_mode` as it is.

Layers are Dense, BatchNormalization, LayerNormalization, Dropout and Add, by the names layer_1, layer_2 and
so on; activations are Keras's own where these are the same functions, else written as their formulas.
Features, scaling and the unit of the answer are operations. Keras makes rows float32 before it looks at them,
and computes most functions in float32 even where layers hold float64: a column whose numbers differ only in
their eighth digit cannot be told apart, and the proof then says so.
"""

import io
import json
import shutil
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt

from playground.engine.activations import ACTIVATIONS, LEAK
from playground.engine.layers import EPSILON, LayerShape
from playground.export.arrays import named
from playground.export.code.running import KERAS_BACKENDS, LONGEST, surroundings
from playground.export.description import describe
from playground.export.expressions import Node, Operand, activation, feature, fold
from playground.export.keras_graph import Graph, Tensor
from playground.export.model import ExportFailedError
from playground.export.pipeline import FloatArray, Pipeline
from playground.tables import by_key

KERAS_VERSION = "3.5.0"
"""The oldest version that files were opened with."""
CONFIG, WEIGHTS, METADATA = "config.json", "model.weights.h5", "metadata.json"
DESCRIPTION = "nn_playground"
"""Where the metadata keep our own description."""
ANSWERS = Path(__file__).with_name("keras_answers.py")
"""The program that opens files with Keras."""


BUILT_IN = {
    **{key: key for key in ("linear", "relu", "sigmoid", "tanh", "elu", "selu", "softplus", "hard_sigmoid")},
    **{"swish": "silu", "mish": "mish", "softmax": "softmax"},
}
"""Keras's own names of activations that are the same functions. Its gelu and leaky_relu are others."""

UNDRAWN = {"kernel_initializer": "zeros"}
"""Keras would draw weights before it reads ours, and takes seconds to get ready for it."""

CLASSES = {"dense": "Dense", "batch_norm": "BatchNormalization", "layer_norm": "LayerNormalization"}
"""Keras's layers that hold numbers."""
VARIABLES = {
    "dense": ("weight", "bias"),
    "batch_norm": ("gamma", "beta", "mean", "variance"),
    "layer_norm": ("gamma", "beta"),
}
"""The arrays of each kind of layer in the order in which Keras keeps them."""


# Writing ----------------------------------------------------------------------------------------------------


def write(pipeline: Pipeline, path: Path) -> None:
    """Write the file."""
    graph = Graph(len(pipeline.columns), pipeline.precision)
    answer = _decoded(graph, pipeline, _answers(graph, pipeline, _scaled(graph, pipeline)))
    config = {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": {
            "name": "network",
            "trainable": True,
            "layers": graph.entries,
            "input_layers": ["x", 0, 0],
            "output_layers": [answer.name, 0, 0],
        },
        "registered_name": "Functional",
        "build_config": {"input_shape": None},
    }
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(METADATA, json.dumps(_metadata(pipeline), ensure_ascii=False))
        archive.writestr(CONFIG, json.dumps(config))
        archive.writestr(WEIGHTS, _weights(graph))


def _metadata(pipeline: Pipeline) -> dict[str, Any]:
    """Return what Keras keeps here, what a person may want to read, and our own description."""
    return {
        "keras_version": KERAS_VERSION,
        "columns": pipeline.columns,
        "target": pipeline.target,
        "classes": pipeline.classes,
        DESCRIPTION: describe(pipeline).model_dump(mode="json"),
    }


def _weights(graph: Graph) -> bytes:
    """Return the HDF5 file with the numbers of all layers, called by their class and a count of it."""
    import h5py

    buffer = io.BytesIO()
    counts: dict[str, int] = {}
    with h5py.File(buffer, "w") as file:
        file.create_group("vars").attrs["name"] = "network"
        for kind, name, numbers in graph.numbers:
            group = file.create_group(f"layers/{group_name(kind, counts)}/vars")
            group.attrs["name"] = name
            for place, array in enumerate(numbers):
                group.create_dataset(str(place), data=array)
    return buffer.getvalue()


def group_name(kind: str, counts: dict[str, int]) -> str:
    """Return what Keras calls the next layer of a class among the numbers; `counts` has those before."""
    plain = {"BatchNormalization": "batch_normalization", "LayerNormalization": "layer_normalization"}
    name = plain.get(kind, kind.lower())
    counts[name] = counts.get(name, -1) + 1
    return f"{name}_{counts[name]}" if counts[name] else name


def _features(graph: Graph, pipeline: Pipeline) -> Tensor:
    """Add the features."""
    columns = pipeline.columns
    if pipeline.features == columns:
        return graph.x
    trees = [feature(key, columns) for key in pipeline.features]
    picked = [one.text if isinstance(one, Node) and one.op == "name" else None for one in trees]
    if None not in picked:
        return _taken(graph, [columns.index(str(name)) for name in picked])
    used = {columns[0]}.union(*(_names(tree) for tree in trees))
    given = {name: _taken(graph, [place]) for place, name in enumerate(columns) if name in used}
    return graph.together([graph.formula(tree, given) for tree in trees])


def _taken(graph: Graph, places: list[int]) -> Tensor:
    like = Tensor("", len(places), graph.x.dtype)
    return graph.operation("Take", graph.x, np.array(places, np.int32), like=like, axis=1)


def _names(tree: Operand) -> set[str]:
    """Return the columns that a feature is made of."""
    return fold(tree, lambda text: {text}, lambda _value: set(), lambda _op, parts: set().union(*parts))


def _scaled(graph: Graph, pipeline: Pipeline) -> Tensor:
    """Add the features and their scaling, as `data.scaling` computes it."""
    x = _features(graph, pipeline)
    graph.part, scaler = "inputs", pipeline.input_scaler
    mean = scaler.mean
    if scaler.logged is not None and scaler.floor is not None and scaler.logged.any():
        # The logarithm of a number near 1 is small, and keeps more of its digits after the decimal point.
        halvings = np.where(scaler.logged, np.rint(scaler.mean / np.log(2.0)).clip(-100, 100), 0.0)
        near_one = graph.operation("Multiply", graph.operation("Maximum", x, scaler.floor), 2.0**-halvings)
        x = graph.operation("Where", scaler.logged, graph.operation("Log", near_one), x)
        mean = mean - halvings * np.log(2.0)
    if mean.any():
        x = graph.operation("Subtract", x, mean)
    if scaler.rotation is not None:
        options = {"units": x.width, "use_bias": False, "activation": "linear", "trainable": False, **UNDRAWN}
        x = graph.layer("Dense", "inputs_rotation", x, [scaler.rotation.astype(x.dtype)], x.width, **options)
    if (scaler.scale != 1.0).any():
        x = graph.operation("TrueDivide", x, scaler.scale)
    return x


def _answers(graph: Graph, pipeline: Pipeline, x: Tensor) -> Tensor:
    """Add the layers, and return what the last one answers."""
    answers = [x]
    for number, (shape, arrays) in enumerate(zip(pipeline.shapes, named(pipeline), strict=True), 1):
        graph.part = name = f"layer_{number}"
        numbers = [arrays[key] for key in VARIABLES.get(shape.kind, ())]
        answers.append(_layer(graph, name, shape, answers, numbers))
    return answers[-1]


def _layer(
    graph: Graph, name: str, shape: LayerShape, answers: list[Tensor], numbers: list[FloatArray]
) -> Tensor:
    x, units = answers[-1], shape.units
    if shape.kind == "dense":
        kernel, bias = numbers[0].T, numbers[1]
        built_in = BUILT_IN.get(shape.activation, "linear")
        z = graph.layer("Dense", name, x, [kernel, bias], units, units=units, activation=built_in, **UNDRAWN)
        return z if shape.activation in BUILT_IN else _activated(graph, shape.activation, z)
    if shape.kind == "skip":
        return graph.layer("Add", name, [x, answers[shape.source]], [], units)
    if shape.kind == "dropout":
        return graph.layer("Dropout", name, x, [], units, rate=shape.parameters[0])
    if shape.kind == "batch_norm":
        options = {"epsilon": EPSILON, "momentum": shape.parameters[0]}
        return graph.layer(CLASSES[shape.kind], name, x, numbers, units, **options)
    return graph.layer(CLASSES[shape.kind], name, x, numbers, units, epsilon=EPSILON, axis=-1)


def _activated(graph: Graph, key: str, z: Tensor) -> Tensor:
    if key == "leaky_relu":
        return graph.layer("LeakyReLU", f"{graph.part}_activation", z, [], z.width, negative_slope=LEAK)
    if not by_key(ACTIVATIONS, key, "activation").elementwise:
        raise ExportFailedError(f"Keras has no activation “{key}”. Choose another one.")
    return graph.formula(activation(key), {"z": z})


def _decoded(graph: Graph, pipeline: Pipeline, outputs: Tensor) -> Tensor:
    """Add the way back to the target's unit."""
    if pipeline.encoding != "real":
        return outputs
    graph.part, scaler = "target", pipeline.target_scaler
    outputs = graph.operation("Multiply", outputs, float(scaler.scale.item()))
    return graph.operation("Add", outputs, float(scaler.mean.item()))


# Reading back -----------------------------------------------------------------------------------------------


def missing() -> str | None:
    """Return what has to be installed before files can be written."""
    if find_spec("h5py") is None:
        return "h5py is not installed. Install it with: pip install h5py"
    return None


def unproved() -> str | None:
    """Return why files cannot be read back here; None when they can."""
    if getattr(sys, "frozen", False) or not sys.executable:
        return "there is no Python beside this program to run Keras with."
    if find_spec("keras") is None or not any(map(find_spec, KERAS_BACKENDS)):
        return "Keras is not installed here. Install it with: pip install keras jax"
    return None


def predict(path: Path, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the outputs (n, k) of a file for raw rows (n, columns), by Keras in a process of its own."""
    with TemporaryDirectory() as folder:
        # Keras knows its files by their ending.
        model, given, found = (Path(folder) / name for name in ("model.keras", "rows.npy", "outputs.npy"))
        shutil.copyfile(path, model)
        np.save(given, rows)
        run_keras(ANSWERS, model, given, found)
        outputs: npt.NDArray[np.float64] = np.load(found, allow_pickle=False).astype(np.float64)
    return outputs


def run_keras(script: Path, *arguments: Path) -> None:
    """Run a script where Keras may be imported; ExportFailedError says what it said.

    It takes seconds to start, and what it computes with is chosen by a variable of the whole process.
    """
    # A small computation on a graphics card would only begin later.
    environment = surroundings() | {"JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": ""}
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    # With -P the modules of this folder do not stand in the way of others of their names.
    command = [sys.executable, "-P", str(script), *map(str, arguments)]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, check=False, timeout=LONGEST, creationflags=flags
        )
    except subprocess.TimeoutExpired:
        raise ExportFailedError(f"Keras did not open the file within {LONGEST} seconds.") from None
    if done.returncode:
        said = (done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it says nothing"])[-1]
        raise ExportFailedError(f"Keras cannot open the file: {said.rstrip('.')}.")
