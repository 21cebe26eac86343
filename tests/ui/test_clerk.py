"""The process that answers questions beside the window."""

import os
from collections.abc import Iterator

import pytest

from playground.ui.clerk import Clerk, ClerkLostError


@pytest.fixture
def clerk() -> Iterator[Clerk]:
    made = Clerk()
    yield made
    made.close()


def never() -> bool:
    return False


def test_that_answers_come_from_one_other_process(clerk: Clerk) -> None:
    first, second = clerk.ask(never, os.getpid), clerk.ask(never, os.getpid)
    assert first == second != os.getpid()


def test_that_what_is_raised_there_is_raised_here(clerk: Clerk) -> None:
    with pytest.raises(ValueError, match="could not convert"):
        clerk.ask(never, float, "three")
    assert clerk.ask(never, float, "3") == 3.0


def test_that_a_cancelled_question_does_not_answer_the_next(clerk: Clerk) -> None:
    assert clerk.ask(lambda: True, float, "1") is None
    assert clerk.ask(never, float, "2") == 2.0


def test_that_a_lost_process_is_said_and_replaced(clerk: Clerk) -> None:
    with pytest.raises(ClerkLostError, match="ask again"):
        clerk.ask(never, os._exit, 3)
    assert clerk.ask(never, float, "2") == 2.0


def test_that_none_is_left(clerk: Clerk) -> None:
    clerk.ask(never, os.getpid)
    process = clerk._process
    assert process is not None
    clerk.close()
    assert not process.is_alive()
