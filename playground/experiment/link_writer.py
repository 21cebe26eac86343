"""Writes a link to TensorFlow Playground from an experiment, and says what the link cannot say."""

from collections.abc import Iterator

from playground.data.drawn import EVEN
from playground.data.linked import LINKED, Linked
from playground.engine.activations import ACTIVATIONS as ENGINE_ACTIVATIONS
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.regularizers import REGULARIZERS as ENGINE_REGULARIZERS
from playground.experiment.held import Held
from playground.experiment.links import ACTIVATIONS, FEATURES, NAMES, PAGE, REGULARIZERS, plain
from playground.experiment.model import DataSettings, Dense, Experiment, Stopping, TrainingSettings
from playground.experiment.words import layer_names
from playground.tables import by_key


def write(
    experiment: Experiment, show_test_points: bool = False, discretize: bool = False
) -> tuple[str, tuple[str, ...]]:
    """Return a link for an experiment, and in sentences what of the experiment it cannot say."""
    data, training = experiment.data, experiment.training
    task = data.source.task
    of_task = {linked.key: linked for linked in LINKED if linked.dataset.task == task}
    chosen = of_task.get(data.dataset, next(iter(of_task.values())))
    dense = _dense(experiment)
    regularizers = {key: name for name, key in REGULARIZERS.items()}
    values: dict[str, str | None] = {
        "activation": _activation(dense),
        # The page writes no "none" either: there, nothing means none.
        "regularization": regularizers.get(training.regularizer) if training.regularizer != "none" else None,
        "batchSize": str(training.batch_size),
        "dataset" if task == "classification" else "regDataset": chosen.name,
        "learningRate": plain(training.learning_rate),
        "regularizationRate": plain(training.regularization_rate),
        "noise": plain(round(100 * data.noise, 10)),
        "networkShape": ",".join(str(layer.units) for layer in dense),
        "seed": data.link_seed or f"0.{data.seed % 100_000:05d}",
        "percTrainData": plain(round(100 * data.train_fraction, 10)),
        "problem": task,
    }
    on = {
        "showTestData": show_test_points,
        "discretize": discretize,
        "initZero": _initializers(experiment) == {"zeros"},
    }
    features = _features(experiment)
    on |= {name: key in features for name, key in FEATURES.items()}
    values |= {name: str(is_on).lower() for name, is_on in on.items()}
    named = [f"{name}={values[name]}" for name in NAMES if values.get(name) is not None]
    return f"https://{PAGE}/#{'&'.join(named)}", tuple(_lost(experiment, chosen))


def _dense(experiment: Experiment) -> list[Dense]:
    return [layer for layer in experiment.layers if isinstance(layer, Dense)]


def _activation(dense: list[Dense]) -> str:
    """Return the one activation of all hidden layers in a link: the first that it can name."""
    return next((layer.activation for layer in dense if layer.activation in ACTIVATIONS), "tanh")


def _features(experiment: Experiment) -> tuple[str, ...]:
    """Return the inputs in a link: x and y where there are none that it knows."""
    known = tuple(key for key in experiment.data.features if key in FEATURES.values())
    return known or ("x1", "x2")


def _initializers(experiment: Experiment) -> set[str]:
    return {layer.initializer for layer in _dense(experiment)} | {experiment.output.initializer}


def _lost(experiment: Experiment, chosen: Linked) -> Iterator[str]:
    """Yield what a link that names the data set `chosen` cannot say of an experiment."""
    yield from _lost_data(experiment.data, chosen)
    yield from _lost_layers(experiment)
    yield from _lost_weights(experiment)
    yield from _lost_held(experiment.held)
    yield from _lost_training(experiment.training)


def _lost_data(data: DataSettings, chosen: Linked) -> Iterator[str]:
    dataset = data.source
    if dataset.key != chosen.key:
        yield f"TensorFlow Playground has no {dataset.label}: the link opens {chosen.dataset.label}."
    elif data.samples != dataset.default_samples:
        yield f"There are always {dataset.default_samples:,} points there, not {data.samples:,}."
    if data.link_seed is None:
        yield "The points are others there: its random numbers are not ours."
    if data.validation_fraction:
        yield "It has no validation part: those rows test the network there."
    yield from _lost_rows(data)
    if data.scaling != "none":
        yield "Its inputs are not scaled."
    own = [key for key in data.features if key in data.formulas]
    if own:
        yield f"It has no features of your own; the link leaves out: {', '.join(own)}."
    known = [key for key in FEATURES.values() if key in data.features]
    if dataset.kind == "plane" and [key for key in data.features if key not in own] != known:
        yield "The inputs stand in an order of its own there."


def _lost_rows(data: DataSettings) -> Iterator[str]:
    """Yield what a link cannot say of generated rows."""
    if data.source.fixed_samples:
        return
    asked = data.choices
    if asked.parameters:
        specs = data.source.parameters
        labels = ", ".join(by_key(specs, key, "parameter").label for key, _ in asked.parameters)
        yield f"Its data sets keep their usual shape; the link leaves out: {labels}."
    if asked.balance != EVEN:
        yield "Its classes are as large as each other: there is no class balance."
    if asked.jitter:
        yield "There is no jitter on the inputs."
    if asked.flipped:
        yield "No labels are flipped there."
    if asked.target_noise:
        yield "There is no noise of its own on the target."


def _lost_layers(experiment: Experiment) -> Iterator[str]:
    names = [
        name
        for layer, name in zip(experiment.layers, layer_names(experiment.layers), strict=True)
        if layer.kind != "dense"
    ]
    if names:
        yield f"It has Dense layers alone; the link leaves out: {', '.join(names)}."
    dense = _dense(experiment)
    activation = _activation(dense)
    if any(layer.activation != activation for layer in dense):
        label = by_key(ENGINE_ACTIVATIONS, activation, "activation").label
        yield f"All hidden layers have the same activation there: {label}."
    task = experiment.data.source.task
    output = "linear" if task == "regression" else "tanh"
    if experiment.output.activation != output:
        yield f"The output is always {output} there, for {task}."


def _lost_held(held: Held) -> Iterator[str]:
    if held.frozen:
        yield "No layer is frozen there: all of them learn."
    if held.links or held.neurons:
        yield "All neurons and links are switched on there."


def _lost_weights(experiment: Experiment) -> Iterator[str]:
    drawn = _initializers(experiment)
    if drawn not in ({"uniform"}, {"zeros"}):
        yield "The first weights are drawn evenly from -0.5 to 0.5 there, with a bias of 0.1."
    elif drawn == {"uniform"} and (experiment.data.link_seed is None or experiment.training.seed != 0):
        yield "The first weights are others there."


def _lost_training(training: TrainingSettings) -> Iterator[str]:
    if training.loss != "half_squared":
        yield "The loss is always half the squared error there."
    if training.optimizer != "sgd":
        label = by_key(OPTIMIZERS, training.optimizer, "optimizer").label
        yield f"The optimizer is always plain gradient descent (SGD) there, not {label}."
    if training.schedule != "constant":
        yield "The learning rate stays the same there."
    if training.regularizer not in REGULARIZERS.values():
        label = by_key(ENGINE_REGULARIZERS, training.regularizer, "regularization").label
        yield f"There is no {label} there: the link asks for no regularization."
    if training.clipping != "none":
        yield "Gradients are not clipped there."
    if training.stopping != Stopping():
        yield "No rule ends the training there."
    if training.rule != "tensorflow_playground":
        yield "The rows are not shuffled anew for every epoch there."
    if training.precision != "float64":
        yield "It is computed in float64 there, so the last digits differ."
