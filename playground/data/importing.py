"""Reads a file of rows into columns of text, and names every line that is damaged.

Nothing is guessed about a damaged line: it becomes a fault and its values are not used. Line numbers are
those an editor shows, though a row may run over several lines between quotation marks.
"""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from playground import paths
from playground.data.base import IndexArray
from playground.data.importing_layout import (
    CONTROL,
    ENCODINGS,
    HEAD,
    Found,
    ImportRefused,
    Layout,
    Said,
    detect,
    encoding_of,
    lines_of,
    refuse_binary,
    split_rows,
)
from playground.data.importing_texts import Block, Texts
from playground.data.table import MAX_NAME, MAX_ROWS

SUFFIXES = (".csv", ".tsv", ".txt", ".tab", ".dat")
MAX_BYTES = 2_000_000_000
MEGABYTE = 1 << 20
LONGEST_LINE = 10_000_000
MAX_FIELDS = 1000
PIECE = 100
"""Rows between two looks at whether to go on: a millisecond, and what they need fits into the cache."""

FEW = 25
"""Rows read one by one where there is damage; fewer sound ones than that are not worth a block."""

PREVIEW = 200
SHOWN = 60
"""Characters of a text that is quoted in a message."""

Progress = Callable[[float], None]
Cancelled = Callable[[], bool]


class ImportCancelled(Exception):  # noqa: N818 - nothing went wrong
    """The person does not want the file any more."""


class Fault(NamedTuple):
    """One thing wrong in a line: in a column, or with the whole row when `column` is None."""

    line: int
    column: str | None
    text: str
    reason: str

    def __str__(self) -> str:
        place = f"line {self.line:,}" if self.column is None else f"line {self.line:,}, {self.column}"
        return f"{place}: {self.reason}"


class Look(NamedTuple):
    """One of the first rows as it stands in the file; `reason` says why it cannot be used, "" if it can."""

    line: int
    fields: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What a file says: equally long columns of text, and the line on which each row begins.

    `faults` are damaged rows, which are in no column. `blank` lines are only counted.
    """

    layout: Layout
    names: tuple[str, ...]
    columns: tuple[Texts, ...]
    lines: IndexArray
    faults: tuple[Fault, ...]
    blank: int
    notes: tuple[str, ...]
    first: tuple[Look, ...]


def is_rows_file(path: Path) -> bool:
    """Say whether the name of a file is that of a table of text."""
    return path.suffix.lower() in SUFFIXES


def read_file(
    path: Path, said: Said | None = None, progress: Progress | None = None, cancelled: Cancelled | None = None
) -> Rows:
    """Read the file at `path` as `read` does."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ImportRefused(f"{path.name} is larger than 2 GB: import a part of it.")
        with paths.open_plain(path) as stream:
            return read(stream, said, progress, cancelled)
    except FileNotFoundError:
        raise ImportRefused(f"There is no file {path}.") from None
    except OSError as error:
        raise ImportRefused(f"{path.name} cannot be read: {error.strerror or error}.") from error


