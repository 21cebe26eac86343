"""Words for a person: what layers are called, and what pydantic reports as a sentence."""

from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from pydantic import ValidationError

from playground.engine.layers import LAYERS
from playground.tables import by_key


class Kinded(Protocol):
    """A layer, or the shape of one."""

    @property
    def kind(self) -> str:
        """The key of its kind."""
        ...


def kind_label(layer: Kinded) -> str:
    """Return what layers of this kind are called."""
    return by_key(LAYERS, layer.kind, "kind of layer").label


def layer_names(layers: Sequence[Kinded]) -> tuple[str, ...]:
    """Return what hidden layers are called: "Dense 2"; other kinds have a number where there are several."""
    total, seen, names = Counter(layer.kind for layer in layers), Counter[str](), []
    for layer in layers:
        seen[layer.kind] += 1
        numbered = layer.kind == "dense" or total[layer.kind] > 1
        names.append(f"{kind_label(layer)} {seen[layer.kind]}" if numbered else kind_label(layer))
    return tuple(names)


def first_problem(error: ValidationError) -> str:
    """Return the first problem of a validation error as one sentence."""
    detail = error.errors(include_url=False)[0]
    where = " > ".join(_place(part) for part in detail["loc"])
    context = detail.get("ctx", {})
    if detail["type"] == "value_error":
        message = str(context.get("error", detail["msg"]))
    elif detail["type"] == "extra_forbidden":
        message = "is not a field this program knows"
    elif detail["type"] == "missing":
        message = "is missing"
    else:
        shown = repr(detail["input"])
        shown = shown if len(shown) < 60 else f"{shown[:57]}..."
        message = f"must be {_wanted(detail['type'], context)}, not {shown}"
    joint = " " if message.startswith(("must", "is ")) else ": "
    return f"{where}{joint}{message}." if where else f"{message[:1].upper()}{message[1:]}."


def _wanted(kind: str, context: dict[str, object]) -> str:
    """Return what a value has to be, by pydantic's name for what is wrong with it."""
    limits = {
        "greater_than_equal": ("at least", "ge"),
        "less_than_equal": ("at most", "le"),
        "too_long": ("at most this many:", "max_length"),
        "too_short": ("at least this many:", "min_length"),
        "string_too_long": ("no longer than, in characters,", "max_length"),
        "string_too_short": ("no shorter than, in characters,", "min_length"),
    }
    if kind in limits:
        words, key = limits[kind]
        return f"{words} {context[key]}"
    if kind == "literal_error":
        return f"one of {context['expected']}"
    kinds = {"int": "a whole number", "float": "a number", "finite": "a number", "string": "a text"}
    kinds |= {"tuple": "a list", "model": "an object", "dict": "an object", "bool": "true or false"}
    return next((words for start, words in kinds.items() if kind.startswith(start)), "something else")


def _place(part: int | str) -> str:
    return f"number {part + 1}" if isinstance(part, int) else part.replace("_", " ")
