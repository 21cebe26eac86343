"""The line that begins the runs of a sweep, pauses them and calls them off, and says how far they are."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.training.sweeping import Sweep
from playground.ui.labs.parts import Button, ThinBar
from playground.ui.labs.sweep.reading import progress_in_words
from playground.ui.labs.sweep.runner import SweepRunner
from playground.ui.theme.fonts import number_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets import keep_font, role_label


class RunLine(QWidget):
    """Start, or Pause and Cancel while runs are made; a bar, and how many are made and how long it takes.

    Signals:
        asked(): the runs are to begin.
    """

    asked = Signal()

    def __init__(self, runner: SweepRunner, start_help: str) -> None:
        super().__init__()
        self._runner = runner
        self.start = Button("Start", start_help, "primary")
        self.pause = Button("Pause", "Begin no further runs; those at work come to their end.")
        self.cancel = Button("Cancel", "Stop here; what is done stays.")
        self.bar = ThinBar("Progress", "How much of the sweep is done, by the work that it takes.")
        self.left = role_label("", "muted")
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for button in (self.start, self.pause, self.cancel):
            self._layout.addWidget(button)
        self._layout.addWidget(self.bar, 1)
        self._layout.addWidget(self.left)
        self.start.clicked.connect(self.asked)
        self.pause.clicked.connect(self._toggle)
        self.cancel.clicked.connect(runner.cancel)
        runner.begun.connect(self.show_state)
        runner.progressed.connect(self._follow)
        runner.ended.connect(lambda: self.show_made(runner.current))
        runner.failed.connect(lambda _why: self.show_made(runner.current))
        self.show_state()
        self.apply_theme(LIGHT)

    def show_state(self) -> None:
        """Offer what can be asked for now."""
        busy, sweep = self._runner.is_busy, self._runner.current
        self.start.setVisible(not busy)
        for button in (self.pause, self.cancel):
            button.setVisible(busy)
        self.pause.setEnabled(sweep is not None)
        text = "Go on" if sweep is not None and sweep.paused else "Pause"
        self.pause.setText(text)
        self.pause.setAccessibleName(text)

    def show_made(self, sweep: Sweep | None) -> None:
        """Say how many runs of a sweep are made that is not at work any more; None for one that never was."""
        made, total = (0, 1) if sweep is None else (len(sweep.done), len(sweep.points))
        self.bar.show_share(float(made == total))
        words = f"{made:,} of {total:,} runs made" + ("" if made == total else ", cancelled")
        self.left.setText("" if sweep is None else words)
        self.show_state()

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        for part in (self.start, self.pause, self.cancel, self.bar):
            part.apply_theme(theme)
        keep_font(self.left, number_font(theme, theme.size_small, bold=False))
        self._layout.setSpacing(theme.px(8))

    def _toggle(self) -> None:
        sweep = self._runner.current
        if sweep is None:
            return
        if sweep.paused:
            sweep.go_on()
        else:
            sweep.pause()
        self._follow()
        self.show_state()

    def _follow(self) -> None:
        sweep = self._runner.current
        if sweep is None:
            return
        progress = sweep.progress
        share = progress.done / max(progress.total, 1)
        if progress.left is not None and progress.seconds + progress.left > 0:
            share = progress.seconds / (progress.seconds + progress.left)
        self.bar.show_share(share)
        self.left.setText(progress_in_words(progress, sweep.paused))
