"""Curves of several seeds, computed beside the window: the first at once, the last request wins."""

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from playground.ui.labs.overparam import feed as feeding
from playground.ui.labs.overparam.feed import Feed


class Work:
    """Computes nothing, and waits where it is told to."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, int]] = []
        self.given_up: list[tuple[str, int]] = []
        self.go = threading.Event()
        self.go.set()

    def __call__(self, choices: str, seed: int, is_late: Callable[[], bool]) -> str:
        if choices == "bad":
            raise KeyError("There is no such thing.")
        self.begun.append((choices, seed))
        self.go.wait(10)
        if is_late():
            self.given_up.append((choices, seed))
        return f"{choices}{seed}"


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def feed(qtbot: QtBot, work: Work) -> Iterator["Feed[str, str]"]:
    parent = QObject()
    made: Feed[str, str] = Feed(parent, "playground-feed", work, (KeyError,))
    yield made
    work.go.set()
    made.end()


def test_that_every_seed_comes_in_its_order(feed: "Feed[str, str]", qtbot: QtBot) -> None:
    feed.ask("a", 3)
    qtbot.waitUntil(lambda: feed.is_complete)
    assert feed.found == ("a0", "a1", "a2")
    assert feed.choices == "a"


def test_that_nothing_is_computed_twice(feed: "Feed[str, str]", work: Work, qtbot: QtBot) -> None:
    feed.ask("a", 2)
    qtbot.waitUntil(lambda: feed.is_complete)
    feed.ask("b", 1)
    qtbot.waitUntil(lambda: feed.is_complete)
    with qtbot.waitSignal(feed.changed):
        feed.ask("a", 3)
    qtbot.waitUntil(lambda: feed.is_complete)
    assert sorted(work.begun) == [("a", 0), ("a", 1), ("a", 2), ("b", 0)]
    feed.ask("a", 1)
    assert feed.found == ("a0",)


def test_that_the_last_request_wins_and_what_was_nearly_done_is_shown(
    feed: "Feed[str, str]", work: Work, qtbot: QtBot
) -> None:
    shown: list[str | None] = []
    feed.changed.connect(lambda: shown.append(feed.choices))
    work.go.clear()
    feed.ask("a", 1)
    qtbot.waitUntil(lambda: bool(work.begun))
    for choices in ("b", "c", "d"):
        feed.ask(choices, 1)
    work.go.set()
    qtbot.waitUntil(lambda: feed.is_complete)
    assert work.begun == [("a", 0), ("d", 0)]
    assert shown == ["a", "d"]


def test_that_work_that_takes_too_long_for_what_is_over_is_dropped(
    feed: "Feed[str, str]", work: Work, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeding, "LIVE_SECONDS", 0.0)
    work.go.clear()
    feed.ask("a", 1)
    qtbot.waitUntil(lambda: bool(work.begun))
    feed.ask("b", 1)
    work.go.set()
    qtbot.waitUntil(lambda: feed.is_complete)
    assert work.given_up == [("a", 0)]
    assert feed.choices == "b"


def test_that_a_curve_that_was_given_up_is_never_shown_as_whole(
    feed: "Feed[str, str]", work: Work, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeding, "LIVE_SECONDS", 0.0)
    given_up: list[bool] = []

    def give_up_and_return_to(_choices: str, seed: int, is_late: Callable[[], bool]) -> str:
        work.begun.append(("a", seed))
        work.go.wait(10)
        given_up.append(is_late())
        feed._wanted = "a", 1
        return "half" if given_up[-1] else "whole"

    monkeypatch.setattr(feed, "_compute", give_up_and_return_to)
    work.go.clear()
    feed.ask("a", 1)
    qtbot.waitUntil(lambda: bool(work.begun))
    feed.ask("b", 1)
    work.go.set()
    qtbot.waitUntil(lambda: feed.is_complete)
    assert given_up == [True, False]
    assert feed.found == ("whole",)


def test_that_a_refusal_is_handed_on_and_leaves_what_is_shown(feed: "Feed[str, str]", qtbot: QtBot) -> None:
    feed.ask("a", 1)
    qtbot.waitUntil(lambda: feed.is_complete)
    with qtbot.waitSignal(feed.refused) as refused:
        feed.ask("bad", 1)
    assert "no such thing" in refused.args[0]
    assert feed.choices == "a"
    assert feed.found == ("a0",)
    feed.ask("b", 1)
    qtbot.waitUntil(lambda: feed.is_complete)
    assert feed.found == ("b0",)


def test_that_few_curves_are_kept(
    feed: "Feed[str, str]", work: Work, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeding, "MOST_KEPT", 3)
    for choices in "abcd":
        feed.ask(choices, 1)
        qtbot.waitUntil(lambda: feed.is_complete)
    feed.ask("a", 1)
    qtbot.waitUntil(lambda: feed.is_complete)
    assert [choices for choices, _ in work.begun] == ["a", "b", "c", "d", "a"]


def test_that_what_is_computed_is_late_as_soon_as_nobody_looks(
    feed: "Feed[str, str]", work: Work, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeding, "LIVE_SECONDS", 60.0)
    monkeypatch.setattr(feeding, "CLOSE_SECONDS", 0.0)
    work.go.clear()
    feed.ask("a", 1)
    qtbot.waitUntil(lambda: work.begun == [("a", 0)])
    feed.end()
    work.go.set()
    qtbot.waitUntil(lambda: work.given_up == [("a", 0)])
