"""The network in PyTorch."""

from collections.abc import Mapping

from playground.engine.layers import EPSILON, LayerShape
from playground.export.code import common
from playground.export.code.common import Numbers, joined
from playground.export.code.numpy_script import arrays_of
from playground.export.code.recipe import Recipe
from playground.export.code.texts import number
from playground.export.expressions import Language

TORCH = Language(
    "torch",
    {op: f"torch.{op}({{0}})" for op in ("absolute", "sign", "sqrt", "exp", "expm1", "log", "log1p")}
    | {op: f"torch.{op}({{0}})" for op in ("sin", "cos", "tan", "tanh")}
    | {
        "power": "torch.pow({0}, {1})",
        "maximum": "torch.clamp({0}, min={1})",
        "minimum": "torch.clamp({0}, max={1})",
        "where": "torch.where({0}, {1}, {2})",
    },
)

ACTIVATIONS: Mapping[str, str] = {
    "sigmoid": "nn.Sigmoid()",
    "hard_sigmoid": "nn.Hardsigmoid()",
    "tanh": "nn.Tanh()",
    "relu": "nn.ReLU()",
    "leaky_relu": "nn.LeakyReLU(0.01)",
    "elu": "nn.ELU()",
    "selu": "nn.SELU()",
    "gelu": 'nn.GELU(approximate="tanh")',
    "swish": "nn.SiLU()",
    "mish": "nn.Mish()",
    "softplus": "nn.Softplus()",
    "softmax": "nn.Softmax(dim=1)",
}
"""Activations that PyTorch has as modules; the others are written as modules of their own."""

STATE = {"W": "weight", "b": "bias", "gamma": "weight", "beta": "bias", "mean": "running_mean"}
STATE |= {"variance": "running_var"}
"""How PyTorch calls what we call otherwise."""


def trained(recipe: Recipe, most: int | None = None) -> str:
    """Return the script with trained weights; with `most`, more numbers than that are only named."""
    assert recipe.pipeline is not None
    numbers = Numbers(recipe, most)
    arrays = [numbers.layer(name, array) for name, array in arrays_of(recipe)]
    scaled = common.scaled(recipe.pipeline.input_scaler, numbers)
    libraries = ("import numpy as np", "import torch", "from torch import nn")
    return joined(
        common.head(recipe, "a module of PyTorch", "Needs NumPy and PyTorch.", numbers, *libraries),
        common.DECODED if numbers.used_bytes else "",
        "" if common.is_plain(recipe) else common.features(recipe),
        scaled,
        functions(recipe),
        model(recipe),
        "\n".join(["# What was learnt: row i of a W holds the weights into neuron i.", *arrays]),
        _state(recipe),
        _outputs(recipe, bool(scaled)),
        common.tail(recipe),
    )


def functions(recipe: Recipe) -> str:
    """Return the activations that PyTorch does not have, as modules."""
    own = [key for key in common.used_activations(recipe) if key not in ACTIVATIONS]
    return joined(*(_module(key) for key in own)) if own else ""


def _class_name(key: str) -> str:
    return key.title().replace("_", "")


def _module(key: str) -> str:
    first, text, last = common.function(key, TORCH).split("\n")
    first = first.replace(f"def {key}(z)", "def forward(self, z)")
    head = [f"class {_class_name(key)}(nn.Module):", f'    """The activation {key}."""', ""]
    return "\n".join([*head, *(f"    {line}" for line in (first, text, last))])


def modules_of(shape: LayerShape) -> list[str]:
    """Return what makes the modules that stand for a layer; a last activation may be left to the loss."""
    if shape.kind == "dense":
        line = f"nn.Linear({shape.inputs}, {shape.units})"
        if shape.activation == "linear":
            return [line]
        return [line, ACTIVATIONS.get(shape.activation, f"{_class_name(shape.activation)}()")]
    if shape.kind == "dropout":
        return [f"nn.Dropout({number(shape.parameters[0])})"]
    if shape.kind == "batch_norm":
        # PyTorch's momentum is the part that is new.
        momentum = number(round(1.0 - shape.parameters[0], 12))
        chosen = "" if momentum == "0.1" else f", momentum={momentum}"
        return [f"nn.BatchNorm1d({shape.units}{chosen}, eps={EPSILON!r})"]
    return [f"nn.LayerNorm({shape.units}, eps={EPSILON!r})"]


def _modules(recipe: Recipe) -> list[list[str]]:
    """Return the modules of every layer, without the last activation where the loss takes it in."""
    found = [[] if shape.kind == "skip" else modules_of(shape) for shape in recipe.shapes]
    if recipe.scores:
        found[-1] = found[-1][:1]
    return found


def model(recipe: Recipe) -> str:
    """Return the lines that make the model."""
    double = ".double()" if recipe.precision == "float64" else ""
    if recipe.has_skip:
        return f"{_own_module(recipe)}\n\n\nmodel = Network(){double}"
    lines = [f"    {', '.join(parts)}," for parts in _modules(recipe)]
    return "\n".join(["model = nn.Sequential(", *lines, f"){double}"])


def _own_module(recipe: Recipe) -> str:
    lines = ["class Network(nn.Module):", '    """The layers, some of which are added to later ones."""', ""]
    lines += ["    def __init__(self):", "        super().__init__()"]
    for place, parts in enumerate(_modules(recipe), 1):
        if parts:
            made = parts[0] if len(parts) == 1 else f"nn.Sequential({', '.join(parts)})"
            lines.append(f"        self.layer{place} = {made}")
    lines += [
        "",
        "    def forward(self, a0):",
        '        """Return what the network answers to a0 (n, inputs)."""',
    ]
    for place, shape in enumerate(recipe.shapes, 1):
        made = (
            f"a{place - 1} + a{shape.source}" if shape.kind == "skip" else f"self.layer{place}(a{place - 1})"
        )
        lines.append(f"        a{place} = {made}")
    return "\n".join([*lines, f"        return a{len(recipe.shapes)}"])


def module_names(recipe: Recipe) -> list[str]:
    """Return how the model calls the first module of each layer: "2" or "layer3.0"."""
    found, count = [], 0
    for place, parts in enumerate(_modules(recipe), 1):
        if recipe.has_skip:
            found.append(f"layer{place}.0" if len(parts) > 1 else f"layer{place}")
        else:
            found.append(str(count))
        count += len(parts)
    return found


def _state(recipe: Recipe) -> str:
    names, lines = module_names(recipe), []
    for name, _ in arrays_of(recipe):
        kind = name.rstrip("0123456789")
        place = int(name.removeprefix(kind))
        lines.append(f'    "{names[place - 1]}.{STATE[kind]}": {name},')
        if kind == "variance":
            lines.append(f'    "{names[place - 1]}.num_batches_tracked": 0,')
    return "\n".join(
        [
            "state = {",
            *lines,
            "}",
            "model.load_state_dict({name: torch.tensor(value) for name, value in state.items()})",
            "model.eval()",
        ]
    )


def _outputs(recipe: Recipe, is_scaled: bool) -> str:
    inputs = common.as_inputs(recipe, is_scaled)
    return common.outputs(
        recipe,
        [
            f"x = torch.tensor({inputs}, dtype=torch.{recipe.precision})",
            "with torch.no_grad():",
            f"    return model(x).numpy().astype(float){common.into_unit(recipe)}",
        ],
    )


def training(recipe: Recipe) -> str:
    """Return the script that makes the model and trains it in a loop."""
    # The loop is a page of its own, which writes the model with this one.
    from playground.export.code import torch_training

    return torch_training.training(recipe)
