"""The pure step from what was asked to what can be run: experiment, data, devices -> plan, problems."""

from dataclasses import dataclass
from typing import Literal

from playground.data import SCALINGS
from playground.data.base import Sample
from playground.engine.backends import BACKENDS, PROCESSORS, processors
from playground.engine.backends.numpy import NumpyBackend
from playground.engine.layers import LAYERS, LayerShape
from playground.engine.optimizers import OPTIMIZERS
from playground.experiment.check import Problem, check
from playground.experiment.flow import source_of, widths
from playground.experiment.held import NOTHING, Held
from playground.experiment.memory import shortage
from playground.experiment.model import OUTPUT_ID, DataSettings, Dense, Experiment, Layer, TrainingSettings
from playground.experiment.usual import class_count
from playground.tables import by_key

Encoding = Literal["signed", "unit", "one_hot", "real"]

UNIT_OUTPUTS = ("sigmoid", "hard_sigmoid")
"""Output activations that answer between 0 and 1."""


@dataclass(frozen=True, slots=True)
class DataShape:
    """What the plan needs to know of the data: how many rows there are, and the classes' names."""

    rows: int
    class_names: tuple[str, ...]

    @classmethod
    def of(cls, sample: Sample) -> "DataShape":
        """Return the shape of a sample."""
        return cls(len(sample.inputs), sample.class_names)


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be run: sizes, encodings and the device, nothing left to decide.

    `encoding` says how the target is written for the network: class -1/+1 (`signed`), 0/1 (`unit`), one
    column a class (`one_hot`), or the number itself (`real`). `device` is where the run begins, `rivals` are
    devices that are to be timed against it. `epochs` is for how long the run is planned. `target_scaling` is
    the key of the scaling that the target gets. `held` is what does not learn at the beginning of the run.
    """

    layer_ids: tuple[str, ...]
    shapes: tuple[LayerShape, ...]
    feature_keys: tuple[str, ...]
    feature_labels: tuple[str, ...]
    task: str
    kind: str
    encoding: Encoding
    scaling: str
    target_scaling: str
    class_names: tuple[str, ...]
    training: TrainingSettings
    device: str
    rivals: tuple[str, ...] = ()
    epochs: int = 1
    held: Held = NOTHING

    @property
    def output_units(self) -> int:
        """Number of outputs of the network."""
        return self.shapes[-1].units

    @property
    def parameters(self) -> int:
        """How many numbers training changes: weights, biases, scales and shifts."""
        return sum(shape.trained for shape in self.shapes)

    @property
    def full_batch(self) -> bool:
        """Whether every step takes all training rows, whatever the batch size."""
        return by_key(OPTIMIZERS, self.training.optimizer, "optimizer").full_batch

    @property
    def threshold(self) -> float:
        """The output above which a single output means class 1."""
        return threshold(self.encoding)


def threshold(encoding: Encoding) -> float:
    """Return the output above which a single output means class 1."""
    return 0.5 if encoding == "unit" else 0.0


def make_plan(
    experiment: Experiment,
    shape: DataShape,
    devices: tuple[str, ...] | None = None,
    device: str = "auto",
    memory: int | None = None,
) -> tuple[Plan, tuple[Problem, ...]]:
    """Return the plan for an experiment and its problems in words.

    `devices` are those there are, the best processor first; the processor's without a word. `memory` is how
    many bytes are free; without it a network of any size is let through.

    A plan whose problems include an error must not be run.
    """
    devices = devices or processors()
    dataset = experiment.data.source
    problems = list(check(experiment))
    if device not in ("auto", *devices):
        choice = by_key(BACKENDS, device, "device")
        problems.append(Problem("warning", "device", not_there(choice.label, choice.missing())))
    rivals = tuple(key for key in devices if key not in PROCESSORS) if device == "auto" else ()
    device = device if device in devices else devices[0]
    if experiment.training.rule == "tensorflow_playground":
        if device not in PROCESSORS:
            message = "TensorFlow Playground's rule runs on the CPU alone."
            problems.append(Problem("warning", "device", message))
        device, rivals = NumpyBackend.key, ()
    plan = Plan(
        layer_ids=(*(layer.id for layer in experiment.layers), OUTPUT_ID),
        shapes=layer_shapes(experiment),
        feature_keys=experiment.data.features,
        feature_labels=feature_labels(experiment),
        task=dataset.task,
        kind=dataset.kind,
        encoding=target_encoding(experiment),
        scaling=experiment.data.scaling,
        target_scaling=target_scaling(experiment.data),
        class_names=shape.class_names,
        training=experiment.training,
        device=device,
        rivals=rivals,
        epochs=experiment.epochs,
        held=experiment.held,
    )
    if memory is not None:
        train_rows = round(shape.rows * experiment.data.train_fraction)
        too_much = shortage(plan, train_rows, shape.rows - train_rows, memory)
        problems += [Problem("error", "memory", too_much)] if too_much else []
    return plan, tuple(problems)


def not_there(label: str, reason: str | None) -> str:
    """Return in words that the CPU stands in for a device that cannot be used."""
    return f"{label} cannot be used: {reason or 'it was not found here'}. The CPU computes instead."


def layer_shapes(experiment: Experiment) -> tuple[LayerShape, ...]:
    """Return the shape of every layer, the output layer last.

    The experiment must have no error: a Skip that spans more layers than there are adds nothing.
    """
    counts, output = widths(experiment), experiment.output
    hidden = [_shape(experiment.layers, index, counts[index]) for index in range(len(experiment.layers))]
    last = LayerShape(counts[-1], output_units(experiment), output.activation, output.initializer)
    return (*hidden, last)


def _shape(layers: tuple[Layer, ...], index: int, inputs: int) -> LayerShape:
    layer = layers[index]
    if isinstance(layer, Dense):
        return LayerShape(inputs, layer.units, layer.activation, layer.initializer)
    parameters = by_key(LAYERS, layer.kind, "kind of layer").parameters
    source = source_of(layers, index) if layer.kind == "skip" else 0
    return LayerShape(
        inputs,
        inputs,
        kind=layer.kind,
        parameters=tuple(layer.parameter(spec.key) for spec in parameters),
        source=source or 0,
    )


def feature_labels(experiment: Experiment) -> tuple[str, ...]:
    """Return the labels of the inputs, as drawn beside them: the features', or of what is mixed of them."""
    if by_key(SCALINGS, experiment.data.scaling, "scaling").mixes:
        return tuple(f"PC {number}" for number in range(1, len(experiment.data.features) + 1))
    labels = {feature.key: feature.label for feature in experiment.data.known_features}
    return tuple(labels[key] for key in experiment.data.features)


def target_scaling(data: DataSettings) -> str:
    """Return the key of the scaling that the target gets: with the inputs, and for regression alone."""
    if data.source.task != "regression" or data.target_scaling == "none":
        return "none"
    return by_key(SCALINGS, data.scaling, "scaling").for_target


def target_encoding(experiment: Experiment) -> Encoding:
    """Return how the target is written for the network; it follows from the data and the output."""
    classes = class_count(experiment)
    if classes == 0:
        return "real"
    if classes > 2 or experiment.output.activation == "softmax":
        return "one_hot"
    return "unit" if experiment.output.activation in UNIT_OUTPUTS else "signed"


def output_units(experiment: Experiment) -> int:
    """Return the number of outputs: one, or one for each class."""
    return class_count(experiment) if target_encoding(experiment) == "one_hot" else 1
