"""The instrument that follows one example: through the layers to the loss, and back with the gradients."""

from collections.abc import Callable
from html import escape

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from playground.experiment.model import INPUTS_ID, OUTPUT_ID, Experiment
from playground.experiment.prepare import Prepared
from playground.training.messages import Snapshot
from playground.ui.diagram.outline import layer_name, neuron_name
from playground.ui.figures import short
from playground.ui.instruments.context import Context
from playground.ui.instruments.example_table import MOST_ROWS, StepTable
from playground.ui.instruments.formulas import lines_of, plain
from playground.ui.instruments.walk import Step, Walk, steps_of, walk_of
from playground.ui.run_view import RunView
from playground.ui.selection import LayerNumbers, NeuronRef
from playground.ui.theme.fonts import body_font
from playground.ui.theme.icons import icon
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import FlatCombo, FlowLayout, NumberEdit, describe, keep_font, role_label
from playground.ui.widgets.numbers import parse_number

NO_RUN = "There is no run to look into yet. Press Play to start training, or mend what the status line names."
NO_EXAMPLE = "Click a data point in the output, or type the number of a row above, to follow it."
PACES = (("Slow", 3000), ("Normal", 1500), ("Fast", 500))  # milliseconds a step
USUAL = 1
CALM_MS = 90
ABREAST = 600  # design pixels of width from which formula and table stand side by side
KEYS = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_W,
)


