"""The network in Keras 3."""

from collections.abc import Mapping

from playground.engine.layers import EPSILON, LayerShape
from playground.export.code import common
from playground.export.code.common import Numbers, joined
from playground.export.code.numpy_script import arrays_of
from playground.export.code.recipe import Recipe
from playground.export.code.texts import filled, number
from playground.export.expressions import Language

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


def trained(recipe: Recipe, most: int | None = None) -> str:
    """Return the script with trained weights; with `most`, more numbers than that are only named."""
    assert recipe.pipeline is not None
    numbers = Numbers(recipe, most)
    arrays = [numbers.layer(name, array) for name, array in arrays_of(recipe)]
    scaled = common.scaled(recipe.pipeline.input_scaler, numbers)
    double = recipe.precision == "float64"
    libraries = (*([X64] if double else []), "import keras", "import numpy as np", imports(recipe))
    own = ("csv", *(["os"] if double else []), "sys")
    return joined(
        common.head(recipe, "a model of Keras 3", "Needs NumPy and Keras.", numbers, *libraries, own=own),
        common.DECODED if numbers.used_bytes else "",
        "" if common.is_plain(recipe) else common.features(recipe),
        scaled,
        functions(recipe),
        model(recipe),
        "\n".join(["# What was learnt: row i of a W holds the weights into neuron i.", *arrays]),
        f"model.set_weights({filled([_as_keras(name) for name in kept_order(recipe)], before=18)})",
        _outputs(recipe, bool(scaled)),
        common.tail(recipe),
    )


def imports(recipe: Recipe) -> str:
    """Return the line that imports parts of Keras."""
    return "from keras import layers, ops" if functions(recipe) else "from keras import layers"


def functions(recipe: Recipe) -> str:
    """Return the activations that Keras does not have."""
    own = [key for key in common.used_activations(recipe) if key not in {*ACTIVATIONS, *LAYERS_INSTEAD}]
    return joined(*(common.function(key, KERAS) for key in own)) if own else ""


def model(recipe: Recipe, options: str = "") -> str:
    """Return the lines that make the model; `options` are written into every Dense layer."""
    first = 'keras.config.set_floatx("float64")\n' if recipe.precision == "float64" else ""
    build = _functional if recipe.has_skip else _sequential
    return first + build(recipe, options)


def _sequential(recipe: Recipe, options: str) -> str:
    lines = [f"keras.Input(({recipe.shapes[0].inputs},))"]
    for shape in recipe.shapes:
        lines += layers_of(shape, options)
    return "\n".join(
        ["model = keras.Sequential(", "    [", *(f"        {line}," for line in lines), "    ]", ")"]
    )


def _functional(recipe: Recipe, options: str) -> str:
    lines = [f"a0 = keras.Input(({recipe.shapes[0].inputs},))"]
    for place, shape in enumerate(recipe.shapes):
        if shape.kind == "skip":
            lines.append(f"a{place + 1} = layers.Add()([a{place}, a{shape.source}])")
            continue
        made = f"a{place}"
        for layer in layers_of(shape, options):
            made = f"{layer}({made})"
        lines.append(f"a{place + 1} = {made}")
    return "\n".join([*lines, f"model = keras.Model(a0, a{len(recipe.shapes)})"])


def layers_of(shape: LayerShape, options: str = "") -> list[str]:
    """Return what makes the layers of Keras that stand for one of ours."""
    if shape.kind == "dense":
        return _dense(shape, options)
    parameters = [number(value) for value in shape.parameters]
    if shape.kind == "dropout":
        return [f"layers.Dropout({parameters[0]})"]
    if shape.kind == "batch_norm":
        return [f"layers.BatchNormalization(momentum={parameters[0]}, epsilon={EPSILON!r})"]
    return [f"layers.LayerNormalization(epsilon={EPSILON!r})"]


def _dense(shape: LayerShape, options: str) -> list[str]:
    if shape.activation in LAYERS_INSTEAD:
        return [f"layers.Dense({shape.units}{options})", LAYERS_INSTEAD[shape.activation]]
    name = ACTIVATIONS.get(shape.activation, shape.activation)
    chosen = "" if shape.activation == "linear" else f", activation={name}"
    return [f"layers.Dense({shape.units}{chosen}{options})"]


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
            f"return model.predict(x, verbose=0).astype(float){common.into_unit(recipe)}",
        ],
    )
