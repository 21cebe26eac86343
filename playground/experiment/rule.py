"""What an experiment can share with TensorFlow Playground, its rule and its rows, and how it leaves them."""

from playground.engine.activations import ACTIVATIONS
from playground.engine.clipping import CLIPPINGS
from playground.engine.losses import LOSSES
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.regularizers import REGULARIZERS
from playground.experiment.model import NOISE, Experiment
from playground.experiment.words import kind_label
from playground.tables import by_key

PRICES = ("none", "l1", "l2")


def beyond_rule(experiment: Experiment) -> tuple[str, ...]:
    """Return the names of everything about the training that TensorFlow Playground's rule does not know."""
    training = experiment.training
    found = {kind_label(layer): None for layer in experiment.layers if layer.kind != "dense"}
    names = list(found)
    output = by_key(ACTIVATIONS, experiment.output.activation, "activation")
    if not output.elementwise:
        names.append(output.label)
    if training.optimizer != "sgd":
        names.append(by_key(OPTIMIZERS, training.optimizer, "optimizer").label)
    if training.loss != "half_squared":
        names.append(by_key(LOSSES, training.loss, "loss").label)
    if training.regularizer not in PRICES:
        names.append(by_key(REGULARIZERS, training.regularizer, "regularization").label)
    if training.clipping != "none":
        names.append(by_key(CLIPPINGS, training.clipping, "clipping").label)
    return tuple(names)


def with_fitting_rule(experiment: Experiment) -> Experiment:
    """Return the experiment, with ordinary mini-batches where it has left TensorFlow Playground's rule."""
    if experiment.training.rule == "mini_batch" or not beyond_rule(experiment):
        return experiment
    return experiment.replace(training=experiment.training.replace(rule="mini_batch"))


def unlinked(experiment: Experiment) -> Experiment:
    """Return the experiment with rows of our own instead of those that a link stands for."""
    if experiment.data.link_seed is None:
        return experiment
    data = experiment.data.replace(link_seed=None, noise=min(experiment.data.noise, NOISE[1]))
    return experiment.replace(data=data)
