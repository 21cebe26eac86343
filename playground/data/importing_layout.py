"""Detects how a file of rows is written: encoding, delimiter, decimal comma, header.

What the person says takes the place of what would be detected; the rest is then detected with it.
"""

import codecs
import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

HEAD = 65_536
"""How many bytes are looked at."""

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16 (little-endian)",
    "utf-16-be": "UTF-16 (big-endian)",
    "cp1252": "Windows-1252",
}
DELIMITERS = {"\t": "Tab", ";": "Semicolon", "|": "Bar", ",": "Comma", " ": "Spaces"}
"""The rarer in running text first: where two would do, the first is the one that was meant."""

MISSING = frozenset(("", "na", "n/a", "nan", "null", "none", "-", "?"))
"""What stands for a value that is not there, in small letters."""

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
MAGIC = (
    (b"PK\x03\x04", "a workbook or an archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"PAR1", "a Parquet file"),
    (b"\x93NUMPY", "a NumPy array"),
)
MOST_CONTROLS = 0.02
MANY_NULS = 0.3
CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1a\x1b"))
CONTROL = re.compile(f"[{re.escape(CONTROLS.decode('ascii'))}]")

POINT = re.compile(r"[+-]?\d*\.\d+([eE][+-]?\d+)?")
COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")
PIECES = re.compile(r'"(?:[^"]|"")*"|[^ ]+')


class ImportRefused(ValueError):  # noqa: N818 - a refusal, not an error of the program
    """A file no table can be made of; the message is a sentence that says why and what helps."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the text of a table is written; `fields` is how many values most of its rows have."""

    encoding: str
    delimiter: str
    decimal_comma: bool
    header: bool
    fields: int


@dataclass(frozen=True, slots=True)
class Said:
    """What the person says about the layout; None is to be detected."""

    encoding: str | None = None
    delimiter: str | None = None
    decimal_comma: bool | None = None
    header: bool | None = None


def detect(raw: bytes, said: Said | None = None) -> Layout:
    """Return how the beginning of a file is written; ImportRefused when it is empty or no text."""
    said = said or Said()
    if not raw.strip():
        raise ImportRefused("The file is empty: there are no rows to import.")
    refuse_binary(raw)
    encoding = said.encoding or encoding_of(raw[:HEAD])
    text = raw[:HEAD].decode(encoding, errors="replace").removeprefix("\ufeff")
    lines = list(io.StringIO(text, newline=""))
    if len(raw) > HEAD and len(lines) > 1:
        lines.pop()  # it may be cut in the middle
    delimiter = said.delimiter or _delimiter(lines)
    rows = _sample(lines, delimiter)
    comma = _decimal_comma(rows, delimiter) if said.decimal_comma is None else said.decimal_comma
    fields = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
    header = _has_header(rows, comma) if said.header is None else said.header
    return Layout(encoding, delimiter, comma, header, fields)


class Found(NamedTuple):
    """A row as it was found: where it begins, its lines, its values; `reason` says why it has none."""

    start: int
    lines: list[str]
    fields: list[str]
    reason: str = ""


def lines_of(text: Iterable[str], delimiter: str) -> "Lines":
    """Return lines one by one, with a single delimiter between two values where that is spaces."""
    if delimiter == " ":
        text = (" ".join(PIECES.findall(line.rstrip("\r\n"))) + "\n" for line in text)
    return Lines(iter(text))


def split_rows(source: "Lines", delimiter: str) -> Iterator[Found]:
    """Yield every row of some lines; after one that cannot be read, go on with the line below its first."""
    reader = _csv(source, delimiter)
    while True:
        source.row = []
        start = source.number + 1
        try:
            yield Found(start, source.row, next(reader))
        except StopIteration:
            return
        except csv.Error as error:
            source.take_back()
            reader = _csv(source, delimiter)
            yield Found(start, source.row[:1], [source.row[0].rstrip("\r\n")], _words(error))


def _csv(source: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    # Spaces behind a delimiter mean nothing; where they are the delimiter, there is one between two values.
    return csv.reader(source, delimiter=delimiter, skipinitialspace=delimiter != " ", strict=True)


class Lines:
    """Lines one by one, those of the current row kept, so that they can be read again."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self._again: deque[str] = deque()
        self.row: list[str] = []
        self.number = 0

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._source)
        self.row.append(line)
        self.number += 1
        return line

    def plain(self, most: int, delimiter: str, fields: int) -> list[str]:
        """Return the next lines, at most so many, that are rows of so many fields without any damage.

        They hold no quotation mark, so that each is a row of its own and its fields are what it says.
        """
        found: list[str] = []
        while len(found) < most:
            line = self._again.popleft() if self._again else next(self._source, "")
            if (
                line.count(delimiter) != fields - 1
                or not _is_sound(line)
                or not line.replace(delimiter, "").strip()
            ):
                if line:
                    self._again.appendleft(line)
                break
            found.append(line)
        self.number += len(found)
        return found

    def give_back(self, lines: list[str]) -> None:
        """Take lines that were returned last as if they had not been read."""
        self._again.extendleft(reversed(lines))
        self.number -= len(lines)

    def take_back(self) -> None:
        """Read all but the first line of the row again."""
        self.give_back(self.row[1:])


def _is_sound(line: str) -> bool:
    """Say whether a line has no character that needs a closer look."""
    raw = line.encode("utf-8")
    # Three times as fast as to search for a control character, and every line is asked.
    strange = '"' in line or "\ufffd" in line or len(raw.translate(None, CONTROLS)) < len(raw)
    return not strange and len(line) < csv.field_size_limit()


def _words(error: csv.Error) -> str:
    """Return in words what the csv module says of a row."""
    message = str(error)
    if "unexpected end of data" in message:
        return "a quotation mark is opened and never closed"
    if "expected after" in message:
        return "there is text behind a closing quotation mark"
    if "field larger than" in message:
        return (
            f"a field is longer than {csv.field_size_limit():,} characters: is a quotation mark not closed?"
        )
    return f"it cannot be read ({message})"


def _sample(lines: list[str], delimiter: str) -> list[list[str]]:
    """Return the sound rows of some lines that have any content."""
    found = (row.fields for row in split_rows(lines_of(lines, delimiter), delimiter) if not row.reason)
    return [fields for fields in found if any(field.strip() for field in fields)]


def number(text: str, decimal_comma: bool) -> float | None:
    """Return the number that `text` writes, None when it writes none."""
    point, comma = (",", ".") if decimal_comma else (".", ",")
    whole, _, rest = text.strip().partition(point)
    if comma in whole:
        if not THOUSANDS.fullmatch(whole.replace(comma, ",")):
            return None
        whole = whole.replace(comma, "")
    try:
        return None if "_" in text else float(f"{whole}.{rest}" if rest else whole)
    except ValueError:
        return None


def refuse_binary(raw: bytes) -> None:
    """Raise ImportRefused unless bytes look like those of a text."""
    for magic, what in MAGIC:
        if raw.startswith(magic):
            raise ImportRefused(f"The file is {what}, not a text: save the table as CSV and import that.")
    head = raw[:HEAD]
    if (
        not _is_utf16(head)
        and len(head) - len(head.translate(None, CONTROLS)) > MOST_CONTROLS * len(head) + 1
    ):
        raise ImportRefused("The file is not a text: save the table as CSV and import that.")


def _is_utf16(head: bytes) -> str | None:
    """Return the encoding of text in pairs of bytes; without a mark, where every other byte is none."""
    for mark, encoding in BOMS[1:]:
        if head.startswith(mark):
            return encoding
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < MANY_NULS * len(head) / 2 or min(even, odd) * 10 > max(even, odd) or len(head) < 4:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def encoding_of(head: bytes) -> str:
    """Return the encoding of a part of a text."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8"
    pairs = _is_utf16(head)
    if pairs is not None:
        return pairs
    # The last character may be cut in the middle.
    text = head.decode("utf-8", errors="replace")[: -1 if len(head) == HEAD else None]
    damaged = text.count("\ufffd")
    sound = sum(1 for character in text if ord(character) > 127) - damaged if not text.isascii() else 0
    return "utf-8" if damaged <= sound else "cp1252"


def _delimiter(lines: list[str]) -> str:
    """Return the delimiter with which most rows are equally long; spaces only where nothing else will do."""
    best, most = "", 0.0
    for delimiter in DELIMITERS:
        lengths = Counter(map(len, _sample(lines, delimiter)))
        split = {length: count for length, count in lengths.items() if length > 1}
        if not split or (delimiter == " " and most > 0.5):
            continue
        share = round(max(split.values()) / lengths.total(), 2)
        if share > most:
            best, most = delimiter, share
    return best or ","


def _decimal_comma(rows: list[list[str]], delimiter: str) -> bool:
    texts = [field.strip() for row in rows for field in row]
    commas = [text for text in texts if COMMA.fullmatch(text)]
    points = sum(1 for text in texts if POINT.fullmatch(text))
    if all(THOUSANDS.fullmatch(text) for text in commas) and (points or delimiter == ","):
        return False
    return len(commas) > points


def _has_header(rows: list[list[str]], comma: bool) -> bool:
    """Say whether the first row names the columns: it has no number, and below it there are some.

    Where there are no numbers at all, its words must not occur below it again.
    """
    if not rows:
        return False
    first, rest = [field.strip() for field in rows[0]], rows[1:]
    if any(number(field, comma) is not None for field in first if field.lower() not in MISSING):
        return False
    below = [[row[place].strip() for row in rest if place < len(row)] for place in range(len(first))]
    numeric = [sum(number(field, comma) is not None for field in column) for column in below]
    if any(found > len(column) / 2 for found, column in zip(numeric, below, strict=True)):
        return True
    return not any(name and name in column for name, column in zip(first, below, strict=True))
