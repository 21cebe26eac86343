"""What scripts that train have in common: the rows of a file, their scaling, what is left to words."""

import re
from collections.abc import Callable, Iterator, Mapping

from playground.data.scaling import SCALINGS
from playground.engine.layers import LAYERS
from playground.engine.losses import LOSSES
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.schedules import PEAK, SCHEDULES
from playground.experiment.model import TrainingSettings
from playground.export.code import common
from playground.export.code.recipe import Recipe, Training
from playground.export.code.texts import assigned, number, quoted, words
from playground.export.expressions import Language, Operand, name, write
from playground.tables import by_key

ROWS = """
# The rows: File, Export data as CSV… writes them, with the part that each is in.
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    table = [row for row in csv.DictReader(file) if row["part"] == "train"]
X = np.array([[float(row[name]) for name in COLUMNS] for row in table])
"""

FITTED: Mapping[str, tuple[str, ...]] = {
    "none": (),
    "standard": (
        "spread = X.std(axis=0)",
        "X = (X - X.mean(axis=0)) / np.where(spread > 0, spread, 1)",
    ),
    "min_max": (
        "spread = np.ptp(X, axis=0)",
        "X = (X - X.min(axis=0)) / np.where(spread > 0, spread, 1)",
    ),
    "whitened": (
        "spread = X.std(axis=0)",
        "X = (X - X.mean(axis=0)) / np.where(spread > 0, spread, 1)",
        "variances, axes = np.linalg.eigh(np.cov(X.T, bias=True))  # the principal components",
        "variances, axes = variances[::-1], axes[:, ::-1]",
        "X = X @ axes / np.sqrt(np.where(variances > 1e-10 * variances[0], variances, 1))",
    ),
}
"""How each scaling brings the rows X to a common size; the logarithms come before."""
LOGGED = "X = np.where((X > 0).all(axis=0), np.log(np.maximum(X, 1e-300)), X)"
FACTORS: Mapping[str, str] = {
    "step": "{drop} ** (epoch // {every})",
    "exponential": "{decay} ** epoch",
    "cosine": "{floor} + (1 - {floor}) * (1 + math.cos(math.pi * min(epoch / {epochs}, 1))) / 2",
    "warm_up": "{start} + (1 - {start}) * min(epoch / {epochs_}, 1)",
    "warm_restarts": "(1 + math.cos(math.pi * (epoch % {length}) / {length})) / 2",
    "one_cycle": "float(np.interp(epoch / {epochs}, [0, {peak}, 1], [1 / {first}, 1, 1 / {last}]))",
}
"""What the learning rate is multiplied by, for a whole number `epoch`."""


def required(recipe: Recipe) -> Training:
    """Return how the network of a recipe will be trained."""
    assert recipe.training is not None
    return recipe.training


def opening(recipe: Recipe, library: str) -> str:
    """Return the docstring of a script that trains."""
    return (
        f'"""{words(recipe.name)}, trained with {library}.\n\n'
        f'    python SCRIPT.py ROWS.csv    with the rows of File, Export data as CSV…\n"""'
    )


def imports(*libraries: str, body: str = "") -> str:
    """Return the lines of imports."""
    return common.imports(None, *libraries, standard=["csv", *(["math"] if "math." in body else []), "sys"])


def data(recipe: Recipe) -> str:
    """Return the lines that read rows X and targets y, and bring both into the network's form."""
    lines = [
        assigned("COLUMNS", map(quoted, recipe.columns)),
        ROWS.strip("\n"),
        *([] if common.is_plain(recipe) else ["X = features(X)"]),
        *_scaled(required(recipe).scaling),
        *_targets(recipe),
    ]
    return "\n".join(lines)


def _scaled(key: str, place: str = "X") -> list[str]:
    scaling = by_key(SCALINGS, key, "scaling")
    base = key.removeprefix("log_") if key != "log" else "standard"
    if base not in FITTED:
        return [f"# The scaling “{scaling.label}” is not written out here: {words(scaling.help)}"]
    lines = [*([LOGGED] if scaling.takes_logs else []), *FITTED[base]]
    return [re.sub(r"\bX\b", place, line) for line in lines]


