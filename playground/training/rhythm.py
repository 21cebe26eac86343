"""Keeps what is costly to make from taking more than a small part of the training's time."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

SHARE = 0.06
"""Part of the time of a training that one thing to be looked at may take."""


class Rhythm(Generic[T]):
    """Something that is made again and again; the longer it takes, the more seldom.

    Between two lie at least `least_seconds`.

    Attributes:
        seconds: how long it took the last time that nobody wanted it at once.
    """

    def __init__(self, least_seconds: float = 0.0) -> None:
        self._least = least_seconds
        self._last: tuple[T, ...] = ()
        self._due = 0.0
        self.seconds = 0.0

    @property
    def is_due(self) -> bool:
        """Whether it is made anew the next time it is asked for."""
        return not self._last or time.perf_counter() >= self._due

    def forget(self) -> None:
        """Have it made the next time it is asked for."""
        self._last = ()

    def get(self, make: Callable[[], T], at_once: bool) -> T:
        """Return it as `make` makes it now, or as it was where that is not due; always anew if `at_once`.

        What is wanted at once, a fine picture when paused, may take long; the next usual one does not wait
        for that.
        """
        started = time.perf_counter()
        if at_once or self.is_due:
            self._last = (make(),)
            self._due = now = time.perf_counter()
            if not at_once:
                self.seconds = now - started
                self._due += max(self.seconds * (1.0 / SHARE - 1.0), self._least)
        return self._last[0]
