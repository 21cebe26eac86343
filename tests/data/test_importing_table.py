"""From columns of text to a table: kinds, proposals, repairs, refusals, and an account of every row."""

import io

import numpy as np
import pytest

from playground.data.importing import read
from playground.data.importing_columns import Sheet, infer
from playground.data.importing_layout import ImportRefused
from playground.data.importing_table import Choices, build, first_faults, propose


def sheet_of(text: str) -> Sheet:
    return infer(read(io.BytesIO(text.encode())))


def column(name: str, *values: object) -> Sheet:
    """A sheet with one column of interest and a number in each row."""
    rows = "".join(f"{value},{number % 7}\n" for number, value in enumerate(values))
    return sheet_of(f"{name},other\n{rows}")


HOUSES = (
    "id,rooms,heating,city,price,note\n"
    + "".join(
        f"{number},{number % 5 + 1},{'gas' if number % 3 else 'wood'},Bern,{number * 10.5},text {number}\n"
        for number in range(1, 31)
    )
    + "31,,gas,Bern,7.5,text 31\n32,3,?,Bern,8.5,text 32\n33,three,gas,Bern,9.5,text 33\n"
    "34,2,gas,Bern,,text 34\n"
)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ((1, 2, 3, 4), "number"),
        ((1, 2, "NA", 4), "number"),
        ((1, 2, "x", 4, 5), "number"),
        (("a", "b", "a", "b"), "category"),
        (("a", "n/a", "b", "a", "b", "-", "None"), "category"),
        (tuple(f"name {number}" for number in range(12)), "text"),
        (tuple(f"name {number // 2}" for number in range(60)), "text"),
        ((1, 1, 1, 1), "constant"),
        (("a", "a", "?", "a"), "constant"),
        (("", "NA", "-", "null"), "constant"),
    ],
)
def test_that_the_kind_of_a_column_is_found(values: tuple[object, ...], kind: str) -> None:
    assert column("a", *values).columns[0].kind == kind


def test_that_columns_that_say_nothing_are_left_out_and_it_is_said_why() -> None:
    sheet = sheet_of(HOUSES)
    why = {one.name: one.why for one in sheet.columns if one.why}
    assert why == {
        "id": "it numbers the rows, and such a number says nothing about them",
        "city": "it is “Bern” in every row",
        "note": "its texts differ in nearly every row",
    }
    assert propose(sheet) == Choices("price", ("rooms", "heating"), "regression")


def test_that_rows_with_damage_are_left_out_one_by_one() -> None:
    sheet = sheet_of(HOUSES)
    table, report = build(sheet, propose(sheet), "houses.csv")
    assert table.columns == ("rooms", "heating=gas", "heating=wood")
    assert (report.read, report.used, len(table)) == (34, 30, 30)
    assert [(fault.line, fault.column) for fault in report.dropped] == [
        (32, "rooms"),
        (33, "heating"),
        (34, "rooms"),
        (35, "price"),
    ]
    assert report.sentence() == "30 of 34 rows, 3 inputs; 4 rows are left out."
    assert first_faults(report.dropped, 2) == [
        "Line 32, rooms: the value is missing.",
        "Line 33, heating: the value is missing.",
        "And 2 more.",
    ]


def test_that_missing_inputs_are_filled_in_and_each_is_told_of_but_no_target_is_invented() -> None:
    sheet = sheet_of(HOUSES)
    table, report = build(sheet, propose(sheet, repair=True), "houses.csv")
    assert [fault.line for fault in report.dropped] == [35]
    assert [str(repair) for repair in report.repaired] == [
        "rooms: 3, the median, in lines 32, 34",
        "heating: “gas”, the most frequent, in line 33",
    ]
    assert table.inputs[-3:].tolist() == [[3.0, 1.0, 0.0], [3.0, 1.0, 0.0], [3.0, 1.0, 0.0]]
    assert report.sentence() == "33 of 34 rows, 3 inputs; 1 row is left out; 3 missing values are filled in."
    assert report.as_json()["repaired"][0]["lines"] == [32, 34]


def test_that_a_few_whole_numbers_are_proposed_as_classes_and_can_be_a_number() -> None:
    sheet = sheet_of("size,stars\n" + "".join(f"{n * 1.5},{n % 3 + 1}\n" for n in range(12)))
    assert propose(sheet).goal == "multi-class"
    table, report = build(sheet, propose(sheet), "stars.csv")
    assert table.class_names == ("1", "2", "3")
    assert "“stars” holds 3 different numbers and is learnt as classes" in report.notes[0]
    table, _ = build(sheet, propose(sheet, task="regression"), "stars.csv")
    assert table.class_names == ()
    assert table.targets.dtype == np.float64


