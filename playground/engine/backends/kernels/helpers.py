"""Threads that share the update of a large network, which would else take one core while the BLAS takes all.

They live as long as one call of the kernels, wait without using the processor, and need the interpreter lock
only to begin and to end: compiled code calls the interpreter's own locks by name. Each number is computed by
itself, so it makes no difference to the result who computes it.
"""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import numpy as np
from numba import njit, types

from playground.engine.backends.kernels.scalar import FAST

PART = 250_000
"""Parameters for which it pays to wake a thread."""

GRAIN = 64
"""Parts begin at multiples of it, so that a number is computed by the same instructions in any part."""

GO, DONE, END = range(3)
"""Rows of `locks`: what a helper waits for, what is waited for when it works, and 1 when it is to return."""

WAIT = 1

acquire = types.ExternalFunction("PyThread_acquire_lock", types.int32(types.intp, types.int32))
release = types.ExternalFunction("PyThread_release_lock", types.void(types.intp))
_allocate = ctypes.PYFUNCTYPE(ctypes.c_void_p)(("PyThread_allocate_lock", ctypes.pythonapi))
_acquire = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)(
    ("PyThread_acquire_lock", ctypes.pythonapi)
)
_release = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)(("PyThread_release_lock", ctypes.pythonapi))
_free = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)(("PyThread_free_lock", ctypes.pythonapi))


@njit(**FAST)
def place(part, parts, size):
    """Return where part number `part` of `size` numbers begins; behind the last part, `size`."""
    return size if part == parts else size * part // parts // GRAIN * GRAIN


@njit(**FAST)
def wake(locks):
    """Let every helper do its part."""
    for helper in range(locks.shape[1]):
        release(locks[GO, helper])


@njit(**FAST)
def wait(locks):
    """Return when every helper has done its part."""
    for helper in range(locks.shape[1]):
        acquire(locks[DONE, helper], WAIT)


def no_locks(helpers: int = 0) -> Any:
    """Return `locks` (3, helpers) for so many helpers, whose locks are still to be made."""
    return np.zeros((3, helpers), dtype=np.int64)


@contextmanager
def helpers(size: int, threads: int, work: Callable[[Any, int], object]) -> Iterator[Any]:
    """Yield the `locks` of as many helpers as pay for `size` parameters on so many threads.

    Each calls `work(locks, number)` on a thread of its own, which returns once END is set.
    """
    locks = no_locks(max(0, min(threads, size // PART) - 1))
    if locks.size == 0:
        yield locks
        return
    team = [
        Thread(target=work, args=(locks, number), name=f"playground-helper-{number}", daemon=True)
        for number in range(locks.shape[1])
    ]
    started: list[Thread] = []
    for one in np.ndindex(2, len(team)):
        locks[one] = _allocate()
        _acquire(int(locks[one]), WAIT)
    try:
        for thread in team:
            thread.start()
            started.append(thread)
        yield locks
    finally:
        locks[END] = 1
        for number, thread in enumerate(started):
            _release(int(locks[GO, number]))
            thread.join()
        for lock in locks[:END].ravel().tolist():
            _free(lock)
