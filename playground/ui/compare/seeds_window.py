"""The window in which an experiment is trained with many seeds: how much of its result is chance."""

import time

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from playground.data.importing import Cancelled, Progress
from playground.engine.backends import BackendUnavailableError
from playground.experiment.model import Experiment
from playground.experiment.prepare import CannotTrainError
from playground.training.seeds import (
    LEAST,
    MOST,
    ManySeeds,
    Quantity,
    SeedRun,
    Spread,
    in_words,
    spread,
    train,
)
from playground.ui.background import Background
from playground.ui.compare.seed_views import SeedHistogram, SeedTable
from playground.ui.figures import four_digits, percent_in_tenths
from playground.ui.plots.overlay import Band, Line, Look, OverlayPlot
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Choice, Item, NumberChoice, describe, keep_font, role_label

SIZE = (1040, 720)
MARGIN = 40
COUNTS = (3.0, 5.0, 10.0, 20.0, 30.0, 50.0)
USUAL = 10.0
STEPS = 1000
CLOSE_SECONDS = 1.0
WORK_SECONDS, REST_SECONDS = 0.010, 0.002
"""How long to train before the window gets its turn, where training holds the interpreter."""

WEIGHTS, ALL = "weights", "all"
DRAWN = (
    Item(WEIGHTS, "First weights", "The same rows for every seed: other first weights, another order."),
    Item(ALL, "Data and split too", "Other rows and another split for every seed, as --seed draws them."),
)
HINT = (
    "Press Start: the experiment is trained from the beginning once for each seed, and mean and range of "
    "the curves are drawn here."
)
OUTER, INNER = 0.14, 0.28
TRAIN_DASH = (5.0, 2.5)


