"""Keeps what a project holds beside the document: the whole curves, their marks, and where the run stands.

Where it stands is known to the training thread alone. Whoever wants to save asks, and is called back with a
`Draft` as soon as the answer is there; the window goes on meanwhile.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject

from playground.experiment.diff import diff
from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared
from playground.training.mailbox import join
from playground.training.messages import Failure, History, Snapshot
from playground.training.project import NO_POINTS, Marks, Project
from playground.training.run import Run
from playground.training.standing import Standing
from playground.ui.bridge import TrainingBridge
from playground.ui.document import Document
from playground.ui.seen import Seen

MOST_MARKS = 1000
MOST_LEFT = 5
MOST_LEFT_PARAMETERS = 2_000_000
"""Runs that an edit has given up and that an undo can bring back, and how large they are together."""

END_SECONDS = 0.2
MOST_PIECES = 200
"""Stretches of the curves after which they are made one: a snapshot brings one, some sixty times a second."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What was there at one moment: all that a project is made of, and how far the run was.

    `is_lost`: the run ended with an error, so that nobody knows where it stood.
    """

    experiment: Experiment
    standing: Standing | None = None
    prepared: Prepared | None = None
    pieces: tuple[History, ...] = (NO_POINTS,)
    marks: Marks = ()
    is_lost: bool = False

    def project(self) -> Project:
        """Return the project; it may take a while, and on any thread."""
        if self.standing is None or self.prepared is None:
            return Project(self.experiment)
        history = join(*self.pieces)
        return Project.of(self.experiment, self.standing, self.prepared, history, self.marks)

    @property
    def step(self) -> int:
        """How many steps had been made."""
        return 0 if self.standing is None else self.standing.kept.step


Ready = Callable[[Draft], None]


@dataclass(frozen=True, slots=True)
class _Question:
    ticket: int
    experiment: Experiment
    ready: Ready


@dataclass(frozen=True, eq=False, slots=True)
class _Left:
    """A run that an edit has given up, with its curves as far as they were shown."""

    experiment: Experiment
    run: Run
    pieces: tuple[History, ...]
    marks: Marks

    def project(self) -> Project | None:
        """Return the project of the run; None when it has failed, or not ended even after a moment."""
        self.run.join(END_SECONDS)
        end = self.run.end()
        if end is None:
            return None
        standing, rest = end
        history = join(*self.pieces, rest)
        return Project.of(self.experiment, standing, self.run.prepared, history, self.marks)


class Keeper(QObject):
    """Answers what there is to be saved."""

    def __init__(self, document: Document, bridge: TrainingBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._bridge = document, bridge
        self._prepared: Prepared | None = None
        self._pieces: list[History] = [NO_POINTS]
        self._marks: list[tuple[float, str]] = []
        self._questions: list[_Question] = []
        self._tickets = 0
        self._left: list[_Left] = []
        self._given_up: _Left | None = None
        self._is_lost = False
        document.experiment_changed.connect(self._leave)
        document.opened.connect(self._remember)
        bridge.run_started.connect(self._begin)
        bridge.snapshot_arrived.connect(self._take)
        bridge.setting_changed.connect(self._mark)
        bridge.cannot_train.connect(lambda _reason: self._answer(self._tickets, None))
        bridge.failed.connect(self._lose)

    def ask(self, ready: Ready) -> None:
        """Have `ready` called with what there is now: at once where there is no run, else very soon."""
        self._tickets += 1
        self._questions.append(_Question(self._tickets, self._document.experiment, ready))
        if not self._bridge.keep(self._tickets):
            self._answer(self._tickets, None)

    @property
    def seen(self) -> Seen | None:
        """The run as it stands; None before there is one, or while the next is being prepared."""
        prepared, snapshot = self._bridge.prepared, self._bridge.snapshot
        if prepared is None or snapshot is None or self._bridge.is_outdated:
            return None
        self._pieces = [join(*self._pieces)] if self._pieces else [NO_POINTS]
        curves, marks = self._pieces[0], tuple(self._marks)
        if snapshot.back is not None:  # what came later belongs to another state
            until = snapshot.back.position
            curves, marks = curves.until(until), tuple(mark for mark in marks if mark[0] <= until)
        return Seen(self._document.complete, prepared, snapshot, curves, marks)

    @property
    def step(self) -> int:
        """How many steps the run has made."""
        return 0 if self._bridge.latest is None else self._bridge.latest.step

    @property
    def _is_own(self) -> bool:
        """Whether the weights are no longer those that the run began with, wherever it is looked back on."""
        shown = (self._bridge.latest, self._bridge.snapshot)
        return any(one is not None and (one.step > 0 or one.touched) for one in shown)

    @property
    def state(self) -> tuple[object, ...]:
        """Something that is equal as long as there is nothing new to be saved."""
        shown = self._bridge.latest
        run = (shown.run_id, shown.step, shown.numbers_set) if shown is not None and self._is_own else None
        return self._document.experiment, self._document.evaluations, run, len(self._marks)

    def go_on_from(self, project: Project) -> None:
        """Let the run of the experiment that has just been opened begin where that of the project stood."""
        self._bridge.go_on_from(project)

    # Following the document -----------------------------------------------------------------------------

    def _leave(self, old: Experiment, new: Experiment) -> None:
        """Remember a run that an edit gives up; when that is undone, the run goes on where it stood.

        Only an undo or a redo brings back the very same experiment.
        """
        again = next((left for left in self._left if left.experiment is new), None)
        run, self._given_up = self._bridge.left, None
        if run is not None and self._is_own:
            self._given_up = _Left(old, run, tuple(self._pieces), tuple(self._marks))
        if again is not None or not diff(old, new).keeps_weights:
            self._remember()
        if again is not None and again in self._left:
            self._left.remove(again)
        if again is not None:
            project = again.project()
            if project is not None:
                self.go_on_from(project)

    def _remember(self) -> None:
        """Remember the run that the latest edit has given up: the next one begins afresh."""
        if self._given_up is not None:
            self._left = [*self._left, self._given_up][-MOST_LEFT:]
            self._given_up = None
        while sum(left.run.prepared.plan.parameters for left in self._left) > MOST_LEFT_PARAMETERS:
            self._left.pop(0)

    # Following the run ----------------------------------------------------------------------------------

    def _begin(self, prepared: Prepared, continues: bool) -> None:
        self._prepared, self._is_lost = prepared, False
        if not continues:
            self._pieces, self._marks = [NO_POINTS], []
        if self._questions:
            # The run that was asked has gone, and what was asked about is another experiment now.
            now = self._document.experiment
            self._questions = [replace(question, experiment=now) for question in self._questions]
            self._bridge.keep(self._tickets)

    def _lose(self, _failure: Failure) -> None:
        self._is_lost = True
        self._answer(self._tickets, None)

    def _take(self, snapshot: Snapshot) -> None:
        history = snapshot.history
        if history.restart:
            self._pieces, self._marks = [], []
        self._marks = [mark for mark in self._marks if mark[0] <= history.cut]
        if len(history) or history.cut < math.inf:
            self._pieces.append(history)
        if len(self._pieces) > MOST_PIECES:
            self._pieces = [join(*self._pieces)]
        if snapshot.kept is not None:
            self._answer(snapshot.kept.ticket, snapshot.kept.standing)

    def _mark(self, epoch: float, text: str) -> None:
        self._marks = [*self._marks, (epoch, text)][-MOST_MARKS:]

    def _answer(self, ticket: int, standing: Standing | None) -> None:
        """Answer every question up to a ticket with what was there when that one was asked."""
        asked = [question for question in self._questions if question.ticket <= ticket]
        self._questions = [question for question in self._questions if question.ticket > ticket]
        if not asked:
            return
        experiment = asked[-1].experiment.replace(evaluations=self._document.evaluations)
        pieces = tuple(self._pieces) or (NO_POINTS,)
        lost = standing is None and self._is_lost
        draft = Draft(experiment, standing, self._prepared, pieces, tuple(self._marks), lost)
        for question in asked:
            question.ready(draft)
