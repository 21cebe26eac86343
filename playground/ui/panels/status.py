"""The line at the bottom: what is happening in words, and the figures of the run."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from playground.engine.backends import BACKENDS
from playground.engine.optimizers import OPTIMIZERS
from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared
from playground.tables import by_key
from playground.training.advice import Curves, progress
from playground.training.chooser import in_thousands
from playground.training.diagnosis import Examiner, Finding
from playground.training.kernels import desk
from playground.training.messages import Moment, Snapshot
from playground.ui.actions import ACTIONS, shown
from playground.ui.panels.findings import FindingsLine, Steady
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import Figure, describe, keep_font

NOTICE_MS = 6000
WORDS_MS = 500
PREPARING_MS = 500


class StatusLine(QWidget):
    """Words on the left, figures on the right.

    A notice (a refused edit, a file written) stays for some seconds; what is wrong with the run stays until
    it is put right.
    """

    def __init__(self, curves: Callable[[], Curves], theme: Theme) -> None:
        super().__init__()
        self.setObjectName("status_line")
        self._curves = curves
        self._prepared: Prepared | None = None
        self._snapshot: Snapshot | None = None
        self._error = ""
        self._experiment: Experiment | None = None
        self._examiner, self._steady = Examiner(), Steady()
        self._told = ""
        self._is_choosing = False
        self.words = Sentence()
        describe(self.words, "What is happening", "What is happening, and what to try next.")
        keys = by_key(ACTIONS, "remedy", "action").shortcuts[0]
        self.findings = FindingsLine(shown(keys), theme)
        self.figures = Figure()
        self.figures.setProperty("role", "muted")
        self.figures.setAlignment(Qt.AlignmentFlag.AlignRight)
        describe(self.figures, "Figures", "Weights and biases, training speed, and where it is computed.")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 4, 16, 4)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.findings)
        layout.addWidget(self.figures)
        self._notice = QTimer(self, singleShot=True, interval=NOTICE_MS)
        self._notice.timeout.connect(self._show_words)
        # Twice a second is as fast as anyone reads; what changes every frame cannot be read at all.
        self._calm = QTimer(self, singleShot=True, interval=WORDS_MS)
        self._calm.timeout.connect(self._show_words)
        self._waits = QTimer(self, singleShot=True, interval=PREPARING_MS)
        self._waits.timeout.connect(lambda: self._say("Loading the data…", "text"))
        # What is over at once needs no words.
        self._choosing = QTimer(self, singleShot=True, interval=WORDS_MS)
        self._choosing.timeout.connect(self._show_choosing)
        self.apply_theme(theme)

    def notice(self, text: str, warning: bool = False) -> None:
        """Show a sentence for some seconds."""
        self.findings.show_findings(())
        self._say(text, "warning" if warning else "notice")
        self._notice.start()

    def drop_notice(self, *_change: object) -> None:
        """Take a notice away: something else has happened since."""
        if self._notice.isActive():
            self._notice.stop()
            self._show_words()

    def show_preparing(self, preparing: bool) -> None:
        """Say that data is being loaded, once that takes long enough to be wondered about."""
        if preparing:
            self._waits.start()
        else:
            self._waits.stop()

    def show_error(self, text: str) -> None:
        """Show what keeps the experiment from being trained, until it is another one."""
        self._error = text
        self._notice.stop()
        self._show_words()

    def show_experiment(self, experiment: Experiment) -> None:
        """Show what is unwise about the experiment as it is now, instead of how its training goes."""
        self._experiment = experiment
        self._steady.forget()
        self._show_words()

    def start_run(self, prepared: Prepared) -> None:
        """Forget what was wrong with the last run."""
        self._prepared, self._snapshot, self._error = prepared, None, ""
        self._choosing.stop()
        self._is_choosing = False
        self._steady.forget()
        self._show_figures()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the run's figures now and its words soon."""
        before = self._snapshot
        first = before is None or (before.state, before.back) != (snapshot.state, snapshot.back)
        self._snapshot = snapshot
        if snapshot.problem is not None and (before is None or before.problem != snapshot.problem):
            self._notice.stop()  # whatever was done before, this is news
        self._follow_choice(snapshot)
        if snapshot.notice and snapshot.notice != self._told:
            self._told = snapshot.notice
            self.notice(snapshot.notice, warning=True)
        if first or snapshot.problem:
            self._show_words()
        elif not self._calm.isActive():
            self._calm.start()
            self._show_figures()

    def _follow_choice(self, snapshot: Snapshot) -> None:
        """Say soon that the devices are being timed, and no more when they are not."""
        if not snapshot.choosing:
            self._choosing.stop()
            if self._is_choosing:
                self._is_choosing = False
                self._show_figures()
        elif not self._choosing.isActive() and not self._is_choosing:
            self._choosing.start()

    def _show_choosing(self) -> None:
        self._is_choosing = True
        self._show_figures()

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts."""
        keep_font(self.words, body_font(theme))
        self.findings.apply_theme(theme)
        self.figures.set_look(number_font(theme, theme.size_body, bold=False))

    def _show_words(self) -> None:
        if self._notice.isActive():
            return
        found = self._found()
        if self._error:
            self._say(self._error, "danger")
        elif self._snapshot is not None and self._prepared is not None:
            lost = self._snapshot.problem is not None and self._snapshot.back is None
            words = in_words(self._prepared, self._snapshot, self._curves(), found)
            self._say(words, "danger" if lost else "text")
        elif found:
            self._say(found[0].sentence, "text")
        self.findings.show_findings(found)
        self._show_figures()

    def _found(self) -> tuple[Finding, ...]:
        """Return what is wrong, changing slowly while a run plays."""
        shown = self._snapshot
        if self._experiment is None or (shown is not None and shown.back is not None):
            return ()
        if shown is not None and shown.stopped and shown.problem is None:
            return ()
        prepared = None if self._error else self._prepared
        found = self._examiner.findings(self._experiment, prepared, shown, self._curves())
        return self._steady.look(found, at_once=shown is None or shown.state != "playing")

    def _say(self, text: str, role: str) -> None:
        if self.words.sentence != text or self.words.property("role") != role:
            self.words.say(text)
            self.words.setProperty("role", role)
            self.words.style().unpolish(self.words)
            self.words.style().polish(self.words)

    def _show_figures(self) -> None:
        if self._prepared is None:
            return
        plan = self._prepared.plan
        parts = [f"{plan.parameters:,} parameters"]
        if self._snapshot is not None and self._snapshot.state == "playing":
            parts.append(f"{in_thousands(self._snapshot.steps_per_second)} steps/s")
        engine = self._snapshot.engine if self._snapshot is not None else ""
        device = by_key(BACKENDS, plan.device, "device")
        parts.append("choosing the device…" if self._is_choosing else engine or device.label)
        self.figures.setToolTip(self._about_device() or device.help)
        self.figures.show_text("   ·   ".join(parts))

    def _about_device(self) -> str:
        """Return why the run is computed where it is, and what went wrong about it."""
        shown = self._snapshot
        trouble = desk.trouble or (shown.notice if shown is not None else "")
        return "\n".join(text for text in (trouble, shown.device_choice if shown is not None else "") if text)


class Sentence(QLabel):
    """A line that ends in an ellipsis where there is no room, with all of it in the tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self._sentence = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @property
    def sentence(self) -> str:
        """The whole sentence."""
        return self._sentence

    def say(self, sentence: str) -> None:
        """Show another sentence."""
        self._sentence = sentence
        self.setToolTip(sentence)
        self.setAccessibleDescription(sentence)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as much as fits now."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.contentsRect().width()
        self.setText(self.fontMetrics().elidedText(self._sentence, Qt.TextElideMode.ElideRight, room))


