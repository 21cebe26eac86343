"""Commands on their way to the training thread, in their order.

Whether one of them cannot wait is known at every moment, so that a long stretch of training can be cut short.
Queue and flag change together under one lock: a flag beside a queue could be cleared for a command that has
not been read.
"""

import threading

from playground.training.messages import Command, Urgent


class Inbox:
    """The commands of one run: any thread may `put`, one thread takes."""

    def __init__(self) -> None:
        self._waiting: list[Command] = []
        self._urgent = False
        self._changed = threading.Condition()

    @property
    def is_urgent(self) -> bool:
        """Whether a command waits that cuts short what is being done."""
        return self._urgent

    def put(self, command: Command) -> None:
        """Add a command at the end."""
        with self._changed:
            self._waiting.append(command)
            self._urgent = self._urgent or isinstance(command, Urgent)
            self._changed.notify()

    def take(self, *, wait: bool) -> list[Command]:
        """Return all commands there are and empty the box; with `wait`, at least one."""
        with self._changed:
            if wait:
                self._changed.wait_for(lambda: bool(self._waiting))
            taken, self._waiting = self._waiting, []
            self._urgent = False
            return taken
