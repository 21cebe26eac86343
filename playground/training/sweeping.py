"""Makes the runs of a sweep on all cores or on a cluster, and hands out the results as they come."""

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playground.experiment.plan import layer_shapes
from playground.labs.sweep import Point, SweepError, SweepResult, SweepSpec, points
from playground.training.crew import Crew, CrewLostError, cores, crew_for
from playground.training.sweep_results import ResultsFile

STUBBORN = 3
"""How often in a row workers may be lost without a single result before a sweep gives up."""

FIXED_COST = 2_000.0
"""What an epoch costs beside its parameters, in parameters: so that time left is right for small networks."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sweep is: runs done of all, seconds at work, and those left, None while nobody knows."""

    done: int
    total: int
    seconds: float
    left: float | None


class Sweep:
    """The runs of a sweep. `results` makes them; the other methods may be called from any thread meanwhile.

    `done` has the results so far by the id of their point. `notes` are sentences about what went wrong
    and was dealt with, in their order.
    """

    def __init__(
        self,
        spec: SweepSpec,
        *,
        jobs: int | None = None,
        scheduler: str = "",
        device: str = "auto",
        file: Path | None = None,
        resume: bool = False,
    ) -> None:
        """Take a sweep on; nothing is trained before `results`.

        `jobs` processes train at once, as many as there are cores without it; those of the Dask cluster of
        `scheduler` where it is given. Results are streamed to `file`; with `resume` those in it are not made
        again. Raises SweepError.
        """
        self.spec = spec
        self.points = points(spec)
        self.device = device
        self.jobs = jobs or cores()
        self.scheduler = scheduler
        self.done: dict[str, SweepResult] = {}
        self.notes: list[str] = []
        self._file = None if file is None else ResultsFile(file, spec, resume)
        known = {point.id for point in self.points}
        if self._file is not None:
            self.done = {one.id: one for one in self._file.found if one.id in known}
            self.notes += [self._file.note] if self._file.note else []
        self.already = len(self.done)
        self._costs = {point.id: cost(point) for point in self.points}
        self._turns = {
            point.id: (place % spec.seeds, -self._costs[point.id]) for place, point in enumerate(self.points)
        }
        self._go = threading.Event()
        self._go.set()
        self._cancelled = False
        self._crew: Crew | None = None
        self._began: float | None = None
        self._ended: float | None = None
        self._paused_at: float | None = None
        self._rested = 0.0

    # While it runs ----------------------------------------------------------------------------------------

    def results(self) -> Iterator[SweepResult]:
        """Make the runs that are missing and yield each result as it comes; to be used by one thread.

        Raises SweepError where it cannot go on; what is done is kept.
        """
        self._began = time.monotonic()
        if self.paused:  # so far it has not rested from anything
            self._paused_at = self._began
        try:
            if not self.is_complete:
                with crew_for(self.jobs, self.device, self.scheduler) as crew:
                    self._crew = crew
                    if self._cancelled:
                        crew.abort()
                    yield from self._rounds(crew)
        finally:
            self._ended = time.monotonic()
            self._crew = None
            if self._file is not None:
                self._file.close()

    def pause(self) -> None:
        """Begin no further runs; those that are being made come to their end."""
        if self._go.is_set():
            self._go.clear()
            self._paused_at = time.monotonic()

    def go_on(self) -> None:
        """Go on after a pause."""
        if self._paused_at is not None:
            self._rested += time.monotonic() - self._paused_at
            self._paused_at = None
        self._go.set()

    def cancel(self) -> None:
        """End as soon as may be; runs that are being made are given up, what is done is kept."""
        self._cancelled = True
        crew = self._crew
        if crew is not None:
            crew.abort()
        self._go.set()

    @property
    def paused(self) -> bool:
        """Whether no further runs are begun."""
        return not self._go.is_set()

    @property
    def is_complete(self) -> bool:
        """Whether there is a result for every point."""
        return len(self.done) == len(self.points)

    @property
    def trouble(self) -> str:
        """Why results could not be written to the file, in a sentence; empty where they could."""
        return "" if self._file is None else self._file.trouble

    @property
    def progress(self) -> Progress:
        """How far it is."""
        done = dict(self.done)
        now = self._paused_at or self._ended or time.monotonic()
        seconds = 0.0 if self._began is None else now - self._began - self._rested
        made = list(done)[self.already :]
        paid = sum(self._costs[key] for key in made)
        missing = sum(self._costs.values()) - sum(self._costs[key] for key in done)
        return Progress(len(done), len(self.points), seconds, seconds * missing / paid if paid else None)

    # Inside -----------------------------------------------------------------------------------------------

    def _rounds(self, crew: Crew) -> Iterator[SweepResult]:
        """Make what is missing; a new round begins after a pause, and when workers were lost."""
        in_vain = 0
        while True:
            self._go.wait()
            missing = [point for point in self.points if point.id not in self.done]
            if not missing or crew.aborted:
                return
            before = len(self.done)
            try:
                with contextlib.closing(crew.stream(self._begun(missing))) as stream:
                    for result in stream:
                        self._take(result)
                        yield result
            except CrewLostError as error:
                in_vain = in_vain + 1 if len(self.done) == before else 0
                if in_vain == STUBBORN and not crew.aborted:
                    raise SweepError(f"{error} This happened {STUBBORN} times without a run done.") from error
                self.notes += [] if crew.aborted else [f"{error} What was lost is made again."]

    def _begun(self, missing: list[Point]) -> Iterator[Point]:
        """Yield the points one by one while nobody wants a pause.

        Every group has its first seed before any has its second, so that something is soon seen of all;
        what takes longest is not left to the end, when other processes would wait for it.
        """
        for point in sorted(missing, key=lambda one: self._turns[one.id]):
            if self._cancelled or self.paused:
                return
            yield point

    def _take(self, result: SweepResult) -> None:
        """Remember a result, and write it to the file."""
        self.done[result.id] = result
        if self._file is not None:
            self._file.add(result)


def cost(point: Point) -> float:
    """Return about how long a run takes, in a unit of its own."""
    parameters = sum(shape.trained for shape in layer_shapes(point.experiment))
    return point.experiment.epochs * (parameters + FIXED_COST)
