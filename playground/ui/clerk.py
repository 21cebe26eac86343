"""A process of its own for what would keep the interpreter from the window, such as a long import."""

import itertools
import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

LOOK_SECONDS = 0.05
LAST_SECONDS = 1.0


class ClerkLostError(RuntimeError):
    """The process has ended before it answered; the next question starts another one."""


class Clerk:
    """Answers questions in another process, which stays for the next ones. For one thread at a time.

    What is asked is a function of a module with its arguments; they go over as pickles.
    """

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._line: Connection | None = None
        self._numbers = itertools.count()

    def ask(self, cancelled: Callable[[], bool], function: Callable[..., Any], *arguments: Any) -> Any:
        """Return what the function returns there, or raise what it raises; None as soon as it is cancelled.

        Raises ClerkLostError.
        """
        line, number = self._connected(), next(self._numbers)
        try:
            line.send((number, function, arguments))
            while not cancelled():
                # An answer to a question that was cancelled may come first.
                if line.poll(LOOK_SECONDS) and (answer := line.recv())[0] == number:
                    return _opened(*answer[1:])
        except (EOFError, OSError) as error:
            self.close()
            raise ClerkLostError("The process that worked this out has ended: ask again.") from error
        return None

    def close(self) -> None:
        """End the process, whatever it is doing."""
        process, line = self._process, self._line
        self._process = self._line = None
        if process is not None and line is not None:
            line.close()
            process.kill()
            process.join(LAST_SECONDS)

    def _connected(self) -> Connection:
        if self._line is None:
            # Not a copy of this process: that would inherit its threads' locks.
            context = multiprocessing.get_context("spawn")
            self._line, other = context.Pipe()
            self._process = context.Process(target=_serve, args=(other,), daemon=True)
            self._process.start()
            other.close()
        return self._line


def _opened(result: Any, error: Exception | None) -> Any:
    if error is not None:
        raise error
    return result


def _serve(line: Connection) -> None:
    """Answer questions until nobody is there to ask."""
    while True:
        try:
            number, function, arguments = line.recv()
        except (EOFError, OSError):
            return
        answer: tuple[int, Any, Exception | None]
        try:
            answer = (number, function(*arguments), None)
        except Exception as error:  # noqa: BLE001 - raised where it was asked for
            answer = (number, None, error)
        line.send(answer)
