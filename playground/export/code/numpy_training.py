"""How the network is trained in NumPy alone: forward, backward, and a step down the slope."""

from collections.abc import Mapping

from playground.engine.activations import ACTIVATIONS
from playground.engine.initializers import INITIALIZERS as ENGINE_INITIALIZERS
from playground.engine.layers import LayerShape
from playground.engine.losses import LOSSES
from playground.engine.optimizers import OPTIMIZERS, SGD, Optimizer
from playground.engine.regularizers import REGULARIZERS
from playground.export.arrays import NORM_COLUMNS
from playground.export.code import common, numpy_script
from playground.export.code.common import joined
from playground.export.code.recipe import Recipe
from playground.export.code.texts import number
from playground.export.code.training import (
    batch_size,
    comments,
    data,
    factor,
    hyper,
    imports,
    kinds,
    left_out,
    opening,
    places,
    required,
)
from playground.export.expressions import NUMPY, Node, Operand, name, parted, write
from playground.tables import by_key

LONGEST_SLOPE = 50
"""Characters that the slope of an activation may have within a line."""
LONGEST_RULE = 160
"""Characters that an optimizer's rule may have in the loop."""

INITIALIZERS: Mapping[str, str] = {
    "zeros": "np.zeros(({units}, {inputs}))",
    "constant": "np.full(({units}, {inputs}), 0.5)",
    "uniform": "rng.uniform(-0.5, 0.5, ({units}, {inputs}))",
    "normal": "rng.normal(0, 0.1, ({units}, {inputs}))",
    "glorot_uniform": "rng.uniform(-1, 1, ({units}, {inputs})) * np.sqrt(6 / {both})",
    "glorot_normal": "rng.normal(0, 1, ({units}, {inputs})) * np.sqrt(2 / {both})",
    "he_uniform": "rng.uniform(-1, 1, ({units}, {inputs})) * np.sqrt(6 / {inputs})",
    "he_normal": "rng.normal(0, 1, ({units}, {inputs})) * np.sqrt(2 / {inputs})",
    "lecun_uniform": "rng.uniform(-1, 1, ({units}, {inputs})) * np.sqrt(3 / {inputs})",
    "lecun_normal": "rng.normal(0, 1, ({units}, {inputs})) * np.sqrt(1 / {inputs})",
}
"""How the first weights are drawn, where that is one line."""
USUAL = "glorot_uniform"


def training(recipe: Recipe) -> str:
    """Return the script: the forward pass, and the training where it is short enough to be read."""
    short = all(shape.kind == "dense" for shape in recipe.shapes)
    loop = _loop(recipe) if short else _elsewhere(recipe)
    head = joined(opening(recipe, "NumPy alone"), imports("import numpy as np", body=loop), lines=1)
    return joined(
        head,
        _first_weights(recipe),
        numpy_script.functions(recipe),
        numpy_script.forward(recipe),
        joined(_slopes(recipe), _step(recipe)) if short else "",
        "" if common.is_plain(recipe) else common.features(recipe),
        joined(data(recipe), comments(left_out(recipe, *_notes(recipe))), loop, lines=1),
    )


def _elsewhere(recipe: Recipe) -> str:
    labels = " and ".join(kinds(recipe))
    text = f"With {labels} the way back through the layers is long: Keras and PyTorch know it by heart."
    return f"{comments(iter([text]))}\nprint(forward(X))"


def first_weights(shape: LayerShape) -> str:
    """Return the expression that draws the first weights of a Dense layer."""
    text = INITIALIZERS.get(shape.initializer, INITIALIZERS[USUAL])
    return text.format(units=shape.units, inputs=shape.inputs, both=shape.units + shape.inputs)


def _first_weights(recipe: Recipe) -> str:
    lines = ["rng = np.random.default_rng(0)"]
    for place, shape in enumerate(recipe.shapes, 1):
        if shape.kind == "dense":
            bias = by_key(ENGINE_INITIALIZERS, shape.initializer, "initializer").bias
            first = f"np.full({shape.units}, {bias})" if bias else f"np.zeros({shape.units})"
            lines += [f"W{place} = {first_weights(shape)}", f"b{place} = {first}"]
        elif shape.kind in NORM_COLUMNS:
            ones = [one for one in NORM_COLUMNS[shape.kind] if one != "mean"]
            lines += [f"{one}{place} = np.ones({shape.units})" for one in ones]
            zeros = ["beta", *(["mean"] if "variance" in ones else [])]
            lines += [f"{one}{place} = np.zeros({shape.units})" for one in zeros]
    return "\n".join([*lines, *_switched_off(recipe)])


