"""Formulas that a person writes: read by a small parser of our own, computed with NumPy, never executed.

    comparison := sum [("<" | ">" | "<=" | ">=") sum]
    sum        := product {("+" | "-") product}
    product    := sign {("*" | "/") sign}
    sign       := {"+" | "-"} power
    power      := atom ["^" sign]            (from the right: 2^3^2 = 2^9; -x^2 = -(x^2))
    atom       := number | name | function "(" comparison {"," comparison} ")" | "(" comparison ")"

`**` stands for `^`, and ×, ·, ÷, − for their signs.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from playground.data.base import FloatArray

LONGEST = 200
"""Characters that a formula may have."""
DEEPEST = 40
"""Brackets and signs that may stand within each other."""


class FormulaError(ValueError):
    """A formula that cannot be read; `place` is the character, from 0, at which that is noticed."""

    def __init__(self, message: str, place: int) -> None:
        super().__init__(message)
        self.place = place


@dataclass(frozen=True, slots=True)
class Function:
    """A function that formulas may use; `takes` is how many arguments it has."""

    name: str
    help: str
    compute: Callable[..., Any]
    takes: int = 1


FUNCTIONS: tuple[Function, ...] = (
    Function("sin", "Sine, of radians.", np.sin),
    Function("cos", "Cosine, of radians.", np.cos),
    Function("tan", "Tangent, of radians.", np.tan),
    Function("tanh", "Hyperbolic tangent.", np.tanh),
    Function("exp", "e to the power of.", np.exp),
    Function("log", "Natural logarithm, of numbers above 0.", np.log),
    Function("sqrt", "Square root, of numbers from 0.", np.sqrt),
    Function("abs", "The number without its sign.", np.abs),
    Function("sign", "−1, 0 or 1.", np.sign),
    Function("min", "The smaller of two.", np.minimum, takes=2),
    Function("max", "The larger of two.", np.maximum, takes=2),
)
CONSTANTS: Mapping[str, float] = {"pi": math.pi, "e": math.e}

COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    ">": np.greater,
    "<=": np.less_equal,
    ">=": np.greater_equal,
}
OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
}
SPELLINGS = {"**": "^", "×": "*", "·": "*", "÷": "/", "−": "-", "≤": "<=", "≥": ">="}

TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign>\*\*|<=|>=|[-+*/^(),<>×·÷−≤≥]))"
)

Rows = Mapping[str, FloatArray]
Compute = Callable[[Rows], Any]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that has been read.

    Attributes:
        names: the columns it uses, in the order of their first use.
        is_comparison: whether it says yes or no, rather than a number.
    """

    text: str
    names: tuple[str, ...]
    is_comparison: bool
    _compute: Compute

    def __call__(self, columns: Rows) -> FloatArray:
        """Return its values for columns (n,), as float64 (n,): 1.0 and 0.0 for a comparison.

        Where mathematics has no answer, such as log(0), the value is infinite or not a number.
        """
        count = len(next(iter(columns.values())))
        with np.errstate(all="ignore"):
            values = np.asarray(self._compute(columns), dtype=np.float64)
        return np.array(np.broadcast_to(values, (count,)))

    def of(self, columns: Mapping[str, Any]) -> Any:
        """Return what it makes of columns of any kind that NumPy's functions take; a number without them."""
        return self._compute(columns)


def identifier(column: str) -> str:
    """Return how a formula names a column: what is no letter or digit becomes an underscore."""
    name = re.sub(r"\W+", "_", column).strip("_") or "column"
    return f"_{name}" if name[0].isdigit() else name


def names_of(columns: Sequence[str]) -> dict[str, str]:
    """Return the columns by the names that formulas give them; of two alike the later gets a number."""
    names: dict[str, str] = {}
    for column in columns:
        name, number = identifier(column), 2
        while name in names:
            name, number = f"{identifier(column)}_{number}", number + 1
        names[name] = column
    return names


@lru_cache(maxsize=256)
def parse(text: str, columns: tuple[str, ...]) -> Formula:
    """Return the formula written in `text` over columns with these names (see `names_of`).

    Raises:
        FormulaError: when it cannot be read; the message says why, and its `place` where.
    """
    if len(text) > LONGEST:
        raise FormulaError(
            f"A formula has at most {LONGEST} characters; this one has {len(text):,}.", LONGEST
        )
    return _Parser(text, columns).formula()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    place: int


def _tokens(text: str) -> list[_Token]:
    found, place = [], 0
    while text[place:].strip():
        match = TOKEN.match(text, place)
        if match is None:
            place += len(text[place:]) - len(text[place:].lstrip())
            raise FormulaError(f"“{text[place]}” has no meaning here.", place)
        kind = str(match.lastgroup)
        found.append(_Token(kind, SPELLINGS.get(match[kind], match[kind]), match.start(kind)))
        place = match.end()
    return [*found, _Token("end", "", len(text))]