@pytest.mark.parametrize(
    ("header", "target"), [("Species,b", "Species"), ("a,b", "b"), ("LABEL,class", "LABEL"), ("x,y", "y")]
)
def test_that_the_target_is_the_column_called_so_or_the_last(header: str, target: str) -> None:
    assert propose(sheet_of(f"{header}\n1,2\n3,4\n5,6\n7,8\n")).target == target


def test_that_classes_are_in_the_order_of_the_alphabet_so_that_no_is_negative() -> None:
    sheet = sheet_of("a,sick\n1,yes\n2,no\n3,yes\n4,no\n5,no\n")
    table, report = build(sheet, propose(sheet), "sick.csv")
    assert table.class_names == ("no", "yes")
    assert table.targets.tolist() == [1, 0, 1, 0, 0]
    assert report.goal == "binary"


def test_that_long_names_are_cut_and_stay_different() -> None:
    long = "n" * 100
    table, _ = build(
        sheet := sheet_of(f"{long},{long},t\n1,5,9\n2,6,8\n3,7,2\n4,9,5.5\n"), propose(sheet), "long.csv"
    )
    assert len(set(table.columns)) == 2
    assert max(map(len, table.columns)) <= 80


SIX = "a,b,c\n1,x,5.5\n2,y,6.5\n3,x,7.5\n4,y,8.5\n5,x,9.5\n6,y,9.75\n"
REFUSED: tuple[tuple[str, Choices, str], ...] = (
    (SIX, Choices("z", ("a",), "regression"), "no column “z”. There are: a, b, c"),
    (SIX, Choices("c", ("z",), "regression"), "no column “z”"),
    (SIX, Choices("c", (), "regression"), "no input"),
    (SIX, Choices("c", ("c",), "regression"), "“c” is the target"),
    (SIX, Choices("b", ("a",), "regression"), "“b” holds words"),
    (SIX, Choices("c", ("a",), "binary"), "has 6 classes"),
    (SIX, Choices("c", ("a",), "multi-class"), "single row .line 2.*5 more classes"),
    ("a,b\n1,x\n2,x\n3,x\n4,x\n", Choices("b", ("a",), "binary"), "same in every row"),
    ("a,b\n1,x\n2,y\n3,y\n4,y\n", Choices("b", ("a",), "binary"), "class “x” has a single row .line 2."),
    ("a,b\n1,2\n3,4\n5,6\n", Choices("b", ("a",), "regression"), "There are 3 rows, and at least 4"),
    ("a,b\n1,2\n,4\n,6\n,7\n9,8\n", Choices("b", ("a",), "regression"), "“a” lacks 3 values. Leave it out"),
    ("a,b\n1,2\n2,\n3,\n4,\n5,8\n", Choices("b", ("a",), "regression"), "“b” lacks 3.*another target"),
    ("a,b,c\n,2,1\n,4,3\n,6,5\n,7,8\n", Choices("b", ("a",), "regression"), "“a” holds no values"),
    ("a,b,c\n,2,1\n,4,3\n,6,5\n,7,8\n", Choices("a", ("b",), "regression"), "“a” holds no values"),
)


@pytest.mark.parametrize(("text", "choices", "words"), REFUSED, ids=[words for _, _, words in REFUSED])
def test_that_what_cannot_be_learnt_is_refused_with_a_remedy(text: str, choices: Choices, words: str) -> None:
    with pytest.raises(ImportRefused, match=words):
        build(sheet_of(text), choices, "refused.csv")


def test_that_too_many_texts_are_refused_as_inputs_and_as_classes() -> None:
    sheet = column("a", *(f"word {number // 3}" for number in range(90)))
    with pytest.raises(ImportRefused, match="30 different texts, and at most 20 can become inputs"):
        build(sheet, Choices("other", ("a",), "multi-class"), "words.csv")
    with pytest.raises(ImportRefused, match=r"30 different values.*choose another target"):
        build(sheet, Choices("a", ("other",), "multi-class"), "words.csv")


def test_that_a_file_of_nothing_but_texts_and_constants_has_no_proposal() -> None:
    with pytest.raises(ImportRefused, match=r"No column can be learnt: “a”: it is 1 in every row"):
        propose(sheet_of("a,b\n1,2\n1,2\n1,2\n1,2\n"))
