"""What distinguishes two experiments, in words: for names of runs, and for the heading of a comparison."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playground.engine.activations import ACTIVATIONS
from playground.engine.clipping import CLIPPINGS
from playground.engine.initializers import INITIALIZERS
from playground.engine.losses import LOSSES
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.regularizers import REGULARIZERS
from playground.engine.schedules import SCHEDULES
from playground.experiment.model import Dense, Experiment
from playground.experiment.words import kind_label
from playground.tables import Parameter, by_key

MOST_WORDS = 3
"""Settings that a name is made of."""

ALIKE = "same settings"
OTHER_ROWS = "learnt from other rows: not comparable"


@dataclass(frozen=True, slots=True)
class Aspect:
    """Something that experiments can differ in.

    `words` says what it is in an experiment, `prefix` is put before that in a name. `of` is what is compared,
    where the words do not tell everything.
    """

    what: str
    prefix: str
    words: Callable[[Experiment], str]
    of: Callable[[Experiment], object] | None = None


@dataclass(frozen=True, slots=True)
class Contrast:
    """One thing that differs: its name, and what it is before and after."""

    what: str
    before: str
    after: str
    name: str


def contrasts(before: Experiment, after: Experiment) -> tuple[Contrast, ...]:
    """Return what differs between two experiments, the data first; nothing where they are alike."""
    found = []
    for aspect in ASPECTS:
        value = aspect.of or aspect.words
        if value(before) == value(after):
            continue
        old, new = aspect.words(before), aspect.words(after)
        new = f"other {aspect.what}" if old == new else new
        name = new if new.startswith("other ") else f"{aspect.prefix}{new}"
        found.append(Contrast(aspect.what, old, new, name))
    return tuple(found)


def name_after(before: Experiment | None, after: Experiment) -> str:
    """Return a name for a run, made of what differs from the run before it: "rate 0.1, ReLU".

    A run with none before it is named after its experiment.
    """
    if before is None:
        return after.name
    names = [contrast.name for contrast in contrasts(before, after)]
    more = f" and {len(names) - MOST_WORDS} more" if len(names) > MOST_WORDS else ""
    return ", ".join(names[:MOST_WORDS]) + more or ALIKE


def in_a_sentence(
    a: Experiment, b: Experiment, mark: Callable[[str, str], str] = lambda _side, words: words
) -> str:
    """Return what differs between A and B: "Only the activation differs: Tanh against ReLU."

    `mark` writes the words of a side, "A" or "B".
    """
    found = [(one.what, f"{mark('A', one.before)} against {mark('B', one.after)}") for one in contrasts(a, b)]
    if not found:
        return "A and B are still alike: choose what is to be different in B."
    if len(found) == 1:
        return f"Only the {found[0][0]} differs: {found[0][1]}."
    return f"{len(found)} things differ: {'; '.join(' '.join(pair) for pair in found)}."


# What there is to differ in -------------------------------------------------------------------------------


def _labelled(table: Sequence[object], key: str, what: str) -> str:
    return str(by_key(table, key, what).label)  # type: ignore[type-var, attr-defined]


def _together(words: Sequence[str]) -> str:
    """Return words one after the other, or the one that all of them are."""
    return words[0] if len(set(words)) == 1 else ", ".join(words)


def _dense(experiment: Experiment) -> list[Dense]:
    return [layer for layer in experiment.layers if isinstance(layer, Dense)]


def _data(experiment: Experiment) -> str:
    data = experiment.data
    parts = [data.source.label]
    if not data.source.fixed_samples:
        parts.append(f"{data.samples:,} rows")
        parts += [f"noise {data.noise:g}"] if data.noise else []
        parts += [f"seed {data.seed}"] if data.seed else []
    return ", ".join(parts)


def _rows(experiment: Experiment) -> object:
    """Return everything that the rows and their parts follow from."""
    data = experiment.data
    not_rows = ("features", "formulas", "scaling", "target_scaling", "table")
    table = data.table if data.dataset == "own" else None
    return table, data.model_dump(exclude=set(not_rows))


def _features(experiment: Experiment) -> str:
    data = experiment.data
    labels = {feature.key: feature.label for feature in data.known_features}
    chosen = [labels[key] for key in data.features]
    return ", ".join(chosen) if len(chosen) <= 4 else f"{len(chosen)} inputs"


def _layers(experiment: Experiment) -> str:
    widths = [
        f"{layer.units}" if isinstance(layer, Dense) else kind_label(layer) for layer in experiment.layers
    ]
    return "-".join(widths) or "none"


def _layer_parameters(experiment: Experiment) -> object:
    return [
        (layer.kind, getattr(layer, "units", None), sorted(layer.parameters.items()))
        for layer in experiment.layers
    ]


def _activation(experiment: Experiment) -> str:
    keys = [_labelled(ACTIVATIONS, layer.activation, "activation") for layer in _dense(experiment)]
    return _together(keys) if keys else "none"


def _initializer(experiment: Experiment) -> str:
    keys = [layer.initializer for layer in _dense(experiment)] + [experiment.output.initializer]
    return _together([_labelled(INITIALIZERS, key, "initializer") for key in keys])


def _with_parameters(label: str, specs: Sequence[Parameter], values: dict[str, float]) -> str:
    """Return a choice with those of its parameters that are not at their defaults."""
    own = [
        f"{spec.label.lower()} {values[spec.key]:g}"
        for spec in specs
        if values.get(spec.key, spec.default) != spec.default
    ]
    return f"{label} ({', '.join(own)})" if own else label


def _optimizer(experiment: Experiment) -> str:
    training = experiment.training
    chosen = by_key(OPTIMIZERS, training.optimizer, "optimizer")
    return _with_parameters(chosen.label, chosen.parameters, training.optimizer_parameters)


def _schedule(experiment: Experiment) -> str:
    training = experiment.training
    chosen = by_key(SCHEDULES, training.schedule, "schedule")
    return _with_parameters(chosen.label, chosen.parameters, training.schedule_parameters)


def _penalty(experiment: Experiment) -> str:
    training = experiment.training
    if training.regularizer == "none":
        return "none"
    label = _labelled(REGULARIZERS, training.regularizer, "regularization")
    return f"{label} {training.regularization_rate:g}"


def _clipping(experiment: Experiment) -> str:
    training = experiment.training
    if training.clipping == "none":
        return "none"
    return f"{_labelled(CLIPPINGS, training.clipping, 'clipping')} {training.clip_limit:g}"


def _number(key: str) -> Callable[[Experiment], str]:
    return lambda experiment: f"{getattr(experiment.training, key):g}"


def _held(experiment: Experiment) -> str:
    held = experiment.held
    counts = (
        (len(held.frozen), "layer", "frozen"),
        (len(held.neurons), "neuron", "off"),
        (len(held.links), "link", "off"),
    )
    said = [f"{count:,} {what}{'s' * (count > 1)} {how}" for count, what, how in counts if count]
    return " and ".join(said) or "nothing held"


def _seed(experiment: Experiment) -> str:
    return str(experiment.training.seed)


ASPECTS: tuple[Aspect, ...] = (
    Aspect("data", "", _data, _rows),
    Aspect("inputs", "inputs ", _features, lambda one: one.data.features),
    Aspect("scaling", "scaling ", lambda one: one.data.scaling.replace("_", " ")),
    Aspect("scaling of the target", "target scaling ", lambda one: one.data.target_scaling.replace("_", " ")),
    Aspect("width", "layers ", _layers, _layer_parameters),
    Aspect("activation", "", _activation),
    Aspect(
        "output's activation",
        "output ",
        lambda one: _labelled(ACTIVATIONS, one.output.activation, "activation"),
    ),
    Aspect("initializer", "", _initializer),
    Aspect("loss", "loss ", lambda one: _labelled(LOSSES, one.training.loss, "loss")),
    Aspect("optimizer", "", _optimizer),
    Aspect("learning rate", "rate ", _number("learning_rate")),
    Aspect("schedule", "schedule ", _schedule),
    Aspect("batch size", "batch ", _number("batch_size")),
    Aspect("regularization", "penalty ", _penalty),
    Aspect("clipping", "clipping ", _clipping),
    Aspect("training rule", "rule ", lambda one: one.training.rule.replace("_", " ")),
    Aspect("held part", "", _held, lambda one: one.held),
    Aspect("seed", "seed ", _seed),
    Aspect("precision", "", lambda one: one.training.precision),
    Aspect("rules for stopping", "", lambda _one: "stopping", lambda one: one.training.stopping),
    Aspect("planned length", "", lambda one: f"{one.epochs:,} epochs planned"),
)
