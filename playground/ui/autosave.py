"""Keeps what is open every few seconds, for the day on which the window ends without being closed.

Each window has a file of its own in the folder, and holds a lock on it for as long as it lives. The system
takes the lock from a process that ends, however it ends: a file without one is what a window left behind.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout
from PySide6.QtCore import QObject, QTimer, Signal

from playground.experiment.files import BadFileError
from playground.training import project
from playground.training.project import Project
from playground.ui.background import Background
from playground.ui.keeper import Draft, Keeper
from playground.ui.saving import Saved, written

EVERY_MS = 5000
SHARE = 0.02
"""Part of the time that may be spent on keeping: what takes long is kept less often."""

END_SECONDS = 5.0
PREFIX = "window-"


@dataclass(frozen=True, slots=True)
class Place:
    """A window's own file, and the lock that says that the window is alive."""

    path: Path
    lock: FileLock

    def clear(self) -> None:
        """Remove the file and give the lock back."""
        for left in (self.path, *self.path.parent.glob(f".{self.path.name}.*")):
            left.unlink(missing_ok=True)
        self.lock.release()
        with suppress(PermissionError):  # on Windows another window may just be trying the lock
            Path(self.lock.lock_file).unlink(missing_ok=True)


def place_at(path: Path) -> Place | None:
    """Return the place of the file at a path, None while it belongs to a living window. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.with_suffix(".lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return None
    return Place(path, lock)


def left_behind(folder: Path) -> tuple[Place, Project] | None:
    """Return the newest project in a folder whose window has ended without being closed."""
    found = [(path.stat().st_mtime, path) for path in folder.glob(f"{PREFIX}*{project.SUFFIX}")]
    for _, path in sorted(found, reverse=True):
        place = place_at(path)
        if place is None:
            continue
        try:
            return place, project.read(path)
        except BadFileError:  # written by a newer version, perhaps, which can still open it
            place.lock.release()
    return None


class Autosave(QObject):
    """Keeps what is open, from `start` to `close`.

    Signals:
        troubled(str): nothing can be kept; the sentence says why. Said once.
    """

    troubled = Signal(str)

    def __init__(
        self, keeper: Keeper, folder: Path, parent: QObject | None = None, every_ms: int = EVERY_MS
    ) -> None:
        super().__init__(parent)
        self._keeper, self._folder, self._every_ms = keeper, folder, every_ms
        self._place: Place | None = None
        self._kept: tuple[object, ...] | None = None
        self._is_asking = self._is_troubled = False
        self._work = Background(self, "playground-autosave")
        self._work.done.connect(self._finish)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._look)

    @property
    def path(self) -> Path | None:
        """Where this window's work is kept; None before there is any."""
        return None if self._place is None else self._place.path

    @property
    def is_busy(self) -> bool:
        """Whether something is being kept just now."""
        return self._is_asking or self._work.is_busy

    def start(self) -> None:
        """Begin to keep what changes from now on."""
        self._kept = self._keeper.state
        self._timer.start(self._every_ms)

    def offer(
        self, wants: Callable[[str], bool], reopen: Callable[[Project], object], last: Path | None = None
    ) -> None:
        """Ask about what the last window left behind, if there is anything.

        What is not wanted now becomes the `last` project, for whoever wants it later.
        """
        try:
            found = left_behind(self._folder)
        except OSError as error:
            self._complain(str(error.strerror or error))
            return
        if found is None:
            return
        place, left = found
        if not wants(left.experiment.name):
            self._leave_to(last, place)
            return
        self._place = place  # it stays until this window has something newer, or is closed
        reopen(left)

    def _leave_to(self, last: Path | None, place: Place) -> None:
        try:
            if last is not None:
                place.path.replace(last)
        except OSError as error:
            self._complain(str(error.strerror or error))
            place.lock.release()
        else:
            place.clear()

    def forget(self) -> None:
        """Say that what there is now is kept somewhere else."""
        self._kept = self._keeper.state
        if self._place is not None and not self.is_busy:
            self._place.path.unlink(missing_ok=True)

    def close(self) -> None:
        """End, and leave nothing behind."""
        self._timer.stop()
        self._work.end(END_SECONDS)
        if self._place is not None:
            self._place.clear()
            self._place = None

    def _look(self) -> None:
        """Keep what there is, unless nothing has changed."""
        if self._keeper.state == self._kept:
            self._timer.start(self._every_ms)
            return
        try:
            self._place = self._place or place_at(self._folder / f"{PREFIX}{uuid4().hex}{project.SUFFIX}")
        except OSError as error:
            self._complain(str(error.strerror or error))
            return
        self._is_asking, self._kept = True, self._keeper.state
        self._keeper.ask(self._write)

    def _write(self, draft: Draft) -> None:
        self._is_asking = False
        if self._place is None:  # closed since
            return
        path = self._place.path
        self._work.start(lambda _progress, _cancelled: written(draft, path))

    def _finish(self, saved: Saved) -> None:
        if saved.problem:
            self._complain(saved.problem)
        self._timer.start(max(self._every_ms, round(1000 * saved.seconds / SHARE)))

    def _complain(self, reason: str) -> None:
        if not self._is_troubled:
            self._is_troubled = True
            self.troubled.emit(f"Your work cannot be kept as you go, so save it yourself: {reason}")
