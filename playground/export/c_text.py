"""How names, numbers and arrays are written in C, so that strangers' names stay names."""

import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from playground.export.arrays import texts
from playground.export.expressions import Language

PER_LINE = 8

READABLE = 10_000
"""Numbers up to which a matrix is written as numbers: compilers take microseconds for each."""
ROW_BYTES = 2048
"""Bytes of a row of a packed matrix. C99 asks compilers for strings of 4095 bytes, and no more."""


def identifier(text: str) -> str:
    """Return a text as what names in C can begin with."""
    word = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:40].rstrip("_")
    return f"network_{word}".rstrip("_") if not word or word[0].isdigit() else word


def string(text: str) -> str:
    """Return a text as a string of C, in which nothing ends it or means anything."""

    def escaped(character: str) -> str:
        if character in '"\\?':  # with ?? begin trigraphs
            return f"\\{character}"
        if character.isprintable():
            return character
        return "".join(f"\\{byte:03o}" for byte in character.encode("utf-8"))

    return '"' + "".join(map(escaped, text)) + '"'


def comment(text: str) -> str:
    """Return a text as it may stand within a comment of C, on one line."""
    plain = "".join(one if one.isprintable() and one not in "\\?" else "_" for one in text)
    return plain.replace("*/", "* /").replace("/*", "/ *")


def language(name: str, real: str) -> Language:
    """Return how functions are called for numbers of the type `real`, double or float."""
    f = "f" if real == "float" else ""
    called = {"absolute": "fabs", **{key: f"{name}_{short}" for key, short in OWN.items()}, "power": "pow"}
    one = {op: f"{called.get(op, op)}{f}({{0}})" for op in ONE}
    two = {op: f"{called[op]}{f}({{0}}, {{1}})" for op in ("maximum", "minimum", "power")}
    return Language(
        f"c {real}", one | two | {"where": "({0} ? {1} : {2})"}, lambda value: constant(value, real)
    )


OWN = {"maximum": "max", "minimum": "min", "sign": "sign"}
ONE = ("absolute", "sign", "sqrt", "exp", "expm1", "log", "log1p", "sin", "cos", "tan", "tanh")


def constant(value: float, real: str) -> str:
    """Return a constant of the type `real`."""
    if math.isnan(value):
        return "NAN"
    if math.isinf(value):
        return "INFINITY" if value > 0 else "-INFINITY"
    return f"{np.float32(value)}f" if real == "float" else repr(value)


def array(name: str, numbers: npt.NDArray[Any], real: str) -> Iterator[str]:
    """Yield the definition of an array, flat, row after row."""
    yield f"\nstatic const {real} {name}[{numbers.size}] = {{\n"
    f = "f" if real == "float" else ""
    written = texts(numbers.ravel())
    for start in range(0, len(written), PER_LINE):
        yield f"    {f'{f}, '.join(written[start : start + PER_LINE])}{f},\n"
    yield "};\n"


def is_packed(numbers: npt.NDArray[Any]) -> bool:
    """Whether a matrix is written as bytes."""
    return numbers.ndim == 2 and numbers.size > READABLE


def block(real: str) -> int:
    """Return how many numbers a row of a packed matrix has; the place of one more holds the string's end."""
    return ROW_BYTES // (4 if real == "float" else 8) - 1


def packed(name: str, numbers: npt.NDArray[Any], real: str) -> Iterator[str]:
    """Yield the definition of a matrix as bytes: number k is `name.numbers[k + k / block]`."""
    size = 4 if real == "float" else 8
    content = numbers.astype(f"<f{size}").tobytes()
    width = block(real) * size
    rows = -(-len(content) // width)
    places = rows * ROW_BYTES // size
    members = f"char bytes[{rows}][{ROW_BYTES}]; {real} numbers[{places}];"
    yield f"\nstatic const union {{ {members} }} {name} = {{{{\n"
    for start in range(0, len(content), width):
        yield f'"{"".join(map(BYTES.__getitem__, content[start : start + width]))}",\n'
    yield "}};\n"


BYTES = tuple(
    chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else f"\\{byte:03o}" for byte in range(256)
)
"""Each byte within a string of C."""
