"""The bridge looks for a snapshot again soon when it was late, so that half of the frames are not lost."""

from unittest.mock import Mock, patch

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from playground.experiment.model import Experiment
from playground.training.mailbox import Mailbox
from playground.ui.bridge import FRAME_MS, LATE_MS, TrainingBridge
from playground.ui.document import Document


def test_that_a_late_snapshot_is_looked_for_before_the_next_frame_while_playing(qtbot: QtBot) -> None:
    run = Mock(mailbox=Mailbox(), is_alive=False)
    with patch("playground.ui.bridge.Run", return_value=run):
        bridge = TrainingBridge(Document(Experiment()))
        bridge.start()
        timer = bridge.findChild(QTimer)
        assert timer is not None
        qtbot.waitSignal(timer.timeout).wait()
        assert FRAME_MS / 2 <= timer.interval() <= FRAME_MS * 3 / 2
        bridge.set_playing(True)
        qtbot.waitUntil(lambda: timer.interval() == LATE_MS)
        bridge.set_playing(False)
        qtbot.waitUntil(lambda: timer.interval() >= FRAME_MS / 2)
        bridge.close()
    assert not timer.isActive()


def test_that_frames_keep_their_rhythm_however_late_each_tick_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    bridge = TrainingBridge(Document(Experiment()))
    now, shown = 0.0, []
    monkeypatch.setattr("playground.ui.bridge.time.perf_counter", lambda: now / 1000.0)
    for delay in (0.0, 1.0, 2.0, 0.5, 3.0, 1.5, 0.0, 2.5, 1.0, 0.5) * 10:
        shown.append(now)
        now += bridge._next_tick(late=False) + delay
    gaps = np.diff(shown)
    assert gaps.mean() == pytest.approx(FRAME_MS, abs=0.1)


def test_that_a_frame_that_took_long_begins_the_count_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    bridge = TrainingBridge(Document(Experiment()))
    now = 0.0
    monkeypatch.setattr("playground.ui.bridge.time.perf_counter", lambda: now / 1000.0)
    bridge._next_tick(late=False)
    now = 500.0
    assert bridge._next_tick(late=False) == FRAME_MS
