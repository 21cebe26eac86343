"""Formulas as trees: recorded once from what computes them, written in every language that is exported.

An activation of `engine/activations.py` and a feature of `data/features.py` are made of NumPy's functions.
Given a `Node` in the place of an array, these functions compute nothing and record what they were asked, so
that no exporter holds a second copy of any formula.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from playground.data.base import PLANE_COLUMNS
from playground.data.features import features_for
from playground.data.formula import parse
from playground.engine.activations import ACTIVATIONS
from playground.tables import by_key

T = TypeVar("T")

COMPARISONS = ("less", "greater", "less_equal", "greater_equal")


class Node(NDArrayOperatorsMixin):
    """What is to be computed: `op` is the name of NumPy's function, or "name" for a value that is given.

    A comparison stands as the first argument of a `where` alone: no language need know what a truth is worth.
    """

    __slots__ = ("args", "op", "text")

    def __init__(self, op: str, args: "tuple[Operand, ...]" = (), text: str = "") -> None:
        self.op, self.args, self.text = op, args, text

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        """Record a call of one of NumPy's functions; TypeError for one that no language is known to have."""
        if method != "__call__" or options or ufunc.__name__ not in OPERATIONS:
            return NotImplemented
        found = Node(ufunc.__name__, tuple(one if isinstance(one, Node) else float(one) for one in inputs))
        return Node("where", (found, 1.0, 0.0)) if found.op in COMPARISONS else found

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        """Record `np.where`."""
        if function is not np.where or options:
            return NotImplemented
        condition, yes, no = args
        if condition.op == "where" and condition.args[1:] == (1.0, 0.0):
            condition = condition.args[0]
        return Node("where", (condition, yes, no))


Operand = Node | float


def name(text: str) -> Node:
    """Return a value that is given by name."""
    return Node("name", text=text)


def activation(key: str) -> Node:
    """Return g(z) of the activation `key`, of a value called z; ValueError for one that mixes units."""
    found = by_key(ACTIVATIONS, key, "activation")
    if not found.elementwise:
        raise ValueError(f"{key} is no function of a single number")
    result: Node = found.value(name("z"))
    return result


def feature(key: str, columns: tuple[str, ...]) -> Operand:
    """Return the feature `key` of the columns, each of which stands as a name of its own text."""
    known = {one.key: one for one in features_for(columns)}
    if key in known and columns != PLANE_COLUMNS:
        return name(key)
    formula = parse(known[key].symbol if key in known else key, columns)
    with np.errstate(all="ignore"):  # of parts that are numbers, such as exp(1000)
        result: Operand = formula.of({column: name(column) for column in columns})
    return result


def fold(
    node: Operand,
    given: Callable[[str], T],
    number: Callable[[float], T],
    apply: Callable[[str, tuple[T, ...]], T],
) -> T:
    """Return what a tree comes to where `given`, `number` and `apply` say what its parts come to.

    A part that stands in several places is asked for once.
    """
    known: dict[int, T] = {}

    def visit(one: Operand) -> T:
        if not isinstance(one, Node):
            return number(float(one))  # NumPy's own floats are written otherwise
        if id(one) not in known:
            known[id(one)] = (
                given(one.text)
                if one.op == "name"
                else apply(one.op, tuple(visit(argument) for argument in one.args))
            )
        return known[id(one)]

    return visit(node)


def parted(node: Operand) -> tuple[list[tuple[str, Operand]], Operand]:
    """Return names, from t1, for the parts that stand in several places, and the tree made of these names.

    Each part is made of those before it.
    """
    uses: Counter[int] = Counter()
    parts: list[tuple[str, Operand]] = []
    known: dict[int, Operand] = {}

    def count(one: Operand) -> None:
        if isinstance(one, Node) and one.op != "name":
            uses[id(one)] += 1
            if uses[id(one)] == 1:
                for argument in one.args:
                    count(argument)

    def visit(one: Operand) -> Operand:
        if not isinstance(one, Node) or one.op == "name":
            return one
        if id(one) not in known:
            made: Operand = Node(one.op, tuple(visit(argument) for argument in one.args))
            if uses[id(one)] > 1:
                parts.append((f"t{len(parts) + 1}", made))
                made = name(parts[-1][0])
            known[id(one)] = made
        return known[id(one)]

    count(node)
    return parts, visit(node)


# Writing ----------------------------------------------------------------------------------------------------

INFIX = {"add": ("+", 1), "subtract": ("-", 1), "multiply": ("*", 2), "divide": ("/", 2)}
COMPARE = {"less": "<", "greater": ">", "less_equal": "<=", "greater_equal": ">="}
TIGHTEST = 9


def python_number(value: float) -> str:
    """Return a number as Python writes it, also one that is infinite or none at all."""
    return repr(value) if math.isfinite(value) else f'float("{value}")'


@dataclass(frozen=True, slots=True)
class Language:
    """How functions are called: a template for each of OPERATIONS that is no sign between two values.

    A sign that has a template is written as that. Templates have {0}, {1} and {2} for the arguments.
    `number` writes a constant.
    """

    key: str
    functions: Mapping[str, str]
    number: Callable[[float], str] = python_number


def write(node: Operand, language: Language, names: Callable[[str], str] = str) -> str:
    """Return a tree as one expression; `names` says how a given value is called."""

    def apply(op: str, parts: tuple[tuple[str, int], ...]) -> tuple[str, int]:
        if op in COMPARE:
            left, right = (bracketed(part, 1) for part in parts)
            return f"{left} {COMPARE[op]} {right}", 0
        if op in INFIX and op not in language.functions:
            sign, strength = INFIX[op]
            left, right = bracketed(parts[0], strength), bracketed(parts[1], strength + 1)
            return f"{left} {sign} {right}", strength
        if op == "negative":
            return f"-{bracketed(parts[0], 3)}", 2
        return language.functions[op].format(*(text for text, _ in parts)), TIGHTEST

    def bracketed(part: tuple[str, int], needed: int) -> str:
        text, strength = part
        return text if strength >= needed else f"({text})"

    def number(value: float) -> tuple[str, int]:
        # A constant part of a formula is a number of NumPy's own, which is written differently.
        return language.number(float(value)), 2 if value < 0 else TIGHTEST

    return fold(node, lambda text: (names(text), TIGHTEST), number, apply)[0]


OPERATIONS = frozenset(
    (
        *INFIX,
        *COMPARE,
        *("negative", "power", "where", "absolute", "sign", "maximum", "minimum", "sqrt"),
        *("exp", "expm1", "log", "log1p", "sin", "cos", "tan", "tanh"),
    )
)
"""NumPy's functions that definitions and formulas are made of."""

NUMPY = Language(
    "numpy",
    {
        op: f"np.{op}({{0}})"
        for op in ("absolute", "sign", "sqrt", "exp", "expm1", "log", "log1p", "sin", "cos", "tan", "tanh")
    }
    | {op: f"np.{op}({{0}}, {{1}})" for op in ("power", "maximum", "minimum")}
    | {"where": "np.where({0}, {1}, {2})"},
)
