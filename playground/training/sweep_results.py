"""The file that the results of a sweep are streamed to: first a line with the sweep, then one for each.

A line that was not written to its end is noticed and dropped. When the disk is full, what came so far stays
in the file, the rest in memory, and each later result tries again.
"""

import contextlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout
from pydantic import ValidationError

from playground.experiment.files import BadFileError, content
from playground.labs.sweep import SweepError, SweepResult, SweepSpec
from playground.labs.sweep_file import as_json, from_json, require_version

FORMAT = "nn-playground sweep results"
VERSION = 1
MAX_BYTES = 200_000_000


class ResultsFile:
    """Takes the results of a sweep as they come, and has those of an earlier run of it.

    `found` are the results that were there already. `note` says in a sentence what was dropped of them,
    `trouble` why results could not be written; empty when nothing went wrong.
    """

    def __init__(self, path: Path, spec: SweepSpec, resume: bool = False) -> None:
        """Begin a file, or with `resume` go on with one; SweepError when that cannot be."""
        self.path = path
        self.found: tuple[SweepResult, ...] = ()
        self.note, self.trouble = "", ""
        self._waiting: list[SweepResult] = []
        self._end = 0
        self._is_empty = True
        self._lock = FileLock(path.with_name(f"{path.name}.lock"))
        if not path.parent.is_dir():  # or the lock would make one
            raise SweepError(f"{path} cannot be written: there is no such folder.")
        try:
            # Two sweeps that write to one file would destroy each other's results.
            self._lock.acquire(timeout=0)
            self._begin(spec, resume)
        except Timeout as error:
            raise SweepError(f"Another sweep is writing to {path}: name another file.") from error
        except OSError as error:
            self._unlock()
            raise SweepError(f"{path} cannot be written: {error.strerror or error}.") from error
        except SweepError:
            self._unlock()
            raise

    def add(self, result: SweepResult) -> None:
        """Write a result, and those that could not be written before."""
        self._waiting.append(result)
        try:
            while self._waiting:
                self._append(_line(self._waiting[0]))
                self._waiting.pop(0)
                self._is_empty = False
            self.trouble = ""
        except OSError as error:
            count = len(self._waiting)
            self.trouble = (
                f"{count:,} result{'s' * (count != 1)} could not be written to {self.path}: "
                f"{error.strerror or error}. Those before are in the file, and all are kept in memory; make "
                "room, and go on from the file."
            )

    def close(self) -> None:
        """Let go of the file, which is not kept without a result: it would be in the way of the next."""
        try:
            self._file.close()
            if self._is_empty:
                self.path.unlink()
        except OSError as error:
            self.trouble = self.trouble or f"{self.path} could not be closed: {error.strerror or error}."
        self._unlock()

    def _unlock(self) -> None:
        self._lock.release()
        with contextlib.suppress(OSError):  # on Windows another sweep may just be trying the lock
            Path(self._lock.lock_file).unlink(missing_ok=True)

    def _begin(self, spec: SweepSpec, resume: bool) -> None:
        """Open the file, with the sweep in its first line. Raises OSError and SweepError."""
        is_there = self.path.exists() and (not self.path.is_file() or self.path.stat().st_size > 0)
        if is_there and not resume:
            raise SweepError(f"{self.path} is there already: go on with it (--resume), or name another file.")
        if is_there:
            self._read(spec)
        self._file: BinaryIO = self._open()
        if not self._end:
            self._append(_first_line(spec))

    def _open(self) -> BinaryIO:
        file = self.path.open("r+b" if self._end else "wb", buffering=0)
        file.seek(self._end)
        file.truncate()
        return file

    def _append(self, line: bytes) -> None:
        """Write a line whole or not at all. Raises OSError."""
        try:
            left = memoryview(line)
            while left:
                left = left[self._file.write(left) or 0 :]
        except OSError:
            self._file.seek(self._end)
            self._file.truncate()
            raise
        self._end += len(line)

    def _read(self, spec: SweepSpec) -> None:
        """Take over what the file holds; SweepError when it is that of another sweep."""
        name = self.path.name
        try:
            lines = content(self.path, MAX_BYTES).splitlines(keepends=True)
            begun = from_first_line(lines[0], name)
        except BadFileError as error:
            raise SweepError(f"{error} Name another file.") from error
        if begun != spec:
            raise SweepError(f"{name} holds results of another sweep: name another file.")
        found, self._end = _results(lines)
        self.found = tuple(found)
        self._is_empty = not found
        damaged = len(lines) - 1 - len(found)
        if damaged:
            self.note = (
                f"{name}: {damaged} damaged line{'s' * (damaged != 1)} dropped; those runs are made again."
            )


def read(path: Path) -> tuple[SweepSpec, tuple[SweepResult, ...]]:
    """Return the sweep and the sound results that a file holds; BadFileError when it is none."""
    lines = content(path, MAX_BYTES).splitlines(keepends=True)
    spec = from_first_line(lines[0] if lines else b"", path.name)
    return spec, tuple(_results(lines)[0])


def as_text(spec: SweepSpec, results: Iterable[SweepResult]) -> str:
    """Return what a file of these results holds."""
    return b"".join((_first_line(spec), *map(_line, results))).decode("utf-8")


def from_first_line(line: bytes, name: str) -> SweepSpec:
    """Return the sweep that a file of results begins with; BadFileError when it does not."""
    try:
        written = json.loads(line)
    except (ValueError, RecursionError):
        written = None
    if not isinstance(written, dict) or written.get("format") != FORMAT:
        raise BadFileError(f"{name} is no file of results of a sweep.")
    require_version(written, VERSION, name)
    return from_json(written.get("spec"), name)


def _results(lines: Iterable[bytes]) -> tuple[list[SweepResult], int]:
    """Return the sound results, and where the last sound line ends."""
    found, end, place = [], 0, 0
    for number, line in enumerate(lines):
        place += len(line)
        if number == 0:
            end = place if line.endswith(b"\n") else 0  # a result behind it would be on the same line
            continue
        try:
            found.append(SweepResult.model_validate_json(line))
            if line.endswith(b"\n"):
                end = place
            else:
                found.pop()  # it may be the beginning of a longer number
        except ValidationError:
            continue
    return found, end


def _first_line(spec: SweepSpec) -> bytes:
    first = {"format": FORMAT, "version": VERSION, "spec": as_json(spec)}
    return json.dumps(first, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _line(result: SweepResult) -> bytes:
    """Return a result as a line of JSON, in which a number that ran away is null."""
    return result.model_dump_json(exclude_defaults=True).encode() + b"\n"
