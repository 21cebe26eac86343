"""The learning rate in the course of a run: the schedule, for how many epochs, and a picture of it."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from playground.engine.optimizers import OPTIMIZERS
from playground.engine.schedules import SCHEDULES
from playground.experiment import edits
from playground.experiment.model import EPOCHS, Experiment
from playground.tables import Parameter, by_key
from playground.ui.document import Document
from playground.ui.panels.parameter_fields import ParameterFields
from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets import (
    Choice,
    NumberChoice,
    describe,
    format_number,
    keep_font,
    role_label,
    theme_descendants,
)

PLANS = [100.0, 200.0, 400.0, 1000.0, 3000.0, 10_000.0]


class RateSection(QWidget):
    """Shows and edits how the learning rate changes."""

    def __init__(self, document: Document, theme: Theme) -> None:
        super().__init__()
        self._document = document
        self._title = role_label("Learning rate", "title")
        self.schedule = Choice("Schedule", "How the learning rate changes in the course of a run.")
        self.schedule.set_items(SCHEDULES)
        self.fields = ParameterFields(theme)
        self.epochs = NumberChoice(
            "Planned epochs",
            "How long the run is meant to be: the schedule is spread over it, and it can stop there.",
            PLANS,
            *EPOCHS,
            whole=True,
        )
        self.curve = RateCurve()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self._title, self.schedule, self.fields, self.epochs, self.curve):
            self._layout.addWidget(widget)
        self._layout.addStretch(1)
        self.schedule.chosen.connect(self._set_schedule)
        self.fields.edited.connect(self._set_parameter)
        self.epochs.chosen.connect(
            lambda value: document.edit(f"Plan {value:,.0f} epochs", edits.set_epochs, int(value))
        )
        for source in (self.fields, self.epochs):
            source.refused.connect(document.refused)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show the schedule of an experiment."""
        training = experiment.training
        schedule = by_key(SCHEDULES, training.schedule, "schedule")
        self.schedule.set_key(schedule.key)
        self.fields.show_values(schedule.parameters, training.schedule_parameters)
        self.epochs.set_value(float(experiment.epochs))
        self.curve.show_experiment(experiment)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        theme_descendants(self, theme)
        keep_font(self._title, body_font(theme, theme.size_title, bold=True))
        self._layout.setSpacing(theme.px(8))

    def _set_schedule(self, key: str) -> None:
        label = by_key(SCHEDULES, key, "schedule").label
        text = f"Use the schedule “{label}”"
        self._document.edit(text, edits.set_training, schedule=key, schedule_parameters={})

    def _set_parameter(self, parameter: Parameter, value: float) -> None:
        before = self._document.experiment.training.schedule_parameters
        self._document.edit(
            f"Set {parameter.label} to {format_number(value)}",
            edits.set_training,
            schedule_parameters={**before, parameter.key: value},
        )


class RateCurve(QWidget):
    """A small picture of the learning rate over the planned epochs, from 0 upwards."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = LIGHT
        self.rates = np.zeros(2)
        self.note = ""
        self._epochs = 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show the rates that an experiment asks for."""
        training, self._epochs = experiment.training, experiment.epochs
        schedule = by_key(SCHEDULES, training.schedule, "schedule")
        optimizer = by_key(OPTIMIZERS, training.optimizer, "optimizer")
        self.note = f"{optimizer.label} finds its own steps." if optimizer.solves else ""
        times = np.linspace(0.0, float(self._epochs), 601)
        factors = schedule.factor(times, float(self._epochs), training.schedule_hyper)
        self.rates = training.learning_rate * factors
        lowest, highest = (format_number(float(f"{v:.3g}")) for v in (self.rates.min(), self.rates.max()))
        ends = f"stays at {highest}" if lowest == highest else f"lies between {lowest} and {highest}"
        describe(
            self,
            "Course of the learning rate",
            f"{schedule.formula}. Over {self._epochs:,} epochs it {ends}. {self.note}".strip(),
        )
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self.setFixedHeight(theme.px(84))
        self.setMinimumWidth(theme.px(176))
        keep_font(self, body_font(theme, theme.size_small))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size at which the course can be read."""
        return QSize(self._theme.px(176), self._theme.px(84))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the course on a hairline, with its highest value and the last epoch in figures."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = QFontMetrics(self.font()).height()
        box = QRectF(2, line + 2, self.width() - 4, self.height() - 2 * line - 6)
        painter.fillRect(QRectF(box.left(), box.bottom(), box.width(), 1), qcolor(theme.hairline))
        highest = float(self.rates.max())
        painter.setPen(qcolor(theme.muted))
        align = Qt.AlignmentFlag
        top = QRectF(box.left(), 0, box.width(), line)
        painter.drawText(top, align.AlignLeft, self.note or format_number(float(f"{highest:.3g}")))
        below = QRectF(box.left(), box.bottom() + 3, box.width(), line)
        painter.drawText(below, align.AlignLeft, "0")
        painter.drawText(below, align.AlignRight, f"epoch {self._epochs:,}")
        if self.note:
            return
        share = self.rates / highest if highest else self.rates
        steps = np.linspace(box.left(), box.right(), len(share))
        heights = box.bottom() - share * box.height()
        points = [QPointF(x, y) for x, y in zip(steps.tolist(), heights.tolist(), strict=True)]
        painter.setPen(QPen(qcolor(theme.accent), 1.6 * theme.stroke))
        painter.drawPolyline(QPolygonF(points))
