"""Keeps what is costly to make from taking more than a small part of the training's time."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

SHARE = 0.06
"""Part of the time of a training that one thing to be looked at may take."""


class Rhythm(Generic[T]):
    """Something that is made again and again; the longer it takes, the more seldom.

    Attributes:
        seconds: how long it took the last time that nobody wanted it at once.
    """

    def __init__(self) -> None:
        self._last: T | None = None
        self._due = 0.0
        self.seconds = 0.0

    def forget(self) -> None:
        """Have it made the next time it is asked for."""
        self._last = None

    def get(self, make: Callable[[], T], at_once: bool) -> T:
        """Return it as `make` makes it now, or as it was where that is not due; always anew if `at_once`.

        What is wanted at once, a fine picture when paused, may take long; the next usual one does not wait
        for that.
        """
        started = time.perf_counter()
        if self._last is None or at_once or started >= self._due:
            self._last = make()
            self._due = now = time.perf_counter()
            if not at_once:
                self.seconds = now - started
                self._due += self.seconds * (1.0 / SHARE - 1.0)
        return self._last
