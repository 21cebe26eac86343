"""Says in words what is wrong with an experiment, or unwise, before it is trained."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from playground.data import OWN
from playground.data.split import row_count
from playground.engine.activations import ACTIVATIONS
from playground.engine.losses import LOSSES
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.schedules import SCHEDULES
from playground.experiment.edits import TWO_CLASS_LOSSES
from playground.experiment.flow import skip_faults, widths
from playground.experiment.hold_edits import can_freeze, is_frozen, neurons_off, other_way_out
from playground.experiment.model import OUTPUT_ID, Dense, Experiment
from playground.experiment.rule import beyond_rule
from playground.experiment.skips import sentence
from playground.experiment.usual import class_count
from playground.experiment.words import layer_names
from playground.tables import by_key


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: an error cannot be trained, a warning can.

    `where` is a layer's id, or "data", "loss", "training", "device" or "memory".
    `key` names those for which there is something to try (`training.diagnosis`).
    """

    severity: Literal["error", "warning"]
    where: str
    message: str
    key: str = ""


def check(experiment: Experiment) -> tuple[Problem, ...]:
    """Return every problem of an experiment, errors first."""
    parts = (
        _painting_problems,
        _loss_problems,
        _kind_problems,
        _layer_problems,
        _training_problems,
        _course_problems,
        _rule_problems,
        _held_problems,
    )
    problems = [problem for part in parts for problem in part(experiment)]
    return tuple(sorted(problems, key=lambda problem: problem.severity != "error"))


