"""What holds for all racers: noise in the gradient, and how the rate changes from step to step."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.engine.schedules import SCHEDULES
from playground.labs.race import Conditions
from playground.tables import Parameter, by_key
from playground.ui.panels.parameter_fields import ParameterFields
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Choice, LabelledSlider, NumberChoice, SeedLine, theme_descendants

NOISES = [0.0, *(float(f"{digit}e{power}") for power in range(-4, 3) for digit in (1, 2, 5))]
MOST_SEED = 999_999


class ConditionsSection(QWidget):
    """Shows and edits the conditions of a race.

    Signals:
        changed(): they are others.
        refused(str): what was typed cannot be used.
    """

    changed = Signal()
    refused = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._conditions = Conditions()
        self.noise = LabelledSlider(
            "Noise σ", "How much chance is added to both parts of every gradient, the same for all.", NOISES
        )
        self.seeds = SeedLine(
            "Other noise", "Draw other noise.", "Seed of the noise", "The same seed draws the same noise."
        )
        self.schedule = Choice("Schedule", "How the rate of all changes from step to step.")
        self.schedule.set_items(SCHEDULES)
        self.fields = ParameterFields(theme)
        self.planned = NumberChoice(
            "Planned steps",
            "Over how many steps a schedule is spread; one step counts as one epoch.",
            [50.0, 100.0, 200.0, 500.0, 1000.0],
            1.0,
            20_000.0,
            whole=True,
        )
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.noise, self.seeds, self.schedule, self.fields, self.planned):
            self._layout.addWidget(widget)
        self.noise.edited.connect(lambda value, _gesture: self._edit(noise=float(value)))
        self.seeds.next_asked.connect(lambda: self._edit(seed=self._conditions.seed + 1))
        self.seeds.chosen.connect(lambda seed: self._edit(seed=seed % (MOST_SEED + 1)))
        self.schedule.chosen.connect(lambda key: self._edit(schedule=key, hyper={}))
        self.fields.edited.connect(self._set_parameter)
        self.planned.chosen.connect(lambda value: self._edit(planned=int(value)))
        for source in (self.noise, self.seeds, self.fields, self.planned):
            source.refused.connect(self.refused)
        self.show_conditions(self._conditions)
        self.apply_theme(theme)

    @property
    def conditions(self) -> Conditions:
        """What is chosen."""
        return self._conditions

    def show_conditions(self, conditions: Conditions) -> None:
        """Show these, and say nothing to anyone."""
        self._conditions = conditions
        schedule = by_key(SCHEDULES, conditions.schedule, "schedule")
        self.noise.set_value(conditions.noise)
        self.seeds.show_seed(conditions.seed)
        self.seeds.setVisible(conditions.noise > 0)
        self.schedule.set_key(schedule.key)
        self.fields.show_values(schedule.parameters, conditions.hyper)
        self.planned.set_value(float(conditions.planned))
        self.planned.setVisible(schedule.key != "constant")

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        theme_descendants(self, theme)
        self._layout.setSpacing(theme.px(8))

    def _edit(self, **changes: object) -> None:
        self.show_conditions(replace(self._conditions, **changes))  # type: ignore[arg-type]
        self.changed.emit()

    def _set_parameter(self, parameter: Parameter, value: float) -> None:
        self._edit(hyper={**self._conditions.hyper, parameter.key: value})
