"""Commands keep their order, and an urgent one is known to wait until it is taken."""

import threading

from playground.training.inbox import Inbox
from playground.training.messages import Pause, Play, Rewind, StepBatch, StepEpoch, Stop


def test_that_commands_come_out_in_their_order_and_once() -> None:
    box = Inbox()
    for command in (Play(), StepBatch(), StepEpoch()):
        box.put(command)
    assert box.take(wait=False) == [Play(), StepBatch(), StepEpoch()]
    assert box.take(wait=False) == []


def test_that_only_an_urgent_command_makes_the_box_urgent_until_it_is_taken() -> None:
    box = Inbox()
    box.put(StepEpoch())
    assert not box.is_urgent
    for urgent in (Pause(), Rewind(), Stop()):
        box.put(urgent)
        box.put(StepBatch())
        assert box.is_urgent
        box.take(wait=False)
        assert not box.is_urgent


def test_that_an_urgent_command_is_never_in_the_box_without_being_seen() -> None:
    box = Inbox()
    sender = threading.Thread(target=lambda: [box.put(Pause()) for _ in range(5_000)])
    sender.start()
    taken = 0
    while taken < 5_000:
        taken += len(box.take(wait=True))
    sender.join()
    assert not box.is_urgent


def test_that_waiting_ends_with_a_command() -> None:
    box = Inbox()
    got: list[object] = []
    waiter = threading.Thread(target=lambda: got.extend(box.take(wait=True)))
    waiter.start()
    box.put(Stop())
    waiter.join(10)
    assert got == [Stop()]
