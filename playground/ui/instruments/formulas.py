"""The formula of every step for one neuron, with the numbers filled in, as simple rich text. No Qt.

The notation is the usual one: w_ij leads from neuron j to neuron i, z = W x + b, a = g(z), δ = ∂L/∂z.
"""

import re
from html import escape, unescape

import numpy as np

from playground.engine.activations import ACTIVATIONS
from playground.engine.layers import EPSILON
from playground.engine.losses import LOSSES
from playground.engine.trace import FloatArray, LayerTrace
from playground.tables import by_key
from playground.ui.figures import short
from playground.ui.instruments.walk import Step, Walk

MOST_TERMS = 4
"""Terms of a sum that are written out; of more, one fewer and how much the others are together."""
LONGEST_NAME = 3
"""Characters of an input's name that can stand for it in a formula."""

_LOWERED = str.maketrans("0123456789k", "₀₁₂₃₄₅₆₇₈₉ₖ")


def sub(name: str, *numbers: int) -> str:
    """Return a name with an index; two numbers have a comma where one is longer than a digit."""
    joint = "," if any(number > 9 for number in numbers) else ""
    return f"{name}<sub>{joint.join(map(str, numbers))}</sub>"


def plain(text: str) -> str:
    """Return rich text as a screen reader says it."""
    lowered = re.sub(r"<sub>(.*?)</sub>", lambda found: found[1].translate(_LOWERED), text)
    raised = re.sub(r"<sup>(.*?)</sup>", r"^\1", lowered)
    return unescape(re.sub(r"<.*?>", "", raised))


def number(value: float) -> str:
    """Return a number as it stands in a formula: a negative one in brackets."""
    text = short(value)
    return f"({text})" if text.startswith("\N{MINUS SIGN}") else text


def incoming(walk: Walk, layer: int, index: int) -> str:
    """Return the symbol of what comes into a layer: an input, or the answer of the layer before."""
    if layer == 0:
        short_names = all(len(name) <= LONGEST_NAME for name in walk.names)
        return escape(walk.names[index]) if short_names else sub("x", index + 1)
    return f"{sub('a', index + 1)}<sup>({layer})</sup>"


def lines_of(walk: Walk, step: Step, neuron: int) -> list[str]:
    """Return the lines that say how one neuron's numbers of a step come about."""
    if step.kind == "inputs":
        return _inputs(walk, neuron)
    layer = walk.trace.layers[step.layer]
    if step.kind == "loss":
        return _loss(walk, layer, neuron)
    dense = layer.shape.kind == "dense"
    if step.kind == "forward":
        return _dense(walk, step.layer, layer, neuron) if dense else _other(walk, step.layer, layer, neuron)
    return [*_error(walk, step.layer, layer, neuron), *_gradients(walk, step.layer, layer, neuron)]


def _sum(symbols: list[str], values: list[str], terms: FloatArray) -> tuple[str, str]:
    """Return a sum in symbols and in numbers; of many terms the first, and what the others are together."""
    shown = len(terms) if len(terms) <= MOST_TERMS else MOST_TERMS - 1
    letters, figures = " + ".join(symbols[:shown]), " + ".join(values[:shown])
    left = len(terms) - shown
    if left:
        rest = number(float(np.sum(terms[shown:])))
        return f"{letters} + … {left:,} more", f"{figures} + [{left:,} more: {rest}]"
    return letters, figures


def _inputs(walk: Walk, index: int) -> list[str]:
    x, name = float(walk.trace.x[index]), escape(walk.names[index])
    symbol = incoming(walk, 0, index)
    if walk.raw is None:
        return [f"{symbol} = {short(x)}", "a principal component of the row's columns"]
    raw = float(walk.raw[index])
    if walk.prepared.plan.scaling == "none":
        return [f"{symbol} = <b>{short(x)}</b>", f"{name} goes in as it is: no scaling"]
    before = f"{name} = {short(raw)}" if name != symbol else f"raw {name} = {short(raw)}"
    return [before, f"scaled: {symbol} = <b>{short(x)}</b>"]


