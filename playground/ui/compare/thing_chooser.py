"""Chooses the one thing that differs in a copy, and what it is there."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from playground.experiment.model import Experiment
from playground.experiment.refused import EditRefused
from playground.experiment.variation import THINGS, Thing, Value
from playground.tables import by_key
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Choice, NumberChoice


class ThingChooser(QWidget):
    """Two choices: what differs, and its value in B.

    Signals:
        changed(): another thing, or another value.
        refused(str): B cannot be like that; the sentence says why. The value is the old one.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(self, experiment: Experiment) -> None:
        super().__init__()
        self._experiment = experiment
        self.thing = Choice("What differs", "The one setting in which B is to differ from A.")
        self.thing.set_items(THINGS)
        self.values: dict[str, Choice | NumberChoice] = {}
        self._stack = QStackedWidget()
        for thing in THINGS:
            control = self._control(thing)
            self.values[thing.key] = control
            self._stack.addWidget(control)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self.thing)
        self._layout.addWidget(self._stack)
        self.thing.chosen.connect(lambda _key: self._choose_thing())
        self._accepted = experiment

    def _control(self, thing: Thing) -> Choice | NumberChoice:
        """Return the control of a thing's value in B; it shows what A has."""
        value = thing.value(self._experiment)
        caption = f"{thing.label} in B"
        if thing.options:
            choice = Choice(caption, thing.help)
            choice.set_items(thing.options)
            if any(option.key == value for option in thing.options):
                choice.set_key(str(value))
            choice.chosen.connect(lambda _key: self._try())
            return choice
        number = NumberChoice(caption, thing.help, thing.presets, *thing.limits, whole=thing.whole)
        if isinstance(value, float):
            number.set_value(value)
        number.chosen.connect(lambda _number: self._try())
        number.refused.connect(self.refused)
        return number

    @property
    def current(self) -> Thing:
        """The thing that differs."""
        return by_key(THINGS, self.thing.key, "setting")

    @property
    def value(self) -> Value:
        """What it is in B."""
        control = self.values[self.thing.key]
        return control.key if isinstance(control, Choice) else control.value

    @property
    def experiment(self) -> Experiment:
        """B: A but for the one thing."""
        return self._accepted

    def choose(self, key: str, value: Value) -> None:
        """Let B differ in one thing, as a person would."""
        self.thing.set_key(key)
        self._stack.setCurrentWidget(self.values[key])
        self._show(value)
        self._try()

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts."""
        self._layout.setSpacing(theme.px(12))
        for control in (self.thing, *self.values.values()):
            control.apply_theme(theme)

    def _choose_thing(self) -> None:
        """Show the value of another thing: that of A, until another one is chosen."""
        self._stack.setCurrentWidget(self.values[self.thing.key])
        value = self.current.value(self._experiment)
        self._show(value)
        if self._accepted != self._experiment:
            self._accepted = self._experiment
            self.changed.emit()

    def _show(self, value: Value) -> None:
        control = self.values[self.thing.key]
        if isinstance(control, NumberChoice):
            if not isinstance(value, str):
                control.set_value(value)
        elif any(option.key == value for option in self.current.options):
            control.set_key(str(value))

    def _try(self) -> None:
        """Give B the chosen value, or say why it cannot have it."""
        try:
            wanted = self.current.apply(self._experiment, self.value)
        except EditRefused as refusal:
            self._show(self.current.value(self._accepted))
            self.refused.emit(str(refusal))
            return
        if wanted != self._accepted:
            self._accepted = wanted
            self.changed.emit()
