"""The window in which a run trains beside a copy of it that differs in one thing."""

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared
from playground.settings import FLAT_OUT
from playground.training.kept_runs import thinned
from playground.ui.compare.pair import Pair, Side
from playground.ui.compare.thing_chooser import ThingChooser
from playground.ui.compare.words import heading, quality, verdict
from playground.ui.figures import four_digits
from playground.ui.plots import PLOTS, PlotView
from playground.ui.plots.overlay import Line, Look, OverlayPlot, looks
from playground.ui.theme.colour import mix
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.icons import icon
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Choice, Item, describe, keep_font, role_label

SIZE = (1040, 760)
MARGIN = 40
CURVES_MS = 100
SPEEDS = (
    Item("1", "1 epoch/s", "One epoch a second."),
    Item("5", "5 epochs/s", "Five epochs a second."),
    Item("20", "20 epochs/s", "Twenty epochs a second."),
    Item("100", "100 epochs/s", "A hundred epochs a second."),
    Item("inf", "flat out", "As fast as it goes."),
)
TRAIN_DASH = (4.0, 2.5)


class SidePanel(QWidget):
    """One side: its name, the picture of what it answers, and its figures."""

    def __init__(self, side: Side, theme: Theme) -> None:
        super().__init__()
        self.side = side
        self._theme = theme
        self.title = role_label("", "title")
        self.figures = role_label("", "muted")
        self.figures.setWordWrap(True)
        self.problem = role_label("", "warning")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.plot: PlotView | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for part in (self.title, self.figures, self.problem):
            self._layout.addWidget(part)
        self._layout.addStretch(0)
        side.bridge.run_started.connect(lambda prepared, _continues: self._begin(prepared))
        side.changed.connect(self._show)

    def _begin(self, prepared: Prepared) -> None:
        """Show the rows of a run, in the first plot of outputs that is for such."""
        if self.plot is None:
            kind = next(plot for plot in PLOTS if plot.group == "output" and plot.fits(prepared.plan))
            self.plot = kind.make(self._theme)
            self.plot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            describe(self.plot, f"{self.side.name}: {kind.label}", "")
            self._layout.insertWidget(1, self.plot, 1)
        self.plot.start_run(prepared)
        self.side.bridge.look(self.plot.look)

    def _show(self) -> None:
        side, shown = self.side, self.side.snapshot
        problem = side.problem or (shown.problem if shown is not None else None) or ""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        if self.plot is not None and shown is not None:
            self.plot.show_snapshot(shown)
        figures = side.figures
        if figures is None or shown is None:
            self.figures.setText("")
            return
        words = (
            f"epoch {figures.epochs:,.0f}  ·  train loss {four_digits(figures.train_loss)}  ·  "
            f"{figures.watched} loss {four_digits(figures.watched_loss)}  ·  "
            f"{figures.watched} {figures.metric} {quality(figures)}"
        )
        stopped = f"\n{shown.stopped}" if shown.stopped else ""
        self.figures.setText(words + stopped)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        if self.plot is not None:
            self.plot.apply_theme(theme)
        keep_font(self.title, body_font(theme, theme.size_title, bold=True))
        keep_font(self.figures, number_font(theme, theme.size_small, bold=False))
        keep_font(self.problem, body_font(theme))
        self._layout.setSpacing(theme.px(4))


