"""One run on one thread: reads commands between short chunks of training, leaves snapshots in a mailbox.

The thread owns the session, so nothing else touches the network or the GPU. NumPy's small calls hold the
interpreter lock, so the loop rests a little after each chunk to let the window draw; a backend whose kernels
release the lock needs no rest (`Pace`).
"""

import math
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from playground.engine.backends import BACKENDS, BackendChoice, BackendUnavailableError
from playground.experiment.evaluation import Evaluation
from playground.experiment.plan import not_there
from playground.experiment.prepare import Prepared
from playground.tables import by_key
from playground.training.carry import Carry
from playground.training.changes import Comparer
from playground.training.chooser import Chooser
from playground.training.evaluation import evaluate
from playground.training.failures import processor_for, run_failed
from playground.training.guard import find_loss, return_to_good
from playground.training.inbox import Inbox
from playground.training.kernels import desk
from playground.training.mailbox import Mailbox, join
from playground.training.messages import (
    FLAT_OUT,
    Answer,
    Changes,
    Command,
    Evaluate,
    Failure,
    FloatArray,
    History,
    Hold,
    Keep,
    Look,
    LookBack,
    Moment,
    Pause,
    Play,
    Recover,
    Resume,
    Rewind,
    RunState,
    SetNumber,
    SetSpeed,
    SetTraining,
    ShowEnsemble,
    Snapshot,
    Step,
    StepBatch,
    StepEpoch,
    Stop,
    Urgent,
)
from playground.training.meter import Meter
from playground.training.pictures import Painter
from playground.training.project import Project
from playground.training.rhythm import Rhythm
from playground.training.session import Session
from playground.training.signal_meter import SignalMeter
from playground.training.standing import Standing
from playground.training.timeline import Checkpoint, Timeline

SLOW = 30.0
"""Steps a second up to which every step gets a point of its own in the curves."""

LONGEST = 1 << 18
"""Steps that are made in one call at most."""

NOTHING_KEPT = (
    "The weights of this run have grown beyond all numbers: its steps were too large. Rewind, then lower the "
    "learning rate."
)

OUT_OF_REASON = (
    "With this number the loss is beyond all numbers. Undo, set a smaller one, or go back to the last good "
    "weights."
)

MOST_BEHIND = 0.1
"""Seconds that a run at a limited speed may try to catch up."""

THREAD_NAME = "playground-training"


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to train before looking up, and how long to leave the interpreter to the window."""

    work_seconds: float = 0.010
    rest_seconds: float = 0.004
    picture_seconds: float = 0.002


class Run:
    """A training run. `send` commands to it, poll its `mailbox`; it starts paused.

    With a `project` that holds a run, it begins from there. `devices` is the table in which the plan's
    devices are looked up, and `clock` times them.
    """

    def __init__(
        self,
        run_id: int,
        prepared: Prepared,
        *,
        carry: Carry | None = None,
        project: Project | None = None,
        speed: float = FLAT_OUT,
        pace: Pace | None = None,
        devices: tuple[BackendChoice, ...] = BACKENDS,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.run_id = run_id
        self.prepared = prepared
        self.mailbox = Mailbox()
        self._inbox = Inbox()
        self._carry = carry
        self._project = project
        self._speed = speed
        self._pace = pace or Pace()
        self._devices = devices
        self._clock = clock
        self._final: Carry | None = None
        self._end: tuple[Standing, History] | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._main, name=f"{THREAD_NAME}-{run_id}", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def send(self, command: Command) -> None:
        """Ask the run to do something.

        Commands are carried out in their order; Pause, Rewind and Stop cut short what is being done and let
        steps that wait before them fall away.
        """
        self._inbox.put(command)

    def request_stop(self) -> None:
        """Tell the thread to end after its current step, without waiting for it."""
        self._over.set()
        self.send(Stop())

    def join(self, timeout: float) -> bool:
        """Wait for the thread to end; return whether it has."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def stop(self, timeout: float = 10.0) -> Carry | None:
        """End the thread and return the trained weights, None when nothing was trained."""
        self.request_stop()
        if not self.join(timeout):
            raise TimeoutError("The training thread did not stop.")
        return self._final

    def end(self) -> tuple[Standing, History] | None:
        """Return where a run that has ended stood, and the points that no snapshot has shown.

        None while it has not, when it has failed, and for a second time.
        """
        if self.is_alive or self._end is None:
            return None
        (standing, rest), self._end = self._end, None
        message = self.mailbox.take()
        return standing, join(message.history, rest) if isinstance(message, Snapshot) else rest

    @property
    def is_alive(self) -> bool:
        """Whether the thread is still at work."""
        return self._thread.is_alive()

    def _main(self) -> None:
        try:
            session = self._session()
            if self._over.is_set():
                return
            chooser = Chooser(self.prepared.plan.rivals, self._devices, self._clock)
            worker = _Worker(self.run_id, session, chooser, self.mailbox, self._inbox)
            worker.loop(self._speed, self._pace)
            worker.come_back()
            self._final = session.carry()
            self._end = session.standing(), session.take_history()
        except Exception as error:  # noqa: BLE001 - whatever went wrong is shown in the window
            self.mailbox.put(Failure(self.run_id, run_failed(error), traceback.format_exc()))

    def _session(self) -> Session:
        """Return the session on the plan's device; on the processor, with a notice, when it is not there."""
        choice = by_key(self._devices, self.prepared.plan.device, "device")
        try:
            return Session.on(self.prepared, choice.make(), self._carry, self._project)
        except BackendUnavailableError as error:
            session = Session(self.prepared, processor_for(self.prepared), self._carry, self._project)
            session.notice = not_there(choice.label, str(error))
            return session


