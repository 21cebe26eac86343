"""The figures that count, below the curves: losses, accuracy or R², and for numbers the usual errors."""

import math

from PySide6.QtWidgets import QWidget

from playground.experiment.prepare import Prepared
from playground.training.messages import Snapshot
from playground.ui.figures import figures, four_digits
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import FlowLayout, Metric, theme_descendants

RIGHT = "Share of the test rows that the network gets right."


class FiguresRow(QWidget):
    """Big figures side by side, in as many lines as they need."""

    def __init__(self) -> None:
        super().__init__()
        self.train_loss = Metric("train loss", "Mean loss over the training rows, without the penalty.")
        self.test_loss = Metric("test loss", "Mean loss over the rows that the network never learns from.")
        self.quality = Metric("test accuracy", RIGHT, "100.0 %")
        self.mae = Metric("test MAE", "Mean absolute error over the test rows.", "000.0")
        self.rmse = Metric("test RMSE", "Root of the mean squared error over the test rows.", "000.0")
        self._all = (self.train_loss, self.test_loss, self.quality, self.mae, self.rmse)
        self._flow = FlowLayout(self, 12)
        for metric in self._all:
            self._flow.addWidget(metric)

    def start_run(self, prepared: Prepared) -> None:
        """Name the figures as they are called for the task of a run."""
        regression = prepared.plan.task == "regression"
        if regression:
            self.quality.set_label("test R²", "Share of the variation in the test targets that is explained.")
        else:
            self.quality.set_label("test accuracy", RIGHT)
        unit = f", {prepared.sample.unit}" if prepared.sample.unit else ""
        self.mae.set_label(f"test MAE{unit}", "Mean absolute error over the test rows, in the target's unit.")
        words = "Root of the mean squared error on test rows, in the target's unit: large errors count more."
        self.rmse.set_label(f"test RMSE{unit}", words)
        self.mae.setVisible(regression)

    def show_snapshot(self, snapshot: Snapshot, prepared: Prepared) -> None:
        """Show the figures at the last point of the curves."""
        history = snapshot.history
        self.train_loss.set_text(four_digits(history.train_loss[-1]))
        self.test_loss.set_text(four_digits(history.test_loss[-1]))
        value = float(history.test_metric[-1])
        if prepared.plan.task == "regression":
            self.quality.set_text(four_digits(value))
        else:
            self.quality.set_text(f"{value * 100:.1f} %" if math.isfinite(value) else "–")
        for metric, error in ((self.mae, snapshot.test_mae), (self.rmse, snapshot.test_rmse)):
            metric.set_text("–" if error is None else _three_figures(error))

    def clear(self) -> None:
        """Show no figures: there is no run."""
        for metric in self._all:
            metric.set_text("–")

    def fit(self, width: int) -> None:
        """Take the height that is needed at a width; the RMSE is there where it needs no line of its own."""
        room = sum(figure.sizeHint().width() for figure in self._all) + 4 * self._flow.spacing()
        self.rmse.setVisible(not self.mae.isHidden() and room <= width)
        self.setFixedHeight(self._flow.heightForWidth(width))

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        theme_descendants(self, theme)
        self._flow.setSpacing(theme.px(12))


def _three_figures(value: float) -> str:
    """Return an error in the target's unit."""
    return figures(value, 3) if math.isfinite(value) else "–"
