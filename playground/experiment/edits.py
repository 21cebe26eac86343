"""Every edit a person can make, as a pure function from one experiment to the next.

An edit that makes no sense raises `EditRefused` with a sentence that says why and what is possible; the
experiment it was given is a frozen value and therefore untouched.
"""

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

from pydantic import ValidationError

from playground.data import DATASETS, Dataset
from playground.data.linked import LINKED
from playground.engine.activations import ACTIVATIONS
from playground.engine.initializers import INITIALIZERS
from playground.engine.layers import LAYERS
from playground.engine.losses import LOSSES
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.tables import by_key
from playground.experiment.flow import INPUTS, SkipFault, skip_faults, tied
from playground.experiment.model import (
    INPUTS_ID,
    MAX_HIDDEN,
    MAX_LAYERS,
    MAX_UNITS,
    OUTPUT_ID,
    Dense,
    Experiment,
    Layer,
    available_features,
)
from playground.experiment.rule import beyond_rule, unlinked, with_fitting_rule
from playground.experiment.skips import (
    sentence,
    sentence_there,
    sentence_without,
    with_fitting_span,
    with_same_beginnings,
    with_tied_inputs,
    with_tied_width,
    with_widths,
)
from playground.experiment.words import first_problem, kind_label, layer_names

TWO_CLASS_LOSSES = ("binary_cross_entropy", "hinge")

F = TypeVar("F", bound=Callable[..., Experiment])


class EditRefused(ValueError):  # noqa: N818 - a refusal, not an error of the program
    """An edit that makes no sense; the message is a sentence for the person who tried it."""


def _edit(function: F) -> F:
    """Turn a value the document does not accept into a refusal that says what is allowed.

    An edit to what TensorFlow Playground's rule of training does not know leaves that rule.
    """

    @functools.wraps(function)
    def wrapped(experiment: Experiment, *args: Any, **kwargs: Any) -> Experiment:
        try:
            return with_fitting_rule(function(experiment, *args, **kwargs))
        except ValidationError as error:
            raise EditRefused(first_problem(error)) from error

    return cast(F, wrapped)


# Layers -------------------------------------------------------------------------------------------------


@_edit
def add_layer(
    experiment: Experiment,
    index: int,
    *,
    kind: str = "dense",
    units: int | None = None,
    activation: str | None = None,
) -> Experiment:
    """Insert a layer into the gap `index`: 0 is before the first hidden layer.

    `units` and `activation` are for Dense; without them it has 4 neurons, or as many as a Skip adds to it,
    and its neighbour's activation. A Skip bridges the fewest layers that give as many values as it has.
    """
    layers = experiment.layers
    _check_room(layers, kind)
    if not 0 <= index <= len(layers):
        raise EditRefused("A layer can be added between the inputs and the output only.")
    layer = _new_layer(layers, index, kind, units, activation)
    changed = with_same_beginnings(experiment, (*layers[:index], layer, *layers[index:]))
    changed = with_fitting_span(changed, layer.id)
    if kind == "dense" and units is None:
        changed = with_tied_width(changed, index)
    return _checked(changed, sentence if kind == "skip" else sentence_there)


@_edit
def remove_layer(experiment: Experiment, layer_id: str) -> Experiment:
    """Take out a hidden layer; its neighbours are connected to each other."""
    index = _hidden_index(experiment, layer_id, "removed")
    name = layer_names(experiment.layers)[index]
    changed = with_same_beginnings(experiment, experiment.layers[:index] + experiment.layers[index + 1 :])
    return _checked(changed, functools.partial(sentence_without, name))


@_edit
def move_layer(experiment: Experiment, layer_id: str, index: int) -> Experiment:
    """Move a hidden layer into the gap `index`, counted in the order as it is now."""
    here = _hidden_index(experiment, layer_id, "moved")
    if not 0 <= index <= len(experiment.layers):
        raise EditRefused("A layer can be moved between the inputs and the output only.")
    if index in (here, here + 1):
        return experiment
    layers = list(experiment.layers)
    layer = layers.pop(here)
    layers.insert(index if index < here else index - 1, layer)
    changed = with_same_beginnings(experiment, tuple(layers), layer_id, index)
    return _checked(with_fitting_span(changed, layer_id), sentence_there)