def read(
    stream: BinaryIO,
    said: Said | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Rows:
    """Read rows of text, in pieces.

    `progress` is told the share that is done; `cancelled` is asked between the pieces whether to stop.
    Raises ImportRefused when there is no table to be found, ImportCancelled when it was cancelled.
    """
    size = stream.seek(0, io.SEEK_END)
    layout = _layout(stream, said or Said())
    text = io.TextIOWrapper(stream, encoding=layout.encoding, errors="replace", newline="")
    try:
        reader = _Reader(layout, text)
        while reader.read_piece():
            if cancelled is not None and cancelled():
                raise ImportCancelled
            if progress is not None:
                progress(min(stream.tell() / max(size, 1), 1.0))
        return reader.result()
    finally:
        text.detach()


def _layout(stream: BinaryIO, said: Said) -> Layout:
    """Return the layout of a file. Where it begins with plain ASCII, what comes later tells the encoding."""
    stream.seek(0)
    head = part = stream.read(HEAD + 1)
    refuse_binary(head)
    while part and part.isascii():
        part = stream.read(MEGABYTE)
    if said.encoding is None and part and head.isascii():
        place = next(re.finditer(rb"[\x80-\xff]", part)).start() & ~1
        said = replace(said, encoding=encoding_of((part[place:] + stream.read(HEAD))[:HEAD]))
    stream.seek(0)
    return detect(head, said)


class _Reader:
    """Reads rows piece by piece, and keeps the columns, the faults and the line numbers."""

    def __init__(self, layout: Layout, text: io.TextIOWrapper) -> None:
        self._layout = layout
        self._lines = lines_of(_lines(text), layout.delimiter)
        self._rows = split_rows(self._lines, layout.delimiter)
        self._columns: tuple[Texts, ...] = ()
        self._names: tuple[str, ...] = ()
        self._starts: list[int] = []
        self._faults: list[Fault] = []
        self._first: list[Look] = []
        self._notes: list[str] = []
        self._blank = 0
        if not layout.header:
            self._name([f"column {place + 1}" for place in range(layout.fields)])

    def read_piece(self) -> bool:
        """Read some rows; say whether there may be more."""
        more = True
        if not self._names or len(self._first) < PREVIEW:
            more = self._read_rows(PIECE)
        elif not self._read_block():
            more = self._read_rows(FEW)
        if len(self._starts) + len(self._faults) > MAX_ROWS:
            raise ImportRefused(
                f"The file has more than {MAX_ROWS:,} rows, the most there can be: import a part of it."
            )
        return more

    def _read_block(self) -> bool:
        """Read sound rows all at once; say whether there were enough of them."""
        delimiter, first = self._layout.delimiter, self._lines.number + 1
        lines = self._lines.plain(PIECE, delimiter, len(self._names))
        if len(lines) < FEW:
            self._lines.give_back(lines)
            return False
        self._starts += range(first, first + len(lines))
        block = Block(lines, delimiter, len(self._names), self._layout.decimal_comma)
        for place, (column, numbers) in enumerate(zip(self._columns, block.numbers(), strict=True)):
            column.add_block(block, place, numbers)
        block.forget()
        return True

    def _read_rows(self, most: int) -> bool:
        """Read at most so many sound rows one by one; say whether there may be more."""
        rows: list[list[str]] = []
        more = True
        while more and len(rows) < most:
            more = self._read_row(rows)
        if rows:
            for column, texts in zip(self._columns, zip(*rows, strict=True), strict=True):
                column.add(texts)
        return more

    def _read_row(self, rows: list[list[str]]) -> bool:
        """Read a row into `rows`, or make a fault of it; say whether there was one."""
        found = next(self._rows, None)
        if found is None:
            return False
        row = found.fields
        if not row or (not row[0].strip() and not any(field.strip() for field in row)):
            self._blank += 1
            return True
        problem = found.reason or self._problem(found)
        if not self._names:
            self._take_header(row, problem)
        elif problem:
            self._refuse(found.start, row, problem)
        else:
            self._starts.append(found.start)
            rows.append(row)
            if len(self._first) < PREVIEW:
                self._first.append(Look(found.start, tuple(row), ""))
        return True

    def _problem(self, found: Found) -> str:
        """Return what is wrong with a row, "" if nothing; empty fields at its end are cut off."""
        for line in found.lines:
            if "\0" in line:
                return "it holds a NUL, a character that no text has"
            if "\ufffd" in line:
                name = ENCODINGS[self._layout.encoding]
                return f"it holds bytes that are no {name}: choose another encoding, or repair the line"
            control = CONTROL.search(line)
            if control:
                return f"it holds the control character {ord(control[0])}, which no text has: delete it"
        row, expected = found.fields, len(self._names)
        if len(row) > expected > 0 and not any(row[expected:]):
            del row[expected:]
        if expected and len(row) != expected:
            there = "is 1 field" if len(row) == 1 else f"are {len(row):,} fields"
            return f"there {there} instead of {expected:,}"
        return ""

    def _take_header(self, row: list[str], problem: str) -> None:
        if problem:
            raise ImportRefused(f"The first line, with the names of the columns, is damaged: {problem}.")
        if len(row) == self._layout.fields - 1:
            row = ["row", *row]
            self._notes.append(
                "The header names one column fewer than the rows have: the first is called “row”."
            )
        self._name(row)

    def _name(self, row: list[str]) -> None:
        if len(row) < 2 < self._layout.fields:
            raise ImportRefused(
                f"The first line has 1 field and most have {self._layout.fields:,}: "
                "delete what stands above the names of the columns."
            )
        if len(row) > MAX_FIELDS:
            raise ImportRefused(f"The file has {len(row):,} columns; there can be at most {MAX_FIELDS:,}.")
        wanted = [
            short(" ".join(name.split()), MAX_NAME) or f"column {place}" for place, name in enumerate(row, 1)
        ]
        self._names = unique(wanted)
        for old, new in zip(wanted, self._names, strict=True):
            if old != new:
                self._notes.append(
                    f"There is more than one column “{old}”: one of them is called “{new}” now."
                )
        self._columns = tuple(Texts(self._layout.decimal_comma) for _ in row)

    def _refuse(self, line: int, row: list[str], reason: str) -> None:
        text = self._layout.delimiter.join(row)
        self._faults.append(Fault(line, None, short(text, SHOWN), reason))
        if len(self._first) < PREVIEW:
            self._first.append(Look(line, tuple(row), reason))

    def result(self) -> Rows:
        """Return everything that was read; ImportRefused when no row of it can be used."""
        if not self._starts:
            if self._faults:
                raise ImportRefused(
                    f"None of the {len(self._faults):,} rows can be used. The first is {self._faults[0]}."
                )
            raise ImportRefused("The file has no rows, only the names of the columns.")
        return Rows(
            self._layout,
            self._names,
            self._columns,
            np.array(self._starts, dtype=np.int64),
            tuple(self._faults),
            self._blank,
            tuple(self._notes),
            tuple(self._first),
        )


def short(text: str, most: int) -> str:
    """Return a text that is no longer than `most` characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def unique(names: list[str]) -> tuple[str, ...]:
    """Return the names with a number behind those that were there before: a, a (2), a (3)."""
    found: dict[str, None] = {}
    taken = set(names)
    for name in names:
        new, count = name, 2
        while new in found or (new != name and new in taken):
            new, count = f"{name[: MAX_NAME - 8]} ({count})", count + 1
        found[new] = None
    return tuple(found)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Yield the lines without the mark of the encoding; ImportRefused where one would fill the memory."""
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise ImportRefused(
                f"Line {number:,} has more than {LONGEST_LINE:,} characters, so this is no table of text: "
                "delete that line, or import another file."
            )
        yield line.removeprefix("\ufeff") if number == 1 else line
