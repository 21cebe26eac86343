"""An NVIDIA graphics card, through CuPy. The only file that imports CuPy, and only inside functions."""

import importlib.util
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from playground.engine.backends.base import Array, Backend, BackendUnavailableError, HostArray, Passes, Runner

LABEL = "GPU (CuPy)"
NOT_INSTALLED = "CuPy is not installed; install the extra 'cuda12' or 'cuda13' to use a graphics card"
FAILURES = (
    "cuda.memory.OutOfMemoryError",
    "cuda.runtime.CUDARuntimeError",
    "cuda.driver.CUDADriverError",
    "cuda.cublas.CUBLASError",
)
"""Where CuPy has the exceptions that say that the card, its driver or its memory has failed."""

if TYPE_CHECKING:
    from playground.engine.network import Network
    from playground.engine.trainer import Trainer


def missing() -> str | None:
    """Return in words that CuPy is not installed, None when it is; CuPy is not imported for that."""
    if importlib.util.find_spec("cupy") is not None:
        return None
    return NOT_INSTALLED


def is_available() -> bool:
    """Return whether CuPy is installed, loads, and finds a device that answers."""
    return _why_not() is None


def _why_not() -> str | None:
    """Return in words why the card cannot be used, or None when it can."""
    try:
        import cupy
    except ModuleNotFoundError:
        return NOT_INSTALLED
    except ImportError as error:
        return f"CuPy is installed but does not load: {error}"
    try:
        found = cupy.is_available()
    except cupy.cuda.runtime.CUDARuntimeError as error:
        return f"the graphics card does not answer: {error}"
    return None if found else "CuPy finds no NVIDIA graphics card, or the card's driver is too old"


def make() -> Backend:
    """Return a backend on the current device, or raise BackendUnavailableError with the reason."""
    reason = _why_not()
    if reason is not None:
        raise BackendUnavailableError(reason)
    return CudaBackend()


def _failures(cupy: Any) -> tuple[type[BaseException], ...]:
    """Return what CuPy raises when the card has failed: as many of the names as this CuPy has."""
    found = (_found(cupy, path) for path in FAILURES)
    return tuple(kind for kind in found if kind is not None)


def _found(module: Any, path: str) -> type[BaseException] | None:
    """Return the exception at a dotted path, None where a part of the path is missing."""
    for name in path.split("."):
        try:
            module = getattr(module, name, None)
        except ImportError:  # CuPy imports cuBLAS at the first use, and not everybody has it
            return None
    return module if isinstance(module, type) and issubclass(module, BaseException) else None


class CudaBackend:
    """Arrays in the memory of a graphics card, computed there."""

    key: str = "cuda"
    label: str = LABEL
    xp: Any
    failures: tuple[type[BaseException], ...]

    def __init__(self) -> None:
        import cupy

        self.xp = cupy
        self.failures = _failures(cupy)

    def asarray(self, host: npt.ArrayLike, dtype: npt.DTypeLike) -> Array:
        """Copy `host` to the card as a new C-contiguous array."""
        return self.xp.array(np.asarray(host, dtype=dtype, order="C"))

    def to_host(self, array: Array) -> HostArray:
        """Copy `array` to main memory; waits for the work that produces it."""
        return np.asarray(self.xp.asnumpy(array))

    def synchronize(self) -> None:
        """Wait for everything that was started on the current stream."""
        self.xp.cuda.get_current_stream().synchronize()

    def runner(self, trainer: "Trainer") -> Runner | None:
        """Return None: steps are made operation by operation."""

    def passes(self, network: "Network") -> Passes | None:
        """Return None: the network looks for itself."""

    def describe(self) -> str:
        """Return the card's name and CuPy's version."""
        device = self.xp.cuda.Device()
        name = self.xp.cuda.runtime.getDeviceProperties(device.id)["name"].decode()
        return f"{name}, CuPy {self.xp.__version__}"
