"""What can be tried when something is wrong with a run: ordinary edits, and commands of the run."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from playground.engine.activations import ACTIVATIONS
from playground.experiment import edits
from playground.experiment.model import SAMPLES, SEED, Dense, Experiment
from playground.experiment.prepare import Prepared
from playground.experiment.usual import initializer_for
from playground.experiment.words import layer_names
from playground.tables import by_key

Change = Callable[[Experiment], Experiment]


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something to try: an edit that can be undone, a command of the run, or one after the other."""

    label: str
    change: Change | None = field(default=None, compare=False)
    command: Literal["", "recover", "rewind"] = ""


def _third(experiment: Experiment) -> float:
    return float(f"{experiment.training.learning_rate / 3:.2g}")


def slower(experiment: Experiment) -> Remedy:
    """Take smaller steps."""
    rate = _third(experiment)
    return Remedy(
        f"Lower the learning rate to {rate:g}", lambda now: edits.set_training(now, learning_rate=rate)
    )


def begin_again(experiment: Experiment) -> Remedy:
    """Take smaller steps from the first weights on."""
    rate = min(_third(experiment), 0.03)
    label = f"Begin again with a learning rate of {rate:g}"
    return Remedy(label, lambda now: edits.set_training(now, learning_rate=rate), "rewind")


def slower_from_good(experiment: Experiment) -> Remedy:
    """Take smaller steps from where all was well."""
    rate = _third(experiment)
    return Remedy(
        "Back to the last good weights, rate / 3",
        lambda now: edits.set_training(now, learning_rate=rate),
        "recover",
    )


def faster(experiment: Experiment) -> Remedy:
    """Take larger steps."""
    rate = min(float(f"{experiment.training.learning_rate * 3:.2g}"), 10.0)
    return Remedy(
        f"Raise the learning rate to {rate:g}", lambda now: edits.set_training(now, learning_rate=rate)
    )


def larger_batch(experiment: Experiment, prepared: Prepared) -> tuple[Remedy, ...]:
    """Let each step see more rows, where there are more."""
    size = 4 * experiment.training.batch_size
    if prepared.plan.full_batch or size > len(prepared.train_rows):
        return ()
    return (Remedy(f"Use batches of {size:,}", lambda now: edits.set_training(now, batch_size=size)),)


def regularized(experiment: Experiment) -> tuple[Remedy, ...]:
    """Put a price on large weights, where there is none."""
    if experiment.training.regularizer != "none":
        return ()
    settings = {"regularizer": "l2", "regularization_rate": 0.01}
    return (Remedy("Use L2 with a penalty of 0.01", lambda now: edits.set_training(now, **settings)),)


def more_samples(experiment: Experiment) -> tuple[Remedy, ...]:
    """Draw more rows, where they are drawn."""
    more = min(4 * experiment.data.samples, SAMPLES[1])
    if experiment.data.source.fixed_samples or more <= experiment.data.samples:
        return ()
    return (Remedy(f"Draw {more:,} samples", lambda now: edits.set_data(now, samples=more)),)


def adam(experiment: Experiment) -> tuple[Remedy, ...]:
    """Use the optimizer that finds its own step lengths, where another one is used."""
    if experiment.training.optimizer == "adam":
        return ()

    def use(now: Experiment) -> Experiment:
        return edits.set_training(edits.set_optimizer(now, "adam"), learning_rate=0.01)

    return (Remedy("Use Adam with a rate of 0.01", use),)


def larger(experiment: Experiment) -> tuple[Remedy, ...]:
    """Give the network more to learn with."""
    dense = next((layer for layer in experiment.layers if isinstance(layer, Dense)), None)
    if dense is None:
        return (Remedy("Add a hidden layer", lambda now: edits.add_layer(now, 0, units=8)),)
    units = min(2 * dense.units, 64)
    if units <= dense.units:
        return ()
    name = layer_names(experiment.layers)[experiment.index(dense.id)]
    return (Remedy(f"Give {name} {units} neurons", lambda now: edits.set_units(now, dense.id, units)),)


def with_activation(experiment: Experiment, layers: tuple[str, ...], key: str) -> Remedy:
    """Return the remedy of another activation, with the first weights that go with it."""
    label = by_key(ACTIVATIONS, key, "activation").label

    def use(now: Experiment) -> Experiment:
        for layer in layers:
            now = edits.set_initializer(edits.set_activation(now, layer, key), layer, initializer_for(key))
        return now

    names = dict(zip((one.id for one in experiment.layers), layer_names(experiment.layers), strict=True))
    return Remedy(f"Use {label} in {names[layers[0]] if len(layers) == 1 else 'the hidden layers'}", use)


def shallow(experiment: Experiment) -> Experiment:
    """Return the experiment with its first two Dense layers alone."""
    dense = [layer.id for layer in experiment.layers if isinstance(layer, Dense)]
    for layer in dense[2:]:
        experiment = edits.remove_layer(experiment, layer)
    return experiment


def new_weights(experiment: Experiment) -> Remedy:
    """Begin elsewhere."""
    seed = (experiment.training.seed + 1) % (SEED[1] + 1)
    return Remedy("New starting weights", lambda now: edits.set_seed(now, seed))