class SeedsWindow(QDialog):
    """Trains an experiment with many seeds beside the window, and shows what came of them.

    Signals:
        open_asked(KeptRun): the run of a seed is to be opened.
    """

    open_asked = Signal(object)

    def __init__(self, parent: QWidget, experiment: Experiment, device: str, theme: Theme) -> None:
        super().__init__(parent)
        self.setObjectName("seeds_window")
        self.setWindowTitle(f"{experiment.name}: many seeds")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._experiment, self._device, self._theme = experiment, device, theme
        self._tried: ManySeeds | None = None
        self._shown: tuple[SeedRun, ...] = ()
        self._background = Background(self, "playground-seeds", (CannotTrainError, BackendUnavailableError))
        self._make(theme)
        self._lay_out()
        self._connect()
        self.apply_theme(theme)
        room = parent.window().size()
        wide, high = (theme.px(side) for side in SIZE)
        self.resize(min(wide, room.width() - MARGIN), min(high, room.height() - MARGIN))
        self.start_button.setFocus()

    # Making ---------------------------------------------------------------------------------------------

    def _make(self, theme: Theme) -> None:
        self.count = NumberChoice(
            "Seeds", "How many seeds, from the present one upwards.", COUNTS, LEAST, MOST, whole=True
        )
        self.count.set_value(USUAL)
        self.drawn = Choice("Drawn anew for each seed", "What each seed draws.")
        self.drawn.set_items(DRAWN)
        self.start_button = _button("Start", "Train once for each seed.")
        self.cancel_button = _button("Cancel", "Stop here; the seeds that are done stay.")
        self.cancel_button.setEnabled(False)
        self.progress = QProgressBar()
        self.progress.setRange(0, STEPS)
        self.progress.setTextVisible(False)
        describe(self.progress, "Progress", "How much of the training is done.")
        self.sentence = role_label(
            f"{self._experiment.epochs:,} epochs each: how much of the result is chance?", "title"
        )
        self.sentence.setWordWrap(True)
        self.note = role_label("", "warning")
        self.note.setWordWrap(True)
        self.note.hide()
        self.plot_title = role_label("", "muted")
        self.plot_title.setWordWrap(True)
        self.metric_toggle = QToolButton()
        self.metric_toggle.setText("accuracy")
        self.metric_toggle.setCheckable(True)
        self.metric_toggle.setProperty("role", "toggle")
        self.metric_toggle.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(self.metric_toggle, "accuracy", "Draw how often the networks are right; for numbers, R².")
        self.plot = OverlayPlot(theme, "Curves of all seeds", "Mean and range of the curves.", HINT)
        self.histogram = SeedHistogram(theme)
        self.table = SeedTable()
        self.table.installEventFilter(self)
        self.open_button = _button("Open this seed", "Open the run of the selected seed, with its weights.")
        self.close_button = _button("Close", "Close this window.")

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        for choice in (self.count, self.drawn):
            self._head.addWidget(choice)
        self._head.addWidget(self.progress, 1)
        for button in (self.start_button, self.cancel_button):
            self._head.addWidget(button)
        left, right = QWidget(), QWidget()
        over = QHBoxLayout()
        over.addWidget(self.plot_title, 1)
        over.addWidget(self.metric_toggle)
        self._left = QVBoxLayout(left)
        self._left.addLayout(over)
        self._left.addWidget(self.plot, 1)
        self._right = QVBoxLayout(right)
        self._right.addWidget(self.histogram, 2)
        self._right.addWidget(self.table, 3)
        self.splitter = QSplitter()
        self.splitter.setChildrenCollapsible(False)
        for part, inside, stretch in ((left, self._left, 3), (right, self._right, 2)):
            inside.setContentsMargins(0, 0, 0, 0)
            self.splitter.addWidget(part)
            self.splitter.setStretchFactor(self.splitter.count() - 1, stretch)
        self.splitter.setSizes([560, 440])
        self._foot = QHBoxLayout()
        self._foot.addStretch(1)
        for button in (self.open_button, self.close_button):
            self._foot.addWidget(button)
        self._layout = QVBoxLayout(self)
        self._layout.addWidget(self.sentence)
        self._layout.addLayout(self._head)
        self._layout.addWidget(self.note)
        self._layout.addWidget(self.splitter, 1)
        self._layout.addLayout(self._foot)

    def _connect(self) -> None:
        self.start_button.clicked.connect(self.start)
        self.cancel_button.clicked.connect(self.cancel)
        self.count.refused.connect(self._say)
        self.metric_toggle.toggled.connect(lambda on: self._change_scale(on))
        self.histogram.chosen.connect(self.table.select)
        self.table.itemSelectionChanged.connect(self._show_what_is_possible)
        self.table.itemDoubleClicked.connect(lambda _item: self._open())
        self.open_button.clicked.connect(self._open)
        self.close_button.clicked.connect(self.close)
        self._background.progressed.connect(self._follow)
        self._background.done.connect(lambda _tried: self._end(""))
        self._background.refused.connect(self._end)
        self.finished.connect(lambda _result: self._background.end(CLOSE_SECONDS))
        self._show_what_is_possible()

    # Training -------------------------------------------------------------------------------------------

    @property
    def runs(self) -> tuple[SeedRun, ...]:
        """The seeds that are done."""
        return self._shown

    @property
    def is_busy(self) -> bool:
        """Whether seeds are being trained."""
        return self._background.is_busy

    def start(self) -> None:
        """Train once for each seed."""
        self._say("")
        tried = ManySeeds(self._experiment, int(self.count.value), self.drawn.key == ALL)
        self._tried, self._shown = tried, ()
        self._show_runs()
        self.sentence.setText("Training …")
        self._background.start(lambda tell, stopped: _train_all(tried, self._device, tell, stopped))
        self._show_busy(True)

    def cancel(self) -> None:
        """Stop; what is done stays."""
        self._background.cancel()
        self._take_done()
        wanted = 0 if self._tried is None else len(self._tried.seeds)
        self._end("")
        if len(self._shown) < wanted:
            self._say(f"Cancelled: {len(self._shown)} of {wanted} seeds are done.")

    def _follow(self, share: float) -> None:
        self.progress.setValue(round(STEPS * share))
        if self._take_done() and self._tried is not None:
            self.sentence.setText(f"{len(self._shown)} of {len(self._tried.seeds)} seeds …")

    def _end(self, problem: str) -> None:
        self._take_done()
        self._show_busy(False)
        self._say(problem)
        self.progress.setValue(STEPS if not problem and self._shown else 0)
        self.sentence.setText(self._words() if self._shown else "No seed has been trained to its end.")

    def _take_done(self) -> bool:
        """Show the seeds that have come to their end since; return whether there are any."""
        done = () if self._tried is None else tuple(self._tried.done)
        if len(done) == len(self._shown):
            return False
        self._shown = done
        self._show_runs()
        return True

    # Showing --------------------------------------------------------------------------------------------

    def _words(self) -> str:
        is_r2 = self._shown[0].figures.metric == "R²"
        return in_words(self._shown, four_digits if is_r2 else percent_in_tenths)

    def _show_runs(self) -> None:
        self.histogram.show_runs(self._shown)
        self.table.show_runs(self._shown)
        if self._shown:
            self.metric_toggle.setText(self._shown[0].figures.metric)
        self._draw()
        self._show_what_is_possible()

    def _change_scale(self, metric: bool) -> None:
        self.plot.set_scale(log=True, metric=metric)
        self._draw()

    def _draw(self) -> None:
        theme, runs = self._theme, self._shown
        if not runs:
            self.plot_title.setText("")
            self.plot.clear()
            return
        histories = [one.history for one in runs]
        kind = "metric" if self.metric_toggle.isChecked() else "loss"
        watched = runs[0].figures.watched
        lines: list[Line] = []
        bands: list[Band] = []
        quantities: tuple[tuple[Quantity, str, Look], ...] = (
            (
                "train_metric" if kind == "metric" else "train_loss",
                "train",
                Look(theme.curve_train, TRAIN_DASH),
            ),
            (
                "watched_metric" if kind == "metric" else "watched_loss",
                watched,
                Look(theme.curve_test, (), 2.4),
            ),
        )
        for quantity, name, look in quantities:
            together = spread(histories, quantity)
            lines.append(Line(f"{name}, mean", together.epoch, together.mean, look))
            bands += _bands(together, look.colour, outer=name == watched)
        self.plot.show_lines(lines, bands)
        what = runs[0].figures.metric if kind == "metric" else "loss (log scale)"
        self.plot_title.setText(
            f"Mean {what}; dark: the middle half of the seeds; light: all of them, {watched} rows."
        )

    def _show_what_is_possible(self) -> None:
        self.open_button.setEnabled(self.table.seed is not None and bool(self._shown))

    def _show_busy(self, busy: bool) -> None:
        self.start_button.setEnabled(not busy)
        self.cancel_button.setEnabled(busy)
        (self.cancel_button if busy else self.table).setFocus()
        for choice in (self.count, self.drawn):
            choice.setEnabled(not busy)

    def _say(self, words: str) -> None:
        self.note.setText(words)
        self.note.setVisible(bool(words))

    def _open(self) -> None:
        seed = self.table.seed
        found = next((one for one in self._shown if one.seed == seed), None)
        if found is not None:
            self.open_asked.emit(found.run)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Open the selected seed with Enter."""
        enter = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in enter:
            self._open()
            return True
        return False

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        self._theme = theme
        for part in (self.count, self.drawn, self.plot, self.histogram, self.table):
            part.apply_theme(theme)
        keep_font(self.sentence, body_font(theme, theme.size_title, bold=True))
        keep_font(self.note, body_font(theme))
        for small in (self.plot_title, self.metric_toggle):
            keep_font(small, body_font(theme, theme.size_small))
        for layout, space in ((self._head, 12), (self._foot, 8), (self._layout, 10)):
            layout.setSpacing(theme.px(space))
        self._layout.setContentsMargins(*[theme.px(16)] * 4)
        self.progress.setFixedHeight(theme.px(6))
        self._draw()


def _bands(together: Spread, colour: str, outer: bool) -> list[Band]:
    """Return the bands of all seeds, if they are wanted, and of the middle half."""
    inner = Band(together.epoch, together.quarter, together.three_quarters, colour, INNER)
    whole = Band(together.epoch, together.low, together.high, colour, OUTER)
    return [whole, inner] if outer else [inner]


def _train_all(tried: ManySeeds, device: str, tell: Progress, is_cancelled: Cancelled) -> ManySeeds:
    """Train every seed; leave the window its turn where training holds the interpreter."""
    epochs, count = tried.experiment.epochs, len(tried.seeds)
    looked = time.perf_counter()
    for place, session in enumerate(tried.sessions(device)):

        def told(epoch: int, place: int = place, holds: bool = not session.releases_lock) -> None:
            nonlocal looked
            tell((place + min(epoch / epochs, 1.0)) / count)
            if holds and time.perf_counter() - looked > WORK_SECONDS:
                time.sleep(REST_SECONDS)
                looked = time.perf_counter()

        if not train(session, epochs, told, is_cancelled):
            break
    return tried


def _button(text: str, help_text: str) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    describe(button, text, help_text)
    return button
