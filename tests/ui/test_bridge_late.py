"""The bridge looks for a snapshot again soon when it was late, so that half of the frames are not lost."""

from unittest.mock import Mock, patch

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
        assert timer.interval() == FRAME_MS
        bridge.set_playing(True)
        qtbot.waitUntil(lambda: timer.interval() == LATE_MS)
        bridge.set_playing(False)
        qtbot.waitUntil(lambda: timer.interval() == FRAME_MS)
        bridge.close()
    assert not timer.isActive()
