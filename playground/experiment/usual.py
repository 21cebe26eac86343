"""What usually goes together: output, loss, scaling and first weights that fit the data and each other."""

from playground.data import EXPRESSION, Dataset
from playground.experiment.model import Experiment


def class_count(experiment: Experiment) -> int:
    """Return the number of classes, 0 for regression."""
    dataset = experiment.data.source
    if dataset.task == "regression":
        return 0
    return experiment.data.classes if dataset.classes_adjustable else int(dataset.classes or 2)


def initializer_for(activation: str) -> str:
    """Return the usual initializer for an activation: He for the ReLU family, Glorot otherwise."""
    return "he_normal" if activation in ("relu", "leaky_relu", "swish") else "glorot_uniform"


def usual_scaling(dataset: Dataset) -> str:
    """Plane data is of size one already, as in TF Playground; measured columns and own numbers are not."""
    own_numbers = dataset.key == EXPRESSION and dataset.task == "regression"
    return "none" if dataset.kind == "plane" and not own_numbers else "standard"


def with_usual_output(experiment: Experiment) -> Experiment:
    """Return the experiment with the usual output for another task or number of classes."""
    classes = class_count(experiment)
    activation = experiment.output.activation
    if classes == 0:
        activation = "linear"
    elif classes > 2:
        activation = "softmax"
    elif activation in ("linear", "softmax"):
        activation = "tanh"
    return with_fitting_loss(experiment.replace(output=experiment.output.replace(activation=activation)))


def with_fitting_loss(experiment: Experiment) -> Experiment:
    """Take the loss that goes with the output's activation: a cross-entropy, or half squared error."""
    classes, activation = class_count(experiment), experiment.output.activation
    key = "half_squared"
    if activation == "softmax":
        key = "softmax_cross_entropy"
    elif activation == "sigmoid" and classes == 2:
        key = "binary_cross_entropy"
    return experiment.replace(training=experiment.training.replace(loss=key))
