"""The page of the closed form: the same linear model by the normal equations and by gradient descent."""

from collections.abc import Callable

import numpy as np

from playground.data.fish import INPUTS, DataFileError
from playground.labs.closed_form import NEAR_ENOUGH, Outcome, Problem, compare, course_error, drawn, fish
from playground.ui.background import Background
from playground.ui.figures import short
from playground.ui.labs.context import LabContext
from playground.ui.labs.descent.closed_form_table import WaysTable, counted, in_time
from playground.ui.labs.lab_plot import LabPlot
from playground.ui.labs.note import Note
from playground.ui.labs.page import LabPage
from playground.ui.labs.parts import Refusal, WorkLine
from playground.ui.labs.things import Curve, Marks, Thing, Words
from playground.ui.plots.overlay import Look
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Item, LabelledSlider
from playground.ui.widgets.segments import Segments

INTRO = (
    "A linear model has a closed form: the normal equations XᵀX w = Xᵀy give the best weights at once. "
    "Gradient descent walks there step by step. What does each cost, and when is descent the better bargain?"
)
SOURCES = (
    Item("fish", "Fish", "The course's 111 fish: their lengths, standardised, say how heavy they are."),
    Item("drawn", "Drawn", "Columns of random numbers, as many as you like."),
)
RATES = (
    Item(
        "best", "Best", "The rate at which the slowest direction is fastest: 2 / (smallest + largest bend)."
    ),
    Item("share", "A share", "A share of the limit 2/L; at 1 and above it diverges."),
)
SHARES = [0.01, 0.02, 0.05, *(part / 10 for part in range(1, 10)), 0.95, 0.99, 1.01, 1.05, 1.5, 10.0, 1e9]
FISH_ROWS = 111
ROWS = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]
COLUMNS = [1, 2, 3, 5, 10, 20, 50, 100, 200]
ALIKE = [0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99, 0.999]
END = 2.0
"""Seconds to wait for the thread when the page goes."""