def errors(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return the problems that keep an experiment from being trained."""
    return tuple(problem for problem in problems if problem.severity == "error")


def _painting_problems(experiment: Experiment) -> Iterator[Problem]:
    data = experiment.data
    if data.dataset != OWN or data.table is None or not data.table.painted:
        return
    if not data.table.class_names and len(data.table) < 2:
        yield Problem("error", "data", "Paint at least two points to train.")
    elif data.table.class_names and len(set(data.table.targets.tolist())) < 2:
        yield Problem("error", "data", "Paint at least two points, of two classes, to train.")


def _held_problems(experiment: Experiment) -> Iterator[Problem]:
    learning = [one for one in experiment.layers if can_freeze(one.kind)]
    if all(is_frozen(experiment, one) for one in (*(layer.id for layer in learning), OUTPUT_ID)):
        message = "Every layer is frozen, so nothing learns: unfreeze one."
        yield Problem("warning", OUTPUT_ID, message)
    names = layer_names(experiment.layers)
    for index, layer in enumerate(experiment.layers):
        why = other_way_out(experiment, index) if neurons_off(experiment, layer.id) else ""
        if why:
            message = f"{names[index]} has neurons that are switched off but still have a say: {why}."
            yield Problem("warning", layer.id, message)


def _loss_problems(experiment: Experiment) -> Iterator[Problem]:
    loss = by_key(LOSSES, experiment.training.loss, "loss")
    dataset = experiment.data.source
    output = by_key(ACTIVATIONS, experiment.output.activation, "activation")
    if dataset.task not in loss.tasks:
        yield Problem("error", "loss", f"{loss.label} cannot be used for {dataset.task}.")
    elif output.key not in loss.outputs:
        allowed = " or ".join(by_key(ACTIVATIONS, key, "activation").label for key in loss.outputs)
        message = f"{loss.label} needs {allowed} at the output, not {output.label}."
        yield Problem("error", "loss", message, "loss_output")
    elif loss.key in TWO_CLASS_LOSSES and class_count(experiment) > 2:
        yield Problem("error", "loss", f"{loss.label} is for two classes; use softmax cross-entropy.")
    if dataset.task == "regression" and output.output_only:
        message = f"{output.label} chooses between classes; this data asks for numbers."
        yield Problem("error", OUTPUT_ID, message)
    elif dataset.task == "regression" and output.bounds != (float("-inf"), float("inf")):
        low, high = output.bounds
        yield Problem(
            "warning",
            OUTPUT_ID,
            f"The output's {output.label} gives only values from {low:g} to {high:g}; "
            "for a number without bounds use linear.",
            "bounded_output",
        )
    elif class_count(experiment) > 2 and output.key != "softmax" and output.key in loss.outputs:
        message = (
            f"The output's {output.label} with {loss.label} lets each class answer for itself, and nothing "
            "makes the answers chances; use softmax with its cross-entropy."
        )
        yield Problem("warning", OUTPUT_ID, message, "no_classes")
    if output.key == "step":
        yield Problem("warning", OUTPUT_ID, "A step at the output has no slope, so nothing can learn.")


def _layer_problems(experiment: Experiment) -> Iterator[Problem]:
    for layer, name in zip(experiment.layers, layer_names(experiment.layers), strict=True):
        if not isinstance(layer, Dense):
            continue
        if layer.activation == "step":
            yield Problem(
                "warning",
                layer.id,
                f"{name} uses step, which has no slope: it and the layers before it do not learn.",
            )
        if layer.initializer in ("zeros", "constant") and layer.units > 1:
            same = "zero" if layer.initializer == "zeros" else "the same"
            yield Problem(
                "warning",
                layer.id,
                f"{name} starts with all weights {same}, so its neurons stay alike for ever.",
                "alike",
            )
    dense = [layer for layer in experiment.layers if isinstance(layer, Dense)]
    bends = any(layer.kind == "layer_norm" for layer in experiment.layers)
    if dense and not bends and all(layer.activation == "linear" for layer in dense):
        yield Problem(
            "warning",
            dense[0].id,
            "Every hidden layer is linear: together they can do no more than a single layer.",
            "linear",
        )


def _kind_problems(experiment: Experiment) -> Iterator[Problem]:
    layers, names = experiment.layers, layer_names(experiment.layers)
    for fault in skip_faults(experiment):
        yield Problem("error", layers[fault.index].id, sentence(experiment, fault))
    counts = widths(experiment)
    for index, (layer, name) in enumerate(zip(layers, names, strict=True)):
        if layer.kind == "batch_norm" and experiment.training.batch_size == 1:
            yield Problem(
                "warning",
                layer.id,
                f"{name} compares the rows of a batch, and a batch of 1 has nothing to compare: "
                "choose a batch of 10 or more.",
            )
        if layer.kind == "batch_norm" and index and layers[index - 1].kind == "dropout":
            yield Problem(
                "warning",
                layer.id,
                f"{name} right after {names[index - 1]} learns the spread of values some of which are "
                "silenced; in testing, when all are heard, it is another. Swap the two.",
            )
        if layer.kind == "layer_norm" and counts[index] == 1:
            yield Problem(
                "warning",
                layer.id,
                f"{name} compares the values of an example, and a single one has nothing to be compared "
                "with, so nothing of it passes: give the layer before it more neurons.",
            )


def _training_problems(experiment: Experiment) -> Iterator[Problem]:
    training = experiment.training
    if training.learning_rate == 0:
        message = "The learning rate is 0, so the weights stay as they are."
        yield Problem("warning", "training", message, "no_rate")
    dataset = experiment.data.source
    if dataset.kind == "table" and experiment.data.scaling == "none":
        yield Problem(
            "warning",
            "data",
            f"The columns of {dataset.label} have different units and sizes: "
            "choose standard scaling, or training may stall.",
            "unscaled",
        )


def _rule_problems(experiment: Experiment) -> Iterator[Problem]:
    """Yield where TensorFlow Playground's rule of training does not fit."""
    training, data = experiment.training, experiment.data
    if training.rule == "mini_batch":
        return
    unknown = beyond_rule(experiment)
    if unknown:
        names = ", ".join(unknown)
        yield Problem("error", "training", f"TensorFlow Playground's rule of training does not know {names}.")
    dataset = data.source
    rows = 0 if dataset.fixed_samples else row_count(data.samples, data.train_fraction, data.samples - 1)
    if 0 < rows < training.batch_size:
        yield Problem(
            "warning",
            "training",
            f"By TensorFlow Playground's rule a batch of {training.batch_size:,} is never complete with "
            f"{rows:,} training rows, so nothing is learnt: choose a smaller batch.",
        )


def _course_problems(experiment: Experiment) -> Iterator[Problem]:
    """Yield what is wrong with how the run is to go on and to end."""
    training, epochs = experiment.training, experiment.epochs
    optimizer = by_key(OPTIMIZERS, training.optimizer, "optimizer")
    schedule = by_key(SCHEDULES, training.schedule, "schedule")
    unused = []
    if optimizer.solves and schedule.key != "constant":
        unused.append("the schedule")
    if optimizer.solves and training.clipping != "none":
        unused.append("the clipping")
    if unused:
        plays = "plays" if len(unused) == 1 else "play"
        message = f"{optimizer.label} finds its own step lengths, so {' and '.join(unused)} {plays} no part."
        yield Problem("warning", "training", message)
    named = dict(zip((spec.key for spec in schedule.parameters), training.schedule_hyper, strict=True))
    if schedule.key == "step" and named["every"] >= epochs:
        yield Problem(
            "warning",
            "training",
            f"The learning rate is to drop every {named['every']:g} epochs, but the run is planned for "
            f"{epochs:,}: it never drops. Choose fewer epochs between drops, or plan a longer run.",
        )
    if schedule.key == "warm_up" and named["epochs"] > epochs:
        yield Problem(
            "warning",
            "training",
            f"The warm-up takes {named['epochs']:g} epochs, but the run is planned for {epochs:,}: "
            "the full learning rate is never reached.",
        )
    rules = training.stopping
    for name, patience in (("early stopping", rules.patience), ("a plateau", rules.plateau)):
        if rules.at_end and patience is not None and patience >= epochs:
            yield Problem(
                "warning",
                "training",
                f"The run ends after {epochs:,} epochs, so {name} with {patience:,} epochs of patience "
                "cannot end it before.",
            )
