"""The network in plain Python: lists and loops, nothing to install."""

import numpy as np

from playground.engine.layers import EPSILON, LAYERS
from playground.export.arrays import NORM_COLUMNS
from playground.export.code import common
from playground.export.code.common import Numbers, joined
from playground.export.code.numpy_script import arrays_of
from playground.export.code.recipe import Recipe
from playground.export.code.texts import READABLE, Array, encoded, nested, place, words
from playground.export.expressions import Language, feature, write
from playground.tables import by_key

_SAME = ("sqrt", "exp", "expm1", "log", "log1p", "sin", "cos", "tan", "tanh")
PLAIN = Language(
    "plain",
    {op: f"math.{op}({{0}})" for op in _SAME}
    | {"absolute": "abs({0})", "sign": "sign({0})", "power": "power({0}, {1})"}
    | {"maximum": "max({0}, {1})", "minimum": "min({0}, {1})", "where": "({1} if {0} else {2})"},
)
"""For activations, which never stop at a number."""
CAREFUL = Language(
    "careful",
    {
        **PLAIN.functions,
        **{op: f"{op}({{0}})" for op in ("sqrt", "exp", "log", "sin", "cos", "tan")},
        "divide": "divide({0}, {1})",
    },
)
"""For formulas, where Python would stop at 1 / 0 and the network goes on with infinity."""

HELPERS = {
    "sign": '''def sign(x):
    """Return -1, 0 or 1."""
    return (x > 0) - (x < 0)''',
    "divide": '''def divide(x, y):
    """Return x / y, infinite or not a number where y is 0."""
    if y:
        return x / y
    return math.copysign(math.inf, x) * math.copysign(1, y) if x and x == x else math.nan''',
    "power": '''def power(x, y):
    """Return x to the power of y, infinite or not a number where it is too large or has no answer."""
    try:
        return math.pow(x, y)
    except OverflowError:
        return -math.inf if x < 0 and y % 2 else math.inf
    except ValueError:
        return math.inf if x == 0 else math.nan''',
    "sqrt": '''def sqrt(x):
    """Return the square root, not a number below 0."""
    return math.sqrt(x) if x >= 0 else math.nan''',
    "exp": '''def exp(x):
    """Return e to the power of x, infinite where that is too large."""
    return math.exp(x) if x < 709.78 else math.inf''',
    "log": '''def log(x):
    """Return the natural logarithm, minus infinity at 0 and not a number below."""
    return math.log(x) if x > 0 else -math.inf if x == 0 else math.nan''',
    **{
        name: f'''def {name}(x):
    """Return the {words} of x, in radians, not a number where x is infinite."""
    return math.{name}(x) if math.isfinite(x) else math.nan'''
        for name, words in (("sin", "sine"), ("cos", "cosine"), ("tan", "tangent"))
    },
}

EXACT = '''
def exact(numbers):
    """Return the numbers as the network holds them, in single precision."""
    return array("f", numbers).tolist()
'''
DECODED = '''
def decoded(text, kind, width):
    """Return the numbers whose bytes stand in a text, in base64, as rows of so many."""
    found = array(kind, base64.b64decode(text))
    if sys.byteorder == "big":
        found.byteswap()
    found = found.tolist()
    return [found[start : start + width] for start in range(0, len(found), width)]
'''
DENSE = '''
def dense(x, weights, biases, activation):
    """Return what each neuron answers: its weighted sum, put through the activation."""
    return [activation(sum(map(mul, x, row), bias)) for row, bias in zip(weights, biases)]
'''
LINEAR = '''
def linear(z):
    """Return z as it is."""
    return z
'''
SOFTMAX = '''
def softmax(z):
    """Return shares of the values that add up to 1."""
    powers = [math.exp(value - max(z)) for value in z]
    return [power / sum(powers) for power in powers]
'''
NORMAL = f'''
def normal(x):
    """Return the values at mean 0 and variance 1."""
    mean = sum(x) / len(x)
    spread = math.sqrt(sum((value - mean) ** 2 for value in x) / len(x) + {EPSILON!r})
    return [(value - mean) / spread for value in x]
'''


class PlainNumbers(Numbers):
    """Arrays as lists of lists."""

    def layer(self, name: str, array: Array) -> str:
        """Return the line that gives an array of a layer its name."""
        if not self._shown:
            return f"{name} = {place(array)}"
        if not self.readable or array.size > READABLE:
            return f"{name} = {self.text(array)}"
        if array.dtype != np.float32:
            return f"{name} = {nested(array)}"
        rows = array if array.ndim == 2 else array[None]
        lists = [f"exact({nested(row, 4)})" for row in rows]
        if array.ndim == 1:
            return f"{name} = exact({nested(array)})"
        return "\n".join([f"{name} = [", *(f"    {text}," for text in lists), "]"])

    def text(self, array: Array, readable: bool = True) -> str:
        """Return an array as an expression."""
        if self.readable and readable and array.size <= READABLE:
            return nested(array)
        self.used_bytes = True
        kind, width = "f" if array.dtype == np.float32 else "d", array.shape[-1]
        found = f'decoded({encoded(array)}, "{kind}", {width})'
        return found if array.ndim == 2 else f"{found}[0]"


