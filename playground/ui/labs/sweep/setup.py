"""The controls of a sweep: in which experiment what is varied, how, and where it is trained."""

from collections.abc import Callable

from pydantic import ValidationError
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from playground.experiment.model import EPOCHS, Experiment
from playground.experiment.words import first_problem
from playground.labs.sweep import MOST_RUNS, MOST_SEEDS, MOST_VARIED, SweepSpec, Vary, has_validation
from playground.labs.sweep_file import find, shipped
from playground.training.crew import cores
from playground.ui.labs.sweep.reading import thing_of
from playground.ui.labs.sweep.values import ValuesError, usual
from playground.ui.labs.sweep.vary_row import VaryRow
from playground.ui.theme.fonts import caption_font, number_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import (
    Choice,
    Disclosure,
    Item,
    NumberChoice,
    describe,
    keep_font,
    role_label,
    theme_descendants,
)
from playground.ui.widgets.segments import Segments

OPEN = Item("", "the open experiment", "What is open in the window behind, as it is now.")
MODES = (
    Item("grid", "All", "Every value with every other."),
    Item("random", "Random", "Choices drawn by chance: better than a grid where one of them hardly matters."),
)
BEST = (
    Item("validation_loss", "validation loss", "The best is what has the least loss on the validation rows."),
    Item("validation_metric", "validation metric", "The best is right most often on the validation rows."),
)
FIRST = ("learning_rate", "width")
USUAL_VALIDATION = 0.2
"""The share of the rows that is kept to choose by where the experiment keeps none."""


