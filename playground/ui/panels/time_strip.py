"""The strip below the panels with which an earlier state of the run is looked at, or gone on from."""

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QToolTip, QWidget

from playground.training.messages import Moment, Snapshot
from playground.ui.figures import short
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import FlatCombo, JumpSlider
from playground.ui.widgets.base import describe, keep_font, role_label

CHANGES: tuple[tuple[str, float | None], ...] = (
    ("Changes: off", None),
    ("Last epoch", 1.0),
    ("Last 10 epochs", 10.0),
    ("Last 100 epochs", 100.0),
    ("Since the start", math.inf),
)
LOOK_HELP = (
    "Drag to see what the network was at an earlier epoch; the run pauses. Alt+Left and Alt+Right go from "
    "state to state, Alt+End comes back."
)
CHANGES_HELP = "Show in the diagram and in the output what the last epochs have changed."


class TimeStrip(QWidget):
    """A slider over the states of a run, hidden until there are two.

    `watched` is what the rows are called that training is watched on.

    Signals:
        look_asked(object): show the state after so many steps (int), or the present (None).
        changes_chosen(object): show what so many epochs have changed (float), or nothing of the kind (None).
    """

    look_asked = Signal(object)
    changes_chosen = Signal(object)

    def __init__(self, actions: dict[str, QAction], theme: Theme) -> None:
        super().__init__()
        self.setObjectName("time_strip")
        self._actions = actions
        self._moments: tuple[Moment, ...] = ()
        self._now: Moment | None = None
        self.watched = "test"
        self.slider = _StateSlider(self._words_at)
        describe(self.slider, "Look back", LOOK_HELP)
        self.slider.valueChanged.connect(self._moved)
        self._name = role_label("Look back", "muted")
        self.words = role_label("", "accent")
        self.back = self._button("back_to_now")
        self.resume = self._button("resume_here")
        self.changes = FlatCombo()
        describe(self.changes, "What changed", CHANGES_HELP)
        for label, epochs in CHANGES:
            self.changes.addItem(label, epochs)
        self.changes.currentIndexChanged.connect(lambda place: self.changes_chosen.emit(CHANGES[place][1]))
        self._row = QHBoxLayout(self)
        for widget in (self._name, self.slider, self.words, self.back, self.resume, self.changes):
            self._row.addWidget(widget, int(widget is self.slider))
        self.hide()
        self.apply_theme(theme)
        self._show_back(None)

    def _button(self, key: str) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(self._actions[key])
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setProperty("role", "action")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setAccessibleName(self._actions[key].text())
        return button

    # A run ----------------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show which states there are, and which of them is shown."""
        if snapshot.back is None:
            self._now = _now(snapshot)
        there = tuple(m for m in snapshot.moments if self._now is None or m.step < self._now.step)
        if there != self._moments:
            self._moments = there
            blocked = self.slider.blockSignals(True)
            self.slider.setRange(0, len(there))
            self.slider.setPageStep(max(len(there) // 10, 1))
            if snapshot.back is None and not self.slider.isSliderDown():
                self.slider.setValue(len(there))
            self.slider.blockSignals(blocked)
        # It stays once it is there: what comes and goes lets everything above it jump.
        if not there and self.slider.hasFocus():
            self.slider.clearFocus()  # Qt would pass the keyboard on to the box beside it
        self.slider.setEnabled(bool(there))
        if there and self.isHidden():
            self.show()
        self._show_back(snapshot.back)

    def _show_back(self, back: Moment | None) -> None:
        looking = back is not None
        if back is not None and self._now is not None:
            self.words.setText(f"{_epoch(back)} of {_epoch(self._now, bare=True)}, looking back")
            if not self.slider.isSliderDown() and back in self._moments:
                self._put(self._moments.index(back))
        elif not self.slider.isSliderDown():
            self._put(len(self._moments))
        self.words.setVisible(looking)
        self._name.setVisible(not looking)
        for key, button in (("back_to_now", self.back), ("resume_here", self.resume)):
            self._actions[key].setEnabled(looking)
            button.setVisible(looking)
        self._actions["look_back"].setEnabled(bool(self._moments))
        self._actions["look_forward"].setEnabled(looking)

    def _put(self, place: int) -> None:
        blocked = self.slider.blockSignals(True)
        self.slider.setValue(place)
        self.slider.blockSignals(blocked)

    # Asking ---------------------------------------------------------------------------------------------

    def step(self, places: int) -> None:
        """Look at the next state, or at the one before."""
        self.slider.setValue(self.slider.value() + places)

    def _moved(self, place: int) -> None:
        self.look_asked.emit(self._moments[place].step if place < len(self._moments) else None)

    def _words_at(self, place: int) -> str:
        moment = self._moments[place] if place < len(self._moments) else self._now
        if moment is None:
            return LOOK_HELP
        name = _epoch(moment) if place < len(self._moments) else f"now, {_epoch(moment).lower()}"
        loss = f"train loss {short(moment.train_loss)}, {self.watched} loss {short(moment.watched_loss)}"
        return f"{name}\n{loss}"

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and measures."""
        self._row.setContentsMargins(theme.px(16), 0, theme.px(16), 0)
        self._row.setSpacing(theme.px(10))
        for label in (self._name, self.words, self.back, self.resume):
            keep_font(label, body_font(theme))
        self.slider.setMinimumWidth(theme.px(80))
        self.changes.set_look(theme, body_font(theme))
        self.setFixedHeight(theme.px(30))  # the same with its buttons and without


class _StateSlider(JumpSlider):
    """A slider that says what is under the pointer; `words` say it of a value."""

    def __init__(self, words: Callable[[int], str]) -> None:
        super().__init__()
        self._words = words
        self.setMouseTracking(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer, and say what is there."""
        super().mouseMoveEvent(event)
        self._tell(event.position().toPoint(), event.globalPosition().toPoint())

    def event(self, event: QEvent) -> bool:
        """Say what is under the pointer instead of what the slider is for."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.isEnabled():
            self._tell(event.pos(), event.globalPos())
            return True
        return bool(super().event(event))

    def _tell(self, here: QPoint, on_screen: QPoint) -> None:
        if self.isEnabled():
            QToolTip.showText(on_screen, self._words(self._value_at(here)), self)


def _now(snapshot: Snapshot) -> Moment:
    history, before = snapshot.history, snapshot.moments[-1:]
    train, watched = (before[0].train_loss, before[0].watched_loss) if before else (math.nan, math.nan)
    if len(history):
        train, watched = float(history.train_loss[-1]), float(history.watched_loss[-1])
    return Moment(max(snapshot.position, float(snapshot.epoch)), snapshot.step, train, watched)


def _epoch(moment: Moment, bare: bool = False) -> str:
    """Return a state's name: its epoch, and in the first of them the step."""
    epoch = int(moment.position)
    name = f"{epoch:,}" if bare else f"Epoch {epoch:,}"
    return f"{name} (step {moment.step:,})" if epoch == 0 and moment.step else name
