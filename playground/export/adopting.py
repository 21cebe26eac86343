"""Makes an experiment with trained weights of a network that was read from a file.

A file of ours says which experiment it comes from. Any other network is put between the inputs and the target
of the experiment that is open, where it fits; the scaling that is part of it then goes into the weights of
its first layer, and that of its answers into those of its last, so that no number it gives changes.
"""

import json
from dataclasses import dataclass, replace

import numpy as np
from pydantic import ValidationError

from playground.data import DATASETS, OWN
from playground.data.base import Dataset
from playground.data.scaling import Scaler
from playground.engine.layers import LAYERS, LayerShape
from playground.experiment import files
from playground.experiment.files import BadFileError
from playground.experiment.flow import source_of
from playground.experiment.model import DataSettings, Dense, Experiment, Layer, Output
from playground.experiment.prepare import CannotTrainError, Prepared, prepare
from playground.experiment.usual import class_count, initializer_for, with_fitting_loss
from playground.experiment.words import first_problem
from playground.export.pipeline import FloatArray, Pipeline, pipeline_of
from playground.tables import by_key

MOST_SPANNED = 12
MOST_DIFFERENCE = 1e-5
MOST_COMPARED = 2000
"""Rows at which answers are compared, and how far they may be apart, as a share of the largest."""


@dataclass(frozen=True, slots=True, eq=False)
class Adopted:
    """An experiment, prepared, and the weights and biases of every layer that it is to begin with."""

    experiment: Experiment
    prepared: Prepared
    weights: tuple[FloatArray, ...]
    biases: tuple[FloatArray, ...]


def adopt(pipeline: Pipeline, around: Experiment, where: str) -> Adopted:
    """Return the experiment that a network belongs to; `around` is the open one, whose data others get.

    Raises BadFileError, naming the file `where`, when there are no data that fit.
    """
    try:
        if pipeline.document:
            return _checked(pipeline, _adopted(pipeline, _own(pipeline, around, where), where), where)
        experiment = _foreign(pipeline, around, where)
        adopted = _adopted(pipeline, experiment, where)
        if _difference(pipeline, adopted) > MOST_DIFFERENCE:  # scaling and weights took each other's digits
            doubled = experiment.training.replace(precision="float64")
            adopted = _adopted(pipeline, experiment.replace(training=doubled), where)
        return _checked(pipeline, adopted, where)
    except CannotTrainError as error:
        raise BadFileError(f"{where} cannot be used: {error}") from error
    except ValidationError as error:
        raise BadFileError(f"{where} cannot be used: {first_problem(error)}") from error


def _adopted(pipeline: Pipeline, experiment: Experiment, where: str) -> Adopted:
    prepared = prepare(experiment)
    if [_numbers(shape) for shape in prepared.plan.shapes] != [_numbers(shape) for shape in pipeline.shapes]:
        raise BadFileError(f"{where} describes other layers than those it has numbers for.")
    weights, biases = _fitted(pipeline, prepared, where)
    return Adopted(experiment, prepared, weights, biases)


def _checked(pipeline: Pipeline, adopted: Adopted, where: str) -> Adopted:
    """Return what was adopted; BadFileError when it does not answer as the network in the file."""
    difference = _difference(pipeline, adopted)
    if not difference <= MOST_DIFFERENCE:
        raise BadFileError(
            f"{where} would answer otherwise with these data (by {difference:.2g} of its largest answer): "
            "their scaling leaves too few digits. Open data of another size first."
        )
    return adopted


def _difference(pipeline: Pipeline, adopted: Adopted) -> float:
    """Return how far the answers to the open rows are apart, as a share of the largest."""
    rows = adopted.prepared.sample.inputs[:MOST_COMPARED]
    mine = pipeline_of(adopted.experiment, adopted.prepared, adopted.weights, adopted.biases).outputs(rows)
    with np.errstate(all="ignore"):
        theirs = replace(
            pipeline, columns=adopted.prepared.columns, features=adopted.prepared.plan.feature_keys
        )
        wanted = theirs.outputs(rows)
    return float(np.abs(mine - wanted).max(initial=0.0) / max(1.0, float(np.abs(wanted).max(initial=0.0))))


