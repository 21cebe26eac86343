"""A zip archive of named texts and arrays: made in memory, and read without trusting a byte of it.

Nothing is ever extracted to the disk. Entries that have no name of the format, the same name twice, or are
links or encrypted are refused before anything is inflated, and no entry is inflated beyond the size that is
expected of it. A manifest names every entry with its SHA-256.
"""

import hashlib
import io
import json
import math
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from playground.engine.backends.base import HostArray

T = TypeVar("T")

MANIFEST = "manifest.json"
SIGNATURE = b"PK\x03\x04"
"""How a zip archive with anything in it begins."""

MOST_TEXT = 20_000_000
"""Bytes of a text at most."""

MAX_BYTES = 2_000_000_000
"""Of a project, packed as well as inflated: the largest network with everything kept takes about half."""

MOST_ENTRIES = 100
MOST_ROWS = 2_000_000
HEADER = 4096
"""Bytes that the header of an array takes at most."""

NPY = re.compile(
    rb"\x93NUMPY\x01\x00(..)\{'descr': '(<f4|<f8|<i8|\|b1)', 'fortran_order': False, "
    rb"'shape': \(((?:\d{1,12}, ?)*(?:\d{1,12})?)\), \} *\n",
    re.DOTALL,
)
"""The header of an array, with its length, its dtype and its shape."""

WHEN = (2000, 1, 1, 0, 0, 0)
"""The time of every entry: the same content is the same file."""

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    MemoryError,
)
"""What the library raises for bytes that are no archive, or no longer."""


class BadArchiveError(ValueError):
    """An archive that cannot be trusted; the message is the end of a sentence that begins with its name."""


def pack(entries: Mapping[str, bytes], about: Mapping[str, object]) -> bytes:
    """Return an archive of `entries`, with `about` and the names of the entries in its manifest."""
    listed = {name: hashlib.sha256(content).hexdigest() for name, content in entries.items()}
    manifest = json.dumps({**about, "entries": listed}, indent=1).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in {MANIFEST: manifest, **entries}.items():
            # Trained weights do not get smaller by being packed, and a copy is made every few seconds.
            archive.writestr(zipfile.ZipInfo(name, WHEN), content)
    return buffer.getvalue()


