"""The controls of the page of schedules: the loss, the schedules, their parameters, the length, the noise."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.engine.schedules import SCHEDULES, Schedule
from playground.labs.scheduled import CHOICES, RESTARTS
from playground.labs.scheduled import Choice as Scheduled
from playground.labs.slope import CURVES, Curve
from playground.tables import Parameter, by_key
from playground.ui.figures import short
from playground.ui.labs.descent.slope_controls import RATES
from playground.ui.labs.note import Note
from playground.ui.labs.parts import Refusal
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import ChipRow, Choice, LabelledSlider, SeedLine, theme_descendants

PEAK, STEPS = 0.5, 160
SHOWN = ("constant", RESTARTS)
LONGEST = 400


class ScheduleControls(QWidget):
    """What the runs are made of.

    Signals:
        changed(): the runs have to be made anew.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._hyper = {choice.key: choice.hyper for choice in CHOICES}
        self._sliders: list[LabelledSlider] = []
        self.seed = 0
        self.loss = Choice("Loss", "A loss J(w) with several minima.")
        self.loss.set_items([curve for curve in CURVES if len(curve.minima) > 1])
        self.start = LabelledSlider("Start w", "Where all runs begin.", (-6.0, 6.0, 0.1))
        self.peak = LabelledSlider(
            "Learning rate α", "The full rate, which every schedule takes a part of.", RATES, format=short
        )
        self.steps = LabelledSlider(
            "Steps", "How long each run is; one step here is one epoch of the schedule.", (20, LONGEST, 10)
        )
        self.noise = LabelledSlider(
            "Noise on the slope", "As if each step saw another mini-batch.", (0.0, 3.0, 0.1)
        )
        self.seeds = SeedLine(
            "Other noise", "Throws other noise.", "Seed of the noise", "Same number, same noise."
        )
        self.chips = ChipRow("Schedules", "The schedules that are compared.")
        self.chips.set_items(SCHEDULES)
        self.adjusted = Choice("Adjust", "The schedule whose parameters stand below.")
        self.formula = Note("Formula", "How the rate of this schedule goes over the steps t.")
        self.refusal = Refusal()
        self._own = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (
            self.loss, self.chips, self.refusal, self.peak, self.start, self.steps, self.noise, self.seeds,
            self.adjusted, self.formula,
        ):  # fmt: skip
            layout.addWidget(widget)
        layout.addLayout(self._own)
        self._begin()
        self._connect()

    def _begin(self) -> None:
        self.chips.set_keys(SHOWN)
        self.peak.set_value(PEAK)
        self.steps.set_value(STEPS)
        self.start.set_value(self.curve.start)
        self.seeds.show_seed(0)
        self.seeds.hide()
        self._offer()
        self.adjusted.set_key(RESTARTS)
        self._show_parameters()

    def _connect(self) -> None:
        self.loss.chosen.connect(self._choose_loss)
        self.chips.toggled.connect(self._toggled)
        self.adjusted.chosen.connect(lambda _key: self._show_parameters())
        for slider in (self.start, self.peak, self.steps, self.noise):
            slider.edited.connect(lambda *_edit: self._tell())
            slider.refused.connect(self.refusal.show_text)
        self.seeds.next_asked.connect(lambda: self._reseed(self.seed + 1))
        self.seeds.chosen.connect(self._reseed)
        self.seeds.refused.connect(self.refusal.show_text)

    # What is chosen -------------------------------------------------------------------------------------

    @property
    def curve(self) -> Curve:
        """The loss."""
        return by_key(CURVES, self.loss.key, "loss")

    @property
    def choices(self) -> tuple[Scheduled, ...]:
        """The schedules that are compared, in the order of their table."""
        shown = self.chips.keys()
        return tuple(Scheduled(key, self._hyper[key]) for key in shown)

    def set_start(self, w: float) -> None:
        """Begin at a weight."""
        self.start.set_value(min(max(w, self.curve.low), self.curve.high))
        self._tell()

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        theme_descendants(self, theme)
        self._theme = theme

    def _tell(self) -> None:
        self.refusal.show_text("")
        self.seeds.setVisible(self.noise.value > 0.0)
        self.changed.emit()

    def _choose_loss(self, _key: str) -> None:
        curve = self.curve
        self.start.set_values((curve.low, curve.high, 0.1))
        self.start.set_value(curve.start)
        self._tell()

    def _toggled(self, key: str) -> None:
        if not self.chips.keys():
            self.chips.set_keys((key,))
            self.refusal.show_text("One schedule at least has to be shown: switch another one on first.")
            return
        self._offer()
        if self.chips.chip(key).isChecked():
            self.adjusted.set_key(key)
        self._show_parameters()
        self._tell()

    def _offer(self) -> None:
        shown = self.chips.keys()
        self.adjusted.set_items([schedule for schedule in SCHEDULES if schedule.key in shown])

    def _reseed(self, seed: int) -> None:
        self.seed = seed
        self.seeds.show_seed(seed)
        self._tell()

    # Parameters of one schedule -------------------------------------------------------------------------

    def _show_parameters(self) -> None:
        schedule = by_key(SCHEDULES, self.adjusted.key, "schedule")
        for slider in self._sliders:
            self._own.removeWidget(slider)
            slider.hide()
            slider.deleteLater()
        self._sliders = [self._slider(schedule, row) for row in range(len(schedule.parameters))]
        for slider in self._sliders:
            self._own.addWidget(slider)
        self.formula.show_text(schedule.formula.replace("η", "α"))

    def _slider(self, schedule: Schedule, row: int) -> LabelledSlider:
        parameter = schedule.parameters[row]
        slider = LabelledSlider(parameter.label, parameter.help, values_of(parameter), format=short)
        slider.set_value(self._hyper[schedule.key][row])
        slider.edited.connect(lambda value, _gesture: self._set(schedule.key, row, float(value)))
        slider.refused.connect(self.refusal.show_text)
        if hasattr(self, "_theme"):
            slider.apply_theme(self._theme)
        return slider

    def _set(self, key: str, row: int, value: float) -> None:
        hyper = list(self._hyper[key])
        hyper[row] = value
        self._hyper[key] = tuple(hyper)
        self._tell()


def values_of(parameter: Parameter) -> list[float]:
    """Return what a slider of a schedule's parameter goes through: evenly, or in steps of the same factor."""
    low, high = parameter.minimum, min(parameter.maximum, max(float(LONGEST), parameter.default))
    if low <= 0.0 or high / low <= 20.0:
        values = [low + (high - low) * part / 100.0 for part in range(101)]
    else:
        values = [low * (high / low) ** (part / 100.0) for part in range(101)]
        values = [round(value) if high >= LONGEST else value for value in values]
    return sorted({float(f"{value:.3g}") for value in values})