class ClosedFormPage(LabPage):
    """Solves one problem both ways on a thread, and shows J as it goes."""

    def __init__(self, context: LabContext) -> None:
        super().__init__(context, INTRO)
        self.outcome: Outcome | None = None
        self._latest: Outcome | None = None
        self._asked = False
        self._worker = Background(self, "playground-closed-form", (DataFileError,))
        self._make_column()
        self._make_stage()
        self._connect()
        self._show_controls()
        self.apply_theme(context.theme())
        self.say("Press “Solve both ways”.")

    def _make_column(self) -> None:
        self.section("Rows")
        self.source = Segments("Data", SOURCES)
        self.rows = LabelledSlider("Rows n", "How many rows there are to learn from.", (6, FISH_ROWS, 1))
        self.features = LabelledSlider(
            "Columns", "How many columns; with the bias there is one weight more.", (1, len(INPUTS), 1)
        )
        self.alike = LabelledSlider(
            "Likeness",
            "How much any two columns are alike (their correlation): it makes J a long valley.",
            ALIKE,
        )
        for widget in (self.source, self.rows, self.features, self.alike):
            self.column.addWidget(widget)
        self.section("Learning rate of the descent")
        self.kind = Segments("Rate", RATES)
        self.share = LabelledSlider(
            "Share of 2/L", "The learning rate, in parts of its limit.", SHARES, format=short
        )
        self.solve = WorkLine(
            "Solve both ways",
            "Solve the normal equations, then walk down to the same weights; or stop where it is.",
            "How much of the way the descent has gone.",
            "primary",
        )
        self.refusal = Refusal()
        self.course = Note("The course's figure", "How well these weights do on fish they have not seen.")
        for part in (self.kind, self.share, self.refusal, self.course):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self.rows.set_value(FISH_ROWS)
        self.features.set_value(len(INPUTS))
        self.share.set_value(0.5)

    def _make_stage(self) -> None:
        self.plot = LabPlot(
            self._theme,
            "Loss over the steps",
            "J after every step of the descent, and the least J there is. Both axes are logarithmic.",
            "Press “Solve both ways”.",
            ("step + 1", "J(w)"),
            (True, True),
        )
        self.table = WaysTable()
        self.stage.addWidget(self.plot, 1)
        self.stage.addWidget(self.table)
        self.put_below(self.solve)

    def _connect(self) -> None:
        self.source.chosen.connect(self._change_source)
        self.kind.chosen.connect(lambda _key: self._change())
        for slider in (self.rows, self.features, self.alike, self.share):
            slider.edited.connect(lambda *_edit: self._change())
            slider.refused.connect(self.refusal.show_text)
        self.solve.asked.connect(self.start)
        self.solve.stopped.connect(self._stop)
        self._worker.progressed.connect(self._show_progress)
        self._worker.done.connect(self._show_done)
        self._worker.refused.connect(self._refuse)

    # What it does ---------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Solve once by itself when the page is first seen."""
        if not self._asked:
            self.start()

    def start(self) -> None:
        """Solve both ways on the thread."""
        self._asked = True
        problem = self._problem()
        share = float(self.share.value) if self.kind.key == "share" else None
        self._latest = None
        self._stopped = False

        def look(outcome: Outcome) -> None:
            self._latest = outcome

        self._worker.start(
            lambda tell, cancelled: compare(
                problem(), share, progress=tell, cancelled=lambda: cancelled() or self._stopped, look=look
            )
        )
        self._show_controls()

    def end(self) -> None:
        """Leave what is being computed."""
        super().end()
        self._worker.end(END)

    def _problem(self) -> Callable[[], Problem]:
        rows, features, alike = int(self.rows.value), int(self.features.value), float(self.alike.value)
        if self.source.key == "fish":
            return lambda: fish(rows, features)
        return lambda: drawn(rows, features, alike)

    def _stop(self) -> None:
        self._stopped = True

    def _change_source(self, key: str) -> None:
        is_fish = key == "fish"
        self.rows.set_values((6, FISH_ROWS, 1) if is_fish else ROWS)
        self.rows.set_value(FISH_ROWS if is_fish else 2000)
        self.features.set_values((1, len(INPUTS), 1) if is_fish else COLUMNS)
        self.features.set_value(len(INPUTS) if is_fish else 50)
        for slider in (self.rows, self.features):
            slider.apply_theme(self._theme)
        self._change()

    def _change(self) -> None:
        self.refusal.show_text("")
        self.start()

    def _refuse(self, why: str) -> None:
        self._show_controls()
        self.say(why, warning=True)

    # What it shows --------------------------------------------------------------------------------------

    def _show_controls(self) -> None:
        busy, is_fish = self._worker.is_busy, self.source.key == "fish"
        self.alike.setVisible(not is_fish)
        self.share.setVisible(self.kind.key == "share")
        self.solve.show_busy(busy)
        self.course.setVisible(is_fish)

    def _show_progress(self, share: float) -> None:
        self.solve.bar.show_share(share)
        if self._latest is not None:
            self.outcome = self._latest
            self._draw()

    def _show_done(self, result: object) -> None:
        assert isinstance(result, Outcome)  # of `start` alone
        self.outcome = result
        self._show_controls()
        whole = int(self.rows.value) == FISH_ROWS and self.source.key == "fish"
        self.course.show_text(_course_words(int(self.features.value)) if whole else "")
        self._draw()

    def _draw(self) -> None:
        found, theme = self.outcome, self._theme
        if found is None:
            return
        steps = found.steps + 1.0
        ends = np.array([1.0, max(10.0, steps[-1])])
        least = np.full(2, found.exact_loss)
        things: list[Thing] = [
            Curve(ends, least, Look(theme.success, (5.0, 3.0), 2.0)),
            Curve(steps, found.losses, Look(theme.accent, width=2.4)),
            Marks(np.array([[steps[-1], found.losses[-1]]]), theme.accent, "o", 11.0, "the descent"),
        ]
        if found.exact_loss > 0.0:
            place = 0.0, float(np.log10(found.exact_loss))  # where the logarithmic axes have it
            things.append(Words("least J, by the normal equations", place, theme.success))
        self.plot.show_things(things)
        self.table.show_outcome(found)
        self.say(*in_words(found))

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        super().apply_theme(theme)
        self._draw()


def in_words(found: Outcome) -> tuple[str, bool]:
    """Return what came out, in a sentence, and whether it is a warning."""
    steps, seconds = counted(found.steps[-1]), in_time(found.seconds)
    if not found.descended:
        return (
            f"The descent has made {steps} steps and is {short(found.distance)} away from the best weights.",
            False,
        )
    if found.descended == "diverged":
        return (
            f"The descent diverged after {steps} steps: its rate is {short(found.rate / found.limit)} times "
            "the limit 2/L. Choose a share below 1; the normal equations need no rate.",
            True,
        )
    if found.descended == "arrived":
        times = found.seconds / found.exact_seconds
        cheaper = f"{short(times)} times as long" if times >= 1 else f"1/{short(1.0 / times)} of that time"
        return (
            f"The normal equations took {in_time(found.exact_seconds)}. Descent reached the same weights (to "
            f"{short(found.distance)}) in {steps} steps and {seconds}, {cheaper}. {_why(found, times)}",
            False,
        )
    return (
        f"After {steps} steps and {seconds} the descent is still {short(found.distance)} away from the best "
        f"weights (it arrives at {short(NEAR_ENOUGH)}): J is a valley {short(found.condition)} times as "
        "steep across as along.",
        False,
    )


def _why(found: Outcome, times: float) -> str:
    if found.condition > 100.0:
        steep = short(found.condition)
        return f"Like columns make J a valley {steep} times as steep across as along: take one column."
    if times < 1.0:
        return "With many columns n p² + p³ is dear, and a few steps are cheap."
    return "Add columns: n p² + p³ grows faster than n p."


def _course_words(features: int) -> str:
    """Return how the weights do on the course's test fish."""
    error = course_error(features)
    text = f"On the course's 30 test fish: mean squared error {error:,.2f} g²"
    return f"{text}, the figure of the course." if features == len(INPUTS) else f"{text}."
