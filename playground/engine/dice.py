"""Chance that every backend throws alike: numbers made from counters, with no state to carry along.

The order of the rows in an epoch and the units that a Dropout silences at a step depend on the seed and on
the epoch or step alone. So a run can be continued anywhere, on any device, and stays the same run.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

MASK = 0xFFFFFFFF

Number = Any
"""A whole number, or an array of uint32 on any backend."""


def mix(x: Number) -> Any:
    """Return 32 well mixed bits for each 32-bit counter: a whole number, or an array of uint32.

    The constants are those of "lowbias32", found by C. Wellons' search for integer hashes.
    """
    x = ((x ^ (x >> 16)) * 0x7FEB352D) & MASK
    x = ((x ^ (x >> 15)) * 0x846CA68B) & MASK
    return x ^ (x >> 16)


def stream(seed: int) -> int:
    """Return the 32 bits that stand for a seed (any whole number >= 0) in what follows."""
    bits: int = 0x9E3779B9
    while True:
        bits = mix((bits + seed) & MASK)
        seed >>= 32
        if not seed:
            return bits


def epoch_base(bits: int, epoch: int) -> int:
    """Return where the counters of an epoch's order begin."""
    base: int = mix((bits + epoch) & MASK)
    return base


def step_base(bits: int, step: int, layer: int) -> int:
    """Return where the counters of a layer's Dropout begin at a step."""
    base: int = mix((mix((bits ^ 0x5BF03635) + step & MASK) + layer) & MASK)
    return base


def order(bits: int, epoch: int, count: int) -> npt.NDArray[np.int64]:
    """Return the order in which an epoch takes the rows, (count,): each has a number, and they are sorted."""
    keys = mix(np.arange(count, dtype=np.uint32) + np.uint32(epoch_base(bits, epoch)))
    return np.argsort(keys, kind="stable")


def silenced_below(rate: float) -> int:
    """Return the number below which the 32 bits of a value silence it with probability `rate`."""
    return min(int(rate * 2.0**32), MASK)
