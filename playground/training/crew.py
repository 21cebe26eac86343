"""Who makes the runs of a sweep: processes of this computer or the workers of a Dask cluster, by joblib.

Nothing of joblib or Dask is imported before a sweep begins.
"""

import contextlib
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psutil

from playground.labs.sweep import Point, SweepError, SweepResult
from playground.training.measuring import GivenUpError, measure, measure_as_worker, one_thread

if TYPE_CHECKING:
    from distributed import Client

CONNECT_SECONDS = 5.0
"""How long a scheduler has to answer."""
WORKERS_SECONDS = 10.0
"""How long a cluster has to have a worker."""
SILENT_SECONDS = 10.0
"""How long a scheduler may be away before the sweep gives it up."""
LOOK_SECONDS = 0.25

IDLE_SECONDS = 30
"""How long the processes of a sweep wait for another one, with their libraries loaded."""
NICENESS = 10
"""By how much they stand back behind a window, which is to stay smooth while every core trains."""


class CrewLostError(RuntimeError):
    """Workers were lost, and with them the runs that they were making; the message says so."""


class Crew:
    """Measures points, one after the other in this very process."""

    def __init__(self, device: str) -> None:
        self._device = device
        self.aborted = False
        """Whether the runs that were being made have been given up for good."""

    def stream(self, points: Iterable[Point]) -> Generator[SweepResult, None, None]:
        """Yield the results of the points in the order in which they come.

        Raises CrewLostError when workers were lost, or `abort` was called.
        """
        for point in points:
            try:
                with one_thread():
                    result = measure(point, self._device, lambda: self.aborted)
            except GivenUpError as error:
                raise CrewLostError("The run was given up.") from error
            yield result

    def abort(self) -> None:
        """Give up the runs that are being made, from any thread."""
        self.aborted = True


class Processes(Crew):
    """Measures points in processes, through joblib: those of this computer, or of a cluster.

    `config` is how joblib is to be configured for them. `is_there` says whether they can still be reached.
    """

    def __init__(
        self, jobs: int | None, device: str, is_there: Callable[[], bool] = lambda: True, **config: Any
    ) -> None:
        super().__init__(device)
        self._is_there = is_there
        self._jobs, self._config = jobs, config
        self._parallel: Any = None
        self._reason = "A process that trained was lost."

    def stream(self, points: Iterable[Point]) -> Generator[SweepResult, None, None]:
        """Yield the results as they come; SweepError when there is no cluster any more."""
        from joblib import Parallel, delayed, parallel_config
        from joblib.externals.loky.process_executor import BrokenProcessPool

        if not self._is_there():  # joblib would go on in this process, without a word
            raise SweepError("The scheduler does not answer any more.")
        with parallel_config(**self._config):
            # No more runs wait in a queue than are made: a pause comes the sooner.
            parallel = Parallel(self._jobs, return_as="generator_unordered", pre_dispatch="n_jobs")
        self._parallel = parallel
        jobs = (delayed(measure_as_worker)(point, self._device) for point in points)
        try:
            if not self.aborted:
                yield from _closed_quietly(parallel(jobs))
        except (BrokenProcessPool, CancelledError, multiprocessing.TimeoutError) as error:
            raise CrewLostError(self._reason) from error
        except ImportError as error:
            raise SweepError(
                f"The workers lack what a run needs ({error}): install the same playground there as here."
            ) from error
        finally:
            self._parallel = None

    def abort(self) -> None:
        """Give up the runs that are being made, from any thread."""
        super().abort()
        self.give_up()

    def give_up(self, reason: str = "") -> None:
        """Let joblib take the runs that are being made for too slow: it then gives them up at once."""
        self._reason = reason or self._reason
        parallel = self._parallel
        if parallel is not None:
            parallel.timeout = 0.0


def _closed_quietly(results: Generator[SweepResult, None, None]) -> Iterator[SweepResult]:
    """Yield all results; whoever stops early knows that runs are lost by that, and need not be warned."""
    try:
        # "yield from" would close them itself, with a warning.
        for result in results:  # noqa: UP028
            yield result
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            results.close()


