"""Keeps the texts of a column piece by piece, and turns those that are numbers into numbers at once."""

from collections.abc import Sequence

import numpy as np

from playground.data.base import FloatArray
from playground.data.importing_layout import MISSING
from playground.data.importing_numbers import Fields

LARGEST = 1e100
"""A number beyond it is a fault: its square would still have to be computed with."""

_AS_NAN = {form: "nan" for token in MISSING for form in (token, token.upper(), token.title())}


class Block:
    """Rows of text without damage and quotation marks, which need not be taken apart to be read."""

    def __init__(self, lines: list[str], delimiter: str, columns: int, decimal_comma: bool) -> None:
        joined = "".join(lines).replace("\r\n", "\n").replace("\r", "\n")
        self._text = joined.removesuffix("\n")
        self._delimiter = delimiter
        self._columns = columns
        self._comma = decimal_comma
        self._split: list[str] | None = None

    def numbers(self) -> list[FloatArray | None]:
        """Return the numbers of every column, None where any text is not plainly a number."""
        fields = Fields(f"{self._text}\n", self._delimiter, self._columns, "," if self._comma else ".")
        table = fields.numbers.T.copy()
        columns: list[FloatArray | None] = list(table)
        for place in np.flatnonzero(~fields.is_plain.all(axis=0)).tolist():
            others = np.flatnonzero(~fields.is_plain[:, place])
            texts = tuple(text.lstrip(" ") for text in fields.texts(others, place))
            found = _plain_numbers("\n".join(texts), texts, self._comma)
            if found is None:
                columns[place] = None
            else:
                table[place, others] = found
        return columns

    def column(self, place: int) -> list[str]:
        """Return the texts of a column; all are kept in pieces until `forget`, for the next one."""
        if self._split is None:
            self._split = self._text.replace("\n", self._delimiter).split(self._delimiter)
        return [text.lstrip(" ") for text in self._split[place :: self._columns]]

    def forget(self) -> None:
        """Keep the text alone, which takes a fraction of the memory of its pieces."""
        self._split = None


class Texts:
    """A column of text in pieces. Pieces that are numbers are converted while they are in the cache."""

    def __init__(self, decimal_comma: bool) -> None:
        self._comma = decimal_comma
        self._pieces: list[list[str] | str | tuple[Block, int]] = []
        self._numbers: list[FloatArray] = []

    def add(self, texts: tuple[str, ...]) -> None:
        """Take the texts of the next rows."""
        joined = "\n".join(texts)
        # One text takes a fraction of the memory of many, and can be split again where none has a line end.
        self._pieces.append(joined if joined.count("\n") == len(texts) - 1 else list(texts))
        if len(self._numbers) == len(self._pieces) - 1:
            numbers = _plain_numbers(joined, texts, self._comma)
            if numbers is not None:
                self._numbers.append(numbers)

    def add_block(self, block: Block, place: int, numbers: FloatArray | None) -> None:
        """Take the column of a block, and its numbers where its texts are that."""
        if numbers is None or len(self._numbers) < len(self._pieces):
            self.add(tuple(block.column(place)))
        else:
            self._pieces.append((block, place))
            self._numbers.append(numbers)

    def numbers(self) -> FloatArray | None:
        """Return the numbers, NaN where one is missing; None where any text is not plainly a number."""
        return np.concatenate(self._numbers) if len(self._numbers) == len(self._pieces) else None

    def all(self) -> list[str]:
        """Return the texts without the spaces around them."""
        return [text.strip() for piece in self._pieces for text in _texts_of(piece)]


def _texts_of(piece: list[str] | str | tuple[Block, int]) -> list[str]:
    if isinstance(piece, tuple):
        block, place = piece
        return block.column(place)
    return piece.split("\n") if isinstance(piece, str) else piece


def _plain_numbers(joined: str, texts: tuple[str, ...], comma: bool) -> FloatArray | None:
    if "_" in joined or (comma and "." in joined):
        return None
    fields: Sequence[str] = joined.replace(",", ".").split("\n") if comma else texts
    numbers = _floats(fields)
    if numbers is None:
        numbers = _floats([_AS_NAN.get(field, field) for field in fields])
    return None if numbers is None or (np.abs(numbers) > LARGEST).any() else numbers


def _floats(texts: Sequence[str]) -> FloatArray | None:
    try:
        return np.fromiter(map(float, texts), np.float64, len(texts))
    except ValueError:
        return None
