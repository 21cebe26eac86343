"""Where arrays can live: an ordered table of backends, and the way to make one."""

from collections.abc import Callable
from dataclasses import dataclass

from playground.engine.backends import compiled, cuda, numpy
from playground.engine.backends.base import Array, Backend, BackendUnavailableError, HostArray
from playground.tables import UnknownChoiceError, by_key

__all__ = [
    "BACKENDS",
    "Array",
    "Backend",
    "BackendChoice",
    "BackendUnavailableError",
    "HostArray",
    "make_backend",
]


@dataclass(frozen=True, slots=True)
class BackendChoice:
    """One backend that can be asked for: whether it works on this computer, and how to make it.

    `missing` says in words which package it lacks, None when all are installed; it imports nothing.
    `available` looks whether it works, which may take a second.
    """

    key: str
    label: str
    help: str
    missing: Callable[[], str | None]
    available: Callable[[], bool]
    make: Callable[[], Backend]


BACKENDS: tuple[BackendChoice, ...] = (
    BackendChoice(
        key="compiled",
        label=compiled.LABEL,
        help="Computes on the processor in code made for it; the fastest choice for most networks.",
        missing=compiled.missing,
        available=compiled.is_available,
        make=compiled.CompiledBackend,
    ),
    BackendChoice(
        key="numpy",
        label=numpy.NumpyBackend.label,
        help="Computes on the processor operation by operation: the reference that the others are held to.",
        missing=lambda: None,
        available=numpy.is_available,
        make=numpy.NumpyBackend,
    ),
    BackendChoice(
        key="cuda",
        label=cuda.LABEL,
        help="Computes on an NVIDIA graphics card; worth it for wide layers and large batches.",
        missing=cuda.missing,
        available=cuda.is_available,
        make=cuda.make,
    ),
)


PROCESSORS = ("compiled", "numpy")
"""The backends that need nothing but the processor, the best first."""


def processors() -> tuple[str, ...]:
    """Return those of `PROCESSORS` that are installed here."""
    return tuple(key for key in PROCESSORS if by_key(BACKENDS, key, "backend").available())


def installed() -> tuple[str, ...]:
    """Return the backends whose packages are installed, the best processor first; imports nothing."""
    return tuple(choice.key for choice in BACKENDS if choice.missing() is None)


def make_backend(key: str) -> Backend:
    """Return a backend: "auto", or a key of `BACKENDS`.

    "auto" is the best that the processor has: what a run begins with, before anything was measured.

    Raises:
        UnknownChoiceError: for any other key.
        BackendUnavailableError: when the backend does not work on this computer.
    """
    if key == "auto":
        key = processors()[0]
    if key not in [choice.key for choice in BACKENDS]:
        raise UnknownChoiceError(key, "backend", ["auto", *(choice.key for choice in BACKENDS)])
    return by_key(BACKENDS, key, "backend").make()