def _numbers(shape: LayerShape) -> tuple[object, ...]:
    """Return what has to be equal for one layer's numbers to mean the same in another."""
    return shape.kind, shape.inputs, shape.units, shape.activation, shape.source


# Files of ours ----------------------------------------------------------------------------------------------


def _own(pipeline: Pipeline, around: Experiment, where: str) -> Experiment:
    """Return the experiment that a file of ours comes from; the rows of a table of one's own must be open."""
    try:
        own = json.loads(pipeline.document)["experiment"]["data"]["dataset"] == OWN
    except (ValueError, KeyError, TypeError) as error:
        raise BadFileError(f"{where} does not say in a form that can be read where it comes from.") from error
    table = around.data.table if own else None
    if own and (table is None or (table.columns, table.target) != (pipeline.columns, pipeline.target)):
        raise BadFileError(
            f"{where} was trained on rows of your own, which it does not hold. Import these first "
            f"(columns {', '.join(pipeline.columns[:5])}; target {pipeline.target}), then open it again."
        )
    return files.parse(pipeline.document, where, table)


# Others -----------------------------------------------------------------------------------------------------


def _foreign(pipeline: Pipeline, around: Experiment, where: str) -> Experiment:
    """Return the open experiment with this network between its inputs and its target."""
    if not _fits(pipeline, around):
        raise BadFileError(_what_would_fit(pipeline, around, where))
    return with_fitting_loss(
        Experiment(
            name=pipeline.name,
            about=f"Read from {where}.",
            data=_unscaled(pipeline, around.data),
            layers=_layers(pipeline, where),
            output=Output(activation=pipeline.shapes[-1].activation),
            training=around.training.model_copy(
                update={"rule": "mini_batch", "precision": pipeline.precision}
            ),
            epochs=around.epochs,
        )
    )


def _unscaled(pipeline: Pipeline, data: DataSettings) -> DataSettings:
    """Return the data with the network's inputs, by their names where it has them, and without a scaling."""
    known = [feature.key for feature in data.known_features]
    features = pipeline.features if set(pipeline.features) <= set(known) else tuple(_places(pipeline, data))
    return data.replace(features=features, scaling="none", target_scaling="none", link_seed=None)


def _places(pipeline: Pipeline, data: DataSettings) -> list[str]:
    """Return as many inputs of the data as the network has: those that are on, or the columns."""
    if len(data.features) == len(pipeline.features):
        return list(data.features)
    return [feature.key for feature in data.known_features][: len(pipeline.features)]


def _fits(pipeline: Pipeline, experiment: Experiment) -> bool:
    """Whether the data of an experiment have as many inputs, and a target such as the network answers."""
    data = experiment.data
    named = set(pipeline.features) <= {feature.key for feature in data.known_features}
    wide = len(pipeline.features) in (len(data.features), len(data.source.inputs))
    return (named or wide) and _answers(pipeline, class_count(experiment))


def _answers(pipeline: Pipeline, classes: int) -> bool:
    if pipeline.encoding == "one_hot":
        return classes == pipeline.shapes[-1].units
    return classes == (0 if pipeline.encoding == "real" else 2)


def _what_would_fit(pipeline: Pipeline, around: Experiment, where: str) -> str:
    """Return the sentence that says what a network needs, and which data sets have it."""
    inputs, outputs = len(pipeline.features), pipeline.shapes[-1].units
    target = "a number" if pipeline.encoding == "real" else f"{max(outputs, 2)} classes"
    source = around.data.source
    fitting = [dataset.label for dataset in DATASETS if _suits(pipeline, dataset)]
    hint = f"Open {' or '.join(fitting[:3])} first" if fitting else "Import rows that fit first"
    return (
        f"{where} takes {inputs} {'input' if inputs == 1 else 'inputs'} and answers {target}, which "
        f"{source.label} does not offer. {hint}, then open it again."
    )


def _suits(pipeline: Pipeline, dataset: Dataset) -> bool:
    classes = 0 if dataset.task == "regression" else dataset.classes or 2
    return len(dataset.inputs) == len(pipeline.features) and _answers(pipeline, classes)


