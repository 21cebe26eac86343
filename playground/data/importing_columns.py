"""Finds out what the columns of a file hold: numbers, categories, texts, or nothing to be learnt from."""

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import numpy as np

from playground.data.base import FloatArray, IndexArray
from playground.data.importing import (
    SHOWN,
    Cancelled,
    Fault,
    ImportCancelled,
    Look,
    Progress,
    Rows,
    short,
)
from playground.data.importing_layout import MISSING, ImportRefused, Layout, number
from playground.data.importing_texts import LARGEST, Texts
from playground.data.table import MAX_TABLE_CLASSES

ColumnKind = Literal["number", "category", "text", "constant"]

MAX_VALUES = MAX_TABLE_CLASSES
"""How many values a column of categories may have: as inputs, each is a column of its own."""

MOSTLY = 0.75
"""Share of a column's values that have to be numbers for the others to be faults."""

NEARLY_ALL = 0.9
TRIED = 2000
IDENTIFIERS = frozenset(("", "id", "index", "row", "nr", "no", "key", "number", "#", "unnamed: 0"))


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """What a column holds, in every row that is not damaged as a whole.

    `numbers` (n,) are NaN where there is none; a column without numbers has `codes` (n,), places in `values`,
    -1 where there is no value. `faulty` maps a row to the text that should have been a number. `why` says why
    the column is left out unless it is asked for, "" where it is used.
    """

    name: str
    kind: ColumnKind
    numbers: FloatArray | None
    codes: IndexArray
    values: tuple[str, ...]
    faulty: dict[int, str]
    why: str

    @property
    def absent(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Where there is nothing to use (n,): missing or faulty."""
        return np.isnan(self.numbers) if self.numbers is not None else self.codes < 0

    @property
    def label(self) -> str:
        """What it holds, in a word or two."""
        words = {"number": "number", "category": f"{len(self.values)} values", "text": "text"}
        return words.get(self.kind, "constant" if self.why != EMPTY else "empty")

    def reason(self, row: int) -> str:
        """Return why the value in `row` cannot be used; "" when it can."""
        if row in self.faulty:
            return _reason(self.faulty[row])
        missing = self.codes[row] < 0 if self.numbers is None else np.isnan(self.numbers[row])
        return "the value is missing" if missing else ""


EMPTY = "it holds no values"


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A file that was read and understood."""

    layout: Layout
    columns: tuple[Column, ...]
    lines: IndexArray
    faults: tuple[Fault, ...]
    blank: int
    notes: tuple[str, ...]
    first: tuple[Look, ...]

    @property
    def total(self) -> int:
        """The number of rows in the file, the damaged ones too."""
        return len(self.lines) + len(self.faults)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """Return the column called `name`; ImportRefused lists those there are."""
        for column in self.columns:
            if column.name == name:
                return column
        raise ImportRefused(f"There is no column “{name}”. There are: {', '.join(self.names)}.")

    def cell_faults(self) -> tuple[Fault, ...]:
        """Return every value that should have been a number and is none."""
        return tuple(
            Fault(int(self.lines[row]), column.name, short(text, SHOWN), _reason(text))
            for column in self.columns
            for row, text in column.faulty.items()
        )


def infer(rows: Rows, progress: Progress | None = None, cancelled: Cancelled | None = None) -> Sheet:
    """Return what the columns hold; ImportCancelled when it was cancelled."""
    columns: list[Column] = []
    for name, texts in zip(rows.names, rows.columns, strict=True):
        if cancelled is not None and cancelled():
            raise ImportCancelled
        columns.append(_column(name, texts, rows.layout.decimal_comma))
        if progress is not None:
            progress(len(columns) / len(rows.names))
    return Sheet(rows.layout, tuple(columns), rows.lines, rows.faults, rows.blank, rows.notes, rows.first)


def _column(name: str, column: Texts, comma: bool) -> Column:
    numbers = column.numbers()
    if numbers is not None:
        return _of_numbers(name, numbers, {})
    texts = column.all()
    counts = Counter(texts)
    present = [text for text in counts if text.lower() not in MISSING]
    read = _read_numbers(present, comma)
    found = sum(counts[text] for text, value in read.items() if value is not None)
    if not read or found <= MOSTLY * sum(counts[text] for text in present):
        return _of_texts(name, texts, counts, present)
    usable = {text: value for text, value in read.items() if value is not None and abs(value) <= LARGEST}
    numbers = np.array([usable.get(text, np.nan) for text in texts], dtype=np.float64)
    bad = set(present) - usable.keys()
    return _of_numbers(name, numbers, {row: text for row, text in enumerate(texts) if text in bad})


def _read_numbers(texts: list[str], comma: bool) -> dict[str, float | None]:
    """Return what number each text writes; nothing at all where hardly any of the first ones does."""
    tried = {text: number(text, comma) for text in islice(texts, TRIED)}
    if sum(value is not None for value in tried.values()) < len(tried) / 4:
        return {}
    return tried | {text: number(text, comma) for text in islice(texts, TRIED, None)}


def _of_numbers(name: str, numbers: FloatArray, faulty: dict[int, str]) -> Column:
    present = numbers[~np.isnan(numbers)]
    codes = np.empty(0, dtype=np.int64)
    kind: ColumnKind = "number"
    why = ""
    if not len(present):
        kind, why = "constant", EMPTY
    elif present.min() == present.max():
        kind, why = "constant", f"it is {present[0]:g} in every row"
    elif _is_identifier(name) and is_whole(numbers) and len(np.unique(present)) == len(present):
        why = "it numbers the rows, and such a number says nothing about them"
    return Column(name, kind, numbers, codes, (), faulty, why)


def is_whole(numbers: FloatArray) -> bool:
    """Say whether there are whole numbers only, those that are missing aside."""
    present = numbers[~np.isnan(numbers)]
    return bool(np.array_equal(np.rint(present), present))


def _is_identifier(name: str) -> bool:
    plain = name.lower()
    return plain in IDENTIFIERS or plain.endswith((" id", "_id", "-id"))


def _of_texts(name: str, texts: list[str], counts: Counter[str], present: list[str]) -> Column:
    values = tuple(sorted(present, key=lambda text: (text.lower(), text)))
    places = {text: place for place, text in enumerate(values)}
    codes = np.array([places.get(text, -1) for text in texts], dtype=np.int64)
    there = sum(counts[text] for text in present)
    kind: ColumnKind = "text"
    if not values:
        kind, why = "constant", EMPTY
    elif len(values) == 1:
        kind, why = "constant", f"it is “{short(values[0], SHOWN)}” in every row"
    elif len(values) > NEARLY_ALL * there:
        why = "its texts differ in nearly every row"
    elif len(values) > MAX_VALUES:
        why = f"it has {len(values):,} different texts, and at most {MAX_VALUES} can be told apart"
    else:
        kind, why = "category", ""
    return Column(name, kind, None, codes, values, {}, why)


def _reason(text: str) -> str:
    """Say why `text` cannot be used as a number."""
    if text.lower().strip("+-").startswith("inf"):
        return f"“{text}” is not a finite number"
    found = number(text, "," in text and "." not in text)
    if found is not None and not abs(found) <= LARGEST:
        return f"“{short(text, SHOWN)}” is too large a number"
    return f"“{short(text, SHOWN)}” is not a number"