def _dense(walk: Walk, place: int, layer: LayerTrace, i: int) -> list[str]:
    assert layer.z is not None
    count = min(len(layer.x), MOST_TERMS)
    names = [f"{sub('w', i + 1, j + 1)}·{incoming(walk, place, j)}" for j in range(count)]
    values = [f"{number(float(layer.weights[i, j]))}·{number(float(layer.x[j]))}" for j in range(count)]
    letters, figures = _sum(names, values, layer.weights[i] * layer.x)
    z, a, bias = float(layer.z[i]), float(layer.a[i]), float(layer.bias[i])
    lines = [
        f"{sub('z', i + 1)} = {letters} + {sub('b', i + 1)}",
        f"= {figures} + {number(bias)} = <b>{short(z)}</b>",
    ]
    symbol = sub("ŷ" if place == len(walk.trace.layers) - 1 else "a", i + 1)
    activation = by_key(ACTIVATIONS, layer.shape.activation, "activation")
    if not activation.elementwise:
        power = f"e<sup>{sub('z', i + 1)}</sup> / Σ<sub>k</sub> e<sup>z<sub>k</sub></sup>"
        return [*lines, f"{symbol} = {power} = <b>{short(a)}</b>"]
    if activation.key == "linear":
        return [*lines, f"{symbol} = {sub('z', i + 1)} = <b>{short(a)}</b>"]
    name = escape(activation.label)
    return [*lines, f"{symbol} = {name}({sub('z', i + 1)}) = {name}({short(z)}) = <b>{short(a)}</b>"]


def _other(walk: Walk, place: int, layer: LayerTrace, i: int) -> list[str]:
    """Return the formula of a layer without weighted sums."""
    x, a, symbol = float(layer.x[i]), float(layer.a[i]), sub("a", i + 1)
    comes = incoming(walk, place, i)
    if layer.normal is not None and layer.centre is not None and layer.spread is not None:
        gamma, beta = float(layer.weights[i, 0]), float(layer.bias[i])
        mean, spread = float(layer.centre[i]), float(layer.spread[i])
        mark = f"<sub>{i + 1}</sub>" if layer.shape.kind == "batch_norm" else ""
        over = "μ and σ are the averages kept from training" if mark else "μ and σ are over these values"
        return [
            f"{symbol} = {sub('γ', i + 1)}·({comes} − μ{mark}) / √(σ{mark}² + ε) + {sub('β', i + 1)}",
            f"= {number(gamma)}·({short(x)} − {number(mean)}) / {short(spread)} + {number(beta)} "
            f"= <b>{short(a)}</b>",
            f"{over}; ε = {short(EPSILON)}",
        ]
    if layer.added is not None:
        return [
            f"{symbol} = {comes} + {sub('s', i + 1)}",
            f"= {number(x)} + {number(float(layer.added[i]))} = <b>{short(a)}</b>",
            "s is what went into the layers that the Skip spans",
        ]
    return [f"{symbol} = {comes} = <b>{short(a)}</b>", "in use nothing is silenced"]


def _loss(walk: Walk, layer: LayerTrace, i: int) -> list[str]:
    loss = by_key(LOSSES, walk.loss_key, "loss")
    answer, target = float(layer.a[i]), float(walk.trace.y[i])
    count = len(layer.a)
    values = f"{sub('ŷ', i + 1)} = {short(answer)}, {sub('y', i + 1)} = {short(target)}"
    if count == 1:
        values = f"ŷ = {short(answer)}, y = {short(target)}"
    lines = [escape(loss.formula), values, f"L = <b>{short(walk.trace.loss)}</b>"]
    return [*lines, f"over {count} outputs together"] if count > 1 else lines