def _layers(pipeline: Pipeline, where: str) -> tuple[Layer, ...]:
    """Return the hidden layers as the document has them."""
    layers: list[Layer] = []
    for number, shape in enumerate(pipeline.shapes[:-1], 1):
        specs = by_key(LAYERS, shape.kind, "kind of layer").parameters
        parameters = {spec.key: value for spec, value in zip(specs, shape.parameters, strict=True)}
        if shape.kind == "dense":
            layers.append(
                Dense(
                    id=f"hidden{number}",
                    units=shape.units,
                    activation=shape.activation,
                    initializer=initializer_for(shape.activation),
                )
            )
        elif shape.kind == "skip":
            layers.append(_skip(layers, f"hidden{number}", shape, where))
        else:
            layers.append(Layer(id=f"hidden{number}", kind=shape.kind, parameters=parameters))
    return tuple(layers)


def _skip(before: list[Layer], layer_id: str, shape: LayerShape, where: str) -> Layer:
    """Return the Skip that adds the values a shape says, as a number of Dense layers that it bridges."""
    for span in range(1, MOST_SPANNED + 1):
        layer = Layer(id=layer_id, kind="skip", parameters={"span": float(span)})
        if source_of([*before, layer], len(before)) == shape.source:
            return layer
    raise BadFileError(f"{where} adds values that do not come from before a Dense layer.")


# Scaling ----------------------------------------------------------------------------------------------------


def _fitted(
    pipeline: Pipeline, prepared: Prepared, where: str
) -> tuple[tuple[FloatArray, ...], tuple[FloatArray, ...]]:
    """Return the numbers of every layer for inputs and targets that are scaled as the experiment does it."""
    weights, biases = list(pipeline.weights), list(pipeline.biases)
    mine, theirs = prepared.input_scaler, pipeline.input_scaler
    if not _alike(mine, theirs):
        straight = mine.logged is None and theirs.logged is None
        if not straight or _uses_scaled_inputs(pipeline.shapes):
            raise BadFileError(
                f"{where} scales its inputs in a way that cannot be taken over for these data."
            )
        turn, shift = _between(mine, theirs)
        biases[0] = biases[0] + shift @ weights[0].T
        weights[0] = weights[0] @ turn.T
    if pipeline.encoding == "real" and not _alike(prepared.target_scaler, pipeline.target_scaler):
        if pipeline.shapes[-1].activation != "linear":
            raise BadFileError(
                f"{where} scales its answers in a way that cannot be taken over for these data."
            )
        own, wanted = pipeline.target_scaler, prepared.target_scaler
        weights[-1] = weights[-1] * (own.scale / wanted.scale)
        biases[-1] = (biases[-1] * own.scale + own.mean - wanted.mean) / wanted.scale
    dtype = prepared.plan.training.precision
    return tuple(one.astype(dtype) for one in weights), tuple(one.astype(dtype) for one in biases)


def _uses_scaled_inputs(shapes: tuple[LayerShape, ...]) -> bool:
    """Whether anything but the weights of a first Dense layer takes the inputs."""
    return shapes[0].kind != "dense" or any(shape.kind == "skip" and shape.source == 0 for shape in shapes)


def _between(mine: Scaler, theirs: Scaler) -> tuple[FloatArray, FloatArray]:
    """Return A and b with theirs(x) = mine(x) A + b, for scalers without logarithms."""
    identity = np.eye(len(mine.scale))
    there = (identity if theirs.rotation is None else theirs.rotation) / theirs.scale
    back = np.diag(mine.scale) @ (identity if mine.rotation is None else np.linalg.inv(mine.rotation))
    return back @ there, (mine.mean - theirs.mean) @ there


def _alike(one: Scaler, other: Scaler) -> bool:
    """Whether two scalers do the same, but for the last digits."""
    for name in ("mean", "scale", "rotation", "logged", "floor"):
        mine, theirs = getattr(one, name), getattr(other, name)
        if (mine is None) != (theirs is None):
            return False
        if mine is not None and not np.allclose(np.ravel(mine), np.ravel(theirs), rtol=1e-12, atol=0.0):
            return False
    return True
