"""The one thing that a copy of an experiment can differ in: a table of settings with their choices."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from playground.engine.activations import ACTIVATIONS
from playground.engine.initializers import INITIALIZERS
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.regularizers import REGULARIZERS
from playground.experiment import edits
from playground.experiment.model import (
    BATCH_SIZE,
    LEARNING_RATE,
    MAX_LAYERS,
    MAX_UNITS,
    SEED,
    Dense,
    Experiment,
    TrainingSettings,
)
from playground.experiment.refused import EditRefused

MIXED = ""
"""The value of something that is not the same in all layers."""

FIRST_PENALTY = 0.001
"""How strong a penalty is that was none before."""

PRECISIONS = {
    "float32": ("32 bits", "Numbers of about 7 digits: fast."),
    "float64": ("64 bits", "Numbers of about 16 digits: exact."),
}

Value = str | float


@dataclass(frozen=True, slots=True)
class Option:
    """One of a few choices."""

    key: str
    label: str
    help: str


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that a copy can differ in. `options` are all there are; without any it is a number.

    A number is one of `presets` or any other within `limits`, a whole one if `whole`. `value` is what an
    experiment has, MIXED where its layers differ; `apply` gives another one and raises EditRefused.
    """

    key: str
    label: str
    help: str
    value: Callable[[Experiment], Value]
    apply: Callable[[Experiment, Value], Experiment]
    options: tuple[Option, ...] = ()
    presets: tuple[float, ...] = ()
    limits: tuple[float, float] = (0.0, 1.0)
    whole: bool = False


def _training(key: str, kind: type) -> tuple[Callable[[Experiment], Value], Callable[..., Experiment]]:
    """Return how a setting of the training is read and given."""

    def value(experiment: Experiment) -> Value:
        found: Value = getattr(experiment.training, key)
        return found if kind is str else float(found)

    def apply(experiment: Experiment, wanted: Value) -> Experiment:
        return edits.set_training(experiment, **{key: kind(wanted)})

    return value, apply


def _options(table: tuple[object, ...]) -> tuple[Option, ...]:
    return tuple(Option(one.key, one.label, one.help) for one in table)  # type: ignore[attr-defined]


def _dense(experiment: Experiment) -> list[Dense]:
    return [layer for layer in experiment.layers if isinstance(layer, Dense)]


def _same(values: list[Value]) -> Value:
    return values[0] if len(set(values)) == 1 else MIXED


def _require_layers(experiment: Experiment, what: str) -> None:
    if not _dense(experiment):
        raise EditRefused(f"There is no Dense layer whose {what} could be changed: add one first.")


def _activation(experiment: Experiment) -> Value:
    return _same([layer.activation for layer in _dense(experiment)])


def _set_activation(experiment: Experiment, key: Value) -> Experiment:
    _require_layers(experiment, "activation")
    for layer in _dense(experiment):
        experiment = edits.set_activation(experiment, layer.id, str(key))
    return experiment


def _initializer(experiment: Experiment) -> Value:
    return _same([*(layer.initializer for layer in _dense(experiment)), experiment.output.initializer])


def _set_initializer(experiment: Experiment, key: Value) -> Experiment:
    for layer_id in (*(layer.id for layer in _dense(experiment)), "output"):
        experiment = edits.set_initializer(experiment, layer_id, str(key))
    return experiment


def _width(experiment: Experiment) -> Value:
    return _same([float(layer.units) for layer in _dense(experiment)])


def _set_width(experiment: Experiment, units: Value) -> Experiment:
    _require_layers(experiment, "width")
    for layer in _dense(experiment):
        experiment = edits.set_units(experiment, layer.id, int(units))
    return experiment


def _depth(experiment: Experiment) -> Value:
    return float(len(_dense(experiment)))