def _error(walk: Walk, place: int, layer: LayerTrace, i: int) -> list[str]:
    """Return how ∂L/∂a and δ of a neuron come about."""
    symbol, delta = sub("δ", i + 1), float(layer.delta[i])
    last = place == len(walk.trace.layers) - 1
    if layer.error is None:
        answer, target = float(layer.a[i]), float(walk.trace.y[i])
        return [
            f"{symbol} = ∂L/∂{sub('z', i + 1)} = {sub('ŷ', i + 1)} − {sub('y', i + 1)}",
            f"= {short(answer)} − {number(target)} = <b>{short(delta)}</b>",
        ]
    error = float(layer.error[i])
    of_a = f"∂L/∂{sub('ŷ' if last else 'a', i + 1)}"
    back, figures = ("", "") if last else _handed_back(walk, place, i)
    lines = [f"{of_a} = {back}{figures}<b>{short(error)}</b>"]
    if layer.z is None:
        return lines
    slope = layer.slope
    if slope is None:
        formula = f"{symbol} = {sub('ŷ', i + 1)}·({of_a} − Σ<sub>k</sub> ŷ<sub>k</sub>·∂L/∂ŷ<sub>k</sub>)"
        return [*lines, f"{formula} = <b>{short(delta)}</b>"]
    product = f"{number(error)}·{number(float(slope[i]))}"
    return [*lines, f"{symbol} = {of_a}·f′({sub('z', i + 1)}) = {product} = <b>{short(delta)}</b>"]


def _handed_back(walk: Walk, place: int, i: int) -> tuple[str, str]:
    """Return what the layers after hand back to a neuron: in symbols, and in numbers with an equals sign."""
    after = walk.trace.layers[place + 1]
    shapes = walk.prepared.plan.shapes
    skipped = sum(
        float(walk.trace.layers[at].delta[i])
        for at, shape in enumerate(shapes)
        if shape.kind == "skip" and shape.source == place + 1
    )
    by_skip = any(shape.kind == "skip" and shape.source == place + 1 for shape in shapes)
    more = f" + {number(skipped)} by the Skip" if by_skip else ""
    if after.shape.kind != "dense":
        return "", f"{number(float(after.down[i]))}{more} = " if more else ""
    count = min(len(after.delta), MOST_TERMS)
    up = f"<sup>({place + 2})</sup>"
    names = [f"{sub('w', k + 1, i + 1)}·{sub('δ', k + 1)}{up}" for k in range(count)]
    values = [f"{number(float(after.weights[k, i]))}·{number(float(after.delta[k]))}" for k in range(count)]
    letters, figures = _sum(names, values, after.weights[:, i] * after.delta)
    extra = " + what the Skip hands back" if more else ""
    return f"Σ<sub>k</sub> w<sub>k{i + 1}</sub> δ<sub>k</sub> = {letters}{extra} = ", f"{figures}{more} = "


def _gradients(walk: Walk, place: int, layer: LayerTrace, i: int) -> list[str]:
    """Return the gradients of a neuron's own numbers."""
    delta = float(layer.delta[i])
    if layer.normal is not None:
        normal = float(layer.normal[i])
        shift, scale = f"∂L/∂{sub('β', i + 1)}", f"∂L/∂{sub('γ', i + 1)}"
        product = f"{number(delta)}·{number(normal)} = <b>{short(delta * normal)}</b>"
        return [f"{shift} = <b>{short(delta)}</b>", f"{scale} = {product}"]
    if layer.z is None:
        return ["no weights here: it is handed on"]
    shown = len(layer.x) if len(layer.x) <= MOST_TERMS else MOST_TERMS - 1
    lines = []
    for j in range(shown):
        x = float(layer.x[j])
        formula = f"∂L/∂{sub('w', i + 1, j + 1)} = {sub('δ', i + 1)}·{incoming(walk, place, j)}"
        lines.append(f"{formula} = {number(delta)}·{number(x)} = <b>{short(delta * x)}</b>")
    if shown < len(layer.x):
        lines.append(f"… {len(layer.x) - shown:,} more weights: in the table")
    return [*lines, f"∂L/∂{sub('b', i + 1)} = {sub('δ', i + 1)} = <b>{short(delta)}</b>"]
