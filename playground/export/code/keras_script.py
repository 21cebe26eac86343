"""The network in Keras 3."""

from collections.abc import Callable, Mapping

from playground.engine.initializers import INITIALIZERS as ENGINE_INITIALIZERS
from playground.engine.layers import EPSILON, LayerShape
from playground.engine.losses import LOSSES as ENGINE_LOSSES
from playground.engine.optimizers import OPTIMIZERS as ENGINE_OPTIMIZERS
from playground.experiment.model import TrainingSettings
from playground.export.code import common
from playground.export.code.common import Numbers, joined
from playground.export.code.numpy_script import arrays_of
from playground.export.code.recipe import Recipe
from playground.export.code.texts import filled, number, quoted, words
from playground.export.code.training import (
    Call,
    batch_size,
    called,
    comments,
    data,
    factor,
    hyper,
    imports,
    left_out,
    loss_term,
    opening,
    required,
    unless,
)
from playground.export.expressions import Language
from playground.tables import by_key

KERAS = Language(
    "keras",
    {op: f"ops.{op}({{0}})" for op in ("absolute", "sign", "sqrt", "exp", "expm1", "log", "log1p")}
    | {op: f"ops.{op}({{0}})" for op in ("sin", "cos", "tan", "tanh")}
    | {op: f"ops.{op}({{0}}, {{1}})" for op in ("power", "maximum", "minimum")}
    | {"where": "ops.where({0}, {1}, {2})"},
)

ACTIVATIONS: Mapping[str, str] = {
    key: f'"{name}"'
    for key, name in {
        "sigmoid": "sigmoid",
        "hard_sigmoid": "hard_sigmoid",
        "tanh": "tanh",
        "relu": "relu",
        "elu": "elu",
        "selu": "selu",
        "swish": "silu",
        "mish": "mish",
        "softplus": "softplus",
        "softmax": "softmax",
    }.items()
}
"""Activations that Keras has under a name of its own; the others are written as functions."""
X64 = 'os.environ.setdefault("JAX_ENABLE_X64", "1")  # JAX takes half the digits unless it is told'
LAYERS_INSTEAD: Mapping[str, str] = {"leaky_relu": "layers.LeakyReLU(negative_slope=0.01)"}
"""Activations that stand as layers of their own, for their number."""


Options = Callable[[LayerShape], str]


def trained(recipe: Recipe, most: int | None = None) -> str:
    """Return the script with trained weights; with `most`, more numbers than that are only named."""
    assert recipe.pipeline is not None
    numbers = Numbers(recipe, most)
    arrays = [numbers.layer(name, array) for name, array in arrays_of(recipe)]
    scaled = common.scaled(recipe.pipeline.input_scaler, numbers)
    double = recipe.precision == "float64"
    parts = "from keras import layers, ops" if functions(recipe) else "from keras import layers"
    libraries = (*([X64] if double else []), "import keras", "import numpy as np", parts)
    own = ("csv", *(["os"] if double else []), "sys")
    return joined(
        common.head(
            recipe,
            "a model of Keras 3",
            "Needs NumPy, and Keras on TensorFlow; set KERAS_BACKEND to jax or torch for these.",
            numbers,
            *libraries,
            own=own,
        ),
        common.DECODED if numbers.used_bytes else "",
        "" if common.is_plain(recipe) else common.features(recipe),
        scaled,
        functions(recipe),
        model(recipe, _undrawn),
        "\n".join(["# What was learnt: row i of a W holds the weights into neuron i.", *arrays]),
        f"model.set_weights({filled([_as_keras(name) for name in kept_order(recipe)], before=18)})",
        _outputs(recipe, bool(scaled)),
        common.tail(recipe),
    )


def functions(recipe: Recipe) -> str:
    """Return the activations that Keras does not have."""
    own = [key for key in common.used_activations(recipe) if key not in {*ACTIVATIONS, *LAYERS_INSTEAD}]
    return joined(*(common.function(key, KERAS) for key in own)) if own else ""


def model(recipe: Recipe, options: Options) -> str:
    """Return the lines that make the model; `options` says what more is written into a Dense layer."""
    first = 'keras.config.set_floatx("float64")\n' if recipe.precision == "float64" else ""
    build = _functional if recipe.has_skip else _sequential
    return first + build(recipe, options)


def _sequential(recipe: Recipe, options: Options) -> str:
    lines = [f"keras.Input(({recipe.shapes[0].inputs},))"]
    for place, shape in enumerate(recipe.shapes, 1):
        lines += layers_of(shape, options, _is_frozen(recipe, place))
    return "\n".join(
        ["model = keras.Sequential(", "    [", *(f"        {line}," for line in lines), "    ]", ")"]
    )


