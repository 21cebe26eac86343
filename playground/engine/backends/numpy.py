"""The processor, through NumPy."""

import platform
from collections.abc import Callable
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
        return f"{platform.processor() or platform.machine()}, NumPy {np.__version__}"
