"""Every edit a person can make, as a pure function from one experiment to the next.

An edit that makes no sense raises `EditRefused` with a sentence that says why and what is possible; the
experiment it was given is a frozen value and therefore untouched.
"""

import functools
from collections.abc import Callable
from typing import Any

from playground.engine.activations import ACTIVATIONS
from playground.engine.initializers import INITIALIZERS
from playground.engine.layers import LAYERS
from playground.engine.losses import LOSSES
from playground.engine.optimizers import OPTIMIZERS
from playground.experiment.data_edits import (
    add_formula,
    paint,
    remove_formula,
    set_data,
    set_dataset,
    set_expression,
    set_shape,
    set_table,
    toggle_feature,
)
from playground.experiment.flow import INPUTS, SkipFault, skip_faults, tied
from playground.experiment.hold_edits import set_frozen, set_link, set_neuron
from playground.experiment.model import (
    INPUTS_ID,
    MAX_HIDDEN,
    MAX_LAYERS,
    MAX_UNITS,
    OUTPUT_ID,
    Dense,
    Experiment,
    Layer,
)
from playground.experiment.refused import EditRefused, edit
from playground.experiment.rule import beyond_rule, unlinked
from playground.experiment.skips import (
    sentence,
    sentence_there,
    sentence_without,
    with_fitting_span,
    with_same_beginnings,
    with_tied_width,
    with_widths,
)
from playground.experiment.usual import (
    class_count,
    initializer_for,
    with_fitting_loss,
)
from playground.experiment.words import kind_label, layer_names
from playground.tables import by_key

__all__ = [
    "TWO_CLASS_LOSSES",
    "EditRefused",
    "add_formula",
    "add_layer",
    "move_layer",
    "paint",
    "remove_formula",
    "remove_layer",
    "set_activation",
    "set_all_seeds",
    "set_data",
    "set_dataset",
    "set_epochs",
    "set_expression",
    "set_frozen",
    "set_initializer",
    "set_layer_parameter",
    "set_link",
    "set_loss",
    "set_neuron",
    "set_optimizer",
    "set_seed",
    "set_shape",
    "set_table",
    "set_training",
    "set_units",
    "toggle_feature",
]

TWO_CLASS_LOSSES = ("binary_cross_entropy", "hinge")


# Layers -------------------------------------------------------------------------------------------------


@edit
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


@edit
def remove_layer(experiment: Experiment, layer_id: str) -> Experiment:
    """Take out a hidden layer; its neighbours are connected to each other."""
    index = _hidden_index(experiment, layer_id, "removed")
    name = layer_names(experiment.layers)[index]
    changed = with_same_beginnings(experiment, experiment.layers[:index] + experiment.layers[index + 1 :])
    changed = changed.replace(held=changed.held.without_layer(layer_id))
    return _checked(changed, functools.partial(sentence_without, name))


@edit
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


@edit
def set_layer_parameter(experiment: Experiment, layer_id: str, key: str, value: float) -> Experiment:
    """Set a parameter that layers of this kind have: the rate of a Dropout, the span of a Skip."""
    if layer_id in (INPUTS_ID, OUTPUT_ID):
        raise EditRefused("The inputs and the output have no parameters of their own.")
    layer = experiment.layers[_hidden_index(experiment, layer_id, "changed")]
    changed = _change_layer(experiment, layer_id, parameters={**layer.parameters, key: value})
    return _checked(changed, sentence)


@edit
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


@edit
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
    if record.output_only and experiment.data.source.task == "regression":
        raise EditRefused(f"{record.label} chooses between classes; this data asks for a number.")
    changed = experiment.replace(output=experiment.output.replace(activation=activation))
    return with_fitting_loss(changed)


@edit
def set_initializer(experiment: Experiment, layer_id: str, initializer: str) -> Experiment:
    """Set how the starting weights of a hidden layer or of the output are drawn."""
    by_key(INITIALIZERS, initializer, "initializer")
    if layer_id == INPUTS_ID:
        raise EditRefused("The inputs have no weights.")
    if layer_id == OUTPUT_ID:
        return experiment.replace(output=experiment.output.replace(initializer=initializer))
    _dense_layer(experiment, layer_id, "has no weights to draw: choose how for a Dense layer")
    return _change_layer(experiment, layer_id, initializer=initializer)


# Training -----------------------------------------------------------------------------------------------


@edit
def set_training(experiment: Experiment, **fields: Any) -> Experiment:
    """Change settings of the training: learning_rate, batch_size, regularizer and so on."""
    return experiment.replace(training=experiment.training.replace(**fields))


@edit
def set_optimizer(experiment: Experiment, key: str) -> Experiment:
    """Choose an optimizer, with its own parameters at their defaults."""
    by_key(OPTIMIZERS, key, "optimizer")
    return set_training(experiment, optimizer=key, optimizer_parameters={})


@edit
def set_rule(experiment: Experiment, rule: str) -> Experiment:
    """Choose what a step does with its rows."""
    beyond = beyond_rule(experiment)
    if rule == "tensorflow_playground" and beyond:
        raise EditRefused(f"TensorFlow Playground's rule of training does not know {', '.join(beyond)}.")
    return set_training(experiment, rule=rule)


@edit
def set_epochs(experiment: Experiment, epochs: int) -> Experiment:
    """Plan the run for so many epochs."""
    return experiment.replace(epochs=epochs)


@edit
def set_loss(experiment: Experiment, key: str) -> Experiment:
    """Choose a loss; the output's activation follows where the loss needs another."""
    loss = by_key(LOSSES, key, "loss")
    dataset = experiment.data.source
    if dataset.task not in loss.tasks:
        raise EditRefused(f"{loss.label} is for {' and '.join(loss.tasks)}; this data is {dataset.task}.")
    if key in TWO_CLASS_LOSSES and class_count(experiment) > 2:
        raise EditRefused(f"{loss.label} is for two classes; here there are {class_count(experiment)}.")
    changed = experiment.replace(training=experiment.training.replace(loss=key))
    if experiment.output.activation in loss.outputs:
        return changed
    output = "linear" if dataset.task == "regression" else loss.outputs[0]
    return changed.replace(output=changed.output.replace(activation=output))


@edit
def set_seed(experiment: Experiment, seed: int) -> Experiment:
    """Draw other starting weights and another order of the mini-batches."""
    return set_training(experiment, seed=seed)


@edit
def set_all_seeds(experiment: Experiment, seed: int) -> Experiment:
    """Use `seed` for the data, the split, the weights and the mini-batches."""
    data = unlinked(experiment).data.replace(seed=seed, split_seed=seed)
    return experiment.replace(data=data, training=experiment.training.replace(seed=seed))


# Inside -------------------------------------------------------------------------------------------------


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