class Archive:
    """The entries of an archive of which nothing is believed.

    Attributes:
        manifest: what the manifest says, all but the names of the entries.

    Raises:
        BadArchiveError: also when an entry is read.
    """

    def __init__(self, content: bytes) -> None:
        self._zip = _guarded(lambda: zipfile.ZipFile(io.BytesIO(content)), "is damaged or incomplete")
        self._infos = _listed(self._zip.infolist())
        if MANIFEST not in self._infos:
            raise BadArchiveError("is no project: it has no manifest")
        self._entries: dict[str, Any] = {}
        self.manifest = self._json(self._inflated(MANIFEST, MOST_TEXT))
        self._entries = self.manifest.pop("entries", None) or {}
        if not isinstance(self._entries, dict):
            raise BadArchiveError("is damaged: its manifest names no entries")

    def require(self, known: Collection[str]) -> None:
        """Refuse entries that are not `known`, or not those that the manifest names."""
        foreign = next((name for name in self._infos if name not in (MANIFEST, *known)), None)
        if foreign is not None:
            raise BadArchiveError(f"holds {foreign[:80]!r}, which no project has")
        if set(self._entries) != set(self._infos) - {MANIFEST}:
            raise BadArchiveError("is damaged: its entries are not those that its manifest names")

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def text(self, name: str) -> str:
        """Return the text of an entry."""
        return _guarded(lambda: str(self.content(name, MOST_TEXT), "utf-8"), f"is damaged: {name} is no text")

    def json(self, name: str) -> dict[str, Any]:
        """Return the JSON object in an entry."""
        return self._json(self.content(name, MOST_TEXT))

    def array(
        self, name: str, shape: tuple[int | None, ...], dtype: npt.DTypeLike, most: int = MOST_ROWS
    ) -> HostArray:
        """Return the array in an entry, which must be of that dtype and shape.

        None stands for any length up to `most`; what is longer is refused before it is inflated.
        """
        wanted = np.dtype(dtype)
        largest = tuple(most if part is None else part for part in shape)
        content = self.content(name, _bytes_of(largest, wanted) + HEADER)
        there, kind, start = _header(content)
        fits = len(there) == len(shape) and all(
            ours <= most if theirs is None else ours == theirs
            for ours, theirs in zip(there, shape, strict=True)
        )
        if not fits or kind != wanted:
            raise BadArchiveError(
                f"is damaged: {name} does not fit the rest of it ({_words(there)} {kind} "
                f"instead of {_words(shape)} {wanted})"
            )
        if len(content) - start != _bytes_of(there, wanted):
            raise BadArchiveError(f"is damaged: {name} is not as long as it says")
        loaded: HostArray = np.load(io.BytesIO(content), allow_pickle=False)
        return loaded

    def _info(self, name: str) -> zipfile.ZipInfo:
        if name not in self._infos:
            raise BadArchiveError(f"is incomplete: {name} is missing")
        return self._infos[name]

    def content(self, name: str, most: int) -> bytes:
        """Return the content of an entry that is as the manifest says."""
        content = self._inflated(name, most)
        if self._entries.get(name) != hashlib.sha256(content).hexdigest():
            raise BadArchiveError(f"is damaged, or was changed by another program: {name} is not as it was")
        return content

    def _inflated(self, name: str, most: int) -> bytes:
        info = self._info(name)
        if info.file_size > most:
            raise BadArchiveError(f"is no project: {name} is too large")

        def read() -> bytes:
            with self._zip.open(info) as entry:
                return entry.read(most + 1)

        content = _guarded(read, f"is damaged: {name} cannot be read")
        if len(content) != info.file_size:
            raise BadArchiveError(f"is damaged: {name} is not as long as it says")
        return content

    @staticmethod
    def _json(content: bytes) -> dict[str, Any]:
        try:
            found = json.loads(content)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise BadArchiveError("is damaged: it is not written as a project is")
        return found


def npy(array: HostArray) -> bytes:
    """Return an array as a `.npy` file holds it."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def _listed(infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Return the entries by their names; refuse archives that are not made as ours are."""
    if len(infos) > MOST_ENTRIES:
        raise BadArchiveError("is no project: it holds too many entries")
    if sum(info.file_size for info in infos) > MAX_BYTES:
        raise BadArchiveError("is no project: its entries are too large together")
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.filename
        if name in found:
            raise BadArchiveError(f"is no project: it holds {name[:80]!r} twice")
        if info.flag_bits & 0x1:
            raise BadArchiveError(f"is encrypted, which no project is: {name[:80]!r}")
        if stat.S_ISLNK(info.external_attr >> 16) or not name or name.endswith("/"):
            raise BadArchiveError(f"is no project: {name[:80]!r} is not a plain entry")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BadArchiveError(f"is no project: {name[:80]!r} is packed in an unknown way")
        found[name] = info
    return found


def _header(content: bytes) -> tuple[tuple[int, ...], np.dtype[Any], int]:
    """Return shape and dtype that the header of a `.npy` file names, and how long it is.

    As `numpy.save` writes it, to the letter: the library would evaluate it as Python.
    """
    found = NPY.match(content)
    if found is None or 10 + int.from_bytes(found[1], "little") != found.end():
        raise BadArchiveError("is damaged: it holds an array that no project has")
    shape = tuple(int(part) for part in found[3].split(b",") if part.strip())
    return shape, np.dtype(found[2].decode()), found.end()


def _bytes_of(shape: tuple[int, ...], dtype: np.dtype[Any]) -> int:
    return dtype.itemsize * math.prod(shape)


def _words(shape: tuple[int | None, ...]) -> str:
    return " × ".join("n" if part is None else f"{part:,}" for part in shape) or "one"


def _guarded(work: Callable[[], T], complaint: str) -> T:
    """Return what `work` does; whatever a library says of bad bytes becomes the complaint."""
    try:
        return work()
    except UNREADABLE as error:
        raise BadArchiveError(complaint) from error
