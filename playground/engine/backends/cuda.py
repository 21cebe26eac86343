"""An NVIDIA graphics card, through CuPy. The only file that imports CuPy, and only inside functions."""

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from playground.engine.backends import cublas, graphs
from playground.engine.backends.base import Array, BackendUnavailableError, HostArray, Passes, Runner
from playground.engine.backends.cublas import Products

LABEL = "GPU (CuPy)"
STEP_BY_STEP = f"{LABEL}, step by step"
"""What the backend is called where graphs are refused."""

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


def make() -> "CudaBackend":
    """Return a backend on the current device, or raise BackendUnavailableError with the reason."""
    reason = _why_not()
    if reason is not None:
        raise BackendUnavailableError(reason)
    import cupy

    return CudaBackend(cupy)


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
    """Arrays in the memory of a graphics card, computed there by CuPy `xp`.

    Attributes:
        graphs: whether steps may be recorded as graphs; else they are made operation by operation.
    """

    key: str = "cuda"
    label: str = LABEL
    failures: tuple[type[BaseException], ...]

    def __init__(self, xp: Any) -> None:
        self.xp = xp
        self.failures = _failures(xp)
        self.graphs = True
        self._direct: Products | None = None
        self._products: Products | None = None

    def asarray(self, host: npt.ArrayLike, dtype: npt.DTypeLike) -> Array:
        """Copy `host` to the card as a new C-contiguous array."""
        return self.xp.array(np.asarray(host, dtype=dtype, order="C"))

    def to_host(self, array: Array) -> HostArray:
        """Copy `array` to main memory; waits for the work that produces it."""
        return np.asarray(self.xp.asnumpy(array))

    def synchronize(self) -> None:
        """Wait for everything that was started on the current stream."""
        self.xp.cuda.get_current_stream().synchronize()

    def product(self, a: Array) -> Callable[[Array, Array], object]:
        """Return what writes the matrix product of `a` and its first argument to its second."""
        dot = a.dot

        def multiply(b: Array, out: Array) -> None:
            if self._direct is not None:
                self._direct(a, b, out)
            else:
                dot(b, out)

        return multiply

    @contextmanager
    def direct_products(self) -> Iterator[None]:
        """Have matrix products made by cuBLAS without CuPy, as a capture needs it."""
        if self._products is None:
            self._products = Products(self.xp, self._library())
        self._direct = self._products
        try:
            yield
        finally:
            self._direct = None

    def _library(self) -> Any:
        return cublas.load(self.xp)

    def runner(self, trainer: "Trainer") -> Runner | None:
        """Return what makes steps by graphs; None where they have to be made operation by operation."""
        if not self.graphs or trainer.optimizer.solves or not trainer.in_kernels:
            return None
        if trainer.runner is None:
            trainer.runner = graphs.Runner(trainer, self)
            self.label = LABEL
        assert isinstance(trainer.runner, graphs.Runner)
        return None if trainer.runner.reason else trainer.runner

    def give_up_graphs(self) -> None:
        """Say in the label that the steps are made operation by operation."""
        self.label = STEP_BY_STEP

    def passes(self, network: "Network") -> Passes | None:
        """Return None: the network looks for itself, and what it makes of rows on the card stays there."""

    def describe(self) -> str:
        """Return the card's name and CuPy's version."""
        device = self.xp.cuda.Device()
        name = self.xp.cuda.runtime.getDeviceProperties(device.id)["name"].decode()
        return f"{name}, CuPy {self.xp.__version__}"
