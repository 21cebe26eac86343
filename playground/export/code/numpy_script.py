"""The network in NumPy: a class that is used as a model of scikit-learn is."""

from playground.engine.layers import EPSILON, LAYERS
from playground.export.arrays import named
from playground.export.code import common
from playground.export.code.common import Numbers, joined
from playground.export.code.recipe import Recipe
from playground.export.expressions import NUMPY
from playground.export.pipeline import FloatArray
from playground.tables import by_key

SOFTMAX = '''def softmax(z):
    """Return shares that add up to 1 for each row of z."""
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)'''

NORMAL = f'''def normal(x):
    """Return each row at mean 0 and variance 1."""
    centred = x - x.mean(axis=1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + {EPSILON!r})'''


def trained(recipe: Recipe, most: int | None = None) -> str:
    """Return the script with trained weights; with `most`, more numbers than that are only named."""
    assert recipe.pipeline is not None
    numbers = Numbers(recipe, most)
    arrays = weights(recipe, numbers)
    scaled = common.scaled(recipe.pipeline.input_scaler, numbers)
    return joined(
        common.head(recipe, "a class in NumPy", "Needs NumPy alone.", numbers, "import numpy as np"),
        common.DECODED if numbers.used_bytes else "",
        "" if common.is_plain(recipe) else common.features(recipe),
        scaled,
        functions(recipe),
        arrays,
        forward(recipe),
        _outputs(recipe, bool(scaled)),
        "\n".join(_class(recipe)),
        common.tail(recipe),
    )


def functions(recipe: Recipe) -> str:
    """Return the functions that the layers use."""
    made = [common.function(key, NUMPY, lambda _key: SOFTMAX) for key in common.used_activations(recipe)]
    if any(shape.kind == "layer_norm" for shape in recipe.shapes):
        made.append(NORMAL)
    return joined(*made) if made else ""


SHORT = {"weight": "W", "bias": "b"}
"""What the lecture calls these arrays; others have their own names."""


def arrays_of(recipe: Recipe) -> list[tuple[str, FloatArray]]:
    """Return every array of the trained layers by its name: "W1", "b1", "gamma2" ..."""
    assert recipe.pipeline is not None
    return [
        (f"{SHORT.get(name, name)}{number}", array.astype(recipe.precision))
        for number, arrays in enumerate(named(recipe.pipeline), 1)
        for name, array in arrays.items()
    ]


def weights(recipe: Recipe, numbers: Numbers) -> str:
    """Return the lines with the numbers of all layers."""
    head = "# What was learnt: row i of a W holds the weights into neuron i."
    return "\n".join([head, *(numbers.layer(name, array) for name, array in arrays_of(recipe))])


def forward(recipe: Recipe) -> str:
    """Return the function that goes through the layers."""
    inputs, outputs = recipe.shapes[0].inputs, recipe.shapes[-1].units
    lines = [
        "def forward(a0):",
        f'    """Return what the network answers (n, {outputs}) to its inputs (n, {inputs})."""',
    ]
    lines += [f"    {line}" for number in range(1, len(recipe.shapes) + 1) for line in step(recipe, number)]
    return "\n".join([*lines, f"    return a{len(recipe.shapes)}"])


def step(recipe: Recipe, number: int) -> list[str]:
    """Return the lines that compute what layer `number` answers from the one before it."""
    shape, x, a = recipe.shapes[number - 1], f"a{number - 1}", f"a{number}"
    if shape.kind == "dense":
        z = f"{x} @ W{number}.T + b{number}"
        return [f"{a} = {z}" if shape.activation == "linear" else f"{a} = {shape.activation}({z})"]
    if shape.kind == "skip":
        return [f"{a} = {x} + a{shape.source}"]
    if shape.kind == "batch_norm":
        spread = f"np.sqrt(variance{number} + {EPSILON!r})"
        return [f"{a} = gamma{number} * ({x} - mean{number}) / {spread} + beta{number}"]
    if shape.kind == "layer_norm":
        return [f"{a} = gamma{number} * normal({x}) + beta{number}"]
    label = by_key(LAYERS, shape.kind, "kind of layer").label
    return [f"{a} = {x}  # {label} is for training alone"]


def _outputs(recipe: Recipe, is_scaled: bool) -> str:
    """Return the function from raw rows to outputs."""
    inputs = common.as_inputs(recipe, is_scaled)
    kind = "" if recipe.precision == "float64" else ".astype(np.float32)"
    body = f"forward({inputs}{kind}).astype(float)"
    return common.outputs(recipe, [f"return {body}{common.into_unit(recipe)}"])


def _class(recipe: Recipe) -> list[str]:
    what = "regressor" if recipe.encoding == "real" else "classifier"
    lines = [
        "class Network:",
        f'    """The network as a {what} in the manner of scikit-learn, already fitted."""',
        "",
        "    def predict(self, rows):",
        '        """Return the answers to raw rows."""',
        f"        return np.array(predict(rows){'' if recipe.encoding == 'real' else ', dtype=object'})",
    ]
    shares = common.probabilities(recipe)
    if shares:
        lines += [
            "",
            "    def predict_proba(self, rows):",
            '        """Return how likely each of CLASSES is for raw rows."""',
            "        found = outputs(rows)",
            f"        return {shares}",
        ]
    return lines


def training(recipe: Recipe) -> str:
    """Return the script with the forward pass and, where it is short, the training."""
    # The way back is a page of its own, which writes the way forward with this one.
    from playground.export.code import numpy_training

    return numpy_training.training(recipe)
