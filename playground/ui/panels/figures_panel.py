"""The figures below the curves: losses and metrics, the ensemble's, and what the test rows said."""

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.experiment.prepare import Prepared
from playground.training.messages import Snapshot
from playground.ui.figures import figures, four_digits, percent_in_tenths
from playground.ui.panels.ensemble_line import EnsembleLine
from playground.ui.panels.evaluation_line import EvaluationLine
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import FlowLayout, Metric, theme_descendants


class FiguresPanel(QWidget):
    """Shows the figures of a run.

    Signals:
        evaluation_asked(): the person wants to know what the test rows say.
    """

    evaluation_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.train_loss = Metric("train loss", "Mean loss over the training rows, without the penalty.")
        self.watched_loss = Metric("test loss", "")
        self.quality = Metric("test accuracy", "", "100.0 %")
        self.mae = Metric("test MAE", "", "000.0")
        self.rmse = Metric("test RMSE", "", "000.0")
        self._all = (self.train_loss, self.watched_loss, self.quality, self.mae, self.rmse)
        self.ensemble = EnsembleLine()
        self.evaluation = EvaluationLine()
        self.evaluation.asked.connect(self.evaluation_asked)
        self._metrics = QWidget()
        self._flow = FlowLayout(self._metrics, 12)
        for metric in self._all:
            self._flow.addWidget(metric)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._metrics)
        layout.addWidget(self.ensemble)
        layout.addWidget(self.evaluation)

    def clear(self) -> None:
        """Show no figures: there is no run."""
        for metric in self._all:
            metric.set_text("–")
        self.ensemble.hide()
        self.evaluation.hide()

    def fit(self, width: int) -> None:
        """Take the height that a width needs; the RMSE shows where it needs no line of its own."""
        room = sum(figure.sizeHint().width() for figure in self._all) + 4 * self._flow.spacing()
        self.rmse.setVisible(not self.mae.isHidden() and room <= width)
        self._metrics.setFixedHeight(self._flow.heightForWidth(width))
        self.ensemble.fit(width)
        self.evaluation.fit(width)
        self.updateGeometry()  # so that who owns this hears of the new height at once

    def start_run(self, prepared: Prepared) -> None:
        """Name what is measured in a run."""
        regression, name = prepared.plan.task == "regression", prepared.watched
        rows = f"the {name} rows" if prepared.has_validation else "rows that the network never learns from"
        self.watched_loss.set_label(f"{name} loss", f"Mean loss over {rows}.")
        if regression:
            words = f"Share of the variation in the {name} targets that is explained."
            self.quality.set_label(f"{name} R²", words)
        else:
            self.quality.set_label(f"{name} accuracy", f"Share of the {name} rows that are recognised.")
        unit = f", {prepared.sample.unit}" if prepared.sample.unit else ""
        words = f"Mean absolute error over the {name} rows, in the target's unit."
        self.mae.set_label(f"{name} MAE{unit}", words)
        words = f"Root of the mean squared error on {name} rows, in the target's unit."
        self.rmse.set_label(f"{name} RMSE{unit}", words)
        self.mae.setVisible(regression)
        self.evaluation.start_run(prepared)

    def show_measured(self, measured: Snapshot, prepared: Prepared) -> None:
        """Show the last point of the curves."""
        history = measured.history
        self.train_loss.set_text(four_digits(history.train_loss[-1]))
        self.watched_loss.set_text(four_digits(history.watched_loss[-1]))
        value = float(history.watched_metric[-1])
        if prepared.plan.task == "regression":
            self.quality.set_text(four_digits(value))
        else:
            self.quality.set_text(percent_in_tenths(value))
        for metric, error in ((self.mae, measured.watched_mae), (self.rmse, measured.watched_rmse)):
            metric.set_text("–" if error is None else _three_figures(error))

    def show_ensemble(self, snapshot: Snapshot, measured: Snapshot, prepared: Prepared) -> bool:
        """Show what the ensemble is worth; return whether another height is needed."""
        own = float(measured.history.watched_loss[-1])
        return self.ensemble.show_figures(snapshot.ensemble, own, prepared.plan.task, prepared.watched)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's measures."""
        theme_descendants(self, theme)
        self._flow.setSpacing(theme.px(12))


def _three_figures(value: float) -> str:
    """Return an error in the target's unit."""
    return figures(value, 3) if math.isfinite(value) else "–"
