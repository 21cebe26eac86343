"""Holds the open experiment and its undo history: the only way the window changes what is open.

Looks at the test rows belong to the document, not to the experiment while it is open: no undo takes them
back.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from playground.experiment.edits import EditRefused
from playground.experiment.evaluation import MAX_EVALUATIONS, Evaluation
from playground.experiment.model import Experiment
from playground.training.numbers import NumberName

UNDO_LIMIT = 500


class Document(QObject):
    """The open experiment.

    Signals:
        experiment_changed(old, new): after an edit, an undo, a redo or opening another one.
        evaluated(): there are other looks at test rows than before, or they have been saved.
        number_set(NumberName, float): a weight or bias is to have this value: by hand, an undo or a redo.
        opened(): the experiment is another one altogether, even if it should be equal to the last.
        refused(str): an edit made no sense; the sentence says why. Nothing has changed.
    """

    experiment_changed = Signal(object, object)
    evaluated = Signal()
    number_set = Signal(object, float)
    opened = Signal()
    refused = Signal(str)

    def __init__(self, experiment: Experiment, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._experiment = experiment.replace(evaluations=())
        self._evaluations = self._saved_evaluations = experiment.evaluations
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(UNDO_LIMIT)

    @property
    def experiment(self) -> Experiment:
        """The experiment as it is now: a frozen value."""
        return self._experiment

    def apply(self, new: Experiment, text: str, merge: Hashable | None = None) -> None:
        """Replace the experiment, as one step of the undo history called `text`.

        Steps in a row with the same `merge` key (a slider held down) become one.
        """
        if new != self._experiment:
            self.undo_stack.push(ReplaceExperiment(self, self._experiment, new, text, merge))

    def edit(
        self,
        text: str,
        function: Callable[..., Experiment],
        *args: Any,
        merge: Hashable | None = None,
        **kwargs: Any,
    ) -> bool:
        """Run an edit from `experiment.edits` and apply it; say why and return False when it is refused."""
        try:
            new = function(self._experiment, *args, **kwargs)
        except EditRefused as refusal:
            self.refused.emit(str(refusal))
            return False
        self.apply(new, text, merge)
        return True

    def set_number(
        self, name: NumberName, before: float, after: float, merge: Hashable | None = None
    ) -> None:
        """Set a weight or a bias by hand, as one step of the undo history.

        Steps in a row on the same number with the same `merge` key become one.
        """
        if after != before:
            text = "Set bias" if name.source is None else "Set weight"
            self.undo_stack.push(SetByHand(self, name, before, after, text, merge))

    def replace(self, experiment: Experiment, text: str) -> None:
        """Start afresh with another experiment, as a step that can be undone."""
        self.apply(experiment.replace(evaluations=()), text)
        if experiment.evaluations:
            self.record(experiment.evaluations)
        self.opened.emit()

    @property
    def evaluations(self) -> tuple[Evaluation, ...]:
        """All looks at test rows, whatever was edited or undone since."""
        return self._evaluations

    def record(self, evaluations: Sequence[Evaluation]) -> None:
        """Keep looks at the test rows: they are no step of the history, and nothing takes them back."""
        self._evaluations = (*self._evaluations, *evaluations)[-MAX_EVALUATIONS:]
        self.evaluated.emit()

    @property
    def complete(self) -> Experiment:
        """The experiment with all looks at test rows: what a file holds."""
        return self._experiment.replace(evaluations=self._evaluations)

    @property
    def is_saved(self) -> bool:
        """Whether nothing is here that a file does not hold."""
        return self.undo_stack.isClean() and self._evaluations == self._saved_evaluations

    def set_saved(self) -> None:
        """Say that a file holds all there is."""
        self._saved_evaluations = self._evaluations
        self.undo_stack.setClean()
        self.evaluated.emit()

    def open(self, experiment: Experiment) -> None:
        """Start afresh with the experiment of a file: nothing before it can be undone."""
        self.undo_stack.clear()
        self._evaluations = self._saved_evaluations = experiment.evaluations
        self._show(experiment.replace(evaluations=()))
        self.evaluated.emit()
        self.opened.emit()

    def _show(self, experiment: Experiment) -> None:
        old, self._experiment = self._experiment, experiment
        if old != experiment:
            self.experiment_changed.emit(old, experiment)


class ReplaceExperiment(QUndoCommand):
    """The undo command of every edit: swaps whole experiments, touches no widget."""

    def __init__(
        self, document: Document, before: Experiment, after: Experiment, text: str, merge: Hashable | None
    ) -> None:
        super().__init__(text)
        self._document = document
        self._before = before
        self._after = after
        self._merge = merge

    def id(self) -> int:
        """Return the same number for commands that may merge, -1 for one that never does."""
        return -1 if self._merge is None else hash(("merge", self._merge)) & 0x3FFFFFFF

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take over `other`'s result when both come from the same gesture."""
        if not isinstance(other, ReplaceExperiment) or other._merge != self._merge:
            return False
        self._after = other._after
        self.setText(other.text())
        self.setObsolete(self._after == self._before)
        return True

    def undo(self) -> None:
        """Show the experiment as it was before."""
        self._document._show(self._before)

    def redo(self) -> None:
        """Show the experiment as it was after."""
        self._document._show(self._after)


class SetByHand(QUndoCommand):
    """The undo command of a number set by hand. What the run has learnt elsewhere stays as it is."""

    def __init__(
        self,
        document: Document,
        name: NumberName,
        before: float,
        after: float,
        text: str,
        merge: Hashable | None,
    ) -> None:
        super().__init__(text)
        self._document = document
        self._name = name
        self._before = before
        self._after = after
        self._merge = merge

    def id(self) -> int:
        """Return the same number for commands that may merge, -1 for one that never does."""
        return -1 if self._merge is None else hash(("number", self._name, self._merge)) & 0x3FFFFFFF

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take over `other`'s value when both set the same number in the same gesture."""
        if not isinstance(other, SetByHand) or (other._name, other._merge) != (self._name, self._merge):
            return False
        self._after = other._after
        self.setObsolete(self._after == self._before)
        return True

    def undo(self) -> None:
        """Give the number the value it had before."""
        self._document.number_set.emit(self._name, self._before)

    def redo(self) -> None:
        """Give the number the value it had after."""
        self._document.number_set.emit(self._name, self._after)