class _Worker:
    """The loop of the training thread."""

    def __init__(
        self, run_id: int, session: Session, chooser: Chooser, mailbox: Mailbox, inbox: Inbox
    ) -> None:
        self._run_id = run_id
        self._session = session
        self._chooser = chooser
        self._mailbox = mailbox
        self._inbox = inbox
        self._waiting: deque[Command] = deque()
        self._state: RunState = "paused"
        self._problem: str | None = None
        self._until = math.inf
        self._chunk = 1
        self._due = 0.0
        self._look = Look()
        self._predictions: Rhythm[npt.NDArray[np.float64]] = Rhythm()
        self._spaces: Rhythm[tuple[FloatArray, ...]] = Rhythm()
        self._changes: Rhythm[Changes | None] = Rhythm()
        self._shows_ensemble = False
        self._evaluations: tuple[Evaluation, ...] = ()
        self._kept: Answer | None = None
        self._numbers_set = 0
        self._unseen = True  # whether something was asked for that no snapshot has shown yet
        self._meter = Meter()
        self._timeline = Timeline()
        self._present: Checkpoint | None = None  # where the run stands while it is looked back on
        self._back: Moment | None = None

    def loop(self, speed: float, pace: Pace) -> None:
        """Obey and train until told to stop."""
        self._speed, self._pace = speed, pace
        while True:
            try:
                self._settle_in()
                self._work()
                return
            except self._session.backend.failures as error:
                self._chooser.drop(self._session.backend.key, error)
                self._session.recover(error)
                if self._present is None:
                    self._timeline.cut(self._session.trainer.step)

    def _settle_in(self) -> None:
        """Forget what was made for another device, and how fast it was."""
        self._painter = Painter(self._session, self._pace.picture_seconds)
        self._painter.show_slice(self._look.slice)
        self._painter.show_ensemble(self._shows_ensemble)
        self._signals = SignalMeter(self._session)
        self._comparer = Comparer(self._session)
        self._chunk = 1
        self._unseen = True
        self._meter.restart(self._session.trainer.step)

    def _work(self) -> None:
        self._watch()  # a project may hold a run that has gone beyond all numbers
        self._timeline.keep(self._session)
        going = self._obey(wait=False)
        while going:
            if self._unseen:
                self._publish()
            if self._state == "playing":
                self._session.want_kernels()
                if self._chooser.is_due(self._session):
                    self._choose()
                self._train()
                if self._mailbox.is_empty:
                    self._publish()
            going = self._obey(wait=self._state != "playing")

    def _choose(self) -> None:
        """Find the fastest device and go on there."""
        self._publish(choosing=True)
        self._chooser.choose(self._session, lambda: self._inbox.is_urgent)
        self._settle_in()
        self._publish()

    # Commands -------------------------------------------------------------------------------------------

    def _obey(self, wait: bool) -> bool:
        """Carry out what has been asked, if need be `wait` for it. False: the run is over."""
        # A command stays until it has been carried out: should the device fail at it, the processor does it.
        self._waiting += self._inbox.take(wait=wait and not self._waiting)
        urgent = sum(isinstance(command, Urgent) for command in self._waiting)
        while self._waiting:
            command = self._waiting[0]
            if isinstance(command, Stop):
                return False
            overtaken = urgent > 0 or self._inbox.is_urgent
            if not (isinstance(command, Step) and overtaken):
                self._carry_out(command)
            self._waiting.popleft()
            urgent -= isinstance(command, Urgent)
        return True

    def _carry_out(self, command: Command) -> None:
        handlers: dict[type, Callable[[], None]] = {
            Pause: self._pause,
            StepBatch: lambda: self._step(1),
            StepEpoch: lambda: self._step(self._session.trainer.steps_per_epoch),
            Rewind: self._rewind,
            Evaluate: self._evaluate,
            Resume: self._resume,
            Recover: self._recover,
        }
        if isinstance(command, SetSpeed):
            self._speed = command.steps_per_second
            self._due = time.perf_counter()
        elif isinstance(command, SetTraining):
            self._change(command)
        elif isinstance(command, Hold):
            self.come_back()
            self._session.hold(command.held)
            self._changed()
        elif isinstance(command, SetNumber):
            self._set_number(command)
        elif isinstance(command, Play):
            self._play(command.until)
        elif isinstance(command, ShowEnsemble):
            self._shows_ensemble, self._unseen = command.on, True
            self._painter.show_ensemble(command.on)
        elif isinstance(command, Keep):
            here = self._present.past.standing if self._present is not None else self._session.standing()
            self._kept, self._unseen = Answer(command.ticket, here), True
        elif isinstance(command, LookBack):
            self._look_back(command.step)
        elif isinstance(command, Look):
            self._look, self._unseen = command, True
            self._predictions.forget()
            self._spaces.forget()
            self._changes.forget()
            self._painter.show_slice(command.slice)
            if not command.signals:
                self._signals.forget()
        else:
            handlers[type(command)]()

    def _change(self, command: SetTraining) -> None:
        before = self._session.ensemble
        self._session.change(command.settings, command.epochs)
        if self._session.ensemble is not before:
            self._unseen = True
        if self._present is None:
            self._changed()

    def _set_number(self, command: SetNumber) -> None:
        """Set a number by hand; while nothing trains, the curves show at once what that did to the loss."""
        self.come_back()
        if self._session.set_number(command):
            if self._state != "playing":
                self._session.record()
                lost = self._problem or OUT_OF_REASON
                self._problem = lost if self._session.diverged else None
            self._changed()
        self._numbers_set += 1
        self._unseen = True

    def _changed(self) -> None:
        """Keep the state that a command has made: the way on from an earlier one is another now."""
        self._timeline.keep(self._session, anew=True)
        self._unseen = True

    def _evaluate(self) -> None:
        """Ask the test rows, unless they have just said what they would say again."""
        found = evaluate(self._session)
        if self._evaluations[-1:] != (found,):
            self._evaluations = (*self._evaluations, found)
        self._unseen = True

    def _play(self, until: float) -> None:
        self.come_back()
        if self._refuses_to_go_on():
            return
        self._until = until
        self._session.stopped = ""
        self._state = "playing"
        self._due = time.perf_counter()
        self._meter.restart(self._session.trainer.step)

    def _pause(self) -> None:
        if self._state == "playing":
            self._state = "paused"
            self._timeline.keep(self._session)
            self._publish()

    def _step(self, steps: int) -> None:
        """Run up to `steps` mini-batches, at most to the end of the epoch, and stay paused."""
        self._state = "paused"
        self.come_back()
        if not self._refuses_to_go_on():
            epoch = self._session.trainer.epoch
            if self._look.signals:
                steps -= self._signals.step()
            while steps > 0 and self._session.trainer.epoch == epoch and not self._inbox.is_urgent:
                steps -= self._session.train(min(steps, self._chunk), epoch + 1)
            self._record_within_epoch()
            self._watch()
            self._timeline.keep(self._session)
        self._publish()

    def _rewind(self) -> None:
        self._state = "paused"
        self._problem = self._present = self._back = None
        self._session.rewind()
        self._timeline.clear()
        self._timeline.keep(self._session)
        self._publish()

    def _refuses_to_go_on(self) -> bool:
        """A network with a number that is not finite cannot learn any more; say so instead of pretending."""
        if self._problem is not None:
            self._publish()
        return self._problem is not None

    # Time -----------------------------------------------------------------------------------------------

    def _look_back(self, step: int | None) -> None:
        """Pause, and bring the session to an earlier state, or to the present again."""
        self._pause()
        if self._present is None:  # the past is kept already, and has no place after the present
            self._timeline.keep(self._session)
        self._unseen = True
        now = self._session.trainer.step if self._present is None else self._present.moment.step
        if not self._timeline.moments or step is None or step >= now:
            self.come_back()
            return
        if self._present is None:
            self._present = Checkpoint.of(self._session)
        there = self._timeline.at(step)
        self._go_to(there)
        self._back = there.moment

    def come_back(self) -> None:
        """Stand in the present again, if the run is looked back on."""
        if self._present is not None:
            self._go_to(self._present)
            self._present = self._back = None

    def _go_to(self, there: Checkpoint) -> None:
        self._session.return_to(there.past)
        self._predictions.forget()
        self._unseen = True

    def _resume(self) -> None:
        """Make the state that is looked back on the present one."""
        if self._present is None:
            return
        self._present = self._back = self._problem = None
        self._cut()

    def _recover(self) -> None:
        """Go back to the last good weights."""
        self.come_back()
        if self._timeline.moments:
            return_to_good(self._session, self._timeline)
            self._problem = None
            self._cut()

    def _cut(self) -> None:
        """Give up what came after the state in which the session is."""
        self._timeline.cut(self._session.trainer.step)
        self._session.cut_curves()
        self._predictions.forget()
        self._meter.restart(self._session.trainer.step)
        self._unseen = True

    # Training -------------------------------------------------------------------------------------------

    def _train(self) -> None:
        if self._speed == FLAT_OUT:
            self._train_flat_out()
        else:
            self._train_slowly()
        self._watch()
        if self._session.trainer.epoch >= self._until or self._session.stopped:
            self._pause()

    def _train_flat_out(self) -> None:
        """Train for a short while in one call, then rest; the chunk is fitted to what the last one took."""
        if self._look.signals and self._signals.is_due:
            self._signals.step(self._until)
            if self._is_done():
                return
        before = time.perf_counter()
        done = self._session.train(self._chunk, self._until)
        seconds = time.perf_counter() - before
        if done == self._chunk:
            fitting = done * self._pace.work_seconds / max(seconds, 1e-9)
            self._chunk = max(1, min(round(fitting), 2 * self._chunk, LONGEST))
        if not self._session.releases_lock:
            time.sleep(self._pace.rest_seconds)

    def _train_slowly(self) -> None:
        """Make the steps that are due by the clock, then wait for the next, listening for commands."""
        now = time.perf_counter()
        end = now + self._pace.work_seconds
        while self._due <= now < end and not self._is_done():
            if self._look.signals and self._signals.is_due:
                self._signals.step()
            else:
                self._session.train(1)
            if self._speed <= SLOW:
                self._record_within_epoch()
            self._due += 1.0 / self._speed
            now = time.perf_counter()
        if self._due < now - MOST_BEHIND:
            self._due = now  # the machine cannot keep up: do not run after what is lost
        time.sleep(min(max(self._due - now, 0.001), 0.016))

    def _is_done(self) -> bool:
        """Whether something calls for an end of this stretch of training."""
        session = self._session
        at_end = session.trainer.epoch >= self._until or bool(session.stopped)
        return at_end or self._inbox.is_urgent or session.diverged

    def _record_within_epoch(self) -> None:
        if self._session.trainer.position:
            self._session.record()

    def _watch(self) -> None:
        if self._problem is None and self._session.diverged:
            found = find_loss(self._session, self._timeline)
            self._problem = NOTHING_KEPT if found is None else found.sentence
            self._state = "paused"
            self._publish()
        elif self._problem is None:
            self._timeline.offer(self._session)

    # Snapshots ------------------------------------------------------------------------------------------

    def _publish(self, choosing: bool = False) -> None:
        session, trainer = self._session, self._session.trainer
        weights, biases = session.layers()
        picture = self._painter.paint(fine=self._state != "playing")
        self._unseen = False
        predictions = np.empty(0)
        if self._look.predictions:
            predictions = self._predictions.get(session.predictions, at_once=self._state != "playing")
        spaces: tuple[FloatArray, ...] = ()
        if self._look.spaces:
            spaces = self._spaces.get(session.spaces, at_once=self._state != "playing")
        mae, rmse = session.watched_errors()
        since = self._look.since
        changes = None
        if since is not None:
            changes = self._changes.get(
                lambda: self._comparer.changes(self._timeline, since, self._painter, picture),
                at_once=self._state != "playing",
            )
        self._mailbox.put(
            Snapshot(
                run_id=self._run_id,
                state=self._state,
                step=trainer.step,
                epoch=trainer.epoch,
                steps_in_epoch=trainer.steps_per_epoch,
                position=self._back.position if self._back is not None else session.last[0],
                history=session.take_history(),
                weights=weights,
                biases=biases,
                picture=picture,
                predictions=predictions,
                watched_mae=mae,
                watched_rmse=rmse,
                steps_per_second=self._meter.read(trainer.step),
                engine=session.engine,
                problem=self._problem,
                carried=session.carried,
                stopped=session.stopped,
                ensemble=session.ensemble_figures(),
                choosing=choosing,
                device_choice=self._chooser.words,
                notice=session.notice or desk.trouble,
                evaluations=self._evaluations,
                kept=self._kept,
                asleep=session.asleep(),
                numbers_set=self._numbers_set,
                touched=session.touched,
                signals=self._signals.take(at_once=self._state != "playing") if self._look.signals else None,
                spaces=spaces,
                moments=self._timeline.moments,
                back=self._back,
                last_point=session.last if self._back is not None else None,
                changes=changes,
            )
        )
        self._kept = None