def _functional(recipe: Recipe, options: Options) -> str:
    lines = [f"a0 = keras.Input(({recipe.shapes[0].inputs},))"]
    for place, shape in enumerate(recipe.shapes):
        if shape.kind == "skip":
            lines.append(f"a{place + 1} = layers.Add()([a{place}, a{shape.source}])")
            continue
        made = f"a{place}"
        for layer in layers_of(shape, options, _is_frozen(recipe, place + 1)):
            made = f"{layer}({made})"
        lines.append(f"a{place + 1} = {made}")
    return "\n".join([*lines, f"model = keras.Model(a0, a{len(recipe.shapes)})"])


def _is_frozen(recipe: Recipe, place: int) -> bool:
    return recipe.training is not None and place in recipe.training.frozen


def layers_of(shape: LayerShape, options: Options, frozen: bool = False) -> list[str]:
    """Return what makes the layers of Keras that stand for one of ours; a frozen one says so."""
    first, *others = _layers_of(shape, options)
    return [f"{first[:-1]}, trainable=False)" if frozen else first, *others]


def _layers_of(shape: LayerShape, options: Options) -> list[str]:
    if shape.kind == "dense":
        return _dense(shape, options)
    parameters = [number(value) for value in shape.parameters]
    if shape.kind == "dropout":
        return [f"layers.Dropout({parameters[0]})"]
    if shape.kind == "batch_norm":
        return [f"layers.BatchNormalization(momentum={parameters[0]}, epsilon={EPSILON!r})"]
    return [f"layers.LayerNormalization(epsilon={EPSILON!r})"]


def _dense(shape: LayerShape, options: Options) -> list[str]:
    if shape.activation in LAYERS_INSTEAD:
        return [f"layers.Dense({shape.units}{options(shape)})", LAYERS_INSTEAD[shape.activation]]
    name = ACTIVATIONS.get(shape.activation, shape.activation)
    chosen = "" if shape.activation == "linear" else f", activation={name}"
    return [f"layers.Dense({shape.units}{chosen}{options(shape)})"]


def kept_order(recipe: Recipe) -> list[str]:
    """Return the names of all arrays in the order in which Keras keeps them."""
    order: list[str] = []
    for place, shape in enumerate(recipe.shapes, 1):
        names = {
            "dense": ("W", "b"),
            "batch_norm": ("gamma", "beta", "mean", "variance"),
            "layer_norm": ("gamma", "beta"),
        }.get(shape.kind, ())
        order += [f"{name}{place}" for name in names]
    return order


def _as_keras(name: str) -> str:
    return f"{name}.T" if name.startswith("W") else name


def _outputs(recipe: Recipe, is_scaled: bool) -> str:
    inputs = common.as_inputs(recipe, is_scaled)
    kind = "" if recipe.precision == "float64" else ".astype(np.float32)"
    return common.outputs(
        recipe,
        [
            f"x = {inputs}{kind}",
            f"return keras.ops.convert_to_numpy(model(x)).astype(float){common.into_unit(recipe)}",
        ],
    )


# Training ---------------------------------------------------------------------------------------------------


def _limits(settings: TrainingSettings) -> dict[str, float | None]:
    """Return the arguments that every optimizer takes: for clipping and for weight decay."""
    limit = settings.clip_limit
    return {
        "weight_decay": settings.regularization_rate or None
        if settings.regularizer == "weight_decay"
        else None,
        "clipvalue": limit if settings.clipping == "value" else None,
        "global_clipnorm": limit if settings.clipping == "norm" else None,
    }


def _optimizer(kind: str, **arguments: float | str | None) -> Call:
    """Return what writes an optimizer; a text names one of our parameters, after it Keras's default."""

    def call(settings: TrainingSettings, hyper: dict[str, float]) -> str:
        made: dict[str, str | float | None] = {"learning_rate": settings.learning_rate}
        for key, value in arguments.items():
            if isinstance(value, str):
                ours, _, default = value.partition(" ")
                made[key] = unless(hyper[ours], float(default))
            else:
                made[key] = value
        made.update({key: value for key, value in _limits(settings).items() if value is not None})
        return called(f"keras.optimizers.{kind}", made)

    return call


ADAM = {"beta_1": "beta1 0.9", "beta_2": "beta2 0.999", "epsilon": "epsilon 1e-7"}
OPTIMIZERS: Mapping[str, Call] = {
    "sgd": _optimizer("SGD"),
    "momentum": _optimizer("SGD", momentum="beta 0"),
    "nesterov": lambda settings, hyper: (
        _optimizer("SGD", momentum="beta 0")(settings, hyper)[:-1] + ", nesterov=True)"
    ),
    "adagrad": _optimizer("Adagrad", initial_accumulator_value=0.0, epsilon="epsilon 1e-7"),
    "rmsprop": _optimizer("RMSprop", rho="rho 0.9", epsilon="epsilon 1e-7"),
    "adam": _optimizer("Adam", **ADAM),
    "adamw": _optimizer("AdamW", **ADAM, weight_decay="weight_decay 0.004"),
}
"""Optimizers that Keras has."""
LOSSES: Mapping[str, str] = {
    "mse": '"mse"',
    "mae": '"mae"',
    "huber": '"huber"',
    "binary_cross_entropy": '"binary_crossentropy"',
    "softmax_cross_entropy": '"categorical_crossentropy"',
}
"""Losses that Keras computes as we do; the others are written as functions."""
INITIALIZERS: Mapping[str, str] = {
    "constant": "keras.initializers.Constant(0.5)",
    "uniform": "keras.initializers.RandomUniform(-0.5, 0.5)",
    "normal": "keras.initializers.RandomNormal(stddev=0.1)",
}
"""Initializers that Keras calls otherwise than we do."""
OWN_NAMES = (
    "zeros",
    "he_normal",
    "he_uniform",
    "glorot_normal",
    "lecun_normal",
    "lecun_uniform",
    "orthogonal",
)