class CompareWindow(QDialog):
    """A and its copy B, side by side.

    Signals:
        take_asked(Thing, object): B's value of the thing is to go into the document.
        keep_asked(Side, str): a side is to be kept among the runs, under a name.
    """

    take_asked = Signal(object, object)
    keep_asked = Signal(object, str)

    def __init__(self, parent: QWidget, experiment: Experiment, device: str, theme: Theme) -> None:
        super().__init__(parent)
        self.setObjectName("compare_window")
        self.setWindowTitle(f"{experiment.name}: A beside B")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._experiment, self._theme = experiment, theme
        self.pair = Pair(experiment, device, self)
        self._make(theme)
        self._lay_out()
        self._connect()
        self._curves = QTimer(self, singleShot=True, interval=CURVES_MS)
        self._curves.timeout.connect(self._draw_curves)
        self.apply_theme(theme)
        room = parent.window().size()
        wide, high = (theme.px(side) for side in SIZE)
        self.resize(min(wide, room.width() - MARGIN), min(high, room.height() - MARGIN))
        self._show_difference()
        self.play.setFocus()
        self.pair.start()

    # Making ---------------------------------------------------------------------------------------------

    def _make(self, theme: Theme) -> None:
        self.heading = QLabel()
        self.heading.setTextFormat(Qt.TextFormat.RichText)
        self.heading.setWordWrap(True)
        describe(self.heading, "What differs", "In what B differs from A.")
        self.chooser = ThingChooser(self._experiment)
        self.rewind = _tool("Rewind", "Take both back to their first weights (R).")
        self.play = _tool("Play", "Train both, or pause (Space).")
        self.play.setObjectName("play_button")
        self.step = _tool("Step one epoch", "Train both for one epoch (S).")
        self.speed = Choice("Speed", "How fast both train at most.")
        self.speed.set_items(SPEEDS)
        self.speed.set_key("inf")
        self.panels = tuple(SidePanel(side, theme) for side in self.pair.sides)
        self.curves = OverlayPlot(
            theme,
            "Losses of A and B",
            "The loss of both on common axes: on the watched rows, and dashed on the training rows.",
            "Press Play: the curves of A and B are drawn here.",
        )
        self.verdict = role_label("", "title")
        self.verdict.setWordWrap(True)
        self.note = role_label("", "warning")
        self.note.setWordWrap(True)
        self.note.hide()
        self.take = _button(
            "Take B", "Give the open experiment B's setting, as one step that Undo takes back."
        )
        self.keep = _button("Keep both", "Keep A and B among the runs: View > Instruments > Runs.")
        self.close_button = _button("Close", "Close this window; the open experiment stays as it is.")

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        for button in (self.rewind, self.play, self.step):
            self._head.addWidget(button)
        self._head.addWidget(self.speed)
        self._head.addStretch(1)
        self._head.addWidget(self.chooser)
        self._grid = QGridLayout()
        for column, panel in enumerate(self.panels):
            self._grid.addWidget(panel, 0, column)
            self._grid.setColumnStretch(column, 1)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self.verdict, 1)
        for choice in (self.take, self.keep, self.close_button):
            self._foot.addWidget(choice)
        self._layout = QVBoxLayout(self)
        self._layout.addWidget(self.heading)
        self._layout.addLayout(self._head)
        self._layout.addWidget(self.note)
        self._layout.addLayout(self._grid, 5)
        self._layout.addWidget(self.curves, 2)
        self._layout.addLayout(self._foot)

    def _connect(self) -> None:
        pair = self.pair
        self.chooser.changed.connect(self._change)
        self.chooser.thing.chosen.connect(lambda _key: self._show_difference())
        self.chooser.refused.connect(lambda why: self._say(why))
        self.rewind.clicked.connect(pair.rewind)
        self.play.clicked.connect(lambda: pair.set_playing(not pair.playing))
        self.step.clicked.connect(pair.step)
        self.speed.chosen.connect(lambda key: pair.set_speed(FLAT_OUT if key == "inf" else float(key)))
        pair.playing_changed.connect(lambda _on: self._show_playing())
        pair.ended.connect(self._show_verdict)
        for side in pair.sides:
            side.changed.connect(self._follow)
        self.take.clicked.connect(self._take)
        self.keep.clicked.connect(self._keep)
        self.close_button.clicked.connect(self.close)
        self.finished.connect(lambda _result: pair.close())

    # What the person asks for -----------------------------------------------------------------------------

    def _change(self) -> None:
        self._say("")
        self.pair.change(self.chooser.experiment)
        self._show_difference()

    def _take(self) -> None:
        self.take_asked.emit(self.chooser.current, self.chooser.value)

    def _keep(self) -> None:
        thing = self.chooser.current
        for side in self.pair.sides:
            value = thing.value(side.document.experiment)
            self.keep_asked.emit(side, f"{side.name}: {thing.label.lower()} {self._in_words(value)}")

    def _in_words(self, value: object) -> str:
        labels = {option.key: option.label for option in self.chooser.current.options}
        return labels.get(str(value), f"{value:g}" if isinstance(value, float) else "mixed")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Play with the space bar, step with S, rewind with R, as in the window behind."""
        keys = {Qt.Key.Key_Space: self.play, Qt.Key.Key_S: self.step, Qt.Key.Key_R: self.rewind}
        button = keys.get(Qt.Key(event.key()))
        if button is not None and not event.modifiers():
            button.click()
        else:
            super().keyPressEvent(event)

    # Showing --------------------------------------------------------------------------------------------

    def _colours(self) -> list[Look]:
        """Return how A and B are drawn."""
        a, b = looks(self._theme)[:2]
        return [Look(a.colour, (), 2.2), Look(b.colour, (), 2.2)]

    def _show_difference(self) -> None:
        theme = self._theme
        a, b = (side.document.experiment for side in self.pair.sides)
        strong = [mix(look.colour, theme.text, 0.35) for look in self._colours()]
        self.heading.setText(heading(a, self.chooser.experiment, strong))
        for panel, colour in zip(self.panels, strong, strict=True):
            what = "as it is" if panel.side is self.pair.a else "the copy"
            value = self._in_words(self.chooser.current.value(panel.side.document.experiment))
            label = self.chooser.current.label.lower()
            panel.title.setTextFormat(Qt.TextFormat.RichText)
            panel.title.setText(
                f'<span style="color:{colour}">{panel.side.name}</span> · {what}: {label} {value}'
            )
        self.take.setEnabled(a != b)
        self._show_verdict()

    def _follow(self) -> None:
        if not self._curves.isActive():
            self._curves.start()

    def _draw_curves(self) -> None:
        lines: list[Line] = []
        for side, look in zip(self.pair.sides, self._colours(), strict=True):
            seen = side.keeper.seen
            if seen is None or not len(seen.history):
                continue
            history = thinned(seen.history)
            faint = Look(mix(look.colour, self._theme.surface, 0.35), TRAIN_DASH, 1.4)
            watched = f"{side.name} {seen.prepared.watched}"
            lines += [
                Line("", np.asarray(history.epoch), np.asarray(history.train_loss), faint),
                Line(watched, np.asarray(history.epoch), np.asarray(history.watched_loss), look),
            ]
        self.curves.show_lines(lines)
        self._show_verdict()

    def _show_verdict(self) -> None:
        a, b = (side.figures for side in self.pair.sides)
        troubled = next((side.problem for side in self.pair.sides if side.problem), "")
        self.verdict.setText("" if troubled else verdict(a, b))
        self.keep.setEnabled(a is not None and b is not None)

    def _show_playing(self) -> None:
        name = "Pause" if self.pair.playing else "Play"
        self.play.setAccessibleName(name)
        self.play.setIcon(icon(name.lower(), self._theme, "accent_text"))
        self._follow()

    def _say(self, words: str) -> None:
        self.note.setText(words)
        self.note.setVisible(bool(words))

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        self._theme = theme
        for panel in self.panels:
            panel.apply_theme(theme)
        for part in (self.curves, self.chooser, self.speed):
            part.apply_theme(theme)
        keep_font(self.heading, body_font(theme, theme.size_title))
        keep_font(self.verdict, body_font(theme, bold=True))
        keep_font(self.note, body_font(theme))
        for button, name, side in (
            (self.rewind, "rewind", 32),
            (self.step, "step", 32),
            (self.play, "play", 40),
        ):
            tone = "accent_text" if button is self.play else "text"
            button.setIcon(icon(name, theme, tone))
            button.setIconSize(QSize(theme.px(20), theme.px(20)))
            button.setFixedSize(theme.px(side), theme.px(side))
        self._show_playing()
        self._show_difference()
        for layout, space in ((self._head, 6), (self._grid, 16), (self._foot, 8), (self._layout, 8)):
            layout.setSpacing(theme.px(space))
        self._layout.setContentsMargins(*[theme.px(16)] * 4)
        self.curves.setMinimumHeight(theme.px(96))


def _tool(name: str, help_text: str) -> QToolButton:
    button = QToolButton()
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    describe(button, name, help_text)
    return button


def _button(text: str, help_text: str) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    describe(button, text, help_text)
    return button