def _targets(recipe: Recipe) -> list[str]:
    target = f"row[{quoted(recipe.target)}]"
    if recipe.encoding == "real":
        lines = [f"y = np.array([[float({target})] for row in table])"]
        return [*lines, *_scaled(required(recipe).target_scaling, "y")]
    lines = [f"classes, y = np.unique([{target} for row in table], return_inverse=True)"]
    if recipe.encoding == "one_hot":
        return [*lines, f"y = np.eye({recipe.shapes[-1].units})[y]  # a column for each class"]
    if recipe.encoding == "signed":
        return [*lines, "y = 2.0 * y[:, None] - 1.0  # -1 for the first class, 1 for the second"]
    return [*lines, "y = 1.0 * y[:, None]  # 0 for the first class, 1 for the second"]


# Optimizers, losses and schedules ---------------------------------------------------------------------------


def hyper(settings: TrainingSettings) -> dict[str, float]:
    """Return a value for every parameter of the optimizer."""
    known = by_key(OPTIMIZERS, settings.optimizer, "optimizer").parameters
    return {spec.key: settings.optimizer_parameters.get(spec.key, spec.default) for spec in known}


def called(text: str, arguments: Mapping[str, str | float | None]) -> str:
    """Return a call with those keyword arguments that are not None."""
    given = {
        key: one if isinstance(one, str) else number(one) for key, one in arguments.items() if one is not None
    }
    return f"{text}({', '.join(f'{key}={one}' for key, one in given.items())})"


def unless(value: float, default: float) -> float | None:
    """Return a value that is not the library's default, else None."""
    return None if value == default else value


def batch_size(recipe: Recipe) -> str:
    """Return how many rows make a step."""
    settings = required(recipe).settings
    full = by_key(OPTIMIZERS, settings.optimizer, "optimizer").full_batch
    return "len(X)" if full else str(settings.batch_size)


def factor(recipe: Recipe) -> str:
    """Return what the learning rate is multiplied by in an epoch; "" where it stays or has no short form."""
    training = required(recipe)
    settings = training.settings
    parameters = by_key(SCHEDULES, settings.schedule, "schedule").parameters
    values = {
        spec.key: number(value) for spec, value in zip(parameters, settings.schedule_hyper, strict=True)
    }
    if settings.schedule not in FACTORS or values.get("multiplier", "1") != "1":
        return ""
    values["epochs_"] = values.get("epochs", "")
    return FACTORS[settings.schedule].format(**{**values, "epochs": training.epochs, "peak": PEAK})


def loss_term(key: str, language: Language) -> str:
    """Return one output's share of a loss, of an answer a, a target y and, where it needs it, a sum z."""
    term = by_key(LOSSES, key, "loss").term
    assert term is not None
    found: Operand = term(name("z"), name("a"), name("y"))
    return write(found, language)


def left_out(recipe: Recipe, *more: str) -> Iterator[str]:
    """Yield comments on what the script does not do as the playground does."""
    settings = required(recipe).settings
    if settings.rule == "tensorflow_playground":
        yield "The playground follows TensorFlow Playground's own rule for a step here."
    if settings.schedule != "constant" and not factor(recipe):
        schedule = by_key(SCHEDULES, settings.schedule, "schedule")
        yield f"The learning rate changes in the playground: {schedule.label}. {schedule.help}"
    if required(recipe).still:
        yield "Every layer is frozen in the playground, so nothing learns there; here all of them do."
    rules = settings.stopping
    if rules.patience:
        yield f"The playground stops when the test loss has not fallen for {rules.patience:,} epochs."
    if rules.target is not None:
        yield f"The playground stops when the train loss is no higher than {rules.target:g}."
    if rules.plateau:
        yield f"The playground stops when the train loss stays as it is for {rules.plateau:,} epochs."
    yield from more


def places(links: tuple[tuple[int, int], ...]) -> str:
    """Return what stands for links in the brackets of a matrix: "[0, 2], [1, 1]"."""
    units, sources = zip(*links, strict=True)
    return f"{[*units]}, {[*sources]}"


def comments(lines: Iterator[str]) -> str:
    """Return sentences as lines of comments."""
    return "\n".join(f"# {words(line, 140)}" for line in lines)


def kinds(recipe: Recipe) -> list[str]:
    """Return the labels of the kinds of layers but Dense, each once."""
    keys = dict.fromkeys(shape.kind for shape in recipe.shapes if shape.kind != "dense")
    return [by_key(LAYERS, key, "kind of layer").label for key in keys]


Call = Callable[[TrainingSettings, dict[str, float]], str]
"""What writes the call that makes an optimizer, of the settings and its parameters."""
