"""Matrix products by cuBLAS, asked directly: CuPy refuses to ask it while a stream is being captured.

cuBLAS itself can be captured (its manual, "CUDA Graphs Support"), on two conditions that are met here: its
coefficients lie on the host, and its workspace is given to it, so that it allocates nothing on the way.
"""

import ctypes
import sys
from typing import Any

import numpy as np

from playground.engine.backends.base import Array

WORKSPACE = 32 * 2**20
"""Bytes for cuBLAS to work in: what NVIDIA advises for its largest cards."""

NORMAL, TRANSPOSED = 0, 1
KINDS: dict[str, tuple[str, Any]] = {
    "float32": ("cublasSgemm_v2", ctypes.c_float),
    "float64": ("cublasDgemm_v2", ctypes.c_double),
}


def load(xp: Any) -> Any:
    """Return the cuBLAS that CuPy `xp` uses; OSError where it cannot be found by its name."""
    xp.cuda.get_cublas_handle()  # CuPy knows where the library lies, and loads it for this
    version = xp.cuda.runtime.runtimeGetVersion() // 1000
    return ctypes.CDLL(f"cublas64_{version}.dll" if sys.platform == "win32" else f"libcublas.so.{version}")


class Products:
    """Writes matrix products on the current stream, captured or not.

    `library` is cuBLAS with its functions as `ctypes` finds them.
    """

    def __init__(self, xp: Any, library: Any) -> None:
        self._xp, self._library = xp, library
        self._workspace: Array = xp.empty(WORKSPACE, dtype=np.uint8)

    def __call__(self, a: Array, b: Array, out: Array) -> None:
        """Write the product of `a` (m, k) and `b` (k, n), each contiguous or transposed so, to `out` (m, n).

        cuBLAS reads columns first, and so finds every row-first array transposed: it is asked for bᵀ aᵀ.

        Raises:
            ValueError: when the shapes, strides or types do not fit.
            RuntimeError: when cuBLAS reports an error.
        """
        (m, k), n = a.shape, b.shape[1]
        if b.shape[0] != k or out.shape != (m, n) or not a.dtype == b.dtype == out.dtype:
            raise ValueError(f"no product of {a.shape} and {b.shape} fits into {out.shape}")
        name, number = KINDS[str(out.dtype)]
        (turn_a, lead_a), (turn_b, lead_b), (turn_out, lead_out) = map(_layout, (a, b, out))
        if turn_out:
            raise ValueError("a product is written to rows that are contiguous")
        handle = self._prepared()
        one, zero = ctypes.byref(number(1.0)), ctypes.byref(number(0.0))
        self._ask(
            *(name, handle, turn_b, turn_a, n, m, k, one),
            *(ctypes.c_void_p(b.data.ptr), lead_b, ctypes.c_void_p(a.data.ptr), lead_a, zero),
            *(ctypes.c_void_p(out.data.ptr), lead_out),
        )

    def _prepared(self) -> ctypes.c_void_p:
        """Return CuPy's handle, brought to the current stream and to our workspace."""
        handle = ctypes.c_void_p(self._xp.cuda.get_cublas_handle())
        self._ask("cublasSetStream_v2", handle, ctypes.c_void_p(self._xp.cuda.get_current_stream().ptr))
        # After the stream: setting that takes the workspace away.
        place = ctypes.c_void_p(self._workspace.data.ptr)
        self._ask("cublasSetWorkspace_v2", handle, place, ctypes.c_size_t(WORKSPACE))
        return handle

    def _ask(self, name: str, *values: Any) -> None:
        status = getattr(self._library, name)(*values)
        if status:
            raise RuntimeError(f"{name} of cuBLAS failed with status {status}")


def _layout(array: Array) -> tuple[int, int]:
    """Return how cuBLAS is to read a row-first array, and the numbers from one row or column to the next."""
    rows, columns = array.shape
    down, along = (step // array.dtype.itemsize for step in array.strides)
    if along == 1 or columns == 1:
        return NORMAL, max(down, columns)
    if down == 1 or rows == 1:
        return TRANSPOSED, max(along, rows)
    raise ValueError("cuBLAS takes arrays whose rows or columns are contiguous")