class _Parser:
    """Reads one formula from left to right; every method returns how to compute what it has read."""

    def __init__(self, text: str, columns: Sequence[str]) -> None:
        self._text = text
        self._columns = names_of(columns)
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0
        self._used: dict[str, None] = {}

    def formula(self) -> Formula:
        """Return the whole formula."""
        if self._next.kind == "end":
            raise FormulaError("There is no formula yet.", 0)
        compute, compares = self._comparison()
        if self._next.kind != "end":
            token = self._next
            raise FormulaError(f"An operator such as + or * is missing before “{token.text}”.", token.place)
        return Formula(self._text, tuple(self._used), compares, compute)

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self, *texts: str) -> str | None:
        """Move past the next sign when it is one of these, and return it."""
        token = self._next
        if token.kind == "sign" and token.text in texts:
            self._at += 1
            return token.text
        return None

    def _comparison(self) -> tuple[Compute, bool]:
        left = self._sum()
        sign = self._take(*COMPARISONS)
        if sign is None:
            return left, False
        result = _compared(COMPARISONS[sign], left, self._sum())
        if self._next.text in COMPARISONS:
            raise FormulaError("A formula compares once only.", self._next.place)
        return result, True

    def _sum(self) -> Compute:
        result = self._product()
        while sign := self._take("+", "-"):
            result = _both(OPERATORS[sign], result, self._product())
        return result

    def _product(self) -> Compute:
        result = self._sign()
        while sign := self._take("*", "/"):
            result = _both(OPERATORS[sign], result, self._sign())
        return result

    def _sign(self) -> Compute:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FormulaError(f"More than {DEEPEST} brackets or signs within each other.", self._next.place)
        sign = self._take("+", "-")
        if sign is None:
            result = self._power()
        else:
            value = self._sign()
            result = value if sign == "+" else lambda rows: np.negative(value(rows))
        self._depth -= 1
        return result

    def _power(self) -> Compute:
        base = self._atom()
        return _both(OPERATORS["^"], base, self._sign()) if self._take("^") else base

    def _atom(self) -> Compute:
        token = self._next
        if token.kind == "number":
            self._at += 1
            value = float(token.text)
            if not math.isfinite(value):
                raise FormulaError(f"{token.text} is too large a number.", token.place)
            return lambda _rows: value
        if token.kind == "name":
            self._at += 1
            return self._named(token)
        if self._take("("):
            result, _ = self._comparison()
            self._close(token)
            return result
        what = f"not “{token.text}”" if token.text else "not the end"
        raise FormulaError(f"A number, a name or a bracket is expected here, {what}.", token.place)

    def _close(self, opened: _Token) -> None:
        if not self._take(")"):
            raise FormulaError("This bracket is not closed.", opened.place)

    def _named(self, token: _Token) -> Compute:
        name = token.text
        if self._next.text == "(" and self._next.kind == "sign":
            return self._function(token)
        if name in self._columns:
            column = self._columns[name]
            self._used[column] = None
            return lambda rows: rows[column]
        if name in CONSTANTS:
            constant = CONSTANTS[name]
            return lambda _rows: constant
        if any(function.name == name for function in FUNCTIONS):
            raise FormulaError(f"{name} needs a bracket: {name}(…).", token.place)
        known = ", ".join([*list(self._columns)[:8], *(["…"] if len(self._columns) > 8 else [])])
        raise FormulaError(f"There is no column “{name}”; there are: {known}.", token.place)

    def _function(self, token: _Token) -> Compute:
        function = next((one for one in FUNCTIONS if one.name == token.text), None)
        if function is None:
            known = ", ".join(one.name for one in FUNCTIONS)
            raise FormulaError(f"There is no function “{token.text}”; there are: {known}.", token.place)
        opened = self._next
        self._at += 1
        arguments = [self._comparison()[0]]
        while self._take(","):
            arguments.append(self._comparison()[0])
        self._close(opened)
        if len(arguments) != function.takes:
            raise FormulaError(f"{function.name} takes {function.takes}, not {len(arguments)}.", token.place)
        return lambda rows: function.compute(*(argument(rows) for argument in arguments))


def _both(operator: Callable[[Any, Any], Any], left: Compute, right: Compute) -> Compute:
    return lambda rows: operator(left(rows), right(rows))


def _compared(comparison: Callable[[Any, Any], Any], left: Compute, right: Compute) -> Compute:
    """Return 1.0 where the comparison holds and 0.0 elsewhere: truths of NumPy do not add up."""
    return lambda rows: np.where(comparison(left(rows), right(rows)), 1.0, 0.0)
