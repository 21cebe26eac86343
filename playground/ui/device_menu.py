"""The menu with the devices to train on; whether a graphics card is there is found out in a thread."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from playground.engine.backends import BACKENDS, PROCESSORS, BackendChoice

THREAD_NAME = "playground-devices"
LOOK_MS = 50


class Scout:
    """Looks for devices in a thread of its own: importing a card's library can take a second.

    `answers` says of each key that was looked for whether the device is there.
    """

    def __init__(self, choices: tuple[BackendChoice, ...]) -> None:
        self.answers: dict[str, bool] = {}
        self._choices = choices
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Look for all devices, unless it is being done."""
        if self._choices and (self._thread is None or not self._thread.is_alive()):
            self._thread = threading.Thread(target=self._look, name=THREAD_NAME, daemon=True)
            self._thread.start()

    def _look(self) -> None:
        for choice in self._choices:
            self.answers[choice.key] = choice.available()


class DeviceMenu(QMenu):
    """Says which devices there are and which one is chosen.

    Signals:
        chosen(str): a device's key, or "auto".
    """

    chosen = Signal(str)

    def __init__(
        self,
        current: Callable[[], str],
        parent: QWidget | None = None,
        choices: tuple[BackendChoice, ...] = BACKENDS,
    ) -> None:
        super().__init__("Train on", parent)
        self.setToolTipsVisible(True)
        self._current = current
        self._choices = choices
        self._looked_for: dict[str, QAction] = {}
        cards = (one for one in choices if one.key not in PROCESSORS and one.missing() is None)
        self._scout = Scout(tuple(cards))
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._show_answers)
        self.aboutToShow.connect(self._fill)
        self.aboutToHide.connect(self._timer.stop)

    def _fill(self) -> None:
        self.clear()
        self._looked_for.clear()
        self._group = QActionGroup(self)
        self._add("auto", "Choose for me", "Times the processor against a graphics card, if there is one.")
        for choice in self._choices:
            action = self._add(choice.key, choice.label, choice.help)
            reason = choice.missing()
            if reason is not None:
                self._show_answer(action, choice.label, False, f"{reason}.")
            elif choice.key not in PROCESSORS:
                self._looked_for[choice.key] = action
                action.setText(f"{choice.label} (looking for it…)")
                action.setEnabled(False)
        if self._looked_for:
            self._scout.start()
            self._timer.start()
            self._show_answers()

    def _add(self, key: str, label: str, text: str) -> QAction:
        action = self.addAction(label)
        action.setToolTip(text)
        action.setCheckable(True)
        action.setChecked(key == self._current())
        action.triggered.connect(lambda _=False: self.chosen.emit(key))
        self._group.addAction(action)
        return action

    def _show_answers(self) -> None:
        """Show what has been found out by now."""
        for choice in self._choices:
            if choice.key in self._looked_for and choice.key in self._scout.answers:
                there = self._scout.answers[choice.key]
                text = choice.help if there else "It does not answer: `playground doctor` says why."
                self._show_answer(self._looked_for[choice.key], choice.label, there, text)

    def _show_answer(self, action: QAction, label: str, there: bool, text: str) -> None:
        action.setText(label if there else f"{label} (not found here)")
        action.setEnabled(there)
        action.setToolTip(text)
