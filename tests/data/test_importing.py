"""Reading files of rows: how they are written is found out, and every damaged line is named."""

import csv
import io
import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playground.data.importing import Fault, ImportCancelled, Rows, read, read_file, unique
from playground.data.importing_columns import infer
from playground.data.importing_layout import DELIMITERS, ENCODINGS, HEAD, ImportRefused, Said, detect
from playground.data.importing_table import build, propose

FLOWERS = "length,width,kind\n5.1,3.5,rose\n4.9,3.0,lily\n7.0,3.2,rose\n6.4,3.2,lily\n"


def rows_of(text: str, said: Said | None = None, encoding: str = "utf-8") -> Rows:
    return read(io.BytesIO(text.encode(encoding)), said)


def contents(rows: Rows) -> list[list[str]]:
    return [column.all() for column in rows.columns]


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_that_the_delimiter_is_found(delimiter: str) -> None:
    rows = rows_of(FLOWERS.replace(",", delimiter))
    assert rows.layout.delimiter == delimiter
    assert rows.names == ("length", "width", "kind")
    assert contents(rows)[2] == ["rose", "lily", "rose", "lily"]


def test_that_columns_may_be_aligned_with_many_spaces() -> None:
    rows = rows_of('a     b    c\n1     2  "x  y"\n10   20    z\n')
    assert contents(rows) == [["1", "10"], ["2", "20"], ["x  y", "z"]]


