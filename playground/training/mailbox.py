"""One message at a time between the training thread and the window: the latest value wins.

Only the learning curves accumulate, so that no point of them is lost when the window is slower than the
training, and the answer to where the run stands waits until it is taken. The thread looks at `is_empty`
before it builds a snapshot, so copies are bounded by the rate at which the window collects them.
"""

import math
import threading
from dataclasses import replace

import numpy as np

from playground.training.messages import Failure, History, Snapshot


class Mailbox:
    """Holds the latest message of one run. A failure is never overwritten."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._message: Snapshot | Failure | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the last message has been taken."""
        return self._message is None

    def put(self, message: Snapshot | Failure) -> None:
        """Leave a message; curves of one not yet taken are put before the new ones."""
        with self._lock:
            waiting = self._message
            if isinstance(waiting, Failure):
                return
            if isinstance(waiting, Snapshot) and isinstance(message, Snapshot):
                history = join(waiting.history, message.history)
                message = replace(message, history=history, kept=message.kept or waiting.kept)
            self._message = message

    def take(self) -> Snapshot | Failure | None:
        """Return the message and empty the box; None when there is none."""
        with self._lock:
            message, self._message = self._message, None
            return message


def join(*stretches: History) -> History:
    """Return stretches of the curves as one; a restart makes void what came before it, a cut a part of it."""
    first = max((index for index, stretch in enumerate(stretches) if stretch.restart), default=0)
    kept = list(stretches[first:])
    if len(kept) == 1:
        return kept[0]
    cut = math.inf
    for index in range(len(kept) - 1, -1, -1):
        own = kept[index].cut
        kept[index] = kept[index].until(cut) if cut < math.inf else kept[index]
        cut = min(cut, own)
    return History(
        epoch=np.concatenate([stretch.epoch for stretch in kept]),
        train_loss=np.concatenate([stretch.train_loss for stretch in kept]),
        watched_loss=np.concatenate([stretch.watched_loss for stretch in kept]),
        train_metric=np.concatenate([stretch.train_metric for stretch in kept]),
        watched_metric=np.concatenate([stretch.watched_metric for stretch in kept]),
        restart=kept[0].restart,
        cut=math.inf if kept[0].restart else cut,
    )
