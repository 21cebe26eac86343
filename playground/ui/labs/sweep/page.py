"""The page of sweeps: an experiment trained many times over, each time with other choices."""

import json
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QHBoxLayout

from playground.experiment.files import BadFileError
from playground.experiment.prepare import CannotTrainError, prepare
from playground.labs import sweep_file
from playground.labs.sweep import SweepError, SweepResult, SweepSpec
from playground.labs.sweep_groups import best
from playground.training import sweep_results
from playground.training.sweeping import Sweep
from playground.ui.background import Background
from playground.ui.dialogs.saving import ask_path, file_name, write_or_complain
from playground.ui.figures import percent
from playground.ui.labs.context import LabContext
from playground.ui.labs.page import LabPage
from playground.ui.labs.parts import Button
from playground.ui.labs.sweep.reading import values_in_words, verdict
from playground.ui.labs.sweep.run_line import RunLine
from playground.ui.labs.sweep.runner import SweepRunner
from playground.ui.labs.sweep.setup import SweepSetup
from playground.ui.labs.sweep.values import ValuesError
from playground.ui.labs.sweep.views import SweepViews
from playground.ui.plots.scale import Scale, output_scale
from playground.ui.theme.colour import class_image, heat_image
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import role_label

INTRO = (
    "Train an experiment many times over, each time with other choices, and see which are the best by the "
    "validation rows. The test rows only judge: a choice made by them would look better than it is."
)
SHARE = 9.0
"""How many times as long as it took to draw the results, the next drawing waits."""
LAST_SECONDS = 2.0
SPEC, RESULTS = ".json", ".jsonl"


