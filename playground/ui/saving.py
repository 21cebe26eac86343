"""Writes projects beside the window: the state of a moment, on its own thread, while training goes on."""

import time
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal

from playground.experiment.memory import reason
from playground.training import project
from playground.ui.background import Background
from playground.ui.keeper import Draft, Keeper


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of writing a draft, and how many seconds it took; `problem` is empty if it is there."""

    path: Path
    draft: Draft
    seconds: float
    problem: str = ""


def written(draft: Draft, path: Path) -> Saved:
    """Write a draft to a path, and return what came of it."""
    begun = time.perf_counter()
    try:
        problem = _write(draft, path)
    except OSError as error:
        problem = f"{path}: {error.strerror or error}."
    except Exception as error:  # noqa: BLE001 - the window waits for an answer, whatever went wrong
        problem = f"{path} could not be written: {reason(error)}. Try again, or save under another name."
    return Saved(path, draft, time.perf_counter() - begun, problem)


def _write(draft: Draft, path: Path) -> str:
    """Write a draft to a path, or return why its run must not replace what is there."""
    if draft.is_lost and path.suffix.lower() == project.SUFFIX and path.is_file():
        return (
            f"The training ended with an error, so its weights cannot be saved. {path.name} stays as it was: "
            "save under another name, or rewind first."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    project.write(draft.project(), path)
    return ""


class Saving(QObject):
    """Saves what there is to a path, one saving after the other.

    Signals:
        finished(Saved): a file was written, or not.
    """

    finished = Signal(object)

    def __init__(self, keeper: Keeper, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keeper = keeper
        self._begun = 0
        self._waiting: list[tuple[Draft, Path]] = []
        self._work = Background(self, "playground-saving")
        self._work.done.connect(self._finish)

    @property
    def is_busy(self) -> bool:
        """Whether a file is being written, or is about to be."""
        return self._begun > 0

    def begin(self, path: Path) -> None:
        """Save what there is now; the window need not wait."""
        self._begun += 1
        self._keeper.ask(lambda draft: self._add(draft, path))

    def wait(self, seconds: float) -> bool:
        """Wait with the window drawn but deaf until everything is saved; return whether it is."""
        loop = QEventLoop()
        limit = QTimer(singleShot=True, interval=round(1000 * seconds))
        limit.timeout.connect(loop.quit)
        self.finished.connect(loop.quit)
        limit.start()
        while self.is_busy and limit.isActive():
            loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        self.finished.disconnect(loop.quit)
        return not self.is_busy

    def _add(self, draft: Draft, path: Path) -> None:
        self._waiting.append((draft, path))
        if not self._work.is_busy:
            self._write_next()

    def _write_next(self) -> None:
        if self._waiting:
            draft, path = self._waiting.pop(0)
            self._work.start(lambda _progress, _cancelled: written(draft, path))

    def _finish(self, saved: Saved) -> None:
        self._begun -= 1
        self._write_next()
        self.finished.emit(saved)