def cores() -> int:
    """Return how many processes this program may use at once."""
    from joblib import cpu_count

    return int(cpu_count())


@contextlib.contextmanager
def crew_for(jobs: int, device: str, scheduler: str = "") -> Iterator[Crew]:
    """Yield who measures: the workers of a scheduler's cluster, or `jobs` processes. Raises SweepError."""
    if scheduler:
        with _client(scheduler) as client:
            crew = Processes(None, device, lambda: _is_back(client), backend="dask", client=client)
            with _watched(crew, client):
                yield crew
    elif jobs == 1:
        yield Crew(device)
    else:
        local: dict[str, Any] = {"inner_max_num_threads": 1, "idle_worker_timeout": IDLE_SECONDS}
        yield Processes(jobs, device, backend="loky", initializer=stand_back, **local)


def stand_back() -> None:
    """Make this process one that works for another: it leaves Ctrl+C to that, and a window the processor.

    Ctrl+C reaches all processes of a terminal, but one commands the others.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "win32":
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        os.nice(NICENESS)


# A cluster --------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _client(scheduler: str) -> "Iterator[Client]":
    """Yield a connection with a scheduler that has workers; SweepError where there is none."""
    try:
        from distributed import Client
    except ImportError as error:
        raise SweepError(
            "A cluster needs Dask, which is not installed here: install nn-playground with its extra cluster."
        ) from error
    try:
        _knock(scheduler)
        client = Client(  # type: ignore[no-untyped-call]
            scheduler, timeout=CONNECT_SECONDS, set_as_default=False
        )
    except (OSError, ValueError) as error:
        raise SweepError(
            f"No Dask scheduler answers at {scheduler}: see that it runs (dask scheduler), that the address "
            "is the one it says, such as tcp://10.0.0.5:8786, and that nothing is in the way."
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=WORKERS_SECONDS)
        except TimeoutError as error:
            raise SweepError(
                f"The scheduler at {scheduler} has no workers: start some (dask worker {scheduler})."
            ) from error
        # What it would say of a scheduler that is lost is said in words of ours.
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
        yield client


def _is_back(client: "Client") -> bool:
    """Return whether a cluster has workers, after some time for a scheduler to come back."""
    for _ in range(round(SILENT_SECONDS / LOOK_SECONDS)):
        with contextlib.suppress(OSError, TimeoutError, CancelledError):
            if client.status == "running" and client.ncores():  # type: ignore[no-untyped-call]
                return True
        if client.status == "closed":
            break
        time.sleep(LOOK_SECONDS)
    return False


def _knock(scheduler: str) -> None:
    """Raise OSError or ValueError unless a scheduler is there: a client waits long, and ends noisily."""
    address = urlsplit(scheduler if "://" in scheduler else f"tcp://{scheduler}")
    if address.scheme not in ("tcp", "tls") or not address.hostname or not address.port:
        raise ValueError("that is no address")
    with socket.create_connection((address.hostname, address.port), CONNECT_SECONDS) as line:
        if address.scheme == "tcp" and not line.recv(1):  # a scheduler is the first to speak
            raise OSError("whoever is there hung up")


@contextlib.contextmanager
def _watched(crew: Processes, client: "Client") -> Iterator[None]:
    """See meanwhile that the cluster is there: joblib would wait for ever for what has been lost with it."""
    over = threading.Event()

    def watch() -> None:
        silent = 0.0
        while not over.wait(LOOK_SECONDS):
            silent = 0.0 if client.status == "running" else silent + LOOK_SECONDS
            if silent >= SILENT_SECONDS:
                crew.give_up("The scheduler does not answer any more.")
            elif any(one.status in ("error", "lost", "cancelled") for one in list(client.futures.values())):
                crew.give_up("The cluster has lost a run for good, with each worker that took it.")

    thread = threading.Thread(target=watch, name="playground-sweep-watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
