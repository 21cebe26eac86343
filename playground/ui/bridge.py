"""Connects the document to the training thread: edits become commands or new runs, snapshots become signals.

The thread is never waited for while the window is in use: a run that is no longer wanted is told to stop and
its snapshots are dropped; the next run takes its weights from the last snapshot that was shown.
"""

import math
import time
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from playground.experiment.diff import Difference, diff
from playground.experiment.held import changed_in_words
from playground.experiment.memory import shortage
from playground.experiment.model import Experiment
from playground.experiment.plan import Plan
from playground.experiment.prepare import CannotTrainError, Prepared
from playground.training.advice import Curves
from playground.training.carry import Carry, fitting
from playground.training.memory import free_memory
from playground.training.messages import (
    FLAT_OUT,
    Command,
    Evaluate,
    Failure,
    Hold,
    Keep,
    Look,
    LookBack,
    Pause,
    Play,
    Recover,
    Resume,
    Rewind,
    SetNumber,
    SetSpeed,
    SetTraining,
    ShowEnsemble,
    Snapshot,
    Step,
    StepBatch,
    StepEpoch,
)
from playground.training.numbers import NumberName, find
from playground.training.preparation import Preparation
from playground.training.project import Marks, Project
from playground.training.run import Run
from playground.ui.by_hand import ByHand
from playground.ui.document import Document

FRAME_MS = 16
LATE_MS = 4  # how soon to look again for a snapshot that was not there in time
CLOSE_SECONDS = 1.0
AT_ONCE_SECONDS = 0.03  # how long a new run is waited for: most are ready sooner
MOST_LEFT_BEHIND = 64_000_000