def in_words(prepared: Prepared, snapshot: Snapshot, curves: Curves, found: tuple[Finding, ...] = ()) -> str:
    """Return in words how a run is: what is wrong with it, what it does, or how to begin."""
    if snapshot.back is not None:
        return _looking_back(snapshot.back)
    if snapshot.problem:
        return snapshot.problem
    if snapshot.stopped and snapshot.state != "playing":
        return snapshot.stopped
    if found:
        return f"{found[0].sentence} {found[0].evidence}".strip()
    going = progress(curves, prepared.plan, prepared.watched)
    if snapshot.state == "playing":
        return going or "Training: watch the loss fall and the picture change."
    if snapshot.step == 0:
        return _ready(prepared)
    if snapshot.carried is not None:
        kept, total = snapshot.carried.kept, snapshot.carried.total
        if kept < total:
            return f"Kept {kept:,} of {total:,} trained weights; the others start afresh."
        return "All trained weights are kept. Press Play (Space) to see what the change does."
    return f"Paused. {going}".strip()


def _looking_back(back: Moment) -> str:
    return (
        f"Looking back at epoch {int(back.position):,}: everything shown is of then. Resume from here, or go "
        "back to now; Play goes on from now."
    )


def _ready(prepared: Prepared) -> str:
    plan = prepared.plan
    if not plan.full_batch:
        return "Ready. Press Play (Space) to train, or drag a layer into the diagram."
    optimizer = by_key(OPTIMIZERS, plan.training.optimizer, "optimizer")
    takes = f"takes all {len(prepared.train_rows):,} training rows in every step"
    return f"Ready. {optimizer.label} {takes}, whatever the batch size."
