"""Rewind, back, play, step and speed: what every page has that goes on by steps."""

from time import perf_counter

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from playground.ui.theme.icons import icon
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets import Choice, Item, describe

FRAME_MS = 16
MOST_AT_ONCE = 0.1
"""Seconds of steps that are asked for in one frame at most, after the window has been busy."""

SPEEDS = (1, 5, 20, 60, 300, 2000)


class Transport(QWidget):
    """Says when how many steps are to be made; what a step is, the page knows.

    Signals:
        asked(int): make so many steps now.
        back_asked(): take the last step back.
        rewind_asked(): go to the beginning.
        playing_changed(bool): it plays, or not any more.
    """

    asked = Signal(int)
    back_asked = Signal()
    rewind_asked = Signal()
    playing_changed = Signal(bool)

    def __init__(self, step: str = "step", speed: int = 20, back: bool = True) -> None:
        """Make the controls; `step` is what one is called, `speed` how many there are a second at first."""
        super().__init__()
        self._theme = LIGHT
        self._owed, self._since = 0.0, 0.0
        self._clock = QTimer(self, interval=FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
        self._clock.timeout.connect(self._tick)
        self.rewind = _tool("Rewind", "Go back to the beginning (R).")
        self.back = _tool("Step back", f"Take the last {step} back (B).")
        self.back.setVisible(back)
        self.play = _tool("Play", f"Go on {step} by {step}, or pause (Space).")
        self.play.setObjectName("play_button")
        self.step = _tool(f"One {step}", f"Make one {step} (S).")
        self.speed = Choice("Speed", f"How many of them a second: one {step} at a time, or many.")
        self.speed.set_items([Item(str(n), f"{n:,}/s", f"{n:,} a second.") for n in SPEEDS])
        self.speed.set_key(str(speed))
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.rewind, self.back, self.play, self.step, self.speed):
            self._layout.addWidget(widget)
        self._layout.addStretch(1)
        self.rewind.clicked.connect(self._rewind)
        self.back.clicked.connect(self._back)
        self.play.clicked.connect(lambda: self.set_playing(not self.is_playing))
        self.step.clicked.connect(self._step)
        self.apply_theme(LIGHT)

    @property
    def is_playing(self) -> bool:
        """Whether steps are made one after the other."""
        return self._clock.isActive()

    def set_playing(self, on: bool) -> None:
        """Make step after step, or pause."""
        if on == self.is_playing:
            return
        if on:
            self._owed, self._since = 1.0, perf_counter()  # the first one at once
            self._clock.start()
        else:
            self._clock.stop()
        self._show_playing()
        self.playing_changed.emit(on)

    def set_able(self, able: bool, why: str = "") -> None:
        """Allow steps, or not; `why` is said in the place of what the buttons do."""
        if not able:
            self.set_playing(False)
        for button in (self.play, self.step):
            button.setEnabled(able)
            button.setToolTip(why or button.accessibleDescription())

    def press(self, key: Qt.Key) -> bool:
        """Do what a key asks for: Space, S, B and R; say whether it was one of them."""
        keys = {
            Qt.Key.Key_Space: self.play,
            Qt.Key.Key_S: self.step,
            Qt.Key.Key_B: self.back,
            Qt.Key.Key_R: self.rewind,
        }
        button = keys.get(key)
        if button is None or button.isHidden():
            return False
        button.click()
        return True

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's icons and sizes."""
        self._theme = theme
        sides = ((self.rewind, "rewind"), (self.back, "undo"), (self.step, "step"))
        for button, name in sides:
            button.setIcon(icon(name, theme, "text"))
        for button in (self.rewind, self.back, self.step, self.play):
            side = theme.px(40 if button is self.play else 32)
            button.setFixedSize(side, side)
            button.setIconSize(QSize(theme.px(20), theme.px(20)))
        self.speed.apply_theme(theme)
        self._layout.setSpacing(theme.px(6))
        self._show_playing()

    def _tick(self) -> None:
        now = perf_counter()
        speed = int(self.speed.key)
        self._owed += min(now - self._since, MOST_AT_ONCE) * speed
        self._since = now
        steps = int(self._owed)
        if steps:
            self._owed -= steps
            self.asked.emit(steps)

    def _step(self) -> None:
        self.set_playing(False)
        self.asked.emit(1)

    def _back(self) -> None:
        self.set_playing(False)
        self.back_asked.emit()

    def _rewind(self) -> None:
        self.set_playing(False)
        self.rewind_asked.emit()

    def _show_playing(self) -> None:
        name = "Pause" if self.is_playing else "Play"
        self.play.setAccessibleName(name)
        self.play.setIcon(icon(name.lower(), self._theme, "accent_text"))


def _tool(name: str, help_text: str) -> QToolButton:
    button = QToolButton()
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    describe(button, name, help_text)
    return button
