"""What the engine asks of the place where its arrays live.

The engine's arithmetic is NumPy ufuncs and functions, which dispatch to the arrays' own library; a backend
only makes arrays, moves them, and says what it is. Host data never mixes with a backend's arrays implicitly:
it enters through `asarray` and leaves through `to_host`.
"""

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from playground.engine.network import Network
    from playground.engine.trainer import Trainer

Array: TypeAlias = Any
"""An array of whichever backend is in use (numpy.ndarray, cupy.ndarray)."""

HostArray: TypeAlias = npt.NDArray[Any]
"""An array in the computer's main memory."""


class BackendUnavailableError(RuntimeError):
    """The device that was asked for cannot be used here; the message says why and what to do."""


class Runner(Protocol):
    """Makes the steps of one trainer, and moves its counters, curves and parameters on."""

    def run(self, max_steps: int, until: float) -> int:
        """Make at least one and at most `max_steps` steps, not beyond epoch `until`; return how many."""
        ...

    def record(self) -> None:
        """Add a point to the trainer's curves."""
        ...


class Passes(Protocol):
    """Looks at many examples with the network as it is."""

    def outputs(self, rows: Array, since: int) -> list[Array]:
        """Return the activations (n, units) of layer `since` and later, as `Network.outputs`."""
        ...


class Backend(Protocol):
    """A place to keep arrays and do arithmetic on them."""

    key: str
    label: str
    xp: Any
    """The array library (numpy, cupy): used for making arrays only."""
    failures: tuple[type[BaseException], ...]
    """Exceptions that say that the device has failed and not the program; a processor has none."""

    def asarray(self, host: npt.ArrayLike, dtype: npt.DTypeLike) -> Array:
        """Return a new array on this backend with the values of `host`."""
        ...

    def to_host(self, array: Array) -> HostArray:
        """Return a new host array with the values of `array`, after all pending work on it."""
        ...

    def synchronize(self) -> None:
        """Wait until everything that was started has been computed."""
        ...

    def runner(self, trainer: "Trainer") -> "Runner | None":
        """Return what makes many steps of `trainer` in one call; None: it does so operation by operation."""
        ...

    def passes(self, network: "Network") -> "Passes | None":
        """Return what looks at many examples in one call; None: the network does so itself."""
        ...

    def describe(self) -> str:
        """Return one line that names the device, for the status bar and `doctor`."""
        ...


def check_dtype(dtype: npt.DTypeLike) -> np.dtype[Any]:
    """Return `dtype` as a NumPy dtype; ValueError unless it is float32 or float64."""
    result = np.dtype(dtype)
    if result not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise ValueError(f"networks compute in float32 or float64, not in {result}")
    return result
