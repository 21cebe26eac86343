"""Reads the numbers in many rows of text at once, each as exactly as Python reads a single one.

A plain number is a sign or none, digits, and a decimal point or none. Its digits are summed up as a whole
number, which is divided by a power of ten in double-double arithmetic (Dekker 1971): the rounding of that is
known to be the right one but for ties, and those are left to the caller, like everything that is not plain.
"""

import numpy as np
import numpy.typing as npt

from playground.data.base import FloatArray

NEWLINE, PLUS, MINUS, ZERO = b"\n+-0"
MOST_DIGITS = 18
"""So many fit into a whole number of 64 bits."""

MOST_DECIMALS = 22
"""The largest power of ten that is a double is 10 to the 22."""

SPLITTER = 2.0**27 + 1.0
LARGEST_EXACT = 2**53
"""Whole numbers below are doubles, and so are the powers: their quotient is rounded once, and rightly."""

CLOSE = 1e-6
"""Share of the spacing of doubles within which a sum counts as lying between two of them."""

_WHOLE = 10 ** np.arange(MOST_DIGITS, dtype=np.int64)
_POWERS: FloatArray = np.array([float(f"1e{power}") for power in range(MOST_DECIMALS + 1)])

BoolArray = npt.NDArray[np.bool_]


class Fields:
    """The fields of rows of text that have equally many: where they are, and which are plain numbers.

    `numbers` and `is_plain` are (rows, columns); an empty field is plain and NaN.
    """

    def __init__(self, text: str, delimiter: str, columns: int, point: str) -> None:
        """Take rows that end with a newline each, and have `columns` fields without quotation marks."""
        self._raw = text.encode("utf-8")
        self._bytes = np.frombuffer(self._raw, dtype=np.uint8)
        self._ends = np.flatnonzero((self._bytes == ord(delimiter)) | (self._bytes == NEWLINE))
        self._starts = np.concatenate(([0], self._ends[:-1] + 1))
        numbers, is_plain = self._read(ord(point))
        self.numbers = numbers.reshape(-1, columns)
        self.is_plain = is_plain.reshape(-1, columns)
        self._columns = columns

    def texts(self, rows: npt.NDArray[np.int64], column: int) -> list[str]:
        """Return what stands in some rows of a column."""
        places = rows * self._columns + column
        bounds = zip(self._starts[places].tolist(), self._ends[places].tolist(), strict=True)
        return [self._raw[start:end].decode("utf-8") for start, end in bounds]

    def _read(self, point: int) -> tuple[FloatArray, BoolArray]:
        starts, ends, lengths = self._starts, self._ends, self._ends - self._starts
        digits = self._bytes - np.uint8(ZERO)
        is_digit = digits < 10  # what is no digit has wrapped round
        digits *= is_digit
        so_far = np.cumsum(is_digit, dtype=np.int32)
        until_end = so_far[ends]
        behind = np.repeat(until_end, lengths + 1)
        behind -= so_far
        # In place: the system takes large arrays back and clears them anew, which costs more than the sums.
        worth = _WHOLE.take(behind, mode="clip")
        worth *= digits
        # Whole numbers wrap round, so differences of their sums are right whatever the sums are.
        whole = np.diff(np.cumsum(worth, out=worth)[ends], prepend=0)
        count = np.diff(until_end, prepend=np.int32(0))
        points = np.flatnonzero(self._bytes == point)
        of_point = self._field_of(points)
        decimals = np.zeros(len(ends), dtype=np.int64)
        decimals[of_point] = until_end[of_point] - so_far[points]
        has_point = np.bincount(of_point, minlength=len(ends))
        first = self._bytes[starts]
        signed = (first == MINUS) | (first == PLUS)
        is_plain = (count > 0) & (lengths == count + has_point + signed) & (has_point < 2)
        is_plain &= decimals <= MOST_DECIMALS
        if count.max(initial=0) > MOST_DIGITS:
            is_plain[self._field_of(np.flatnonzero((behind >= MOST_DIGITS) & (digits > 0)))] = False
        numbers, is_sure = _divided(whole, _POWERS[np.minimum(decimals, MOST_DECIMALS)])
        np.negative(numbers, out=numbers, where=first == MINUS)
        numbers[lengths == 0] = np.nan
        return numbers, (is_plain & is_sure) | (lengths == 0)

    def _field_of(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return in which fields ascending places of the text are."""
        if len(places) == len(self._ends) and ((self._starts <= places) & (places < self._ends)).all():
            return np.arange(len(places))
        return np.searchsorted(self._ends, places)


def _divided(whole: npt.NDArray[np.int64], power: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Return whole (n,) / power (n,), and where that is surely the double next to the true quotient."""
    high = whole.astype(np.float64)
    if whole.max(initial=0) < LARGEST_EXACT:
        return high / power, np.ones(len(whole), dtype=np.bool_)
    low = (whole - high.astype(np.int64)).astype(np.float64)
    quotient = high / power
    product, error = _product(quotient, power)
    rest = ((high - product) - error + low) / power
    total = quotient + rest
    # What the sum has lost; between two doubles it is half of their distance, or a quarter by a power of two.
    lost = np.abs(rest - (total - quotient)) / np.spacing(total)
    return total, (np.abs(lost - 0.5) > CLOSE) & (np.abs(lost - 0.25) > CLOSE)


def _product(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return a b rounded, and exactly what the rounding took away."""
    a_high, b_high = _upper(a), _upper(b)
    a_low, b_low = a - a_high, b - b_high
    product = a * b
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def _upper(a: FloatArray) -> FloatArray:
    """Return the upper 26 of the 53 bits of a number."""
    shifted = SPLITTER * a
    return shifted - (shifted - a)
