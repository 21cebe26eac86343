"""The processor, through NumPy."""

import platform
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from playground.engine.backends.base import Array, HostArray, Passes, Runner

if TYPE_CHECKING:
    from playground.engine.network import Network
    from playground.engine.trainer import Trainer


def is_available() -> bool:
    """Return True: NumPy is always there."""
    return True


def processor_name(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """Return the processor's name; Python itself does not know it on Linux."""
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


class NumpyBackend:
    """Arrays in main memory, computed by the processor."""

    key: str = "numpy"
    label: str = "CPU (NumPy)"
    xp: Any = np
    failures: tuple[type[BaseException], ...] = ()

    def asarray(self, host: npt.ArrayLike, dtype: npt.DTypeLike) -> Array:
        """Return a new C-contiguous array with the values of `host`."""
        return np.array(host, dtype=dtype, order="C")

    def to_host(self, array: Array) -> HostArray:
        """Return a copy of `array`."""
        return np.array(array)

    def synchronize(self) -> None:
        """Return at once: NumPy has computed everything when its functions return."""

    def product(self, a: Array) -> Callable[[Array, Array], object]:
        """Return what writes the matrix product of `a` and its first argument to its second."""
        dot: Callable[[Array, Array], object] = a.dot
        return dot

    def runner(self, trainer: "Trainer") -> Runner | None:
        """Return None: steps are made operation by operation."""

    def passes(self, network: "Network") -> Passes | None:
        """Return None: the network looks for itself."""

    def describe(self) -> str:
        """Return the processor's name and NumPy's version."""
        return f"{processor_name()}, NumPy {np.__version__}"