def trained(recipe: Recipe, most: int | None = None) -> str:
    """Return the script with trained weights; with `most`, more numbers than that are only named."""
    assert recipe.pipeline is not None
    numbers = PlainNumbers(recipe, most)
    arrays = [numbers.layer(name, array) for name, array in arrays_of(recipe)]
    body = joined(
        _features(recipe),
        _scaled(recipe, numbers),
        functions(recipe),
        "\n".join(["# What was learnt: each row holds the weights into one neuron.", *arrays]),
        forward(recipe),
        _outputs(recipe),
        _predict(recipe),
        common.READ.format(columns=len(recipe.columns), array="rows"),
        common.MAIN.format(listed="outputs(rows)"),
    )
    tools = [
        text for text in (DECODED if numbers.used_bytes else "", EXACT if "exact(" in body else "") if text
    ]
    helpers = _helpers(body)
    return (
        joined(
            common.opening(recipe, "plain Python", "Needs nothing but Python."),
            _imports(numbers, "\n".join([body, *helpers]), bool(tools)),
            common.names_of_columns(recipe),
            lines=1,
        )
        + "\n\n"
        + joined(*tools, *helpers, body)
    )


def _imports(numbers: Numbers, body: str, arrays: bool) -> str:
    first = common.imports(numbers, standard=["csv", "sys", *(["math"] if "math." in body else [])])
    return "\n".join([first, *(["from array import array"] if arrays else []), "from operator import mul"])


def _features(recipe: Recipe) -> str:
    """Return the function that makes features (k) of one raw row (d)."""
    if common.is_plain(recipe):
        return ""
    columns, used = recipe.feature_columns, {}

    def given(column: str) -> str:
        used[column] = columns.index(column)
        return recipe.names[column]

    texts = [write(feature(key, columns), CAREFUL, given) for key in recipe.features]
    lines = [f"{recipe.names[column]} = row[{index}]" for column, index in used.items()]
    made = "[\n{}\n    ]".format("\n".join(f"        {text}," for text in texts))
    text = f'"""Return the {len(recipe.features)} features of one raw row."""'
    return "\n".join(
        ["def features(row):", *(f"    {line}" for line in [text, *lines]), f"    return {made}"]
    )


def _scaled(recipe: Recipe, numbers: PlainNumbers) -> str:
    """Return the numbers and the function that scale the features of one row."""
    assert recipe.pipeline is not None
    scaler, lines, steps = recipe.pipeline.input_scaler, [], []
    if scaler.logged is not None and scaler.floor is not None:
        lines += [f"LOGGED = {nested(scaler.logged)}", f"FLOOR = {numbers.text(scaler.floor)}"]
        kept = "math.log(max(value, floor)) if logged else value"
        steps.append(f"x = [{kept} for value, logged, floor in zip(x, LOGGED, FLOOR)]")
    if scaler.mean.any():
        lines.append(f"MEAN = {numbers.text(scaler.mean)}")
        steps.append("x = [value - mean for value, mean in zip(x, MEAN)]")
    if scaler.rotation is not None:
        lines.append(f"ROTATION = {numbers.text(np.ascontiguousarray(scaler.rotation.T))}")
        steps.append("x = [sum(map(mul, x, axis)) for axis in ROTATION]")
    if (scaler.scale != 1.0).any():
        lines.append(f"SCALE = {numbers.text(scaler.scale)}")
        steps.append("x = [value / scale for value, scale in zip(x, SCALE)]")
    if not lines:
        return ""
    text = '    """Return features as the network takes them: of a common size."""'
    return "\n".join(
        [*lines, "", "", "def scaled(x):", text, *(f"    {step}" for step in steps), "    return x"]
    )


def functions(recipe: Recipe) -> str:
    """Return the functions that the layers use."""
    dense = [shape for shape in recipe.shapes if shape.kind == "dense"]
    made = [common.function(key, PLAIN, lambda _key: SOFTMAX) for key in common.used_activations(recipe)]
    if any(shape.activation in ("linear", "softmax") for shape in dense):
        made.insert(0, LINEAR)
    if any(shape.kind == "layer_norm" for shape in recipe.shapes):
        made.append(NORMAL)
    return joined(*made, DENSE)


