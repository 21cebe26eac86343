"""Tables of one's own: what they hold, how they are compared and written, and what is refused."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from playground.data import OWN, Table, dataset_of, painting
from playground.data.table import MAX_TABLE_CLASSES


def weights() -> Table:
    inputs = np.array([[1.0, 2.0], [3.0, 4.5], [0.1, -7.0]])
    return Table("Parcels", ("width", "height"), inputs, "weight", np.array([1.5, 2.5, 0.25]), about="Mine.")


def kinds() -> Table:
    inputs = np.array([[1.0], [2.0], [3.0], [4.0]])
    return Table("Kinds", ("size",), inputs, "kind", np.array([0, 1, 1, 0]), ("small", "large"))


@pytest.mark.parametrize("table", [weights(), kinds()], ids=["numbers", "classes"])
def test_that_a_table_comes_back_from_json_as_it_was(table: Table) -> None:
    back = Table.from_json(json.loads(json.dumps(table.as_json())))
    assert back == table
    assert hash(back) == hash(table)
    assert back.targets.dtype == table.targets.dtype


def test_that_tables_with_other_contents_differ() -> None:
    table = weights()
    moved = table.inputs.copy()
    moved[0, 0] += 1e-12
    for other in (replace(table, inputs=moved), replace(table, name="Other"), replace(table, about="")):
        assert other != table


def test_that_nobody_can_write_to_a_table() -> None:
    with pytest.raises(ValueError, match="read-only"):
        weights().inputs[0, 0] = 5.0


def test_that_the_data_set_of_a_table_has_its_rows() -> None:
    source = dataset_of(kinds())
    assert (source.key, source.task, source.kind, source.classes) == (OWN, "classification", "table", 2)
    sample = source.make(0, 0.0, 2, np.random.default_rng(0))
    assert np.array_equal(sample.inputs, kinds().inputs)
    assert sample.class_names == ("small", "large")


def test_that_one_input_and_a_number_make_a_line_with_room_beside_it() -> None:
    table = Table("Line", ("x",), np.array([[0.0], [10.0]]), "y", np.array([1.0, 2.0]))
    assert table.kind == "line"
    assert table.domain == ((-0.5, 10.5),)


def test_that_a_single_value_of_the_only_input_still_has_a_range() -> None:
    table = Table("Flat", ("x",), np.array([[3.0], [3.0]]), "y", np.array([1.0, 2.0]))
    assert table.domain == ((2.0, 4.0),)


def test_that_a_painted_table_alone_may_be_empty() -> None:
    empty = painting.blank("classification")
    assert len(empty) == 0
    assert Table.from_json(json.loads(json.dumps(empty.as_json()))) == empty
    with pytest.raises(ValueError, match="2 to 200,000 rows, not 0"):
        replace(empty, painted=False)


BAD: tuple[tuple[dict[str, Any], str], ...] = (
    ({"columns": ("a", "a")}, "two columns are called 'a'"),
    ({"columns": ("a", "weight")}, "two columns are called 'weight'"),
    ({"columns": ("a",)}, "do not fit together"),
    ({"columns": ("a", "")}, "1 to 80 characters"),
    ({"inputs": np.full((3, 2), np.nan)}, "finite numbers only"),
    ({"targets": np.array([1.0, np.inf, 2.0])}, "finite numbers only"),
    ({"inputs": np.ones((1, 2)), "targets": np.ones(1)}, "2 to 200,000 rows, not 1"),
    ({"class_names": ("a", "b")}, "whole numbers from 0 to 1"),
    ({"class_names": ("a",), "targets": np.array([0, 0, 0])}, "2 to 20 classes, not 1"),
    ({"class_names": ("a", "b"), "targets": np.array([0, 1, 2])}, "whole numbers from 0 to 1"),
    ({"class_names": ("a", "a"), "targets": np.array([0, 1, 1])}, "two classes are called 'a'"),
    ({"class_names": tuple("abcdefghijklmnopqrstu"[: MAX_TABLE_CLASSES + 1])}, "2 to 20 classes, not 21"),
    ({"painted": True}, "x1 and x2"),
)


@pytest.mark.parametrize(("changes", "words"), BAD, ids=[words for _, words in BAD])
def test_that_what_is_no_table_is_refused_in_words(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(weights(), **changes)


@pytest.mark.parametrize(
    "content",
    [
        None,
        3,
        [],
        {},
        {"inputs": {"a": [1, 2]}, "target": {}},
        weights().as_json() | {"name": 5},
        weights().as_json() | {"inputs": {}},
        weights().as_json() | {"inputs": {"a": [1, 2], "b": [1, 2, 3]}},
        kinds().as_json() | {"target": {"name": "k", "values": [0, 0.5, 1, 1], "classes": ["a", "b"]}},
    ],
)
def test_that_json_that_is_no_table_is_refused_as_a_value(content: Any) -> None:
    with pytest.raises(ValueError, match=r"a table|of a table"):
        Table.from_json(content)
