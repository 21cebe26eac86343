"""What is to be known of a trained network beside its arrays, as every format of ours carries it in JSON."""

from itertools import pairwise
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from playground.data.features import features_for
from playground.data.formula import FormulaError
from playground.data.scaling import Scaler
from playground.engine.activations import ACTIVATIONS
from playground.engine.layers import EPSILON, LAYERS, LayerShape
from playground.experiment.files import NETWORK_FORMAT, BadFileError
from playground.experiment.words import first_problem
from playground.export.expressions import feature
from playground.export.pipeline import FloatArray, Pipeline
from playground.tables import UnknownChoiceError, by_key

VERSION = 4
"""Raised when files can hold what older programs do not know."""


class Part(BaseModel):
    """A frozen part of the description that refuses numbers that are not finite."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class Layer(Part):
    """One layer; `parameters` are those of its kind, `adds` is what a skip adds: 0 for the scaled inputs."""

    kind: str
    inputs: int = Field(ge=1)
    units: int = Field(ge=1)
    activation: str = "linear"
    parameters: dict[str, float] = {}
    adds: int = Field(0, ge=0)


class Scaling(Part):
    """How columns are brought to a common size: as `data.scaling` has it."""

    mean: list[float]
    scale: list[float]
    rotation: list[list[float]] | None = None
    logged: list[bool] | None = None
    floor: list[float] | None = None


class Description(Part):
    """A pipeline without its arrays. `document` is the JSON of the experiment without its rows, if known."""

    format: Literal["nn-playground weights"] = NETWORK_FORMAT
    version: int = VERSION
    name: str
    columns: tuple[str, ...] = Field(min_length=1)
    target: str
    features: tuple[str, ...] = Field(min_length=1)
    inputs: Scaling
    layers: tuple[Layer, ...] = Field(min_length=1)
    epsilon: float = EPSILON
    task: Literal["classification", "regression"]
    target_encoding: Literal["signed", "unit", "one_hot", "real"]
    target_scaling: Scaling
    classes: tuple[str, ...] = ()
    precision: Literal["float32", "float64"] = "float32"
    document: str = ""


def describe(pipeline: Pipeline) -> Description:
    """Return what a file has to say of a pipeline beside its weights and biases."""
    return Description(
        name=pipeline.name,
        columns=pipeline.columns,
        target=pipeline.target,
        features=pipeline.features,
        inputs=_scaling(pipeline.input_scaler),
        layers=tuple(_layer(shape) for shape in pipeline.shapes),
        task=pipeline.task,
        target_encoding=pipeline.encoding,
        target_scaling=_scaling(pipeline.target_scaler),
        classes=pipeline.classes,
        precision=pipeline.precision,
        document=pipeline.document,
    )


def _layer(shape: LayerShape) -> Layer:
    specs = by_key(LAYERS, shape.kind, "kind of layer").parameters
    parameters = {spec.key: value for spec, value in zip(specs, shape.parameters, strict=True)}
    return Layer(
        kind=shape.kind,
        inputs=shape.inputs,
        units=shape.units,
        activation=shape.activation,
        parameters=parameters,
        adds=shape.source,
    )


def _scaling(scaler: Scaler) -> Scaling:
    def listed(array: npt.NDArray[Any] | None) -> Any:
        return None if array is None else array.tolist()

    return Scaling(
        mean=np.atleast_1d(scaler.mean).tolist(),
        scale=np.atleast_1d(scaler.scale).tolist(),
        rotation=listed(scaler.rotation),
        logged=listed(scaler.logged),
        floor=listed(scaler.floor),
    )


def read(text: str, where: str) -> Description:
    """Return the description in JSON that a file called `where` carries; BadFileError says what is wrong."""
    try:
        found = Description.model_validate_json(text)
    except ValidationError as error:
        raise BadFileError(f"{where} cannot be used: {first_problem(error)}") from error
    if found.version > VERSION:
        raise BadFileError(
            f"{where} was written by a newer version of the playground (format {found.version}, "
            f"this one reads up to {VERSION}). Update to open it."
        )
    return found


def restore(
    found: Description, weights: tuple[FloatArray, ...], biases: tuple[FloatArray, ...], where: str
) -> Pipeline:
    """Return the pipeline of a description and the arrays of every layer, as `engine.network` has them.

    Raises BadFileError, naming the file `where`, when they do not belong together.
    """
    try:
        shapes = tuple(_shape(layer) for layer in found.layers)
        for key in found.features:
            feature(key, found.columns)
        pipeline = Pipeline(
            name=found.name,
            columns=found.columns,
            target=found.target,
            features=found.features,
            input_scaler=_scaler(found.inputs, len(found.features)),
            shapes=shapes,
            weights=weights,
            biases=biases,
            task=found.task,
            encoding=found.target_encoding,
            classes=found.classes,
            target_scaler=_target_scaler(found),
            precision=found.precision,
            document=found.document,
        )
        check(pipeline)
    except (UnknownChoiceError, FormulaError, ValueError) as error:
        raise BadFileError(f"{where} cannot be used: {str(error).rstrip('.')}.") from error
    return pipeline


def check(pipeline: Pipeline) -> None:
    """Raise ValueError that says why the parts of a pipeline do not belong together."""
    shapes = pipeline.shapes
    widths = (len(pipeline.features), *(shape.units for shape in shapes))
    if shapes[-1].kind != "dense":
        raise ValueError("the last layer must be Dense")
    for number, (shape, (before, _)) in enumerate(zip(shapes, pairwise(widths), strict=True), 1):
        if shape.inputs != before:
            raise ValueError(f"layer {number} takes {shape.inputs} values, but {before} come in")
        if shape.kind != "dense" and shape.units != shape.inputs:
            raise ValueError(f"layer {number} ({shape.kind}) cannot change the number of values")
        if shape.kind == "skip" and (shape.source >= number - 1 or widths[shape.source] != shape.units):
            raise ValueError(f"layer {number} adds what does not fit")
        if number < len(shapes) and by_key(ACTIVATIONS, shape.activation, "activation").output_only:
            raise ValueError(f"layer {number} has the activation {shape.activation}, which only outputs have")
    _check_arrays(pipeline)
    outputs, classes = shapes[-1].units, len(pipeline.classes)
    if (pipeline.encoding == "real") != (pipeline.task == "regression"):
        raise ValueError(f"a target written as “{pipeline.encoding}” is not for {pipeline.task}")
    fits = classes == outputs if pipeline.encoding == "one_hot" else outputs == 1
    if not fits or (pipeline.encoding in ("signed", "unit") and classes != 2):
        raise ValueError(f"{outputs} outputs cannot tell {classes} classes apart")


def _check_arrays(pipeline: Pipeline) -> None:
    if not len(pipeline.weights) == len(pipeline.biases) == len(pipeline.shapes):
        raise ValueError("some layers have no numbers")
    for number, shape in enumerate(pipeline.shapes, 1):
        weights, biases = pipeline.weights[number - 1], pipeline.biases[number - 1]
        wanted = (shape.units, max(shape.columns - 1, 0)), (shape.units if shape.columns else 0,)
        if (weights.shape, biases.shape) != wanted:
            raise ValueError(f"the numbers of layer {number} do not have the shape that it needs")
        if not (np.isfinite(weights).all() and np.isfinite(biases).all()):
            raise ValueError(f"layer {number} holds numbers that are not finite, so it cannot answer")
        if shape.kind == "batch_norm" and (weights[:, 2] < 0).any():
            raise ValueError(f"layer {number} has a negative variance")


def _shape(layer: Layer) -> LayerShape:
    kind = by_key(LAYERS, layer.kind, "kind of layer")
    by_key(ACTIVATIONS, layer.activation, "activation")
    unknown = [key for key in layer.parameters if key not in {spec.key for spec in kind.parameters}]
    if unknown:
        raise ValueError(f"{kind.label} has no parameter “{unknown[0]}”")
    parameters = tuple(layer.parameters.get(spec.key, spec.default) for spec in kind.parameters)
    activation = layer.activation if layer.kind == "dense" else "linear"
    return LayerShape(
        layer.inputs, layer.units, activation, kind=layer.kind, parameters=parameters, source=layer.adds
    )


def _scaler(found: Scaling, columns: int) -> Scaler:
    """Return the scaler of so many columns; ValueError when the numbers are not for as many."""
    one, square = (columns,), (columns, columns)
    scaler = Scaler(
        _array(found.mean, one),
        _array(found.scale, one),
        None if found.rotation is None else _array(found.rotation, square),
        None if found.logged is None else _array(found.logged, one).astype(bool),
        None if found.floor is None else _array(found.floor, one),
    )
    if (scaler.scale == 0).any() or (scaler.floor is None) != (scaler.logged is None):
        raise ValueError("the scaling of the inputs cannot be computed")
    if scaler.logged is not None and scaler.floor is not None and (scaler.floor[scaler.logged] <= 0).any():
        raise ValueError("an input has no logarithm")
    return scaler


def _array(numbers: list[Any], shape: tuple[int, ...]) -> npt.NDArray[np.float64]:
    try:
        array = np.array(numbers, dtype=np.float64)
    except ValueError:
        array = np.empty(0)
    if array.shape != shape:
        raise ValueError(f"the scaling is not for {shape[0]} inputs")
    return array


def _target_scaler(found: Description) -> Scaler:
    mean, scale = found.target_scaling.mean, found.target_scaling.scale
    if len(mean) != 1 or len(scale) != 1 or scale[0] == 0.0:
        raise ValueError("the scaling of the target cannot be computed")
    return Scaler(np.array(mean), np.array(scale))


def columns_of(count: int) -> tuple[str, ...]:
    """Return names for columns that a file does not name: those of the plane for two."""
    return tuple(f"x{number}" for number in range(1, count + 1))


def plain_features(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the features that are the columns themselves."""
    return tuple(one.key for one in features_for(columns))[: len(columns)]