# One step ---------------------------------------------------------------------------------------------------


def _step(recipe: Recipe) -> str:
    """Return the function that makes one step with the rows of a batch."""
    lines = [
        "def learn(a0, y, rate):",
        '    """Make one step down the slope of the loss, for a batch of rows."""',
    ]
    for place, shape in enumerate(recipe.shapes, 1):
        z = f"z{place} = a{place - 1} @ W{place}.T + b{place}"
        linear = shape.activation == "linear"
        lines += [f"    {z}", f"    a{place} = {f'z{place}' if linear else f'{shape.activation}(z{place})'}"]
    lines += [f"    {line}" for line in _backward(recipe)]
    return "\n".join([*lines, *(f"    {line}" for line in _update(recipe))])


def _slope(shape: LayerShape, place: int) -> str:
    """Return the slope of a layer's activation as a factor; "" where it is 1."""
    found = _slope_of(shape.activation, f"z{place}", f"a{place}")
    if not isinstance(found, Node) and found == 1.0:
        return ""
    text = write(found, NUMPY)
    return (
        f" * ({text})" if len(text) <= LONGEST_SLOPE else f" * {shape.activation}_slope(z{place}, a{place})"
    )


def _slope_of(key: str, z: str, a: str) -> Operand:
    slope = by_key(ACTIVATIONS, key, "activation").slope
    assert slope is not None
    found: Operand = slope(name(z), name(a))
    return found


def _slopes(recipe: Recipe) -> str:
    """Return the functions of those slopes that are too long to stand within a line."""
    made = []
    for key in common.used_activations(recipe):
        if by_key(ACTIVATIONS, key, "activation").elementwise:
            found = _slope_of(key, "z", "a")
            if len(write(found, NUMPY)) > LONGEST_SLOPE:
                parts, last = parted(found)
                lines = [f"    {one} = {write(part, NUMPY)}" for one, part in parts]
                text = f'    """Return the slope of {key}."""'
                made.append(
                    "\n".join([f"def {key}_slope(z, a):", text, *lines, f"    return {write(last, NUMPY)}"])
                )
    return joined(*made) if made else ""


def _backward(recipe: Recipe) -> list[str]:
    """Return the lines that go back from the loss to the errors d of every layer's sums z."""
    last = len(recipe.shapes)
    record = by_key(LOSSES, required(recipe).settings.loss, "loss")
    found: Operand = record.gradient(name(f"z{last}"), name(f"a{last}"), name("y"))
    rows = (
        f"(len(y) * {recipe.shapes[-1].units})"
        if record.average and recipe.shapes[-1].units > 1
        else "len(y)"
    )
    lines = [f"d{last} = ({write(found, NUMPY)}) / {rows}"]
    if not record.from_logits and recipe.shapes[-1].activation == "softmax":
        inner = f"(d{last} * a{last}).sum(axis=1, keepdims=True)"
        lines.append(f"d{last} = a{last} * (d{last} - {inner})")
    elif not record.from_logits:
        lines[0] += _slope(recipe.shapes[-1], last)
    back = range(last - 1, 0, -1)
    return lines + [f"d{n} = d{n + 1} @ W{n + 1}{_slope(recipe.shapes[n - 1], n)}" for n in back]