def forward(recipe: Recipe) -> str:
    """Return the function that goes through the layers with the values of one row."""
    lines = ["def forward(a0):", '    """Return what the network answers to the inputs of one row."""']
    lines += [f"    {line}" for number in range(1, len(recipe.shapes) + 1) for line in step(recipe, number)]
    return "\n".join([*lines, f"    return a{len(recipe.shapes)}"])


def step(recipe: Recipe, number: int) -> list[str]:
    """Return the lines that compute what layer `number` answers from the one before it."""
    shape, x, a = recipe.shapes[number - 1], f"a{number - 1}", f"a{number}"
    if shape.kind == "dense" and shape.activation == "softmax":
        return [f"{a} = softmax(dense({x}, W{number}, b{number}, linear))"]
    if shape.kind == "dense":
        return [f"{a} = dense({x}, W{number}, b{number}, {shape.activation})"]
    if shape.kind == "skip":
        return [f"{a} = [value + added for value, added in zip({x}, a{shape.source})]"]
    if shape.kind == "layer_norm":
        named = f"zip(gamma{number}, normal({x}), beta{number})"
        return [f"{a} = [gamma * value + beta for gamma, value, beta in {named}]"]
    if shape.kind == "batch_norm":
        kept = ", ".join(f"{name}{number}" for name in ("gamma", "mean", "variance", "beta"))
        return [
            f"{a} = [",
            f"    gamma * (value - mean) / math.sqrt(variance + {EPSILON!r}) + beta",
            f"    for value, gamma, mean, variance, beta in zip({x}, {kept})",
            "]",
        ]
    label = by_key(LAYERS, shape.kind, "kind of layer").label
    return [f"{a} = {x}  # {label} is for training alone"]


def _outputs(recipe: Recipe) -> str:
    assert recipe.pipeline is not None
    made = "[float(value) for value in row]"
    made = made if common.is_plain(recipe) else f"features({made})"
    scaler = recipe.pipeline.input_scaler
    plain = not scaler.mean.any() and scaler.logged is None and scaler.rotation is None
    made = made if plain and (scaler.scale == 1.0).all() else f"scaled({made})"
    unit = common.into_unit(recipe)
    answer = f"forward({made})"
    answer = f"[value{unit} for value in {answer}]" if unit else answer
    return common.outputs(recipe, [f"return [{answer} for row in rows]"])


def _predict(recipe: Recipe) -> str:
    if recipe.encoding == "real":
        answer = "found[0]"
    elif recipe.encoding == "one_hot":
        answer = "CLASSES[found.index(max(found))]"
    else:
        answer = f"CLASSES[found[0] > {recipe.threshold}]"
    return common.predicting(recipe, [f"return [{answer} for found in outputs(rows)]"])


# Before training --------------------------------------------------------------------------------------------


def _helpers(body: str) -> list[str]:
    """Return the definitions of those helpers that a text calls."""
    return [text for name, text in HELPERS.items() if any(f"{lead}{name}(" in body for lead in " (-")]


def training(recipe: Recipe) -> str:
    """Return the forward pass with weights drawn by chance: the way back is shown in NumPy."""
    body = joined(
        _features(recipe),
        functions(recipe),
        _first_weights(recipe),
        forward(recipe),
        _first_answers(recipe),
    )
    helpers = _helpers(body)
    modules = ["random", *(["math"] if "math." in "\n".join([body, *helpers]) else [])]
    opening = f'"""{words(recipe.name)}: the way forward through the network, in plain Python."""'
    own = "\n".join([common.imports(None, standard=modules), "from operator import mul"])
    return joined(opening, own, lines=1) + "\n\n" + joined(*helpers, body)


def _first_weights(recipe: Recipe) -> str:
    lines = ["# Before training the weights are drawn by chance: row i holds those into neuron i."]
    for number, shape in enumerate(recipe.shapes, 1):
        if shape.kind == "dense":
            drawn = f"[random.uniform(-0.5, 0.5) for _ in range({shape.inputs})]"
            lines += [
                f"W{number} = [{drawn} for _ in range({shape.units})]",
                f"b{number} = [0.0] * {shape.units}",
            ]
        elif shape.kind in NORM_COLUMNS:
            starts = {"mean": "0.0", "beta": "0.0"}
            named = (*NORM_COLUMNS[shape.kind], "beta")
            lines += [f"{one}{number} = [{starts.get(one, '1.0')}] * {shape.units}" for one in named]
    return "\n".join(lines)


def _first_answers(recipe: Recipe) -> str:
    row = f"[{', '.join('0.5' for _ in recipe.feature_columns)}]"
    row = row if len(recipe.feature_columns) <= 8 else f"[0.5] * {len(recipe.feature_columns)}"
    inputs = row if common.is_plain(recipe) else f"features({row})"
    note = "# How the weights are found, the way back, takes arrays: see NumPy. Its numbers fit in here."
    return f"{note}\nprint(forward({inputs}))"
