"""Numbers read many at once: each is the one that Python reads, or is left to it."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from playground.data import importing
from playground.data.importing import Rows
from playground.data.importing_numbers import Fields

DECIMALS = st.from_regex(r"[+-]?[0-9]{0,24}(\.[0-9]{0,24})?", fullmatch=True)
REPRS = st.floats(allow_nan=False, allow_infinity=False).map(repr)
WHOLE = st.integers(-(2**63), 2**63).map(str)
SHORT = st.decimals(-1000, 1000, places=4).map(str)
PLAIN = ("0", "-0", "+7", ".5", "5.", "1234.5678", "-0.1257302210933933", "999999999999999999", "0.1")
OTHERS = ("1e5", "x", " 1", "1 ", "1.2.3", "--1", "1-2", "+", ".", "1,5", "٣", "0x1", "1_0", "inf", "nan")
TIES = ("9007199254740993", "9007199254740995", "4503599627370497.5", "0.1234567890123456789012345")


def read(texts: list[str], delimiter: str = ",", point: str = ".") -> tuple[np.ndarray, np.ndarray]:
    lines = "".join(f"a{delimiter}{text}{delimiter}\n" for text in texts)
    fields = Fields(lines, delimiter, 3, point)
    assert not fields.is_plain[:, 0].any()
    assert fields.is_plain[:, 2].all()
    assert np.isnan(fields.numbers[:, 2]).all()
    rows = np.arange(len(texts))
    assert fields.texts(rows, 1) == texts
    return fields.numbers[:, 1], fields.is_plain[:, 1]


@settings(max_examples=300)
@given(st.lists(st.one_of(DECIMALS, REPRS, WHOLE, SHORT, st.sampled_from(TIES)), min_size=1, max_size=20))
def test_that_every_plain_number_is_the_one_that_python_reads(texts: list[str]) -> None:
    numbers, is_plain = read(texts)
    for text, found, plain in zip(texts, numbers.tolist(), is_plain.tolist(), strict=True):
        if plain and text:
            assert (found.hex(), text) == (float(text).hex(), text)


def test_that_usual_numbers_are_plain_and_others_are_left() -> None:
    assert read([*PLAIN])[1].all()
    assert not read([*OTHERS, *TIES], ";")[1].any()


def test_that_hardly_any_number_that_is_written_in_full_is_left() -> None:
    texts = [repr(number) for number in np.random.default_rng(0).normal(size=5000).tolist()]
    assert read(texts)[1].mean() > 0.995


def test_that_a_decimal_comma_is_read() -> None:
    numbers, is_plain = read(["1,5", "-2", "1.5"], ";", ",")
    assert numbers[:2].tolist() == [1.5, -2.0]
    assert is_plain.tolist() == [True, True, False]


FIELDS = st.one_of(
    st.sampled_from(
        [*PLAIN, *OTHERS, "", "", "NA", "é", '"q"', '"2"', '"', "\0", "\x01", "\ufffd", " ", "\xa01", "-"]
    ),
    SHORT,
)
LINES = st.lists(
    st.one_of(
        st.lists(SHORT, min_size=3, max_size=3).map(",".join),
        st.lists(FIELDS, min_size=3, max_size=3).map(",".join),
        st.lists(FIELDS, max_size=5).map(",".join),
        st.sampled_from(["", ",,", " , ,", '"', '"1",2,3']),
    ),
    min_size=8,
    max_size=40,
)


@settings(max_examples=300, deadline=None)
@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
@example(
    lines=["4,5,6"] * 5 + [",,", " , ,", "4,5,6", '"4,5,6', "4,5", "NA, 5,\ufffd", "4,é,"],
    end="\n",
    ends=True,
)
def test_that_rows_read_at_once_are_those_read_one_by_one(lines: list[str], end: str, ends: bool) -> None:
    text = end.join(["a,b,c", "1,2,3", *lines]) + (end if ends else "")
    one_by_one, at_once = read_with(text, 10**9), read_with(text, 2)
    assert one_by_one == at_once


def read_with(text: str, few: int) -> object:
    """Everything that is read when blocks have at least so many rows, or why there is nothing."""
    said = importing.Said("utf-8", ",", False, True)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("FEW", few), ("PREVIEW", 1), ("PIECE", 4)):
            patch.setattr(importing, name, value)
        try:
            return everything(importing.read(importing.io.BytesIO(text.encode("utf-8")), said))
        except importing.ImportRefused as refused:
            return str(refused)


def everything(rows: Rows) -> object:
    numbers = [column.numbers() for column in rows.columns]
    return (
        rows.names,
        [column.all() for column in rows.columns],
        [None if column is None else [number.hex() for number in column.tolist()] for column in numbers],
        (rows.lines.tolist(), rows.faults, rows.blank, rows.notes, rows.first),
    )