def _update(recipe: Recipe) -> list[str]:
    """Return the lines that change weights and biases by their slopes."""
    settings = required(recipe).settings
    price = by_key(REGULARIZERS, settings.regularizer, "regularization").slope
    slopes = []
    for place in range(1, len(recipe.shapes) + 1):
        kept = ""
        if price is not None and settings.regularization_rate:
            found: Operand = price(name(f"W{place}"), name(number(settings.regularization_rate)))
            kept = f" + {write(found, NUMPY)}"
        if place in required(recipe).frozen:
            continue
        slopes += [
            f"    (W{place}, d{place}.T @ a{place - 1}{kept}),",
            f"    (b{place}, d{place}.sum(axis=0)),",
        ]
    rule, names = _rule(recipe)
    off = _switched_off(recipe)
    if not names:
        return ["for w, g in (", *slopes, "):", f"    w[...] = {rule[0]}", *off]
    given = ", ".join(names)
    left = ", ".join(["w[...]", *(f"{one}[...]" for one in names)])
    loop = f"for (w, g), ({given},) in zip(pairs, memories):"
    return ["pairs = (", *slopes, ")", loop, f"    {left} = {', '.join(rule)}", *off]


def _switched_off(recipe: Recipe) -> list[str]:
    """Return the lines that keep the links at 0 that are off."""
    return [f"W{place}[{places(links)}] = 0  # switched off" for place, links in required(recipe).off.items()]


def _rule(recipe: Recipe) -> tuple[list[str], tuple[str, ...]]:
    """Return what becomes of w and of each memory, and what the memories are called."""
    found = _written(by_key(OPTIMIZERS, required(recipe).settings.optimizer, "optimizer"), recipe)
    return found or (_written(SGD, recipe) or ([], ()))


def _written(kind: type[Optimizer], recipe: Recipe) -> tuple[list[str], tuple[str, ...]] | None:
    """Return the rule of an optimizer as expressions; None where it is too long or asks for the step."""
    settings = required(recipe).settings
    values = tuple(hyper(settings).values()) if kind.key == settings.optimizer else ()
    slots = tuple(name(slot) for slot in kind.slots)
    try:
        # A step that is only named tells an optimizer whose numbers change from step to step.
        constants = kind.constants(name("t"), name("rate"), values)  # type: ignore[arg-type]
        w, memories = kind.rule(name("w"), name("g"), name("mask"), slots, constants)
    except (TypeError, NotImplementedError):
        return None
    rule = [write(one, NUMPY) for one in (w, *memories)]
    text = " ".join(rule)
    return (rule, kind.slots) if len(text) <= LONGEST_RULE and "mask" not in text else None


def _notes(recipe: Recipe) -> list[str]:
    """Return in words what the loop does otherwise."""
    settings = required(recipe).settings
    if any(shape.kind != "dense" for shape in recipe.shapes):
        return []
    notes = []
    chosen = by_key(OPTIMIZERS, settings.optimizer, "optimizer")
    if _written(chosen, recipe) is None:
        notes.append(
            f"The playground takes the steps of {chosen.label}; here they are plain steps down the slope."
        )
    if settings.clipping != "none":
        notes.append("The playground limits the slopes before each step; here they are followed as they are.")
    if settings.regularizer == "weight_decay":
        notes.append("The playground shrinks the weights a little beside each step; here that is left out.")
    odd = [shape.initializer for shape in recipe.shapes if shape.initializer not in INITIALIZERS]
    if odd:
        label = by_key(ENGINE_INITIALIZERS, odd[0], "initializer").label
        notes.append(f"{label} first weights take more than a line: Glorot's stand in for them.")
    return notes


def _loop(recipe: Recipe) -> str:
    """Return the loop over epochs and batches."""
    plan = required(recipe)
    settings = plan.settings
    memories = _rule(recipe)[1]
    lines = []
    if memories:
        learning = [n for n in range(1, len(recipe.shapes) + 1) if n not in plan.frozen]
        arrays = ", ".join(f"W{place}, b{place}" for place in learning)
        zeros = ", ".join("np.zeros_like(w)" for _ in memories)
        lines += [f"memories = [({zeros},) for w in ({arrays})]", ""]
    multiplier, rows = factor(recipe), batch_size(recipe)
    rate = number(settings.learning_rate)
    lines += [f"for epoch in range({plan.epochs}):", "    order = rng.permutation(len(X))"]
    if multiplier:
        lines.append(f"    rate = {rate} * ({multiplier})")
    lines += [f"    for start in range(0, len(X), {rows}):", f"        batch = order[start : start + {rows}]"]
    return "\n".join([*lines, f"        learn(X[batch], y[batch], {'rate' if multiplier else rate})"])