def training(recipe: Recipe) -> str:
    """Return the script that makes, compiles and fits the model."""
    settings = required(recipe).settings
    loss = _loss(recipe)
    penalty = _penalty(settings)
    made = model(recipe, lambda shape: _first_weights(shape) + penalty)
    fit = _fit(recipe)
    body = joined(functions(recipe), loss, made, fit)
    ops = ", ops" if "ops." in body else ""
    parts = [
        joined(functions(recipe), loss) if functions(recipe) or loss else "",
        joined(made, _compiled(recipe), lines=1),
        "" if common.is_plain(recipe) else common.features(recipe),
        joined(data(recipe), fit, lines=1),
    ]
    libraries = ("import keras", "import numpy as np", f"from keras import layers{ops}")
    head = joined(opening(recipe, "Keras 3"), imports(*libraries, body=body), lines=1)
    return joined(head, *parts)


def _penalty(settings: TrainingSettings) -> str:
    rate = settings.regularization_rate
    if not rate or settings.regularizer not in ("l1", "l2"):
        return ""
    name, rate = ("L1", rate) if settings.regularizer == "l1" else ("L2", rate / 2)
    return f", kernel_regularizer=keras.regularizers.{name}({number(rate)})"


def _undrawn(_shape: LayerShape) -> str:
    """Return what keeps Keras from drawing weights, for which it compiles a while, that are then replaced."""
    return ', kernel_initializer="zeros"'


def _first_weights(shape: LayerShape) -> str:
    """Return the argument that says how the first weights are drawn; "" for Keras's own way."""
    key = shape.initializer
    if key in INITIALIZERS or key in OWN_NAMES:
        found = f", kernel_initializer={INITIALIZERS.get(key, quoted(key))}"
        bias = by_key(ENGINE_INITIALIZERS, key, "initializer").bias
        return found + (f", bias_initializer=keras.initializers.Constant({bias})" if bias else "")
    return ""


def _loss(recipe: Recipe) -> str:
    """Return the function of a loss that Keras does not have; "" for one that it has."""
    key = required(recipe).settings.loss
    if key in LOSSES:
        return ""
    mean = "mean" if by_key(ENGINE_LOSSES, key, "loss").average else "sum"
    text = words(by_key(ENGINE_LOSSES, key, "loss").formula)
    return f'def {key}(y, a):\n    """{text}."""\n    return ops.{mean}({loss_term(key, KERAS)}, axis=-1)'


def _compiled(recipe: Recipe) -> str:
    settings = required(recipe).settings
    found = OPTIMIZERS.get(settings.optimizer)
    notes = []
    if found is None:
        label = by_key(ENGINE_OPTIMIZERS, settings.optimizer, "optimizer").label
        notes.append(f"# Keras has no {label}: Adam stands in for it here.")
        found = OPTIMIZERS["adam"]
        settings = settings.replace(optimizer="adam", optimizer_parameters={})
    optimizer = found(settings, hyper(settings))
    loss = LOSSES.get(settings.loss, settings.loss)
    metrics = [] if recipe.encoding in ("real", "signed") else ['    metrics=["accuracy"],']
    lines = ["model.compile(", f"    optimizer={optimizer},", f"    loss={loss},", *metrics, ")"]
    return "\n".join([*notes, *lines])


def _notes(recipe: Recipe) -> list[str]:
    """Return in words what Keras does otherwise."""
    plan, notes = required(recipe), []
    if plan.off:
        notes.append(f"Links that are switched off in the playground learn here: {plan.links_off:,} of them.")
    if any(recipe.shapes[place - 1].kind == "batch_norm" for place in plan.frozen):
        notes.append("A frozen batch norm takes its averages in Keras, those of the batch in the playground.")
    return notes


def _fit(recipe: Recipe) -> str:
    plan = required(recipe)
    rate, multiplier = number(plan.settings.learning_rate), factor(recipe)
    lines = [comments(left_out(recipe, *_notes(recipe)))]
    arguments = ["X", "y", f"batch_size={batch_size(recipe)}", f"epochs={plan.epochs}"]
    if multiplier:
        callback = f"keras.callbacks.LearningRateScheduler(lambda epoch, _: {rate} * ({multiplier}))"
        lines.append(f"rate = {callback}")
        arguments.append("callbacks=[rate]")
    lines.append(f"model.fit({', '.join(arguments)})")
    return "\n".join(line for line in lines if line)
