"""When a run ends by itself: a switch for every rule, with its numbers beside it."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from playground.experiment import edits
from playground.experiment.model import EPOCHS, PLATEAU_PERCENT, TARGET_LOSS, Experiment
from playground.ui.document import Document
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import (
    NumberChoice,
    describe,
    format_number,
    keep_font,
    role_label,
    theme_descendants,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of a rule: the field of `Stopping` it is, and what can be chosen."""

    field: str
    label: str
    help: str
    presets: tuple[float, ...]
    limits: tuple[float, float]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: the field of `Stopping` that switches it, and its numbers, that field's own first."""

    field: str
    label: str
    help: str
    amounts: tuple[Amount, ...] = ()


RULES = (
    Rule(
        "at_end",
        "the planned epochs are done",
        "Ends the run after as many epochs as are planned for it. Play goes on from there.",
    ),
    Rule(
        "patience",
        "the test loss no longer falls",
        "Early stopping: ends the run when the test loss, or the validation loss where there is one, has not "
        "fallen for some epochs, and brings back the weights with which it was lowest.",
        (
            Amount(
                "patience",
                "Epochs",
                "Patience: for how many epochs that loss may fail to fall before the run ends.",
                (50.0, 10.0, 20.0, 100.0, 300.0),
                EPOCHS,
            ),
        ),
    ),
    Rule(
        "target",
        "the train loss reaches a target",
        "Ends the run when the train loss has fallen to the target.",
        (
            Amount(
                "target",
                "Loss",
                "The train loss that is good enough.",
                (0.01, 0.001, 0.03, 0.1),
                TARGET_LOSS,
                False,
            ),
        ),
    ),
    Rule(
        "plateau",
        "the train loss hardly moves",
        "Ends the run on a plateau: when the train loss has fallen too little within some epochs.",
        (
            Amount(
                "plateau",
                "Epochs",
                "Within how many epochs the train loss has to fall.",
                (100.0, 20.0, 50.0, 300.0),
                EPOCHS,
            ),
            Amount(
                "plateau_percent",
                "Per cent",
                "By how many per cent the train loss has to fall within these epochs.",
                (1.0, 0.1, 5.0),
                PLATEAU_PERCENT,
                whole=False,
            ),
        ),
    ),
)


class StopSection(QWidget):
    """Shows and edits the rules; a number that is switched off keeps its value until it is needed again."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self.switches: dict[str, QCheckBox] = {}
        self.amounts: dict[str, NumberChoice] = {}
        self._title = role_label("Stop when …", "title")
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self._title, 0, 0, 1, 3)
        for row, rule in enumerate(RULES, 1):
            self._add(rule, row)
        self._layout.setRowStretch(len(RULES) + 1, 1)

    def _add(self, rule: Rule, row: int) -> None:
        switch = QCheckBox(rule.label)
        describe(switch, f"Stop when {rule.label}", rule.help)
        switch.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        switch.clicked.connect(lambda on, rule=rule: self._switch(rule, on))
        self.switches[rule.field] = switch
        self._layout.addWidget(switch, row, 0, Qt.AlignmentFlag.AlignBottom)
        for column, amount in enumerate(rule.amounts, 1):
            field = NumberChoice(
                amount.label, amount.help, amount.presets, *amount.limits, whole=amount.whole
            )
            field.chosen.connect(lambda value, amount=amount: self._set(amount, value))
            field.refused.connect(self._document.refused)
            self.amounts[amount.field] = field
            self._layout.addWidget(field, row, column)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show the rules of an experiment."""
        stopping = experiment.training.stopping
        for rule in RULES:
            on = getattr(stopping, rule.field) not in (None, False)
            self.switches[rule.field].setChecked(on)
            for amount in rule.amounts:
                field, value = self.amounts[amount.field], getattr(stopping, amount.field)
                field.setEnabled(on)
                if value is not None:
                    field.set_value(float(value))

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        theme_descendants(self, theme)
        keep_font(self._title, body_font(theme, theme.size_title, bold=True))
        for switch in self.switches.values():
            keep_font(switch, body_font(theme))
            switch.setFixedHeight(theme.px(26))
        self._layout.setVerticalSpacing(theme.px(6))
        self._layout.setHorizontalSpacing(theme.px(8))

    def _switch(self, rule: Rule, on: bool) -> None:
        value: object = on
        if rule.amounts:
            value = _exact(rule.amounts[0], self.amounts[rule.field].value) if on else None
        text = "Stop" if on else "Do not stop"
        self._change(f"{text} when {rule.label}", rule.field, value)

    def _set(self, amount: Amount, value: float) -> None:
        self._change(f"Set {amount.label} to {format_number(value)}", amount.field, _exact(amount, value))

    def _change(self, text: str, field: str, value: object) -> None:
        stopping = self._document.experiment.training.stopping
        self._document.edit(text, edits.set_training, stopping=stopping.replace(**{field: value}))


def _exact(amount: Amount, value: float) -> float | int:
    return int(value) if amount.whole else value
