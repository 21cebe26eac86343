"""Computes the curves of several seeds beside the window, so that they follow a slider while it moves."""

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from playground.ui.background import Background

LIVE_SECONDS = 1.0
"""A piece of work is shown even when other choices have been made since, unless it takes longer than this."""
CLOSE_SECONDS = 1.0
MOST_KEPT = 400

Choices = TypeVar("Choices", bound=Hashable)
Found = TypeVar("Found")
Compute = Callable[[Choices, int, Callable[[], bool]], Found]
"""Computes the curve of one seed; the last argument says whether to give up: what comes then is dropped."""


class Feed(QObject, Generic[Choices, Found]):
    """Computes what is asked for last: the first seed is shown at once, the others as they come.

    Signals:
        changed(): there is more to show, of `choices`.
        refused(str): what was asked for cannot be computed; the sentence says why.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(
        self,
        parent: QObject,
        name: str,
        compute: "Compute[Choices, Found]",
        refusals: tuple[type[Exception], ...] = (),
    ) -> None:
        super().__init__(parent)
        self._compute = compute
        self._wanted: tuple[Choices, int] | None = None
        self._shown: Choices | None = None
        self._kept: dict[tuple[Choices, int], Found] = {}
        self._background = Background(self, name, refusals)
        self._background.done.connect(self._take)
        self._background.refused.connect(self._refuse)

    @property
    def choices(self) -> Choices | None:
        """What the curves that are shown belong to; None before there are any."""
        return self._shown

    @property
    def found(self) -> tuple[Found, ...]:
        """The curves of the first seeds, as many as there are and are asked for."""
        count = 0 if self._wanted is None else self._wanted[1]
        known = []
        for seed in range(count):
            if self._shown is None or (self._shown, seed) not in self._kept:
                break
            known.append(self._kept[self._shown, seed])
        return tuple(known)

    @property
    def is_complete(self) -> bool:
        """Whether everything that was asked for is there."""
        wanted = self._wanted
        return wanted is not None and self._shown == wanted[0] and len(self.found) == wanted[1]

    def ask(self, choices: Choices, seeds: int) -> None:
        """Compute the curves of so many seeds; what is known already is shown at once."""
        self._wanted = choices, seeds
        if (choices, 0) in self._kept:
            self._shown = choices
            self.changed.emit()
        self._go_on()

    def end(self) -> None:
        """Forget what is being computed, and wait a little for it to be over."""
        self._wanted = None
        self._background.end(CLOSE_SECONDS)

    def _go_on(self) -> None:
        if self._background.is_busy or self._wanted is None:
            return
        choices, seeds = self._wanted
        missing = [seed for seed in range(seeds) if (choices, seed) not in self._kept]
        if missing:
            self._background.start(lambda _tell, _stopped: self._work(choices, missing))

    def _work(self, choices: Choices, seeds: list[int]) -> tuple[Choices, dict[int, Found]]:
        """Compute as many seeds as there is time for, at least one; none when it is too late for them."""
        begun = time.perf_counter()
        found: dict[int, Found] = {}
        late = False

        def is_late() -> bool:
            nonlocal late  # once given up, it is no whole curve even if the choices are these again
            wanted = self._wanted
            gone = wanted is None  # nobody looks any more
            stale = wanted is not None and wanted[0] != choices
            late = late or gone or (stale and time.perf_counter() - begun > LIVE_SECONDS)
            return late

        for seed in seeds:
            one = self._compute(choices, seed, is_late)
            if is_late():
                break
            found[seed] = one
            if time.perf_counter() - begun > LIVE_SECONDS / 2:
                break
        return choices, found

    def _take(self, result: tuple[Choices, dict[int, Found]]) -> None:
        choices, found = result
        for seed, one in found.items():
            self._kept[choices, seed] = one
        while len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        if (choices, 0) in self._kept:
            self._shown = choices
        self._go_on()
        if found:
            self.changed.emit()

    def _refuse(self, why: str) -> None:
        seeds = 0 if self._wanted is None else self._wanted[1]
        self._wanted = None if self._shown is None else (self._shown, seeds)
        self.refused.emit(why)