class ExamplePanel(RunView):
    """A row's way through the network in steps, each with its formula and the numbers of its layer.

    Left and Right step, Home and End begin forwards or backwards, W walks or stands, Page Up and Page Down
    take another row.
    """

    def __init__(self, context: Context, theme: Theme) -> None:
        super().__init__()
        self._context, self._theme = context, theme
        self._prepared: Prepared | None = None
        self._snapshot: Snapshot | None = None
        self._walk: Walk | None = None
        self._place = 0
        self._dock: QDockWidget | None = None
        self._clock = QTimer(self, interval=PACES[USUAL][1])
        self._clock.timeout.connect(self._tick)
        self._calm = QTimer(self, singleShot=True, interval=CALM_MS)
        self._make_controls()
        self._lay_out()
        selection = context.selection
        selection.example_changed.connect(lambda _row: self._show_example())
        selection.shown_neuron_changed.connect(lambda _ref: self._refresh())
        context.document.experiment_changed.connect(lambda _old, _new: self._refresh())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.apply_theme(theme)
        self._refresh()

    # Making ---------------------------------------------------------------------------------------------

    def _make_controls(self) -> None:
        self.row_edit = NumberEdit()
        describe(self.row_edit, "Row", "The number of the row to follow, as on its card. Enter takes it.")
        self.row_edit.setPlaceholderText("number")
        self.row_edit.committed.connect(self._row_typed)
        self.previous_row = self._tool("Previous row", "Follow the row before (PgUp).", lambda: self.turn(-1))
        self.next_row = self._tool("Next row", "Follow the next row (PgDown).", lambda: self.turn(1))
        self.let_go = self._tool("Let go", "Follow no row any more.", self._let_go)
        self.about = role_label("", "muted")
        self.about.setWordWrap(True)
        self.back = self._tool("Step back", "Go one step back (Left).", lambda: self.step(-1))
        self.play = self._tool("Walk", "Walk on step by step, or stand still (W).", self.toggle_play)
        self.forth = self._tool("Step forward", "Go one step forward (Right).", lambda: self.step(1))
        self.forwards = QPushButton("Forwards")
        describe(self.forwards, "Forwards", "Begin at the inputs, and walk to the loss (Home).")
        self.forwards.clicked.connect(self.begin_forwards)
        self.backwards = QPushButton("Backwards")
        describe(self.backwards, "Backwards", "Begin at the loss, and walk back with the gradients (End).")
        self.backwards.clicked.connect(self.begin_backwards)
        for button in (self.forwards, self.backwards):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.installEventFilter(self)
        self.pace = FlatCombo()
        describe(self.pace, "Pace", "How fast it walks on: a step in 3, in 1.5 or in half a second.")
        for label, pause in PACES:
            self.pace.addItem(label, pause)
        self.pace.setCurrentIndex(USUAL)
        self.pace.currentIndexChanged.connect(lambda _: self._clock.setInterval(self.pace.currentData()))

    def _tool(self, name: str, help_text: str, run: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        describe(button, name, help_text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _=False: run())
        button.installEventFilter(self)
        return button

    def _lay_out(self) -> None:
        self._row_word = role_label("Row", "muted")
        self._head = QWidget()
        self._flow = FlowLayout(self._head, 6)
        row = (self._row_word, self.row_edit, self.previous_row, self.next_row, self.let_go)
        walk = (self.back, self.play, self.forth, self.pace), (self.forwards, self.backwards)
        self._groups = [_abreast(*group) for group in (row, *walk)]
        for group in self._groups:
            self._flow.addWidget(group)
        self.title = role_label("", "title")
        self.title.setWordWrap(True)
        self.formula = QLabel()
        self.formula.setTextFormat(Qt.TextFormat.RichText)
        self.formula.setWordWrap(True)
        self.formula.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.formula.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QWidget()
        self._words = QVBoxLayout(words)
        self._words.addWidget(self.title)
        self._words.addWidget(self.formula, 1)
        self._area = QScrollArea()
        self._area.setWidget(words)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table = StepTable(self._theme)
        self.table.neuron_chosen.connect(self._neuron_chosen)
        self.table.installEventFilter(self)
        self.left_out = role_label("", "muted")
        self.left_out.setWordWrap(True)
        self._beside = QVBoxLayout()
        self._beside.addWidget(self.table, 1)
        self._beside.addWidget(self.left_out)
        shown = QWidget()
        self._shown = QBoxLayout(QBoxLayout.Direction.LeftToRight, shown)
        self._shown.setContentsMargins(0, 0, 0, 0)
        self._shown.addWidget(self._area, 1)
        self._shown.addLayout(self._beside, 1)
        self.empty = role_label("", "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(shown)
        body = QWidget()
        self._layout = QVBoxLayout(body)
        self._layout.addWidget(self._head)
        self._layout.addWidget(self.about)
        self._layout.addWidget(self.stack, 1)
        # In a dock that is too small for all of it, all of it can be scrolled to.
        self._whole = QScrollArea()
        self._whole.setWidget(body)
        self._whole.setWidgetResizable(True)
        self._whole.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._whole.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._whole)
        self.setMinimumSize(160, 120)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        side = QSize(theme.px(16), theme.px(16))
        icons = (
            (self.previous_row, "move_left"),
            (self.next_row, "move_right"),
            (self.let_go, "close"),
            (self.back, "rewind"),
            (self.forth, "step"),
        )
        for button, name in icons:
            button.setIcon(icon(name, theme, "text"))
            button.setIconSize(side)
        self.play.setIconSize(side)
        self._show_playing()
        for label in (self._row_word, self.about, self.left_out):
            keep_font(label, body_font(theme, theme.size_small))
        keep_font(self.title, body_font(theme, theme.size_title, bold=True))
        keep_font(self.formula, body_font(theme, theme.size_title))
        keep_font(self.empty, body_font(theme))
        for text_button in (self.forwards, self.backwards):
            keep_font(text_button, body_font(theme))
        self.row_edit.apply_theme(theme)
        self.row_edit.setFixedWidth(theme.px(60))
        self.pace.set_look(theme, body_font(theme))
        self.table.apply_theme(theme)
        self._words.setContentsMargins(0, 0, theme.px(8), 0)
        self._words.setSpacing(theme.px(6))
        self._shown.setSpacing(theme.px(12))
        self._layout.setContentsMargins(theme.px(16), theme.px(4), theme.px(16), theme.px(8))
        self._layout.setSpacing(theme.px(4))
        self._flow.setSpacing(theme.px(8))
        self._fit()

    # A run ----------------------------------------------------------------------------------------------

    def start_run(self, prepared: Prepared) -> None:
        """Follow the example in another run."""
        self._prepared, self._snapshot = prepared, None
        self._refresh()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take the numbers of the weights as they are now; while training runs, only as fast as one reads."""
        self._snapshot = snapshot
        if snapshot.state == "playing" and self._calm.isActive():
            return  # the next is not far, and the last one comes in a pause
        self._calm.start()
        self._refresh()

    def clear(self) -> None:
        """Follow nothing: there is no run."""
        self._prepared = self._snapshot = None
        self._refresh()

    # Steps ----------------------------------------------------------------------------------------------

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the walk."""
        return steps_of(0 if self._prepared is None else len(self._prepared.plan.shapes))

    @property
    def current(self) -> Step:
        """The step that is shown."""
        return self.steps[self._place]

    @property
    def walk(self) -> Walk | None:
        """The numbers that are shown; None while there is nothing to follow."""
        return self._walk

    @property
    def is_walking(self) -> bool:
        """Whether it goes on by itself."""
        return self._clock.isActive()

    def go_to(self, place: int) -> None:
        """Show a step, the nearest there is."""
        self._place = min(max(place, 0), len(self.steps) - 1)
        if self._place == len(self.steps) - 1:
            self._clock.stop()
        self._refresh()

    def step(self, by: int) -> None:
        """Stand still some steps further on, or back."""
        self._clock.stop()
        self.go_to(self._place + by)

    def begin_forwards(self) -> None:
        """Begin at the inputs."""
        self.go_to(0)

    def begin_backwards(self) -> None:
        """Begin at the loss."""
        self.go_to(len(self.steps) // 2)

    def toggle_play(self) -> None:
        """Walk on by itself, from the start after the end; or stand still."""
        if self._clock.isActive():
            self._clock.stop()
        elif self._walk is not None:
            if self._place >= len(self.steps) - 1:
                self._place = 0
            self._clock.start()
        self._refresh()

    def _tick(self) -> None:
        self.go_to(self._place + 1)

    # The example ----------------------------------------------------------------------------------------

    def turn(self, by: int) -> None:
        """Follow the next row, or the one before; the first where there is none yet."""
        if self._prepared is None:
            return
        example, count = self._context.selection.example, len(self._prepared.sample)
        self._context.selection.choose_example(0 if example is None else (example + by) % count)

    def _let_go(self) -> None:
        self._context.selection.choose_example(None)

    def _row_typed(self, text: str) -> None:
        """Take the row with the number that was typed, or say why not."""
        count = 0 if self._prepared is None else len(self._prepared.sample)
        row = parse_number(text)
        if row is None or row != int(row) or not 0 <= row < count:
            there = f"a whole number from 0 to {count - 1:,}" if count else "none yet: there is no run"
            self._context.notice(f"There is no row “{text.strip()}”: the number of a row is {there}.", True)
            self.row_edit.revert()
            return
        self._context.selection.choose_example(int(row))

    def _show_row_number(self) -> None:
        row = self._context.selection.example
        self.row_edit.show_text("" if row is None else f"{row}")

    def _show_example(self) -> None:
        if self._context.selection.example is None:
            self._clock.stop()
            self._place = 0
        self._refresh()

    # Showing --------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        """Show the step with the numbers of now; nothing while nobody sees it."""
        if not self._in_sight():
            return
        self._walk = self._make_walk()
        self._place = min(self._place, len(self.steps) - 1)
        self._show_controls()
        if self._walk is None:
            self._clock.stop()
            self.empty.setText(NO_RUN if self._prepared is None else NO_EXAMPLE)
            self.stack.setCurrentIndex(0)
            self._context.selection.show_numbers(None)
            return
        self.stack.setCurrentIndex(1)
        walk, step = self._walk, self.current
        neuron = self._neuron(walk, step)
        self._show_words(walk, step, neuron)
        self.table.show_step(walk, step, neuron)
        count = walk.units(step)
        self.left_out.setVisible(count > MOST_ROWS)
        self.left_out.setText(f"The first {MOST_ROWS} of {count:,}, and the one pointed at in the diagram.")
        self._context.selection.show_numbers(_numbers(walk, step, neuron))

    def _make_walk(self) -> Walk | None:
        prepared, snapshot, row = self._prepared, self._snapshot, self._context.selection.example
        if prepared is None or snapshot is None or row is None or row >= len(prepared.sample):
            return None
        if tuple(map(np.shape, snapshot.biases)) != tuple(
            (shape.units if shape.columns else 0,) for shape in prepared.plan.shapes
        ):
            return None  # a snapshot of the run before
        loss = self._context.document.experiment.training.loss
        return walk_of(prepared, snapshot.weights, snapshot.biases, row, loss)

    def _neuron(self, walk: Walk, step: Step) -> int:
        """Return the neuron to explain: the one pointed at or pinned in the step's layer, or the first."""
        ref = self._context.selection.shown_neuron
        there = ref is not None and ref.layer == walk.layer_id(step) and ref.index < walk.units(step)
        return ref.index if ref is not None and there else 0

    def _show_controls(self) -> None:
        there = self._walk is not None
        count = len(self.steps)
        for button in (self.play, self.forwards, self.backwards):
            button.setEnabled(there)
        self.back.setEnabled(there and self._place > 0)
        self.forth.setEnabled(there and self._place < count - 1)
        self.previous_row.setEnabled(self._prepared is not None)
        self.next_row.setEnabled(self._prepared is not None)
        self.row_edit.setEnabled(self._prepared is not None)
        self.let_go.setEnabled(self._context.selection.example is not None)
        self._show_playing()
        self._show_row_number()
        self.about.setVisible(there)
        self.about.setText(self._about())

    def _show_playing(self) -> None:
        name = "pause" if self._clock.isActive() else "play"
        self.play.setIcon(icon(name, self._theme, "accent"))

    def _about(self) -> str:
        """Return in words which row is followed, and what the network makes of it."""
        walk = self._walk
        if walk is None:
            return ""
        prepared, row = walk.prepared, walk.row
        names, target = prepared.plan.class_names, float(prepared.sample.targets[row])
        true = names[int(target)] if names else f"{short(target)} {prepared.sample.unit}".rstrip()
        part = prepared.parts.name_of(row)
        return f"Row {row:,} ({part}), true: {true}. L = {short(walk.trace.loss)}"

    def _show_words(self, walk: Walk, step: Step, neuron: int) -> None:
        experiment = self._context.document.experiment
        layer = walk.layer_id(step)
        where = layer_name(experiment, layer) if _is_there(experiment, layer) else "Layer"
        what = {"inputs": "what goes in", "forward": "forwards", "loss": "the loss", "backward": "backwards"}
        self.title.setText(f"{where}: {what[step.kind]} ({self._place + 1} of {len(self.steps)})")
        lines = lines_of(walk, step, neuron)
        name = walk.names[neuron] if step.kind == "inputs" else ""
        if not name and _is_there(experiment, layer):
            name = neuron_name(experiment, layer, neuron)
        note = f"<span style='color: {self._theme.muted}'>{escape(name)}</span>"
        gap = self._theme.px(5)
        self.formula.setText(
            "".join(f"<p style='margin: 0 0 {gap}px 0'>{line}</p>" for line in (note, *lines))
        )
        self.formula.setAccessibleName("Formula")
        self.formula.setAccessibleDescription("\n".join([name, *map(plain, lines)]))

    def _neuron_chosen(self, neuron: int) -> None:
        if self._walk is not None:
            self._context.selection.hover(None)
            self._context.selection.pin(NeuronRef(self._walk.layer_id(self.current), neuron))

    # In sight -------------------------------------------------------------------------------------------

    def _in_sight(self) -> bool:
        return self.isVisible() and (self._dock is None or not self.visibleRegion().isEmpty())

    def showEvent(self, event: QShowEvent) -> None:
        """Ring the example, and show its numbers."""
        super().showEvent(event)
        parent = self.parentWidget()
        while parent is not None and not isinstance(parent, QDockWidget):
            parent = parent.parentWidget()
        if parent is not None and parent is not self._dock:
            self._dock = parent
            parent.visibilityChanged.connect(self._sight_changed)
        self._context.selection.follow(True)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Take everything out of plots and diagram: what is closed is not followed."""
        super().hideEvent(event)
        self._clock.stop()
        self._context.selection.follow(False)

    def _sight_changed(self, seen: bool) -> None:
        """Follow while no tab lies in front."""
        self._context.selection.follow(seen)
        if not seen:
            self._clock.stop()
        self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put formula and table side by side where there is room."""
        super().resizeEvent(event)
        self._fit()
        self._refresh()

    def _fit(self) -> None:
        wide = self.width() >= self._theme.px(ABREAST)
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._shown.setDirection(direction)
        for group in self._groups:
            group.setFixedHeight(max(one.sizeHint().height() for one in self._groups))
        self._flow.invalidate()
        margins = self._layout.contentsMargins()
        room = self._whole.viewport().width() - margins.left() - margins.right()
        self._head.setFixedHeight(max(self._flow.heightForWidth(max(room, 1)), 1))

    # Keys -----------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Claim the panel's keys before the window's shortcuts, while it has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _own(event):
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Let the keys that step do so on buttons and in the table, too: it needs Up and Down alone."""
        if isinstance(event, QKeyEvent) and _own(event):
            if event.type() == QEvent.Type.KeyPress:
                self.keyPressEvent(event)
            event.accept()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step, begin, walk, or turn to another row."""
        runs = {
            Qt.Key.Key_Left: lambda: self.step(-1),
            Qt.Key.Key_Right: lambda: self.step(1),
            Qt.Key.Key_Home: self.begin_forwards,
            Qt.Key.Key_End: self.begin_backwards,
            Qt.Key.Key_PageUp: lambda: self.turn(-1),
            Qt.Key.Key_PageDown: lambda: self.turn(1),
            Qt.Key.Key_W: self.toggle_play,
        }
        run = runs.get(Qt.Key(event.key())) if _own(event) else None
        if run is None:
            super().keyPressEvent(event)
        else:
            run()


def _abreast(*widgets: QWidget) -> QWidget:
    """Return widgets side by side that stay together where lines break."""
    group = QWidget()
    group.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    row = QHBoxLayout(group)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(2)
    for widget in widgets:
        row.addWidget(widget)
    return group


def _own(event: QKeyEvent) -> bool:
    """Return whether a key steps, walks or turns to another row."""
    plain_key = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return plain_key and event.key() in KEYS


def _is_there(experiment: Experiment, layer: str) -> bool:
    return layer in (INPUTS_ID, OUTPUT_ID) or any(one.id == layer for one in experiment.layers)


def _numbers(walk: Walk, step: Step, neuron: int) -> LayerNumbers:
    """Return what the diagram is to show of a step."""
    layer = walk.layer_id(step)
    if step.kind == "inputs":
        return LayerNumbers(layer, "x", walk.trace.x, neuron)
    found = walk.trace.layers[step.layer]
    if step.kind == "backward":
        dense = found.z is not None
        return LayerNumbers(layer, "δ" if dense else "∂L/∂a", found.delta, neuron, found.x if dense else None)
    return LayerNumbers(layer, "ŷ" if walk.is_output(step) else "a", found.a, neuron)