class SweepSetup(QWidget):
    """Shows a sweep, and reads off the controls which one is asked for.

    Signals:
        changed(): another one is asked for.
        refused(str): what was typed cannot be used.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(self, experiment: Callable[[], Experiment]) -> None:
        super().__init__()
        self._experiment = experiment
        self._opened: SweepSpec | None = None
        self._base: SweepSpec | None = None
        self.source = Choice("Sweep", "What is trained many times over.")
        self.rows = tuple(
            VaryRow(name, number > 0) for number, name in enumerate(("Vary", "and", "and also"))
        )
        self.mode = Segments("Which of them", MODES)
        self.count = NumberChoice(
            "Draws", "How many choices are drawn.", [10, 20, 50, 100], 1, MOST_RUNS, whole=True
        )
        self.seeds = NumberChoice(
            "Seeds for each",
            "With how many seeds each is trained: the median counts.",
            [1, 3, 5],
            1,
            MOST_SEEDS,
            whole=True,
        )
        self.epochs = NumberChoice(
            "Epochs", "How long each run is.", [50, 100, 200, 500, 1000, 3000], *EPOCHS, whole=True
        )
        self.best_by = Choice("Best by", "By which rows the best is chosen: never by the test rows.")
        self.best_by.set_items(BEST)
        most = cores()
        self.jobs = NumberChoice(
            "Processes",
            "How many runs are trained at once, in processes of their own.",
            [1, *([most] if most > 1 else [])],
            1,
            4 * most,
            whole=True,
        )
        self.jobs.set_value(most)
        self.cluster = Disclosure("On a cluster", "Train on the workers of a Dask cluster.")
        self.scheduler = QLineEdit()
        self.scheduler.setPlaceholderText("tcp://address:8786")
        describe(
            self.scheduler, "Scheduler", "The address of the cluster's scheduler; empty for this computer."
        )
        self.scheduler.hide()
        self._lay_out()
        self._connect()
        self._offer()
        self._show_open()

    # For the owner --------------------------------------------------------------------------------------

    def spec(self) -> SweepSpec:
        """Return the sweep that is asked for. Raises ValuesError in a sentence when there is none."""
        vary = tuple(found for row in self.rows if (found := row.vary()) is not None)
        base = self._base
        experiment = self._experiment() if base is None else base.experiment
        fields: dict[str, object] = {} if base is None else base.model_dump(exclude={"experiment", "vary"})
        fields |= {
            "experiment": experiment,
            "vary": vary,
            "mode": self.mode.key,
            "count": int(self.count.value),
            "seeds": 1 if any(one.key == "seed" for one in vary) else int(self.seeds.value),
            "epochs": int(self.epochs.value),
            "best_by": self.best_by.key,
        }
        if base is None:
            fields["name"] = experiment.name[:200] or "Sweep"
            if not has_validation(experiment):
                fields["validation"] = USUAL_VALIDATION
        try:
            return SweepSpec(**fields)
        except ValidationError as error:
            raise ValuesError(first_problem(error)) from error

    def show_spec(self, spec: SweepSpec) -> None:
        """Show a sweep from a file."""
        self._opened = spec
        self._offer()
        self.source.set_key("opened")
        self._show(spec)

    def refresh(self) -> None:
        """Follow the experiment that is open behind, where that is what is swept."""
        if self._base is None:
            self.epochs.set_value(self._experiment().epochs)

    def set_locked(self, locked: bool) -> None:
        """Have everything stay as it is while runs are made, or not."""
        self.setEnabled(not locked)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        theme_descendants(self, theme)
        keep_font(self.scheduler, number_font(theme, theme.size_body, bold=False))
        keep_font(self._how, caption_font(theme))
        self._layout.setSpacing(theme.px(8))

    # Own ------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._how = role_label("Which of them", "caption")
        parts: list[QWidget] = [self.source, *self.rows, self._how, self.mode, self.count, self.seeds]
        parts += [self.epochs, self.best_by, self.jobs, self.cluster, self.scheduler]
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for part in parts:
            self._layout.addWidget(part)

    def _connect(self) -> None:
        self.source.chosen.connect(self._take_source)
        self.mode.chosen.connect(self._show_mode)
        self.cluster.toggled.connect(self.scheduler.setVisible)
        for row in self.rows:
            row.changed.connect(self.changed)
        for number in (self.count, self.seeds, self.epochs, self.jobs):
            number.chosen.connect(lambda _value: self.changed.emit())
            number.refused.connect(self.refused)
        self.best_by.chosen.connect(lambda _key: self.changed.emit())
        self.scheduler.editingFinished.connect(self.changed)

    def _offer(self) -> None:
        items = [OPEN, *(Item(name, name, find(name).about) for name in shipped())]
        if self._opened is not None:
            items.append(Item("opened", self._opened.name, "The sweep that was opened from a file."))
        key = self.source.key
        self.source.set_items(items)
        self.source.set_key(key)

    def _take_source(self, key: str) -> None:
        if not key:
            self._show_open()
        elif key == "opened" and self._opened is not None:
            self._show(self._opened)
        else:
            self._show(find(key))
        self.changed.emit()

    def _show_open(self) -> None:
        """Propose to vary the learning rate and the width of the open experiment."""
        self._base = None
        proposed: list[Vary | None] = [usual(thing_of(key)) for key in FIRST]
        self._show_rows([*proposed, *[None] * (MOST_VARIED - len(proposed))])
        self.mode.set_key("grid")
        self.seeds.set_value(1)
        self.count.set_value(20)
        self.best_by.set_key(BEST[0].key)
        self.epochs.set_value(self._experiment().epochs)
        self._show_mode()

    def _show(self, spec: SweepSpec) -> None:
        self._base = spec
        self._show_rows([*spec.vary, *[None] * (MOST_VARIED - len(spec.vary))])
        self.mode.set_key(spec.mode)
        self.seeds.set_value(spec.seeds)
        self.count.set_value(spec.count)
        self.best_by.set_key(spec.best_by)
        self.epochs.set_value(spec.base.epochs)
        self._show_mode()

    def _show_rows(self, varied: list[Vary | None]) -> None:
        for row, vary in zip(self.rows, varied, strict=True):
            row.show_vary(vary)

    def _show_mode(self, _key: str = "") -> None:
        self.count.setVisible(self.mode.key == "random")
        self.changed.emit()