class TrainingBridge(QObject):
    """The window's hold on the current run. `left` is the run that the latest edit has ended, if it has.

    Signals:
        run_started(Prepared, bool): a new run; the flag says whether its curves go on from the last one.
        snapshot_arrived(Snapshot): at most once a frame, of the current run alone.
        playing_changed(bool): Play or Pause took effect.
        preparing(bool): the rows of an experiment are being prepared, or no longer.
        cannot_train(str): the experiment has an error, in words; there is no run.
        failed(Failure): the training thread ended with an exception.
        setting_changed(float, str): a live setting was changed at this epoch, to be marked on the curves.
    """

    run_started = Signal(object, bool)
    snapshot_arrived = Signal(object)
    playing_changed = Signal(bool)
    preparing = Signal(bool)
    cannot_train = Signal(str)
    failed = Signal(object)
    setting_changed = Signal(float, str)

    def __init__(self, document: Document, device: str = "auto", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._device = device
        self._speed = FLAT_OUT
        self._run: Run | None = None
        self._retired: list[Run] = []
        self._run_id = 0
        self._pending: Difference | None = None
        self._preparation: Preparation | None = None
        self._keeps_weights = False
        self._carry: Carry | None = None
        self._left_behind: list[Carry] = []
        self._waiting: list[Command] = []
        self.left: Run | None = None
        self._opened: Project | None = None
        self._old_marks: Marks = ()
        self._looks_seen = 0
        self._until = math.inf
        self._frame = 0.0  # when the last frame was due, in milliseconds
        self.playing = False
        self.prepared: Prepared | None = None
        self.snapshot: Snapshot | None = None
        self.latest: Snapshot | None = None  # the same, but never one that looks back
        self.curves = Curves()
        self.by_hand = ByHand(self)
        self.by_hand.rested.connect(self.setting_changed)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._tick)
        document.experiment_changed.connect(self._follow)
        document.opened.connect(self._begin_afresh)
        document.number_set.connect(self.set_number)

    # Commands of the person -----------------------------------------------------------------------------

    def start(self) -> None:
        """Begin with the document's experiment, paused."""
        self._timer.start()
        self._restart(Difference(problem=True))

    def set_playing(self, playing: bool) -> None:
        """Play or pause."""
        if playing:
            self._start_if_ended()
        self._until = math.inf
        self._send(Play() if playing else Pause())
        self._set_playing(playing)

    def play_until(self, epoch: int) -> None:
        """Play to the end of `epoch`, then pause."""
        self._until = float(epoch)
        self._send(Play(self._until))
        self._set_playing(True)

    def step_batch(self) -> None:
        """Train on one mini-batch and pause."""
        self._set_playing(False)
        self._send(StepBatch())

    def step_epoch(self) -> None:
        """Train to the end of the epoch and pause."""
        self._set_playing(False)
        self._send(StepEpoch())

    def rewind(self) -> None:
        """Go back to the same initial weights and pause."""
        self._set_playing(False)
        self._forget()
        self.by_hand.clear()
        self._start_if_ended()
        self._send(Rewind())

    def look_back(self, step: int | None) -> None:
        """Pause, and show the state after `step` steps, as near to it as there is one; None: the present."""
        self._set_playing(False)
        self._send(LookBack(step))

    def resume(self) -> None:
        """Go on, paused, from the state that is looked back on; what came after it is given up."""
        self._send(Resume())

    def recover(self) -> None:
        """Go back to the last good weights of a run that grows without end, and play on."""
        self.curves.settle()
        self._send(Recover())
        self.set_playing(True)

    def set_speed(self, steps_per_second: float) -> None:
        """Train at most so many steps a second."""
        self._speed = steps_per_second
        self._send(SetSpeed(steps_per_second))

    def show_ensemble(self, on: bool) -> None:
        """Draw what the ensemble of snapshots answers, for as long as this run lasts."""
        self._send(ShowEnsemble(on))

    def look(self, wanted: Look) -> None:
        """Have the run answer what a view shows; another run has to be asked anew."""
        self._send(wanted)

    def evaluate(self) -> None:
        """Ask the test rows how good the network is as it is now."""
        self._send(Evaluate())

    def set_number(self, name: NumberName, value: float) -> None:
        """Give one number of the network another value; where it is no longer there, nothing happens.

        Neither when an undo would bring back what was no finite number.
        """
        if not math.isfinite(value):
            return
        self._left_behind = [self.by_hand.carried(left, name, value) for left in self._left_behind]
        if self._carry is not None:
            self._carry = self.by_hand.carried(self._carry, name, value)
        self.by_hand.add(name, value)
        if self._run is None or self.prepared is None:
            return  # the next run is told when it begins
        ref = find(self.prepared.plan, name)
        if ref is None:
            self.by_hand.take_back()
            return
        self._run.send(SetNumber(ref.layer, ref.unit, ref.source, value))
        self.curves.settle()  # what the loss does now is the hand's work, not that of the steps
        if self.snapshot is not None:
            self.snapshot = self.by_hand.shown(self.prepared.plan, self.snapshot)
            if self.snapshot.step:
                self.by_hand.mark(self.snapshot.position, name, value)

    def keep(self, ticket: int) -> bool:
        """Ask where the run stands: a snapshot will answer with the ticket. False: there is no run to ask.

        One that is about to begin has to be asked then.
        """
        self._send(Keep(ticket))
        return self._run is not None or self._pending is not None or self._preparation is not None

    def go_on_from(self, project: Project) -> None:
        """Let the next run begin where that of a project stood, if it is one of the same network and rows."""
        self._opened = project

    def set_device(self, device: str) -> None:
        """Train on another device; the weights go with it."""
        if device != self._device:
            self._device = device
            self._begin_change(Difference(structure=True))

    @property
    def is_outdated(self) -> bool:
        """Whether `prepared` and `snapshot` are of a run that an edit has ended, until the next begins."""
        return self._pending is not None

    @property
    def device(self) -> str:
        """The chosen device's key, or "auto"."""
        return self._device

    def close(self) -> None:
        """Stop every thread, and wait a little for it."""
        self._timer.stop()
        self._retire()
        self._preparation = None
        deadline = time.monotonic() + CLOSE_SECONDS
        # A thread in the middle of a very long step ends with the process: it is a daemon.
        self._retired = [run for run in self._retired if not run.join(max(0.0, deadline - time.monotonic()))]

    # Following the document -----------------------------------------------------------------------------

    def _follow(self, old: Experiment, new: Experiment) -> None:
        self.left = None
        difference = diff(old, new)
        if difference.needs_new_run:
            self._begin_change(difference)
        elif difference.training or difference.held:
            if self._run is None or (difference.training and self._outgrows_memory(new)):
                self._begin_change(difference)
                return
            if difference.training:
                self._send(SetTraining(new.training, new.epochs))
            if difference.held:
                self._send(Hold(new.held))
            self.curves.settle()
            words = _change_in_words(old, new)
            if words and self.latest is not None and self.latest.step:
                self.setting_changed.emit(self.latest.position, words)

    def _outgrows_memory(self, experiment: Experiment) -> bool:
        """Return whether the run has no room for an experiment's settings beside what it holds already."""
        assert self.prepared is not None
        plan = replace(self.prepared.plan, training=experiment.training)
        return bool(
            shortage(plan, len(self.prepared.train_rows), len(self.prepared.watched_rows), free_memory())
        )

    def _begin_change(self, difference: Difference) -> None:
        """Let go of the run now and start the next at the coming tick, however many edits come until then."""
        if self._pending is not None:
            difference = Difference(
                *(getattr(difference, key) or getattr(self._pending, key) for key in Difference.__slots__)
            )
        elif difference.keeps_weights:
            self._carry = self._carry_of_snapshot()
            self._remember(self._carry)
        if self._preparation is not None:
            # What is being prepared will not be run; the weights it was to take wait for the next.
            difference = replace(difference, problem=difference.problem or not self._keeps_weights)
        if not difference.keeps_weights:
            self.by_hand.clear()
        self._pending = difference
        self._retire()

    def _begin_afresh(self) -> None:
        """Start the document's experiment from its own initial weights, paused: another one was opened."""
        self._set_playing(False)
        self._waiting.clear()
        self._opened = None
        self._begin_change(Difference(problem=True))

    def _start_if_ended(self) -> None:
        """Make another run when the last one ended with an error."""
        if self._run is None and self._pending is None and self._preparation is None:
            self._begin_change(Difference(structure=True))

    def _carry_of_snapshot(self) -> Carry | None:
        """Return what the run has learnt, as it was last shown; None when it has not been trained."""
        if self.latest is None or self.prepared is None:
            return self._carry
        shown = self.latest
        if (shown.step == 0 and not shown.touched) or shown.problem is not None:
            return None
        weights = shown.weights
        if shown.asleep is not None:
            weights = tuple(map(np.add, weights, shown.asleep))
        return Carry(self.prepared.plan, weights, shown.biases, shown.epoch, shown.step, shown.position)

    def _forget(self) -> None:
        """Let go of everything learnt."""
        self._carry = self.snapshot = self.latest = None
        self._left_behind.clear()

    def _remember(self, carry: Carry | None) -> None:
        """Keep what an edit leaves behind, so that undoing it before the next step loses nothing."""
        if carry is not None:
            self._left_behind.append(carry)
            while sum(left.nbytes for left in self._left_behind) > MOST_LEFT_BEHIND:
                self._left_behind.pop(0)

    def offer(self, carry: Carry) -> None:
        """Let the coming edit go on with these weights, if they are those of its whole network."""
        self._remember(carry)

    def _best_carry(self, plan: Plan) -> Carry | None:
        """Return the weights to go on with: those left behind that fit entirely, else the last ones."""
        whole = [left for left in self._left_behind if left.fits(plan)]
        best = whole[-1] if whole else self._carry
        return best if best is not None and fitting(best, plan) else None

    def _restart(self, difference: Difference) -> None:
        """Have the document's experiment prepared; most are at once, and their run begins here and now."""
        self._pending = None
        self._keeps_weights = difference.keeps_weights
        if not difference.keeps_weights:
            self._forget()
        self.snapshot = self.latest = None
        self._preparation = Preparation(self._document.experiment, self._device)
        self.preparing.emit(True)
        if self._preparation.wait(AT_ONCE_SECONDS):
            self._begin_run()

    def _begin_run(self) -> None:
        """Begin the run of what has been prepared."""
        assert self._preparation is not None
        preparation, self._preparation = self._preparation, None
        before = self.prepared
        self.preparing.emit(False)
        try:
            self.prepared = preparation.result()
        except CannotTrainError as error:
            self._set_playing(False)
            self._waiting.clear()
            self.cannot_train.emit(str(error))
            return
        self._run_id += 1
        self._looks_seen = 0
        project = self._take_opened()
        self._carry = self._best_carry(self.prepared.plan) if project is None else None
        self._run = Run(self._run_id, self.prepared, carry=self._carry, project=project, speed=self._speed)
        continues = self._carry is not None and before is not None and _same_curves(before, self.prepared)
        if not continues or before is None or before.sample is not self.prepared.sample:
            self.curves = Curves()  # advice speaks of what was learnt on these very rows
        else:
            self.curves.settle()  # and with these very settings
        self.run_started.emit(self.prepared, continues)
        if continues and self._carry is not None:
            self.setting_changed.emit(self._carry.position, self._document.undo_stack.undoText())
        self._run.start()
        for name, value in self.by_hand.leave():
            self.set_number(name, value)
        for command in self._waiting:
            self._run.send(command)
        self._waiting.clear()
        if self.playing:
            self._run.send(Play(self._until))

    def _take_opened(self) -> Project | None:
        """Return the project that was opened, unless it has been edited so that its run cannot go on."""
        project, self._opened = self._opened, None
        if project is None or diff(project.experiment, self._document.experiment).needs_new_run:
            return None
        self._old_marks = project.marks
        return project

    def _retire(self) -> None:
        if self._run is not None:
            self._run.request_stop()
            self.left = self._run
            self._retired.append(self._run)
            self._run = None

    # Frames ---------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        self._retired = [run for run in self._retired if run.is_alive]
        if self._preparation is not None and self._preparation.is_over:
            if self._pending is None:
                self._begin_run()
            else:
                self._preparation = None
        if self._pending is not None and not self._retired and self._preparation is None:
            # One run at a time: however fast the edits come, threads do not pile up.
            self._restart(self._pending)
        message = self._run.mailbox.take() if self._run is not None else None
        self._timer.start(self._next_tick(late=self.playing and message is None))
        if isinstance(message, Failure):
            self._set_playing(False)
            self._retire()
            self.failed.emit(message)
        elif message is not None:
            self._show(message)

    def _next_tick(self, late: bool) -> int:
        """Return after how many milliseconds to look again: as soon as may be, or at the next frame's time.

        Frames follow a clock of their own. Counted from when a tick comes, each would be a little later than
        the one before, and every twentieth would be lost.
        """
        if late:
            return LATE_MS
        now, due = 1000.0 * time.perf_counter(), self._frame + FRAME_MS
        self._frame = due if abs(now - due) < FRAME_MS / 2 else now
        return round(self._frame + FRAME_MS - now)

    def _show(self, snapshot: Snapshot) -> None:
        if snapshot.back is None and (self._carry is None or snapshot.step != self._carry.step):
            self._left_behind.clear()  # it has been trained since: what was left behind is out of date
        assert self.prepared is not None
        snapshot = self.by_hand.shown(self.prepared.plan, snapshot)
        before, self.snapshot = self.snapshot, snapshot
        self.latest = snapshot if snapshot.back is None else self.latest
        looks = snapshot.evaluations[self._looks_seen :]
        self._looks_seen = len(snapshot.evaluations)
        if looks:
            self._document.record(looks)
        self.curves.add(snapshot.history)
        self.snapshot_arrived.emit(snapshot)
        marks, self._old_marks = self._old_marks, ()
        for mark in marks:
            self.setting_changed.emit(*mark)
        if snapshot.history.cut < math.inf:
            self.setting_changed.emit(snapshot.history.cut, "resumed")
        # Said again with no step since, it is the stop from which Play goes on.
        again = before is not None and (before.step, before.stopped) == (snapshot.step, snapshot.stopped)
        at_end = snapshot.epoch >= self._until or (bool(snapshot.stopped) and not again)
        done = at_end and snapshot.state == "paused"
        if self.playing and (done or snapshot.problem is not None):
            self._set_playing(False)

    def _send(self, command: Command) -> None:
        if self._run is not None:
            self._run.send(command)
        elif isinstance(command, Step | Evaluate):
            self._waiting.append(command)

    def _set_playing(self, playing: bool) -> None:
        if playing != self.playing:
            self.playing = playing
            self.playing_changed.emit(playing)


def _same_curves(before: Prepared, after: Prepared) -> bool:
    """Whether losses before and after an edit are counted alike, so that their curves can be one."""
    old, new = before.plan, after.plan
    counted = [(plan.training.loss, plan.encoding, plan.scaling, plan.target_scaling) for plan in (old, new)]
    return counted[0] == counted[1] and before.watched == after.watched


def _change_in_words(old: Experiment, new: Experiment) -> str:
    """Return the first live setting that differs, as a label for the curves.

    Rules for stopping do not change the curves' course: they get no label.
    """
    names = {
        "learning_rate": "rate",
        "batch_size": "batch",
        "optimizer": "optimizer",
        "regularizer": "regularization",
        "regularization_rate": "penalty",
        "schedule": "schedule",
        "clipping": "clipping",
    }
    for key, name in names.items():
        value = getattr(new.training, key)
        if value != getattr(old.training, key):
            return f"{name} {value:g}" if isinstance(value, float | int) else f"{name} {value}"
    rules = {"stopping": new.training.stopping}
    if old.training.replace(**rules) != new.training:
        return "settings"
    return changed_in_words(old.held, new.held)