@_edit
def set_layer_parameter(experiment: Experiment, layer_id: str, key: str, value: float) -> Experiment:
    """Set a parameter that layers of this kind have: the rate of a Dropout, the span of a Skip."""
    if layer_id in (INPUTS_ID, OUTPUT_ID):
        raise EditRefused("The inputs and the output have no parameters of their own.")
    layer = experiment.layers[_hidden_index(experiment, layer_id, "changed")]
    changed = _change_layer(experiment, layer_id, parameters={**layer.parameters, key: value})
    return _checked(changed, sentence)


@_edit
def set_units(experiment: Experiment, layer_id: str, units: int) -> Experiment:
    """Give a hidden layer `units` neurons, and every other that a Skip adds to it."""
    if layer_id == OUTPUT_ID:
        raise EditRefused(
            "The number of outputs follows from the data: one for two classes or a number, "
            "otherwise one for each class."
        )
    if layer_id == INPUTS_ID:
        raise EditRefused("The inputs are chosen in the Data panel, under Features.")
    _dense_layer(experiment, layer_id, "has as many values as come in: set the neurons of a Dense layer")
    if not 1 <= units <= MAX_UNITS:
        raise EditRefused(f"A layer has between 1 and {MAX_UNITS} neurons, not {units}.")
    index = experiment.index(layer_id)
    group = tied(experiment.layers, index)
    if INPUTS in group and units != len(experiment.data.features):
        raise EditRefused(
            f"{layer_names(experiment.layers)[index]} has as many neurons as there are inputs, "
            f"{len(experiment.data.features)}, because a Skip adds them: remove the Skip first."
        )
    return with_widths(experiment, group, units)


@_edit
def set_activation(experiment: Experiment, layer_id: str, activation: str) -> Experiment:
    """Set the activation of a hidden layer or of the output.

    At the output the loss follows: softmax and sigmoid bring their cross-entropy.
    """
    record = by_key(ACTIVATIONS, activation, "activation")
    if layer_id == INPUTS_ID:
        raise EditRefused("The inputs have no activation: they pass the data on as it is.")
    if layer_id != OUTPUT_ID:
        if record.output_only:
            raise EditRefused(f"{record.label} turns outputs into class shares: use it at the output only.")
        _dense_layer(experiment, layer_id, "has no activation: choose one for a Dense layer")
        return _change_layer(experiment, layer_id, activation=activation)
    if record.output_only and by_key(DATASETS, experiment.data.dataset, "data set").task == "regression":
        raise EditRefused(f"{record.label} chooses between classes; this data asks for a number.")
    changed = experiment.replace(output=experiment.output.replace(activation=activation))
    return _with_fitting_loss(changed)


@_edit
def set_initializer(experiment: Experiment, layer_id: str, initializer: str) -> Experiment:
    """Set how the starting weights of a hidden layer or of the output are drawn."""
    by_key(INITIALIZERS, initializer, "initializer")
    if layer_id == INPUTS_ID:
        raise EditRefused("The inputs have no weights.")
    if layer_id == OUTPUT_ID:
        return experiment.replace(output=experiment.output.replace(initializer=initializer))
    _dense_layer(experiment, layer_id, "has no weights to draw: choose how for a Dense layer")
    return _change_layer(experiment, layer_id, initializer=initializer)


# Data ---------------------------------------------------------------------------------------------------


@_edit
def toggle_feature(experiment: Experiment, key: str) -> Experiment:
    """Switch an input feature on or off; the features keep the order of their table."""
    known = available_features(experiment.data.dataset)
    chosen = set(experiment.data.features) ^ {key}
    if not chosen:
        raise EditRefused("At least one input feature is needed: switch another one on first.")
    features = tuple(feature for feature in known if feature in chosen)
    if key not in known:
        raise EditRefused(f"{key!r} is not a feature of this data set; there are: {', '.join(known)}.")
    return with_tied_inputs(experiment.replace(data=experiment.data.replace(features=features)))