def _set_depth(experiment: Experiment, count: Value) -> Experiment:
    """Take Dense layers away behind the last, or add copies of it there."""
    _require_layers(experiment, "number")
    dense = _dense(experiment)
    for layer in dense[int(count) :]:
        experiment = edits.remove_layer(experiment, layer.id)
    last = dense[-1]
    for _ in range(int(count) - len(dense)):
        behind = experiment.index(_dense(experiment)[-1].id) + 1
        experiment = edits.add_layer(experiment, behind, units=last.units, activation=last.activation)
        experiment = edits.set_initializer(experiment, experiment.layers[behind].id, last.initializer)
    return experiment


def _optimizer(experiment: Experiment) -> Value:
    return experiment.training.optimizer


def _set_optimizer(experiment: Experiment, key: Value) -> Experiment:
    return edits.set_optimizer(experiment, str(key))


def _regularizer(experiment: Experiment) -> Value:
    return experiment.training.regularizer


def _set_regularizer(experiment: Experiment, key: Value) -> Experiment:
    fields: dict[str, object] = {"regularizer": key}
    if key != "none" and not experiment.training.regularization_rate:
        fields["regularization_rate"] = FIRST_PENALTY
    return edits.set_training(experiment, **fields)


def _precisions() -> tuple[Option, ...]:
    keys = get_args(TrainingSettings.model_fields["precision"].annotation)
    return tuple(Option(key, *PRECISIONS[key]) for key in keys)


def _set_penalty(experiment: Experiment, rate: Value) -> Experiment:
    if experiment.training.regularizer == "none":
        raise EditRefused("There is no penalty without a regularization: choose one first.")
    return edits.set_training(experiment, regularization_rate=float(rate))


THINGS: tuple[Thing, ...] = (
    Thing(
        "learning_rate",
        "Learning rate",
        "How long each step is.",
        *_training("learning_rate", float),
        presets=(0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
        limits=LEARNING_RATE,
    ),
    Thing(
        "activation",
        "Activation",
        "What each neuron of every hidden layer does with its weighted sum.",
        _activation,
        _set_activation,
        _options(tuple(one for one in ACTIVATIONS if not one.output_only)),
    ),
    Thing(
        "optimizer",
        "Optimizer",
        "How the gradient becomes a change of the weights.",
        _optimizer,
        _set_optimizer,
        _options(OPTIMIZERS),
    ),
    Thing(
        "regularizer",
        "Regularization",
        "A penalty on large weights, against overfitting.",
        _regularizer,
        _set_regularizer,
        _options(REGULARIZERS),
    ),
    Thing(
        "penalty",
        "Penalty",
        "How strong the regularization is.",
        lambda experiment: experiment.training.regularization_rate,
        _set_penalty,
        presets=(0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0),
        limits=(0.0, 10.0),
    ),
    Thing(
        "batch_size",
        "Batch size",
        "How many rows a step learns from.",
        *_training("batch_size", int),
        presets=(1.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0),
        limits=BATCH_SIZE,
        whole=True,
    ),
    Thing(
        "initializer",
        "Initializer",
        "How the first weights of every layer are drawn.",
        _initializer,
        _set_initializer,
        _options(INITIALIZERS),
    ),
    Thing(
        "width",
        "Width",
        "How many neurons every hidden layer has.",
        _width,
        _set_width,
        presets=(1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 16.0, 32.0, 64.0),
        limits=(1.0, float(MAX_UNITS)),
        whole=True,
    ),
    Thing(
        "depth",
        "Depth",
        "How many Dense layers there are; those that are added are like the last.",
        _depth,
        _set_depth,
        presets=(1.0, 2.0, 3.0, 4.0, 6.0),
        limits=(1.0, float(MAX_LAYERS)),
        whole=True,
    ),
    Thing(
        "seed",
        "Seed",
        "Which first weights are drawn, and in which order the rows come.",
        *_training("seed", int),
        presets=(0.0, 1.0, 2.0, 3.0, 4.0, 5.0),
        limits=SEED,
        whole=True,
    ),
    Thing(
        "precision",
        "Precision",
        "How many digits the numbers have.",
        *_training("precision", str),
        options=_precisions(),
    ),
)
