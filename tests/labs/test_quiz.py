"""The quiz: its questions are right, the same for a seed, and answers are read as people write them."""

import re

import pytest

from playground.labs.quiz import KINDS, question, read_answer
from playground.labs.shapes import parameters

MANY = [question(seed, number) for seed in range(30) for number in range(len(KINDS))]


def test_that_a_seed_asks_the_same_again_and_another_asks_other_things():
    assert [question(3, n) for n in range(20)] == [question(3, n) for n in range(20)]
    assert [question(3, n).text for n in range(20)] != [question(4, n).text for n in range(20)]


def test_that_every_question_has_sentences_hints_and_a_way_to_the_answer():
    for one in MANY:
        assert "?" in one.text
        assert len(one.hints) == 2
        for sentence in (*one.hints, one.worked):
            assert sentence.endswith((".", "?"))
        numbers = re.findall(r"-?\d[\d,]*\.?\d*", one.worked.rstrip("."))
        last = [float(number.replace(",", "")) for number in numbers[-len(one.answer) :]]
        assert last == [float(part) for part in one.answer], one.worked


def test_that_hints_do_not_give_a_count_away():
    for one in MANY:
        if len(one.answer) == 1 and one.answer[0] > 30:
            assert not any(re.search(rf"\b{one.answer[0]:g}\b", hint) for hint in one.hints)


def test_that_counts_are_those_of_the_network_named():
    asked = 0
    for one in MANY:
        found = re.search(r"How many parameters does the network ([\d-]+) have", one.text)
        if found:
            asked += 1
            assert one.answer == (parameters(tuple(map(int, found[1].split("-")))),)
    assert asked >= 30


def test_that_the_hidden_layer_asked_for_gives_the_count():
    for one in MANY:
        found = re.search(r"(\d+) inputs, one hidden layer and (\d+) outputs has (\d+) parameters", one.text)
        if found:
            inputs, outputs, total = map(int, found.groups())
            assert parameters((inputs, int(one.answer[0]), outputs)) == total


def test_that_the_right_answer_is_right_and_others_are_not():
    for one in MANY:
        assert one.is_right(one.answer)
        assert not one.is_right((one.answer[0] + 1, *one.answer[1:]))
        assert not one.is_right((*one.answer, 1.0))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("2337", 2337),
        (" 2,337 ", 2337),
        ("92 401", 92401),
        ("-1.5", -1.5),
        ("−1.5", -1.5),
        (".5", 0.5),
        ("+3", 3),
    ],
)
def test_that_a_number_is_read_as_people_write_it(text, answer):
    assert read_answer(text, 1) == (answer,)


@pytest.mark.parametrize(
    "text", ["3x4", "3 x 4", "3×4", "(3, 4)", "3 by 4", "3 4", "3,4", "[3; 4]", "3*4", "3 and 4"]
)
def test_that_a_shape_is_read_as_people_write_it(text):
    assert read_answer(text, 2) == (3.0, 4.0)


@pytest.mark.parametrize(
    ("text", "numbers"), [("", 1), ("many", 1), ("3x4", 1), ("12", 2), ("3x4x5", 2), ("-", 1), ("1e5", 1)]
)
def test_that_what_is_no_answer_is_none(text, numbers):
    assert read_answer(text, numbers) is None