@_edit
def set_dataset(experiment: Experiment, key: str) -> Experiment:
    """Choose another data set; features, output and loss follow where they no longer fit.

    What the experiment was called is no longer true, so it gets the name of the data.
    """
    if key == experiment.data.dataset:
        return experiment
    old = by_key(DATASETS, experiment.data.dataset, "data set")
    new = by_key(DATASETS, key, "data set")
    same_inputs = new.inputs == old.inputs and new.kind == old.kind
    if key not in [linked.key for linked in LINKED]:
        experiment = unlinked(experiment)
    default_samples = experiment.data.samples == old.default_samples or old.fixed_samples
    data = experiment.data.replace(
        dataset=key,
        samples=new.default_samples if default_samples else experiment.data.samples,
        classes=experiment.data.classes if new.classes_adjustable else 2,
        split="provided" if new.has_provided_split else "random",
        features=experiment.data.features if same_inputs else new.inputs,
        scaling=experiment.data.scaling if same_inputs else _usual_scaling(new),
    )
    if new.classes_adjustable and not old.classes_adjustable:
        data = data.replace(classes=new.classes)
    changed = with_tied_inputs(experiment.replace(name=new.label, about="", data=data))
    return changed if class_count(changed) == class_count(experiment) else _with_usual_output(changed)


@_edit
def set_data(experiment: Experiment, **fields: Any) -> Experiment:
    """Change settings of the data: samples, noise, classes, split, train_fraction, seed, scaling.

    Another seed or number of samples draws rows of our own, where they were those of a link.
    """
    dataset = by_key(DATASETS, experiment.data.dataset, "data set")
    if dataset.fixed_samples and {"samples", "noise"} & set(fields):
        raise EditRefused(f"{dataset.label} is measured data: its rows are what they are.")
    if fields.get("split") == "provided" and not dataset.has_provided_split:
        raise EditRefused(f"{dataset.label} comes without a split of its own.")
    if "seed" in fields or fields.get("samples", experiment.data.samples) != experiment.data.samples:
        experiment = unlinked(experiment)
    changed = experiment.replace(data=experiment.data.replace(**fields))
    return changed if class_count(changed) == class_count(experiment) else _with_usual_output(changed)


# Training -----------------------------------------------------------------------------------------------


@_edit
def set_training(experiment: Experiment, **fields: Any) -> Experiment:
    """Change settings of the training: learning_rate, batch_size, regularizer and so on."""
    return experiment.replace(training=experiment.training.replace(**fields))


@_edit
def set_optimizer(experiment: Experiment, key: str) -> Experiment:
    """Choose an optimizer, with its own parameters at their defaults."""
    by_key(OPTIMIZERS, key, "optimizer")
    return set_training(experiment, optimizer=key, optimizer_parameters={})


@_edit
def set_rule(experiment: Experiment, rule: str) -> Experiment:
    """Choose what a step does with its rows."""
    beyond = beyond_rule(experiment)
    if rule == "tensorflow_playground" and beyond:
        raise EditRefused(f"TensorFlow Playground's rule of training does not know {', '.join(beyond)}.")
    return set_training(experiment, rule=rule)


@_edit
def set_epochs(experiment: Experiment, epochs: int) -> Experiment:
    """Plan the run for so many epochs."""
    return experiment.replace(epochs=epochs)


@_edit
def set_loss(experiment: Experiment, key: str) -> Experiment:
    """Choose a loss; the output's activation follows where the loss needs another."""
    loss = by_key(LOSSES, key, "loss")
    dataset = by_key(DATASETS, experiment.data.dataset, "data set")
    if dataset.task not in loss.tasks:
        raise EditRefused(f"{loss.label} is for {' and '.join(loss.tasks)}; this data is {dataset.task}.")
    if key in TWO_CLASS_LOSSES and class_count(experiment) > 2:
        raise EditRefused(f"{loss.label} is for two classes; here there are {class_count(experiment)}.")
    changed = experiment.replace(training=experiment.training.replace(loss=key))
    if experiment.output.activation in loss.outputs:
        return changed
    output = "linear" if dataset.task == "regression" else loss.outputs[0]
    return changed.replace(output=changed.output.replace(activation=output))


@_edit
def set_seed(experiment: Experiment, seed: int) -> Experiment:
    """Draw other starting weights and another order of the mini-batches."""
    return set_training(experiment, seed=seed)


@_edit
def set_all_seeds(experiment: Experiment, seed: int) -> Experiment:
    """Use `seed` for the data, the split, the weights and the mini-batches."""
    data = unlinked(experiment).data.replace(seed=seed)
    return experiment.replace(data=data, training=experiment.training.replace(seed=seed))


# What fits what -----------------------------------------------------------------------------------------


def class_count(experiment: Experiment) -> int:
    """Return the number of classes, 0 for regression."""
    dataset = by_key(DATASETS, experiment.data.dataset, "data set")
    if dataset.task == "regression":
        return 0
    return experiment.data.classes if dataset.classes_adjustable else int(dataset.classes or 2)