class SweepPage(LabPage):
    """Asks what is to be varied, has it trained, and shows what came of it."""

    def __init__(self, context: LabContext) -> None:
        super().__init__(context, INTRO)
        self.runner = SweepRunner(self)
        self._reading = Background(self, "playground-sweep-file", (BadFileError, SweepError, OSError))
        self._results: dict[str, SweepResult] = {}
        self._drawn = -1
        self._scale: Scale | None = None
        self._images: dict[str, QImage] = {}
        self._draw_next = 0.0
        self._chosen: int | None = None
        self._target: Path | None = None
        self.setup = SweepSetup(context.experiment)
        self.views = SweepViews(self._theme)
        self._make_controls()
        self._lay_out()
        self._connect()
        self._ready()
        self.apply_theme(self._theme)

    def _make_controls(self) -> None:
        self.runs = RunLine(self.runner, "Train them all.")
        self.best_button = Button("Open the best", "Open the experiment of the best choices in the window.")
        self.chosen_button = Button("Open the chosen", "Open the experiment of the chosen cell or line.")
        self.open_file = Button("Open…", "Open a sweep or its results from a file.")
        self.save_file = Button("Save…", "Save the sweep, for `playground sweep`, or its results so far.")
        self.stream = Button(
            "Write to…", "Write each result to a file as it comes, and go on from that file."
        )
        self.stream_name = role_label("", "muted")
        self.stream_name.setWordWrap(True)
        self.stream_name.hide()

    def _lay_out(self) -> None:
        self.column.addWidget(self.setup)
        self._files = QHBoxLayout()
        for button in (self.open_file, self.save_file, self.stream):
            self._files.addWidget(button)
        self._files.addStretch(1)
        self.column.addLayout(self._files)
        self.column.addWidget(self.stream_name)
        self.column.addStretch(1)
        for button in (self.best_button, self.chosen_button):
            self.views.foot.addWidget(button)
        self.stage.addWidget(self.views, 1)
        self.put_below(self.runs)

    def _connect(self) -> None:
        self.setup.changed.connect(self._ready)
        self.setup.refused.connect(lambda why: self.say(why, warning=True))
        self.runs.asked.connect(self.begin)
        self.runner.begun.connect(self._begun)
        self.runner.progressed.connect(self._follow)
        self.runner.ended.connect(self._end_run)
        self.runner.failed.connect(self._fail)
        self._reading.done.connect(self._show_opened)
        self._reading.refused.connect(lambda why: self.say(why, warning=True))
        self.views.chosen.connect(self._choose)
        self.views.opened.connect(self._open_group)
        self.best_button.clicked.connect(self._open_best)
        self.chosen_button.clicked.connect(self._open_chosen)
        self.open_file.clicked.connect(self._ask_to_open)
        self.save_file.clicked.connect(self._ask_to_save)
        self.stream.clicked.connect(self._ask_for_stream)

    # What the person asks for -----------------------------------------------------------------------------

    def begin(self) -> None:
        """Train what the controls ask for; what cannot be is said in words, and what was shown stays."""
        try:
            spec = self.setup.spec()
        except ValuesError as error:
            self.say(str(error), warning=True)
            return
        make = partial(
            Sweep,
            spec,
            jobs=int(self.setup.jobs.value),
            scheduler=self.setup.scheduler.text().strip(),
            device=self.context.device(),
            file=self._target,
            resume=True,
        )
        self.setup.set_locked(True)
        self.say("The runs are being worked out.")
        self.runner.start(make)
        self._show_state()

    def _show_new(self, sweep: Sweep) -> None:
        self._results, self._drawn, self._chosen = {}, -1, None
        self._images.clear()
        self._scale = self._scale_of(sweep.spec)
        self.views.begin(sweep.spec, sweep.points)
        self.say("The first runs are being made.")

    def _begun(self) -> None:
        if self.runner.sweep is not None:
            self._show_new(self.runner.sweep)

    def _scale_of(self, spec: SweepSpec) -> Scale | None:
        """Return how answers are coloured; None where the network has no plane."""
        if spec.experiment.data.source.kind != "plane":
            return None
        try:
            return output_scale(prepare(spec.base))
        except CannotTrainError:
            return None  # each run says so itself

    def _choose(self, group: int) -> None:
        self._chosen = group
        self._show_state()

    def _open_best(self) -> None:
        sweep = self.runner.sweep
        top = None if sweep is None else best(sweep.spec, self.views.found)
        if top is not None:
            self._open_group(top.group)

    def _open_chosen(self) -> None:
        if self._chosen is not None:
            self._open_group(self._chosen)

    def _open_group(self, group: int) -> None:
        """Open the experiment of the first seed of some choices."""
        sweep = self.runner.sweep
        if sweep is not None:
            point = next(one for one in sweep.points if one.group == group)
            found = next((one for one in self.views.found if one.group == group), None)
            name = sweep.spec.name if found is None else f"{sweep.spec.name}: {values_in_words(found)}"
            self.context.open_experiment(point.experiment.replace(name=name[:200]))
            self.say(f"“{name}” is open in the window behind; Undo there takes it back.")

    # What comes ---------------------------------------------------------------------------------------------

    def _follow(self) -> None:
        sweep = self.runner.sweep
        if sweep is None:
            return
        progress = sweep.progress
        if progress.done != self._drawn and (
            progress.done == progress.total or perf_counter() >= self._draw_next
        ):
            began = perf_counter()
            self._drawn = progress.done
            self._results = dict(sweep.done)
            self._draw(sweep)
            # Thousands of cells take a while: the window has most of the time for itself.
            self._draw_next = perf_counter() + SHARE * (perf_counter() - began)

    def _draw(self, sweep: Sweep) -> None:
        pictures: dict[int, QImage] = {}
        for point in sweep.points:
            result = self._results.get(point.id)
            if result is not None and result.picture and point.group not in pictures:
                pictures[point.group] = self._image(result)
        self.views.show_results(self._results, pictures)
        if self._results:
            metric = next(iter(self._results.values())).metric
            self.say(verdict(sweep.spec, self.views.found, metric) if self.views.found else self._errors())
        if sweep.trouble:
            self.say(sweep.trouble, warning=True)
        self._show_state()

    def _image(self, result: SweepResult) -> QImage:
        if result.id not in self._images:
            self._images[result.id] = self._drawn_image(result)
        return self._images[result.id]

    def _drawn_image(self, result: SweepResult) -> QImage:
        answers = result.answers
        if answers is None or self._scale is None:
            return QImage()
        if len(answers) > 1:
            return class_image(answers, self._theme)
        return heat_image(np.clip(self._scale.shade(answers[0]), -1.0, 1.0), self._theme)

    def _errors(self) -> str:
        """Return why no run could be made."""
        return next((result.error for result in self._results.values() if result.error), "")

    def _end_run(self) -> None:
        sweep = self.runner.current
        self.setup.set_locked(False)
        if sweep is None or not sweep.done:
            self.say("Cancelled before the first run was made.")
        self._show_state()

    def _fail(self, why: str) -> None:
        self.setup.set_locked(False)
        self.say(why, warning=True)
        self._show_state()

    # Files --------------------------------------------------------------------------------------------------

    def _ask_to_open(self) -> None:
        kinds = f"Sweeps and results (*{SPEC} *{RESULTS})"
        chosen, _ = QFileDialog.getOpenFileName(self, "Open a sweep", self.context.folder(), kinds)
        if chosen:
            self.open_path(Path(chosen))

    def open_path(self, path: Path) -> None:
        """Open a sweep, or its results, from a file; what is no such file is refused in words."""
        self._reading.start(lambda _told, _over: (path, *_read(path)))

    def _show_opened(self, found: object) -> None:
        assert isinstance(found, tuple)
        path, spec, results, sweep = found
        self._target = path if path.suffix == RESULTS else None
        self._show_target()
        self.setup.show_spec(spec)
        self._show_new(sweep)
        self.runner.sweep = sweep
        self._follow()
        self.runs.show_made(sweep)
        if not results:
            self._ready()

    def _ask_to_save(self) -> None:
        try:
            spec = self.setup.spec()
        except ValuesError as error:
            self.say(str(error), warning=True)
            return
        name = file_name(spec.name, "sweep")
        path = ask_path(
            self, "Save the sweep", self.context.folder(), name, {"Sweep": SPEC, "Results": RESULTS}
        )
        if path is not None:
            self.save_path(path, spec)

    def save_path(self, path: Path, spec: SweepSpec) -> None:
        """Save a sweep, or with the ending of results what came of the last one so far."""
        sweep = self.runner.sweep
        if path.suffix != RESULTS:
            text = json.dumps(sweep_file.as_json(spec), indent=2, ensure_ascii=False) + "\n"
        elif sweep is None:
            self.say("There are no results to save yet: press Start first.", warning=True)
            return
        else:
            text = sweep_results.as_text(sweep.spec, sweep.done.values())
        if write_or_complain(self, path, text.encode("utf-8")):
            self.context.notice(f"Saved {path.name}.", False)

    def _ask_for_stream(self) -> None:
        proposal = str(Path(self.context.folder()) / f"{file_name('sweep')}{RESULTS}")
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            "Write results to",
            proposal,
            f"Results (*{RESULTS})",
            options=QFileDialog.Option.DontConfirmOverwrite,  # it goes on with one that is there
        )
        path = Path(chosen) if chosen else None
        self._target = path.with_suffix(RESULTS) if path is not None else None
        self._show_target()
        if self.words.property("role") == "warning":
            self._ready()  # what was wrong with the file before is over

    def _show_target(self) -> None:
        self.stream_name.setVisible(self._target is not None)
        if self._target is not None:
            name = self._target.name
            self.stream_name.setText(f"Each result is written to {name}. Write to… and Cancel end that.")

    # State --------------------------------------------------------------------------------------------------

    def _ready(self) -> None:
        """Say what Start would do."""
        if self.runner.is_busy:
            return
        try:
            spec = self.setup.spec()
        except ValuesError as error:
            self.runs.start.setEnabled(False)
            self.say(str(error), warning=True)
            return
        self.runs.start.setEnabled(True)
        times = (
            " × ".join(str(len(one.steps)) for one in spec.vary) if spec.mode == "grid" else str(spec.count)
        )
        seeds = f" × {spec.seeds} seeds" if spec.seeds > 1 else ""
        kept = ""
        if spec.validation is not None and spec.experiment.data.validation_fraction == 0:
            kept = f" {percent(spec.validation)} of the rows are kept to choose by."
        self.say(f"{times}{seeds} = {spec.runs:,} runs of {spec.base.epochs:,} epochs each.{kept}")
        self._show_state()

    def _show_state(self) -> None:
        busy = self.runner.is_busy
        self.runs.show_state()
        self.best_button.setEnabled(bool(self.views.found))
        self.chosen_button.setEnabled(self._chosen is not None)
        self.open_file.setEnabled(not busy)
        self.stream.setEnabled(not busy)

    # For the window -----------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Follow the experiment that is open behind."""
        if not self.runner.is_busy and not self._results:
            self.setup.refresh()
            self._ready()

    def end(self) -> None:
        """Call off the runs."""
        super().end()
        self._reading.end(LAST_SECONDS)
        self.runner.end(LAST_SECONDS)

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        self._images.clear()
        super().apply_theme(theme)
        self._files.setSpacing(theme.px(8))
        if self.runner.sweep is not None and self._results:
            self._draw(self.runner.sweep)


def _read(path: Path) -> tuple[SweepSpec, tuple[SweepResult, ...], Sweep]:
    """Read a sweep, or its results, from a file; BadFileError or SweepError when it is none."""
    results: tuple[SweepResult, ...] = ()
    if path.suffix == RESULTS:
        spec, results = sweep_results.read(path)
    else:
        spec = sweep_file.read(path)
    sweep = Sweep(spec)
    known = {point.id for point in sweep.points}
    sweep.done = {result.id: result for result in results if result.id in known}
    return spec, results, sweep
