"""The random numbers of David Bau's seedrandom 2.4.3, with which TensorFlow Playground draws everything.

ARC4 with a string for a key; the first 256 bytes are thrown away, and a number takes six bytes or a few more.
Slow beside NumPy's generators, some microseconds a number: for what has to be equal to that page's.
"""

from typing import Self

WIDTH = 256
BYTES = 6
FULL = 1 << 52
"""A numerator has 53 significant bits: at least this, and less than twice as much."""


class SeedRandom:
    """A stream of numbers that `seed` decides."""

    def __init__(self, seed: str) -> None:
        key = _mixed(seed)
        state, j = list(range(WIDTH)), 0
        for i in range(WIDTH):
            j = (j + key[i % len(key)] + state[i]) % WIDTH
            state[i], state[j] = state[j], state[i]
        self._state, self._i, self._j = state, 0, 0
        self._bytes(WIDTH)

    def copy(self) -> Self:
        """Return a stream that goes on from here by itself."""
        twin = object.__new__(type(self))
        twin._state, twin._i, twin._j = list(self._state), self._i, self._j
        return twin

    def random(self) -> float:
        """Return the next number, at least 0 and below 1."""
        numerator, denominator, last = self._bytes(BYTES), 1 << 8 * BYTES, 0
        while numerator < FULL:
            numerator, denominator = (numerator + last) * WIDTH, denominator * WIDTH
            last = self._bytes(1)
        while numerator >= 2 * FULL:
            numerator, denominator, last = numerator >> 1, denominator >> 1, last >> 1
        return (numerator + last) / denominator

    def uniform(self, low: float, high: float) -> float:
        """Return the next number, brought from 0..1 to `low`..`high`."""
        return self.random() * (high - low) + low

    def _bytes(self, count: int) -> int:
        """Return the next bytes as one number, the first the most significant."""
        state, i, j, number = self._state, self._i, self._j, 0
        for _ in range(count):
            i = (i + 1) & 255
            one = state[i]
            j = (j + one) & 255
            other = state[j]
            state[i], state[j] = other, one
            number = number << 8 | state[(one + other) & 255]
        self._i, self._j = i, j
        return number


def _mixed(seed: str) -> list[int]:
    """Return the key for a seed: its UTF-16 code units, mixed into at most 256 bytes."""
    units = seed.encode("utf-16-le", "surrogatepass")
    key: list[int] = []
    smear = 0
    for place in range(len(units) // 2):
        unit = int.from_bytes(units[2 * place : 2 * place + 2], "little")
        smear ^= key[place % WIDTH] * 19 if place >= WIDTH else 0
        mixed = (smear + unit) & 255
        if place < WIDTH:
            key.append(mixed)
        else:
            key[place % WIDTH] = mixed
    return key or [0]