@pytest.mark.parametrize(
    ("text", "comma"),
    [
        ("a;b\n1,5;2\n2,5;3\n", True),
        ("a;b\n1.5;2\n2.5;3\n", False),
        ("a\tb\n1,234;\t2.5\n2,345\t3.5\n", False),
        ('a,b\n"1,5",2\n"2,5",3\n', True),
        ('a,b\n"1,234",2\n"2,345",3\n', False),
        ("a,b\n1,2\n", False),
    ],
)
def test_that_a_decimal_comma_is_told_from_thousands_and_delimiters(text: str, comma: bool) -> None:
    assert detect(text.encode()).decimal_comma is comma


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("a,b\n1,2\n3,4\n", True),
        ("1,2\n3,4\n", False),
        ("colour,shape\nred,round\nred,square\n", True),
        ("red,round\nblue,round\nred,square\n", False),
        ("name,\nann,1\nbob,2\n", True),
    ],
)
def test_that_a_header_is_told_from_rows(text: str, header: bool) -> None:
    assert detect(text.encode()).header is header


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_that_the_encoding_is_found(encoding: str) -> None:
    rows = rows_of("größe;farbe\n1,5;grün\n2,5;weiß\n", encoding=encoding)
    assert rows.names == ("größe", "farbe")
    assert contents(rows)[1] == ["grün", "weiß"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_that_an_encoding_that_shows_late_is_found(encoding: str) -> None:
    plain = "".join(f"{number},apple\n" for number in range(HEAD // 4))
    rows = rows_of(f"a,b\n{plain}7,Käse\n", encoding=encoding)
    assert rows.columns[1].all()[-1] == "Käse"
    assert rows.faults == ()


def test_that_what_the_person_says_takes_the_place_of_what_is_found() -> None:
    rows = rows_of("a;b,c;d\n1;2,3;4\n", Said(delimiter=",", header=False))
    assert rows.names == ("column 1", "column 2")
    assert contents(rows) == [["a;b", "1;2"], ["c;d", "3;4"]]


def test_that_lines_are_counted_as_an_editor_does() -> None:
    rows = rows_of('a,b\n1,"two\nlines"\n\n3,four\r\n5,"six\n\nseven"\n8,nine')
    assert rows.lines.tolist() == [2, 5, 6, 9]
    assert rows.blank == 1
    assert rows.columns[1].all()[0] == "two\nlines"


def test_that_columns_of_the_same_name_are_numbered_and_told_of() -> None:
    rows = rows_of("a,a,,a (2),a\n1,2,3,4,5\n")
    assert rows.names == ("a", "a (3)", "column 3", "a (2)", "a (4)")
    assert rows.notes[0] == "There is more than one column “a”: one of them is called “a (3)” now."


def test_that_rows_may_have_a_name_that_the_header_lacks() -> None:
    rows = rows_of("a b\nfirst 1 2\nsecond 3 4\n")
    assert rows.names == ("row", "a", "b")


DAMAGED = (
    b"size,weight,kind\n"
    b"1,2,x\n"
    b"1,2\n"  # 3: too few
    b"1,2,x,4\n"  # 4: too many
    b"abc,2,x\n"  # 5: no number
    b"inf,2,y\n"  # 6: not finite
    b"1e400,2,y\n"  # 7: too large
    b'"1"0,2,y\n'  # 8: behind a quotation mark
    b"1,\0,y\n"  # 9: NUL
    b"1,2,\xff\xc3\xa4\xc3\xa4\n"  # 10: not UTF-8
    b"\n"
    b'1,2,"y\n'  # 12: not closed
    b"2,3,\xc3\xa4\n"
    b"2,1_0,y\n"  # 14: no number
) + (b"3,1,y\n" * 2 + b"4,3,\xc3\xa4\n" + b"4,1,x\n" * 10 + b",5,x\n" + b"6,7," + b"z" * 140_000 + b"\n")
EXPECTED = [
    Fault(3, None, "1,2", "there are 2 fields instead of 3"),
    Fault(4, None, "1,2,x,4", "there are 4 fields instead of 3"),
    Fault(5, "size", "abc", "“abc” is not a number"),
    Fault(6, "size", "inf", "“inf” is not a finite number"),
    Fault(7, "size", "1e400", "“1e400” is too large a number"),
    Fault(8, None, '"1"0,2,y', "there is text behind a closing quotation mark"),
    Fault(9, None, "1,\0,y", "it holds a NUL, a character that no text has"),
    Fault(
        10,
        None,
        "1,2,\ufffdää",
        "it holds bytes that are no UTF-8: choose another encoding, or repair the line",
    ),
    Fault(12, None, '1,2,"y', "a field is longer than 131,072 characters: is a quotation mark not closed?"),
    Fault(14, "weight", "1_0", "“1_0” is not a number"),
    Fault(28, "size", "", "the value is missing"),
    Fault(
        29,
        None,
        "6,7," + "z" * 55 + "…",
        "a field is longer than 131,072 characters: is a quotation mark not closed?",
    ),
]


def test_that_every_kind_of_damage_is_named_with_its_line() -> None:
    sheet = infer(read(io.BytesIO(DAMAGED)))
    assert sheet.blank == 1
    _, report = build(sheet, propose(sheet, "kind", repair=False), "damaged.csv")
    assert list(report.dropped) == EXPECTED
    assert report.read == report.used + len(report.dropped) == 27


def test_that_a_quotation_mark_that_is_never_closed_costs_one_line() -> None:
    rows = rows_of('a,b\n1,"2\n3,4\n5,6\n')
    assert rows.faults == (Fault(2, None, '1,"2', "a quotation mark is opened and never closed"),)
    assert contents(rows) == [["3", "5"], ["4", "6"]]


REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"", "empty"),
    (b" \n\n \n", "empty"),
    (b"a\n1\n2\n", "one column only"),
    (b"a,b\n", "only the names"),
    (b"a,b\n1,2,3,4\n1,2,3,4\n", "None of the 2 rows"),
    (b"My table\na,b,c\n1,2,3\n4,5,6\n", "delete what stands above"),
    (b"PK\x03\x04rest", "workbook"),
    (b"%PDF-1.7", "PDF"),
    (bytes(range(256)) * 40, "not a text"),
    (b"\x89PNG\r\n\x1a\n", "picture"),
)


@pytest.mark.parametrize(("raw", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_that_what_is_no_table_is_refused_in_words(raw: bytes, words: str) -> None:
    with pytest.raises(ImportRefused, match=words):
        propose(infer(read(io.BytesIO(raw))))


def test_that_a_damaged_line_is_never_taken_for_the_names_of_the_columns() -> None:
    text = 'a,"b\n1,2\n3,4\n'
    assert rows_of(text).faults[0].line == 1
    with pytest.raises(ImportRefused, match="names of the columns, is damaged"):
        rows_of(text, Said(header=True))


def test_that_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.data.importing.MAX_ROWS", 3)
    with pytest.raises(ImportRefused, match="more than 3 rows"):
        rows_of(FLOWERS)


def test_that_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "large.csv").write_text(FLOWERS)
    monkeypatch.setattr("playground.data.importing.MAX_BYTES", 10)
    with pytest.raises(ImportRefused, match=r"large.csv is larger than"):
        read_file(tmp_path / "large.csv")


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices are files here")
def test_that_what_has_no_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "endless.csv").symlink_to("/dev/zero")
    with pytest.raises(ImportRefused, match="no plain file"):
        read_file(tmp_path / "endless.csv")


def test_that_a_line_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.data.importing.LONGEST_LINE", 100)
    assert len(rows_of("a,b\n" + "1,2\n" * 10 + "1," + "3" * 97 + "\n").lines) == 11
    with pytest.raises(ImportRefused, match="Line 12 has more than 100 characters"):
        rows_of("a,b\n" + "1,2\n" * 10 + "1," + "3" * 99 + "\n")


def test_that_what_is_no_text_is_refused_by_its_beginning() -> None:
    class Endless(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            assert self.tell() == 0, "the rest should not have been read"
            return super().read(size)

    with pytest.raises(ImportRefused, match="not a text"):
        read(Endless(bytes(200_000)))


def test_that_a_missing_file_or_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(ImportRefused, match=path.name):
            read_file(path)


def test_that_reading_tells_how_far_it_is_and_can_be_stopped() -> None:
    text = io.BytesIO(b"a,b\n" + b"1,2\n" * 5000)
    shares: list[float] = []
    read(text, None, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    with pytest.raises(ImportCancelled):
        read(text, None, None, lambda: True)


def test_that_names_get_a_number_where_they_repeat() -> None:
    assert unique(["a", "b", "a", "a"]) == ("a", "b", "a (2)", "a (3)")


@given(st.binary(max_size=400), st.sampled_from([None, *ENCODINGS]), st.sampled_from([None, *DELIMITERS]))
@example(b"\xff\xfe", None, None)
@example(b'"', None, None)
def test_that_no_bytes_do_worse_than_be_refused(
    raw: bytes, encoding: str | None, delimiter: str | None
) -> None:
    import_anything(raw, Said(encoding, delimiter))


@given(st.text(alphabet='ab1,.;-\t\n\r" \0é?e', max_size=300))
@example("a,b\n" + "1e300,1\n1,2\n" * 4)
def test_that_no_text_does_worse_than_be_refused(text: str) -> None:
    import_anything(text.encode(), None)


def import_anything(raw: bytes, said: Said | None) -> None:
    try:
        sheet = infer(read(io.BytesIO(raw), said))
        for repair in (False, True):
            table, report = build(sheet, propose(sheet, repair=repair), "any.csv")
            assert len(table) == report.used
            assert report.read == report.used + len(report.dropped)
    except ImportRefused as refusal:
        words = str(refusal)
    else:
        words = report.sentence()
    assert words.endswith((".", "?"))


TEXTS = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc"], include_characters='\n\t"', exclude_characters="\ufffd"
    ),
    max_size=8,
).map("t".__add__)


@given(
    st.integers(2, 4).flatmap(
        lambda width: st.lists(st.lists(TEXTS, min_size=width, max_size=width), min_size=1, max_size=8)
    ),
    st.sampled_from(",;\t|"),
)
def test_that_what_was_written_comes_back(table: list[list[str]], delimiter: str) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(table)
    said = Said("utf-8", delimiter, False, False)
    rows = read(io.BytesIO(written.getvalue().encode()), said)
    assert contents(rows) == [[field.strip() for field in column] for column in zip(*table, strict=True)]
    assert rows.faults == ()
