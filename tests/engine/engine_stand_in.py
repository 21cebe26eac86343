"""A STAND-IN for a graphics card: arrays that compute with NumPy but refuse every implicit way to the host.

It shows, where there is no card, that the engine's arithmetic goes through what CuPy dispatches: ufunc calls,
a few NumPy functions, and the array's own methods. Like a CuPy array, a `DeviceArray` refuses to become a
NumPy array by itself or to be mixed with one, has no ufunc methods such as `np.add.reduce`, and writes its
products to contiguous arrays only.

While a stream is captured, nothing is computed: every operation is kept together with the very buffers it is
about, host numbers baked in, and `launch` does them on these buffers. What a card refuses during a capture
is refused: copies from and to the host, questions about a value, and CuPy's own matrix products.

It says nothing about speed or about the faults of CuPy, CUDA and cuBLAS themselves.
"""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np

from playground.engine.backends.cuda import CudaBackend

FUNCTIONS = (np.max, np.sum, np.mean, np.all, np.any, np.argmax, np.take, np.where, np.empty_like)

Kernel = Callable[[], None]
_capture: list[Kernel] | None = None
"""The operations of the capture under way; None while everything is computed at once."""


class CaptureError(RuntimeError):
    """What a card refuses while a stream is captured."""


def _launch(kernel: Kernel) -> None:
    """Compute, or keep for later."""
    if _capture is None:
        kernel()
    else:
        _capture.append(kernel)


def _computed(function: Callable[[], Any]) -> Any:
    """The result of an operation, in a new buffer; while capturing it holds nothing of use yet."""
    with np.errstate(all="ignore"):
        result = np.asarray(function())
    if _capture is None:
        return DeviceArray(result)
    buffer = np.empty_like(result)
    buffer.fill(77)

    def kernel() -> None:
        buffer[...] = function()

    _capture.append(kernel)
    return DeviceArray(buffer)


def _refuse(what: str) -> None:
    if _capture is not None:
        raise CaptureError(f"{what} while a stream is captured")


def _unwrapped(value: Any) -> Any:
    """The NumPy array within; host arrays are refused, plain numbers are let through."""
    if isinstance(value, DeviceArray):
        return value.held
    if isinstance(value, np.ndarray):
        raise TypeError("a host array met a device array: move it with backend.asarray first")
    return value


class DeviceArray(np.lib.mixins.NDArrayOperatorsMixin):
    """A NumPy array behind glass."""

    def __init__(self, held: Any) -> None:
        self.held = np.asarray(held)

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("implicit conversion to a host array; use backend.to_host")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__":
            return NotImplemented
        out = kwargs.pop("out", None)
        return _applied(ufunc, inputs, kwargs, out[0] if out else None)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function not in FUNCTIONS:
            return NotImplemented
        return _applied(function, args, {**kwargs}, kwargs.get("out"))

    shape = property(lambda self: self.held.shape)
    strides = property(lambda self: self.held.strides)
    size = property(lambda self: self.held.size)
    ndim = property(lambda self: self.held.ndim)
    dtype = property(lambda self: self.held.dtype)
    data = property(lambda self: SimpleNamespace(ptr=self.held.ctypes.data))

    @property
    def T(self) -> "DeviceArray":  # noqa: N802
        return DeviceArray(self.held.T)

    def __len__(self) -> int:
        return len(self.held)

    def __float__(self) -> float:
        _refuse("a number was asked for")
        return float(self.held)

    def __bool__(self) -> bool:
        _refuse("a decision was asked for")
        return bool(self.held)

    def __getitem__(self, key: Any) -> "DeviceArray":
        # With the dots, a single entry is a view, as it is on a card.
        part = self.held[(*(key if isinstance(key, tuple) else (key,)), *(() if key is ... else (...,)))]
        assert part.base is not None
        return DeviceArray(part)

    def __setitem__(self, key: Any, value: Any) -> None:
        place, content = self[key].held, _unwrapped(value)

        def kernel() -> None:
            place[...] = content

        _launch(kernel)

    def reshape(self, *shape: int) -> "DeviceArray":
        result = self.held.reshape(*shape)
        assert np.shares_memory(result, self.held) or not self.size
        return DeviceArray(result)

    def astype(self, dtype: Any) -> Any:
        return _computed(lambda: self.held.astype(dtype))

    def max(self, axis: int | None = None, keepdims: bool = False) -> Any:
        return _computed(lambda: self.held.max(axis=axis, keepdims=keepdims))

    def sum(self, axis: int | None = None, keepdims: bool = False) -> Any:
        return _computed(lambda: self.held.sum(axis=axis, keepdims=keepdims))

    def dot(self, other: "DeviceArray", out: "DeviceArray | None" = None) -> Any:
        _refuse("CuPy asked cuBLAS for a product")
        if out is None:
            return DeviceArray(self.held.dot(_unwrapped(other)))
        self.held.dot(_unwrapped(other), _unwrapped(out))
        return out