def initializer_for(activation: str) -> str:
    """Return the usual initializer for an activation: He for the ReLU family, Glorot otherwise."""
    return "he_normal" if activation in ("relu", "leaky_relu", "swish") else "glorot_uniform"


def _usual_scaling(dataset: Dataset) -> str:
    """Plane data is of size one already, as in TF Playground; measured columns are not."""
    return "none" if dataset.kind == "plane" else "standard"


def _with_usual_output(experiment: Experiment) -> Experiment:
    """Return the experiment with the usual output for another task or number of classes."""
    classes = class_count(experiment)
    activation = experiment.output.activation
    if classes == 0:
        activation = "linear"
    elif classes > 2:
        activation = "softmax"
    elif activation in ("linear", "softmax"):
        activation = "tanh"
    return _with_fitting_loss(experiment.replace(output=experiment.output.replace(activation=activation)))


def _with_fitting_loss(experiment: Experiment) -> Experiment:
    """Take the loss that goes with the output's activation: a cross-entropy, or half squared error."""
    classes, activation = class_count(experiment), experiment.output.activation
    key = "half_squared"
    if activation == "softmax":
        key = "softmax_cross_entropy"
    elif activation == "sigmoid" and classes == 2:
        key = "binary_cross_entropy"
    return experiment.replace(training=experiment.training.replace(loss=key))


def _hidden_index(experiment: Experiment, layer_id: str, verb: str) -> int:
    if layer_id in (INPUTS_ID, OUTPUT_ID):
        raise EditRefused(
            f"The {layer_id} belong to every network and cannot be {verb}.".replace(
                "output belong", "output belongs"
            )
        )
    try:
        return experiment.index(layer_id)
    except KeyError:
        raise EditRefused(f"There is no layer {layer_id!r} any more.") from None


def _change_layer(experiment: Experiment, layer_id: str, **changes: Any) -> Experiment:
    index = _hidden_index(experiment, layer_id, "changed")
    layers = list(experiment.layers)
    layers[index] = layers[index].replace(**changes)
    return experiment.replace(layers=tuple(layers))


def _dense_layer(experiment: Experiment, layer_id: str, otherwise: str) -> None:
    """Refuse what Dense layers alone can do; `otherwise` says after a layer's kind what is so with it."""
    layer = experiment.layers[_hidden_index(experiment, layer_id, "changed")]
    if not isinstance(layer, Dense):
        raise EditRefused(f"{kind_label(layer)} {otherwise}.")


def _check_room(layers: tuple[Layer, ...], kind: str) -> None:
    if kind == "dense" and sum(isinstance(layer, Dense) for layer in layers) >= MAX_LAYERS:
        raise EditRefused(f"There are already {MAX_LAYERS} Dense layers, the most there can be.")
    if len(layers) >= MAX_HIDDEN:
        raise EditRefused(f"There are already {MAX_HIDDEN} hidden layers, the most there can be.")


def _new_layer(
    layers: tuple[Layer, ...], index: int, kind: str, units: int | None, activation: str | None
) -> Layer:
    if kind != "dense":
        label = by_key(LAYERS, kind, "kind of layer").label
        if units is not None or activation is not None:
            raise EditRefused(f"{label} has no neurons and no activation of its own.")
        return Layer(id=_free_id(layers), kind=kind)
    chosen = activation or _neighbour_activation(layers, index)
    usual = initializer_for(chosen)
    return Dense(
        id=_free_id(layers), units=4 if units is None else units, activation=chosen, initializer=usual
    )


def _neighbour_activation(layers: tuple[Layer, ...], index: int) -> str:
    """Return the activation of the nearest Dense layer before a gap, or else after it."""
    nearest = [*reversed(layers[:index]), *layers[index:]]
    return next((layer.activation for layer in nearest if isinstance(layer, Dense)), "tanh")


def _free_id(layers: tuple[Layer, ...]) -> str:
    """Return an id not in use; one more than the highest, so that a removed layer's id is not reborn."""
    numbers = [int(layer.id[5:]) for layer in layers if layer.id[5:].isdigit()]
    return f"layer{max(numbers, default=0) + 1}"


def _checked(experiment: Experiment, words: Callable[[Experiment, SkipFault], str]) -> Experiment:
    """Return the experiment, or refuse it in `words` about a Skip that could not add."""
    for fault in skip_faults(experiment):
        raise EditRefused(words(experiment, fault))
    return experiment
