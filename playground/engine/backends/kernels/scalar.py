"""Definitions made fast: the tables' one-line functions as machine code for one number at a time.

A definition (`engine.activations`, `losses`, ...) is written for arrays. Here its constants are brought to
the network's precision, the functions of `engine.maths` get versions that LLVM can turn into vector code,
and the definitions of a table are joined to one function that picks by number. So the tables stay the one
place where a formula is written.
"""

import math
from collections.abc import Callable, Sequence
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic, overload

from playground.engine import maths

ENTRY: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    # Everything that helps to vectorise, but not "nnan" and "ninf": a network that diverges has to show it.
    "fastmath": {"contract", "reassoc", "nsz", "arcp", "afn"},
    "cache": True,
}
"""How what Python calls is compiled: without the interpreter lock, and x / 0 gives inf as in NumPy."""

FAST: Any = {**ENTRY, "cache": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""How what only compiled code calls is compiled: no entry for Python, which halves the time it takes."""


# Elementary functions ------------------------------------------------------------------------------------


@intrinsic
def _power_of_two(_context: Any, exponent: Any) -> Any:
    """Return 2^exponent as a float32, for -126 <= exponent <= 127."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        whole = ir.IntType(32)
        biased = builder.add(arguments[0], ir.Constant(whole, 127))
        return builder.bitcast(builder.shl(biased, ir.Constant(whole, 23)), ir.FloatType())

    return types.float32(types.int32), code


@njit(**FAST)
def _exp32(x):
    """Return e^x to 2 units in the last place: 2^n e^r with |r| <= ln(2) / 2, as the Cephes library does.

    Below -87 it stays at the smallest normal number, above 88 at the largest; nan stays nan.
    """
    x = x if not x > np.float32(88.3) else np.float32(88.3)
    x = x if not x < np.float32(-87.3) else np.float32(-87.3)
    n = math.floor(x * np.float32(1.44269504) + np.float32(0.5))
    r = x - np.float32(n) * np.float32(0.693359375) - np.float32(n) * np.float32(-2.12194440e-4)
    p = np.float32(1.9875691500e-4)
    p = p * r + np.float32(1.3981999507e-3)
    p = p * r + np.float32(8.3334519073e-3)
    p = p * r + np.float32(4.1665795894e-2)
    p = p * r + np.float32(1.6666665459e-1)
    p = p * r + np.float32(5.0000001201e-1)
    return (p * r * r + r + np.float32(1.0)) * _power_of_two(np.int32(n))


@njit(**FAST)
def _tanh32(x):
    """Return tanh x to a few units in the last place: a quotient of polynomials, as the Eigen library has it.

    Beyond +-7.9 tanh is +-1 in float32; nan stays nan.
    """
    x = x if not x > np.float32(7.90531110763549805) else np.float32(7.90531110763549805)
    x = x if not x < np.float32(-7.90531110763549805) else np.float32(-7.90531110763549805)
    s = x * x
    p = np.float32(-2.76076847742355e-16)
    p = p * s + np.float32(2.00018790482477e-13)
    p = p * s + np.float32(-8.60467152213735e-11)
    p = p * s + np.float32(5.12229709037114e-08)
    p = p * s + np.float32(1.48572235717979e-05)
    p = p * s + np.float32(6.37261928875436e-04)
    p = p * s + np.float32(4.89352455891786e-03)
    q = np.float32(1.19825839466702e-06)
    q = q * s + np.float32(1.18534705686654e-04)
    q = q * s + np.float32(2.26843463243900e-03)
    q = q * s + np.float32(4.89352518554385e-03)
    return x * p / q


@njit(**FAST)
def _softplus32(x):
    """Return log(1 + e^x) = max(x, 0) + log(1 + u), u = e^-|x| <= 1, by 2 artanh(u / (2 + u)) as a series."""
    u = _exp32(-abs(x))
    s = u / (np.float32(2.0) + u)
    t = s * s
    p = np.float32(1.0 / 13.0)
    p = p * t + np.float32(1.0 / 11.0)
    p = p * t + np.float32(1.0 / 9.0)
    p = p * t + np.float32(1.0 / 7.0)
    p = p * t + np.float32(1.0 / 5.0)
    p = p * t + np.float32(1.0 / 3.0)
    positive = x if not x < np.float32(0.0) else np.float32(0.0)
    return positive + np.float32(2.0) * s * (p * t + np.float32(1.0))


def _use(name: str, *functions: Callable[..., Any]) -> None:
    """Let compiled code that calls `maths.name` use the first function; for float64 the last one."""
    stub = getattr(maths, name)

    def choose_one(x):
        return functions[-1 if x == types.float64 else 0]

    def choose_two(a, b):
        return functions[-1 if a == types.float64 else 0]

    def choose_three(condition, a, b):
        return functions[-1 if a == types.float64 else 0]

    chooser = (choose_one, choose_two, choose_three)[stub.__code__.co_argcount - 1]
    overload(stub, jit_options=FAST)(chooser)


_use("exp", lambda x: _exp32(x), lambda x: math.exp(x))
_use("expm1", lambda x: _exp32(x) - np.float32(1.0), lambda x: math.expm1(x))
_use("tanh", lambda x: _tanh32(x), lambda x: math.tanh(x))
_use("log", lambda x: math.log(x))
_use("log1p", lambda x: math.log1p(x))
_use("sqrt", lambda x: math.sqrt(x))
_use("sin", lambda x: math.sin(x))
_use("cos", lambda x: math.cos(x))
_use("absolute", lambda x: abs(x))
_use("sign", lambda x: np.sign(x))
_use("maximum", lambda a, b: a if a > b or a != a else b)
_use("minimum", lambda a, b: a if a < b or a != a else b)
_use("where", lambda condition, a, b: a if condition else b)
_use(
    "sigmoid",
    lambda x: np.float32(0.5) * _tanh32(np.float32(0.5) * x) + np.float32(0.5),
    lambda x: 0.5 * math.tanh(0.5 * x) + 0.5,
)
_use(
    "softplus",
    lambda x: _softplus32(x),
    lambda x: (x if not x < 0.0 else 0.0) + math.log1p(math.exp(-abs(x))),
)


# Definitions ---------------------------------------------------------------------------------------------


def compiled(definition: Callable[..., Any], dtype: "np.dtype[Any]") -> Callable[..., Any]:
    """Return a definition as a compiled function of single numbers, its constants in the precision `dtype`.

    NumPy keeps float32 when a float32 array meets a Python number; the compiler would go over to float64.
    So the constants are replaced before it sees them, in the definitions that this one calls too.
    """
    if definition.__module__ == maths.__name__:
        return njit(lambda x: definition(x), **FAST)
    code = definition.__code__
    constants = tuple(dtype.type(c) if isinstance(c, float) else c for c in code.co_consts)
    names = {name: definition.__globals__[name] for name in code.co_names if name in definition.__globals__}
    world = {name: _in_precision(value, definition, dtype) for name, value in names.items()}
    changed = FunctionType(code.replace(co_consts=constants), {**world, "__builtins__": {}}, code.co_name)
    return njit(changed, **FAST)


def _in_precision(value: Any, definition: Callable[..., Any], dtype: "np.dtype[Any]") -> Any:
    """Return what a definition's global name stands for when it is compiled."""
    if isinstance(value, float):
        return dtype.type(value)
    if isinstance(value, FunctionType) and value.__module__ == definition.__module__:
        return compiled(value, dtype)
    if isinstance(value, int | ModuleType) or callable(value):
        return value
    raise TypeError(f"{definition.__qualname__} uses {value!r}, which cannot be compiled")


def choice(loops: Sequence[Callable[..., Any] | None], arguments: str) -> Callable[..., Any]:
    """Return a compiled function of (which, `arguments`) that calls the loop number `which`.

    The function is written out as a plain chain of comparisons, which the compiler takes as it is. None
    stands for nothing to do.
    """
    lines = [f"def choose(which, {arguments}):"]
    for number, loop in enumerate(loops):
        if loop is not None:
            lines.append(f"    if which == {number}:\n        loop{number}({arguments})")
    world = {f"loop{number}": loop for number, loop in enumerate(loops) if loop is not None}
    exec("\n".join([*lines, "    return"]), world)
    return njit(world["choose"], **FAST)