def _applied(function: Any, args: Any, kwargs: dict[str, Any], out: DeviceArray | None) -> Any:
    """Apply a NumPy function to what is within the arrays, and write to `out` or to a new array."""
    values = [_unwrapped(value) for value in args]
    named = {name: _unwrapped(value) for name, value in kwargs.items() if name != "out"}
    if out is None:
        return _computed(lambda: function(*values, **named))
    place = _unwrapped(out)
    assert isinstance(out, DeviceArray)
    _launch(lambda: function(*values, **named, out=place))
    return out


# What CuPy offers besides arrays ----------------------------------------------------------------------------


def _array(value: Any, dtype: Any = None) -> Any:
    if isinstance(value, DeviceArray):
        return _computed(lambda: value.held.copy())
    _refuse("an array was copied from the host")
    return DeviceArray(np.array(value, dtype=dtype))


def _asnumpy(array: DeviceArray) -> np.ndarray:
    _refuse("an array was copied to the host")
    return np.array(array.held)


def _filled(value: float) -> Any:
    return lambda shape, dtype: _computed(lambda: np.full(shape, value, dtype=dtype))


class Graph:
    """Operations on their buffers."""

    def __init__(self, kernels: list[Kernel]) -> None:
        self.kernels = kernels

    def launch(self) -> None:
        _refuse("a graph was launched")
        with np.errstate(all="ignore"):
            for kernel in self.kernels:
                kernel()


class Stream:
    """A stream on which nothing is ever pending."""

    ptr = 1234

    def __init__(self, non_blocking: bool = False) -> None:
        self.non_blocking = non_blocking

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the stream."""

    def synchronize(self) -> None:
        _refuse("somebody waited")

    def begin_capture(self) -> None:
        global _capture
        assert self.non_blocking
        assert _capture is None
        _capture = []

    def end_capture(self) -> Graph:
        global _capture
        assert _capture is not None
        kernels, _capture = _capture, None
        return Graph(kernels)


@contextmanager
def _using_allocator(_malloc: Any) -> Iterator[None]:
    yield


class Library:
    """Stands in for cuBLAS: reads the same addresses, columns first, as its manual says."""

    def cublasSetStream_v2(self, *_: Any) -> int:  # noqa: N802
        return 0

    def cublasSetWorkspace_v2(self, *_: Any) -> int:  # noqa: N802
        return 0

    def cublasSgemm_v2(self, *values: Any) -> int:  # noqa: N802
        return _gemm(ctypes.c_float, *values)

    def cublasDgemm_v2(self, *values: Any) -> int:  # noqa: N802
        return _gemm(ctypes.c_double, *values)


def _gemm(number: Any, *values: Any) -> int:
    """C = alpha op(A) op(B) + beta C for matrices whose columns lie `lead` numbers apart."""
    _, turn_a, turn_b, m, n, k, alpha, a, lead_a, b, lead_b, beta, c, lead_c = values
    assert (alpha._obj.value, beta._obj.value) == (1.0, 0.0)

    def matrix(address: Any, rows: int, columns: int, lead: int) -> Any:
        assert lead >= rows
        count = lead * (columns - 1) + rows
        flat = np.ctypeslib.as_array((number * count).from_address(address.value))
        return np.lib.stride_tricks.as_strided(flat, (rows, columns), (flat.itemsize, lead * flat.itemsize))

    left = matrix(a, k, m, lead_a).T if turn_a else matrix(a, m, k, lead_a)
    right = matrix(b, n, k, lead_b).T if turn_b else matrix(b, k, n, lead_b)
    result = matrix(c, m, n, lead_c)

    def kernel() -> None:
        result[...] = left @ right

    _launch(kernel)
    return 0


class OutOfMemoryError(MemoryError):
    """The card's memory is full."""


def _stand_in_for_cupy() -> SimpleNamespace:
    cuda = SimpleNamespace(
        Stream=Stream,
        MemoryPool=lambda: SimpleNamespace(malloc=None),
        using_allocator=_using_allocator,
        get_current_stream=Stream,
        get_cublas_handle=lambda: 42,
        memory=SimpleNamespace(OutOfMemoryError=OutOfMemoryError),
    )
    return SimpleNamespace(
        ndarray=DeviceArray,
        array=_array,
        asnumpy=_asnumpy,
        zeros=_filled(0.0),
        ones=_filled(1.0),
        empty=_filled(np.nan),
        empty_like=lambda array: _computed(lambda: np.empty_like(array.held)),
        cuda=cuda,
    )


class StandInBackend(CudaBackend):
    """The backend for graphics cards over the stand-in for CuPy."""

    key = "stand_in"

    def __init__(self, graphs: bool = True) -> None:
        super().__init__(_stand_in_for_cupy())
        self.graphs = graphs

    def _library(self) -> Any:
        return Library()

    def describe(self) -> str:
        return "a stand-in for tests"
