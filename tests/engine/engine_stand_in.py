"""A STAND-IN for a graphics card: arrays that compute with NumPy but refuse every implicit way to the host.

It shows, where there is no card, that the engine's arithmetic goes through what CuPy dispatches: ufunc calls,
a few NumPy functions, and the array's own methods. Like a CuPy array, a `DeviceArray` refuses to become a
NumPy array by itself or to be mixed with one, has no ufunc methods such as `np.add.reduce`, and writes its
products to contiguous arrays only. It says nothing about speed or about CuPy's own faults.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np

FUNCTIONS = (np.max, np.sum, np.mean, np.all, np.take, np.where, np.empty_like, np.ones_like)


def _unwrapped(value: Any) -> Any:
    """The NumPy array within; host arrays are refused, plain numbers are let through."""
    if isinstance(value, DeviceArray):
        return value.held
    if isinstance(value, np.ndarray):
        raise TypeError("a host array met a device array: move it with backend.asarray first")
    return value


def _wrapped(value: Any) -> Any:
    return DeviceArray(value) if isinstance(value, (np.ndarray, np.generic)) else value


class DeviceArray(np.lib.mixins.NDArrayOperatorsMixin):
    """A NumPy array behind glass."""

    def __init__(self, held: Any) -> None:
        self.held = np.asarray(held)

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("implicit conversion to a host array; use backend.to_host")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__":
            return NotImplemented
        values = [_unwrapped(value) for value in inputs]
        out = kwargs.pop("out", None)
        if out is None:
            return _wrapped(ufunc(*values, **kwargs))
        ufunc(*values, out=tuple(_unwrapped(array) for array in out), **kwargs)
        return out[0]

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function not in FUNCTIONS:
            return NotImplemented
        values = [_unwrapped(value) for value in args]
        named = {name: _unwrapped(value) for name, value in kwargs.items()}
        return _wrapped(function(*values, **named))

    shape = property(lambda self: self.held.shape)
    size = property(lambda self: self.held.size)
    ndim = property(lambda self: self.held.ndim)
    dtype = property(lambda self: self.held.dtype)

    @property
    def T(self) -> "DeviceArray":  # noqa: N802
        return DeviceArray(self.held.T)

    def __len__(self) -> int:
        return len(self.held)

    def __float__(self) -> float:
        return float(self.held)

    def __bool__(self) -> bool:
        return bool(self.held)

    def __getitem__(self, key: Any) -> "DeviceArray":
        return DeviceArray(self.held[key])

    def __setitem__(self, key: Any, value: Any) -> None:
        self.held[key] = _unwrapped(value)

    def reshape(self, *shape: int) -> "DeviceArray":
        return DeviceArray(self.held.reshape(*shape))

    def max(self, axis: int | None = None, keepdims: bool = False) -> "DeviceArray":
        return DeviceArray(self.held.max(axis=axis, keepdims=keepdims))

    def sum(self, axis: int | None = None, keepdims: bool = False) -> "DeviceArray":
        return DeviceArray(self.held.sum(axis=axis, keepdims=keepdims))

    def dot(self, other: "DeviceArray", out: "DeviceArray | None" = None) -> "DeviceArray":
        if out is None:
            return DeviceArray(self.held.dot(_unwrapped(other)))
        self.held.dot(_unwrapped(other), _unwrapped(out))
        return out


def _maker(function: Any) -> Any:
    return lambda *args, **kwargs: DeviceArray(function(*map(_unwrapped, args), **kwargs))


class StandInBackend:
    """A backend whose arrays are `DeviceArray`."""

    key = "stand_in"
    label = "Stand-in for a GPU"
    failures = ()
    xp = SimpleNamespace(
        ndarray=DeviceArray,
        zeros=_maker(np.zeros),
        ones=_maker(np.ones),
        empty=_maker(np.empty),
        empty_like=_maker(np.empty_like),
        array=_maker(np.array),
    )

    def asarray(self, host: Any, dtype: Any) -> DeviceArray:
        return DeviceArray(np.array(host, dtype=dtype, order="C"))

    def to_host(self, array: DeviceArray) -> np.ndarray:
        return np.array(array.held)

    def synchronize(self) -> None:
        """Nothing is ever pending here."""

    def runner(self, trainer: Any) -> None:
        """Steps are made operation by operation."""

    def passes(self, network: Any) -> None:
        """The network looks for itself."""

    def describe(self) -> str:
        return "a stand-in for tests"
