"""Python text that is safe to run: whatever a name holds, it stays a name, and numbers keep every bit."""

import base64
import keyword
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

WIDTH = 100
"""Columns that a line of a script may have."""
READABLE = 4000
"""Numbers beyond which they are written as the base64 of their bytes."""
RESERVED = frozenset(
    (
        *keyword.kwlist,
        *keyword.softkwlist,
        *("base64", "csv", "math", "sys", "np", "torch", "nn", "keras", "layers", "ops", "array", "mul"),
        *("features", "scaled", "outputs", "predict", "forward", "model", "rows", "row", "x", "z", "a", "y"),
        *("abs", "max", "min", "float", "len", "print", "list", "zip", "map", "sum", "open", "range", "next"),
        *("divide", "exp", "log", "power", "sign", "sqrt", "column", "inf", "nan"),
    )
)
"""Words that no column may be called, since scripts use them for something else."""

Array = npt.NDArray[Any]


def words(text: str, most: int = 80) -> str:
    """Return a text for comments and docstrings: one line, without what could end either."""
    line = "".join(sign if sign.isprintable() else " " for sign in text.replace("\\", "/"))
    line = " ".join(line.replace('"', "'").split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def quoted(text: str) -> str:
    """Return a text as a literal."""
    plain = text.isprintable() and not set(text) & {'"', "\\"}
    return f'"{text}"' if plain else repr(text)


def identifiers(names: Sequence[str]) -> tuple[str, ...]:
    """Return an identifier for each name: of plain letters, none twice, none that means something else."""
    found: dict[str, None] = {}
    for name in names:
        letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        plain = re.sub(r"\W+", "_", letters, flags=re.ASCII).strip("_") or "value"
        plain = f"_{plain}" if plain[0].isdigit() else plain
        new, count = plain, 2
        while new in found or new in RESERVED:
            new, count = f"{plain}_{count}", count + 1
        found[new] = None
    return tuple(found)


def filled(parts: Sequence[str], brackets: str = "[]", before: int = 0, indent: int = 0) -> str:
    """Return parts between brackets, on as many lines as they need; `before` characters stand before."""
    line = f"{brackets[0]}{', '.join(parts)}{brackets[1]}"
    if before + len(line) <= WIDTH and "\n" not in line:
        return line
    inner, lines, current = " " * (indent + 4), [], ""
    for part in parts:
        if current and len(inner) + len(current) + len(part) + 2 > WIDTH:
            lines.append(current)
            current = ""
        current = f"{current} {part}," if current else f"{part},"
    return "\n".join(
        [brackets[0], *(f"{inner}{one}" for one in [*lines, current]), " " * indent + brackets[1]]
    )


def assigned(name: str, parts: Iterable[str]) -> str:
    """Return the line that gives a list to a name."""
    return f"{name} = {filled(list(parts), before=len(name) + 3)}"


# Numbers ----------------------------------------------------------------------------------------------------


def number(value: float) -> str:
    """Return a number with every digit it needs, a whole one of moderate size without a point."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e6 else repr(float(value))


def digits(array: Array) -> list[str]:
    """Return the shortest text that stands for each number of a vector (n,) in its own precision."""
    texts = [str(value) for value in array]
    if array.dtype != np.float32:
        return texts
    # A text that is read as float64 first could be rounded twice: then all digits are written.
    same = np.array([float(text) for text in texts]).astype(np.float32) == array
    return [text if right else repr(float(text)) for text, right in zip(texts, same, strict=True)]


def nested(array: Array, indent: int = 0) -> str:
    """Return a vector or a matrix as a list."""
    if array.dtype == np.bool_:
        return filled([str(value) for value in array.tolist()], indent=indent)
    if array.ndim == 1:
        return filled(digits(array), before=20, indent=indent)
    rows = ",\n".join(f"{' ' * (indent + 4)}{nested(row, indent + 4)}" for row in array)
    return f"[\n{rows},\n{' ' * indent}]"


def encoded(array: Array) -> str:
    """Return the bytes of an array, the least significant first, as a text in base64."""
    text = base64.b64encode(np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes())
    lines = re.findall(f".{{1,{WIDTH}}}", text.decode())
    return '"""\n{}\n"""'.format("\n".join(lines))


def place(array: Array) -> str:
    """Return what stands in the place of numbers that would fill the screen."""
    size = " × ".join(f"{count:,}" for count in array.shape)
    return f"...  # {size} numbers: Save writes them here"
