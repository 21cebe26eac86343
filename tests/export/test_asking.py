"""A trained network answers for the rows of a file, or the sentence says which column it lacks."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playground.data.importing import read_file
from playground.data.importing_columns import Sheet, infer
from playground.data.importing_layout import ImportRefused
from playground.experiment import files
from playground.export import Pipeline
from playground.export.asking import ask
from playground.export.rows import write_rows
from playground.training.session import Session

Write = Callable[[str], Sheet]


@pytest.fixture
def sheet(tmp_path: Path) -> Write:
    def write(text: str) -> Sheet:
        path = tmp_path / "rows.csv"
        path.write_text(text, encoding="utf-8")
        return infer(read_file(path))

    return write


@pytest.fixture(scope="module")
def circle() -> Pipeline:
    return pipeline("circle")


def pipeline(name: str) -> Pipeline:
    experiment = files.example(name)
    session = Session.for_experiment(experiment)
    for _ in range(30):
        session.train_epoch()
    return session.trained_model(experiment).pipeline


@pytest.mark.parametrize("name", ["circle", "species", "fish"])
def test_that_the_rows_of_an_experiment_get_its_own_answers(name: str, tmp_path: Path) -> None:
    experiment = files.example(name)
    session = Session.for_experiment(experiment)
    session.train_epoch()
    path = tmp_path / "rows.csv"
    write_rows(experiment, session.prepared, path)
    answer = ask(session.trained_model(experiment).pipeline, infer(read_file(path)))
    used = np.sort(np.concatenate(session.prepared.parts.all))
    said = session.predict(session.prepared.sample.inputs[used])
    if answer.pipeline.encoding != "real":
        classes = answer.pipeline.classes
        assert answer.meanings == [classes[int(index)] for index in said]
    else:
        np.testing.assert_allclose(answer.meanings, said, rtol=1e-6)
    score = answer.score()
    assert score is not None
    assert score[2] == len(used)


def test_that_columns_are_found_by_their_names(circle: Pipeline, sheet: Write) -> None:
    one = ask(circle, sheet("x2,other,x1\n0.5,7,0.1\n5,7,-4\n"))
    np.testing.assert_array_equal(one.question.rows, [[0.1, 0.5], [-4.0, 5.0]])
    assert one.meanings == list(np.array(circle.classes)[[1, 0]])
    assert one.score() is None


def test_that_columns_without_such_names_are_taken_in_order_and_that_is_said(
    circle: Pipeline, sheet: Write
) -> None:
    one = ask(circle, sheet("a,b\n0.5,0.1\n5,-4\n"))
    assert "in order: a, b" in one.question.notes[0]
    assert one.question.rows.tolist() == [[0.5, 0.1], [5.0, -4.0]]


def test_that_a_column_that_is_not_there_is_named(circle: Pipeline, sheet: Write) -> None:
    with pytest.raises(ImportRefused, match="“x2”"):
        ask(circle, sheet("x1,b\n0.5,0.1\n5,-4\n"))
    with pytest.raises(ImportRefused, match="other columns"):
        ask(circle, sheet("a,b,c\n0.5,0.1,2\n5,-4,3\n"))


def test_that_rows_with_a_gap_are_left_out_by_their_line(circle: Pipeline, sheet: Write) -> None:
    one = ask(circle, sheet("x1,x2\n1,2\n,3\n4,abc\n5,6\n7,8\n9,1\n2,2\n"))
    assert one.question.lines == (2, 5, 6, 7, 8)
    assert [(fault.line, fault.column) for fault in one.question.left_out] == [(3, "x1"), (4, "x2")]


def test_that_a_file_without_a_usable_row_is_refused(circle: Pipeline, sheet: Write) -> None:
    with pytest.raises(ImportRefused, match="nothing to ask"):
        ask(circle, sheet("x1,x2\n1,\n,3\n5,\n,2\n"))


def test_that_a_value_of_a_category_is_an_input(circle: Pipeline, sheet: Write) -> None:
    named = replace(circle, columns=("colour=red", "size"), features=("colour=red", "size"))
    one = ask(named, sheet("size,colour\n1,red\n2,blue\n3,red\n4,blue\n"))
    assert one.question.rows.tolist() == [[1.0, 1.0], [1.0, 3.0]]
    assert [(fault.line, fault.reason) for fault in one.question.left_out] == [
        (3, "the network knows no colour “blue”"),
        (5, "the network knows no colour “blue”"),
    ]


def test_that_a_value_that_does_not_occur_is_no_reason_to_refuse(circle: Pipeline, sheet: Write) -> None:
    named = replace(circle, columns=("kind=a", "kind=7"), features=("kind=a", "kind=7"))
    assert ask(named, sheet("kind\na\na\n")).question.rows.tolist() == [[1.0, 0.0], [1.0, 0.0]]
    assert ask(named, sheet("kind\n7\n7\n")).question.rows.tolist() == [[0.0, 1.0], [0.0, 1.0]]


@pytest.mark.parametrize(
    ("classes", "column"),
    [(("1234567", "1234568"), (1234567, 1234568)), (("0.1", "2"), (0.1, 2)), (("a b", "c"), ("a  b", "c"))],
)
def test_that_classes_are_recognised_as_tables_name_them(
    circle: Pipeline, sheet: Write, classes: tuple[str, str], column: tuple[object, object]
) -> None:
    inside, outside = (0.0, 0.0), (5.0, -5.0)
    named = replace(circle, classes=classes, target="y")
    said = ask(
        named, sheet(f"x1,x2,y\n{inside[0]},{inside[1]},{column[1]}\n{outside[0]},{outside[1]},{column[0]}\n")
    )
    assert said.score() == ("accuracy", 1.0, 2)


def test_that_answers_are_written_beside_their_lines(circle: Pipeline, sheet: Write, tmp_path: Path) -> None:
    one = ask(circle, sheet("x1,x2\n0.1,0.2\n5,-4\n"))
    one.write(tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as file:
        header, first, second = csv.reader(file)
    assert header == ["line", "x1", "x2", f"predicted {circle.target}", "output 1"]
    assert (first[0], second[3]) == ("2", one.meanings[1])
    assert float(first[-1]) == one.outputs[0, 0]
